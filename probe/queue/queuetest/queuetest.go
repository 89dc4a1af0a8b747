// Package queuetest is what every queue.Queue has to pass. It is used by tests alone.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// Patience is how long the suite waits for what has to come.
const Patience = 20 * time.Second

// Conform runs the suite. open opens, for each test, an empty queue for one worker.
func Conform(t *testing.T, open func(t *testing.T, self queue.Worker) queue.Queue) {
	for name, test := range map[string]func(*testing.T, func(zones ...string) queue.Queue){
		"a time is put once":                       putOnce,
		"a time is put once by many at a time":     putOnceByMany,
		"no two of one schedule":                   noTwo,
		"what was left out is not put later":       leftOut,
		"a job is handed over as it was put":       asPut,
		"no more at a time than there are slots":   slots,
		"jobs of another zone wait":                zones,
		"what is under way can be cancelled":       cancelUnderWay,
		"what waits can be cancelled":              cancelWaiting,
		"what failed is over, and nothing else is": failures,
		"workers":                         workers,
		"who stops finishes what it took": stops,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, func(zones ...string) queue.Queue {
				return open(t, queue.Worker{ID: "one-1", Name: "one", Zones: zones, Egress: "192.0.2.7", Version: "v1", RulesVersion: "7", SigningKey: "SHA256:k", Slots: 2})
			})
		})
	}
}

var due = time.Date(2026, 3, 1, 2, 30, 0, 0, time.UTC)

// Job is one of a schedule, with an id that tells it from others.
func Job(schedule, id string) queue.Job {
	return queue.Job{RunID: id, Schedule: schedule, Trigger: "request", Since: due, Spec: []byte(`{"x":1}`)}
}

func dueJob(schedule, id string, at time.Time) queue.Job {
	j := Job(schedule, id)
	j.Due = at
	return j
}

// Working has a queue work until the test ends, or stop is called.
func Working(t *testing.T, q queue.Queue, do queue.Do) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Work(ctx, do) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-done)
	})
	t.Cleanup(stop)
	return stop
}

// Over waits until no job waits or is under way.
func Over(t *testing.T, q queue.Queue) {
	t.Helper()
	require.Eventually(t, func() bool {
		jobs, err := q.Jobs(t.Context())
		return err == nil && len(jobs) == 0
	}, Patience, 10*time.Millisecond)
}

func putOnce(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	var n atomic.Int32
	Working(t, q, func(context.Context, queue.Taken) error { n.Add(1); return nil })
	last, err := q.LastDue(t.Context(), "nightly")
	require.NoError(t, err)
	require.True(t, last.IsZero())
	require.NoError(t, q.Put(t.Context(), dueJob("nightly", "a", due)))
	Over(t, q)
	require.ErrorIs(t, q.Put(t.Context(), dueJob("nightly", "b", due)), queue.ErrDue)
	require.ErrorIs(t, q.Put(t.Context(), dueJob("nightly", "c", due.Add(-time.Hour))), queue.ErrDue)
	last, err = q.LastDue(t.Context(), "nightly")
	require.NoError(t, err)
	require.Equal(t, due, last)
	require.NoError(t, q.Put(t.Context(), dueJob("other", "d", due)))
	require.NoError(t, q.Put(t.Context(), Job("nightly", "e")), "who asks for a run is given one")
	Over(t, q)
	require.NoError(t, q.Put(t.Context(), dueJob("nightly", "f", due.Add(time.Minute))))
	Over(t, q)
	require.EqualValues(t, 4, n.Load())
}

func putOnceByMany(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	for round := range 5 {
		var all sync.WaitGroup
		var put, refused atomic.Int32
		for i := range 16 {
			all.Go(func() {
				err := q.Put(t.Context(), dueJob(fmt.Sprint("s", round), fmt.Sprint(round, "-", i), due))
				var busy *queue.BusyError
				switch {
				case err == nil:
					put.Add(1)
				case errors.Is(err, queue.ErrDue), errors.As(err, &busy):
					refused.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, []int32{1, 15}, []int32{put.Load(), refused.Load()})
	}
}

func noTwo(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	release := make(chan struct{})
	Working(t, q, func(context.Context, queue.Taken) error { <-release; return nil })
	require.NoError(t, q.Put(t.Context(), Job("nightly", "a")))
	for range 2 { // while it waits, and while it is under way
		var busy *queue.BusyError
		require.ErrorAs(t, q.Put(t.Context(), Job("nightly", "b")), &busy)
		require.Equal(t, "a", busy.RunID)
		running(t, q, 1)
	}
	require.NoError(t, q.Put(t.Context(), Job("other", "c")))
	close(release)
	Over(t, q)
	require.NoError(t, q.Put(t.Context(), Job("nightly", "d")))
	Over(t, q)
}

// running waits until so many are under way.
func running(t *testing.T, q queue.Queue, want int) {
	t.Helper()
	require.Eventually(t, func() bool {
		jobs, err := q.Jobs(t.Context())
		n := 0
		for _, j := range jobs {
			if j.Running {
				n++
			}
		}
		return err == nil && n == want
	}, Patience, 10*time.Millisecond)
}

func leftOut(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	require.NoError(t, q.Put(t.Context(), dueJob("nightly", "a", due)))
	var busy *queue.BusyError
	require.ErrorAs(t, q.Put(t.Context(), dueJob("nightly", "b", due.Add(time.Hour))), &busy)
	require.ErrorIs(t, q.Put(t.Context(), dueJob("nightly", "c", due.Add(time.Hour))), queue.ErrDue)
	last, err := q.LastDue(t.Context(), "nightly")
	require.NoError(t, err)
	require.Equal(t, due.Add(time.Hour), last)
}

func asPut(t *testing.T, open func(...string) queue.Queue) {
	q := open("dmz")
	got := make(chan queue.Taken, 1)
	release := make(chan struct{})
	Working(t, q, func(ctx context.Context, taken queue.Taken) error {
		assert.NoError(t, taken.Hold(ctx))
		got <- taken
		<-release
		return nil
	})
	job := dueJob("nightly", "a", due)
	job.Zone, job.Trigger = "dmz", "schedule"
	require.NoError(t, q.Put(t.Context(), job))
	require.Equal(t, job, (<-got).Job)
	jobs, err := q.Jobs(t.Context())
	require.NoError(t, err)
	require.Len(t, jobs, 1)
	assert.Equal(t, job, jobs[0].Job)
	assert.True(t, jobs[0].Running)
	began := jobs[0].Began
	assert.False(t, began.IsZero())
	time.Sleep(time.Second) // signs of life are given meanwhile
	jobs, err = q.Jobs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, began, jobs[0].Began)
	close(release)
	Over(t, q)
}

func slots(t *testing.T, open func(...string) queue.Queue) {
	q := open("dmz", "lan")
	var mu sync.Mutex
	now, most, done := 0, 0, 0
	two := make(chan struct{})
	for i := range 7 {
		job := Job(fmt.Sprint("s", i), fmt.Sprint("r", i))
		job.Zone = []string{"", "dmz", "lan"}[i%3]
		require.NoError(t, q.Put(t.Context(), job))
	}
	Working(t, q, func(context.Context, queue.Taken) error {
		mu.Lock()
		now++
		if most = max(most, now); now == 2 && done == 0 {
			close(two)
		}
		mu.Unlock()
		<-two                             // the first waits for a second
		time.Sleep(20 * time.Millisecond) // in which a third would come
		mu.Lock()
		defer mu.Unlock()
		now--
		done++
		return nil
	})
	Over(t, q)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []int{7, 2}, []int{done, most})
}

func zones(t *testing.T, open func(...string) queue.Queue) {
	q := open("dmz")
	took := make(chan string, 3)
	Working(t, q, func(_ context.Context, taken queue.Taken) error { took <- taken.RunID; return nil })
	for _, zone := range []string{"lan", "dmz", ""} {
		job := Job("of-"+zone, "in-"+zone)
		job.Zone = zone
		require.NoError(t, q.Put(t.Context(), job))
	}
	require.ElementsMatch(t, []string{"in-dmz", "in-"}, []string{<-took, <-took})
	require.Eventually(t, func() bool {
		jobs, err := q.Jobs(t.Context())
		return err == nil && len(jobs) == 1 && jobs[0].RunID == "in-lan" && !jobs[0].Running
	}, Patience, 10*time.Millisecond)
	require.NoError(t, q.Cancel(t.Context(), "in-lan"))
}

func cancelUnderWay(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	cause := make(chan error, 1)
	Working(t, q, func(ctx context.Context, _ queue.Taken) error {
		<-ctx.Done()
		cause <- context.Cause(ctx)
		return nil
	})
	require.NoError(t, q.Put(t.Context(), Job("nightly", "a")))
	running(t, q, 1)
	require.ErrorIs(t, q.Cancel(t.Context(), "b"), queue.ErrNotFound)
	require.NoError(t, q.Cancel(t.Context(), "a"))
	require.ErrorIs(t, <-cause, queue.ErrCancelled)
	Over(t, q)
	require.ErrorIs(t, q.Cancel(t.Context(), "a"), queue.ErrNotFound)
}

func cancelWaiting(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	require.NoError(t, q.Put(t.Context(), Job("nightly", "a")))
	require.NoError(t, q.Cancel(t.Context(), "a"))
	require.NoError(t, q.Put(t.Context(), Job("nightly", "b")))
	took := make(chan string, 2)
	Working(t, q, func(_ context.Context, taken queue.Taken) error { took <- taken.RunID; return nil })
	require.Equal(t, "b", <-took)
	Over(t, q)
	require.Empty(t, took)
}

func failures(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	var n atomic.Int32
	Working(t, q, func(_ context.Context, taken queue.Taken) error {
		n.Add(1)
		switch taken.RunID {
		case "panics":
			panic("oh")
		case "fails":
			return errors.New("no")
		}
		return nil
	})
	for _, id := range []string{"panics", "fails", "works"} {
		require.NoError(t, q.Put(t.Context(), Job("nightly", id)))
		Over(t, q)
	}
	require.EqualValues(t, 3, n.Load(), "nothing is repeated")
}

func workers(t *testing.T, open func(...string) queue.Queue) {
	q := open("dmz")
	q.Describe("digest")
	release := make(chan struct{})
	Working(t, q, func(context.Context, queue.Taken) error { <-release; return nil })
	require.NoError(t, q.Put(t.Context(), Job("nightly", "a")))
	running(t, q, 1)
	var all []queue.Worker
	require.Eventually(t, func() bool {
		var err error
		all, err = q.Workers(t.Context())
		return err == nil && len(all) == 1 && all[0].Leader && all[0].Schedules == "digest"
	}, Patience, 10*time.Millisecond)
	w := all[0]
	assert.WithinDuration(t, w.Since, w.Seen, time.Minute)
	w.Since, w.Seen = time.Time{}, time.Time{}
	assert.Equal(t, queue.Worker{
		ID: "one-1", Name: "one", Zones: []string{"dmz"}, Egress: "192.0.2.7", Version: "v1", RulesVersion: "7", Schedules: "digest", SigningKey: "SHA256:k", Slots: 2, Alive: true,
		Leader: true, Running: []string{"a"},
	}, w)
	require.Eventually(t, func() bool { return q.Patience() == 0 }, Patience, 10*time.Millisecond)
	close(release)
	Over(t, q)
}

func stops(t *testing.T, open func(...string) queue.Queue) {
	q := open()
	began, release := make(chan string, 3), make(chan struct{})
	stop := Working(t, q, func(ctx context.Context, taken queue.Taken) error {
		began <- taken.RunID
		<-release
		return ctx.Err() // that the queue stops is no reason to end
	})
	for _, id := range []string{"a", "b", "c"} {
		require.NoError(t, q.Put(t.Context(), Job(id, id)))
	}
	require.ElementsMatch(t, []string{"a", "b"}, []string{<-began, <-began})
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	select {
	case <-stopped:
		t.Fatal("it did not wait for what is under way")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	<-stopped
	require.Empty(t, began, "what waited is not begun")
}
