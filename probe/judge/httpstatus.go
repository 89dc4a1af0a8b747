package judge

import (
	"fmt"
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
	p := a.statusPromise()
	documented := a.documentedStatuses(p)
	if slices.Contains(documented, a.status) || len(documented) == 0 && isUsualStatus(p.outcome, a.status) {
		return nil
	}
	f := a.finding("status.http", probe.AtHTTPStatus, string(p.outcome))
	f.Observed, f.At = statusText(a.status), a.statusPlace(p)
	switch {
	case len(documented) > 0:
		f.Documented = "HTTP " + list(texts(documented), "or")
		f.Message = fmt.Sprintf("the HTTP status is %d, and the sheet documents %s for %s", a.status, list(texts(documented), "or"), inWords(p.outcome))
	case p.outcome == probe.OutcomeError:
		f.Documented = "no HTTP status; anything but 5xx is expected of an error"
		f.Message = fmt.Sprintf("the HTTP status is %d, which says that the server itself failed", a.status)
	default:
		f.Documented = "no HTTP status; 2xx is expected of a success"
		f.Message = fmt.Sprintf("the HTTP status is %d, and a success is expected to come with 2xx", a.status)
	}
	a.soften(&f)
	return []probe.Finding{f}
}

// statusPromise is what the status is held against: what the sheet documents for the outcome that came. Where the status alone told that
// an error came in place of a success, and the sheet gives no status of errors, it is the success that the status contradicts.
func (a *answer) statusPromise() *promise {
	instead := a.promise.outcome == probe.OutcomeError && a.c.Expect.Outcome == probe.OutcomeSuccess
	if instead && a.evidence == byStatus && len(a.judge.codes.Statuses(probe.OutcomeError)) == 0 {
		return a.judge.success
	}
	return a.promise
}

// documentedStatuses are those that a row of test data promises, or those of the documented answer that the live one claims to be by its
// code, or those of the outcome.
func (a *answer) documentedStatuses(p *promise) []int {
	promised, statuses := a.c.Expect.HTTPStatus, a.judge.codes.Statuses(p.outcome)
	if p.outcome == a.c.Expect.Outcome && len(promised) > 0 && !slices.Equal(promised, statuses) {
		return promised
	}
	var own []int
	live := a.judge.tells.codesIn(a.value)
	for _, r := range p.responses {
		shares := func(code string) bool { return slices.Contains(live, code) }
		if r.HTTPStatus != nil && slices.ContainsFunc(a.judge.tells.codesIn(r.Body.Value), shares) {
			own = append(own, *r.HTTPStatus)
		}
	}
	if len(own) > 0 {
		return own
	}
	return statuses
}

func isUsualStatus(o probe.Outcome, status int) bool {
	if o == probe.OutcomeError {
		return status < 500
	}
	return status >= 200 && status < 300
}

func inWords(o probe.Outcome) string {
	if o == probe.OutcomeError {
		return "an error"
	}
	return "a success"
}

func (a *answer) outcomeInWords() string { return inWords(a.promise.outcome) }

func (a *answer) statusPlace(p *promise) source.Span {
	for _, r := range p.responses {
		if r.HTTPStatus != nil && !r.At.IsZero() {
			return r.At
		}
	}
	for _, row := range a.judge.sheet.StatusCodes {
		if row.Kind == probe.KindHTTP {
			return row.At
		}
	}
	return p.at(a.judge.sheet)
}

func texts(numbers []int) []string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = strconv.Itoa(n)
	}
	return all
}
