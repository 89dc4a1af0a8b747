package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// answered is an exchange with an answer of JSON, as Do returns it.
func answered(status int, body string) (*probe.Exchange, string, error) {
	var red probe.Redactor
	return &probe.Exchange{
		Attempts: []probe.Attempt{{}},
		Request:  probe.RecordedRequest{Method: "POST", URL: "http://login.test/token"},
		Response: &probe.RecordedResponse{HTTPStatus: status, MediaType: "application/json", Body: red.Body(body)},
	}, body, nil
}

func TestWhereTokensStand(t *testing.T) {
	cases := []struct{ name, media, body, path, want string }{
		{"RFC 6749", "application/json", `{"token_type":"x","access_token":"tok"}`, "", "tok"},
		{"data.token", "application/json", `{"status":"ok","data":{"token":"tok"}}`, "", "tok"},
		{"camel case", "application/json", `{"result":{"accessToken":"tok"}}`, "", "tok"},
		{"with its scheme", "application/json", `{"token":"Bearer tok"}`, "", "tok"},
		{"a bare string", "application/json", `"tok"`, "", "tok"},
		{"a byte order mark", "application/json", "\ufeff {\"token\":\"tok\"}\n", "", "tok"},
		{"a form", form + "; charset=utf-8", "expires_in=5&access_token=t%6Fk", "", "tok"},
		{"a form that calls itself text", "text/plain", "access_token=tok&token_type=bearer", "", "tok"},
		{"text", "text/plain", "tok\n", "", "tok"},
		{"text of a login page", "text/plain", "please log in", "", ""},
		{"HTML of one word", "text/html", "tok", "", ""},
		{"JSONPath", "application/json", `{"a":[{"b c":"tok"}]}`, "$.a[0]['b c']", "tok"},
		{"JSONPath that searches", "application/json", `{"a":[{"b":{"tkt":"tok"}}]}`, "$..tkt", "tok"},
		{"names with dots", "application/json", `{"a":{"b":"tok"}}`, "a.b", "tok"},
		{"JSON Pointer", "application/json", `{"a/b":[0,"tok"]}`, "/a~1b/1", "tok"},
		{"a number", "application/json", `{"token":12345678901234567890}`, "", "12345678901234567890"},
		{"the root", "application/json", `"tok"`, "$", "tok"},
		{"a path to nowhere", "application/json", `{"token":"tok"}`, "$.data.token", ""},
		{"a path to an object", "application/json", `{"token":{"value":"tok"}}`, "$.token", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path, err := readTokenPath(Spec{Type: "bearer", TokenPath: c.path})
			require.NoError(t, err)
			got, reason := readTokenAnswer(c.body, c.media, path)
			assert.Equal(t, c.want, got.token)
			assert.Equal(t, c.want == "", reason != "", reason)
		})
	}
}

func FuzzTokenAnswer(f *testing.F) {
	for _, seed := range []string{`{"access_token":"t","expires_in":1e9}`, `"x"`, "a=b&access_token=%zz", "\ufeff[[[", `{"data":{"token":"a.e30.b","expiresIn":"5"}}`, ""} {
		for _, media := range []string{"application/json", "text/plain", form} {
			f.Add(seed, media, "$..token")
		}
	}
	f.Fuzz(func(t *testing.T, body, media, written string) {
		path, err := readTokenPath(Spec{Type: "bearer", TokenPath: written})
		if err != nil {
			path = tokenPath{}
		}
		got, reason := readTokenAnswer(body, media, path)
		if reason == "" && (!isToken(got.token) || !carriable(got.token)) {
			t.Fatalf("%q gives the token %q", body, got.token)
		}
		if said, next := explain(200, body); got.life < 0 || strings.ContainsAny(said+next, "\r\n") {
			t.Fatalf("%q lives %v, %q", body, got.life, said)
		}
	})
}
