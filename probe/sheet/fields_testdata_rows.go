package sheet

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// testCells cuts a row into cells: at tabs or bars, where empty ones count, at several blanks, or at commas.
func testCells(line source.Text) []source.Text {
	s := line.String()
	for _, glue := range [...]string{"\t", "|", ","} {
		if glue == "," {
			if cols := columns(line); len(cols) > 1 {
				return cols
			}
		}
		if !strings.Contains(s, glue) {
			continue
		}
		var cells []source.Text
		from := 0
		for i := 0; i <= len(s); i++ {
			if i == len(s) || s[i] == glue[0] {
				cells = append(cells, line.Slice(from, i).TrimSpace())
				from = i + 1
			}
		}
		if glue == "|" && strings.HasPrefix(strings.TrimSpace(s), "|") {
			cells = cells[1:]
		}
		if glue == "|" && strings.HasSuffix(strings.TrimSpace(s), "|") && len(cells) > 0 {
			cells = cells[:len(cells)-1]
		}
		return cells
	}
	return []source.Text{line}
}

// testColumns are the columns of a table of test data: the field that each holds, or that it tells what to expect.
type testColumns struct {
	fields  []string
	outcome []bool
	api     int // the column that names the API of each row; -1 for none
}

// table reads rows under a row of titles; ok is false where the first line holds none.
func (t *testData) table(lines []source.Text) (ok bool) {
	titles := testCells(lines[0])
	if len(titles) < 2 || len(titles) > maxTestColumns || slices.ContainsFunc(titles, func(c source.Text) bool { return isTestValue(c.String()) && t.field(c.String()) == "" }) {
		return false
	}
	cols := testColumns{make([]string, len(titles)), make([]bool, len(titles)), t.apiColumn(titles, lines[1:])}
	known := 0
	for i, title := range titles {
		if i == cols.api {
			continue
		}
		expected := strings.HasPrefix(Fold(title.String()), "expect")
		if cols.fields[i] = t.field(title.String()); expected {
			cols.fields[i] = ""
		}
		cols.outcome[i] = cols.fields[i] == "" && isOutcomeTitle(title.String())
		known += b2i(cols.fields[i] != "" || cols.outcome[i])
	}
	if known == 0 {
		return false
	}
	for i, title := range titles {
		if cols.fields[i] != "" || cols.outcome[i] || i == cols.api {
			continue
		}
		if cols.fields[i] = t.fieldOfColumn(lines[1:], len(titles), i); cols.fields[i] == "" && !isNumberTitle(title.String()) {
			t.strays = append(t.strays, title)
		}
	}
	if cols.api >= 0 {
		t.anyway = t.among == nil && isOneAPI(lines[1:], len(titles), cols.api)
	}
	for _, line := range lines[1:] {
		t.row(line, cols)
	}
	return true
}

// fieldOfColumn finds the field whose documented value stands in a column.
func (t *testData) fieldOfColumn(lines []source.Text, width, col int) string {
	const most = 20
	for _, line := range lines[:min(len(lines), most)] {
		if cells := testCells(line); len(cells) == width {
			if name := t.fieldOfValue(unquote(cells[col]).String()); name != "" {
				return name
			}
		}
	}
	return ""
}

func (t *testData) row(line source.Text, cols testColumns) {
	cells := testCells(line)
	if len(cells) != len(cols.fields) {
		t.strays = append(t.strays, line)
		return
	}
	if cols.api >= 0 && !t.anyway && !t.isForThis(cells[cols.api]) {
		return
	}
	row := probe.TestDatum{At: line.At()}
	var untied []probe.Header
	for i, cell := range cells {
		value := unquote(cell)
		switch {
		case value.Len() == 0, i == cols.api:
		case cols.outcome[i]:
			if expect := t.expect(value.String()); row.Expect == "" || expect != "" && CodeKind(row.Expect) == probe.KindHTTP && !isWordOutcome(expect) || isWordOutcome(row.Expect) && expect != "" {
				row.Expect = expect
			}
		case cols.fields[i] != "":
			row.Values = append(row.Values, probe.Header{Name: cols.fields[i], Value: value.String(), At: value.At()})
		case isTestValue(value.String()):
			untied = append(untied, probe.Header{Value: value.String(), At: value.At()})
		}
	}
	if len(row.Values) == 0 {
		row.Values = untied
	}
	t.add(row)
}

func isWordOutcome(expect string) bool { return expect == "success" || expect == "error" }

// line reads a line that is no row of a table: names with values, a value with its meaning, or several values.
func (t *testData) line(line source.Text) {
	if several := withMeanings(line); len(several) > 1 {
		for _, one := range several {
			t.line(one)
		}
		return
	}
	whole, meaning := cutMeaning(line)
	if name, value, ok := splitPair(line); ok && t.field(name.String()) == "" && isOutcomeTitle(name.String()) && len(t.record.Values) > 0 {
		t.record.Expect = t.expect(value.String())
		return
	}
	values, expect := t.named(whole)
	if len(values) == 0 { // "mobileNo - 9000000001"
		values, expect = t.named(line)
	} else if said := t.expect(meaning.String()); said != "" {
		expect = said
	}
	if len(values) > 0 {
		t.take(values, line, expect)
		return
	}
	t.flush()
	name, value, ok := splitPair(line)
	left, right := unquote(name).String(), unquote(value).String()
	switch {
	case ok && isTestValue(left):
		t.unnamed(name, t.expect(right), line)
	case ok && isTestValue(right) && !isTestValue(left):
		t.unnamed(value, t.expect(left), line)
	case isTestValue(whole.String()):
		t.unnamed(whole, t.expect(meaning.String()), line)
	default:
		if cells := testCells(line); len(cells) > 1 && !slices.ContainsFunc(cells, func(c source.Text) bool { return !isTestValue(c.String()) }) {
			for _, c := range cells {
				t.unnamed(c, "", c)
			}
			return
		}
		if first, rest, ok := strings.Cut(line.String(), " "); ok && isTestValue(first) && len(strings.Fields(rest)) <= 6 {
			t.unnamed(line.Slice(0, len(first)), t.expect(rest), line)
			return
		}
		if !strings.ContainsFunc(line.String(), unicode.IsDigit) {
			t.words = line
			return
		}
		t.strays = append(t.strays, line)
	}
}

// cutMeaning parts "otp: 1234 - success", "1234 (success)" and "1234 => ERR001" into the values and what they mean.
func cutMeaning(line source.Text) (values, meaning source.Text) {
	s := line.String()
	for _, mark := range [...]string{" => ", " -> ", " → ", " – ", " — ", " - "} {
		if i := strings.LastIndex(s, mark); i > 0 {
			return line.Slice(0, i).TrimSpace(), line.Slice(i+len(mark), len(s)).TrimSpace()
		}
	}
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") {
		return line.Slice(0, i).TrimSpace(), line.Slice(i+2, len(s)-1).TrimSpace()
	}
	return line, line.Slice(len(s), len(s))
}

// named reads "mobileNo: 9000000001, otp=1234": every part names a field of the request. It returns nothing where one does not. expect is
// what the names say beyond that, as in "Invalid OTP: 0000".
func (t *testData) named(line source.Text) (values []probe.Header, expect string) {
	s, signs := line.String(), ",;"
	if strings.Count(s, ":")+strings.Count(s, "=") > 1 {
		signs += "\t|"
	}
	from := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && strings.IndexByte(signs, s[i]) < 0 {
			continue
		}
		part := line.Slice(from, i).TrimSpace()
		from = i + 1
		name, value, ok := splitPair(part)
		if !ok {
			name, value, ok = t.spaced(part)
		}
		field := t.field(unquote(name).String())
		switch {
		case part.Len() == 0:
			continue
		case (!ok || field == "") && len(values) == 1 && isDigits(part.String()): // "amount: 1,000"
			values[0].Value += "," + part.String()
			continue
		case !ok || field == "" || value.Len() == 0:
			return nil, ""
		case plainName(name.String()) != plainName(field):
			expect = t.expect(name.String())
		}
		values = append(values, probe.Header{Name: field, Value: unquote(value).String(), At: value.At()})
	}
	return values, expect
}

// spaced reads "mobileNo 9000000001": the name of a field, and its value behind a blank.
func (t *testData) spaced(part source.Text) (name, value source.Text, ok bool) {
	s := part.String()
	at := strings.LastIndexAny(s, " \t")
	if at < 0 || !isTestValue(s[at+1:]) || t.field(s[:at]) == "" {
		return part, source.Text{}, false
	}
	return part.Slice(0, at).TrimSpace(), part.Slice(at+1, part.Len()), true
}

// withMeanings parts "GN-1 (success), GN-2 (61)" at the commas; it returns nothing where a part says not what it means.
func withMeanings(line source.Text) []source.Text {
	var parts []source.Text
	s, from := line.String(), 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != ',' && s[i] != ';' {
			continue
		}
		part := line.Slice(from, i).TrimSpace()
		if inner := part.String(); !strings.HasSuffix(inner, ")") || strings.Count(inner, "(") != 1 || strings.HasPrefix(inner, "(") {
			return nil
		}
		parts = append(parts, part)
		from = i + 1
	}
	return parts
}

// take adds named values to the row that is being read; one that repeats a name, or stands below what the row promises, begins the next.
func (t *testData) take(values []probe.Header, line source.Text, expect string) {
	repeats := slices.ContainsFunc(t.record.Values, func(h probe.Header) bool {
		return slices.ContainsFunc(values, func(v probe.Header) bool { return v.Name == h.Name })
	})
	if repeats || t.record.Expect != "" || len(values) > 1 {
		t.flush()
	}
	if len(t.record.Values) == 0 {
		t.record.At = line.At()
	}
	t.record.Values = append(t.record.Values, values...)
	t.record.Expect = expect
}

func (t *testData) flush() {
	t.add(t.record)
	t.record = probe.TestDatum{}
}

func (t *testData) unnamed(value source.Text, expect string, line source.Text) {
	value = unquote(value)
	t.add(probe.TestDatum{Values: []probe.Header{{Value: value.String(), At: value.At()}}, Expect: expect, At: line.At()})
}

// tie names the values that stand without a name, where only one field can be meant: the label names it, the request shows one of them, or has
// one field only. What cannot be tied keeps an empty name.
func (t *testData) tie() {
	var loose []*probe.Header
	for i := range t.rows {
		for j := range t.rows[i].Values {
			if h := &t.rows[i].Values[j]; h.Name == "" {
				loose = append(loose, h)
			}
		}
	}
	if len(loose) == 0 {
		return
	}
	name := t.field(t.label.Remark)
	if name == "" {
		name = t.field(t.title.String())
	}
	for _, h := range loose {
		if name == "" {
			name = t.fieldOfValue(h.Value)
		}
	}
	if fields := t.values(); name == "" && len(fields) == 1 && !t.shared {
		name = fields[0].Name
	}
	for _, h := range loose {
		if h.Name = name; name == "" {
			t.strays = append(t.strays, t.title)
		}
	}
}

// values are the fields of the request that hold one value, with that value.
func (t *testData) values() []probe.Header {
	var out []probe.Header
	for _, f := range t.sheet.Request.Fields {
		value := f.Value
		if f.In == probe.InBody {
			v := t.sheet.Request.Body.Value.Lookup(f.Pointer)
			if v != nil && (v.Kind == nearjson.Object || v.Kind == nearjson.Array) {
				continue
			}
			if v != nil {
				value = v.Text
			}
		}
		out = append(out, probe.Header{Name: f.Name, Value: value})
	}
	return out
}

// fieldOfValue is the only field whose documented value is this one.
func (t *testData) fieldOfValue(value string) string {
	found := ""
	for _, h := range t.values() {
		if h.Value != value || len(value) < 3 {
			continue
		}
		if found != "" && found != h.Name {
			return ""
		}
		found = h.Name
	}
	return found
}

// TestTable counts the lines that make a table of test data, titles and rows, from the first line on; 0 where they make none. Its titles may be
// labels, as names of fields are; the words below them are not.
func TestTable(lines []source.Text) int {
	n, rows := 0, 0
	titles := testCells(lines[0].TrimSpace())
	if len(titles) < 2 || len(titles) > maxTestColumns || slices.ContainsFunc(titles, func(c source.Text) bool { return c.Len() > maxLabel || isTestValue(c.String()) }) {
		return 0
	}
	for n < min(len(lines), maxTestData) {
		line := lines[n]
		if strings.Trim(line.String(), " |-:=+\t") == "" && line.TrimSpace().Len() > 0 {
			n++
			continue
		}
		cells := testCells(line)
		if len(cells) < 2 || len(cells) > len(titles) { // fewer have lost blank ones at the end
			break
		}
		if l, ok := LookupLabel(cells[0].String()); n > 0 && ok && l.Field != "" && !isOutcomeTitle(titles[0].String()) {
			return 0
		}
		n, rows = n+1, rows+1
	}
	if rows < 2 {
		return 0
	}
	return n
}
