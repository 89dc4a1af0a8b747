// Package dynamic fills in values that are made when a request is: {{$uuid}}, {{$timestamp}}, {{$randomInt(1,100)}} and the like.
//
// [Expand] replaces them in a text and tells which it has put where, so that a report can mark what no document has said. The clock and the
// seed enter with a [Source]: with the same ones, the same texts give the same values, which is how a plan can show what a run will send.
//
// The values are test data and made to do no harm: addresses end in example.test (RFC 6761), telephone numbers come from the range that is
// kept for fiction, and nothing is fit to be a secret. None holds a quote, a backslash or markup; whoever puts one into a URL or a form still
// has to escape it, and finds the places with [Find].
//
// It is a room of its own because the stages that fill texts know neither clock nor chance. It reads neither by itself, and knows no
// variables: placeholders without the "$" are not its business.
package dynamic

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Value is one value that was made.
type Value struct {
	Name    string // "randomInt"
	Written string // "{{$randomInt(1,100)}}"
	Value   string // "42"
}

// Error is why a placeholder has no value, and what to write instead.
type Error struct {
	Written string
	Line    int // 1-based, in the text
	Column  int // 1-based, in code points
	Msg     string
	Next    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%q in line %d, column %d: %s; %s", e.Written, e.Line, e.Column, e.Msg, e.Next)
}

// Expand makes a value for each dynamic placeholder of the text. Those of one text see the same instant; each draws its own chance.
// The error is an [*Error] about the first that has none.
func Expand(text string, s *Source) (out string, used []Value, err error) {
	refs := Find(text)
	if len(refs) == 0 {
		return text, nil, nil
	}
	now := s.now()
	var b strings.Builder
	end := 0
	for _, ref := range refs {
		v, err := s.expand(ref, now)
		if err != nil {
			err.Line, err.Column = place(text, ref.Start)
			return "", nil, err
		}
		b.WriteString(text[end:ref.Start])
		b.WriteString(v.Value)
		used = append(used, v)
		end = ref.End
	}
	b.WriteString(text[end:])
	return b.String(), used, nil
}

// maxPlaceholder bounds the bytes of a placeholder, so that finding them takes linear time.
const maxPlaceholder = 80

// Find finds the dynamic placeholders of a text, known or not, in order. The Name is all that stands behind the "$". One that is never
// closed is found, too, up to the end of its name: it would be sent as it stands.
func Find(text string) (refs []probe.PlaceholderRef) {
	for i := 0; ; {
		n := strings.Index(text[i:], "{{")
		if n < 0 {
			return refs
		}
		start := i + n
		i = start + 2
		name := skipSpace(text, i)
		if name >= len(text) || text[name] != '$' {
			continue
		}
		i = closing(text, name+1)
		inner := strings.TrimSpace(strings.TrimSuffix(text[name+1:i], "}}"))
		refs = append(refs, probe.PlaceholderRef{Start: start, End: i, Name: inner, Written: text[start:i]})
	}
}

func skipSpace(text string, i int) int {
	limit := min(len(text), i+maxPlaceholder)
	for i < limit && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}

// closing is the end of the placeholder whose name begins at from.
func closing(text string, from int) int {
	window := text[from:min(len(text), from+maxPlaceholder)]
	if n := strings.IndexAny(window, "\r\n"); n >= 0 {
		window = window[:n]
	}
	if n := strings.Index(window, "}}"); n >= 0 {
		return from + n + 2
	}
	return from + nameLength(window)
}

func nameLength(s string) (n int) {
	for n < len(s) && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] >= '0' && s[n] <= '9' || s[n] == '_') {
		n++
	}
	return n
}

func place(text string, at int) (line, column int) {
	before := text[:at]
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

func (s *Source) expand(ref probe.PlaceholderRef, now time.Time) (Value, *Error) {
	c, err := parseCall(ref)
	if err != nil {
		return Value{}, err
	}
	c.now = now
	value, err := s.make(c)
	if err != nil {
		err.Written = ref.Written
		return Value{}, err
	}
	return Value{Name: c.name, Written: ref.Written, Value: value}, nil
}
