package native

import (
	"bytes"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Marshal writes sheets in the native YAML form, one document each, so that reading it again gives the same sheets. Examples are written
// as they were understood, repaired; only where that would lose something, such as an ellipsis, the text of the example is written.
func Marshal(sheets []*probe.Sheet) ([]byte, error) {
	var out bytes.Buffer
	dumper, err := yaml.NewDumper(&out, yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		if err := dumper.Dump(sheetNode(s)); err != nil {
			return nil, err
		}
	}
	if err := dumper.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// fields is a map in the making.
type fields struct{ yaml.Node }

func newMap() *fields { return &fields{yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}} }

func (m *fields) put(key string, value *yaml.Node) {
	m.Content = append(m.Content, str(key), value)
}

func (m *fields) putText(key, text string) {
	if text != "" {
		m.put(key, str(text))
	}
}

func list() *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
}

func sheetNode(s *probe.Sheet) *yaml.Node {
	m := newMap()
	for _, f := range probe.Fields {
		value := fieldNode(s, f)
		if _, labelled := s.Labels.Find(f); value == nil && labelled {
			value = null()
		}
		if value != nil {
			m.put(string(f), value)
		}
	}
	putInputs(m, &s.Request, s.URL)
	putMediaType(m, s)
	putFieldTable(m, s)
	putTestData(m, s.TestData)
	if ms := s.Limits.MaxResponseMS; ms != 0 {
		limits := newMap()
		limits.put(keyMaxResponse, plain(strconv.Itoa(ms)))
		m.put(keyLimits, &limits.Node)
	}
	putChain(m, s)
	putCallback(m, s.Callback)
	putPoll(m, s.Poll)
	if len(s.Overrides) > 0 {
		m.put(keyOverrides, OverridesNode(s.Overrides))
	}
	return &m.Node
}

// fieldNode writes one of the ten fields; nil where it has no value.
func fieldNode(s *probe.Sheet, f probe.Field) *yaml.Node {
	switch f {
	case probe.FieldName:
		return strOrNil(s.Name)
	case probe.FieldMethod:
		return strOrNil(s.Method)
	case probe.FieldURL:
		return strOrNil(s.URL)
	case probe.FieldHeaders:
		return pairsNode(s.Headers)
	case probe.FieldRequestBody:
		return bodyNode(s.Request.Body, s.Request.Raw)
	case probe.FieldSuccessResponse:
		return responsesNode(f, s.Success, s.StatusCodes)
	case probe.FieldErrorResponse:
		return responsesNode(f, s.Errors, s.StatusCodes)
	case probe.FieldPartnerCode:
		return strOrNil(s.PartnerCode)
	case probe.FieldCredentials:
		return credentialsNode(s.Credentials)
	case probe.FieldStatusCodes:
		return statusCodesNode(s.StatusCodes)
	}
	return nil
}

// pairsNode writes names and values: a map, or a list where a name stands twice.
func pairsNode(pairs []probe.Header) *yaml.Node {
	if len(pairs) == 0 {
		return nil
	}
	m, items, seen := newMap(), list(), map[string]bool{}
	for _, p := range pairs {
		seen[p.Name] = true
		value := str(p.Value)
		if p.Value == "" {
			value = null()
		}
		m.put(p.Name, value)
		item := newMap()
		item.put(keyName, str(p.Name))
		item.put(keyValue, value)
		items.Content = append(items.Content, &item.Node)
	}
	if len(seen) < len(pairs) {
		return items
	}
	return &m.Node
}

func credentialsNode(credentials []probe.Credential) *yaml.Node {
	pairs := make([]probe.Header, len(credentials))
	for i, c := range credentials {
		pairs[i] = probe.Header{Name: c.Name, Value: c.Value}
	}
	return pairsNode(pairs)
}

// statusCodesNode writes a map of codes and messages, or a list where a code stands twice or its kind does not follow from its form.
func statusCodesNode(rows []probe.StatusCode) *yaml.Node {
	if len(rows) == 0 {
		return nil
	}
	m, items, seen, simple := newMap(), list(), map[string]bool{}, true
	for _, row := range rows {
		simple = simple && !seen[row.Code] && row.Kind == sheet.CodeKind(row.Code)
		seen[row.Code] = true
		m.put(row.Code, meaningNode(row))
		item := newMap()
		item.put(keyCode, str(row.Code))
		item.putText(keyMessage, row.Message)
		item.putText(keyKind, row.Kind)
		putStatus(item, row)
		items.Content = append(items.Content, &item.Node)
	}
	if !simple {
		return items
	}
	return &m.Node
}

// meaningNode writes what a code means: its message, and beside it the HTTP status where the row ties one to it.
func meaningNode(row probe.StatusCode) *yaml.Node {
	switch {
	case row.HTTPStatus != 0:
		m := newMap()
		m.putText(keyMessage, row.Message)
		putStatus(m, row)
		return &m.Node
	case row.Message == "":
		return null()
	}
	return str(row.Message)
}

func putStatus(m *fields, row probe.StatusCode) {
	if row.HTTPStatus != 0 {
		m.put(keyHTTPStatus, plain(strconv.Itoa(row.HTTPStatus)))
	}
}

// putInputs writes the query, path and form fields that neither the URL nor the body shows already.
func putInputs(m *fields, q *probe.RequestSpec, url string) {
	shown := map[string]string{}
	for _, f := range slices.Concat(sheet.URLFields(url, source.Span{}), sheet.FormFields(q)) {
		shown[f.In+" "+f.Name] = f.Value
	}
	for _, part := range []struct{ key, in string }{{keyQuery, probe.InQuery}, {keyPath, probe.InPath}, {keyForm, probe.InForm}} {
		var pairs []probe.Header
		for _, f := range q.Fields {
			if value, ok := shown[f.In+" "+f.Name]; f.In == part.in && (!ok || value != f.Value) {
				pairs = append(pairs, probe.Header{Name: f.Name, Value: f.Value})
			}
		}
		if node := pairsNode(pairs); node != nil {
			m.put(part.key, node)
		}
	}
}

// putMediaType writes the media type of the request where it does not follow from the headers, the example and the fields.
func putMediaType(m *fields, s *probe.Sheet) {
	derived := probe.Sheet{URL: s.URL, Headers: s.Headers, Request: probe.RequestSpec{Body: s.Request.Body, Fields: slices.Clone(s.Request.Fields)}}
	sheet.Complete(&derived)
	if s.Request.MediaType != "" && s.Request.MediaType != derived.Request.MediaType {
		m.put(keyMediaType, str(s.Request.MediaType))
	}
}

// putFieldTable writes what the example does not show of the fields: whether they are mandatory, their stated type, and those that it
// leaves out.
func putFieldTable(m *fields, s *probe.Sheet) {
	shown := map[string]probe.RequestField{}
	for _, f := range sheet.BodyFields(s.Request.Body.Value) {
		shown[f.Pointer] = f
	}
	table := newMap()
	for _, f := range s.Request.Fields {
		entry := newMap()
		known, inExample := shown[f.Pointer]
		if f.In != probe.InBody {
			known, inExample = probe.RequestField{}, true
		}
		if f.Mandatory != nil {
			entry.put(keyMandatory, plain(strconv.FormatBool(*f.Mandatory)))
		}
		if f.Type != known.Type && slices.Contains(jsonTypes, f.Type) {
			entry.put(keyType, str(f.Type))
		}
		putRules(entry, f.Rules)
		if len(entry.Content) == 0 && inExample {
			continue
		}
		if f.In != probe.InBody || !inExample {
			entry.put(keyIn, str(f.In))
		}
		table.put(fieldEntryName(f), &entry.Node)
	}
	if len(table.Content) > 0 {
		m.put(keyFields, &table.Node)
	}
}

// fieldEntryName is the name of a field at the top of the body or outside it, and else its pointer.
func fieldEntryName(f probe.RequestField) string {
	if f.In == probe.InBody && f.Pointer != "/"+f.Name {
		return f.Pointer
	}
	return f.Name
}

func putTestData(m *fields, rows []probe.TestDatum) {
	items := list()
	for _, row := range rows {
		item := newMap()
		for _, v := range row.Values {
			item.put(v.Name, str(v.Value))
		}
		item.putText(keyExpect, row.Expect)
		items.Content = append(items.Content, &item.Node)
	}
	if len(items.Content) > 0 {
		m.put(keyTestData, items)
	}
}
