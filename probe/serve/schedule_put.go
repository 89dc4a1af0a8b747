package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// putTimeout is how long the queue is waited for.
const putTimeout = 10 * time.Second

// put has a run made, and returns its id.
func (s *Server) put(schedule Schedule, by trigger, due time.Time) (runID string, err error) {
	spec, err := json.Marshal(schedule)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	runID = s.options.NewRunID()
	waiting := s.waiting
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(waiting, putTimeout)
	defer cancel()
	err = s.queue.Put(ctx, queue.Job{RunID: runID, Schedule: schedule.Name, Trigger: string(by), Zone: schedule.Zone, Due: due, Since: s.options.Now().UTC(), Spec: spec})
	if err == nil {
		s.mu.Lock()
		s.owing = false
		s.mu.Unlock()
	}
	return runID, err
}

// scheduleOf is what a job was put with.
func scheduleOf(spec []byte) (schedule Schedule, err error) {
	if err = json.Unmarshal(spec, &schedule); err == nil && schedule.Upload == "" {
		_, err = schedule.Check()
	}
	return schedule, err
}

func (s *Server) miss(schedule string, n int, since time.Time) {
	s.mu.Lock()
	if e := s.entry(schedule); e != nil {
		e.missed += n
	}
	s.mu.Unlock()
	s.metrics.missed(schedule, n)
	s.alertMissed(schedule, n, since)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// ErrBusy says that a schedule is running.
var ErrBusy = errors.New("a run of the schedule is not over")

// ErrNoSchedule says that there is no schedule of a name.
var ErrNoSchedule = errors.New("there is no such schedule")

// ErrStopping says that nothing is begun any more.
var ErrStopping = errors.New("the server is stopping")

// RunNow has a run of a schedule made, and returns its id; of one that is not over that id, with ErrBusy.
func (s *Server) RunNow(name string) (runID string, err error) {
	s.mu.Lock()
	e := s.entry(name)
	stopping := s.stopping || s.running == nil
	s.mu.Unlock()
	if e == nil {
		return "", fmt.Errorf("%w: %q", ErrNoSchedule, name)
	}
	if stopping {
		return "", ErrStopping
	}
	runID, err = s.put(e.Schedule, byRequest, time.Time{})
	var busy *queue.BusyError
	if errors.As(err, &busy) {
		return busy.RunID, ErrBusy
	}
	return runID, err
}
