package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
)

// manyAPIs are APIs in paragraphs, as a generated page has them.
func manyAPIs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "# Order %d\n\n**Method:** POST\n\n**URL:** https://uat.shop.example/v1/orders/%d\n\n**Request:**\n```json\n{\"id\": %d}\n```\n\n", i, i, i)
		b.WriteString("**Response:**\n```json\n{\"code\": \"S1\"}\n```\n\n")
	}
	return b.String()
}

func TestReadsMoreThanAMegabyte(t *testing.T) {
	page := manyAPIs(100) + strings.Repeat("# Notes\n\n"+strings.Repeat("word ", 2000)+"\n\n", 110)
	require.Greater(t, len(page), 1<<20)
	r := markdown.Format.Read(sheet.Input{Name: "x.md", Data: []byte(page)})
	assert.Len(t, r.Sheets, 100)
}

func TestRefusesWhatTheParserMultiplies(t *testing.T) {
	nested := func(depth int) string {
		var b strings.Builder
		for i := range depth {
			b.WriteString(strings.Repeat("  ", i) + "- a\n")
		}
		return b.String()
	}
	wide := strings.Repeat("a|", 3000) + "\n" + strings.Repeat("-|", 3000) + "\n" + strings.Repeat("a\n", 3000)
	tests := []struct{ name, page, want string }{
		{"items in items", nested(2000), "more than 40 deep"},
		{"a wide and long table", "# A\n\n" + wide, "more than 1048576 cells"},
		{"such a table in a quotation", "> " + strings.ReplaceAll(wide, "\n", "\n> "), "more than 1048576 cells"},
		{"lines", strings.Repeat("a\n", 250_001), "more than 250000 lines"},
		{"bytes", strings.Repeat(strings.Repeat("a", 1000)+"\n", 9000), "at most 8388608 are read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := markdown.Format.Read(sheet.Input{Name: "x.md", Data: []byte(tt.page)})
			require.Empty(t, r.Sheets)
			require.Len(t, r.Diagnostics, 1)
			assert.Contains(t, r.Diagnostics[0].Message, tt.want)
			assert.NotEmpty(t, r.Diagnostics[0].Hint)
		})
	}
}

func TestReadsAListOfSomeDepth(t *testing.T) {
	r := markdown.Format.Read(sheet.Input{Name: "x.md", Data: []byte("# Pay\n\n**Method:** POST\n\n**URL:** https://u.test/a\n\n- a\n  - b\n    - c\n- d\n")})
	require.Len(t, r.Sheets, 1)
	assert.Equal(t, "POST", r.Sheets[0].Method)
}

func BenchmarkReadManyAPIs(b *testing.B) {
	for _, n := range []int{1000, 8000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			page := []byte(manyAPIs(n))
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				markdown.Format.Read(sheet.Input{Name: "x.md", Data: page})
			}
		})
	}
}
