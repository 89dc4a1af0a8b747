package engine_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

// elsewhere keeps results in a spool, and remembers which cases were handed over last.
type elsewhere struct {
	*spool.Spool
	mu    sync.Mutex
	last  map[string]probe.Result
	stale []string // cases whose line says something else
	held  int      // exchanges that were in memory when their API ended
}

func (e *elsewhere) Put(i int, s *probe.SheetResult, lines [][]byte) (probe.SheetResult, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for k := range s.Cases {
		if x := s.Cases[k].Exchange; x != nil && x.Request.URL != "" {
			e.held++
		}
	}
	return report.Lean(s), e.Spool.Put(i, s, lines)
}

func (e *elsewhere) keep(d engine.Decided) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last[d.Result.ID] = *d.Result
	if line, err := probe.EncodeResult(d.Result); err != nil || !bytes.Equal(line, d.Line) {
		e.stale = append(e.stale, d.Result.ID)
	}
}

// mixture leads to everything that is told at one case for many: a host that is away, and a token that is not to be had.
func mixture(t *testing.T) []sheet.Input {
	t.Helper()
	url, _ := api(t, nil)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(refusing.Close)
	call := map[string]any{"type": "oauth2", "token_url": refusing.URL + "/token", "client_id": "a", "client_secret": "b-s3cr3t-b"}
	var inputs []sheet.Input
	for i := range 4 {
		rows := []any{map[string]any{"n": "1", "expect": "success"}, map[string]any{"n": "2", "expect": "success"}}
		inputs = append(inputs,
			document(t, map[string]any{"name": fmt.Sprint("Away ", i), "url": "http://127.0.0.1:9/v1/{n}", "test_data": rows}),
			document(t, map[string]any{"name": fmt.Sprint("Without token ", i), "url": url + "/v1/{n}", "auth": call, "headers": map[string]any{}, "test_data": rows}),
			document(t, map[string]any{"name": fmt.Sprint("Well ", i), "url": url + "/v1"}))
	}
	return inputs
}

func TestResultsThatAreKeptElsewhereAreThoseOfTheRun(t *testing.T) {
	inputs := mixture(t)
	clock := func() time.Time { return time.Unix(1_000_000, 0) }
	o := engine.Options{Vars: token, Concurrency: 1, RunID: "r1", Now: clock, Send: send.Options{Now: clock}}
	want := run(t, t.Context(), o, inputs...)
	require.Len(t, want.Hosts, 1)
	require.Greater(t, want.Hosts[0].Affected, 4)

	kept := &elsewhere{Spool: spool.New(t.TempDir()), last: map[string]probe.Result{}}
	defer kept.Close()
	o.Results, o.Keep = kept, kept.keep
	got := run(t, t.Context(), o, inputs...)
	assert.Equal(t, want.Summary, got.Summary)
	assert.Equal(t, want.ExitCode, got.ExitCode)
	whole := *got
	whole.Sheets = make([]probe.SheetResult, len(got.Sheets))
	for i := range whole.Sheets {
		s, err := kept.Get(i)
		require.NoError(t, err)
		whole.Sheets[i] = *s
	}
	changing := cmp.Options{
		cmpopts.IgnoreTypes(probe.Timing{}, &probe.Timings{}), cmpopts.IgnoreFields(probe.Exchange{}, "StartedAt"),
		cmpopts.IgnoreFields(probe.RecordedResponse{}, "Headers"), cmpopts.IgnoreFields(probe.RecordedRequest{}, "Headers"),
	}
	assert.Empty(t, cmp.Diff(recorded(t, want), recorded(t, &whole), changing))
	assert.Empty(t, kept.stale)
	for i := range whole.Sheets {
		for _, c := range whole.Sheets[i].Cases {
			last := kept.last[c.ID]
			line, err := probe.EncodeResult(&last)
			require.NoError(t, err)
			last, err = probe.DecodeResult(line)
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(c, last, changing), "what is learned at the end is handed over again")
		}
	}
}

// recorded is a run as it is read from its encoding.
func recorded(t *testing.T, r *probe.Run) *probe.Run {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, r.Encode(&out))
	again, err := probe.DecodeRun(&out)
	require.NoError(t, err)
	return again
}

// An API of many cases does not hold all that was exchanged until it ends, and is told as if it did.
func TestAnAPIOfManyCasesLeavesTheMemory(t *testing.T) {
	const rows, body = 120, 20 << 10
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if q.URL.Query().Get("n") == "n-77" {
			_, _ = io.WriteString(w, `{"ok":"no"}`)
			return
		}
		_, _ = io.WriteString(w, `{"ok":true,"note":"`+strings.Repeat("x", body)+`"}`)
	}))
	t.Cleanup(server.Close)
	var data []any
	for n := range rows {
		data = append(data, map[string]any{"n": fmt.Sprint("n-", n), "expect": "success"})
	}
	input := document(t, map[string]any{
		"name": "Many", "url": server.URL + "/v1?n={n}", "success_response": map[string]any{"ok": true, "note": "some"}, "test_data": data,
	})
	o := engine.Options{Vars: token, Concurrency: 1, RunID: "r1"}
	want := run(t, t.Context(), o, input)
	kept := &elsewhere{Spool: spool.New(t.TempDir()), last: map[string]probe.Result{}}
	defer kept.Close()
	o.Results, o.Keep = kept, kept.keep
	got := run(t, t.Context(), o, input)
	assert.Equal(t, want.Summary, got.Summary)
	assert.NotZero(t, got.Summary.Deviates)
	assert.Empty(t, kept.stale)
	assert.Less(t, kept.held, 50, "of these answers, 12 are 256 KB")
	assert.NotZero(t, kept.held)
	s, err := kept.Get(0)
	require.NoError(t, err)
	whole := *got
	whole.Sheets = []probe.SheetResult{*s}
	changing := cmp.Options{
		cmpopts.IgnoreTypes(probe.Timing{}, &probe.Timings{}, time.Time{}), cmpopts.IgnoreFields(probe.RecordedResponse{}, "Headers"),
		cmpopts.IgnoreFields(probe.Exchange{}, "StartedAt"),
	}
	assert.Empty(t, cmp.Diff(recorded(t, want), recorded(t, &whole), changing))
}

type full struct{ *elsewhere }

var errFull = errors.New("no space left")

func (f full) Put(i int, s *probe.SheetResult, lines [][]byte) (probe.SheetResult, error) {
	if i > 2 {
		return probe.SheetResult{}, errFull
	}
	return f.elsewhere.Put(i, s, lines)
}

func TestARunWhoseResultsCannotBeKeptIsOver(t *testing.T) {
	kept := full{&elsewhere{Spool: spool.New(t.TempDir()), last: map[string]probe.Result{}}}
	defer kept.Close()
	var inputs []sheet.Input
	url, requests := api(t, nil)
	for i := range 200 {
		inputs = append(inputs, document(t, map[string]any{"name": fmt.Sprint("Thing ", i), "url": url + "/v1"}))
	}
	_, err := engine.Run(t.Context(), engine.Read(inputs), engine.Options{Vars: token, Results: kept})
	require.ErrorIs(t, err, errFull)
	assert.Less(t, requests.Load(), int64(200), "nothing more is sent")
}
