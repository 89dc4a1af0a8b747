package export

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// requestBody is the body with what the sheet says of its fields.
func (c *call) requestBody() *nearjson.Value {
	kind := c.mediaType()
	switch {
	case c.body != nil:
		if kind == "" {
			kind = "application/json"
		}
		s := shapeOf(c.Sheet, "", []*nearjson.Value{c.body})
		c.stateFields(s)
		return object("required", true, "content", object(kind, object("schema", s, "example", fitting(c.example(c.body), s))))
	case len(c.form) > 0:
		if kind == "" {
			kind = "application/x-www-form-urlencoded"
		}
		properties, example := object(), object()
		var required []*nearjson.Value
		for _, p := range c.form {
			put(properties, p.name, schemaOf(p.field))
			put(example, p.name, str(p.value.in(asIs, double)))
			if p.isMandatory() {
				required = append(required, str(p.name))
			}
		}
		s := object("type", "object", "properties", properties, "required", orNil(required))
		return object("required", true, "content", object(kind, object("schema", s, "example", example)))
	case len(c.raw) > 0:
		if kind == "" {
			kind = "text/plain"
		}
		return object("required", true, "content", object(kind, object("schema", object("type", "string"), "example", c.raw.in(asIs, double))))
	}
	return nil
}

// example is a value as it is shown, with its variables.
func (c *call) example(v *nearjson.Value) *nearjson.Value {
	return parsed([]byte(c.json(v, "", "", nil)))
}

// stateFields puts what the sheet says of the fields of the body in the place of what the example shows.
func (c *call) stateFields(s *nearjson.Value) {
	for i := range c.Request.Fields {
		f := &c.Request.Fields[i]
		if f.In != probe.InBody || f.Pointer == "" {
			continue
		}
		tokens, _ := nearjson.SplitPointer(f.Pointer)
		at := s
		for k, token := range tokens {
			if k == len(tokens)-1 && f.Mandatory != nil && at.Get("properties").Get(token) != nil {
				require(at, token, *f.Mandatory)
			}
			if next := at.Get("properties").Get(token); next != nil {
				at = next
			} else if at = at.Get("items"); at == nil {
				break
			}
		}
		if at != nil && at.Get("type") != nil {
			putRules(at, f.Rules)
		}
	}
}

// require says whether a property has to be there.
func require(s *nearjson.Value, name string, mandatory bool) {
	required := s.Get("required")
	if required == nil {
		required = list()
		put(s, "required", required)
	}
	required.Items = slices.DeleteFunc(required.Items, func(v *nearjson.Value) bool { return v.Text == name })
	if mandatory {
		required.Items = append(required.Items, str(name))
	}
}

// shapeOf is the JSON Schema of examples as OpenAPI 3.1 has it. Keys that no example shows stay allowed.
func shapeOf(s *probe.Sheet, o probe.Outcome, examples []*nearjson.Value) *nearjson.Value {
	root := parsed(judge.ShapeOf(s, o, examples).Document())
	if root == nil {
		return object()
	}
	openUp(root, false)
	return root
}

// openUp drops what is said for people and what forbids further keys. names says that the keys are names of properties and no keywords.
func openUp(v *nearjson.Value, names bool) {
	if !names {
		v.Members = slices.DeleteFunc(v.Members, func(m nearjson.Member) bool {
			return m.Key == "$schema" || m.Key == "$comment" || m.Key == "additionalProperties" && m.Value.Kind == nearjson.Bool && m.Value.Text == "false" ||
				m.Key == "format" && m.Value.Text == "time" // which is one with seconds and a zone (RFC 3339), and ours is any time of day
		})
	}
	for _, m := range v.Members {
		openUp(m.Value, !names && m.Key == "properties")
	}
	for _, item := range v.Items {
		openUp(item, false)
	}
}
