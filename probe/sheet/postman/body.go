package postman

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const form = "application/x-www-form-urlencoded"

// body reads the body of a request in any of Postman's modes.
func (b *builder) body(m tree.Member) {
	n := m.Value
	if n.Kind == nearjson.String { // 1.0 style, met in collections that were converted
		b.raw(n, "")
		return
	}
	if n.Kind != nearjson.Object || isDisabled(n) {
		return
	}
	mode := plain(n.Get("mode"))
	content := n.Get(mode)
	if content == nil {
		return
	}
	switch mode {
	case "raw":
		b.raw(content, plain(n.Get("options").Get("raw").Get("language")))
	case "urlencoded":
		b.formFields(content, form)
	case "formdata":
		b.formFields(content, "multipart/form-data")
	case "graphql":
		b.graphQL(content)
	case "file":
		b.field(probe.FieldRequestBody, tree.Member{Value: content})
		b.note(sheet.Diagnose("sheet.ambiguous", probe.FieldRequestBody, content.At().At(), "the request body is a file that is not part of the collection", "ask the API owner for its content"))
	}
}

// languages are the media types of Postman's names for them.
var languages = map[string]string{"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "", "javascript": "application/javascript"}

func (b *builder) raw(n *tree.Node, language string) {
	t := b.level.vars.expand(n.Words())
	if t.IsBlank() {
		return
	}
	q := &b.sheet.Request
	body, ds := sheet.ReadExample(probe.FieldRequestBody, t)
	q.Body, q.Raw = body, t.String()
	b.note(slices.DeleteFunc(ds, func(d source.Diagnostic) bool { return onlyVariables(t) && d.Rule == "sheet.repaired-json" })...)
	b.field(probe.FieldRequestBody, tree.Member{Value: n})
	if _, stated := sheet.HeaderNamed(b.sheet.Headers, "Content-Type"); !stated {
		q.MediaType = languages[language]
	}
	b.mandatory(t)
}

// onlyVariables says that all that was repaired in a body are variables without quotes, which Postman fills before it sends.
func onlyVariables(t source.Text) bool {
	r, err := nearjson.Parse(t.TrimSpace())
	if err != nil || len(r.Duplicates) > 0 {
		return false
	}
	return !slices.ContainsFunc(r.Repairs, func(repair nearjson.Repair) bool {
		return repair.Kind != nearjson.BareTemplate || !strings.HasPrefix(repair.Before, "{{")
	})
}

// mandatory takes from remarks within the body which of its fields are mandatory. It reads the body as it is meant: in the collection all of
// its lines are one.
func (b *builder) mandatory(t source.Text) {
	if !strings.Contains(t.String(), "//") && !strings.Contains(t.String(), "/*") {
		return
	}
	read := sheet.Assemble(b.sheet.Document, []sheet.Fragment{{Field: probe.FieldRequestBody, Value: source.Unplaced(t.String())}})
	for _, f := range read.Request.Fields {
		if f.Mandatory != nil && f.In == probe.InBody {
			f.At = b.sheet.At.Of(probe.FieldRequestBody)
			b.sheet.Request.Fields = append(b.sheet.Request.Fields, f)
		}
	}
}

// formFields reads the fields of a form.
func (b *builder) formFields(n *tree.Node, mediaType string) {
	if n.Kind == nearjson.String { // a=1&b=2
		b.raw(n, "")
		return
	}
	for _, p := range n.Items {
		key := b.value(p.Get("key")).String()
		if key == "" || isDisabled(p) {
			continue
		}
		f := b.parameter(p, key, probe.InForm)
		if plain(p.Get("type")) == "file" {
			f.Value = ""
			b.note(sheet.Diagnose("sheet.ambiguous", probe.FieldRequestBody, p.At().At(), "the form field \""+key+"\" is a file that is not part of the collection", "ask the API owner for its content"))
		}
		b.addField(f, false)
	}
	if len(n.Items) > 0 {
		b.field(probe.FieldRequestBody, tree.Member{Value: n})
		if _, stated := sheet.HeaderNamed(b.sheet.Headers, "Content-Type"); !stated {
			b.sheet.Request.MediaType = mediaType
		}
	}
}

// graphQL puts query and variables together as they travel.
func (b *builder) graphQL(n *tree.Node) {
	query := b.level.vars.expand(n.Get("query").Words())
	if query.IsBlank() {
		return
	}
	members := []nearjson.Member{nearjson.NewMember("query", nearjson.NewString(query.String()))}
	if v := n.Get("variables"); v != nil && v.Kind == nearjson.Object {
		members = append(members, nearjson.NewMember("variables", v.JSON(tree.Notices{})))
	} else if t := b.level.vars.expand(v.Words()); !t.IsBlank() {
		if body, ds := sheet.ReadExample(probe.FieldRequestBody, t); body.Value != nil {
			members = append(members, nearjson.NewMember("variables", body.Value))
			b.note(ds...)
		}
	}
	q := &b.sheet.Request
	q.Body = probe.Body{Value: nearjson.NewObject(members...), At: n.At().At()}
	q.Raw = q.Body.Value.String()
	q.MediaType = "application/json"
	b.field(probe.FieldRequestBody, tree.Member{Value: n})
}
