package probe

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// body is the text of one, looked at.
type body struct {
	text   string
	isJSON bool
}

func bodyOf(q Request) body { return newBody(string(q.Body)) }

func newBody(s string) body { return body{s, isJSON(s)} }

func (m masking) body(b body) string {
	if b.isJSON {
		return m.json(b.text)
	}
	return m.text(m.pairs(b.text))
}

// json masks a valid JSON text token by token and copies everything else byte for byte, so that whatever is wrong with an answer (doubled
// keys, bytes that are not UTF-8) can still be judged.
func (m masking) json(s string) string {
	masked := rewriting{of: s}
	m.byPlace = m.byPlace || m.r.isClean(s) // one look at the whole, in place of one at each string
	key := ""                               // whose value comes next
	for i := 0; i < len(s); {
		end := i + 1
		switch c := s[i]; {
		case c == '"':
			end = stringEnd(s, i)
			raw := s[i+1 : end-1]
			if colon := skipSpace(s, end); colon < len(s) && s[colon] == ':' {
				key = jsonText(raw)
				masked.put(i+1, end-1, m.jsonKey(raw))
				i = colon + 1
				continue
			}
			masked.put(i+1, end-1, m.jsonString(key, raw))
		case c == '-' || '0' <= c && c <= '9':
			end = numberEnd(s, i)
			masked.put(i, end, m.jsonNumber(key, s[i:end]))
		}
		if !isSpace(s[i]) {
			key = ""
		}
		i = end
	}
	return masked.String()
}

func (m masking) jsonKey(raw string) string {
	return m.closed(raw, m.within(raw, func(sp span) bool { return !sp.whole }))
}

// closed is what was made of a string, unless that is to stay.
func (m masking) closed(raw, masked string) string {
	if masked != raw && m.r.isOpen(jsonText(raw)) {
		return raw
	}
	return masked
}

func (m masking) jsonString(key, raw string) string {
	if raw != "" && m.credentialKey(key) {
		value := jsonText(raw)
		if masked := m.mark(key, value); masked != value {
			return masked
		}
	}
	return m.closed(raw, m.within(raw, func(span) bool { return true }))
}

// jsonNumber is 0 where the number holds a long secret, is a shorter one, or stands under a credential's key.
func (m masking) jsonNumber(key, raw string) string {
	if len(raw) >= minAlone && m.credentialKey(key) && m.mark(key, raw) != raw {
		return "0"
	}
	if m.byPlace {
		return raw
	}
	for _, sp := range m.r.spans(raw) {
		if !sp.whole || sp.start == 0 && sp.end == len(raw) {
			return m.closed(raw, "0")
		}
	}
	return raw
}

// within masks the contents of a JSON string, found in what it means and replaced in how it is written.
func (m masking) within(raw string, admit func(span) bool) string {
	if m.byPlace {
		return raw
	}
	text, places := raw, []int(nil)
	if strings.IndexByte(raw, '\\') >= 0 {
		text, places = unescape(raw)
	}
	masked := rewriting{of: raw}
	for _, sp := range m.r.find(text) {
		if !admit(sp) {
			continue
		}
		if places != nil {
			sp.start, sp.end = places[sp.start], places[sp.end]
		}
		masked.put(sp.start, sp.end, mark(sp.name, sp.digest))
	}
	return masked.String()
}

// stringEnd is the place after the string that opens at s[i]; of one that is not closed it is the end.
func stringEnd(s string, i int) int {
	quote := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(s)
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

func jsonText(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	text, _ := unescape(raw)
	return text
}

// unescape is what the contents of a JSON string mean, and for each of its bytes, and its end, the place in raw that it comes from.
func unescape(raw string) (string, []int) {
	text, places := make([]byte, 0, len(raw)), make([]int, 0, len(raw)+1)
	for i := 0; i < len(raw); {
		r, size := unescapeOne(raw[i:])
		before := len(text)
		if size == 1 {
			text = append(text, raw[i])
		} else {
			text = utf8.AppendRune(text, r)
		}
		for range len(text) - before {
			places = append(places, i)
		}
		i += size
	}
	return string(text), append(places, len(raw))
}

// unescapeOne reads one character: the bytes it takes, and what it means where there is more than one.
func unescapeOne(s string) (r rune, size int) {
	if s[0] != '\\' || len(s) == 1 {
		return rune(s[0]), 1
	}
	if i := strings.IndexByte("bfnrt", s[1]); i >= 0 {
		return rune("\b\f\n\r\t"[i]), 2
	}
	if s[1] != 'u' {
		return rune(s[1]), 2
	}
	r = hex4(s)
	if r < 0 {
		return 'u', 2
	}
	if low := hex4(s[6:]); utf16.IsSurrogate(r) && low >= 0 {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			return both, 12
		}
	}
	return r, 6
}

// hex4 reads \uXXXX at the start of s; -1 where there is none.
func hex4(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// pairs masks credentials by key in what is no JSON: forms, almost-JSON, JSON that was cut off, XML elements, log lines. A key is the word
// before "=", ":" or, in an element, ">". After ":" only a quoted value counts, since sentences have colons too.
func (m masking) pairs(s string) string {
	masked := rewriting{of: s}
	for i := 0; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' && s[i] != '>' {
			continue
		}
		key := keyBefore(s[masked.upTo:i], s[i] == '>')
		if key == "" || !m.credentialKey(key) {
			continue
		}
		start, end := valueAfter(s, i)
		if start == end {
			continue
		}
		masked.put(start, end, m.pair(key, s[start:end], s[i]))
		i = end - 1
	}
	return masked.String()
}

func (m masking) pair(key, value string, separator byte) string {
	if separator == '=' {
		return m.parameter(key, value)
	}
	return m.mark(key, value)
}

// keyBefore is the word, quoted or not, at the end of s, or that of the tag which ends there.
func keyBefore(s string, tag bool) string {
	s = s[max(0, len(s)-96):]
	if !tag {
		s = strings.TrimRight(strings.TrimRight(s, " \t\r\n"), "\"'`")
	}
	start := strings.LastIndexFunc(s, func(r rune) bool { return !isMarkRune(r) }) + 1
	for start > 0 && start < len(s) && !utf8.RuneStart(s[start]) {
		start++
	}
	if tag && (start == 0 || s[start-1] != '<' && s[start-1] != ':') {
		return ""
	}
	return s[start:]
}

// valueAfter is the stretch of the value after the separator at s[i]; it is empty where there is none.
func valueAfter(s string, i int) (start, end int) {
	until := func(start int, stop func(rune) bool) (int, int) {
		if n := strings.IndexFunc(s[start:], stop); n >= 0 {
			return start, start + n
		}
		return start, len(s)
	}
	if s[i] == '>' {
		return until(i+1, func(r rune) bool { return r == '<' })
	}
	start = skipSpace(s, i+1)
	if start < len(s) && strings.IndexByte("\"'`", s[start]) >= 0 {
		end = stringEnd(s, start)
		if end > start+1 && s[end-1] == s[start] {
			end--
		}
		return start + 1, end
	}
	if s[i] == ':' {
		return start, start
	}
	return until(i+1, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("&;,\"'<>", r) })
}
