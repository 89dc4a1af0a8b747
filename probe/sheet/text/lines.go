package text

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// line is one line of the document, without what decorates it.
type line struct {
	whole   source.Text
	body    source.Text // without bullet, heading mark, number and bars of a table
	s       string      // of body
	number  string      // "10" of "10 Status Codes"; "" for none
	bullet  bool
	heading bool // marked as one, as in "## Login"
	level   int  // of a heading, 1 the highest; 0 where the marks do not tell
	next    int  // the next line that is not blank; the number of lines where there is none
	gap     bool // a blank line stands before it
	table   bool // it belongs to a table of parameters, in which no word is a label
	found   *found
}

// found is what [match] found in a line: it is asked for again and again.
type found struct {
	candidate
	ok, done bool
}

func (l line) blank() bool { return l.s == "" }

// marked says that the line is set apart as a row or a heading.
func (l line) marked() bool { return l.number != "" || l.heading }

func linesOf(t source.Text) []line {
	texts := t.Lines()
	lines := make([]line, len(texts))
	for i, whole := range texts {
		lines[i] = newLine(whole)
		if i > 0 && isUnderline(lines[i].s) && lines[i-1].mayBeTitle() {
			lines[i-1].heading = true
			lines[i-1].level = 1 + strings.Count(lines[i].s[:1], "-")
			lines[i] = line{whole: whole, body: whole.Slice(0, 0)}
		}
	}
	link(lines)
	return lines
}

// link tells every line what stands around it.
func link(lines []line) {
	next := len(lines)
	known := make([]found, len(lines))
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].next = next; lines[i].found == nil {
			lines[i].found = &known[i]
		}
		lines[i].gap = i == 0 || lines[i-1].blank()
		if !lines[i].blank() {
			next = i
		}
	}
}

// isUnderline says that a line makes a heading of the one above it.
func isUnderline(s string) bool {
	return len(s) >= 3 && (strings.Trim(s, "-") == "" || strings.Trim(s, "=") == "")
}

func (l line) mayBeTitle() bool {
	const longest = 80
	return l.s != "" && len(l.s) <= longest && mayStartWithLabel(l.s)
}

func newLine(whole source.Text) line {
	l := line{whole: whole, body: whole.TrimSpace()}
	s := l.body.String()
	if marks := len(s) - len(strings.TrimLeft(s, "#")); marks > 0 && marks <= 6 && len(s) > marks && (s[marks] == ' ' || s[marks] == '\t') {
		l.heading, l.level = true, marks
		l.body = l.body.Slice(marks, len(s)).TrimSpace()
	}
	if n := sheet.Bullet(l.body.String()); n > 0 {
		l.bullet = true
		l.body = l.body.Slice(n, l.body.Len())
	}
	if s = l.body.String(); strings.HasPrefix(s, "|") {
		inner := strings.TrimSuffix(s[1:], "|")
		l.body = l.body.Slice(1, 1+len(inner)).TrimSpace()
	}
	s = l.body.String()
	if strings.HasPrefix(s, "**") && strings.HasSuffix(s, "**") && strings.Count(s, "**") == 2 && len(s) > 4 {
		l.heading = true
		l.body = l.body.Slice(2, len(s)-2)
	}
	if s = l.body.String(); len(s) > 2 && s[0] == '*' && strings.IndexByte(s[1:], '*') == len(s)-2 { // *API: Pay*
		l.body = l.body.Slice(1, len(s)-1)
	}
	l.cutNumber()
	l.s = l.body.String()
	return l
}

// cutNumber takes the number off a row. In a table the number may be followed by a bar.
func (l *line) cutNumber() {
	s := l.body.String()
	n := sheet.Numbering(s)
	if bar := strings.IndexByte(s, '|'); n > 0 && bar >= 0 && bar <= n {
		n = bar + 1
	}
	if n == 0 {
		return
	}
	number := strings.TrimFunc(s[:n], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("|()[].:、（）．", r) })
	if rest := strings.TrimSpace(s[n:]); rest == "" || strings.HasPrefix(rest, "{") {
		return
	}
	l.number = number
	l.body = l.body.Slice(n, len(s)).TrimSpace()
	if rest := l.body.String(); strings.HasPrefix(rest, "|") {
		l.body = l.body.Slice(1, len(rest)).TrimSpace()
	}
}

// wordsBetween are the lines of each sheet, from where it starts to where the next one does. Those over the first sheet are its own where it is the only one.
func wordsBetween(lines []line, starts []int) [][]source.Text {
	words := make([][]source.Text, len(starts))
	for i, start := range starts {
		end := len(lines)
		for _, other := range starts {
			if other > start && other < end {
				end = other
			}
		}
		if len(starts) == 1 {
			start = 0
		}
		for _, l := range lines[start:end] {
			if !l.blank() {
				words[i] = append(words[i], l.body)
			}
		}
	}
	return words
}
