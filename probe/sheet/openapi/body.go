package openapi

import (
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func (o *operation) requestBody(m tree.Member) {
	mediaType, content := media(o.doc.follow(m.Value).Get("content"))
	if content.Value == nil {
		return
	}
	o.field(probe.FieldRequestBody, m.At(), content.Value.At())
	o.request(content.Value, mediaType)
}

// swaggerBody reads the one parameter of Swagger 2.0 that is the body.
func (o *operation) swaggerBody(p *tree.Node) {
	consumes := o.node.Get("consumes")
	if consumes == nil {
		consumes = o.doc.root.Get("consumes")
	}
	mediaType := "application/json"
	for i, c := range items(consumes) {
		if s := strings.ToLower(plain(c)); i == 0 || strings.Contains(s, "json") {
			mediaType, _, _ = strings.Cut(s, ";")
		}
	}
	o.field(probe.FieldRequestBody, p.At(), p.At())
	o.request(p, mediaType)
}

func (o *operation) swaggerFormType() string {
	for _, list := range []*tree.Node{o.node.Get("consumes"), o.doc.root.Get("consumes")} {
		for _, c := range items(list) {
			if strings.Contains(plain(c), "form") {
				return plain(c)
			}
		}
	}
	return "application/x-www-form-urlencoded"
}

// request reads the media type of the request: its example, and what its schema says of the fields.
func (o *operation) request(n *tree.Node, mediaType string) {
	q := &o.sheet.Request
	q.MediaType = mediaType
	if strings.Contains(mediaType, "form") {
		o.form(n)
		return
	}
	examples := o.examples(probe.FieldRequestBody, n, mediaType)
	if len(examples) > 0 {
		q.Body, q.Raw = examples[0].body, examples[0].raw
	}
	if len(examples) > 1 {
		o.sheet.Diagnostics = append(o.sheet.Diagnostics, sheet.Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, examples[1].body.At,
			"a further request body is documented; the first one is sent", "write an operation of its own for each request"))
	}
	if q.Body.Value != nil {
		w := fieldWalk{doc: o.doc, operation: o, fields: &q.Fields}
		w.schema(n.Get("schema"), "")
	}
}

// form reads the fields of a form from the properties of its schema, and from its example.
func (o *operation) form(n *tree.Node) {
	schema := o.doc.flatten(n.Get("schema"))
	given := n.Get("example")
	if given == nil {
		given = o.firstExample(n)
	}
	if given == nil {
		given = o.doc.follow(n.Get("schema")).Get("example")
	}
	for _, p := range schema.properties {
		f := probe.RequestField{Name: p.Key, In: probe.InForm, Type: o.doc.typeOf(p.Value), Value: o.parameterValue(o.doc.follow(p.Value)), At: p.Whole().At()}
		f.Rules = o.rules(p.Value)
		if v := given.Get(p.Key); v != nil {
			f.Value = plain(v)
		}
		if schema.states {
			mandatory := !schema.isOptional(p.Key)
			f.Mandatory = &mandatory
		}
		o.addField(f)
	}
	if len(schema.properties) > 0 {
		return
	}
	for _, m := range members(given) {
		o.addField(probe.RequestField{Name: m.Key, In: probe.InForm, Value: plain(m.Value), At: m.Whole().At()})
	}
}

// fieldWalk lists what a schema says of the fields of a body.
type fieldWalk struct {
	doc       *document
	operation *operation
	fields    *[]probe.RequestField
	within    []*tree.Node
	choice    bool // the schema is one of several that a value may fit: what it rules out, another may allow
}

func (w *fieldWalk) schema(schema *tree.Node, pointer string) {
	const most = 500
	n := w.doc.follow(schema)
	if n == nil || len(w.within) > maxDepth {
		return
	}
	for _, outer := range w.within {
		if outer == n {
			return
		}
	}
	w.within = append(w.within, n)
	defer func() { w.within = w.within[:len(w.within)-1] }()
	if item := n.Get("items"); item != nil {
		w.schema(item, nearjson.AppendIndex(pointer, 0))
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		outer := w.choice
		w.choice = outer || len(items(n.Get(key))) > 1
		w.schema(firstItem(n.Get(key)), pointer)
		w.choice = outer
	}
	o := w.doc.flatten(n)
	for _, p := range o.properties {
		inner := w.doc.follow(p.Value)
		if inner == nil || isTrue(inner.Get("readOnly")) || len(*w.fields) >= most {
			continue
		}
		f := probe.RequestField{Name: p.Key, In: probe.InBody, Pointer: nearjson.AppendPointer(pointer, p.Key), Type: w.doc.typeOf(inner), At: p.At().At()}
		if !w.choice {
			f.Rules = w.operation.rules(inner)
		}
		if o.states {
			mandatory := !o.isOptional(p.Key)
			f.Mandatory = &mandatory
		}
		if v := w.operation.sheet.Request.Body.Value.Lookup(f.Pointer); v != nil && w.doc.isNullable(inner) {
			v.Nullable = true
		}
		*w.fields = append(*w.fields, f)
		w.schema(inner, f.Pointer)
	}
}

// responses reads all documented statuses: each is a status code, and an answer per example.
func (o *operation) responses(m tree.Member) {
	said := stated{doc: o.doc}
	for _, r := range members(m.Value) {
		n := o.doc.follow(r.Value)
		if strings.HasPrefix(r.Key, "x-") || strings.HasPrefix(r.Key, "1") {
			continue
		}
		description := firstLine(plain(n.Get("description")))
		status, err := strconv.Atoi(r.Key)
		if !strings.EqualFold(r.Key, "default") {
			o.sheet.StatusCodes = append(o.sheet.StatusCodes, probe.StatusCode{Code: r.Key, Message: description, Kind: probe.KindHTTP, At: r.Whole().At()})
			o.field(probe.FieldStatusCodes, m.At(), r.At())
		}
		f := probe.FieldSuccessResponse
		if r.Key[:min(1, len(r.Key))] >= "4" {
			f = probe.FieldErrorResponse
		}
		for _, e := range o.answers(f, n) {
			answer := probe.Response{Title: description, Body: e.body, Raw: e.raw, At: r.Whole().At()}
			if e.title != "" {
				answer.Title = e.title
			}
			if err == nil && status >= 100 && status <= 599 {
				answer.HTTPStatus = &status
			}
			o.answer(f, r, answer)
		}
		if schema := o.answerSchema(n); schema != nil {
			said.add(schema, outcomeOf(f))
		}
	}
	o.sheet.Overrides = said.overrides()
}

func outcomeOf(f probe.Field) probe.Outcome {
	if f == probe.FieldErrorResponse {
		return probe.OutcomeError
	}
	return probe.OutcomeSuccess
}

// answerSchema is the schema of the JSON of an answer; nil where none is given.
func (o *operation) answerSchema(n *tree.Node) *tree.Node {
	mediaType, content := media(n.Get("content"))
	switch {
	case content.Value == nil:
		return o.doc.follow(n.Get("schema")) // Swagger 2.0
	case !isJSON(mediaType):
		return nil
	}
	return o.doc.follow(content.Value.Get("schema"))
}

func (o *operation) answer(f probe.Field, m tree.Member, r probe.Response) {
	o.field(f, m.At(), m.Value.At())
	if f == probe.FieldErrorResponse {
		o.sheet.Errors = append(o.sheet.Errors, r)
		return
	}
	o.sheet.Success = append(o.sheet.Success, r)
}

// answers are the examples of one status; where it has none, one answer without a body.
func (o *operation) answers(f probe.Field, n *tree.Node) []example {
	var found []example
	if mediaType, content := media(n.Get("content")); content.Value != nil {
		found = o.examples(f, content.Value, mediaType)
	} else if mediaType, given := media(n.Get("examples")); given.Value != nil { // Swagger 2.0
		found = append(found, o.exampleOf(f, given.Value, mediaType))
	} else if schema := o.doc.follow(n.Get("schema")); schema != nil {
		found = o.assembled(schema, f)
	}
	if len(found) == 0 {
		found = append(found, example{})
	}
	return found
}
