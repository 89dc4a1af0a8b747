package openapi

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// operation makes the sheet of one operation.
type operation struct {
	doc          *document
	sheet        *probe.Sheet
	path, method tree.Member
	item, node   *tree.Node
}

func newOperation(d *document, path tree.Member, item *tree.Node, method tree.Member) *operation {
	return &operation{doc: d, path: path, item: item, method: method, node: method.Value, sheet: &probe.Sheet{Document: d.reading.Document}}
}

// field remembers where a field stands.
func (o *operation) field(f probe.Field, label, value source.Text) {
	if _, ok := o.sheet.At.Find(f); !ok {
		o.sheet.At.Set(f, value.At())
		o.sheet.Labels.Set(f, label.At())
	}
}

func (o *operation) read() {
	s := o.sheet
	o.name()
	s.Method = strings.ToUpper(o.method.Key)
	o.field(probe.FieldMethod, o.method.At(), o.method.At())
	s.URL = o.doc.server(o.node.Get("servers"), o.item.Get("servers"), o.doc.root.Get("servers"))
	s.URL = strings.TrimRight(s.URL, "/") + "/" + strings.TrimLeft(o.path.Key, "/")
	o.field(probe.FieldURL, o.path.At(), o.path.At())
	o.security()
	o.parameters()
	if m, ok := o.node.Find("requestBody"); ok {
		o.requestBody(m)
	}
	if m, ok := o.node.Find("responses"); ok {
		o.responses(m)
	}
	o.callbacks()
	o.aside(o.node.Get("description").Words())
	sheet.Complete(s)
	sheet.SpokenRules(s, o.node.Get("description").Words())
	sheet.CheckRules(s)
	s.Diagnostics.Sort()
}

func (o *operation) name() {
	for _, key := range []string{"summary", "operationId"} {
		if m, ok := o.node.Find(key); ok && plain(m.Value) != "" {
			o.sheet.Name = strings.Join(strings.Fields(plain(m.Value)), " ")
			o.field(probe.FieldName, m.At(), m.Value.At())
			return
		}
	}
	o.sheet.Name = strings.ToUpper(o.method.Key) + " " + o.path.Key
	o.field(probe.FieldName, o.path.At(), o.path.At())
}

// aside takes from the description what the operation itself cannot say.
func (o *operation) aside(words source.Text) {
	s := o.sheet
	said := text.ReadAside(s.Document, words)
	if said == nil {
		return
	}
	s.PartnerCode, s.Credentials = said.PartnerCode, said.Credentials
	for _, c := range said.StatusCodes {
		if !sheet.InTable(c.Code, s.StatusCodes) {
			s.StatusCodes = append(s.StatusCodes, c)
		}
	}
	s.At.Add(said.At)
	s.Labels.Add(said.Labels)
}

// parameters reads those of the operation, and those of its path that it does not replace.
func (o *operation) parameters() {
	seen := map[string]bool{}
	for _, list := range []*tree.Node{o.node.Get("parameters"), o.item.Get("parameters")} {
		for _, p := range items(list) {
			p = o.doc.follow(p)
			key := plain(p.Get("in")) + " " + plain(p.Get("name"))
			if p == nil || seen[key] {
				continue
			}
			seen[key] = true
			o.parameter(p)
		}
	}
}

func (o *operation) parameter(p *tree.Node) {
	name, in := plain(p.Get("name")), strings.ToLower(plain(p.Get("in")))
	if in == "body" { // Swagger 2.0
		o.swaggerBody(p)
		return
	}
	f := probe.RequestField{Name: name, At: p.At().At(), Value: o.parameterValue(p)}
	if kind := o.doc.typeOf(o.schemaOf(p)); kind != "" {
		f.Type = kind
	}
	f.Rules = o.rules(o.schemaOf(p))
	mandatory := isTrue(p.Get("required")) || in == "path"
	f.Mandatory = &mandatory
	switch in {
	case "header":
		o.headerParameter(f)
	case "cookie":
		if f.Value != "" || mandatory {
			o.cookie(name, f.Value, p)
		}
	case "formdata": // Swagger 2.0
		f.In = probe.InForm
		o.addField(f)
		o.sheet.Request.MediaType = o.swaggerFormType()
		o.field(probe.FieldRequestBody, p.At(), p.At())
	case "query", "path":
		if f.In = in; in == probe.InPath && f.Value == "" {
			f.Value = "{" + name + "}"
		}
		o.addField(f)
	}
}

// rules is what a schema says of the values of a field.
func (o *operation) rules(schema *tree.Node) probe.FieldRules {
	rules, said := o.doc.rulesOf(schema)
	o.sheet.Diagnostics = append(o.sheet.Diagnostics, said...)
	return rules
}

func (o *operation) addField(f probe.RequestField) {
	o.sheet.Request.Fields = append(o.sheet.Request.Fields, f)
}

// schemaOf is the schema of a parameter: its own, that of its only media type or, in Swagger 2.0, the parameter itself.
func (o *operation) schemaOf(p *tree.Node) *tree.Node {
	if s := p.Get("schema"); s != nil {
		return o.doc.follow(s)
	}
	if content := members(p.Get("content")); len(content) > 0 {
		return o.doc.follow(content[0].Value.Get("schema"))
	}
	return p
}

// parameterValue is the example of a parameter, as it travels; "" where it has none.
func (o *operation) parameterValue(p *tree.Node) string {
	schema := o.schemaOf(p)
	for _, n := range []*tree.Node{
		p.Get("example"), o.firstExample(p), p.Get("x-example"),
		schema.Get("example"), firstItem(schema.Get("examples")), schema.Get("default"), firstItem(schema.Get("enum")),
	} {
		switch {
		case n == nil || n.Kind == nearjson.Null:
		case n.Kind == nearjson.Array:
			var parts []string
			for _, item := range n.Items {
				parts = append(parts, plain(item))
			}
			return strings.Join(parts, ",")
		case plain(n) != "":
			return plain(n)
		}
	}
	return ""
}

func firstItem(n *tree.Node) *tree.Node {
	if list := items(n); len(list) > 0 {
		return list[0]
	}
	return nil
}

// firstExample is the value of the first of several named examples.
func (o *operation) firstExample(n *tree.Node) *tree.Node {
	for _, m := range members(n.Get("examples")) {
		if v := o.doc.follow(m.Value).Get("value"); v != nil {
			return v
		}
	}
	return nil
}

// headerParameter adds a header that has a value, or that must have one.
func (o *operation) headerParameter(f probe.RequestField) {
	if f.Value == "" {
		if !*f.Mandatory {
			return
		}
		f.Value = "<<" + f.Name + ">>"
	}
	h := probe.Header{Name: f.Name, Value: f.Value, At: f.At}
	if _, ok := sheet.HeaderNamed(o.sheet.Headers, f.Name); ok && strings.EqualFold(f.Name, "Authorization") {
		return // the security scheme says it better
	}
	o.sheet.Headers = append(o.sheet.Headers, h)
	if _, ok := o.sheet.At.Find(probe.FieldHeaders); !ok {
		o.sheet.At.Set(probe.FieldHeaders, f.At)
		o.sheet.Labels.Set(probe.FieldHeaders, f.At)
	}
}
