package probe

import "slices"

// NewFinding starts a finding of a rule about one case: severity, blame, why it matters and the general next step are the rule's, the count is 1.
//
// identity is what tells the finding from others of its rule in the case, such as the pointer pattern and the documented key. It must
// come from the sheet and not from the live answer, so that the fingerprint is the same from run to run.
func NewFinding(rule, caseID string, at Location, identity ...string) Finding {
	r, _ := RuleByID(rule)
	return Finding{
		Rule: rule, Severity: r.Severity, Blame: r.Blame, Location: at, Why: r.Why, Hint: r.Fix,
		Fingerprint: Fingerprint(slices.Concat([]string{caseID, rule}, identity)...), Count: 1,
	}
}
