package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// isRefusedForCredentials says that a request that should succeed was answered 401 or 403, and the sheet does not call that a success.
func (a *answer) isRefusedForCredentials() bool {
	anyExpected := a.c.Family == probe.FamilyAnswer && a.c.Expect.Outcome == probe.OutcomeUnknown
	refused := a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
	return isPositive(a) && a.c.Expect.Outcome != probe.OutcomeError && !anyExpected && refused &&
		!slices.Contains(a.judge.success.statuses, a.status)
}

// checkCredentials says so, and nothing else is said of the answer then: what is behind the door cannot be judged from before it.
func checkCredentials(a *answer) []probe.Finding {
	if !a.isRefusedForCredentials() {
		return nil
	}
	f := a.finding("outcome.credentials", probe.AtHTTPStatus)
	f.Documented, f.Observed = "a success", statusText(a.status)
	f.At = a.judge.sheet.At.Of(probe.FieldHeaders)
	f.Message = fmt.Sprintf("the documented request was refused with %s, so nothing else could be judged", statusText(a.status))
	f.Hint = "check the credentials that were supplied, and whether our address is whitelisted; then ask the API owner for new ones"
	if a.judge.needsNoCredentials() {
		f.Blame = probe.BlameSheet
		f.Hint = "the sheet shows nothing that could be a credential; ask the API owner which are needed, and have them documented"
	}
	return []probe.Finding{f}
}

// needsNoCredentials says that the documented request could not carry any: it has no header but the usual ones, no credential in field 9,
// nothing to fill in, and no identity, wherever that was said.
func (j *Judge) needsNoCredentials() bool {
	usual := []string{"content-type", "accept", "accept-language", "accept-encoding", "user-agent", "cache-control", "content-length", "host"}
	special := func(h probe.Header) bool { return !slices.Contains(usual, strings.ToLower(h.Name)) }
	anonymous := j.sheet.Auth == nil || j.sheet.Auth.Type == "none"
	return anonymous && !slices.ContainsFunc(j.sheet.Headers, special) && len(j.sheet.Credentials) == 0 && len(j.sheet.Placeholder) == 0 &&
		j.sheet.Request.Body.IsZero() && !strings.ContainsAny(j.sheet.URL, "?@") && len(j.sheet.Request.Fields) == 0
}
