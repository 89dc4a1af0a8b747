package sheet_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// lintText reads a document and lints it as the engine does. Only what lint says comes back.
func lintText(t *testing.T, name string, data []byte) (sheets []*probe.Sheet, found source.Diagnostics) {
	t.Helper()
	r := native.Format.Read(sheet.Input{Name: name, Data: data})
	require.Empty(t, r.Diagnostics, "the document of a lint test must be readable")
	require.NotEmpty(t, r.Sheets)
	for _, s := range r.Sheets {
		found = append(found, sheet.Lint(s)...)
	}
	for _, s := range r.Sheets {
		s.Diagnostics = nil
	}
	sheet.LintTogether(r.Sheets)
	for _, s := range r.Sheets {
		found = append(found, s.Diagnostics...)
	}
	found.Sort()
	return r.Sheets, found
}

// A golden file stands beside each document of testdata/lint. The documents named clean-* must give no complaint at all.
func TestLintGolden(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "lint", "*.yaml"))
	require.NoError(t, err)
	require.Greater(t, len(names), 9, "the test must find its documents")
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			sheets, found := lintText(t, filepath.Base(name), data)
			got := annotated(sheets[0].Document, found)
			if strings.HasPrefix(filepath.Base(name), "clean-") {
				assert.Empty(t, got)
				return
			}
			sheettest.CompareText(t, strings.TrimSuffix(name, ".yaml")+".golden", got)
		})
	}
}

// annotated prints complaints under the lines that they are about.
func annotated(doc *source.Document, found source.Diagnostics) string {
	var b bytes.Buffer
	for _, d := range found {
		fmt.Fprintf(&b, "%d:%d: %s %s [%s] %s\n    %s\n", d.At.Line, d.At.Column, d.Severity, d.Rule, d.Field, d.Message, d.Hint)
		if line := doc.Line(d.At.Pos); d.At.Line > 0 {
			fmt.Fprintf(&b, "  | %s\n  | %s%s\n", line, strings.Repeat(" ", d.At.Column-1), strings.Repeat("^", max(d.At.Length, 1)))
		}
	}
	return b.String()
}

// base is a sheet without fault. The cases replace lines of it.
const base = `name: Book a crossing
method: POST
url: https://staging.ferry.example/v2/bookings
headers: {x-api-key: "<<key>>", Content-Type: application/json}
request_body: {ferry: F1, seats: 2}
success_response: {http_status: 200, body: {status: booked, code: S1, bookingId: B7}}
error_response: {http_status: 409, body: {status: refused, code: E1, reason: full}}
partner_code: P1
credentials: {key: "<<key>>"}
status_codes: {200: OK, 409: Conflict, S1: Booked, E1: Ferry is full}
fields: {ferry: {mandatory: true}, seats: {mandatory: true}}
test_data: [{ferry: F1, expect: success}]
`

// with replaces the line of a key, adds it where there is none, and removes it where the value is "-".
func with(changes ...string) string {
	lines := strings.Split(strings.TrimSuffix(base, "\n"), "\n")
	for _, change := range changes {
		key, value, _ := strings.Cut(change, ":")
		kept := lines[:0:0]
		for _, line := range lines {
			if !strings.HasPrefix(line, key+":") {
				kept = append(kept, line)
				continue
			}
			if value != "-" {
				kept = append(kept, change)
			}
			value = "-"
		}
		if value != "-" {
			kept = append(kept, change)
		}
		lines = kept
	}
	return strings.Join(lines, "\n") + "\n"
}

type lintCase struct {
	rule string
	bad  []string // each: changes of the base that break the rule, parted by ;;
	good []string // the neighbours that must not
}

var lintCases = []lintCase{
	{
		"sheet.missing-field",
		[]string{
			"name:-", "method:-", "url:-", "success_response:-;;status_codes: {409: Conflict, E1: full}", "status_codes:-", "partner_code:-", "credentials:-", "request_body:-;;fields:-;;test_data:-",
			"credentials: {key: \"<<key>>\", secret: }", "name:", "success_response:;;status_codes: {409: Conflict, E1: full}",
		},
		[]string{
			"credentials:", "partner_code:", "success_response: {http_status: 204};;status_codes: {204: Done, 409: Conflict, E1: full}",
			"method: GET;;request_body:-;;fields:-;;test_data:-;;headers: {x-api-key: \"<<key>>\"}", "url: https://staging.ferry.example/v2/bookings/{id}/cancel;;request_body:-;;fields:-;;headers: {x-api-key: \"<<key>>\"}",
		},
	},
	{"sheet.bad-method", []string{"method: PSOT", "method: FETCH", "method: GET/POST", "method: TRACE"}, []string{"method: put", "method: ' post '", "method: PATCH"}},
	{
		"sheet.bad-url",
		[]string{
			"url: /v2/bookings", "url: v2/bookings", "url: staging.ferry.example/v2", "url: //staging.ferry.example/v2", "url: https:///v2", "url: ftp://staging.ferry.example/v2", "url: https//staging.ferry.example",
			"url: https://staging.ferry.example/a b", "url: https://staging.ferry.example/{id", "url: https://staging.ferry.example/id}", "url: https://staging.ferry.example:99999/v2", "url: https://staging.ferry.example:0/", "url: https://:8080/v2",
			"url: https://staging..ferry.example/", "url: https://staging.ferry.example:port/", `url: https:\\staging.ferry.example\v2`, "url: https://", "url: 'https://staging.ferry.example/v2 (staging)'", "url: https://sta,ging.ferry.example/", "url: localhost:8080/v2",
			"url: mailto:a@ferry.example", "url: 'https://[::1/v2'", "url: https:/staging.ferry.example",
		},
		[]string{
			"url: HTTPS://Staging.Ferry.Example:8443/v2", "url: 'https://{host}/v2'", "url: 'https://staging.ferry.example:{port}/v2'", "url: '{{base_url}}/v2/bookings'", "url: https://staging.ferry.example/v2?q=<<q>>", "url: https://staging.ferry.example/v2/{id}/x/:seat",
			"url: https://prüfung.ferry.example/v2", "url: 'https://<<env>>.ferry.example/v2'", "url: https://my_host.ferry.example/v2", "url: https://staging.ferry.example", "url: https://staging.ferry.example./v2", "url: https://203.0.113.7/v2", "url: 'https://[2001:db8::1]:443/v2'", "url: https://staging.ferry.example/v2#x", "url: https://staging.ferry.example/a%20b",
		},
	},
	{"sheet.plain-http", []string{"url: http://staging.ferry.example/v2", "url: HTTP://203.0.113.7/v2"}, []string{"url: http://127.0.0.1:8080/v2", "url: http://localhost/v2", "url: http://10.0.0.7/v2", "url: 'http://[::1]/v2'", "url: 'http://{host}/v2'", "url: https://staging.ferry.example/?back=http://a.example"}},
	{
		"sheet.url-not-public",
		[]string{"url: https://127.0.0.1/v2", "url: https://localhost:8080/v2", "url: https://10.1.2.3/v2", "url: https://192.168.0.9/", "url: https://172.16.0.1/", "url: https://169.254.169.254/", "url: https://0.0.0.0/", "url: https://staging/v2", "url: https://api.corp/v2", "url: https://api.ferry.local/v2", "url: https://api.ferry.internal/", "url: https://api.ferry.lan/", "url: 'https://[fd00::1]/'", "url: 'https://[::ffff:10.0.0.1]/'", "url: https://100.64.0.1/", "url: https://2130706433/"},
		[]string{"url: https://172.32.0.1/", "url: https://203.0.113.7/", "url: https://api.ferry.test/", "url: 'https://{host}/v2'", "url: https://localhost.ferry.example/", "url: https://internal.ferry.example/", "url: 'https://[2001:db8::1]/'"},
	},
	{
		"sheet.production-url",
		[]string{"url: https://prod.ferry.example/v2", "url: https://api-production.ferry.example/", "url: https://live.ferry.example.com/v2", "url: https://abc.execute.example/prod/v2"},
		[]string{"url: https://preprod.ferry.example/", "url: https://api.ferry.example/", "url: https://products.ferry.example/", "url: https://uat.prod.ferry.example/", "url: https://login.live.example/", "url: https://ferry.example/live/scores", "url: https://nonprod.ferry.example/", "url: https://delivery.ferry.example/", "url: https://sandbox.ferry.example/production/"},
	},
	{"sheet.body-on-get", []string{"method: GET", "method: HEAD"}, []string{"method: DELETE", "method: GET;;request_body: {};;fields:-", "method: GET;;request_body:;;fields:-"}},
	{
		"sheet.media-type",
		[]string{
			"headers: {x-api-key: \"<<key>>\"}", "headers: {x-api-key: \"<<key>>\", Content-Type: text/xml}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/x-www-form-urlencoded}", `headers: {x-api-key: "<<key>>", Content-Type: application\json}`,
			"headers: {x-api-key: \"<<key>>\", Content-Type: aplication/json}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/jsn}", "headers: {x-api-key: \"<<key>>\", Content-Type: json}", "headers: {x-api-key: \"<<key>>\", Content Type: application/json}",
			"headers: {x-api-key: \"<<key>>\", Content-Type: [application/json, text/plain]}", "request_body: <a/>;;fields:-", "request_body: a=1&b=2;;fields:-", "headers: {x-api-key: \"<<key>>\", Content-Type: application-json}", "headers: {x-api-key: \"<<key>>\", Content-Type: multipart/form-data}",
		},
		[]string{
			"headers: {x-api-key: \"<<key>>\", Content-Type: application/json; charset=utf-8}", "headers: {x-api-key: \"<<key>>\", content-type: APPLICATION/JSON}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/vnd.ferry.v2+json}", "headers: {x-api-key: \"<<key>>\", Content-Type: \"<<type>>\"}",
			"headers: {x-api-key: \"<<key>>\", Content-Type: text/plain}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/xml};;request_body: <a/>;;fields:-", "headers: {x-api-key: \"<<key>>\", Content-Type: application/x-www-form-urlencoded};;request_body: a=1&b=2;;fields:-",
			"headers: {x-api-key: \"<<key>>\", Accept: text/xml, Content-Type: application/json}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/cbor}", "headers: {x-api-key: \"<<key>>\", Content-Type: application/xhtml+xml};;request_body: <a/>;;fields:-", "request_body: \"<<payload>>\";;fields:-",
		},
	},
	{
		"sheet.secret-in-sheet",
		[]string{
			"headers: {Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhYmNkIiwiaWF0IjoxNzAwMDAwMDAwfQ.k9fLq2Zr7Wv1XcP0Ms8Yt5Hd3Ge6Ba4J, Content-Type: application/json}", "headers: {x-api-key: k9fLq2Zr7Wv1XcP0Ms8Yt5Hd, Content-Type: application/json}",
			"credentials: {consumer_secret: 9f8b2c7d1e6a40538bd27f61ac90e4d3}", "url: https://staging.ferry.example/v2?api_key=k9fLq2Zr7Wv1XcP0Ms8Yt5Hd", "url: https://staging.ferry.example/v2?x=AKIAQ7RJ5LZ2WXK9PMVD", "url: https://joe:Kq7!vR2p@staging.ferry.example/v2", "url: joe:Kq7!vR2p@staging.ferry.example/v2", "request_body: {ferry: F1, seats: 2, password: Kq7!vR2pZ}",
			"headers: {Authorization: Basic am9lOktxNyF2UjJwWg==, Content-Type: application/json}", "partner_code: sk_live_51Kq7vR2pZw8Xc3Ms9Yt",
			"headers: {x-api-key: \"<<key>>\", Content-Type: application/x-www-form-urlencoded};;request_body: grant=a&client_secret=9f8b2c7d1e6a40538bd27f61ac90e4d3;;fields:-",
		},
		[]string{
			"headers: {Authorization: Bearer abc123, Content-Type: application/json}", "headers: {x-api-key: test-key-1234567890ab, Content-Type: application/json}", "headers: {x-api-key: 1234567890abcdef1234567890, Content-Type: application/json}", "headers: {x-api-key: YOUR_API_KEY, Content-Type: application/json}", "headers: {Authorization: Bearer ****************, Content-Type: application/json}",
			"credentials: {client_id: 9f8b2c7d1e6a40538bd27f61ac90e4d3}", "credentials: {password: Password@123}", "credentials: {callback_url: 'https://hooks.ferry.example/9f8b2c7d1e6a4053'}", "url: https://staging.ferry.example/v2?trace=k9fLq2Zr7Wv1XcP0Ms8Yt5Hd", "headers: {Authorization: Basic dXNlcjpwYXNzd29yZA==, Content-Type: application/json}",
			"success_response: {http_status: 200, body: {code: S1, token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhYmNkIiwiaWF0IjoxNzAwMDAwMDAwfQ.k9fLq2Zr7Wv1XcP0Ms8Yt5Hd3Ge6Ba4J}}", "headers: {Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.payload.signature, Content-Type: application/json}", "request_body: {ferry: F1, seats: 2, bookingRef: 9f8b2c7d1e6a40538bd27f61ac90e4d3}", "headers: {X-Signature: 9f8b2c7d1e6a40538bd27f61ac90e4d3, x-api-key: \"<<key>>\", Content-Type: application/json}", "headers: {Idempotency-Key: 9f8b2c7d-1e6a-4053-8bd2-7f61ac90e4d3, x-api-key: \"<<key>>\", Content-Type: application/json}",
		},
	},
	{"sheet.placeholder-unnamed", []string{"url: https://staging.ferry.example/v2/xxxx", "headers: {x-api-key: \"****\", Content-Type: application/json}", "request_body: {ferry: F1, seats: XXXXXX}"}, []string{"credentials: {key: \"****\"}", "success_response: {http_status: 200, body: {code: S1, phone: XXXXXX1234}}", "request_body: {ferry: \"<<ferry>>\", seats: 2}"}},
	{"sheet.mandatory-unstated", []string{"fields:-", "fields: {ferry: {type: string}}", "method: GET;;request_body:-;;fields:-;;url: https://staging.ferry.example/v2?q=1;;headers: {x-api-key: \"<<key>>\"};;test_data: [{q: 1}]"}, []string{"fields: {ferry: {mandatory: false}}", "method: GET;;request_body:-;;fields:-;;url: https://staging.ferry.example/v2/{id};;headers: {x-api-key: \"<<key>>\"};;test_data: [{id: 1}]"}},
	{"sheet.no-test-data", []string{"test_data:-", "test_data: []"}, []string{"method: GET;;request_body:-;;fields:-;;test_data:-;;headers: {x-api-key: \"<<key>>\"}"}},
	{"sheet.no-error-response", []string{"error_response:-;;status_codes: {200: OK, S1: Booked}", "error_response:;;status_codes: {200: OK, S1: Booked}"}, []string{"error_response: {http_status: 409};;status_codes: {200: OK, 409: Conflict, S1: Booked}"}},
	{
		"sheet.same-success-and-error",
		[]string{
			"success_response: {status: done, message: Booked};;error_response: {status: done, message: Ferry is full};;status_codes: {done: always}",
			"success_response: {code: S1, message: Booked};;error_response: {code: S1, message: Full};;status_codes: {200: OK, 400: Bad, S1: Booked}", "success_response: {http_status: 200, body: OK};;error_response: {http_status: 200, body: OK};;status_codes: {200: OK}",
			"success_response: {http_status: 200, body: {id: 7, ok: true}};;error_response: {http_status: 200, body: {id: 8, ok: true}};;status_codes: {200: OK}",
		},
		[]string{
			"success_response: {ok: true, message: Booked};;error_response: {ok: false, message: Full};;status_codes: {200: OK}", "success_response: {status: done, id: 7};;error_response: {status: done, reason: full};;status_codes: {200: OK}", "success_response: {http_status: 200, body: {a: 1}};;error_response: {http_status: 400, body: {a: 1}};;status_codes: {200: OK, 400: Bad}",
			"success_response: {data: {id: 7}};;error_response: {data: null};;status_codes: {200: OK}", "success_response: {a: x};;error_response: {a: x};;status_codes: {200: OK, 400: Bad}", "success_response: {result: 0, msg: a};;error_response: {result: 1, msg: b};;status_codes: {200: OK}", "success_response: {items: [{a: 1}]};;error_response: {items: []};;status_codes: {200: OK}",
		},
	},
	{
		"sheet.code-not-in-table",
		[]string{"status_codes: {200: OK, 409: Conflict, S1: Booked}", "status_codes: {200: OK, 409: Conflict, E1: full}", "status_codes: {200: OK, S1: Booked, E1: full}", "status_codes: {200: OK, 409: Conflict, S1: Booked, e1: full}"},
		[]string{
			"status_codes: {200: OK, 409: Conflict}", "success_response: {http_status: 200, body: {code: 200, id: 7}};;error_response: {http_status: 409, body: {code: 409, id: 7}};;status_codes: {200: OK, 409: Conflict}", "success_response: {http_status: 200, body: {data: {code: XY}, flag: 1}};;status_codes: {200: OK, 409: Conflict, E1: full}",
			"success_response: {http_status: 200, body: [{code: DE}, {code: FR}]};;status_codes: {200: OK, 409: Conflict, E1: full}", "success_response: {http_status: 200, body: {status: success, code: S1}};;error_response: {http_status: 409, body: {status: error, code: E1}}",
			"success_response: {http_status: 200, body: {result: 12345678, flag: 1}};;status_codes: {200: OK, 409: Conflict, E1: full}",
		},
	},
	{"sheet.code-unused", []string{"status_codes: {200: OK, 409: Conflict, S1: Booked, E1: full, E2: closed}", "status_codes: {200: OK, 409: Conflict, 404: Not found, S1: Booked, E1: full}"}, []string{"success_response: {code: S1};;error_response: {code: E1};;status_codes: {200: OK, 400: Bad, 500: Broken, S1: a, E1: b}", "error_response: {http_status: 409, body: {errors: [{info: E2}], code: E1}};;status_codes: {200: OK, 409: Conflict, S1: Booked, E1: full, E2: closed}"}},
	{"sheet.ambiguous", []string{"success_response: {code: S1};;error_response: {code: E1};;status_codes: {S1: Booked, E1: full}", "status_codes: [{code: 200, message: OK}, {code: 409, message: Conflict}, {code: S1, message: Booked}, {code: E1, message: full}, {code: E1, message: closed}]"}, []string{"status_codes: {S1: Booked, E1: full}", "success_response: {code: S1};;error_response: {code: E1};;status_codes: {200: OK, S1: Booked, E1: full}", "status_codes: [{code: 200, message: OK}, {code: 409, message: Conflict}, {code: S1, message: Booked}, {code: E1, message: full}, {code: E1, message: Full.}]"}},
	{
		"sheet.auth-undocumented",
		[]string{"headers: {Content-Type: application/json};;credentials:-", "headers: {Authorization: Bearer <<token>>, Content-Type: application/json}", "headers: {X-Auth-Token: \"{{sessionToken}}\", Content-Type: application/json}"},
		[]string{"headers: {Content-Type: application/json};;credentials:", "headers: {Content-Type: application/json};;credentials:-;;url: https://staging.ferry.example/v2?api_key=<<key>>", "headers: {Content-Type: application/json};;credentials:-;;request_body: {ferry: F1, seats: 2, password: \"<<pw>>\"}", "headers: {Authorization: Bearer <<token>>, Content-Type: application/json};;credentials: {token: \"<<token>>\"}", "headers: {Authorization: Basic <<basic>>, Content-Type: application/json}", "headers: {Content-Type: application/json};;credentials: {user: joe}", "headers: {X-Client-Id: F7, Content-Type: application/json};;credentials:-"},
	},
	{"sheet.duplicate-api", []string{"name: twice", "name: same call"}, []string{"name: unlike"}},
}

// second is what stands behind the sheet of a duplicate-api case.
func second(name string) string {
	switch name {
	case "name: twice":
		return "---\n" + with("name: Twice", "url: https://staging.ferry.example/v3")
	case "name: same call":
		return "---\n" + with("name: Other", "url: https://staging.ferry.example/v2/bookings/")
	case "name: unlike":
		return "---\n" + with("method: PUT")[len("name: Book a crossing\n"):]
	}
	return ""
}

func TestBaseIsWithoutFault(t *testing.T) {
	sheets, found := lintText(t, "base.yaml", []byte(base))
	assert.Empty(t, annotated(sheets[0].Document, found))
}

func TestLintRules(t *testing.T) {
	for _, c := range lintCases {
		for kind, cases := range map[bool][]string{true: c.bad, false: c.good} {
			require.NotEmpty(t, cases)
			for _, changes := range cases {
				t.Run(fmt.Sprintf("%s/%v/%s", c.rule, kind, changes), func(t *testing.T) {
					text := with(strings.Split(changes, ";;")...) + second(changes)
					sheets, found := lintText(t, "case.yaml", []byte(text))
					var hits source.Diagnostics
					for _, d := range found {
						if d.Rule == c.rule {
							hits = append(hits, d)
							assert.False(t, d.At.IsZero(), "%s has no place", d.Message)
						}
					}
					assert.Equal(t, kind, len(hits) > 0, "%s\n%s", text, annotated(sheets[0].Document, found))
				})
			}
		}
	}
}

// Every rule about sheets has a case here, but for those that readers report themselves.
func TestEverySheetRuleHasACase(t *testing.T) {
	elsewhere := []string{"sheet.unreadable", "sheet.repaired-json"}
	tested := append([]string{}, elsewhere...)
	for _, c := range lintCases {
		tested = append(tested, c.rule)
	}
	var rules []string
	for _, r := range probe.Rules {
		if strings.HasPrefix(r.ID, "sheet.") {
			rules = append(rules, r.ID)
		}
	}
	assert.ElementsMatch(t, rules, tested)
}

func TestNoMessageHoldsASecret(t *testing.T) {
	const secret = "k9fLq2Zr7Wv1XcP0Ms8Yt5Hd"
	for _, change := range []string{
		"headers: {Authorization: Bearer " + secret + "}", "credentials: {secret: " + secret + "}", "url: https://staging.ferry.example/v2?token=" + secret, "url: http://staging.ferry.example:0/v2?token=" + secret,
		"url: https://joe:" + secret + "@staging..ferry.example/v2", "request_body: {apiKey: " + secret + "}",
	} {
		_, found := lintText(t, "secret.yaml", []byte(with(change)))
		hits := 0
		for _, d := range found {
			assert.NotContains(t, d.Message+d.Hint, secret[:5])
			if d.Rule == "sheet.secret-in-sheet" {
				hits++
			}
		}
		assert.Equal(t, 1, hits, change)
	}
}

func TestLintOfMistypedSchemes(t *testing.T) {
	for _, url := range []string{"h@tps://staging.ferry.example/v2", "@://h/a", "a:b@//", "//@", "https//joe@h"} {
		_, found := lintText(t, "url.yaml", []byte(with("url: "+strconv.Quote(url))))
		assert.NotEmpty(t, found, url)
	}
}
