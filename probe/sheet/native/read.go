package native

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// read reads every sheet of a document. One that cannot be parsed does not keep the others from being read.
func read(in sheet.Input) sheet.Reading {
	doc, err := source.Decode(in.Name, in.Data)
	if err != nil {
		return sheet.Reading{
			Document:    source.NewDocument(in.Name, in.Data, ""),
			Diagnostics: source.Diagnostics{unreadable("", source.Span{}, err.Error(), "hand over a text file in UTF-8")},
		}
	}
	d := &documentReader{reading: sheet.Reading{Document: doc}}
	for _, part := range split(doc.Text()) {
		nodes, err := tree(part)
		for _, n := range nodes {
			d.top(n)
		}
		var syntax *syntaxError
		if errors.As(err, &syntax) {
			d.note(unreadable("", syntax.at, syntax.message, syntax.hint()))
		}
	}
	if len(d.reading.Sheets) == 0 && len(d.reading.Diagnostics) == 0 {
		d.note(unreadable("", source.Span{}, "the document holds no sheet", "write at least name, method, url and success_response"))
	}
	d.reading.Diagnostics.Sort()
	return d.reading
}

// tree parses one document. What is JSON by RFC 8259 is read as such: YAML 1.1 and JSON differ in escapes and in long keys.
func tree(t source.Text) ([]*node, error) {
	if trimmed := t.TrimSpace(); trimmed.Len() > 0 && strings.IndexByte("{[", trimmed.String()[0]) >= 0 {
		if v, duplicates, err := nearjson.ParseStrict(trimmed); err == nil && v != nil && len(duplicates) == 0 {
			return []*node{fromJSON(v, t)}, nil
		}
	}
	nodes, err := parse(t)
	return nodes, err
}

// split cuts a stream at the lines that start a document (---), so that a mistake in one leaves the others readable.
func split(t source.Text) []source.Text {
	var parts []source.Text
	s := t.String()
	from := 0
	for at := 0; at < len(s); {
		if at > from && isDocumentStart(s[at:]) && strings.TrimSpace(s[from:at]) != "" && !onlyDirectives(s[from:at]) {
			parts = append(parts, t.Slice(from, at))
			from = at
		}
		end := strings.IndexAny(s[at:], "\r\n")
		if end < 0 {
			break
		}
		at += end + 1
	}
	return append(parts, t.Slice(from, len(s)))
}

func isDocumentStart(s string) bool {
	return strings.HasPrefix(s, "---") && (len(s) == 3 || strings.IndexByte(" \t\r\n", s[3]) >= 0)
}

// onlyDirectives says that there is nothing but comments and directives (%YAML), which belong to the document behind them.
func onlyDirectives(s string) bool {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

// documentReader collects the sheets of a document.
type documentReader struct {
	reading sheet.Reading
}

func (d *documentReader) note(diagnostic source.Diagnostic) {
	d.reading.Diagnostics = append(d.reading.Diagnostics, diagnostic)
}

// top reads one document of the stream: a sheet, a list of sheets, or a map with the key apis.
func (d *documentReader) top(n *node) {
	switch {
	case n.kind == nearjson.Null:
	case n.kind == nearjson.Array:
		d.list(n)
	case n.kind != nearjson.Object || isTemplate(n):
		d.note(unreadable("", n.at().At(), "a sheet is a map of fields, and this is "+describe(n), "write one field per line, as in `method: POST`"))
	case n.member(keyAPIs) != nil:
		d.apis(n)
	default:
		d.sheet(n)
	}
}

func (d *documentReader) list(n *node) {
	for _, item := range n.items {
		if item.kind != nearjson.Object || isTemplate(item) {
			d.note(unreadable("", item.at().At(), "a sheet is a map of fields, and this item is "+describe(item), "write one map per API"))
			continue
		}
		d.sheet(item)
	}
}

// apis reads the map around a list of sheets. What stands beside the list belongs to no sheet.
func (d *documentReader) apis(n *node) {
	for _, m := range n.members {
		switch {
		case m.key != keyAPIs:
			d.note(unreadable("", m.at().At(), fmt.Sprintf("unknown key %q beside %q", m.key, keyAPIs), "move it into each sheet of the list"))
		case m.value.kind == nearjson.Array:
			d.list(m.value)
		default:
			d.note(unreadable("", m.value.at().At(), fmt.Sprintf("%q is %s", keyAPIs, describe(m.value)), "expected a list of sheets"))
		}
	}
}

func (d *documentReader) sheet(n *node) {
	r := &reader{sheet: &probe.Sheet{
		Document: d.reading.Document,
		At:       map[probe.Field]source.Span{},
		Labels:   map[probe.Field]source.Span{},
	}}
	r.read(n)
	d.reading.Sheets = append(d.reading.Sheets, r.sheet)
}

// member returns the value of a key, or nil.
func (n *node) member(key string) *node {
	for i := range n.members {
		if n.members[i].key == key {
			return n.members[i].value
		}
	}
	return nil
}

// read reads the fields of one sheet. Fields with a null value are labels without a value: the document says that there is nothing.
func (r *reader) read(n *node) {
	members, ok := r.object("", n, "the sheet", sheetKeys())
	if !ok {
		return
	}
	for _, f := range probe.Fields {
		m, ok := members[string(f)]
		if !ok {
			continue
		}
		r.sheet.Labels[f] = m.at().At()
		r.sheet.At[f] = m.at().At()
		if m.value.kind != nearjson.Null {
			r.sheet.At[f] = m.value.at().At()
			r.field(f, m.value)
		}
	}
	r.beyond(members)
	sheet.Complete(r.sheet)
	if m, ok := members[keyFields]; ok {
		r.fieldTable(m.value)
	}
	r.checkTestData()
	r.sheet.Diagnostics.Sort()
}

func (r *reader) field(f probe.Field, n *node) {
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

// pairs reads names and values: a map, whose values may be lists where a name stands several times, or a list of {name, value}.
func (r *reader) pairs(f probe.Field, n *node, what string) []probe.Header {
	var pairs []probe.Header
	add := func(name string, at source.Text, value *node) {
		if text, ok := r.text(f, value, fmt.Sprintf("%s %q", what, name)); ok || value.kind == nearjson.Null {
			pairs = append(pairs, probe.Header{Name: name, Value: text, At: at.At()})
		}
	}
	switch {
	case n.kind == nearjson.Object && !isTemplate(n):
		for _, m := range r.names(f, n) {
			values := []*node{m.value}
			if m.value.kind == nearjson.Array {
				values = m.value.items
			}
			for _, v := range values {
				add(m.key, m.at().Join(v.at()), v)
			}
		}
	case n.kind == nearjson.Array:
		for _, item := range n.items {
			if members, ok := r.object(f, item, "an item of "+what, pairKeys); ok {
				if name, value, ok := r.pair(f, item, members); ok {
					add(name, item.at(), value)
				}
			}
		}
	default:
		r.wrongType(f, n, what, "a map of names and values")
	}
	return pairs
}

func (r *reader) pair(f probe.Field, n *node, members map[string]member) (name string, value *node, ok bool) {
	m, ok := members[keyName]
	if !ok {
		r.fail(f, n.at(), fmt.Sprintf("the item has no %q", keyName), "write {name: ..., value: ...}")
		return "", nil, false
	}
	if _, ok = r.text(f, m.value, keyName); ok {
		name = m.value.written()
	}
	if v, given := members[keyValue]; given {
		return name, v.value, ok
	}
	return name, &node{kind: nearjson.Null}, ok
}

// credentials reads names and values like headers, and a list of bare names as well.
func (r *reader) credentials(n *node) []probe.Credential {
	var found []probe.Credential
	if n.kind == nearjson.Array && len(n.items) > 0 && n.items[0].kind == nearjson.String {
		for _, item := range n.items {
			if name, ok := r.text(probe.FieldCredentials, item, "credential"); ok {
				found = append(found, probe.Credential{Name: name, At: item.at().At()})
			}
		}
		return found
	}
	for _, p := range r.pairs(probe.FieldCredentials, n, "credentials") {
		found = append(found, probe.Credential(p))
	}
	return found
}

// statusCodes reads a map of codes and messages, a list of {code, message, kind}, or a list of bare codes.
func (r *reader) statusCodes(n *node) []probe.StatusCode {
	const f = probe.FieldStatusCodes
	var rows []probe.StatusCode
	switch {
	case n.kind == nearjson.Object && !isTemplate(n):
		for _, m := range r.names(f, n) {
			message, _ := r.text(f, m.value, fmt.Sprintf("the message of code %q", m.key))
			rows = append(rows, probe.StatusCode{Code: m.key, Message: message, At: m.whole().At()})
		}
	case n.kind == nearjson.Array:
		for _, item := range n.items {
			if row, ok := r.codeRow(item); ok {
				rows = append(rows, row)
			}
		}
	default:
		r.wrongType(f, n, "status_codes", "a map of codes and messages")
	}
	return rows
}

func (r *reader) codeRow(n *node) (row probe.StatusCode, ok bool) {
	const f = probe.FieldStatusCodes
	row.At = n.at().At()
	if n.kind != nearjson.Object {
		row.Code, ok = r.text(f, n, "a status code")
		return row, ok
	}
	members, _ := r.object(f, n, "a status code", codeRowKeys)
	m, ok := members[keyCode]
	if !ok {
		r.fail(f, n.at(), fmt.Sprintf("the status code has no %q", keyCode), "write {code: ..., message: ...}")
		return row, false
	}
	row.Code, ok = r.text(f, m.value, keyCode)
	if m, given := members[keyMessage]; given {
		row.Message, _ = r.text(f, m.value, keyMessage)
	}
	if m, given := members[keyKind]; given {
		row.Kind = r.oneOf(f, m.value, keyKind, probe.KindHTTP, probe.KindBusiness)
	}
	return row, ok
}

// oneOf reads a word of a fixed set; "" where it is none of them.
func (r *reader) oneOf(f probe.Field, n *node, what string, words ...string) string {
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
	r.fail(f, n.at(), fmt.Sprintf("%s is %q", what, text), hint)
	return ""
}
