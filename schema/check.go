package schema

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/xeipuuv/gojsonschema"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Checker compares values with a compiled shape. It is safe for concurrent use.
type Checker struct {
	schema    func() (*gojsonschema.Schema, error) // compiled when it is first asked
	root      *node
	nodes     int
	separator int // as in separatorLength, for the documented keys
}

// Compile makes a Checker. The shape must not change afterwards. Nothing is fetched: the schema holds no reference.
func Compile(s *Shape) (*Checker, error) {
	if s == nil {
		return nil, errors.New("no shape to compile")
	}
	c := &Checker{schema: sync.OnceValues(func() (*gojsonschema.Schema, error) {
		return gojsonschema.NewSchema(gojsonschema.NewBytesLoader(s.JSONSchema()))
	})}
	c.root = c.node(s)
	return c, nil
}

// node is a place of the shape, prepared for comparison. The nodes form the tree that the shapes form.
type node struct {
	id         int
	shape      *Shape
	property   *Property // of which it is the value; nil of items, of map entries and of the whole
	properties []*node
	required   int            // how many of them are
	folded     []string       // their names, folded
	byName     map[string]int // index in properties
	byFold     map[string]int // the same by folded name; the first of several
	items      *node
	values     *node
}

func (c *Checker) node(s *Shape) *node {
	n := &node{id: c.nodes, shape: s}
	c.nodes++
	if s.Items != nil {
		n.items = c.node(s.Items)
	}
	if s.Values != nil {
		n.values = c.node(s.Values)
		return n
	}
	if len(s.Properties) > 0 {
		n.byName, n.byFold = make(map[string]int, len(s.Properties)), make(map[string]int, len(s.Properties))
	}
	for i := range s.Properties {
		p := &s.Properties[i]
		if p.Required {
			n.required++
		}
		folded := fold(p.Name)
		n.folded = append(n.folded, folded)
		n.byName[p.Name] = i
		if _, ok := n.byFold[folded]; !ok {
			n.byFold[folded] = i
		}
		below := c.node(p.Shape)
		below.property = p
		n.properties = append(n.properties, below)
		c.separator = max(c.separator, separatorLength(p.Name))
	}
	return n
}

// Check compares. What conforms in all that a survey would note needs none. The mismatches stand in the order of their first occurrence in the value. The value is a live one: templates in
// it are compared as the text that they are. An error means that the comparison itself failed.
func (c *Checker) Check(v *nearjson.Value) ([]Mismatch, error) {
	if v == nil {
		return nil, errors.New("no value to compare")
	}
	if c.root.conforms(v) {
		return nil, nil
	}
	return c.survey(v)
}

// survey notes what differs, and asks the validator which of it is refused.
func (c *Checker) survey(v *nearjson.Value) ([]Mismatch, error) {
	s := newSurvey(c)
	sample, _ := s.observe(c.root, v)
	refused, err := c.validate(sample, s.separator)
	if err != nil {
		return nil, err
	}
	var found []Mismatch
	for _, o := range s.observations {
		if o.kind.needsNoProof() || refused[o.proof] {
			found = append(found, s.mismatch(o))
		}
	}
	return found, nil
}

// refusal is one thing that the validator does not allow at a place of the shape.
type refusal struct {
	at      *node
	keyword string // type, required, additionalProperties
	subject string // the type that came, or the key
}

// validate asks the validator about a sample. What it says is about places of the shape, so that its order, which is random, and
// the text of its messages do not matter.
func (c *Checker) validate(sample any, separator int) (map[refusal]bool, error) {
	compiled, err := c.schema()
	if err != nil {
		return nil, fmt.Errorf("the inferred JSON Schema cannot be compiled: %w", err)
	}
	result, err := compiled.Validate(gojsonschema.NewRawLoader(sample))
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be validated: %w", err)
	}
	refused := map[refusal]bool{}
	between := "\x00" + strings.Repeat("\x01", separator+1)
	for _, e := range result.Errors() {
		path := strings.Split(e.Context().String(between), between)
		at := locate(c.root, sample, path[1:]) // the first is the root
		if at == nil {
			return nil, fmt.Errorf("the validator reports a place that does not exist: %q", path)
		}
		r := refusal{at: at}
		switch e.Type() {
		case "invalid_type":
			r.keyword, r.subject = "type", detail(e, "given")
			if r.subject == "integer" {
				r.subject = "number"
			}
		case "required":
			r.keyword, r.subject = "required", detail(e, "property")
		case "additional_property_not_allowed":
			r.keyword, r.subject = "additionalProperties", detail(e, "property")
		default:
			return nil, fmt.Errorf("the validator reports %q, which no inferred schema asks for", e.Type())
		}
		refused[r] = true
	}
	return refused, nil
}

func detail(e gojsonschema.ResultError, name string) string {
	s, _ := e.Details()[name].(string)
	return s
}

// locate walks from a place of the shape along a path of the sample. The sample tells an index from a key.
func locate(n *node, sample any, path []string) *node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		switch s := sample.(type) {
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(s) {
				return nil
			}
			n, sample = n.items, s[i]
		case map[string]any:
			sample = s[key]
			n = n.child(key)
		default:
			return nil
		}
	}
	return n
}

// child is the place of a key, or nil.
func (n *node) child(key string) *node {
	if i, ok := n.byName[key]; ok {
		return n.properties[i]
	}
	return n.values
}

// separatorLength makes it possible to split the validator's paths, whatever the keys are: a separator of NUL and one more SOH than
// ever follow a NUL in a key stands in no key, nor across the end of one, because no end of it is a start of it.
func separatorLength(key string) int {
	longest := 0
	for {
		i := strings.IndexByte(key, 0)
		if i < 0 {
			return longest
		}
		key = key[i+1:]
		longest = max(longest, len(key)-len(strings.TrimLeft(key, "\x01")))
	}
}
