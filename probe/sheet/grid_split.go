package sheet

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// sideBySide parts a table at empty columns where each part describes something on its own, and then where columns of labels stand beside
// each other.
func (r *gridReader) sideBySide(a area) []area {
	strips := r.split(a, emptyColumns(a))
	if len(strips) < 2 || !r.allDescribe(strips) {
		strips = []area{a}
	}
	var parts []area
	for _, strip := range strips {
		parts = append(parts, r.splitAtLabels(strip)...)
	}
	return parts
}

func emptyColumns(a area) map[int]bool {
	empty := map[int]bool{}
	for _, c := range a.cols {
		empty[c] = true
	}
	for _, row := range a.rows {
		for c, cell := range row {
			if cell.Text.Len() > 0 {
				delete(empty, c)
			}
		}
	}
	return empty
}

func (r *gridReader) split(a area, at map[int]bool) []area {
	var strips []area
	var cols []int
	for _, c := range append(slices.Clone(a.cols), -1) {
		if c >= 0 && !at[c] {
			cols = append(cols, c)
			continue
		}
		if len(cols) > 0 {
			strips = append(strips, a.columns(cols))
		}
		cols = nil
	}
	return strips
}

// allDescribe says that each part has titles of columns, or a column of labels, of its own.
func (r *gridReader) allDescribe(strips []area) bool {
	for _, s := range strips {
		if _, ok := r.findHeader(s, 0); ok {
			continue
		}
		if _, fields := r.labelColumn(s); fields < 2 {
			return false
		}
	}
	return true
}

// splitAtLabels parts a table before every column of labels.
func (r *gridReader) splitAtLabels(a area) []area {
	if _, ok := r.findHeader(a, 0); ok {
		return []area{a}
	}
	var starts []int
	for i, c := range a.cols {
		if r.fieldsIn(a, c) >= 3 && (len(starts) == 0 || i-starts[len(starts)-1] > 1) {
			starts = append(starts, i)
		}
	}
	if len(starts) < 2 || r.sharesLabels(a, a.cols[starts[0]], a.cols[starts[1]]) {
		return []area{a}
	}
	starts[0] = 0
	var parts []area
	for k, from := range starts {
		to := len(a.cols)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		for to-from > 2 && onlyNumbers(a, a.cols[to-1]) {
			to-- // they number the next column
		}
		parts = append(parts, a.columns(a.cols[from:to]))
	}
	return parts
}

// sharesLabels says that a second column of labels only details the first: no method and no URL stands beside it.
func (r *gridReader) sharesLabels(a area, first, second int) bool {
	return !r.hasHeart(a, first) || !r.hasHeart(a, second)
}

// hasHeart says that a column of labels has a method or a URL beside it.
func (r *gridReader) hasHeart(a area, col int) bool {
	for row := range a.rows {
		l := r.label(a.text(row, col))
		if l.ok && (l.Field == probe.FieldURL || l.Field == probe.FieldMethod) && a.text(row, col+1).Len() > 0 {
			return true
		}
	}
	return false
}

func onlyNumbers(a area, col int) bool {
	for row := range a.rows {
		if s := a.text(row, col).String(); s != "" && !isNumber(s) {
			return false
		}
	}
	return true
}

// maxLabelRows is how many rows are looked at to find out how a table is laid out.
const maxLabelRows = 2000

// fieldsIn counts the different fields that the labels of a column name.
func (r *gridReader) fieldsIn(a area, col int) int {
	fields := map[probe.Field]bool{}
	for row := range a.rows[:min(len(a.rows), maxLabelRows)] {
		if l := r.label(a.text(row, col)); l.isCore() {
			fields[l.Field] = true
		}
	}
	return len(fields)
}

// labelColumn finds the column whose labels name the most fields; the first of several.
func (r *gridReader) labelColumn(a area) (col, fields int) {
	col = -1
	for _, c := range a.cols[:min(len(a.cols), 40)] {
		if n := r.fieldsIn(a, c); n > fields {
			col, fields = c, n
		}
	}
	return col, fields
}

// header is a row of titles over rows that hold one API each.
type header struct {
	row, rows int // rows is 2 where a second row details the titles of the first
	cols      []headCol
}

// findHeader finds the next row of titles: labels that fill most of it, over values that such labels have.
func (r *gridReader) findHeader(a area, from int) (header, bool) {
	for row := from; row < len(a.rows); row++ {
		if !r.mayBeTitles(a, row) {
			continue
		}
		h := r.headerAt(a, row)
		if r.confirms(a, h) {
			return h, true
		}
	}
	return header{}, false
}

// mayBeTitles looks at one row alone: at least two labels, one of them of a field, and no more other texts than labels.
func (r *gridReader) mayBeTitles(a area, row int) bool {
	labels, core, other, heart := 0, 0, 0, false
	for _, c := range a.cols {
		t := a.text(row, c)
		if t.Len() == 0 || isNumber(t.String()) && labels == 0 {
			continue
		}
		switch l := r.titleLabel(t); {
		case l.isCore():
			core, labels = core+1, labels+1
			heart = heart || l.Field == probe.FieldURL || l.Field == probe.FieldMethod || l.Field == probe.FieldName || isBodyField(l.Field)
		case l.ok || isNumberTitle(t.String()) || parameterTitle(t.String()) != "" || statusTitle(t.String()) != 0:
			labels++
		case t.Len() > maxLabel:
			return false
		default:
			other++
		}
	}
	return labels >= 2 && core >= 1 && heart && other <= labels
}

func isBodyField(f probe.Field) bool { return f == probe.FieldRequestBody || isResponse(f) }

// confirms says that values stand below titles as such titles have them.
func (r *gridReader) confirms(a area, h header) bool {
	fields := map[probe.Field]bool{}
	for _, c := range h.cols {
		if c.label.isCore() {
			fields[c.label.Field] = true
		}
	}
	if len(fields) == 0 || len(fields) == 1 && !fields[probe.FieldURL] {
		return false
	}
	seen := 0
	for row := h.row + h.rows; row < min(len(a.rows), h.row+200) && seen < 12; row++ {
		if a.isEmpty(row) {
			continue
		}
		seen++
		proofs, labels := 0, 0
		for _, c := range a.cols {
			t := a.text(row, c)
			if t.Len() == 0 {
				continue
			}
			if r.label(t).isCore() {
				labels++
			}
			for f := range fields {
				if f != probe.FieldStatusCodes && proves(f, t) {
					proofs++
					break
				}
			}
		}
		if proofs >= 2 && labels <= 1 || proofs == 1 && labels == 0 {
			return true
		}
		if labels > 0 && labels >= len(a.filled(row))/2 && proofs > 0 {
			return false // labels go on below: the row is the first of a column of labels
		}
	}
	return false
}

// endOfRows is the row behind the last API below some titles: the next titles, or what follows an empty row and begins with a label.
func (r *gridReader) endOfRows(a area, h header) int {
	for row := h.row + h.rows; row < len(a.rows); row++ {
		if r.mayBeTitles(a, row) && r.confirms(a, r.headerAt(a, row)) {
			return row
		}
		filled := a.filled(row)
		if len(filled) == 0 || row == 0 || !a.isEmpty(row-1) && len(filled) > 2 {
			continue
		}
		if len(filled) == 1 && r.rowFollows(a, h, row) {
			continue
		}
		if first := a.text(row, filled[0]); r.endsTable(a, row, first, filled) {
			return row
		}
	}
	return len(a.rows)
}

// rowFollows says that the row below one text is without doubt another API of the table: the text, be it a known word such as "Login", is
// the heading of a group of them.
func (r *gridReader) rowFollows(a area, h header, row int) bool {
	if len(a.filled(row+1)) < 3 {
		return false
	}
	return slices.ContainsFunc(h.cols, func(c headCol) bool {
		return c.label.isCore() && (c.label.Field == probe.FieldURL || c.label.Field == probe.FieldMethod) && proves(c.label.Field, a.text(row+1, c.at))
	})
}
