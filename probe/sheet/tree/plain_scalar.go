package tree

import (
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// plainScalar is a text on one line.
type plainScalar struct {
	kind       nearjson.Kind
	plain      bool // without quotes
	text       string
	start, end int
}

// of makes a member of which the text is the key.
func (s plainScalar) of(value *Node) Member {
	return Member{Key: s.text, keyStart: s.start, keyEnd: s.end, Value: value}
}

// cannotBeKey says so of one that is too long, or that has another map added.
func (s plainScalar) cannotBeKey() bool {
	return s.end-s.start > maxPlainKey || s.plain && s.text == "<<"
}

// scalar reads a text, which within brackets ends with them.
func (r *plainReader) scalar(within bool) (s plainScalar, ok bool) {
	switch {
	case r.at == len(r.s):
		return s, false
	case r.s[r.at] == '"' || r.s[r.at] == '\'':
		s, ok = r.quoted(r.s[r.at])
	default:
		s, ok = r.unquoted(within)
	}
	r.at = s.end
	return s, ok && len(s.text) <= maxScalar
}

// quoted reads a text in quotes.
func (r *plainReader) quoted(quote byte) (s plainScalar, ok bool) {
	start, escapes := r.at+1, false
	for i := start; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '\n':
			return s, false
		case c == '\\' && quote == '"':
			escapes = true
			i++
		case c == quote:
			s, ok = plainScalar{kind: nearjson.String, text: r.s[start:i], start: r.at, end: i + 1}, true
			if escapes {
				s.text, ok = withoutEscapes(s.text)
			}
			return s, ok && (quote == '"' || i+1 == len(r.s) || r.s[i+1] != quote) // two are one, and no end
		}
	}
	return s, false
}

// withoutEscapes is what a text in double quotes means, as long as its escapes are the usual ones.
func withoutEscapes(s string) (string, bool) {
	const escapes, meant = `"\nt`, "\"\\\n\t"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		n := strings.IndexByte(escapes, s[i])
		if n < 0 {
			return "", false
		}
		b.WriteByte(meant[n])
	}
	return b.String(), true
}

// literal reads a text that keeps its lines (|, or |- where the last has no end), all indented deeper than what it belongs to.
func (r *plainReader) literal(column int) *Node {
	n := r.node(nearjson.String)
	n.start = r.at
	n.end = n.start + blockLength(r.s[n.start:])
	r.at++
	strip := r.skip('-')
	r.blanks()
	if !r.skip('\n') {
		return nil
	}
	r.line = r.at
	indent := len(r.s[r.at:]) - len(strings.TrimLeft(r.s[r.at:], " "))
	if indent <= column || r.at+indent == len(r.s) || r.s[r.at+indent] == '\n' {
		return nil
	}
	text, ok := r.lines(indent, strip)
	if !ok || len(text) > maxScalar {
		return nil
	}
	n.Text = text
	return n
}

// lines reads those of a literal text. It is not ok where blanks alone go on behind the indent of the others.
func (r *plainReader) lines(indent int, strip bool) (string, bool) {
	var text strings.Builder
	for breaks := 0; ; breaks++ {
		line := r.s[r.at : r.at+lineLength(r.s[r.at:])]
		blanks := len(line) - len(strings.TrimLeft(line, " "))
		if blanks == len(line) && blanks > indent {
			return "", false
		}
		ends := blanks < len(line) && blanks < indent
		if blanks < len(line) && !ends {
			text.WriteString(strings.Repeat("\n", breaks))
			text.WriteString(line[indent:])
			breaks = 0
		}
		if !ends {
			r.at += len(line)
		}
		if ends || !r.skip('\n') {
			if breaks > 0 && !strip {
				text.WriteByte('\n')
			}
			return text.String(), true
		}
		r.line = r.at
	}
}

// unquoted reads a text without quotes, up to what ends it.
func (r *plainReader) unquoted(within bool) (s plainScalar, ok bool) {
	if !r.startsUnquoted() {
		return s, false
	}
	end, ok := r.unquotedEnd(within)
	text := strings.TrimRight(r.s[r.at:end], " ")
	return plainScalar{kind: kindOf(text), plain: true, text: text, start: r.at, end: r.at + len(text)}, ok
}

// startsUnquoted says that a text without quotes may start here. There are characters more that may do so, but hardly do.
func (r *plainReader) startsUnquoted() bool {
	c := r.s[r.at]
	before := strings.IndexByte("-.", c) >= 0 && r.at+1 < len(r.s) && isWordByte(r.s[r.at+1]) // a number, and no "..."
	return isWordByte(c) || strings.IndexByte("_/<($+", c) >= 0 || before
}

// unquotedEnd is where a text without quotes ends, the blanks behind it included. It is not ok where that is hard to tell.
func (r *plainReader) unquotedEnd(within bool) (end int, ok bool) {
	for i := r.at; i < len(r.s); i++ {
		switch c := r.s[i]; c {
		case '\n':
			return i, true
		case ':':
			if r.blankAt(i + 1) {
				return i, true
			}
			if within && !isWordByte(r.s[i+1]) && r.s[i+1] != '/' {
				return i, false
			}
		case '#':
			if r.s[i-1] == ' ' {
				return i, true
			}
		case ',', '[', ']', '{', '}':
			if within {
				return i, true
			}
		case '?':
			if within {
				return i, false
			}
		}
	}
	return len(r.s), true
}

func isWordByte(c byte) bool {
	return c >= utf8.RuneSelf || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// kindOf is what a text without quotes is, as [builder.fill] has it of the library.
func kindOf(text string) nearjson.Kind {
	switch text {
	case "null", "Null", "NULL":
		return nearjson.Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return nearjson.Bool
	}
	if isNumber(text) {
		return nearjson.Number
	}
	return nearjson.String
}
