package engine

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
)

// gaveUp turns a panic into a verdict of its API, so that the other APIs are still probed and nothing of the crash reaches the terminal: what
// a panic says may hold whatever was at hand, secrets too. The fault is ours, so nothing is known of the API: the case that was under way is
// inconclusive, and those behind it are left out.
func (r *runner) gaveUp(i int, result *probe.SheetResult, planned []probe.Case, panicked any) {
	s, slug := r.planner.sheets[i], r.planner.slugs[i]
	mask := r.options.Send.Redactor
	if result.Name == "" { // there was nothing yet
		*result = probe.SheetResult{Name: s.Name, Method: s.Method, URL: mask.URL(s.URL), Document: s.Document.Name, DocumentSHA256: s.Document.SHA256}
	}
	rest := planned[min(len(result.Cases), len(planned)):]
	if len(rest) == 0 {
		expect := probe.Expectation{Outcome: probe.OutcomeUnknown, HTTPStatus: []int{}, Codes: []string{}}
		rest = []probe.Case{{ID: slug + "/unfinished", Title: "what was left to do", Family: probe.FamilySuccess, Expect: expect}}
	}
	if len(result.Cases) == 0 {
		r.captured.set(i, nil, lack{why: "sheetprobe itself failed at it", unclear: true})
	}
	for n := range rest {
		c := &rest[n]
		verdict, reason := probe.Skipped, "sheetprobe itself failed at an earlier case of this API"
		if n == 0 {
			verdict = probe.Inconclusive
			reason = "sheetprobe itself failed (" + mask.Text(fmt.Sprint(panicked)) + "), which is no fault of the API; please report this as a bug, with the sheet and the version"
		}
		left := probe.Result{
			ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Generated: c.Generated, Expect: c.Expect, Verdict: verdict, Reason: reason,
		}
		if n > 0 {
			left = r.standing(c, left)
		}
		result.Cases = append(result.Cases, left)
	}
}
