package sheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// TestRequestsAndAnswersSideBySide reads tables of labels with a column for the request and one for the answer.
func TestRequestsAndAnswersSideBySide(t *testing.T) {
	head := [][]string{{"URL", "https://uat.a.test/x", ""}, {"Method", "POST", ""}}
	rows := [][]string{
		{"Header", "X-Key: {k}", "X-Trace: 1"}, {"Sample", `{"a": 1}`, `{"ok": true}`}, {"Failure sample", `{"a": ""}`, `{"ok": false}`},
	}
	for name, table := range map[string][][]string{
		"titles above":     append(append([][]string{{"Open", "Request", "Response"}}, head...), rows...),
		"titles within":    append(append(append([][]string{{"API Name", "Open", ""}}, head...), []string{"", "Request", "Response"}), rows...),
		"titles of labels": append(append([][]string{{"Field", "Request", "Response"}, {"API Name", "Open", ""}}, head...), rows...),
	} {
		t.Run(name, func(t *testing.T) {
			doc := source.NewDocument("a.csv", nil, "")
			var grid sheet.Grid
			for _, row := range table {
				var cells []sheet.GridCell
				for _, s := range row {
					cells = append(cells, sheet.GridCell{Text: doc.Cell("A1", s)})
				}
				grid.Rows = append(grid.Rows, cells)
			}
			sheets, _ := sheet.ReadGrids(doc, []sheet.Grid{grid})
			require.Len(t, sheets, 1)
			s := sheets[0]
			assert.Equal(t, "Open POST https://uat.a.test/x", s.Name+" "+s.Method+" "+s.URL)
			require.Len(t, s.Headers, 1)
			assert.Equal(t, "{k}", s.Headers[0].Value)
			assert.Equal(t, `{"a": 1}`, s.Request.Raw)
			require.Len(t, s.Success, 1)
			require.Len(t, s.Errors, 1)
			assert.Equal(t, `{"ok": false}`, s.Errors[0].Raw)
		})
	}
}

func TestOtherTablesAreNotSideBySide(t *testing.T) {
	for _, table := range [][][]string{
		{{"API Name", "Request", "Response"}, {"Open", `{"a": 1}`, `{"b": 1}`}, {"Close", `{"a": 1}`, `{"b": 1}`}},
		{{"", "Request", "Response"}, {"Success", `{"a": 1}`, `{"b": 1}`}, {"Failure", `{"a": 1}`, `{"b": 1}`}},
		{{"", "Request", "Response", "Remark"}, {"URL", "/x", "", "new"}, {"Body", `{"a": 1}`, `{"b": 1}`, ""}},
	} {
		var rows [][]source.Text
		for _, row := range table {
			var cells []source.Text
			for _, s := range row {
				cells = append(cells, source.Unplaced(s))
			}
			rows = append(rows, cells)
		}
		_, ok := sheet.ParallelRows(rows)
		assert.False(t, ok, table[0])
	}
}
