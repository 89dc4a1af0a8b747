package nearjson

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String names the kind as JSON Schema does: null, boolean, number, string, array, object.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Value is one JSON value with its place. It is read-only once parsed, and so safe for concurrent use.
type Value struct {
	Kind Kind
	// Template says that the text stands for a value and is none: a type word, a placeholder, a mask, or alternatives. A template
	// gives a type at most; it is never sent and never compared.
	Template bool
	// Open says that an ellipsis stood in the array or object: it may hold more than is shown.
	Open bool
	// Nullable says that null is given beside the value, as another one that may stand there: "x" | null.
	Nullable bool
	// Absent says that the document left the value out ("key": ,) and a null stands in for it.
	Absent  bool
	Text    string   // String: the decoded text; Number: the digits as written; Bool: "true" or "false"
	Items   []*Value // Array
	Members []Member // Object, in the order of the document; of duplicated keys the last stands, at the place of the first

	others     *[]*Value    // see Others; few values have any
	src        *source.Text // the text that start and end count in
	start, end int          // bytes, in src
}

// Member is one member of an object.
type Member struct {
	Key   string
	Value *Value

	keyStart, keyEnd int    // bytes of the key as written, its quotes included
	mark             string // that was taken from the key, see Value.Unmarked
}

// At is the place of the value: from its first to its last byte, as far as they stand on one line.
func (v *Value) At() source.Span {
	if v == nil || v.src == nil {
		return source.Span{}
	}
	return v.src.Span(v.start, v.end)
}

// Source is the text of the value as it was written.
func (v *Value) Source() source.Text {
	if v == nil || v.src == nil {
		return source.Text{}
	}
	return v.src.Slice(v.start, v.end)
}

// KeyAt is the place of the key of member i of an object.
func (v *Value) KeyAt(i int) source.Span {
	if v.src == nil {
		return source.Span{}
	}
	return v.src.Span(v.Members[i].keyStart, v.Members[i].keyEnd)
}

// Others are the further values of which any may stand there: of "NEFT" | "IMPS" the second. They are scalars.
func (v *Value) Others() []*Value {
	if v.others == nil {
		return nil
	}
	return *v.others
}

// AddOther adds to the others. The value itself is changed, and no copy of it.
func (v *Value) AddOther(o *Value) {
	others := append(slices.Clip(v.Others()), o)
	v.others = &others
}

// Alone is the value without others.
func (v *Value) Alone() *Value {
	alone := *v
	alone.others = nil
	return &alone
}

// Get returns the member with the key, or nil. It is nil-safe, so that calls can be chained.
func (v *Value) Get(key string) *Value {
	if v == nil || v.Kind != Object {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return nil
}
