package serve

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// underWay is a run that is not over, wherever it is made, as the API shows it.
type underWay struct {
	RunID    string    `json:"run_id"`
	Schedule string    `json:"schedule"`
	Trigger  trigger   `json:"trigger"`
	State    string    `json:"state"` // queued or running
	Since    time.Time `json:"since"`
	Worker   string    `json:"worker,omitempty"` // who makes it; "" while it waits
	Zone     string    `json:"zone,omitempty"`   // that it has to be made from
	Progress Progress  `json:"progress"`
}

func (s *Server) underWay(ctx context.Context, runID string) (underWay, bool) {
	all := s.allUnderWay(ctx)
	i := slices.IndexFunc(all, func(u underWay) bool { return u.RunID == runID })
	if i < 0 {
		return underWay{}, false
	}
	return all[i], true
}

// askTimeout is how long the queue is waited for by whoever wants to see what it holds.
const askTimeout = 3 * time.Second

// allUnderWay are the runs that are not over, the oldest first. While the queue cannot be asked, those of this process are told.
func (s *Server) allUnderWay(ctx context.Context) []underWay {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	states, err := s.queue.Jobs(ctx)
	if err != nil {
		return s.ownUnderWay()
	}
	all := make([]underWay, 0, len(states))
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range states {
		j := &states[i]
		u := underWay{j.RunID, j.Schedule, trigger(j.Trigger), "queued", j.Since.UTC(), j.Worker, j.Zone, s.progress[j.RunID]}
		if j.Running {
			u.State, u.Since = "running", j.Began.UTC()
		}
		all = append(all, u)
	}
	return all
}

func (s *Server) ownUnderWay() []underWay {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]underWay, 0, len(s.jobs))
	for _, j := range s.jobs {
		all = append(all, underWay{RunID: j.runID, Schedule: j.schedule.Name, State: "running", Since: j.since.UTC(), Zone: j.schedule.Zone, Progress: s.progress[j.runID]})
	}
	slices.SortFunc(all, func(a, b underWay) int { return a.Since.Compare(b.Since) })
	return all
}

// workers are the processes that make runs, by name; those that are gone stay for a while, and say so.
func (s *Server) workers(ctx context.Context) ([]queue.Worker, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return s.queue.Workers(ctx)
}

// noteEvery is how often the other processes are told how far a run has come.
const noteEvery = time.Second

// tell tells whoever listens here, and the other processes.
func (s *Server) tell(what event) {
	if !s.take(what) {
		return
	}
	note, err := json.Marshal(what)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	s.queue.Tell(ctx, note)
}

// take notes an event and tells whoever listens here. It says whether the others should hear of it.
func (s *Server) take(what event) (worthTelling bool) {
	now := s.options.Now()
	s.mu.Lock()
	worthTelling = true
	switch {
	case what.Kind == "ended":
		delete(s.progress, what.RunID)
		delete(s.noted, what.RunID)
	case what.Progress != nil:
		s.progress[what.RunID] = *what.Progress
		if worthTelling = now.Sub(s.noted[what.RunID]) >= noteEvery; worthTelling {
			s.noted[what.RunID] = now
		}
	}
	s.mu.Unlock()
	s.events.tell(what)
	return worthTelling
}

// hear takes what the other processes tell, until ctx ends.
func (s *Server) hear(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case note := <-s.queue.Notes():
			var what event
			if json.Unmarshal(note, &what) != nil {
				continue // of a version that says things otherwise
			}
			s.take(what)
			if what.Kind == "ended" {
				s.learn(ctx, what)
			}
		}
	}
}

// learn finds out what came of a run that another process made.
func (s *Server) learn(ctx context.Context, what event) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	latest, err := s.options.Store.List(ctx, history.Query{Schedule: what.Schedule, Limit: 1})
	if err != nil || len(latest) == 0 || latest[0].State == history.Running {
		return
	}
	s.mu.Lock()
	e := s.entry(what.Schedule)
	if e != nil {
		e.last = lastOf(latest[0])
	}
	s.mu.Unlock()
	if e == nil {
		return
	}
	if err := s.recallMetrics(ctx, what.Schedule); err != nil {
		s.options.Say("what run %s of %s found cannot be read: %v", what.RunID, what.Schedule, err)
	}
}

func lastOf(e history.Entry) outcome {
	return outcome{RunID: e.RunID, StartedAt: e.StartedAt, FinishedAt: e.FinishedAt, Verdict: e.Verdict, Interrupted: e.State == history.Interrupted}
}
