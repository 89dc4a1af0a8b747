package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// jsonTypes are the type names of JSON Schema.
var jsonTypes = []string{"string", "number", "integer", "boolean", "array", "object", "null"}

// beyond reads what stands beside the ten fields, except for the table of fields, which needs the request to be complete.
func (r *reader) beyond(members map[string]tree.Member) {
	for _, part := range []struct{ key, in string }{{keyQuery, probe.InQuery}, {keyPath, probe.InPath}, {keyForm, probe.InForm}} {
		m, ok := members[part.key]
		if !ok || m.Value.Kind == nearjson.Null {
			continue
		}
		for _, p := range r.pairs(probe.FieldRequestBody, m.Value, part.key) {
			r.sheet.Request.Fields = append(r.sheet.Request.Fields, probe.RequestField{Name: p.Name, In: part.in, Value: p.Value, At: p.At})
		}
	}
	if m, ok := members[keyMediaType]; ok {
		if mediaType, ok := r.text(probe.FieldRequestBody, m.Value, keyMediaType); ok {
			r.sheet.Request.MediaType = strings.ToLower(strings.TrimSpace(mediaType))
		}
	}
	if m, ok := members[keyTestData]; ok {
		r.testData(m.Value)
	}
	if m, ok := members[keyLimits]; ok {
		r.limits(m.Value)
	}
	if m, ok := members[keyCallback]; ok {
		r.sheet.Callback = r.callback(m.Value)
	}
	if m, ok := members[keyPoll]; ok {
		r.sheet.Poll = r.poll(m.Value)
	}
	if m, ok := members[keyOverrides]; ok {
		r.overrides(m.Value)
	}
	if m, ok := members[keyAuth]; ok {
		r.sheet.Auth = r.auth(m.Value)
	}
	if m, ok := members[keyCapture]; ok {
		r.sheet.Capture = r.captures(m.Value)
	}
	if m, ok := members[keyNeeds]; ok {
		r.sheet.Needs = r.needs(m.Value)
	}
}

// testData reads rows of values for request fields, each with the outcome to expect.
func (r *reader) testData(n *tree.Node) {
	switch n.Kind {
	case nearjson.Null:
		return
	case nearjson.Array:
	default:
		r.wrongType(probe.FieldRequestBody, n, keyTestData, "a list of maps, as in [{mobileNo: \"9000000001\", expect: success}]")
		return
	}
	r.sheet.TestData = slices.Grow(r.sheet.TestData, len(n.Items))
	for _, item := range n.Items {
		if item.Kind != nearjson.Object {
			r.wrongType(probe.FieldRequestBody, item, "a row of test_data", "a map of request fields and values")
			continue
		}
		r.sheet.TestData = append(r.sheet.TestData, r.testRow(item))
	}
}

func (r *reader) testRow(n *tree.Node) probe.TestDatum {
	row := probe.TestDatum{At: n.At().At()}
	names := r.names(probe.FieldRequestBody, n)
	if _, ok := n.Find(keyExpect); ok {
		row.Values = make([]probe.Header, 0, len(names)-1)
	}
	for _, m := range names {
		text, ok := r.named(probe.FieldRequestBody, m.Value, "test data", m.Key)
		switch {
		case m.Key == keyExpect:
			row.Expect = text
		case ok || m.Value.Kind == nearjson.Null:
			row.Values = append(row.Values, probe.Header{Name: m.Key, Value: text, At: m.Whole().At()})
		}
	}
	return row
}

// checkTestData warns of test data for fields that the request does not have: it would change nothing and prove nothing.
func (r *reader) checkTestData() {
	var names []string
	for _, f := range r.sheet.Request.Fields {
		names = append(names, f.Name, f.Pointer)
	}
	if len(names) == 0 {
		return
	}
	for _, row := range r.sheet.TestData {
		for _, v := range row.Values {
			if slices.Contains(names, v.Name) {
				continue
			}
			hint := "name a field of the request, or its JSON Pointer"
			if v.Name == "" { // as other formats leave a value of which they do not say what it is for
				r.note(sheet.Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, v.At, "test data without the name of its field, which is not sent", hint))
				continue
			}
			if guess := sheet.Nearest(v.Name, names); guess != "" {
				hint = fmt.Sprintf("did you mean %q?", guess)
			}
			r.note(sheet.Diagnose("sheet.ambiguous", probe.FieldRequestBody, v.At, fmt.Sprintf("test data for %q, which is no field of the request", v.Name), hint))
		}
	}
}

func (r *reader) limits(n *tree.Node) {
	if n.Kind == nearjson.Null {
		return
	}
	members, ok := r.object("", n, keyLimits, limitKeys)
	m, given := members[keyMaxResponse]
	if !ok || !given {
		return
	}
	r.sheet.Limits.MaxResponseMS = r.milliseconds(m.Value, keyMaxResponse)
}

// milliseconds reads a time of at most a day; 0 where there is none.
func (r *reader) milliseconds(n *tree.Node, what string) int {
	const longest = 24 * 60 * 60 * 1000
	if n.Kind == nearjson.Null {
		return 0
	}
	text, _ := r.text("", n, what)
	ms, err := strconv.Atoi(text)
	if err != nil || ms < 0 || ms > longest {
		r.fail("", n.At(), fmt.Sprintf("%s is %q", what, text), "expected a whole number of milliseconds, at most those of a day")
		return 0
	}
	return ms
}

// fieldTable reads what the sheet says of the fields of the request: by name or, where a name stands several times, by JSON Pointer. An
// entry that says `in` may name a field that the example leaves out.
func (r *reader) fieldTable(n *tree.Node) {
	const f = probe.FieldRequestBody
	if n.Kind == nearjson.Null {
		return
	}
	if n.Kind != nearjson.Object || n.IsTemplate() {
		r.wrongType(f, n, keyFields, "a map of field names, as in {mobileNo: {mandatory: true, type: string}}")
		return
	}
	for _, m := range r.names(f, n) {
		entry, ok := r.object(f, m.Value, fmt.Sprintf("field %q", m.Key), fieldKeys)
		if !ok {
			continue
		}
		in := ""
		if e, given := entry[keyIn]; given {
			in = r.oneOf(f, e.Value, keyIn, probe.InBody, probe.InQuery, probe.InPath, probe.InForm)
		}
		if field := r.fieldNamed(m, in); field != nil {
			r.describeField(field, entry)
		}
	}
}

func (r *reader) describeField(field *probe.RequestField, entry map[string]tree.Member) {
	const f = probe.FieldRequestBody
	if e, given := entry[keyMandatory]; given {
		switch {
		case e.Value.Kind == nearjson.Bool:
			mandatory := strings.EqualFold(e.Value.Text, "true")
			field.Mandatory = &mandatory
		case e.Value.Kind != nearjson.Null:
			r.wrongType(f, e.Value, keyMandatory, "true or false")
		}
	}
	if e, given := entry[keyType]; given {
		if t := r.oneOf(f, e.Value, keyType, jsonTypes...); t != "" {
			field.Type, field.TypeShown = t, false
		}
	}
	r.rules(field, entry)
}

// fieldNamed finds the field of an entry, or adds it where the entry says where it travels.
func (r *reader) fieldNamed(m tree.Member, in string) *probe.RequestField {
	fields := r.sheet.Request.Fields
	var names []string
	var found []*probe.RequestField
	for i := range fields {
		f := &fields[i]
		names = append(names, f.Name)
		if (f.Name == m.Key || f.Pointer == m.Key && f.Pointer != "") && (in == "" || f.In == in) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		return r.outermost(m, found)
	case in == "":
		hint := "known fields: " + strings.Join(names[:min(len(names), 20)], ", ") + "; a field that the example leaves out needs `in: body`"
		if guess := sheet.Nearest(m.Key, names); guess != "" {
			hint = fmt.Sprintf("did you mean %q?", guess)
		}
		r.fail(probe.FieldRequestBody, m.At(), fmt.Sprintf("%q is no field of the request", m.Key), hint)
		return nil
	}
	return r.addField(m, in)
}

// outermost takes, of fields of one name, the one at the top of the body, and says which others there are.
func (r *reader) outermost(m tree.Member, found []*probe.RequestField) *probe.RequestField {
	var pointers []string
	for _, f := range found {
		if f.In == probe.InBody && f.Pointer == nearjson.AppendPointer("", f.Name) {
			return f
		}
		pointers = append(pointers, f.Pointer)
	}
	r.fail(probe.FieldRequestBody, m.At(), fmt.Sprintf("several fields of the request are named %q", m.Key), "name the one that is meant by its pointer: "+strings.Join(pointers, ", "))
	return nil
}

func (r *reader) addField(m tree.Member, in string) *probe.RequestField {
	field := probe.RequestField{Name: m.Key, In: in, At: m.At().At()}
	if in == probe.InBody {
		field.Pointer = nearjson.AppendPointer("", m.Key)
		if tokens, ok := nearjson.SplitPointer(m.Key); ok && len(tokens) > 0 {
			field.Name, field.Pointer = tokens[len(tokens)-1], m.Key
		}
	}
	r.sheet.Request.Fields = append(r.sheet.Request.Fields, field)
	sheet.SortFields(r.sheet.Request.Fields)
	for i := range r.sheet.Request.Fields {
		if f := &r.sheet.Request.Fields[i]; f.Name == field.Name && f.In == in && f.Pointer == field.Pointer {
			return f
		}
	}
	return nil
}
