package nearjson

import (
	"strings"
	"unicode/utf8"
)

// member reads a key and its colon, or drops what is no member.
func (p *tolerant) member(c byte) error {
	if n := ellipsisLength(p.s[p.pos:]); n > 0 {
		p.ellipsis(n)
		return nil
	}
	class := p.quoteHere()
	switch {
	case class != notQuote:
		start := p.pos
		key := p.quoted(true)
		p.endKey(key, start, p.pos)
		return nil
	case c == '{' && placeholderLength(p.s[p.pos:]) == 0, c == '[':
		return p.keyless(c)
	}
	p.bareKey()
	return nil
}

// keyless reads a value that stands where a key should: an object that holds values without keys is a list; braces in the middle of
// members are taken for extra ones.
func (p *tolerant) keyless(c byte) error {
	f := p.top()
	p.note(KeylessMembers, p.pos, p.pos+1, "")
	if len(f.v.Members) == 0 {
		f.v.Kind, f.keyless = Array, true
		return p.element(c)
	}
	if c == '[' {
		p.pos++
		return nil
	}
	inner, err := p.open(Object, p.pos)
	if err != nil {
		return err
	}
	inner.merge = true
	p.pos++
	return nil
}

func (p *tolerant) ellipsis(n int) {
	p.note(Ellipsis, p.pos, p.pos+n, "")
	p.top().v.Open = true
	p.pos += n
	// A word that hangs on the dots belongs to them, as in "...bookInfo".
	for p.pos < len(p.s) && (isWordByte(p.s[p.pos]) || p.s[p.pos] == '.') {
		p.pos++
	}
	if sep := &p.seps[len(p.seps)-1]; !sep.needed { // the comma before the dots, or after them, separates nothing
		sep.comma = -1
	}
	p.skip()
	if p.pos < len(p.s) && p.s[p.pos] == ',' {
		p.pos++
		p.seps[len(p.seps)-1] = separators{comma: -1}
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// endKey reads the colon after a key, or finds that there is none.
func (p *tolerant) endKey(key string, start, end int) {
	p.wantComma(start)
	p.setKey(key, start, end)
	onLine := !p.skipInline()
	if onLine && p.s[p.pos] == '(' { // "name" (optional): ...
		if n := groupLength(p.s[p.pos:]); n > 0 {
			p.drop(Remark, n)
			onLine = !p.skipInline()
		}
	}
	if onLine && p.s[p.pos] == '*' {
		p.drop(Remark, 1)
		onLine = !p.skipInline()
	}
	if !onLine {
		p.skip()
	}
	if n := p.colonHere(); n > 0 {
		if p.s[p.pos:p.pos+n] != ":" {
			p.note(OtherColon, p.pos, p.pos+n, ":")
		}
		p.pos += n
		return
	}
	if !onLine || p.pos >= len(p.s) || strings.IndexByte(",;}]", p.s[p.pos]) >= 0 {
		p.absentValue(end)
		return
	}
	p.note(MissingColon, p.pos, p.pos, ":")
}

// colonHere is the length of the sign at the reading position that separates a key from its value; 0 where there is none.
func (p *tolerant) colonHere() int {
	rest := p.s[p.pos:]
	for _, sign := range [...]string{":=", "=>", "->", ":", "=", "："} {
		if strings.HasPrefix(rest, sign) {
			return len(sign)
		}
	}
	return 0
}

// bareKey reads an unquoted key, or drops a line of text that is none.
func (p *tolerant) bareKey() {
	start := p.pos
	end, colon := p.keyRun()
	if !colon {
		p.stray(end)
		return
	}
	p.pos = end
	key := strings.TrimSpace(p.plainText(p.s[start:end]))
	keyEnd := start + len(key)
	if strings.HasSuffix(key, `"`) || strings.HasSuffix(key, "'") { // the opening quote is missing
		key = key[:len(key)-1]
	}
	if i := strings.IndexByte(key, '('); i > 0 && strings.HasSuffix(key, ")") { // name (optional): ...
		p.note(Remark, start+i, keyEnd, "")
		key = strings.TrimSpace(key[:i])
	}
	if marked := strings.TrimRight(key, "*?"); marked != "" && marked != key { // name*: ..., name?: ...
		p.note(Remark, start+len(marked), start+len(key), "")
		key = marked
	}
	p.note(UnquotedKey, start, keyEnd, `"`+key+`"`)
	p.endKey(key, start, keyEnd)
}

// keyRun looks for the end of an unquoted key: a colon, before the line, the member or the patience ends.
func (p *tolerant) keyRun() (end int, colon bool) {
	limit := min(len(p.s), p.pos+lookLine)
	for i := p.pos; i < limit; {
		if n := placeholderLength(p.s[i:]); n > 0 {
			i += n
			continue
		}
		switch c := p.s[i]; c {
		case '\n', '\r', ',', ';', '}', ']', '{', '[':
			return i, false
		case ':', '=':
			return i, i > p.pos
		case '-':
			if strings.HasPrefix(p.s[i:], "->") {
				return i, i > p.pos
			}
		}
		if strings.HasPrefix(p.s[i:], "：") {
			return i, i > p.pos
		}
		i++
	}
	return limit, false
}

// stray drops text that is no member. Where a placeholder stood for members, there may be more of them.
func (p *tolerant) stray(end int) {
	if placeholderLength(p.s[p.pos:]) > 0 {
		p.top().v.Open = true
	}
	end = max(end, p.pos+1)
	for end < len(p.s) && !utf8.RuneStart(p.s[end]) {
		end++
	}
	p.drop(StrayText, end-p.pos)
}
