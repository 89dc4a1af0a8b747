package pdf

import (
	"math"
	"slices"
	"sort"
)

// table is a table of one page, or of several.
type table struct {
	place  box
	xs, ys []float64 // the edges of its columns and rows, where lines show them; the rows from the top
	rows   [][]*cell
	around bool // lines stand around its cells
	open   bool // its last row goes on behind the end of the page
	late   bool // its first row begins before the page
}

// cell is one cell of a table.
type cell struct {
	glyphs      []placed
	owner       *cell   // the cell above or to the left that this one is a part of
	left, right float64 // its edges; both 0 where they are not known
}

// placed is a glyph with its page.
type placed struct {
	glyph
	page int
}

const (
	maxLines = 1500 // of one page, from which tables are made up
	maxGrid  = 100_000
	maxWork  = 50_000_000 // lines to look at, for all glyphs of a page
)

// ruled finds the tables of a page that lines or coloured areas show.
func (p *page) ruled() []*table {
	lines := joined(p.rules)
	if len(lines) > maxLines || len(lines)*len(p.glyphs) > maxWork {
		return nil
	}
	var tables []*table
	var level []rule
	for _, c := range components(lines) {
		if t := gridOf(c); t != nil {
			tables = append(tables, t)
		} else if !slices.ContainsFunc(c, func(r rule) bool { return r.upright }) {
			level = append(level, c...)
		}
	}
	free := func(y, from, to float64) bool {
		return !slices.ContainsFunc(tables, func(t *table) bool {
			return t.place.around((from+to)/2, y) || t.place.around(from+1, y) || t.place.around(to-1, y)
		})
	}
	level = slices.DeleteFunc(level, func(r rule) bool { return !free(r.at, r.from, r.to) || p.underlines(r) })
	areas := slices.DeleteFunc(p.sideBySide(), func(b box) bool { return !free((b.top+b.bottom)/2, b.left, b.right) })
	tables = append(tables, p.striped(level, areas)...)
	return outermost(tables)
}

// outermost drops the tables within others: a frame around an example is none.
func outermost(tables []*table) []*table {
	sort.SliceStable(tables, func(i, j int) bool {
		return tables[i].place.width()*tables[i].place.height() > tables[j].place.width()*tables[j].place.height()
	})
	var kept []*table
	for _, t := range tables {
		b := t.place
		if !slices.ContainsFunc(kept, func(o *table) bool { return o.place.around((b.left+b.right)/2, (b.bottom+b.top)/2) }) {
			kept = append(kept, t)
		}
	}
	return kept
}

// gridOf makes a table of lines that hang together; nil where they are none.
func gridOf(lines []rule) *table {
	xs, ys := edges(lines)
	if len(xs) < 2 || len(ys) < 2 || len(xs)*len(ys) > maxGrid || len(xs) < 3 && len(ys) < 3 {
		return nil
	}
	slices.Reverse(ys)
	t := newTable(xs, ys)
	t.around = true
	level, upright := walls(lines, xs, ys)
	for i := range t.rows {
		for j := range t.rows[i] {
			if t.rows[i][j] == nil {
				t.fill(i, j, level, upright)
			}
		}
	}
	last := len(ys) - 1
	t.late, t.open = !slices.Contains(level[0], true), !slices.Contains(level[last], true)
	return t
}

// newTable has no cells yet.
func newTable(xs, ys []float64) *table {
	t := &table{xs: xs, ys: ys, place: box{xs[0], ys[len(ys)-1], xs[len(xs)-1], ys[0]}, rows: make([][]*cell, len(ys)-1)}
	for i := range t.rows {
		t.rows[i] = make([]*cell, len(xs)-1)
	}
	return t
}

// at is the cell at a place; nil for none.
func (t *table) at(x, y float64) *cell {
	if !t.place.around(x, y) {
		return nil
	}
	i, j := 0, 0
	for i+2 < len(t.ys) && t.ys[i+1] > y {
		i++
	}
	for j+2 < len(t.xs) && t.xs[j+1] < x {
		j++
	}
	if c := t.rows[i][j]; c.owner != nil {
		return c.owner
	}
	return t.rows[i][j]
}

// edges are where columns and rows may end.
func edges(lines []rule) (xs, ys []float64) {
	uprights := 0
	for _, r := range lines {
		if r.upright {
			uprights++
			xs, ys = append(xs, r.at), append(ys, r.from, r.to)
		} else {
			ys, xs = append(ys, r.at), append(xs, r.from, r.to)
		}
	}
	if uprights == 0 {
		return nil, nil
	}
	return clusters(xs), clusters(ys)
}

// walls says which parts of the grid are drawn: level[i][j] lies above row i in column j, upright[i][j] left of column j in row i.
func walls(lines []rule, xs, ys []float64) (level, upright [][]bool) {
	level, upright = make([][]bool, len(ys)), make([][]bool, len(ys)-1)
	for i := range level {
		level[i] = make([]bool, len(xs)-1)
	}
	for i := range upright {
		upright[i] = make([]bool, len(xs))
	}
	for _, r := range lines {
		if r.upright {
			j := nearest(xs, r.at)
			for i := range upright {
				upright[i][j] = upright[i][j] || covers(r, ys[i+1], ys[i])
			}
			continue
		}
		i := nearest(ys, r.at)
		for j := range level[i] {
			level[i][j] = level[i][j] || covers(r, xs[j], xs[j+1])
		}
	}
	return level, upright
}

func covers(r rule, from, to float64) bool {
	const most = 0.6
	return min(r.to, to)-max(r.from, from) >= most*(to-from)
}

func nearest(numbers []float64, n float64) int {
	best := 0
	for i, m := range numbers {
		if math.Abs(m-n) < math.Abs(numbers[best]-n) {
			best = i
		}
	}
	return best
}

// fill puts a cell into the grid, from its upper left corner as far as no wall stands.
func (t *table) fill(i, j int, level, upright [][]bool) {
	right, below := j+1, i+1
	for right < len(t.rows[i]) && !upright[i][right] && t.rows[i][right] == nil {
		right++
	}
	for below < len(t.rows) && !slices.Contains(level[below][j:right], true) && t.rows[below][j] == nil {
		below++
	}
	c := &cell{left: t.xs[j], right: t.xs[right]}
	for y := i; y < below; y++ {
		for x := j; x < right; x++ {
			if t.rows[y][x] == nil {
				t.rows[y][x] = &cell{owner: c}
			}
		}
	}
	t.rows[i][j] = c
}

// underlines says that a level line stands right below letters, and is as long as they are.
func (p *page) underlines(r rule) bool {
	left, right := math.Inf(1), math.Inf(-1)
	for _, g := range p.glyphs {
		if above := g.y - r.at; above > -0.5*g.size && above < 0.45*g.size && g.x+g.width > r.from-1 && g.x < r.to+1 {
			left, right = min(left, g.x), max(right, g.x+g.width)
		}
	}
	const near = 3
	return right > left && math.Abs(left-r.from) <= near && math.Abs(right-r.to) <= near
}

// sideBySide are the coloured areas that stand side by side, as the cells of a row do.
func (p *page) sideBySide() []box {
	const near, most = 1.6, 2000
	if len(p.fills) > most {
		return nil
	}
	var out []box
	for i, a := range p.fills {
		for j, b := range p.fills {
			if i != j && math.Abs(a.top-b.top) <= 1 && math.Abs(a.bottom-b.bottom) <= 1 && (math.Abs(a.right-b.left) <= near || math.Abs(b.right-a.left) <= near) {
				out = append(out, a)
				break
			}
		}
	}
	return out
}
