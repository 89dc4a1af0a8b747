package sheet

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// FieldTestData marks pieces that hold values to try; they are beyond the ten fields.
const FieldTestData probe.Field = "test_data"

// The limits of test data: rows of one sheet, and columns of a table.
const (
	maxTestData    = 1000
	maxTestColumns = 100
)

// testData reads values to try, once the request is known: their names must be those of its fields.
type testData struct {
	sheet *probe.Sheet
	names map[string]string // the fields of the request, and the placeholders of the call, by their plain name
	codes probe.Codes
	label Label
	title source.Text
	rows  []probe.TestDatum

	record probe.TestDatum // the row that named lines under each other make
	words  source.Text     // a line without any value
	strays []source.Text   // values without a name, columns of none, and lines that are neither
	shared bool            // other sheets may be meant: that a request has one field only ties nothing
	among  *apis           // those that may be meant; nil: only this one
	api    string          // the API that the last row named
	anyway bool            // its rows are for this sheet whatever API they name
	lost   []source.Text   // names of APIs that are none of them
}

// settleTestData reads what stands under the labels of test data.
func (a *assembler) settleTestData() {
	for _, f := range a.tests[:min(len(a.tests), maxTestData)] {
		addTestData(a.sheet, f)
	}
}

func newTestData(s *probe.Sheet, f Fragment) testData {
	label, _ := LookupLabel(f.Label.String())
	return testData{sheet: s, names: testNames(s), codes: probe.NewCodes(s), label: label, title: f.Label}
}

// addTestData reads values to try into the sheet that they belong to.
func addTestData(s *probe.Sheet, f Fragment) {
	t := newTestData(s, f)
	t.read(f.Value.TrimSpace())
	room := maxTestData - len(s.TestData)
	s.TestData = append(s.TestData, t.rows[:min(room, len(t.rows))]...)
	if t.words.Len() > 0 && len(t.rows) == 0 {
		s.Diagnostics = append(s.Diagnostics, Note(source.Info, "sheet.ambiguous", "", t.words.At(), "the test data under "+quoteShort(t.title.String())+
			" is described in words and not given", "ask the API owner for the values"))
	}
	sayLost(s, t.lost)
	if len(t.strays) > 0 {
		s.Diagnostics = append(s.Diagnostics, Note(source.Info, "sheet.ambiguous", "", t.strays[0].At(), "which field of the request takes the test data under "+
			quoteShort(t.title.String())+" is not clear; what has no field is kept and not sent", "write the name of the field with each value, as in \"mobileNo: 9000000001 - success\""))
	}
}

// testNames are the names that test data can have.
func testNames(s *probe.Sheet) map[string]string {
	names := map[string]string{}
	add := func(name string) {
		if key := plainName(name); key != "" && names[key] == "" {
			names[key] = name
		}
	}
	for _, f := range s.Request.Fields {
		add(f.Name)
	}
	for _, p := range s.Placeholder {
		if p.Field == probe.FieldURL || p.Field == probe.FieldRequestBody {
			add(p.Name)
		}
	}
	return names
}

// plainName makes "Mobile Number", "mobile_no" and "mobileNo" the same.
func plainName(name string) string {
	key := Fold(name)
	for _, long := range [...][2]string{{"number", "no"}, {"identifier", "id"}} {
		key = strings.ReplaceAll(key, long[0], long[1])
	}
	return key
}

// field finds the name of the request that is meant by a title or a label; "" where there is none.
func (t *testData) field(written string) string {
	key := plainName(written)
	for _, frame := range [...]string{"", "test", "sample", "dummy", "valid", "invalid", "correct", "incorrect", "wrong", "expired", "registered", "unregistered"} {
		if rest, ok := strings.CutPrefix(key, frame); ok {
			one := strings.TrimSuffix(rest, "s")
			for _, k := range [...]string{rest, one, strings.TrimSuffix(one, "no"), strings.TrimSuffix(one, "id"), strings.TrimSuffix(one, "value")} {
				if name := t.names[k]; name != "" {
					return name
				}
			}
		}
	}
	return ""
}

func (t *testData) read(value source.Text) {
	if value.Len() == 0 || IsNone(value.String()) {
		return
	}
	if strings.IndexByte("{[", value.String()[0]) >= 0 {
		if r, err := nearjson.Parse(value); err == nil && r.Value != nil {
			t.json(r.Value, "")
			return
		}
	}
	lines := slices.DeleteFunc(textLines(value), func(l source.Text) bool { return strings.Trim(l.String(), " \t|-:=+`") == "" })
	lines = lines[:min(len(lines), maxTestData+1)]
	if len(lines) > 1 && t.table(lines) {
		return
	}
	for _, line := range lines {
		t.line(withoutNumbering(trimBullet(line)))
	}
	t.flush()
	t.tie()
}

// withoutNumbering takes "2) " off a line. A number without a mark behind it may be the value.
func withoutNumbering(line source.Text) source.Text {
	if n := Numbering(line.String()); n > 0 && strings.ContainsAny(line.String()[:n], ".)") {
		return line.Slice(n, line.Len()).TrimSpace()
	}
	return line
}

// json takes objects for rows; an object of objects names what each promises.
func (t *testData) json(v *nearjson.Value, expect string) {
	switch v.Kind {
	case nearjson.Array:
		for _, item := range v.Items {
			t.json(item, expect)
		}
	case nearjson.Object:
		row := probe.TestDatum{Expect: expect, At: v.Source().At()}
		for _, m := range v.Members {
			switch name := t.field(m.Key); {
			case m.Value.Kind == nearjson.Object || m.Value.Kind == nearjson.Array:
				t.json(m.Value, t.expect(m.Key))
			case name == "" && isOutcomeTitle(m.Key):
				row.Expect = t.expect(m.Value.Text)
			case name == "":
				t.strays = append(t.strays, m.Value.Source())
			default:
				row.Values = append(row.Values, probe.Header{Name: name, Value: m.Value.Text, At: m.Value.Source().At()})
			}
		}
		t.add(row)
	default:
		t.line(v.Source())
		t.flush()
		t.tie()
	}
}

func (t *testData) add(row probe.TestDatum) {
	if len(row.Values) > 0 && len(t.rows) < maxTestData {
		t.rows = append(t.rows, row)
	}
}

// expect reads what a row promises: a code that it names or whose message it repeats, or else what its words say.
func (t *testData) expect(words string) string {
	words = strings.TrimSpace(words)
	status := ""
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune("-.", r) }) {
		w = strings.Trim(w, "-.")
		if _, known := t.codes.Meaning(w); known || isCode(w, false) && hasDigit(w) && !isDigits(w) && w == strings.ToUpper(w) {
			return w
		}
		if CodeKind(w) == probe.KindHTTP && status == "" {
			status = w
		}
	}
	if status != "" {
		return status
	}
	for _, c := range t.sheet.StatusCodes {
		if c.Kind == probe.KindBusiness && Fold(words) != "" && Fold(c.Message) == Fold(words) {
			return c.Code
		}
	}
	switch probe.WordsOutcome(words) {
	case probe.OutcomeSuccess:
		return "success"
	case probe.OutcomeError:
		return "error"
	}
	return ""
}

// isOutcomeTitle says that a column, or a line, tells what to expect of a row.
func isOutcomeTitle(title string) bool {
	key := Fold(title)
	if strings.HasPrefix(key, "expect") {
		return true
	}
	switch key {
	case "outcome", "result", "results", "response", "status", "statuscode", "responsecode", "code", "errorcode", "httpstatus", "httpcode", "meaning", "behaviour", "behavior",
		"returns", "scenario", "case", "testcase", "remark", "remarks", "description", "purpose", "note", "notes", "comment", "comments", "type":
		return true
	}
	return false
}

// isTestValue tells a value from the words beside it: it has digits or is an address, and no blanks but those between groups of digits.
func isTestValue(s string) bool {
	s = strings.Trim(s, "\"'`")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 5 || len(s) > 100 {
		return false
	}
	for _, w := range words {
		if !strings.ContainsFunc(w, unicode.IsDigit) && !strings.Contains(w, "@") || len(words) > 1 && !isDigits(w) {
			return false
		}
	}
	return true
}
