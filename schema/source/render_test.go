package source_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// mark finds what stands between « and » and returns the text without the two, and the place.
func mark(t *testing.T, text string) (*source.Document, source.Span) {
	t.Helper()
	from := strings.Index(text, "«")
	require.GreaterOrEqual(t, from, 0, "no mark")
	text = strings.Replace(text, "«", "", 1)
	to := strings.Index(text, "»")
	require.GreaterOrEqual(t, to, from, "no end mark")
	text = strings.Replace(text, "»", "", 1)
	d := source.NewDocument("orders.txt", nil, text)
	return d, d.Text().Span(from-bom(text), to-bom(text))
}

func bom(text string) int { return len(text) - len(strings.TrimPrefix(text, "\uFEFF")) }

func TestRenderExcerpt(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string // the excerpt
	}{
		{"plain", "{\n  «status»: 1\n}", "  2 |   status: 1\n    |   ^~~~~~\n"},
		{"point", "{a« »b}", "  1 | {a b}\n    |   ^\n"},
		{"nothing wide", "{a«»b}", "  1 | {ab}\n    |   ^\n"},
		{"end of line", "{a«»\n}", "  1 | {a\n    |   ^\n"},
		{"empty line", "a\n«»\nb", "  2 | \n    | ^\n"},
		{"tabs are copied", "\ta\t«b»", "  1 | \ta\tb\n    | \t \t^\n"},
		{"a tab is meant", "a«\t»b", "  1 | a\tb\n    |  ^\n"},
		{"a tab within", "a«b\tc»d", "  1 | ab\tcd\n    |  ^~\t~\n"},
		{"CR LF", "x\r\n«key» v\r\n", "  2 | key v\n    | ^~~\n"},
		{"CR alone", "x\r«key» v\r", "  2 | key v\n    | ^~~\n"},
		{"byte-order mark", "\uFEFF«key» v", "  1 | key v\n    | ^~~\n"},
		{"wide letters before", "状态«x»", "  1 | 状态x\n    |     ^\n"},
		{"wide letters meant", "a«状态»b", "  1 | a状态b\n    |  ^~~~\n"},
		{"fullwidth colon", "Ａ：«x»", "  1 | Ａ：x\n    |     ^\n"},
		{"emoji", "😀«x»", "  1 | 😀x\n    |   ^\n"},
		{"combining mark before", "e\u0301«x»", "  1 | e\u0301x\n    |  ^\n"},
		{"combining mark within", "a«e\u0301f»g", "  1 | ae\u0301fg\n    |  ^~\n"},
		{"combining mark alone", "ae«\u0301»g", "  1 | ae\u0301g\n    |  ^\n"},
		{"escape sequence", "\x1b[31m«x»", "  1 | ␛[31mx\n    |      ^\n"},
		{"NUL and delete", "\x00\x7f«x»", "  1 | ␀␡x\n    |   ^\n"},
		{"C1 control", "\u009b«x»", "  1 | <U+009B>x\n    |         ^\n"},
		{"zero-width space", "a«\u200b»b", "  1 | a<U+200B>b\n    |  ^~~~~~~~\n"},
		{"override of direction", "«\u202e»x", "  1 | <U+202E>x\n    | ^~~~~~~~\n"},
		{"over the line end", "ab«cd\nef»", "  1 | abcd\n    |   ^~\n"},
		{"line number of two digits", strings.Repeat("\n", 11) + "«x»", "  12 | x\n     | ^\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, at := mark(t, tt.text)
			var out strings.Builder
			ds := source.Diagnostics{{Rule: "sheet.x", Severity: source.Error, Message: "m", At: at}}
			require.NoError(t, ds.Render(&out, d, source.RenderOptions{}))
			_, got, _ := strings.Cut(out.String(), "\n")
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestRenderCutsLongLines(t *testing.T) {
	long := strings.Repeat("0123456789", 900_000)
	tests := []struct {
		name string
		text string
		want string
	}{
		{"place at the start", "«ab»" + long, "  1 | ab0123456789012345678901234567…\n    | ^~\n"},
		{"place in the middle", long + "«ab»" + long, "  1 | …0123456789ab012345678901234567…\n    |            ^~\n"},
		{"place at the end", long + "«ab»", "  1 | …2345678901234567890123456789ab\n    |                              ^~\n"},
		{"place is long", "x«" + long + "»", "  1 | x01234567890123456789012345678…\n    |  ^" + strings.Repeat("~", 28) + "\n"},
		{"wide", strings.Repeat("状", 99) + "«x»", "  1 | …状状状状状状状状状状状状状状x\n    |                              ^\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, at := mark(t, tt.text)
			var out strings.Builder
			require.NoError(t, source.Diagnostics{{At: at}}.Render(&out, d, source.RenderOptions{Width: 30}))
			_, got, _ := strings.Cut(out.String(), "\n")
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestRenderMask(t *testing.T) {
	mask := func(s string) string { return strings.ReplaceAll(s, "hunter2-hunter2", "<<key>>") }
	tests := []struct {
		name string
		text string
		want string
	}{
		{"before", "key=hunter2-hunter2; «x»", "  1 | key=<<key>>; x\n    |              ^\n"},
		{"behind", "«x»; key=hunter2-hunter2", "  1 | x; key=<<key>>\n    | ^\n"},
		{"meant", "key=«hunter2-hunter2»;", "  1 | key=<<key>>;\n    |     ^~~~~~~\n"},
		{"part of it meant", "key=hunter2«-hun»ter2;", "  1 | key=<<key>>;\n    |     ^~~~~~~\n"},
		{"reaches out of it", "«key=hunt»er2-hunter2;", "  1 | key=<<key>>;\n    | ^~~~~~~~~~~\n"},
		{"cut by the window", strings.Repeat("x", 36) + "hunter2-hunter2 «y»" + strings.Repeat("x", 99), "  1 | …xx<<key>> y" + strings.Repeat("x", 19) + "…\n    |            ^\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, at := mark(t, tt.text)
			var out strings.Builder
			require.NoError(t, source.Diagnostics{{At: at}}.Render(&out, d, source.RenderOptions{Width: 30, Mask: mask}))
			_, got, _ := strings.Cut(out.String(), "\n")
			assert.Equal(t, tt.want, got)
		})
	}
	var out strings.Builder
	ds := source.Diagnostics{{Message: "found hunter2-hunter2", Hint: "replace hunter2-hunter2"}}
	require.NoError(t, ds.Render(&out, nil, source.RenderOptions{Mask: mask}))
	assert.NotContains(t, out.String(), "hunter2")
}

// Where the page has a width, no line is wider, and joining the lines of a paragraph gives what was to be said.
func TestRenderFitsThePage(t *testing.T) {
	d := source.NewDocument("orders.txt", nil, "x "+strings.Repeat("0123456789", 40))
	tests := []struct {
		name, message, hint string
	}{
		{"short", "no method", "ask"},
		{"words", strings.Repeat("the method is missing ", 9), strings.Repeat("ask the API owner for it ", 9)},
		{"one long word", strings.Repeat("0123456789", 30), strings.Repeat("y", 300)},
		{"wide letters", strings.Repeat("状态", 90), strings.Repeat("状 态 ", 90)},
		{"blanks within", "key \"a  b\" came", ""},
		{"just fits", strings.Repeat("m", 40-len("orders.txt:1:3: error: [sheet.x] ")-1), ""},
	}
	for _, tt := range tests {
		for _, page := range []int{40, 80} {
			for _, color := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d/%t", tt.name, page, color), func(t *testing.T) {
					at := source.Span{Pos: source.Pos{Line: 1, Column: 3}, Length: 200}
					ds := source.Diagnostics{{Rule: "sheet.x", Severity: source.Error, Message: tt.message, Hint: tt.hint, At: at}}
					var out strings.Builder
					require.NoError(t, ds.Render(&out, d, source.RenderOptions{Page: page, Color: color}))
					text := withoutStyle(out.String())
					for line := range strings.SplitSeq(text, "\n") {
						assert.LessOrEqual(t, utf8.RuneCountInString(line)+strings.Count(line, "状")+strings.Count(line, "态"), page, line)
					}
					head, _, _ := strings.Cut(text, "\n  1 |")
					assert.Equal(t, squeezed("orders.txt:1:3: error: "+tt.message+" [sheet.x]"), squeezed(head))
					_, hint, _ := strings.Cut(text, "    = ")
					assert.Equal(t, squeezed(tt.hint), squeezed(hint))
				})
			}
		}
	}
}

// squeezed leaves all blanks and line ends out.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func withoutStyle(s string) string {
	for _, style := range []string{"0", "1", "2", "1;31", "1;33", "1;36"} {
		s = strings.ReplaceAll(s, "\x1b["+style+"m", "")
	}
	return s
}

func TestRenderGolden(t *testing.T) {
	d := source.NewDocument("dir/orders\x1b.txt", nil, "Endpoint URL\nhttps://staging.example.test/orders\nSuccess Response\n{\n\tstatus: \"success\"\n}\n")
	d.Cell("Orders!B4", "first\nsecond line")
	text := d.Text()
	key := strings.Index(text.String(), "status")
	ds := source.Diagnostics{
		{Rule: "sheet.repaired-json", Severity: source.Warning, Message: `key "status" is not quoted`, Hint: "JSON wants it in double quotes", At: text.Span(key, key+6)},
		{Rule: "sheet.missing-field", Severity: source.Error, Message: `no "Method" is given`, Hint: "ask the API owner"},
		{Rule: "sheet.no-test-data", Severity: source.Info, Message: "evil \x1b[2J\nmessage"},
		{Rule: "sheet.bad-url", Severity: source.Error, Message: "in a cell", Hint: "see there", At: source.Span{Pos: source.Pos{Cell: "Orders!B4", Line: 2, Column: 8}, Length: 4}},
		{Rule: "sheet.bad-url", Severity: source.Error, Message: "in a cell that is not known", At: source.Span{Pos: source.Pos{Cell: "Orders!Z9"}}},
		{Rule: "sheet.bad-url", Severity: source.Error, Message: "behind the last line", At: source.Span{Pos: source.Pos{Line: 99, Column: 1}}},
	}
	for name, o := range map[string]source.RenderOptions{"plain": {}, "color": {Color: true, Name: "renamed.txt"}} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, ds.Render(&out, d, o))
			golden(t, filepath.Join("testdata", "render-"+name+".golden"), out.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestRenderReportsWriteErrors(t *testing.T) {
	assert.EqualError(t, source.Diagnostics{{}}.Render(brokenWriter{}, nil, source.RenderOptions{}), "disk full")
}

func TestSort(t *testing.T) {
	at := func(line, column int) source.Span { return source.Span{Pos: source.Pos{Line: line, Column: column}} }
	ds := source.Diagnostics{
		{Rule: "e", Severity: source.Info, At: at(2, 1)},
		{Rule: "d", Severity: source.Error, At: at(2, 1)},
		{Rule: "c", Severity: source.Error, At: at(2, 1), Message: "b"},
		{Rule: "c", Severity: source.Error, At: at(2, 1), Message: "a"},
		{Rule: "b", Severity: source.Error, At: at(1, 9)},
		{Rule: "a", Severity: source.Warning, At: at(1, 2)},
	}
	ds.Sort()
	var order []string
	for _, d := range ds {
		order = append(order, d.Rule+d.Message)
	}
	assert.Equal(t, []string{"a", "b", "ca", "cb", "d", "e"}, order)
	assert.Equal(t, 4, ds.Count(source.Error))
	assert.Zero(t, source.Severity("other").Rank())
}

func FuzzRender(f *testing.F) {
	f.Add("a\tb状e\u0301\x1b[0m", 1, 3, 4)
	f.Add("\uFEFFx\r\ny", 2, 1, 1)
	f.Add(strings.Repeat("日", 3000)+"\u202e", 1, 1500, 9)
	f.Fuzz(func(t *testing.T, text string, line, column, length int) {
		d := source.NewDocument("f", nil, text)
		ds := source.Diagnostics{{Message: text, Hint: text, At: source.Span{Pos: source.Pos{Line: line, Column: column}, Length: length}}}
		var out strings.Builder
		require.NoError(t, ds.Render(&out, d, source.RenderOptions{Width: 40, Mask: func(s string) string { return strings.ReplaceAll(s, "e", "**") }}))
		require.True(t, utf8.ValidString(out.String()))
		require.NotContains(t, out.String(), "\x1b")
		require.NotContains(t, out.String(), "\r")
	})
}
