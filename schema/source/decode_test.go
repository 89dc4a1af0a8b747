package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, raw, text, encoding string
	}{
		{"ASCII", "Method\tPOST\r\n", "Method\tPOST\r\n", "UTF-8"},
		{"UTF-8", "Größe 状态 😀", "Größe 状态 😀", "UTF-8"},
		{"UTF-8 with BOM", "\xEF\xBB\xBFGröße", "Größe", "UTF-8"},
		{"UTF-16LE with BOM", "\xFF\xFEa\x00\xB6\x72\x3D\xD8\x00\xDE", "a状😀", "UTF-16LE"},
		{"UTF-16BE with BOM", "\xFE\xFF\x00a\x72\xB6\xD8\x3D\xDE\x00", "a状😀", "UTF-16BE"},
		{"UTF-16LE without BOM", "U\x00R\x00L\x00\n\x00\xB6\x72", "URL\n状", "UTF-16LE"},
		{"UTF-16BE without BOM", "\x00U\x00R\x00L\x00\n\x72\xB6", "URL\n状", "UTF-16BE"},
		{"UTF-16LE cut in the middle", "\xFF\xFEa\x00b", "a\uFFFD", "UTF-16LE"},
		{"UTF-32LE with BOM", "\xFF\xFE\x00\x00a\x00\x00\x00\x00\xF6\x01\x00", "a😀", "UTF-32LE"},
		{"UTF-32BE with BOM", "\x00\x00\xFE\xFF\x00\x00\x00a\x00\x01\xF6\x00", "a😀", "UTF-32BE"},
		{"Windows-1252", "Gr\xF6\xDFe \x93x\x94 \x80", "Größe “x” €", "windows-1252"},
		{"UTF-8 with a damaged byte", "状态 x\xFFy", "状态 x\uFFFDy", "UTF-8"},
		{"escape sequences are text", "\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m", "UTF-8"},
		{"one NUL in a long text", strings.Repeat("word ", 100) + "\x00", strings.Repeat("word ", 100) + "\x00", "UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := source.Decode("sheet.txt", []byte(tt.raw))
			require.NoError(t, err)
			assert.Equal(t, tt.text, d.Text().String())
			assert.Equal(t, tt.encoding, d.Encoding)
			assert.Equal(t, "sheet.txt", d.Name)
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name, raw string
		want      error
		says      string
	}{
		{"nothing", "", source.ErrEmpty, `"f"`},
		{"white space", " \r\n\t\u00A0", source.ErrEmpty, "no visible"},
		{"BOM alone", "\uFEFF", source.ErrEmpty, "no visible"},
		{"UTF-16 BOM alone", "\xFF\xFE", source.ErrEmpty, "no visible"},
		{"zip", "PK\x03\x04rest", source.ErrBinary, ".xlsx"},
		{"zip that was cut off", "PK\x03\x04rest", source.ErrBinary, "cut off"},
		{"PDF", "%PDF-1.7\nplain text", source.ErrBinary, "PDF"},
		{"PNG", "\x89PNG\r\n\x1a\n", source.ErrBinary, "PNG"},
		{"old Office", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", source.ErrBinary, ".doc"},
		{"NULs on both sides", "a\x00\x00b\x00\x00c", source.ErrBinary, "control characters"},
		{"control characters", "\x01\x02\x03\x04\xF0", source.ErrBinary, "control characters"},
		{"UTF-16 that is none", "\xFF\xFE\x01\x00\x02\x00\x03\x00", source.ErrBinary, "control characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := source.Decode("f", []byte(tt.raw))
			require.ErrorIs(t, err, tt.want)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "a\r\nb\rc\n", "\uFEFFkey: value", "\xFF\xFEa\x00\n\x00", "a\x00b\x00", "Gr\xF6\xDFe\r", "状态\t😀\n", "PK\x03\x04", "x\xFF\r\n\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := source.Decode("f", raw)
		if err != nil {
			return
		}
		text := d.Text()
		require.True(t, utf8.ValidString(text.String()))
		lines := text.Lines()
		rest := text.String()
		for i, line := range lines {
			at := line.At()
			require.Equal(t, [2]int{i + 1, 1}, [2]int{at.Line, at.Column})
			require.Equal(t, utf8.RuneCountInString(line.String()), at.Length)
			require.Equal(t, line.String(), d.Line(at.Pos))
			require.True(t, strings.HasPrefix(rest, line.String()))
			rest = strings.TrimLeft(strings.TrimPrefix(rest, line.String()), "\r\n")
			if i+1 < len(lines) {
				rest = text.String()[lines[i+1].Pos(0).Offset-text.Pos(0).Offset:]
			}
		}
		require.Empty(t, rest)
		ds := source.Diagnostics{{Message: "m", At: text.Span(text.Len()/2, text.Len())}}
		require.NoError(t, ds.Render(&strings.Builder{}, d, source.RenderOptions{}))
	})
}
