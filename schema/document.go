package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Document writes the shape as a JSON Schema draft-07 document for people to read, edit and hand back: indented, with formats, alternatives
// and patterns, and with a $comment at every key that says how often it was seen and whether that is stated or a guess. As in [Shape.JSONSchema],
// keys that the examples do not show are refused where the shape is not open; the rule for them is a warning.
func (s *Shape) Document() []byte {
	w := &documentWriter{}
	w.open("$schema", `"http://json-schema.org/draft-07/schema#"`)
	if s != nil {
		w.keywords(s)
	}
	w.close()
	var out bytes.Buffer
	_ = json.Indent(&out, w.Bytes(), "", "  ") // what was written here is JSON
	out.WriteByte('\n')
	return out.Bytes()
}

type documentWriter struct{ schemaWriter }

func (w *documentWriter) open(key, value string) { fmt.Fprintf(w, `{%q:%s`, key, value) }
func (w *documentWriter) close()                 { w.WriteByte('}') }

// keyword writes a key with its value behind another one.
func (w *documentWriter) keyword(key string, value any) {
	w.WriteByte(',')
	w.string(key)
	w.WriteByte(':')
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // texts, lists of them and numbers
	w.Truncate(w.Len() - 1)
}

func (w *documentWriter) keywords(s *Shape) {
	if s.free() {
		return
	}
	w.typed(s)
	w.texts(s)
	if s.Types&Object != 0 {
		w.members(s)
	}
	if s.Types&Array != 0 && s.Items != nil {
		w.WriteString(`,"items":`)
		w.place(s.Items, fmt.Sprintf("seen in %s", times(s.Items.Seen)))
	}
}

func (w *documentWriter) typed(s *Shape) {
	names := s.Types.names()
	if len(names) == 1 {
		w.keyword("type", names[0])
		return
	}
	w.keyword("type", names)
}

// texts writes what is known of a text. Handed back, a list of alternatives or a format is no guess any more.
func (w *documentWriter) texts(s *Shape) {
	switch {
	case s.Pattern != nil:
		w.keyword("pattern", s.Pattern.String())
	case s.Enum != nil && s.Types == String:
		w.keyword("enum", s.Enum)
	case s.Enum != nil && s.Types == String|Null:
		w.keyword("enum", append(anyOf(s.Enum), nil))
	}
	if k := s.Formats.keyword(); k != "" {
		w.keyword("format", k)
	}
}

func anyOf(texts []string) []any {
	var all []any
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}

func (w *documentWriter) members(s *Shape) {
	if s.Values != nil {
		w.WriteString(`,"additionalProperties":`)
		w.place(s.Values, "the keys are data")
		return
	}
	if len(s.Properties) == 0 {
		return
	}
	var required []string
	w.WriteString(`,"properties":{`)
	for i, p := range s.Properties {
		if i > 0 {
			w.WriteByte(',')
		}
		w.string(p.Name)
		w.WriteByte(':')
		w.place(p.Shape, p.confidence())
		if p.Required {
			required = append(required, p.Name)
		}
	}
	w.WriteByte('}')
	if len(required) > 0 {
		w.keyword("required", required)
	}
	if !s.Open {
		w.keyword("additionalProperties", false)
	}
}

func (w *documentWriter) place(s *Shape, comment string) {
	if s.free() {
		comment += "; of any type, for the examples show none"
	} else if s.Example != "" {
		comment += "; such as " + cut(s.Example)
	}
	text, _ := json.Marshal(comment) // a text cannot fail
	w.open("$comment", string(text))
	w.keywords(s)
	w.close()
}

// confidence says how sure it is that the key belongs there.
func (p *Property) confidence() string {
	seen := fmt.Sprintf("seen in %d of %s", p.In, examples(p.Of))
	switch {
	case p.Of == 0:
		seen = "not shown in an example"
	case p.Stated && p.Required:
		return seen + ", stated mandatory"
	case p.Stated:
		return seen + ", stated optional"
	case p.Required && p.Of == 1:
		return seen + ", so that it is a guess that it is always there"
	}
	return seen
}

func examples(n int) string {
	if n == 1 {
		return "1 example"
	}
	return fmt.Sprintf("%d examples", n)
}

func times(n int) string { return strings.Replace(examples(n), "example", "item", 1) }
