package queue

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Local is the queue of one process, in its memory. What is kept of a run, and that it is being made, is for the store of runs to know.
type Local struct {
	now   func() time.Time
	say   func(format string, args ...any)
	ready chan struct{} // wakes Work

	mu   sync.Mutex
	self Worker
	jobs []*localJob // the oldest first
	last map[string]time.Time
}

type localJob struct {
	State
	cancel context.CancelCauseFunc // nil while it waits
}

var _ Queue = (*Local)(nil)

// NewLocal makes a queue for the one worker that self describes. say tells whoever reads the log.
func NewLocal(self Worker, now func() time.Time, say func(format string, args ...any)) *Local {
	self.Since, self.Alive, self.Leader = now().UTC(), true, true
	return &Local{now: now, say: say, ready: make(chan struct{}, 1), self: self, last: map[string]time.Time{}}
}

// Put implements Queue.
func (l *Local) Put(_ context.Context, job Job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !job.Due.IsZero() {
		if !job.Due.After(l.last[job.Schedule]) {
			return ErrDue
		}
		l.last[job.Schedule] = job.Due
	}
	for _, j := range l.jobs {
		if j.Schedule == job.Schedule {
			return &BusyError{RunID: j.RunID}
		}
	}
	l.jobs = append(l.jobs, &localJob{State: State{Job: job}})
	l.wake()
	return nil
}

func (l *Local) wake() {
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// Work implements Queue. What waits when ctx ends is dropped, and said: nobody else would do it.
func (l *Local) Work(ctx context.Context, do Do) error {
	var under sync.WaitGroup
	for {
		select {
		case <-ctx.Done():
			l.drop()
			under.Wait()
			return nil
		case <-l.ready:
		}
		for job, running := l.take(ctx); job != nil; job, running = l.take(ctx) {
			under.Go(func() { l.do(running, job, do) })
		}
	}
}

// take returns the next job that there is a slot for, and the context that it is done in; nil where there is none.
func (l *Local) take(ctx context.Context) (*localJob, context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil || l.running() >= l.self.Slots {
		return nil, nil
	}
	for _, j := range l.jobs {
		if !j.Running && l.self.Serves(j.Zone) {
			running, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
			j.Running, j.Began, j.Worker, j.cancel = true, l.now(), l.self.Name, cancel
			return j, running
		}
	}
	return nil, nil
}

// running counts what is under way; l.mu is held.
func (l *Local) running() int {
	n := 0
	for _, j := range l.jobs {
		if j.Running {
			n++
		}
	}
	return n
}

func (l *Local) do(ctx context.Context, job *localJob, do Do) {
	defer func() {
		if r := recover(); r != nil {
			l.say("run %s of %s failed: a fault of sheetprobe, please report it: %v", job.RunID, job.Schedule, r)
		}
		l.mu.Lock()
		l.remove(job)
		l.mu.Unlock()
		job.cancel(nil)
		l.wake()
	}()
	if err := do(ctx, Taken{Job: job.Job, Hold: func(ctx context.Context) error { return ctx.Err() }}); err != nil {
		l.say("run %s of %s failed: %v", job.RunID, job.Schedule, err)
	}
}

// remove forgets a job; l.mu is held.
func (l *Local) remove(job *localJob) {
	l.jobs = slices.DeleteFunc(l.jobs, func(j *localJob) bool { return j == job })
}

func (l *Local) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.jobs = slices.DeleteFunc(l.jobs, func(j *localJob) bool {
		if !j.Running {
			l.say("run %s of %s is not begun: the server is stopping", j.RunID, j.Schedule)
		}
		return !j.Running
	})
}

// Jobs implements Queue.
func (l *Local) Jobs(context.Context) ([]State, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]State, 0, len(l.jobs))
	for _, j := range l.jobs {
		all = append(all, j.State)
	}
	return all, nil
}

// Cancel implements Queue.
func (l *Local) Cancel(_ context.Context, runID string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range l.jobs {
		if j.RunID != runID {
			continue
		}
		if j.Running {
			j.cancel(ErrCancelled)
		} else {
			l.remove(j)
		}
		return nil
	}
	return fmt.Errorf("%w: %q", ErrNotFound, runID)
}

// Workers implements Queue.
func (l *Local) Workers(context.Context) ([]Worker, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	self := l.self
	self.Seen, self.Running, self.Zones = l.now().UTC(), []string{}, append([]string{}, self.Zones...)
	for _, j := range l.jobs {
		if j.Running {
			self.Running = append(self.Running, j.RunID)
		}
	}
	return []Worker{self}, nil
}

// LastDue implements Queue. What was put by a process before this one is not known.
func (l *Local) LastDue(_ context.Context, schedule string) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last[schedule], nil
}

// Patience implements Queue.
func (l *Local) Patience() time.Duration { return 0 }

// Describe implements Queue.
func (l *Local) Describe(schedules string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.self.Schedules = schedules
}

// Tell implements Queue.
func (l *Local) Tell(context.Context, []byte) {}

// Notes implements Queue.
func (l *Local) Notes() <-chan []byte { return nil }

// Close implements Queue.
func (l *Local) Close() error { return nil }
