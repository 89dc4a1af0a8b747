package history_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// away is a store that cannot be written for a while.
type away struct {
	history.Store
	mu      sync.Mutex
	until   time.Time
	kept    map[int]bool
	renewed []time.Time
	heads   int
}

func (a *away) Describe(context.Context, *probe.Run) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Now().Before(a.until) {
		return errors.New("the database is away")
	}
	a.heads++
	return nil
}

func (a *away) Begin(context.Context, *probe.Run, time.Time) error { return nil }

func (a *away) Keep(_ context.Context, _ string, cases []history.Case) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Now().Before(a.until) {
		return errors.New("the database is away")
	}
	for _, c := range cases {
		a.kept[c.Index] = true
	}
	return nil
}

func (a *away) Renew(context.Context, string, time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Now().Before(a.until) {
		return errors.New("the database is away")
	}
	a.renewed = append(a.renewed, time.Now())
	return nil
}

func (a *away) counts() (kept, renewed, heads int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.kept), len(a.renewed), a.heads
}

func TestWhatCouldNotBeKeptIsKeptWhenTheDatabaseIsBack(t *testing.T) {
	for name, test := range map[string]struct{ cases, kept int }{
		"a few":                      {40, 40},
		"as many as wait at most":    {4095, 4095},
		"more are for the run's end": {4100, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &away{kept: map[int]bool{}, until: time.Now().Add(time.Minute)}
				r, err := history.NewRecorder(t.Context(), store, &probe.Run{RunID: "r"}, false, time.Now)
				require.NoError(t, err)
				r.Describe(&probe.Run{RunID: "r"})
				for i := range test.cases {
					r.Add(history.Case{Index: i})
				}
				time.Sleep(59 * time.Second)
				kept, _, _ := store.counts()
				require.Zero(t, kept)
				time.Sleep(2 * time.Second)
				kept, renewed, heads := store.counts()
				require.Equal(t, test.kept, kept)
				require.Equal(t, 1, heads)
				require.NotZero(t, renewed, "the lease is renewed at once")
				r.Abandon()
			})
		})
	}
}
