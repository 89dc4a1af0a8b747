package openapi

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Limits of what examples are put together from. A schema that holds itself is followed no further than once.
const (
	maxValues  = 2_000_000 // of all examples of a document
	maxMembers = 2000      // of one example
	maxDepth   = 30
)

// example is a body with the title that the document gives it.
type example struct {
	title string
	body  probe.Body
	raw   string
}

// media picks one of several media types: JSON where there is one, else a form, else the first.
func media(content *tree.Node) (mediaType string, m tree.Member) {
	all := members(content)
	for _, wanted := range []string{"application/json", "json", "x-www-form-urlencoded", "multipart/form-data", ""} {
		for _, m := range all {
			if strings.Contains(strings.ToLower(m.Key), wanted) {
				mediaType, _, _ = strings.Cut(strings.ToLower(m.Key), ";")
				return strings.TrimSpace(mediaType), m
			}
		}
	}
	return "", tree.Member{}
}

func isJSON(mediaType string) bool {
	return mediaType == "" || strings.Contains(mediaType, "json") || mediaType == "*/*"
}

// examples are those that a media type gives: its own or, where it has none, one put together from its schema.
func (o *operation) examples(f probe.Field, n *tree.Node, mediaType string) []example {
	var found []example
	if own := n.Get("example"); own != nil {
		found = append(found, o.exampleOf(f, own, mediaType))
	}
	for _, m := range members(n.Get("examples")) {
		e := o.doc.follow(m.Value)
		value := e.Get("value")
		if value == nil {
			o.note("sheet.ambiguous", f, m.Value, "the example \""+m.Key+"\" is kept elsewhere, and nothing is fetched", "put the example into the document")
			continue
		}
		one := o.exampleOf(f, value, mediaType)
		if one.title = plain(e.Get("summary")); one.title == "" {
			one.title = m.Key
		}
		found = append(found, one)
	}
	if schema := o.doc.follow(n.Get("schema")); len(found) == 0 && schema != nil && isJSON(mediaType) {
		found = o.assembled(schema, f)
	}
	return found
}

// exampleOf reads an example: a value of the document itself, or a text that holds it.
func (o *operation) exampleOf(f probe.Field, n *tree.Node, mediaType string) example {
	e := example{body: probe.Body{At: n.At().At()}}
	words := n.Words()
	switch trimmed := strings.TrimSpace(words.String()); {
	case n.Kind == nearjson.String && (!isJSON(mediaType) || trimmed != "" && strings.IndexByte("{[", trimmed[0]) >= 0):
		body, ds := sheet.ReadExample(f, words)
		e.body, e.raw = body, words.String()
		o.sheet.Diagnostics = append(o.sheet.Diagnostics, ds...)
	case !isJSON(mediaType) && (n.Kind == nearjson.Object || n.Kind == nearjson.Array):
		o.note("sheet.ambiguous", f, n, "the example of "+mediaType+" is not written as it travels", "give the example as a text")
	default:
		e.body.Value = n.JSON(tree.Notices{})
		e.raw = e.body.Value.String()
	}
	return e
}

// assembled puts an example together from a schema: of an answer, one of each form that there is.
func (o *operation) assembled(schema *tree.Node, f probe.Field) []example {
	forms := []*tree.Node{schema}
	if options := o.doc.options(schema); f != probe.FieldRequestBody && schema.Get("example") == nil && len(options) > 1 {
		forms = options
	}
	var found []example
	for _, form := range forms {
		if e, ok := o.assembledForm(form, f); ok {
			found = append(found, e)
		}
	}
	return found
}

func (o *operation) assembledForm(schema *tree.Node, f probe.Field) (example, bool) {
	a := assembler{doc: o.doc, request: f == probe.FieldRequestBody, left: min(maxMembers, o.doc.budget)}
	before := a.left
	v := a.value(schema)
	o.doc.budget -= before - a.left
	if v == nil {
		return example{}, false
	}
	return example{body: probe.Body{Value: v, At: schema.At().At()}, raw: v.String()}, true
}

// assembler puts one example together.
type assembler struct {
	doc     *document
	request bool
	left    int
	within  []*tree.Node
}

// value is the example of a schema; nil where there is none.
func (a *assembler) value(schema *tree.Node) *nearjson.Value {
	n := a.doc.follow(schema)
	if n == nil || a.left <= 0 || len(a.within) > maxDepth || slices.Contains(a.within, n) {
		return nil
	}
	a.left--
	a.within = append(a.within, n)
	defer func() { a.within = a.within[:len(a.within)-1] }()
	for _, given := range []*tree.Node{n.Get("example"), firstItem(n.Get("examples")), n.Get("const"), n.Get("default"), firstItem(n.Get("enum"))} {
		if given != nil {
			return given.JSON(tree.Notices{})
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, option := range items(n.Get(key)) {
			if v := a.value(option); v != nil && v.Kind != nearjson.Null {
				return v
			}
		}
	}
	return a.ofType(n)
}

func (a *assembler) ofType(n *tree.Node) *nearjson.Value {
	var v *nearjson.Value
	switch kind := a.doc.typeOf(n); kind {
	case "object":
		v = a.object(n)
	case "array":
		v = nearjson.NewArray(a.items(n.Get("items"))...)
	case "":
		return nil
	case "null":
		v = nearjson.NewNull()
	default:
		v = nearjson.NewString(kind) // a type word: it gives a type and no value
		v.Template = true
	}
	n.Place(v)
	return v
}

// items are those of a list: of an answer one of each form that there is.
func (a *assembler) items(schema *tree.Node) []*nearjson.Value {
	forms := []*tree.Node{schema}
	if options := a.doc.options(a.doc.follow(schema)); !a.request && len(options) > 1 {
		forms = options
	}
	var found []*nearjson.Value
	for _, form := range forms {
		if item := a.value(form); item != nil {
			found = append(found, item)
		}
	}
	return found
}

func (a *assembler) object(n *tree.Node) *nearjson.Value {
	o := a.doc.flatten(n)
	var found []nearjson.Member
	for _, p := range o.properties {
		schema := a.doc.follow(p.Value)
		if schema == nil || a.request && isTrue(schema.Get("readOnly")) || !a.request && isTrue(schema.Get("writeOnly")) {
			continue
		}
		v := a.value(schema)
		if v == nil || a.request && v.Template && o.isOptional(p.Key) {
			continue // what is optional and has no example is better left out than made up
		}
		found = append(found, p.With(v))
	}
	if free := n.Get("additionalProperties"); !a.request && len(o.properties) == 0 && free != nil && free.Kind == nearjson.Object {
		if v := a.value(free); v != nil {
			found = append(found, nearjson.NewMember("<key>", v))
		}
	}
	return nearjson.NewObject(found...)
}

// object is what a schema says of an object, parts of other schemas (allOf) included.
type object struct {
	properties []tree.Member
	required   []string
	states     bool // it says which properties are required
}

func (o object) isOptional(name string) bool { return o.states && !slices.Contains(o.required, name) }

func (d *document) flatten(n *tree.Node) object {
	var o object
	d.gather(n, 0, &o)
	return o
}

func (d *document) gather(n *tree.Node, depth int, o *object) {
	const deepest = 10
	if n = d.follow(n); n == nil || depth > deepest || len(o.properties) > maxMembers {
		return
	}
	for _, part := range items(n.Get("allOf")) {
		d.gather(part, depth+1, o)
	}
	for _, p := range members(n.Get("properties")) {
		if i := slices.IndexFunc(o.properties, func(have tree.Member) bool { return have.Key == p.Key }); i >= 0 {
			o.properties[i] = p
			continue
		}
		o.properties = append(o.properties, p)
	}
	if required := n.Get("required"); required != nil && required.Kind == nearjson.Array {
		o.states = true
		for _, r := range required.Items {
			o.required = append(o.required, plain(r))
		}
	}
}

// typeOf is the type of JSON Schema that a schema states or implies; of several (3.1) the first that is not null.
func (d *document) typeOf(n *tree.Node) string {
	if n = d.follow(n); n == nil {
		return ""
	}
	if kind := n.Get("type"); kind != nil {
		for _, option := range items(kind) {
			if plain(option) != "null" {
				return plain(option)
			}
		}
		if s := plain(kind); slices.Contains([]string{"string", "number", "integer", "boolean", "array", "object", "null"}, s) {
			return s
		}
	}
	switch {
	case n.Get("properties") != nil, n.Get("allOf") != nil, n.Get("additionalProperties") != nil && n.Get("items") == nil:
		return "object"
	case n.Get("items") != nil:
		return "array"
	}
	return ""
}
