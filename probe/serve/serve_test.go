package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a server, the runs that it is asked to make, and what it says. Within synctest its clock is that of the bubble.
type bench struct {
	*Server
	t       *testing.T
	store   history.Store
	make    func(ctx context.Context, job Job) (*probe.Run, error)
	gate    Gate
	library Library

	mu   sync.Mutex
	jobs []Job
	at   []time.Time
	said []string
}

func emptyStore(t *testing.T) history.Store {
	t.Helper()
	store, err := openAt(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func openAt(folder string) (history.Store, error) {
	return sqlstore.Open(context.Background(), "sqlite://"+filepath.Join(folder, "h.db"), time.Now)
}

// newBench makes runs of one API with two cases, unless b.make is set.
func newBench(t *testing.T, store history.Store, change func(*bench, *Options), schedules ...Schedule) *bench {
	t.Helper()
	b := &bench{t: t, store: store}
	o := Options{Store: store, Now: time.Now, Grace: time.Minute, Say: b.say, Tool: probe.Tool{Name: "sheetprobe", Version: "test", RulesVersion: "1"}}
	n, prefix := 0, fmt.Sprintf("run-%d", time.Now().UnixNano())
	o.NewRunID = func() string { n++; return fmt.Sprintf("%s-%d", prefix, n) }
	if change != nil {
		change(b, &o)
	}
	if kept, ok := store.(*sqlstore.Store); ok && o.Desk.Ledger == nil {
		o.Desk = Desk{Ledger: kept.Ledger(), Signer: serverSigner(t), Name: "probe.example"}
	}
	server, err := New(t.Context(), Config{Schedules: schedules, Execute: b.execute, Gate: b.gate, Library: b.library}, o)
	require.NoError(t, err)
	b.Server = server
	return b
}

func (b *bench) say(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

func (b *bench) execute(ctx context.Context, job Job) (*probe.Run, error) {
	b.mu.Lock()
	b.jobs, b.at = append(b.jobs, job), append(b.at, time.Now().UTC())
	b.mu.Unlock()
	if b.make != nil {
		return b.make(ctx, job)
	}
	return quick(job, nil), nil
}

func quick(job Job, deviating map[string]string) *probe.Run {
	run := historytest.Run(job.RunID, time.Now(), 1, 2, deviating)
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			job.Keep(historytest.Case(run, i, k))
		}
	}
	job.Progress(Progress{APIs: 1, Cases: 2})
	return run
}

// times are when runs were made, and forget begins anew.
func (b *bench) times() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, at := range b.at {
		all = append(all, at.Format("Jan 2 15:04"))
	}
	return all
}

func (b *bench) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.said...)
}

// work serves for a while, then stops.
func (b *bench) work(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	require.NoError(t, b.Server.work(ctx, nil, func() {}))
}

func nightly() Schedule {
	return Schedule{Name: "nightly", Cron: "30 2 * * *", Sheets: []string{"sheets"}}
}

// In a bubble of synctest it is midnight of 2000-01-01 UTC.
func TestRunsAreMadeWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hourly := Schedule{Name: "hourly", Cron: "5 */6 * * *", Sheets: []string{"x"}, Only: []string{"otp*"}}
		b := newBench(t, emptyStore(t), nil, nightly(), hourly)
		b.work(t, 24*time.Hour)
		assert.Equal(t, []string{"Jan 1 00:05", "Jan 1 02:30", "Jan 1 06:05", "Jan 1 12:05", "Jan 1 18:05"}, b.times())
		assert.Equal(t, []string{"otp*"}, b.jobs[0].Schedule.Only)
		kept, err := b.store.List(t.Context(), history.Query{})
		require.NoError(t, err)
		require.Len(t, kept, 5)
		assert.Equal(t, []any{history.Finished, "hourly", 2, probe.Conforms}, []any{kept[0].State, kept[0].Schedule, kept[0].Cases, kept[0].Verdict})
	})
}

func TestWhatWasMissedIsMadeUpForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := emptyStore(t)
		newBench(t, store, nil, nightly()).work(t, 3*time.Hour) // one run
		time.Sleep(4*24*time.Hour + 7*time.Hour)                // nobody serves
		b := newBench(t, store, nil, nightly())
		b.work(t, 24*time.Hour)
		assert.Equal(t, []string{"Jan 5 10:00", "Jan 6 02:30"}, b.times())
		assert.Contains(t, b.heard()[0], "was due 4 times since 2000-01-02 02:30 UTC and was not run; it runs once now")
		assert.Equal(t, 3, b.schedules(t.Context())[0].Missed)
		again := newBench(t, store, nil, nightly())
		again.work(t, time.Hour)
		assert.Empty(t, again.times(), "nothing was due since")
	})
}

func TestAScheduleDoesNotOverlapItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), func(b *bench, _ *Options) {
			b.make = func(_ context.Context, job Job) (*probe.Run, error) {
				time.Sleep(25 * time.Minute)
				return quick(job, nil), nil
			}
		}, Schedule{Name: "often", Cron: "*/10 * * * *", Sheets: []string{"x"}})
		b.work(t, 59*time.Minute)
		assert.Equal(t, []string{"Jan 1 00:10", "Jan 1 00:40"}, b.times())
		assert.Contains(t, b.heard()[0], "often was due at 2000-01-01 00:20 UTC and is left out: run run-")
		assert.Equal(t, 3, b.schedules(t.Context())[0].Missed)
	})
}

func TestNoMoreRunsAtATimeThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		b := newBench(t, emptyStore(t), func(b *bench, o *Options) {
			o.Concurrency = 2
			b.make = func(_ context.Context, job Job) (*probe.Run, error) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Minute)
				mu.Lock()
				now--
				mu.Unlock()
				return quick(job, nil), nil
			}
		})
		var schedules []Schedule
		for i := range 7 {
			schedules = append(schedules, Schedule{Name: fmt.Sprintf("s%d", i), Cron: "0 1 * * *", Sheets: []string{"x"}})
		}
		require.NoError(t, b.Apply(Config{Schedules: schedules, Execute: b.execute}))
		b.work(t, 2*time.Hour)
		assert.Len(t, b.times(), 7)
		assert.Equal(t, 2, most)
	})
}

func TestStopping(t *testing.T) {
	slow := func(takes time.Duration) func(context.Context, Job) (*probe.Run, error) {
		return func(ctx context.Context, job Job) (*probe.Run, error) {
			run := quick(job, nil)
			select {
			case <-ctx.Done():
				run.Interrupted = true
				run.Summarize()
			case <-time.After(takes):
			}
			return run, nil
		}
	}
	for name, c := range map[string]struct {
		takes time.Duration
		state history.State
	}{
		"a run that ends within the grace time is kept as it is": {20 * time.Minute, history.Finished},
		"one that does not is recorded as interrupted":           {time.Hour, history.Interrupted},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, emptyStore(t), func(b *bench, o *Options) { b.make, o.Grace, o.Concurrency = slow(c.takes), 15*time.Minute, 1 },
					nightly(), Schedule{Name: "queued", Cron: "31 2 * * *", Sheets: []string{"x"}})
				b.work(t, 2*time.Hour+40*time.Minute)
				kept, err := b.store.List(t.Context(), history.Query{})
				require.NoError(t, err)
				require.Len(t, kept, 1, "what waited for its turn is not begun")
				assert.Equal(t, c.state, kept[0].State)
				assert.Equal(t, 2, kept[0].Cases)
				last := b.schedules(t.Context())[0].Last
				assert.Equal(t, []any{kept[0].RunID, c.state == history.Interrupted}, []any{last.RunID, last.Interrupted})
				_, err = b.RunNow("nightly")
				require.ErrorIs(t, err, ErrStopping)
			})
		})
	}
}

func TestAFailureIsSaidAndEndsNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		night := 0
		b := newBench(t, emptyStore(t), func(b *bench, _ *Options) {
			b.make = func(_ context.Context, job Job) (*probe.Run, error) {
				night++
				switch night {
				case 1:
					return nil, errors.New("the vars file is gone")
				case 2:
					panic("oh")
				}
				return quick(job, map[string]string{"api-0/case-1": "shape.type"}), nil
			}
		}, nightly())
		b.work(t, 72*time.Hour)
		kept, err := b.store.List(t.Context(), history.Query{})
		require.NoError(t, err)
		require.Len(t, kept, 3)
		assert.Equal(t, []int{1, 3, 3}, []int{kept[0].ExitCode, kept[1].ExitCode, kept[2].ExitCode})
		run, err := b.store.Load(t.Context(), kept[2].RunID)
		require.NoError(t, err)
		assert.Equal(t, "no run came about: the vars file is gone", run.Diagnostics[0].Message)
		assert.Contains(t, b.heard()[1], "a fault of sheetprobe, please report it: oh")
	})
}

// flaky is a store that is away for a while.
type flaky struct {
	history.Store
	fails int
}

func (f *flaky) Finish(ctx context.Context, run *probe.Run) error {
	if f.fails > 0 {
		f.fails--
		return errors.New("the database is away")
	}
	return f.Store.Finish(ctx, run)
}

func TestWhatTheDatabaseDoesNotTakeIsOfferedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := emptyStore(t)
		b := newBench(t, &flaky{store, 4}, nil, nightly())
		b.work(t, 24*time.Hour)
		kept, err := store.List(t.Context(), history.Query{})
		require.NoError(t, err)
		require.Len(t, kept, 1)
		assert.Equal(t, history.Finished, kept[0].State)
	})
}

func TestAConfigurationIsSwappedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil, nightly())
		time.AfterFunc(30*time.Minute, func() {
			wrong := nightly()
			wrong.Cron = "0 0 30 2 *"
			assert.ErrorContains(t, b.Apply(Config{Schedules: []Schedule{wrong}}), "never comes")
			assert.ErrorContains(t, b.Apply(Config{Schedules: []Schedule{nightly(), nightly()}}), "two schedules")
			early := Schedule{Name: "early", Cron: "0 1 * * *", Sheets: []string{"x"}}
			assert.NoError(t, b.Apply(Config{Schedules: []Schedule{nightly(), early}, Execute: b.execute}))
		})
		b.work(t, 4*time.Hour)
		assert.Equal(t, []string{"Jan 1 01:00", "Jan 1 02:30"}, b.times())
	})
}

func TestWhatIsWrongWithAScheduleIsSaidByItsKey(t *testing.T) {
	for key, change := range map[string]func(*Schedule){
		"name":     func(s *Schedule) { s.Name = "a/b" },
		"cron":     func(s *Schedule) { s.Cron = "x" },
		"timezone": func(s *Schedule) { s.Timezone = "Nowhere" },
		"sheets":   func(s *Schedule) { s.Sheets = nil },
		"jitter":   func(s *Schedule) { s.Cron, s.Jitter = "*/5 * * * *", 5*time.Minute },
	} {
		s := nightly()
		change(&s)
		at, err := s.Check()
		require.Error(t, err)
		assert.Equal(t, key, at)
	}
}

// A year of nights must leave nothing behind but what is in the store.
func TestAYearOfNights(t *testing.T) {
	var before, after runtime.MemStats
	synctest.Test(t, func(t *testing.T) {
		s := nightly()
		s.Timezone, s.Jitter = "Europe/Berlin", 20*time.Minute
		b := newBench(t, emptyStore(t), nil, s)
		b.options.Say = func(string, ...any) {}
		b.make = func(_ context.Context, job Job) (*probe.Run, error) {
			time.Sleep(3 * time.Second)
			return quick(job, nil), nil
		}
		var routines [2]int
		time.AfterFunc(20*24*time.Hour, func() { routines[0] = runtime.NumGoroutine(); runtime.GC(); runtime.ReadMemStats(&before) })
		time.AfterFunc(365*24*time.Hour, func() { routines[1] = runtime.NumGoroutine(); runtime.GC(); runtime.ReadMemStats(&after) })
		b.work(t, 366*24*time.Hour)
		days := map[string]int{}
		berlin, err := time.LoadLocation("Europe/Berlin")
		require.NoError(t, err)
		for _, at := range b.at {
			days[at.In(berlin).Format(time.DateOnly)]++
		}
		assert.Len(t, b.at, 366)
		assert.Len(t, days, 366, "each night once, also where clocks change")
		assert.LessOrEqual(t, routines[1], routines[0]+5)
		assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(8<<20))
	})
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0", "192.0.2.1:0", "staging.example.test:0"} {
		_, err := Listen(t.Context(), address)
		require.ErrorIs(t, err, ErrNotLoopback, address)
	}
	_, err := Listen(t.Context(), "nonsense")
	require.ErrorContains(t, err, "HOST:PORT")
	l, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

func TestRequestsFromElsewhereAreRefused(t *testing.T) {
	b := newBench(t, emptyStore(t), nil, nightly())
	for name, c := range map[string]struct {
		method, host string
		headers      map[string]string
		want         int
	}{
		"ours":                     {"GET", "127.0.0.1:8470", nil, 200},
		"by name":                  {"GET", "localhost:8470", nil, 200},
		"IPv6":                     {"GET", "[::1]:8470", nil, 200},
		"a name bound to us":       {"GET", "evil.example:8470", nil, 421},
		"looks like ours":          {"GET", "127.0.0.1.evil.example", nil, 421},
		"no name":                  {"GET", "", nil, 421},
		"another page posts":       {"POST", "127.0.0.1:8470", map[string]string{"Origin": "http://evil.example"}, 403},
		"another port posts":       {"POST", "127.0.0.1:8470", map[string]string{"Origin": "http://127.0.0.1:9999"}, 403},
		"an opaque origin":         {"POST", "127.0.0.1:8470", map[string]string{"Origin": "null"}, 403},
		"the browser says so":      {"POST", "127.0.0.1:8470", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"another port, by browser": {"POST", "127.0.0.1:8470", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"our page posts":           {"POST", "127.0.0.1:8470", map[string]string{"Origin": "http://127.0.0.1:8470", "Sec-Fetch-Site": "same-origin"}, 405},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), c.method, "/healthz", http.NoBody)
			r.Host = c.host
			for k, v := range c.headers {
				r.Header.Set(k, v)
			}
			b.beat = time.Now()
			w := httptest.NewRecorder()
			b.Handler().ServeHTTP(w, r)
			assert.Equal(t, c.want, w.Code)
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		})
	}
}
