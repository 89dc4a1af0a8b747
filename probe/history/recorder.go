package history

import (
	"context"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Recorder keeps the cases of one run as they finish, in few large steps instead of many small ones. A process that is killed loses what
// finished within the last moment, see flushEvery, and nothing else.
type Recorder struct {
	store Store
	run   string
	lease time.Duration
	now   func() time.Time

	mu      sync.Mutex
	waiting []Case
	lost    bool // the last step failed
	wake    chan struct{}
	done    chan struct{}
	ended   sync.WaitGroup
}

// How long a finished case waits at most, and how many are kept in one step.
const (
	flushEvery = 100 * time.Millisecond
	flushCases = 256
)

// DefaultLease is how long a run is believed to be alive after the last sign of it.
const DefaultLease = 30 * time.Second

// How long a step waits for a store that does not answer: the run itself never hangs upon it.
const (
	stepTimeout   = 10 * time.Second
	finishTimeout = 2 * time.Minute
)

// NewRecorder makes the run known to the store, or resumes one that was interrupted, and renews its lease until it ends.
func NewRecorder(ctx context.Context, store Store, run *probe.Run, resume bool, now func() time.Time) (*Recorder, error) {
	r := &Recorder{store: store, run: run.RunID, lease: DefaultLease, now: now, wake: make(chan struct{}, 1), done: make(chan struct{})}
	var err error
	if resume {
		err = store.Resume(ctx, run.RunID, now().Add(r.lease))
	} else {
		err = store.Begin(ctx, run, now().Add(r.lease))
	}
	if err != nil {
		return nil, err
	}
	r.ended.Add(1)
	go r.work(context.WithoutCancel(ctx)) // what finished is kept although the run is interrupted
	return r, nil
}

// Add hands over a finished case. It does not wait for the store, unless that has fallen far behind.
func (r *Recorder) Add(c Case) {
	r.mu.Lock()
	r.waiting = append(r.waiting, c)
	full := len(r.waiting) >= flushCases
	far := len(r.waiting) >= 16*flushCases
	r.mu.Unlock()
	if full {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	}
	if far {
		r.flush(context.Background())
	}
}

func (r *Recorder) work(ctx context.Context) {
	defer r.ended.Done()
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	renewed := r.now()
	for {
		select {
		case <-r.done:
			return
		case <-r.wake:
		case <-tick.C:
		}
		r.flush(ctx)
		if now := r.now(); now.Sub(renewed) > r.lease/3 {
			renewed = now
			step, cancel := context.WithTimeout(ctx, stepTimeout)
			_ = r.store.Renew(step, r.run, now.Add(r.lease)) // Finish will tell
			cancel()
		}
	}
}

func (r *Recorder) flush(ctx context.Context) {
	r.mu.Lock()
	cases := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	for len(cases) > 0 {
		n := min(len(cases), flushCases)
		err := r.store.Keep(ctx, r.run, cases[:n]) // Finish keeps all that is missing, and tells why it cannot
		r.mu.Lock()
		r.lost = err != nil
		r.mu.Unlock()
		cases = cases[n:]
	}
}

// Abandon ends the recording and keeps nothing more: the run is somebody else's.
func (r *Recorder) Abandon() {
	close(r.done)
	r.ended.Wait()
}

// Finish keeps what is left and completes the run. Cases that could not be kept before are kept with it.
func (r *Recorder) Finish(ctx context.Context, run *probe.Run) error {
	close(r.done)
	r.ended.Wait()
	r.flush(ctx)
	patience := finishTimeout
	if r.lost { // nobody else is at it any more
		patience = stepTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.store.Finish(ctx, run)
}
