package judge

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func isNegative(a *answer) bool { return a.c.Family.Negative() }

// isAccepted says that a broken request was answered with success, in the body and in the HTTP status.
func (a *answer) isAccepted() bool { return a.outcome == probe.OutcomeSuccess && a.status < 400 }

// isServerError says that the server failed, and the sheet does not say that it does so on purpose: by an example that comes with the
// status, or by a row of the status codes and an answer that is like a documented error.
func (a *answer) isServerError() bool {
	if a.status < 500 {
		return false
	}
	shown := slices.ContainsFunc(a.judge.sheet.Errors, func(r probe.Response) bool { return r.HTTPStatus != nil && *r.HTTPStatus == a.status })
	listed := slices.Contains(a.judge.codes.Statuses(probe.OutcomeError), a.status)
	return !shown && (!listed || a.foreign || a.value == nil && a.judge.failure.json)
}

// checkNegative tells what became of a request that was broken on purpose.
func checkNegative(a *answer) []probe.Finding {
	switch {
	case a.isServerError():
		f := a.finding("negative.server-error", probe.AtHTTPStatus)
		f.Documented, f.Observed, f.At = "an error that names the client's mistake", statusText(a.status), a.judge.failure.at(a.judge.sheet)
		f.Message = fmt.Sprintf("the request %s was answered with %s, as if the server itself had failed", a.c.Title, statusText(a.status))
		return []probe.Finding{f}
	case a.isSentToLogin():
		return []probe.Finding{a.sentToLogin()}
	case a.isAccepted():
		return []probe.Finding{a.accepted()}
	}
	return nil
}

func (a *answer) accepted() probe.Finding {
	if a.c.Family == probe.FamilyNoAuth {
		f := a.finding("security.auth-not-enforced", probe.AtHTTPStatus)
		f.Documented, f.Observed, f.At = "a refusal", a.observedSuccess(), a.judge.sheet.At[probe.FieldHeaders]
		f.Message = "the request was answered with success although its credentials were left out"
		return f
	}
	f := a.finding("negative.accepted", probe.AtHTTPStatus)
	f.Documented, f.Observed, f.At = "an error", a.observedSuccess(), a.judge.sheet.At[probe.FieldRequestBody]
	f.Message = fmt.Sprintf("the request %s was answered with success, and the sheet rules it out", a.c.Title)
	if !a.c.Expect.Forbidden {
		f.Severity, f.Documented = source.Info, "nothing"
		f.Message = fmt.Sprintf("is the request %s meant to succeed? the sheet does not say, and it did", a.c.Title)
		f.Hint = "ask the API owner to mark each field as mandatory or optional"
		if a.c.Family == probe.FamilyUnknownID {
			f.Hint = "ask the API owner to document what an id leads to that nothing is known by"
		}
	}
	return f
}

func (a *answer) observedSuccess() string {
	if _, told := a.token(); a.evidence != byStatus && a.evidence != byKeys && a.evidence != byWords {
		return statusText(a.status) + ", " + told
	}
	return statusText(a.status)
}
