package source_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestCompose(t *testing.T) {
	d := source.NewDocument("page.html", nil, "<p>one &amp; <b>two</b></p>\n<p>three</p>")
	page := d.Text()
	cell := d.Cell("table 1, row 2, column 1", "first\nsecond")
	text := source.Compose([]source.Run{
		{Text: "one ", From: page.Slice(3, 7)},
		{Text: "&", From: page.Slice(7, 12)},
		{Text: " ", From: page.Slice(12, 13)},
		{Text: "two", From: page.Slice(16, 19)},
		{Text: "\n"},
		{Text: "three", From: page.Slice(31, 36)},
		{Text: "\n"},
		{Text: "first", From: cell.Slice(0, 5)},
		{Text: "\n"},
		{Text: "second", From: cell.Slice(6, 12)},
	})
	require.Equal(t, "one & two\nthree\nfirst\nsecond", text.String())
	tests := []struct {
		name     string
		from, to int
		want     source.Span
	}{
		{"a piece", 0, 3, source.Span{Pos: source.Pos{Line: 1, Column: 4, Offset: 3}, Length: 3}},
		{"what is written in another way", 4, 5, source.Span{Pos: source.Pos{Line: 1, Column: 8, Offset: 7}, Length: 1}},
		{"over markup", 0, 9, source.Span{Pos: source.Pos{Line: 1, Column: 4, Offset: 3}, Length: 16}},
		{"over a line end", 6, 15, source.Span{Pos: source.Pos{Line: 1, Column: 17, Offset: 16}, Length: 3}},
		{"at a line end", 9, 9, source.Span{Pos: source.Pos{Line: 1, Column: 20, Offset: 19}}},
		{"another line", 10, 15, source.Span{Pos: source.Pos{Line: 2, Column: 4, Offset: 31}, Length: 5}},
		{"second line of a cell", 22, 28, source.Span{Pos: source.Pos{Line: 2, Column: 1, Cell: "table 1, row 2, column 1", Offset: 6}, Length: 6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, text.Span(tt.from, tt.to))
		})
	}
	lines := text.Lines()
	require.Len(t, lines, 4)
	assert.Equal(t, "second", d.Line(lines[3].At().Pos))
	assert.Equal(t, "first\nsecond", lines[2].Join(lines[3]).String())
}

func TestComposeWithoutPlaces(t *testing.T) {
	assert.True(t, source.Compose(nil).IsBlank())
	assert.Equal(t, source.Pos{Line: 1, Column: 2, Offset: 1}, source.Compose([]source.Run{{Text: "ab"}}).Pos(1))
	late := source.Compose([]source.Run{{Text: "\uFEFFxx"}, {Text: "ab", From: source.NewDocument("d", nil, "\nab").Text().Slice(1, 3)}})
	assert.Equal(t, "\uFEFFxxab", late.String())
	assert.Equal(t, 2, late.Pos(0).Line)
}

func FuzzCompose(f *testing.F) {
	f.Add("one\ntwo", 2, 5, 1, 4)
	f.Add("状\r\n态\uFEFFe\u0301", 1, 9, 3, 2)
	f.Fuzz(func(t *testing.T, s string, a, b, from, to int) {
		whole := source.NewDocument("d", nil, s).Text()
		text := source.Compose([]source.Run{{Text: s, From: whole.Slice(a, b)}, {Text: "\n"}, {Text: strings.ToUpper(s), From: whole}})
		span := text.Span(from, to)
		require.GreaterOrEqual(t, span.Length, 0)
		require.GreaterOrEqual(t, span.Line, 1)
		text.Pos(from)
	})
}
