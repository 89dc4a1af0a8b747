package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestDiagnoseQuotesNoMoreThanAnybodyReads(t *testing.T) {
	d := sheet.Diagnose("sheet.bad-url", "", source.Span{}, strings.Repeat("é", 1<<20)+" is not a URL", "")
	assert.Less(t, len(d.Message), 1100)
	assert.True(t, utf8.ValidString(d.Message))
	assert.True(t, strings.HasSuffix(d.Message, " is not a URL"), "what is wrong stands at the end")
	short := sheet.Diagnose("sheet.bad-url", "", source.Span{}, "a is not a URL", "b")
	assert.Equal(t, "a is not a URL", short.Message)
	assert.Equal(t, "b", short.Hint)
}
