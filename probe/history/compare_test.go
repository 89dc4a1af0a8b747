package history_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// world makes a run of one API; its cases are given by name.
type world struct {
	rules, sheet, promise string
	cases                 []probe.Result
	whole                 []probe.Finding
}

func (w world) run() *probe.Run {
	s := probe.SheetResult{
		Name: "OTP", DocumentSHA256: w.sheet, Cases: w.cases, Findings: w.whole,
		Documented: &probe.Documented{Request: probe.RecordedRequest{Method: "POST", Body: w.promise}},
	}
	r := &probe.Run{Tool: probe.Tool{RulesVersion: w.rules}, StartedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Sheets: []probe.SheetResult{s}}
	r.Summarize()
	return r
}

func finding(rule, caseID string, s source.Severity) probe.Finding {
	f := probe.NewFinding(rule, caseID, probe.AtBody, "x")
	f.Severity = s
	return f
}

func one(id string, v probe.Verdict, fs ...probe.Finding) probe.Result {
	return probe.Result{ID: id, Family: probe.FamilySuccess, Verdict: v, Findings: fs}
}

func TestCompare(t *testing.T) {
	missing, warned := finding("shape.missing", "otp/success", source.Error), finding("shape.undocumented", "otp/success", source.Warning)
	down := finding("transport.refused", "otp/success", source.Error)
	broken := world{cases: []probe.Result{one("otp/success", probe.Deviates, missing)}}
	well := world{cases: []probe.Result{one("otp/success", probe.Conforms)}}
	unreached := world{cases: []probe.Result{one("otp/success", probe.Inconclusive, down)}}
	with := func(w world, change func(*world)) world {
		change(&w)
		return w
	}
	for name, test := range map[string]struct {
		before, now world
		least       source.Severity
		change      history.Change // of the one finding; "" for none
		causes      []history.Cause
		apis        int
	}{
		"nothing":                       {before: well, now: well},
		"new":                           {before: well, now: broken, change: history.New, causes: []history.Cause{history.CauseEndpoint}, apis: 1},
		"gone":                          {before: broken, now: well, change: history.Gone, causes: []history.Cause{history.CauseEndpoint}, apis: 1},
		"still":                         {before: broken, now: broken, change: history.Still},
		"an outage is no change":        {before: broken, now: unreached, change: history.Unknown, apis: 1},
		"behind an outage it surfaces":  {before: unreached, now: broken, change: history.Surfaced, apis: 1},
		"an outage alone is no finding": {before: well, now: unreached, apis: 1},
		"the sheet":                     {before: with(well, func(w *world) { w.sheet, w.promise = "a", "1" }), now: with(broken, func(w *world) { w.sheet, w.promise = "b", "2" }), change: history.New, causes: []history.Cause{history.CauseSheet}, apis: 1},
		"another document, same sheet":  {before: with(well, func(w *world) { w.sheet = "a" }), now: with(broken, func(w *world) { w.sheet = "b" }), change: history.New, causes: []history.Cause{history.CauseEndpoint}, apis: 1},
		"our rules":                     {before: with(well, func(w *world) { w.rules = "1" }), now: with(broken, func(w *world) { w.rules = "2" }), change: history.New, causes: []history.Cause{history.CauseRules}, apis: 1},
		"a warning that is left out":    {before: well, now: world{cases: []probe.Result{one("otp/success", probe.Conforms, warned)}}, least: source.Error},
		"a warning":                     {before: well, now: world{cases: []probe.Result{one("otp/success", probe.Conforms, warned)}}, change: history.New, causes: []history.Cause{history.CauseEndpoint}},
		"of the API as a whole": {
			before: well, now: with(well, func(w *world) {
				w.whole = []probe.Finding{finding("coverage.error-not-elicited", "otp", source.Info)}
			}), change: history.New, causes: []history.Cause{history.CauseEndpoint},
		},
		"an API that is no more": {before: broken, now: world{}, change: history.Unknown, apis: 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := history.Compare(test.before.run(), test.now.run(), test.least)
			require.Len(t, c.APIs, test.apis)
			if test.change == "" {
				require.Empty(t, c.Findings)
				return
			}
			require.Len(t, c.Findings, 1)
			require.Equal(t, test.change, c.Findings[0].Change)
			require.Equal(t, test.causes, c.Findings[0].Causes)
			isNews := test.change == history.New || test.change == history.Surfaced
			require.Equal(t, isNews, len(c.News("")) == 1)
		})
	}
}
