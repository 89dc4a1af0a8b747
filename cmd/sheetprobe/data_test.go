package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

const trackSheet = `{"name": "Track", "method": "POST", "url": "https://uat.shop.example/track", "request_body": {"orderNo": "1", "from": {"city": "B"}},
  "success_response": {"state": "ok"}, "test_data": [{"orderNo": "5"}]}`

// workbook writes tabs of cells; the places are those that a person sees.
func workbook(t *testing.T, tabs map[string][][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range tabs {
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		for i, row := range rows {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			require.NoError(t, err)
			require.NoError(t, f.SetSheetRow(name, cell, &row))
		}
	}
	require.NoError(t, f.DeleteSheet("Sheet1"))
	path := filepath.Join(t.TempDir(), "test ids.xlsx")
	require.NoError(t, f.SaveAs(path))
	require.NoError(t, f.Close())
	return path
}

func track(t *testing.T) []sheet.Reading {
	t.Helper()
	readings := engine.Read([]sheet.Input{{Name: "track.json", Data: []byte(trackSheet)}})
	require.Len(t, readings[0].Sheets, 1)
	return readings
}

func TestTestDataOfAWorkbook(t *testing.T) {
	path := workbook(t, map[string][][]any{"Ids": {{}, {"orderNo", "/from/city", "expect"}, {919876543210123, "A", "success"}, {}, {"000012", nil, "error"}}})
	readings := track(t)
	require.NoError(t, (&caseFlags{data: []string{path}}).addData(readings))
	rows := readings[0].Sheets[0].TestData
	require.Len(t, rows, 3, "behind those of the sheet")
	assert.Equal(t, "919876543210123", rows[1].Values[0].Value)
	assert.Equal(t, "/from/city", rows[1].Values[1].Name)
	assert.Equal(t, "000012", rows[2].Values[0].Value)
	assert.Len(t, rows[2].Values, 1, "an empty cell leaves the documented value")
	assert.Equal(t, "test-ids-2", rows[2].ID)
	assert.Equal(t, "test data row 2 of test ids.xlsx:Ids!A5", rows[2].Title)

	plans := engine.Plan(readings, engine.Options{})
	var ids []string
	for _, c := range plans[0].Cases {
		ids = append(ids, c.ID)
	}
	assert.Subset(t, ids, []string{"track/test-data/1", "track/test-data/test-ids-1", "track/test-data/test-ids-2", "track/unknown-id/orderno"})
}

func TestTestDataOfAWorkbookAreRefusedAtTheirCell(t *testing.T) {
	path := workbook(t, map[string][][]any{"Ids": {{"orderNo", "expect"}, {"1", "perhaps"}}})
	err := (&caseFlags{data: []string{path}}).addData(track(t))
	require.ErrorContains(t, err, `:Ids!B2: "perhaps" is nothing to expect of "Track"`)

	path = workbook(t, map[string][][]any{"Ids": {{"ordrNo"}, {"1"}}})
	err = (&caseFlags{data: []string{path}}).addData(track(t))
	require.ErrorContains(t, err, `:Ids!A1: "ordrNo" is no field of the request of "Track"`)

	damaged := filepath.Join(t.TempDir(), "ids.xlsx")
	require.NoError(t, os.WriteFile(damaged, []byte("PK\x03\x04xl/workbook.xml"), 0o600))
	err = (&caseFlags{data: []string{damaged}}).addData(track(t))
	require.ErrorContains(t, err, "damaged")
}

func TestTestDataAsSpreadsheetProgramsSaveThem(t *testing.T) {
	for name, text := range map[string]string{
		"mark of UTF-8":  "\xef\xbb\xbforderNo;expect\r\n7;success\r\n",
		"separator line": "sep=;\r\norderNo;expect\r\n7;success\r\n",
		"tabs":           "orderNo\texpect\n7\tsuccess\n",
		"UTF-16":         "\xff\xfeo\x00r\x00d\x00e\x00r\x00N\x00o\x00\n\x007\x00",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ids.csv")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			table, err := readData(path)
			require.NoError(t, err)
			require.Len(t, table.rows, 1)
			assert.Equal(t, "orderNo", table.rows[0].values[0].name)
			assert.Equal(t, "7", table.rows[0].values[0].text)
		})
	}
}

func FuzzReadData(f *testing.F) {
	for _, seed := range []string{"orderNo,expect\n1,success\n", "a;b\n1;2", "\"a\nb\",c\n1", "- {a: 1}", `[{"a": null}]`, "\xef\xbb\xbfa\n1"} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, table bool) {
		path := filepath.Join(t.TempDir(), map[bool]string{true: "d.csv", false: "d.yaml"}[table])
		require.NoError(t, os.WriteFile(path, data, 0o600))
		if d, err := readData(path); err == nil && len(d.rows) == 0 {
			t.Error("no rows and no error")
		}
	})
}
