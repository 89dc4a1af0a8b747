package judge

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func comparesStatus(a *answer) bool {
	return a.status != 0 && !a.settled && !a.layered // of a saved answer, the status may be unknown
}

// checkHTTPStatus compares the status with those of the outcome that came: an error that is documented to come with 400 comes rightly
// with 400, also where a success was due. Where the sheet gives none, 2xx is expected of a success, and anything but 5xx of an error.
func checkHTTPStatus(a *answer) []probe.Finding {
	p := a.statusPromise()
	documented, claimed := a.documentedStatuses(p)
	if slices.Contains(documented, a.status) || len(documented) == 0 && isUsualStatus(p.outcome, a.status) {
		return nil
	}
	f := a.finding("status.http", probe.AtHTTPStatus, string(p.outcome))
	f.Observed, f.At = statusText(a.status), a.statusPlace(p)
	switch {
	case len(documented) > 0:
		f.Documented = "HTTP " + list(texts(documented), "or")
		f.Message = fmt.Sprintf("the HTTP status is %d, and the sheet documents %s for %s", a.status, list(texts(documented), "or"), a.claimInWords(p, claimed))
	case p.outcome == probe.OutcomeError:
		f.Documented = "no HTTP status; anything but 5xx is expected of an error"
		f.Message = fmt.Sprintf("the HTTP status is %d, which says that the server itself failed", a.status)
	default:
		f.Documented = "no HTTP status; 2xx is expected of a success"
		f.Message = fmt.Sprintf("the HTTP status is %d, and a success is expected to come with 2xx", a.status)
	}
	if a.repeatsStatus(p) {
		f.Severity, f.Hint = source.Warning, "ask the API owner whether the status codes of the sheet are HTTP statuses, or stand in the body only"
	}
	a.soften(&f)
	return []probe.Finding{f}
}

// statusPromise is what the status is held against: what the sheet documents for the outcome that came. Where the status alone told that
// an error came in place of a success, and the sheet gives no status of errors, it is the success that the status contradicts.
func (a *answer) statusPromise() *promise {
	instead := a.promise.outcome == probe.OutcomeError && a.c.Expect.Outcome == probe.OutcomeSuccess
	if instead && a.evidence == byStatus && len(a.judge.failure.statuses) == 0 {
		return a.judge.success
	}
	return a.promise
}

// documentedStatuses are those that a row of test data promises, or those of the documented answer that the live one claims to be by its
// code, which claimed says, or those of the outcome.
func (a *answer) documentedStatuses(p *promise) (documented []int, claimed bool) {
	promised, statuses := a.c.Expect.HTTPStatus, p.statuses
	if p.outcome == a.c.Expect.Outcome && len(promised) > 0 && !slices.Equal(promised, statuses) {
		return promised, false
	}
	if own := a.claimedStatuses(p); len(own) > 0 {
		return own, !slices.Equal(own, statuses)
	}
	return statuses, false
}

// claimedStatuses are those of the documented answers that the live one claims to be: by its code, and of successes by a word that only some
// of them have.
func (a *answer) claimedStatuses(p *promise) []int {
	var own []int
	sharing := 0
	shares := func(m mark) bool {
		return (p.outcome == probe.OutcomeSuccess || m.isCode()) && slices.Contains(a.marks, m)
	}
	for i := range p.responses {
		if !slices.ContainsFunc(p.marks[i], shares) {
			continue
		}
		sharing++
		if status := p.responses[i].HTTPStatus; status != nil {
			own = append(own, *status)
		}
	}
	if len(own) == 0 && p.outcome == probe.OutcomeError {
		own = a.tiedStatuses()
	}
	if p.outcome == probe.OutcomeSuccess && sharing == len(p.responses) {
		return nil // what all have tells none from the others
	}
	return own
}

// tiedStatuses are those that the rows of the status codes tie to the code that came.
func (a *answer) tiedStatuses() (all []int) {
	codes := a.codes
	for _, row := range a.judge.sheet.StatusCodes {
		if row.HTTPStatus != 0 && slices.Contains(codes, row.Code) {
			all = append(all, row.HTTPStatus)
		}
	}
	return all
}

// repeatsStatus says that the body carries one of the HTTP statuses that field 10 lists, and no documented answer is tied to one: then the
// list may as well be of what stands in the bodies, whatever the HTTP status.
func (a *answer) repeatsStatus(p *promise) bool {
	tied := slices.ContainsFunc(p.responses, func(r probe.Response) bool { return r.HTTPStatus != nil })
	listed := texts(p.statuses)
	return !tied && a.status < 300 && slices.ContainsFunc(a.bodyCodes, func(c string) bool { return slices.Contains(listed, c) })
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

// claimInWords names what the statuses are documented for: the error of the code that came, where they are claimed by it, else any of the outcome.
func (a *answer) claimInWords(p *promise, claimed bool) string {
	if codes := a.codes; claimed && p.outcome == probe.OutcomeError && len(codes) > 0 {
		return "the error " + strconv.Quote(short(codes[0])) + " that came with it"
	}
	return inWords(p.outcome)
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
