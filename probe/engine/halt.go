package engine

import (
	"github.com/sheetprobe/sheetprobe/probe"
)

const interrupted = "the run was interrupted"

// halt remembers why the further cases of an API are pointless.
type halt struct {
	all       string // every further case
	negatives string // those that are broken on purpose
	badAuth   string // those with bad credentials
}

func (h *halt) reason(f probe.Family) string {
	switch {
	case h.all == "" && h.negatives == "" && f == probe.FamilyBadAuth:
		return h.badAuth
	case h.all == "" && f.Negative():
		return h.negatives
	}
	return h.all
}

// leaveOut skips a case that is pointless. What else would keep a request from being sent that is broken on purpose is no news then: most
// likely it keeps the documented one from it too.
func (h *halt) leaveOut(c *probe.Case) {
	reason := h.reason(c.Family)
	if reason != "" && c.Skip == "" && (len(c.Blocked) == 0 || c.Family.Negative()) {
		c.Skip, c.Blocked = reason, nil
	}
}

// learn looks at the documented request, the control without which a refusal proves nothing, and at the one without credentials.
func (h *halt) learn(f probe.Family, r probe.Result) {
	if f == probe.FamilyNoAuth && has(r, "security.auth-not-enforced") {
		h.badAuth = "served without any credentials, so bad ones prove nothing"
	}
	if f != probe.FamilySuccess {
		return
	}
	const nothing = ", so a refusal would prove nothing"
	switch {
	case has(r, "outcome.credentials"):
		h.all = "the documented request was refused for its credentials"
	case r.Verdict == probe.Inconclusive:
		h.all = "the documented request got no trustworthy answer"
	case r.Verdict == probe.Blocked:
		h.negatives = "the documented request could not be sent" + nothing
	case r.Outcome == probe.OutcomeError:
		h.negatives = "the documented request was answered with an error" + nothing
	}
}

func has(r probe.Result, rule string) bool {
	for _, f := range r.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}
