package engine_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

func TestTheBudgetOfAnAPICountsFurtherAttempts(t *testing.T) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		hijacked(w, "")
	}))
	defer s.Close()
	for limit, want := range map[int]int64{0: 4, 1: 2, 2: 4} {
		requests.Store(0)
		run(t, t.Context(), engine.Options{Vars: token, BaseURL: s.URL, MaxRequestsPerAPI: limit}, document(t, nil), document(t, map[string]any{"name": "Other"}))
		assert.Equal(t, want, requests.Load(), "%d for each of two", limit)
	}
}

func TestTheBudgetOfAnAPIBlocksWhatIsTooMuch(t *testing.T) {
	url, requests := api(t, nil)
	r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: url, MaxRequestsPerAPI: 1}, document(t, nil), document(t, map[string]any{"name": "Other"}))
	assert.EqualValues(t, 2, requests.Load())
	for _, id := range []string{"thing/no-auth", "other/no-auth"} {
		assert.True(t, strings.HasPrefix(verdicts(r)[id], "blocked: "), "%v", verdicts(r))
	}
	assert.Equal(t, 3, r.ExitCode)
}

// The guard of the run looks at addresses too, not at names alone.
func TestTheGuardGoesAlongToTheWire(t *testing.T) {
	url, requests := api(t, nil)
	address := strings.TrimPrefix(url, "http://")
	name := "http://api-sit.things.example"
	for what, o := range map[string]engine.Options{
		"metadata":              {Send: send.Options{Resolve: map[string]string{"api-sit.things.example": "169.254.169.254"}}},
		"a service's own hosts": {Guard: send.Guard{Service: true}, Send: send.Options{Resolve: map[string]string{"api-sit.things.example": address}}},
	} {
		o.Vars, o.BaseURL, o.Send.Retries = token, name, -1
		r := run(t, t.Context(), o, document(t, nil))
		require.NotEmpty(t, r.Sheets[0].Cases[0].Findings, what)
		f := r.Sheets[0].Cases[0].Findings[0]
		assert.Equal(t, "setup.host-not-allowed", f.Rule, what)
		assert.Contains(t, f.Message, " is not asked: ", what)
		assert.Equal(t, 3, r.ExitCode, what)
	}
	assert.Zero(t, requests.Load())
	o := engine.Options{Vars: token, BaseURL: name, Guard: send.Guard{Service: true, Allow: []string{"127.0.0.1"}}}
	o.Send.Resolve = map[string]string{"api-sit.things.example": address}
	assert.Equal(t, probe.Conforms, run(t, t.Context(), o, document(t, nil)).Verdict)
}

func TestHostsThatWereVouchedForAreNotProvoked(t *testing.T) {
	url, requests := api(t, nil)
	o := engine.Options{
		Vars: token, BaseURL: "http://api.things.com", Guard: send.Guard{Allow: []string{"api.things.com"}},
		Send: send.Options{Resolve: map[string]string{"api.things.com": strings.TrimPrefix(url, "http://")}},
	}
	r := run(t, t.Context(), o, document(t, nil))
	assert.Contains(t, verdicts(r)["thing/no-auth"], "skipped: the host does not look like staging")
	assert.EqualValues(t, 1, requests.Load())
	o.Negatives = plan.NegativeFilter{Asked: true}
	assert.Equal(t, "conforms", verdicts(run(t, t.Context(), o, document(t, nil)))["thing/no-auth"])
	o.Negatives = plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}
	assert.Equal(t, "conforms", verdicts(run(t, t.Context(), o, document(t, nil)))["thing/no-auth"])
}

// A row of test data that is there to bring a 429 about gets it, and is not asked for again.
func TestARowThatPromisesA429IsSentOnce(t *testing.T) {
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Get("q") == "many" {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"status":"bad","code":"E1"}`))
			return
		}
		_, _ = w.Write([]byte(`{"status":"ok","code":"S1"}`))
	}))
	defer s.Close()
	sheet := document(t, map[string]any{"query": map[string]any{"q": "one"}, "test_data": []any{map[string]any{"q": "many", "expect": "429"}}})
	start := time.Now()
	r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: s.URL, Negatives: plan.NegativeFilter{None: true}}, sheet)
	assert.Equal(t, "conforms", verdicts(r)["thing/test-data/1"], "%v", verdicts(r))
	assert.EqualValues(t, 2, requests.Load())
	assert.Less(t, time.Since(start), 5*time.Second)
}

// A signature with a nonce is good for one time: sent again it is a replay.
func TestWhatIsSignedForOneTimeIsSentOnce(t *testing.T) {
	for name, want := range map[string]int64{"oauth1": 1, "api_key": 2} {
		var requests atomic.Int64
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if requests.Add(1) == 1 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = w.Write([]byte(`{"status":"ok","code":"S1"}`))
		}))
		defer s.Close()
		identity := map[string]any{"type": name, "consumer_key": "k-77", "consumer_secret": "s-81", "name": "X-Key", "value": "k-77"}
		keys := map[string][]string{"oauth1": {"name", "value"}, "api_key": {"consumer_key", "consumer_secret"}}[name]
		for _, key := range keys {
			delete(identity, key)
		}
		sheet := document(t, map[string]any{"headers": map[string]any{}, "auth": identity})
		run(t, t.Context(), engine.Options{BaseURL: s.URL, Only: []string{"*/success"}}, sheet)
		assert.Equal(t, want, requests.Load(), name)
	}
}
