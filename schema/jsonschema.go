package schema

import (
	"bytes"
	"encoding/json"
)

// JSONSchema writes the shape as a JSON Schema draft-07 document, without white space, the same bytes for the same shape. Keys that
// the examples do not show are refused where the shape is not open. It holds no $ref and no $id, whatever the keys are called.
func (s *Shape) JSONSchema() []byte {
	w := &schemaWriter{}
	w.WriteString(`{"$schema":"http://json-schema.org/draft-07/schema#"`)
	if s != nil && !s.free() {
		w.WriteByte(',')
		w.keywords(s)
	}
	w.WriteByte('}')
	return w.Bytes()
}

type schemaWriter struct{ bytes.Buffer }

func (w *schemaWriter) schema(s *Shape) {
	w.WriteByte('{')
	if !s.free() {
		w.keywords(s)
	}
	w.WriteByte('}')
}

// keywords writes what stands between the braces of a schema, of a shape that is not free.
func (w *schemaWriter) keywords(s *Shape) {
	w.types(s.Types)
	if s.Types&Object != 0 {
		w.object(s)
	}
	if s.Types&Array != 0 && s.Items != nil {
		w.WriteString(`,"items":`)
		w.schema(s.Items)
	}
}

// types writes a list where there are several: validators report on it plainly, which they do not on anyOf.
func (w *schemaWriter) types(t Types) {
	w.WriteString(`"type":`)
	names := t.names()
	if len(names) == 1 {
		w.string(names[0])
		return
	}
	w.strings(names)
}

func (w *schemaWriter) object(s *Shape) {
	switch {
	case s.Values != nil:
		w.WriteString(`,"additionalProperties":`)
		w.schema(s.Values)
		return
	case len(s.Properties) == 0:
		return
	}
	w.WriteString(`,"properties":{`)
	var required []string
	for i, p := range s.Properties {
		if i > 0 {
			w.WriteByte(',')
		}
		w.string(p.Name)
		w.WriteByte(':')
		w.schema(p.Shape)
		if p.Required {
			required = append(required, p.Name)
		}
	}
	w.WriteByte('}')
	if len(required) > 0 {
		w.WriteString(`,"required":`)
		w.strings(required)
	}
	if !s.Open {
		w.WriteString(`,"additionalProperties":false`)
	}
}

func (w *schemaWriter) strings(list []string) {
	w.WriteByte('[')
	for i, s := range list {
		if i > 0 {
			w.WriteByte(',')
		}
		w.string(s)
	}
	w.WriteByte(']')
}

func (w *schemaWriter) string(s string) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string and a buffer cannot fail
	w.Truncate(w.Len() - 1)
}

// names lists the types as JSON Schema calls them.
func (t Types) names() []string {
	var names []string
	for _, n := range [...]struct {
		t    Types
		name string
	}{{Object, "object"}, {Array, "array"}, {String, "string"}, {Number, "number"}, {Boolean, "boolean"}, {Null, "null"}} {
		if t&n.t != 0 {
			names = append(names, n.name)
		}
	}
	return names
}
