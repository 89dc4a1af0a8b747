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
	return nearjson.Encode(f.value(v, &spot{}, 0))
}

// spot is where a value stands in the body.
type spot struct {
	within *spot  // nil for the body itself
	key    string // by whose name a nameless value is filled; of an item that of its list
	item   int    // its place in the list, from 1; 0 for a member
}

func (s *spot) pointer() string {
	switch {
	case s.within == nil:
		return ""
	case s.item > 0:
		return nearjson.AppendIndex(s.within.pointer(), s.item-1)
	}
	return nearjson.AppendPointer(s.within.pointer(), s.key)
}

// value is v with everything filled in: v itself where there is nothing to fill, else a copy.
func (f *filler) value(v *nearjson.Value, at *spot, depth int) *nearjson.Value {
	switch {
	case v == nil || depth > nearjson.MaxDepth:
		return v
	case v.Kind == nearjson.Object:
		return f.object(v, at, depth)
	case v.Kind == nearjson.Array:
		return f.array(v, at, depth)
	}
	return f.scalar(v, at)
}

func (f *filler) object(v *nearjson.Value, at *spot, depth int) *nearjson.Value {
	filled, below := v, &spot{within: at}
	for i, m := range v.Members {
		below.key = m.Key
		key, value := f.key(v, i), f.value(m.Value, below, depth+1)
		if key == m.Key && value == m.Value {
			continue
		}
		if filled == v {
			filled = &nearjson.Value{Kind: nearjson.Object, Members: slices.Clone(v.Members)}
		}
		filled.Members[i].Key, filled.Members[i].Value = key, value
	}
	return filled
}

func (f *filler) array(v *nearjson.Value, at *spot, depth int) *nearjson.Value {
	filled, below := v, &spot{within: at, key: at.key}
	for i, item := range v.Items {
		below.item = i + 1
		value := f.value(item, below, depth+1)
		if value == item {
			continue
		}
		if filled == v {
			filled = &nearjson.Value{Kind: nearjson.Array, Items: slices.Clone(v.Items)}
		}
		filled.Items[i] = value
	}
	return filled
}

func (f *filler) key(v *nearjson.Value, i int) string {
	key := v.Members[i].Key
	if len(f.refs(key, false)) == 0 {
		return key
	}
	s := bodySlot
	s.at = v.KeyAt(i)
	return f.text(key, false, s, func(int) escaper { return asIs })
}

func (f *filler) scalar(v *nearjson.Value, at *spot) *nearjson.Value {
	var refs []dynamicRef
	if v.Kind == nearjson.String {
		refs = f.refs(v.Text, false)
	}
	if len(refs) == 0 && !v.Template && !v.Absent {
		return v
	}
	s := bodySlot
	s.key, s.at = at.key, v.At()
	if len(refs) == 0 {
		value, ok := f.lookup("", v.Text, s)
		if !ok {
			f.missing("", v.Text, s)
		}
		return f.typed(value, v, at.pointer())
	}
	whole := len(refs) == 1 && strings.TrimSpace(v.Text) == refs[0].Written
	filled := f.text(v.Text, false, s, func(int) escaper { return asIs })
	if whole {
		return f.typed(filled, v, at.pointer())
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
