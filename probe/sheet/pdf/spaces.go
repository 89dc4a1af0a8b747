package pdf

import (
	"math"
	"slices"
)

// A table without lines shows by the gaps between its columns alone. Where each row is one line, or labels stand beside the first line of their
// values, the lines are understood as they stand. Tables of other kinds are put together here: labels in the middle of their values, and cells
// of several lines in more than two columns.

// spacedRow is one line of glyphs, parted where the gap is too wide for a blank.
type spacedRow struct {
	glyphs []span
	parts  []span
	y      float64
	size   float64
}

// span is what lies from the left to the right.
type span struct{ from, to float64 }

// spacedTables finds the tables among the glyphs of a page that belong to no other.
func (l *layout) spacedTables(page int) []ruledTable {
	rows := l.spacedRows(page)
	var out []ruledTable
	end := 0 // of the last table
	for from := 0; from < len(rows); {
		to, columns := region(rows, from, l.usual)
		if to-from < 3 || len(columns) < 2 {
			from++
			continue
		}
		for from > end && rows[from-1].continues(rows[from], columns) {
			from--
		}
		if page > 0 && end == 0 && isRestOfTable(rows[:from], columns) {
			from = 0
		}
		end = to
		if t := tableOf(rows[from:to], columns); t != nil && l.fillTable(t, page) {
			out = append(out, ruledTable{t, page})
		}
		from = to
	}
	return out
}

func (l *layout) spacedRows(page int) []spacedRow {
	var free []glyph
	for j, g := range l.pages[page].glyphs {
		if !l.taken[page][j] && g.text != " " && g.text != "" && g.text != "\u00a0" {
			free = append(free, g)
		}
	}
	var out []spacedRow
	for _, glyphs := range rowsOf(free) {
		row := spacedRow{y: glyphs[0].y, size: glyphs[0].size}
		for _, g := range glyphs {
			row.glyphs = append(row.glyphs, span{g.x, g.x + g.width})
			n := len(row.parts) - 1
			if n >= 0 && g.x-row.parts[n].to <= 0.9*g.size {
				row.parts[n].to = max(row.parts[n].to, g.x+g.width)
				continue
			}
			row.parts = append(row.parts, span{g.x, g.x + g.width})
		}
		out = append(out, row)
	}
	return out
}

// region is how far a table reaches that begins with a row, and its columns: as long as the gaps between them stay free.
func region(rows []spacedRow, from int, usual float64) (to int, columns []span) {
	const farthest, larger = 7, 1.3
	first := rows[from].parts
	if len(first) > maxSpan {
		return from, nil
	}
	var gaps []span
	for i := 1; i < len(first); i++ {
		gaps = append(gaps, span{first[i-1].to, first[i].from})
	}
	left, right := math.Inf(1), math.Inf(-1)
	for to = from; to < len(rows) && len(gaps) > 0; to++ {
		row := rows[to]
		if row.size > larger*usual || to > from && rows[to-1].y-row.y > farthest*row.size {
			break
		}
		free := row.free(gaps)
		if len(free) == 0 || len(free) < len(gaps) && to-from > 2 {
			break
		}
		gaps = free
		left, right = min(left, row.parts[0].from), max(right, row.parts[len(row.parts)-1].to)
	}
	for _, g := range gaps {
		columns = append(columns, span{left, g.from})
		left = g.to
	}
	return to, append(columns, span{left, right})
}

// continues says that a row stands in the columns of values alone, right above another one: the label in the middle of them comes further below.
func (r spacedRow) continues(below spacedRow, columns []span) bool {
	const closely = 1.7
	return r.y-below.y <= closely*r.size && r.parts[0].from >= columns[1].from-1
}

// isRestOfTable says that the rows at the top of a page begin with the rest of a value, and leave the gaps between columns free.
func isRestOfTable(rows []spacedRow, columns []span) bool {
	var gaps []span
	for j := 1; j < len(columns); j++ {
		gaps = append(gaps, span{columns[j-1].to, columns[j].from})
	}
	return len(rows) > 0 && rows[0].parts[0].from >= columns[1].from-1 && !slices.ContainsFunc(rows, func(r spacedRow) bool { return len(r.free(gaps)) < len(gaps) })
}

// free is what a row leaves free of gaps.
func (r spacedRow) free(gaps []span) []span {
	const narrow = 0.3
	var out []span
	for _, gap := range gaps {
		best, at := span{}, gap.from
		for _, g := range append(slices.Clone(r.glyphs), span{gap.to, gap.to}) {
			if g.to < gap.from || g.from > gap.to {
				continue
			}
			if s := (span{at, min(g.from, gap.to)}); s.to-s.from > best.to-best.from {
				best = s
			}
			at = max(at, g.to)
		}
		if best.to-best.from >= narrow*r.size {
			out = append(out, best)
		}
	}
	return out
}

// band is what stands together without a wide gap above or below.
type band struct {
	top, bottom float64
	label       span // from the top of the label to its bottom; empty for none
	labelled    bool
}

// tableOf makes a table of rows with columns; nil where they are understood as they stand.
func tableOf(rows []spacedRow, columns []span) *table {
	bands := bandsOf(rows, columns[0].to)
	if asTheyStand(rows, bands, columns) {
		return nil
	}
	groups := rowsOfBands(bands)
	if len(groups) < 2 {
		return nil
	}
	xs := []float64{columns[0].from - 1}
	for j := 1; j < len(columns); j++ {
		xs = append(xs, columns[j].from-1)
	}
	xs = append(xs, columns[len(columns)-1].to+1)
	ys := []float64{groups[0].top + 1}
	for i := 1; i < len(groups); i++ {
		ys = append(ys, (groups[i-1].bottom+groups[i].top)/2)
	}
	ys = append(ys, groups[len(groups)-1].bottom-1)
	t := newTable(xs, ys)
	for i := range t.rows {
		for j := range t.rows[i] {
			t.rows[i][j] = &cell{left: columns[j].from, right: columns[j].to} // as wide as its longest line, for all one knows
		}
	}
	return t
}

// bandsOf parts rows where more room is left between two than between most.
func bandsOf(rows []spacedRow, label float64) []band {
	pitch := math.Inf(1)
	for i := 1; i < len(rows); i++ {
		if d := rows[i-1].y - rows[i].y; d > 0.8*rows[i].size {
			pitch = min(pitch, d/rows[i].size)
		}
	}
	var out []band
	for i, row := range rows {
		top, bottom := row.y+0.8*row.size, row.y-0.2*row.size
		if i == 0 || rows[i-1].y-row.y > 1.22*max(pitch, 1.1)*row.size {
			out = append(out, band{top: top, bottom: bottom})
		}
		b := &out[len(out)-1]
		b.bottom = min(b.bottom, bottom)
		if row.parts[0].from < label {
			if !b.labelled {
				b.label = span{bottom, top}
			}
			b.labelled, b.label.from = true, bottom
		}
	}
	return out
}

// asTheyStand says that every label stands beside the first line of its value, or that each row is one line.
func asTheyStand(rows []spacedRow, bands []band, columns []span) bool {
	if len(columns) > 2 {
		return len(bands) >= len(rows)
	}
	for _, b := range bands {
		if !b.labelled || b.top-b.label.to > 0.5*(b.label.to-b.label.from) {
			return false
		}
	}
	return true
}

// rowsOfBands joins the bands without a label to those above or below: so that the labels stand at the top of their rows, or in the middle.
func rowsOfBands(bands []band) []band {
	var out []band
	for from := 0; from < len(bands); {
		if bands[from].labelled || len(out) == 0 {
			out = append(out, bands[from])
			from++
			continue
		}
		to := from
		for to < len(bands) && !bands[to].labelled {
			to++
		}
		above := &out[len(out)-1]
		best, least := to-from, math.Inf(1)
		for k := 0; k <= to-from && to < len(bands); k++ {
			up, down := *above, bands[to]
			if k > 0 {
				up.bottom = bands[from+k-1].bottom
			}
			if k < to-from {
				down.top = bands[from+k].top
			}
			if cost := up.skew() + down.skew(); cost < least {
				best, least = k, cost
			}
		}
		if best > 0 {
			above.bottom = bands[from+best-1].bottom
		}
		if best < to-from && to < len(bands) {
			bands[to].top = bands[from+best].top
		}
		from = to
	}
	return out
}

// skew is how far the label is from the top of its row, or from the middle.
func (b band) skew() float64 {
	if !b.labelled {
		return 0
	}
	middle := math.Abs((b.label.from+b.label.to)/2 - (b.top+b.bottom)/2)
	return min(middle, math.Abs(b.top-b.label.to))
}
