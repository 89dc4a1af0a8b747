package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// expectsError says that the answer is an error of the API's own make, and the sheet says which one it should be.
func expectsError(a *answer) bool {
	return isNegative(a) && len(a.c.Expect.Errors)+len(a.c.Expect.Unrelated) > 0 && a.outcome == probe.OutcomeError && !a.settled && !a.foreign && !a.layered
}

// checkWrongError tells when a documented error came, and another one than the sheet ties to the mistake. That the answer is no documented
// error at all is told by its status, code or shape.
func checkWrongError(a *answer) []probe.Finding {
	if slices.ContainsFunc(a.c.Expect.Errors, a.isError) {
		return nil
	}
	if i := slices.IndexFunc(a.c.Expect.Unrelated, a.hasCodeOf); i >= 0 && !slices.ContainsFunc(a.c.Expect.Errors, isSure) {
		return a.unrelatedError(a.c.Expect.Unrelated[i])
	}
	if len(a.c.Expect.Errors) == 0 {
		return nil
	}
	want := a.c.Expect.Errors[0]
	if i := slices.IndexFunc(a.c.Expect.Errors, isSure); i >= 0 {
		want = a.c.Expect.Errors[i]
	}
	came, at := a.knownError(want)
	if came == "" || !want.Sure && a.isNear() {
		return nil
	}
	f := a.finding("negative.wrong-error", at, want.Code, strconv.Itoa(want.HTTPStatus), want.Title)
	f.Documented, f.Observed, f.At = a.nameOfError(want), came, a.errorPlace(want)
	f.Message = fmt.Sprintf("the answer was %s, and the sheet documents %s for this", came, f.Documented)
	f.Why += "; " + want.Why
	a.grade(&f, want)
	return []probe.Finding{f}
}

func isSure(e probe.ExpectedError) bool { return e.Sure }

// unrelatedError tells that the error which came tells of something else than what was changed. It is a warning: servers check fields together.
func (a *answer) unrelatedError(came probe.ExpectedError) []probe.Finding {
	f := a.finding("negative.wrong-error", probe.AtBusinessCode, "unrelated", came.Code, strconv.Itoa(came.HTTPStatus))
	f.Severity, f.Documented, f.Observed, f.At = source.Warning, "an error that tells of what was changed", a.nameOfError(came), a.errorPlace(came)
	f.Message = fmt.Sprintf("the answer was %s, which tells of something that was not changed", f.Observed)
	f.Why += "; " + came.Why
	return []probe.Finding{f}
}

// hasCodeOf says that the answer carries the business code of an error. An HTTP status, in the body or not, is that of many.
func (a *answer) hasCodeOf(e probe.ExpectedError) bool {
	return e.Code != "" && !a.isStatus(e.Code) && slices.Contains(a.codes, e.Code)
}

// isNear says that an error that is only likely is of the same HTTP status as the one that came, or of none, or that the one that came has a
// status that is usual for the mistake: servers are free to choose among such.
func (a *answer) isNear() bool {
	usual := ownStatuses[a.c.Family]
	if len(usual) == 0 {
		usual = []int{http.StatusBadRequest, http.StatusUnprocessableEntity}
	}
	return slices.Contains(usual, a.status) || slices.ContainsFunc(a.c.Expect.Errors, func(e probe.ExpectedError) bool { return e.HTTPStatus == 0 || e.HTTPStatus == a.status })
}

// grade goes by how sure it is which error is meant, and whether the sheet rules the request out.
func (a *answer) grade(f *probe.Finding, want probe.ExpectedError) {
	switch {
	case !want.Sure:
		f.Severity = source.Info
		f.Message = fmt.Sprintf("the answer was %s, and %s would be the likelier one of the documented errors", f.Observed, f.Documented)
		f.Hint = "ask the API owner which of the two is meant, and have the sheet say so"
	case !a.c.Expect.Forbidden || a.isOwnAnswer() && !a.carriesOwnCode():
		f.Severity = source.Warning
	}
}

// isError says that the answer is the documented error, by its code where that has one, else by its HTTP status, else by its keys.
func (a *answer) isError(e probe.ExpectedError) bool {
	carries := func(code string) bool { return slices.Contains(a.codes, code) }
	switch {
	case e.Code != "":
		return carries(e.Code) || a.isStatus(e.Code)
	case e.HTTPStatus != 0:
		return a.status == e.HTTPStatus || carries(strconv.Itoa(e.HTTPStatus))
	}
	return true // known by its heading alone, of which no answer tells anything
}

// knownError names the documented error that the answer is instead, by what the wanted one is known by; "" where it is none, or nothing
// can be said.
func (a *answer) knownError(want probe.ExpectedError) (name string, at probe.Location) {
	if want.Code != "" {
		for _, code := range a.codes {
			if meaning, ok := a.judge.codes.Meaning(code); ok && meaning != probe.OutcomeSuccess {
				return a.nameOfError(probe.ExpectedError{Code: code}), probe.AtBusinessCode
			}
		}
	}
	if want.HTTPStatus != 0 && want.HTTPStatus != a.status && slices.Contains(a.judge.failure.statuses, a.status) {
		return a.nameOfError(probe.ExpectedError{HTTPStatus: a.status}), probe.AtHTTPStatus
	}
	return "", ""
}

// nameOfError writes a documented error for people: its code or status, and what it is called.
func (a *answer) nameOfError(e probe.ExpectedError) string {
	name, row := statusText(e.HTTPStatus), strconv.Itoa(e.HTTPStatus)
	if e.Code != "" {
		name, row = "the error "+strconv.Quote(short(e.Code)), e.Code
	}
	title := e.Title
	for _, r := range a.judge.sheet.StatusCodes {
		if title == "" && r.Code == row {
			title = r.Message
		}
	}
	switch {
	case e.Code == "" && e.HTTPStatus == 0:
		return strconv.Quote(short(title))
	case title == "" || title == http.StatusText(e.HTTPStatus):
		return name
	}
	return name + " (" + short(title) + ")"
}

func (a *answer) errorPlace(e probe.ExpectedError) source.Span {
	if e.Code != "" {
		return a.codePlace(e.Code)
	}
	for _, r := range a.judge.sheet.Errors {
		if r.HTTPStatus != nil && *r.HTTPStatus == e.HTTPStatus && e.HTTPStatus != 0 || e.HTTPStatus == 0 && r.Title == e.Title {
			return firstPlace(r.At, r.Body.At)
		}
	}
	return a.codePlace(strconv.Itoa(e.HTTPStatus))
}

func firstPlace(places ...source.Span) source.Span {
	for _, at := range places {
		if !at.IsZero() {
			return at
		}
	}
	return source.Span{}
}
