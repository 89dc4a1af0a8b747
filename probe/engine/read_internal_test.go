package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestReadOneSurvivesAReaderThatPanics(t *testing.T) {
	formats := []sheet.Format{{
		Name: "fragile", Detect: func(sheet.Input) int { return 1 }, Read: func(sheet.Input) sheet.Reading { panic("nobody foresaw this") },
	}}
	r := readOne(sheet.Input{Name: "odd.txt", Data: []byte("odd")}, formats)
	require.Len(t, r.Diagnostics, 1)
	assert.Equal(t, "sheet.unreadable", r.Diagnostics[0].Rule)
	assert.Contains(t, r.Diagnostics[0].Message, "nobody foresaw this")
	assert.Equal(t, "odd.txt", r.Document.Name)
}

func TestReadOneTakesTheSurestFormat(t *testing.T) {
	format := func(name string, sure int) sheet.Format {
		return sheet.Format{Name: name, Detect: func(sheet.Input) int { return sure }, Read: func(in sheet.Input) sheet.Reading { return unreadable(in, name, "") }}
	}
	for want, formats := range map[string][]sheet.Format{
		"surest": {format("unsure", 1), format("surest", 90), format("second", 90)},
		"the document is of no kind that can be read": {format("never", 0)},
	} {
		assert.Equal(t, want, readOne(sheet.Input{}, formats).Diagnostics[0].Message)
	}
}

func TestReadRefusesWhatIsTooLargeAndReadsTheOthers(t *testing.T) {
	large := sheet.Input{Name: "large.txt", Data: []byte(strings.Repeat(" ", sheet.MaxBytes+1))}
	small := sheet.Input{Name: "small.yaml", Data: []byte("name: Ping\nmethod: GET\nurl: https://api-sit.pings.example/v1/ping\nsuccess_response: {ok: true}\n")}
	long := sheet.Input{Name: "long.csv", Data: []byte(strings.Repeat("\n", maxLines+1))}
	readings := Read([]sheet.Input{large, small, long})
	assert.Contains(t, readings[2].Diagnostics[0].Message, "has 2000001 lines")
	assert.Contains(t, readings[0].Diagnostics[0].Message, "larger than 32 MiB")
	require.Len(t, readings[1].Sheets, 1)
	assert.NotEmpty(t, readings[1].Sheets[0].Diagnostics, "lint has looked at it")
}
