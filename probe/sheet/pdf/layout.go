package pdf

import (
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// layout makes paragraphs, headings and tables of what is drawn on pages.
type layout struct {
	doc     *source.Document
	pages   []page
	said    structure
	spaced  []bool
	heights [][]float64
	taken   [][]bool // glyphs that belong to tables
	usual   float64  // the size of most letters
	plain   bool     // most letters are not bold
}

func newLayout(doc *source.Document, pages []page, said structure) *layout {
	l := &layout{doc: doc, pages: pages, said: said}
	sizes, bold, all := map[float64]int{}, 0, 0
	for i := range pages {
		p := &pages[i]
		l.spaced = append(l.spaced, hasSpaces(p.glyphs))
		l.heights = append(l.heights, p.heights(l.spaced[i]))
		l.taken = append(l.taken, make([]bool, len(p.glyphs)))
		for _, g := range p.glyphs {
			sizes[math.Round(g.size*4)/4]++
			all++
			if g.style.bold {
				bold++
			}
		}
	}
	for size, n := range sizes {
		if m := sizes[l.usual]; n > m || n == m && size < l.usual {
			l.usual = size
		}
	}
	l.plain = bold*2 < all
	return l
}

// item is a line or a table.
type item struct {
	line  line
	table *table
	page  int
	top   float64
}

// blocks are the paragraphs and tables of all pages.
func (l *layout) blocks() []text.Block {
	var tables []ruledTable
	for i := range l.pages { // lines around cells are surer than what the structure says, which leaves out empty cells
		tables = append(tables, l.ruled(i, true)...)
	}
	tables = append(tables, l.tagged()...)
	for i := range l.pages {
		tables = append(tables, l.ruled(i, false)...)
		tables = append(tables, l.spacedTables(i)...)
	}
	items := l.stitched(l.items(tables))
	var blocks []text.Block
	for n, it := range items {
		if it.table != nil {
			blocks = append(blocks, text.Block{Kind: text.Table, Rows: l.rows(it.table)})
			continue
		}
		if it.line.gap {
			blocks = append(blocks, text.Block{})
		}
		at := l.doc.Cell(place(it.page, it.line.number), it.line.text)
		b := text.Block{Text: at}
		if it.line.heading {
			b.Kind = text.Heading
		}
		blocks = append(blocks, b)
		if isExampleLabel(it.line.text) && l.pictureBelow(items[n:]) {
			blocks = append(blocks, text.Block{Text: source.Compose([]source.Run{{Text: "see the picture", From: at}})})
		}
	}
	return blocks
}

// ruledTable is a table of lines with the page on which it stands.
type ruledTable struct {
	*table
	page int
}

// ruled are the tables of a page that its lines show, filled: those with lines around the cells, or the others.
func (l *layout) ruled(page int, around bool) []ruledTable {
	p := &l.pages[page]
	tables := p.ruled()
	var kept []ruledTable
	for _, t := range tables {
		if t.around == around && l.fillTable(t, page) {
			kept = append(kept, ruledTable{t, page})
		}
	}
	return kept
}

// fillTable puts the glyphs of a page into the cells of a table; false if it has none, or only such as belong to others.
func (l *layout) fillTable(t *table, page int) bool {
	any := false
	for j, g := range l.pages[page].glyphs {
		if l.taken[page][j] {
			continue
		}
		if c := t.at(g.x+g.width/2, g.y+0.3*g.size); c != nil {
			c.glyphs = append(c.glyphs, placed{g, page})
			l.taken[page][j] = true
			any = any || strings.TrimSpace(g.text) != ""
		}
	}
	return any
}

// items are the lines and tables of all pages in the order in which they are read.
func (l *layout) items(tables []ruledTable) [][]item {
	pages := make([][]line, len(l.pages))
	for i, p := range l.pages {
		var free []glyph
		for j, g := range p.glyphs {
			if !l.taken[i][j] {
				free = append(free, g)
			}
		}
		pages[i] = linesOf(free, l.spaced[i], l.heights[i])
		for j := range pages[i] {
			pages[i][j].heading = l.isHeading(pages[i][j])
		}
	}
	withoutMargins(pages)
	items := make([][]item, len(l.pages))
	for i, lines := range withoutFurniture(pages) {
		for _, n := range lines {
			items[i] = append(items[i], item{line: n, page: i, top: n.y + 0.8*n.size})
		}
	}
	for _, t := range tables {
		items[t.page] = append(items[t.page], item{table: t.table, page: t.page, top: t.place.top})
	}
	for i := range items {
		sort.SliceStable(items[i], func(a, b int) bool { return items[i][a].top > items[i][b].top })
	}
	return items
}

// isHeading says that a line is larger than others, or bold where others are not.
func (l *layout) isHeading(n line) bool {
	const larger, longest = 1.15, 120
	if len(n.text) > longest || strings.ContainsAny(n.text, "\t{}\"") {
		return false
	}
	return n.size > larger*l.usual || n.bold && l.plain && n.size >= l.usual*0.9 && !strings.HasSuffix(n.text, ".")
}

// stitched puts the parts of tables together that go on on the next page.
func (l *layout) stitched(pages [][]item) []item {
	var all []item
	for i, items := range pages {
		for j, it := range items {
			it.line.gap = it.line.gap && j > 0
			if last := len(all) - 1; j == 0 && last >= 0 && it.table != nil && all[last].table != nil && all[last].table.goesOn(it.table) && i > 0 {
				l.append(all[last].table, it.table)
				continue
			}
			all = append(all, it)
		}
	}
	return all
}

// goesOn says that another table has the same columns.
func (t *table) goesOn(other *table) bool {
	const near = 6
	if len(t.xs) == 0 || len(t.xs) != len(other.xs) {
		return false
	}
	last := len(t.xs) - 1
	if t.around {
		last++
	}
	for i := range last { // where no line ends the last column, its longest text does
		if math.Abs(t.xs[i]-other.xs[i]) > near {
			return false
		}
	}
	return true
}

// append adds the rows of the next page, without the titles of columns that are repeated there, and joins a row that was cut in two.
func (l *layout) append(t, next *table) {
	rows, late := next.rows, next.late
	if len(rows) > 0 && len(t.rows) > 1 && l.rowText(rows[0]) == l.rowText(t.rows[0]) {
		rows, late = rows[1:], false
	}
	last := t.rows[len(t.rows)-1]
	if len(rows) > 0 && (t.open || late || l.unfinished(last) || l.isRest(last, rows[0])) {
		for j, c := range rows[0] {
			if c.owner != nil {
				continue
			}
			to := last[j]
			if to.owner != nil {
				to = to.owner
			}
			to.glyphs = append(to.glyphs, c.glyphs...)
		}
		rows = rows[1:]
	}
	t.rows, t.open = append(t.rows, rows...), next.open
}

func (l *layout) rowText(row []*cell) string {
	var b strings.Builder
	for _, c := range row {
		b.WriteString(l.text(c) + "\t")
	}
	return b.String()
}

// unfinished says that an example in a row is not complete.
func (l *layout) unfinished(row []*cell) bool {
	const most = 20_000 // letters that are looked at on every page
	return slices.ContainsFunc(row, func(c *cell) bool {
		if len(c.glyphs) > most {
			return true
		}
		s := l.text(c)
		return strings.Count(s, "{") > strings.Count(s, "}") || strings.Count(s, "[") > strings.Count(s, "]")
	})
}

// isRest says that a row has nothing under the first title, where the one above has something.
func (l *layout) isRest(above, row []*cell) bool {
	return len(row) > 1 && l.text(row[0]) == "" && row[0].owner == nil && l.text(above[0]) != ""
}

// pictureBelow says that a picture stands between the first item and the next one.
func (l *layout) pictureBelow(items []item) bool {
	var next []line
	if len(items) > 1 && items[1].page == items[0].page {
		next = []line{{y: items[1].top - 0.8*items[0].line.size}}
		if items[1].table == nil {
			next = []line{items[1].line}
		}
	}
	return l.pages[items[0].page].pictureBelow(items[0].line, next)
}

// rows are the cells of a table as grids have them.
func (l *layout) rows(t *table) [][]sheet.GridCell {
	out := make([][]sheet.GridCell, len(t.rows))
	wraps := map[int]bool{}
	for _, row := range t.rows {
		for j, c := range row {
			wraps[j] = wraps[j] || l.wraps(c)
		}
	}
	for i, row := range t.rows {
		for j, c := range row {
			if c.owner != nil {
				out[i] = append(out[i], sheet.GridCell{Merged: true})
				continue
			}
			out[i] = append(out[i], sheet.GridCell{Text: l.cellText(c, j+1, wraps[j])})
		}
	}
	return out
}
