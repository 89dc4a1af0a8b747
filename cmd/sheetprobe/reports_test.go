package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/engine"
)

func TestDocumentsAreKeptForTheReportsThatTakeThemIn(t *testing.T) {
	for format, kept := range map[string]bool{"json": false, "html": false, "bundle": true, "corrected": true} {
		t.Run(format, func(t *testing.T) {
			f := reportFlags{reports: []string{"junit=junit.xml", format + "=file"}}
			assert.Equal(t, kept, f.takeDocuments())
		})
	}
}

func TestBytesOfDocumentsAreKeptWhereAskedFor(t *testing.T) {
	dir := t.TempDir()
	writeOrders(t, dir, 2, 1)
	for _, kept := range []bool{false, true} {
		f := caseFlags{keepsBytes: kept}
		readings, _, err := f.prepare(t.Context(), World{}, &config{}, []string{dir}, engine.Options{})
		require.NoError(t, err)
		require.Len(t, readings, 2)
		for _, r := range readings {
			assert.Len(t, r.Sheets, 1)
			assert.Equal(t, kept, r.Data != nil)
		}
	}
}
