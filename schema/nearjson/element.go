package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// element reads one value, where an element of a list or the value of a member is due.
func (p *tolerant) element(c byte) error {
	start := p.pos
	class := p.quoteHere()
	switch {
	case class != notQuote:
		return p.stringElement(start)
	case c == '{' && placeholderLength(p.s[p.pos:]) == 0, c == '[':
		kind := map[byte]Kind{'{': Object, '[': Array}[c]
		_, err := p.open(kind, start)
		p.pos++
		return err
	}
	if n := ellipsisLength(p.s[p.pos:]); n > 0 {
		if p.top().hasKey {
			p.note(Ellipsis, p.pos, p.pos+n, "null")
			p.pos += n
			p.absentValue(start)
			return nil
		}
		p.ellipsis(n)
		return nil
	}
	if p.top().v.Kind == Array && p.memberInList() {
		return p.implicitObject(start)
	}
	p.bareElement()
	return nil
}

// stringElement reads a quoted value. Where a colon follows, it was a key: of members that stand directly in a list, or after a member
// whose value is missing.
func (p *tolerant) stringElement(start int) error {
	inList := p.top().v.Kind == Array
	text := p.quoted(false)
	end := p.pos
	colon := p.colonFollows()
	switch {
	case colon && inList:
		p.pos = start
		return p.implicitObject(start)
	case colon && p.top().hasKey && strings.ContainsAny(p.s[p.top().keyEnd:start], "\r\n"):
		p.absentValue(p.top().keyEnd)
		p.endKey(text, start, end)
		return nil
	}
	text = p.concatenated(text)
	v := p.value(String, start, p.pos)
	v.Text, v.Template = text, isTemplate(text)
	p.put(v)
	p.besideValue()
	return nil
}

// implicitObject opens an object for members that stand directly in a list; it ends where the list does.
func (p *tolerant) implicitObject(start int) error {
	p.note(BareMembers, start, start, "{")
	f, err := p.open(Object, start)
	if err == nil {
		f.implicit = true
	}
	return err
}

func (p *tolerant) colonFollows() bool { return p.colonAt(p.pos) }

// colonAt says that nothing but blanks stands between i and a colon.
func (p *tolerant) colonAt(i int) bool {
	from := i
	for i < len(p.s) && i < from+lookInline && (p.s[i] == ' ' || p.s[i] == '\t') {
		i++
	}
	return i < len(p.s) && p.s[i] == ':' || strings.HasPrefix(p.s[i:], "：") || strings.HasPrefix(p.s[i:], "=>")
}

// memberInList says that an unquoted key and its colon stand where an element of a list is due.
func (p *tolerant) memberInList() bool {
	i := p.pos
	for i < len(p.s) && i < p.pos+lookInline && (isWordByte(p.s[i]) || p.s[i] == '-' || p.s[i] == ' ') {
		i++
	}
	first := p.s[p.pos]
	if i+1 >= len(p.s) || p.s[i] != ':' || i == p.pos || first >= '0' && first <= '9' {
		return false
	}
	return strings.IndexByte(" \t\"'{[-0123456789", p.s[i+1]) >= 0
}

// concatenated joins "a" + "b".
func (p *tolerant) concatenated(text string) string {
	parts := []string{text}
	for {
		back := p.pos
		p.skipBlanks()
		if p.pos >= len(p.s) || p.s[p.pos] != '+' {
			p.pos = back
			break
		}
		plus := p.pos
		p.pos++
		p.skip()
		if class := p.quoteHere(); class == notQuote {
			p.pos = back
			break
		}
		p.note(StringConcat, plus, plus+1, "")
		parts = append(parts, p.quoted(false))
	}
	return strings.Join(parts, "")
}

func (p *tolerant) skipBlanks() {
	for p.pos < len(p.s) && (p.s[p.pos] == ' ' || p.s[p.pos] == '\t' || p.s[p.pos] == '\n' || p.s[p.pos] == '\r') {
		p.pos++
	}
}

// bareElement reads an unquoted value.
func (p *tolerant) bareElement() {
	start := p.pos
	if p.call() {
		return
	}
	end := p.bareRun()
	text := strings.TrimRightFunc(p.s[start:end], unicode.IsSpace)
	if text == "" {
		_, size := utf8.DecodeRuneInString(p.s[p.pos:])
		p.drop(StrayText, size)
		return
	}
	literal, rest := p.cutRemark(text)
	p.pos = start + len(literal)
	p.put(p.bareValue(literal, start))
	if rest {
		p.besideLiteral(text[len(literal):])
	}
	p.besideValue()
}

// besideLiteral drops words beside a literal; those of "1 or 2" are alternatives.
func (p *tolerant) besideLiteral(words string) {
	kind := Remark
	if fields := strings.Fields(strings.ToLower(words)); len(fields) > 1 && fields[0] == "or" {
		p.bareOthers(p.pos, p.pos+len(words))
		if len(p.last.Others()) > 0 {
			kind = Alternatives
		}
	}
	p.drop(kind, len(words))
}

// cutRemark separates a literal from words that stand beside it, as in `1 optional` or `true(Boolean)`.
func (p *tolerant) cutRemark(text string) (literal string, rest bool) {
	i := strings.IndexAny(text, " \t(|")
	if i <= 0 {
		return text, false
	}
	if isAlternatives(text) { // string or null
		return text, false
	}
	head, tail := text[:i], strings.TrimSpace(text[i:])
	word := strings.ToLower(strings.TrimFunc(strings.Fields(tail + " .")[0], func(r rune) bool { return !unicode.IsLetter(r) }))
	isLiteral := numberLength(head) == len(head) || foreignLiterals[strings.ToLower(head)] != ""
	if isLiteral && (tail[0] == '(' || tail[0] == '-' || tail[0] == '*' || isRemarkWord(word)) {
		return head, true
	}
	if isLiteral && tail[0] == '|' && (strings.ContainsAny(tail, `"'`) || strings.Trim(tail, "|") == "") { // besideValue reads the alternatives
		return head, false
	}
	if isTypeWord(strings.ToLower(head)) && (tail[0] == '-' || isRemarkWord(word)) {
		return head, true
	}
	return text, false
}

// bareValue tells what an unquoted text means: a literal, a number, or a string of its source text.
func (p *tolerant) bareValue(text string, start int) *Value {
	end := start + len(text)
	v := p.value(String, start, end)
	text = p.plainText(text)
	v.Text = text
	if n := numberLength(text); n == len(text) {
		if unwieldy(text) == "" {
			v.Kind = Number
			return v
		}
	}
	if literal, ok := foreignLiterals[strings.ToLower(text)]; ok {
		if literal != text {
			p.note(OtherLiteral, start, end, literal)
		}
		v.Kind, v.Text = Bool, literal
		if literal == "null" {
			v.Kind, v.Text = Null, ""
		}
		return v
	}
	if isBareTemplate(text, p.keyOfValue()) || isAlternatives(text) {
		v.Template = true
		p.note(BareTemplate, start, end, `"`+text+`"`)
		return v
	}
	p.note(BareValue, start, end, `"`+text+`"`)
	return v
}

func (p *tolerant) keyOfValue() string {
	if f := p.top(); f != nil && f.hasKey {
		return f.key
	}
	return ""
}

// isAlternatives says that a bare text lists what a value may be: true/false, boolean|null.
func isAlternatives(text string) bool {
	for _, sep := range [...]string{"|", "/", " or "} {
		if strings.Contains(text, "://") {
			return false
		}
		parts := strings.Split(text, sep)
		words := 0
		for _, part := range parts {
			part = strings.ToLower(strings.TrimSpace(part))
			if isTypeWord(part) || foreignLiterals[part] != "" || sep == "|" && isName(part) {
				words++
			}
		}
		if len(parts) > 1 && words == len(parts) {
			return true
		}
	}
	return false
}

// wideLead are the first bytes of the signs that wideComma knows.
const wideLead = "\xef\xe3\xd8"

// endsAtWideComma says that a sign of another script ends the unquoted value before it: behind a number or a literal always, behind words, which may
// hold such signs themselves, where a line, a quote or a bracket follows.
func (p *tolerant) endsAtWideComma(i int) bool {
	n := wideComma(p.s[i:])
	if n == 0 {
		return false
	}
	text := strings.TrimSpace(p.s[p.pos:i])
	if text != "" && (numberLength(text) == len(text) || foreignLiterals[strings.ToLower(text)] != "") {
		return true
	}
	rest := strings.TrimLeft(p.s[i+n:min(len(p.s), i+n+lookInline)], " \t")
	return rest == "" || strings.IndexByte("\r\n\"'}]", rest[0]) >= 0
}

// bareRun is where an unquoted value ends: at the end of its line or member, or where a comment or a quote begins.
func (p *tolerant) bareRun() int {
	i := p.pos
	for i < len(p.s) {
		if breakTag(p.s[i:]) > 0 {
			return i
		}
		if n := placeholderLength(p.s[i:]); n > 0 {
			i += n
			continue
		}
		c := p.s[i]
		blankBefore := i == p.pos || p.s[i-1] == ' ' || p.s[i-1] == '\t'
		switch c {
		case '\n', '\r', ';', '}', ']', '"', '{', '[':
			if c == '[' && i+1 < len(p.s) && p.s[i+1] == ']' && !blankBefore { // string[]
				i += 2
				continue
			}
			return i
		case ',':
			if !p.groupsDigits(i) {
				return i
			}
		case '(':
			if n := groupLength(p.s[i:]); n > 0 && !blankBefore {
				i += n
				continue
			}
			if blankBefore {
				return i
			}
		case '&':
			if strings.HasPrefix(p.s[i:], "&nbsp;") {
				return i
			}
		case wideLead[0], wideLead[1], wideLead[2]:
			if p.endsAtWideComma(i) {
				return i
			}
		case '/':
			if n := p.commentLength(i); n > 0 && (blankBefore || p.s[i-1] != ':') {
				return i
			}
		case '#':
			if blankBefore && i > p.pos {
				return i
			}
		}
		i++
	}
	return i
}

// groupLength is how many bytes of s, which begins with an opening bracket, a group on one line takes.
func groupLength(s string) int {
	window := s[:min(len(s), maxTemplate)]
	end := strings.IndexByte(window, closerOf(s[0]))
	if end < 0 || strings.ContainsAny(window[:end], "\r\n\"") {
		return 0
	}
	return end + 1
}

// groupsDigits says that the comma at i stands within a number, as in 1,000 and 1,00,000 (not in a list, where it separates).
func (p *tolerant) groupsDigits(i int) bool {
	if p.top() == nil || p.top().v.Kind != Object || i == p.pos || i+4 > len(p.s) {
		return false
	}
	digit := func(i int) bool { return i < len(p.s) && p.s[i] >= '0' && p.s[i] <= '9' }
	for digit(i-1) && digit(i+1) && digit(i+2) && i+7 <= len(p.s) && p.s[i+3] == ',' { // groups of two before the last, which is of three
		i += 3
	}
	if !digit(i-1) || !digit(i+1) || !digit(i+2) || !digit(i+3) || digit(i+4) {
		return false
	}
	after := strings.TrimLeft(p.s[i+4:min(len(p.s), i+4+lookInline)], " \t")
	return !strings.HasPrefix(after, ":") && !strings.HasPrefix(after, `"`)
}

// call reads ObjectId("..") and its like: the argument is the value.
func (p *tolerant) call() bool {
	i := p.pos
	for i < len(p.s) && i < p.pos+lookInline && (isWordByte(p.s[i]) || p.s[i] == '.' || p.s[i] == ' ' && strings.HasPrefix(p.s[p.pos:], "new ")) {
		i++
	}
	if i == p.pos || i+1 >= len(p.s) || p.s[i] != '(' {
		return false
	}
	start := p.pos
	p.pos = i + 1
	if class := p.quoteHere(); class == notQuote {
		p.pos = start
		return false
	}
	text := p.quoted(false)
	p.skipBlanks()
	if p.pos >= len(p.s) || p.s[p.pos] != ')' {
		p.pos = start
		return false
	}
	p.pos++
	p.note(FunctionCall, start, p.pos, `"`+text+`"`)
	v := p.value(String, start, p.pos)
	v.Text = text
	p.put(v)
	p.besideValue()
	return true
}
