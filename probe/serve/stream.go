package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// heartbeatEvery keeps a stream alive that has nothing to tell, and finds out that nobody listens any more.
const heartbeatEvery = 15 * time.Second

// follow tells by server-sent events when runs begin, get on and end, until who asked goes away or the server stops.
func (s *Server) follow(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	listener := s.events.listen(identityOf(r).Name)
	if listener == nil {
		return refuse(http.StatusServiceUnavailable, "too many listen already, or the server is stopping", "ask /api/v1/runs now and then instead")
	}
	defer s.events.leave(listener)
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	_, _ = fmt.Fprint(w, "retry: 5000\n\n")
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for {
		_ = out.SetWriteDeadline(time.Now().Add(2 * heartbeatEvery)) // a recorder of a test knows none
		if out.Flush() != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-beat.C:
			if !s.stillKnown(r) {
				return nil // logged out, or another role
			}
			_, _ = fmt.Fprint(w, ": still here\n\n")
		case what, open := <-listener:
			if !open {
				return nil
			}
			data, err := json.Marshal(what)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", what.Kind, data)
		}
	}
}
