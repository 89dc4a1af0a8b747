// Package nearjson reads hand-written, almost-JSON examples into values, reporting each repair with its place.
package nearjson

import (
	"errors"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Repair is one departure from JSON that was read all the same.
type Repair struct {
	Kind   RepairKind
	At     source.Span // of the first
	Before string      // what stood there, at most 40 code points
	After  string      // what it was read as
	Count  int         // how many of the kind
	Guess  bool        // the meaning had to be guessed
}

// RepairKind names a class of repairs.
type RepairKind string

// Result is what a hand-written example was read as.
type Result struct {
	Value      *Value
	Repairs    []Repair // one per kind, in the order of their first places; empty for valid JSON
	Duplicates []Duplicate
	Rest       source.Text // what stands behind the value and is no part of it
}

// Duplicate is a key that stands more than once in one object.
type Duplicate struct {
	Pointer string
	At      source.Span // of the later key
}

// Limits of what is read, so that nothing that comes from outside can exhaust the machine.
const (
	MaxBytes = 8 << 20
	MaxDepth = 1000
)

// ErrNotJSON says that a text holds nothing that could be a JSON object, array or scalar.
var ErrNotJSON = errors.New("not JSON, and nothing like it")

// Error is why a text could not be read, and where.
type Error struct {
	At  source.Span
	Msg string
}

func (e *Error) Error() string { return e.Msg }

// Parse reads a hand-written example.
func Parse(t source.Text) (Result, error) { return Result{}, ErrNotJSON }

// ParseStrict reads RFC 8259 JSON.
func ParseStrict(t source.Text) (*Value, []Duplicate, error) { return nil, nil, ErrNotJSON }

// MarshalJSON writes the value as JSON.
func (v *Value) MarshalJSON() ([]byte, error) { return nil, nil }
