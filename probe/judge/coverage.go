package judge

import (
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Coverage tells which documented codes and answers the results have seen, in the order of the sheet; codes that were seen and are not
// documented follow. HTTP statuses count as codes where field 10 lists them.
func (j *Judge) Coverage(results []probe.Result) probe.Coverage {
	seen := newSighting(j, results)
	coverage := probe.Coverage{Codes: []probe.CodeCoverage{}, Responses: []probe.ResponseCoverage{}}
	listed := map[string]bool{}
	list := func(code string, documented, wasSeen bool) {
		if code != "" && !listed[code] {
			listed[code] = true
			coverage.Codes = append(coverage.Codes, probe.CodeCoverage{Code: code, Documented: documented, Seen: wasSeen})
		}
	}
	for _, row := range j.sheet.StatusCodes {
		list(row.Code, true, seen.codes[row.Code] || row.Kind == probe.KindHTTP && seen.statuses[row.Code])
	}
	for _, code := range append(j.codes.For(probe.OutcomeSuccess), j.codes.For(probe.OutcomeError)...) {
		list(code, true, seen.codes[code])
	}
	for _, code := range seen.order {
		list(code, false, true)
	}
	for _, p := range []*promise{j.success, j.failure} {
		for _, r := range p.responses {
			coverage.Responses = append(coverage.Responses, probe.ResponseCoverage{Kind: p.outcome, At: r.At, Seen: seen.response(p.outcome, r)})
		}
	}
	return coverage
}

// sighting is what the answers of a run carried.
type sighting struct {
	codes    map[string]bool
	order    []string
	statuses map[string]bool
	answers  []*answer
}

func newSighting(j *Judge, results []probe.Result) sighting {
	s := sighting{codes: map[string]bool{}, statuses: map[string]bool{}}
	for i := range results {
		r := &results[i]
		if r.Exchange == nil || r.Exchange.Response == nil || r.Verdict == probe.Inconclusive {
			continue
		}
		a := newAnswer(j, &probe.Case{Family: r.Family, Expect: r.Expect}, r.Exchange)
		a.outcome = r.Outcome
		s.answers = append(s.answers, a)
		s.statuses[strconv.Itoa(a.status)] = true
		for _, code := range a.codesIn() {
			if !s.codes[code] {
				s.codes[code] = true
				s.order = append(s.order, code)
			}
		}
	}
	return s
}

// response says that an answer of the outcome came that matches: by its code where it has one, else by its HTTP status, else by its keys.
func (s sighting) response(o probe.Outcome, r probe.Response) bool {
	for _, a := range s.answers {
		if a.outcome != o {
			continue
		}
		switch {
		case r.Code != "":
			if s.carries(a, r.Code) {
				return true
			}
		case r.HTTPStatus != nil:
			if a.status == *r.HTTPStatus {
				return true
			}
		case r.Body.Value == nil || a.value == nil || alike(r.Body.Value, a.value):
			return true
		}
	}
	return false
}

func (s sighting) carries(a *answer, code string) bool {
	for _, c := range a.codesIn() {
		if c == code {
			return true
		}
	}
	return strconv.Itoa(a.status) == code
}
