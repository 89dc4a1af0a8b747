package serve

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// others is a queue as if other processes shared it.
type others struct {
	*queue.Local
	patience time.Duration
	notes    chan []byte

	mu      sync.Mutex
	workers []queue.Worker
	fails   error // of Put
	tries   int   // of Put
	told    []string
	lose    context.CancelCauseFunc // ends the job under way
}

func newOthers(name string) *others {
	self := queue.Worker{ID: name, Name: name, Slots: 2}
	return &others{Local: queue.NewLocal(self, time.Now, func(string, ...any) {}), notes: make(chan []byte)}
}

func (o *others) Put(ctx context.Context, job queue.Job) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tries++
	if o.fails != nil {
		return o.fails
	}
	return o.Local.Put(ctx, job)
}

func (o *others) set(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

func (o *others) Work(ctx context.Context, do queue.Do) error {
	return o.Local.Work(ctx, func(ctx context.Context, taken queue.Taken) error {
		ctx, lose := context.WithCancelCause(ctx)
		o.set(func() { o.lose = lose })
		taken.Owner = "us"
		return do(ctx, taken)
	})
}

func (o *others) Workers(ctx context.Context) ([]queue.Worker, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	self, err := o.Local.Workers(ctx)
	return append(self, o.workers...), err
}

func (o *others) Patience() time.Duration { return o.patience }
func (o *others) Notes() <-chan []byte    { return o.notes }
func (o *others) Tell(_ context.Context, note []byte) {
	o.set(func() { o.told = append(o.told, string(note)) })
}

// joined is a bench that is one of several processes.
func joined(t *testing.T, store history.Store, o *others, change func(*bench), schedules ...Schedule) *bench {
	t.Helper()
	return newBench(t, store, func(b *bench, options *Options) {
		options.Queue, options.Grace = o, time.Second
		if change != nil {
			change(b)
		}
	}, schedules...)
}

func TestWhatTheFleetLacksIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOthers("a")
		far := nightly()
		far.Name, far.Zone = "far", "dmz"
		b := joined(t, emptyStore(t), o, nil, nightly(), far)
		time.AfterFunc(10*time.Minute, func() {
			ready := b.ask(http.MethodGet, "/readyz", nil, "")
			assert.Equal(t, http.StatusOK, ready.Code)
			assert.Contains(t, ready.Body.String(), `runs of far wait; start one with --zone dmz`)
			assert.Contains(t, b.ask(http.MethodGet, "/metrics", nil, "").Body.String(), `sheetprobe_schedule_unserved{schedule="far",zone="dmz"} 1`)
			assert.Contains(t, b.ask(http.MethodGet, "/api/v1/workers", nil, "").Body.String(), `"zone": "dmz"`)
			o.set(func() {
				o.workers = []queue.Worker{{ID: "b", Name: "b", Zones: []string{"dmz"}, Alive: true, Schedules: "otherwise", SigningKey: "SHA256:another"}, {ID: "gone", Name: "c"}}
			})
		})
		b.work(t, 20*time.Minute)
		const lacks = `no living worker reaches the zone "dmz": runs of far wait; start one with --zone dmz`
		assert.Equal(t, []string{
			lacks, "the workers go by different schedules: what is due depends on who leads; give all of them the same configuration",
			"the workers sign with different keys: what was approved at one of them is not valid at another; give all of them the same file as serve.signoff.key", "it is not so any more: " + lacks,
		}, b.heard())
		assert.Contains(t, b.ask(http.MethodGet, "/metrics", nil, "").Body.String(), "sheetprobe_workers_alive 2")
		assert.Contains(t, b.ask(http.MethodGet, "/workers", nil, "").Body.String(), "The processes sign with different keys")
	})
}

func TestSchedulesAreToldApartByTheirDigest(t *testing.T) {
	a, b := nightly(), nightly()
	b.Name = "other"
	assert.Equal(t, digestOf([]Schedule{a, b}), digestOf([]Schedule{b, a}), "whatever their order")
	b.Zone = "dmz"
	assert.NotEqual(t, digestOf([]Schedule{a, nightly()}), digestOf([]Schedule{a, b}))
}

func TestARunThatAnotherProcessLeftGoesOn(t *testing.T) {
	for name, test := range map[string]struct {
		finished bool
		resumed  int // cases that are known when the run goes on; -1 where it does not
		kept     int
	}{
		"in its middle":                  {false, 1, 2},
		"at its end, which nobody noted": {true, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := emptyStore(t)
				run := historytest.Run("left", time.Now(), 1, 1, nil)
				run.Schedule = "nightly"
				before := store.(history.Owned).Owned("another", 0)
				require.NoError(t, before.Begin(t.Context(), run, time.Now().Add(time.Hour)))
				require.NoError(t, before.Keep(t.Context(), "left", []history.Case{historytest.Case(run, 0, 0)}))
				if test.finished {
					require.NoError(t, before.Finish(t.Context(), run))
				}
				resumed := -1
				b := joined(t, store, newOthers("a"), func(b *bench) {
					b.make = func(_ context.Context, job Job) (*probe.Run, error) {
						resumed = len(job.Resumed.Sheets[0].Cases)
						return quick(job, nil), nil
					}
				}, nightly())
				b.options.NewRunID = func() string { return "left" }
				b.work(t, 3*time.Hour)
				assert.Equal(t, test.resumed, resumed)
				entries, err := store.List(t.Context(), history.Query{})
				require.NoError(t, err)
				assert.Equal(t, []any{1, history.Finished, test.kept}, []any{len(entries), entries[0].State, entries[0].Cases})
			})
		})
	}
}

// endless is a run that goes on until it is interrupted.
func endless(b *bench) {
	b.make = func(ctx context.Context, job Job) (*probe.Run, error) {
		run := quick(job, nil)
		<-ctx.Done()
		run.Interrupted = true
		run.Summarize()
		return run, nil
	}
}

func TestARunEndsBeforeItsTime(t *testing.T) {
	for name, test := range map[string]struct {
		end   func(b *bench, o *others, runID string)
		state history.State
		says  string
	}{
		"it is cancelled": {func(b *bench, _ *others, runID string) {
			w := b.ask(http.MethodPost, "/api/v1/runs/"+runID+"/cancel", map[string]string{"Content-Type": "application/json"}, "{}")
			assert.Equal(b.t, http.StatusAccepted, w.Code)
		}, history.Interrupted, "is interrupted"},
		"another process has it": {func(_ *bench, o *others, _ string) { o.lose(queue.ErrLost) }, history.Running, "is made by another process now"},
		"the server stops":       {func(*bench, *others, string) {}, history.Interrupted, "is left to another process"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOthers("a")
				b := joined(t, emptyStore(t), o, endless, nightly())
				b.t = t
				time.AfterFunc(3*time.Hour, func() {
					under := b.allUnderWay(t.Context())
					if assert.Len(t, under, 1) {
						test.end(b, o, under[0].RunID)
					}
				})
				b.work(t, 3*time.Hour+10*time.Second)
				entries, err := b.store.List(t.Context(), history.Query{})
				require.NoError(t, err)
				assert.Equal(t, test.state, entries[0].State)
				heard := b.heard()
				assert.Contains(t, heard[len(heard)-1], test.says)
			})
		})
	}
}

func TestWhatCannotBePutIsDueStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOthers("a")
		o.fails = errors.New("the database is away")
		time.AfterFunc(3*time.Hour, func() { o.set(func() { o.fails = nil }) })
		b := joined(t, emptyStore(t), o, nil, nightly())
		b.work(t, 4*time.Hour)
		assert.Equal(t, []string{"Jan 1 03:00"}, b.times())
		assert.Equal(t, "nightly is due, and cannot be begun yet: the database is away", b.heard()[0])
		assert.Contains(t, b.heard()[1], "was not run; it runs now")
		assert.InDelta(t, 30*60, o.tries, 60, "from half past two, once a second")
	})
}

func TestWhoDoesNotLeadLeavesItToOthersForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOthers("a")
		o.patience = 10 * time.Minute
		b := joined(t, emptyStore(t), o, nil, nightly())
		b.work(t, 23*time.Hour)
		assert.Equal(t, []string{"Jan 1 02:40"}, b.times(), "nobody else did")
		due, err := o.LastDue(t.Context(), "nightly")
		require.NoError(t, err)
		require.NoError(t, o.Local.Put(t.Context(), queue.Job{RunID: "theirs", Schedule: "nightly", Due: due.Add(24 * time.Hour)}))
		require.NoError(t, o.Cancel(t.Context(), "theirs"))
		again := joined(t, b.store, o, nil, nightly())
		again.work(t, 24*time.Hour)
		assert.Empty(t, again.times(), "somebody else did")
		assert.Empty(t, again.heard())
	})
}

func TestRunsOfOtherProcessesAreFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, store := newOthers("a"), emptyStore(t)
		b := joined(t, store, o, nil, nightly())
		listener := b.events.listen("")
		time.AfterFunc(time.Minute, func() {
			run := historytest.Run("theirs", time.Now(), 1, 2, map[string]string{"api-0/case-1": "shape.type"})
			run.Schedule = "nightly"
			assert.NoError(t, store.Finish(t.Context(), run))
			o.notes <- []byte(`{"kind":"progress","run_id":"theirs","schedule":"nightly","progress":{"cases":7}}`)
			synctest.Wait()
			assert.Equal(t, 7, b.progress["theirs"].Cases)
			o.notes <- []byte(`nonsense`)
			o.notes <- []byte(`{"kind":"ended","run_id":"theirs","schedule":"nightly"}`)
			synctest.Wait()
			assert.Empty(t, b.progress)
		})
		b.work(t, 10*time.Minute)
		assert.Equal(t, "theirs", b.schedules(t.Context())[0].Last.RunID)
		assert.Equal(t, []string{"progress", "ended"}, []string{(<-listener).Kind, (<-listener).Kind})
		assert.Empty(t, o.told, "what others told is not told again")
		assert.Contains(t, b.ask(http.MethodGet, "/metrics", nil, "").Body.String(), `sheetprobe_last_completed_run_exit_code{schedule="nightly"} 1`)
	})
}

func TestOthersAreToldOfProgressNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOthers("a")
		b := joined(t, emptyStore(t), o, func(b *bench) {
			b.make = func(_ context.Context, job Job) (*probe.Run, error) {
				for range 500 {
					job.Progress(Progress{})
					time.Sleep(10 * time.Millisecond)
				}
				return quick(job, nil), nil
			}
		}, nightly())
		b.work(t, 3*time.Hour)
		assert.InDelta(t, 8, len(o.told), 2, "%q", o.told)
	})
}
