package native

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

func input(text string) sheet.Input { return sheet.Input{Name: "x", Data: []byte(text)} }

func TestDetect(t *testing.T) {
	const full = "name: A\nmethod: GET\nurl: https://a.example/\nsuccess_response: {a: 1}\n"
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"complete":                     {full, certain},
		"comment and marker first":     {"# my API\n---\n" + full, certain},
		"windows line ends and a mark": {"\ufeff" + strings.ReplaceAll(full, "\n", "\r\n"), certain},
		"second document":              {"--- 1\n---\n" + full, certain},
		"list":                         {"- name: A\n  method: GET\n  url: https://a.example/\n  success_response: {a: 1}\n", certain},
		"flow list":                    {`[{name: A, success_response: {}}]`, certain},
		"apis":                         {"apis:\n- name: A\n  url: https://a.example/\n  status_codes: {}\n", certain},
		"JSON":                         {`{"name": "A", "url": "https://a.example/", "success_response": {"a": 1}}`, certain},
		"few keys":                     {"name: A\nmethod: GET\nurl: https://a.example/\n", likely},
		"broken, its own keys":         {full + "error_response: [\n", intended},
		"broken, common words only":    {"name: A\nmethod: GET\nurl: https://a.example/\nheaders: A: b\n", 0},
		"pasted text":                  {"API Name: A\nMethod: POST\nURL: https://a.example/\nSuccess Response: {\"a\": 1}\n", 0},
		"pasted text that is YAML":     {"API Name: A\nmethod: POST\nurl: https://a.example/\nheaders: none\nSuccess Response: yes\n", 0},
		"pasted text in small letters": {"name: A\nmethod: POST\nurl: https://a.example/\nrequest body: {\"a\": 1}\nresponse: {\"a\": 1}\n", 0},
		"OpenAPI":                      {"openapi: 3.0.0\ninfo: {title: x}\nservers: [{url: https://a.example}]\npaths: {}\n", 0},
		"Postman":                      {`{"info": {"name": "x"}, "item": [{"name": "a", "request": {"method": "GET", "url": "https://a.example"}}]}`, 0},
		"an answer":                    {`{"status": "success", "name": "x"}`, 0},
		"prose":                        {"The url: see below. method: we use POST.\n", 0},
		"empty":                        {"", 0},
		"binary":                       {"PK\x03\x04 url: method:", 0},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, Format.Detect(input(c.text))) })
	}
}

func TestHostileDocumentsGetAnAnswer(t *testing.T) {
	const head = "name: A\nmethod: POST\nurl: https://a.example/\nsuccess_response: "
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	deepAliases := "success_response:\n- &b0 [x]\n"
	for i := 1; i < 2000; i++ {
		deepAliases += fmt.Sprintf("- &b%d [*b%d]\n", i, i-1)
	}
	for name, text := range map[string]string{
		"billion laughs":    head + "{a: 1}\n" + laughs,
		"deep aliases":      "name: A\nmethod: POST\n" + deepAliases,
		"nested brackets":   head + strings.Repeat("[", 100_000),
		"nested braces":     head + strings.Repeat("{a: ", 100_000),
		"nested JSON":       `{"method": "GET", "url": ` + strings.Repeat("[", 100_000),
		"closed nesting":    head + strings.Repeat("[", 450) + strings.Repeat("]", 450),
		"dashes":            head + "\n" + strings.Repeat("- ", 50_000),
		"questions":         head + "\n" + strings.Repeat("? ", 50_000),
		"commas":            head + "[" + strings.Repeat("1,", 200_000) + "]",
		"NULs":              head + strings.Repeat("\x00", 100_000),
		"one NUL":           head + "a\x00b",
		"one long line":     head + "[" + strings.Repeat(`{"a": "<<t>>", b: [x]}, `, 5_000) + "]",
		"long masks":        head + "x\nrequest_body: {" + strings.Repeat("a: '****', ", 5_000) + "}",
		"merge chains":      "x: &x {a: 1}\n" + head + "{" + strings.Repeat("<<: *x, ", 1000) + "}",
		"unclosed quote":    head + `"` + strings.Repeat("a\n", 100_000),
		"many documents":    strings.Repeat("---\n"+head+"{a: 1}\n", 300),
		"comments":          strings.Repeat("# url: method:\n", 20_000),
		"empty flow maps":   head + "[" + strings.Repeat("{},", 10_000) + "]",
		"flow with comment": head + "[1, # ]\n 2 # }\n]",
		"anchors":           head + "[" + strings.Repeat("&a x, ", 5_000) + "*a]",
	} {
		t.Run(name, func(t *testing.T) {
			Format.Detect(input(text))
			r := Format.Read(input(text))
			assert.True(t, len(r.Sheets)+len(r.Diagnostics) > 0, "neither a sheet nor a diagnostic")
			for _, s := range r.Sheets {
				sheet.Lint(s)
			}
		})
	}
}

func TestTooDeepJSONIsSaidToBeThat(t *testing.T) {
	in := input(`{"name": "A", "method": "GET", "url": "https://h.test/a", "success_response": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}")
	assert.Equal(t, intended, Format.Detect(in))
	r := Format.Read(in)
	require.NotEmpty(t, r.Diagnostics)
	assert.Contains(t, r.Diagnostics[0].Message, "more than 500 deep")
	assert.Equal(t, 1, r.Diagnostics[0].At.Line)
}

func TestPlacesStandWhereValuesStand(t *testing.T) {
	const text = "# é\r\nname: \"Ünïcode\"\r\nmethod: 'POST'\r\nurl: https://a.example/{id}\r\nheaders:\r\n  Authorization: &a Bearer <<token>>\r\n" +
		"request_body: {\"ключ\": \"x\", list: [1, !!str 2]}\r\nsuccess_response: |\r\n  {\"a\":\r\n   [7]}\r\n"
	r := Format.Read(input(text))
	require.Len(t, r.Sheets, 1)
	s := r.Sheets[0]
	at := func(span source.Span) string {
		line := []rune(r.Document.Line(span.Pos))
		return fmt.Sprintf("%d:%s", span.Line, string(line[span.Column-1:span.Column-1+span.Length]))
	}
	assert.Equal(t, `2:"Ünïcode"`, at(s.At.Of(probe.FieldName)))
	assert.Equal(t, `3:'POST'`, at(s.At.Of(probe.FieldMethod)))
	assert.Equal(t, "6:Authorization: &a Bearer <<token>>", at(s.Headers[0].At))
	assert.Equal(t, "6:<<token>>", at(s.Placeholder[1].At))
	body := s.Request.Body.Value
	assert.Equal(t, `7:"ключ"`, at(body.KeyAt(0)))
	assert.Equal(t, `7:"x"`, at(body.Get("ключ").At()))
	assert.Equal(t, `7:[1, !!str 2]`, at(body.Get("list").At()))
	assert.Equal(t, `7:2`, at(body.Lookup("/list/1").At()))
	assert.Equal(t, `9:"a"`, at(s.Success[0].Body.Value.KeyAt(0)))
	assert.Equal(t, `10:7`, at(s.Success[0].Body.Value.Lookup("/a/0").At()))
}

func FuzzRead(f *testing.F) {
	roundTrip := func(t *testing.T, r sheet.Reading) {
		if len(r.Sheets) > 0 {
			assertRoundTrip(t, r.Sheets)
		}
	}
	suite(f).Fuzz(f, []func(*testing.T, sheet.Reading){roundTrip})
}

func ExampleMarshal() {
	r := Format.Read(sheet.Input{Name: "booking.json", Data: []byte(`{"name": "Cancel a booking", "method": "post",
	  "url": "https://staging.ferry.example/v2/cancel", "success_response": {"status": "yes", "fee": 1.10}}`)})
	data, err := Marshal(r.Sheets)
	fmt.Println(string(data), err)
	// Output:
	// name: Cancel a booking
	// method: POST
	// url: https://staging.ferry.example/v2/cancel
	// success_response:
	//   status: "yes"
	//   fee: 1.10
	//  <nil>
}

func TestComplaintsOfOneSheetAreBounded(t *testing.T) {
	data := "name: A\nmethod: GET\nurl: https://h.test/a\nsuccess_response: {" + strings.Repeat("a: 1, ", 10_000) + "}\n"
	r := Format.Read(sheet.Input{Name: "x.yaml", Data: []byte(data)})
	require.Len(t, r.Sheets, 1)
	require.Len(t, r.Sheets[0].Diagnostics, maxNotes)
}
