package jsonpath

import (
	"strings"
	"unicode/utf8"
)

// parser reads one path; the methods follow the rules of the grammar in RFC 9535, appendix A.
type parser struct {
	s     string
	pos   int
	depth int
}

func (p *parser) whole() (*query, error) {
	switch {
	case len(p.s) > MaxBytes:
		return nil, p.fail(0, "shorten it", "the path is longer than 16 KiB")
	case !utf8.ValidString(p.s):
		return nil, p.fail(invalidAt(p.s), "save the file as UTF-8", "the path is not valid UTF-8")
	case !strings.HasPrefix(p.s, "$"):
		return nil, p.noRoot()
	}
	p.pos++
	segments, err := p.segments()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.s) {
		return nil, p.trailing()
	}
	return &query{segments: segments}, nil
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}

func (p *parser) noRoot() error {
	next := `write "$." before the name of a member`
	switch {
	case p.s == "":
		next = `write "$" for the whole value, or "$.name" for a member`
	case p.s[0] == ' ' || p.s[0] == '\t':
		next = "remove the white space before it"
	case p.s[0] == '.' || p.s[0] == '[':
		next = `write "$" before it`
	case p.s[0] == '/':
		next = `this looks like a JSON Pointer; write "$.a.b" for "/a/b"`
	case p.s[0] == '@':
		next = `"@" stands in filters only; write "$"`
	}
	return p.fail(0, next, `a path begins with "$"`)
}

// trailing says what stands behind the last segment.
func (p *parser) trailing() error {
	start := p.pos
	p.space()
	if p.pos >= len(p.s) {
		return p.fail(start, "remove it", "white space stands behind the path")
	}
	err := p.unexpected(`".", "[" or the end`)
	if c := p.s[p.pos]; err.Next == "" && c != ']' && c != ')' {
		err.Next = "put names with other characters than letters, digits and _ in brackets and quotes, as in $['first-name']"
	}
	return err
}

// segments reads as many as there are; white space behind the last is left standing.
func (p *parser) segments() ([]segment, error) {
	var out []segment
	for {
		before := p.pos
		p.space()
		var s segment
		var err error
		switch {
		case p.take(".."):
			s, err = p.behindDots()
		case p.take("."):
			s.selectors, err = p.behindDot()
		case p.peek() == '[':
			s.selectors, err = p.bracketed()
		default:
			p.pos = before
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
}

func (p *parser) behindDots() (s segment, err error) {
	s.descendant = true
	if p.peek() == '[' {
		s.selectors, err = p.bracketed()
		return s, err
	}
	s.selectors, err = p.behindDot()
	return s, err
}

// behindDot reads a name in shorthand, or the wildcard.
func (p *parser) behindDot() ([]selector, error) {
	if p.take("*") {
		return []selector{wildcardSelector{}}, nil
	}
	start := p.pos
	for p.pos < len(p.s) && isNameByte(p.s[p.pos], p.pos == start) {
		p.pos++
	}
	if p.pos == start {
		return nil, p.noName()
	}
	return []selector{nameSelector(p.s[start:p.pos])}, nil
}

// isNameByte says that a byte may stand in a shorthand name; of other characters than those of ASCII, all may.
func isNameByte(c byte, first bool) bool {
	return c >= utf8.RuneSelf || c == '_' || isLetter(c) || isDigit(c) && !first
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *parser) noName() error {
	err := p.unexpected("a name or *")
	switch c := p.peek(); {
	case c == 0:
		err.Next = "write a name behind the dot, or remove the dot"
	case isDigit(c):
		err.Next = "write [0] for an item of an array, ['0'] for a member of that name"
	case c == '\'' || c == '"':
		err.Next = "a quoted name stands in brackets, as in $['first-name']"
	case c == '[':
		err.Next = "remove the dot before the bracket"
	case isSpace(c):
		err.Next = "remove the white space behind the dot"
	case c == '.':
		err.Next = "one dot leads to a member, two to all below"
	}
	return err
}

// bracketed reads [selector, selector...].
func (p *parser) bracketed() ([]selector, error) {
	var out []selector
	open := p.pos
	p.pos++
	for {
		p.space()
		s, err := p.selector()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
		p.space()
		switch {
		case p.take(","):
		case p.take("]"):
			return out, nil
		case p.pos >= len(p.s):
			return nil, p.fail(p.pos, `close it with "]"`, "the bracket of column %d is never closed", p.fail(open, "", "").Column)
		default:
			return nil, p.unexpected(`"," or "]"`)
		}
	}
}

func (p *parser) selector() (selector, error) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		name, err := p.quoted()
		return nameSelector(name), err
	case c == '*':
		p.pos++
		return wildcardSelector{}, nil
	case c == '?':
		p.pos++
		return p.filter()
	case c == '-' || c == ':' || isDigit(c):
		return p.indexOrSlice()
	}
	return nil, p.noSelector()
}

func (p *parser) noSelector() error {
	err := p.unexpected("a quoted name, an index, a slice, * or a filter")
	switch c := p.peek(); {
	case c == '(':
		err.Next = `scripts are no part of RFC 9535: [-1] is the last item, and a filter begins with "?"`
	case c == '@' || c == '$':
		err.Next = `a filter begins with "?", as in $[?@.name]`
	case c == ']' || c == ',':
		err.Next = "write one between the brackets and commas"
	case c != 0 && isNameByte(c, true):
		err.Next = "quote the name, as in $['name']"
	}
	return err
}

func (p *parser) filter() (selector, error) {
	p.space()
	c, err := p.condition()
	if err != nil {
		return nil, err
	}
	return filterSelector{c}, nil
}

func (p *parser) peek() byte {
	if p.pos >= len(p.s) {
		return 0
	}
	return p.s[p.pos]
}

func (p *parser) take(token string) bool {
	if !strings.HasPrefix(p.s[p.pos:], token) {
		return false
	}
	p.pos += len(token)
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) space() {
	for p.pos < len(p.s) && isSpace(p.s[p.pos]) {
		p.pos++
	}
}

// nested runs read one level deeper.
func (p *parser) nested(read func() error) error {
	if p.depth++; p.depth > MaxDepth {
		return p.fail(p.pos, "write a simpler condition", "the path is nested deeper than 64 levels")
	}
	defer func() { p.depth-- }()
	return read()
}
