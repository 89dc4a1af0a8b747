package serve

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Retention says which runs are deleted every night; the zero value keeps all. What of its parts means is said at history.Retention.
type Retention struct {
	OlderThan time.Duration
	Keep      int
	Beyond    int
}

// IsZero says that all is kept.
func (r Retention) IsZero() bool { return r.OlderThan == 0 && r.Beyond == 0 }

// at is the retention of one night.
func (r Retention) at(now time.Time) history.Retention {
	h := history.Retention{Keep: r.Keep, Beyond: r.Beyond}
	if r.OlderThan > 0 {
		h.OlderThan = now.Add(-r.OlderThan)
	}
	return h
}

// String tells it in words.
func (r Retention) String() string {
	var parts []string
	if r.OlderThan > 0 {
		old := fmt.Sprintf("older than %g days", r.OlderThan.Hours()/24)
		if r.Keep > 0 {
			old += fmt.Sprintf(", but for the newest %d", r.Keep)
		}
		parts = append(parts, old)
	}
	if r.Beyond > 0 {
		parts = append(parts, fmt.Sprintf("beyond the newest %d", r.Beyond))
	}
	return strings.Join(parts, ", or ")
}

// pruneAt is when runs are deleted, in UTC: when most schedules of a night are through.
const pruneAt = "15 4 * * *"

// housekeeping deletes old runs once a night, until ctx ends. The clock is looked at often: clocks are set, and machines sleep.
func (s *Server) housekeeping(ctx context.Context) {
	nightly, err := ParseCron(pruneAt, "")
	if err != nil {
		s.options.Say("a fault of sheetprobe, please report it: %v", err)
		return
	}
	for due := nightly.Next(s.options.Now()); sleep(ctx, max(min(wakeAfter, due.Sub(s.options.Now())), time.Millisecond)) == nil; {
		now := s.options.Now()
		if now.Before(due) {
			continue
		}
		due = nightly.Next(now)
		if s.queue.Patience() == 0 { // in a fleet, whoever leads
			s.prune(ctx, now)
		}
	}
}

// prune deletes what the retention does not keep.
func (s *Server) prune(ctx context.Context, now time.Time) {
	s.mu.Lock()
	r := s.retention
	s.mu.Unlock()
	if r.IsZero() {
		return
	}
	n, err := s.options.Store.Prune(ctx, r.at(now))
	s.metrics.pruned.Add(float64(n))
	if n > 0 {
		s.options.Say("runs deleted from the history: %d (%s)", n, r)
		s.noteDeletion(ctx, n, r)
	}
	if err != nil && ctx.Err() == nil {
		s.options.Say("old runs cannot be deleted, it is tried again tomorrow: %v", err)
	}
}

// noteDeletion has the log of what was done tell of it, where there is one: what is gone for good is worth knowing later.
func (s *Server) noteDeletion(ctx context.Context, n int, r Retention) {
	log := s.options.Access.Authority
	if log == nil {
		return
	}
	err := log.Record(context.WithoutCancel(ctx), access.Entry{
		Means: access.ByNothing, Action: "delete old runs", Subject: "history", Result: fmt.Sprintf("%d, %s", n, r),
	})
	if err != nil {
		s.options.Say("runs were deleted: %v", err)
	}
}
