package judge

import (
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Coverage tells which documented codes and answers the results have seen, in the order of the sheet; codes that were seen and are not
// documented follow. HTTP statuses count as codes where field 10 lists them. planned are the documented errors of the plan; nil where
// there was none, as with saved answers.
func (j *Judge) Coverage(results []probe.Result, planned []probe.PlannedError) probe.Coverage {
	seen := newSightings(j, results)
	coverage := probe.Coverage{Codes: j.codeCoverage(seen, planned), Responses: []probe.ResponseCoverage{}}
	for _, p := range []*promise{j.success, j.failure} {
		in := seen.responses(p, planned)
		for i, r := range p.responses {
			c := probe.ResponseCoverage{Kind: p.outcome, Title: r.Title, Code: r.Code, At: r.At, SeenIn: in[i]}
			c.Seen = len(c.SeenIn) > 0
			if r.HTTPStatus != nil {
				c.HTTPStatus = *r.HTTPStatus
			}
			for _, e := range planned {
				if p == j.failure && e.Response == i {
					c.Tried, c.Lacking = e.Tried, lackingUnless(c.Seen, e)
				}
			}
			coverage.Responses = append(coverage.Responses, c)
		}
	}
	return coverage
}

// lackingUnless is what is lacking, where that still matters.
func lackingUnless(seen bool, e probe.PlannedError) string {
	if seen {
		return ""
	}
	return e.Lacking
}

func (j *Judge) codeCoverage(seen sightings, planned []probe.PlannedError) []probe.CodeCoverage {
	all, listed := []probe.CodeCoverage{}, map[string]bool{} // each answer may carry a code of its own
	list := func(c probe.CodeCoverage) {
		if c.Code == "" || listed[c.Code] {
			return
		}
		listed[c.Code] = true
		c.Seen = len(c.SeenIn) > 0
		for _, e := range planned {
			if c.Documented && isOf(e, c.Code) {
				c.Tried, c.Lacking = merged(c.Tried, e.Tried), firstNonEmpty(c.Lacking, lackingUnless(c.Seen, e))
			}
		}
		if len(c.Tried) > 0 {
			c.Lacking = ""
		}
		all = append(all, c)
	}
	for _, row := range j.sheet.StatusCodes {
		in := seen.codes[row.Code]
		if row.Kind == probe.KindHTTP {
			in = merged(in, seen.withStatus(row.Code))
		}
		list(probe.CodeCoverage{Code: row.Code, Message: row.Message, Documented: true, SeenIn: in})
	}
	for _, code := range append(j.codes.For(probe.OutcomeSuccess), j.codes.For(probe.OutcomeError)...) {
		list(probe.CodeCoverage{Code: code, Documented: true, SeenIn: seen.codes[code]})
	}
	for _, code := range seen.order {
		list(probe.CodeCoverage{Code: code, SeenIn: seen.codes[code]})
	}
	return all
}

// isOf says that an error carries a code, or comes with it as its HTTP status.
func isOf(e probe.PlannedError, code string) bool {
	return e.Code == code || strconv.Itoa(e.HTTPStatus) == code
}

// merged joins lists of case ids, each once.
func merged(a, b []string) []string {
	if len(b) == 0 {
		return slices.Clone(a)
	}
	all, known := slices.Clone(a), make(map[string]bool, len(a))
	for _, id := range a {
		known[id] = true
	}
	for _, id := range b {
		if !known[id] {
			known[id], all = true, append(all, id)
		}
	}
	return all
}

// sightings are what the answers of a run carried, and in which cases.
type sightings struct {
	codes    map[string][]string
	order    []string // of the codes
	statuses map[int][]string
	told     []told
}

// told is a case with a trustworthy answer.
type told struct {
	result *probe.Result
	*probe.Sighting
}

func newSightings(j *Judge, results []probe.Result) sightings {
	s := sightings{codes: map[string][]string{}, statuses: map[int][]string{}, told: make([]told, 0, len(results))}
	for i := range results {
		r := &results[i]
		if r.Family == probe.FamilyPoll || !isTold(r) { // the answer of another API
			continue
		}
		seen := j.sightingOf(r)
		s.told = append(s.told, told{r, seen})
		status := r.Exchange.Response.HTTPStatus
		s.statuses[status] = append(s.statuses[status], r.ID)
		for _, code := range seen.Codes {
			ids := s.codes[code]
			if len(ids) == 0 {
				s.order = append(s.order, code)
			}
			if len(ids) == 0 || ids[len(ids)-1] != r.ID { // it may stand in the answer twice
				s.codes[code] = append(ids, r.ID)
			}
		}
	}
	return s
}

// sightingOf looks at the answer once more where it was judged by somebody else.
func (j *Judge) sightingOf(r *probe.Result) *probe.Sighting {
	if r.Sighting != nil {
		return r.Sighting
	}
	a := newAnswer(j, &probe.Case{ID: r.ID, Family: r.Family, Expect: r.Expect}, r.Exchange, new(nearjson.Reader))
	a.outcome = r.Outcome
	return a.sighting()
}

// withStatus are the cases that were answered with a status as a row of the status codes writes it.
func (s sightings) withStatus(row string) []string {
	status, err := strconv.Atoi(row)
	if err != nil || strconv.Itoa(status) != row {
		return nil
	}
	return s.statuses[status]
}

// isTold says that a trustworthy answer came.
func isTold(r *probe.Result) bool {
	return r.Exchange != nil && r.Exchange.Response != nil && r.Verdict != probe.Inconclusive
}

// responses lists, for each documented answer of an outcome, the cases in which it came: by its code where it has one, else by its HTTP status,
// else by its keys. Of several that this does not tell apart, it is those whose own words came; else those that the case was there for; else those
// that no words of their own and no case would ever tell from the others.
func (s sightings) responses(p *promise, planned []probe.PlannedError) [][]string {
	in := make([][]string, len(p.responses))
	for _, t := range s.told {
		if t.result.Outcome != p.outcome {
			continue
		}
		for _, i := range t.likeliest(p, planned) {
			in[i] = append(in[i], t.result.ID)
		}
	}
	return in
}

func (t told) likeliest(p *promise, planned []probe.PlannedError) []int {
	if len(t.Responses) < 2 || t.Sure {
		return t.Responses
	}
	meant := keep(t.Responses, func(i int) bool {
		return p.outcome == probe.OutcomeError && slices.ContainsFunc(planned, func(e probe.PlannedError) bool { return e.Response == i && slices.Contains(e.Tried, t.result.ID) })
	})
	if len(meant) > 0 {
		return meant
	}
	return keep(t.Responses, func(i int) bool {
		tried := slices.ContainsFunc(planned, func(e probe.PlannedError) bool { return e.Response == i && len(e.Tried) > 0 })
		return !tried && !p.hasOwnWords(i, t.Responses)
	})
}

func keep(all []int, test func(int) bool) []int {
	return slices.DeleteFunc(slices.Clone(all), func(i int) bool { return !test(i) })
}
