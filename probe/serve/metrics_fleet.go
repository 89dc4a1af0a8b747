package serve

import (
	"context"
	"time"
)

// catchUpEvery is how often a process of a fleet asks the history for runs that others made; it hears of most of them at once.
const catchUpEvery = 5 * time.Minute

// keepUp has the metrics tell of runs that other processes made, until ctx ends.
func (s *Server) keepUp(ctx context.Context) {
	for sleep(ctx, catchUpEvery) == nil {
		s.catchUp(ctx)
	}
}

// catchUp reads what the last run of each schedule found.
func (s *Server) catchUp(ctx context.Context) {
	s.mu.Lock()
	names := make([]string, len(s.entries))
	for i, e := range s.entries {
		names[i] = e.Name
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, catchUpEvery)
	defer cancel()
	for _, name := range names {
		if err := s.recallMetrics(ctx, name); err != nil && ctx.Err() == nil {
			s.options.Say("what the last run of %s found cannot be read: %v", name, err)
			return
		}
	}
}
