package historytest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

func imported(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 2, 3, map[string]string{"api-1/case-2": "shape.missing"})
	require.NoError(t, s.Import(t.Context(), run))
	requireSame(t, run, load(t, s, "r1"))
	require.ErrorIs(t, s.Import(t.Context(), Run("r1", clock.Now(), 1, 1, nil)), history.ErrExists)
	requireSame(t, run, load(t, s, "r1"))
	require.Equal(t, history.Finished, list(t, s, history.Query{})[0].State)
}

func portable(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	first, second := Run("r1", clock.Now(), 2, 3, nil), Run("r2", clock.Now().Add(time.Hour), 1, 1, map[string]string{"api-0/case-0": "shape.type"})
	for _, run := range []*probe.Run{first, second} {
		require.NoError(t, s.Finish(t.Context(), run))
	}
	var out bytes.Buffer
	require.NoError(t, history.Export(t.Context(), s, []string{"r1", "r2"}, &out))
	require.Equal(t, 2, strings.Count(out.String(), "\n"))
	_, err := s.Prune(t.Context(), history.Retention{Beyond: 1})
	require.NoError(t, err)
	done, err := history.Import(t.Context(), s, bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	require.Equal(t, history.Imported{Runs: 1, Refused: []string{"r2"}}, done)
	requireSame(t, first, load(t, s, "r1"))
	require.ErrorIs(t, history.Export(t.Context(), s, []string{"nowhere"}, &out), history.ErrNotFound)
}

func found(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	_, err := history.Find(t.Context(), s, history.Latest)
	require.ErrorIs(t, err, history.ErrNotFound)
	for i, run := range []*probe.Run{
		Run("abcd-1", clock.Now(), 2, 1, nil), Run("abcd-2", clock.Now(), 1, 1, nil), Run("abcd", clock.Now(), 2, 1, nil), Run("wxyz%_", clock.Now(), 2, 1, nil),
	} {
		run.StartedAt = run.StartedAt.Add(time.Duration(i) * time.Hour)
		require.NoError(t, s.Finish(t.Context(), run))
	}
	begin(t, s, Run("alive", clock.Now().Add(24*time.Hour), 1, 1, nil), clock.Now().Add(time.Minute))
	for word, want := range map[string]string{
		history.Latest: "wxyz%_", history.Previous: "abcd", "abcd": "abcd", "abcd-1": "abcd-1", "wxyz": "wxyz%_", "alive": "alive",
	} {
		entry, err := history.Find(t.Context(), s, word)
		require.NoError(t, err, word)
		require.Equal(t, want, entry.RunID, word)
	}
	_, err = history.Find(t.Context(), s, "abcd-")
	require.ErrorIs(t, err, history.ErrAmbiguous)
	for _, word := range []string{"", "wxy", "%%%%", "____", "nowhere"} {
		_, err = history.Find(t.Context(), s, word)
		require.ErrorIs(t, err, history.ErrNotFound, word)
	}
	newest, err := history.Newest(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, "alive", newest.RunID)
}

func baseline(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i, night := range []map[string]string{
		{"api-0/case-0": "shape.type", "api-1/case-1": "shape.null"},
		{"api-0/case-0": "unreached", "api-1/case-1": "shape.null", "api-1/case-0": "unreached"},
	} {
		require.NoError(t, s.Finish(t.Context(), Run([]string{"r1", "r2"}[i], clock.Now(), 2, 2, night)))
		clock.Move(24 * time.Hour)
	}
	want := map[string][]string{"api-0": {"api-0/case-0", "api-0/case-1"}, "api-1": {"api-1/case-0", "api-1/case-1"}}
	asItIs := func(r *probe.Run) *probe.Run { return r }
	known, err := history.Baseline(t.Context(), s, want, "", asItIs)
	require.NoError(t, err)
	require.Equal(t, "r2", known.RunID)
	now := Run("r3", clock.Now(), 2, 2, map[string]string{"api-0/case-0": "shape.type", "api-1/case-1": "shape.null", "api-0/case-1": "shape.null"})
	c := history.Compare(known, now, "")
	require.Equal(t, []int{1, 0, 2}, []int{c.Count(history.New), c.Count(history.Surfaced), c.Count(history.Still)})
	known, err = history.Baseline(t.Context(), s, want, "r2", asItIs)
	require.NoError(t, err)
	require.Equal(t, "r1", known.RunID)
	known, err = history.Baseline(t.Context(), s, map[string][]string{"another": {"another/success"}}, "", asItIs)
	require.NoError(t, err)
	require.Nil(t, known)
}

// resumedOtherwise keeps cases at places where the finished run has others, or none.
func resumedOtherwise(t *testing.T, open func() history.Store, clock *Clock) {
	s, run := open(), Run("r1", clock.Now(), 3, 4, map[string]string{"api-2/case-3": "shape.missing", "api-0/case-3": "shape.missing"})
	begin(t, s, run, clock.Now().Add(time.Minute))
	require.NoError(t, s.Keep(t.Context(), "r1", pieces(run)))
	run.Sheets[0], run.Sheets[1] = run.Sheets[1], run.Sheets[0]
	run.Sheets = run.Sheets[:2]
	run.Sheets[1].Cases = run.Sheets[1].Cases[1:]
	run.Summarize()
	require.NoError(t, s.Finish(t.Context(), run))
	requireSame(t, run, load(t, s, "r1"))
	entry := list(t, s, history.Query{})[0]
	require.Equal(t, []int{2, 7, 1}, []int{entry.APIs, entry.Cases, entry.Findings})
}
