package judge

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func isNegative(a *answer) bool { return a.negative }

// breaksCredentials says that the case is about who asks.
func (a *answer) breaksCredentials() bool {
	return a.c.Family == probe.FamilyNoAuth || a.c.Family == probe.FamilyBadAuth
}

// isAccepted says that a broken request was answered with success, in the body and in the HTTP status. Of a request that no sheet speaks of,
// anything that is no refusal counts: a web server may well have a page for it.
func (a *answer) isAccepted() bool {
	if a.status >= 400 {
		return false
	}
	unasked := slices.Contains(routine, a.c.Family) && !a.c.Expect.Forbidden
	return a.outcome == probe.OutcomeSuccess || unasked && a.outcome == probe.OutcomeUnknown && a.status >= 200 && a.status < 300
}

// isServerError says that the server failed, and the sheet does not say that it does so on purpose: by an example that comes with the
// status, or by a row of the status codes and an answer that is like a documented error.
func (a *answer) isServerError() bool {
	if a.status < 500 {
		return false
	}
	shown := slices.ContainsFunc(a.judge.sheet.Errors, func(r probe.Response) bool { return r.HTTPStatus != nil && *r.HTTPStatus == a.status })
	listed := slices.Contains(a.judge.failure.statuses, a.status)
	return !shown && (!listed || a.foreign || a.value == nil && a.judge.failure.json)
}

// tellsOneStory says that one story tells all there is to say: nothing else is compared.
func (a *answer) tellsOneStory() bool {
	return a.isRefusedForCredentials() || a.negative && (a.isAccepted() || a.isRefusedMethod() || a.isServerError() || a.isSentToLogin())
}

// checkNegative tells what became of a request that was broken on purpose.
func checkNegative(a *answer) []probe.Finding {
	switch {
	case a.isRefusedMethod():
	case a.isServerError():
		f := a.finding("negative.server-error", probe.AtHTTPStatus)
		f.Documented, f.Observed, f.At = "an error that names the client's mistake", statusText(a.status), a.judge.failure.at(a.judge.sheet)
		f.Message = fmt.Sprintf("the answer was %s, as if the server itself had failed", statusText(a.status))
		return []probe.Finding{f}
	case a.isSentToLogin():
		return []probe.Finding{a.sentToLogin()}
	case a.isAccepted():
		return []probe.Finding{a.accepted()}
	}
	return nil
}

func (a *answer) accepted() probe.Finding {
	if a.breaksCredentials() {
		return a.notEnforced()
	}
	f := a.finding("negative.accepted", probe.AtHTTPStatus)
	f.Documented, f.Observed, f.At = "an error", a.observedSuccess(), a.judge.sheet.At.Of(probe.FieldRequestBody)
	f.Message = "the request was answered with success, and the sheet rules it out"
	f.Hint = refusalHint(a.c.Family, f.Hint)
	if !a.c.Expect.Forbidden {
		f.Severity, f.Documented = source.Info, "nothing"
		f.Message = "the request was answered with success: is it meant to succeed? the sheet does not say"
		f.Hint = askAbout(a.c.Family)
	}
	return f
}

// refusalHint names what the sheet says that was broken: not all of it is about what is mandatory.
func refusalHint(f probe.Family, mandatory string) string {
	switch f {
	case probe.FamilyWrongType, probe.FamilyTooLong, probe.FamilyBrokenRule:
		return "refuse the request, or correct what the sheet says of the field's values"
	case probe.FamilyDocumentedError, probe.FamilyUnknownID, probe.FamilyUnknownPath:
		return "refuse the request, or correct what the sheet says of its errors"
	}
	return mandatory
}

// askAbout is what the API owner is to be asked about a request that succeeded, and of which the sheet says nothing.
func askAbout(f probe.Family) string {
	switch f {
	case probe.FamilyUnknownID, probe.FamilyUnknownPath:
		return "ask the API owner to document what an id leads to that nothing is known by"
	case probe.FamilyWrongMethod:
		return "ask the API owner whether the endpoint has a second method; where it has, it needs a sheet of its own"
	case probe.FamilyEmptyBody, probe.FamilyMalformedBody:
		return "ask the API owner whether the body is needed at all"
	case probe.FamilyWrongMediaType:
		return "ask the API owner which media types the endpoint reads"
	case probe.FamilyTooLong, probe.FamilyBrokenRule, probe.FamilyWrongType:
		return "ask the API owner to document which values each field may have"
	}
	return "ask the API owner to mark each field as mandatory or optional"
}

// notEnforced is about credentials that were missing or wrong.
func (a *answer) notEnforced() probe.Finding {
	f := a.finding("security.auth-not-enforced", probe.AtHTTPStatus)
	f.Documented, f.Observed, f.At = "a refusal", a.observedSuccess(), a.judge.sheet.At.Of(probe.FieldHeaders)
	f.Message = "the request was answered with success although its credentials were left out"
	if a.c.Family == probe.FamilyBadAuth {
		f.Message = "the request was answered with success although its credentials were wrong"
		f.Why = "whoever makes up credentials can call it"
	}
	return f
}

func (a *answer) observedSuccess() string {
	if _, told := a.token(); a.evidence != byStatus && a.evidence != byKeys && a.evidence != byWords && a.evidence != byNothing {
		return statusText(a.status) + ", " + told
	}
	return statusText(a.status)
}

// sayWhatWasChanged puts in front of every message about a broken request in which way it was broken.
func (a *answer) sayWhatWasChanged(findings []probe.Finding) {
	if !a.negative {
		return
	}
	for i := range findings {
		findings[i].Message = probe.Changed(a.c.Mutation) + findings[i].Message
	}
}
