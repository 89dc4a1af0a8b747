package sheet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func TestIsNone(t *testing.T) {
	for _, s := range []string{"NA", "N.A.", "-", "not used", "Not applicable", "none required", "Not used for this API", "(not needed)", "will not be used", "No request body"} {
		assert.True(t, sheet.IsNone(s), s)
	}
	for _, s := range []string{"", "not found", "required", "No partner 7", "NOT-1", "used", "no token, no entry", "not used: ask Meera"} {
		assert.False(t, sheet.IsNone(s), s)
	}
}

func TestNumberingInWords(t *testing.T) {
	for line, rest := range map[string]string{
		"10 Method": "Method", "3) Method": "Method", "(3) Method": "Method", "2.1. Method": "Method", "Step 4: Method": "Method", "step 4 Method": "Method",
		"#5 Method": "Method", "No. 6 Method": "Method", "6 - Method": "Method", "7 – Method": "Method", "iv. Method": "Method", "(ix) Method": "Method",
		"b) Method": "Method", "C. Method": "Method",
		"200 - Success": "- Success", "Stepwise 4": "Stepwise 4", "civil. law": "civil. law", "a.b": "a.b", "-7 locked": "-7 locked", "12": "12", "(optional) x": "(optional) x",
	} {
		assert.Equal(t, rest, line[sheet.Numbering(line):], line)
	}
}

func TestLabelsOfCodesKeepTheirNumber(t *testing.T) {
	_, ok := sheet.LookupLabel("HTTP Status Codes 200 OK")
	assert.False(t, ok)
	l, ok := sheet.LookupLabel("Error Response 400")
	require.True(t, ok)
	assert.Equal(t, "400", l.Remark)
}

func TestBusinessCodeThatTheTableLists(t *testing.T) {
	cases := []struct{ name, body, codes, want string }{
		{"another word for code", `{"outcome_cd": "S"}`, "S", "S"},
		{"description", `{"statusDesc": "err.notFound"}`, "err.notFound", "err.notFound"},
		{"any key where the value can be nothing else", `{"note": "PK-104", "n": 1}`, "PK-104", "PK-104"},
		{"a count is no code", `{"count": 1, "size": "S"}`, "1 S", ""},
		{"an HTTP status is no business code", `{"width": 200}`, "200", ""},
		{"a key that says so wins over one that does not", `{"note": "PK-104", "code": "PK-1"}`, "PK-104 PK-1", "PK-1"},
		{"listed wins over unlisted", `{"code": "X", "outcomeCd": "PK-1"}`, "PK-1", "PK-1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v, _, err := nearjson.ParseStrict(source.Unplaced(c.body))
			require.NoError(t, err)
			var table []probe.StatusCode
			for _, line := range strings.Fields(c.codes) {
				table = append(table, probe.StatusCode{Code: line})
			}
			code, _ := sheet.BusinessCode(v, table)
			assert.Equal(t, c.want, code)
		})
	}
}

func TestCodeForms(t *testing.T) {
	forms := sheet.FormsOf(source.Unplaced(`{"res": 0, "msg": "done"}`), source.Unplaced(`{"status": "S"}`), source.Unplaced(`{"errName": "err.notFound", "state": "waiting"}`))
	for _, line := range []string{"0 done", "-14 locked", "P pending", "err.busy  try again", "waiting: for the bank"} {
		assert.True(t, forms.IsRow(source.Unplaced(line)), line)
	}
	for _, line := range []string{"Regards", "THE bank", "done well", "see err", "0", "7,5 percent", "1.2 version"} {
		assert.False(t, forms.IsRow(source.Unplaced(line)), line)
	}
	assert.True(t, forms.IsLone(source.Unplaced("err.notFound")))
	assert.False(t, sheet.CodeForms{}.IsRow(source.Unplaced("0 done")))
}

func TestRepairedNamesOddSpacesLast(t *testing.T) {
	r, err := nearjson.Parse(source.Unplaced("{\n\u00a0 a: 1}"))
	require.NoError(t, err)
	d, ok := sheet.Repaired(probe.FieldRequestBody, r)
	require.True(t, ok)
	assert.Contains(t, d.Message, "it has unquoted keys, no-break or zero-width spaces: a was read as")
	assert.Equal(t, 3, d.At.Column)

	r, err = nearjson.Parse(source.Unplaced("{\n\u00a0 \"a\": 1}"))
	require.NoError(t, err)
	d, ok = sheet.Repaired(probe.FieldRequestBody, r)
	require.True(t, ok)
	assert.Equal(t, "the example holds no-break or zero-width spaces", d.Message)
	assert.Equal(t, source.Info, d.Severity)
}

func TestAssembleURLOfSeveral(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"on one line", "Prod - https://api.bank.example/a / UAT - https://u.bank.example/a", "https://u.bank.example/a"},
		{"with the environment behind", "https://api.bank.example/a (PROD), https://pre.bank.example/a (UAT)", "https://pre.bank.example/a"},
		{"markdown link", "[https://h.example/a](https://h.example/a)", "https://h.example/a"},
		{"wrapped at a slash", "https://h.example/customers/\naccounts/latest", "https://h.example/customers/accounts/latest"},
		{"wrapped in its query", "https://h.example/a?b=1&\nc=2", "https://h.example/a?b=1&c=2"},
		{"not wrapped", "https://h.example/a\nplease", "https://h.example/a"},
		{"one line left as markup", "https://h.example/a<br/>Production: https://p.example/a", "https://h.example/a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, assemble(t, "url", "URL", c.value).URL)
		})
	}
	assert.Equal(t, "https://h.example/v1/a", assemble(t, "url", "Base URL", "https://h.example/v1/", "url", "Endpoint", "/a").URL)
}

func TestAssembleHeadersOfATable(t *testing.T) {
	values := func(value string) (out []string) {
		for _, h := range assemble(t, "headers", "Headers", value).Headers {
			out = append(out, h.Name+"="+h.Value)
		}
		return out
	}
	assert.Equal(t, []string{"Accept=a/b", "X-Key={{k}}"}, values("Name | Type | Value | Mandatory\nAccept | string | a/b | Y\nX-Key | string | {{k}} | N"))
	assert.Equal(t, []string{"Accept=a/b", "X-Key={{k}}"}, values("Accept\na/b\n\nX-Key\n{{k}}"))
	assert.Equal(t, []string{"Accept=a/b", "X-Key={{k}}"}, values("Accept: a/b<br>X-Key: {{k}}"))
}
