package pdf

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The lines of a cell are those that somebody typed, or those into which a long one was broken to fit. The latter are put together again.

// cellLine is a line of a cell.
type cellLine struct {
	line
	page  int
	mark  int
	fixed bool
	next  float64 // the width of its first letter
}

// linesIn are the lines of a cell.
func (l *layout) linesIn(c *cell) []cellLine {
	var out []cellLine
	for from := 0; from < len(c.glyphs); {
		to := from
		var glyphs []glyph
		for to < len(c.glyphs) && c.glyphs[to].page == c.glyphs[from].page {
			glyphs = append(glyphs, c.glyphs[to].glyph)
			to++
		}
		page := c.glyphs[from].page
		for _, row := range rowsOf(glyphs) {
			s := rowText(row, l.spaced[page])
			if s == "" {
				continue
			}
			n := cellLine{line: line{y: row[0].y, size: row[0].size, text: s, number: numberOf(l.heights[page], row[0].y)}, page: page, mark: row[0].mark}
			n.measure(row)
			n.fixed, n.next = row[0].style.fixed, row[0].width
			out = append(out, n)
		}
		from = to
	}
	return out
}

// text is the text of a cell without places.
func (l *layout) text(c *cell) string {
	var b strings.Builder
	for i, n := range l.linesIn(c) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(n.text)
	}
	return b.String()
}

// cellText is the text of a cell; each line knows where it stands. In a column that wraps, long lines were broken to fit.
func (l *layout) cellText(c *cell, column int, wraps bool) source.Text {
	lines := l.linesIn(c)
	limit := rightmost(c, lines)
	var runs []source.Run
	quoted := false // a text in quotes is open
	for i, n := range lines {
		if i > 0 {
			between := separator(lines[i-1], n, limit, wraps, quoted)
			runs = append(runs, source.Run{Text: between})
			quoted = quoted && between != "\n"
		}
		quoted = quoted != insideString(n.text)
		at := l.doc.Cell(fmt.Sprintf("%s, column %d", place(n.page, n.number), column), n.text)
		runs = append(runs, source.Run{Text: n.text, From: at})
	}
	return source.Compose(runs)
}

// wraps says that a cell has a line that was certainly broken: the next word did not fit, and it does not just fill the column, as the
// longest line does of a column that is made to fit.
func (l *layout) wraps(c *cell) bool {
	lines := l.linesIn(c)
	limit := rightmost(c, lines)
	for i := 1; limit > 0 && i < len(lines); i++ {
		above, below := lines[i-1], lines[i]
		if room := limit - above.right; !begins(below.text) && !above.fixed && room > justFits*above.size && above.overflows(below, limit) {
			return true
		}
	}
	return false
}

const justFits = 0.13 // sizes of the letters

// overflows says that the first word of the next line has no room behind a line.
func (n cellLine) overflows(next cellLine, limit float64) bool {
	const blank = 0.4
	return n.right+blank*n.size+next.first > limit
}

// rightmost is how far the lines of a cell may reach: the same room is left on both sides.
func rightmost(c *cell, lines []cellLine) float64 {
	if c.right == 0 {
		return 0
	}
	const most = 12
	room := float64(most)
	for _, n := range lines {
		room = min(room, max(n.left-c.left, 0))
	}
	return c.right - room
}

// separator is what stands between two lines of a cell: nothing or a blank where one was broken in two, and else a new line.
func separator(above, below cellLine, limit float64, wraps, quoted bool) string {
	if !quoted && (begins(below.text) || above.fixed) {
		return "\n"
	}
	room := math.Inf(1)
	switch {
	case limit > 0:
		room = limit - above.right
		if wraps { // letters on the screen, where the lines were broken, are a little wider than in print
			limit -= 0.4 * above.size
		}
		if !above.overflows(below, limit) || above.page != below.page {
			return "\n"
		}
	case above.mark < 0 || above.mark != below.mark:
		return "\n"
	}
	words := strings.Fields(above.text)
	last := words[len(words)-1]
	address := strings.Contains(last, "://") || strings.HasPrefix(last, "/")
	full := room < 1.3*below.next
	switch r := rune(last[len(last)-1]); {
	case len(last) > 1 && r == '-', address && strings.ContainsRune("/?&=_.", r):
		return ""
	case full && (address || len(last) >= 12) && startsWord(below.text):
		return ""
	case limit > 0 && room < justFits*above.size && !wraps: // the column is as wide as its longest line
		return "\n"
	}
	return " "
}

func startsWord(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/?&=_.-{}<>%:", r)
	}
	return false
}

// begins says that a line begins something new: an example, a further member, a name with its value.
func begins(s string) bool {
	if s == "" || strings.ContainsRune("{}[]\"'•", rune(s[0])) {
		return true
	}
	name, rest, ok := strings.Cut(s, " ")
	switch {
	case len(name) > 1 && strings.HasSuffix(name, ":"), len(name) > 2 && strings.Contains(name[:len(name)-1], ":") && !strings.Contains(name, "://"):
		return true
	case !ok:
		return false
	}
	for _, mark := range []string{": ", "= ", "- ", "– ", "— "} {
		if strings.HasPrefix(rest+" ", mark) {
			return true
		}
	}
	return false
}

// insideString says that a line ends within quotes.
func insideString(s string) bool { return strings.Count(strings.ReplaceAll(s, `\"`, ""), `"`)%2 == 1 }
