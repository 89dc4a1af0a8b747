package sheet_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// grids reads the tables of a test: "== Name" begins a tab, a line is a row, "|" parts cells, "\n" within a cell is a line end, "^" alone is a
// cell merged with the one above it, "<" alone one merged with the one to its left.
func gridsOf(text string) (*source.Document, []sheet.Grid) {
	doc := source.NewDocument("test", []byte(text), "")
	var grids []sheet.Grid
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if name, ok := strings.CutPrefix(line, "== "); ok {
			grids = append(grids, sheet.Grid{Name: name})
			continue
		}
		if len(grids) == 0 {
			grids = append(grids, sheet.Grid{})
		}
		g := &grids[len(grids)-1]
		var row []sheet.GridCell
		for i, cell := range strings.Split(line, "|") {
			cell = strings.TrimSpace(cell)
			if cell == "^" || cell == "<" {
				row = append(row, sheet.GridCell{Merged: true})
				continue
			}
			name := fmt.Sprintf("%s!%c%d", g.Name, 'A'+i%26, len(g.Rows)+1)
			row = append(row, sheet.GridCell{Text: doc.Cell(name, strings.ReplaceAll(cell, `\n`, "\n"))})
		}
		g.Rows = append(g.Rows, row)
	}
	return doc, grids
}

func TestReadGridsGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/grid/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(inputs), 25)
	for _, input := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(input), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(input)
			require.NoError(t, err)
			sheets, diagnostics := sheet.ReadGrids(gridsOf(string(data)))
			sheettest.Compare(t, strings.TrimSuffix(input, ".txt")+".golden.json", map[string]any{"sheets": sheets, "diagnostics": said(sheets, diagnostics)})
		})
	}
}

func said(sheets []*probe.Sheet, diagnostics source.Diagnostics) []string {
	for _, s := range sheets {
		diagnostics = append(diagnostics, s.Diagnostics...)
	}
	said := []string{}
	for _, d := range diagnostics {
		said = append(said, fmt.Sprintf("%s %s %s %s:%d:%d %s", d.Rule, d.Severity, d.Field, d.At.Cell, d.At.Line, d.At.Column, d.Message))
	}
	return said
}

func FuzzReadGrids(f *testing.F) {
	inputs, err := filepath.Glob("testdata/grid/*.txt")
	require.NoError(f, err)
	require.NotEmpty(f, inputs)
	for _, input := range inputs {
		data, err := os.ReadFile(input)
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		sheets, _ := sheet.ReadGrids(gridsOf(text))
		for _, s := range sheets {
			_, err := json.Marshal(s)
			require.NoError(t, err)
			require.NotNil(t, s.Document)
		}
	})
}

func BenchmarkReadGrids(b *testing.B) {
	var text strings.Builder
	text.WriteString("S.No|API Name|Method|URL|Headers|Request Body|Response|Error Response\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "%d|Order %d|POST|https://uat.shop.example/o/%d|X-Key: <<key>>|{\"id\": %d}|{\"ok\": true}|same as above\n", i, i, i, i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if sheets, _ := sheet.ReadGrids(gridsOf(text.String())); len(sheets) != 10_000 {
			b.Fatalf("%d sheets", len(sheets))
		}
	}
}
