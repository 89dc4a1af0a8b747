package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// matchCodeTitles reads the first row of a list of codes that has no other label: "Code | Meaning". It counts below an answer, and where the
// next row is one of codes.
func matchCodeTitles(l line) (candidate, bool) {
	const longest = 120
	if len(l.s) > longest || !strings.ContainsAny(l.s, "\t|") {
		return candidate{}, false
	}
	codes, words := 0, 0
	for _, title := range strings.FieldsFunc(l.s, func(r rune) bool { return r == '\t' || r == '|' }) {
		known, ok := sheet.LookupLabel(title)
		switch {
		case isAbout(title):
			words++
		case ok && known.Field == probe.FieldStatusCodes && words == 0:
			codes++
		default:
			return candidate{}, false
		}
	}
	if codes == 0 || words == 0 {
		return candidate{}, false
	}
	end := l.body.Len()
	return candidate{label: sheet.Label{Field: probe.FieldStatusCodes}, text: l.body, value: l.body.Slice(end, end), certainty: possible, titles: true}, true
}

// isAbout says that the title of a column, or of a section, announces words about what stands beside it.
func isAbout(title string) bool {
	switch strings.ToLower(strings.Trim(title, " *_`")) {
	case "meaning", "description", "message", "reason", "details", "detail", "explanation", "remarks", "remark", "comment", "comments", "text", "error message", "response message",
		"status message", "error description", "code description", "desc", "cause", "when", "condition", "action", "resolution", "notes", "note", "overview", "introduction", "usage", "purpose":
		return true
	}
	return false
}

// startsCodes says that the row below the titles of a list of codes is one of them, and that the list belongs to the answer above it.
func (s *segmenter) startsCodes(i int) bool {
	if s.current == nil || s.current.label.Field != probe.FieldSuccessResponse && s.current.label.Field != probe.FieldErrorResponse || !s.filled {
		return false
	}
	for before := i - 1; before > s.current.from; before-- {
		if s.lines[before].blank() {
			continue
		}
		if s.lines[before].heading { // about something else
			return false
		}
		break
	}
	next := s.lines[i].next
	for next < len(s.lines) && strings.Trim(s.lines[next].s, "-|: ") == "" {
		next = s.lines[next].next
	}
	if next == len(s.lines) || startsExample(s.lines[next].body) {
		return false
	}
	return sheet.IsCodeRow(s.lines[next].body) || sheet.IsCodeRow(s.lines[next].whole) // "200" may pass for the number of a row
}
