package sheet

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Grid is a table as any format gives it: a workbook's tab, a table of a document or a page, the rows of a csv file.
type Grid struct {
	Name string       // the tab's name, the caption, or the heading over the table; "" for none
	Rows [][]GridCell // ragged rows are fine
}

// GridCell is one cell.
type GridCell struct {
	Text   source.Text
	Merged bool // it belongs to a merged cell whose text stands above or to the left; Text is empty then
}

// ReadGrids finds the sheets that tables describe, whatever their layout: one API per row, one per column, label and value side by side, blocks
// one under the other, one row per parameter. Tables that belong together (a tab of common codes, a tab of globals) are taken together.
// Diagnostics are those that belong to no sheet.
func ReadGrids(doc *source.Document, grids []Grid) ([]*probe.Sheet, source.Diagnostics) {
	return nil, nil
}
