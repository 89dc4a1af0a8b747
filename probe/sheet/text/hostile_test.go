package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
)

// hostileTexts are texts on which work may grow with the square of the input.
func hostileTexts(size int) map[string]string {
	of := func(s string) string { return strings.Repeat(s, size/len(s)) }
	top := "API Name: X\nMethod: POST\nURL: https://u.test/a\n"
	return map[string]string{
		"labels of one field":   of("Step 1 Method\n"),
		"a URL that never ends": "API Name: X\nMethod: POST\nURL: https://u.test/\n" + of("aaaa/\n"),
		"URLs on one line":      "API Name: X\nMethod: POST\nURL: " + of("https://u.test/a ("),
		"names of headers":      top + "Headers:\n" + of("X-A\n"),
		"codes alone":           top + "Response: {\"code\": \"S\"}\nStatus Codes:\n" + of("S\n"),
		"calls to encode":       top + "Headers: A: " + of("base64("),
		"escaped quotes":        top + "Request Body:\n{" + of(`\"`),
		"entities":              top + "Request Body:\n{" + of("&quot;"),
	}
}

func TestReadHostile(t *testing.T) {
	for name, data := range hostileTexts(1 << 16) {
		t.Run(name, func(t *testing.T) {
			r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(data)})
			assert.Positive(t, len(r.Sheets)+len(r.Diagnostics))
			for _, s := range r.Sheets {
				require.LessOrEqual(t, len(s.URL), 3000)
			}
		})
	}
}

func TestTooManyLinesAreRefused(t *testing.T) {
	r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(strings.Repeat("a\n", 500_001))})
	require.Empty(t, r.Sheets)
	require.Len(t, r.Diagnostics, 1)
	assert.Equal(t, "sheet.unreadable", r.Diagnostics[0].Rule)
	assert.Contains(t, r.Diagnostics[0].Message, "at most 500000 are read")
	assert.NotEmpty(t, r.Diagnostics[0].Hint)
}

func TestTooLongALineIsRefusedWithItsPlace(t *testing.T) {
	r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte("Method: POST\r\nRequest Body: " + strings.Repeat("{", 1<<20) + "\r\nURL: https://u.test/a\r\n")})
	require.Empty(t, r.Sheets)
	require.Len(t, r.Diagnostics, 1)
	assert.Contains(t, r.Diagnostics[0].Message, "at most 1048576 are read")
	assert.Equal(t, 2, r.Diagnostics[0].At.Line)
}

func TestTooLongAnExampleIsLeftOutAndSaid(t *testing.T) {
	r := text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte("API Name: A\nMethod: POST\nURL: https://u.test/a\nRequest Body:\n" + "{\n" + strings.Repeat("\"a\": 1,\n", 1<<17) + "\"b\": 2\n}\n")})
	require.Len(t, r.Sheets, 1)
	assert.Nil(t, r.Sheets[0].Request.Body.Value)
	var said []string
	for _, d := range r.Sheets[0].Diagnostics {
		said = append(said, d.Message)
	}
	assert.Contains(t, said, "the value has 1048586 bytes; at most 1048576 are read")
}

// BenchmarkReadHostile shows by its rates that eight times the input takes about eight times as long.
func BenchmarkReadHostile(b *testing.B) {
	for _, size := range []int{1 << 16, 1 << 19} {
		for name, data := range hostileTexts(size) {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					text.Format.Read(sheet.Input{Name: "x.txt", Data: []byte(data)})
				}
			})
		}
	}
}
