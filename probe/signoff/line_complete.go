package signoff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// complete demands a whole record of a whole run, in which nothing was left out for which nobody answers.
func (g *gate) complete() Line {
	var t tally
	run := g.Run
	again := func(says string) {
		t.add(Evidence{Status: Unknown, Says: says, NextStep: "run again, and decide upon that"})
	}
	switch {
	case len(g.apis) == 0:
		again("the run judged no API")
	case run.Interrupted:
		again("the run was interrupted")
	case run.FinishedAt.IsZero():
		again("the run did not come to its end")
	}
	if says := contradiction(run); says != "" {
		t.add(Evidence{Status: Unknown, Says: says, NextStep: "the record is not as it was written: use the original, or run again"})
	}
	g.documentsWhole(&t)
	for _, h := range run.Hosts {
		t.add(Evidence{Status: Unknown, Host: h.Host, Rule: h.Rule, Case: h.FoundIn, Says: h.Host + " could not be reached: " + h.Diagnosis.Means, NextStep: "clear the way to the host, and run again"})
	}
	g.families(&t)
	for _, a := range g.apis {
		g.leftOut(&t, a)
	}
	return t.line("complete", "nothing was left out", fmt.Sprintf("%s, %d sent", count(run.Summary.Cases, "case"), run.Summary.Conforms+run.Summary.Deviates))
}

// families demands that every kind of broken request was asked for. A waiver answers for one as for its cases, of which the run shows none.
func (g *gate) families(t *tally) {
	var missing []string
	for _, f := range familiesBeyond(probe.NegativeFamilies[:], g.Run.Choices) {
		if place := g.waivers.coverCase("*/" + string(f)); place != "" {
			t.add(Evidence{Status: Waived, Waiver: place, Says: fmt.Sprintf("requests of the family %s were not asked for", f)})
			continue
		}
		missing = append(missing, string(f))
	}
	if len(missing) == 0 {
		return
	}
	if len(missing) == len(probe.NegativeFamilies) {
		t.add(Evidence{
			Status: Unknown, Says: "no broken requests were asked for (--negatives none), or the run does not record which", NextStep: "run again without --negatives, and decide upon that",
		})
		return
	}
	t.add(Evidence{
		Status: Unknown, Says: fmt.Sprintf("broken requests were not asked for (--negatives), of the families %s", strings.Join(missing, ", ")),
		NextStep: fmt.Sprintf("run again without --negatives; or answer for each with a waiver, as of the case \"*/%s\"", missing[0]),
	})
}

// familiesBeyond are those that were not asked for.
func familiesBeyond(all []probe.Family, chosen *probe.Choices) []probe.Family {
	var beyond []probe.Family
	for _, f := range all {
		if chosen == nil || !slices.Contains(chosen.Families, f) {
			beyond = append(beyond, f)
		}
	}
	return beyond
}

// contradiction says in what a record differs from what follows from its cases; "" where it does not.
func contradiction(run *probe.Run) string {
	fresh := *run
	fresh.Sheets = slices.Clone(run.Sheets)
	fresh.Summarize()
	switch {
	case fresh.Summary != run.Summary:
		return fmt.Sprintf("the record says that it holds %d cases of %d sheets, of which %d conform; it holds %d of %d, of which %d do",
			run.Summary.Cases, run.Summary.Sheets, run.Summary.Conforms, fresh.Summary.Cases, fresh.Summary.Sheets, fresh.Summary.Conforms)
	case fresh.Verdict != run.Verdict:
		return fmt.Sprintf("the record says %q, and its cases say %q", run.Verdict, fresh.Verdict)
	}
	return ""
}

// documentsWhole demands that every sheet of every document is there.
func (g *gate) documentsWhole(t *tally) {
	held, named := map[string]int{}, map[string]bool{}
	for _, a := range g.apis {
		held[a.DocumentSHA256]++
	}
	for _, d := range g.Run.Documents {
		if named[d.SHA256] = true; held[d.SHA256] < d.Sheets {
			t.add(Evidence{
				Status: Unknown, Document: d.Name, Says: fmt.Sprintf("the document holds %s, and the run %d of them", count(d.Sheets, "sheet"), held[d.SHA256]),
				NextStep: "run again with all sheets of the document",
			})
		}
	}
	for _, a := range g.apis {
		if !named[a.DocumentSHA256] || a.DocumentSHA256 == "" {
			t.add(Evidence{
				Status: Unknown, API: a.Name, Document: a.Document, Says: "the run does not say which document its sheet is from", NextStep: "run again, and decide upon that",
			})
		}
	}
}

// leftOut is about the cases of an API that were not sent. Those that share a reason are told as one.
func (g *gate) leftOut(t *tally, a *api) {
	type shared struct {
		status Status
		reason string
		waiver string
	}
	var order []shared
	first, alike := map[shared]Evidence{}, map[shared]int{}
	for i := range a.Cases {
		e, isOut := g.unsent(a, &a.Cases[i])
		if !isOut {
			t.ok()
			continue
		}
		key := shared{e.Status, e.Says, e.Waiver}
		if alike[key]++; alike[key] == 1 {
			order, first[key] = append(order, key), e
		}
	}
	for _, key := range order {
		e := first[key]
		e.Says = fmt.Sprintf("%s not sent: %s", count(alike[key], "case"), e.Says)
		t.add(e)
	}
}

// unsent is about a case that was not sent: by design, which is no loss; because something of ours is missing; or because somebody chose so, for
// which a waiver has to answer.
func (g *gate) unsent(a *api, c *probe.Result) (e Evidence, isOut bool) {
	e = Evidence{Status: Unknown, API: a.Name, Case: c.ID, Says: strings.TrimPrefix(c.Reason, "not sent: ")}
	switch {
	case c.Verdict == probe.Blocked:
		e.NextStep = "supply what is missing, and run again"
		if len(c.Findings) > 0 {
			e.Rule, e.NextStep = c.Findings[0].Rule, c.Findings[0].Hint
		}
		return e, true
	case c.Verdict != probe.Skipped || c.ByDesign:
		return e, false
	}
	e.NextStep = fmt.Sprintf("run again with it; or answer for it with a waiver of the case %q", c.ID)
	if place := g.waivers.coverCase(c.ID); place != "" {
		e.Status, e.Waiver, e.NextStep = Waived, place, ""
	}
	return e, true
}

// documents demands that the documents at hand are those that were judged.
func (g *gate) documents() Line {
	var t tally
	for _, d := range g.Run.Documents {
		same := func(at probe.RunDocument) bool { return at.SHA256 == d.SHA256 }
		renewed := func(at probe.RunDocument) bool { return at.Name == d.Name }
		switch {
		case d.SHA256 != "" && slices.ContainsFunc(g.Documents, same):
			t.ok()
		case slices.ContainsFunc(g.Documents, renewed):
			t.add(Evidence{Status: Unknown, Document: d.Name, Says: fmt.Sprintf("%q has changed since the run", d.Name), NextStep: "run again with what it says now"})
		default:
			t.add(Evidence{Status: Unknown, Document: d.Name, Says: fmt.Sprintf("%q is not at hand, so that nobody knows whether it has changed", d.Name), NextStep: "name the document behind the run"})
		}
	}
	return t.line("documents", "the documents are those that were judged", fmt.Sprintf("the digest of %s is that of the run", count(t.shown, "document")))
}
