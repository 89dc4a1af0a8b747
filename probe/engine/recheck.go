package engine

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// Recheck judges the recorded exchanges of a run anew, by the sheets of the readings and by today's rules, and sends nothing. Of each case the
// expectation is what today's plan says; of one that is planned no more, and of those that were never sent, the record stays. The second result names the
// recorded APIs that no reading describes: their results stay as they were.
//
// Secrets were removed when the exchanges were recorded. The options say how the plan is made (Vars, Negatives) and how strict to be.
func Recheck(recorded *probe.Run, readings []sheet.Reading, o Options) (run *probe.Run, unknown []string) {
	mask := recorder(readings, o.Vars)
	copied := *recorded
	run = &copied
	if run.RecordedBy == nil {
		by := recorded.Tool
		run.RecordedBy = &by
	}
	run.Choices = rechosen(recorded.Choices, o.Judge)
	run.Tool, run.Diagnostics = o.Tool, masked(documentDiagnostics(readings), mask)
	run.Documents = documentsOf(readings, mask)
	o.Judge.Now = recorded.StartedAt
	p := newPlanner(readings, o)
	run.Sheets = make([]probe.SheetResult, len(recorded.Sheets))
	for i := range recorded.Sheets {
		old := &recorded.Sheets[i]
		k := p.find(old)
		if k < 0 {
			run.Sheets[i] = *old
			unknown = append(unknown, old.Name)
			continue
		}
		run.Sheets[i] = p.recheck(k, old, mask)
	}
	tellOnce(run.Sheets)
	run.Summarize()
	return run, unknown
}

// find is the sheet that a recorded result is of: its cases begin with the slug, or it has the name; -1 where there is none.
func (p *planner) find(old *probe.SheetResult) int {
	slug := probe.Slug(old.Name)
	if len(old.Cases) > 0 {
		slug, _, _ = strings.Cut(old.Cases[0].ID, "/")
	}
	for i := range p.sheets {
		if p.slugs[i] == slug {
			return i
		}
	}
	return -1
}

func (p *planner) recheck(k int, old *probe.SheetResult, mask *probe.Redactor) probe.SheetResult {
	s := p.sheets[k]
	result := sheetResult(s, mask)
	built := p.plan(k, p.standIns(k)).Plan
	planned := map[string]*probe.Case{}
	for n := range built.Cases {
		planned[built.Cases[n].ID] = &built.Cases[n]
	}
	j, err := judge.New(s, p.options.Judge)
	for _, r := range old.Cases {
		switch {
		case !canBeRejudged(&r):
		case err != nil:
			r.Verdict, r.Reason = probe.Blocked, fmt.Sprintf("the documented examples could not be used: %v", err)
		default:
			r = withoutSecrets(rejudged(j, r, planned[r.ID]), mask)
		}
		result.Cases = append(result.Cases, r)
	}
	if j != nil {
		result.Coverage = j.Coverage(result.Cases, built.Errors)
		result.Findings = j.Unseen(p.slugs[k], result.Coverage, built.Errors, result.Cases)
		maskCoverage(&result, mask)
	}
	result.Measure()
	return result
}

// canBeRejudged says that the record of a case holds all that its judgement rests on. A callback or a poll is judged by when it came, too.
func canBeRejudged(r *probe.Result) bool {
	return r.Exchange != nil && r.Family != probe.FamilyCallback && r.Family != probe.FamilyPoll
}

// rejudged decides a recorded case again, with what is recorded of its repeats and of calls that came although it was refused.
func rejudged(j *judge.Judge, old probe.Result, today *probe.Case) probe.Result {
	c := probe.Case{
		ID: old.ID, Title: old.Title, Family: old.Family, Mutation: old.Mutation, Base: old.Base, Generated: old.Generated, Expect: old.Expect,
	}
	if today != nil {
		c.Title, c.Expect = today.Title, today.Expect
	}
	q := old.Exchange.Request
	c.Request = probe.Request{Method: q.Method, URL: q.URL, Headers: q.Headers, Body: []byte(q.Body)}
	decided := j.Decide(&c, old.Exchange)
	if len(old.Repeats) > 0 && (decided.Verdict == probe.Conforms || decided.Verdict == probe.Deviates) {
		decided = recalled(j, &c, decided, old.Repeats).Result()
	} else {
		decided.Repeats = old.Repeats
	}
	decided.Callbacks, decided.NotRepeated = old.Callbacks, old.NotRepeated
	if len(old.Callbacks) > 0 && decided.Outcome == probe.OutcomeError {
		calls := make([]judge.Call, len(old.Callbacks))
		for i := range old.Callbacks {
			calls[i].Received = old.Callbacks[i]
		}
		decided.Callbacks = nil
		decided = j.Unasked(decided, &c, calls)
	}
	return decided
}
