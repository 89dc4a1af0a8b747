package markdown

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// grid is a table for the reader of tables, under the heading that stands over it.
func (l *layout) grid(rows [][]source.Text) sheet.Grid {
	g := sheet.Grid{Name: l.title}
	for _, row := range rows {
		cells := make([]sheet.GridCell, len(row))
		for i, cell := range row {
			cells[i].Text = cell
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

// globals are what stands outside the tables and belongs to all their rows: lines such as "Base URL: https://..", and tables of codes.
func (l *layout) globals() []sheet.Grid {
	var g sheet.Grid
	for _, line := range source.Compose(l.runs).Lines() {
		s := line.String()
		mark := strings.IndexByte(s, ':')
		if mark <= 0 || strings.HasPrefix(s[mark:], "://") || strings.Contains(s[:mark], "\t") {
			continue
		}
		label, ok := lookup(line.Slice(0, mark))
		if value := line.Slice(mark+1, len(s)).TrimSpace(); ok && label.Field != "" && value.Len() > 0 {
			g.Rows = append(g.Rows, []sheet.GridCell{{Text: line.Slice(0, mark).TrimSpace()}, {Text: value}})
		}
	}
	for _, row := range text.SharedBelow(source.Compose(l.runs)) {
		if label, ok := lookup(row[0].Text); ok && (label.Field != probe.FieldStatusCodes || len(l.codes) == 0) {
			g.Rows = append(g.Rows, row)
		}
	}
	if g.Rows = append(g.Rows, l.codes...); len(g.Rows) == 0 {
		return nil
	}
	return []sheet.Grid{g}
}

// codeRow makes a label and a value of a table of codes, one code a line.
func codeRow(rows [][]source.Text) []sheet.GridCell {
	var runs []source.Run
	for _, row := range rows[1:] {
		for i, cell := range row {
			if i > 0 {
				runs = append(runs, source.Run{Text: "\t"})
			}
			runs = append(runs, source.Run{Text: strings.Join(strings.Fields(cell.String()), " "), From: cell})
		}
		runs = append(runs, source.Run{Text: "\n"})
	}
	return []sheet.GridCell{{Text: rows[0][0]}, {Text: source.Compose(runs)}}
}
