package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// described writes the fields of a request in short: where, pointer or name, type, and "!" for mandatory, "?" for optional.
func described(fields []probe.RequestField) string {
	var all []string
	for _, f := range fields {
		mark := ""
		if f.Mandatory != nil {
			mark = map[bool]string{true: "!", false: "?"}[*f.Mandatory]
		}
		name := f.Pointer
		if name == "" {
			name = f.Name
		}
		all = append(all, f.In+" "+name+" "+f.Type+mark)
	}
	return strings.Join(all, ", ")
}

func TestTablesOfParametersDescribeTheRequest(t *testing.T) {
	cases := []struct{ name, method, label, table, fields, body string }{
		{
			"types are honoured", "POST", "Request Parameters",
			"Name\tType\tMandatory\tSample\nk\tString\tY\t5\nn\tInteger\tY\t5\non\tBoolean\tN\tTRUE\nat\tDecimal\tN\t1.50\n",
			"body /k string!, body /n integer!, body /on boolean?, body /at number?", `{"k":"5","n":5,"on":true,"at":1.50}`,
		},
		{
			"no sample for a mandatory field", "POST", "Request Body", "Field\tType\tM/O\tExample\na\tString\tM\tx\nb\tString\tM\t-\n",
			"body /a string!, body /b string!", `null`,
		},
		{
			"nothing is said to be mandatory", "PUT", "Body", "Field\tType\tExample\na\tString\tx\nb\tString\ty\n", "body /a string, body /b string", `{"a":"x","b":"y"}`,
		},
		{"a range is no number", "POST", "Params", "Name\tType\tRequired\tExample\nn\tInteger\tyes\t1-10\n", "body /n integer!", `null`},
		{"a type word is no sample", "POST", "Params", "Name\tType\tRequired\tExample\nn\tString\tyes\tstring\n", "body /n string!", `null`},
		{
			"nested by its name", "POST", "Body", "Name | Type | Required | Example\nwho.name | string | yes | Li\nlines[].sku | string | yes | S\nlines[].n | int | no | 2\n",
			"body /who object, body /who/name string!, body /lines array, body /lines/0/sku string!, body /lines/0/n integer?", `{"who":{"name":"Li"},"lines":[{"sku":"S","n":2}]}`,
		},
		{
			"nested by marks", "POST", "Body", "Name\tType\tM/O\tExample\nwho\tObject\tM\t\n- name\tString\tM\tLi\n- home\tObject\tO\t\n-- town\tString\tO\tUlm\nn\tInteger\tM\t1\n",
			"", `{"who":{"name":"Li","home":{"town":"Ulm"}},"n":1}`,
		},
		{
			"nested by blanks", "POST", "Body",
			"Name      Type     M/O  Example\nwho       Object   M\n  name    String   M    Li\n  home    Object   O\n    town  String   O    Ulm\nn         Integer  M    1\n",
			"", `{"who":{"name":"Li","home":{"town":"Ulm"}},"n":1}`,
		},
		{"nothing lies below a text", "POST", "Body", "Name    Type     M/O  Example\na       String   M    x\n   b    String   M    y\n", "", `{"a":"x","b":"y"}`},
		{
			"nested below a parent", "POST", "Body", "Name\tParent\tType\tM/O\tExample\nwho\t-\tArray\tM\t\nname\twho\tString\tM\tLi\n", "", `{"who":[{"name":"Li"}]}`,
		},
		{
			"objects without a mark", "POST", "Body", "Name\tType\tM/O\tExample\nref\tString\tM\tR1\nwho\tObject\tM\t\nname\tString\tM\tLi\nlines\tArray of Objects\tM\t\nsku\tString\tM\tS\nn\tInteger\tO\t2\n",
			"", `{"ref":"R1","who":{"name":"Li"},"lines":[{"sku":"S","n":2}]}`,
		},
		{"an optional object without a mark", "POST", "Body", "Name\tType\tM/O\tExample\nextra\tObject\tO\t\nname\tString\tM\tLi\n", "", `{"name":"Li"}`},
		{"an object with a sample", "POST", "Body", "Name\tType\tM/O\tExample\nextra\tObject\tM\t{\"a\": 1}\nname\tString\tM\tLi\n", "", `{"extra":{"a":1},"name":"Li"}`},
		{"lists", "POST", "Body", "Name\tType\tM/O\tExample\ntags\tArray of String\tM\ta, b\nids\tinteger[]\tM\t[1, 2]\n", "", `{"tags":["a","b"],"ids":[1,2]}`},
		{
			"places", "POST", "Parameters", "Name\tIn\tType\tRequired\tExample\nid\tpath\tstring\tyes\t7\nq\tquery\tstring\tno\tz\nb\tbody\tstring\tyes\tx\n",
			"body /b string!, query q string?, path id string!", `{"b":"x"}`,
		},
		{"of a GET", "GET", "Request Parameters", "Name\tType\tRequired\tExample\nid\tstring\tyes\t7\nq\tstring\tno\tz\n", "query q string?, path id string!", `null`},
		{"of a GET, in words", "GET", "Request Body", "none; id is a number, for example 7", "path id number", `null`},
		{"of a GET, in one line", "GET", "Request Body", "q (mandatory), r (optional)", "query q !, query r ?", `null`},
		{"behind an equals sign", "POST", "Request Body", "a=x y (mandatory)\nn=7 (integer, optional)", "", `{"a":"x y","n":7}`},
		{"circles and crosses", "POST", "Params", "이름\t타입\t필수\na\tString\tO\nb\tString\tX\n", "body /a string!, body /b string?", `null`},
		{"stars", "POST", "Params", "Name\tType\tDescription\na*\tString\tx\nb?\tString\ty\n", "body /a string!, body /b string?", `null`},
		{"behind e.g.", "POST", "Params", "Name\tType\tRequired\tDescription\na\tString\tY\tthe code, e.g. `X1`\nb\tInteger\tY\tage (e.g. 30)\n", "", `{"a":"X1","b":30}`},
		{"names that are labels", "POST", "Params", "Name\tType\tRequired\tExample\nstatus\tString\tY\tON\nurl\tString\tN\thttps://a.test\n", "", `{"status":"ON","url":"https://a.test"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := sheet.Assemble(nil, []sheet.Fragment{
				{Field: probe.FieldMethod, Value: source.Unplaced(c.method)},
				{Field: probe.FieldURL, Value: source.Unplaced("https://uat.a.test/x/{id}")},
				{Field: probe.FieldRequestBody, Label: source.Unplaced(c.label), Value: source.Unplaced(c.table)},
			})
			body, err := s.Request.Body.MarshalJSON()
			require.NoError(t, err)
			assert.Equal(t, c.body, string(body))
			if c.fields != "" {
				assert.Equal(t, c.fields, strings.TrimSuffix(described(s.Request.Fields), ", path id "))
			}
			composed := fmt.Sprint(s.Diagnostics)
			assert.Equal(t, c.body != "null", strings.Contains(composed, "composed"), composed)
		})
	}
}

func TestTablesOfHeadersAndAnswersDescribeNoBody(t *testing.T) {
	table := source.Unplaced("Name\tType\tMandatory\tDescription\nX-Key\tString\tY\t<<key>>\nX-Trace\tString\tN\tany text that helps to find the call")
	s := sheet.Assemble(nil, []sheet.Fragment{
		{Field: probe.FieldMethod, Value: source.Unplaced("POST")},
		{Field: probe.FieldHeaders, Label: source.Unplaced("Header Parameters"), Value: table},
		{Field: probe.FieldSuccessResponse, Label: source.Unplaced("Response Parameters"), Value: table},
	})
	assert.Empty(t, s.Request.Fields)
	assert.Empty(t, s.Success)
	require.Len(t, s.Headers, 2)
	assert.Equal(t, "<<key>>", s.Headers[0].Value)
	assert.Empty(t, s.Headers[1].Value)
}

func TestTablesSayOfAnExampleWhatIsMandatory(t *testing.T) {
	s := sheet.Assemble(nil, []sheet.Fragment{
		{Field: probe.FieldMethod, Value: source.Unplaced("POST")},
		{Field: probe.FieldRequestBody, Value: source.Unplaced("Field\tType\tM/O\nname\tString\tO\nguest.name\tString\tM\n\n{\"name\": \"x\", \"guest\": {\"name\": \"y\"}}")},
	})
	assert.Equal(t, "body /name string?, body /guest object, body /guest/name string!", described(s.Request.Fields))
}

// TestTestDataFillsABodyThatIsOnlyDescribed composes the body of values to try where the description has no samples.
func TestTestDataFillsABodyThatIsOnlyDescribed(t *testing.T) {
	read := func(tests string) *probe.Sheet {
		return sheet.Assemble(nil, []sheet.Fragment{
			{Field: probe.FieldMethod, Value: source.Unplaced("POST")},
			{Field: probe.FieldRequestBody, Label: source.Unplaced("Body"), Value: source.Unplaced("Field\tType\tM/O\tExample\nphone\tString\tM\t-\ncount\tInteger\tM\t2\nnote\tString\tO\t-")},
			{Field: sheet.FieldTestData, Label: source.Unplaced("Test data"), Value: source.Unplaced(tests)},
		})
	}
	full := read("phone\tResult\n9000000009\tfailure\n9000000001\tsuccess")
	assert.Equal(t, `{"phone": "9000000001", "count": 2}`, full.Request.Raw)
	assert.Equal(t, "body /phone string!, body /count integer!, body /note string?", described(full.Request.Fields))
	assert.Equal(t, "application/json", full.Request.MediaType)
	assert.True(t, read("note: x").Request.Body.IsZero())
}
