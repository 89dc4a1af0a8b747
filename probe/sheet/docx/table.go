package docx

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// cell is one cell of a table.
type cell struct {
	text   string
	merged bool // part of a cell that starts above or to the left
	place  string
}

// table is one that is being read.
type table struct {
	place   string // "table 2"
	rows    [][]cell
	row     []cell
	deleted bool // the row is, and the deletion is tracked
	span    int
	below   bool // the cell belongs to the one above it
}

// startTable takes in the beginning of a table, a row, a cell, or of what is said about one.
func (w *walker) startTable(e xml.StartElement) error {
	c := w.top()
	t := c.table
	switch local := e.Name.Local; {
	case local == "tbl":
		return w.beginTable(c)
	case local == "tblPr":
		return w.skip(nil)
	case t == nil: // damaged: a row outside of a table
		return w.skip(nil)
	case local == "tr":
		t.row, t.deleted = nil, false
	case local == "trPr":
		return w.rowProperties(t)
	case local == "tc":
		t.span, t.below = 1, false
		w.push(&container{place: fmt.Sprintf("%s, row %d, column %d", t.place, len(t.rows)+1, len(t.row)+1)})
	}
	return nil
}

// beginTable opens a table. One within the cell of another has the place of that cell.
func (w *walker) beginTable(c *container) error {
	if c.open != nil {
		w.endParagraph()
	}
	if c.table != nil { // damaged: a table between the rows of another
		return w.skip(nil)
	}
	c.table = &table{place: c.place}
	if c.place == "" {
		w.tables++
		c.table.place = "table " + strconv.Itoa(w.tables)
	}
	return nil
}

func (w *walker) rowProperties(t *table) error {
	return w.skip(func(e xml.StartElement) {
		switch e.Name.Local {
		case "gridBefore":
			for range number(e) {
				t.row = append(t.row, cell{})
			}
		case "del":
			t.deleted = true
		}
	})
}

// number is a count of columns; damaged ones are 0, large ones cut.
func number(e xml.StartElement) int {
	n, err := strconv.Atoi(attr(e, "val"))
	if err != nil {
		return 0
	}
	return min(max(n, 0), maxSpan)
}

// cellProperties finds out how far a cell reaches. Its table is that of the container below the cell's own.
func (w *walker) cellProperties() error {
	if len(w.stack) < 2 || w.stack[len(w.stack)-2].table == nil {
		return w.skip(nil)
	}
	t := w.stack[len(w.stack)-2].table
	return w.skip(func(e xml.StartElement) {
		switch e.Name.Local {
		case "gridSpan":
			t.span = max(number(e), 1)
		case "vMerge":
			t.below = attr(e, "val") != "restart"
		case "hMerge":
			t.below = t.below || attr(e, "val") != "restart"
		}
	})
}

// endTable takes in the end of a table, a row or a cell.
func (w *walker) endTable(local string) {
	if local == "tc" {
		w.endCell()
		return
	}
	c := w.top()
	t := c.table
	switch {
	case t == nil:
	case local == "tr":
		if !t.deleted && len(t.row) > 0 {
			t.rows = append(t.rows, t.row)
		}
		t.row = nil
	case local == "tbl":
		c.table = nil
		c.pieces = append(c.pieces, t.pieces()...)
	}
}

func (w *walker) endCell() {
	if len(w.stack) < 2 || w.stack[len(w.stack)-2].table == nil {
		return
	}
	if w.top().open != nil {
		w.endParagraph()
	}
	content := w.pop()
	t := w.top().table
	if len(t.row) >= maxColumns {
		return
	}
	w.cells += t.span
	first := cell{text: content.lines(), place: content.place, merged: t.below}
	if first.text == "" && !first.merged {
		first.text = content.shows
	}
	if len(content.pieces) == 1 && first.text != "" && !strings.Contains(first.text, "\n") {
		first.text = strings.Repeat(" ", content.pieces[0].indent) + first.text
	}
	t.row = append(t.row, first)
	for i := 1; i < t.span; i++ {
		t.row = append(t.row, cell{merged: true})
	}
}

// lines is the text of a cell, a paragraph a line. Tables within come as lines with tabs.
func (c *container) lines() string {
	var lines []string
	for _, p := range c.pieces {
		if p.rows == nil {
			lines = append(lines, p.text)
		}
		if answers, ok := answersIn(p.rows); ok {
			lines = append(lines, answers)
			continue
		}
		for _, row := range p.rows {
			lines = append(lines, rowLine(row))
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// answersIn renders a table of answers that stands in a cell.
func answersIn(rows [][]cell) (string, bool) {
	texts := make([][]source.Text, len(rows))
	for i, row := range rows {
		for _, c := range row {
			texts[i] = append(texts[i], source.Unplaced(c.text))
		}
	}
	answers, ok := text.AnswerRows(texts, source.Unplaced("Response"))
	return answers.TrimSpace().String(), ok
}

func rowLine(row []cell) string {
	var texts []string
	for _, c := range row {
		if c.text != "" {
			texts = append(texts, c.text)
		}
	}
	return strings.Join(texts, "\t")
}

// pieces are the table itself or, where it has a single column, as frames around an example have, its cells as paragraphs.
func (t *table) pieces() []piece {
	narrow := true
	for _, row := range t.rows {
		for i, c := range row {
			narrow = narrow && (i == 0 || c.merged || c.text == "" && len(row) == 1)
		}
	}
	if !narrow {
		return []piece{{kind: text.Table, rows: t.rows, place: t.place}}
	}
	var pieces []piece
	for _, row := range t.rows {
		if row[0].text != "" {
			pieces = append(pieces, piece{text: row[0].text, place: row[0].place})
		}
	}
	return append(pieces, piece{})
}
