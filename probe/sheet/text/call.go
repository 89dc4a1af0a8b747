package text

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// matchCall reads labels that are a method: "POST: api/login", "PUT Request - https://..", and "GET Request:" over the address. Whether
// the address stands below, only the lines there can tell.
func matchCall(l line) (candidate, bool) {
	at := len(l.s) - len(strings.TrimLeft(l.s, "*`[("))
	end := at
	for end < len(l.s) && end-at < 8 && (l.s[end]|0x20 >= 'a' && l.s[end]|0x20 <= 'z') {
		end++
	}
	word := l.s[at:end]
	if _, known := sheet.Method(word); !known {
		return candidate{}, false
	}
	label, set := callLabel(l.s, end)
	value := l.body.Slice(label, l.body.Len()).TrimSpace()
	s := strings.Trim(value.String(), "*`\"'. ")
	c := candidate{label: sheet.Label{Field: probe.FieldURL, Strong: true, Words: 1}, text: l.body.Slice(0, label), value: value, certainty: sure, colon: true, call: true}
	switch {
	case s == "" && (set || word == strings.ToUpper(word)):
		c.certainty, c.value = possible, l.body.Slice(label, label)
		return c, true
	case strings.ContainsFunc(s, unicode.IsSpace) || !set && word != strings.ToUpper(word):
		return candidate{}, false
	}
	if method := strings.ToUpper(word); method == http.MethodOptions || method == http.MethodHead { // "Options: yes/no"
		return c, word == method && isAddress(s)
	}
	return c, isAddress(s) || isBareHost(s) || isRelativePath(s)
}

// isBracketedMethod says that a line begins with a method in brackets: "[POST] /login".
func isBracketedMethod(s string) bool {
	word, _, ok := strings.Cut(s[1:min(len(s), 10)], "]")
	_, known := sheet.Method(word)
	return ok && known
}

// callLabel is where the label ends that begins with a method; set says that more than the method alone makes it one.
func callLabel(s string, from int) (end int, set bool) {
	end = from
	for end < len(s) {
		rest := strings.TrimLeft(s[end:], " \t\u00a0*`])")
		skipped := len(s) - end - len(rest)
		word, _, _ := strings.Cut(rest, " ")
		word = strings.TrimRight(word, ":-–=*`. ")
		switch strings.ToLower(word) {
		case "request", "method", "call", "api", "url", "endpoint", "http":
			end, set = end+skipped+len(word), true
			continue
		}
		mark := len(rest) - len(strings.TrimLeft(rest, ":-–—=>|*` \t"))
		set = set || strings.ContainsAny(rest[:mark], ":-–—=>|") || strings.ContainsAny(s[from:end+skipped], "])")
		return end + skipped + mark, set
	}
	return end, set
}

// isRelativePath recognises "api/students?class=5" and "teacher/{id}": a path without the slash before it.
func isRelativePath(s string) bool {
	first, rest, ok := strings.Cut(s, "/")
	if !ok || first == "" || rest == "" {
		return false
	}
	return !strings.ContainsFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' }) &&
		!strings.ContainsAny(s, " \t,;\"<>")
}

// contradicts says that what looks like a call is none: "Post: news/sport" among labels that give the method and a whole address.
func (g *sheetPieces) contradicts(p *piece) bool {
	if !p.call || !isRelativePath(strings.Trim(p.value.String(), "*`\"' ")) {
		return false
	}
	method, address := false, false
	for _, q := range g.pieces {
		method = method || !q.call && q.label.Field == probe.FieldMethod && q.isSolid()
		address = address || !q.call && q.label.Field == probe.FieldURL && q.label.Role != sheet.Base && hasPath(q.value.String())
	}
	return method && address
}

// hasPath says that an address is more than that of a host.
func hasPath(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		rest = s
	}
	_, path, _ := strings.Cut(rest, "/")
	return strings.TrimSpace(path) != ""
}

// matchBareURL reads an address on a line of its own.
func matchBareURL(l line) (candidate, bool) {
	if !strings.HasPrefix(l.s, "http") || !isAddress(l.s) || strings.ContainsFunc(l.s, unicode.IsSpace) {
		return candidate{}, false
	}
	label := sheet.Label{Field: probe.FieldURL, Strong: true, Words: 1}
	return candidate{label: label, text: l.body.Slice(0, 0), value: l.body, certainty: possible, colon: true, bare: true}, true
}

// calledBack says that an address, or another credential, stands below the word for a callback; else it is the title of what is said about one.
func (s *segmenter) calledBack(i int) bool {
	next := s.lines[i].next
	if next == len(s.lines) || isAddress(s.lines[next].s) || s.lines[i].number != "" {
		return true
	}
	c, ok := match(s.lines[next])
	return ok && c.certainty >= likely && !c.prose
}

// calledBelow says that the line below an address without a label gives the method, and that the address is no value of the label above it.
func (s *segmenter) calledBelow(i int) bool {
	next := s.lines[i].next
	if s.current != nil && (!s.filled || s.current.label.Field == probe.FieldURL || s.current.label.Field == probe.FieldCredentials) || next == len(s.lines) {
		return false
	}
	c, ok := match(s.lines[next])
	return ok && (c.label.Field == probe.FieldMethod && !c.alone || c.call && c.alone && len(strings.Fields(c.text.String())) > 1)
}

// withoutAddress reads a line that is a method and no address below it: a label where an example follows, as in "POST Request:", and else the
// method, as in "POST method".
func (s *segmenter) withoutAddress(c candidate, i int) candidate {
	words := strings.Fields(strings.Trim(c.text.String(), " .*`"))
	next := s.lines[i].next
	if len(words) == 2 && !strings.HasSuffix(s.lines[i].s, ":") && (next == len(s.lines) || !startsExample(s.lines[next].whole.TrimSpace())) {
		c.label, c.value, c.certainty, c.alone, c.call = sheet.Label{Field: probe.FieldMethod, Strong: true, Words: 1}, c.text.Slice(0, len(words[0])), sure, false, false
		return c
	}
	c.label = sheet.Label{Field: probe.FieldRequestBody, Role: sheet.Generic}
	return c
}

// matchEnvironment reads the rows of a list of environments: "Staging<tab>https://..".
func matchEnvironment(l line) (candidate, bool) {
	for at, size := range marks(l.s) {
		value := l.body.Slice(at+size, l.body.Len()).TrimSpace()
		s := strings.Trim(value.String(), "`*\"' ")
		if !isEnvironment(l.s[:at]) || !strings.Contains(s, "://") || !isAddress(s) || strings.ContainsFunc(s, unicode.IsSpace) {
			continue
		}
		label := sheet.Label{Field: probe.FieldURL, Role: sheet.Base, Strong: true, Words: 1}
		return candidate{label: label, text: l.body.Slice(0, at).TrimSpace(), value: value, certainty: sure, colon: true, environment: true}, true
	}
	return candidate{}, false
}

// isEnvironment says that words name where an API runs: "Staging", "UAT server", "Production".
func isEnvironment(s string) bool {
	named := false
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch w {
		case "staging", "stage", "stg", "uat", "sit", "test", "testing", "sandbox", "dev", "development", "qa", "preprod", "local", "localhost", "production", "prod", "live":
			named = true
		case "environment", "env", "server", "url", "host", "pre", "base":
		default:
			return sheet.NamesEnvironment(s)
		}
	}
	return named
}

// underPlainTitle says that the line above, behind an answer, is set apart as the name of another API, in plain words.
func (s *segmenter) underPlainTitle(i int) bool {
	if f := s.current.label.Field; !s.filled || f == probe.FieldRequestBody {
		return false
	}
	title := s.lines[i-1]
	return i-1 > s.current.from && !title.blank() && title.gap && isTitle(title, false) && !isSectionTitle(title.s)
}

// underTitle says that the line above is a heading, and no label: another part of the page begins there.
func (s *segmenter) underTitle(i int) bool {
	for i--; i > 0 && s.lines[i].blank(); i-- {
	}
	if i < 0 || !s.lines[i].heading || s.current.from == i {
		return false
	}
	_, isLabel := match(s.lines[i])
	return !isLabel
}

// behindFence is the line below line i where that opens an example in Markdown, and i where it does not.
func (s *segmenter) behindFence(i int) int {
	if i < len(s.lines) && strings.HasPrefix(s.lines[i].s, "```") {
		return s.lines[i].next
	}
	return i
}
