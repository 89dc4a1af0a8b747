package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Unseen are the findings about what the cases together did not bring about: each documented error once, and each further code of field 10.
// There are none where the documented request itself was not answered with success: then nothing was tried that could tell. Nor does
// anybody bring about from outside that a server fails. api is the first part of the ids of its cases.
func (j *Judge) Unseen(api string, c probe.Coverage, planned []probe.PlannedError, results []probe.Result) []probe.Finding {
	works := func(r probe.Result) bool {
		return !r.Family.Negative() && isTold(&r) && r.Outcome != probe.OutcomeError
	}
	if !slices.ContainsFunc(results, works) {
		return nil
	}
	var findings []probe.Finding
	for _, e := range planned {
		if !isSeen(c, e) && e.HTTPStatus < 500 {
			findings = append(findings, j.notElicited(api, e, results))
		}
	}
	for _, code := range c.Codes {
		isError := slices.ContainsFunc(planned, func(e probe.PlannedError) bool {
			return e.Code == code.Code || e.Code == "" && strconv.Itoa(e.HTTPStatus) == code.Code
		})
		if code.Documented && !code.Seen && !isError {
			findings = append(findings, j.notSeen(api, code.Code, code.Message, j.rowPlace(code.Code)))
		}
	}
	return j.finish(findings)
}

func isSeen(c probe.Coverage, e probe.PlannedError) bool {
	if e.Response >= 0 {
		n := 0
		for _, r := range c.Responses {
			if r.Kind != probe.OutcomeError {
				continue
			}
			if n == e.Response {
				return r.Seen
			}
			n++
		}
	}
	return slices.ContainsFunc(c.Codes, func(code probe.CodeCoverage) bool {
		return code.Seen && (code.Code == e.Code || e.Code == "" && code.Code == strconv.Itoa(e.HTTPStatus))
	})
}

// notElicited is about one documented error. A row of the status codes that no case was there for is a code that was not seen.
func (j *Judge) notElicited(api string, e probe.PlannedError, results []probe.Result) probe.Finding {
	if e.Response < 0 && len(e.Tried) == 0 {
		f := j.notSeen(api, firstNonEmpty(e.Code, strconv.Itoa(e.HTTPStatus)), e.Title, e.At)
		f.Hint = firstNonEmpty(sentence(e.Lacking), f.Hint)
		return f
	}
	name := nameOfPlanned(e)
	f := probe.NewFinding("coverage.error-not-elicited", api, probe.AtCoverage, e.Code, strconv.Itoa(e.HTTPStatus), e.Title)
	f.Documented, f.Observed, f.At = name, "no such answer", e.At
	f.Message = "no case brought about " + name
	if len(e.Tried) == 0 {
		f.Hint = firstNonEmpty(sentence(e.Lacking), f.Hint)
		return f
	}
	came, sure := cameInstead(e, results)
	f.Message += fmt.Sprintf(", which %s there to do", wasOrWere(e.Tried))
	f.Observed = firstNonEmpty(came, f.Observed)
	f.Hint = "ask the API owner what leads to the error; or have the endpoint answer with it"
	if sure {
		f.Severity, f.Blame = source.Warning, probe.BlameEndpoint
	}
	return f
}

// sentence takes a reason for a next step: what the sheet lacks is what it should get.
func sentence(lacking string) string {
	_, add, found := strings.Cut(lacking, "; ")
	if !found {
		return lacking
	}
	return add
}

func wasOrWere(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		_, names[i], _ = strings.Cut(id, "/")
	}
	if len(ids) == 1 {
		return names[0] + " was"
	}
	return list(names, "and") + " were"
}

// cameInstead says what the cases were answered that were there for the error; sure where one of them was surely its.
func cameInstead(e probe.PlannedError, results []probe.Result) (came string, sure bool) {
	var answers []string
	for i := range results {
		r := &results[i]
		if !slices.Contains(e.Tried, r.ID) || !isTold(r) {
			continue
		}
		if text := statusText(r.Exchange.Response.HTTPStatus); !slices.Contains(answers, text) {
			answers = append(answers, text)
		}
		sure = sure || r.Family == probe.FamilyTestData || slices.ContainsFunc(r.Expect.Errors, func(x probe.ExpectedError) bool {
			return x.Sure && x.Code == e.Code && x.HTTPStatus == e.HTTPStatus
		})
	}
	return list(answers, "and"), sure
}

func nameOfPlanned(e probe.PlannedError) string {
	name := "the documented error"
	switch {
	case e.Code != "":
		name += " " + strconv.Quote(short(e.Code))
	case e.HTTPStatus != 0:
		name += " " + statusText(e.HTTPStatus)
	}
	if e.Title != "" && !strings.HasSuffix(name, e.Title) {
		name += " (" + short(e.Title) + ")"
	}
	return name
}

func (j *Judge) notSeen(api, code, message string, at source.Span) probe.Finding {
	f := probe.NewFinding("coverage.code-not-seen", api, probe.AtCoverage, code)
	f.Documented, f.Observed, f.At = strings.TrimSpace(code+"  "+short(message)), "no such answer", at
	f.Message = fmt.Sprintf("no answer carried the code %q", short(code))
	if message != "" {
		f.Message += " (" + short(message) + ")"
	}
	return f
}

// rowPlace is where the status codes list a code, or an answer shows it.
func (j *Judge) rowPlace(code string) source.Span {
	a := answer{judge: j}
	return a.codePlace(code)
}
