package serve

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

// number is the value of a metric.
func number(t *testing.T, m prometheus.Metric) float64 {
	t.Helper()
	var read dto.Metric
	require.NoError(t, m.Write(&read))
	return read.GetCounter().GetValue() + read.GetGauge().GetValue()
}

// scrape is what Prometheus is told, by series.
func (b *bench) scrape() (text string, series map[string]string) {
	answer := httptest.NewRecorder()
	b.metrics.handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	series = map[string]string{}
	for line := range strings.SplitSeq(answer.Body.String(), "\n") {
		if at := strings.LastIndexByte(line, ' '); at > 0 && strings.HasPrefix(line, "sheetprobe_") {
			series[line[:at]] = line[at+1:]
		}
	}
	return answer.Body.String(), series
}

// deviates is a run of one API, of which the first case deviates until the night.
func deviates(until int) func(context.Context, Job) (*probe.Run, error) {
	night := 0
	return func(_ context.Context, job Job) (*probe.Run, error) {
		night++
		if night > until {
			return quick(job, nil), nil
		}
		return quick(job, map[string]string{"api-0/case-0": "shape.missing"}), nil
	}
}

func TestMetricsTellOfTheLastRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := emptyStore(t)
		b := newBench(t, store, func(b *bench, _ *Options) { b.make = deviates(1) }, nightly())
		_, before := b.scrape()
		assert.Equal(t, "0", before[`sheetprobe_runs_total{schedule="nightly",verdict="deviates"}`], "a rate needs the beginning")
		assert.Equal(t, "0", before[`sheetprobe_run_failures_total{schedule="nightly"}`])
		assert.NotContains(t, before, `sheetprobe_last_completed_run_timestamp_seconds{schedule="nightly"}`, "there was none")
		b.work(t, time.Second)
		_, begun := b.scrape()
		assert.Equal(t, []string{"1", "1"}, []string{begun["sheetprobe_leader"], begun["sheetprobe_workers_alive"]}, "a process that is alone leads from the start")
		b.work(t, 3*time.Hour)
		_, first := b.scrape()
		name := historytest.Run("x", time.Now(), 1, 2, nil).Sheets[0].Name
		verdict := func(v probe.Verdict) string {
			return fmt.Sprintf(`sheetprobe_api_verdict{api=%q,schedule="nightly",verdict=%q}`, name, v)
		}
		assert.Equal(t, []string{"1", "0"}, []string{first[verdict(probe.Deviates)], first[verdict(probe.Conforms)]}, first)

		again := newBench(t, store, func(b *bench, _ *Options) { b.make = deviates(0) }, nightly()) // another process, or this one begun anew
		_, restarted := again.scrape()
		for series, value := range first {
			if strings.HasPrefix(series, "sheetprobe_api_") || strings.HasPrefix(series, "sheetprobe_last_completed_") {
				assert.Equal(t, value, restarted[series], series)
			}
		}
		again.work(t, 24*time.Hour)
		_, second := again.scrape()
		assert.Equal(t, []string{"0", "1"}, []string{second[verdict(probe.Deviates)], second[verdict(probe.Conforms)]})
		assert.Equal(t, "1", second[`sheetprobe_runs_total{schedule="nightly",verdict="conforms"}`])
	})
}

func TestMetricsOfAScheduleThatIsGoneAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil, nightly())
		b.work(t, 3*time.Hour)
		require.NoError(t, b.Apply(Config{Execute: b.execute}))
		text, _ := b.scrape()
		assert.NotContains(t, text, "nightly")
		b.metrics.know("nightly")
		b.metrics.under("nightly", 1)
		b.metrics.forget("nightly")
		_, series := b.scrape()
		assert.Equal(t, "1", series[`sheetprobe_runs_in_progress{schedule="nightly"}`], "it goes on")
		b.metrics.under("nightly", -1)
		text, _ = b.scrape()
		assert.NotContains(t, text, "nightly")
	})
}

func TestPromtoolTakesTheMetrics(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		parts.Missing(t, "promtool is not installed (prometheus): whether the metrics are as Prometheus wants them is not tested")
	}
	var text string
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), func(b *bench, _ *Options) { b.make = deviates(1) }, nightly())
		b.work(t, 3*time.Hour)
		text, _ = b.scrape()
	})
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text)
	said, err := check.CombinedOutput()
	require.NoError(t, err, string(said))
	assert.Empty(t, string(said))
	check = exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader("# TYPE Bad_seconds counter\nBad_seconds 1\n")
	require.Error(t, check.Run(), "promtool looks at nothing")
}

// A process of a fleet that missed what another told learns of its run all the same.
func TestMetricsCatchUpWithRunsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), nil, nightly())
		run := historytest.Run("by-another", time.Now(), 1, 2, nil)
		run.Schedule = "nightly"
		require.NoError(t, b.store.Import(t.Context(), run))
		b.catchUp(t.Context())
		_, series := b.scrape()
		assert.Contains(t, series, `sheetprobe_last_completed_run_timestamp_seconds{schedule="nightly"}`)
		kept, err := b.store.List(t.Context(), history.Query{Schedule: "nightly"})
		require.NoError(t, err)
		assert.Len(t, kept, 1)
	})
}
