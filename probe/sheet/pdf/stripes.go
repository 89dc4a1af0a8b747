package pdf

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// A table may have lines between its rows alone, or rows of two colours. Where its columns are, the ends of the pieces tell that the lines are
// drawn in, or else the gaps that go through all rows.

// stripe is a line across a table, or an edge of a coloured row.
type stripe struct {
	y, left, right float64
	ends           []float64 // of its pieces
}

// striped finds the tables that level lines and rows of coloured areas make.
func (p *page) striped(lines []rule, areas []box) []*table {
	pieces := p.pieces(lines)
	for _, a := range areas {
		pieces = append(pieces, rule{at: a.top, from: a.left, to: a.right}, rule{at: a.bottom, from: a.left, to: a.right})
	}
	const most = 50
	groups := grouped(stripesOf(pieces))
	if len(groups) > most {
		return nil
	}
	var tables []*table
	for _, group := range groups {
		for _, part := range p.parted(group) {
			if t := p.between(part); t != nil {
				tables = append(tables, t)
			}
		}
	}
	return tables
}

// parted parts stripes in one piece, which tell nothing of columns, where no gap goes on through the rows between them.
func (p *page) parted(group []stripe) [][]stripe {
	const most = 100
	if len(group) > most || len(group)*len(p.glyphs) > maxWork || slices.ContainsFunc(group, func(s stripe) bool { return len(s.inner()) > 0 }) {
		return [][]stripe{group}
	}
	var out [][]stripe
	for from := 0; from < len(group); {
		to := from + 1
		for to < len(group) && len(p.corridors(box{group[from].left, group[to].y, group[from].right, group[from].y})) > 2 {
			to++
		}
		out = append(out, group[from:to])
		from = to
	}
	return out
}

// inner are the ends of its pieces within a stripe.
func (s stripe) inner() []float64 {
	return slices.DeleteFunc(clusters(slices.Clone(s.ends)), func(x float64) bool { return x < s.left+touching || x > s.right-touching })
}

// fits says that two stripes are equally long, and of pieces that are.
func (s stripe) fits(other stripe) bool {
	const near = 3
	a, b := s.inner(), other.inner()
	if len(a) > 0 && len(b) > 0 && len(a) != len(b) {
		return false
	}
	for i := range min(len(a), len(b)) {
		if math.Abs(a[i]-b[i]) > near {
			return false
		}
	}
	return math.Abs(s.left-other.left) <= near && math.Abs(s.right-other.right) <= near
}

// pieces are the lines as they were drawn, before they were joined.
func (p *page) pieces(lines []rule) []rule {
	var out []rule
	for _, r := range p.rules {
		if !r.upright && slices.ContainsFunc(lines, func(l rule) bool { return math.Abs(l.at-r.at) <= 1 && r.from >= l.from-1 && r.to <= l.to+1 }) {
			out = append(out, r)
		}
	}
	return out
}

// stripesOf takes the pieces at one height together.
func stripesOf(pieces []rule) []stripe {
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].at > pieces[j].at })
	var out []stripe
	for _, r := range pieces {
		n := len(out) - 1
		if n < 0 || out[n].y-r.at > 2 {
			out = append(out, stripe{y: r.at, left: r.from, right: r.to})
			n++
		}
		s := &out[n]
		s.left, s.right, s.ends = min(s.left, r.from), max(s.right, r.to), append(s.ends, r.from, r.to)
	}
	return out
}

// grouped takes the stripes together that fit.
func grouped(stripes []stripe) [][]stripe {
	var out [][]stripe
	for _, s := range stripes {
		i := slices.IndexFunc(out, func(g []stripe) bool { return g[len(g)-1].fits(s) })
		if i < 0 {
			out = append(out, []stripe{s})
			continue
		}
		out[i] = append(out[i], s)
	}
	return out
}

// between makes a table of what stands between stripes, and right above and below them; nil where it has no columns.
func (p *page) between(stripes []stripe) *table {
	if len(stripes) < 2 {
		return nil
	}
	left, right := stripes[0].left, stripes[0].right
	ys := make([]float64, 0, len(stripes)+2)
	for _, s := range stripes {
		ys = append(ys, s.y)
	}
	xs := p.columns(stripes, left, right, ys)
	if len(xs) < 3 || len(xs)*len(ys) > maxGrid {
		return nil
	}
	if y, ok := p.rowBeyond(xs, ys[0], 1); ok {
		ys = append([]float64{y}, ys...)
	}
	if y, ok := p.rowBeyond(xs, ys[len(ys)-1], -1); ok {
		ys = append(ys, y)
	}
	t := newTable(xs, ys)
	for i := range t.rows {
		for j := range t.rows[i] {
			t.rows[i][j] = &cell{left: xs[j], right: xs[j+1]}
		}
	}
	return t
}

// columns are the edges of the columns between stripes.
func (p *page) columns(stripes []stripe, left, right float64, ys []float64) []float64 {
	var ends []float64
	for _, s := range stripes {
		ends = append(ends, s.ends...)
	}
	var xs []float64
	for _, x := range clusters(ends) {
		n := 0
		for _, s := range stripes {
			if slices.ContainsFunc(s.ends, func(e float64) bool { return math.Abs(e-x) <= touching }) {
				n++
			}
		}
		if n*2 > len(stripes) {
			xs = append(xs, x)
		}
	}
	if len(xs) >= 3 || len(stripes) < 3 {
		return xs
	}
	return p.corridors(box{left, ys[len(ys)-1], right, ys[0]})
}

// corridors are the edges of columns that gaps through all lines of an area show.
func (p *page) corridors(area box) []float64 {
	var inside []glyph
	for _, g := range p.glyphs {
		if area.around(g.x+g.width/2, g.y+g.size*0.3) && g.text != " " {
			inside = append(inside, g)
		}
	}
	sort.SliceStable(inside, func(i, j int) bool { return inside[i].x < inside[j].x })
	xs, end := []float64{area.left}, math.Inf(1)
	for _, g := range inside {
		if g.x-end > 0.9*g.size {
			xs = append(xs, (end+g.x)/2)
		}
		if math.IsInf(end, 1) {
			end = g.x
		}
		end = max(end, g.x+g.width)
	}
	return append(xs, area.right)
}

// rowBeyond says that a row of the table stands above its first stripe, or below its last, and how far it reaches.
func (p *page) rowBeyond(xs []float64, y, up float64) (float64, bool) {
	const furthest, leading = 2.6, 1.7 // sizes of the letters
	var rows [][]glyph
	for _, row := range rowsOf(p.glyphs) {
		row = slices.DeleteFunc(row, func(g glyph) bool { return strings.TrimSpace(g.text) == "" || g.x < xs[0]-1 || g.x > xs[len(xs)-1] })
		if len(row) > 0 && (row[0].y+0.3*row[0].size-y)*up > 0 {
			rows = append(rows, row)
		}
	}
	if up > 0 {
		slices.Reverse(rows)
	}
	found, last := map[int]bool{}, y
	for i, row := range rows {
		middle := row[0].y + 0.3*row[0].size
		columns := columnsOf(row, xs)
		if d := (middle - last) * up; i == 0 && d > furthest*row[0].size || i > 0 && d > leading*row[0].size || columns == nil {
			break
		}
		for j := range columns {
			found[j] = true
		}
		last = middle
		y = middle + up*row[0].size
	}
	return y, found[0] && len(found) >= 2
}

// columnsOf are the columns in which glyphs stand; nil if one stands across two.
func columnsOf(row []glyph, xs []float64) map[int]bool {
	columns := map[int]bool{}
	end := math.Inf(1)
	for _, g := range row {
		j := 0
		for j+2 < len(xs) && xs[j+1] <= g.x+g.width/2 {
			j++
		}
		if j > 0 && end < xs[j] && g.x-end < 0.4*g.size && !columns[j] {
			return nil
		}
		columns[j] = true
		end = g.x + g.width
	}
	return columns
}
