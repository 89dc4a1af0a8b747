package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// A table below that of the request, under the name of a type, belongs to the field that has it.
func TestTablesOfObjectsInGrids(t *testing.T) {
	for title, want := range map[string]string{
		"Guest object": `{"ref": "R1", "guest": {"firstName": "Ana"}}`,
		"Guest":        `{"ref": "R1", "guest": {"firstName": "Ana"}}`,
		"Room object":  `{"ref": "R1"}`,
	} {
		t.Run(title, func(t *testing.T) {
			doc := source.NewDocument("a.csv", nil, "")
			var grid sheet.Grid
			for _, row := range [][]string{
				{"API", "Book a room"},
				{"Method", "POST"},
				{"URL", "https://uat.book.test/v1/rooms"},
				{},
				{"Request Parameters"},
				{"Name", "Type", "Required", "Example"},
				{"ref", "string", "Yes", "R1"},
				{"guest", "Guest", "No", ""},
				{},
				{title},
				{"Name", "Type", "Required", "Example"},
				{"firstName", "string", "Yes", "Ana"},
				{},
				{"Success Response", `{"id": 1}`},
			} {
				var cells []sheet.GridCell
				for _, s := range row {
					cells = append(cells, sheet.GridCell{Text: doc.Cell("A1", s)})
				}
				grid.Rows = append(grid.Rows, cells)
			}
			sheets, _ := sheet.ReadGrids(doc, []sheet.Grid{grid})
			require.Len(t, sheets, 1)
			assert.Equal(t, want, sheets[0].Request.Raw)
			assert.Len(t, sheets[0].Success, 1)
		})
	}
}
