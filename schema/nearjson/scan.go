package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Look-ahead is bounded, so that hostile text costs at most a constant per byte.
const (
	lookInline = 64  // for what follows on the line
	lookLine   = 400 // for a closing quote or a colon
)

// skip passes white space and comments, line ends included.
func (p *tolerant) skip() {
	for p.pos < len(p.s) {
		if !p.skipOne(true) {
			return
		}
	}
}

// skipInline is skip up to the end of the line, which it leaves; it says whether it stopped there, or at the end of the text.
func (p *tolerant) skipInline() (atEnd bool) {
	for p.pos < len(p.s) {
		if c := p.s[p.pos]; c == '\n' || c == '\r' {
			return true
		}
		if !p.skipOne(false) {
			return false
		}
	}
	return true
}

func (p *tolerant) skipOne(lines bool) bool {
	switch c := p.s[p.pos]; {
	case c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r'):
		p.lineStart = p.lineStart && c != ' ' || c == '\n' || c == '\r'
		p.pos++
		return true
	case c == filler && p.decodes:
		p.pos++
		return true
	case c == '<' && breakTag(p.s[p.pos:]) > 0:
		p.drop(HTMLTags, breakTag(p.s[p.pos:]))
		return true
	case c == '&' && strings.HasPrefix(p.s[p.pos:], "&nbsp;"):
		p.drop(OddSpace, len("&nbsp;"))
		return true
	case c >= utf8.RuneSelf || c == '\f' || c == '\v':
		r, size := utf8.DecodeRuneInString(p.s[p.pos:])
		if !isOddSpace(r) {
			return false
		}
		p.note(OddSpace, p.pos, p.pos+size, "")
		p.pos += size
		return true
	}
	return p.comment()
}

func isOddSpace(r rune) bool {
	switch r {
	case filler, '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return unicode.IsSpace(r)
}

// comment passes a comment. An ellipsis in one says that there is more than is shown.
func (p *tolerant) comment() bool {
	n := p.commentLength(p.pos)
	if n == 0 {
		return false
	}
	text := p.s[p.pos : p.pos+n]
	p.note(Comment, p.pos, p.pos+n, "")
	if f := p.top(); f != nil && (strings.Contains(text, "...") || strings.Contains(text, "…")) {
		f.v.Open = true
	}
	p.pos += n
	return true
}

// commentLength is how many bytes at i are a comment, its line end left out.
func (p *tolerant) commentLength(i int) int {
	rest := p.s[i:]
	switch {
	case strings.HasPrefix(rest, "/*"):
		return p.closedBy(rest, "*/")
	case strings.HasPrefix(rest, "<!--"):
		return p.closedBy(rest, "-->")
	case strings.HasPrefix(rest, "//"), rest[0] == '#':
		return lineLength(rest)
	}
	return 0
}

// closedBy is the length up to and with the closing mark; a comment that is never closed ends with its line. That a mark does not occur is
// remembered: searching for it again and again would be quadratic.
func (p *tolerant) closedBy(s, mark string) int {
	if !p.absent[mark] {
		if end := strings.Index(s, mark); end >= 0 {
			return end + len(mark)
		}
		p.absent[mark] = true
	}
	return lineLength(s)
}

func lineLength(s string) int {
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		return end
	}
	return len(s)
}

// quoteClass tells what kind of quotation mark a rune is.
type quoteClass uint8

const (
	notQuote quoteClass = iota
	doubleQuote
	singleQuote
	backQuote
)

func classOf(r rune) quoteClass {
	switch r {
	case '"', '“', '”', '„', '‟', '″', '＂', '«', '»':
		return doubleQuote
	case '\'', '‘', '’', '‚', '‛', '′':
		return singleQuote
	case '`', '´':
		return backQuote
	}
	return notQuote
}

func (p *tolerant) quoteHere() quoteClass {
	if p.pos >= len(p.s) {
		return notQuote
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.pos:])
	return classOf(r)
}

// ellipsisLength is how many bytes of s are an ellipsis: three dots or more, or the one character.
func ellipsisLength(s string) int {
	if strings.HasPrefix(s, "…") {
		return len("…")
	}
	if !strings.HasPrefix(s, "...") {
		return 0
	}
	return len(s) - len(strings.TrimLeft(s, "."))
}

// placeholderLength is how many bytes of s are an unquoted placeholder: {x}, {{x}}, ${x}, <x>, <<x>>.
func placeholderLength(s string) int {
	dollar := 0
	if strings.HasPrefix(s, "${") {
		dollar = 1
	}
	if len(s) <= dollar || s[dollar] != '{' && s[dollar] != '<' {
		return 0
	}
	closer := closerOf(s[dollar])
	window := s[:min(len(s), maxTemplate)]
	end := strings.IndexByte(window[dollar:], closer)
	if end < 0 {
		return 0
	}
	end += dollar + 1
	if end < len(window) && window[end] == closer && s[dollar+1] == s[dollar] {
		end++
	}
	if _, ok := unwrap(s[:end]); !ok {
		return 0
	}
	return end
}
