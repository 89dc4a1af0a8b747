package signoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// worth is how good an outcome is: of those that release nothing, none is better than the other.
func worth(o signoff.Outcome) int {
	switch o {
	case signoff.Go:
		return 2
	case signoff.GoWithWaivers:
		return 1
	}
	return 0
}

// damages are what can be wrong, or waived, with evidence.
var damages = map[string]func(in *signoff.Input){
	"deviates":          func(in *signoff.Input) { deviate(in.Run, 1, "shape.missing") },
	"deviated at night": func(in *signoff.Input) { deviateAtNight(in, "shape.missing") },
	"waived":            func(in *signoff.Input) { in.Waivers = append(in.Waivers, waiver()) },
	"unseen":            func(in *signoff.Input) { in.Run.Sheets[0].Coverage.Codes[1].Seen = false },
	"unseen waived":     func(in *signoff.Input) { in.Waivers = append(in.Waivers, ruleWaiver("coverage.code-not-seen")) },
	"lint": func(in *signoff.Input) {
		in.Run.Sheets[0].Diagnostics = source.Diagnostics{{Rule: "sheet.bad-url", Severity: source.Error}}
	},
	"lint waived":     func(in *signoff.Input) { in.Waivers = append(in.Waivers, ruleWaiver("sheet.bad-url")) },
	"expiring":        func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.TLS.NotAfter = now.AddDate(0, 0, 3) },
	"expiring waived": func(in *signoff.Input) { in.Waivers = append(in.Waivers, ruleWaiver("transport.tls-expiring")) },
	"unverified":      func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.TLS.Verified = false },
	"production":      func(in *signoff.Input) { probeElsewhere(in.Run, "https://api.parcelway.com") },
	"left out":        func(in *signoff.Input) { leaveOut(in.Run, "left out by --only") },
	"left out waived": func(in *signoff.Input) {
		w := waiver()
		w.Fingerprint, w.Case = "", "*"
		in.Waivers = append(in.Waivers, w)
	},
	"slow":               func(in *signoff.Input) { in.Policy.Latency = &signoff.Latency{Percentile: 95, Max: 1} },
	"no nights demanded": func(in *signoff.Input) { in.Policy.CleanNights = 0 },
	"old":                func(in *signoff.Input) { in.At = in.At.Add(24 * time.Hour) },
	"unreadable": func(in *signoff.Input) {
		in.Run.Diagnostics = source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error}}
		in.Run.Summarize()
	},
	"insecure": func(in *signoff.Input) { in.Run.Insecure = true; in.Run.Summarize() },
	"no test data": func(in *signoff.Input) {
		in.Run.Sheets[0].Diagnostics = append(in.Run.Sheets[0].Diagnostics, source.Diagnostic{Rule: "sheet.no-test-data", Severity: source.Info})
	},
	"attested": func(in *signoff.Input) {
		in.Attestations = append(in.Attestations, signoff.Attestation{Item: "test-data", By: "A. Person", On: "2026-03-01", Until: "2026-04-01"})
	},
	"private":    func(in *signoff.Input) { in.Run.Sheets[0].Cases[0].Exchange.RemoteAddr = "10.0.0.1:443" },
	"lowered":    func(in *signoff.Input) { lower(in.Run) },
	"overridden": func(in *signoff.Input) { override(in.Run, schema.Override{Ignore: true}) },
	"manual": func(in *signoff.Input) {
		in.Policy.Manual = []signoff.ManualItem{{ID: "letter", Title: "the letter is there"}}
	},
	"a token": func(in *signoff.Input) { in.Run.TokenCalls = []probe.TokenCall{{Requests: 1}}; in.Run.Summarize() },
}

func ruleWaiver(rule string) signoff.Waiver {
	w := waiver()
	w.Fingerprint, w.Rule, w.API = "", rule, "*"
	return w
}

// losses are the ways in which evidence gets lost. What one judgement says (the findings of a case, what lint says of a sheet) is one piece.
func losses(in *signoff.Input) map[string]func() {
	run := in.Run
	all := map[string]func(){
		"the run": func() { in.Run = nil }, "when": func() { run.StartedAt = time.Time{} }, "its end": func() { run.FinishedAt = time.Time{} },
		"the rules": func() { run.Tool.RulesVersion = "" }, "the documents": func() { run.Documents = nil }, "documents at hand": func() { in.Documents = nil },
		"token calls": func() { run.TokenCalls = nil }, "unreadable documents": func() { run.Diagnostics = nil }, "why unfit": func() { run.Unfit = nil },
		"all nights": func() { in.Nights = nil }, "all waivers": func() { in.Waivers = nil }, "all attestations": func() { in.Attestations = nil },
		"how it was judged": func() { run.Choices = nil }, "what was asked for": func() { run.Choices.Families = nil },
		"how to tell staging": func() { in.NotStaging = nil }, "all sheets": func() { run.Sheets = nil },
	}
	for i := range in.Nights {
		all["a night"+in.Nights[i].Date] = func() { in.Nights[i].Runs = nil }
	}
	for i := range in.Waivers {
		all["a waiver"+string(rune('0'+i))] = func() { in.Waivers[i] = signoff.Waiver{} }
	}
	for i := range run.Sheets {
		s := &run.Sheets[i]
		all["lint"], all["what is documented"] = func() { s.Diagnostics = nil }, func() { s.Documented = nil }
		all["times"], all["codes"] = func() { s.Timings = nil }, func() { s.Coverage.Codes = nil }
		all["answers"] = func() { s.Coverage.Responses = nil }
		all["one code"] = func() { s.Coverage.Codes = slices.Delete(slices.Clone(s.Coverage.Codes), 1, 2) }
		all["one answer"] = func() { s.Coverage.Responses = slices.Delete(slices.Clone(s.Coverage.Responses), 1, 2) }
		for k := range s.Cases {
			c := &s.Cases[k]
			name := string(rune('0' + k))
			all["case "+name] = func() {
				s.Cases = slices.DeleteFunc(slices.Clone(s.Cases), func(r probe.Result) bool { return r.ID == c.ID })
			}
			all["verdict "+name], all["checks "+name] = func() { c.Verdict = "" }, func() { c.Checks = 0 }
			if c.Exchange != nil {
				all["exchange "+name], all["response "+name] = func() { c.Exchange = nil }, func() { c.Exchange.Response = nil }
				all["certificate "+name], all["address "+name] = func() { c.Exchange.TLS = nil }, func() { c.Exchange.RemoteAddr = "" }
				all["url "+name] = func() { c.Exchange.Request.URL = "" }
			}
		}
	}
	return all
}

func keys[V any](m map[string]V) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// A decision never gets better by taking evidence away.
func TestTakingEvidenceAwayNeverHelps(t *testing.T) {
	outcomes := map[signoff.Outcome]int{}
	for range 20 { // of a hundred each
		rapid.Check(t, func(t *rapid.T) { takeAway(t, outcomes) })
	}
	for _, o := range []signoff.Outcome{signoff.Go, signoff.GoWithWaivers, signoff.NoGo, signoff.CannotJudge} {
		require.Positive(t, outcomes[o], "no evidence led to %s, so that nothing was tried", o)
	}
}

func takeAway(t *rapid.T, outcomes map[signoff.Outcome]int) {
	in := good()
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys(damages)), 0, 4, rapid.ID).Draw(t, "damages") {
		damages[name](&in)
	}
	before := signoff.Decide(in)
	outcomes[before.Outcome]++
	lost := losses(&in)
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys(lost)), 1, 5, rapid.ID).Draw(t, "losses") {
		func() {
			defer func() { _ = recover() }() // what is lost already cannot be lost again
			lost[name]()
		}()
	}
	after := signoff.Decide(in)
	if worth(after.Outcome) > worth(before.Outcome) {
		t.Fatalf("%s (%s) became %s (%s)", before.Outcome, before.Reason, after.Outcome, after.Reason)
	}
}

// Every single loss from good evidence is noticed, but for what good evidence does not rest on.
func TestEveryLossIsNoticed(t *testing.T) {
	needless := []string{"token calls", "unreadable documents", "why unfit", "all waivers", "all attestations"}
	in := good()
	for _, name := range keys(losses(&in)) {
		in := good()
		losses(&in)[name]()
		d := signoff.Decide(in)
		switch {
		case slices.Contains(needless, name), d.Outcome == signoff.CannotJudge:
		case name == "checks 2": // of a case that was not sent
		default:
			t.Errorf("without %s it is still %s", name, d.Outcome)
		}
	}
}
