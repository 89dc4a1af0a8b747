package serve

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// digestOf tells schedules from others, in whatever order they stand.
func digestOf(schedules []Schedule) string {
	sorted := slices.SortedFunc(slices.Values(schedules), func(a, b Schedule) int { return cmp.Compare(a.Name, b.Name) })
	text, err := json.Marshal(sorted)
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// lookEvery is how often the fleet is looked at as a whole.
const lookEvery = 15 * time.Second

// lookAround says what is wrong with the fleet, once, and again when it is well.
func (s *Server) lookAround(now time.Time) {
	s.mu.Lock()
	due := now.Sub(s.looked) >= lookEvery
	if due {
		s.looked = now
	}
	waiting := s.waiting
	s.mu.Unlock()
	if !due || waiting == nil {
		return
	}
	f, err := s.fleet(waiting)
	if err != nil {
		return // that the queue cannot be asked is said by the queue
	}
	s.measure(f)
	warnings := map[string]bool{}
	for _, text := range f.warnings() {
		warnings[text] = true
		if !s.warned[text] {
			s.options.Say("%s", text)
		}
	}
	for text := range s.warned {
		if !warnings[text] {
			s.options.Say("it is not so any more: %s", text)
		}
	}
	s.warned = warnings
}

// warnings are what whoever runs the fleet has to see to.
func (f *fleet) warnings() []string {
	var all []string
	for _, u := range f.Unserved {
		all = append(all, fmt.Sprintf("no living worker reaches the zone %q: runs of %s wait; start one with --zone %s", u.Zone, u.Schedule, u.Zone))
	}
	if f.Differ {
		all = append(all, "the workers go by different schedules: what is due depends on who leads; give all of them the same configuration")
	}
	if f.KeysDiffer {
		all = append(all, "the workers sign with different keys: what was approved at one of them is not valid at another; give all of them the same file as serve.signoff.key")
	}
	return all
}

func (s *Server) measure(f fleet) {
	alive, leader := 0, s.queue.Patience() == 0
	for _, w := range f.Workers {
		if w.Alive {
			alive++
		}
	}
	s.metrics.workers.Set(float64(alive))
	s.metrics.leader.Set(map[bool]float64{true: 1}[leader])
	s.metrics.unserved.Reset()
	for _, u := range f.Unserved {
		s.metrics.unserved.WithLabelValues(u.Schedule, u.Zone).Set(1)
	}
}

// readiness answers that runs can be made and kept, and what is wrong with the fleet all the same: of the process that is asked it is no fault.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	state := struct {
		Status   string   `json:"status"`
		Warnings []string `json:"warnings,omitempty"`
	}{Status: "ok"}
	ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
	defer cancel()
	f, err := s.fleet(ctx)
	if err != nil {
		s.options.Say("the queue cannot be asked: %v", err)
		problem(w, http.StatusServiceUnavailable, "the queue cannot be asked", "see the log")
		return
	}
	state.Warnings = f.warnings()
	answer(w, http.StatusOK, state)
}
