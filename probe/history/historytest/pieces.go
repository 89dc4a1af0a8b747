package historytest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// nightsOf are those of all APIs of a run.
func nightsOf(run *probe.Run) []history.Night {
	nights := make([]history.Night, len(run.Sheets))
	for i := range run.Sheets {
		nights[i] = history.NightOf(run, &run.Sheets[i])
	}
	return nights
}

func apisOf(run *probe.Run) []history.API {
	apis := make([]history.API, len(run.Sheets))
	for i := range run.Sheets {
		apis[i] = history.NewAPI(i, &run.Sheets[i])
	}
	return apis
}

// completed keeps a run piece by piece; what comes back is what would of a run that is kept as a whole.
func completed(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 3, 4, map[string]string{"api-1/case-2": "shape.missing"})
	run.Sheets[0].Findings = []probe.Finding{probe.NewFinding("status.http", "api-0", probe.AtBody)}
	run.Summarize()
	head := *run
	head.Sheets = nil
	begin(t, s, &head, clock.Now().Add(1))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)[:9]))
	require.NoError(t, s.KeepAPIs(t.Context(), "r1", apisOf(run)))
	missing, err := s.Complete(t.Context(), &head, nightsOf(run))
	require.NoError(t, err)
	require.Equal(t, []int{2}, missing)
	require.NotEqual(t, history.Finished, list(t, s, history.Query{})[0].State, "it is not complete")
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)[9:]))
	missing, err = s.Complete(t.Context(), &head, nightsOf(run))
	require.NoError(t, err)
	require.Empty(t, missing)
	requireSame(t, run, load(t, s, "r1"))
	whole := Run("r2", clock.Now(), 3, 4, map[string]string{"api-1/case-2": "shape.missing"})
	whole.Sheets[0].Findings = run.Sheets[0].Findings
	require.NoError(t, s.Finish(t.Context(), whole))
	entries := list(t, s, history.Query{})
	entries[0].RunID = entries[1].RunID
	require.Equal(t, entries[1], entries[0], "lists show it as one that was kept as a whole")
}

// completedOtherwise is a run that was begun with more than it ends with.
func completedOtherwise(t *testing.T, open func() history.Store, clock *Clock) {
	s, more := open(), Run("r1", clock.Now(), 3, 4, map[string]string{"api-0/case-3": "shape.missing", "api-2/case-0": "shape.type"})
	head := *more
	head.Sheets = nil
	begin(t, s, &head, clock.Now().Add(1))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(more)))
	less := Run("r1", clock.Now(), 2, 3, nil)
	head = *less
	require.NoError(t, s.KeepAPIs(t.Context(), "r1", apisOf(less)))
	missing, err := s.Complete(t.Context(), &head, nightsOf(less))
	require.NoError(t, err)
	require.Empty(t, missing)
	requireSame(t, less, load(t, s, "r1"))
	found, err := s.Sightings(t.Context(), history.Query{})
	require.NoError(t, err)
	require.Empty(t, found, "the findings of what is gone are gone")
}

// failing is a store that loses a step now and then.
type failing struct {
	history.Store
	left int // steps until one is lost
}

func (f *failing) lose() error {
	if f.left--; f.left == 0 {
		return errors.New("no room")
	}
	return nil
}

func (f *failing) Keep(ctx context.Context, runID string, cases []history.Case) error {
	if err := f.lose(); err != nil {
		return err
	}
	return f.Store.Keep(ctx, runID, cases)
}

func (f *failing) KeepAPIs(ctx context.Context, runID string, apis []history.API) error {
	if err := f.lose(); err != nil {
		return err
	}
	return f.Store.KeepAPIs(ctx, runID, apis)
}

// recordedInPieces has a Recorder complete a run although a step was lost, whichever it was.
func recordedInPieces(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for lost := range 6 {
		id := string(rune('a' + lost))
		run := Run(id, clock.Now(), 5, 100, map[string]string{"api-3/case-7": "shape.type"})
		head := *run
		head.Sheets = nil
		r, err := history.NewRecorder(t.Context(), &failing{s, lost}, &head, false, clock.Now)
		require.NoError(t, err)
		for _, p := range pieces(run) {
			r.Add(p)
		}
		for _, a := range apisOf(run) {
			r.AddAPI(a)
		}
		get := func(i int) (*probe.SheetResult, error) { return &run.Sheets[i], nil }
		require.NoError(t, r.Complete(t.Context(), &head, nightsOf(run), get))
		requireSame(t, run, load(t, s, id))
	}
}

// keptAgain replaces cases, also in the midst of many and with what was found.
func keptAgain(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	first := Run("r1", clock.Now(), 2, 300, map[string]string{"api-0/case-3": "shape.missing", "api-1/case-299": "shape.type"})
	then := Run("r1", clock.Now(), 2, 300, map[string]string{"api-0/case-4": "shape.missing", "api-1/case-299": "shape.null"})
	head := *first
	head.Sheets = nil
	begin(t, s, &head, clock.Now().Add(1))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(first)))
	was, is := pieces(first), pieces(then)
	again := []history.Case{was[4], is[599], was[3], is[3], is[4]}
	for i := range again {
		again[i].Again = true
	}
	require.NoError(t, s.Keep(t.Context(), "r1", again), "the last counts")
	require.Equal(t, 600, list(t, s, history.Query{})[0].Cases)
	require.NoError(t, s.KeepAPIs(t.Context(), "r1", apisOf(then)))
	missing, err := s.Complete(t.Context(), then, nightsOf(then))
	require.NoError(t, err)
	require.Empty(t, missing)
	requireSame(t, then, load(t, s, "r1"))
	requireFound(t, s, "api-0/case-4 shape.missing", "api-1/case-299 shape.null")
}

// killedAgain is a run that was killed when one of its APIs was settled, and again when what had no verdict then was judged.
func killedAgain(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	first := Run("r1", clock.Now(), 3, 4, map[string]string{"api-0/case-1": "unreached", "api-1/case-2": "shape.type", "api-1/case-3": "unreached"})
	then := Run("r1", clock.Now(), 3, 4, map[string]string{"api-0/case-1": "shape.null", "api-1/case-2": "shape.type"})
	head := *first
	head.Sheets = nil
	begin(t, s, &head, clock.Now().Add(1))
	was, is := pieces(first), pieces(then)
	require.NoError(t, s.Keep(t.Context(), "r1", []history.Case{was[6], was[0], was[2]}))
	require.NoError(t, s.Keep(t.Context(), "r1", []history.Case{was[3], was[1], was[7]}))
	settle(t, s, first, 0)
	requireKept(t, s, map[string]probe.Verdict{
		"api-0/case-0": probe.Conforms, "api-0/case-1": probe.Inconclusive, "api-0/case-2": probe.Conforms, "api-0/case-3": probe.Conforms,
		"api-1/case-2": probe.Deviates, "api-1/case-3": probe.Inconclusive,
	})
	requireFound(t, s, "api-1/case-2 shape.type")

	clock.Move(time.Hour)
	require.NoError(t, s.Resume(t.Context(), "r1", clock.Now().Add(1)))
	require.NoError(t, s.Keep(t.Context(), "r1", []history.Case{is[1], is[4], is[7]}))
	requireKept(t, s, map[string]probe.Verdict{
		"api-0/case-0": probe.Conforms, "api-0/case-1": probe.Deviates, "api-0/case-2": probe.Conforms, "api-0/case-3": probe.Conforms,
		"api-1/case-0": probe.Conforms, "api-1/case-2": probe.Deviates, "api-1/case-3": probe.Conforms,
	})
	requireFound(t, s, "api-0/case-1 shape.null", "api-1/case-2 shape.type")
	settle(t, s, then, 1)
	require.Equal(t, 8, list(t, s, history.Query{})[0].Cases)

	clock.Move(time.Hour)
	require.NoError(t, s.Resume(t.Context(), "r1", clock.Now().Add(1)))
	settle(t, s, then, 0)
	missing, err := s.Complete(t.Context(), then, nightsOf(then))
	require.NoError(t, err)
	require.Equal(t, []int{2}, missing)
	settle(t, s, then, 2)
	missing, err = s.Complete(t.Context(), then, nightsOf(then))
	require.NoError(t, err)
	require.Empty(t, missing)
	requireSame(t, then, load(t, s, "r1"))
	requireFound(t, s, "api-0/case-1 shape.null", "api-1/case-2 shape.type")
}

func settle(t *testing.T, s history.Store, run *probe.Run, sheet int) {
	t.Helper()
	api, err := history.SettledAPI(sheet, &run.Sheets[sheet], nil)
	require.NoError(t, err)
	require.NoError(t, s.KeepAPIs(t.Context(), run.RunID, []history.API{api}))
}

// requireKept compares what is kept of the only run, however it is looked at.
func requireKept(t *testing.T, s history.Store, want map[string]probe.Verdict) {
	t.Helper()
	entry := list(t, s, history.Query{})[0]
	require.Equal(t, len(want), entry.Cases)
	outline, err := s.Outline(t.Context(), entry.RunID)
	require.NoError(t, err)
	var sheets []probe.SheetResult
	walked, err := s.Walk(t.Context(), entry.RunID, func(_ int, sheet *probe.SheetResult) error {
		sheets = append(sheets, *sheet)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, len(want), walked.Summary.Cases)
	walked.Sheets = sheets
	for _, run := range []*probe.Run{load(t, s, entry.RunID), outline, walked} {
		got := map[string]probe.Verdict{}
		for i := range run.Sheets {
			for k := range run.Sheets[i].Cases {
				got[run.Sheets[i].Cases[k].ID] = run.Sheets[i].Cases[k].Verdict
			}
		}
		require.Equal(t, want, got)
	}
}

// movedCases resumes a run whose sheets stand in another order by now, and some of whose cases are others.
func movedCases(t *testing.T, open func() history.Store, clock *Clock) {
	finishes := map[string]func(s history.Store, run *probe.Run){
		"pieces": func(s history.Store, run *probe.Run) {
			require.NoError(t, s.Keep(t.Context(), run.RunID, pieces(run)))
			require.NoError(t, s.KeepAPIs(t.Context(), run.RunID, apisOf(run)))
			missing, err := s.Complete(t.Context(), run, nightsOf(run))
			require.NoError(t, err)
			require.Empty(t, missing)
		},
		"whole": func(s history.Store, run *probe.Run) { require.NoError(t, s.Finish(t.Context(), run)) },
	}
	for id, finish := range finishes {
		s, run := open(), Run(id, clock.Now(), 2, 4, map[string]string{"api-0/case-1": "shape.missing", "api-1/case-2": "shape.type", "api-1/case-3": "shape.null"})
		begin(t, s, run, clock.Now().Add(1))
		require.NoError(t, s.Keep(t.Context(), id, pieces(run)))
		clock.Move(time.Hour)
		require.NoError(t, s.Resume(t.Context(), id, clock.Now().Add(time.Minute)))
		run.Sheets[0], run.Sheets[1] = run.Sheets[1], run.Sheets[0]
		run.Sheets[0].Cases[2], run.Sheets[0].Cases[3] = run.Sheets[0].Cases[3], result("api-1/case-4", nil)
		run.Summarize()
		finish(s, run)
		requireSame(t, run, load(t, s, id))
		requireFound(t, s, "api-0/case-1 shape.missing", "api-1/case-3 shape.null")
		_, err := s.Prune(t.Context(), history.Retention{OlderThan: clock.Now()})
		require.NoError(t, err)
	}
}

// requireFound compares what was found with cases and rules.
func requireFound(t *testing.T, s history.Store, want ...string) {
	t.Helper()
	found, err := s.Sightings(t.Context(), history.Query{})
	require.NoError(t, err)
	var got []string
	for _, f := range found {
		got = append(got, f.Case+" "+f.Rule)
	}
	require.ElementsMatch(t, want, got)
}
