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
	s := strings.Trim(value.String(), "*`\"' ")
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
		word = strings.TrimRight(word, ":-–=*` ")
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
			return false
		}
	}
	return named
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
