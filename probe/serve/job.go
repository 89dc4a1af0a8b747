package serve

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/queue"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// trigger is what began a run.
type trigger string

const (
	byCalendar trigger = "schedule"
	byRequest  trigger = "request"
)

// job is a run that is under way in this process.
type job struct {
	runID    string
	schedule Schedule
	execute  Execute
	since    time.Time
	hold     func(context.Context) error
	resumed  *probe.Run // what another process left of the run; nil for none
	store    history.Store
}

// do makes the run of a job that this process took.
func (s *Server) do(ctx context.Context, taken queue.Taken) error {
	schedule, err := scheduleOf(taken.Spec)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.mu.Lock()
	j := &job{runID: taken.RunID, schedule: schedule, execute: s.execute, since: s.options.Now(), hold: taken.Hold, store: s.options.Store}
	s.jobs[j.runID] = j
	running := s.running
	s.mu.Unlock()
	defer context.AfterFunc(running, func() { cancel(errStopped) })()
	if store, ok := s.options.Store.(history.Owned); ok && taken.Owner != "" {
		j.store = store.Owned(taken.Owner, taken.Term)
	}
	s.metrics.under(schedule.Name, 1)
	defer s.over(j)
	return s.make(ctx, j, taken.Owner != "")
}

// began is when the run was begun, be it by another process.
func (j *job) began() time.Time {
	if j.resumed != nil {
		return j.resumed.StartedAt
	}
	return j.since.UTC()
}

// errStopped is why a run ends whose time of grace is over.
var errStopped = errors.New("the server is stopping")

func (s *Server) over(j *job) {
	s.mu.Lock()
	delete(s.jobs, j.runID)
	s.mu.Unlock()
	s.metrics.under(j.schedule.Name, -1)
	s.tell(event{Kind: "ended", RunID: j.runID, Schedule: j.schedule.Name})
}

// make makes a run and keeps it; in a fleet, one that has to stop is left to another process.
func (s *Server) make(ctx context.Context, j *job, fleet bool) error {
	head := &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: s.options.Tool, RunID: j.runID, Schedule: j.schedule.Name, StartedAt: j.since.UTC(), Diagnostics: source.Diagnostics{},
	}
	recorder, err := s.record(ctx, j, head, fleet)
	if err != nil {
		return s.unbegun(j, head, err, fleet)
	}
	s.tell(event{Kind: "began", RunID: j.runID, Schedule: j.schedule.Name})
	run, err := s.attempt(ctx, j, recorder)
	if errors.Is(context.Cause(ctx), queue.ErrLost) {
		recorder.Abandon()
		s.options.Say("run %s of %s is made by another process now", j.runID, j.schedule.Name)
		return nil
	}
	if err != nil {
		run = failed(head, s.options.Now(), err)
	}
	return s.conclude(ctx, j, recorder, run, err, fleet)
}

// unbegun says what becomes of a run that the history does not take.
func (s *Server) unbegun(j *job, head *probe.Run, err error, fleet bool) error {
	switch {
	case errors.Is(err, history.ErrFinished), errors.Is(err, history.ErrTaken): // it was made, or is being made, by another process
		return nil
	case fleet:
		return queue.ErrHandBack
	}
	o := outcome{RunID: j.runID, StartedAt: head.StartedAt, FinishedAt: s.options.Now().UTC(), Problem: "the history cannot be written: " + err.Error()}
	s.settle(j, o)
	s.alert(context.Background(), o, j.schedule.Name, nil)
	return nil
}

// conclude keeps a run as a whole, and says what came of it.
func (s *Server) conclude(ctx context.Context, j *job, recorder *history.Recorder, run *probe.Run, failure error, fleet bool) error {
	run.RunID, run.Schedule = j.runID, j.schedule.Name
	o := outcome{RunID: j.runID, StartedAt: run.StartedAt, FinishedAt: run.FinishedAt, Verdict: run.Verdict, Interrupted: run.Interrupted}
	if failure != nil {
		o.Problem = failure.Error()
	}
	err := s.finish(ctx, j, recorder, run, fleet)
	switch {
	case errors.Is(err, history.ErrTaken):
		s.options.Say("run %s of %s is made by another process now", j.runID, j.schedule.Name)
		return nil
	case fleet && (err != nil || run.Interrupted && errors.Is(context.Cause(ctx), errStopped)):
		s.options.Say("run %s of %s is left to another process: the server is stopping", j.runID, j.schedule.Name)
		return queue.ErrHandBack
	case err != nil:
		o.Problem = "the history cannot be written: " + err.Error()
	}
	s.settle(j, o)
	if !run.Interrupted {
		s.metrics.ended(j.schedule.Name, run)
		s.metrics.found(j.schedule.Name, run)
	}
	s.alert(ctx, o, j.schedule.Name, run)
	return nil
}

// record makes the run known to the history. In a fleet, another process may have begun it, and the history may be away for a while.
func (s *Server) record(ctx context.Context, j *job, head *probe.Run, fleet bool) (*history.Recorder, error) {
	for {
		recorder, err := history.NewRecorder(context.WithoutCancel(ctx), j.store, head, false, s.options.Now)
		if fleet && errors.Is(err, history.ErrExists) {
			recorder, err = s.takeOver(ctx, j, head)
		}
		if err == nil || !fleet || errors.Is(err, history.ErrFinished) || errors.Is(err, history.ErrTaken) || ctx.Err() != nil {
			return recorder, err
		}
		s.options.Say("run %s cannot be begun yet, the history cannot be written: %v", j.runID, err)
		if err := sleep(ctx, retryPause); err != nil {
			return nil, err
		}
	}
}

// takeOver goes on with what another process left.
func (s *Server) takeOver(ctx context.Context, j *job, head *probe.Run) (*history.Recorder, error) {
	recorder, err := history.NewRecorder(context.WithoutCancel(ctx), j.store, head, true, s.options.Now)
	if err != nil {
		return nil, err
	}
	if j.resumed, err = j.store.Load(ctx, j.runID); err != nil {
		recorder.Abandon()
		return nil, err
	}
	kept := 0
	for i := range j.resumed.Sheets {
		kept += len(j.resumed.Sheets[i].Cases)
	}
	s.options.Say("run %s of %s was begun by a process that is gone, and goes on here; cases that are kept: %d", j.runID, j.schedule.Name, kept)
	return recorder, nil
}

// attempt makes the run. A panic is the fault of us, and ends this run alone.
func (s *Server) attempt(ctx context.Context, j *job, recorder *history.Recorder) (run *probe.Run, err error) {
	defer func() {
		if r := recover(); r != nil {
			run, err = nil, fmt.Errorf("a fault of sheetprobe, please report it: %v", r)
		}
	}()
	describe := func(head *probe.Run) {
		if j.resumed != nil && len(j.resumed.Documents) > 0 {
			return // whoever began it said so already
		}
		head.Schedule, head.StartedAt = j.schedule.Name, j.began()
		recorder.Describe(head)
	}
	return j.execute(ctx, Job{RunID: j.runID, Schedule: j.schedule, Resumed: j.resumed, Hold: j.hold, Describe: describe, Keep: recorder.Add, Progress: func(p Progress) {
		s.tell(event{Kind: "progress", RunID: j.runID, Schedule: j.schedule.Name, Progress: &p})
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

// How long is waited before what the database did not take is offered again: a night's work hangs on it.
const (
	retryPause    = time.Second
	longestPause  = 32 * time.Second
	longestAmong  = 4 * time.Second // in a fleet: the others wait for it too
	finalPatience = 10 * time.Second
)

// finish completes the record. What the database does not take at once is offered again for a while; in a fleet until it is taken, since whoever took the
// run over would make it twice.
func (s *Server) finish(ctx context.Context, j *job, recorder *history.Recorder, run *probe.Run, fleet bool) error {
	keep := context.WithoutCancel(ctx)
	err := recorder.Finish(keep, run)
	for pause := retryPause; err != nil && !errors.Is(err, history.ErrTaken) && (fleet || pause <= longestPause); pause *= 2 {
		if fleet {
			pause = min(pause, longestAmong)
		}
		s.options.Say("run %s cannot be kept yet, it is tried again in %s: %v", run.RunID, pause, err)
		stopped := sleep(ctx, pause) != nil
		step, cancel := context.WithTimeout(keep, finalPatience)
		err = j.store.Finish(step, run)
		cancel()
		if stopped {
			break
		}
	}
	return err
}

// sleep returns the error of a context that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
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
