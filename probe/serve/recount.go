package serve

import (
	"context"
	"errors"
)

// recountedAtOnce is how many runs get their nights before the next look at whether the server stops.
const recountedAtOnce = 5

// recount makes what pages show of the runs that earlier versions kept, until none is left or ctx ends.
func (s *Server) recount(ctx context.Context) {
	total := 0
	for ctx.Err() == nil {
		n, err := s.options.Store.Recount(ctx, recountedAtOnce)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				s.options.Say("what earlier versions kept cannot be shown over time: %v", err)
			}
			return
		}
		if total += n; n == 0 {
			break
		}
	}
	if total > 0 {
		s.options.Say("runs of earlier versions that can be shown over time now: %d", total)
	}
}
