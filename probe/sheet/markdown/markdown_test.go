package markdown_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// suite holds the reader against its golden files. In one of them every mark stands behind that of a quotation: pasted text reads it as well.
func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: markdown.Format, Documents: sheettest.Documents(t, "*.md"), Sure: 40, Unsure: []string{"quoted"}}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }

// TestTemplate says in words what the golden file of the widespread template says in JSON.
func TestTemplate(t *testing.T) {
	data, err := os.ReadFile("testdata/template.md")
	require.NoError(t, err)
	r := markdown.Format.Read(sheet.Input{Name: "template.md", Data: data})
	require.Empty(t, r.Diagnostics)
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	assert.Equal(t, "Find a locker", s.Name)
	assert.Equal(t, "GET", s.Method)
	assert.Equal(t, "https://uat.lockers.example/v1/lockers/:lockerId", s.URL)
	require.Len(t, s.Success, 1)
	assert.Equal(t, 200, *s.Success[0].HTTPStatus)
	require.Len(t, s.Errors, 2)
	assert.Equal(t, 401, *s.Errors[1].HTTPStatus)
	assert.Equal(t, "log in first", s.Errors[1].Body.Value.Get("error").Text)
	assert.Equal(t, source.Pos{Line: 40, Column: 19, Offset: s.Errors[1].At.Offset}, s.Errors[1].At.Pos)
	assert.Equal(t, "markdown", r.Document.Format)
}

// TestSameAsPlainText holds documents against what the reader of pasted text makes of the same API without markup.
func TestSameAsPlainText(t *testing.T) {
	data, err := os.ReadFile("testdata/label-table.md")
	require.NoError(t, err)
	fromMarkdown := markdown.Format.Read(sheet.Input{Name: "a.md", Data: data})
	plain, err := os.ReadFile("testdata/label-table.txt")
	require.NoError(t, err)
	fromText := text.Format.Read(sheet.Input{Name: "a.txt", Data: plain})
	require.Len(t, fromMarkdown.Sheets, 1)
	require.Len(t, fromText.Sheets, 1)
	assert.JSONEq(t, withoutPlaces(t, fromText.Sheets[0]), withoutPlaces(t, fromMarkdown.Sheets[0]))
}

func withoutPlaces(t *testing.T, s *probe.Sheet) string {
	t.Helper()
	c := *s
	c.At, c.Request.Raw = probe.Places{}, ""
	b, err := json.Marshal(c)
	require.NoError(t, err)
	return string(b)
}

func TestDetect(t *testing.T) {
	cases := []struct {
		name, data string
		want       int
	}{
		{"nothing", "", 0},
		{"binary", "\x00\x01\x02", 0},
		{"pasted text", "API Name: A\nMethod: POST\nURL: https://h.example/a\n\nTitle\n-----\n* one\n* two\n1. three\n", 0},
		{"pasted text with one rule of hashes", "# A\nMethod: POST\nURL: https://h.example/a\n", 0},
		{"JSON that holds Markdown", `{"text": "# A\n## B\n"}`, 0},
		{"a page", "<!DOCTYPE html>\n<p>\n```\n```\n", 0},
		{"fences", "URL: https://h.example/a\n```\n{}\n```\n", 40},
		{"headings", "# A\n\n## B\n", 40},
		{"a table", "a | b\n--|--\n1 | 2\n", 40},
		{"bold labels", "**Method:** GET\n\n**URL:** https://h.example\n", 40},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, markdown.Format.Detect(sheet.Input{Name: "x", Data: []byte(c.data)}))
		})
	}
}

type hostile struct{ name, data string }

// hostileTexts take general parsers of Markdown a time that grows with the square of their size, or their stack.
func hostileTexts(size int) []hostile {
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	return []hostile{
		{"pictures", fill("![a](")},
		{"links", fill("[a](")},
		{"brackets", fill("[")},
		{"emphasis", fill("*a **b _c __d ")},
		{"stars", fill("**")},
		{"ticks", fill("` `` ``` ```` ")},
		{"angle brackets", fill("<a <!-- ")},
		{"entities", fill("&amp;&lt;&")},
		{"quotations", fill(">")},
		{"lists", fill("- ")},
		{"numbers", fill("1. ")},
		{"nested lists", nested(size >> 8)},
		{"wide table", "|" + fill("a|") + "\n|" + fill("-|") + "\n|" + fill("b|") + "\n"},
		{"long table", "|a|b|\n|-|-|\n" + fill("|c|d|\n")},
		{"tables", fill("|a|b|\n|-|-|\n")},
		{"fences", fill("```\n{\n")},
		{"headings", fill("# a\n")},
		{"references", fill("[a]: b\n")},
		{"rules", fill("a\n---\n")},
		{"open fence", "```\n" + fill("{\n")},
		{"carriage returns", fill("# a\r")},
	}
}

func TestHostile(t *testing.T) {
	for _, c := range append(hostileTexts(1<<16), hostile{"too large", strings.Repeat("# a\n", 1<<19)}) {
		t.Run(c.name, func(t *testing.T) {
			in := sheet.Input{Name: "x.md", Data: []byte(c.data)}
			markdown.Format.Detect(in)
			r := markdown.Format.Read(in)
			require.NotNil(t, r.Document)
			require.NotEmpty(t, r.Diagnostics)
			assert.Equal(t, "sheet.unreadable", r.Diagnostics[0].Rule)
			assert.NotEmpty(t, r.Diagnostics[0].Hint)
		})
	}
}

// BenchmarkHostile shows by its rates that eight times the input takes about eight times as long.
func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1 << 16, 1 << 19} {
		for _, c := range hostileTexts(size) {
			b.Run(fmt.Sprintf("%s/%dKiB", c.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(c.data)))
				for b.Loop() {
					markdown.Format.Read(sheet.Input{Name: "x.md", Data: []byte(c.data)})
				}
			})
		}
	}
}

func nested(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

func FuzzRead(f *testing.F) { suite(f).Fuzz(f, nil) }
