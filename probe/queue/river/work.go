package river

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// Work implements queue.Queue.
func (q *Queue) Work(ctx context.Context, do queue.Do) error {
	q.mu.Lock()
	q.do = do
	q.mu.Unlock()
	living, die := context.WithCancel(context.WithoutCancel(ctx))
	var signs sync.WaitGroup
	signs.Go(func() { q.live(living) })
	signs.Go(func() { q.listen(living) })
	if q.start(ctx) {
		<-ctx.Done()
		_ = q.client.Stop(living) // returns when the jobs are over
	}
	die()
	signs.Wait()
	q.leave(context.WithoutCancel(ctx))
	return nil
}

// startPause is how long is waited before River is started again where the database was away.
const startPause = time.Second

func (q *Queue) start(ctx context.Context) bool {
	for told := false; ; told = true {
		err := q.client.Start(context.WithoutCancel(ctx))
		if err == nil {
			return true
		}
		if !told {
			q.say("no runs are taken yet, the queue cannot be reached: %v", err)
		}
		if pause(ctx, startPause) != nil {
			return false
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// worker hands the jobs of River on.
type worker struct {
	river.WorkerDefaults[args]
	queue *Queue
}

// fullPause is how long a job waits for which there is no slot: each zone has a queue of its own, and the slots are for all of them.
const fullPause = time.Second

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, job *river.Job[args]) error {
	q := w.queue
	select {
	case q.slots <- struct{}{}:
	default:
		return river.JobSnooze(fullPause)
	}
	defer func() { <-q.slots }()
	running, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	h := q.hold(job, cancel)
	defer q.release(job.ID)
	defer context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), rivertype.ErrJobCancelledRemotely) {
			cancel(queue.ErrCancelled)
		}
	})()
	err := q.do(running, queue.Taken{Job: job.Args.Job, Owner: fmt.Sprintf("%s#%d", q.self.ID, job.ID), Term: job.ID, Hold: h.wait})
	switch {
	case errors.Is(err, queue.ErrHandBack):
		return river.JobSnooze(0)
	case errors.Is(context.Cause(running), queue.ErrCancelled):
		return river.JobCancel(queue.ErrCancelled)
	case err != nil:
		q.say("run %s of %s failed: %v", job.Args.RunID, job.Args.Schedule, err)
		return river.JobCancel(err)
	}
	return nil
}

// failures has what failed not repeated.
type failures struct{ queue *Queue }

// HandleError implements river.ErrorHandler.
func (f failures) HandleError(_ context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.queue.say("job %d is over: %v", job.ID, err)
	return &river.ErrorHandlerResult{SetCancelled: true}
}

// HandlePanic implements river.ErrorHandler.
func (f failures) HandlePanic(_ context.Context, job *rivertype.JobRow, value any, _ string) *river.ErrorHandlerResult {
	f.queue.say("job %d is over: a fault of sheetprobe, please report it: %v", job.ID, value)
	return &river.ErrorHandlerResult{SetCancelled: true}
}

// held is a job that this process does, and until when it is so for sure.
type held struct {
	runID  string
	say    func(format string, args ...any)
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	until   time.Time // zero before the first sign of life that was sent for it
	lost    bool
	changed chan struct{} // closed when one of them changes
}

// hold notes that a job is this process's, once that is known for sure: it may have been fetched by a machine that slept since.
func (q *Queue) hold(job *river.Job[args], cancel context.CancelCauseFunc) *held {
	h := &held{runID: job.Args.RunID, say: q.say, cancel: cancel, changed: make(chan struct{})}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held[job.ID] = h
	select {
	case q.kick <- struct{}{}:
	default:
	}
	return h
}

// safe is for how long after a sign of life nobody takes a job over, less what a request takes to go out.
func (q *Queue) safe() time.Duration { return q.lease - q.lease/5 }

func (q *Queue) release(id int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.held, id)
}

// wait implements queue.Taken.Hold.
func (h *held) wait(ctx context.Context) error {
	for told := false; ; told = true {
		h.mu.Lock()
		lost, until, changed := h.lost, h.until, h.changed
		h.mu.Unlock()
		now := time.Now()
		switch {
		case lost:
			return queue.ErrLost
		case now.Before(until) && now.Round(0).Before(until.Round(0)): // a machine that slept has not counted the time
			return ctx.Err()
		case !told && !until.IsZero():
			h.say("run %s holds its requests back: the database has not been reached for so long that another process may have taken it over", h.runID)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// renew notes a sign of life that was sent at a time.
func (h *held) renew(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = until
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *held) lose() {
	h.mu.Lock()
	h.lost = true
	close(h.changed)
	h.changed = make(chan struct{})
	h.mu.Unlock()
	h.cancel(queue.ErrLost)
}
