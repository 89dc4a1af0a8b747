package report

import (
	"io"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// writeCTRF writes the Common Test Report Format (ctrf.io, specification 0.0.0). What could not be judged and what was not sent is "other", with
// the verdict as rawStatus: it neither passed nor failed. What belongs to no case is "other" too, and has the tag "run"; what the cases of an
// API show together only is told as one more, with the tag "coverage". A case that got its
// answer only after a failed attempt is flaky.
func writeCTRF(w io.Writer, run *probe.Run, o Options) error {
	problems := problemsOf(run)
	summary, err := ctrfSummaryOf(run, o, problems)
	if err != nil {
		return err
	}
	j := newJSONStream(w)
	j.begin("", "{")
	j.value("reportFormat", "CTRF")
	j.value("specVersion", "0.0.0")
	if !run.FinishedAt.IsZero() {
		j.value("timestamp", run.FinishedAt.UTC().Format(time.RFC3339))
	}
	j.value("generatedBy", orElse(inert(run.Tool.Name), "sheetprobe"))
	j.begin("results", "{")
	j.value("tool", map[string]any{
		"name": orElse(inert(run.Tool.Name), "sheetprobe"), "version": inert(run.Tool.Version), "extra": map[string]any{"rules_version": inert(run.Tool.RulesVersion)},
	})
	j.value("summary", summary)
	j.begin("tests", "[")
	names := distinctNames(run, maxName)
	err = eachAPI(run, o, func(i int, s *probe.SheetResult) error {
		for _, c := range told(s) {
			j.value("", ctrfOf(run, s, c, names[i]))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range problems {
		j.value("", ctrfTest{Name: p.name, Status: "other", RawStatus: string(run.Verdict), Message: inert(p.message), Trace: inert(p.hint), Type: "api", Tags: []string{"run"}, FilePath: inert(p.document)})
	}
	j.close("]")
	j.close("}")
	j.close("}")
	return j.end()
}

type ctrfSummary struct {
	Tests   int            `json:"tests"`
	Passed  int            `json:"passed"`
	Failed  int            `json:"failed"`
	Pending int            `json:"pending"`
	Skipped int            `json:"skipped"`
	Other   int            `json:"other"`
	Flaky   int            `json:"flaky"`
	Suites  int            `json:"suites"`
	Start   int64          `json:"start"`
	Stop    int64          `json:"stop"`
	Extra   map[string]any `json:"extra"`
}

func ctrfSummaryOf(run *probe.Run, o Options, problems []problem) (ctrfSummary, error) {
	s, besides := run.Summary, toldBesides(run)
	out := ctrfSummary{
		Tests: s.Cases + sum(besides) + len(problems), Passed: s.Conforms + besides[probe.Conforms], Failed: s.Deviates + besides[probe.Deviates],
		Skipped: s.Skipped + besides[probe.Skipped], Other: s.Inconclusive + s.Blocked + len(problems),
		Suites: s.Sheets, Start: epoch(run.StartedAt), Stop: epoch(run.FinishedAt),
		Extra: map[string]any{
			"run_id": inert(run.RunID), "verdict": run.Verdict, "exit_code": run.ExitCode, "inconclusive": s.Inconclusive, "blocked": s.Blocked,
			"requests_sent": s.RequestsSent, "checks_executed": s.ChecksExecuted,
		},
	}
	if codes, seen, _, _ := coverageOfAll(run); codes > 0 {
		out.Extra["documented_codes"], out.Extra["documented_codes_seen"] = codes, seen
	}
	if len(run.Unfit) > 0 {
		out.Extra["unfit_for_sign_off"] = inert(enumerate(run.Unfit))
	}
	err := eachAPI(run, o, func(_ int, s *probe.SheetResult) error {
		for k := range s.Cases {
			if isFlaky(&s.Cases[k]) {
				out.Flaky++
			}
		}
		return nil
	})
	return out, err
}

type ctrfTest struct {
	TestID    string        `json:"testId,omitempty"`
	Name      string        `json:"name"`
	Suite     []string      `json:"suite,omitempty"`
	Status    string        `json:"status"`
	RawStatus string        `json:"rawStatus"`
	Duration  int64         `json:"duration"`
	Start     int64         `json:"start,omitempty"`
	Stop      int64         `json:"stop,omitempty"`
	Message   string        `json:"message,omitempty"`
	Trace     string        `json:"trace,omitempty"`
	Type      string        `json:"type"`
	Tags      []string      `json:"tags,omitempty"`
	FilePath  string        `json:"filePath,omitempty"`
	Line      int           `json:"line,omitempty"`
	Retries   int           `json:"retries,omitempty"`
	Attempts  []ctrfAttempt `json:"retryAttempts,omitempty"`
	Flaky     bool          `json:"flaky,omitempty"`
	Extra     *ctrfExtra    `json:"extra,omitempty"`
}

type ctrfExtra struct {
	Callbacks int           `json:"callbacks,omitempty"`
	Checks    int           `json:"checks_executed"`
	Findings  []ctrfFinding `json:"findings,omitempty"`
	Polls     int           `json:"polls,omitempty"`
	Repeats   int           `json:"repeats,omitempty"`
}

type ctrfFinding struct {
	Blame       string `json:"blame"`
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Severity    string `json:"severity"`
}

type ctrfAttempt struct {
	Attempt int    `json:"attempt"`
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

func ctrfOf(run *probe.Run, s *probe.SheetResult, c *probe.Result, api string) ctrfTest {
	t := ctrfTest{
		TestID: inert(c.ID), Name: caseName(c), Suite: []string{api}, Status: ctrfStatus(c.Verdict), RawStatus: string(c.Verdict), Duration: took(c).Milliseconds(),
		Type: "api", FilePath: inert(s.Document), Line: s.At.Line, Flaky: isFlaky(c), Extra: &ctrfExtra{Callbacks: len(c.Callbacks), Checks: c.Checks, Polls: len(c.Polls), Repeats: len(c.Repeats)},
	}
	if c.Family != "" {
		t.Tags = []string{inert(string(c.Family))}
	}
	if s.At.Cell != "" {
		t.Line = 0 // it counts inside the cell
	}
	if _, message := inBrief(c); message != "" {
		t.Message = inert(message)
	}
	if len(c.Findings) > 0 {
		t.Trace = details(s, c)
		t.Extra.Findings = ctrfFindings(c)
	}
	t.sent(run, c)
	return t
}

func ctrfFindings(c *probe.Result) []ctrfFinding {
	var all []ctrfFinding
	for _, f := range ranked(c) {
		all = append(all, ctrfFinding{Blame: inert(string(f.Blame)), Fingerprint: inert(f.Fingerprint), Rule: inert(f.Rule), Severity: inert(string(f.Severity))})
	}
	return all
}

// sent tells when the case was sent, and in how many attempts.
func (t *ctrfTest) sent(run *probe.Run, c *probe.Result) {
	x := c.Exchange
	if x == nil {
		return
	}
	t.Start = epoch(startOfExchange(run, x))
	t.Stop = t.Start + t.Duration
	t.Retries = max(len(x.Attempts)-1, 0)
	if t.Retries == 0 {
		return
	}
	for i, a := range x.Attempts {
		status := "failed"
		if i == t.Retries {
			status = t.Status
		}
		t.Attempts = append(t.Attempts, ctrfAttempt{Attempt: i + 1, Status: status, Message: inert(a.Error)})
	}
}

func ctrfStatus(v probe.Verdict) string {
	switch v {
	case probe.Conforms:
		return "passed"
	case probe.Deviates:
		return "failed"
	case probe.Inconclusive, probe.Blocked:
		return "other"
	}
	return "skipped"
}

// isFlaky says that a case conforms although an attempt at it failed, or that sending it again gave another verdict.
func isFlaky(c *probe.Result) bool {
	for _, r := range c.Repeats {
		if r.Verdict != c.Verdict {
			return true
		}
	}
	if c.Verdict != probe.Conforms || c.Exchange == nil || len(c.Exchange.Attempts) == 0 {
		return false
	}
	for _, a := range c.Exchange.Attempts[:len(c.Exchange.Attempts)-1] {
		if strings.HasPrefix(a.Rule, "transport.") {
			return true
		}
	}
	return false
}

// epoch is in milliseconds; 0 for a time that is not known.
func epoch(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(t.UnixMilli(), 0)
}
