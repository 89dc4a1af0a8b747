package signoff

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// conform demands that every API does what its sheet says.
func (g *gate) conform() Line {
	var t tally
	for _, a := range g.apis {
		t.against = append(t.against, a.against...)
		switch works := workingCase(a.SheetResult); {
		case works != "":
			t.ok()
		case len(a.against) == 0:
			t.add(Evidence{
				Status: Unknown, API: a.Name, Says: "no answer shows that the documented request works", NextStep: "run again with the cases of the family success",
			})
		}
	}
	return t.line("conform", "every API conforms to its sheet", fmt.Sprintf("as %s of the run shows", count(len(g.apis), "API")))
}

// workingCase is the id of a case in which a request that the sheet documents was answered as documented; "" where there is none.
func workingCase(s *probe.SheetResult) string {
	for i := range s.Cases {
		c := &s.Cases[i]
		answered := c.Exchange != nil && c.Exchange.Response != nil && c.Checks > 0
		if answered && !c.Family.Negative() && c.Family != probe.FamilyPoll && c.Outcome == probe.OutcomeSuccess {
			return c.ID
		}
	}
	return ""
}

// deviations is what speaks against an API.
func (g *gate) deviations(a *api) []Evidence {
	var all []Evidence
	for i := range a.Cases {
		all = append(all, g.deviation(a, &a.Cases[i])...)
	}
	for i := range a.Findings {
		if f := &a.Findings[i]; f.OwnSeverity().Rank() >= g.leastSeverity() && !isCoverage(f.Rule) {
			all = append(all, g.finding(a, "", f))
		}
	}
	return all
}

// isCoverage says that a finding is for the line about coverage, which looks at what it rests on.
func isCoverage(rule string) bool { return strings.HasPrefix(rule, "coverage.") }

// leastSeverity is the rank from which on a finding counts. A policy that says no severity, or another, is not to let warnings pass.
func (g *gate) leastSeverity() int {
	if g.Policy.FailOn == source.Error {
		return source.Error.Rank()
	}
	return source.Warning.Rank()
}

// deviation is what a case says against its API.
func (g *gate) deviation(a *api, c *probe.Result) []Evidence {
	unknown := func(says, next string) []Evidence {
		return []Evidence{{Status: Unknown, API: a.Name, Case: c.ID, Says: says, NextStep: next}}
	}
	switch c.Verdict {
	case probe.Conforms, probe.Deviates:
	case probe.Inconclusive:
		return unknown("could not be judged: "+c.Reason, "run again when the way to the API is clear")
	case probe.Blocked, probe.Skipped: // what was not sent is for the line about what was left out
		return nil
	default:
		return unknown(fmt.Sprintf("has the verdict %q, which means nothing", c.Verdict), "record the run again")
	}
	if lacks := lacking(c); lacks != "" {
		return unknown(lacks, "make a run of the API, and decide upon that")
	}
	return g.counting(a, c)
}

// lacking says what is missing from the record of a case that has a verdict; "" where nothing is.
func lacking(c *probe.Result) string {
	if c.Family == probe.FamilyCallback {
		if c.Verdict == probe.Conforms && len(c.Callbacks) == 0 && c.Checks == 0 {
			return "nothing is recorded of the call that it is about"
		}
		return ""
	}
	switch x := c.Exchange; {
	case x == nil || x.Response == nil:
		return "has a verdict, and the answer that it rests on is not recorded"
	case x.Saved:
		return "is about an answer that somebody saved, which we did not see come"
	case c.Checks == 0:
		return "has a verdict, and nothing was checked"
	}
	return ""
}

// counting are the findings of a case that count. Of one that deviates at least one does. A finding is as grave as its rule has it: that a
// configuration lowers it is an agreement with whoever makes the runs, for which a waiver can answer.
func (g *gate) counting(a *api, c *probe.Result) []Evidence {
	for _, least := range []int{g.leastSeverity(), source.Warning.Rank(), 0} {
		var all []Evidence
		for i := range c.Findings {
			if f := &c.Findings[i]; f.OwnSeverity().Rank() >= least {
				all = append(all, g.finding(a, c.ID, f))
			}
		}
		if len(all) > 0 || c.Verdict == probe.Conforms {
			return all
		}
	}
	return []Evidence{{Status: Failed, API: a.Name, Case: c.ID, Says: "deviates, and the record does not say in what", NextStep: "judge the run again with `sheetprobe recheck`"}}
}

// lint demands that the documents are without errors.
func (g *gate) lint() Line {
	var t tally
	for _, d := range g.Run.Diagnostics {
		if d.Severity == source.Error {
			t.add(Evidence{Status: Failed, Rule: d.Rule, Says: d.Message, NextStep: "correct the document, or leave it out of the run"})
		}
	}
	for _, a := range g.apis {
		if a.Diagnostics == nil {
			t.add(Evidence{Status: Unknown, API: a.Name, Says: "it is not recorded what lint says of its sheet", NextStep: "make a run of the API, and decide upon that"})
			continue
		}
		t.ok()
		for _, d := range a.Diagnostics {
			if d.Severity == source.Error {
				t.add(g.diagnostic(a, d, Failed))
			}
		}
	}
	return t.line("lint", "the sheets are without errors", fmt.Sprintf("lint finds no error in %s", count(len(g.apis), "sheet")))
}

// diagnostic is a piece of evidence about something that is wrong with the sheet of an API.
func (g *gate) diagnostic(a *api, d source.Diagnostic, status Status) Evidence {
	e := Evidence{Status: status, API: a.Name, Document: a.Document, Rule: d.Rule, Says: d.Message, NextStep: d.Hint}
	if rule, ok := probe.RuleByID(d.Rule); ok && e.NextStep == "" {
		e.NextStep = rule.Fix
	}
	if place := g.waivers.cover(subject{rule: d.Rule, blame: probe.BlameSheet, slug: a.slug, name: a.Name}); place != "" {
		e.Status, e.Waiver, e.NextStep = Waived, place, ""
	}
	return e
}

// count says how many, as in "2 APIs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
