package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// fiveAPIs are a chain: log in, send a password, verify it, book with what came of it, and look the booking up.
const fiveAPIs = `
name: Look up
method: GET
url: https://sit.harbour.example/bookings/{bookingId}
headers: {Authorization: "Bearer <<token>>", Cookie: "sid=<<sid>>"}
success_response: {id: B1, ship: Anna}
needs: [Book]
---
name: Book
method: POST
url: https://sit.harbour.example/bookings
headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
request_body: {verification: "<<verification>>", ship: Anna}
success_response: {http_status: 201, body: {id: B1}}
capture: {bookingId: $.id}
needs: [Verify]
---
name: Verify
method: POST
url: https://sit.harbour.example/verify
headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
request_body: {reference: "<<reference>>", otp: "123456"}
success_response: {ok: true}
capture: {verification: "header:X-Verification"}
needs: [Send OTP]
---
name: Send OTP
method: POST
url: https://sit.harbour.example/otp
headers: {Authorization: "Bearer <<token>>", Content-Type: application/json}
request_body: {mobile: "9000000001"}
success_response: {data: [{ref: R1}]}
capture: {reference: "$.data[0].ref"}
needs: [Log in]
---
name: Log in
method: POST
url: https://sit.harbour.example/login
headers: {Content-Type: application/json}
request_body: {user: harbour, pin: "<<pin>>"}
success_response: {access: {token: T}}
error_response: {http_status: 401, body: {message: no}}
capture: {token: $.access.token, sid: "cookie:sid"}
`

// harbour answers as the five sheets say, to those who come with what was handed out before.
type harbour struct {
	mu   sync.Mutex
	seen []string
	fail string // the path that is refused
}

func (h *harbour) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.seen = append(h.seen, r.Method+" "+r.URL.Path)
	h.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	var sent map[string]any
	_ = json.Unmarshal(body, &sent)
	known := r.Header.Get("Authorization") == "Bearer tok-9f3c77aa12"
	switch {
	case r.URL.Path == h.fail, r.URL.Path != "/login" && !known:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"no"}`)
	case r.URL.Path == "/login":
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "sess-41d88e02"})
		fmt.Fprint(w, `{"access":{"token":"tok-9f3c77aa12"}}`)
	case r.URL.Path == "/otp":
		fmt.Fprint(w, `{"data":[{"ref":"ref-77120"}]}`)
	case r.URL.Path == "/verify" && sent["reference"] == "ref-77120":
		w.Header().Set("X-Verification", "ver-55ab")
		fmt.Fprint(w, `{"ok":true}`)
	case r.URL.Path == "/bookings" && sent["verification"] == "ver-55ab":
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id":"B-2041"}`)
	case r.URL.Path == "/bookings/B-2041" && strings.Contains(r.Header.Get("Cookie"), "sess-41d88e02"):
		fmt.Fprint(w, `{"id":"B-2041","ship":"Anna"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"unknown"}`)
	}
}

func chained(t *testing.T, document string, h http.Handler, vars ...probe.Var) (*probe.Run, []sheet.Reading, engine.Options) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	readings := engine.Read([]sheet.Input{{Name: "chain.yaml", Data: []byte(document)}})
	o := engine.Options{BaseURL: server.URL, Vars: probe.NewVars(vars...)}
	run, err := engine.Run(context.Background(), readings, o)
	require.NoError(t, err)
	return run, readings, o
}

func chainVerdicts(run *probe.Run) map[string]string {
	all := map[string]string{}
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			if c.Family == probe.FamilySuccess {
				all[s.Name] = strings.TrimSuffix(string(c.Verdict)+": "+c.Reason, ": ")
			}
		}
	}
	return all
}

var pin = probe.Var{Name: "pin", Value: "pin-8812-secret", Secret: true}

func TestAChainOfFiveAPIs(t *testing.T) {
	h := &harbour{}
	run, readings, o := chained(t, fiveAPIs, h, pin)
	assert.Equal(t, map[string]string{"Log in": "conforms", "Send OTP": "conforms", "Verify": "conforms", "Book": "conforms", "Look up": "conforms"}, chainVerdicts(run))
	assert.Equal(t, "Look up", run.Sheets[0].Name, "the report keeps the order of the document")

	var left bytes.Buffer
	for _, f := range textFormats() {
		require.NoError(t, f.Write(&left, run, report.Options{Verbose: true}))
	}
	for _, secret := range []string{"tok-9f3c77aa12", "sess-41d88e02", "ref-77120", "ver-55ab", pin.Value} {
		assert.NotContains(t, left.String(), secret, "what was captured is masked")
	}
	var planned bytes.Buffer
	require.NoError(t, report.Plan(&planned, engine.Plan(readings, o), engine.Redactor(readings, o.Vars), report.Options{}))
	assert.Contains(t, planned.String(), "captured:reference")
	assert.NotContains(t, planned.String(), "cannot be sent")
}

func TestAFailedLinkStopsThoseThatNeedIt(t *testing.T) {
	run, _, _ := chained(t, fiveAPIs, &harbour{fail: "/verify"}, pin)
	got := chainVerdicts(run)
	assert.Equal(t, "conforms", got["Log in"])
	assert.Equal(t, "conforms", got["Send OTP"])
	assert.Contains(t, got["Verify"], "deviates")
	assert.Contains(t, got["Book"], `blocked: "Verify" has to be called first and supplied nothing: its documented request was not answered with success`)
	assert.Contains(t, got["Look up"], `blocked: "Verify" has to be called first`)
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				assert.NotEqual(t, "setup.placeholder-unresolved", f.Rule, "%s: what the failed link was to supply is no cause of its own", c.ID)
			}
		}
	}
}

// withAuth is a sheet with an identity.
const withAuth = `
name: Berths
method: GET
url: https://sit.harbour.example/berths
success_response: {ok: true}
auth: `

func TestAPlanSaysWhatCannotCarryItsIdentity(t *testing.T) {
	for identity, want := range map[string][2]string{
		"{type: oauth1, consumer_key: k}":                                                               {"sheet.ambiguous", "consumer_secret"},
		"{type: oauth2, token_url: 'https://login.harbour-live.com/token', client_id: a}":               {"setup.host-not-allowed", "the token call: "},
		"{type: bearer, token_path: $.t, token_request: {url: 'https://login.harbour-live.com/token'}}": {"setup.host-not-allowed", "the token call: "},
		"{type: hmac, secret: <<s>>, header: X-S, template: x}":                                         {"setup.placeholder-unresolved", "in the identity has no value"},
	} {
		t.Run(identity, func(t *testing.T) {
			readings := engine.Read([]sheet.Input{{Name: "auth.yaml", Data: []byte(withAuth + identity + "\n")}})
			require.NotEmpty(t, readings[0].Sheets, "%v", readings[0].Diagnostics)
			planned := engine.Plan(readings, engine.Options{})[0].Cases
			run, err := engine.Run(context.Background(), readings, engine.Options{Only: []string{"*/success"}})
			require.NoError(t, err)
			for i, c := range planned {
				if c.Anonymous || c.Skip != "" { // it carries no identity, or needs nothing of what this one lacks
					assert.Empty(t, c.Blocked, c.ID)
					continue
				}
				require.NotEmpty(t, c.Blocked, c.ID)
				assert.Equal(t, want[0], c.Blocked[0].Rule)
				assert.Contains(t, c.Blocked[0].Message, want[1])
				if c.Family == probe.FamilySuccess {
					assert.Equal(t, c.Blocked[0].Message, run.Sheets[0].Cases[i].Reason, "run says the same")
				}
			}
		})
	}
}

func TestWhatIsSuppliedWinsOverWhatIsCaptured(t *testing.T) {
	run, _, _ := chained(t, fiveAPIs, &harbour{}, pin, probe.Var{Name: "reference", Value: "ref-of-mine"})
	assert.Contains(t, chainVerdicts(run)["Verify"], "deviates", "the server does not know this reference")
}

func TestWhatIsSuppliedNeedsNoLink(t *testing.T) {
	h := &harbour{fail: "/verify"}
	run, _, _ := chained(t, fiveAPIs, h, pin, probe.Var{Name: "verification", Value: "ver-55ab"})
	got := chainVerdicts(run)
	assert.Contains(t, got["Verify"], "deviates")
	assert.Equal(t, "conforms", got["Book"])
	assert.Equal(t, "conforms", got["Look up"])
}

func TestAFailedLinkIsToldOnceHoweverLongTheChain(t *testing.T) {
	run, _, _ := chained(t, fiveAPIs, &harbour{fail: "/otp"}, pin)
	told := 0
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				if c.Family == probe.FamilySuccess && f.Rule == "setup.dependency-failed" {
					told++
					assert.Contains(t, f.Message, `"Send OTP" has to be called first`, c.ID)
				}
			}
		}
	}
	assert.Equal(t, 3, told, "Verify, Book and Look up, each once")
}

func TestAnOutageIsNoFaultOfTheSetUp(t *testing.T) {
	readings := engine.Read([]sheet.Input{{Name: "chain.yaml", Data: []byte(fiveAPIs)}})
	run, err := engine.Run(context.Background(), readings, engine.Options{BaseURL: "http://127.0.0.1:1", Vars: probe.NewVars(pin)})
	require.NoError(t, err)
	assert.Equal(t, 4, run.ExitCode, "staging cannot be reached, and nothing else is wrong")
	assert.Contains(t, chainVerdicts(run)["Look up"], `skipped: "Log in" has to be called first and supplied nothing: its documented request got no trustworthy answer`)
}

func TestAPlanSendsNothingBehindALinkThatIsLeftOut(t *testing.T) {
	h := &harbour{}
	server := httptest.NewServer(h)
	defer server.Close()
	readings := engine.Read([]sheet.Input{{Name: "chain.yaml", Data: []byte(fiveAPIs)}})
	for name, o := range map[string]engine.Options{
		"left out": {BaseURL: server.URL, Vars: probe.NewVars(pin), Skip: []string{"log-in"}},
		"blocked":  {BaseURL: server.URL},
	} {
		plans := engine.Plan(readings, o)
		run, err := engine.Run(context.Background(), readings, o)
		require.NoError(t, err)
		for i, p := range plans {
			for k, c := range p.Cases {
				assert.True(t, c.Skip != "" || len(c.Blocked) > 0, "%s: %s", name, c.ID)
				if c.Skip == "" && c.Family == probe.FamilySuccess {
					assert.Equal(t, run.Sheets[i].Cases[k].Reason, c.Blocked[0].Message, "%s: %s", name, c.ID)
				}
			}
		}
	}
	assert.Empty(t, h.seen)
}

func TestNeedsThatCannotBeMet(t *testing.T) {
	h := &harbour{}
	run, _, _ := chained(t, `
name: A
method: GET
url: https://sit.harbour.example/a
success_response: {ok: true}
needs: [B]
---
name: B
method: GET
url: https://sit.harbour.example/b
success_response: {ok: true}
needs: [C]
---
name: C
method: GET
url: https://sit.harbour.example/c
success_response: {ok: true}
needs: [A]
---
name: D
method: GET
url: https://sit.harbour.example/d
success_response: {ok: true}
needs: [Nobody]
---
name: E
method: GET
url: https://sit.harbour.example/e
success_response: {ok: true}
needs: [D]
`, h)
	got := chainVerdicts(run)
	assert.Contains(t, got["A"], `in a circle: "A" needs "B" needs "C" needs "A"`)
	assert.Contains(t, got["C"], `in a circle: "C" needs "A" needs "B" needs "C"`)
	assert.Contains(t, got["D"], `it needs "Nobody", which none of these sheets describes`)
	assert.Contains(t, got["E"], `blocked: "D" has to be called first`)
	assert.Empty(t, h.seen, "nothing was sent")
}

func TestACaptureThatFindsNothing(t *testing.T) {
	for _, from := range []string{"$.access.nothing", "$.access", "header:X-No", "cookie:no"} {
		run, _, _ := chained(t, strings.Replace(fiveAPIs, "$.access.token", `"`+from+`"`, 1), &harbour{}, pin)
		assert.Contains(t, chainVerdicts(run)["Send OTP"], `"token" could not be captured: the answer`, from)
	}
}

// renewed is a login whose token another API renews; what comes behind needs the new one, in whatever order it names the two.
const renewed = `
name: Sign in
method: GET
url: https://sit.harbour.example/sign-in
success_response: {token: T}
capture: {token: $.token}
---
name: Renew
method: GET
url: https://sit.harbour.example/renew/<<token>>
success_response: {token: T}
needs: [Sign in]
capture: {token: $.token}
---
name: Sail
method: GET
url: https://sit.harbour.example/sail/<<token>>
success_response: {token: T}
needs: [%s]
`

func TestTheLaterOfTwoSuppliersWins(t *testing.T) {
	for _, needs := range []string{"Renew", "Sign in, Renew", "Renew, Sign in"} {
		var mu sync.Mutex
		var seen []string
		chained(t, fmt.Sprintf(renewed, needs), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, r.URL.Path)
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"token":"issued-%d"}`, len(seen))
		}))
		assert.Equal(t, []string{"/sign-in", "/renew/issued-1", "/sail/issued-2"}, seen, needs)
	}
}

func TestACircleIsAllThatIsToldOfIt(t *testing.T) {
	run, readings, o := chained(t, `
name: Hen
method: GET
url: https://sit.harbour.example/hen/<<egg>>/<<farm>>
success_response: {id: a}
capture: {hen: $.id}
needs: [Egg]
---
name: Egg
method: GET
url: https://sit.harbour.example/egg/<<hen>>
success_response: {id: a}
capture: {egg: $.id}
needs: [Hen]
`, &harbour{})
	planned := engine.Plan(readings, o)
	for i, want := range [][]string{{"in a circle", "<<farm>>"}, {"in a circle"}} {
		findings := run.Sheets[i].Cases[0].Findings
		require.Len(t, findings, len(want), "the value that the other was to supply is no news")
		require.Len(t, planned[i].Cases[0].Blocked, len(want))
		for n, part := range want {
			assert.Contains(t, findings[n].Message, part)
		}
	}
}

// A service that issues no tokens because it is down says nothing of the credentials, nor of the API: the run could not judge.
func TestAnOutageOfWhoeverIssuesTokens(t *testing.T) {
	const document = `
name: Read a berth
method: GET
url: https://sit.harbour.example/berths/7
success_response: {id: 7}
auth: {type: oauth2, token_url: "https://sit.harbour.example/token", client_id: a, client_secret: "<<pin>>"}
`
	for status, want := range map[int]struct {
		verdict probe.Verdict
		exit    int
	}{
		http.StatusInternalServerError: {probe.Inconclusive, probe.ExitInconclusive},
		http.StatusUnauthorized:        {probe.Blocked, probe.ExitUnusable},
	} {
		run, _, _ := chained(t, document, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }), pin)
		first := run.Sheets[0].Cases[0]
		assert.Equal(t, want.verdict, first.Verdict, status)
		require.Len(t, first.Findings, 1)
		assert.Equal(t, "setup.token-failed", first.Findings[0].Rule)
		assert.Equal(t, want.exit, run.ExitCode, status)
	}
}
