package serve

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Alerts tell people what is new in runs. Calls can overlap, and come back before long whatever becomes of the telling; an error says that nothing could be kept of what was to be told.
type Alerts interface {
	Finished(ctx context.Context, run *probe.Run) error
	Failed(ctx context.Context, schedule, runID, problem string, at time.Time) error
	Missed(ctx context.Context, schedule string, times int, since time.Time) error
	// Backlog counts what waits to be sent, by channel.
	Backlog(ctx context.Context) (map[string]int, error)
}

// alert hands over what came of a run.
func (s *Server) alert(ctx context.Context, o outcome, schedule string, run *probe.Run) {
	if s.options.Alerts == nil {
		return
	}
	var err error
	switch {
	case o.Problem != "":
		err = s.options.Alerts.Failed(ctx, schedule, o.RunID, o.Problem, o.StartedAt)
	case run != nil && !run.Interrupted:
		err = s.options.Alerts.Finished(ctx, run)
	}
	if err != nil {
		s.options.Say("run %s of %s: %v", o.RunID, schedule, err)
	}
}

// alertMissed hands over that a schedule led to no run.
func (s *Server) alertMissed(schedule string, times int, since time.Time) {
	if s.options.Alerts == nil {
		return
	}
	s.working.Go(func() { // the calendar does not wait for it
		if err := s.options.Alerts.Missed(context.Background(), schedule, times, since); err != nil {
			s.options.Say("%s: %v", schedule, err)
		}
	})
}

// Alerted counts what became of an attempt to send a message.
func (s *Server) Alerted(channel, outcome string) {
	s.metrics.alerts.WithLabelValues(channel, outcome).Inc()
}

// backlog shows what waits to be sent when it is asked for.
type backlog struct {
	alerts Alerts
	waits  *prometheus.Desc
}

func newBacklog(a Alerts) *backlog {
	return &backlog{a, prometheus.NewDesc("sheetprobe_alerts_waiting", "Messages that wait to be sent on the channel.", []string{"channel"}, nil)}
}

// Describe implements prometheus.Collector.
func (b *backlog) Describe(to chan<- *prometheus.Desc) { to <- b.waits }

// Collect implements prometheus.Collector.
func (b *backlog) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	counts, err := b.alerts.Backlog(ctx)
	if err != nil {
		return // an error here would take all other metrics with it; that the history is away is said elsewhere
	}
	for channel, n := range counts {
		to <- prometheus.MustNewConstMetric(b.waits, prometheus.GaugeValue, float64(n), channel)
	}
}
