package engine_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// fromHandToHand are APIs each of which supplies what the next one needs, with rows of test data that supply nothing.
const fromHandToHand = `
name: Log in
method: POST
url: https://sit.harbour.example/login
request_body: {user: harbour}
success_response: {token: T}
capture: {token: $.token}
test_data: [{user: quay}, {user: jetty}]
---
name: Book
method: POST
url: https://sit.harbour.example/bookings
headers: {Authorization: "Bearer <<token>>"}
request_body: {ship: Anna}
success_response: {id: B1}
needs: [Log in]
capture: {booking: $.id}
test_data: [{ship: Berta}, {ship: Clara}]
---
name: Look up
method: POST
url: https://sit.harbour.example/look-up/<<booking>>
request_body: {with: nothing}
success_response: {ship: Anna}
needs: [Book]
test_data: [{with: times}]
`

// pier answers well, and interrupts whoever asks at one request, which it answers no more.
type pier struct {
	*httptest.Server
	readings func() []sheet.Reading

	mu        sync.Mutex
	requests  int
	at        int // the request that is interrupted; 0 for none
	interrupt func()
}

func newPier(t *testing.T, document string) *pier {
	t.Helper()
	p := &pier{readings: func() []sheet.Reading {
		return engine.Read([]sheet.Input{{Name: "chain.yaml", Data: []byte(document)}})
	}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *pier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if p.isLast() {
		p.interrupt()
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"token":"tok-9f3c77aa12","id":"B-2041","ship":"Anna"}`)
}

func (p *pier) isLast() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	return p.requests == p.at
}

// known are the cases of a run that have their verdicts, by id.
func known(run *probe.Run) map[string]probe.Result {
	all := map[string]probe.Result{}
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			if c.Verdict == probe.Conforms || c.Verdict == probe.Deviates {
				all[c.ID] = c
			}
		}
	}
	return all
}

// goOn makes a run, or goes on with what is known of it; it is interrupted at one of its requests, or before it begins where at is negative.
func (p *pier) goOn(t *testing.T, earlier map[string]probe.Result, at int) *probe.Run {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.mu.Lock()
	p.requests, p.at, p.interrupt = 0, at, cancel
	p.mu.Unlock()
	if at < 0 {
		cancel()
	}
	o := engine.Options{BaseURL: p.URL, Negatives: plan.NegativeFilter{None: true}, Concurrency: 1, Done: func(id string) (probe.Result, bool) {
		r, ok := earlier[id]
		return r, ok
	}}
	run, err := engine.Run(ctx, p.readings(), o)
	require.NoError(t, err)
	require.Equal(t, at != 0, run.Interrupted)
	return run
}

// A run, and what goes on with it, are interrupted at every request: no verdict that there is gets lost, and what had its verdict is sent again only where
// values are captured from its answer.
func TestNoVerdictIsLostByAnInterruption(t *testing.T) {
	const cases = 8
	for first := 1; first <= cases; first++ {
		again := map[bool]int{first > 1: 1} // Log in
		again[first > 4]++                  // Book
		for second := -1; second <= cases+1-first+again[true]; second++ {
			if second == 0 {
				continue
			}
			t.Run(fmt.Sprint(first, " ", second), func(t *testing.T) {
				p := newPier(t, fromHandToHand)
				one := known(p.goOn(t, nil, first))
				require.Len(t, one, first-1)
				two := known(p.goOn(t, one, second))
				for id, was := range one {
					require.Contains(t, two, id)
					assert.NotNil(t, two[id].Exchange, id)
					assert.Equal(t, was.Verdict, two[id].Verdict)
				}
				three := known(p.goOn(t, two, 0))
				assert.Len(t, three, cases)
				for id, was := range two {
					if id != "log-in/success" && id != "book/success" {
						assert.Equal(t, was.Exchange.StartedAt, three[id].Exchange.StartedAt, "%s had its verdict, and was sent again", id)
					}
				}
			})
		}
	}
}

// What an interrupted run could not fetch is nothing that somebody has to put right.
func TestWhoNeedsWhatAnInterruptedRunDidNotFetch(t *testing.T) {
	run := newPier(t, fromHandToHand).goOn(t, nil, 1)
	for _, c := range run.Sheets[1].Cases {
		assert.Equal(t, probe.Skipped, c.Verdict, c.ID)
		assert.Equal(t, `"Log in" has to be called first and supplied nothing: the run was interrupted while this request was under way; the server may have acted upon it`, c.Reason)
		assert.Empty(t, c.Findings)
	}
}

// byID is what is known of some of the cases, for Options.Done.
func byID(all map[string]probe.Result, ids ...string) func(string) (probe.Result, bool) {
	some := map[string]probe.Result{}
	for _, id := range ids {
		some[id] = all[id]
	}
	return func(id string) (probe.Result, bool) {
		r, ok := some[id]
		return r, ok
	}
}

// What lies behind an answer is decided once, and the request that leads to it goes out again only where that is not known yet.
func TestACallIsAwaitedAgainOnlyWhereItIsNotKnown(t *testing.T) {
	well := func() *caller { return &caller{times: 1, body: `{"state":"DONE"}`, secret: hookSecret} }
	l := listener(t, callback.Options{})
	_, all := calling(t, well(), l, nil)
	require.Len(t, all, 2)
	for name, c := range map[string]struct {
		known []string
		sent  int
	}{
		"all is known":               {[]string{"order/success", "order/callback"}, 0},
		"the call is not known":      {[]string{"order/success"}, 1},
		"the request is not known":   {[]string{"order/callback"}, 1},
		"nothing is known of either": {nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := well()
			_, again := calling(t, server, listener(t, callback.Options{}), nil, func(o *engine.Options) { o.Done = byID(all, c.known...) })
			assert.Len(t, server.asked, c.sent)
			for id, r := range again {
				assert.Equal(t, probe.Conforms, r.Verdict, "%s: %s", id, r.Reason)
			}
			assert.Len(t, again["order/callback"].Callbacks, 1)
		})
	}
}

func TestAnEndIsAskedForAgainOnlyWhereItIsNotKnown(t *testing.T) {
	url, _ := states(t, "DONE")
	all := known(pollRun(t, engine.Options{BaseURL: url}, 5000))
	require.Contains(t, all, "start/poll")
	for name, c := range map[string]struct {
		known []string
		asked int64 // how things stand
	}{
		"all is known":             {[]string{"start/success", "start/poll", "status/success"}, 0},
		"the end is not known":     {[]string{"start/success", "status/success"}, 1},
		"the request is not known": {[]string{"start/poll", "status/success"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			again, asked := states(t, "DONE")
			assert.Len(t, known(pollRun(t, engine.Options{BaseURL: again, Done: byID(all, c.known...)}, 5000)), 3)
			assert.Equal(t, c.asked, asked.Load())
		})
	}
}

// Repeats that an earlier attempt has made are not made again, and those that it has not are.
func TestRepeatsGoOnWhereTheyWereInterrupted(t *testing.T) {
	answers := []string{fine, otherKind, fine, fine}
	whole, _, _, _ := repeated(t, engine.Options{Repeat: len(answers)}, nil, answers...)
	require.Len(t, whole.Repeats, len(answers)-1)
	for made := 1; made <= len(answers); made++ {
		earlier, _, _, _ := repeated(t, engine.Options{Repeat: made}, nil, answers...)
		again, flaky, _, sent := repeated(t, engine.Options{Repeat: len(answers), Done: byID(map[string]probe.Result{whole.ID: earlier}, whole.ID)}, nil, append(answers[made:], fine)...)
		assert.Equal(t, int64(len(answers)-made), sent)
		assert.Len(t, again.Repeats, len(answers)-1)
		require.NotNil(t, flaky, made)
		assert.Equal(t, 1, flaky.Count)
		assert.Equal(t, rulesOf(whole), rulesOf(again))
		assert.Equal(t, whole.Verdict, again.Verdict)
	}
}
