package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// flow is an identity whose secret is the value of the variable thing, the name of which tells nobody that it is one; SECRET is the value
// written out.
type flow struct {
	name, auth string
	plain      bool // only a value without special characters can stand there
}

var identityFlows = []flow{
	{name: "bearer", auth: `{type: bearer, token: <<thing>>}`, plain: true},
	{name: "bearer spelled out", auth: `{type: bearer, token: SECRET}`, plain: true},
	{name: "token call", auth: `{type: bearer, token_path: $.deep.ticket, token_request: {url: "https://api-sit.canary.example/token", body: {pin: <<thing>>}}}`},
	{name: "token call spelled out", auth: `{type: bearer, token_request: {url: "https://api-sit.canary.example/token", headers: {X-Api-Key: SECRET}}}`, plain: true},
	{name: "client credentials", auth: `{type: oauth2, token_url: "https://api-sit.canary.example/token", client_id: a, client_secret: <<thing>>}`},
	{name: "client in the body", auth: `{type: oauth2, token_url: "https://api-sit.canary.example/token", client_id: a, client_secret: <<thing>>, client_auth: body}`},
	{name: "password grant", auth: `{type: oauth2, grant: password, token_url: "https://api-sit.canary.example/token", username: a, password: <<thing>>}`},
	{name: "basic", auth: `{type: basic, username: someone, password: <<thing>>}`},
	{name: "digest", auth: `{type: digest, username: someone, password: <<thing>>}`},
	{name: "key in a header", auth: `{type: api_key, name: X-Trace, value: <<thing>>}`},
	{name: "key in the query", auth: `{type: api_key, in: query, name: q, value: <<thing>>}`},
	{name: "key in a cookie", auth: `{type: api_key, in: cookie, name: q, value: <<thing>>}`, plain: true},
	{name: "OAuth 1.0a", auth: `{type: oauth1, consumer_key: k, consumer_secret: <<thing>>, token: t-of-ours, token_secret: <<thing>>}`},
	{name: "OAuth 1.0a in plain text", auth: `{type: oauth1, consumer_key: k, consumer_secret: <<thing>>, signature_method: PLAINTEXT, placement: query}`},
	{name: "OAuth 1.0a token", auth: `{type: oauth1, consumer_key: k, consumer_secret: c-of-ours, token: <<thing>>, token_secret: <<thing>>, placement: query}`},
	{name: "OAuth 1.0a verifier", auth: `{type: oauth1, consumer_key: k, consumer_secret: c-of-ours, verifier: <<thing>>, placement: query}`},
	{name: "HMAC", auth: `{type: hmac, secret: <<thing>>, header: X-S, template: "{method}{body}"}`},
	{name: "HMAC key as base64", auth: `{type: hmac, secret: <<thing>>, secret_encoding: base64, header: X-S, template: "{method}{body}"}`, plain: true},
	{name: "SigV4", auth: `{type: aws_sigv4, access_key: AKID, secret_key: <<thing>>, session_token: s-of-ours, region: r, service: s}`},
	{name: "SigV4 session", auth: `{type: aws_sigv4, access_key: AKID, secret_key: k-of-ours, session_token: <<thing>>, region: r, service: s}`, plain: true},
}

// issued are what answers supply: a token, one that refreshes it, and what is captured by every way there is.
var issued = []string{"issd5Gm8RtvKq2WnZ7", "rfsh3Pb6YxcJw9LdQ4", "hdrv8Nf2TksHu5MgC6", "cook4Xa7VzrEj3BpS9"}

const ask = `
name: Canary
method: POST
url: https://api-sit.canary.example/v1/things
request_body: {id: "1"}
success_response: {status: ok, code: S1, id: 7}
error_response: {status: bad, code: E1}
status_codes: {S1: done, E1: refused}
`

// link asks for what the answer to ask supplies, by every way.
const link = `
capture: {ticket: $.deep.ticket, second: $.access_token, third: "header:X-Third", fourth: "cookie:fourth", answered: status}
---
name: Link
method: POST
url: https://api-sit.canary.example/v1/links/{fourth}?a=<<third>>
headers: {X-Ticket: "<<ticket>>"}
request_body: {second: "<<second>>"}
success_response: {status: ok, code: S1, id: 7}
error_response: {status: bad, code: E1}
needs: [Canary]
`

// parrot gives back all that it was sent and all that it knows, in every spelling, under a status. A refused token call says why in the form of
// RFC 6749.
func parrot(secret string, status, tokenStatus int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		echoed := []string{r.URL.String(), string(sent)}
		for name, values := range r.Header {
			echoed = append(echoed, name+": "+strings.Join(values, ", "))
		}
		body := map[string]any{
			"status": "ok", "code": "S1", "id": 7, "access_token": issued[0], "refresh_token": issued[1], "deep": map[string]any{"ticket": issued[0]},
			"echo": echoed, "error": "invalid_client", "error_description": "unknown: " + secret + " " + strings.Join(echoed, " "), "message": issued[0] + " " + issued[2] + " " + issued[3],
		}
		for name, form := range spellings(secret) {
			body[name] = form
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Third", issued[2])
		http.SetCookie(w, &http.Cookie{Name: "fourth", Value: issued[3]})
		w.Header().Set("X-Echo", url.QueryEscape(secret))
		if r.URL.Path == "/token" {
			status = tokenStatus
			body["message"] = strings.Join(issued[:2], " ")
		} else if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth", opaque="`+url.QueryEscape(secret)+`"`)
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

func TestNoIdentityIsLeftBehind(t *testing.T) {
	for _, f := range identityFlows {
		for _, secret := range canaries {
			if f.plain && secret != canaries[0] {
				continue
			}
			for _, status := range [][2]int{{200, 200}, {401, 200}, {500, 201}, {200, 401}, {200, 500}} {
				t.Run(fmt.Sprintf("%s/%s/%d after %d", f.name, secret[:4], status[0], status[1]), func(t *testing.T) {
					t.Parallel()
					server := httptest.NewServer(parrot(secret, status[0], status[1]))
					defer server.Close()
					document := ask + "auth: " + strings.ReplaceAll(f.auth, "SECRET", secret) + link
					for place, text := range leftBehind(t, document, server.URL, probe.Var{Name: "thing", Value: secret}) {
						assert.Empty(t, leaks(text, secret), place)
						for _, s := range issued {
							assert.Empty(t, leaks(text, s), "%s: what was issued", place)
						}
					}
				})
			}
		}
	}
}

// leftBehind is whatever the listings and reports of a run say, by their name.
func leftBehind(t *testing.T, document, baseURL string, vars ...probe.Var) map[string]string {
	t.Helper()
	readings := engine.Read([]sheet.Input{{Name: "canary.yaml", Data: []byte(document)}})
	require.NotEmpty(t, readings[0].Sheets, "%v", readings[0].Diagnostics)
	o := engine.Options{Vars: probe.NewVars(vars...), BaseURL: baseURL, Send: send.Options{MaxBody: 1 << 16}}
	plans, mask := engine.Plan(readings, o), engine.Redactor(readings, o.Vars)
	run, err := engine.Run(context.Background(), readings, o)
	require.NoError(t, err)
	left := map[string]string{}
	note := func(name string, write func(io.Writer) error) {
		var b strings.Builder
		require.NoError(t, write(&b))
		left[name] = b.String()
	}
	note("plan", func(out io.Writer) error { return report.Plan(out, plans, mask, report.Options{}) })
	note("plan as JSON", func(out io.Writer) error { return report.PlanJSON(out, plans, mask) })
	note("plan as curl", func(out io.Writer) error { return report.PlanCurl(out, plans, mask) })
	note("lint as JSON", func(out io.Writer) error {
		return report.LintJSON(out, []report.Document{report.Document(readings[0])}, mask)
	})
	for _, f := range textFormats() {
		note(f.Name, func(out io.Writer) error { return f.Write(out, run, report.Options{Verbose: true}) })
	}
	return left
}

func TestLintNamesTheSecretsOfAnIdentity(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "auth.yaml", Data: []byte(ask + "auth: {type: oauth1, consumer_key: k, consumer_secret: 9f8e7d6c5b4a39281706f5e4d3c2b1a0}\n")}})
	found := false
	for _, d := range readings[0].Sheets[0].Diagnostics {
		if d.Rule == "sheet.secret-in-sheet" {
			found = true
			assert.Contains(t, d.Message, "consumer_secret")
			assert.NotContains(t, d.Message, "9f8e7d6c")
		}
	}
	assert.True(t, found, "%v", readings[0].Sheets[0].Diagnostics)
}
