package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// maxInteger bounds indexes and slices as I-JSON (RFC 7493) bounds integers.
const maxInteger = 1<<53 - 1

// indexOrSlice reads an index, or start:end:step with any of them left out.
func (p *parser) indexOrSlice() (selector, error) {
	start, err := p.optionalInteger()
	if err != nil {
		return nil, err
	}
	before := p.pos
	if p.space(); !p.take(":") {
		p.pos = before
		return indexSelector(*start), nil
	}
	s := sliceSelector{start: start, step: 1}
	p.space()
	if s.end, err = p.optionalInteger(); err != nil {
		return nil, err
	}
	if p.space(); !p.take(":") {
		return s, nil
	}
	p.space()
	given, err := p.optionalInteger()
	if given != nil {
		s.step = *given
	}
	return s, err
}

func (p *parser) optionalInteger() (*int64, error) {
	if c := p.peek(); c != '-' && !isDigit(c) {
		return nil, nil
	}
	n, err := p.integer()
	return &n, err
}

func (p *parser) integer() (int64, error) {
	start := p.pos
	p.take("-")
	digits := p.digits()
	switch {
	case digits == "":
		return 0, p.unexpected("a digit")
	case digits[0] == '0' && (len(digits) > 1 || p.s[start] == '-'):
		return 0, p.fail(start, "write it without leading zeros, and zero without a sign", "%q is no index", p.s[start:p.pos])
	case strings.IndexByte(".eE", p.peek()) >= 0 && p.peek() != 0:
		return 0, p.fail(p.pos, "write a whole number", "an index or a slice has no fraction and no exponent")
	}
	n, err := strconv.ParseInt(p.s[start:p.pos], 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger {
		return 0, p.fail(start, "write a smaller number", "%q is beyond 9007199254740991", short(p.s[start:p.pos]))
	}
	return n, nil
}

func (p *parser) digits() string {
	start := p.pos
	for isDigit(p.peek()) {
		p.pos++
	}
	return p.s[start:p.pos]
}

// number reads a number of a comparison. It is kept as text: nothing is rounded.
func (p *parser) number() (*nearjson.Value, error) {
	start := p.pos
	p.take("-")
	whole := p.digits()
	switch {
	case whole == "":
		return nil, p.unexpected("a digit")
	case len(whole) > 1 && whole[0] == '0':
		return nil, p.fail(start, "write it without leading zeros; quote it where it is text", "%q is no number", short(p.s[start:p.pos]))
	}
	if p.take(".") && p.digits() == "" {
		return nil, p.unexpected("a digit")
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		if p.pos++; p.peek() == '-' || p.peek() == '+' {
			p.pos++
		}
		if p.digits() == "" {
			return nil, p.unexpected("a digit")
		}
	}
	v := nearjson.NewNumber(p.s[start:p.pos])
	if v.Kind != nearjson.Number {
		return nil, p.fail(start, "write a smaller number", "%q has more than 1,000 digits, or an exponent beyond 999", short(p.s[start:p.pos]))
	}
	return v, nil
}

// short cuts what an error would quote at length.
func short(s string) string {
	if len(s) <= excerptBytes {
		return s
	}
	return excerpt(s, 0)
}

// quoted reads a string in single or double quotes.
func (p *parser) quoted() (string, error) {
	start := p.pos
	quote := p.s[p.pos]
	p.pos++
	var out strings.Builder
	for p.pos < len(p.s) {
		switch c := p.s[p.pos]; {
		case c == quote:
			p.pos++
			return out.String(), nil
		case c < 0x20:
			return "", p.fail(p.pos, `write it as an escape, as in \n or \u0009`, "a control character stands in a string")
		case c == '\\':
			r, err := p.escape(quote)
			if err != nil {
				return "", err
			}
			out.WriteRune(r)
		default:
			out.WriteByte(c)
			p.pos++
		}
	}
	return "", p.fail(start, "close it with "+string(quote), "a string is never closed")
}

func (p *parser) escape(quote byte) (rune, error) {
	at := p.pos
	if p.pos++; p.pos >= len(p.s) {
		return 0, p.fail(at, "write "+`\\`+" for a backslash, and close the string with "+string(quote), "a string is never closed")
	}
	c := p.peek()
	if c == 'u' {
		return p.unicode(at)
	}
	p.pos++
	if i := strings.IndexByte(`bfnrt/\`, c); i >= 0 {
		return rune("\b\f\n\r\t/\\"[i]), nil
	}
	if c == quote {
		return rune(c), nil
	}
	next := `write \\ for a backslash; a quote is escaped only in quotes of its own kind`
	return 0, p.fail(at, next, "%q is no escape", p.upTo(at, 2))
}

// upTo is what stands at the place: n characters, or fewer at the end.
func (p *parser) upTo(at, n int) string {
	end := at
	for ; n > 0 && end < len(p.s); n-- {
		_, size := utf8.DecodeRuneInString(p.s[end:])
		end += size
	}
	return p.s[at:end]
}

// unicode reads \u and four digits, and the second half of a pair where it is the first.
func (p *parser) unicode(at int) (rune, error) {
	r, ok := p.hex4()
	if ok && !utf16.IsSurrogate(r) {
		return r, nil
	}
	if ok && p.peek() == '\\' {
		p.pos++
		low, okLow := p.hex4()
		if pair := utf16.DecodeRune(r, low); okLow && pair != utf8.RuneError {
			return pair, nil
		}
	}
	if ok {
		return 0, p.fail(at, "write the character itself, or both halves of its pair", "%q is half of a surrogate pair", p.upTo(at, 6))
	}
	return 0, p.fail(at, `write \u and four hexadecimal digits`, "%q is no escape", p.upTo(at, 6))
}

func (p *parser) hex4() (rune, bool) {
	if len(p.s)-p.pos < 5 || p.s[p.pos] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.pos+1:p.pos+5], 16, 32)
	p.pos += 5
	return rune(n), err == nil
}
