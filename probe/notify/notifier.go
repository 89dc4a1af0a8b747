package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Sender is what is behind a channel. An error tells nothing of a token or password.
type Sender interface {
	// Send sends a message whose Text was written, or gives up when ctx ends.
	Send(ctx context.Context, m Message) error
	// Limits bound the messages that it takes.
	Limits() Limits
	// Escape makes a text that comes from elsewhere mean nothing but itself.
	Escape(text string) string
	// Template is used where none is configured.
	Template() string
}

// Options are what a notifier works with.
type Options struct {
	Store Store
	Runs  history.Store // for CatchUp, which Run does; nil leaves it out
	Now   func() time.Time
	NewID func() string
	Say   func(format string, args ...any)      // tells whoever reads the log
	Count func(channel string, outcome Counted) // for metrics; calls can overlap
}

// Counted is what became of an attempt to send.
type Counted string

// What can become of it.
const (
	CountSent    Counted = "sent"
	CountFailed  Counted = "failed"  // it is tried again
	CountDropped Counted = "dropped" // it is not
)

// How deliveries are tried.
const (
	sendTimeout = 30 * time.Second // of one attempt
	leaseTime   = 2 * time.Minute  // in which nobody else tries it
	firstPause  = 30 * time.Second
	longestWait = time.Hour
	giveUpAfter = 24 * time.Hour
	lookEvery   = 10 * time.Second
	storeWait   = 30 * time.Second
	keepFor     = 90 * 24 * time.Hour // what is over
	catchUp     = 48 * time.Hour      // how old a run may be that is looked at later
	catchEvery  = 5 * time.Minute
)

// Notifier tells each thing once. It is safe for concurrent use.
type Notifier struct {
	options Options
	wake    chan struct{}

	mu       sync.Mutex
	settings Settings
	senders  map[string]Sender
	busy     map[string]bool
	lost     bool // the store could not be written, which has been told
	tidied   time.Time
	caught   time.Time // when CatchUp was done last
	sending  sync.WaitGroup
}

// NewNotifier makes a notifier that tells nothing yet, see Apply.
func NewNotifier(o Options) *Notifier {
	if o.Count == nil {
		o.Count = func(string, Counted) {}
	}
	return &Notifier{options: o, wake: make(chan struct{}, 1), busy: map[string]bool{}}
}

// Apply takes settings, with a sender for each of their channels. Those that are wrong change nothing.
// Settings that say nothing tell nothing.
func (n *Notifier) Apply(s Settings, senders map[string]Sender) error {
	if err := s.Check(); err != nil && len(s.Channels)+len(s.Routes) > 0 {
		return err
	}
	for _, c := range s.Channels {
		if senders[c.Name] == nil {
			return fmt.Errorf("nothing is behind the channel %q", c.Name)
		}
	}
	n.mu.Lock()
	n.settings, n.senders = s, senders
	n.mu.Unlock()
	n.nudge()
	return nil
}

func (n *Notifier) nudge() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *Notifier) current() (Settings, map[string]Sender) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.settings, n.senders
}

// Finished looks at a run that has come to its end, once, however often it is called. One that was interrupted goes on later, and is looked at then.
func (n *Notifier) Finished(ctx context.Context, run *probe.Run) error {
	if run.Interrupted {
		return nil
	}
	return n.decide(ctx, runKey(run.RunID), Observe(run))
}

// Failed is that a run did not come about, or could not be kept.
func (n *Notifier) Failed(ctx context.Context, schedule, runID, problem string, at time.Time) error {
	return n.decide(ctx, "failed:"+runID, Failed(schedule, runID, problem, at))
}

// Missed is that a schedule was due and led to no run.
func (n *Notifier) Missed(ctx context.Context, schedule string, times int, since time.Time) error {
	at := n.options.Now()
	return n.decide(ctx, fmt.Sprintf("missed:%s:%d", schedule, since.Unix()), Left(schedule, times, since, at))
}

// Observed is Finished for a run that was looked at already, see ObserveEach.
func (n *Notifier) Observed(ctx context.Context, o Observation) error {
	return n.decide(ctx, runKey(o.RunID), o)
}

// decide decides once. Where the store fails, whoever wants to know of our own failures is told that at once, and once.
func (n *Notifier) decide(ctx context.Context, once string, o Observation) error {
	s, _ := n.current()
	if len(s.Routes) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
	defer cancel()
	now := n.options.Now()
	err := n.options.Store.Decide(ctx, once, now, func(m Memory) (Outcome, error) { return s.Decide(o, m, now, n.options.NewID), nil })
	switch {
	case errors.Is(err, ErrDecided):
		return nil
	case err != nil:
		n.cry(ctx, o, err)
		return fmt.Errorf("what is to be told cannot be kept: %w", err)
	}
	n.mu.Lock()
	n.lost = false
	n.mu.Unlock()
	n.nudge()
	return nil
}

// cry tells directly what cannot be kept: that nothing can be kept.
func (n *Notifier) cry(ctx context.Context, o Observation, cause error) {
	n.mu.Lock()
	told := n.lost
	n.lost = true
	s, senders := n.settings, n.senders
	n.mu.Unlock()
	n.options.Say("alerts cannot be kept: %v", cause)
	if told {
		return
	}
	failed := Failed(o.Schedule, o.RunID, "the history cannot be written, so that alerts are not told until it can", o.At)
	out := s.Decide(failed, Memory{}, n.options.Now(), n.options.NewID)
	var all sync.WaitGroup
	for _, d := range out.Deliveries {
		all.Go(func() {
			if err := n.send(context.WithoutCancel(ctx), s, senders[d.Channel], d); err != nil {
				n.options.Say("channel %s: %v", d.Channel, err)
			}
		})
	}
	all.Wait()
}

// Run sends what waits until ctx ends. Channels do not wait for each other.
func (n *Notifier) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer n.sending.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		case <-timer.C:
		}
		n.tidy(ctx)
		n.begin(ctx)
		timer.Reset(lookEvery)
	}
}

// begin lets every channel send that is not at it already.
func (n *Notifier) begin(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.settings.Channels {
		if n.busy[c.Name] {
			continue
		}
		n.busy[c.Name] = true
		n.sending.Go(func() {
			_ = n.drain(ctx, c.Name) // attempt has said why
			n.mu.Lock()
			n.busy[c.Name] = false
			n.mu.Unlock()
		})
	}
}

// Preview is what a run would lead to, had nothing been decided yet of it.
func (n *Notifier) Preview(ctx context.Context, run *probe.Run) (Outcome, error) {
	m, err := n.options.Store.Remember(ctx)
	if err != nil {
		return Outcome{}, err
	}
	s, _ := n.current()
	return s.Decide(Observe(run), m, n.options.Now(), n.options.NewID), nil
}

// Render is what a delivery looks like on its channel.
func (n *Notifier) Render(d Delivery) (Message, error) {
	s, senders := n.current()
	c, _ := s.channel(d.Channel)
	return Render(d, s.PublicURL, c.Template, senders[d.Channel])
}

// Backlog counts what waits, by channel; those of today's settings alone.
func (n *Notifier) Backlog(ctx context.Context) (map[string]int, error) {
	s, _ := n.current()
	all, err := n.options.Store.Backlog(ctx)
	counts := map[string]int{}
	for _, c := range s.Channels {
		counts[c.Name] = all[c.Name]
	}
	return counts, err
}

// tidy forgets what is long over, once a day, and looks after what others left.
func (n *Notifier) tidy(ctx context.Context) {
	now := n.options.Now()
	if n.due(&n.tidied, now, 24*time.Hour) {
		if err := n.options.Store.Tidy(ctx, now.Add(-keepFor)); err != nil && ctx.Err() == nil {
			n.options.Say("alerts that are long over cannot be forgotten: %v", err)
		}
	}
	if s, _ := n.current(); n.options.Runs != nil && len(s.Routes) > 0 && n.due(&n.caught, now, catchEvery) {
		if err := n.CatchUp(ctx); err != nil && ctx.Err() == nil {
			n.options.Say("runs that came to their end lately cannot be looked at: %v", err)
		}
	}
}

func (n *Notifier) due(last *time.Time, now time.Time, every time.Duration) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now.Sub(*last) < every {
		return false
	}
	*last = now
	return true
}

// CatchUp looks at the latest run of each schedule that came to its end lately, in case whoever made it was gone before it could.
func (n *Notifier) CatchUp(ctx context.Context) error {
	ended, err := n.options.Runs.List(ctx, history.Query{Since: n.options.Now().Add(-catchUp), Ended: true, Limit: 200})
	if err != nil {
		return err
	}
	met := map[string]bool{"": true} // of runs by hand, whoever makes them says whether they are told
	for _, e := range ended {
		if met[e.Schedule] || e.State != history.Finished {
			continue
		}
		met[e.Schedule] = true
		if known, err := n.options.Store.Decided(ctx, runKey(e.RunID)); err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		run, err := n.options.Runs.Load(ctx, e.RunID)
		if err == nil {
			err = n.Finished(ctx, run)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func runKey(runID string) string { return "run:" + runID }
