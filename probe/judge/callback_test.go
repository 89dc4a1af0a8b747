package judge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func valueOf(t *testing.T, text string) *nearjson.Value {
	t.Helper()
	v, _, err := nearjson.ParseStrict(source.Unplaced(text))
	require.NoError(t, err)
	return v
}

func callbackSheet(t *testing.T) *probe.Sheet {
	return &probe.Sheet{Name: "A", Method: "POST", Document: nil, Callback: &probe.Callback{
		Method: "POST", Headers: []probe.Header{{Name: "X-Event", Value: "done"}, {Name: "User-Agent", Value: "x"}},
		Body:      probe.Body{Value: valueOf(t, `{"id":"7","state":"DONE"}`)},
		Signature: &probe.Signature{Header: "X-Signature", Secret: "<<s>>"}, WithinMS: 1000,
	}}
}

func called(method, body string, after float64, headers ...probe.Header) judge.Call {
	if headers == nil {
		headers = []probe.Header{{Name: "X-Event", Value: "done"}, {Name: "Content-Type", Value: "application/json"}}
	}
	return judge.Call{Received: probe.Received{Request: probe.RecordedRequest{Method: method, Headers: headers, Body: body}, AfterMS: after}}
}

func TestCallsAreJudged(t *testing.T) {
	const good = `{"id":"8","state":"DONE"}`
	unsigned := called("POST", good, 5)
	unsigned.Signature = "the call carries no signature"
	cut := called("POST", `{"id":`, 5)
	cut.Cut, cut.Signature = true, "of what was cut nothing can be said"
	for name, c := range map[string]struct {
		awaited judge.Awaited
		change  func(*probe.Sheet)
		rules   []string // with severities
		verdict probe.Verdict
		blame   probe.Blame
	}{
		"as documented": {awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, 5)}}, verdict: probe.Conforms},
		"before the answer": {
			awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, -3)}}, verdict: probe.Conforms,
		},
		"none": {awaited: judge.Awaited{WaitedMS: 3000}, rules: []string{"callback.not-received error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint},
		"none could have come": {
			awaited: judge.Awaited{WaitedMS: 3000, Unreachable: "we are on loopback", Hint: "use --callback-url"},
			rules:   []string{"callback.not-received error"}, verdict: probe.Inconclusive, blame: probe.BlameEnvironment,
		},
		"none yet": {
			awaited: judge.Awaited{WaitedMS: 500}, rules: []string{"callback.not-received error"}, verdict: probe.Inconclusive, blame: probe.BlameEnvironment,
		},
		"none, and the sheet promises none": {
			awaited: judge.Awaited{WaitedMS: 3000}, change: func(s *probe.Sheet) { s.Callback = nil },
			rules: []string{"callback.not-received warning"}, verdict: probe.Conforms, blame: probe.BlameEndpoint,
		},
		"late": {awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, 1001)}}, rules: []string{"callback.late warning"}, verdict: probe.Conforms, blame: probe.BlameEndpoint},
		"twice": {
			awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, 5), called("POST", good, 6)}, Expected: 1},
			rules:   []string{"callback.duplicate warning"}, verdict: probe.Conforms, blame: probe.BlameEndpoint,
		},
		"twice for two requests": {
			awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, 5), called("POST", good, 6)}, Expected: 2}, verdict: probe.Conforms,
		},
		"another method": {awaited: judge.Awaited{Calls: []judge.Call{called("PUT", good, 5)}}, rules: []string{"callback.method error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint},
		"a method that nobody documented": {
			awaited: judge.Awaited{Calls: []judge.Call{called("PUT", good, 5)}}, change: func(s *probe.Sheet) { s.Callback.Method = "" },
			rules: []string{"callback.method info"}, verdict: probe.Conforms, blame: probe.BlameEndpoint,
		},
		"no header": {
			awaited: judge.Awaited{Calls: []judge.Call{called("POST", good, 5, probe.Header{Name: "Content-Type", Value: "application/json"})}},
			rules:   []string{"callback.header error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint,
		},
		"no signature":  {awaited: judge.Awaited{Calls: []judge.Call{unsigned}}, rules: []string{"callback.signature error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint},
		"cut":           {awaited: judge.Awaited{Calls: []judge.Call{cut}}, verdict: probe.Conforms},
		"a missing key": {awaited: judge.Awaited{Calls: []judge.Call{called("POST", `{"state":"DONE"}`, 5)}}, rules: []string{"shape.missing error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint},
		"another type": {
			awaited: judge.Awaited{Calls: []judge.Call{called("POST", `{"id":8,"state":"DONE"}`, 5)}}, rules: []string{"shape.type error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint,
		},
		"no JSON": {awaited: judge.Awaited{Calls: []judge.Call{called("POST", "id=8", 5)}}, rules: []string{"body.not-json error"}, verdict: probe.Deviates, blame: probe.BlameEndpoint},
	} {
		t.Run(name, func(t *testing.T) {
			s := callbackSheet(t)
			if c.change != nil {
				c.change(s)
			}
			j, err := judge.New(s, judge.Options{})
			require.NoError(t, err)
			r, err := j.Callback(&probe.Case{ID: "a/callback", Family: probe.FamilyCallback, Expect: probe.Expectation{Outcome: probe.OutcomeSuccess}}, c.awaited)
			require.NoError(t, err)
			var rules []string
			for _, f := range r.Findings {
				rules = append(rules, f.Rule+" "+string(f.Severity))
				assert.Equal(t, c.blame, f.Blame)
				assert.Equal(t, probe.AtCallback, f.Location)
				assert.NotEmpty(t, f.Hint)
			}
			assert.Equal(t, c.rules, rules)
			assert.Equal(t, c.verdict, r.Verdict)
			assert.Positive(t, r.Checks)
			assert.Len(t, r.Callbacks, len(c.awaited.Calls))
		})
	}
}

// One cause that every call shows is told once.
func TestWhatTwoCallsBreakIsToldOnce(t *testing.T) {
	j, err := judge.New(callbackSheet(t), judge.Options{})
	require.NoError(t, err)
	bad := called("PUT", `{"id":"8","state":"DONE"}`, 5)
	r, err := j.Callback(&probe.Case{ID: "a/callback", Family: probe.FamilyCallback, Expect: probe.Expectation{Outcome: probe.OutcomeSuccess}}, judge.Awaited{Calls: []judge.Call{bad, bad}, Expected: 2})
	require.NoError(t, err)
	assert.Len(t, r.Findings, 1)
}
