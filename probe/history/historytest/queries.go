package historytest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

func lists(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i := range 5 {
		run := Run(fmt.Sprintf("r%d", i), clock.Now(), 1+i%2, 2, map[string]string{"api-0/case-1": "shape.type"})
		require.NoError(t, s.Finish(t.Context(), run))
		clock.Move(24 * time.Hour)
	}
	all := list(t, s, history.Query{})
	require.Len(t, all, 5)
	assert.Equal(t, "r4", all[0].RunID)
	assert.Equal(t, history.Entry{
		RunID: "r3", State: history.Finished, StartedAt: all[1].StartedAt, FinishedAt: all[1].StartedAt.Add(time.Minute), Verdict: probe.Deviates,
		ExitCode: 1, RulesVersion: probe.RulesVersion, APIs: 2, Cases: 4, Findings: 1,
	}, all[1])
	assert.Len(t, list(t, s, history.Query{Limit: 2}), 2)
	assert.Len(t, list(t, s, history.Query{API: "api-1"}), 2)
	assert.Equal(t, all[1:2], list(t, s, history.Query{RunID: "r3"}))
	assert.Empty(t, list(t, s, history.Query{RunID: "r"}))
	assert.Len(t, list(t, s, history.Query{Since: all[1].StartedAt}), 2)
	assert.Len(t, list(t, s, history.Query{Before: all[1].StartedAt}), 3)
}

func scheduled(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i, schedule := range []string{"nightly", "", "hourly", "nightly"} {
		run := Run(fmt.Sprintf("r%d", i), clock.Now(), 1, 1, nil)
		run.Schedule = schedule
		begin(t, s, run, clock.Now().Add(time.Minute))
		if i < 3 {
			require.NoError(t, s.Finish(t.Context(), run))
		}
		clock.Move(time.Second)
	}
	nightly := list(t, s, history.Query{Schedule: "nightly"})
	require.Len(t, nightly, 2)
	assert.Equal(t, []string{"r3", "nightly", "r0"}, []string{nightly[0].RunID, nightly[0].Schedule, nightly[1].RunID})
	assert.Len(t, list(t, s, history.Query{Schedule: "nightly", Ended: true}), 1)
	assert.Empty(t, list(t, s, history.Query{Schedule: "night"}))
	assert.Equal(t, "hourly", load(t, s, "r2").Schedule)
	ended := Run("r3", clock.Now(), 1, 1, nil)
	require.NoError(t, s.Finish(t.Context(), ended))
	assert.Equal(t, "nightly", load(t, s, "r3").Schedule, "whoever comes to its end")
}

func apis(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i := range 3 {
		require.NoError(t, s.Finish(t.Context(), Run(fmt.Sprintf("r%d", i), clock.Now(), 2, 1, map[string]string{"api-1/case-0": "shape.type"})))
		clock.Move(24 * time.Hour)
	}
	all, err := s.APIs(t.Context(), history.Query{Limit: 2})
	require.NoError(t, err)
	require.Len(t, all, 4, "the APIs of two runs")
	assert.Equal(t, history.APIEntry{RunID: "r2", StartedAt: all[0].StartedAt, API: "api-0", Name: "API 0", Verdict: probe.Conforms}, all[0])
	assert.Equal(t, []any{"r2", "api-1", probe.Deviates}, []any{all[1].RunID, all[1].API, all[1].Verdict})
	assert.Equal(t, "r1", all[2].RunID)
}

func sightings(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	nights := []map[string]string{
		{"api-0/case-0": "shape.type"}, // r0
		{"api-0/case-0": "shape.type", "api-0/case-1": "shape.null"},
		{"api-0/case-0": "unreached", "api-0/case-1": "unreached"}, // an outage says nothing
		{"api-0/case-0": "shape.type"},
		{"api-0/case-0": "shape.type", "api-0/case-1": "shape.null"},
		{"api-0/case-0": "shape.type"},
	}
	for i, night := range nights {
		require.NoError(t, s.Finish(t.Context(), Run(fmt.Sprintf("r%d", i), clock.Now(), 1, 2, night)))
		clock.Move(24 * time.Hour)
	}
	start := NewClock().Now()
	all, err := s.Sightings(t.Context(), history.Query{})
	require.NoError(t, err)
	require.Len(t, all, 2)
	steady, coming := all[0], all[1]
	assert.Equal(t, "shape.type", steady.Rule)
	assert.True(t, steady.Present)
	assert.False(t, steady.Flapping)
	assert.Equal(t, start, steady.Since, "an outage between is no end")
	assert.Equal(t, []any{5, 5, "r0", "r5"}, []any{steady.Seen, steady.Of, steady.FirstRun, steady.LastRun})
	assert.Equal(t, "shape.null", coming.Rule)
	assert.False(t, coming.Present)
	assert.True(t, coming.Flapping)
	assert.Equal(t, start.Add(4*24*time.Hour), coming.Since)
	assert.Equal(t, []any{2, 5}, []any{coming.Seen, coming.Of})
	none, err := s.Sightings(t.Context(), history.Query{API: "another"})
	require.NoError(t, err)
	require.Empty(t, none)
}

func prune(t *testing.T, open func() history.Store, clock *Clock) {
	s := open()
	for i := range 10 {
		require.NoError(t, s.Finish(t.Context(), Run(fmt.Sprintf("r%d", i), clock.Now(), 1, 2, nil)))
		clock.Move(24 * time.Hour)
	}
	begin(t, s, Run("alive", NewClock().Now(), 1, 1, nil), clock.Now().Add(time.Hour))
	n, err := s.Prune(t.Context(), history.Retention{OlderThan: NewClock().Now().Add(5 * 24 * time.Hour), Keep: 7})
	require.NoError(t, err)
	require.Equal(t, 3, n, "seven stay whatever their age")
	n, err = s.Prune(t.Context(), history.Retention{Beyond: 4, DryRun: true})
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Len(t, list(t, s, history.Query{}), 8, "a dry run deletes nothing")
	n, err = s.Prune(t.Context(), history.Retention{Beyond: 4})
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Len(t, list(t, s, history.Query{}), 5, "the one that is being made stays")
	_, err = s.Load(t.Context(), "r0")
	require.ErrorIs(t, err, history.ErrNotFound)
	again, err := s.Sightings(t.Context(), history.Query{})
	require.NoError(t, err)
	require.Empty(t, again)
}
