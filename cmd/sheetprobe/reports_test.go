package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestDocumentsAreKeptForTheReportsThatTakeThemIn(t *testing.T) {
	for format, kept := range map[string]bool{"json": false, "html": false, "bundle": true, "corrected": true} {
		t.Run(format, func(t *testing.T) {
			f := reportFlags{reports: []string{"junit=junit.xml", format + "=file"}}
			readings := []sheet.Reading{{Data: []byte("name: Send\n")}}
			f.take(readings)
			assert.Equal(t, kept, readings[0].Data != nil)
			assert.Equal(t, kept, len(f.documents) == 1)
		})
	}
}
