package sheet

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// TestValueOfQuotesAlone reads a value that has a layer of quotes for each of its bytes: peeling them one within the other took the stack.
func TestValueOfQuotesAlone(t *testing.T) {
	const size = 8 << 20
	doc := source.NewDocument("x", nil, strings.Repeat(`"`, size))
	assert.Less(t, unquote(doc.Text()).Len(), size)
	assert.Equal(t, "Pay", unquote(source.NewDocument("x", nil, "\"'`Pay`'\",").Text()).String())
}
