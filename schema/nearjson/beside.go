package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// besideValue reads what people write beside a value on its line: alternatives, and remarks.
func (p *tolerant) besideValue() {
	for {
		if p.skipInline() || p.top() == nil {
			return
		}
		c := p.s[p.pos]
		switch {
		case c == '|', c == '/':
			if !p.alternative() {
				return
			}
		case c == '(':
			n := groupLength(p.s[p.pos:])
			if n == 0 {
				n = 1
			}
			p.drop(Remark, n)
		case c == '*', c == '<' && placeholderLength(p.s[p.pos:]) > 0:
			p.drop(Remark, max(1, placeholderLength(p.s[p.pos:])))
		case c == '.' && p.lineEndsAt(p.pos+1):
			p.note(OtherComma, p.pos, p.pos+1, ",")
			p.seps[len(p.seps)-1] = separators{comma: p.pos}
			p.pos++
			return
		case c == '-' && !strings.HasPrefix(p.s[p.pos:], "->") && !p.isNumberAt(p.pos), strings.HasPrefix(p.s[p.pos:], "–"), strings.HasPrefix(p.s[p.pos:], "—"):
			p.dropRemark()
		default:
			if !p.wordsBeside() {
				return
			}
		}
	}
}

func (p *tolerant) isNumberAt(i int) bool {
	return numberLength(p.s[i:min(len(p.s), i+lookInline)]) > 0
}

func (p *tolerant) lineEndsAt(i int) bool {
	rest := strings.TrimLeft(p.s[i:min(len(p.s), i+lookInline)], " \t")
	return rest == "" || rest[0] == '\n' || rest[0] == '\r'
}

// dropRemark drops the text up to the next comma, closing bracket or line end.
func (p *tolerant) dropRemark() {
	n := strings.IndexAny(p.s[p.pos:], ",;}]\r\n")
	if n < 0 {
		n = len(p.s) - p.pos
	}
	p.drop(Remark, max(n, 1))
}

// alternative drops a further value that the first may be exchanged for: "a" | "b", true || false.
func (p *tolerant) alternative() bool {
	start := p.pos
	for p.pos < len(p.s) && (p.s[p.pos] == '|' || p.s[p.pos] == '/') {
		p.pos++
	}
	p.skipInline()
	if p.pos >= len(p.s) {
		p.note(Alternatives, start, p.pos, "")
		return false
	}
	if class := p.quoteHere(); class != notQuote {
		p.quoted(false)
	} else {
		p.pos = p.bareRun()
		if p.pos == start+1 && p.pos < len(p.s) && strings.IndexByte("{[", p.s[p.pos]) >= 0 {
			p.note(Alternatives, start, p.pos, "")
			return false
		}
	}
	p.last.Nullable = p.last.Nullable || strings.EqualFold(strings.Trim(p.s[start:p.pos], "|/ \t"), "null")
	p.note(Alternatives, start, p.pos, "")
	return true
}

// wordsBeside drops words that stand bare beside a value, unless they are the key of a member before which a comma is missing, or an
// element of a list.
func (p *tolerant) wordsBeside() bool {
	r, _ := utf8.DecodeRuneInString(p.s[p.pos:])
	if !unicode.IsLetter(r) {
		return false
	}
	end, colon := p.keyRun()
	if p.top().v.Kind == Object && colon {
		return false
	}
	words := strings.Fields(p.s[p.pos:end])
	if len(words) == 0 {
		return false
	}
	if strings.EqualFold(words[0], "or") && len(words) == 1 {
		p.pos += len("or")
		p.note(Alternatives, p.pos-len("or"), p.pos, "")
		p.skipInline()
		if class := p.quoteHere(); class != notQuote {
			p.quoted(false)
		}
		return true
	}
	p.dropRemark()
	return true
}
