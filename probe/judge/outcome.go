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

// witness is one way to tell the outcome from the body; OutcomeUnknown where it has nothing to say.
type witness struct {
	evidence evidence
	ask      func(*Judge, *answer) probe.Outcome
}

// witnesses, in the order in which they are believed.
var witnesses = []witness{
	{byCode, (*Judge).askCodes},
	{byFlag, (*Judge).askFlags},
	{byFamily, (*Judge).askFamilies},
	{byKeys, (*Judge).askKeys},
	{byHint, (*Judge).askHints},
	{byWords, (*Judge).askWords},
}

// outcomeOf tells what the answer means to a caller. Of the body, the first witness that speaks is believed. The HTTP status decides
// where none does; against a status of refusal (400 and above) only a code or a flag counts.
func (j *Judge) outcomeOf(a *answer) (probe.Outcome, evidence) {
	if a.value == nil {
		return j.textOutcome(a)
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
	text := strings.TrimSpace(a.body)
	for _, p := range []*promise{j.success, j.failure} {
		for _, r := range p.responses {
			if r.Body.Text != "" && strings.TrimSpace(r.Body.Text) == text && !j.documents(other(p.outcome), text) {
				return p.outcome, byCode
			}
		}
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
	success := slices.Contains(j.codes.Statuses(probe.OutcomeSuccess), a.status)
	failure := slices.Contains(j.codes.Statuses(probe.OutcomeError), a.status)
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
	if a.status < 200 || a.status > 299 || j.hidesErrors() && !a.isEmpty() || a.value == nil && j.success.json && !a.isEmpty() {
		return probe.OutcomeUnknown, byNothing
	}
	return probe.OutcomeSuccess, byStatus
}

// hidesErrors says that only the body tells success from error: both are documented as JSON, something in them differs, and no error
// is tied to an HTTP status of its own.
func (j *Judge) hidesErrors() bool {
	if !j.success.json || !j.failure.json || len(j.tells.places) == 0 && len(j.tells.errorKeys) == 0 {
		return false
	}
	statuses := j.codes.Statuses(probe.OutcomeError)
	return len(statuses) == 0 || slices.Contains(statuses, 200)
}

func (j *Judge) askCodes(a *answer) probe.Outcome { return j.askPlaces(a, code) }

// askFlags believes documented values first, then words and booleans that speak for themselves.
func (j *Judge) askFlags(a *answer) probe.Outcome {
	if o := j.askPlaces(a, flag); o != probe.OutcomeUnknown {
		return o
	}
	for i := range j.tells.places {
		p := &j.tells.places[i]
		isData := len(p.values[probe.OutcomeSuccess]) > 0 && !p.demand[probe.OutcomeSuccess]
		if p.rank != flag || isData || !p.demand[probe.OutcomeSuccess] && !p.demand[probe.OutcomeError] {
			continue
		}
		v, _ := find(a.value, p.path)
		switch {
		case v == nil:
		case v.Kind == nearjson.Bool:
			return boolOutcome(p.key(), v.Text)
		case v.Kind == nearjson.String:
			if o := probe.WordsOutcome(v.Text); o != probe.OutcomeUnknown {
				return o
			}
		}
	}
	return probe.OutcomeUnknown
}

func (j *Judge) askHints(a *answer) probe.Outcome { return j.askPlaces(a, hint) }

func (j *Judge) askPlaces(a *answer, r rank) probe.Outcome {
	for i := range j.tells.places {
		p := &j.tells.places[i]
		if p.rank != r {
			continue
		}
		v, _ := find(a.value, p.path)
		if v == nil || v.Kind == nearjson.Null || v.Kind == nearjson.Object || v.Kind == nearjson.Array {
			continue
		}
		if o := j.meaningAt(p, v); o != probe.OutcomeUnknown {
			return o
		}
	}
	return probe.OutcomeUnknown
}

// meaningAt is what a documented value at a place means.
func (j *Judge) meaningAt(p *place, v *nearjson.Value) probe.Outcome {
	success, failure := p.has(probe.OutcomeSuccess, v.Text), p.has(probe.OutcomeError, v.Text)
	switch {
	case success && failure:
		return probe.OutcomeUnknown
	case success && (p.demand[probe.OutcomeSuccess] || p.differs()):
		return probe.OutcomeSuccess
	case failure:
		return probe.OutcomeError
	case p.rank == code && !success:
		if o, ok := j.codes.Meaning(v.Text); ok {
			return o
		}
	}
	return probe.OutcomeUnknown
}

// askFamilies looks at undocumented codes: SUCC009 is made like SUCC001 and unlike ERR001, and where 0 is success, nothing else is.
func (j *Judge) askFamilies(a *answer) probe.Outcome {
	for i := range j.tells.places {
		p := &j.tells.places[i]
		v, _ := find(a.value, p.path)
		if p.rank != code || v == nil || v.Kind != nearjson.String && v.Kind != nearjson.Number || v.Text == "" {
			continue
		}
		success := sameMake(p.texts(probe.OutcomeSuccess), v.Text)
		failure := sameMake(p.texts(probe.OutcomeError), v.Text)
		if success != failure {
			if success {
				return probe.OutcomeSuccess
			}
			return probe.OutcomeError
		}
		if isZero(p.texts(probe.OutcomeSuccess)) && !isZero([]string{v.Text}) {
			return probe.OutcomeError
		}
		if o := probe.CodeOutcome(v.Text, ""); o != probe.OutcomeUnknown && (p.demand[probe.OutcomeSuccess] || p.demand[probe.OutcomeError]) {
			return o
		}
	}
	return probe.OutcomeUnknown
}

func isZero(texts []string) bool {
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(t string) bool { return strings.Trim(t, "0") != "" || t == "" })
}

// sameMake says that a code starts with the letters of a documented one, or, where that has none, has as many digits and the same first.
func sameMake(documented []string, text string) bool {
	return slices.ContainsFunc(documented, func(d string) bool {
		if letters := leadingLetters(d); letters != "" {
			return strings.EqualFold(letters, leadingLetters(text))
		}
		return len(d) == len(text) && len(d) > 1 && d[0] == text[0] && leadingLetters(text) == ""
	})
}

func leadingLetters(code string) string {
	i := strings.IndexFunc(code, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' })
	if i < 0 {
		return code
	}
	return code[:i]
}

// askKeys asks which outcome alone has the keys that the answer has.
func (j *Judge) askKeys(a *answer) probe.Outcome {
	success, failure := hasAny(a.value, j.tells.successKeys), hasAny(a.value, j.tells.errorKeys)
	switch {
	case success == failure:
		return probe.OutcomeUnknown
	case success:
		return probe.OutcomeSuccess
	}
	return probe.OutcomeError
}

func hasAny(v *nearjson.Value, keys map[string]bool) bool {
	for k := range keys {
		if found, _ := find(v, strings.Split(k, "\x00")); isPresent(found) {
			return true
		}
	}
	return false
}

// askWords knows what errors look like everywhere: an "error" that no documented success has, or a flag that says so.
func (j *Judge) askWords(a *answer) probe.Outcome {
	for _, m := range a.value.Members {
		if j.documentsKey(m.Key) || !isPresent(m.Value) && m.Value.Kind != nearjson.Bool {
			continue
		}
		switch name := fold(m.Key); {
		case slices.Contains(strings.Fields("error errors errormessage errordescription errorcode fault exception errorlist"), name):
			if isPresent(m.Value) && m.Value.Text != "0" {
				return probe.OutcomeError
			}
		case m.Value.Kind == nearjson.Bool && oneOf(m.Key, flagNames):
			if boolOutcome(m.Key, m.Value.Text) == probe.OutcomeError {
				return probe.OutcomeError
			}
		case m.Value.Kind == nearjson.String && name == "status":
			if probe.WordsOutcome(m.Value.Text) == probe.OutcomeError {
				return probe.OutcomeError
			}
		}
	}
	return probe.OutcomeUnknown
}

// documentsKey says that a documented success holds something under the key.
func (j *Judge) documentsKey(key string) bool {
	return slices.ContainsFunc(j.success.responses, func(r probe.Response) bool { return isPresent(r.Body.Value.Get(key)) })
}

func isPositive(a *answer) bool { return !a.c.Family.Negative() }

// checkOutcome tells when another outcome came than the one that is promised.
func checkOutcome(a *answer) []probe.Finding {
	if a.outcome == probe.OutcomeUnknown || a.outcome == a.c.Expect.Outcome || a.c.Expect.Outcome == probe.OutcomeUnknown || a.isRefusedForCredentials() {
		return nil
	}
	f := a.finding("outcome.error-instead-of-success", probe.AtBody)
	f.Message = "the documented request was answered with an error"
	f.Documented, f.At = "a success", a.judge.success.at(a.judge.sheet)
	if a.c.Family == probe.FamilyTestData {
		f.Message = "test data that is documented to succeed was answered with an error"
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
		if a.value == nil || a.evidence == byStatus {
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
