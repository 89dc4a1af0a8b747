package native

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// comparable writes what must survive: all but places, and but the raw text of examples that were understood as JSON.
func comparable(t testing.TB, sheets []*probe.Sheet) string {
	t.Helper()
	var all []any
	for _, s := range sheets {
		c := *s
		c.At = probe.Places{}
		if c.Request.Body.Value != nil {
			c.Request.Raw = ""
		}
		c.Success, c.Errors = withoutRaw(c.Success), withoutRaw(c.Errors)
		labels := map[probe.Field]bool{}
		for f := range s.Labels.All() {
			labels[f] = true
		}
		all = append(all, c, labels, flags(s))
	}
	data, err := json.MarshalIndent(all, "", " ")
	require.NoError(t, err)
	return string(data)
}

func withoutRaw(responses []probe.Response) []probe.Response {
	var plain []probe.Response
	for _, r := range responses {
		if r.Body.Value != nil {
			r.Raw = ""
		}
		plain = append(plain, r)
	}
	return plain
}

// flags lists what the JSON of a body does not show: number text, templates, ellipses and absent values.
func flags(s *probe.Sheet) []string {
	var found []string
	bodies := []probe.Body{s.Request.Body}
	for _, r := range append(append([]probe.Response{}, s.Success...), s.Errors...) {
		bodies = append(bodies, r.Body)
	}
	for _, b := range bodies {
		if b.Value == nil {
			continue
		}
		b.Value.Walk(func(pointer string, v *nearjson.Value) bool {
			found = append(found, pointer+" "+v.Kind.String()+" "+v.Text)
			for name, set := range map[string]bool{"template": v.Template, "open": v.Open, "absent": v.Absent} {
				if set {
					found[len(found)-1] += " " + name
				}
			}
			return true
		})
	}
	for _, f := range s.Request.Fields {
		found = append(found, f.In+" "+f.Name+"="+f.Value)
	}
	return found
}

// assertRoundTrip writes sheets, reads them again, and expects the same sheets and no complaint but the known ones.
func assertRoundTrip(t testing.TB, sheets []*probe.Sheet) {
	t.Helper()
	data, err := Marshal(sheets)
	require.NoError(t, err)
	again := Format.Read(sheet.Input{Name: "again.yaml", Data: data})
	for _, d := range again.Diagnostics {
		assert.NotEqual(t, source.Error, d.Severity, "%s in\n%s", d.Message, data)
	}
	require.Equal(t, comparable(t, sheets), comparable(t, again.Sheets), "written as\n%s", data)
}

func TestRoundTripOfDocuments(t *testing.T) {
	for _, name := range documents(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			in := readFile(t, name)
			r := Format.Read(in)
			if len(r.Sheets) > 0 {
				assert.Positive(t, Format.Detect(in))
				assertRoundTrip(t, r.Sheets)
			}
		})
	}
}

func TestRoundTripKeepsTheStatusOfACode(t *testing.T) {
	for name, codes := range map[string]string{
		"map":  "{B17: {message: Gone, http_status: 409}, B18: {http_status: 404}, B19: Late}",
		"list": "[{code: B17, message: Gone, http_status: 409}, {code: B17, message: Gone again, kind: business, http_status: 410}]",
	} {
		t.Run(name, func(t *testing.T) {
			document := "name: A\nmethod: GET\nurl: https://staging.ferry.example/a\nsuccess_response: {a: 1}\nstatus_codes: " + codes + "\n"
			r := Format.Read(sheet.Input{Name: "a.yaml", Data: []byte(document)})
			require.Len(t, r.Sheets, 1)
			require.Empty(t, r.Sheets[0].Diagnostics)
			require.Equal(t, probe.StatusCode{Code: "B17", Message: "Gone", Kind: probe.KindBusiness, HTTPStatus: 409, At: r.Sheets[0].StatusCodes[0].At}, r.Sheets[0].StatusCodes[0])
			assertRoundTrip(t, r.Sheets)
		})
	}
}

func TestRoundTripOfStrangeTexts(t *testing.T) {
	texts := []string{
		"yes", "no", "on", "OFF", "y", "~", "null", "Null", "true", "1.10", "000111", "12345678901234567890", "1e400", "-0", "+1", ".5", "0x1F", "2024-01-31",
		"a: b", "a #b", "#a", "- a", "-", "? a", "?", ":", "a:", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "[a]", "{a}", "{{a}}", "<<", "<<a>>", "=", "'", `"`, `\`, `a\nb`,
		"one\ntwo", "one\n\n  two", "one \ntwo", "one\n\ttwo", "one\r\ntwo", "one\rtwo", "a\tb", "a\u00a0b", "a\u0085b", "a\u2028b", "\ufeffa", "\u200ba", "é", "日本語", "😀", "a\x07b",
		"---", "...", "--- a", "\n---\nb", "a\n---\nb", "a\n...\nb", strings.Repeat("long ", 400), strings.Repeat("x", 3000), "<a>\n  <b/>\n</a>",
	}
	for _, text := range texts {
		t.Run(text[:min(len(text), 20)], func(t *testing.T) {
			value := func() *nearjson.Value {
				return nearjson.NewObject(nearjson.NewMember(text, nearjson.NewString(text)), nearjson.NewMember("list", nearjson.NewArray(nearjson.NewString(text))))
			}
			trimmed := strings.TrimSpace(text)
			s := &probe.Sheet{
				Name: trimmed, Method: "POST", URL: "https://staging.ferry.example/" + trimmed,
				Headers:     []probe.Header{{Name: text, Value: trimmed}, {Name: "X-B", Value: trimmed}},
				Request:     probe.RequestSpec{Body: probe.Body{Value: value()}},
				Success:     []probe.Response{{Title: trimmed, Body: probe.Body{Value: value()}}, {When: trimmed, Body: probe.Body{Value: nearjson.NewString(text)}}},
				Credentials: []probe.Credential{{Name: text, Value: trimmed}, {Name: text}},
				PartnerCode: trimmed,
				StatusCodes: []probe.StatusCode{{Code: text, Message: trimmed}},
			}
			sheet.Complete(s)
			data, err := Marshal([]*probe.Sheet{s})
			require.NoError(t, err)
			again := Format.Read(sheet.Input{Name: "again.yaml", Data: data})
			require.Len(t, again.Sheets, 1, "written as\n%s", data)
			s.Labels = again.Sheets[0].Labels
			require.Equal(t, comparable(t, []*probe.Sheet{s}), comparable(t, again.Sheets), "written as\n%s", data)
		})
	}
}

func TestRoundTripKeepsWhatYAMLCannotSay(t *testing.T) {
	const document = "name: A\nmethod: POST\nurl: https://staging.ferry.example/a\nrequest_body: |\n  {id: <id>, list: [1, ...], gone: , word: string}\nsuccess_response: {a: 1}\n"
	r := Format.Read(sheet.Input{Name: "a.yaml", Data: []byte(document)})
	require.Len(t, r.Sheets, 1)
	assertRoundTrip(t, r.Sheets)
}

func TestStatusOfACodeMustBeOne(t *testing.T) {
	for _, codes := range []string{"{B17: {http_status: 99}}", "{B17: {status: 409}}", "[{code: B17, http_status: late}]"} {
		document := "name: A\nmethod: GET\nurl: https://staging.ferry.example/a\nsuccess_response: {a: 1}\nstatus_codes: " + codes + "\n"
		r := Format.Read(sheet.Input{Name: "a.yaml", Data: []byte(document)})
		require.Len(t, r.Sheets, 1, codes)
		require.NotEmpty(t, r.Sheets[0].Diagnostics, codes)
		require.Equal(t, "sheet.unreadable", r.Sheets[0].Diagnostics[0].Rule, codes)
		require.Zero(t, r.Sheets[0].StatusCodes[0].HTTPStatus, codes)
	}
}
