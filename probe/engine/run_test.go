package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// document is a plain sheet in the native form, with fields laid over it.
func document(t *testing.T, fields map[string]any) sheet.Input {
	t.Helper()
	all := map[string]any{
		"name": "Thing", "method": "GET", "url": "https://api-sit.things.example/v1/thing",
		"headers":          map[string]any{"Authorization": "Bearer <<token>>"},
		"success_response": map[string]any{"status": "ok", "code": "S1"}, "error_response": map[string]any{"status": "bad", "code": "E1"},
		"status_codes": map[string]any{"S1": "done", "E1": "refused"},
	}
	for key, value := range fields {
		all[key] = value
	}
	data, err := json.Marshal(all)
	require.NoError(t, err)
	return sheet.Input{Name: fmt.Sprint(all["name"], ".json"), Data: data}
}

// api answers as the plain sheet documents, and counts.
func api(t *testing.T, before func(n int64)) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := requests.Add(1); before != nil {
			before(n)
		}
		w.Header().Set("Content-Type", "application/json")
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer tok") {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"status":"bad","code":"E1"}`)
			return
		}
		_, _ = io.WriteString(w, `{"status":"ok","code":"S1"}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

var token = probe.NewVars(probe.Var{Name: "token", Value: "tok-3n9-x7", Secret: true})

func run(t *testing.T, ctx context.Context, o engine.Options, inputs ...sheet.Input) *probe.Run {
	t.Helper()
	r, err := engine.Run(ctx, engine.Read(inputs), o)
	require.NoError(t, err)
	return r
}

// verdicts are those of all cases, by id.
func verdicts(r *probe.Run) map[string]string {
	all := map[string]string{}
	for _, s := range r.Sheets {
		for _, c := range s.Cases {
			all[c.ID] = string(c.Verdict)
			if c.Reason != "" {
				all[c.ID] += ": " + c.Reason
			}
		}
	}
	return all
}

func TestRunJudgesWhatItSends(t *testing.T) {
	url, requests := api(t, nil)
	r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: url}, document(t, nil))
	assert.Equal(t, map[string]string{
		"thing/success": "conforms", "thing/no-auth": "conforms", "thing/bad-auth/wrong": "conforms", "thing/bad-auth/malformed": "conforms", "thing/bad-auth/expired": "conforms",
		"thing/wrong-method": "skipped: the sheet does not rule it out; --negatives FAMILY sends it",
	}, verdicts(r))
	assert.EqualValues(t, 5, requests.Load())
	assert.Equal(t, 0, r.ExitCode)
}

func TestSheetsOfOneNameGetSlugsOfTheirOwn(t *testing.T) {
	readings := engine.Read([]sheet.Input{document(t, nil), document(t, nil), document(t, map[string]any{"name": "Thing 2"}), document(t, nil)})
	seen := map[string]bool{}
	cases := 0
	for _, p := range engine.Plan(readings, engine.Options{Vars: token}) {
		cases = len(p.Cases)
		for _, c := range p.Cases {
			assert.False(t, seen[c.ID], c.ID)
			seen[c.ID] = true
		}
	}
	assert.Len(t, seen, 4*cases)
	assert.True(t, seen["thing/success"] && seen["thing-2/success"], "%v", seen)
}

func TestWhatTheGuardRefusesIsBlocked(t *testing.T) {
	for name, o := range map[string]engine.Options{
		"the sheet's host": {Vars: token},
		"a user before it": {Vars: token, BaseURL: "http://localhost@evil.example.com"},
		"a base URL":       {Vars: token, BaseURL: "https://api.example.com"},
		"an address":       {Vars: token, BaseURL: "http://203.0.113.9", Send: send.Options{Resolve: map[string]string{"203.0.113.9": "127.0.0.1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, t.Context(), o, document(t, map[string]any{"url": "https://api.example.com/v1"}))
			require.NotEmpty(t, r.Sheets[0].Cases)
			for i, c := range r.Sheets[0].Cases {
				assert.Nil(t, c.Exchange)
				if i > 0 {
					assert.Equal(t, probe.Skipped, c.Verdict, "%s: one cause is told once", c.ID)
					continue
				}
				assert.Equal(t, probe.Blocked, c.Verdict)
				assert.Equal(t, "setup.host-not-allowed", c.Findings[0].Rule)
			}
			assert.Equal(t, 3, r.ExitCode)
		})
	}
	url, _ := api(t, nil)
	port := url[strings.LastIndexByte(url, ':'):]
	r := run(t, t.Context(), engine.Options{
		Vars: token, BaseURL: "http://api.example.com" + port, Guard: send.Guard{Allow: []string{"api.example.com"}},
		Send: send.Options{Resolve: map[string]string{"api.example.com": "127.0.0.1"}},
	}, document(t, nil))
	assert.Equal(t, probe.Conforms, r.Verdict, "%v", verdicts(r))
}

func TestTheBudgetHoldsUnderConcurrency(t *testing.T) {
	for _, limit := range []int{1, 3, 7} {
		url, requests := api(t, func(int64) { time.Sleep(time.Millisecond) })
		var inputs []sheet.Input
		for i := range 12 {
			inputs = append(inputs, document(t, map[string]any{"name": fmt.Sprint("Thing ", i)}))
		}
		r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: url, MaxRequests: limit, Concurrency: 6}, inputs...)
		assert.EqualValues(t, limit, requests.Load())
		blocked := 0
		for _, s := range r.Sheets {
			for _, c := range s.Cases {
				if c.Verdict == probe.Blocked {
					blocked++
					assert.Equal(t, "setup.budget", c.Findings[0].Rule)
				}
			}
		}
		assert.Positive(t, blocked)
		assert.NotEqual(t, 0, r.ExitCode)
	}
}

func TestTheBudgetCountsFurtherAttempts(t *testing.T) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		hijacked(w, "")
	}))
	defer s.Close()
	run(t, t.Context(), engine.Options{Vars: token, BaseURL: s.URL, MaxRequests: 1}, document(t, nil))
	assert.EqualValues(t, 1, requests.Load())
}

func TestAnInterruptedRunKeepsWhatHasFinished(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	release := make(chan struct{})
	url, _ := api(t, func(n int64) {
		if n == 2 {
			cancel()
			<-release
		}
	})
	t.Cleanup(func() { close(release) })
	o := engine.Options{Vars: token, BaseURL: url, Concurrency: 1, Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}}
	r := run(t, ctx, o, document(t, nil), document(t, map[string]any{"name": "Later"}))
	assert.Equal(t, map[string]string{
		"thing/success": "conforms",
		"thing/no-auth": "skipped: the run was interrupted while this request was under way; the server may have acted upon it",
		"later/success": "skipped: the run was interrupted", "later/no-auth": "skipped: the run was interrupted",
	}, verdicts(r))
	assert.True(t, r.Interrupted)
	assert.Equal(t, 130, r.ExitCode)
}

func TestFurtherCasesAreSkippedWithoutAControl(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		reason string
	}{
		"an error": {
			func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"status":"bad","code":"E1"}`) },
			"the documented request was answered with an error, so a refusal would prove nothing",
		},
		"credentials": {
			func(w http.ResponseWriter) {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"status":"bad","code":"E1"}`)
			},
			"the documented request was refused for its credentials",
		},
		"no answer": {func(w http.ResponseWriter) { hijacked(w, "") }, "the documented request got no trustworthy answer"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				c.answer(w)
			}))
			defer s.Close()
			r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: s.URL, Send: send.Options{Retries: -1}}, document(t, nil))
			assert.Equal(t, "skipped: "+c.reason, verdicts(r)["thing/no-auth"])
		})
	}
	r := run(t, t.Context(), engine.Options{BaseURL: "http://127.0.0.1:1"}, document(t, nil))
	assert.Equal(t, "skipped: the documented request could not be sent, so a refusal would prove nothing", verdicts(r)["thing/no-auth"])
	assert.Equal(t, 3, r.ExitCode)
}

func TestUnsendableRequestsAreBlockedWithoutTheirSecret(t *testing.T) {
	const secret = "line-1-s3cr3t\nline-2-s3cr3t"
	url, requests := api(t, nil)
	vars := probe.NewVars(probe.Var{Name: "token", Value: secret, Secret: true})
	r := run(t, t.Context(), engine.Options{Vars: vars, BaseURL: url}, document(t, nil))
	assert.True(t, strings.HasPrefix(verdicts(r)["thing/success"], "blocked: "), "%v", verdicts(r))
	assert.NotContains(t, fmt.Sprint(verdicts(r)), "s3cr3t")
	assert.Zero(t, requests.Load())
}

func TestSheetsAreProbedAtATime(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	url, _ := api(t, func(n int64) {
		if n <= 2 {
			both.Done()
			both.Wait() // or the test never ends
		}
	})
	r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: url, Concurrency: 2}, document(t, nil), document(t, map[string]any{"name": "Other"}))
	assert.Equal(t, "Thing", r.Sheets[0].Name, "in the order of the documents")
	assert.Equal(t, probe.Conforms, r.Verdict)
}

func TestUnusableOptionsAreAnError(t *testing.T) {
	_, err := engine.Run(t.Context(), nil, engine.Options{Send: send.Options{CACert: "no-such-file.pem"}})
	assert.ErrorContains(t, err, "no-such-file.pem")
}

// A secret that equals a documented code, flag or key must neither spoil nor save a case.
func TestMaskingChangesNoVerdict(t *testing.T) {
	fields := map[string]any{
		"success_response": map[string]any{"status": "accepted", "code": "0000", "number": 200, "accountId": "A"},
		"error_response":   map[string]any{"status": "declined", "code": "4711", "number": 401},
		"status_codes":     map[string]any{"0000": "done", "4711": "refused"},
	}
	success, failure := `{"status":"accepted","code":"0000","number":200,"accountId":"B"}`, `{"status":"declined","code":"4711","number":401}`
	for _, secret := range []string{"none at all", "0000", "4711", "accepted", "declined", "200", "401", "status", "accountId", "account", "number"} {
		for _, answer := range []string{success, failure} {
			t.Run(secret+answer[:20], func(t *testing.T) {
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					_, _ = io.WriteString(w, answer)
				}))
				defer s.Close()
				vars := func(v string) probe.Vars {
					return probe.NewVars(probe.Var{Name: "token", Value: "t0ken-of-no-matter"}, probe.Var{Name: "pin", Value: v, Secret: true})
				}
				plain := run(t, t.Context(), engine.Options{Vars: vars(""), BaseURL: s.URL}, document(t, fields))
				masked := run(t, t.Context(), engine.Options{Vars: vars(secret), BaseURL: s.URL}, document(t, fields))
				assert.Equal(t, verdicts(plain), verdicts(masked))
				assert.Equal(t, rules(plain), rules(masked))
			})
		}
	}
}

func rules(r *probe.Run) (all []string) {
	for _, s := range r.Sheets {
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				all = append(all, c.ID+" "+f.Rule+" "+f.Pointer)
			}
		}
	}
	return all
}
