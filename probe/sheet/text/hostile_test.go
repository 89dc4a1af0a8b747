package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// TestReadHostile reads texts on which work that grows with the square of the input would take minutes.
func TestReadHostile(t *testing.T) {
	const size = 1 << 19
	of := func(s string) string { return strings.Repeat(s, size/len(s)) }
	top := "API Name: X\nMethod: POST\nURL: https://u.test/a\n"
	for name, data := range map[string]string{
		"labels of one field":   of("Step 1 Method\n"),
		"a URL that never ends": "API Name: X\nMethod: POST\nURL: https://u.test/\n" + of("aaaa/\n"),
		"URLs on one line":      "API Name: X\nMethod: POST\nURL: " + of("https://u.test/a ("),
		"names of headers":      top + "Headers:\n" + of("X-A\n"),
		"codes alone":           top + "Response: {\"code\": \"S\"}\nStatus Codes:\n" + of("S\n"),
		"calls to encode":       top + "Headers: A: " + of("base64("),
		"escaped quotes":        top + "Request Body:\n{" + of(`\"`),
		"entities":              top + "Request Body:\n{" + of("&quot;"),
	} {
		t.Run(name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(data)})
			assert.Positive(t, len(r.Sheets)+len(r.Diagnostics))
			for _, s := range r.Sheets {
				require.LessOrEqual(t, len(s.URL), 3000)
			}
		})
	}
}
