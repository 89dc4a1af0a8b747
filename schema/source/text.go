package source

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a piece of a document that remembers where it stands. The zero value is empty and stands nowhere.
type Text struct {
	block      *block
	start, end int // byte offsets in the block
}

// Unplaced makes a Text of a string that stands in no document, such as a live answer or a flag's value.
func Unplaced(s string) Text {
	b := newBlock("", valid(s))
	return Text{block: b, start: b.first, end: len(b.text)}
}

// valid replaces what is no UTF-8. Most texts are, and told to be some times as fast as they are read rune by rune.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// String is the text itself.
func (t Text) String() string {
	if t.block == nil {
		return ""
	}
	return t.block.text[t.start:t.end]
}

// Len is the length in bytes.
func (t Text) Len() int { return t.end - t.start }

// IsBlank says that there is nothing in it but white space (Unicode's, so no-break spaces too).
func (t Text) IsBlank() bool { return strings.TrimSpace(t.String()) == "" }

// Indent counts the blanks that stand on its line right before it, whether or not it was trimmed of them.
func (t Text) Indent() int {
	if t.block == nil {
		return 0
	}
	before := t.block.text[:t.start]
	kept := strings.TrimRightFunc(before, func(r rune) bool { return unicode.IsSpace(r) && r != '\n' && r != '\r' && r != '\t' })
	return utf8.RuneCountInString(before[len(kept):])
}

// Slice cuts out the bytes from (included) to to (excluded). Bounds outside the text are moved to its ends.
func (t Text) Slice(from, to int) Text {
	from = min(max(from, 0), t.Len())
	to = min(max(to, from), t.Len())
	return Text{block: t.block, start: t.start + from, end: t.start + to}
}

// TrimSpace cuts off white space at both ends.
func (t Text) TrimSpace() Text {
	s := t.String()
	left := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	return t.Slice(left, left+len(strings.TrimSpace(s)))
}

// Join spans the gap between two pieces of the same text: all from the start of t to the end of u.
// Pieces of different cells cannot be joined; t comes back alone.
func (t Text) Join(u Text) Text {
	if t.block != u.block || u.end < t.start {
		return t
	}
	return Text{block: t.block, start: t.start, end: u.end}
}

// Lines cuts the text at its line ends, which are left out.
func (t Text) Lines() []Text {
	var lines []Text
	s := t.String()
	for from := 0; from <= len(s); {
		end := strings.IndexAny(s[from:], "\r\n")
		if end < 0 {
			return append(lines, t.Slice(from, len(s)))
		}
		lines = append(lines, t.Slice(from, from+end))
		from += end + 1
		if s[from-1] == '\r' && from < len(s) && s[from] == '\n' {
			from++
		}
	}
	return lines
}

// Pos is the place of the byte at offset within the text. It costs the same wherever on its line the byte stands.
func (t Text) Pos(offset int) Pos {
	if t.block == nil {
		return Pos{}
	}
	return t.block.pos(t.start + offset)
}

// Span is the place of the bytes from (included) to to (excluded), as far as they stand on one line.
func (t Text) Span(from, to int) Span {
	if t.block == nil {
		return Span{}
	}
	piece := t.Slice(from, to)
	return t.block.span(piece.start, piece.end)
}

// At is the place of the whole text.
func (t Text) At() Span { return t.Span(0, t.Len()) }
