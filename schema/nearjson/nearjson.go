// Package nearjson reads hand-written, almost-JSON examples into values, reporting each repair with its place.
//
// [ParseStrict] reads RFC 8259 JSON and nothing else: it is for live answers. [Parse] is for what people type: it goes token by token,
// reads what was most likely meant, and says what it changed; where the meaning had to be guessed, the repair says so. Valid JSON is read
// alike by both, and never repaired.
//
// Both keep the order of keys, the text of numbers (no number passes through a float) and the place of every value. Both are linear in
// the size of the text, use no recursion, and stop at [MaxBytes] and [MaxDepth]. The package compares nothing and judges nothing.
package nearjson

import (
	"errors"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Limits of what is read, so that nothing that comes from outside can exhaust the machine.
const (
	MaxBytes = 8 << 20 // of one text
	MaxDepth = 1000    // of nested arrays and objects
	// MaxDigits and MaxExponent bound numbers: arithmetic on larger ones takes minutes.
	MaxDigits   = 1000
	MaxExponent = 999
)

// ErrNotJSON says that a text holds nothing that could be a JSON object, array or scalar.
var ErrNotJSON = errors.New("not JSON, and nothing like it")

// Error is why a text could not be read, and where.
type Error struct {
	At  source.Span
	Msg string // lower case, without the place
}

func (e *Error) Error() string { return e.Msg }

// Result is what a hand-written example was read as.
type Result struct {
	Value      *Value
	Repairs    []Repair    // one per kind, in the order of their first places; empty for valid JSON
	Duplicates []Duplicate // keys that stand more than once; the last value counts
	Rest       source.Text // what stands behind the value and is no part of it; a further document may begin there
}

// Duplicate is a key that stands more than once in one object.
type Duplicate struct {
	Pointer string      // RFC 6901
	At      source.Span // of the later key
}

// Parse reads a hand-written example: the first value in t, after an optional label. It returns an error that wraps [ErrNotJSON] where there
// is none, and an [*Error] where a limit was reached.
func Parse(t source.Text) (Result, error) {
	if t.Len() > MaxBytes {
		return Result{}, tooLarge(t)
	}
	if v, dups, err := ParseStrict(t); err == nil {
		return Result{Value: v, Duplicates: dups, Rest: t.Slice(t.Len(), t.Len())}, nil
	}
	p := newTolerant(t)
	return p.parse()
}

func tooLarge(t source.Text) error {
	return &Error{At: t.Slice(0, 0).At(), Msg: "the example is larger than 8 MiB"}
}
