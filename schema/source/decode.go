package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Why a file holds no text.
var (
	ErrEmpty  = errors.New("the document is empty")
	ErrBinary = errors.New("the document is not a text")
)

// Decode makes a document of the bytes of a text file. The encoding is told by the byte-order mark; without one it is UTF-16
// where every second byte of Latin letters is NUL, UTF-8 where that is valid (a few damaged bytes are replaced), and else
// Windows-1252. The error wraps [ErrEmpty] where there is nothing but white space, and [ErrBinary] where the bytes are no text;
// it then says what they look like.
func Decode(name string, raw []byte) (*Document, error) {
	if what := magic(raw); what != "" {
		return nil, fmt.Errorf("%w: %q looks like %s", ErrBinary, name, what)
	}
	text, label := decode(raw)
	if controls := countControls(text); controls > 0 && controls*100 > utf8.RuneCountInString(text) {
		return nil, fmt.Errorf("%w: %q holds %d control characters that no text has", ErrBinary, name, controls)
	}
	if strings.TrimSpace(strings.TrimPrefix(text, byteOrderMark)) == "" {
		return nil, fmt.Errorf("%w: %q has no visible character", ErrEmpty, name)
	}
	d := NewDocument(name, raw, text)
	d.Encoding = label
	return d, nil
}

// signatures are the first bytes of the files that are most often handed over instead of a text.
var signatures = [...]struct{ prefix, what string }{
	{"PK\x03\x04", "a zip archive, as .docx and .xlsx files are"},
	{"PK\x05\x06", "an empty zip archive"},
	{"%PDF-", "a PDF document"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office document, as .doc, .xls and .msg files are"},
	{"\x89PNG\r\n", "a PNG image"},
	{"\xFF\xD8\xFF", "a JPEG image"},
	{"GIF87a", "a GIF image"},
	{"GIF89a", "a GIF image"},
	{"\x1F\x8B", "a gzip archive"},
	{"7z\xBC\xAF\x27\x1C", "a 7z archive"},
	{"Rar!\x1A\x07", "a RAR archive"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\x7FELF", "a program"},
}

func magic(raw []byte) string {
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) && !bytes.Contains(raw, []byte("PK\x05\x06")) { // without the record that ends it
		return "the beginning of a zip archive, as .docx and .xlsx files are, that was cut off"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(raw, []byte(s.prefix)) {
			return s.what
		}
	}
	return ""
}

// decode returns the text and the name of the encoding it was in.
func decode(raw []byte) (text, label string) {
	switch {
	case bytes.HasPrefix(raw, []byte(byteOrderMark)):
		return string(raw), "UTF-8"
	case bytes.HasPrefix(raw, []byte("\xFF\xFE\x00\x00")):
		return transcode(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), raw), "UTF-32LE"
	case bytes.HasPrefix(raw, []byte("\x00\x00\xFE\xFF")):
		return transcode(utf32.UTF32(utf32.BigEndian, utf32.UseBOM), raw), "UTF-32BE"
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		return transcode(utf.UTF16(utf.LittleEndian, utf.UseBOM), raw), "UTF-16LE"
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		return transcode(utf.UTF16(utf.BigEndian, utf.UseBOM), raw), "UTF-16BE"
	}
	switch even, odd := countNULs(raw); {
	case odd > 0 && even == 0 && odd*10 >= len(raw)/2:
		return transcode(utf.UTF16(utf.LittleEndian, utf.IgnoreBOM), raw), "UTF-16LE"
	case even > 0 && odd == 0 && even*10 >= len(raw)/2:
		return transcode(utf.UTF16(utf.BigEndian, utf.IgnoreBOM), raw), "UTF-16BE"
	case mostlyUTF8(raw):
		return string(raw), "UTF-8"
	}
	return transcode(charmap.Windows1252, raw), "windows-1252"
}

// transcode decodes; what the encoding cannot mean becomes U+FFFD.
func transcode(e encoding.Encoding, raw []byte) string {
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil { // none of the decoders in use fails; were one to, the bytes would be read as damaged UTF-8
		return string(raw)
	}
	return string(text)
}

func countNULs(raw []byte) (even, odd int) {
	if bytes.IndexByte(raw, 0) < 0 {
		return 0, 0
	}
	for i, c := range raw {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// mostlyUTF8 says that the bytes are UTF-8, or were before a few of them were damaged: text in an 8-bit encoding practically
// never holds the well-formed sequences of UTF-8.
func mostlyUTF8(raw []byte) bool {
	if utf8.Valid(raw) {
		return true
	}
	wellFormed, damaged := 0, 0
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			damaged++
		case n > 1:
			wellFormed++
		}
		i += n
	}
	return wellFormed > damaged
}

// countControls counts the characters that stand in files of other kinds and in no text. Escape is not one of them: logs of
// terminals are pasted into documents.
func countControls(text string) int {
	n := 0
	for i := range len(text) {
		if c := text[i]; (c < ' ' || c == 0x7f) && strings.IndexByte("\t\n\v\f\r\x1b", c) < 0 {
			n++
		}
	}
	return n
}
