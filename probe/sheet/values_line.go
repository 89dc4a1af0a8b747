package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// trimBullet cuts a bullet and white space off a line.
func trimBullet(t source.Text) source.Text {
	return t.Slice(Bullet(t.String()), t.Len()).TrimSpace()
}

// textLines cuts a text at its line ends, and at those that a page left in it as markup: "<br>".
func textLines(t source.Text) []source.Text {
	var lines []source.Text
	for _, line := range t.Lines() {
		s := line.String()
		from := 0
		for i := 0; i < len(s); {
			n := lineBreakTag(s[i:])
			if n > 0 {
				lines = append(lines, line.Slice(from, i))
				from = i + n
			}
			i += max(n, 1)
		}
		lines = append(lines, line.Slice(from, len(s)))
	}
	return lines
}

// lineBreakTag is how many bytes of s are <br>, <br/> or <br />; 0 where it begins with another text.
func lineBreakTag(s string) int {
	if len(s) < 4 || !strings.EqualFold(s[:3], "<br") {
		return 0
	}
	rest := strings.TrimLeft(s[3:min(len(s), 8)], " /")
	if !strings.HasPrefix(rest, ">") {
		return 0
	}
	return strings.IndexByte(s, '>') + 1
}

// unquote cuts off quotes, code marks and emphasis that surround a value on both sides, and a comma behind them.
func unquote(t source.Text) source.Text {
	const layers = 16 // a value of nothing but quotes has as many as the document is long
	for range layers {
		inner := unquoteOnce(t)
		if inner.Len() == t.Len() {
			return inner
		}
		t = inner
	}
	return t
}

func unquoteOnce(t source.Text) source.Text {
	t = t.TrimSpace()
	s := t.String()
	for _, suffix := range []string{",", ";"} {
		if trimmed, ok := strings.CutSuffix(s, suffix); ok && endsQuoted(trimmed) {
			s = trimmed
		}
	}
	t = t.Slice(0, len(s))
	for _, pair := range [...][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"“", `"`}, {`"`, "”"}, {"‘", "’"}, {"**", "**"}} {
		if s := t.String(); len(s) >= len(pair[0])+len(pair[1]) && strings.HasPrefix(s, pair[0]) && strings.HasSuffix(s, pair[1]) &&
			(pair[0] != "**" || strings.Trim(s, "*") != "") { // **** is a mask
			return t.Slice(len(pair[0]), len(s)-len(pair[1])).TrimSpace()
		}
	}
	return t
}

func endsQuoted(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("\"'`”’", r)
}

// columns parts a line at tabs, bars, and wherever two or more blanks stand together.
func columns(t source.Text) []source.Text {
	var cols []source.Text
	s := t.String()
	start, blanks := 0, 0
	end := func(at int) {
		if col := t.Slice(start, at).TrimSpace(); col.Len() > 0 {
			cols = append(cols, col)
		}
	}
	for i, r := range s {
		switch {
		case r == '\t' || r == '|':
			end(i)
			start, blanks = i+1, 0
		case unicode.IsSpace(r):
			blanks++
		default:
			if blanks >= 2 {
				end(i)
				start = i
			}
			blanks = 0
		}
	}
	end(len(s))
	return cols
}

// splitPair parts a line at the first mark that stands between a name and its value; the value may be empty.
func splitPair(t source.Text) (name, value source.Text, ok bool) {
	s := t.String()
	for i, r := range s {
		size := utf8.RuneLen(r)
		switch {
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			return t, source.Text{}, false
		case r == ':' || r == '：' || r == '\t':
		case r == '=' || r == '|':
			if strings.HasPrefix(s[i:], "=>") {
				size = 2
			}
		case strings.ContainsRune("-–—", r) && i > 0 && isBlankBefore(s, i) && isBlankAfter(s, i+size):
			for strings.HasPrefix(s[i+size:], "-") || strings.HasPrefix(s[i+size:], ">") {
				size++
			}
		default:
			continue
		}
		return t.Slice(0, i).TrimSpace(), t.Slice(i+size, t.Len()).TrimSpace(), i > 0
	}
	return t, source.Text{}, false
}

func isBlankBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsSpace(r)
}

func isBlankAfter(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[i:], "->"))
	return i >= len(s) || unicode.IsSpace(r)
}

// IsNone says that a value states there is none: "NA", "-", "Not applicable", "not used for this API", "Não se aplica".
func IsNone(s string) bool {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), `."'()[]`))
	if i := strings.IndexByte(s, '('); i > 0 { // "NA (GET)"
		s = strings.TrimSpace(s[:i])
	}
	return !strings.ContainsAny(s, "{<$") && nones()[plain(s)] || s == "-" || s == "--" || s == "—" || s == "–" || deniesNeed(s)
}

// withoutNone is what stands behind the words that there is none: "page is a number" of "None; page is a number". Alone they stay.
func withoutNone(value source.Text) source.Text {
	s := value.String()
	end := strings.IndexAny(s, ";.\n")
	if end < 2 || !IsNone(s[:end]) || strings.TrimSpace(s[end+1:]) == "" {
		return value
	}
	return value.Slice(end+1, value.Len()).TrimSpace()
}

// deniesNeed recognises a negation of nothing but need and use: "none required", "not needed for this endpoint". One other word makes it a
// statement about something: "not found", "no partner 7".
func deniesNeed(s string) bool {
	const longest = 80
	if len(s) > longest {
		return false
	}
	denied, used := false, false
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) || r == '_' }) {
		switch w {
		case "not", "no", "none", "na", "nil", "nothing":
			denied = true
		case "applicable", "required", "used", "using", "needed", "necessary", "available", "provided", "use", "need":
			used = true
		case "is", "are", "be", "being", "we", "will", "any", "these", "them", "this", "the", "api", "endpoint", "call", "service", "of", "for", "in", "to", "here",
			"as", "now", "currently", "yet", "at", "all", "present", "moment", "do", "does", "it":
		default:
			return false
		}
	}
	return denied && used
}

// headerLine reads "Name: value", also with a bullet, in quotes, or with another mark between the two.
func headerLine(line source.Text) (probe.Header, bool) {
	t := trimBullet(line)
	t = t.Slice(Numbering(t.String()), t.Len())
	if s := t.String(); len(s) > 2 && s[0] == '`' && s[len(s)-1] == '`' {
		t = t.Slice(1, len(s)-1)
	}
	name, value, ok := splitPair(t)
	if !ok {
		name, value, ok = knownHeader(t)
	}
	name = unquote(name)
	if !ok || name.Len() == 0 {
		return probe.Header{}, false
	}
	written := name.String()
	if i := strings.IndexByte(written, ' '); i > 0 {
		if written = knownSpaced(written); written == "" {
			return probe.Header{}, false
		}
	}
	if !isToken(written) {
		return probe.Header{}, false
	}
	h := probe.Header{Name: written, Value: unquote(value).String(), At: t.At()}
	return h, !strings.ContainsAny(h.Value, "\r\n")
}

// IsHeaderLine says that a line is a header field, as sheets write them.
func IsHeaderLine(line source.Text) bool {
	_, ok := headerLine(line)
	return ok
}

// wellKnown are headers that are recognised where their writing leaves doubts.
var wellKnown = [...]string{
	"Authorization", "Content-Type", "Accept", "X-API-Key", "User-Agent", "Accept-Language", "Accept-Encoding", "Cache-Control",
	"X-Request-Id", "X-Client-Id", "X-Client-Secret", "X-Auth-Token", "X-Access-Token", "Idempotency-Key",
}

// knownHeader reads "Authorization Bearer x": the mark between name and value is missing, and the name leaves no doubt.
func knownHeader(t source.Text) (name, value source.Text, ok bool) {
	s := t.String()
	for _, known := range wellKnown {
		if len(s) > len(known) && strings.EqualFold(s[:len(known)], known) && isBlankAfter(s, len(known)) {
			return t.Slice(0, len(known)), t.Slice(len(known), len(s)).TrimSpace(), true
		}
	}
	return t, source.Text{}, false
}

// knownSpaced turns "Content Type" into Content-Type: no header name holds a blank.
func knownSpaced(written string) string {
	for _, known := range wellKnown {
		if Fold(known) == Fold(written) {
			return known
		}
	}
	return ""
}

// isToken says that s can be the name of a header (RFC 9110, section 5.6.2); every one in use has a letter.
func isToken(s string) bool {
	letters := 0
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		} else if isNameStart(c) {
			letters++
		}
	}
	return letters > 0
}

func isAlphanumeric(c byte) bool { return c >= '0' && c <= '9' || isNameStart(c) }

// IsDitto says that a value only points at what stands above it under the same label: "same as above".
func IsDitto(value string) bool {
	return strings.ContainsFunc(value, unicode.IsLetter) && isDitto(value)
}
