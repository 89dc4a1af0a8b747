package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// writePrometheus writes the text exposition format 0.0.4, as a file that the node exporter's textfile collector picks up (point --report at its
// folder, to a name that ends in .prom: files are replaced as a whole). Samples carry no time, which the collector refuses; the age of the file's
// content is in sheetprobe_run_finished_timestamp_seconds. Every API has the same series in every run, so that a series that ends means that an API is gone.
//
// The run is gone over once; what is held meanwhile is eight numbers for each API.
func writePrometheus(w io.Writer, run *probe.Run, o Options) error {
	m := &metrics{out: bufio.NewWriter(w)}
	m.run(run)
	names := distinctNames(run, maxName)
	m.apis(run, names)
	m.coverage(run, names)
	times, err := m.findings(run, names, o)
	if err != nil {
		return err
	}
	m.diagnostics(run, names)
	m.latencies(times, names)
	return m.out.Flush()
}

type metrics struct{ out *bufio.Writer }

var allVerdicts = [...]probe.Verdict{probe.Conforms, probe.Deviates, probe.Inconclusive, probe.Blocked, probe.Skipped}

func (m *metrics) run(run *probe.Run) {
	m.head("sheetprobe_info", "gauge", "The program that wrote this file.")
	m.sample("sheetprobe_info", 1, "version", inert(run.Tool.Version), "rules_version", inert(run.Tool.RulesVersion))
	m.head("sheetprobe_run_started_timestamp_seconds", "gauge", "When the run began.")
	m.sample("sheetprobe_run_started_timestamp_seconds", float64(epoch(run.StartedAt))/1000)
	m.head("sheetprobe_run_finished_timestamp_seconds", "gauge", "When the run ended.")
	m.sample("sheetprobe_run_finished_timestamp_seconds", float64(epoch(run.FinishedAt))/1000)
	m.head("sheetprobe_run_exit_code", "gauge", "0 conforms, 1 deviates, 3 a sheet could not be used, 4 could not judge, 130 interrupted.")
	m.sample("sheetprobe_run_exit_code", float64(run.ExitCode))
	m.head("sheetprobe_run_unfit_for_sign_off", "gauge", "1 where the run is no evidence for a sign-off, whatever its verdict.")
	m.sample("sheetprobe_run_unfit_for_sign_off", truth(len(run.Unfit) > 0))
	s := run.Summary
	m.head("sheetprobe_run_requests_sent", "gauge", "Requests of the run, further attempts and token calls included.")
	m.sample("sheetprobe_run_requests_sent", float64(s.RequestsSent))
	m.head("sheetprobe_run_checks_executed", "gauge", "Checks that the answers of the run were put to.")
	m.sample("sheetprobe_run_checks_executed", float64(s.ChecksExecuted))
	m.head("sheetprobe_run_problems", "gauge", "What kept the run from ending well and belongs to no case, such as unreadable documents.")
	m.sample("sheetprobe_run_problems", float64(len(problemsOf(run))))
	m.head("sheetprobe_host_unreached_cases", "gauge", "Cases that could not be judged because of the host, by what keeps us out.")
	hosts := tallied[[3]string]{}
	for i := range run.Hosts {
		h := &run.Hosts[i]
		hosts.add([3]string{inert(h.Host), inert(h.Rule), inert(h.Diagnosis.Cause)}, h.Affected)
	}
	for _, key := range hosts.order {
		m.sample("sheetprobe_host_unreached_cases", float64(hosts.of[key]), "host", key[0], "rule", key[1], "cause", key[2])
	}
	t := tallyOf(run)
	m.head("sheetprobe_run_apis", "gauge", "APIs of the run by verdict.")
	for _, v := range allVerdicts {
		m.sample("sheetprobe_run_apis", float64(t.of[v]), "verdict", string(v))
	}
	m.head("sheetprobe_run_cases", "gauge", "Cases of the run by verdict.")
	for i, n := range []int{s.Conforms, s.Deviates, s.Inconclusive, s.Blocked, s.Skipped} {
		m.sample("sheetprobe_run_cases", float64(n), "verdict", string(allVerdicts[i]))
	}
}

func (m *metrics) apis(run *probe.Run, names []string) {
	m.head("sheetprobe_api_conforms", "gauge", "1 where every executed case of the API conforms, and at least one was executed.")
	for i := range run.Sheets {
		m.sample("sheetprobe_api_conforms", truth(run.Sheets[i].Verdict == probe.Conforms), "api", names[i])
	}
	m.head("sheetprobe_api_cases", "gauge", "Cases of the API by verdict.")
	for i := range run.Sheets {
		for _, v := range allVerdicts {
			m.sample("sheetprobe_api_cases", float64(run.Sheets[i].Count(v)), "api", names[i], "verdict", string(v))
		}
	}
}

// coverage counts the codes that a sheet documents, and those of them that an answer carried.
func (m *metrics) coverage(run *probe.Run, names []string) {
	m.head("sheetprobe_api_documented_codes", "gauge", "Codes that the API's sheet documents.")
	for i := range run.Sheets {
		codes, _, _, _ := coverageOf(&run.Sheets[i])
		m.sample("sheetprobe_api_documented_codes", float64(codes), "api", names[i])
	}
	m.head("sheetprobe_api_documented_codes_seen", "gauge", "Documented codes of the API that an answer carried.")
	for i := range run.Sheets {
		_, seen, _, _ := coverageOf(&run.Sheets[i])
		m.sample("sheetprobe_api_documented_codes_seen", float64(seen), "api", names[i])
	}
}

// findings counts by rule; an API without any has no series here. It returns how long the answers of each API took, too.
func (m *metrics) findings(run *probe.Run, names []string, o Options) ([]latency, error) {
	times := make([]latency, len(run.Sheets))
	m.head("sheetprobe_api_findings", "gauge", "Findings about the API by rule, severity and who has to act.")
	err := eachAPI(run, o, func(i int, s *probe.SheetResult) error {
		counts := tallied[[3]string]{}
		for _, c := range told(s) {
			for _, f := range c.Findings {
				counts.add([3]string{inert(f.Rule), inert(string(f.Severity)), inert(string(f.Blame))}, 1)
			}
		}
		for _, key := range counts.order {
			m.sample("sheetprobe_api_findings", float64(counts.of[key]), "api", names[i], "rule", key[0], "severity", key[1], "blame", key[2])
		}
		times[i] = latencyOf(s)
		return nil
	})
	return times, err
}

func (m *metrics) diagnostics(run *probe.Run, names []string) {
	m.head("sheetprobe_api_sheet_diagnostics", "gauge", "What is to be said of the API's sheet itself, by severity.")
	for i := range run.Sheets {
		for _, severity := range []source.Severity{source.Error, source.Warning, source.Info} {
			m.sample("sheetprobe_api_sheet_diagnostics", float64(run.Sheets[i].Diagnostics.Count(severity)), "api", names[i], "severity", string(severity))
		}
	}
}

// tallied are numbers by key, in the order in which the keys were met: no series may stand twice.
type tallied[K comparable] struct {
	of    map[K]int
	order []K
}

func (t *tallied[K]) add(key K, n int) {
	if t.of == nil {
		t.of = map[K]int{}
	}
	if _, known := t.of[key]; !known {
		t.order = append(t.order, key)
	}
	t.of[key] += n
}

// latency is how long the answers of an API took, in milliseconds.
type latency struct {
	answers int
	total   float64
	of      [len(quantiles)]float64
}

var quantiles = [...]float64{0.5, 0.9, 0.95, 0.99, 1}

func latencyOf(s *probe.SheetResult) latency {
	times, total := answerTimes(s)
	l := latency{answers: len(times), total: total}
	if len(times) > 0 {
		for i, q := range quantiles {
			l.of[i] = quantile(times, q)
		}
	}
	return l
}

func (m *metrics) latencies(times []latency, names []string) {
	m.head("sheetprobe_api_response_seconds", "summary", "Time until the answers of the API were read, connecting included.")
	for i, l := range times {
		if l.answers == 0 {
			continue
		}
		for k, q := range quantiles {
			m.sample("sheetprobe_api_response_seconds", inSeconds(l.of[k]), "api", names[i], "quantile", strconv.FormatFloat(q, 'f', -1, 64))
		}
		m.sample("sheetprobe_api_response_seconds_sum", inSeconds(l.total), "api", names[i])
		m.sample("sheetprobe_api_response_seconds_count", float64(l.answers), "api", names[i])
	}
}

// answerTimes are the times that the answers of an API took, in milliseconds, shortest first, and their sum.
func answerTimes(s *probe.SheetResult) (times []float64, total float64) {
	add := func(ms float64) {
		if ms >= 0 && !math.IsInf(ms, 1) {
			times = append(times, ms)
			total += ms
		}
	}
	for k := range s.Cases {
		c := &s.Cases[k]
		if x := c.Exchange; x != nil && x.Response != nil && !x.Saved {
			add(x.Timing.Total)
		}
		for _, r := range c.Repeats {
			if r.HTTPStatus != 0 {
				add(r.TotalMS)
			}
		}
	}
	slices.Sort(times)
	return times, total
}

// inSeconds turns milliseconds into seconds with six decimals.
func inSeconds(ms float64) float64 { return math.Round(ms*1000) / 1e6 }

// quantile is the nearest rank: the least of the sorted times that at least the share q of them does not exceed.
func quantile(times []float64, q float64) float64 {
	return times[max(int(math.Ceil(q*float64(len(times)))), 1)-1]
}

func (m *metrics) head(name, kind, help string) {
	fmt.Fprintf(m.out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample writes one value with its labels, which come in pairs of name and value.
func (m *metrics) sample(name string, value float64, labels ...string) {
	_, _ = m.out.WriteString(name) // Flush tells of every failure
	for i := 0; i < len(labels); i += 2 {
		part := byte(',')
		if i == 0 {
			part = '{'
		}
		_ = m.out.WriteByte(part)
		fmt.Fprintf(m.out, `%s="%s"`, labels[i], labelValue.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		_ = m.out.WriteByte('}')
	}
	fmt.Fprintf(m.out, " %s\n", strconv.FormatFloat(value, 'f', -1, 64))
}

// labelValue escapes what would end a label; line ends are gone already.
var labelValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
