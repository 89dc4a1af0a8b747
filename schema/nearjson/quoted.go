package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// reading is one quoted text while it is read.
type reading struct {
	class   quoteClass
	ascii   bool // opened by an ASCII quotation mark
	doubled bool // opened and closed by two marks: ""term""
	key     bool
	inner   bool // within quotation marks that belong to the text
	out     strings.Builder
}

// quoted reads a text in quotation marks of any make, up to the mark that closes it, or to the end of its line where none does.
func (p *tolerant) quoted(key bool) string {
	start := p.pos
	first, size := utf8.DecodeRuneInString(p.s[p.pos:])
	q := reading{class: classOf(first), ascii: first < utf8.RuneSelf, key: key}
	p.noteQuote(q, start, size)
	p.pos += size
	if q.doubled = p.opensDoubled(q, start); q.doubled {
		p.note(DoubledQuotes, start, start+2, `"`)
		p.pos++
	}
	for p.pos < len(p.s) {
		if p.readOne(&q, start) {
			return q.out.String()
		}
	}
	p.note(UnclosedString, start, start+1, "")
	return strings.TrimRightFunc(q.out.String(), unicode.IsSpace)
}

func (p *tolerant) noteQuote(q reading, start, size int) {
	switch {
	case !q.ascii:
		p.note(SmartQuotes, start, start+size, `"`)
	case q.class != doubleQuote:
		p.note(SingleQuotes, start, start+size, `"`)
	}
}

// opensDoubled says that the text is quoted twice over, as spreadsheets write it. Two marks alone are an empty text.
func (p *tolerant) opensDoubled(q reading, start int) bool {
	if q.class != doubleQuote || !q.ascii || p.pos >= len(p.s) || p.s[p.pos] != '"' || p.pos+1 >= len(p.s) {
		return false
	}
	next := p.s[p.pos+1]
	if !isWordByte(next) {
		return false
	}
	line := p.s[p.pos+1 : min(len(p.s), p.pos+lookLine)]
	end := strings.Index(line[:lineLength(line)], `""`)
	return end >= 0 && start >= 0
}

// readOne reads one character, escape, line break or mark; done says that the text has ended.
func (p *tolerant) readOne(q *reading, start int) (done bool) {
	r, size := utf8.DecodeRuneInString(p.s[p.pos:])
	switch {
	case r == '\\':
		p.escape(q)
	case r == '\n' || r == '\r':
		return p.lineBreak(q, start)
	case r == filler && p.decodes:
		p.pos++
	case r < 0x20:
		p.note(ControlInText, p.pos, p.pos+1, "")
		q.out.WriteRune(r)
		p.pos++
	case q.couldClose(r):
		return p.mark(q, r, size)
	default:
		q.out.WriteString(p.s[p.pos : p.pos+size])
		p.pos += size
	}
	return false
}

func (q *reading) couldClose(r rune) bool { return classOf(r) == q.class }

// escape reads a backslash and what it escapes; an invalid one keeps its character, and its backslash too before a letter, as in "C:\Backup".
func (p *tolerant) escape(q *reading) {
	if text, n := unescape(p.s[p.pos:]); n > 0 {
		q.out.WriteString(text)
		p.pos += n
		return
	}
	p.note(BadEscape, p.pos, min(p.pos+2, len(p.s)), "")
	p.pos++
	if p.pos >= len(p.s) {
		return
	}
	r, size := utf8.DecodeRuneInString(p.s[p.pos:])
	switch {
	case r == '\n' || r == '\r': // the line goes on
		return
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		q.out.WriteByte('\\')
	}
	q.out.WriteRune(r)
	p.pos += size
}

// mark decides whether a quotation mark closes the text or belongs to it.
func (p *tolerant) mark(q *reading, r rune, size int) (done bool) {
	at := p.pos
	if q.doubled {
		if strings.HasPrefix(p.s[at:], `""`) {
			p.pos += 2
			return true
		}
		q.out.WriteRune(r)
		p.pos += size
		return false
	}
	if q.key && p.keyLacksMark(q) {
		return true
	}
	if p.closes(q, at, size) {
		p.pos += size
		if (r < utf8.RuneSelf) != q.ascii {
			p.note(SmartQuotes, at, at+size, `"`)
		}
		return true
	}
	if (r < utf8.RuneSelf) == q.ascii { // a mark of another make needs no escape
		p.note(InnerQuotes, at, at+size, `\"`)
	}
	q.inner = !q.inner
	q.out.WriteString(p.s[at : at+size])
	p.pos += size
	return false
}

// keyLacksMark finds the key whose closing mark is missing: the text before the next mark ends in a colon, as in {"status: "ok"}.
func (p *tolerant) keyLacksMark(q *reading) bool {
	text := q.out.String()
	trimmed := strings.TrimRight(text, " \t")
	if !strings.HasSuffix(trimmed, ":") {
		return false
	}
	p.note(UnclosedString, p.pos, p.pos, `"`)
	p.pos -= len(text) - len(trimmed) + 1
	q.out.Reset()
	q.out.WriteString(strings.TrimSpace(trimmed[:len(trimmed)-1]))
	return true
}

// closes says that the mark at closes the text. It does where the value or member ends behind it. Where a word follows instead, the mark
// belongs to the text if a later one on the line closes it.
func (p *tolerant) closes(q *reading, at, size int) bool {
	i := at + size
	blank := false
	for i < len(p.s) && i < at+lookInline {
		r, n := utf8.DecodeRuneInString(p.s[i:])
		if r != '\n' && r != '\r' && (r == ' ' || r == '\t' || isOddSpace(r)) {
			i, blank = i+n, blank || r != filler
			continue
		}
		break
	}
	if i >= len(p.s) || p.endsValue(i) {
		return q.ascii || p.s[at] >= utf8.RuneSelf || !p.laterMark(q, i)
	}
	r, _ := utf8.DecodeRuneInString(p.s[i:])
	if q.key && r == '*' && p.colonAt(i+1) { // "name"*: a mandatory field
		return true
	}
	if classOf(r) != notQuote {
		return blank && !q.inner || !p.laterMark(q, i) || classOf(r) != q.class && !p.laterMark(q, i+1)
	}
	if blank && !q.inner {
		return true
	}
	return !p.laterMark(q, i)
}

// endsValue says that what stands at i cannot belong to the text before it.
func (p *tolerant) endsValue(i int) bool {
	if strings.IndexByte(",}]:;)|+\r\n=", p.s[i]) >= 0 {
		return true
	}
	rest := p.s[i:]
	for _, mark := range [...]string{"//", "/*", "<!--", "，", "：", "；", "、"} {
		if strings.HasPrefix(rest, mark) {
			return true
		}
	}
	return false
}

// laterMark says that a mark which could close the text, with an end behind it, stands later on the line. The answer is the same from
// anywhere before the place that decides it, and is remembered: text full of marks would cost a look-ahead for each otherwise.
func (p *tolerant) laterMark(q *reading, from int) bool {
	if l := p.later; l.class != q.class || from < l.from || from >= l.to {
		p.later = p.lookForMark(q, from)
	}
	return p.later.found
}

// lookAhead is what [tolerant.laterMark] found between two places.
type lookAhead struct {
	class    quoteClass
	from, to int
	found    bool
}

func (p *tolerant) lookForMark(q *reading, from int) lookAhead {
	limit := min(len(p.s), from+lookLine)
	for i := from; i < limit; {
		r, size := utf8.DecodeRuneInString(p.s[i:])
		if r == '\n' || r == '\r' {
			return lookAhead{q.class, from, i + 1, false}
		}
		i += size
		if !q.couldClose(r) {
			continue
		}
		rest := strings.TrimLeft(p.s[i:min(len(p.s), i+lookInline)], " \t")
		if rest == "" || strings.IndexByte(",}];\r\n", rest[0]) >= 0 {
			return lookAhead{q.class, from, i, true}
		}
		if rest[0] == ':' { // that mark closes the key of the next member
			return lookAhead{q.class, from, i, false}
		}
	}
	return lookAhead{q.class, from, limit, false}
}

// lineBreak joins a text that is broken over lines, or ends one that was never closed.
func (p *tolerant) lineBreak(q *reading, start int) (done bool) {
	rest := strings.TrimLeftFunc(p.s[p.pos:min(len(p.s), p.pos+lookLine)], unicode.IsSpace)
	if !p.resumes(q, rest) {
		p.note(UnclosedString, start, start+1, "")
		text := strings.TrimRightFunc(q.out.String(), unicode.IsSpace)
		if cut := strings.TrimRight(text, ","); cut != text { // the comma separates members
			p.pos -= len(q.out.String()) - len(cut)
			text = cut
		}
		q.out.Reset()
		q.out.WriteString(text)
		return true
	}
	p.note(BrokenLine, p.pos, p.pos+1, "")
	for p.pos < len(p.s) && (p.s[p.pos] == '\n' || p.s[p.pos] == '\r') {
		p.pos++
	}
	indent := p.pos
	for p.pos < len(p.s) {
		r, size := utf8.DecodeRuneInString(p.s[p.pos:])
		if !isOddSpace(r) {
			break
		}
		p.pos += size
	}
	if p.pos > indent && !strings.HasSuffix(q.out.String(), " ") {
		q.out.WriteByte(' ')
	}
	return false
}

// resumes says that a text goes on behind a line break: its closing mark stands further on, and no member begins before it.
func (p *tolerant) resumes(q *reading, rest string) bool {
	if rest == "" {
		return false
	}
	first, size := utf8.DecodeRuneInString(rest)
	if first == '}' || first == ']' {
		return false
	}
	if q.couldClose(first) {
		after := strings.TrimLeft(rest[size:], " \t")
		return after == "" || strings.IndexByte(",}]\r\n", after[0]) >= 0
	}
	if key, value, ok := strings.Cut(rest[:lineLength(rest)], ":"); ok && isKeyLike(key) && value != "" {
		return false
	}
	for i, r := range rest {
		if q.couldClose(r) {
			after := strings.TrimLeft(rest[i+utf8.RuneLen(r):], " \t")
			return after == "" || strings.IndexByte(",}]:\r\n", after[0]) >= 0
		}
	}
	return false
}

func isKeyLike(key string) bool {
	for _, r := range key {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' {
			return false
		}
	}
	return key != ""
}
