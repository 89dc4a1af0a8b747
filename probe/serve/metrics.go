package serve

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sheetprobe/sheetprobe/probe"
)

// metrics are what Prometheus asks for. What belongs to the last run of a schedule is replaced as a whole with the next, so that no series outlives its
// API.
//
// In a fleet, gauges about a schedule tell the same in every process, whoever made the run, so that they are aggregated by max; counters and the
// histogram tell what this process did, so that they are added up. A process that begins anew reads the gauges from the history.
type metrics struct {
	mu      sync.Mutex
	shown   map[string]time.Time // by schedule, when the run ended that is shown
	known   map[string]bool      // schedules that there are
	running map[string]int       // runs by schedule

	registry   *prometheus.Registry
	apis       *prometheus.GaugeVec
	findings   *prometheus.GaugeVec
	answers    *prometheus.HistogramVec
	completed  *prometheus.GaugeVec
	exitCode   *prometheus.GaugeVec
	took       *prometheus.GaugeVec
	codes      *prometheus.GaugeVec
	seen       *prometheus.GaugeVec
	nextRun    *prometheus.GaugeVec
	inProgress *prometheus.GaugeVec
	runs       *prometheus.CounterVec
	failures   *prometheus.CounterVec
	left       *prometheus.CounterVec
	alerts     *prometheus.CounterVec
	unserved   *prometheus.GaugeVec
	workers    prometheus.Gauge
	leader     prometheus.Gauge
	pruned     prometheus.Counter
	heartbeat  prometheus.Gauge
	reloadOK   prometheus.Gauge
	reloadAt   prometheus.Gauge
}

func newMetrics(tool probe.Tool) *metrics {
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sheetprobe_" + name, Help: help}, labels)
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sheetprobe_" + name, Help: help}, labels)
	}
	m := &metrics{
		shown: map[string]time.Time{}, known: map[string]bool{}, running: map[string]int{},
		registry:   prometheus.NewRegistry(),
		apis:       gauge("api_verdict", "1 for the verdict that the API got in the last run of the schedule, 0 for the others.", "schedule", "api", "verdict"),
		findings:   gauge("api_findings", "Findings about the API in the last run of the schedule.", "schedule", "api", "rule", "severity"),
		completed:  gauge("last_completed_run_timestamp_seconds", "When the last run of the schedule that was not interrupted ended.", "schedule"),
		exitCode:   gauge("last_completed_run_exit_code", "0 conforms, 1 deviates, 3 a sheet could not be used, 4 could not judge.", "schedule"),
		took:       gauge("last_completed_run_duration_seconds", "How long the last run of the schedule took that was not interrupted.", "schedule"),
		codes:      gauge("api_documented_codes", "Codes that the sheet of the API documents.", "schedule", "api"),
		seen:       gauge("api_seen_codes", "Of the codes that the sheet of the API documents, those that an answer of the last run had.", "schedule", "api"),
		nextRun:    gauge("next_run_timestamp_seconds", "When the schedule runs next.", "schedule"),
		inProgress: gauge("runs_in_progress", "Runs of the schedule that this process makes.", "schedule"),
		unserved:   gauge("schedule_unserved", "1 where no living worker reaches the zone of the schedule, so that its runs wait.", "schedule", "zone"),
		workers:    gauge("workers_alive", "Processes that make runs and have given a sign of life lately, this one included.").WithLabelValues(),
		leader:     gauge("leader", "1 where this process puts what is due at once; the others wait a while.").WithLabelValues(),
		runs:       counter("runs_total", "Runs of the schedule that were not interrupted, by verdict.", "schedule", "verdict"),
		failures:   counter("run_failures_total", "Runs of the schedule that did not come about, or could not be kept.", "schedule"),
		alerts:     counter("alerts_total", "Attempts to send a message on the channel: sent, failed (it is tried again) or dropped.", "channel", "outcome"),
		left:       counter("missed_runs_total", "Times that the schedule was due and led to no run.", "schedule"),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sheetprobe_response_seconds", Help: "Time until answers were read, connecting included.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 13),
		}, []string{"schedule", "api"}),
		pruned:    counter("pruned_runs_total", "Runs that this process has deleted from the history, since they were too old or too many.").WithLabelValues(),
		heartbeat: gauge("heartbeat_timestamp_seconds", "When the scheduler last looked at what is due; at least once a minute.").WithLabelValues(),
		reloadOK:  gauge("config_last_reload_successful", "1 where the configuration was taken when it was last read.").WithLabelValues(),
		reloadAt:  gauge("config_last_reload_success_timestamp_seconds", "When the configuration was last taken.").WithLabelValues(),
	}
	about := gauge("build_info", "1, for the version of the program and of its rules.", "version", "rules_version")
	about.WithLabelValues(label(tool.Version), label(tool.RulesVersion)).Set(1)
	m.registry.MustRegister(about, m.apis, m.findings, m.codes, m.seen, m.answers, m.completed, m.exitCode, m.took, m.nextRun, m.inProgress, m.runs, m.failures, m.left, m.alerts,
		m.unserved, m.workers, m.leader, m.pruned, m.heartbeat, m.reloadOK, m.reloadAt, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// alone shows a process that is no part of a fleet, before it has looked at itself.
func (m *metrics) alone() {
	m.workers.Set(1)
	m.leader.Set(1)
}

func (m *metrics) beat(now time.Time) { m.heartbeat.Set(seconds(now)) }

func (m *metrics) next(schedule string, at time.Time) {
	if at.IsZero() {
		m.nextRun.DeleteLabelValues(schedule)
		return
	}
	m.nextRun.WithLabelValues(schedule).Set(seconds(at))
}

// under counts runs that begin and end; those of a schedule that is gone meanwhile are counted to their end.
func (m *metrics) under(schedule string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running[schedule] += n
	m.inProgress.WithLabelValues(schedule).Set(float64(m.running[schedule]))
	if m.running[schedule] == 0 && !m.known[schedule] {
		m.inProgress.DeleteLabelValues(schedule)
		delete(m.running, schedule)
	}
}

func (m *metrics) missed(schedule string, n int) { m.left.WithLabelValues(schedule).Add(float64(n)) }
func (m *metrics) failed(schedule string)        { m.failures.WithLabelValues(schedule).Inc() }
func (m *metrics) reloaded(taken bool, now time.Time) {
	m.reloadOK.Set(0)
	if taken {
		m.reloadOK.Set(1)
		m.reloadAt.Set(seconds(now))
	}
}

// ended counts a run that came to its end just now.
func (m *metrics) ended(schedule string, run *probe.Run) {
	m.runs.WithLabelValues(schedule, string(run.Verdict)).Inc()
	for i := range run.Sheets {
		s := &run.Sheets[i]
		answers := m.answers.WithLabelValues(schedule, label(s.Name))
		for k := range s.Cases {
			if x := s.Cases[k].Exchange; x != nil && x.Response != nil {
				answers.Observe(x.Timing.Total / 1000)
			}
		}
	}
}

// isNews says that nothing is shown of a run of the schedule that ended then, or later.
func (m *metrics) isNews(schedule string, ended time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return ended.After(m.shown[schedule])
}

// found shows what a run found in the place of what the one before did; of one before that, nothing.
func (m *metrics) found(schedule string, run *probe.Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if run.FinishedAt.Before(m.shown[schedule]) {
		return
	}
	m.shown[schedule] = run.FinishedAt
	own := prometheus.Labels{"schedule": schedule}
	m.apis.DeletePartialMatch(own)
	m.findings.DeletePartialMatch(own)
	m.codes.DeletePartialMatch(own)
	m.seen.DeletePartialMatch(own)
	m.completed.WithLabelValues(schedule).Set(seconds(run.FinishedAt))
	m.took.WithLabelValues(schedule).Set(run.FinishedAt.Sub(run.StartedAt).Seconds())
	m.exitCode.WithLabelValues(schedule).Set(float64(run.ExitCode))
	for i := range run.Sheets {
		s := &run.Sheets[i]
		for _, v := range verdicts() {
			is := 0.0
			if s.Verdict == v {
				is = 1
			}
			m.apis.WithLabelValues(schedule, label(s.Name), string(v)).Add(is)
		}
		m.answers.WithLabelValues(schedule, label(s.Name)) // which a rate needs to be there before the first answer
		m.covered(schedule, s)
		m.count(schedule, label(s.Name), s.Findings)
		for k := range s.Cases {
			m.count(schedule, label(s.Name), s.Cases[k].Findings)
		}
	}
}

// covered shows how many of the documented codes of an API were seen.
func (m *metrics) covered(schedule string, s *probe.SheetResult) {
	codes, seen := m.codes.WithLabelValues(schedule, label(s.Name)), m.seen.WithLabelValues(schedule, label(s.Name))
	for _, c := range s.Coverage.Codes {
		if !c.Documented {
			continue
		}
		codes.Inc()
		if c.Seen {
			seen.Inc()
		}
	}
}

// know begins the counters of a schedule at 0: what begins with the first time that it counts looks to a rate as if that had never been.
func (m *metrics) know(schedule string) {
	for _, v := range verdicts() {
		m.runs.WithLabelValues(schedule, string(v))
	}
	m.failures.WithLabelValues(schedule)
	m.left.WithLabelValues(schedule)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[schedule] = true
	m.inProgress.WithLabelValues(schedule).Set(float64(m.running[schedule]))
}

func (m *metrics) count(schedule, api string, findings []probe.Finding) {
	for i := range findings {
		m.findings.WithLabelValues(schedule, api, findings[i].Rule, string(findings[i].Severity)).Inc()
	}
}

// forget drops all that belongs to a schedule that is gone.
func (m *metrics) forget(schedule string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.shown, schedule)
	delete(m.known, schedule)
	if m.running[schedule] == 0 {
		m.inProgress.DeleteLabelValues(schedule)
	}
	own := prometheus.Labels{"schedule": schedule}
	for _, gauge := range []*prometheus.GaugeVec{m.apis, m.findings, m.completed, m.exitCode, m.took, m.codes, m.seen, m.nextRun} {
		gauge.DeletePartialMatch(own)
	}
	for _, counter := range []*prometheus.CounterVec{m.runs, m.failures, m.left} {
		counter.DeletePartialMatch(own)
	}
	m.answers.DeletePartialMatch(own)
}

func verdicts() []probe.Verdict {
	return []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive, probe.Conforms, probe.Skipped}
}

// label is a text that a label can hold.
func label(text string) string {
	return strings.ToValidUTF8(text, "\uFFFD")
}
