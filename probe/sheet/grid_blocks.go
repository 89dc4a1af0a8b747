package sheet

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// entry is a label of a table with the rows of what belongs to it.
type entry struct {
	label gridLabel
	text  source.Text
	key   string
	rows  [][]source.Text
	cols  [][]int // the columns of the texts of each row
	table bool    // its rows are a table of their own: parameters, headers, codes
	open  Balance
	// titles are the columns of a table of parameters; nil where there is none.
	titles map[string]int
}

func (e *entry) add(row []source.Text, cols []int) {
	if len(row) == 0 {
		return
	}
	e.rows = append(e.rows, row)
	e.cols = append(e.cols, cols[max(0, len(cols)-len(row)):])
	for _, t := range row {
		for _, l := range t.Lines() {
			e.open.Line(l.String())
		}
	}
}

// value is all that belongs to a label, one line per row.
func (e *entry) value() source.Text {
	lines := make([]source.Text, len(e.rows))
	for i, row := range e.rows {
		if len(row) > 1 && e.takesOne(row) {
			row = row[:1]
		}
		lines[i] = inOneLine(row)
	}
	return joined(lines, "\n")
}

// aligned is all that belongs to a label, one line per row; a tab stands for every column, empty ones too.
func (e *entry) aligned() source.Text {
	first, last := 1<<30, 0
	for _, cols := range e.cols {
		for _, c := range cols {
			first, last = min(first, c), max(last, c)
		}
	}
	var runs []source.Run
	for i, row := range e.rows {
		if i > 0 {
			runs = append(runs, source.Run{Text: "\n"})
		}
		if len(e.cols[i]) != len(row) || len(row) == 1 || last-first > maxTestColumns {
			t := inOneLine(row)
			runs = append(runs, source.Run{Text: t.String(), From: t})
			continue
		}
		for c, next := first, 0; c <= last; c++ {
			if c > first {
				runs = append(runs, source.Run{Text: "\t"})
			}
			if next < len(row) && e.cols[i][next] == c {
				runs = append(runs, source.Run{Text: row[next].String(), From: row[next]})
				next++
			}
		}
	}
	return source.Compose(runs)
}

// takesOne says that only the first text beside a label is its value; remarks stand behind it.
func (e *entry) takesOne(row []source.Text) bool {
	switch e.label.Field {
	case probe.FieldName, probe.FieldMethod, probe.FieldPartnerCode:
		return true
	case probe.FieldHeaders:
		h, ok := headerLine(row[0])
		return e.label.Role == HeaderLine || ok && h.Value != ""
	case probe.FieldCredentials:
		return e.label.Role == NamedValue
	}
	return false
}

// parameters tells which columns of a table of parameters hold what; ok is false where the rows are none.
func (e *entry) parameters() (rows [][]source.Text, at map[string]int, ok bool) {
	if e.label.Field != probe.FieldRequestBody && e.label.Field != probe.FieldHeaders || len(e.rows) < 2 {
		return nil, nil, false
	}
	titles, ok := parameterColumns(e.rows[0])
	if !ok || len(e.cols[0]) != len(e.rows[0]) {
		return nil, nil, false
	}
	at = map[string]int{}
	for kind, i := range titles {
		at[kind] = e.cols[0][i]
	}
	width := slices.Max(e.cols[0]) + 1
	for i, row := range e.rows[1:] {
		cells := make([]source.Text, width)
		for j, c := range e.cols[i+1] {
			if c < width && j < len(row) {
				cells[c] = row[j]
			}
		}
		rows = append(rows, cells)
	}
	return rows, at, true
}

// block is the entries of one API.
type block struct {
	entries []*entry
	keys    map[string]bool
	title   source.Text
}

// blockReader reads labels in one column and values beside them, block after block.
type blockReader struct {
	*gridReader
	area    area
	tab     *gridTab
	labels  int // the column of the labels
	blocks  []*block
	current *entry
	over    gridLabel   // the label of several rows that labels of their own detail
	title   source.Text // a line over the next block
	blank   bool        // an empty row was the last
	cols    []int       // of the texts of the row
}

// labelled reads an area whose rows begin with labels: one API or several under each other, one API per column, or what all APIs share.
// Where it is known that a table of APIs stands beside it, an address alone is shared.
func (r *gridReader) labelled(tab *gridTab, a area, beside bool) {
	if len(a.rows) == 0 {
		return
	}
	labels, fields := r.labelColumn(a)
	if labels < 0 {
		labels = a.cols[0]
	}
	if columns := r.apiColumns(a, labels); fields >= 2 && len(columns) > 1 {
		for _, c := range columns {
			r.block(tab, r.oneColumn(a, labels, c), 0, beside)
		}
		return
	}
	r.block(tab, a, labels, beside)
}

// apiColumns are the columns beside the labels that each describe an API of their own: at least two values in each leave no doubt.
func (r *gridReader) apiColumns(a area, labels int) []int {
	proven := map[int]int{}
	width := 0
	for row := range a.rows[:min(len(a.rows), maxLabelRows)] {
		l := r.label(a.text(row, labels))
		if !l.isCore() {
			continue
		}
		for _, c := range a.cols {
			if c > labels && proves(l.Field, a.text(row, c)) {
				proven[c]++
				width = max(width, c)
			}
		}
	}
	var columns []int
	for _, c := range a.cols {
		if proven[c] >= 2 {
			columns = append(columns, c)
		}
	}
	return columns
}

// oneColumn is the labels with one of the columns beside them. Values that are merged over several columns are in each.
func (r *gridReader) oneColumn(a area, labels, col int) area {
	out := area{cols: []int{0, 1}, rows: make([][]GridCell, len(a.rows))}
	for row := range a.rows {
		label, value := a.cell(row, labels), a.cell(row, col)
		if value.Text.Len() == 0 && value.Merged {
			if t := a.across(row, col); t.Len() > 0 && t.At() != label.Text.At() {
				value = GridCell{Text: r.copyOf(t, t)}
			}
		}
		if !r.label(label.Text).ok && value.Text.Len() > 0 && row < 3 { // the title of the column
			label = GridCell{}
		}
		out.rows[row] = []GridCell{label, value}
	}
	return out
}

// block reads what stands beside one column of labels.
func (r *gridReader) block(tab *gridTab, a area, labels int, beside bool) {
	b := &blockReader{gridReader: r, area: a, tab: tab, labels: labels}
	for row := range a.rows {
		b.row(row)
	}
	for _, block := range b.blocks {
		d := block.draft()
		if d.isSheet(beside) {
			tab.drafts = append(tab.drafts, d)
			continue
		}
		d.entitleTables()
		tab.shared = append(tab.shared, asShared(d.fragments)...)
	}
}

// row takes in one row.
func (b *blockReader) row(row int) {
	cols := b.area.filled(row)
	if len(cols) == 0 {
		b.blank = true
		return
	}
	cells := make([]source.Text, 0, len(cols))
	for i, c := range cols {
		if t := b.area.text(row, c); i > 0 || c >= b.labels || len(cols) == 1 || !isNumber(t.String()) && !b.isGroup(row, t) {
			cells = append(cells, t)
		}
	}
	b.cols = cols[len(cols)-len(cells):]
	b.cells(cells, cols[len(cols)-len(cells)] > b.labels)
	b.blank = false
}

// isGroup says that a text before the column of labels only names a group of them: "Call" before "Method" and "URL".
func (b *blockReader) isGroup(row int, t source.Text) bool {
	return !b.label(t).ok && b.label(b.area.text(row, b.labels)).isCore() && !b.current.isOpen()
}

// isOpen says that an example has begun and not ended.
func (e *entry) isOpen() bool { return e != nil && e.open.Open() }

// cells takes in the texts of a row. beside says that nothing stands in the column of labels.
func (b *blockReader) cells(cells []source.Text, beside bool) {
	first := cells[0]
	l := b.label(first)
	if sub, ok := b.subLabel(cells, beside); ok {
		cells, first, l, beside = cells[sub:], cells[sub], b.label(cells[sub]), false
	} else if !beside {
		b.over = gridLabel{}
	}
	switch {
	case beside && b.current != nil && b.takesBeside(cells):
		b.current.add(cells, b.cols)
	case beside:
		b.lone(cells)
	case b.goesOn(l, cells):
		b.current.add(cells, b.cols)
	case b.beginsTable(l, cells):
	case len(b.blocks) == 0 && !l.Strong && IsColumnTitles(inOneLine(cells)): // "Field | Value" or "Data | Value" over everything
	case l.ok && b.isLabel(l, cells):
		b.begin(l, first, cells[1:])
	case len(cells) > 1 && isPrefixTitle(first.String()):
		b.tab.prefix, b.current = cells[1], nil
	case len(cells) == 1:
		b.lone(cells)
	default:
		b.notLabel(cells)
	}
}

// beginsTable begins the field whose values stand below the titles of a row: "Code | Message", "Header | Value", "Parameter | Type".
func (b *blockReader) beginsTable(l gridLabel, cells []source.Text) bool {
	parameters := IsParameterTitles(cells)
	if len(cells) < 2 || !parameters && !IsColumnTitles(inOneLine(cells)) {
		return false
	}
	field := probe.Field("")
	var rows []source.Text
	switch {
	case isCodeTitles(cells) && !(l.Strong && isCodeTitles(cells[1:])):
		field, rows = probe.FieldStatusCodes, cells
	case parameters:
		field, rows = b.tableOf(cells), cells
	case l.ok && l.Field == probe.FieldHeaders && parameterTitle(cells[1].String()) == "" && !proves(l.Field, cells[1]):
		field = probe.FieldHeaders
	default:
		return false
	}
	object := b.objectTitle()
	b.begin(gridLabel{Label{Field: field, Strong: true}, true}, source.Text{}, rows)
	b.current.table, b.current.text = true, object
	if at, ok := parameterColumns(rows); ok {
		b.current.setTitles(at, b.cols[max(0, len(b.cols)-len(rows)):])
	}
	return true
}

// takesBeside says that a row without a label goes on with what is above it. Behind an empty row it takes more than one text, or one that leaves no
// doubt.
func (b *blockReader) takesBeside(cells []source.Text) bool {
	e := b.current
	return !b.blank || len(cells) > 1 || len(e.rows) == 0 || e.open.Open() || proves(e.label.Field, cells[0])
}

// isLabel tells a label from a name that is one by chance: an everyday word alone in its row is a heading unless something can stand under it.
func (b *blockReader) isLabel(l gridLabel, cells []source.Text) bool {
	return len(cells) > 1 || l.Field != "" || l.Strong
}

// subLabel finds the label that details the one before it: "Response | Success | {...}". Where that one is merged downward, only the details
// stand in the rows below.
func (b *blockReader) subLabel(cells []source.Text, beside bool) (at int, ok bool) {
	over := b.over
	if !beside {
		at, over = 1, b.label(cells[0])
	}
	if len(cells) < at+2 || !over.ok || b.current != nil && b.current.table && beside {
		return 0, false
	}
	l := b.label(cells[at])
	if !l.isCore() || !isBodyField(over.Field) || over.Field == probe.FieldRequestBody && isResponse(l.Field) {
		return 0, false
	}
	b.over = over
	return at, true
}

// goesOn says that a row belongs to the label above it although something stands in the column of labels.
func (b *blockReader) goesOn(l gridLabel, cells []source.Text) bool {
	e := b.current
	if e == nil {
		return false
	}
	if e.open.Open() && !(l.ok && l.Strong) {
		return true
	}
	if e.takesTable(b, cells) {
		return true
	}
	line := inOneLine(cells)
	strong := l.ok && (l.Strong || l.Field != "" && len(cells) > 1 && proves(l.Field, cells[1]))
	if e.label.Role == TestValues {
		titles := len(e.rows) == 0 && len(cells) > 2 && slices.ContainsFunc(cells[1:], func(c source.Text) bool { return isOutcomeTitle(c.String()) })
		return titles || !strong && !(b.blank && len(e.rows) > 0) && e.heads()
	}
	switch e.label.Field {
	case probe.FieldHeaders:
		return len(cells) > 1 && (!l.ok || l.Role == HeaderLine || !strong && l.Role == NamedValue) && e.heads() && (isToken(cells[0].String()) || IsColumnTitles(line))
	case probe.FieldStatusCodes:
		return (!l.ok || !l.Strong) && (IsCodeRow(line) || IsColumnTitles(line) || CodeKind(cells[0].String()) == probe.KindHTTP) && (e.table || e.heads())
	case probe.FieldCredentials:
		return len(cells) > 1 && e.label.Role != NamedValue && (!l.ok || l.Role == NamedValue) && e.heads()
	case probe.FieldRequestBody:
		if IsColumnTitles(line) && len(cells) > 1 {
			e.table = true
			return true
		}
		if e.table && len(cells) > 1 && !strong && !b.blank {
			return true
		}
	}
	return len(cells) == 1 && len(e.rows) == 0 && !l.ok && (proves(e.label.Field, cells[0]) || e.label.Field == probe.FieldName)
}

// heads says that the rows of a table may stand below a label: nothing stands beside it, or such rows already do.
func (e *entry) heads() bool {
	return len(e.rows) == 0 || e.table || len(e.rows[0]) > 1 || len(e.rows) > 1
}
