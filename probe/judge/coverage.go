package judge

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Coverage tells which documented codes and answers the results have seen, in the order of the sheet; codes that were seen and are not
// documented follow. HTTP statuses count as codes where field 10 lists them. planned are the documented errors of the plan; nil where
// there was none, as with saved answers.
func (j *Judge) Coverage(results []probe.Result, planned []probe.PlannedError) probe.Coverage {
	seen := newSighting(j, results)
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

func (j *Judge) codeCoverage(seen sighting, planned []probe.PlannedError) []probe.CodeCoverage {
	all := []probe.CodeCoverage{}
	list := func(c probe.CodeCoverage) {
		listed := slices.ContainsFunc(all, func(known probe.CodeCoverage) bool { return known.Code == c.Code })
		if c.Code == "" || listed {
			return
		}
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
			in = merged(in, seen.statuses[row.Code])
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
	all := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// sighting is what the answers of a run carried, and in which cases.
type sighting struct {
	codes    map[string][]string
	order    []string
	statuses map[string][]string
	answers  []*answer
}

func newSighting(j *Judge, results []probe.Result) sighting {
	s := sighting{codes: map[string][]string{}, statuses: map[string][]string{}}
	for i := range results {
		r := &results[i]
		if r.Family == probe.FamilyPoll || !isTold(r) { // the answer of another API
			continue
		}
		a := newAnswer(j, &probe.Case{ID: r.ID, Family: r.Family, Expect: r.Expect}, r.Exchange)
		a.outcome = r.Outcome
		s.answers = append(s.answers, a)
		status := strconv.Itoa(a.status)
		s.statuses[status] = append(s.statuses[status], r.ID)
		for _, code := range a.codes {
			if len(s.codes[code]) == 0 {
				s.order = append(s.order, code)
			}
			s.codes[code] = merged(s.codes[code], []string{r.ID})
		}
	}
	return s
}

// isTold says that a trustworthy answer came.
func isTold(r *probe.Result) bool {
	return r.Exchange != nil && r.Exchange.Response != nil && r.Verdict != probe.Inconclusive
}

// responses lists, for each documented answer of an outcome, the cases in which it came: by its code where it has one, else by its HTTP status,
// else by its keys. Of several that this does not tell apart, it is those whose own words came; else those that the case was there for; else those
// that no words of their own and no case would ever tell from the others.
func (s sighting) responses(p *promise, planned []probe.PlannedError) [][]string {
	in := make([][]string, len(p.responses))
	for _, a := range s.answers {
		if a.outcome != p.outcome {
			continue
		}
		var matching []int
		for i, r := range p.responses {
			if a.matches(r) {
				matching = append(matching, i)
			}
		}
		for _, i := range a.likeliest(matching, p, planned) {
			in[i] = append(in[i], a.c.ID)
		}
	}
	return in
}

func (a *answer) likeliest(matching []int, p *promise, planned []probe.PlannedError) []int {
	if len(matching) < 2 {
		return matching
	}
	said := keep(matching, func(i int) bool { return a.repeats(ownWords(p.responses, matching, i)) })
	if len(said) > 0 {
		return said
	}
	meant := keep(matching, func(i int) bool {
		return p.outcome == probe.OutcomeError && slices.ContainsFunc(planned, func(e probe.PlannedError) bool { return e.Response == i && slices.Contains(e.Tried, a.c.ID) })
	})
	if len(meant) > 0 {
		return meant
	}
	return keep(matching, func(i int) bool {
		tried := slices.ContainsFunc(planned, func(e probe.PlannedError) bool { return e.Response == i && len(e.Tried) > 0 })
		return !tried && len(ownWords(p.responses, matching, i)) == 0
	})
}

// ownWords are the texts of one documented answer that none of the others has.
func ownWords(responses []probe.Response, others []int, own int) map[string]bool {
	words := textsIn(responses[own].Body.Value)
	for _, i := range others {
		if i == own {
			continue
		}
		for word := range textsIn(responses[i].Body.Value) {
			delete(words, word)
		}
	}
	return words
}

// textsIn are the texts of a value, but for templates, which say nothing of what stands there.
func textsIn(v *nearjson.Value) map[string]bool {
	texts := map[string]bool{}
	if v == nil {
		return texts
	}
	v.Walk(func(_ string, v *nearjson.Value) bool {
		if v.Kind == nearjson.String && !v.Template && v.Text != "" {
			texts[strings.ToLower(v.Text)] = true
		}
		return true
	})
	return texts
}

// repeats says that one of the texts stands in the answer.
func (a *answer) repeats(words map[string]bool) bool {
	for text := range textsIn(a.value) {
		if words[text] {
			return true
		}
	}
	return false
}

func keep(all []int, test func(int) bool) []int {
	return slices.DeleteFunc(slices.Clone(all), func(i int) bool { return !test(i) })
}

func (a *answer) matches(r probe.Response) bool {
	switch {
	case r.Code != "":
		return slices.Contains(a.codes, r.Code) || strconv.Itoa(a.status) == r.Code
	case r.HTTPStatus != nil:
		return a.status == *r.HTTPStatus
	}
	return r.Body.Value == nil || a.value != nil && alike(r.Body.Value, a.value)
}
