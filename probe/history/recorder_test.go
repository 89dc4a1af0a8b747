package history_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
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

func (a *away) KeepAPIs(_ context.Context, _ string, apis []history.API) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, api := range apis {
		for _, c := range api.Cases {
			a.kept[c.Index] = true
		}
	}
	return nil
}

func (a *away) Complete(context.Context, *probe.Run, []history.Night) ([]int, error) { return nil, nil }

func TestWhatCouldNotBeKeptIsKeptWhenTheDatabaseIsBack(t *testing.T) {
	for name, test := range map[string]struct {
		cases int
		all   bool // can wait until the database is back
	}{
		"a few":                      {40, true},
		"as many as wait at most":    {4095, true},
		"more are for the run's end": {4100, false},
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
				before, _, _ := store.counts()
				time.Sleep(2 * time.Second)
				kept, renewed, heads := store.counts()
				again := func(int) (*probe.SheetResult, error) {
					return &probe.SheetResult{Cases: make([]probe.Result, test.cases)}, nil
				}
				assert.NoError(t, r.Complete(t.Context(), &probe.Run{RunID: "r"}, nil, again))
				assert.Zero(t, before)
				assert.Equal(t, test.all, kept == test.cases, kept) // which of them were given up is up to who was about to keep which
				assert.Equal(t, 1, heads)
				assert.NotZero(t, renewed, "the lease is renewed at once")
				kept, _, _ = store.counts()
				assert.Equal(t, test.cases, kept, "at the end")
			})
		})
	}
}
