package serve

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/queue"
)

// fleet is what the API shows of the processes that make runs.
type fleet struct {
	Workers    []queue.Worker `json:"workers"`
	Unserved   []unserved     `json:"unserved"`    // schedules that no living worker can make runs of
	Differ     bool           `json:"differ"`      // living workers go by different schedules
	KeysDiffer bool           `json:"keys_differ"` // living workers sign with different keys
}

// unserved is a schedule whose zone no living worker reaches.
type unserved struct {
	Schedule string `json:"schedule"`
	Zone     string `json:"zone"`
}

// fleet looks at all workers together.
func (s *Server) fleet(ctx context.Context) (fleet, error) {
	workers, err := s.workers(ctx)
	if err != nil {
		return fleet{}, err
	}
	f := fleet{Workers: orNone(workers), Unserved: []unserved{}}
	var alive []queue.Worker
	for _, w := range workers {
		if w.Alive {
			alive = append(alive, w)
		}
	}
	f.Differ = slices.ContainsFunc(alive, func(w queue.Worker) bool { return w.Schedules != alive[0].Schedules })
	f.KeysDiffer = slices.ContainsFunc(alive, func(w queue.Worker) bool { return w.SigningKey != alive[0].SigningKey })
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.Zone != "" && !slices.ContainsFunc(alive, func(w queue.Worker) bool { return w.Serves(e.Zone) }) {
			f.Unserved = append(f.Unserved, unserved{e.Name, e.Zone})
		}
	}
	return f, nil
}

func (s *Server) listWorkers(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	f, err := s.fleet(r.Context())
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, f)
	return nil
}

// cancelRun ends a run that waits or is under way, wherever it is made; what finished of it is kept.
func (s *Server) cancelRun(w http.ResponseWriter, r *http.Request) error {
	if err := emptyJSON(r); err != nil {
		return err
	}
	runID := r.PathValue("id")
	ctx, cancel := context.WithTimeout(r.Context(), putTimeout)
	defer cancel()
	err := s.queue.Cancel(ctx, runID)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		return refuse(http.StatusNotFound, "no such run waits or is under way", "see /api/v1/runs")
	case err != nil:
		return err
	}
	s.options.Say("run %s was cancelled on request", runID)
	w.Header().Set("Location", "/api/v1/runs/"+url.PathEscape(runID))
	answer(w, http.StatusAccepted, map[string]string{"run_id": runID})
	return nil
}
