package engine_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// lodge lets in those whose token call arrives as it was meant.
const lodge = `
name: Read log
method: GET
url: https://sit.harbour.example/log
success_response: {ok: true}
auth: {type: bearer, token_request: {url: "https://sit.harbour.example/<<dock>>/token?pier=<<dock>>", %s}}
`

// What is filled into a token call is escaped for the place where it lands, and the body says what it is.
func TestValuesInATokenCall(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for given, want := range map[string]struct{ mediaType, body string }{
		`body: {pass: "<<pass>>"}`: {"application/json", `{"pass":"a\"b&c=\\ <ü>\""}`},
		`headers: {Content-Type: application/json}, body: '{"pass": "<<pass>>", "n": 1}'`: {"application/json", `{"pass": "a\"b&c=\\ <ü>\"", "n": 1}`},
		`body: "pass=<<pass>>"`: {form, "pass=a%22b%26c%3D%5C%20%3C%C3%BC%3E%22"},
		`headers: {Content-Type: ` + form + `}, body: {pass: "<<pass>>", "grant type": 1}`: {form, "pass=a%22b%26c%3D%5C+%3C%C3%BC%3E%22&grant+type=1"},
		`headers: {Content-Type: text/xml}, body: "<p><<pass>></p>"`:                       {"text/xml", "<p>a&#34;b&amp;c=\\ &lt;ü&gt;&#34;</p>"},
		`headers: {Content-Type: text/plain}, body: "<<pass>>"`:                            {"text/plain", `a"b&c=\ <ü>"`},
	} {
		var uri, mediaType, body string
		run, _, _ := chained(t, fmt.Sprintf(lodge, given), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				raw, _ := io.ReadAll(r.Body)
				uri, mediaType, body = r.RequestURI, r.Header.Get("Content-Type"), string(raw)
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[r.Method == http.MethodPost || r.Header.Get("Authorization") != ""])
			_, _ = io.WriteString(w, `{"ok":true,"access_token":"issued-token-1"}`)
		}), probe.Var{Name: "pass", Value: `a"b&c=\ <ü>"`, Secret: true}, probe.Var{Name: "dock", Value: "a/b ?"})
		assert.Equal(t, "/a%2Fb%20%3F/token?pier=a%2Fb%20%3F", uri, given)
		assert.Equal(t, want.mediaType, mediaType, given)
		assert.Equal(t, want.body, body, given)
		assert.NotEqual(t, probe.Blocked, run.Sheets[0].Cases[0].Verdict, given)
	}
}

// An identity that cannot be used is put to whoever said it: the sheet, or the configuration, whose words have no place in the sheet.
func TestWhoSaidAnIdentityThatCannotBeUsed(t *testing.T) {
	_, readings, o := chained(t, `
name: Read log
method: GET
url: https://sit.harbour.example/log
success_response: {ok: true}
auth: {type: bearer, token: "a b"}
`, &harbour{})
	blame := func() probe.Blame { return engine.Plan(readings, o)[0].Cases[0].Blocked[0].Blame }
	assert.Equal(t, probe.BlameSheet, blame())
	readings[0].Sheets[0].Auth.At = source.Span{}
	assert.Equal(t, probe.BlameEnvironment, blame())
}
