package text

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// isSectionTitle says that a heading names a section that every document has, and no API.
func isSectionTitle(s string) bool {
	key := strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
	switch key {
	case "introduction", "overview", "http request", "http response", "https request", "request", "response", "requests", "responses", "api details", "api detail", "details",
		"general", "general information", "description", "specification", "api specification", "api specifications", "technical details", "technical specification", "endpoint",
		"endpoints", "endpoint details", "request details", "response details", "request and response", "sample", "samples", "example", "examples", "usage", "definition",
		"api definition", "background", "purpose", "scope", "api", "apis", "api reference", "reference", "resource", "authentication", "authorization", "documentation",
		"api documentation", "api document", "interface details", "integration details", "uat details", "staging details", "api request", "api call", "call":
		return true
	}
	return false
}

// isTitled says that the name of a credential, such as "Login", is the title of an API: nothing stands beside it, and a label for the heart of
// an API below.
func (s *segmenter) isTitled(c candidate, i int) bool {
	next := s.lines[i].next
	if c.label.Role != sheet.NamedValue || !c.alone || c.colon || c.label.Strong || next == len(s.lines) || !s.lines[i].marked() && !s.lines[i].gap {
		return false
	}
	below, ok := match(s.lines[next])
	return ok && (below.label.Field == probe.FieldMethod || below.label.Field == probe.FieldURL || below.isCall()) && !below.alone
}

// afterNumber says that a title with a number stands between the end of another piece and this one: "1. Login".
func (p *piece) afterNumber(before *piece) bool {
	for i := before.end; i < p.from; i++ {
		if l := p.lines[i]; l.number != "" && isTitle(l, false) {
			return true
		}
	}
	return false
}

// describes says that a line tells in a few words what the heading above it names, before the labels that begin at end: "## Create voucher" over
// "Creates a voucher for a customer", or over "**Brief:**" with that below it.
func describes(lines []line, i, end int) bool {
	const fewest = 5
	l, above := lines[i], i-1
	for above >= 0 && lines[above].blank() {
		above--
	}
	switch {
	case above < 0 || l.level > 0 || l.number != "":
		return false
	case lines[above].heading && lines[above].level == 0 && !l.heading:
		return describes(lines, above, end)
	case lines[above].level == 0 || !isTitle(lines[above], false):
		return false
	case l.heading: // in bold
		return strings.HasSuffix(l.s, ":") || strings.HasSuffix(l.s, "：") || l.next < end
	}
	return !l.marked() && len(strings.Fields(l.s)) >= fewest
}

// follows says that a number counts on from another one, as those of labels do.
func follows(number, before string) bool {
	n, err := strconv.Atoi(number)
	m, err2 := strconv.Atoi(before)
	return err == nil && err2 == nil && n > m && n <= m+2 && len(number) <= len(before)+1
}
