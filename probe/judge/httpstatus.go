package judge

import (
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func comparesStatus(a *answer) bool {
	return !a.isSettled() && !(a.foreign && a.isOwnAnswer())
}

// checkHTTPStatus compares the status with those of the outcome that came: an error that is documented to come with 400 comes rightly
// with 400, also where a success was due. Where the sheet gives none, 2xx is expected of a success, and anything but 5xx of an error.
func checkHTTPStatus(a *answer) []probe.Finding {
	documented := a.documentedStatuses()
	if slices.Contains(documented, a.status) || len(documented) == 0 && a.isUsualStatus() {
		return nil
	}
	f := a.finding("status.http", probe.AtHTTPStatus, string(a.promise.outcome))
	f.Observed, f.At = statusText(a.status), a.statusPlace()
	switch {
	case len(documented) > 0:
		f.Documented = "HTTP " + list(texts(documented), "or")
		f.Message = "the HTTP status is " + strconv.Itoa(a.status) + ", and the sheet documents " + list(texts(documented), "or") + " for " + a.outcomeInWords()
	case a.promise.outcome == probe.OutcomeError:
		f.Documented = "no HTTP status; anything but 5xx is expected of an error"
		f.Message = "the HTTP status is " + strconv.Itoa(a.status) + ", which says that the server itself failed"
	default:
		f.Documented = "no HTTP status; 2xx is expected of a success"
		f.Message = "the HTTP status is " + strconv.Itoa(a.status) + ", and a success is expected to come with 2xx"
	}
	a.soften(&f)
	return []probe.Finding{f}
}

func (a *answer) outcomeInWords() string {
	if a.promise.outcome == probe.OutcomeError {
		return "an error"
	}
	return "a success"
}

// documentedStatuses are those of the documented answer that the live one claims to be by its code, else those of its outcome. Where only
// the status told that an error came instead of a success, an undocumented error status is held against the documented successes.
func (a *answer) documentedStatuses() []int {
	outcome := a.promise.outcome
	if outcome == a.c.Expect.Outcome && !slices.Equal(a.c.Expect.HTTPStatus, a.judge.codes.Statuses(outcome)) {
		return a.c.Expect.HTTPStatus // a row of test data that promises one
	}
	var own []int
	live := a.judge.tells.codesIn(a.value)
	for _, r := range a.promise.responses {
		shares := func(code string) bool { return slices.Contains(live, code) }
		if r.HTTPStatus != nil && slices.ContainsFunc(a.judge.tells.codesIn(r.Body.Value), shares) {
			own = append(own, *r.HTTPStatus)
		}
	}
	if len(own) > 0 {
		return own
	}
	statuses := a.judge.codes.Statuses(outcome)
	if a.evidence == byStatus && outcome != a.c.Expect.Outcome && len(statuses) == 0 {
		return a.judge.codes.Statuses(a.c.Expect.Outcome)
	}
	return statuses
}

func (a *answer) isUsualStatus() bool {
	if a.evidence == byStatus && a.promise.outcome == probe.OutcomeError && a.c.Expect.Outcome == probe.OutcomeSuccess {
		return false
	}
	if a.promise.outcome == probe.OutcomeError {
		return a.status < 500
	}
	return a.status >= 200 && a.status < 300
}

func (a *answer) statusPlace() source.Span {
	for _, r := range a.promise.responses {
		if r.HTTPStatus != nil && !r.At.IsZero() {
			return r.At
		}
	}
	for _, row := range a.judge.sheet.StatusCodes {
		if row.Kind == probe.KindHTTP {
			return row.At
		}
	}
	return a.promise.at(a.judge.sheet)
}

func texts(numbers []int) []string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = strconv.Itoa(n)
	}
	return all
}
