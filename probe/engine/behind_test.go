package engine_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

const hookSecret = "hook-secret-77"

// caller answers 202 and calls back as often as asked, and keeps the bodies of the requests that it got.
type caller struct {
	times   int
	body    string
	secret  string
	refuses bool          // what lacks n
	early   bool          // it calls before it answers
	hold    chan struct{} // it calls when this is closed; nil is at once
	mu      sync.Mutex
	asked   []string
	busy    sync.WaitGroup
}

func (c *caller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	c.asked = append(c.asked, string(data))
	c.mu.Unlock()
	var q struct {
		CallbackURL string `json:"callbackUrl"`
	}
	_ = json.Unmarshal(data, &q)
	if strings.HasPrefix(q.CallbackURL, "http://127.0.0.1:") {
		c.busy.Go(func() { c.call(q.CallbackURL) })
	}
	if c.early {
		c.busy.Wait()
	}
	w.Header().Set("Content-Type", "application/json")
	if c.refuses && !strings.Contains(string(data), `"n"`) {
		w.WriteHeader(http.StatusBadRequest)
	} else {
		w.WriteHeader(http.StatusAccepted)
	}
	_, _ = io.WriteString(w, `{"id":"1"}`)
}

func (c *caller) call(address string) {
	if c.hold != nil {
		<-c.hold
	}
	for range c.times {
		mac := hmac.New(sha256.New, []byte(c.secret))
		_, _ = io.WriteString(mac, c.body)
		q, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(c.body))
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("X-Signature", hex.EncodeToString(mac.Sum(nil)))
		if answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(q); err == nil {
			_ = answer.Body.Close()
		}
	}
}

func callingSheet(more map[string]any) map[string]any {
	fields := map[string]any{
		"name": "Order", "method": "POST", "headers": map[string]any{}, "error_response": nil, "status_codes": map[string]any{"202": "accepted"},
		"request_body": map[string]any{"n": 1, "callbackUrl": "https://partner.example/back"}, "success_response": map[string]any{"id": "1"},
		"credentials": map[string]any{"callback_url": "https://partner.example/back"},
		"callback": map[string]any{
			"method": "POST", "body": map[string]any{"state": "DONE"}, "within_ms": 5000,
			"signature": map[string]any{"header": "X-Signature", "secret": "<<hook_secret>>"},
		},
	}
	for key, value := range more {
		fields[key] = value
	}
	return fields
}

// calling runs the sheet against a server that calls back; nil listens for nothing.
func calling(t *testing.T, c *caller, l *callback.Listener, more map[string]any, change ...func(*engine.Options)) (*probe.Run, map[string]probe.Result) {
	t.Helper()
	s := httptest.NewServer(c)
	t.Cleanup(func() { s.Close(); c.busy.Wait() })
	o := engine.Options{BaseURL: s.URL, Negatives: plan.NegativeFilter{None: true}, Callbacks: l, CallbackWait: time.Minute}
	if c.times == 0 {
		o.CallbackWait = 300 * time.Millisecond // nothing comes
	}
	o.Vars = probe.NewVars(probe.Var{Name: "hook_secret", Value: hookSecret, Secret: true})
	if l != nil {
		o.CallbackURL = l.URL
	}
	for _, f := range change {
		f(&o)
	}
	r := run(t, t.Context(), o, document(t, callingSheet(more)))
	all := map[string]probe.Result{}
	for _, one := range r.Sheets[0].Cases {
		all[one.ID] = one
	}
	return r, all
}

func listener(t *testing.T, o callback.Options) *callback.Listener {
	t.Helper()
	l, err := callback.Listen(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return l
}

func rulesOf(r probe.Result) (rules []string) {
	for _, f := range r.Findings {
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestTheCallIsCaughtAndItsSignatureVerified(t *testing.T) {
	for name, c := range map[string]struct {
		server  *caller
		verdict probe.Verdict
		rules   []string
	}{
		"well":             {&caller{times: 1, body: `{"state":"DONE"}`, secret: hookSecret}, probe.Conforms, nil},
		"wrongly signed":   {&caller{times: 1, body: `{"state":"DONE"}`, secret: "other"}, probe.Deviates, []string{"callback.signature"}},
		"twice":            {&caller{times: 2, early: true, body: `{"state":"DONE"}`, secret: hookSecret}, probe.Conforms, []string{"callback.duplicate"}},
		"of another shape": {&caller{times: 1, body: `{"state":7}`, secret: hookSecret}, probe.Deviates, []string{"shape.type"}},
		"never":            {&caller{}, probe.Inconclusive, []string{"callback.not-received"}}, // we stopped waiting before the documented time
	} {
		t.Run(name, func(t *testing.T) {
			l := listener(t, callback.Options{})
			r, all := calling(t, c.server, l, nil)
			got := all["order/callback"]
			assert.Equal(t, c.verdict, got.Verdict, got.Reason)
			assert.Equal(t, c.rules, rulesOf(got))
			assert.Len(t, got.Callbacks, c.server.times)
			assert.Equal(t, 1, r.Summary.RequestsSent, "a call to us is no request of ours")
			require.Len(t, c.server.asked, 1)
			assert.Contains(t, c.server.asked[0], l.URL("order/success"), "the URL that the sheet names is replaced by ours")
		})
	}
}

// What the call holds of our secrets is masked like anything that is recorded.
func TestACallIsRecordedWithoutSecrets(t *testing.T) {
	server := &caller{times: 1, body: `{"state":"DONE","note":"` + hookSecret + `"}`, secret: hookSecret}
	_, all := calling(t, server, listener(t, callback.Options{}), nil)
	got := all["order/callback"]
	require.Len(t, got.Callbacks, 1)
	assert.NotContains(t, got.Callbacks[0].Request.Body, hookSecret)
	assert.NotContains(t, rulesOf(got), "callback.signature", "it is verified before anything is masked")
}

func TestWithoutAListenerTheRequestStaysAsItIs(t *testing.T) {
	server := &caller{times: 1, body: `{"state":"DONE"}`}
	_, all := calling(t, server, nil, nil)
	assert.Equal(t, probe.Skipped, all["order/callback"].Verdict)
	assert.Contains(t, all["order/callback"].Reason, "--callback-listen")
	require.Len(t, server.asked, 1)
	assert.Contains(t, server.asked[0], "https://partner.example/back")
}

func TestACallThatCannotBeHadIsToldWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		more    map[string]any
		vars    probe.Vars
		verdict probe.Verdict
		reason  string
	}{
		"the request does not tell our URL": {
			more:    map[string]any{"request_body": map[string]any{"n": 1}, "credentials": nil},
			vars:    probe.NewVars(probe.Var{Name: "hook_secret", Value: hookSecret, Secret: true}),
			verdict: probe.Skipped, reason: "does not tell the API our URL",
		},
		"the secret is lacking": {verdict: probe.Blocked, reason: "<<hook_secret>>"},
	} {
		t.Run(name, func(t *testing.T) {
			_, all := calling(t, &caller{}, listener(t, callback.Options{}), c.more, func(o *engine.Options) { o.Vars = c.vars })
			assert.Equal(t, c.verdict, all["order/callback"].Verdict)
			assert.Contains(t, all["order/callback"].Reason, c.reason)
		})
	}
}

func TestTheFieldForOurURLIsSet(t *testing.T) {
	for field, want := range map[string]string{"/hooks/done": `"hooks":{"failed":"x","done":"http://127.0.0.1:`, "/notify": `"notify":"http://127.0.0.1:`} {
		server := &caller{}
		calling(t, server, listener(t, callback.Options{}), map[string]any{
			"request_body": map[string]any{"n": 1, "hooks": map[string]any{"failed": "x"}}, "credentials": nil,
			"callback": map[string]any{"field": field, "body": map[string]any{"state": "DONE"}},
		})
		require.Len(t, server.asked, 1)
		assert.Contains(t, server.asked[0], want)
	}
}

// Where nothing that is sent to the public URL arrives, that is what is wrong, and not the endpoint.
func TestAPublicURLThatLeadsNowhereIsOurs(t *testing.T) {
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	defer elsewhere.Close()
	_, all := calling(t, &caller{}, listener(t, callback.Options{Public: elsewhere.URL}), nil)
	got := all["order/callback"]
	assert.Equal(t, probe.Inconclusive, got.Verdict)
	require.Len(t, got.Findings, 1)
	assert.Equal(t, probe.BlameEnvironment, got.Findings[0].Blame)
	assert.Contains(t, got.Findings[0].Hint, "--callback-url")
}

// An API that waits for its call does not keep another one waiting.
func TestOtherAPIsGoOnWhileOneWaits(t *testing.T) {
	called := &caller{times: 1, body: `{"state":"DONE"}`, hold: make(chan struct{})}
	s := httptest.NewServer(called)
	t.Cleanup(func() { s.Close(); called.busy.Wait() })
	l := listener(t, callback.Options{})
	begun := sync.OnceFunc(func() { close(called.hold) })
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, fine)
	}))
	defer other.Close()
	o := engine.Options{Negatives: plan.NegativeFilter{None: true}, Callbacks: l, CallbackURL: l.URL, CallbackWait: time.Minute, Concurrency: 1, Vars: token}
	waits := callingSheet(map[string]any{"url": s.URL + "/orders"})
	delete(waits["callback"].(map[string]any), "signature")
	delete(waits["callback"].(map[string]any), "within_ms")
	r := run(t, t.Context(), o, document(t, waits), document(t, map[string]any{"url": other.URL + "/thing"}))
	begun()
	assert.Equal(t, map[string]string{"order/success": "conforms", "order/callback": "conforms", "thing/success": "conforms"}, verdicts(r), "the call is made when the other is asked")
}

func TestAnInterruptEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := httptest.NewServer(&caller{})
	defer s.Close()
	l := listener(t, callback.Options{})
	o := engine.Options{BaseURL: s.URL, Negatives: plan.NegativeFilter{None: true}, Callbacks: l, CallbackURL: l.URL, CallbackWait: time.Hour}
	o.Vars = probe.NewVars(probe.Var{Name: "hook_secret", Value: hookSecret, Secret: true})
	o.Progress = func(p engine.Progress) {
		if p.Cases > 0 {
			cancel() // the call is all that is waited for
		}
	}
	r := run(t, ctx, o, document(t, callingSheet(nil)))
	assert.True(t, r.Interrupted)
	assert.Equal(t, map[string]string{"order/success": "conforms", "order/callback": "skipped: the run was interrupted"}, verdicts(r))
}

// states answers a status API with one state after the other, and the last for ever.
func states(t *testing.T, all ...string) (url string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			_, _ = io.WriteString(w, `{"job":"J-1"}`)
			return
		}
		if !strings.HasSuffix(r.URL.Path, "/J-1") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		state := all[min(int(asked.Add(1)), len(all))-1]
		if state == "404" {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":"no such job"}`)
			return
		}
		_, _ = io.WriteString(w, `{"state":"`+state+`","result":`+map[bool]string{true: `{"n":1}`, false: `null`}[state == "DONE"]+`}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

func pollRun(t *testing.T, o engine.Options, within int) *probe.Run {
	t.Helper()
	o.Negatives = plan.NegativeFilter{None: true}
	common := func(more map[string]any) map[string]any {
		all := map[string]any{"headers": map[string]any{}, "error_response": map[string]any{"error": "no such job"}, "status_codes": nil}
		for key, value := range more {
			all[key] = value
		}
		return all
	}
	start := document(t, common(map[string]any{
		"name": "Start", "method": "POST", "url": "https://api-sit.things.example/jobs", "request_body": map[string]any{"n": 1},
		"success_response": map[string]any{"job": "J-0"}, "capture": map[string]any{"job": "$.job"},
		"poll": map[string]any{"api": "Status", "path": "$.state", "until": "DONE", "failed": []string{"FAILED"}, "pending": []string{"RUNNING"}, "interval_ms": 50, "within_ms": within},
	}))
	status := document(t, common(map[string]any{
		"name": "Status", "method": "GET", "url": "https://api-sit.things.example/jobs/{job}", "needs": []string{"Start"},
		"success_response": map[string]any{"state": "DONE", "result": map[string]any{"n": 1}},
	}))
	return run(t, t.Context(), o, start, status)
}

func TestTheEndIsPolledFor(t *testing.T) {
	for name, c := range map[string]struct {
		states  []string
		verdict probe.Verdict
		rules   []string
	}{
		"at once":            {[]string{"DONE"}, probe.Conforms, nil},
		"in the end":         {[]string{"RUNNING", "RUNNING", "DONE"}, probe.Conforms, nil},
		"not there at first": {[]string{"404", "RUNNING", "DONE"}, probe.Conforms, nil},
		"a bad end":          {[]string{"RUNNING", "FAILED"}, probe.Deviates, []string{"poll.failed"}},
		"no end":             {[]string{"RUNNING"}, probe.Deviates, []string{"poll.not-finished"}},
		"an unknown state":   {[]string{"PARKED", "DONE"}, probe.Conforms, []string{"poll.undocumented-state"}},
	} {
		t.Run(name, func(t *testing.T) {
			url, asked := states(t, c.states...)
			within := 60_000
			if slices.Contains(c.rules, "poll.not-finished") {
				within = 600
			}
			r := pollRun(t, engine.Options{BaseURL: url}, within)
			got := r.Sheets[0].Cases[1]
			require.Equal(t, "start/poll", got.ID)
			assert.Equal(t, c.verdict, got.Verdict, got.Reason)
			assert.Equal(t, c.rules, rulesOf(got))
			assert.Equal(t, c.states[0] != "404", got.Polls[0].State != "")
			assert.Equal(t, int(asked.Load())+1, r.Summary.RequestsSent, "every request counts: one started it all")
			assert.LessOrEqual(t, len(got.Polls), 14)
		})
	}
}

func TestPollingCountsAgainstTheBudget(t *testing.T) {
	url, asked := states(t, "RUNNING")
	r := pollRun(t, engine.Options{BaseURL: url, MaxRequestsPerAPI: 4}, 5000)
	got := r.Sheets[0].Cases[1]
	assert.Equal(t, probe.Blocked, got.Verdict)
	assert.Equal(t, []string{"setup.budget"}, rulesOf(got))
	assert.Len(t, got.Polls, 3)
	assert.Equal(t, int64(4), asked.Load(), "three of the poll, and one of the status API itself")
}

func TestAStatusAPIThatNobodyDescribesIsMissed(t *testing.T) {
	url, _ := states(t, "DONE")
	in := document(t, map[string]any{
		"name": "Start", "method": "POST", "headers": map[string]any{}, "request_body": map[string]any{"n": 1}, "success_response": map[string]any{"job": "J-0"},
		"poll": map[string]any{"api": "Nobody", "path": "$.state", "until": []string{"DONE"}},
	})
	r := run(t, t.Context(), engine.Options{BaseURL: url, Negatives: plan.NegativeFilter{None: true}}, in)
	got := r.Sheets[0].Cases[1]
	assert.Equal(t, probe.Blocked, got.Verdict)
	assert.Contains(t, got.Reason, `"Nobody", which none of these sheets describes`)
}
