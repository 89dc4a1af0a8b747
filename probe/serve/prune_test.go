package serve

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/queue"
)

func TestOldRunsAreDeletedEveryNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil, nightly())
		require.NoError(t, b.Apply(Config{Schedules: []Schedule{nightly()}, Execute: b.execute, Retention: Retention{OlderThan: 3 * 24 * time.Hour, Keep: 2}}))
		b.work(t, 10*24*time.Hour)
		kept, err := b.store.List(t.Context(), history.Query{})
		require.NoError(t, err)
		assert.Len(t, b.times(), 10)
		assert.Len(t, kept, 3, "of the last three days")
		assert.Contains(t, b.heard(), "runs deleted from the history: 1 (older than 3 days, but for the newest 2)")
		assert.InDelta(t, 7, number(t, b.metrics.pruned), 0)
		require.NoError(t, b.Apply(Config{Schedules: []Schedule{nightly()}, Execute: b.execute}))
		b.work(t, 5*24*time.Hour)
		kept, err = b.store.List(t.Context(), history.Query{})
		require.NoError(t, err)
		assert.Len(t, kept, 8, "nothing is deleted that nobody asked to delete")
	})
}

// follower is a queue of a fleet that another process leads.
type follower struct{ queue.Queue }

func (follower) Patience() time.Duration { return time.Hour }

func TestOnlyTheLeaderDeletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil)
		b.queue = follower{b.queue}
		b.retention = Retention{Beyond: 1}
		b.options.Store = broken{b.store}
		b.work(t, 48*time.Hour)
		assert.Empty(t, b.heard())
	})
}

// broken is a history that cannot delete.
type broken struct{ history.Store }

var errPrune = errors.New("disk I/O error")

func (broken) Prune(context.Context, history.Retention) (int, error) { return 0, errPrune }

func TestWhatCannotBeDeletedIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil)
		b.retention = Retention{Beyond: 1}
		b.options.Store = broken{b.store}
		b.work(t, 48*time.Hour)
		assert.Equal(t, []string{"old runs cannot be deleted, it is tried again tomorrow: disk I/O error", "old runs cannot be deleted, it is tried again tomorrow: disk I/O error"}, b.heard())
	})
}

func TestWhatIsDeletedStandsInTheAuditLog(t *testing.T) {
	h := newHouse(t, nil)
	for _, id := range []string{"old", "new"} {
		require.NoError(t, h.store.Import(t.Context(), historytest.Run(id, time.Now(), 1, 1, nil)))
	}
	h.retention = Retention{Beyond: 1}
	h.prune(t.Context(), time.Now())
	last, err := h.authority.Last(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []string{"delete old runs", "history", "1, beyond the newest 1"}, []string{last[0].Action, last[0].Subject, last[0].Result})
}
