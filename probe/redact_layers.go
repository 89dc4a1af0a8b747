package probe

import (
	"html"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// layer is a text with some layers of writing undone, and where it stands in the text below. Writers differ in what they encode: a page may
// hold "&#x2F;" for a slash, a log "%2D" for a dash, an e-mail a key broken into lines. The patterns of a secret hold what is common;
// whatever else there is becomes plain here.
type layer struct {
	text         string
	below        *layer  // nil for the text itself
	starts, ends []int32 // of each byte in the text below; filled when asked for. No body has 2 GiB
}

// maxLayers is how many layers are undone: JSON within JSON within a page.
const maxLayers = 3

// layers are the text as it is, and with one layer undone after the other, as long as there is any.
func layers(s string) iter.Seq[*layer] {
	return func(yield func(*layer) bool) {
		l := &layer{text: s}
		for range maxLayers + 1 {
			if !yield(l) || !hasLayers(l.text) {
				return
			}
			next := &layer{below: l}
			if next.text = next.undo(false); len(next.text) == len(l.text) {
				return
			}
			l = next
		}
	}
}

// hasLayers says that something in a text may stand for something else.
func hasLayers(s string) bool { return hasOneOf(s, "%&\\\r\n") }

// hasOneOf says that one of chars stands in s. To look for each of a few is faster than for all at once.
func hasOneOf(s, chars string) bool {
	for i := range len(chars) {
		if strings.IndexByte(s, chars[i]) >= 0 {
			return true
		}
	}
	return false
}

// start is where the byte at i stands in the lowest text.
func (l *layer) start(i int) int {
	if l.below == nil {
		return i
	}
	l.locate()
	if i == len(l.text) {
		return l.below.start(len(l.below.text))
	}
	return l.below.start(int(l.starts[i]))
}

// end is where the byte before i ends in the lowest text.
func (l *layer) end(i int) int {
	if l.below == nil || i == 0 {
		return i
	}
	l.locate()
	return l.below.end(int(l.ends[i-1]))
}

func (l *layer) locate() {
	if l.starts == nil {
		l.starts, l.ends = make([]int32, 0, len(l.text)), make([]int32, 0, len(l.text))
		l.undo(true)
	}
}

// add takes over what was found in this layer. Short secrets are not looked for here: what adjoins them has changed.
func (l *layer) add(found, more []span) []span {
	for _, sp := range more {
		if !sp.whole {
			found = append(found, span{start: l.start(sp.start), end: l.end(sp.end), name: sp.name + "-encoded", digest: sp.digest, undone: true})
		}
	}
	return found
}

// undo is the text below with one layer undone.
func (l *layer) undo(locate bool) string {
	s := l.below.text
	plain := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if n := flat(s[i:]); n > 0 && !locate { // as most of most texts
			plain = append(plain, s[i:i+n]...)
			i += n
			continue
		}
		before := len(plain)
		var size int
		plain, size = appendPlain(plain, s[i:])
		if locate {
			for range len(plain) - before {
				l.starts, l.ends = append(l.starts, int32(i)), append(l.ends, int32(i+size))
			}
		}
		i += size
	}
	return string(plain)
}

// flat is how many bytes at the start of s stand for themselves.
func flat(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '%', '&', '\\', '\r', '\n':
			return i
		}
	}
	return len(s)
}

// appendPlain reads one character at the start of s, and says how many bytes it takes. Line breaks, and the indent after them, are nothing.
func appendPlain(to []byte, s string) ([]byte, int) {
	switch s[0] {
	case '\r', '\n':
		return to, 1 + indent(s[1:])
	case '%':
		if b, ok := hexByte(s[1:]); ok {
			return append(to, b), 3
		}
	case '&':
		if end := strings.IndexByte(s[:min(len(s), 12)], ';'); end > 0 {
			if plain := html.UnescapeString(s[:end+1]); plain != s[:end+1] {
				return append(to, plain...), end + 1
			}
		}
	case '\\':
		return appendUnescaped(to, s)
	}
	return append(to, s[0]), 1
}

func appendUnescaped(to []byte, s string) ([]byte, int) {
	if len(s) > 1 && (s[1] == 'n' || s[1] == 'r') {
		return to, 2 + indent(s[2:])
	}
	if len(s) > 1 && s[1] == 'x' {
		if b, ok := hexByte(s[2:]); ok {
			return append(to, b), 4
		}
	}
	r, size := unescapeOne(s)
	return utf8.AppendRune(to, r), size
}

func indent(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

func hexByte(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:2], 16, 8)
	return byte(n), err == nil
}
