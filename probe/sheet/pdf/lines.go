package pdf

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// line is one line of a page.
type line struct {
	y, size float64
	text    string
	number  int // on its page, from 1
	gap     bool
}

// lines puts the glyphs of a page together again: rows from the top, each from the left.
func (p *page) lines() []line {
	glyphs := append([]glyph(nil), p.glyphs...)
	sort.SliceStable(glyphs, func(i, j int) bool { return glyphs[i].y > glyphs[j].y })
	spaced := hasSpaces(glyphs)
	var lines []line
	for from := 0; from < len(glyphs); {
		to := from + 1
		for to < len(glyphs) && sameRow(glyphs[from], glyphs[to]) {
			to++
		}
		row := glyphs[from:to]
		sort.SliceStable(row, func(i, j int) bool { return row[i].x < row[j].x })
		if s := rowText(row, spaced); s != "" {
			lines = append(lines, line{y: row[0].y, size: row[0].size, text: s, number: len(lines) + 1})
		}
		from = to
	}
	markGaps(lines)
	return lines
}

// sameRow allows for letters that stand a little higher or lower.
func sameRow(a, b glyph) bool {
	const tolerance = 0.35
	return a.y-b.y <= tolerance*min(a.size, b.size)
}

// hasSpaces says that blanks are drawn as glyphs, and are not only gaps.
func hasSpaces(glyphs []glyph) bool {
	n := 0
	for _, g := range glyphs {
		if strings.TrimSpace(g.text) == "" {
			n++
		}
	}
	return n*25 > len(glyphs)
}

// rowText joins the letters of a row. Gaps that kerning leaves are none; those between words are blanks; wider ones part columns.
func rowText(row []glyph, spaced bool) string {
	word, column := 0.18, 1.8 // in sizes of the letters
	if spaced {
		word = 0.35
	}
	var b strings.Builder
	end := math.Inf(-1)
	var last glyph
	for _, g := range row {
		if g.text == last.text && math.Abs(g.x-last.x) < 0.15*g.size && g.width > 0 && b.Len() > 0 {
			continue // bold by drawing twice
		}
		blank := strings.TrimSpace(g.text) == ""
		switch gap := g.x - end; {
		case b.Len() == 0 || blank && gap < column*g.size:
		case gap > column*g.size:
			trimmed := strings.TrimRight(b.String(), " ")
			b.Reset()
			b.WriteString(trimmed + "\t")
		case gap > word*g.size && !strings.HasSuffix(b.String()[max(0, b.Len()-1):], " "):
			b.WriteByte(' ')
		}
		if blank {
			if b.Len() > 0 && !strings.HasSuffix(b.String()[max(0, b.Len()-1):], "\t") {
				b.WriteByte(' ')
			}
			continue // its width counts as gap, so that columns that are filled with blanks part as well
		}
		b.WriteString(g.text)
		end, last = g.x+g.width, g
	}
	return strings.TrimFunc(b.String(), unicode.IsSpace)
}

// markGaps finds the lines above which more room is left than between others.
func markGaps(lines []line) {
	for i := range lines {
		if i == 0 {
			continue
		}
		height := max(lines[i].size, lines[i-1].size)
		usual := 1.45 * height
		if i+1 < len(lines) {
			usual = max(usual, 1.25*min(lines[i].y-lines[i+1].y, 2*height))
		}
		lines[i].gap = lines[i-1].y-lines[i].y > usual
	}
}

// withoutFurniture leaves out what is printed on every page: headers, footers, numbers.
func withoutFurniture(pages [][]line) [][]line {
	const edge = 3 // lines at the top and at the bottom
	seen := map[string]map[int]bool{}
	each := func(visit func(page int, key string, l *line)) {
		for i, lines := range pages {
			for j := range lines {
				if j < edge || j >= len(lines)-edge {
					if key := furnitureKey(lines[j]); key != "" {
						visit(i, key, &lines[j])
					}
				}
			}
		}
	}
	each(func(page int, key string, _ *line) {
		if seen[key] == nil {
			seen[key] = map[int]bool{}
		}
		seen[key][page] = true
	})
	each(func(_ int, key string, l *line) {
		if n := len(seen[key]); n >= 2 && n*2 >= len(pages) {
			l.text = ""
		}
	})
	for i, lines := range pages {
		kept := lines[:0]
		for j, l := range lines {
			if lone := isPageNumber(l.text, i+1) && (j == 0 || j == len(lines)-1) && len(pages) > 1; l.text != "" && !lone {
				kept = append(kept, l)
			}
		}
		pages[i] = kept
	}
	return pages
}

// furnitureKey is the same for the same line of two pages, whatever number it has; "" for what is certainly no furniture.
func furnitureKey(l line) string {
	if strings.ContainsAny(l.text, "{}[]\"") {
		return ""
	}
	var b strings.Builder
	letters := false
	for _, r := range l.text {
		if unicode.IsDigit(r) {
			r = '#'
		}
		letters = letters || unicode.IsLetter(r) || r == '#'
		b.WriteRune(r)
	}
	if !letters {
		return ""
	}
	return fmt.Sprintf("%d %s", int(math.Round(l.y/3)), strings.ReplaceAll(b.String(), "##", "#"))
}

// isPageNumber recognises "7", "- 7 -" and "Page 7 of 9" on page 7.
func isPageNumber(s string, page int) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 0 && words[0] == "page" {
		words = words[1:]
	}
	return len(words) >= 1 && len(words) <= 3 && words[0] == fmt.Sprint(page) && (len(words) == 1 || words[1] == "of" || len(words) == 2)
}

// place names a line: "page 2, line 14". Line 0 is the whole page.
func place(page, line int) string {
	if line == 0 {
		return fmt.Sprintf("page %d", page+1)
	}
	return fmt.Sprintf("page %d, line %d", page+1, line)
}

// flow is the text of all pages, one line after the other.
func flow(doc *source.Document, pages []page) source.Text {
	all := make([][]line, len(pages))
	for i := range pages {
		all[i] = pages[i].lines()
	}
	var runs []source.Run
	for i, lines := range withoutFurniture(all) {
		for j, l := range lines {
			if j > 0 && l.gap {
				runs = append(runs, source.Run{Text: "\n"})
			}
			cell := doc.Cell(place(i, l.number), l.text)
			runs = append(runs, source.Run{Text: l.text, From: cell}, source.Run{Text: "\n"})
			if next := j + 1; isExampleLabel(l.text) && pages[i].pictureBelow(l, lines[next:]) {
				runs = append(runs, source.Run{Text: "see the picture", From: cell}, source.Run{Text: "\n"})
			}
		}
	}
	return source.Compose(runs)
}

// isExampleLabel says that a line is the label of an example, and nothing beside it.
func isExampleLabel(s string) bool {
	label, ok := sheet.LookupLabel(s)
	return ok && (label.Field == probe.FieldRequestBody || label.Field == probe.FieldSuccessResponse || label.Field == probe.FieldErrorResponse)
}

// pictureBelow says that a picture stands between a line and the next one.
func (p *page) pictureBelow(l line, rest []line) bool {
	bottom := math.Inf(-1)
	if len(rest) > 0 {
		bottom = rest[0].y
	}
	for _, top := range p.pictures {
		if top <= l.y+l.size && top > bottom+l.size {
			return true
		}
	}
	return false
}
