package history

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
	head    *probe.Run // see Describe; nil once it is kept
	waiting []Case
	apis    []API
	load    int            // of all that waits
	room    *sync.Cond     // for more of them
	over    bool           // nobody takes what waits any more
	lost    map[int]bool   // sheets of which something could not be kept
	added   map[int][]bool // the cases of each sheet that were added once
	failing bool           // the last step failed
	wake    chan struct{}
	done    chan struct{}
	ended   sync.WaitGroup
}

// How long a finished case waits at most, unless so much waits that it is kept at once. In that time most APIs come to their end, and their cases are kept with
// them, and not before.
const (
	flushEvery = 100 * time.Millisecond
	flushLoad  = maxWaiting / 2 // see loadOf
	maxWaiting = 4096           // while the store is behind, or cannot be written
	casesOnce  = 256            // in one step
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
	r := &Recorder{store: store, run: run.RunID, lease: DefaultLease, now: now, lost: map[int]bool{}, added: map[int][]bool{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	r.room = sync.NewCond(&r.mu)
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
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = make([]Case, 0, casesOnce)
	}
	if r.added[c.Sheet] != nil {
		c.API = nil
	}
	c.Again = r.isAdded(c.Sheet, c.Index)
	r.waiting = append(r.waiting, c)
	r.load += c.load()
	r.urge()
}

// urge has what waits kept at once where it is much, and waits for room where it is too much. While the store cannot be written nobody waits for it: the end
// of the run keeps what is given up. r.mu is held.
func (r *Recorder) urge() {
	if r.load >= flushLoad {
		r.Hurry()
	}
	for r.load >= maxWaiting && !r.over {
		if r.failing {
			r.lose(r.take())
			return
		}
		r.room.Wait()
	}
}

// Hurry has what waits kept at once, beside what its caller does next: at the end of a run its reports.
func (r *Recorder) Hurry() {
	select {
	case r.wake <- struct{}{}:
	default: // it is going to be
	}
}

// take empties what waits; r.mu is held.
func (r *Recorder) take() ([]Case, []API) {
	cases, apis := r.waiting, r.apis
	r.waiting, r.apis, r.load = nil, nil, 0
	r.room.Broadcast()
	return cases, apis
}

// loadOf is how much that is to keep: a case counts once, and once more for every 4 KB of it.
func loadOf(cases []Case, apis []API) int {
	n := len(apis)
	for i := range cases {
		n += cases[i].load()
	}
	for i := range apis {
		n += loadOf(apis[i].Cases, nil)
	}
	return n
}

func (c *Case) load() int { return 1 + len(c.Line)>>12 }

// isAdded tells whether a case was added before, and notes that it is; r.mu is held.
func (r *Recorder) isAdded(sheet, index int) bool {
	added := r.added[sheet]
	if missing := index + 1 - len(added); missing > 0 {
		added = append(added, make([]bool, missing)...)
		r.added[sheet] = added
	}
	before := added[index]
	added[index] = true
	return before
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
			step, cancel := context.WithTimeout(ctx, stepTimeout)
			if r.store.Renew(step, r.run, now.Add(r.lease)) == nil { // else it is tried again, and Finish will tell
				renewed = now
			}
			cancel()
		}
	}
}

// AddAPI hands over what is known of an API when all its cases were added, and these.
func (r *Recorder) AddAPI(a API) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.apis = append(r.apis, a)
	r.load += loadOf(nil, []API{a})
	r.urge()
}

// Describe hands over what the run is made from, where that was not known when it began. It does not wait for the store.
func (r *Recorder) Describe(run *probe.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.head = run
}

// describe keeps what the run is made from; where that fails it waits for the next step.
func (r *Recorder) describe(ctx context.Context) {
	r.mu.Lock()
	head := r.head
	r.mu.Unlock()
	if head == nil || r.fails(r.store.Describe(ctx, head)) {
		return
	}
	r.mu.Lock()
	r.head = nil
	r.mu.Unlock()
}

func (r *Recorder) flush(ctx context.Context) {
	r.mu.Lock()
	cases, apis := r.take()
	r.mu.Unlock()
	cases = unsettled(cases, apis)
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	r.describe(ctx)
	for len(cases) > 0 {
		step := cases[:min(len(cases), casesOnce)]
		if r.fails(r.store.Keep(ctx, r.run, step)) {
			break
		}
		cases = cases[len(step):]
	}
	for len(apis) > 0 && len(cases) == 0 {
		step := apis[:min(len(apis), casesOnce)]
		if r.fails(r.store.KeepAPIs(ctx, r.run, step)) {
			break
		}
		apis = apis[len(step):]
	}
	r.putBack(cases, apis)
}

// unsettled leaves out the cases of APIs that are kept whole in the same go.
func unsettled(cases []Case, apis []API) []Case {
	settled := map[int]bool{}
	for i := range apis {
		if apis[i].Cases != nil {
			settled[apis[i].Sheet] = true
		}
	}
	return slices.DeleteFunc(cases, func(c Case) bool { return settled[c.Sheet] })
}

// putBack has what could not be kept wait for the next step, as far as there is room; the end of the run keeps what is missing then, and tells why it
// cannot.
func (r *Recorder) putBack(cases []Case, apis []API) {
	if len(cases)+len(apis) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := loadOf(cases, apis); n+r.load < maxWaiting {
		r.waiting, r.apis, r.load = append(cases, r.waiting...), append(apis, r.apis...), n+r.load
		return
	}
	r.lose(cases, apis)
}

// lose notes whose results could not be kept; r.mu is held.
func (r *Recorder) lose(cases []Case, apis []API) {
	for i := range cases {
		r.lost[cases[i].Sheet] = true
	}
	for i := range apis {
		r.lost[apis[i].Sheet] = true
	}
}

// fails takes note of how a step ended.
func (r *Recorder) fails(err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failing = err != nil
	r.room.Broadcast()
	return r.failing
}

// Abandon ends the recording and keeps nothing more: the run is somebody else's.
func (r *Recorder) Abandon() { r.stop() }

// stop ends the goroutine that keeps what waits, and keeps nobody waiting for it.
func (r *Recorder) stop() {
	r.mu.Lock()
	r.over = true
	r.room.Broadcast()
	r.mu.Unlock()
	close(r.done)
	r.ended.Wait()
}

// Leave keeps what is left of a run that cannot go on here. It can be resumed.
func (r *Recorder) Leave(ctx context.Context) {
	_, cancel := r.end(ctx)
	cancel()
}

// Finish keeps what is left and completes the run. Cases that could not be kept before are kept with it.
func (r *Recorder) Finish(ctx context.Context, run *probe.Run) error {
	ctx, cancel := r.end(ctx)
	defer cancel()
	return r.store.Finish(ctx, run)
}

// Complete is Finish for a run that does not hold its results. The nights are those of all its APIs, and get returns what has to be kept again,
// since it could not be kept when it was added.
func (r *Recorder) Complete(ctx context.Context, run *probe.Run, nights []Night, get func(sheet int) (*probe.SheetResult, error)) error {
	ctx, cancel := r.end(ctx)
	defer cancel()
	if err := r.again(ctx, slices.Sorted(maps.Keys(r.lost)), get); err != nil {
		return err
	}
	missing, err := r.store.Complete(ctx, run, nights)
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := r.again(ctx, missing, get); err != nil {
		return err
	}
	missing, err = r.store.Complete(ctx, run, nights)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("cases of %d APIs were kept and are not there", len(missing))
	}
	return err
}

// again keeps all of some APIs.
func (r *Recorder) again(ctx context.Context, sheets []int, get func(int) (*probe.SheetResult, error)) error {
	for _, i := range sheets {
		s, err := get(i)
		if err != nil {
			return err
		}
		api, err := SettledAPI(i, s, nil)
		if err != nil {
			return err
		}
		if err := r.store.KeepAPIs(ctx, r.run, []API{api}); err != nil {
			return err
		}
	}
	return nil
}

// end keeps what is left, and returns the context of the last step.
func (r *Recorder) end(ctx context.Context) (context.Context, context.CancelFunc) {
	r.stop()
	r.flush(ctx)
	r.lose(r.waiting, r.apis)
	if r.failing { // nobody else is at it any more
		return context.WithTimeout(ctx, stepTimeout)
	}
	return context.WithTimeout(ctx, finishTimeout)
}
