package evidence

import (
	"encoding/json"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// TestResultType is the type of the predicate of in-toto for results of tests.
const TestResultType = "https://in-toto.io/attestation/test-result/v0.1"

// testResult is the predicate. Its tests are the lines of the policy, and the APIs.
type testResult struct {
	Result        string       `json:"result"` // PASSED, WARNED or FAILED
	Configuration []descriptor `json:"configuration"`
	Passed        []string     `json:"passedTests"`
	Warned        []string     `json:"warnedTests"`
	Failed        []string     `json:"failedTests"`
}

// descriptor names what the tests were configured by (ResourceDescriptor of in-toto).
type descriptor struct {
	Name   string        `json:"name"`
	Digest attest.Digest `json:"digest"`
}

// summaryOf says in the words of in-toto what was decided. What is not known counts as failed: the format has no word for it.
func summaryOf(p *signoff.Predicate) testResult {
	r := testResult{Result: "FAILED", Configuration: []descriptor{}, Passed: []string{}, Warned: []string{}, Failed: []string{}}
	switch p.Decision.Outcome {
	case signoff.Go:
		r.Result = "PASSED"
	case signoff.GoWithWaivers:
		r.Result = "WARNED"
	}
	policy, err := json.Marshal(p.Policy)
	if err == nil { // a policy can always be written
		r.Configuration = append(r.Configuration, descriptor{"policy", attest.Digest{SHA256: digestOf(policy)}})
	}
	for _, s := range subjectsOf(p, "")[2:] {
		r.Configuration = append(r.Configuration, descriptor(s))
	}
	for _, l := range p.Decision.Lines {
		r.add("policy/"+l.ID, l.Status)
	}
	for _, s := range p.Sheets {
		status := signoff.Failed
		switch {
		case s.Verdict == probe.Conforms:
			status = signoff.Met
		case p.Decision.Outcome.Releases():
			status = signoff.Waived
		}
		r.add("api/"+s.API, status)
	}
	return r
}

func (r *testResult) add(name string, status signoff.Status) {
	switch status {
	case signoff.Met:
		r.Passed = append(r.Passed, name)
	case signoff.Waived:
		r.Warned = append(r.Warned, name)
	case signoff.Failed, signoff.Unknown:
		r.Failed = append(r.Failed, name)
	}
}
