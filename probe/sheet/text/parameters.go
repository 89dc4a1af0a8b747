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
	if s.describesNoCall(i, i+n) {
		return
	}
	if f, own := s.tableOf(i); own {
		c := candidate{label: sheet.Label{Field: f, Strong: true}, text: s.lines[i].whole.Slice(0, 0), value: s.lines[i].whole, certainty: sure, colon: true}
		s.begin(c, i)
		s.current.table = true
	}
	s.filled = true
}

// describesNoCall says that a table is about something else than the API above it: it stands below a title of its own, which names an object rather
// than a request or comes behind the answers, or above the title of the first API.
func (s *segmenter) describesNoCall(from, to int) bool {
	above, titled := from-1, false
	for above >= 0 && s.lines[above].blank() {
		above--
	}
	if titled = above >= 0 && s.lines[above].heading; titled {
		_, isLabel := match(s.lines[above])
		titled = !isLabel
	}
	if s.current == nil {
		for j := to; j < len(s.lines); j++ {
			if _, ok := match(s.lines[j]); ok && !s.lines[j].blank() {
				return false
			} else if s.lines[j].heading {
				return true
			}
		}
		return true
	}
	if !titled || above <= s.current.from {
		return false
	}
	words := strings.ToLower(s.lines[above].s)
	if strings.Contains(words, "request") || strings.Contains(words, "input") || strings.Contains(words, "parameter") {
		return false
	}
	for _, w := range []string{"attribute", "object", "model", "schema", "definition", "entity", "resource", "dictionary", "glossary", "data type", "legend"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return s.current.label.Field == probe.FieldSuccessResponse || s.current.label.Field == probe.FieldErrorResponse || s.current.label.Field == probe.FieldStatusCodes
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
