package pdf

import (
	"math"
	"slices"
)

// tagged are the tables that the structure of the document names.
func (l *layout) tagged() []ruledTable {
	at := map[mark][]placed{}
	for i, p := range l.pages {
		for j, g := range p.glyphs {
			if g.mark >= 0 && !l.taken[i][j] {
				m := mark{p.key, g.mark}
				at[m] = append(at[m], placed{g, i})
			}
		}
	}
	used := map[mark]bool{}
	var tables []ruledTable
	for _, s := range l.said.tables {
		if t, page, ok := l.fromStructure(s, at); ok {
			tables = append(tables, ruledTable{t, page})
			for _, row := range s.rows {
				for _, c := range row {
					for _, m := range c.marks {
						used[m] = true
					}
				}
			}
		}
	}
	for i, p := range l.pages {
		for j, g := range p.glyphs {
			l.taken[i][j] = l.taken[i][j] || g.mark >= 0 && used[mark{p.key, g.mark}]
		}
	}
	return tables
}

// fromStructure makes a table of what the structure names. A table of a single column only frames its content.
func (l *layout) fromStructure(s *tagged, at map[mark][]placed) (t *table, page int, ok bool) {
	t = &table{place: box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
	page = len(l.pages)
	for _, row := range s.rows {
		var cells []*cell
		for _, c := range row {
			made := &cell{}
			for _, m := range c.marks {
				made.glyphs = append(made.glyphs, at[m]...)
			}
			for _, g := range made.glyphs {
				page = min(page, g.page)
			}
			if c.merged {
				made.owner = made
			}
			cells = append(cells, made)
		}
		ok = ok || len(cells) > 1
		t.rows = append(t.rows, cells)
	}
	if page == len(l.pages) || !ok {
		return nil, 0, false
	}
	for _, row := range t.rows {
		for _, c := range row {
			for _, g := range c.glyphs {
				if g.page == page {
					b := &t.place
					*b = box{min(b.left, g.x), min(b.bottom, g.y), max(b.right, g.x+g.width), max(b.top, g.y+g.size*0.8)}
				}
			}
		}
	}
	t.align()
	l.widths(t)
	return t, page, true
}

// align puts the cells of rows that have too few of them under those of the others: empty cells may have been left out.
func (t *table) align() {
	most := 0
	for _, row := range t.rows {
		most = max(most, len(row))
	}
	columns := make([]box, most)
	for _, row := range t.rows {
		for j, c := range row {
			if b, ok := c.extent(); ok && len(row) == most {
				if columns[j].right == 0 {
					columns[j] = b
				}
				columns[j].left, columns[j].right = min(columns[j].left, b.left), max(columns[j].right, b.right)
			}
		}
	}
	for i, row := range t.rows {
		if len(row) == most || slices.ContainsFunc(row, func(c *cell) bool { return c.owner != nil }) {
			continue
		}
		full := make([]*cell, most)
		next := 0
		for n, c := range row {
			b, ok := c.extent()
			for left := len(row) - n; ok && next < most-left && columns[next].right < b.left; {
				next++
			}
			full[next] = c
			next++
		}
		for j := range full {
			if full[j] == nil {
				full[j] = &cell{}
			}
		}
		t.rows[i] = full
	}
}

// extent is the rectangle around what stands in a cell.
func (c *cell) extent() (b box, ok bool) {
	for i, g := range c.glyphs {
		if i == 0 {
			b = box{g.x, g.y, g.x + g.width, g.y + g.size}
		}
		b = box{min(b.left, g.x), min(b.bottom, g.y), max(b.right, g.x+g.width), max(b.top, g.y+g.size)}
	}
	return b, len(c.glyphs) > 0
}

// widths finds the edges of the cells of a table that the structure names, where lines show them.
func (l *layout) widths(t *table) {
	ruled := map[int][]*table{}
	for _, row := range t.rows {
		for _, c := range row {
			if len(c.glyphs) == 0 {
				continue
			}
			g := c.glyphs[0]
			if _, ok := ruled[g.page]; !ok {
				ruled[g.page] = l.pages[g.page].ruled()
			}
			for _, r := range ruled[g.page] {
				if b := r.at(g.x+g.width/2, g.y+0.3*g.size); b != nil {
					c.left, c.right = b.left, b.right
				}
			}
		}
	}
}
