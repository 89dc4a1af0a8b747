package historytest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// timed is a run whose sheets have a digest, timings and codes.
func timed(id, schedule string, at time.Time, digest string, deviating map[string]string) *probe.Run {
	run := Run(id, at, 2, 2, deviating)
	run.Schedule = schedule
	for i := range run.Sheets {
		s := &run.Sheets[i]
		s.DocumentSHA256, s.Documented = digest, &probe.Documented{Codes: []probe.StatusCode{{Code: digest}}}
		s.Timings = &probe.Timings{Samples: 12, Min: 1, P50: 2.5, P90: 40, Max: 41}
		s.Coverage.Codes = []probe.CodeCoverage{{Code: "200", Documented: true, Seen: true}, {Code: "E\x00\xff1", Documented: true}}
	}
	return run
}

func nights(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i := range 5 {
		run := timed(fmt.Sprintf("r%d", i), []string{"nightly", "hourly"}[i%2], clock.Now(), fmt.Sprint("d", i/2), map[string]string{"api-1/case-0": "shape.type"})
		if i == 4 {
			run.Sheets = run.Sheets[:1]
		}
		require.NoError(t, s.Finish(t.Context(), run))
		require.NoError(t, s.Finish(t.Context(), run), "to say so twice does no harm")
		clock.Move(24 * time.Hour)
	}
	begin(t, s, timed("r9", "nightly", clock.Now(), "d9", nil), clock.Now().Add(time.Minute))

	all, err := s.Nights(t.Context(), history.Query{API: "api-1"})
	require.NoError(t, err)
	require.Len(t, all, 4, "a run that is being made tells nothing yet")
	assert.Equal(t, history.Night{
		RunID: "r3", Schedule: "hourly", StartedAt: NewClock().Now().Add(72 * time.Hour), RulesVersion: probe.RulesVersion, API: "api-1", Name: "API 1", Method: "GET",
		URL: "https://api-sit.things.example/", Document: "things.yaml", Digest: "d1", Promise: all[0].Promise, Verdict: probe.Deviates, Cases: 2, Errors: 1,
		Samples: 12, P50: 2.5, P90: 40, Slowest: 41, Codes: []history.NightCode{{Code: "200", Documented: true, Seen: true}, {Code: "E\x00\ufffd1", Documented: true}},
	}, all[0])
	assert.Equal(t, all[0].Promise, all[1].Promise)
	assert.NotEqual(t, all[1].Promise, all[2].Promise)
	for name, c := range map[string]struct {
		query history.Query
		want  int
	}{
		"limit":    {history.Query{API: "api-0", Limit: 2}, 2},
		"schedule": {history.Query{API: "api-0", Schedule: "hourly"}, 2},
		"since":    {history.Query{API: "api-1", Since: all[0].StartedAt}, 1},
		"before":   {history.Query{API: "api-1", Before: all[0].StartedAt}, 3},
		"one run":  {history.Query{API: "api-1", RunID: "r2"}, 1},
		"no API":   {history.Query{API: "api-7"}, 0},
	} {
		found, err := s.Nights(t.Context(), c.query)
		require.NoError(t, err)
		assert.Len(t, found, c.want, name)
	}
	latest(t, s)
	n, err := s.Recount(t.Context(), 10)
	require.NoError(t, err)
	assert.Zero(t, n, "nothing lacks its nights")
	_, err = s.Prune(t.Context(), history.Retention{Beyond: 1})
	require.NoError(t, err)
	left, err := s.Nights(t.Context(), history.Query{API: "api-1"})
	require.NoError(t, err)
	assert.Empty(t, left, "they go with their runs")
}

func latest(t *testing.T, s history.Store) {
	t.Helper()
	for schedule, want := range map[string][]string{
		"":        {"api-0 r4", "api-1 r3"},
		"nightly": {"api-0 r4", "api-1 r2"},
		"hourly":  {"api-0 r3", "api-1 r3"},
		"weekly":  nil,
	} {
		found, err := s.Latest(t.Context(), schedule)
		require.NoError(t, err)
		var got []string
		for _, n := range found {
			got = append(got, n.API+" "+n.RunID)
		}
		assert.Equal(t, want, got, schedule)
	}
	many := []string{"api-0", "api-1", "nothing"}
	for i := range 250 {
		many = append(many, fmt.Sprint("none-", i))
	}
	strips, err := s.Strips(t.Context(), "", many, 3)
	require.NoError(t, err)
	require.Len(t, strips, 2)
	require.Len(t, strips["api-0"], 3)
	assert.Equal(t, []any{"r4", "r2", probe.Conforms}, []any{strips["api-0"][0].RunID, strips["api-0"][2].RunID, strips["api-0"][0].Verdict})
	assert.Equal(t, probe.Deviates, strips["api-1"][0].Verdict)
	strips, err = s.Strips(t.Context(), "hourly", many, 3)
	require.NoError(t, err)
	require.Len(t, strips["api-0"], 2)
}

func tracks(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i, night := range []map[string]string{
		{"api-0/case-0": "shape.type", "api-1/case-0": "shape.null"}, {}, {"api-0/case-0": "unreached"}, {"api-0/case-0": "shape.type"},
	} {
		require.NoError(t, s.Finish(t.Context(), Run(fmt.Sprintf("r%d", i), clock.Now(), 2, 2, night)))
		clock.Move(24 * time.Hour)
	}
	all, err := s.Tracks(t.Context(), history.Query{API: "api-0"}, 30)
	require.NoError(t, err)
	require.Len(t, all, 1, "those of another API are not told of")
	sightings, err := s.Sightings(t.Context(), history.Query{API: "api-0"})
	require.NoError(t, err)
	assert.Equal(t, sightings[0], all[0].Sighting)
	assert.Equal(t, []history.Mark{{RunID: "r3", Present: true}, {RunID: "r1"}, {RunID: "r0", Present: true}}, all[0].Marks, "an outage leaves no mark")
	all, err = s.Tracks(t.Context(), history.Query{API: "api-0"}, 2)
	require.NoError(t, err)
	assert.Len(t, all[0].Marks, 1)
}

func grouped(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	run := Run("r1", clock.Now(), 3, 3, map[string]string{"api-1/case-0": "shape.undocumented", "api-1/case-2": "shape.type", "api-2/case-1": "shape.type"})
	require.NoError(t, s.Finish(t.Context(), run))
	all, err := s.Grouped(t.Context(), "r1", 10)
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, history.Group{
		Rule: "shape.type", Severity: source.Error, Blame: probe.BlameEndpoint, Cause: "what came is not what was promised", Findings: 2, APIs: 2, API: "api-1", Name: "API 1",
		Case: "api-1/case-2",
	}, all[0])
	assert.Equal(t, "shape.undocumented", all[1].Rule)
	all, err = s.Grouped(t.Context(), "r1", 1)
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

func outline(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i, night := range []map[string]string{{"api-0/case-0": "shape.type", "api-1/case-0": "unreached"}, {"api-1/case-0": "shape.null"}} {
		require.NoError(t, s.Finish(t.Context(), timed(fmt.Sprintf("r%d", i), "", clock.Now(), fmt.Sprint("d", i), night)))
		clock.Move(time.Hour)
	}
	var whole, outlines [2]*probe.Run
	for i := range whole {
		whole[i] = load(t, s, fmt.Sprintf("r%d", i))
		var err error
		outlines[i], err = s.Outline(t.Context(), whole[i].RunID)
		require.NoError(t, err)
	}
	require.Nil(t, outlines[0].Sheets[0].Cases[1].Exchange)
	require.Equal(t, history.Compare(whole[0], whole[1], ""), history.Compare(outlines[0], outlines[1], ""))
	head, err := s.Head(t.Context(), "r1")
	require.NoError(t, err)
	require.Equal(t, []any{"r1", whole[1].StartedAt, 0}, []any{head.RunID, head.StartedAt, len(head.Sheets)})
	_, err = s.Outline(t.Context(), "nowhere")
	require.ErrorIs(t, err, history.ErrNotFound)
}

func uploads(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	content := []byte("not \x00 UTF-8 \xff at all")
	for i := range 3 {
		u := history.Upload{ID: fmt.Sprint("u", i), Name: "../../etc/\x00'; DROP TABLE uploads; --", SHA256: "ab", By: "operator", At: clock.Now()}
		require.NoError(t, s.AddUpload(t.Context(), u, content, 3))
		clock.Move(time.Minute)
	}
	require.ErrorIs(t, s.AddUpload(t.Context(), history.Upload{ID: "u9", At: clock.Now()}, content, 3), history.ErrFull)
	all, err := s.Uploads(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 3)
	assert.Equal(t, history.Upload{
		ID: "u2", Name: "../../etc/'; DROP TABLE uploads; --", SHA256: "ab", Bytes: len(content), By: "operator", At: NewClock().Now().Add(2 * time.Minute),
	}, all[0])
	u, got, err := s.OpenUpload(t.Context(), "u1")
	require.NoError(t, err)
	assert.Equal(t, content, got, "byte for byte")
	assert.Equal(t, "u1", u.ID)
	require.NoError(t, s.DeleteUpload(t.Context(), "u1"))
	require.ErrorIs(t, s.DeleteUpload(t.Context(), "u1"), history.ErrNoUpload)
	_, _, err = s.OpenUpload(t.Context(), "u1")
	require.ErrorIs(t, err, history.ErrNoUpload)
}
