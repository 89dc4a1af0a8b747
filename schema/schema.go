// Package schema describes JSON shapes, infers them from examples, compiles them to JSON Schema draft-07, and compares answers with
// them. It judges nothing: which mismatch is an error, and whose, is for the caller to say.
//
// # What examples state
//
// A shape is merged from all the examples of a place; the items of an array are examples of one place. It holds which JSON types
// were seen, integers and decimals being one type, and which keys: a key that stood in every object of its place is required, any
// other is optional, as is one that a remark beside it or a question mark behind it calls so, and a key that stood in none is undocumented
// unless an ellipsis says that more may come. An object whose keys are data and whose values are alike is a map: its keys are free, its values
// are compared. Data are numbers, dates, UUIDs, addresses and placeholders, and codes of a make that names have not (TEA-250, PNQ-GOI);
// short words in capitals are names unless a standard lists them, as ISO 4217 and 3166 do, or records of the same keys stand behind them.
// A word such as integer in place of a value states that type, and "Y/N" or "NEFT" | "IMPS" which texts there are.
//
// # What one example cannot state
//
// A null says that null is allowed and nothing of the type beside it; an empty array or object says nothing of what it may hold.
// Where an answer has something there, that is reported as [Unchecked]. A mask, a placeholder without quotes and a value that was left
// out say nothing at all. One example cannot prove that a key is always sent, only that it was sent
// once: it is taken at its word, and a second example without the key corrects it. Lengths, the order of keys, and
// values that no example lists as alternatives are never compared.
//
// # How answers are checked
//
// The verdict is that of a JSON Schema validator (github.com/xeipuuv/gojsonschema, known to this package only). It gets a sample of
// the answer in which every difference of the answer that the shape could tell apart stands once: an array of five thousand items
// of which seven differ in kind becomes one of eight. Scalars are replaced by a constant of their type. So every item is compared,
// the cost is linear, and neither numbers with a million digits nor an error in every item can exhaust the machine.
//
// The JSON Schemas follow draft-07 (draft-handrews-json-schema-01), pointers RFC 6901.
package schema

import (
	"regexp"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Shape is what a value looks like, as far as examples tell. A shape without a type, or of Null alone, accepts anything. It is
// safe for concurrent use as long as nobody changes it.
type Shape struct {
	Types      Types
	Properties []Property     // of the object form, in the order of the first example
	Values     *Shape         // of the object form, where the keys are data and only the values are alike; then there are no Properties
	Items      *Shape         // of the array form; nil where no example has an item
	Open       bool           // an ellipsis said that there is more than is shown
	Formats    Formats        // of the string form, what all examples have in common; 0 is none. Of the number form, the epochs
	Enum       []string       // of the string form, the alternatives that the examples list; nil where they list none
	Pattern    *regexp.Regexp // of the string form; nil is none. Only overrides give one
	Firm       bool           // Enum, Pattern, Formats or the ban on null are stated by hand, and no guess
	Timely     bool           // the key tells a time
	Example    string         // a documented scalar as written, for messages; "" for a template
	Seen       int            // in how many values
	At         source.Span
}

// Types is a set of JSON types.
type Types uint8

// The members of Types. Integer and decimal numbers are one type: one example cannot tell them apart.
const (
	Null Types = 1 << iota
	Boolean
	Number
	String
	Array
	Object
)

// Property is one key of an object shape.
type Property struct {
	Name     string
	Shape    *Shape
	Required bool        // stood in every example of its object, and is not stated optional
	Stated   bool        // a remark beside it says so, and it is no guess
	In, Of   int         // in how many objects it stood, and of how many
	At       source.Span // of the key in the first example
}

// Problem is a class of mismatches; judge maps it to a rule.
type Problem string

// The problems.
const (
	Missing      Problem = "missing"      // a documented key is absent
	WrongType    Problem = "type"         // another JSON type
	NullValue    Problem = "null"         // null where the examples show a value
	Undocumented Problem = "undocumented" // a key that no example shows
	Renamed      Problem = "renamed"      // a missing and an undocumented key that are alike
	Unchecked    Problem = "unchecked"    // nothing to compare with, such as an empty example array
	WrongFormat  Problem = "format"       // a text of another make than all examples: a date of another order, no UUID
	NotInEnum    Problem = "enum"         // a text that is none of the listed alternatives
	Constraint   Problem = "constraint"   // another keyword of a hand-written JSON Schema is not satisfied
)

// Mismatch is one cause of disagreement between a value and a shape. The same cause in many array items is one mismatch.
type Mismatch struct {
	Problem Problem
	// Pointer is an RFC 6901 pointer into the live value, of the first occurrence: of a missing key the place where it was
	// expected, of a renamed one the key that came instead.
	Pointer string
	// Pattern is Pointer with every array index, and every key of a map, written as "*": the same from run to run.
	Pattern    string
	Count      int         // occurrences
	Documented string      // for people: `string, such as "SUCC001"`
	Observed   string      // for people: `number 17`
	At         source.Span // of the promise: of a missing or renamed key its key, of an undocumented one its object, else the value
	// Variant says of a missing key that it is not one: the object at Pointer has fewer than half of the documented keys, so it is
	// reported as another kind of object, not key by key.
	Variant bool
	// Optional says of a null that the document calls its key optional, in a remark, a mark or an override.
	Optional bool
	// Stated says of a missing key that the document calls it mandatory, in a remark or an override.
	Stated bool
	// Shape is what is documented at the place, of a missing or renamed key what it should hold; nil for an undocumented key.
	Shape *Shape
	// Shared, Lacking and Beside say of a missing key how many documented keys its object has, how many it lacks in all, and how many
	// undocumented ones it has instead, at the first occurrence; Of, how many objects stood at the place, so that Count of them lack the key. An object that lacks one
	// key and is otherwise as documented is a stronger proof of a defect than one that differs in many.
	Shared, Lacking, Beside, Of int
}

// IsEmpty says that the examples show nothing but null, an empty array or an empty object.
func (s *Shape) IsEmpty() bool {
	switch s.Types &^ Null {
	case 0:
		return s.Types == Null
	case Array:
		return s.Items == nil
	case Object:
		return s.Values == nil && len(s.Properties) == 0
	}
	return false
}

// accepts says that values of the types, or of any type, conform as far as types go.
func (s *Shape) accepts(t Types) bool { return s.free() || s.Types&t != 0 }

// free says that the examples state no type.
func (s *Shape) free() bool { return s.Types&^Null == 0 }
