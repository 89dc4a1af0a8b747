package native

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// read reads every sheet of a document. One that cannot be parsed does not keep the others from being read.
func read(in sheet.Input) sheet.Reading {
	doc, err := in.Decode()
	if err != nil {
		return sheet.Reading{
			Document:    source.NewDocument(in.Name, in.Data, ""),
			Diagnostics: source.Diagnostics{unreadable("", source.Span{}, err.Error(), "hand over a text file in UTF-8")},
		}
	}
	d := &documentReader{reading: sheet.Reading{Document: doc}}
	for _, part := range tree.Split(doc.Text()) {
		nodes, err := in.Parse(part)
		for _, n := range nodes {
			d.top(n)
		}
		var syntax *tree.Error
		if errors.As(err, &syntax) {
			d.note(unreadable("", syntax.At, syntax.Message, syntax.Hint()))
		}
	}
	if len(d.reading.Sheets) == 0 && len(d.reading.Diagnostics) == 0 {
		d.note(unreadable("", source.Span{}, "the document holds no sheet", "write at least name, method, url and success_response"))
	}
	d.reading.Diagnostics.Sort()
	return d.reading
}

// documentReader collects the sheets of a document.
type documentReader struct {
	reading sheet.Reading
}

func (d *documentReader) note(diagnostic source.Diagnostic) {
	d.reading.Diagnostics = append(d.reading.Diagnostics, diagnostic)
}

// top reads one document of the stream: a sheet, a list of sheets, or a map with the key apis.
func (d *documentReader) top(n *tree.Node) {
	switch {
	case n.Kind == nearjson.Null:
	case n.Kind == nearjson.Array:
		d.list(n)
	case n.Kind != nearjson.Object || n.IsTemplate():
		d.note(unreadable("", n.At().At(), "a sheet is a map of fields, and this is "+describe(n), "write one field per line, as in `method: POST`"))
	case n.Get(keyAPIs) != nil:
		d.apis(n)
	default:
		d.sheet(n)
	}
}

func (d *documentReader) list(n *tree.Node) {
	for _, item := range n.Items {
		if item.Kind != nearjson.Object || item.IsTemplate() {
			d.note(unreadable("", item.At().At(), "a sheet is a map of fields, and this item is "+describe(item), "write one map per API"))
			continue
		}
		d.sheet(item)
	}
}

// apis reads the map around a list of sheets. What stands beside the list belongs to no sheet.
func (d *documentReader) apis(n *tree.Node) {
	for _, m := range n.Members {
		switch {
		case m.Key != keyAPIs:
			d.note(unreadable("", m.At().At(), fmt.Sprintf("unknown key %q beside %q", m.Key, keyAPIs), "move it into each sheet of the list"))
		case m.Value.Kind == nearjson.Array:
			d.list(m.Value)
		default:
			d.note(unreadable("", m.Value.At().At(), fmt.Sprintf("%q is %s", keyAPIs, describe(m.Value)), "expected a list of sheets"))
		}
	}
}

func (d *documentReader) sheet(n *tree.Node) {
	r := &reader{sheet: &probe.Sheet{Document: d.reading.Document}}
	r.read(n)
	d.reading.Sheets = append(d.reading.Sheets, r.sheet)
}

// read reads the fields of one sheet. Fields with a null value are labels without a value: the document says that there is nothing.
func (r *reader) read(n *tree.Node) {
	members, ok := r.object("", n, "the sheet", sheetKeys())
	if !ok {
		return
	}
	for _, f := range probe.Fields {
		m, ok := members[string(f)]
		if !ok {
			continue
		}
		r.sheet.Labels.Set(f, m.At().At())
		r.sheet.At.Set(f, m.At().At())
		if m.Value.Kind != nearjson.Null {
			r.sheet.At.Set(f, m.Value.At().At())
			r.field(f, m.Value)
		}
	}
	r.beyond(members)
	sheet.Complete(r.sheet)
	if m, ok := members[keyFields]; ok {
		r.fieldTable(m.Value)
		sheet.CheckRules(r.sheet)
	}
	r.checkTestData()
	r.checkOverrides()
	r.sheet.Diagnostics.Sort()
}

func (r *reader) field(f probe.Field, n *tree.Node) {
	s := r.sheet
	switch f {
	case probe.FieldName:
		s.Name, _ = r.text(f, n, "name")
	case probe.FieldMethod:
		text, _ := r.text(f, n, "method")
		s.Method, _ = sheet.Method(text)
	case probe.FieldURL:
		s.URL, _ = r.text(f, n, "url")
	case probe.FieldHeaders:
		s.Headers = r.pairs(f, n, "headers")
	case probe.FieldRequestBody:
		s.Request.Body, s.Request.Raw = r.body(f, n)
	case probe.FieldSuccessResponse:
		s.Success = r.responses(f, n)
	case probe.FieldErrorResponse:
		s.Errors = r.responses(f, n)
	case probe.FieldPartnerCode:
		s.PartnerCode, _ = r.text(f, n, "partner_code")
	case probe.FieldCredentials:
		s.Credentials = r.credentials(n)
	case probe.FieldStatusCodes:
		s.StatusCodes = r.statusCodes(n)
	}
}

// pairs reads names and values: a map, whose values may be lists where a name stands several times, or a list of {name, value}, of maps of one
// name, or of texts such as "X-Key: a".
func (r *reader) pairs(f probe.Field, n *tree.Node, what string) []probe.Header {
	var pairs []probe.Header
	add := func(name string, at source.Text, value *tree.Node) {
		if text, ok := r.named(f, value, what, name); ok || value.Kind == nearjson.Null {
			pairs = append(pairs, probe.Header{Name: name, Value: text, At: at.At()})
		}
	}
	switch {
	case n.Kind == nearjson.Object && !n.IsTemplate():
		for _, m := range r.names(f, n) {
			values := []*tree.Node{m.Value}
			if m.Value.Kind == nearjson.Array {
				values = m.Value.Items
			}
			for _, v := range values {
				add(m.Key, m.At().Join(v.At()), v)
			}
		}
	case n.Kind == nearjson.Array:
		for _, item := range n.Items {
			if name, value, ok := lonePair(item); ok {
				add(name, item.At(), value)
			} else if members, ok := r.object(f, item, "an item of "+what, pairKeys); ok {
				if name, value, ok := r.pair(f, item, members); ok {
					add(name, item.At(), value)
				}
			}
		}
	default:
		r.wrongType(f, n, what, "a map of names and values")
	}
	return pairs
}

// lonePair reads an item that is one name with its value: {X-Key: a} or "X-Key: a".
func lonePair(n *tree.Node) (name string, value *tree.Node, ok bool) {
	if n.Kind == nearjson.Object && !n.IsTemplate() && len(n.Members) == 1 {
		m := n.Members[0]
		return m.Key, m.Value, m.Key != keyName && m.Key != keyValue
	}
	name, rest, ok := strings.Cut(n.Text, ":")
	if name = strings.TrimSpace(name); n.Kind != nearjson.String || !ok || name == "" || strings.HasPrefix(rest, "//") {
		return "", nil, false
	}
	return name, &tree.Node{Kind: nearjson.String, Text: strings.TrimSpace(rest)}, true
}

func (r *reader) pair(f probe.Field, n *tree.Node, members map[string]tree.Member) (name string, value *tree.Node, ok bool) {
	m, ok := members[keyName]
	if !ok {
		r.fail(f, n.At(), fmt.Sprintf("the item has no %q", keyName), "write {name: ..., value: ...}")
		return "", nil, false
	}
	if _, ok = r.text(f, m.Value, keyName); ok {
		name = m.Value.Written()
	}
	if v, given := members[keyValue]; given {
		return name, v.Value, ok
	}
	return name, &tree.Node{Kind: nearjson.Null}, ok
}

// credentials reads names and values like headers, and a list of bare names as well.
func (r *reader) credentials(n *tree.Node) []probe.Credential {
	var found []probe.Credential
	if n.Kind == nearjson.Array && len(n.Items) > 0 && n.Items[0].Kind == nearjson.String {
		for _, item := range n.Items {
			if name, value, ok := lonePair(item); ok {
				text, _ := r.text(probe.FieldCredentials, value, name)
				found = append(found, probe.Credential{Name: name, Value: text, At: item.At().At()})
			} else if name, ok := r.text(probe.FieldCredentials, item, "credential"); ok {
				found = append(found, probe.Credential{Name: name, At: item.At().At()})
			}
		}
		return found
	}
	for _, p := range r.pairs(probe.FieldCredentials, n, "credentials") {
		found = append(found, probe.Credential(p))
	}
	return found
}

// statusCodes reads a map of codes and what they mean, a list of {code, message, kind, http_status}, or a list of bare codes.
func (r *reader) statusCodes(n *tree.Node) []probe.StatusCode {
	const f = probe.FieldStatusCodes
	var rows []probe.StatusCode
	switch {
	case n.Kind == nearjson.Object && !n.IsTemplate():
		for _, m := range r.names(f, n) {
			rows = append(rows, r.meaning(m))
		}
	case n.Kind == nearjson.Array:
		for _, item := range n.Items {
			if row, ok := r.codeRow(item); ok {
				rows = append(rows, row)
			}
		}
	default:
		r.wrongType(f, n, "status_codes", "a map of codes and messages")
	}
	return rows
}

// meaning reads what stands beside a code: its message, or {message, http_status}.
func (r *reader) meaning(m tree.Member) probe.StatusCode {
	const f = probe.FieldStatusCodes
	row := probe.StatusCode{Code: m.Key, At: m.Whole().At()}
	if m.Value.Kind != nearjson.Object || m.Value.IsTemplate() {
		row.Message, _ = r.named(f, m.Value, "the message of code", m.Key)
		return row
	}
	members, _ := r.object(f, m.Value, fmt.Sprintf("the meaning of code %q", m.Key), meaningKeys)
	r.meant(members, &row)
	return row
}

// meant takes in the message of a code, and the HTTP status that is tied to it.
func (r *reader) meant(members map[string]tree.Member, row *probe.StatusCode) {
	const f = probe.FieldStatusCodes
	if m, given := members[keyMessage]; given {
		row.Message, _ = r.text(f, m.Value, keyMessage)
	}
	if m, given := members[keyHTTPStatus]; given {
		if status := r.httpStatus(f, m.Value); status != nil {
			row.HTTPStatus = *status
		}
	}
}

func (r *reader) codeRow(n *tree.Node) (row probe.StatusCode, ok bool) {
	const f = probe.FieldStatusCodes
	row.At = n.At().At()
	if n.Kind != nearjson.Object {
		row.Code, ok = r.text(f, n, "a status code")
		return row, ok
	}
	members, _ := r.object(f, n, "a status code", codeRowKeys)
	m, ok := members[keyCode]
	if !ok {
		r.fail(f, n.At(), fmt.Sprintf("the status code has no %q", keyCode), "write {code: ..., message: ...}")
		return row, false
	}
	row.Code, ok = r.text(f, m.Value, keyCode)
	r.meant(members, &row)
	if m, given := members[keyKind]; given {
		row.Kind = r.oneOf(f, m.Value, keyKind, probe.KindHTTP, probe.KindBusiness)
	}
	return row, ok
}

// oneOf reads a word of a fixed set; "" where it is none of them.
func (r *reader) oneOf(f probe.Field, n *tree.Node, what string, words ...string) string {
	text, ok := r.text(f, n, what)
	if !ok {
		return ""
	}
	for _, w := range words {
		if w == text {
			return w
		}
	}
	hint := "use one of " + strings.Join(words, ", ")
	if guess := sheet.Nearest(text, words); guess != "" {
		hint = fmt.Sprintf("did you mean %q?", guess)
	}
	r.fail(f, n.At(), fmt.Sprintf("%s is %q", what, text), hint)
	return ""
}
