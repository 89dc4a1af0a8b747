package history_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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

func TestWhatWaitsIsKeptAtOnceWhereThatIsAskedFor(t *testing.T) {
	for name, test := range map[string]struct {
		hurry bool
		kept  int
	}{
		"otherwise it waits": {false, 0},
		"asked for":          {true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &away{kept: map[int]bool{}}
				r, err := history.NewRecorder(t.Context(), store, &probe.Run{RunID: "r"}, false, time.Now)
				require.NoError(t, err)
				r.Add(history.Case{})
				if test.hurry {
					r.Hurry()
				}
				synctest.Wait()
				kept, _, _ := store.counts()
				assert.Equal(t, test.kept, kept)
				r.Abandon()
			})
		})
	}
}

// behind is a store that takes its time.
type behind struct {
	history.Store
	takes time.Duration
	kept  atomic.Int64
}

func (b *behind) Begin(context.Context, *probe.Run, time.Time) error { return nil }

func (b *behind) Renew(context.Context, string, time.Time) error { return nil }

func (b *behind) Keep(ctx context.Context, _ string, cases []history.Case) error {
	b.kept.Add(int64(len(cases)))
	return b.wait(ctx)
}

func (b *behind) KeepAPIs(ctx context.Context, _ string, apis []history.API) error {
	for i := range apis {
		b.kept.Add(int64(len(apis[i].Cases)))
	}
	return b.wait(ctx)
}

func (b *behind) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(b.takes):
		return nil
	}
}

// A store that is slower than the run slows the run: what waits for it would fill the memory.
func TestWhoIsFarAheadOfTheStoreWaitsForIt(t *testing.T) {
	const apis, cases, most = 400, 50, 3 * 4096
	for name, test := range map[string]struct {
		takes   time.Duration
		abandon bool
	}{
		"a slow one":                    {takes: 100 * time.Millisecond},
		"one that hangs":                {takes: time.Hour},
		"a run that is somebody else's": {takes: time.Hour, abandon: true},
		"a very slow one":               {takes: 9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &behind{takes: test.takes}
				r, err := history.NewRecorder(t.Context(), store, &probe.Run{RunID: "r"}, false, time.Now)
				require.NoError(t, err)
				var added atomic.Int64
				var group sync.WaitGroup
				for worker := range 4 {
					group.Go(func() {
						for sheet := worker; sheet < apis; sheet += 4 {
							api := history.API{Sheet: sheet}
							for i := range cases {
								c := history.Case{Sheet: sheet, Index: i}
								api.Cases = append(api.Cases, c)
								r.Add(c)
							}
							r.AddAPI(api)
							added.Add(2 * cases)
						}
					})
				}
				synctest.Wait()
				assert.Less(t, added.Load(), int64(most), "while the store has kept nothing")
				if test.abandon {
					r.Abandon()
				}
				group.Wait()
				assert.Equal(t, int64(2*apis*cases), added.Load(), "the run goes on")
				if !test.abandon {
					r.Leave(t.Context())
				}
			})
		})
	}
}
