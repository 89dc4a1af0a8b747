package sheet_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// assemble makes a sheet of fields and values, in turn.
func assemble(t *testing.T, pieces ...string) *probe.Sheet {
	t.Helper()
	doc := source.NewDocument("x.txt", nil, "")
	var fragments []sheet.Fragment
	for i := 0; i+2 < len(pieces)+1; i += 3 {
		fragments = append(fragments, sheet.Fragment{
			Field: probe.Field(pieces[i]),
			Label: doc.Cell("A"+strings.Repeat("1", i+1), pieces[i+1]),
			Value: doc.Cell("B"+strings.Repeat("1", i+1), pieces[i+2]),
		})
	}
	return sheet.Assemble(doc, fragments)
}

func TestAssembleURL(t *testing.T) {
	cases := []struct {
		name        string
		pieces      []string
		url, method string
	}{
		{"plain", []string{"url", "URL", "https://h.example/a"}, "https://h.example/a", ""},
		{"quoted", []string{"url", "URL", `"https://h.example/a".`}, "https://h.example/a", ""},
		{"in angles", []string{"url", "URL", "<https://h.example/a/<order id>>"}, "https://h.example/a/<order id>", ""},
		{"in prose", []string{"url", "URL", "Call https://h.example/a, please."}, "https://h.example/a", ""},
		{"markdown link", []string{"url", "URL", "[docs](https://h.example/a_(b))"}, "https://h.example/a_(b)", ""},
		{"method before", []string{"url", "URL", "POST https://h.example/a"}, "https://h.example/a", "POST"},
		{"method behind", []string{"url", "URL", "https://h.example/a (PUT)"}, "https://h.example/a", "PUT"},
		{"method in the label", []string{"url", "URL (delete)", "https://h.example/a"}, "https://h.example/a", "DELETE"},
		{"placeholders", []string{"url", "URL", "https://{host}:8443/{{v}}/a/:id?b=<c>"}, "https://{host}:8443/{{v}}/a/:id?b=<c>", ""},
		{"bare path", []string{"url", "URL", "/v1/a"}, "/v1/a", ""},
		{"bare host", []string{"url", "URL", "h.example/v1/a"}, "h.example/v1/a", ""},
		{"words", []string{"url", "URL", "not known yet"}, "not known yet", ""},
		{"base and path", []string{"url", "Base URL", "https://h.example/v1/", "url", "Path", "/a"}, "https://h.example/v1/a", ""},
		{"base and path that overlap", []string{"url", "Base URL", "https://h.example/v1", "url", "Path", "/v1/a"}, "https://h.example/v1/a", ""},
		{"staging wins", []string{"url", "Production URL", "https://h.example/a", "url", "Staging URL", "https://s.example/a"}, "https://s.example/a", ""},
		{"staging wins within a value", []string{"url", "URL", "Live: https://h.example/a\nUAT: https://u.example/a"}, "https://u.example/a", ""},
		{"from a curl", []string{"request_body", "Sample Request", `curl -XPATCH "https://h.example/a" -d '{"b":1}'`}, "https://h.example/a", "PATCH"},
		{"from a message", []string{"request_body", "Request", "POST /a HTTP/1.1\nHost: h.example\n\n{\"b\":1}"}, "https://h.example/a", "POST"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := assemble(t, c.pieces...)
			assert.Equal(t, c.url, s.URL)
			assert.Equal(t, c.method, s.Method)
			assert.NotEmpty(t, s.At.Of(probe.FieldURL))
		})
	}
}

func TestAssembleMethod(t *testing.T) {
	cases := map[string]string{"post": "POST", " `GET` ": "GET", "Post method": "POST", "fetch": "FETCH", "NA": "", "": "", "GET / POST": "GET"}
	for value, want := range cases {
		assert.Equal(t, want, assemble(t, "method", "Method", value).Method, value)
	}
}

func TestAssembleHeaders(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"lines", "A: 1\nB : 2", "A=1|B=2"},
		{"bullets", " • A: 1\n - B: 2\n* C: 3", "A=1|B=2|C=3"},
		{"numbers", "1) A: 1\n2) B: 2", "A=1|B=2"},
		{"JSON", `{"A": "1", "B": "2"}`, "A=1|B=2"},
		{"list of JSON", `[{"key": "A", "value": "1"}]`, "A=1"},
		{"members", "\"A\": \"1\",\n\"B\": \"2\"", "A=1|B=2"},
		{"curl", "-H 'A: 1' -H \"B: 2\"", "A=1|B=2"},
		{"one line", "A: 1, B: 2; C: 3", "A=1|B=2|C=3"},
		{"a comma of the value", "Accept: text/html, application/json;q=0.9", "Accept=text/html, application/json;q=0.9"},
		{"a date", "Date: Mon, 02 Jan 2006 15:04:05 GMT", "Date=Mon, 02 Jan 2006 15:04:05 GMT"},
		{"equals", "A = 1", "A=1"},
		{"columns", "Name\tValue\nA\t1\nB     2", "A=1|B=2"},
		{"no mark", "Content-Type application/json", "Content-Type=application/json"},
		{"blank in the name", "Content Type: application/json", "Content-Type=application/json"},
		{"table rule", "Name | Value\n-----|-----\nA | 1", "A=1"},
		{"none", "NA", ""},
		{"prose", "See the wiki", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, h := range assemble(t, "headers", "Headers", c.value).Headers {
				got = append(got, h.Name+"="+h.Value)
			}
			assert.Equal(t, c.want, strings.Join(got, "|"))
		})
	}
}

func TestAssembleStatusCodes(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"blanks", "Code       Message\n\nS1     Fine\nE1\u00a0\u00a0 Bad", "S1=Fine business|E1=Bad business"},
		{"marks", "S1 - Fine\nE1: Bad\nE2 = Worse\nE3 => Worst", "S1=Fine business|E1=Bad business|E2=Worse business|E3=Worst business"},
		{"http", "200 OK\n404 Not Found\n999 Odd", "200=OK http|404=Not Found http|999=Odd business"},
		{"classes of http", "2xx - fine\n4XX - your mistake\nE4 - no", "2xx=fine http|4XX=your mistake http|E4=no business"},
		{"http word", "HTTP 200 - OK\nStatus Code: 404", "200=OK http|404= http"},
		{"in one line", "200 - OK, 400 - Bad Request", "200=OK http|400=Bad Request http"},
		{"HTTP status, code and words in one line", "200 OK\n404 FLT-404 Flight not found", "200=OK http|FLT-404=Flight not found business"},
		{"numbers of codes that no mark follows", "10001 param error\n10002 appKey not exist", "10001=param error business|10002=appKey not exist business"},
		{"numbers of a message", "E08 tenure must be between 6 and 60\nE09 send 1, 2 or 3", "E08=tenure must be between 6 and 60 business|E09=send 1, 2 or 3 business"},
		{"codes alone", "200, 400, 500", "200= http|400= http|500= http"},
		{"comma of a message", "E1 - late, but fine", "E1=late, but fine business"},
		{"reversed", "Success - 200", "200=Success http"},
		{"numbered", "1. E100 - Bad\n2. E200 - Worse", "E100=Bad business|E200=Worse business"},
		{"three columns", "Code | HTTP | Message\nE1 | 400 | Bad", "E1=Bad business"},
		{"JSON", `{"E1": "Bad"}`, "E1=Bad business"},
		{"message below", "E1\nBad\nE2\nWorse", "E1=Bad business|E2=Worse business"},
		{"prose", "000 for success and 901 for bad input", "000=success business|901=bad input business"},
		{"zero", "0 = done\n-1 = failed", "0=done business|-1=failed business"},
		{"none", "N/A", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, k := range assemble(t, "status_codes", "Status Codes", c.value).StatusCodes {
				got = append(got, k.Code+"="+k.Message+" "+k.Kind)
			}
			assert.Equal(t, c.want, strings.Join(got, "|"))
		})
	}
}

func TestAssembleCredentials(t *testing.T) {
	several := "Consumer Key, Consumer Secret, User ID and Call back URL"
	cases := []struct{ name, label, value, want string }{
		{"names of the label", several, "Name the key if you use one. Eg: consumer_key", "consumer_key=|consumer_secret=|user_id=|callback_url="},
		{"pairs", several, "consumer_key: ck\nconsumer_secret = <<cs>>", "consumer_key=ck|consumer_secret=<<cs>>"},
		{"pairs in one line", "Credentials", "user: u, pass: p", "user=u|pass=p"},
		{"one label", "Client ID", "abc", "Client ID=abc"},
		{"one label without a value", "Client Secret", "will be mailed by our security team", "Client Secret="},
		{"JSON", "Credentials", `{"user": "u"}`, "user=u"},
		{"bare names", "Credentials", "consumer_key, consumer_secret", "consumer_key=|consumer_secret="},
		{"prose", "Credentials", "Will be shared later, in a call.", ""},
		{"none", several, "NA", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, k := range assemble(t, "credentials", c.label, c.value).Credentials {
				got = append(got, k.Name+"="+k.Value)
			}
			assert.Equal(t, c.want, strings.Join(got, "|"))
		})
	}
}

func TestAssemblePartnerCode(t *testing.T) {
	for value, want := range map[string]string{
		`"{partnercode}"`: "{partnercode}", "ABC": "ABC", "partner_code: X1": "X1", "“Q”": "Q", "NA": "", "It will be shared with you soon": "",
	} {
		assert.Equal(t, want, assemble(t, "partner_code", "Partner Code", value).PartnerCode, value)
	}
}

func TestAssembleResponses(t *testing.T) {
	cases := []struct{ name, label, value, success, errors string }{
		{"one", "Success Response", `{"code": "S1"}`, "S1", ""},
		{"label before the brace", "Success Response", `Response: {"code": "S1"}`, "S1", ""},
		{"several", "Success Response", "{\"code\": \"S1\"}\nOR\n{\"code\": \"S2\"}", "S1|S2", ""},
		{"several on a line", "Success Response", `{"code": "S1"} OR {"code": "S2"}`, "S1|S2", ""},
		{"status line", "Response", "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"code\": \"E1\"}", "", "404 E1"},
		{"status line with a cause", "Response", "HTTP 404 - no such depot\n{\"code\": \"E1\"}", "", "HTTP 404 - no such depot 404 E1"},
		{"label with a status", "Response (200)", `{"code": "S1"}`, "Response (200) 200 S1", ""},
		{"titles tell the outcome", "Response", "Success:\n{\"code\": \"S1\"}\nError:\n{\"code\": \"E1\"}", "Success S1", "Error E1"},
		{"status without a body", "Success Response", "204 No Content", "204", ""},
		{"pointed at", "Success Response", "Same as above", "", ""},
		{"none", "Success Response", "NA", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := assemble(t, "success_response", c.label, c.value)
			assert.Equal(t, c.success, answers(s.Success))
			assert.Equal(t, c.errors, answers(s.Errors))
		})
	}
}

func answers(rs []probe.Response) string {
	var all []string
	for _, r := range rs {
		var words []string
		if r.Title != "" {
			words = append(words, r.Title)
		}
		if r.HTTPStatus != nil {
			words = append(words, strconv.Itoa(*r.HTTPStatus))
		}
		if r.Code != "" {
			words = append(words, r.Code)
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, "|")
}

func TestAssembleSaysWhatIsMandatory(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"comments", "{\n \"a\": 1, // mandatory\n \"b\": 2 // Optional\n}", "a=true b=false"},
		{"list below", "{\"a\": 1, \"b\": 2}\nMandatory: a\nOptional: b", "a=true b=false"},
		{"sentence", "{\"a\": 1, \"b\": 2}\na is required, b is not mandatory.", "a=true b=false"},
		{"table", "Name | Type | Required\na | int | Y\nb | int | N\n{\"a\": 1, \"b\": 2}", "a=true b=false"},
		{"rows", "{\"a\": 1, \"b\": 2}\na - string - mandatory\nb - string (optional)", "a=true b=false"},
		{"unstated", "{\"a\": 1, \"b\": \"optional\"}", "a=? b=?"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range assemble(t, "request_body", "Request Body", c.value).Request.Fields {
				word := "?"
				if f.Mandatory != nil {
					word = map[bool]string{true: "true", false: "false"}[*f.Mandatory]
				}
				got = append(got, f.Name+"="+word)
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func TestAssembleComplainsOnceOverABrokenExample(t *testing.T) {
	s := assemble(t, "success_response", "Success Response", "{a: 1, b: 2,}", "error_response", "Error Response", "nothing like it")
	require.Len(t, s.Diagnostics, 2)
	assert.Equal(t, "sheet.repaired-json", s.Diagnostics[0].Rule)
	assert.Equal(t, source.Info, s.Diagnostics[0].Severity)
	assert.Equal(t, "sheet.ambiguous", s.Diagnostics[1].Rule)
	assert.Equal(t, "nothing like it", s.Errors[0].Body.Text)
}

func TestAssembleKeepsLabelsWithoutValues(t *testing.T) {
	s := assemble(t, "partner_code", "Partner Code", "", "url", "URL", "https://h.example/a")
	label, known := s.Labels.Find(probe.FieldPartnerCode)
	assert.True(t, known)
	assert.Equal(t, label, s.At.Of(probe.FieldPartnerCode))
	_, known = s.At.Find(probe.FieldMethod)
	assert.False(t, known)
}
