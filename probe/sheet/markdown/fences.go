package markdown

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// reopenFences blanks the two fences that cut an example in the middle: one that closes while a bracket is open and the example goes on
// below it, and the next one, which would open what is meant to be closed. Blanks stand in their place: no byte moves.
func reopenFences(markdown string) string {
	f := fences{}
	out := []byte(markdown)
	lines := strings.SplitAfter(markdown, "\n")
	from := 0
	for i, line := range lines {
		if f.cutsExample(lines, i) {
			for j := from; j < from+len(strings.TrimRight(line, "\r\n")); j++ {
				out[j] = ' '
			}
		} else {
			f.line(line)
		}
		from += len(line)
	}
	return string(out)
}

// fences follows the fences of a document.
type fences struct {
	mark    string // of the open fence; "" for none
	balance sheet.Balance
}

func (f *fences) line(line string) {
	s := strings.TrimSpace(line)
	mark := fenceMark(s)
	switch {
	case f.mark == "" && mark != "":
		f.mark, f.balance = mark, sheet.Balance{}
	case f.mark != "" && mark != "" && strings.HasPrefix(mark, f.mark) && len(s) == len(mark):
		f.mark = ""
	case f.mark != "":
		f.balance.Line(s)
	}
}

// fenceMark is the run of marks with which a fence starts; "" where the line is none.
func fenceMark(s string) string {
	for _, c := range []string{"`", "~"} {
		if n := len(s) - len(strings.TrimLeft(s, c)); n >= 3 && (c == "~" || !strings.Contains(s[n:], "`")) {
			return s[:n]
		}
	}
	return ""
}

// cutsExample says that the fence on a line closes in the middle of an example: brackets are open, the next line goes on with them, and a
// bare fence follows that closes what they opened.
func (f *fences) cutsExample(lines []string, i int) bool {
	const furthest = 200
	s := strings.TrimSpace(lines[i])
	if f.mark == "" || !f.balance.Open() || fenceMark(s) != s || !strings.HasPrefix(s, f.mark) {
		return false
	}
	balance, seen := f.balance, 0
	for _, line := range lines[i+1 : min(len(lines), i+1+furthest)] {
		next := strings.TrimSpace(line)
		switch {
		case next == "":
			continue
		case fenceMark(next) == next:
			return seen > 0 && !balance.Open()
		case seen == 0 && strings.IndexByte("\"'}],{[", next[0]) < 0, strings.HasPrefix(next, "#"), fenceMark(next) != "":
			return false
		}
		balance.Line(next)
		seen++
	}
	return false
}
