package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// pager keeps what it is told.
type pager struct {
	mu   sync.Mutex
	told []string
	err  error
}

func (p *pager) note(format string, args ...any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, fmt.Sprintf(format, args...))
	return p.err
}

func (p *pager) Finished(_ context.Context, run *probe.Run) error {
	return p.note("%s %s", run.Schedule, run.Verdict)
}

func (p *pager) Failed(_ context.Context, schedule, _, problem string, _ time.Time) error {
	return p.note("%s failed: %s", schedule, problem)
}

func (p *pager) Missed(_ context.Context, schedule string, times int, _ time.Time) error {
	return p.note("%s missed %d", schedule, times)
}

func (p *pager) Backlog(context.Context) (map[string]int, error) {
	return map[string]int{"chat": 3}, p.err
}

func (p *pager) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.told...)
}

func TestWhatComesOfRunsIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pager{}
		b := newBench(t, emptyStore(t), func(_ *bench, o *Options) { o.Alerts = p }, Schedule{Name: "hourly", Cron: "0 * * * *", Sheets: []string{"x"}})
		b.make = func(_ context.Context, job Job) (*probe.Run, error) {
			switch len(b.times()) {
			case 1:
				return nil, errors.New("no sheet")
			case 2:
				time.Sleep(90 * time.Minute) // over the next time
			}
			return quick(job, nil), nil
		}
		b.work(t, 4*time.Hour+time.Minute)
		assert.Equal(t, []string{"hourly failed: no sheet", "hourly missed 1", "hourly conforms", "hourly conforms"}, p.all())
	})
}

func TestMetricsCountAlerts(t *testing.T) {
	p := &pager{}
	b := newBench(t, emptyStore(t), func(_ *bench, o *Options) { o.Alerts = p })
	b.Alerted("chat", "sent")
	metrics := func() string {
		w := httptest.NewRecorder()
		b.metrics.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
		body, err := io.ReadAll(w.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Contains(t, metrics(), `sheetprobe_alerts_total{channel="chat",outcome="sent"} 1`)
	assert.Contains(t, metrics(), `sheetprobe_alerts_waiting{channel="chat"} 3`)
	p.err = errors.New("the database is away")
	assert.NotContains(t, metrics(), "sheetprobe_alerts_waiting")
	assert.Contains(t, metrics(), "sheetprobe_alerts_total", "the others are there all the same")
}
