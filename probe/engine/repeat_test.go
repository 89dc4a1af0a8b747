package engine_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// serving gives each request the next of the answers, over and over; "!" closes the connection.
func serving(t *testing.T, bodies ...string) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := bodies[int(requests.Add(1)-1)%len(bodies)]
		if body == "!" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(body, "E1") {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

const (
	fine      = `{"status":"ok","code":"S1"}`
	refusal   = `{"status":"bad","code":"E1"}`
	otherKind = `{"status":7,"code":"S1"}`
)

// repeated runs the documented request of the plain sheet, and returns its result and what of its findings is about stability.
func repeated(t *testing.T, o engine.Options, fields map[string]any, bodies ...string) (probe.Result, *probe.Finding, *probe.Run, int64) {
	t.Helper()
	url, requests := serving(t, bodies...)
	o.BaseURL, o.Vars, o.Negatives, o.Send.Retries = url, token, plan.NegativeFilter{None: true}, -1
	r := run(t, context.Background(), o, document(t, fields))
	require.Len(t, r.Sheets[0].Cases, 1)
	c := r.Sheets[0].Cases[0]
	for i := range c.Findings {
		if c.Findings[i].Rule == "stability.flaky" {
			return c, &c.Findings[i], r, requests.Load()
		}
	}
	return c, nil, r, requests.Load()
}

func TestRepeatsThatAgreeSayNothing(t *testing.T) {
	c, flaky, r, sent := repeated(t, engine.Options{Repeat: 12}, nil, fine)
	assert.Nil(t, flaky)
	assert.Equal(t, probe.Conforms, c.Verdict)
	assert.Equal(t, int64(12), sent)
	assert.Equal(t, 12, r.Summary.RequestsSent)
	require.Len(t, c.Repeats, 11)
	assert.Nil(t, c.Repeats[0].Exchange, "what is alike is not kept")
	timings := r.Sheets[0].Timings
	assert.Equal(t, []int{12, 0, 1, 1}, []int{timings.Samples, timings.Failed, timings.Repeated, timings.Agreeing})
	assert.Positive(t, timings.P90)
}

func TestRepeatsThatDisagreeAreFlaky(t *testing.T) {
	for name, c := range map[string]struct {
		bodies  []string
		verdict probe.Verdict
		blame   probe.Blame
		rule    string // found in a further answer
	}{
		"a status":                       {[]string{fine, fine, refusal}, probe.Deviates, probe.BlameEndpoint, "outcome.error-instead-of-success"},
		"a shape":                        {[]string{fine, otherKind}, probe.Deviates, probe.BlameEndpoint, "shape.type"},
		"an answer that does not arrive": {[]string{fine, "!", fine}, probe.Conforms, probe.BlameEnvironment, ""},
	} {
		t.Run(name, func(t *testing.T) {
			result, flaky, r, _ := repeated(t, engine.Options{Repeat: 3}, nil, c.bodies...)
			require.NotNil(t, flaky)
			assert.Equal(t, c.verdict, result.Verdict)
			assert.Equal(t, c.blame, flaky.Blame)
			assert.Equal(t, 1, flaky.Count)
			assert.Contains(t, flaky.Message, "1 of 3")
			rules := ""
			for _, f := range result.Findings {
				rules += f.Rule + " "
			}
			assert.Contains(t, rules, c.rule)
			assert.Equal(t, 0, r.Sheets[0].Timings.Agreeing)
		})
	}
}

// Lists grow, values change: that is what a staging environment is for.
func TestRepeatsMayHoldOtherValues(t *testing.T) {
	fields := map[string]any{"success_response": map[string]any{"code": "S1", "items": []any{map[string]any{"n": 1}}}}
	_, flaky, _, _ := repeated(t, engine.Options{Repeat: 3}, fields, `{"code":"S1","items":[{"n":1}]}`, `{"code":"S1","items":[{"n":2},{"n":3}]}`, `{"code":"S1","items":[]}`)
	assert.Nil(t, flaky)
}

func TestOnlyWhatIsSafeIsRepeatedUnlessChosen(t *testing.T) {
	body := map[string]any{"a": 1}
	for name, c := range map[string]struct {
		method  string
		unsafe  []string
		header  string
		sent    int64
		because string
	}{
		"GET":                            {method: "GET", sent: 3},
		"POST":                           {method: "POST", sent: 1, because: "POST may change data"},
		"POST that is chosen":            {method: "POST", unsafe: []string{"Thi*"}, sent: 3},
		"PUT that is not the chosen one": {method: "PUT", unsafe: []string{"other"}, sent: 1, because: "PUT may change data"},
		"DELETE that is chosen":          {method: "DELETE", unsafe: []string{"*"}, sent: 1, because: "what deletes"},
		"POST that asks to delete":       {method: "POST", unsafe: []string{"*"}, header: "X-HTTP-Method-Override", sent: 1, because: "what deletes"},
	} {
		t.Run(name, func(t *testing.T) {
			fields := map[string]any{"method": c.method}
			if c.method != "GET" {
				fields["request_body"] = body
			}
			if c.header != "" {
				fields["headers"] = map[string]any{c.header: "DELETE"}
			}
			result, _, _, sent := repeated(t, engine.Options{Repeat: 3, RepeatUnsafe: c.unsafe, AllowUnsafe: true}, fields, fine)
			assert.Equal(t, c.sent, sent)
			assert.Contains(t, result.NotRepeated, c.because)
			assert.Equal(t, c.because == "", result.NotRepeated == "")
		})
	}
}

// A request that creates something is refused when it comes again: that is no deviation.
func TestARefusalOfARepeatedChangeIsARemark(t *testing.T) {
	fields := map[string]any{"method": "POST", "request_body": map[string]any{"a": 1}}
	result, flaky, _, _ := repeated(t, engine.Options{Repeat: 3, RepeatUnsafe: []string{"*"}}, fields, fine, refusal, refusal)
	require.NotNil(t, flaky)
	assert.Equal(t, "info", string(flaky.Severity))
	assert.Equal(t, probe.Conforms, result.Verdict)
}

func TestRepeatsCountAgainstTheBudget(t *testing.T) {
	result, _, _, sent := repeated(t, engine.Options{Repeat: 9, MaxRequestsPerAPI: 4}, nil, fine)
	assert.Equal(t, int64(4), sent)
	assert.Len(t, result.Repeats, 3)
	assert.Contains(t, result.NotRepeated, "limit of 4 requests")
	assert.Equal(t, probe.Conforms, result.Verdict)
}

func TestAnInterruptKeepsTheRepeatsThatFinished(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	url, requests := api(t, func(n int64) {
		if n == 3 {
			cancel()
			<-ended // the request is broken off meanwhile: its answer never comes
		}
	})
	o := engine.Options{BaseURL: url, Vars: token, Repeat: 5, Negatives: plan.NegativeFilter{None: true}}
	r := run(t, ctx, o, document(t, nil))
	close(ended)
	c := r.Sheets[0].Cases[0]
	assert.Len(t, c.Repeats, 1)
	assert.Contains(t, c.NotRepeated, "interrupted")
	assert.Equal(t, probe.Conforms, c.Verdict)
	assert.Equal(t, int64(3), requests.Load())
	assert.True(t, r.Interrupted)
}

func TestWhatCameAtALaterAttemptIsFlaky(t *testing.T) {
	url, requests := serving(t, "!", fine)
	o := engine.Options{BaseURL: url, Vars: token, Negatives: plan.NegativeFilter{None: true}}
	r := run(t, context.Background(), o, document(t, nil))
	c := r.Sheets[0].Cases[0]
	require.Len(t, c.Findings, 1)
	f := c.Findings[0]
	assert.Equal(t, []any{"stability.flaky", "warning", probe.BlameEnvironment}, []any{f.Rule, string(f.Severity), f.Blame})
	assert.Contains(t, f.Message, "attempt 2")
	assert.Equal(t, probe.Conforms, c.Verdict)
	assert.Equal(t, int64(2), requests.Load())
}
