// Package historytest is what every history.Store has to pass. It is used by tests alone.
package historytest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Clock is a clock that stands until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock begins at a fixed time.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move turns the clock forward.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Conform runs the suite. open opens the same, at first empty, store each time it is called within one test.
func Conform(t *testing.T, open func(t *testing.T) func(now func() time.Time) history.Store) {
	for name, test := range map[string]func(*testing.T, func() history.Store, *Clock){
		"a finished run comes back as it was":            comesBack,
		"a killed run keeps what finished":               killed,
		"a run says later what it is made from":          described,
		"a run is begun once":                            begunOnce,
		"a run has one owner":                            owned,
		"lists":                                          lists,
		"runs of a schedule":                             scheduled,
		"verdicts of APIs":                               apis,
		"sightings":                                      sightings,
		"prune":                                          prune,
		"many writers":                                   manyWriters,
		"a recorder keeps every case":                    recorded,
		"a recorder that leaves has kept what it has":    leaves,
		"hostile texts":                                  hostile,
		"kept again, and otherwise":                      keptAgain,
		"resumed with cases at other places":             movedCases,
		"killed, and killed again":                       killedAgain,
		"what is not there":                              missing,
		"opened again":                                   openedAgain,
		"a run is imported once":                         imported,
		"a run is exported and imported":                 portable,
		"found by its name":                              found,
		"a baseline looks behind an outage":              baseline,
		"resumed in another way":                         resumedOtherwise,
		"nights of APIs":                                 nights,
		"kept in pieces":                                 completed,
		"kept in pieces, and begun with more":            completedOtherwise,
		"recorded in pieces, one of which is lost":       recordedInPieces,
		"tracks of findings":                             tracks,
		"findings by what they come from":                grouped,
		"an outline compares as the run does":            outline,
		"uploads":                                        uploads,
		"a context that has ended leaves nothing behind": ended,
	} {
		t.Run(name, func(t *testing.T) {
			clock := NewClock()
			reopen := open(t)
			test(t, func() history.Store {
				s := reopen(clock.Now)
				t.Cleanup(func() { _ = s.Close() })
				return s
			}, clock)
		})
	}
}

// Run makes a run of some APIs with some cases each; deviating says which case ids deviate, and by which rule.
func Run(id string, at time.Time, apis, cases int, deviating map[string]string) *probe.Run {
	run := &probe.Run{
		SchemaVersion: probe.SchemaVersion, RunID: id, StartedAt: at, FinishedAt: at.Add(time.Minute),
		Tool: probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: probe.RulesVersion}, Diagnostics: source.Diagnostics{},
	}
	for a := range apis {
		s := probe.SheetResult{Name: fmt.Sprintf("API %d", a), Method: "GET", URL: "https://api-sit.things.example/", Document: "things.yaml"}
		s.Diagnostics, s.Coverage = source.Diagnostics{}, probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}}
		for c := range cases {
			s.Cases = append(s.Cases, result(fmt.Sprintf("api-%d/case-%d", a, c), deviating))
		}
		run.Sheets = append(run.Sheets, s)
	}
	run.Summarize()
	return run
}

func result(id string, deviating map[string]string) probe.Result {
	r := probe.Result{
		ID: id, Title: "the documented request", Family: probe.FamilySuccess, Verdict: probe.Conforms, Outcome: probe.OutcomeSuccess, Checks: 3,
		Expect: probe.Expectation{Outcome: probe.OutcomeSuccess, HTTPStatus: []int{200}, Codes: []string{}}, Findings: []probe.Finding{},
		Exchange: &probe.Exchange{
			Attempts: []probe.Attempt{{}}, Request: probe.RecordedRequest{Method: "GET", URL: "https://api-sit.things.example/", Headers: []probe.Header{}},
			Response: &probe.RecordedResponse{HTTPStatus: 200, Headers: []probe.Header{}, Body: `{"n":12345678901234567890}`},
		},
	}
	switch rule := deviating[id]; rule {
	case "":
	case "unreached":
		r.Verdict, r.Reason, r.Exchange.Response = probe.Inconclusive, "refused", nil
		r.Findings = append(r.Findings, probe.NewFinding("transport.refused", id, probe.AtTransport))
	default:
		r.Verdict = probe.Deviates
		f := probe.NewFinding(rule, id, probe.AtBody, "x")
		f.Message = "what came is not what was promised"
		r.Findings = append(r.Findings, f)
	}
	return r
}

func begin(t *testing.T, s history.Store, run *probe.Run, lease time.Time) {
	t.Helper()
	require.NoError(t, s.Begin(t.Context(), run, lease))
}

// Case is one of a run as it is handed over.
func Case(run *probe.Run, sheet, index int) history.Case {
	c := &run.Sheets[sheet].Cases[index]
	line, err := probe.EncodeResult(c)
	if err != nil {
		panic(err)
	}
	return history.NewCase(sheet, index, &run.Sheets[sheet], c, line)
}

// pieces are the cases of a run as they finish.
func pieces(run *probe.Run) []history.Case {
	var all []history.Case
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			all = append(all, Case(run, i, k))
		}
	}
	return all
}

func comesBack(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 3, 4, map[string]string{"api-1/case-2": "shape.missing"})
	run.Sheets[0].Findings = []probe.Finding{probe.NewFinding("status.http", "api-0", probe.AtBody)}
	run.Summarize()
	begin(t, s, run, clock.Now().Add(time.Minute))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)[:5]))
	require.NoError(t, s.Finish(t.Context(), run))
	requireSame(t, run, load(t, s, "r1"))
	require.NoError(t, s.Finish(t.Context(), run), "to say so twice does no harm")
	requireSame(t, run, load(t, s, "r1"))
}

func killed(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 3, 4, nil)
	head := *run
	head.Sheets, head.Verdict, head.FinishedAt = nil, "", time.Time{}
	begin(t, s, &head, clock.Now().Add(time.Minute))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)[:6]))
	entries := list(t, s, history.Query{})
	require.Equal(t, history.Running, entries[0].State)
	require.Empty(t, list(t, s, history.Query{Ended: true}))
	require.NoError(t, s.Renew(t.Context(), "r1", clock.Now().Add(2*time.Minute)))
	clock.Move(90 * time.Second)
	require.Equal(t, history.Running, list(t, s, history.Query{})[0].State)
	clock.Move(time.Hour)
	require.Equal(t, history.Interrupted, list(t, s, history.Query{Ended: true})[0].State)
	got := load(t, s, "r1")
	require.True(t, got.Interrupted)
	require.Equal(t, probe.ExitInterrupted, got.ExitCode)
	require.Equal(t, 6, got.Summary.Cases)
	require.Equal(t, "API 1", got.Sheets[1].Name)

	require.NoError(t, s.Resume(t.Context(), "r1", clock.Now().Add(time.Minute)))
	require.ErrorIs(t, s.Resume(t.Context(), "r1", clock.Now().Add(time.Minute)), history.ErrRunning)
	require.NoError(t, s.Finish(t.Context(), run))
	requireSame(t, run, load(t, s, "r1"))
	require.ErrorIs(t, s.Resume(t.Context(), "r1", clock.Now()), history.ErrFinished)
	require.ErrorIs(t, s.Resume(t.Context(), "nowhere", clock.Now()), history.ErrNotFound)
}

// described is for whoever reads the sheets only when the run was begun.
func described(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 3, 2, nil)
	bare := *run
	bare.Sheets, bare.Verdict, bare.FinishedAt = nil, "", time.Time{}
	begin(t, s, &bare, clock.Now().Add(time.Minute))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)[:2]))
	head := bare
	head.Documents = []probe.RunDocument{{Name: "things.yaml", SHA256: "abc"}}
	for _, sheet := range run.Sheets {
		sheet.Cases = nil
		head.Sheets = append(head.Sheets, sheet)
	}
	require.NoError(t, s.Describe(t.Context(), &head))
	clock.Move(time.Hour)
	got := load(t, s, "r1")
	require.Equal(t, head.Documents, got.Documents)
	require.Len(t, got.Sheets, 3, "those whose turn has not come are known too")
	require.Len(t, got.Sheets[0].Cases, 2, "what was kept stays")

	run.Documents = head.Documents
	require.NoError(t, s.Finish(t.Context(), run))
	require.NoError(t, s.Describe(t.Context(), &head))
	requireSame(t, run, load(t, s, "r1"))
	head.RunID = "nowhere"
	require.ErrorIs(t, s.Describe(t.Context(), &head), history.ErrNotFound)
}

func begunOnce(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 1, 1, nil)
	begin(t, s, run, clock.Now().Add(time.Minute))
	require.ErrorIs(t, s.Begin(t.Context(), run, clock.Now()), history.ErrExists)
}

// owned tells one process of a fleet from the next.
func owned(t *testing.T, open func() history.Store, clock *Clock) {
	shared, ok := open().(history.Owned)
	if !ok {
		t.Skip("the store serves no fleet")
	}
	a, b, run := shared.Owned("a", 7), shared.Owned("b", 8), Run("r1", clock.Now(), 3, 4, nil)
	until := clock.Now().Add(time.Hour)
	begin(t, a, run, until)
	require.NoError(t, a.Keep(t.Context(), "r1", pieces(run)[:6]))
	require.ErrorIs(t, b.Keep(t.Context(), "r1", pieces(run)[6:]), history.ErrTaken)
	require.ErrorIs(t, open().Resume(t.Context(), "r1", until), history.ErrRunning, "nobody says that its maker is gone")
	require.NoError(t, b.Resume(t.Context(), "r1", until))
	require.Equal(t, 6, load(t, b, "r1").Summary.Cases, "with what was kept")
	require.ErrorIs(t, a.Resume(t.Context(), "r1", until), history.ErrTaken, "it is of an earlier term, and may just have woken up")
	require.ErrorIs(t, a.Renew(t.Context(), "r1", until), history.ErrTaken)
	require.ErrorIs(t, a.Keep(t.Context(), "r1", pieces(run)[6:]), history.ErrTaken)
	require.ErrorIs(t, a.KeepAPIs(t.Context(), "r1", []history.API{history.NewAPI(0, &run.Sheets[0])}), history.ErrTaken)
	require.ErrorIs(t, a.Describe(t.Context(), run), history.ErrTaken)
	require.ErrorIs(t, a.Finish(t.Context(), run), history.ErrTaken)
	_, err := a.Complete(t.Context(), run, nil)
	require.ErrorIs(t, err, history.ErrTaken)
	require.Equal(t, 6, load(t, b, "r1").Summary.Cases)
	require.NoError(t, b.Keep(t.Context(), "r1", pieces(run)[6:]))
	require.NoError(t, b.Finish(t.Context(), run))
	requireSame(t, run, load(t, b, "r1"))
	require.ErrorIs(t, a.Resume(t.Context(), "r1", until), history.ErrFinished)
}

func manyWriters(t *testing.T, open func() history.Store, clock *Clock) {
	a, b := open(), open()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			s := []history.Store{a, b}[i%2]
			run := Run(fmt.Sprintf("r%d", i), clock.Now(), 2, 20, nil)
			assert.NoError(t, s.Begin(t.Context(), run, clock.Now().Add(time.Minute)))
			for _, p := range pieces(run) {
				assert.NoError(t, s.Keep(t.Context(), run.RunID, []history.Case{p}))
			}
			assert.NoError(t, s.Finish(t.Context(), run))
		})
	}
	group.Wait()
	for _, e := range list(t, a, history.Query{}) {
		require.Equal(t, 40, e.Cases)
	}
}

func recorded(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 10, 100, map[string]string{"api-3/case-7": "shape.type"})
	head := *run
	head.Sheets = nil
	r, err := history.NewRecorder(t.Context(), s, &head, false, clock.Now)
	require.NoError(t, err)
	for _, p := range pieces(run) {
		r.Add(p)
	}
	require.NoError(t, r.Finish(t.Context(), run))
	requireSame(t, run, load(t, s, "r1"))
}

// leaves is a run that is given up before its APIs are settled, one of which another recorder goes on with.
func leaves(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 2, 3, nil)
	head := *run
	head.Sheets = nil
	for i, cases := range [][]history.Case{{pieces(run)[4], pieces(run)[0]}, {pieces(run)[1], pieces(run)[2]}} {
		r, err := history.NewRecorder(t.Context(), s, &head, i > 0, clock.Now)
		require.NoError(t, err)
		for _, c := range cases {
			r.Add(c)
		}
		r.Leave(t.Context())
		clock.Move(time.Hour)
	}
	got := load(t, s, "r1")
	require.Equal(t, []string{"API 0", "API 1"}, []string{got.Sheets[0].Name, got.Sheets[1].Name})
	require.Equal(t, run.Sheets[0].Cases, got.Sheets[0].Cases)
	require.Equal(t, run.Sheets[1].Cases[1:2], got.Sheets[1].Cases)
}

func hostile(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r'1\";--", clock.Now(), 1, 1, map[string]string{"api-0/case-0": "shape.type"})
	const text = "'; DROP TABLE runs; -- \x00 \xff \u202e \U0001F600"
	c := &run.Sheets[0].Cases[0]
	run.Sheets[0].Name, c.Findings[0].Message, c.Exchange.Response.Body = text, text, text
	require.NoError(t, s.Finish(t.Context(), run))
	got := load(t, s, run.RunID)
	require.Equal(t, text, got.Sheets[0].Cases[0].Exchange.Response.Body, "byte for byte")
}

func missing(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	_, err := s.Load(t.Context(), "nowhere")
	require.ErrorIs(t, err, history.ErrNotFound)
	_, err = s.Walk(t.Context(), "nowhere", nil)
	require.ErrorIs(t, err, history.ErrNotFound)
	require.ErrorIs(t, s.Keep(t.Context(), "nowhere", pieces(Run("nowhere", clock.Now(), 1, 1, nil))), history.ErrNotFound)
	require.ErrorIs(t, s.Renew(t.Context(), "nowhere", clock.Now()), history.ErrNotFound)
}

func openedAgain(t *testing.T, open func() history.Store, clock *Clock) {
	run := Run("r1", clock.Now(), 1, 1, nil)
	first := open()
	require.NoError(t, first.Finish(t.Context(), run))
	require.NoError(t, first.Close())
	requireSame(t, run, load(t, open(), "r1"))
}

func ended(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 1, 5, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, s.Finish(ctx, run))
	require.Empty(t, list(t, s, history.Query{}))
	require.NoError(t, s.Finish(t.Context(), run))
}

func load(t *testing.T, s history.Store, id string) *probe.Run {
	t.Helper()
	run, err := s.Load(t.Context(), id)
	require.NoError(t, err)
	var sheets []probe.SheetResult
	walked, err := s.Walk(t.Context(), id, func(i int, sheet *probe.SheetResult) error {
		require.Len(t, sheets, i, "in order")
		sheets = append(sheets, *sheet)
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, walked.Sheets)
	walked.Sheets = sheets
	require.Equal(t, run, walked, "sheet by sheet it is the same")
	return run
}

func list(t *testing.T, s history.Store, q history.Query) []history.Entry {
	t.Helper()
	entries, err := s.List(t.Context(), q)
	require.NoError(t, err)
	return entries
}

// requireSame compares by the canonical form, which is what reports and signatures rest on.
func requireSame(t *testing.T, want, got *probe.Run) {
	t.Helper()
	require.Equal(t, encoded(t, want), encoded(t, got))
}

func encoded(t *testing.T, run *probe.Run) string {
	t.Helper()
	var out textWriter
	require.NoError(t, run.Encode(&out))
	return string(out)
}

type textWriter []byte

func (w *textWriter) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}
