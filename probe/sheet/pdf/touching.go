package pdf

import (
	"math"
	"slices"
	"strings"
)

// The cells of a table without lines and with little padding, or none, touch where a text is as wide as its column: "mobile_numberstring". That
// another cell begins there shows by a text drawn for itself at the place where those of other rows begin, of which some leave a gap.

// mostColumns is how many places on a page may be edges of columns.
const mostColumns = 60

// spread moves the columns of a page apart that touch, so that gaps show them.
func (l *layout) spread(page int) {
	p := &l.pages[page]
	rows := p.freeRows(l.taken[page])
	edges := startsOf(rows)
	if len(edges) > mostColumns || len(edges)*len(p.glyphs) > maxWork {
		return
	}
	slices.Reverse(edges) // what is moved lies right of what is still looked at
	for _, x := range edges {
		for _, area := range touchingAt(rows, x) {
			for i := range p.glyphs {
				if g := &p.glyphs[i]; g.x >= x-1 && area.around(x+1, g.y) {
					g.x += 2 * g.size
				}
			}
		}
	}
}

// freeRows are the rows of glyphs that belong to no table; none where practically every letter is drawn for itself.
func (p *page) freeRows(taken []bool) [][]glyph {
	var free []glyph
	starts := 0
	for i, g := range p.glyphs {
		if taken[i] {
			continue
		}
		if free = append(free, g); g.start {
			starts++
		}
	}
	if starts*3 > len(free) {
		return nil
	}
	return rowsOf(free)
}

// startsOf are the places at which texts begin within rows.
func startsOf(rows [][]glyph) []float64 {
	var xs []float64
	for _, row := range rows {
		for i, g := range row {
			if i > 0 && g.start && !g.style.fixed && strings.TrimSpace(g.text) != "" {
				xs = append(xs, g.x)
			}
		}
	}
	return clusters(xs)
}

// touchingAt are the areas around rows in which cells begin at a place, some of them as close as words, some further off.
// The titles stand right above the first row: where labels stand in the middle of their rows, more than this would be needed.
func touchingAt(rows [][]glyph, x float64) []box {
	const fewest, farthest = 3, 4 // rows; sizes of the letters between two
	var out []box
	var area box
	cells, closest, widest := 0, math.Inf(1), math.Inf(-1)
	finish := func() {
		if cells >= fewest && closest < 0.9 && widest-closest > 0.5 { // gaps between words differ by less
			out = append(out, area)
		}
		cells, closest, widest = 0, math.Inf(1), math.Inf(-1)
	}
	for _, row := range rows {
		y, size := row[0].y, row[0].size
		before, begins, crossed := neighbours(row, x)
		begins = begins && before > math.Inf(-1)
		if crossed || cells > 0 && area.bottom-y > farthest*size || cells == 1 && !begins {
			finish()
		}
		if crossed {
			continue
		}
		if cells == 0 {
			area = box{math.Inf(-1), y - 0.3*size, math.Inf(1), y + 0.7*size}
		}
		if begins {
			cells++
			gap := (x - before) / size
			closest, widest = min(closest, gap), max(widest, gap)
		}
		if cells > 0 {
			area.bottom = y - 0.3*size
		}
	}
	finish()
	return out
}

// neighbours says where the text before a place ends, whether another one begins there, and whether one goes across it, or on with a blank.
func neighbours(row []glyph, x float64) (before float64, begins, crossed bool) {
	const near = 0.75
	before = math.Inf(-1)
	for i, g := range row {
		switch blank := strings.TrimSpace(g.text) == ""; {
		case blank:
			crossed = crossed || g.x < x-near && g.x+g.width > x-0.3*g.size
		case math.Abs(g.x-x) <= near && (g.start || i == 0):
			begins = true
		case g.x < x && g.x+g.width > x+near, math.Abs(g.x-x) <= near:
			crossed = true
		case g.x < x:
			before = max(before, g.x+g.width)
		}
	}
	return before, begins, crossed
}
