package jsonpath

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is why a path could not be parsed, where, and what to write instead.
type Error struct {
	Path   string // as given
	Offset int    // bytes
	Column int    // 1-based, in code points
	Msg    string // what is wrong
	Next   string // what to do; may be ""
}

func (e *Error) Error() string {
	msg := fmt.Sprintf("path %q, column %d: %s", excerpt(e.Path, e.Offset), e.Column, e.Msg)
	if e.Next != "" {
		msg += "; " + e.Next
	}
	return msg
}

// excerptBytes is how much of a long path is shown on each side of an error.
const excerptBytes = 40

func excerpt(path string, offset int) string {
	from, to := max(0, offset-excerptBytes), min(len(path), offset+excerptBytes)
	for from > 0 && !utf8.RuneStart(path[from]) {
		from--
	}
	for to < len(path) && !utf8.RuneStart(path[to]) {
		to++
	}
	out := path[from:to]
	if from > 0 {
		out = "..." + out
	}
	if to < len(path) {
		out += "..."
	}
	return out
}

func (p *parser) fail(at int, next, format string, args ...any) *Error {
	return &Error{Path: p.s, Offset: at, Column: utf8.RuneCountInString(p.s[:at]) + 1, Msg: fmt.Sprintf(format, args...), Next: next}
}

// unexpected says what stands at the present place instead of what was wanted.
func (p *parser) unexpected(wanted string) *Error {
	next := adviceFor(p.s[p.pos:])
	if p.pos >= len(p.s) {
		return p.fail(p.pos, next, "the path ends where %s was expected", wanted)
	}
	return p.fail(p.pos, next, "%q stands where %s was expected", p.here(), wanted)
}

// here is the character at the present place.
func (p *parser) here() string {
	_, size := utf8.DecodeRuneInString(p.s[p.pos:])
	return p.s[p.pos : p.pos+size]
}

// adviceFor knows what people write by the habits of other languages and older dialects.
func adviceFor(rest string) string {
	habits := [...]struct{ written, advice string }{
		{"=~", "write match(@.member, 'pattern') or search(@.member, 'pattern')"},
		{"=", `equality is written "=="`},
		{"&", `both conditions are joined by "&&"`},
		{"and ", `both conditions are joined by "&&"`},
		{"|", `either condition is joined by "||"`},
		{"or ", `either condition is joined by "||"`},
		{"not ", `a condition is negated by "!"`},
		{"in ", `write each comparison, joined by "||"`},
		{"<>", `inequality is written "!="`},
		{"~", "RFC 9535 has no operator for keys"},
		{"^", "RFC 9535 has no operator for the parent; put a filter on the parent, as in $[?@.child]"},
		{"(", "functions stand in filters, as in $[?length(@.name) > 2]"},
		{"+", "RFC 9535 has no arithmetic, and numbers have no plus sign"},
		{"*", "RFC 9535 has no arithmetic"},
		{"/", "RFC 9535 has no arithmetic"},
		{"[", "brackets hold a quoted name, an index, a slice, * or a filter, and are closed"},
	}
	for _, h := range habits {
		if strings.HasPrefix(rest, h.written) {
			return h.advice
		}
	}
	return ""
}
