//go:build unix

package river_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/queue"
	"github.com/sheetprobe/sheetprobe/probe/queue/queuetest"
	"github.com/sheetprobe/sheetprobe/probe/queue/river"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

// databases makes empty ones with the tables of the history.
type databases struct {
	server string
	n      atomic.Int32
}

func (d *databases) make(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("fleet_%d", d.n.Add(1))
	db, err := sql.Open("pgx", d.server)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	url := strings.Replace(d.server, "/postgres?", "/"+name+"?", 1)
	url += "&idle_in_transaction_session_timeout=60000" // else as short as the lease, and a busy machine takes longer between the steps of a migration
	store, err := sqlstore.Open(t.Context(), url, time.Now)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	return url
}

// lease is short, so that tests need not wait long.
const lease = 2 * time.Second

func open(t *testing.T, url string, self queue.Worker, leases ...time.Duration) *river.Queue {
	t.Helper()
	q, err := river.Open(t.Context(), url, river.Options{Worker: self, Lease: append(leases, lease)[0], Say: func(format string, args ...any) {
		t.Logf(time.Now().Format("05.000 ")+self.Name+": "+format, args...)
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = q.Close() })
	return q
}

func member(t *testing.T, url, name string, zones ...string) *river.Queue {
	t.Helper()
	return open(t, url, queue.Worker{ID: name + "-1", Name: name, Zones: zones, Slots: 2})
}

func TestRiver(t *testing.T) {
	d := &databases{server: postgres.Start(t)}
	t.Run("conforms", func(t *testing.T) {
		queuetest.Conform(t, func(t *testing.T, self queue.Worker) queue.Queue {
			t.Helper()
			return open(t, d.make(t), self)
		})
	})
	for name, test := range map[string]func(*testing.T, string){
		"several open at once":                      opensAtOnce,
		"each job is done once":                     eachOnce,
		"jobs go to the zone":                       toTheZone,
		"who stops leaves its jobs to others":       handsBack,
		"who is cut off loses its jobs":             cutOff,
		"what kills every worker is given up":       poison,
		"the others hear of it":                     hears,
		"a job is cancelled from elsewhere":         cancelsElsewhere,
		"one leads, and another after it":           leads,
		"the rate is that of all together":          sharedRate,
		"a host is left alone by all":               leftAlone,
		"a rate without its database is a share":    shareOfRate,
		"what is put while nobody works is kept":    keptForLater,
		"a schedule is known from when on it is":    known,
		"a short absence of the database is nobody": shortAbsence,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, d.make(t))
		})
	}
}

func opensAtOnce(t *testing.T, url string) {
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			q, err := river.Open(t.Context(), url, river.Options{Worker: queue.Worker{ID: fmt.Sprint(i), Slots: 1}, Say: t.Logf})
			if assert.NoError(t, err) {
				_ = q.Close()
			}
		})
	}
	all.Wait()
}

func eachOnce(t *testing.T, url string) {
	var mu sync.Mutex
	done := map[string]int{}
	do := func(_ context.Context, taken queue.Taken) error {
		mu.Lock()
		defer mu.Unlock()
		done[taken.RunID]++
		return nil
	}
	a := member(t, url, "a")
	for _, q := range []*river.Queue{a, member(t, url, "b"), member(t, url, "c")} {
		queuetest.Working(t, q, do)
	}
	for i := range 60 {
		require.NoError(t, a.Put(t.Context(), queuetest.Job(fmt.Sprint("s", i), fmt.Sprint("r", i))))
	}
	queuetest.Over(t, a)
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, done, 60)
	for id, n := range done {
		require.Equal(t, 1, n, id)
	}
}

func toTheZone(t *testing.T, url string) {
	took := make(chan string, 8)
	for _, name := range []string{"dmz", "lan"} {
		q := member(t, url, name, name)
		queuetest.Working(t, q, func(_ context.Context, taken queue.Taken) error { took <- name + " " + taken.Zone; return nil })
	}
	q := member(t, url, "elsewhere")
	for i, zone := range []string{"dmz", "lan", "dmz", "lan"} {
		job := queuetest.Job(fmt.Sprint("s", i), fmt.Sprint("r", i))
		job.Zone = zone
		require.NoError(t, q.Put(t.Context(), job))
	}
	queuetest.Over(t, q)
	close(took)
	for pair := range took {
		assert.Contains(t, []string{"dmz dmz", "lan lan"}, pair)
	}
}

func handsBack(t *testing.T, url string) {
	a, b := member(t, url, "a"), member(t, url, "b")
	stopping, took := make(chan struct{}), make(chan queue.Taken, 2)
	stop := queuetest.Working(t, a, func(_ context.Context, taken queue.Taken) error {
		took <- taken
		<-stopping
		return queue.ErrHandBack
	})
	require.NoError(t, a.Put(t.Context(), queuetest.Job("nightly", "r")))
	first := <-took
	close(stopping)
	go stop()
	queuetest.Working(t, b, func(_ context.Context, taken queue.Taken) error { took <- taken; return nil })
	second := <-took
	assert.Equal(t, first.Job, second.Job)
	assert.NotEqual(t, first.Owner, second.Owner)
	queuetest.Over(t, b)
}

// underWay has q do a job, and returns when it has begun.
func underWay(t *testing.T, q *river.Queue, runID string, do queue.Do) {
	t.Helper()
	began := make(chan struct{})
	queuetest.Working(t, q, func(ctx context.Context, taken queue.Taken) error { close(began); return do(ctx, taken) })
	require.NoError(t, q.Put(t.Context(), queuetest.Job("nightly", runID)))
	<-began
}

func cutOff(t *testing.T, url string) {
	wire := newWire(t, url)
	a, b := member(t, wire.url, "a"), member(t, url, "b")
	held, lost := make(chan error, 1), make(chan error, 1)
	underWay(t, a, "r", func(ctx context.Context, taken queue.Taken) error {
		time.Sleep(lease) // by now it cannot know
		held <- taken.Hold(ctx)
		<-ctx.Done()
		lost <- context.Cause(ctx)
		return nil
	})
	wire.cut()
	took, release := make(chan queue.Taken, 1), make(chan struct{})
	queuetest.Working(t, b, func(_ context.Context, taken queue.Taken) error { took <- taken; <-release; return nil })
	assert.Equal(t, "r", (<-took).RunID)
	select {
	case err := <-held:
		t.Fatalf("it goes on while another has the job: %v", err)
	default:
	}
	wire.mend()
	require.Error(t, <-held)
	require.ErrorIs(t, <-lost, queue.ErrLost)
	jobs, err := b.Jobs(t.Context())
	require.NoError(t, err)
	require.Len(t, jobs, 1, "what the one says that lost it changes nothing")
	assert.Equal(t, "b", jobs[0].Worker)
	close(release)
	queuetest.Over(t, b)
}

func poison(t *testing.T, url string) {
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	a := member(t, url, "a")
	var n atomic.Int32
	queuetest.Working(t, a, func(ctx context.Context, _ queue.Taken) error {
		n.Add(1)
		<-ctx.Done()
		return nil
	})
	require.NoError(t, a.Put(t.Context(), queuetest.Job("nightly", "r")))
	require.Eventually(t, func() bool { // as if its signs of life had stayed away
		_, err := db.ExecContext(t.Context(), `UPDATE river_job SET attempted_at = now() - interval '1 hour', metadata = metadata - 'alive_at' WHERE state = 'running'`)
		jobs, _ := a.Jobs(t.Context())
		return err == nil && n.Load() > 0 && len(jobs) == 0
	}, 3*queuetest.Patience, time.Millisecond)
	assert.LessOrEqual(t, n.Load(), int32(5))
}

func hears(t *testing.T, url string) {
	a, b := member(t, url, "a"), member(t, url, "b")
	for _, q := range []*river.Queue{a, b} {
		queuetest.Working(t, q, func(context.Context, queue.Taken) error { return nil })
	}
	heard := ""
	require.Eventually(t, func() bool {
		a.Tell(t.Context(), []byte(`{"x":"1"}`))
		select {
		case note := <-b.Notes():
			heard = string(note)
		case <-time.After(20 * time.Millisecond):
		}
		return heard != ""
	}, queuetest.Patience, time.Millisecond)
	assert.Equal(t, `{"x":"1"}`, heard)
	assert.Empty(t, a.Notes(), "what it told itself")
}

func cancelsElsewhere(t *testing.T, url string) {
	a, b := member(t, url, "a"), member(t, url, "b")
	cause := make(chan error, 1)
	underWay(t, a, "r", func(ctx context.Context, _ queue.Taken) error { <-ctx.Done(); cause <- context.Cause(ctx); return nil })
	require.NoError(t, b.Cancel(t.Context(), "r"))
	require.ErrorIs(t, <-cause, queue.ErrCancelled)
	queuetest.Over(t, b)
}

func leads(t *testing.T, url string) {
	a, b := member(t, url, "a"), member(t, url, "b")
	nothing := func(context.Context, queue.Taken) error { return nil }
	stop := queuetest.Working(t, a, nothing)
	leads := func(q *river.Queue) func() bool { return func() bool { return q.Patience() == 0 } }
	require.Eventually(t, leads(a), queuetest.Patience, 10*time.Millisecond)
	queuetest.Working(t, b, nothing)
	assert.NotZero(t, b.Patience())
	stop()
	require.Eventually(t, leads(b), queuetest.Patience, 10*time.Millisecond)
	all, err := b.Workers(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1, "who stops takes its leave")
	assert.True(t, all[0].Leader)
}

func known(t *testing.T, url string) {
	a := member(t, url, "a")
	before := time.Now().Add(-time.Minute)
	for _, want := range []bool{true, false, false} {
		last, err := a.LastDue(t.Context(), "nightly")
		require.NoError(t, err)
		assert.Equal(t, want, last.IsZero())
		assert.Equal(t, !want, last.After(before))
	}
	job := queuetest.Job("nightly", "r")
	job.Due = before.UTC().Truncate(time.Minute)
	require.NoError(t, a.Put(t.Context(), job), "what was due before may be made up for")
	last, err := a.LastDue(t.Context(), "nightly")
	require.NoError(t, err)
	assert.Equal(t, job.Due, last)
}

func keptForLater(t *testing.T, url string) {
	a := member(t, url, "a")
	require.NoError(t, a.Put(t.Context(), queuetest.Job("nightly", "r")))
	took := make(chan string, 1)
	queuetest.Working(t, member(t, url, "b"), func(_ context.Context, taken queue.Taken) error { took <- taken.RunID; return nil })
	assert.Equal(t, "r", <-took)
	queuetest.Over(t, a)
}

func shortAbsence(t *testing.T, url string) {
	const lease = 6 * time.Second // a busy machine may take seconds to bring the connection back
	wire := newWire(t, url)
	a, b := open(t, wire.url, queue.Worker{ID: "a-1", Name: "a", Slots: 2}, lease), open(t, url, queue.Worker{ID: "b-1", Name: "b", Slots: 2}, lease)
	ended := make(chan error, 1)
	underWay(t, a, "r", func(ctx context.Context, taken queue.Taken) error {
		for end := time.Now().Add(3 * lease); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if err := taken.Hold(ctx); err != nil {
				ended <- err
				return err
			}
		}
		ended <- ctx.Err()
		return ctx.Err()
	})
	queuetest.Working(t, b, func(context.Context, queue.Taken) error { t.Error("taken over"); return nil })
	time.Sleep(lease)
	wire.cut()
	time.Sleep(lease / 4)
	wire.mend()
	require.NoError(t, <-ended)
	queuetest.Over(t, a)
}
