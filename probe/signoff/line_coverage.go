package signoff

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// coverage demands that every documented code and answer was seen, but for errors of the server itself (HTTP 5xx), which nobody can bring about
// from outside.
func (g *gate) coverage() Line {
	var t tally
	codes, responses := 0, 0
	for _, a := range g.apis {
		if says := unrecordedCoverage(a.SheetResult); says != "" {
			t.add(Evidence{Status: Unknown, API: a.Name, Says: says, NextStep: "make a run of the API, and decide upon that"})
			continue
		}
		t.ok()
		for _, gap := range gapsOf(a.SheetResult) {
			t.add(g.gap(a, gap))
		}
		c := coverageOf(a.SheetResult)
		codes, responses = codes+c.CodesSeen, responses+c.ResponsesSeen
	}
	return t.line("coverage", "every documented code and answer was seen", fmt.Sprintf("%s and %s were seen", count(codes, "documented code"), count(responses, "documented answer")))
}

// unrecordedCoverage says what is not recorded; "" where everything that the sheet documents has its place in the coverage.
func unrecordedCoverage(s *probe.SheetResult) string {
	if s.Documented == nil {
		return "it is not recorded what the sheet documents"
	}
	if len(s.Documented.Responses) == 0 && len(s.Documented.Codes) == 0 {
		return "the sheet documents no answer and no code, so that there is nothing to be seen"
	}
	if len(s.Coverage.Responses) < len(s.Documented.Responses) {
		return fmt.Sprintf("%s documented, and of %d it is recorded whether it was seen", count(len(s.Documented.Responses), "answer"), len(s.Coverage.Responses))
	}
	var codes []string
	for _, row := range s.Documented.Codes {
		codes = append(codes, row.Code)
	}
	for _, answer := range s.Documented.Responses {
		codes = append(codes, answer.Code)
	}
	for _, code := range codes {
		if code != "" && !slices.ContainsFunc(s.Coverage.Codes, func(c probe.CodeCoverage) bool { return c.Code == code && c.Documented }) {
			return fmt.Sprintf("it is not recorded whether the documented code %q was seen", code)
		}
	}
	return ""
}

// gap is something that is documented and was not seen.
type gap struct {
	name, lacking string
	tried         []string // the ids of the cases that were there to bring it about
	fingerprints  []string // of the findings that may stand for it
}

// gapsOf lists what was not seen; an answer and the row of its code are one.
func gapsOf(s *probe.SheetResult) []gap {
	var all []gap
	named := map[string]bool{}
	add := func(key, name, lacking string, tried []string) {
		if !named[key] {
			named[key] = true
			all = append(all, gap{name, lacking, tried, fingerprintsOf(s, key)})
		}
	}
	for _, r := range s.Coverage.Responses {
		if key := responseKey(r); !r.Seen && !isServerError(key) && r.HTTPStatus < http.StatusInternalServerError {
			add(key, "the documented "+string(r.Kind)+" "+strconv.Quote(cmp.Or(key, "response")), r.Lacking, r.Tried)
		}
	}
	for _, c := range s.Coverage.Codes {
		if c.Documented && !c.Seen && !isServerError(c.Code) && !ofServerError(s, c.Code) {
			add(c.Code, "the code "+strconv.Quote(c.Code), c.Lacking, c.Tried)
		}
	}
	return all
}

// responseKey is what a documented answer is known by.
func responseKey(r probe.ResponseCoverage) string {
	if r.Code == "" && r.HTTPStatus != 0 {
		return strconv.Itoa(r.HTTPStatus)
	}
	return cmp.Or(r.Code, r.Title)
}

func isServerError(code string) bool {
	status, err := strconv.Atoi(code)
	return err == nil && status >= http.StatusInternalServerError && status < 600
}

// ofServerError says that every documented answer with the code is an error of the server.
func ofServerError(s *probe.SheetResult, code string) bool {
	found := false
	for _, r := range s.Coverage.Responses {
		if r.Code == code {
			if r.HTTPStatus < http.StatusInternalServerError {
				return false
			}
			found = true
		}
	}
	return found
}

// fingerprintsOf are those under which findings may tell of what is known by the key.
func fingerprintsOf(s *probe.SheetResult, key string) []string {
	slug := history.SlugOf(s)
	all := []string{probe.NewFinding("coverage.code-not-seen", slug, probe.AtCoverage, key).Fingerprint}
	elicited := func(code, status, title string) {
		all = append(all, probe.NewFinding("coverage.error-not-elicited", slug, probe.AtCoverage, code, status, title).Fingerprint)
	}
	for _, r := range s.Coverage.Responses {
		if responseKey(r) == key {
			elicited(r.Code, strconv.Itoa(r.HTTPStatus), r.Title)
		}
	}
	for _, c := range s.Coverage.Codes {
		if c.Code == key {
			elicited(c.Code, "0", c.Message)
			elicited("", c.Code, c.Message)
		}
	}
	return all
}

// triedInVain says that a request of the API works, and that every case which was there to bring something about was answered.
func triedInVain(s *probe.SheetResult, tried []string) bool {
	for i := range s.Cases {
		if c := &s.Cases[i]; slices.Contains(tried, c.ID) && c.Verdict != probe.Conforms && c.Verdict != probe.Deviates {
			return false
		}
	}
	return workingCase(s) != ""
}

// gap is a piece of evidence about something that was not seen. It shows the finding that tells of it, where there is one.
func (g *gate) gap(a *api, lost gap) Evidence {
	e := Evidence{
		Status: Failed, API: a.Name, Rule: "coverage.code-not-seen", Fingerprint: lost.fingerprints[0], Says: lost.name + " was not seen",
		NextStep: cmp.Or(lost.lacking, "ask the API owner what leads to it; or answer for it with a waiver of the fingerprint "+lost.fingerprints[0]),
	}
	if !triedInVain(a.SheetResult, lost.tried) {
		e.Status, e.NextStep = Unknown, "run again when the API answers"
	}
	for _, f := range a.Findings {
		if slices.Contains(lost.fingerprints, f.Fingerprint) {
			e.Rule, e.Fingerprint, e.Says, e.NextStep = f.Rule, f.Fingerprint, f.Message, f.Hint
		}
	}
	for _, fingerprint := range append([]string{e.Fingerprint}, lost.fingerprints...) {
		place := g.waivers.cover(subject{fingerprint: fingerprint, rule: e.Rule, blame: probe.BlameSheet, slug: a.slug, name: a.Name})
		if place != "" {
			e.Status, e.Waiver, e.NextStep = Waived, place, ""
			return e
		}
	}
	return e
}

// coverageOf counts what was seen.
func coverageOf(s *probe.SheetResult) CoverageSummary {
	var sum CoverageSummary
	for _, c := range s.Coverage.Codes {
		if c.Documented {
			sum.Codes++
			sum.CodesSeen += one(c.Seen)
		}
	}
	for _, r := range s.Coverage.Responses {
		sum.Responses++
		sum.ResponsesSeen += one(r.Seen)
	}
	return sum
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
