package serve

import (
	"context"
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// trigger is what began a run.
type trigger string

const (
	byCalendar trigger = "schedule"
	byRequest  trigger = "request"
)

// job is a run that waits for its turn or is under way.
type job struct {
	runID    string
	schedule Schedule
	trigger  trigger
	execute  Execute
	since    time.Time
	started  bool
	progress Progress
}

// jobOf is the run of a schedule that is not over; s.mu is held.
func (s *Server) jobOf(schedule string) *job {
	for _, j := range s.jobs {
		if j.schedule.Name == schedule {
			return j
		}
	}
	return nil
}

// begin begins a run; s.mu is held.
func (s *Server) begin(schedule Schedule, by trigger) *job {
	j := &job{runID: s.options.NewRunID(), schedule: schedule, trigger: by, execute: s.execute, since: s.options.Now()}
	s.jobs[j.runID] = j
	waiting, running := s.waiting, s.running
	s.metrics.under(schedule.Name, 1)
	s.working.Go(func() {
		defer s.over(j)
		select {
		case s.slots <- struct{}{}:
		case <-waiting.Done():
			s.options.Say("run %s of %s is not begun: the server is stopping", j.runID, schedule.Name)
			return
		}
		defer func() { <-s.slots }()
		s.make(running, j)
	})
	return j
}

func (s *Server) over(j *job) {
	s.mu.Lock()
	delete(s.jobs, j.runID)
	s.mu.Unlock()
	s.metrics.under(j.schedule.Name, -1)
	s.events.tell(event{Kind: "ended", RunID: j.runID, Schedule: j.schedule.Name})
}

// make makes a run and keeps it.
func (s *Server) make(ctx context.Context, j *job) {
	s.mu.Lock()
	j.started, j.since = true, s.options.Now()
	s.mu.Unlock()
	head := &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: s.options.Tool, RunID: j.runID, Schedule: j.schedule.Name, StartedAt: j.since.UTC(), Diagnostics: source.Diagnostics{},
	}
	recorder, err := history.NewRecorder(context.WithoutCancel(ctx), s.options.Store, head, false, s.options.Now)
	if err != nil {
		s.settle(j, outcome{RunID: j.runID, StartedAt: head.StartedAt, FinishedAt: s.options.Now().UTC(), Problem: "the history cannot be written: " + err.Error()})
		return
	}
	s.events.tell(event{Kind: "began", RunID: j.runID, Schedule: j.schedule.Name})
	run, err := s.attempt(ctx, j, recorder)
	if err != nil {
		run = failed(head, s.options.Now(), err)
	}
	run.RunID, run.Schedule = head.RunID, head.Schedule
	o := outcome{RunID: j.runID, StartedAt: run.StartedAt, FinishedAt: run.FinishedAt, Verdict: run.Verdict, Interrupted: run.Interrupted}
	if err != nil {
		o.Problem = err.Error()
	}
	if err := s.finish(ctx, recorder, run); err != nil {
		o.Problem = "the history cannot be written: " + err.Error()
	}
	s.settle(j, o)
	if !run.Interrupted {
		s.metrics.ended(j.schedule.Name, run)
		s.metrics.found(j.schedule.Name, run)
	}
}

// attempt makes the run. A panic is the fault of us, and ends this run alone.
func (s *Server) attempt(ctx context.Context, j *job, recorder *history.Recorder) (run *probe.Run, err error) {
	defer func() {
		if r := recover(); r != nil {
			run, err = nil, fmt.Errorf("a fault of sheetprobe, please report it: %v", r)
		}
	}()
	return j.execute(ctx, Job{RunID: j.runID, Schedule: j.schedule, Keep: recorder.Add, Progress: func(p Progress) {
		s.mu.Lock()
		j.progress = p
		s.mu.Unlock()
		s.events.tell(event{Kind: "progress", RunID: j.runID, Schedule: j.schedule.Name, Progress: &p})
	}})
}

// failed is the record of a run that did not come about.
func failed(head *probe.Run, now time.Time, err error) *probe.Run {
	run := *head
	run.FinishedAt = now.UTC()
	run.Diagnostics = source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error, Message: "no run came about: " + err.Error()}}
	run.Summarize()
	return &run
}

// finish completes the record. What the database does not take at once is offered again for a while: a night's work hangs on it.
func (s *Server) finish(ctx context.Context, recorder *history.Recorder, run *probe.Run) error {
	keep := context.WithoutCancel(ctx)
	err := recorder.Finish(keep, run)
	for pause := time.Second; err != nil && pause <= 32*time.Second && ctx.Err() == nil; pause *= 2 {
		s.options.Say("run %s cannot be kept yet, it is tried again in %s: %v", run.RunID, pause, err)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
		err = s.options.Store.Finish(keep, run)
	}
	return err
}

// settle says what came of a run.
func (s *Server) settle(j *job, o outcome) {
	s.mu.Lock()
	if e := s.entry(j.schedule.Name); e != nil {
		e.last = o
	}
	s.mu.Unlock()
	if o.Problem != "" {
		s.metrics.failed(j.schedule.Name)
		s.options.Say("run %s of %s failed: %s", o.RunID, j.schedule.Name, o.Problem)
		return
	}
	if o.Interrupted {
		s.options.Say("run %s of %s is interrupted; `sheetprobe run --resume %s` goes on with it", o.RunID, j.schedule.Name, o.RunID)
		return
	}
	s.options.Say("run %s of %s: %s", o.RunID, j.schedule.Name, o.Verdict)
}

// underWay are the runs that are not over, as the API shows them.
type underWay struct {
	RunID    string    `json:"run_id"`
	Schedule string    `json:"schedule"`
	Trigger  trigger   `json:"trigger"`
	State    string    `json:"state"` // queued or running
	Since    time.Time `json:"since"`
	Progress Progress  `json:"progress"`
}

func (s *Server) underWay(runID string) (underWay, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jobs[runID]
	if !ok {
		return underWay{}, false
	}
	return j.state(), true
}

func (j *job) state() underWay {
	u := underWay{j.runID, j.schedule.Name, j.trigger, "queued", j.since.UTC(), j.progress}
	if j.started {
		u.State = "running"
	}
	return u
}
