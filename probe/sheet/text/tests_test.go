package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The first title of a table of test data is a field of the request, also where it is a word for a part of a sheet.
func TestTableOfTestDataBeginsWithALabel(t *testing.T) {
	for _, title := range []string{"route", "name", "method", "url", "path", "service", "date", "status", "code", "request", "departure"} {
		s := "API Name: Book a seat\nMethod: POST\nURL: https://uat.bus.example/seats\nRequest Body: {\"TITLE\": \"R1\", \"day\": \"2\"}\nSuccess Response: {\"id\": 4}\n" +
			"Test Data\nTITLE\tday\tExpected result\nR7\t3\tsuccess\nR0\t3\terror\n\nError Response: {\"code\": \"E1\"}\n"
		s = strings.ReplaceAll(s, "TITLE", title)
		r := text.ReadDocument(source.NewDocument("t.txt", []byte(s), s))
		require.Len(t, r.Sheets, 1, title)
		require.Len(t, r.Sheets[0].TestData, 2, title)
		assert.Equal(t, title, r.Sheets[0].TestData[0].Values[0].Name)
		assert.Equal(t, "R7", r.Sheets[0].TestData[0].Values[0].Value)
		assert.Equal(t, "success", r.Sheets[0].TestData[0].Expect)
		assert.Len(t, r.Sheets[0].Errors, 1, "what stands below is a label again")
	}
}
