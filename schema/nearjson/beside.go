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

// alternative reads a further value that the first may be exchanged for: "a" | "b", true || false.
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
		p.quotedOther()
	} else {
		from := p.pos
		p.pos = p.bareRun()
		if p.pos == start+1 && p.pos < len(p.s) && strings.IndexByte("{[", p.s[p.pos]) >= 0 {
			p.note(Alternatives, start, p.pos, "")
			return false
		}
		p.bareOthers(from, p.pos)
	}
	p.note(Alternatives, start, p.pos, "")
	return true
}

// quotedOther reads a quoted alternative.
func (p *tolerant) quotedOther() {
	start := p.pos
	text := p.quoted(false)
	v := p.value(String, start, p.pos)
	v.Text, v.Template = text, isTemplate(text)
	p.last.AddOther(v)
}

// bareOthers reads unquoted alternatives, of which several may stand in one run: | false | null.
func (p *tolerant) bareOthers(start, end int) {
	run := strings.ReplaceAll(" "+p.s[start:end], " or ", "|")
	for _, part := range strings.FieldsFunc(run, func(r rune) bool { return r == '|' || r == '/' }) {
		text := strings.TrimSpace(part)
		literal := foreignLiterals[strings.ToLower(text)]
		v := p.value(String, start, end)
		switch {
		case literal == "null":
			p.last.Nullable = true
			continue
		case literal != "":
			v.Kind, v.Text = Bool, literal
		case text != "" && numberLength(text) == len(text) && unwieldy(text) == "":
			v.Kind, v.Text = Number, text
		case isName(text) && len(strings.Fields(text)) == 1:
			v.Text, v.Template = text, isTemplate(text)
		default:
			continue
		}
		p.last.AddOther(v)
	}
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
	if quote := strings.IndexAny(p.s[p.pos:end], "\"'"); quote > 0 { // or "y"
		words = strings.Fields(p.s[p.pos : p.pos+quote])
	}
	if strings.EqualFold(words[0], "or") && len(words) == 1 {
		p.pos += len("or")
		p.note(Alternatives, p.pos-len("or"), p.pos, "")
		p.skipInline()
		if class := p.quoteHere(); class != notQuote {
			p.quotedOther()
		}
		return true
	}
	p.dropRemark()
	return true
}
