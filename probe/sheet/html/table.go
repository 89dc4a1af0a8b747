package html

import (
	"strconv"

	"golang.org/x/net/html"

	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// cell is one cell of a table.
type cell struct {
	runs   []source.Run
	pieces []piece
	merged bool // part of a cell that starts above or to the left
}

// table is one that is being read: of rows, or a list of terms and their definitions.
type table struct {
	list    bool
	layout  bool // it only arranges the page
	rows    [][]*cell
	row     []*cell
	open    bool        // the row is
	below   map[int]int // columns that cells of earlier rows reach down into, and how far still
	caption []source.Run
	part    string // the element whose content is being read: "td", "caption"
	colspan int
	rowspan int
}

const (
	maxColspan = 64
	maxRowspan = 1000
	maxColumns = 512
)

// startTable takes in the beginning of a table or of a part of one. Parts that are not closed end here.
func (w *walker) startTable(t html.Token) {
	c := w.top()
	if t.Data == "table" || t.Data == "dl" {
		if c.table != nil || len(w.stack) > maxTables { // between the rows of another there is no place for it
			return
		}
		w.flush()
		c.table = &table{list: t.Data == "dl", below: map[int]int{}, layout: attr(t, "role") == "presentation" || attr(t, "role") == "none"}
		return
	}
	if c.table == nil && len(w.stack) > 1 { // in a cell: the next one begins
		w.endCell()
		c = w.top()
	}
	tb := c.table
	if tb == nil { // outside of any table: the browsers ignore the tag
		w.flush()
		return
	}
	switch t.Data {
	case "tr":
		tb.endRow()
	case "dt":
		tb.endRow()
		w.beginCell(tb, t)
	case "dd":
		if tb.list && len(tb.row) >= 2 { // a further definition of the term
			w.push(tb, t.Data)
			return
		}
		w.beginCell(tb, t)
	case "td", "th", "caption":
		w.beginCell(tb, t)
	}
}

func (w *walker) push(tb *table, part string) {
	tb.part = part
	w.stack = append(w.stack, &container{})
}

func (w *walker) beginCell(tb *table, t html.Token) {
	tb.colspan, tb.rowspan = span(attr(t, "colspan"), maxColspan), span(attr(t, "rowspan"), maxRowspan)
	if t.Data != "caption" {
		tb.open = true
	}
	w.push(tb, t.Data)
	if t.Data == "td" || t.Data == "th" {
		w.top().cell, w.top().indent = true, indentOf(t)
	}
}

// span is how many columns or rows a cell covers. A row span of 0 reaches to the end of the table.
func span(s string, most int) int {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || n < 0:
		return 1
	case n == 0 && most == maxRowspan:
		return most
	}
	return min(max(n, 1), most)
}

// endPart takes in the end of a row or a cell.
func (w *walker) endPart(name string) {
	if w.top().table == nil && len(w.stack) > 1 {
		w.endCell()
	}
	if tb := w.top().table; tb != nil && name == "tr" {
		tb.endRow()
	}
}

// endCell puts what was gathered into the table that the cell belongs to.
func (w *walker) endCell() {
	w.flush()
	content := w.top()
	w.stack = w.stack[:len(w.stack)-1]
	tb := w.top().table
	c := &cell{pieces: content.pieces, runs: lines(content.pieces)}
	if len(c.runs) == 0 && content.shows.Text != "" {
		c.runs = []source.Run{content.shows}
	}
	switch {
	case tb.part == "caption":
		tb.caption = c.runs
	case tb.part == "dd" && tb.list && len(tb.row) >= 2:
		last := tb.row[len(tb.row)-1]
		if len(last.runs) > 0 && len(c.runs) > 0 {
			last.runs = append(last.runs, source.Run{Text: "\n"})
		}
		last.runs = append(last.runs, c.runs...)
	case w.cells < maxCells:
		w.cells += tb.put(c)
	}
}

// put adds a cell to the row and returns how many columns it took, with those that cells of earlier rows reach down into.
func (tb *table) put(c *cell) int {
	before := len(tb.row)
	if tb.list && before == 0 && tb.part == "dd" {
		tb.row = append(tb.row, &cell{})
	}
	tb.reachDown()
	for i := range tb.colspan {
		if len(tb.row) >= maxColumns {
			break
		}
		if tb.rowspan > 1 {
			tb.below[len(tb.row)] = tb.rowspan - 1
		}
		if i > 0 {
			c = &cell{merged: true}
		}
		tb.row = append(tb.row, c)
	}
	return len(tb.row) - before
}

// reachDown fills the next columns that cells of earlier rows cover.
func (tb *table) reachDown() {
	for tb.below[len(tb.row)] > 0 && len(tb.row) < maxColumns {
		tb.below[len(tb.row)]--
		tb.row = append(tb.row, &cell{merged: true})
	}
}

func (tb *table) endRow() {
	if tb.open || len(tb.row) > 0 {
		tb.reachDown()
		tb.rows = append(tb.rows, tb.row)
	}
	tb.row, tb.open = nil, false
}

// endTable closes the innermost table.
func (w *walker) endTable() {
	if w.top().table == nil && len(w.stack) > 1 {
		w.endCell()
	}
	c := w.top()
	tb := c.table
	if tb == nil {
		w.flush()
		return
	}
	tb.endRow()
	tb.rows = parameterColumns(tb.rows)
	c.table = nil
	main := len(w.main) > 0
	if !tb.layout && !tb.arranges() {
		if len(tb.rows) > 0 {
			c.pieces = append(c.pieces, piece{kind: text.Table, rows: tb.rows, name: tb.caption, main: main})
		}
		return
	}
	for _, row := range tb.rows {
		for _, cell := range row {
			for _, p := range cell.pieces {
				p.main = main
				c.pieces = append(c.pieces, p)
			}
		}
	}
}

// arranges says that a table only arranges the page, or frames an example: it has a single column, or cells with headings.
func (tb *table) arranges() bool {
	narrow := true
	for _, row := range tb.rows {
		for i, c := range row {
			narrow = narrow && (i == 0 || c.merged)
			for _, p := range c.pieces {
				if p.kind == text.Heading && len(c.pieces) > 1 {
					return true
				}
			}
		}
	}
	return narrow && !tb.list
}

// isParallel says that a row of two cells has as many paragraphs in the one as in the other: names and, beside them, their values.
func isParallel(row []*cell) bool {
	if len(row) != 2 || len(row[0].pieces) < 2 || len(row[0].pieces) != len(row[1].pieces) {
		return false
	}
	for i, p := range row[0].pieces {
		if p.kind != text.Paragraph || row[1].pieces[i].kind != text.Paragraph || p.rows != nil || row[1].pieces[i].rows != nil {
			return false
		}
	}
	return true
}

// answersIn renders a table of answers that stands in a cell.
func answersIn(rows [][]*cell) (source.Text, bool) {
	texts := make([][]source.Text, len(rows))
	for i, row := range rows {
		for _, c := range row {
			texts[i] = append(texts[i], source.Compose(c.runs))
		}
	}
	answers, ok := text.AnswerRows(texts, source.Unplaced("Response"))
	return answers.TrimSpace(), ok
}

// lines is the text of a cell, a paragraph a line. Tables within come as lines with tabs.
func lines(pieces []piece) []source.Run {
	var runs []source.Run
	next := func(separator string) {
		if len(runs) > 0 {
			runs = append(runs, source.Run{Text: separator})
		}
	}
	for _, p := range pieces {
		if p.rows == nil {
			next("\n")
			runs = append(runs, p.runs...)
		}
		if answers, ok := answersIn(p.rows); ok {
			next("\n")
			runs = append(runs, source.Run{Text: answers.String(), From: answers})
			continue
		}
		for _, row := range p.rows {
			if isParallel(row) {
				for i := range row[0].pieces {
					next("\n")
					runs = append(runs, row[0].pieces[i].runs...)
					next("\t")
					runs = append(runs, row[1].pieces[i].runs...)
				}
				continue
			}
			separator := "\n"
			for _, c := range row {
				if len(c.runs) > 0 {
					next(separator)
					runs = append(runs, c.runs...)
					separator = "\t"
				}
			}
		}
	}
	return runs
}
