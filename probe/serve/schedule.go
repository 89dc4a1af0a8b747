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
	"github.com/sheetprobe/sheetprobe/probe/queue"
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
	if s.Zone != "" && !isName(s.Zone) {
		return "zone", fmt.Errorf("%q cannot name a zone: use up to 40 letters, digits, \"-\" and \"_\"", s.Zone)
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
		s.metrics.know(e.Name)
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
	s.entries, s.execute, s.retention, s.books, s.rules = entries, s.withHanded(c.Execute), c.Retention, c.Library, c.Gate
	s.mu.Unlock()
	s.queue.Describe(digestOf(c.Schedules))
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

// recall reads from queue and store when each schedule last ran, so that what was due since then is made up for.
func (s *Server) recall(ctx context.Context) error {
	for _, e := range s.entries {
		latest, err := s.options.Store.List(ctx, history.Query{Schedule: e.Name, Limit: 1})
		if err != nil {
			return err
		}
		due, err := s.queue.LastDue(ctx, e.Name)
		if err != nil {
			return err
		}
		if !due.IsZero() {
			e.due = e.calendar.Next(due)
		}
		if len(latest) == 0 {
			continue
		}
		if due.IsZero() {
			e.due = e.calendar.Next(latest[0].StartedAt)
		}
		e.last = lastOf(latest[0])
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
	if i < 0 || !s.metrics.isNews(schedule, ended[i].FinishedAt) {
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

// tick puts what is due into the queue, and returns how long nothing will be.
func (s *Server) tick(now time.Time) time.Duration {
	patience := s.queue.Patience()
	s.mu.Lock()
	s.beat = now
	s.metrics.beat(now)
	var due []passed
	for _, e := range s.entries {
		if p, ok := e.pass(now.Add(-patience)); ok {
			due = append(due, p)
		}
	}
	s.mu.Unlock()
	for _, p := range due {
		s.fire(p, now)
	}
	s.lookAround(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := wakeAfter
	for _, e := range s.entries {
		if at := e.start(); !at.IsZero() {
			left := at.Add(patience).Sub(now)
			if left <= 0 { // it could not be put: to ask for it again at once would be to ask for ever
				left = retryPause
			}
			wait = min(wait, max(left, time.Millisecond))
		}
		s.metrics.next(e.Name, e.start())
	}
	if patience > 0 { // whoever leads may be gone any time
		wait = min(wait, patience)
	}
	if s.owing {
		wait = min(wait, retryPause)
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

// passed are one or more times of a schedule that have come.
type passed struct {
	schedule    Schedule
	n           int
	first, last time.Time
	start       time.Time // of the first, with its jitter
}

// pass moves the schedule on, and says which times have come, if any.
func (e *entry) pass(now time.Time) (p passed, any bool) {
	p = passed{schedule: e.Schedule, first: e.due, start: e.start()}
	for p.n < maxCounted && !e.due.IsZero() && !e.start().After(now) {
		p.n++
		p.last = e.due
		e.due = e.calendar.Next(e.due)
	}
	if p.n == maxCounted {
		e.due = e.calendar.Next(now)
	}
	return p, p.n > 0
}

// fire puts the run for one or more times that have come, unless another process has.
func (s *Server) fire(p passed, now time.Time) {
	name := p.schedule.Name
	_, err := s.put(p.schedule, byCalendar, p.last)
	var busy *queue.BusyError
	switch {
	case errors.Is(err, queue.ErrDue):
		return
	case errors.As(err, &busy):
		s.miss(name, p.n, p.first)
		s.options.Say("%s was due at %s and is left out: run %s of it is not over", name, stamp(p.first), busy.RunID)
		return
	case err != nil:
		s.postpone(p, err)
		return
	}
	if p.n > 1 {
		s.miss(name, p.n-1, p.first)
		s.options.Say("%s was due %d times since %s and was not run; it runs once now", name, p.n, stamp(p.first))
	} else if now.Sub(p.start) > 2*wakeAfter {
		s.options.Say("%s was due at %s and was not run; it runs now", name, stamp(p.first))
	}
}

// postpone has what could not be put be due still.
func (s *Server) postpone(p passed, err error) {
	s.mu.Lock()
	if e := s.entry(p.schedule.Name); e != nil && e.Cron == p.schedule.Cron && e.Timezone == p.schedule.Timezone {
		e.due = p.first
	}
	told := s.owing
	s.owing = true
	s.mu.Unlock()
	if !told {
		s.options.Say("%s is due, and cannot be begun yet: %v", p.schedule.Name, err)
	}
}

// ScheduleState is a schedule as pages and the API show it.
type ScheduleState struct {
	Schedule
	Next    []time.Time // the next times, with their jitter
	Last    outcome
	Missed  int
	Current string // the id of the run that waits or is under way; "" for none
}

func (s *Server) schedules(ctx context.Context) []ScheduleState {
	under := s.allUnderWay(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]ScheduleState, 0, len(s.entries))
	for _, e := range s.entries {
		state := ScheduleState{Schedule: e.Schedule, Last: e.last, Missed: e.missed, Next: e.upcoming(3)}
		if i := slices.IndexFunc(under, func(u underWay) bool { return u.Schedule == e.Name }); i >= 0 {
			state.Current = under[i].RunID
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
