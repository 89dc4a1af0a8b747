package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// parameterLines is how many lines, from line i, are a table of parameters.
func parameterLines(lines []line, i int) int {
	const most = 500
	if !strings.ContainsAny(lines[i].whole.String(), "\t|") && !strings.Contains(lines[i].whole.String(), "  ") {
		return 0
	}
	var texts []source.Text
	for _, l := range lines[i:min(len(lines), i+most)] {
		if l.heading || l.whole.IsBlank() {
			break
		}
		texts = append(texts, l.whole)
	}
	return sheet.ParameterLines(texts)
}

// parameters takes in a table of n lines: it belongs to the label above it where that is one of a request, of headers, or of an answer, and else
// describes the request of the API above it.
func (s *segmenter) parameters(i, n int) {
	for j := i; j < i+n; j++ {
		s.lines[j].table = true
	}
	if f, own := s.tableOf(i); own {
		c := candidate{label: sheet.Label{Field: f, Strong: true}, text: s.lines[i].whole.Slice(0, 0), value: s.lines[i].whole, certainty: sure, colon: true}
		s.begin(c, i)
		s.current.table = true
	}
	s.filled = true
}

// tableOf finds out what a table describes. own is false where it belongs to the label above it.
func (s *segmenter) tableOf(i int) (f probe.Field, own bool) {
	f = probe.FieldRequestBody
	if name, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(s.lines[i].whole.String(), "| ")), "\t"); strings.HasPrefix(name, "header") {
		f = probe.FieldHeaders
	}
	if s.current == nil {
		return f, true
	}
	switch current := s.current.label.Field; {
	case current == f, isBody(current) && !s.filled:
		return f, false
	case current == probe.FieldHeaders:
		return f, s.filled && s.lines[i].gap
	case isBody(current):
		return f, f == probe.FieldHeaders || !s.describesAnswer(i)
	}
	return f, true
}

// describesAnswer says that a table below an answer is about its fields: nothing stands between the two, or words that say so, or nothing but the
// words of the table itself could say what it is about.
func (s *segmenter) describesAnswer(i int) bool {
	for j := i - 1; j > s.current.from && !s.lines[j].table; j-- {
		words := strings.ToLower(s.lines[j].s)
		if s.lines[j].blank() {
			continue
		}
		return !strings.Contains(words, "request") && !strings.Contains(words, "input")
	}
	return true
}
