package report_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// generator makes runs of every kind that a recorded file may hold, by chance: also such as no run of ours would be.
type generator struct{ *rand.Rand }

func (g generator) oneOf(all ...string) string { return all[g.IntN(len(all))] }

func (g generator) often(percent int) bool { return g.IntN(100) < percent }

func (g generator) run() *probe.Run {
	start := time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC)
	run := &probe.Run{SchemaVersion: probe.SchemaVersion, Tool: probe.Tool{Name: "sheetprobe", Version: "1.2.3", RulesVersion: "7"}, RunID: "generated", StartedAt: start, FinishedAt: start.Add(time.Second)}
	for i := range g.IntN(9) {
		run.Sheets = append(run.Sheets, g.sheet(i))
	}
	if id, ok := unjudged(run); ok && g.often(60) {
		run.Hosts = []probe.HostDiagnosis{{Host: "127.0.0.1:8080", Rule: "transport.timeout", FoundIn: id, Affected: 3, Diagnosis: *g.diagnosis()}}
	}
	if g.often(20) {
		run.Diagnostics = source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error, Message: "minutes.txt: no sheet"}}
	}
	run.Interrupted = g.often(10)
	run.Summarize()
	return run
}

// unjudged is the id of a case that a host may be the reason of; there is none that judged cases have, too.
func unjudged(run *probe.Run) (id string, ok bool) {
	met := map[string]bool{}
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			if c.Verdict == probe.Inconclusive && !met[c.ID] {
				return c.ID, true
			}
			met[c.ID] = true
		}
	}
	return "", false
}

func (g generator) sheet(i int) probe.SheetResult {
	s := probe.SheetResult{
		Name: g.oneOf("Send PIN", "Verify PIN", "", fmt.Sprintf("API %d", i)), Method: "POST", URL: "http://127.0.0.1:8080/pin", Document: g.oneOf("", "a.txt", "b.xlsx"),
		Diagnostics: source.Diagnostics{}, Coverage: probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}}, Cases: []probe.Result{},
	}
	s.At.Line = 1 + g.IntN(20)
	for range g.IntN(3) {
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Rule: g.oneOf("sheet.bad-url", "sheet.no-error-response"), Severity: g.severity(), Message: "odd", Hint: g.oneOf("", "ask the API owner for it")})
	}
	for range g.IntN(3) {
		f := g.finding()
		f.Rule, f.Location = "coverage.error-not-elicited", probe.AtCoverage
		s.Findings = append(s.Findings, f)
	}
	kinds := g.Perm(5) // most APIs are alike all through
	for k := range g.IntN(12) {
		s.Cases = append(s.Cases, g.result(i, k, kinds[g.IntN(1+k%3)]))
	}
	if len(s.Cases) > 0 {
		g.cover(&s, i)
	}
	if g.often(70) {
		s.Measure()
	}
	if g.often(50) {
		s.Documented = &probe.Documented{Request: g.request(), Responses: []probe.DocumentedResponse{{Kind: probe.OutcomeSuccess, Body: `{"a":1}`}, {Kind: probe.OutcomeError, HTTPStatus: 400, Body: `{"code":1}`}}, Codes: []probe.StatusCode{}}
	}
	return s
}

func (g generator) cover(s *probe.SheetResult, i int) {
	for range g.IntN(4) {
		seen := probe.CodeCoverage{Code: g.oneOf("200", "400", "E1"), Documented: g.often(70), Seen: g.often(60), Lacking: "a value"}
		for range g.IntN(14) {
			seen.SeenIn = append(seen.SeenIn, g.id(i, g.IntN(len(s.Cases))))
		}
		s.Coverage.Codes = append(s.Coverage.Codes, seen)
		s.Coverage.Responses = append(s.Coverage.Responses, probe.ResponseCoverage{Kind: probe.OutcomeError, Code: seen.Code, Tried: seen.SeenIn})
	}
}

// id is that of a case most of the time; now and then APIs share ids, or have such as a page cannot use.
func (g generator) id(api, k int) string {
	switch g.IntN(24) {
	case 0:
		return g.oneOf("", "/", "__", "pin", "pin~2", "<>", "/x", "api-1/case-1", "api-1")
	case 1:
		return fmt.Sprintf("pin/success~%d", k%3)
	case 2:
		return "pin/success"
	case 3:
		return fmt.Sprintf("api-%d/f", api)
	}
	return fmt.Sprintf("api-%d/f%d", api, k)
}

func (g generator) result(api, k, kind int) probe.Result {
	c := probe.Result{
		ID: g.id(api, k), Title: "a case", Family: probe.Family(g.oneOf("success", "missing-field", "no-auth")), Outcome: probe.Outcome(g.oneOf("success", "error")), Checks: g.IntN(9),
		Verdict: []probe.Verdict{probe.Conforms, probe.Deviates, probe.Inconclusive, probe.Blocked, probe.Skipped}[kind], Expect: probe.Expectation{HTTPStatus: []int{}, Codes: []string{}}, Findings: []probe.Finding{},
	}
	if g.often(50) {
		c.Mutation, c.Base = fmt.Sprintf("field \"f%d\" left out", k%4), g.id(api, 0)
	}
	for range g.IntN(4) {
		c.Findings = append(c.Findings, g.finding())
	}
	switch c.Verdict {
	case probe.Blocked, probe.Skipped:
		c.Reason = g.oneOf("", `"a" has no value`, `"b" has no value`, "not chosen")
		return c
	case probe.Inconclusive:
		c.Reason = g.oneOf("", "no answer", "127.0.0.1:8080 could not be reached, see "+g.id(api, 0))
	}
	if g.often(90) {
		c.Exchange = g.exchange()
	}
	if g.often(20) {
		c.Repeats = []probe.Repeat{{Verdict: probe.Conforms, HTTPStatus: 200, TotalMS: 3, Requests: 1, Alike: true}, {Verdict: probe.Deviates, HTTPStatus: 500, TotalMS: 4, Requests: 1, Exchange: g.exchange()}}
	}
	if g.often(10) {
		c.NotRepeated = "it may change data"
	}
	if g.often(10) {
		c.Callbacks = []probe.Received{{Request: g.request(), AfterMS: 3, From: "127.0.0.1:5"}}
		c.Polls = []probe.Polled{{AfterMS: 1, State: "PENDING", HTTPStatus: 200, Requests: 1}, {AfterMS: 5, State: "DONE", HTTPStatus: 200, Requests: 1}}
	}
	return c
}

func (g generator) severity() source.Severity {
	return source.Severity(g.oneOf("error", "warning", "info"))
}

func (g generator) finding() probe.Finding {
	rule := g.oneOf("shape.missing", "shape.type", "status.http", "status.code", "negative.accepted", "negative.wrong-error", "outcome.credentials", "body.not-json", "transport.timeout", "setup.placeholder-unresolved", "")
	f := probe.Finding{
		Rule: rule, Severity: g.severity(), Blame: probe.Blame(g.oneOf("endpoint", "sheet", "environment")), Location: probe.AtBody, Pointer: g.oneOf("", "/a", "/list/0/b", "/list/7/b"),
		Message: g.oneOf("something else came", `field "f1" left out, it was accepted`), Documented: g.oneOf("string", ""), Observed: g.oneOf("number", "absent"), Why: "a program breaks",
		Hint: g.oneOf("", "ask the API owner whether it is forbidden"), Fingerprint: "0123456789abcdef", Count: 1 + g.IntN(3),
	}
	f.At.Line = g.IntN(9)
	return f
}

func (g generator) request() probe.RecordedRequest {
	return probe.RecordedRequest{Method: "POST", URL: "http://127.0.0.1:8080/pin?a=" + g.oneOf("1", "2"), Headers: []probe.Header{{Name: "Content-Type", Value: "application/json"}}, Body: g.oneOf("", `{"a":1,"b":[2]}`, "\xff")}
}

func (g generator) diagnosis() *probe.Diagnosis {
	return &probe.Diagnosis{Cause: g.oneOf("connect-timeout", "dns-timeout"), Means: "nobody answers there", Letter: g.oneOf("", "Dear team"), Facts: []probe.Fact{{Name: "our address", Value: "192.0.2.7"}}}
}

func (g generator) exchange() *probe.Exchange {
	x := &probe.Exchange{
		StartedAt: time.Date(2026, 3, 2, 9, 15, 0, 5, time.UTC), Attempts: []probe.Attempt{{Phase: probe.PhaseBody}}, Request: g.request(),
		Timing: probe.Timing{FirstByte: 1, Total: float64(1 + g.IntN(300))}, RemoteAddr: "127.0.0.1:8080", TraceID: g.oneOf("", "4bf92f3577b34da6a3ce929d0e0e4736"),
	}
	if g.often(15) {
		x.Attempts = append([]probe.Attempt{{Error: "timeout", Phase: probe.PhaseFirstByte, Rule: "transport.timeout", Diagnosis: g.diagnosis()}}, x.Attempts[:g.IntN(2)]...)
	}
	if len(x.Attempts) > 1 || x.Attempts[0].Rule == "" {
		x.Response = &probe.RecordedResponse{HTTPStatus: 200, Headers: []probe.Header{}, Body: g.oneOf(`{"a":1,"list":[{"b":2}]}`, "no JSON", ""), MediaType: "application/json"}
	}
	return x
}
