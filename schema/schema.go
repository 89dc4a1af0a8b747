// Package schema describes JSON shapes, infers them from examples, compiles them to JSON Schema draft-07, and compares
// answers with them.
package schema

import (
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Shape is what a value looks like, as far as examples tell.
type Shape struct {
	Types      Types
	Properties []Property // of the object form, in the order of the first example
	Items      *Shape     // of the array form; nil where no example has an item
	Open       bool       // an ellipsis said that there is more than is shown
	Example    string     // a documented scalar as written, for messages; "" for a template
	Seen       int        // in how many values
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
	Required bool        // stood in every example of its object, or is stated mandatory
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
)

// Mismatch is one cause of disagreement between a value and a shape. The same cause in many array items is one mismatch.
type Mismatch struct {
	Problem    Problem
	Pointer    string      // RFC 6901, into the live value, of the first occurrence
	Pattern    string      // Pointer with every array index written as "*": the same from run to run
	Count      int         // occurrences
	Documented string      // for people: `string, such as "SUCC001"`
	Observed   string      // for people: `number 17`
	At         source.Span // of the promise
}

// Infer describes what all the examples have in common.
func Infer(examples ...*nearjson.Value) *Shape { return nil }

// JSONSchema writes the shape as a JSON Schema draft-07 document.
func (s *Shape) JSONSchema() []byte { return nil }

// Checker compares values with a compiled shape. It is safe for concurrent use.
type Checker struct{}

// Compile makes a Checker.
func Compile(s *Shape) (*Checker, error) { return nil, nil }

// Check compares.
func (c *Checker) Check(v *nearjson.Value) ([]Mismatch, error) { return nil, nil }
