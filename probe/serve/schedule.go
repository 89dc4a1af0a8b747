package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// entry is a schedule and where it stands.
type entry struct {
	Schedule
	calendar Calendar
	due      time.Time // next
	last     outcome
	missed   int // times that were due and led to no run, since the server began
}

// outcome is what came of the last run of a schedule.
type outcome struct {
	RunID       string
	StartedAt   time.Time
	FinishedAt  time.Time
	Verdict     probe.Verdict
	Interrupted bool
	Problem     string // why no run came about, or was not kept
}

// wakeAfter is how long the scheduler sleeps at most: clocks are set, and machines sleep.
const wakeAfter = time.Minute

// Check says what is wrong with a schedule: the key that is to be corrected, and why.
func (s Schedule) Check() (key string, err error) {
	switch {
	case !isName(s.Name):
		return "name", fmt.Errorf("%q cannot name a schedule: use up to 40 letters, digits, \"-\" and \"_\"", s.Name)
	case len(s.Sheets) == 0:
		return "sheets", errors.New("a schedule needs at least one sheet")
	case s.Jitter < 0 || s.Jitter > 12*time.Hour:
		return "jitter", errors.New("the jitter must be from 0 to 12h")
	}
	if _, err := ParseCron("@daily", s.Timezone); err != nil {
		return "timezone", err
	}
	calendar, err := ParseCron(s.Cron, s.Timezone)
	if err != nil {
		return "cron", err
	}
	first := calendar.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if next := calendar.Next(first); s.Jitter > 0 && !next.IsZero() && next.Sub(first) <= s.Jitter {
		return "jitter", errors.New("the jitter must be shorter than the time from one run to the next")
	}
	return "", nil
}

func isName(name string) bool {
	return name != "" && len(name) <= 40 && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_", r)
	})
}

// Apply swaps the configuration as a whole; one that is wrong changes nothing. A schedule whose times stay the same keeps its next run, and runs that are
// under way go on as they were begun.
func (s *Server) Apply(c Config) error {
	entries := make([]*entry, 0, len(c.Schedules))
	for _, schedule := range c.Schedules {
		if _, err := schedule.Check(); err != nil {
			return fmt.Errorf("schedule %q: %w", schedule.Name, err)
		}
		if slices.ContainsFunc(entries, func(e *entry) bool { return e.Name == schedule.Name }) {
			return fmt.Errorf("two schedules are named %q", schedule.Name)
		}
		calendar, err := ParseCron(schedule.Cron, schedule.Timezone)
		if err != nil {
			return err
		}
		entries = append(entries, &entry{Schedule: schedule, calendar: calendar})
	}
	now := s.options.Now()
	s.mu.Lock()
	for _, e := range entries {
		e.due = e.calendar.Next(now)
		if was := s.entry(e.Name); was != nil {
			e.last, e.missed = was.last, was.missed
			if was.Cron == e.Cron && was.Timezone == e.Timezone {
				e.due = was.due
			}
		}
	}
	for _, was := range s.entries {
		if !slices.ContainsFunc(entries, func(e *entry) bool { return e.Name == was.Name }) {
			s.metrics.forget(was.Name)
		}
	}
	s.entries, s.execute = entries, c.Execute
	s.mu.Unlock()
	s.metrics.reloaded(true, now)
	s.wake()
	return nil
}

// Refused says that a changed configuration was not taken, and why; the one before stays.
func (s *Server) Refused(err error) {
	s.metrics.reloaded(false, s.options.Now())
	s.options.Say("the changed configuration is not taken, and the one before stays: %v", err)
}

func (s *Server) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// entry finds a schedule; s.mu is held.
func (s *Server) entry(name string) *entry {
	for _, e := range s.entries {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// recall reads from the store when each schedule last ran, so that what was due since then is made up for.
func (s *Server) recall(ctx context.Context) error {
	for _, e := range s.entries {
		latest, err := s.options.Store.List(ctx, history.Query{Schedule: e.Name, Limit: 1})
		if err != nil {
			return err
		}
		if len(latest) == 0 {
			continue
		}
		e.due = e.calendar.Next(latest[0].StartedAt)
		e.last = outcome{RunID: latest[0].RunID, StartedAt: latest[0].StartedAt, FinishedAt: latest[0].FinishedAt, Verdict: latest[0].Verdict, Interrupted: latest[0].State == history.Interrupted}
		if err := s.recallMetrics(ctx, e.Name); err != nil {
			return err
		}
	}
	return nil
}

// recallMetrics shows what the last run that came to its end found.
func (s *Server) recallMetrics(ctx context.Context, schedule string) error {
	ended, err := s.options.Store.List(ctx, history.Query{Schedule: schedule, Ended: true, Limit: 10})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(ended, func(e history.Entry) bool { return e.State == history.Finished })
	if i < 0 {
		return nil
	}
	run, err := s.options.Store.Load(ctx, ended[i].RunID)
	if err != nil {
		return err
	}
	s.metrics.found(schedule, run)
	return nil
}

// loop begins what is due until ctx ends.
func (s *Server) loop(ctx context.Context, failed <-chan error) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-s.changed:
		case <-timer.C:
		}
		timer.Reset(s.tick(s.options.Now()))
	}
}

// tick begins what is due, and returns how long nothing will be.
func (s *Server) tick(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.beat = now
	s.metrics.beat(now)
	wait := wakeAfter
	for _, e := range s.entries {
		if n, first := e.pass(now); n > 0 {
			s.fire(e, n, first, now)
		}
		if at := e.start(); !at.IsZero() {
			wait = min(wait, max(at.Sub(now), time.Millisecond))
		}
		s.metrics.next(e.Name, e.start())
	}
	return wait
}

// start is when the next run begins.
func (e *entry) start() time.Time {
	if e.due.IsZero() {
		return e.due
	}
	return e.due.Add(e.shift(e.due))
}

// maxCounted bounds how many times are counted that went by: a schedule of every minute may have slept for years.
const maxCounted = 10_000

// pass moves the schedule on, and says how many times have come, and when the first was.
func (e *entry) pass(now time.Time) (n int, first time.Time) {
	first = e.due
	for n < maxCounted && !e.due.IsZero() && !e.start().After(now) {
		n++
		e.due = e.calendar.Next(e.due)
	}
	if n == maxCounted {
		e.due = e.calendar.Next(now)
	}
	return n, first
}

// fire begins the run for one or more times that have come; s.mu is held.
func (s *Server) fire(e *entry, n int, first, now time.Time) {
	if j := s.jobOf(e.Name); j != nil {
		s.miss(e, n)
		s.options.Say("%s was due at %s and is left out: run %s of it is not over", e.Name, stamp(first), j.runID)
		return
	}
	if late := now.Sub(first.Add(e.shift(first))); n > 1 {
		s.miss(e, n-1)
		s.options.Say("%s was due %d times since %s and was not run; it runs once now", e.Name, n, stamp(first))
	} else if late > 2*wakeAfter {
		s.options.Say("%s was due at %s and was not run; it runs now", e.Name, stamp(first))
	}
	s.begin(e.Schedule, byCalendar)
}

func (s *Server) miss(e *entry, n int) {
	e.missed += n
	s.metrics.missed(e.Name, n)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// ErrBusy says that a schedule is running.
var ErrBusy = errors.New("a run of the schedule is not over")

// ErrNoSchedule says that there is no schedule of a name.
var ErrNoSchedule = errors.New("there is no such schedule")

// ErrStopping says that nothing is begun any more.
var ErrStopping = errors.New("the server is stopping")

// RunNow begins a run of a schedule, and returns its id; of one that is running that id, with ErrBusy.
func (s *Server) RunNow(name string) (runID string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(name)
	if e == nil {
		return "", fmt.Errorf("%w: %q", ErrNoSchedule, name)
	}
	if s.stopping || s.running == nil {
		return "", ErrStopping
	}
	if j := s.jobOf(name); j != nil {
		return j.runID, ErrBusy
	}
	return s.begin(e.Schedule, byRequest).runID, nil
}

// ScheduleState is a schedule as pages and the API show it.
type ScheduleState struct {
	Schedule
	Next    []time.Time // the next times, with their jitter
	Last    outcome
	Missed  int
	Current string // the id of the run that waits or is under way; "" for none
}

func (s *Server) schedules() []ScheduleState {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]ScheduleState, 0, len(s.entries))
	for _, e := range s.entries {
		state := ScheduleState{Schedule: e.Schedule, Last: e.last, Missed: e.missed, Next: e.upcoming(3)}
		if j := s.jobOf(e.Name); j != nil {
			state.Current = j.runID
		}
		all = append(all, state)
	}
	slices.SortStableFunc(all, func(a, b ScheduleState) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (e *entry) upcoming(n int) []time.Time {
	var all []time.Time
	for due := e.due; len(all) < n && !due.IsZero(); due = e.calendar.Next(due) {
		all = append(all, due.Add(e.shift(due)))
	}
	return all
}
