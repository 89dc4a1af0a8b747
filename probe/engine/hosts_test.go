package engine_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func manySheets(t *testing.T, n int) []sheet.Input {
	t.Helper()
	var inputs []sheet.Input
	for i := range n {
		inputs = append(inputs, document(t, map[string]any{"name": fmt.Sprint("Thing ", i)}))
	}
	return inputs
}

// findingsOf are the rules of all findings of a run, each as often as it stands there.
func findingsOf(r *probe.Run) []string {
	var all []string
	for _, s := range r.Sheets {
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				all = append(all, f.Rule)
			}
		}
	}
	return all
}

// noAuthOnly leaves two cases to each sheet.
func noAuthOnly() plan.NegativeFilter {
	return plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}
}

func TestOneCauseOfAHostIsOneFinding(t *testing.T) {
	const apis = 10
	for _, c := range []struct {
		name, rule, cause string
		fate              func(context.Context) error
	}{
		{"refused", "transport.refused", "connect-refused", func(context.Context) error { return syscall.ECONNREFUSED }},
		{"no route", "transport.connect-timeout", "no-route", func(context.Context) error { return syscall.EHOSTUNREACH }},
		{"silence", "transport.connect-timeout", "connect-timeout", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var connections atomic.Int64
			o := engine.Options{Vars: token, BaseURL: "http://127.0.0.1:9", Concurrency: 4, Negatives: noAuthOnly(), Send: send.Options{
				ConnectTimeout: 50 * time.Millisecond,
				Control:        func(ctx context.Context, _ netip.AddrPort) error { connections.Add(1); return c.fate(ctx) },
			}}
			r := run(t, t.Context(), o, manySheets(t, apis)...)
			assert.Equal(t, []string{c.rule}, findingsOf(r))
			assert.LessOrEqual(t, connections.Load(), int64(4*2), "those that were under way, and their second attempts")
			assert.Equal(t, 4, r.ExitCode)
			require.Len(t, r.Hosts, 1)
			h := r.Hosts[0]
			assert.Equal(t, "127.0.0.1:9", h.Host)
			assert.Equal(t, c.rule, h.Rule)
			assert.Equal(t, c.cause, h.Diagnosis.Cause)
			assert.Equal(t, "thing-0/success", h.FoundIn)
			assert.Equal(t, 2*apis, h.Affected)
			assert.Contains(t, h.Diagnosis.Letter, "127.0.0.1:9")
			for id, verdict := range verdicts(r) {
				switch {
				case id == h.FoundIn:
				case strings.HasSuffix(id, "/success"):
					assert.Regexp(t, `^inconclusive: (not sent: )?127.0.0.1:9 could not be reached, see thing-0/success$`, verdict, id)
				default:
					assert.Equal(t, "skipped: not sent: 127.0.0.1:9 could not be reached, see thing-0/success", verdict, id)
				}
			}
			for _, s := range r.Sheets {
				assert.Equal(t, probe.Inconclusive, s.Verdict)
			}
		})
	}
}

func TestAHostThatDropsOneConnectionSilencesNobody(t *testing.T) {
	url, requests := api(t, nil)
	var connections atomic.Int64
	o := engine.Options{Vars: token, BaseURL: url, Concurrency: 4, Negatives: noAuthOnly(), Send: send.Options{
		ConnectTimeout: 100 * time.Millisecond,
		Control: func(ctx context.Context, _ netip.AddrPort) error {
			if connections.Add(1) == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		},
	}}
	r := run(t, t.Context(), o, manySheets(t, 20)...)
	assert.Equal(t, 40, r.Summary.Conforms)
	assert.EqualValues(t, 40, requests.Load())
	assert.Empty(t, r.Hosts)
}

func TestOneHostDoesNotAnswerForAnother(t *testing.T) {
	url, _ := api(t, nil)
	o := engine.Options{Vars: token, Concurrency: 1}
	dead := document(t, map[string]any{"name": "Dead", "url": "http://127.0.0.1:9/v1"})
	other := document(t, map[string]any{"name": "Other", "url": "http://127.0.0.1:10/v1"})
	r := run(t, t.Context(), o, dead, document(t, map[string]any{"url": url + "/v1"}), other)
	assert.Equal(t, []probe.Verdict{probe.Inconclusive, probe.Conforms, probe.Inconclusive}, []probe.Verdict{r.Sheets[0].Verdict, r.Sheets[1].Verdict, r.Sheets[2].Verdict})
	require.Len(t, r.Hosts, 2)
	assert.Equal(t, "127.0.0.1:9", r.Hosts[0].Host)
	assert.Equal(t, "127.0.0.1:10", r.Hosts[1].Host)
	assert.Equal(t, 4, r.ExitCode)
}

func TestWhatNeedsAHostThatIsAwayIsLeftOut(t *testing.T) {
	url, _ := api(t, nil)
	first := document(t, map[string]any{"name": "First", "url": "http://127.0.0.1:9/v1"})
	second := document(t, map[string]any{"name": "Second", "url": "http://127.0.0.1:9/v2", "capture": map[string]any{"ref": "$.code"}})
	needs := document(t, map[string]any{"name": "Needs", "url": url + "/v1", "needs": []string{"Second"}, "headers": map[string]any{"Authorization": "Bearer <<token>>", "X-Ref": "<<ref>>"}})
	r := run(t, t.Context(), engine.Options{Vars: token, Concurrency: 1}, first, second, needs)
	assert.Equal(t, `skipped: "Second" has to be called first and supplied nothing: its host could not be reached`, verdicts(r)["needs/success"])
	assert.Equal(t, 4, r.ExitCode, "there is nothing in the set-up to put right")
}

func TestATokenCallDoesNotWaitForAHostThatIsAway(t *testing.T) {
	url, _ := api(t, nil)
	var connections atomic.Int64
	o := engine.Options{Vars: token, Concurrency: 1, Send: send.Options{Control: func(_ context.Context, to netip.AddrPort) error {
		if to.Port() == 9 {
			connections.Add(1)
		}
		return nil
	}}}
	dead := document(t, map[string]any{"name": "Dead", "url": "http://127.0.0.1:9/v1"})
	call := map[string]any{"type": "oauth2", "token_url": "http://127.0.0.1:9/token", "client_id": "a", "client_secret": "b-s3cr3t-b"}
	r := run(t, t.Context(), o, dead, document(t, map[string]any{"name": "Alive", "url": url + "/v1", "auth": call}))
	assert.EqualValues(t, 2, connections.Load(), "the two attempts of the first API")
	assert.Equal(t, 4, r.ExitCode)
	assert.Empty(t, r.TokenCalls)
	assert.Contains(t, findingsOf(r), "setup.token-failed")
}
