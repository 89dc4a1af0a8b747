package nearjson

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ParseStrict reads RFC 8259 JSON. It accepts what encoding/json accepts, up to [MaxBytes] and [MaxDepth], but for numbers beyond
// [MaxDigits] or [MaxExponent], which it names. Of duplicated keys the last counts; all are reported. The error is an [*Error].
func ParseStrict(t source.Text) (*Value, []Duplicate, error) {
	if t.Len() > MaxBytes {
		return nil, nil, tooLarge(t)
	}
	return ParseStrictWhole(t)
}

// ParseStrictWhole is ParseStrict of a text whose size somebody else has bounded.
func ParseStrictWhole(t source.Text) (*Value, []Duplicate, error) {
	p := strict{builder: newBuilder(&t, t.String())}
	if err := p.run(); err != nil {
		return nil, nil, err
	}
	return p.root, p.dups, nil
}

type strict struct {
	builder
	pos int
}

func (p *strict) run() error {
	for {
		if err := p.element(); err != nil {
			return err
		}
		done, err := p.closeAndComma()
		if err != nil || done {
			return err
		}
	}
}

// element reads the next value, opening containers down to the first scalar or empty container.
func (p *strict) element() error {
	for {
		if f := p.top(); f != nil && f.v.Kind == Object && !f.hasKey {
			if err := p.key(); err != nil {
				return err
			}
		}
		p.space()
		if p.pos >= len(p.s) {
			return p.unexpected("a value")
		}
		switch c := p.s[p.pos]; c {
		case '{', '[':
			kind := Array
			if c == '{' {
				kind = Object
			}
			if err := p.push(kind, p.pos); err != nil {
				return err
			}
			p.pos++
			p.space()
			if p.pos < len(p.s) && p.s[p.pos] == c+2 { // ']' and '}' stand two behind '[' and '{'
				return nil
			}
		default:
			return p.scalar(c)
		}
	}
}

// closeAndComma closes what ends here, and reads the comma before the next element. It is done when the root is complete.
func (p *strict) closeAndComma() (done bool, err error) {
	for {
		p.space()
		f := p.top()
		if f == nil {
			if p.pos < len(p.s) {
				return true, p.unexpected("the end")
			}
			return true, nil
		}
		closer := byte(']')
		if f.v.Kind == Object {
			closer = '}'
		}
		switch {
		case p.pos < len(p.s) && p.s[p.pos] == closer:
			p.pos++
			p.pop(p.pos)
		case p.pos < len(p.s) && p.s[p.pos] == ',' && (len(f.v.Items) > 0 || len(f.v.Members) > 0):
			p.pos++
			return false, nil
		default:
			return true, p.unexpected("a comma or " + strconv.Quote(string(closer)))
		}
	}
}

func (p *strict) key() error {
	p.space()
	start := p.pos
	if p.pos >= len(p.s) || p.s[p.pos] != '"' {
		return p.unexpected("a key in double quotes")
	}
	key, err := p.quoted()
	if err != nil {
		return err
	}
	p.setKey(key, start, p.pos)
	p.space()
	if p.pos >= len(p.s) || p.s[p.pos] != ':' {
		return p.unexpected("a colon")
	}
	p.pos++
	return nil
}

func (p *strict) scalar(c byte) error {
	start := p.pos
	switch {
	case c == '"':
		text, err := p.quoted()
		if err != nil {
			return err
		}
		v := p.value(String, start, p.pos)
		v.Text, v.Template = text, isTemplate(text)
		p.add(v)
	case c == '-' || c >= '0' && c <= '9':
		n := numberLength(p.s[p.pos:])
		if n == 0 {
			return p.unexpected("a number")
		}
		p.pos += n
		v := p.value(Number, start, p.pos)
		v.Text = p.s[start:p.pos]
		if why := unwieldy(v.Text); why != "" {
			return p.errorAt(start, p.pos, why)
		}
		p.add(v)
	default:
		return p.literal(start)
	}
	return nil
}

func (p *strict) literal(start int) error {
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(p.s[start:], word) {
			p.pos += len(word)
			v := p.value(Bool, start, p.pos)
			v.Text = word
			if word == "null" {
				v.Kind, v.Text = Null, ""
			}
			p.add(v)
			return nil
		}
	}
	return p.unexpected("a value")
}

func (p *strict) space() {
	for p.pos < len(p.s) {
		switch p.s[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

// quoted reads a string; without escapes it is not copied.
func (p *strict) quoted() (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == '"':
			p.pos = i + 1
			return p.s[start:i], nil
		case c == '\\':
			return p.escaped(start, i)
		case c < 0x20:
			p.pos = i
			return "", p.errorAt(i, i+1, "a control character stands in a string")
		}
	}
	return "", p.errorAt(p.pos, p.pos+1, "a string is never closed")
}

func (p *strict) escaped(start, i int) (string, error) {
	var out strings.Builder
	out.WriteString(p.s[start:i])
	for i < len(p.s) {
		switch c := p.s[i]; {
		case c == '"':
			p.pos = i + 1
			return out.String(), nil
		case c < 0x20:
			return "", p.errorAt(i, i+1, "a control character stands in a string")
		case c == '\\':
			text, n := unescape(p.s[i:])
			if n == 0 {
				return "", p.errorAt(i, min(i+2, len(p.s)), "an invalid escape stands in a string")
			}
			out.WriteString(text)
			i += n
		default:
			out.WriteByte(c)
			i++
		}
	}
	return "", p.errorAt(p.pos, p.pos+1, "a string is never closed")
}

// unescape reads one escape at the start of s: its text and its length in bytes, 0 where it is invalid.
func unescape(s string) (text string, n int) {
	if len(s) < 2 {
		return "", 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, s[1]); i >= 0 {
		return "\"\\/\b\f\n\r\t"[i : i+1], 2
	}
	r, ok := hexEscape(s)
	if !ok {
		return "", 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := hexEscape(s[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return string(pair), 12
			}
		}
		return string(utf8.RuneError), 6
	}
	return string(r), 6
}

func hexEscape(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	return rune(n), err == nil
}

// numberLength is how many bytes of s are a JSON number; 0 where there is none.
func numberLength(s string) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		if i++; !digits() {
			return 0
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

// unwieldy says why a number is not computed with, or "".
func unwieldy(number string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	if len(mantissa) > MaxDigits {
		return fmt.Sprintf("a number has more than %d digits", MaxDigits)
	}
	exponent = strings.TrimLeft(strings.TrimLeft(exponent, "+-"), "0")
	if n, err := strconv.Atoi(exponent); exponent != "" && (err != nil || n > MaxExponent) {
		return fmt.Sprintf("a number has an exponent beyond %d", MaxExponent)
	}
	return ""
}

func (p *strict) unexpected(wanted string) error {
	if p.pos >= len(p.s) {
		return p.errorAt(len(p.s), len(p.s), "the text ends where "+wanted+" was expected")
	}
	r, size := utf8.DecodeRuneInString(p.s[p.pos:])
	return p.errorAt(p.pos, p.pos+size, fmt.Sprintf("%q stands where %s was expected", string(r), wanted))
}
