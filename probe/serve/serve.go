// Package serve runs probes by schedule in one process, and shows what came of them: pages, a REST API, health and metrics.
//
// It knows neither sheets nor the engine: how a run is made is a function that it is given, see [Execute]. Every run is kept in a history.Store as its
// cases finish, under a lease. A schedule never overlaps itself; what was due while nobody could run it is made up for by one run, and said.
//
// On loopback it asks nobody who they are. Anywhere else it listens only where it does, over TLS or behind a proxy, and it answers no request that names
// another host, see [Access].
package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// Schedule says when to make a run, and of what.
type Schedule struct {
	Name      string
	Cron      string
	Timezone  string        // of the IANA database; "" is UTC
	Jitter    time.Duration // the run begins up to this much after the time; how much is the same for the same time
	Sheets    []string      // files, folders and patterns
	Only      []string
	Skip      []string
	Negatives []string
	Zone      string // of the network that its runs have to be made from; "" is any
	Upload    string // the id of an uploaded document that is tried once, in the place of sheets and times; "" for none
}

// Job is one run to make.
type Job struct {
	RunID    string
	Schedule Schedule
	Handed   *Handed                         // what the run is made of in the place of the sheets of its schedule; nil for those
	Resumed  *probe.Run                      // what another process found out before it was gone, and is not to be sent again; nil for none
	Hold     func(ctx context.Context) error // returns when a request may go out: the run may be another process's by now
	Describe func(*probe.Run)                // is given what the run is made from, before anything is sent
	Keep     func(history.Case)              // is given every case as it is decided
	Progress func(Progress)
}

// Progress is how far a run has come.
type Progress struct {
	APIs     int `json:"apis"`
	Cases    int `json:"cases"`
	Deviates int `json:"deviates"`
	Requests int `json:"requests"`
}

// Execute makes a run. When ctx ends, it returns what finished, marked as interrupted. An error says why no run came about.
type Execute func(ctx context.Context, job Job) (*probe.Run, error)

// Config is what can change while the server runs: a new one takes effect as a whole, see Server.Apply.
type Config struct {
	Schedules []Schedule
	Execute   Execute
	Retention Retention
	Library   Library
	Gate      Gate
}

// Options are what stays as it is while the server runs.
type Options struct {
	Store       history.Store
	Tool        probe.Tool
	Now         func() time.Time
	NewRunID    func() string
	Say         func(format string, args ...any) // tells whoever reads the log; calls can overlap
	Concurrency int                              // runs at a time, of all schedules together; DefaultConcurrency where 0
	Grace       time.Duration                    // how long runs that are under way may go on once the server is to stop
	Queue       queue.Queue                      // of a fleet; nil is one of this process alone
	Worker      queue.Worker                     // how this process describes itself where Queue is nil
	Access      Access                           // who is let in
	Alerts      Alerts                           // who is told what is new; nil is nobody
	Desk        Desk                             // where people sign off
	UploadLimit int64                            // how many bytes a document may have that is handed in; DefaultUpload where 0
}

// DefaultConcurrency is how many runs are made at a time.
const DefaultConcurrency = 2

// Server makes runs and serves what came of them.
type Server struct {
	options Options
	metrics *metrics
	queue   queue.Queue
	events  *events
	writing chan struct{} // holds a place for each report that is being written
	shelf   *shelf
	book    *ledger.Book // nil where nobody signs off

	changed chan struct{} // wakes the scheduler
	working sync.WaitGroup

	mu        sync.Mutex
	execute   Execute
	books     Library
	rules     Gate
	entries   []*entry
	jobs      map[string]*job // under way here, by run id
	retention Retention
	progress  map[string]Progress  // of runs anywhere
	noted     map[string]time.Time // when the others were told of it
	owing     bool                 // something is due, and could not be put yet
	looked    time.Time            // when the fleet was last looked at
	warned    map[string]bool      // what was said of it
	stopping  bool
	beat      time.Time // of the scheduler
	waiting   context.Context
	running   context.Context
}

// New makes a server of a configuration, which has to be right, and reads from the store when each schedule last ran.
func New(ctx context.Context, c Config, o Options) (*Server, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	s := &Server{
		options: o, metrics: newMetrics(o.Tool), queue: o.Queue, events: newEvents(), writing: make(chan struct{}, 4), shelf: newShelf(o.Now),
		changed: make(chan struct{}, 1), jobs: map[string]*job{}, progress: map[string]Progress{}, noted: map[string]time.Time{},
	}
	if s.queue == nil {
		o.Worker.Slots = o.Concurrency
		s.queue = queue.NewLocal(o.Worker, o.Now, o.Say)
	}
	if o.Desk.Ledger != nil {
		s.book = ledger.New(o.Desk.Ledger, o.Now)
	}
	if o.Alerts != nil {
		s.metrics.registry.MustRegister(newBacklog(o.Alerts))
	}
	if err := s.Apply(c); err != nil {
		return nil, err
	}
	return s, s.recall(ctx)
}

// Run makes runs and answers on the listener until ctx ends. Then no new run is begun, those under way may finish within the grace time, and are
// recorded as interrupted where they do not.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	served := make(chan error, 1)
	web := s.web()
	var counting sync.WaitGroup
	counting.Go(func() { s.recount(ctx) })
	defer counting.Wait()
	defer s.shelf.close()
	err := s.work(ctx, served, func() { go func() { served <- answerOn(web, listener) }() })
	s.events.close()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if web.Shutdown(closing) != nil {
		_ = web.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// answerOn answers in plain text where it is not said how to encrypt.
func answerOn(web *http.Server, listener net.Listener) error {
	if web.TLSConfig != nil {
		return web.ServeTLS(listener, "", "")
	}
	return web.Serve(listener)
}

// work makes runs until ctx ends or something comes from failed, which is returned, and waits for those that are under way. When it is ready to, it
// says so.
func (s *Server) work(ctx context.Context, failed <-chan error, ready func()) error {
	waiting, stopWaiting := context.WithCancel(ctx)
	running, stopRunning := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRunning()
	s.mu.Lock()
	s.waiting, s.running = waiting, running
	s.looked = s.options.Now() // the workers of a fleet have not given a sign of life yet
	s.mu.Unlock()
	s.working.Go(func() {
		if err := s.queue.Work(waiting, s.do); err != nil {
			s.options.Say("no runs are made here: %v", err)
		}
	})
	if s.queue.Notes() != nil {
		s.working.Go(func() { s.hear(waiting) })
		s.working.Go(func() { s.keepUp(waiting) })
	} else {
		s.metrics.alone()
	}
	s.working.Go(func() { s.housekeeping(waiting) })
	s.tick(s.options.Now())
	ready()
	err := s.loop(ctx, failed)
	s.mu.Lock()
	s.stopping = true
	under := len(s.jobs)
	s.mu.Unlock()
	stopWaiting()
	if under > 0 {
		s.options.Say("stopping; what is under way may finish within %s", s.options.Grace)
	}
	s.drain(stopRunning)
	return err
}

// drain waits for the runs, and interrupts them when the time of grace is over.
func (s *Server) drain(interrupt func()) {
	done := make(chan struct{})
	go func() {
		s.working.Wait()
		close(done)
	}()
	timer := time.NewTimer(s.options.Grace)
	defer timer.Stop()
	select {
	case <-done:
		return
	case <-timer.C:
	}
	interrupt()
	<-done
}
