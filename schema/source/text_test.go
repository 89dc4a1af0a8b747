package source_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestPos(t *testing.T) {
	type place struct{ line, column int }
	tests := []struct {
		name   string
		text   string
		offset int
		want   place
	}{
		{"start", "ab", 0, place{1, 1}},
		{"tab is one column", "\t\tab", 2, place{1, 3}},
		{"second line, LF", "a\nbc", 3, place{2, 2}},
		{"second line, CR LF", "a\r\nbc", 3, place{2, 1}},
		{"LF of CR LF is on the line it ends", "a\r\nbc", 2, place{1, 3}},
		{"second line, CR alone", "a\rbc", 2, place{2, 1}},
		{"mixed line ends", "a\r\rb\r\n\nc", 6, place{4, 1}},
		{"empty line", "\n\n", 1, place{2, 1}},
		{"end of text", "a\nbc", 4, place{2, 3}},
		{"behind the end", "a\nbc", 99, place{2, 3}},
		{"before the start", "ab", -5, place{1, 1}},
		{"two-byte letters", "äöü", 4, place{1, 3}},
		{"Han", "状态:x", 7, place{1, 4}},
		{"astral", "😀😀x", 8, place{1, 3}},
		{"inside a character", "a😀x", 3, place{1, 2}},
		{"combining mark is a code point", "e\u0301x", 3, place{1, 3}},
		{"empty text", "", 0, place{1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := source.Unplaced(tt.text).Pos(tt.offset)
			assert.Equal(t, tt.want, place{p.Line, p.Column})
		})
	}
}

func TestByteOrderMarkIsNoColumn(t *testing.T) {
	text := source.NewDocument("d", nil, "\uFEFFab\nc").Text()
	assert.Equal(t, "ab\nc", text.String())
	assert.Equal(t, source.Pos{Line: 1, Column: 2, Offset: 4}, text.Pos(1))
	assert.Equal(t, source.Pos{Line: 1, Column: 1, Offset: 3}, text.Pos(-9))
	assert.Equal(t, source.Pos{Line: 2, Column: 1, Offset: 6}, text.Pos(3))
}

func TestSpan(t *testing.T) {
	text := source.Unplaced("ab状态\r\nnext\rlast")
	tests := []struct {
		name                 string
		from, to             int
		line, column, length int
	}{
		{"within a line", 1, 5, 1, 2, 2},
		{"point", 5, 5, 1, 4, 0},
		{"reaches over the line end", 2, 14, 1, 3, 2},
		{"starts on the CR", 8, 12, 1, 5, 0},
		{"starts on the LF", 9, 12, 1, 6, 0},
		{"bounds outside the text", -3, 400, 1, 1, 4},
		{"to before from", 11, 2, 2, 2, 0},
		{"last line", 15, 19, 3, 1, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := text.Span(tt.from, tt.to)
			assert.Equal(t, [3]int{tt.line, tt.column, tt.length}, [3]int{s.Line, s.Column, s.Length})
		})
	}
	assert.Zero(t, source.Text{}.Span(0, 4))
	assert.True(t, source.Text{}.At().IsZero())
	assert.Equal(t, 2, text.Slice(0, 2).Span(0, 99).Length, "a span ends with its text")
}

func TestSliceTrimJoin(t *testing.T) {
	whole := source.Unplaced("  key : value\u00A0 \n")
	assert.Equal(t, "key : value", whole.TrimSpace().String())
	assert.Equal(t, 3, whole.TrimSpace().Pos(0).Column)
	assert.True(t, whole.Slice(0, 2).IsBlank())
	assert.True(t, source.Text{}.IsBlank())
	assert.Empty(t, source.Text{}.TrimSpace().String())
	assert.Equal(t, "", whole.Slice(5, 2).String())
	assert.Equal(t, whole.String(), whole.Slice(-1, 1000).String())

	key, value := whole.Slice(2, 5), whole.Slice(8, 13)
	assert.Equal(t, "key : value", key.Join(value).String())
	assert.Equal(t, "value", value.Join(key).String(), "pieces in the wrong order stay alone")
	assert.Equal(t, "key", key.Join(source.Unplaced("key : value")).String(), "pieces of different texts stay alone")
}

func TestLines(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"none", "", []string{""}},
		{"LF", "a\nb", []string{"a", "b"}},
		{"CR LF", "a\r\nb\r\n", []string{"a", "b", ""}},
		{"CR alone", "a\rb", []string{"a", "b"}},
		{"empty lines of each kind", "\r\r\n\n", []string{"", "", "", ""}},
		{"BOM", "\uFEFFa\nb", []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for i, l := range source.Unplaced(tt.text).Lines() {
				got = append(got, l.String())
				assert.Equal(t, i+1, l.At().Line)
				assert.Equal(t, 1, l.At().Column)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestDocumentLine(t *testing.T) {
	d := source.NewDocument("book.xlsx", []byte("raw"), "\uFEFFone\r\ntwo\rthree")
	cell := d.Cell("Tab!B4", "first\nsecond")
	assert.Equal(t, "one", d.Line(source.Pos{Line: 1}))
	assert.Equal(t, "two", d.Line(source.Pos{Line: 2}))
	assert.Equal(t, "three", d.Line(source.Pos{Line: 3}))
	assert.Empty(t, d.Line(source.Pos{Line: 4}))
	assert.Empty(t, d.Line(source.Pos{}))
	assert.Equal(t, "second", d.Line(cell.Pos(8)))
	assert.Empty(t, d.Line(source.Pos{Cell: "Tab!Z9", Line: 1}))
	assert.Equal(t, source.Pos{Line: 2, Column: 3, Cell: "Tab!B4", Offset: 8}, cell.Pos(8))
	assert.Len(t, d.SHA256, 64)
}

// TestPosFarOut compares places in long lines with places that were counted one by one.
func TestPosFarOut(t *testing.T) {
	text := strings.Repeat("{\"ключ\":\"状态😀\"},", 2000) + "\n" + strings.Repeat("x", 5000)
	whole := source.Unplaced(text)
	line, column, seen := 1, 1, 0
	for i, r := range text {
		if i%7 == 0 || i%1024 < 4 {
			p := whole.Pos(i)
			require.Equal(t, [2]int{line, column}, [2]int{p.Line, p.Column}, "offset %d", i)
			seen++
		}
		if column++; r == '\n' {
			line, column = 2, 1
		}
	}
	require.Positive(t, seen)
	assert.Equal(t, utf8.RuneCountInString(text)-5001, whole.At().Length)
}

func TestSpanJSON(t *testing.T) {
	tests := []struct {
		name string
		span source.Span
		want string
	}{
		{"text", source.Span{Pos: source.Pos{Line: 3, Column: 7, Offset: 40}, Length: 2}, `{"line":3,"column":7}`},
		{"cell", source.Span{Pos: source.Pos{Line: 1, Column: 2, Cell: "A!B4"}}, `{"line":1,"column":2,"cell":"A!B4"}`},
		{"unknown", source.Span{}, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(tt.span)
			require.NoError(t, err)
			assert.JSONEq(t, tt.want, string(got))
			var back source.Span
			require.NoError(t, json.Unmarshal(got, &back))
			tt.span.Offset, tt.span.Length = 0, 0
			assert.Equal(t, tt.span, back)
		})
	}
}

func BenchmarkPosInMinifiedJSON(b *testing.B) {
	whole := source.Unplaced(strings.Repeat(`{"id":1,"name":"x"},`, 8<<20/20))
	offset := 0
	for b.Loop() {
		offset = (offset + 7919) % whole.Len()
		whole.Span(offset, whole.Len())
	}
}

func TestIndentCountsTheBlanksBeforeAText(t *testing.T) {
	whole := source.Unplaced("a\n   b  c\n\td")
	lines := whole.Lines()
	assert.Equal(t, 0, lines[0].Indent())
	assert.Equal(t, 0, lines[1].Indent(), "the blanks are its own")
	assert.Equal(t, 3, lines[1].TrimSpace().Indent())
	assert.Equal(t, 2, lines[1].Slice(6, 7).Indent())
	assert.Equal(t, 0, lines[2].TrimSpace().Indent(), "a tab parts cells")
	assert.Equal(t, 0, source.Text{}.Indent())
}
