package pdf

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// line is one line of a page.
type line struct {
	y, size float64
	text    string
	number  int // on its page, from 1
	gap     bool
	heading bool
	bold    bool // all of its letters are
	right   float64
	left    float64
	first   float64 // the width of its first word
}

// rowsOf puts glyphs together again: rows from the top, each from the left.
func rowsOf(glyphs []glyph) [][]glyph {
	glyphs = slices.Clone(glyphs)
	sort.SliceStable(glyphs, func(i, j int) bool { return glyphs[i].y > glyphs[j].y })
	var rows [][]glyph
	for from := 0; from < len(glyphs); {
		to := from + 1
		for to < len(glyphs) && sameRow(glyphs[from], glyphs[to]) {
			to++
		}
		row := glyphs[from:to]
		sort.SliceStable(row, func(i, j int) bool { return row[i].x < row[j].x })
		rows = append(rows, row)
		from = to
	}
	return rows
}

// heights are where the lines of a page stand, whatever they belong to.
func (p *page) heights(spaced bool) []float64 {
	var ys []float64
	for _, row := range rowsOf(p.glyphs) {
		if rowText(row, spaced) != "" {
			ys = append(ys, row[0].y)
		}
	}
	return ys
}

// linesOf are the lines that glyphs make.
func linesOf(glyphs []glyph, spaced bool, heights []float64) []line {
	var lines []line
	for _, row := range rowsOf(glyphs) {
		if s := rowText(row, spaced); s != "" {
			l := line{y: row[0].y, size: row[0].size, text: s, number: numberOf(heights, row[0].y)}
			l.measure(row)
			lines = append(lines, l)
		}
	}
	markGaps(lines)
	return lines
}

// numberOf is the number of the line at a height, from 1.
func numberOf(heights []float64, y float64) int {
	i := sort.Search(len(heights), func(i int) bool { return heights[i] <= y })
	if i > 0 && (i == len(heights) || heights[i-1]-y < y-heights[i]) {
		i--
	}
	return i + 1
}

// measure finds where the letters of a line stand, and whether they are bold.
func (l *line) measure(row []glyph) {
	l.left, l.right, l.bold = math.Inf(1), math.Inf(-1), true
	word := true
	for _, g := range row {
		blank := strings.TrimSpace(g.text) == ""
		if word = word && (l.right < l.left || !blank && g.x-l.right < 0.35*g.size); word && !blank {
			l.first = g.x + g.width - min(l.left, g.x)
		}
		if blank {
			continue
		}
		l.left, l.right = min(l.left, g.x), max(l.right, g.x+g.width)
		l.bold = l.bold && g.style.bold
	}
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
		word = 0.24
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
			trimmed := strings.TrimRight(b.String(), " \t")
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
		} else if i > 1 {
			usual = max(usual, 1.25*min(lines[i-2].y-lines[i-1].y, 2*height))
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

// withoutMargins empties the lines that browsers print at the edges of pages: date and title above, address and number below.
func withoutMargins(pages [][]line) {
	for i, lines := range pages {
		if len(lines) == 0 {
			continue
		}
		first, last := &lines[0], &lines[len(lines)-1]
		words := strings.FieldsFunc(last.text, unicode.IsSpace)
		if len(words) < 2 || !strings.Contains(last.text, "\t") || words[len(words)-1] != fmt.Sprintf("%d/%d", i+1, len(pages)) {
			continue
		}
		last.text = ""
		if date, _, ok := strings.Cut(first.text, ","); ok && strings.Count(date, "/") == 2 && strings.Contains(first.text, ":") {
			first.text = ""
		}
	}
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
