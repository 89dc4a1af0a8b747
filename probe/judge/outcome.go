package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// evidence is what told the outcome, weakest first. Stronger evidence overrules weaker.
type evidence uint8

const (
	byNothing evidence = iota
	byStatus           // the HTTP status alone
	byWords            // "error": "...", which no documented success has
	byHint             // a value that equals a documented one at a place where success and error differ
	byKeys             // keys that only one of the outcomes has
	byFamily           // an undocumented code of the make of the documented ones: ERR009
	byFlag             // status: "error", success: false
	byCode             // a documented business code
)

// outcomeOf tells what the answer means to a caller. Of the body, the first witness that speaks is believed. The HTTP status decides
// where none does; against a status of refusal (400 and above) only a code or a flag counts. Where code and flag contradict each other,
// the expected outcome is assumed, so that the one that is wrong is what is reported.
func (j *Judge) outcomeOf(a *answer) (probe.Outcome, evidence) {
	if a.value == nil {
		return j.textOutcome(a)
	}
	if j.isContradicted(a) {
		if j.askCodes(a) == a.c.Expect.Outcome {
			return a.c.Expect.Outcome, byCode
		}
		return a.c.Expect.Outcome, byFlag
	}
	for _, w := range witnesses {
		o := w.ask(j, a)
		if o == probe.OutcomeUnknown {
			continue
		}
		if o == probe.OutcomeSuccess && a.status >= 400 && w.evidence < byFlag {
			break
		}
		return o, w.evidence
	}
	return j.statusOutcome(a)
}

// textOutcome judges bodies that are not JSON: a documented text is believed, else the HTTP status.
func (j *Judge) textOutcome(a *answer) (probe.Outcome, evidence) {
	if o := j.askHeaders(a); o != probe.OutcomeUnknown {
		return o, byCode
	}
	text := strings.TrimSpace(a.body)
	for _, p := range []*promise{j.success, j.failure} {
		for _, r := range p.responses {
			if r.Body.Text != "" && strings.TrimSpace(r.Body.Text) == text && !j.documents(other(p.outcome), text) {
				return p.outcome, byCode
			}
		}
	}
	if o := j.textMarks().tells(text); o == probe.OutcomeError || o == probe.OutcomeSuccess && a.status < 400 {
		return o, byWords
	}
	return j.statusOutcome(a)
}

func (j *Judge) documents(o probe.Outcome, text string) bool {
	p := j.success
	if o == probe.OutcomeError {
		p = j.failure
	}
	return slices.ContainsFunc(p.responses, func(r probe.Response) bool { return strings.TrimSpace(r.Body.Text) == text })
}

// statusOutcome goes by the HTTP status: the one that the sheet ties to an outcome, else its class. 2xx says nothing of a body that
// should carry one of the documented marks of success or error and carries none, unless the sheet ties errors to other statuses.
func (j *Judge) statusOutcome(a *answer) (probe.Outcome, evidence) {
	success := slices.Contains(j.success.statuses, a.status)
	failure := slices.Contains(j.failure.statuses, a.status)
	switch {
	case success != failure:
		if success && j.hidesErrors() && a.body != "" {
			break
		}
		if success {
			return probe.OutcomeSuccess, byStatus
		}
		return probe.OutcomeError, byStatus
	case a.status >= 400:
		return probe.OutcomeError, byStatus
	}
	if a.status == 0 && a.value != nil {
		return j.resembled(a)
	}
	if isRedirect(a.status) && j.redirects() {
		return probe.OutcomeSuccess, byStatus
	}
	if a.status < 200 || a.status > 299 || j.hidesErrors() && !a.isEmpty() || a.value == nil && j.success.json && !a.isEmpty() {
		return probe.OutcomeUnknown, byNothing
	}
	return probe.OutcomeSuccess, byStatus
}

// redirects says that to redirect is what the API is there for: the sheet documents it for a success.
func (j *Judge) redirects() bool {
	return slices.ContainsFunc(j.success.statuses, isRedirect)
}

// resembled goes by which documented answers a saved one of unknown status is like.
func (j *Judge) resembled(a *answer) (probe.Outcome, evidence) {
	success, failure := a.resembles(j.success), len(j.failure.responses) > 0 && a.resembles(j.failure)
	switch {
	case success == failure:
		return probe.OutcomeUnknown, byNothing
	case success:
		return probe.OutcomeSuccess, byHint
	}
	return probe.OutcomeError, byHint
}

// hidesErrors says that only the body tells success from error: both are documented as JSON, something in them differs, and no error
// is tied to an HTTP status of its own.
func (j *Judge) hidesErrors() bool {
	if !j.success.json || !j.failure.json || len(j.tells.places) == 0 && len(j.tells.errorKeys) == 0 {
		return false
	}
	statuses := j.failure.statuses
	return len(statuses) == 0 || slices.Contains(statuses, 200)
}

func isPositive(a *answer) bool { return !a.negative }

// checkOutcome tells when another outcome came than the one that is promised.
func checkOutcome(a *answer) []probe.Finding {
	if a.outcome == probe.OutcomeUnknown || a.outcome == a.c.Expect.Outcome || a.c.Expect.Outcome == probe.OutcomeUnknown || a.isRefusedForCredentials() {
		return nil
	}
	f := a.finding("outcome.error-instead-of-success", probe.AtBody)
	f.Message = "the documented request was answered with an error"
	f.Documented, f.At = "a success", a.judge.success.at(a.judge.sheet)
	if a.status >= 500 {
		f.Hint = "ask the API owner why the server fails, and whether the request is still the documented one"
	}
	if a.c.Family == probe.FamilyTestData {
		f.Message = "test data that is documented to succeed was answered with an error"
	}
	if a.c.Family == probe.FamilyAnswer {
		f.Message = "the saved answer is an error, and a success was expected"
	}
	if a.outcome == probe.OutcomeSuccess {
		f = a.finding("outcome.success-instead-of-error", probe.AtBody)
		f.Message = "a request that is documented to fail was answered with success"
		f.Documented, f.At = "an error", a.judge.failure.at(a.judge.sheet)
	}
	var told string
	f.Pointer, told = a.token()
	f.Observed = told
	f.Location = a.tokenLocation()
	findings := []probe.Finding{f}
	if a.evidence == byCode {
		findings = append(findings, a.codeOfOtherOutcome()...)
	}
	return findings
}

// tokenLocation is the part of the answer that told the outcome.
func (a *answer) tokenLocation() probe.Location {
	switch a.evidence {
	case byCode, byFamily:
		return probe.AtBusinessCode
	case byStatus:
		return probe.AtHTTPStatus
	}
	return probe.AtBody
}

// token is what told the outcome, for people.
func (a *answer) token() (pointer, told string) {
	var r rank
	switch a.evidence {
	case byCode, byFamily:
		r = code
	case byFlag:
		r = flag
	case byHint:
		r = hint
	default:
		if a.value == nil && a.evidence != byWords || a.evidence == byStatus {
			return "", statusText(a.status)
		}
		return "", short(a.body)
	}
	for i := range a.judge.tells.places {
		p := &a.judge.tells.places[i]
		if p.rank != r {
			continue
		}
		if v, at := find(a.value, p.path); v != nil {
			return at, fmt.Sprintf("%s: %s", strconv.Quote(p.key()), scalarText(v))
		}
	}
	if codes := a.codes[len(a.bodyCodes):]; len(codes) > 0 {
		return "", "the code " + strconv.Quote(short(codes[0])) + " in a header"
	}
	return "", short(a.body)
}

// scalarText writes a scalar as JSON would, cut to a readable length.
func scalarText(v *nearjson.Value) string {
	switch v.Kind {
	case nearjson.String:
		return strconv.Quote(short(v.Text))
	case nearjson.Null:
		return "null"
	case nearjson.Object, nearjson.Array:
		return v.Kind.String()
	}
	return short(v.Text)
}
