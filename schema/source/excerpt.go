package source

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// excerpt is a line, or a piece of a very long one, with the bytes that are meant.
type excerpt struct {
	text                string
	from, to            int  // bytes; from is where the caret stands
	cutBefore, cutAfter bool // the line has more than the text shows
}

// around is how many bytes on either side of the place are looked at, at least. Much more than is shown, so that a secret that reaches into
// what is shown is there in full when it is masked.
const around = 4096

// cutLine takes the place out of its line, masked. Neighbours on a long line are given the same piece to mask.
func cutLine(b *block, at Span, mask func(string) string) excerpt {
	start, end := b.lineStart(at.Line), b.lineEnd(at.Line)
	from := b.offset(at.Line, at.Column)
	to := b.offset(at.Line, max(at.Column, 1)+max(at.Length, 0))
	grid := from - from%around
	left, right := max(start, grid-around), min(end, grid+2*around)
	for left > start && !utf8.RuneStart(b.text[left]) {
		left--
	}
	for right < end && !utf8.RuneStart(b.text[right]) {
		right++
	}
	e := excerpt{text: b.text[left:right], from: from - left, to: max(min(to, right), from) - left, cutBefore: left > start, cutAfter: right < end}
	return e.masked(mask(e.text))
}

// masked moves the marked bytes to where they stand in the masked text; a place in what was masked becomes all of the mask.
func (e excerpt) masked(text string) excerpt {
	if text == e.text {
		return e
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	same := 0
	for same < min(len(text), len(e.text)) && text[same] == e.text[same] {
		same++
	}
	tail := 0
	for tail < min(len(text), len(e.text))-same && text[len(text)-1-tail] == e.text[len(e.text)-1-tail] {
		tail++
	}
	move := func(at, inside int) int {
		switch {
		case at <= same:
			return at
		case at >= len(e.text)-tail:
			return at + len(text) - len(e.text)
		}
		return inside
	}
	e.from, e.to = move(e.from, same), move(e.to, len(text)-tail)
	e.text = text
	return e
}

// glyph is what one code point is shown as.
type glyph struct {
	shown  string
	cells  int
	marked bool
}

// layOut returns the line as it is shown, at most so many cells wide, and the underline below it. column is the cell of the screen
// at which both begin; it decides how wide a tab is.
func (e excerpt) layOut(column, width int) (line, mark string) {
	e = e.near(width)
	glyphs, caret := e.glyphs()
	first, last := window(glyphs, caret, width)
	var top, bottom strings.Builder
	if first > 0 || e.cutBefore {
		top.WriteString("…")
		bottom.WriteString(" ")
		column++
	}
	for i, g := range glyphs[first:last] {
		cells := g.cells
		if g.shown == "\t" {
			cells = 8 - column%8
		}
		top.WriteString(g.shown)
		bottom.WriteString(underline(g, cells, first+i == caret))
		column += cells
	}
	if last < len(glyphs) || e.cutAfter {
		top.WriteString("…")
	}
	if caret == len(glyphs) {
		bottom.WriteString("^")
	}
	return strings.TrimRight(top.String(), " \t"), strings.TrimRight(bottom.String(), " \t")
}

// underline is what stands below a glyph of so many cells.
func underline(g glyph, cells int, caret bool) string {
	if !g.marked && !caret {
		if g.shown == "\t" {
			return "\t"
		}
		return strings.Repeat(" ", cells)
	}
	s := strings.Repeat("~", cells)
	if caret {
		s = "^" + strings.Repeat("~", max(cells-1, 0))
	}
	if g.shown == "\t" && cells > 1 {
		return s[:1] + "\t" // the terminal moves on to the same stop as above
	}
	return s
}

// near leaves out what is farther from the caret than so many cells: it cannot be shown, and a line may be long.
func (e excerpt) near(width int) excerpt {
	first, before := e.from, 0
	for first > 0 && before <= width {
		r, size := utf8.DecodeLastRuneInString(e.text[:first])
		first -= size
		before += leastCells(r)
	}
	last, behind := e.from, 0
	for last < len(e.text) && behind <= 2*width { // a line that ends soon behind the caret is filled up from before it
		r, size := utf8.DecodeRuneInString(e.text[last:])
		last += size
		behind += leastCells(r)
	}
	return excerpt{
		text: e.text[first:last], from: e.from - first, to: min(e.to, last) - first,
		cutBefore: e.cutBefore || first > 0, cutAfter: e.cutAfter || last < len(e.text),
	}
}

// leastCells is how many cells of the screen a code point takes at least.
func leastCells(r rune) int {
	_, cells := show(r, utf8.MaxRune)
	return cells
}

// glyphs lays out the text and says before which glyph the caret stands: one of them, or their number for the end of the line.
// Combining marks belong to the glyph that they are put on.
func (e excerpt) glyphs() (glyphs []glyph, caret int) {
	caret = -1
	before := rune(' ')
	for i, r := range e.text {
		if caret < 0 && i >= e.from {
			caret = len(glyphs)
		}
		shown, cells := show(r, before)
		before = r
		marked := i >= e.from && i < e.to
		if n := len(glyphs); cells == 0 && n > 0 && glyphs[n-1].shown != "\t" {
			glyphs[n-1].shown += shown
			glyphs[n-1].marked = glyphs[n-1].marked || marked
			if i == e.from {
				caret = n - 1
			}
			continue
		}
		glyphs = append(glyphs, glyph{shown: shown, cells: max(cells, 1), marked: marked})
	}
	if caret < 0 {
		caret = len(glyphs)
	}
	return glyphs, caret
}

// window chooses the glyphs that are shown: the whole line where it fits, else what is around the caret, a third of it before.
func window(glyphs []glyph, caret, width int) (first, last int) {
	size := func(g glyph) int {
		if g.shown == "\t" {
			return 8
		}
		return g.cells
	}
	total := 0
	for _, g := range glyphs {
		total += size(g)
	}
	if total <= width {
		return 0, len(glyphs)
	}
	first, used := caret, 0
	for first > 0 && used+size(glyphs[first-1]) <= width/3 {
		first--
		used += size(glyphs[first])
	}
	last = caret
	for last < len(glyphs) && used+size(glyphs[last]) <= width {
		used += size(glyphs[last])
		last++
	}
	for first > 0 && used+size(glyphs[first-1]) <= width { // the line ends soon after the caret
		first--
		used += size(glyphs[first])
	}
	return first, last
}

// show is how a code point is printed, and in how many cells of the screen. What would act on the terminal, or would not be seen,
// is printed as a sign or a number instead.
func show(r, before rune) (string, int) {
	switch {
	case r >= ' ' && r < 0x7F:
		return printable[r-' ' : r-' '+1], 1
	case r == '\t':
		return "\t", 1
	case r < 0x20:
		return string(0x2400 + r), 1 // control pictures
	case r == 0x7F:
		return "␡", 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return string(r), 0
	case (r == '\u200C' || r == '\u200D') && before >= 0x80: // joiners of scripts and emoji
		return string(r), 0
	case !unicode.IsGraphic(r) && r != utf8.RuneError:
		s := fmt.Sprintf("<U+%04X>", r)
		return s, len(s)
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return string(r), 2
	}
	return string(r), 1
}

// printable are the characters of ASCII that are shown as they are, in their order: a piece of it costs nothing.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// inert makes a text safe to print within a line.
func inert(s string) string {
	var b strings.Builder
	before := rune(' ')
	for _, r := range s {
		if r == '\t' {
			r = ' '
		}
		shown, _ := show(r, before)
		b.WriteString(shown)
		before = r
	}
	return b.String()
}
