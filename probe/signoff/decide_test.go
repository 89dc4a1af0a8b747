package signoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// now is the moment of all decisions of these tests, a Wednesday.
var now = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

const (
	host   = "api-sit.parcelway.test"
	digest = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
)

func newExchange(status int) *probe.Exchange {
	return &probe.Exchange{
		Request: probe.RecordedRequest{Method: "POST", URL: "https://" + host + "/v1/bookings"}, RemoteAddr: "203.0.113.7:443",
		Response: &probe.RecordedResponse{HTTPStatus: status, MediaType: "application/json", Body: "{}"},
		TLS:      &probe.TLS{Version: "TLS 1.3", NotAfter: now.AddDate(0, 0, 90), Verified: true},
	}
}

func newRun(id string, at time.Time) *probe.Run {
	s := probe.SheetResult{
		Name: "Book a pickup", Method: "POST", URL: "https://" + host + "/v1/bookings", Document: "pickup.txt", DocumentSHA256: digest, Diagnostics: source.Diagnostics{},
		Documented: &probe.Documented{
			Responses: []probe.DocumentedResponse{{Kind: probe.OutcomeSuccess, HTTPStatus: 201}, {Kind: probe.OutcomeError, HTTPStatus: 400, Code: "40001"}},
			Codes:     []probe.StatusCode{{Code: "201"}, {Code: "40001"}},
		},
		Coverage: probe.Coverage{
			Codes:     []probe.CodeCoverage{{Code: "201", Documented: true, Seen: true}, {Code: "40001", Documented: true, Seen: true}},
			Responses: []probe.ResponseCoverage{{Kind: probe.OutcomeSuccess, HTTPStatus: 201, Seen: true}, {Kind: probe.OutcomeError, HTTPStatus: 400, Code: "40001", Seen: true}},
		},
		Timings: &probe.Timings{Samples: 30, P50: 20, P90: 30, P95: 40, Max: 50},
		Cases: []probe.Result{
			{ID: "book-a-pickup/success", Family: probe.FamilySuccess, Verdict: probe.Conforms, Outcome: probe.OutcomeSuccess, Checks: 5, Exchange: newExchange(201)},
			{ID: "book-a-pickup/missing-field/date", Family: probe.FamilyMissingField, Verdict: probe.Conforms, Outcome: probe.OutcomeError, Checks: 5, Exchange: newExchange(400)},
			{ID: "book-a-pickup/wrong-type/unstated", Family: probe.FamilyWrongType, Verdict: probe.Skipped, Reason: "the sheet does not rule it out", ByDesign: true},
		},
	}
	run := &probe.Run{
		SchemaVersion: "1", Tool: probe.Tool{Name: "sheetprobe", Version: "1.2.3", RulesVersion: "7"}, RunID: id, StartedAt: at, FinishedAt: at.Add(time.Minute),
		Diagnostics: source.Diagnostics{}, Choices: &probe.Choices{Families: probe.NegativeFamilies[:], FailOn: source.Error}, Documents: []probe.RunDocument{{Name: "pickup.txt", SHA256: digest, Sheets: 1}}, Sheets: []probe.SheetResult{s},
	}
	run.Summarize()
	return run
}

// good is evidence upon which the default policy says GO.
func good() signoff.Input {
	run := newRun("today", now.Add(-6*time.Hour))
	in := signoff.Input{
		At: now, Tool: run.Tool, Policy: signoff.DefaultPolicy(), Run: run, Documents: []probe.RunDocument{{Name: "pickup.txt", SHA256: digest}},
		NotStaging: func(name string) string {
			if name == host {
				return ""
			}
			return "it does not look like staging"
		},
	}
	for back := 1; back <= 2; back++ {
		at := run.StartedAt.AddDate(0, 0, -back)
		earlier := newRun("night-"+at.Format(time.DateOnly), at)
		in.Nights = append(in.Nights, signoff.Night{Date: at.Format(time.DateOnly), Runs: []signoff.NightRun{signoff.NightOf(earlier, run)}})
	}
	return in
}

const fingerprint = "00112233aabbccdd"

// deviate makes a case of a run deviate.
func deviate(run *probe.Run, k int, rule string) {
	r, _ := probe.RuleByID(rule)
	c := &run.Sheets[0].Cases[k]
	c.Verdict = probe.Deviates
	c.Findings = append(c.Findings, probe.Finding{Rule: rule, Severity: source.Error, Blame: r.Blame, Fingerprint: fingerprint, Message: "something is wrong"})
	run.Summarize()
}

// lower is a run in which the configuration made an error a remark.
func lower(run *probe.Run) {
	run.Choices.Severities = map[string]source.Severity{"shape.missing": source.Info}
	run.Sheets[0].Cases[1].Findings = []probe.Finding{{
		Rule: "shape.missing", Severity: source.Info, LoweredFrom: source.Error, Blame: probe.BlameEndpoint, Fingerprint: fingerprint,
	}}
}

// override is a run in which the configuration said more of an answer than the sheet.
func override(run *probe.Run, o schema.Override) {
	run.Sheets[0].Overrides = []probe.ConfiguredOverride{{For: "*", ShapeOverride: probe.ShapeOverride{Pointer: "/window/to", Override: o}}}
}

func yes(is bool) *bool { return &is }

// waiver is one that counts.
func waiver() signoff.Waiver {
	return signoff.Waiver{Place: "waivers.yaml:2:3", Fingerprint: fingerprint, Reason: "fixed in 2.1", Owner: "A. Person", Expires: "2026-03-31"}
}

func statusOf(t *testing.T, d signoff.Decision, line string) signoff.Status {
	t.Helper()
	i := slices.IndexFunc(d.Lines, func(l signoff.Line) bool { return l.ID == line })
	require.GreaterOrEqual(t, i, 0, "no line %q", line)
	return d.Lines[i].Status
}

func TestGoodEvidenceIsEnough(t *testing.T) {
	d := signoff.Decide(good())
	for _, l := range d.Lines {
		if l.ID != signoff.ChecklistLine || l.Status != signoff.Met {
			assert.Contains(t, []signoff.Status{signoff.Met}, l.Status, "%s: %s", l.ID, l.Reason)
		}
	}
	assert.Equal(t, signoff.Go, d.Outcome)
	assert.Equal(t, good().Run.StartedAt.Add(24*time.Hour), d.Until, d.UntilBecause)
}

// Each line stands on evidence of its own: what is wrong with it is told by that line.
func TestLines(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(in *signoff.Input)
		line    string
		status  signoff.Status
		outcome signoff.Outcome
	}{
		"a case deviates":                          {func(in *signoff.Input) { deviate(in.Run, 1, "shape.missing") }, "conform", signoff.Failed, signoff.NoGo},
		"what deviates is of our own making":       {func(in *signoff.Input) { deviate(in.Run, 0, "outcome.credentials") }, "conform", signoff.Unknown, signoff.CannotJudge},
		"a case deviates and does not say in what": {func(in *signoff.Input) { in.Run.Sheets[0].Cases[1].Verdict = probe.Deviates; in.Run.Summarize() }, "conform", signoff.Failed, signoff.NoGo},
		"a warning that the run failed on": {func(in *signoff.Input) {
			deviate(in.Run, 1, "shape.null")
			in.Run.Sheets[0].Cases[1].Findings[0].Severity = source.Warning
		}, "conform", signoff.Failed, signoff.NoGo},
		"a warning that the policy fails on": {func(in *signoff.Input) {
			in.Policy.FailOn = source.Warning
			in.Run.Sheets[0].Cases[1].Findings = []probe.Finding{{Rule: "shape.null", Severity: source.Warning}}
		}, "conform", signoff.Failed, signoff.NoGo},
		"a finding that the configuration lowers": {func(in *signoff.Input) { lower(in.Run) }, "conform", signoff.Failed, signoff.NoGo},
		"the configuration lets more pass":        {func(in *signoff.Input) { override(in.Run, schema.Override{Ignore: true}) }, "configuration", signoff.Failed, signoff.NoGo},
		"the configuration takes any text":        {func(in *signoff.Input) { override(in.Run, schema.Override{Pattern: ".*"}) }, "configuration", signoff.Failed, signoff.NoGo},
		"the configuration lets null pass":        {func(in *signoff.Input) { override(in.Run, schema.Override{Nullable: yes(true)}) }, "configuration", signoff.Failed, signoff.NoGo},
		"the configuration demands more":          {func(in *signoff.Input) { override(in.Run, schema.Override{Optional: yes(false)}) }, "configuration", signoff.Met, signoff.Go},
		"nobody knows how it was judged":          {func(in *signoff.Input) { in.Run.Choices = nil }, "configuration", signoff.Unknown, signoff.CannotJudge},
		"a night was judged in another way": {func(in *signoff.Input) {
			earlier := newRun("night", now.AddDate(0, 0, -1))
			override(earlier, schema.Override{Ignore: true})
			in.Nights[0].Runs = []signoff.NightRun{signoff.NightOf(earlier, in.Run)}
		}, "nights", signoff.Unknown, signoff.CannotJudge},
		"a case could not be judged":      {func(in *signoff.Input) { in.Run.Sheets[0].Cases[1].Verdict = probe.Inconclusive; in.Run.Summarize() }, "conform", signoff.Unknown, signoff.CannotJudge},
		"a conforming case has no answer": {func(in *signoff.Input) { in.Run.Sheets[0].Cases[1].Exchange = nil; in.Run.Summarize() }, "conform", signoff.Unknown, signoff.CannotJudge},
		"an answer that somebody saved":   {func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.Saved = true; in.Run.Summarize() }, "conform", signoff.Unknown, signoff.CannotJudge},
		"no run at all":                   {func(in *signoff.Input) { in.Run = nil }, "conform", signoff.Unknown, signoff.CannotJudge},

		"the run was interrupted":     {func(in *signoff.Input) { in.Run.Interrupted = true }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a case is gone":              {func(in *signoff.Input) { s := &in.Run.Sheets[0]; s.Cases = s.Cases[:1] }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a sheet is gone":             {func(in *signoff.Input) { in.Run.Documents[0].Sheets = 2 }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a verdict was written over":  {func(in *signoff.Input) { deviate(in.Run, 1, "shape.missing"); in.Run.Verdict = probe.Conforms }, "complete", signoff.Unknown, signoff.NoGo},
		"something was filtered away": {func(in *signoff.Input) { leaveOut(in.Run, "left out by --only") }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a family was not asked for":  {func(in *signoff.Input) { in.Run.Choices.Families = probe.NegativeFamilies[1:] }, "complete", signoff.Unknown, signoff.CannotJudge},
		"no family was asked for":     {func(in *signoff.Input) { in.Run.Choices.Families = nil }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a family is waived": {func(in *signoff.Input) {
			in.Run.Choices.Families = probe.NegativeFamilies[1:]
			w := waiver()
			w.Fingerprint, w.Case = "", "*/no-auth"
			in.Waivers = []signoff.Waiver{w}
		}, "complete", signoff.Waived, signoff.GoWithWaivers},
		"a night without a family": {func(in *signoff.Input) {
			earlier := newRun("night", now.AddDate(0, 0, -1))
			earlier.Choices.Families = nil
			in.Nights[0].Runs = []signoff.NightRun{signoff.NightOf(earlier, in.Run)}
		}, "nights", signoff.Unknown, signoff.CannotJudge},
		"a value was missing": {func(in *signoff.Input) { in.Run.Sheets[0].Cases[1].Verdict = probe.Blocked; in.Run.Summarize() }, "complete", signoff.Unknown, signoff.CannotJudge},
		"a host was away":     {func(in *signoff.Input) { in.Run.Hosts = []probe.HostDiagnosis{{Host: host}} }, "complete", signoff.Unknown, signoff.CannotJudge},

		"the document has changed":  {func(in *signoff.Input) { in.Documents[0].SHA256 = "1b" }, "documents", signoff.Unknown, signoff.CannotJudge},
		"the document is not there": {func(in *signoff.Input) { in.Documents = nil }, "documents", signoff.Unknown, signoff.CannotJudge},

		"lint finds an error": {func(in *signoff.Input) {
			in.Run.Sheets[0].Diagnostics = source.Diagnostics{{Rule: "sheet.code-not-in-table", Severity: source.Error}}
		}, "lint", signoff.Failed, signoff.NoGo},
		"lint finds a warning": {func(in *signoff.Input) {
			in.Run.Sheets[0].Diagnostics = source.Diagnostics{{Rule: "sheet.plain-http", Severity: source.Warning}}
		}, "lint", signoff.Met, signoff.Go},
		"lint was not recorded": {func(in *signoff.Input) { in.Run.Sheets[0].Diagnostics = nil }, "lint", signoff.Unknown, signoff.CannotJudge},

		"a code was not seen":              {func(in *signoff.Input) { in.Run.Sheets[0].Coverage.Codes[1].Seen = false }, "coverage", signoff.Failed, signoff.NoGo},
		"a documented answer was not seen": {func(in *signoff.Input) { in.Run.Sheets[0].Coverage.Responses[1].Seen = false }, "coverage", signoff.Failed, signoff.NoGo},
		"an error of the server was not seen": {func(in *signoff.Input) {
			s := &in.Run.Sheets[0]
			s.Documented.Codes = append(s.Documented.Codes, probe.StatusCode{Code: "503"})
			s.Coverage.Codes = append(s.Coverage.Codes, probe.CodeCoverage{Code: "503", Documented: true})
		}, "coverage", signoff.Met, signoff.Go},
		"a documented code is not looked at": {func(in *signoff.Input) { in.Run.Sheets[0].Coverage.Codes = nil }, "coverage", signoff.Unknown, signoff.CannotJudge},
		"nothing is known of the sheet":      {func(in *signoff.Input) { in.Run.Sheets[0].Documented = nil }, "coverage", signoff.Unknown, signoff.CannotJudge},
		"what was there for a code was not answered": {func(in *signoff.Input) {
			s := &in.Run.Sheets[0]
			s.Coverage.Codes[1].Seen, s.Coverage.Codes[1].Tried = false, []string{s.Cases[1].ID}
			s.Cases[1].Verdict = probe.Inconclusive
			in.Run.Summarize()
		}, "coverage", signoff.Unknown, signoff.CannotJudge},

		"a night without a run":             {func(in *signoff.Input) { in.Nights = in.Nights[:1] }, "nights", signoff.Unknown, signoff.CannotJudge},
		"a night that deviated":             {func(in *signoff.Input) { deviateAtNight(in, "shape.missing") }, "nights", signoff.Failed, signoff.NoGo},
		"a night that was not let in":       {func(in *signoff.Input) { deviateAtNight(in, "outcome.credentials") }, "nights", signoff.Unknown, signoff.CannotJudge},
		"a night whose run was interrupted": {func(in *signoff.Input) { in.Nights[0].Runs[0].Unfit = "it was interrupted" }, "nights", signoff.Unknown, signoff.CannotJudge},
		"one night is enough":               {func(in *signoff.Input) { in.Policy.CleanNights, in.Nights = 1, nil }, "nights", signoff.Met, signoff.Go},
		"no night is demanded":              {func(in *signoff.Input) { in.Policy.CleanNights, in.Nights = 0, nil }, "nights", signoff.Off, signoff.Go},

		"the evidence is old":            {func(in *signoff.Input) { in.At = now.Add(19 * time.Hour) }, "fresh", signoff.Unknown, signoff.CannotJudge},
		"the evidence is of tomorrow":    {func(in *signoff.Input) { in.At = now.Add(-7 * time.Hour) }, "fresh", signoff.Unknown, signoff.CannotJudge},
		"nobody knows when it was":       {func(in *signoff.Input) { in.Run.StartedAt = time.Time{} }, "fresh", signoff.Unknown, signoff.CannotJudge},
		"other rules judged":             {func(in *signoff.Input) { in.Tool.RulesVersion = "8" }, "rules", signoff.Unknown, signoff.CannotJudge},
		"nobody knows which rules":       {func(in *signoff.Input) { in.Run.Tool.RulesVersion, in.Tool.RulesVersion = "", "" }, "rules", signoff.Unknown, signoff.CannotJudge},
		"certificates were not verified": {func(in *signoff.Input) { in.Run.Insecure = true; in.Run.Summarize() }, "secure", signoff.Unknown, signoff.CannotJudge},
		"no certificate is recorded":     {func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.TLS = nil }, "secure", signoff.Unknown, signoff.CannotJudge},
		"production was probed":          {func(in *signoff.Input) { probeElsewhere(in.Run, "https://api.parcelway.com/v1") }, "hosts", signoff.Failed, signoff.NoGo},
		"a host that the policy vouches for": {func(in *signoff.Input) {
			probeElsewhere(in.Run, "https://api.parcelway.com/v1")
			in.Policy.StagingHosts = []string{"*.parcelway.com"}
			in.Policy.CleanNights = 1
		}, "hosts", signoff.Met, signoff.Go},
		"a certificate ends soon": {func(in *signoff.Input) { in.Run.Sheets[0].Cases[1].Exchange.TLS.NotAfter = now.AddDate(0, 0, 29) }, "tls", signoff.Failed, signoff.NoGo},
		"nothing is encrypted":    {func(in *signoff.Input) { probeElsewhere(in.Run, "http://"+host) }, "tls", signoff.Failed, signoff.NoGo},
		"a limit of the policy": {func(in *signoff.Input) {
			in.Policy.Latency = &signoff.Latency{Percentile: 95, Max: signoff.Duration(30 * time.Millisecond)}
		}, "latency", signoff.Failed, signoff.NoGo},
		"a limit that is held": {func(in *signoff.Input) {
			in.Policy.Latency = &signoff.Latency{Percentile: 95, Max: signoff.Duration(time.Second)}
		}, "latency", signoff.Met, signoff.Go},
		"a percentile that takes more": {func(in *signoff.Input) {
			in.Policy.Latency = &signoff.Latency{Percentile: 99, Max: signoff.Duration(time.Second)}
		}, "latency", signoff.Unknown, signoff.CannotJudge},
		"slower than the sheet says": {func(in *signoff.Input) {
			in.Run.Sheets[0].Cases[1].Findings = []probe.Finding{{Rule: "timing.slow", Severity: source.Warning}}
		}, "latency", signoff.Failed, signoff.NoGo},
		"no test data": {func(in *signoff.Input) {
			in.Run.Sheets[0].Diagnostics = source.Diagnostics{{Rule: "sheet.no-test-data", Severity: source.Info}}
		}, signoff.ChecklistLine, signoff.Unknown, signoff.CannotJudge},
		"no test data, and somebody vouches": {func(in *signoff.Input) {
			in.Run.Sheets[0].Diagnostics = source.Diagnostics{{Rule: "sheet.no-test-data", Severity: source.Info}}
			in.Attestations = []signoff.Attestation{{Item: "test-data", By: "A. Person", On: "2026-03-01", Until: "2026-03-11"}}
		}, signoff.ChecklistLine, signoff.Met, signoff.Go},
		"somebody vouched until yesterday": {func(in *signoff.Input) {
			in.Policy.Manual = []signoff.ManualItem{{ID: "letter", Title: "the letter is there"}}
			in.Attestations = []signoff.Attestation{{Item: "letter", By: "A. Person", On: "2026-03-01", Until: "2026-03-10"}}
		}, signoff.ChecklistLine, signoff.Unknown, signoff.CannotJudge},
		"nobody vouches for an item of ours": {func(in *signoff.Input) {
			in.Policy.Manual = []signoff.ManualItem{{ID: "letter", Title: "the letter is there"}}
		}, signoff.ChecklistLine, signoff.Unknown, signoff.CannotJudge},
		"only we can reach it": {func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.RemoteAddr = "10.1.2.3:443" }, signoff.ChecklistLine, signoff.Unknown, signoff.CannotJudge},
	} {
		t.Run(name, func(t *testing.T) {
			in := good()
			test.change(&in)
			d := signoff.Decide(in)
			assert.Equal(t, test.status, statusOf(t, d, test.line))
			assert.Equal(t, test.outcome, d.Outcome, d.Reason)
			assert.Equal(t, d.Outcome.Releases(), !d.Until.IsZero(), "what releases nothing holds until no moment")
		})
	}
}

func leaveOut(run *probe.Run, reason string) {
	c := &run.Sheets[0].Cases[1]
	c.Verdict, c.Reason, c.Exchange = probe.Skipped, reason, nil
	run.Summarize()
}

func deviateAtNight(in *signoff.Input, rule string) {
	earlier := newRun("bad-night", in.Run.StartedAt.AddDate(0, 0, -1))
	deviate(earlier, 1, rule)
	in.Nights[0].Runs[0] = signoff.NightOf(earlier, in.Run)
}

func probeElsewhere(run *probe.Run, url string) {
	for i := range run.Sheets[0].Cases {
		if x := run.Sheets[0].Cases[i].Exchange; x != nil {
			x.Request.URL = url
		}
	}
}

// A row of nights has no holes, but for days of the week on which nothing is run.
func TestWeekends(t *testing.T) {
	monday := time.Date(2026, 3, 9, 2, 0, 0, 0, time.UTC)
	in := good()
	in.Run, in.Nights, in.At = newRun("monday", monday), nil, monday.Add(time.Hour)
	for _, back := range []int{3, 4} {
		at := monday.AddDate(0, 0, -back)
		in.Nights = append(in.Nights, signoff.Night{Date: at.Format(time.DateOnly), Runs: []signoff.NightRun{signoff.NightOf(newRun("n", at), in.Run)}})
	}
	assert.Equal(t, signoff.CannotJudge, signoff.Decide(in).Outcome)
	in.Policy.NightsOn = []string{"mon", "tue", "wed", "thu", "fri"}
	assert.Equal(t, signoff.Go, signoff.Decide(in).Outcome)
}

// A night of another promise, or of another host, says nothing of what is signed off.
func TestNightsOfSomethingElse(t *testing.T) {
	run := newRun("today", now)
	other := newRun("other", now.AddDate(0, 0, -1))
	probeElsewhere(other, "https://elsewhere-sit.parcelway.test/v1")
	assert.Empty(t, signoff.NightOf(other, run).APIs)
	changed := newRun("changed", now.AddDate(0, 0, -1))
	changed.Sheets[0].DocumentSHA256, changed.Sheets[0].Documented.Codes[1].Code = "1b", "40099"
	assert.Empty(t, signoff.NightOf(changed, run).APIs)
}

func TestWaivers(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(in *signoff.Input, w *signoff.Waiver)
		outcome signoff.Outcome
		state   signoff.UseState
		why     string
	}{
		"of the finding": {func(*signoff.Input, *signoff.Waiver) {}, signoff.GoWithWaivers, signoff.Used, ""},
		"of the rule":    {func(_ *signoff.Input, w *signoff.Waiver) { w.Fingerprint, w.Rule, w.API = "", "shape.missing", "Book*" }, signoff.GoWithWaivers, signoff.Used, ""},
		"of the rule and another API": {func(_ *signoff.Input, w *signoff.Waiver) {
			w.Fingerprint, w.Rule, w.API = "", "shape.missing", "Cancel*"
		}, signoff.NoGo, signoff.Unused, "covers nothing"},
		"of another finding":                    {func(_ *signoff.Input, w *signoff.Waiver) { w.Fingerprint = "ffffffffffffffff" }, signoff.NoGo, signoff.Unused, "covers nothing"},
		"on its last day":                       {func(in *signoff.Input, w *signoff.Waiver) { w.Expires = "2026-03-11" }, signoff.GoWithWaivers, signoff.Used, ""},
		"on the day behind it":                  {func(in *signoff.Input, w *signoff.Waiver) { w.Expires = "2026-03-10" }, signoff.NoGo, signoff.Expired, "is over"},
		"whose day is not over where it counts": {func(in *signoff.Input, w *signoff.Waiver) { w.Expires, w.TimeZone = "2026-03-10", "Pacific/Pago_Pago" }, signoff.GoWithWaivers, signoff.Used, ""},
		"without a day":                         {func(_ *signoff.Input, w *signoff.Waiver) { w.Expires = "" }, signoff.NoGo, signoff.Refused, "2026-01-31"},
		"of a day that is none":                 {func(_ *signoff.Input, w *signoff.Waiver) { w.Expires = "2026-02-30" }, signoff.NoGo, signoff.Refused, "2026-02-30"},
		"for ever":                              {func(_ *signoff.Input, w *signoff.Waiver) { w.Expires = "2099-12-31" }, signoff.NoGo, signoff.Refused, "180 days"},
		"in no time zone":                       {func(_ *signoff.Input, w *signoff.Waiver) { w.TimeZone = "Europe/Atlantis" }, signoff.NoGo, signoff.Refused, "Atlantis"},
		"without an owner":                      {func(_ *signoff.Input, w *signoff.Waiver) { w.Owner = " " }, signoff.NoGo, signoff.Refused, "owner"},
		"without a reason":                      {func(_ *signoff.Input, w *signoff.Waiver) { w.Reason = "" }, signoff.NoGo, signoff.Refused, "reason"},
		"of nothing":                            {func(_ *signoff.Input, w *signoff.Waiver) { w.Fingerprint = "" }, signoff.NoGo, signoff.Refused, "one of"},
		"of two things":                         {func(_ *signoff.Input, w *signoff.Waiver) { w.Case = "*" }, signoff.NoGo, signoff.Refused, "one of"},
		"of no rule":                            {func(_ *signoff.Input, w *signoff.Waiver) { w.Fingerprint, w.Rule, w.API = "", "shape.wrong", "*" }, signoff.NoGo, signoff.Refused, "no rule"},
		"of a rule everywhere":                  {func(_ *signoff.Input, w *signoff.Waiver) { w.Fingerprint, w.Rule = "", "shape.missing" }, signoff.NoGo, signoff.Refused, "api"},
		"of our own setup": {func(in *signoff.Input, w *signoff.Waiver) {
			w.Fingerprint, w.Rule, w.API = "", "setup.token-failed", "*"
		}, signoff.NoGo, signoff.Refused, "our own environment"},
		"of our own environment, by its fingerprint": {func(in *signoff.Input, _ *signoff.Waiver) {
			in.Run.Sheets[0].Cases[1].Findings[0].Blame = probe.BlameEnvironment
		}, signoff.CannotJudge, signoff.Refused, "our own environment"},
		"of old evidence": {func(in *signoff.Input, _ *signoff.Waiver) { in.At = now.Add(20 * time.Hour) }, signoff.CannotJudge, signoff.Used, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := good()
			deviate(in.Run, 1, "shape.missing")
			w := waiver()
			test.change(&in, &w)
			in.Waivers = []signoff.Waiver{w}
			d := signoff.Decide(in)
			assert.Equal(t, test.outcome, d.Outcome, d.Reason)
			require.Len(t, d.Waivers, 1)
			assert.Equal(t, test.state, d.Waivers[0].State)
			assert.Contains(t, d.Waivers[0].Why, test.why)
		})
	}
}

// A decision that rests on a waiver ends with it.
func TestTheFirstWaiverEndsTheDecision(t *testing.T) {
	in := good()
	deviate(in.Run, 1, "shape.missing")
	in.Policy.MaxAge = signoff.Duration(2000 * time.Hour)
	late, early := waiver(), waiver()
	early.Fingerprint, early.Rule, early.API, early.Expires = "", "transport.tls-expiring", "*", "2026-03-20"
	in.Run.Sheets[0].Cases[0].Exchange.TLS.NotAfter = now.AddDate(0, 0, 20)
	in.Waivers = []signoff.Waiver{late, early}
	d := signoff.Decide(in)
	require.Equal(t, signoff.GoWithWaivers, d.Outcome, d.Reason)
	assert.Equal(t, time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC), d.Until)
	assert.Contains(t, d.UntilBecause, early.Place)
}

// A case that somebody chose to leave out is answered for by name; one that lacked a value is not.
func TestWaiverOfACase(t *testing.T) {
	in := good()
	leaveOut(in.Run, "left out by --only")
	w := waiver()
	w.Fingerprint, w.Case = "", "book-a-pickup/missing-field/*"
	in.Waivers = []signoff.Waiver{w}
	assert.Equal(t, signoff.GoWithWaivers, signoff.Decide(in).Outcome)
	in.Run.Sheets[0].Cases[1].Verdict = probe.Blocked
	in.Run.Summarize()
	assert.Equal(t, signoff.CannotJudge, signoff.Decide(in).Outcome)
}

// What is waived today was waived on the nights before, too.
func TestWaivedNights(t *testing.T) {
	in := good()
	deviateAtNight(&in, "shape.missing")
	in.Waivers = []signoff.Waiver{waiver()}
	d := signoff.Decide(in)
	assert.Equal(t, signoff.GoWithWaivers, d.Outcome, d.Reason)
	assert.Equal(t, signoff.Waived, statusOf(t, d, "nights"))
}

// Equal evidence gives equal bytes, and what was signed can be decided upon again.
func TestThePredicateIsEnoughToDecideAgain(t *testing.T) {
	in := good()
	deviate(in.Run, 1, "shape.missing")
	expired := waiver()
	expired.Expires = "2026-01-01"
	in.Waivers = []signoff.Waiver{waiver(), expired}
	in.Attestations = []signoff.Attestation{{Place: "a:1:1", Item: "nothing", By: "A. Person", On: "2026-03-01", Until: "2026-04-01"}}
	in.Refused = signoff.Refusals{Waivers: []signoff.Refusal{{Place: "waivers.yaml:9:3", Why: "unknown key"}}, Attestations: []signoff.Refusal{{Place: "a:2:1", Why: "unknown key"}}}
	in.Run.Prober = &probe.Prober{Name: "prober-1", Zone: "dmz", Egress: "192.0.2.7"}
	first, err := signoff.NewPredicate(in, nil)
	require.NoError(t, err)
	second, err := signoff.NewPredicate(first.Input(in.Run, in.At, in.Tool, in.NotStaging), nil)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, signoff.Prober{Name: "prober-1", Zone: "dmz", Addresses: []string{"192.0.2.7"}}, first.Prober)
	assert.Len(t, first.Decision.Waivers, 3)
	assert.Len(t, first.Decision.Unread, 2)
}

// One waiver answers for what the configuration says of all APIs, as long as it says the same.
func TestAnOverrideCanBeWaived(t *testing.T) {
	in := good()
	override(in.Run, schema.Override{Ignore: true})
	for i := range in.Nights {
		earlier := newRun("night", now.AddDate(0, 0, -1-i))
		override(earlier, schema.Override{Ignore: true})
		in.Nights[i].Runs = []signoff.NightRun{signoff.NightOf(earlier, in.Run)}
	}
	d := signoff.Decide(in)
	i := slices.IndexFunc(d.Lines, func(l signoff.Line) bool { return l.ID == "configuration" })
	w := waiver()
	w.Fingerprint = d.Lines[i].Evidence[0].Fingerprint
	in.Waivers = []signoff.Waiver{w}
	assert.Equal(t, signoff.GoWithWaivers, signoff.Decide(in).Outcome, signoff.Decide(in).Reason)

	override(in.Run, schema.Override{Any: true})
	assert.Equal(t, signoff.NoGo, signoff.Decide(in).Outcome, "it is another override now")
}
