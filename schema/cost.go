package schema

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// maxSteps bounds how often the validator may apply a schema to a part of an answer: some seconds of work.
const maxSteps = 2_000_000

// blueprint is a hand-written schema as a tree, to know beforehand where the validator would never come to an end: it follows a $ref that leads
// back to itself until its stack overflows, and tries every alternative at every level of an answer anew.
type blueprint struct {
	root    *nearjson.Value
	anchors map[string]*nearjson.Value // by $id, as in "#address"
	refers  bool                       // there is a $ref; without, the schema itself bounds the work
}

func newBlueprint(root *nearjson.Value) *blueprint {
	b := &blueprint{root: root, anchors: map[string]*nearjson.Value{}}
	root.Walk(func(_ string, v *nearjson.Value) bool {
		for _, key := range []string{"$id", "id"} {
			if id := v.Get(key); id != nil && id.Kind == nearjson.String && strings.HasPrefix(id.Text, "#") {
				b.anchors[id.Text] = v
			}
		}
		b.refers = b.refers || v.Get("$ref") != nil
		return true
	})
	return b
}

// target is what the $ref of a schema names, or nil. Where there is one, the validator looks at nothing else.
func (b *blueprint) target(s *nearjson.Value) *nearjson.Value {
	ref := s.Get("$ref")
	switch {
	case ref == nil || ref.Kind != nearjson.String:
		return nil
	case ref.Text == "#":
		return b.root
	case b.anchors[ref.Text] != nil:
		return b.anchors[ref.Text]
	case strings.HasPrefix(ref.Text, "#/"):
		if pointer, err := url.PathUnescape(ref.Text[1:]); err == nil {
			return b.root.Lookup(pointer)
		}
	}
	return nil
}

// beside lists the schemas that are applied to the same value as s.
func (b *blueprint) beside(s *nearjson.Value) []*nearjson.Value {
	if t := b.target(s); t != nil {
		return []*nearjson.Value{t}
	}
	var all []*nearjson.Value
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if list := s.Get(key); list != nil {
			all = append(all, list.Items...)
		}
	}
	for _, key := range []string{"not", "if", "then", "else"} {
		if sub := s.Get(key); sub != nil {
			all = append(all, sub)
		}
	}
	return append(all, values(s.Get("dependencies"))...)
}

// below lists the schemas that are applied to a part of a value: of an object the value of a key, of an array an item.
func (b *blueprint) below(s *nearjson.Value, object bool, key string) []*nearjson.Value {
	if !object {
		items := s.Get("items")
		if items != nil && items.Kind == nearjson.Array {
			return append(known(s.Get("additionalItems"), s.Get("contains")), items.Items...)
		}
		return known(items, s.Get("contains"))
	}
	all := values(s.Get("patternProperties"))
	if p := s.Get("properties").Get(key); p != nil {
		return append(all, p)
	}
	return append(all, known(s.Get("additionalProperties"))...)
}

func known(schemas ...*nearjson.Value) []*nearjson.Value {
	var all []*nearjson.Value
	for _, s := range schemas {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

func values(v *nearjson.Value) []*nearjson.Value {
	if v == nil {
		return nil
	}
	var all []*nearjson.Value
	for _, m := range v.Members {
		all = append(all, m.Value)
	}
	return all
}

// findLoop says which $ref leads back to itself before any part of an answer is entered.
func (b *blueprint) findLoop() error {
	state := map[*nearjson.Value]int{} // 1 on the way, 2 done
	var visit func(s *nearjson.Value) error
	visit = func(s *nearjson.Value) error {
		if state[s] == 2 {
			return nil
		}
		state[s] = 1
		for _, next := range b.beside(s) {
			if state[next] == 1 {
				return fmt.Errorf("a $ref leads back to itself%s; let it pass through properties or items", quotedRef(s))
			}
			if err := visit(next); err != nil {
				return err
			}
		}
		state[s] = 2
		return nil
	}
	var found error
	b.root.Walk(func(_ string, s *nearjson.Value) bool {
		if found == nil && s.Kind == nearjson.Object {
			found = visit(s)
		}
		return found == nil
	})
	return found
}

func quotedRef(s *nearjson.Value) string {
	if ref := s.Get("$ref"); ref != nil {
		return fmt.Sprintf(" (%q)", ref.Text)
	}
	return ""
}

// errTooMuch is said of an answer that a schema cannot be held against.
var errTooMuch = errors.New("the alternatives of the JSON Schema refer to themselves, and too many of them have to be tried for an answer as deep as this")

// application is a schema that is applied to a value.
type application struct{ schema, value *nearjson.Value }

// tooMuch says that the validator would need more than maxSteps for a value. Each application is counted once and multiplied by how often it
// happens, so that this itself is quick.
func (b *blueprint) tooMuch(v *nearjson.Value) bool {
	if !b.refers {
		return false
	}
	steps := map[application]int{}
	var count func(s, v *nearjson.Value) int
	count = func(s, v *nearjson.Value) int {
		a := application{s, v}
		if n, ok := steps[a]; ok {
			return n
		}
		n := 1
		for _, same := range b.beside(s) {
			n = min(n+count(same, v), maxSteps+1)
		}
		if b.target(s) == nil {
			b.eachPart(s, v, func(sub, part *nearjson.Value) { n = min(n+count(sub, part), maxSteps+1) })
		}
		steps[a] = n
		return n
	}
	return count(b.root, v) > maxSteps
}

func (b *blueprint) eachPart(s, v *nearjson.Value, do func(sub, part *nearjson.Value)) {
	for _, m := range v.Members {
		for _, sub := range b.below(s, true, m.Key) {
			do(sub, m.Value)
		}
	}
	for _, item := range v.Items {
		for _, sub := range b.below(s, false, "") {
			do(sub, item)
		}
	}
}
