package plan

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// payload is the body, and the media type to name it by; "" where the documented headers name it already.
func (f *filler) payload(d draft) (body []byte, mediaType string) {
	documented := firstNonEmpty(d.mediaType, contentType(d.headers))
	switch {
	case len(d.raw) > 0:
		body, mediaType = d.raw, "application/json"
	case d.raw != nil: // nothing, which is of no type
	case d.body != nil:
		body, mediaType = f.json(d.body), firstNonEmpty(f.sheet.Request.MediaType, "application/json")
	case d.text != "":
		body, mediaType = f.bodyText(d.text, firstNonEmpty(documented, f.sheet.Request.MediaType)), f.sheet.Request.MediaType
	case len(d.form) > 0 && strings.HasPrefix(firstNonEmpty(documented, f.sheet.Request.MediaType), "multipart/form-data"):
		body, mediaType = f.multipart(d.form)
		if d.mediaType != "" {
			mediaType = ""
		}
		return body, mediaType
	case len(d.form) > 0:
		body, mediaType = []byte(f.formBody(d.form)), "application/x-www-form-urlencoded"
	}
	if documented != "" {
		mediaType = ""
	}
	return body, mediaType
}

var bodySlot = slot{field: probe.FieldRequestBody, part: "the request body"}

// json fills the value and writes it compactly; key order and the digits of numbers are as documented.
func (f *filler) json(v *nearjson.Value) []byte {
	return nearjson.Encode(f.value(v, "", "", 0))
}

// value copies v with everything filled in. key is the name that a nameless value is filled by.
func (f *filler) value(v *nearjson.Value, key, pointer string, depth int) *nearjson.Value {
	switch {
	case v == nil || depth > nearjson.MaxDepth:
		return v
	case v.Kind == nearjson.Object:
		filled := &nearjson.Value{Kind: nearjson.Object, Members: make([]nearjson.Member, len(v.Members))}
		for i, m := range v.Members {
			s := bodySlot
			s.at = v.KeyAt(i)
			filled.Members[i].Key = f.text(m.Key, false, s, func(int) escaper { return asIs })
			filled.Members[i].Value = f.value(m.Value, m.Key, nearjson.AppendPointer(pointer, m.Key), depth+1)
		}
		return filled
	case v.Kind == nearjson.Array:
		filled := &nearjson.Value{Kind: nearjson.Array, Items: make([]*nearjson.Value, len(v.Items))}
		for i, item := range v.Items {
			filled.Items[i] = f.value(item, key, nearjson.AppendIndex(pointer, i), depth+1)
		}
		return filled
	}
	return f.scalar(v, key, pointer)
}

func (f *filler) scalar(v *nearjson.Value, key, pointer string) *nearjson.Value {
	s := bodySlot
	s.key, s.at = key, v.At()
	var refs []dynamicRef
	if v.Kind == nearjson.String {
		refs = f.refs(v.Text, false)
	}
	switch {
	case len(refs) == 0 && !v.Template && !v.Absent:
		return v
	case len(refs) == 0:
		value, ok := f.lookup("", v.Text, s)
		if !ok {
			f.missing("", v.Text, s)
		}
		return f.typed(value, v, pointer)
	}
	whole := len(refs) == 1 && strings.TrimSpace(v.Text) == refs[0].Written
	filled := f.text(v.Text, false, s, func(int) escaper { return asIs })
	if whole {
		return f.typed(filled, v, pointer)
	}
	return nearjson.NewString(filled)
}

// typed makes a JSON value of a supplied text: of the type that the sheet states for the field, else of the type that the template's own
// word names, else a string where the template was quoted, else whatever JSON literal it is, and a string where it is none.
func (f *filler) typed(text string, template *nearjson.Value, pointer string) *nearjson.Value {
	want := f.statedType(pointer)
	if want == "" {
		want = typeOfWord(template.Text)
	}
	if want == "" && isQuoted(template.Source().String()) {
		want = "string"
	}
	literal := literalKind(text)
	switch {
	case literal == nearjson.String, want == "string", want == "number" && literal != nearjson.Number, want == "boolean" && literal != nearjson.Bool:
		return nearjson.NewString(text)
	}
	return &nearjson.Value{Kind: literal, Text: text}
}

func (f *filler) statedType(pointer string) string {
	for _, field := range f.sheet.Request.Fields {
		if field.In == probe.InBody && field.Pointer == pointer {
			return typeOfWord(field.Type)
		}
	}
	return ""
}

func typeOfWord(word string) string {
	word = strings.ToLower(strings.Trim(word, "<>{}[]$ "))
	switch {
	case slices.Contains([]string{"string", "str", "text", "varchar", "char", "date", "datetime", "uuid", "email"}, word):
		return "string"
	case slices.Contains([]string{"integer", "int", "number", "long", "float", "double", "decimal", "numeric"}, word):
		return "number"
	case slices.Contains([]string{"boolean", "bool"}, word):
		return "boolean"
	}
	return ""
}

// isQuoted says that the value stood in quotes of any kind. A value of which nothing is known counts as quoted.
func isQuoted(written string) bool {
	return written == "" || strings.ContainsAny(written[:1], `"'`+"`") || strings.HasPrefix(written, "“") || strings.HasPrefix(written, "”") ||
		strings.HasPrefix(written, "‘") || strings.HasPrefix(written, "’")
}

// literalKind is the JSON literal that a text is; String where it is none.
func literalKind(text string) nearjson.Kind {
	switch {
	case text == "true" || text == "false":
		return nearjson.Bool
	case text == "null":
		return nearjson.Null
	case text != "" && strings.IndexByte("-0123456789", text[0]) >= 0 && json.Valid([]byte(text)):
		return nearjson.Number
	}
	return nearjson.String
}

// bodyText fills a body that is not JSON, each value escaped as the media type wants it.
func (f *filler) bodyText(text, mediaType string) []byte {
	s := bodySlot
	s.at = f.sheet.Request.Body.At
	escape := escaperOf(text, mediaType)
	return []byte(f.text(text, false, s, func(int) escaper { return escape }))
}

// escaperOf makes values fit for a text of this media type.
func escaperOf(text, mediaType string) escaper {
	switch text = strings.TrimSpace(text); {
	case strings.Contains(mediaType, "x-www-form-urlencoded"):
		return queryText
	case strings.Contains(mediaType, "xml") || strings.HasPrefix(text, "<") && !startsOpen(text):
		return xmlText
	case strings.Contains(mediaType, "json"):
		return jsonText
	}
	return asIs
}

// startsOpen says that a text begins with a placeholder, which may be written like a tag.
func startsOpen(text string) bool {
	refs := probe.FindPlaceholders(text, false)
	return len(refs) > 0 && refs[0].Start == 0
}

func xmlText(value string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(value))
	return b.String(), err
}

// jsonText fits into a string of a text that was meant to be JSON and is not.
func jsonText(value string) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // "<" may stand in JSON as it is
	err := e.Encode(value)
	quoted := strings.TrimSuffix(b.String(), "\n")
	return strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`), err
}
