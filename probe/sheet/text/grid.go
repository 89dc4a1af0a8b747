package text

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// withoutGrid blanks the lines of drawn tables of two columns, label and value, so that cells of several lines are whole again: a tab stands
// where the two were parted. Nothing else moves.
func withoutGrid(text []byte) (found bool) {
	var block []gridLine
	flush := func() {
		found = blankGrid(text, block) || found
		block = nil
	}
	for from := 0; from < len(text); {
		end := from + bytes.IndexByte(text[from:], '\n')
		if end < from {
			end = len(text)
		}
		l, ok := readGridLine(text, from, end)
		if ok && (l.rule || len(block) > 0) {
			block = append(block, l)
		} else if len(block) > 0 {
			flush()
		}
		from = end + 1
	}
	flush()
	return found
}

// gridLine is a rule of a drawn table, or a row of it.
type gridLine struct {
	from, end int // without blanks around it
	rule      bool
	parts     int // where the columns of a rule are parted: runes from the start; 0 where they are not two
}

func readGridLine(text []byte, from, end int) (gridLine, bool) {
	s := string(text[from:end])
	trimmed := strings.TrimSpace(s)
	l := gridLine{from: from + strings.Index(s, trimmed)}
	l.end = l.from + len(trimmed)
	first, _ := utf8.DecodeRuneInString(trimmed)
	if len(trimmed) > 2 && strings.ContainsRune("+┌├└╔╠╚┏┣┗", first) && strings.Trim(trimmed, "+-=┌┬┐├┼┤└┴┘─╔╦╗╠╬╣╚╩╝═┏┳┓┣╋┫┗┻┛━") == "" {
		l.rule = true
		l.parts = onlyJoint(trimmed)
		return l, true
	}
	return l, isBar(first) && endsInBar(trimmed)
}

// onlyJoint is where a rule parts its columns, in runes; 0 where it has not two.
func onlyJoint(rule string) int {
	at, n, last := 0, 0, utf8.RuneCountInString(rule)-1
	i := 0
	for _, r := range rule {
		if i > 0 && i < last && strings.ContainsRune("+┬┼┴╦╬╩┳╋┻", r) {
			at = i
			n++
		}
		i++
	}
	if n != 1 {
		return 0
	}
	return at
}

func isBar(r rune) bool { return r == '|' || r == '│' || r == '║' || r == '┃' }

func endsInBar(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isBar(r) && utf8.RuneCountInString(s) > 2
}

// blankGrid blanks a drawn table where it has two columns in every row.
func blankGrid(text []byte, block []gridLine) bool {
	const fewest = 3
	if len(block) < fewest || block[0].parts == 0 {
		return false
	}
	var marks [][3]int
	for i, l := range block {
		if l.rule && l.parts != block[0].parts {
			return false
		}
		if l.rule {
			continue
		}
		m, ok := barsOf(text, l, block[0].parts)
		if !ok {
			return false
		}
		if i > 0 && !block[i-1].rule && len(marks) > 0 && isBrokenLabel(labelIn(text, marks[len(marks)-1]), labelIn(text, m)) {
			return false
		}
		marks = append(marks, m)
	}
	for _, l := range block {
		if l.rule {
			copy(text[l.from:l.end], bytes.Repeat([]byte(" "), l.end-l.from))
		}
	}
	for _, m := range marks {
		for _, at := range m {
			_, size := utf8.DecodeRune(text[at:])
			copy(text[at:at+size], "   "[:size])
		}
		text[m[1]] = '\t'
	}
	return true
}

// labelIn is what stands between the first two bars of a row.
func labelIn(text []byte, bars [3]int) string {
	_, size := utf8.DecodeRune(text[bars[0]:])
	return strings.TrimSpace(string(text[bars[0]+size : bars[1]]))
}

// isBrokenLabel says that the first cells of two lines are the two lines of one label: "Success" over "response".
func isBrokenLabel(first, second string) bool {
	if first == "" || second == "" {
		return false
	}
	if l, alone := sheet.LookupLabel(second); alone && l.Role != sheet.Generic {
		return false
	}
	l, ok := sheet.LookupLabel(first + " " + second)
	return ok && l.Words > 1
}

// barsOf are the bytes of the three bars of a row: the one in the middle stands below that of the rule, or is the next one from the left where wide
// letters moved it.
func barsOf(text []byte, l gridLine, parts int) (bars [3]int, ok bool) {
	s := string(text[l.from:l.end])
	last, size := utf8.DecodeLastRuneInString(s)
	bars[0], bars[2] = l.from, l.end-size
	column, inner := 0, 0
	for i, r := range s {
		if isBar(r) && i > 0 && i < len(s)-utf8.RuneLen(last) && (inner == 0 || column == parts) {
			inner = i
			if column == parts {
				break
			}
		}
		column++
	}
	bars[1] = l.from + inner
	return bars, inner > 0
}
