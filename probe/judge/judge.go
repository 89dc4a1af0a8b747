// Package judge decides one case from its exchange; one file per check.
//
// What counts as right is taken from the sheet and nowhere else: the documented answers are learned once per sheet (their shapes, their
// codes, and what tells success from error), and an answer is compared with the documented answers of its own outcome. So an error that
// comes instead of a success is told as that, and not as a dozen missing keys. Values are never compared, save the codes and flags that
// tell outcomes apart; message texts never.
//
// Severities follow the evidence. What one example proves, a type or a code, is an error; what it cannot prove is a warning with the reason, or
// is not said at all. The choice was measured on published examples of real APIs (fixtures/published): every deviation an error would call
// 34 % of right answers wrong, every missing key 9 %, and the present choice 3 %, while it still tells 99.9 % of the changes that break the
// publisher's own schema where the example shows the value.
//
// An answer that is not the API's (a transport failure, a redirect, a firewall's or login page) makes a case inconclusive: it proves
// nothing for or against the endpoint. The room sends nothing, reads no clock and no disk. HTTP is RFC 9110, JSON RFC 8259, pointers
// RFC 6901.
package judge

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Options say how strict to be. The zero value is the default.
type Options struct {
	Strict     bool                       // undocumented fields are errors
	FailOn     source.Severity            // a finding at or above it makes a case deviate; default error
	Severities map[string]source.Severity // by rule id: replaces the rule's own
	Egress     string                     // our address as others see it, which diagnoses tell; "" where nobody said
	Now        time.Time                  // for certificates that expire soon; the zero time leaves that check out
}

// Judge decides the cases of one sheet. It is safe for concurrent use.
type Judge struct {
	sheet   *probe.Sheet
	options Options
	codes   probe.Codes
	success *promise
	failure *promise
	tells   tells
	headers []headerPlace // that carry business codes
	// textMarks tell the outcome of answers that are no JSON; they are learned with the first one.
	textMarks func() textMarks
	readers   sync.Pool // of *nearjson.Reader
}

// New prepares the shapes and the codes of a sheet. The error says which documented example, or which override, cannot be used.
func New(s *probe.Sheet, o Options) (*Judge, error) {
	for _, override := range s.Overrides {
		if override.Problem != "" {
			return nil, fmt.Errorf("the override of %q: %s", override.Pointer, override.Problem)
		}
	}
	s = withoutMarks(s)
	j := &Judge{sheet: s, options: o, codes: probe.NewCodes(s)}
	j.tells, j.headers = learn(s, j.codes), learnHeaders(s, j.codes)
	j.textMarks = sync.OnceValue(func() textMarks { return learnTextMarks(j.success, j.failure) })
	var err error
	if j.success, err = newPromise(probe.OutcomeSuccess, s, j.codes, j.tells); err != nil {
		return nil, err
	}
	if j.failure, err = newPromise(probe.OutcomeError, s, j.codes, j.tells); err != nil {
		return nil, err
	}
	return j, nil
}

// withoutMarks is the sheet with keys such as "nick?" and "name*" in its answers as they are sent.
func withoutMarks(s *probe.Sheet) *probe.Sheet {
	plain := *s
	for _, responses := range []*[]probe.Response{&plain.Success, &plain.Errors} {
		*responses = slices.Clone(*responses)
		for i := range *responses {
			body := &(*responses)[i].Body
			body.Value = body.Value.Unmarked()
		}
	}
	return &plain
}

// check is one thing that is looked at in an answer. Each looks at the answer alone, so that none can hide what another would find.
type check struct {
	name    string
	applies func(*answer) bool
	run     func(*answer) []probe.Finding
}

// gates decide whether there is an answer of the API at all. The first that objects makes the case inconclusive.
var gates = []check{
	{"no answer", always, checkTransport},
	{"redirect", answered, checkRedirect},
	{"blocked page", answered, checkBlockedPage},
	{"cut off", answered, checkTruncated},
}

// checks are made of every answer that is the API's.
var checks = []check{
	{"certificate", hasCertificate, checkCertificate},
	{"credentials", isPositive, checkCredentials},
	{"outcome", isPositive, checkOutcome},
	{"negative", isNegative, checkNegative},
	{"http status", comparesStatus, checkHTTPStatus},
	{"documented error", expectsError, checkWrongError},
	{"error of a layer in front", isLayered, checkLayered},
	{"foreign error", isForeign, checkForeign},
	{"business code", comparesCodes, checkCodes},
	{"header code", comparesHeaderCodes, checkHeaderCodes},
	{"promised code", comparesPromisedCode, checkPromisedCode},
	{"empty body", comparesBody, checkEmpty},
	{"JSON", comparesBody, checkJSON},
	{"text", comparesText, checkText},
	{"encoding", comparesBody, checkEncoding},
	{"media type", comparesMediaType, checkMediaType},
	{"duplicate keys", comparesBody, checkDuplicates},
	{"shape", comparesShape, checkShape},
	{"leak", hasBody, checkLeak},
	{"echoed secret", hasBody, checkEcho},
	{"time", hasTimeLimit, checkTime},
	{"attempts", neededMore, checkAttempts},
}

func always(*answer) bool     { return true }
func answered(a *answer) bool { return a.response != nil }

// Decide judges one case. x is nil where nothing was sent; the case then says why.
func (j *Judge) Decide(c *probe.Case, x *probe.Exchange) probe.Result {
	r := probe.Result{
		ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Generated: c.Generated, Expect: c.Expect, Exchange: x, Findings: []probe.Finding{},
	}
	if x == nil {
		return unsent(r, c)
	}
	reader := j.reader()
	defer j.putBack(reader)
	a := newAnswer(j, c, x, reader)
	for _, g := range gates {
		if !g.applies(a) {
			continue
		}
		r.Checks++
		if findings := g.run(a); len(findings) > 0 {
			for i := range findings {
				findings[i].Why = firstNonEmpty(findings[i].Why, "without an answer of the API, nothing can be said of it")
			}
			r.Exchange = x.Diagnosed(a.diagnosis)
			r.Findings = j.finish(findings)
			r.Verdict, r.Reason = probe.Inconclusive, findings[0].Message
			return r
		}
	}
	a.classify()
	r.Outcome, r.Sighting = a.outcome, a.sighting()
	var findings []probe.Finding
	for _, check := range checks {
		if check.applies(a) {
			r.Checks++
			findings = append(findings, check.run(a)...)
		}
	}
	a.propose(findings)
	a.sayWhatWasChanged(findings)
	r.Findings = j.finish(findings)
	r.Verdict = j.verdict(r.Findings)
	if r.Verdict == probe.Conforms && a.trouble != nil {
		r.Verdict, r.Reason = probe.Inconclusive, fmt.Sprintf("the answer could not be compared in full: %v", a.trouble)
	}
	return r
}

// reader is room for an answer until it is decided: what was found of it quotes texts, and no values.
func (j *Judge) reader() *nearjson.Reader {
	if r, ok := j.readers.Get().(*nearjson.Reader); ok {
		return r
	}
	return new(nearjson.Reader)
}

func (j *Judge) putBack(r *nearjson.Reader) {
	r.Forget()
	j.readers.Put(r)
}

func unsent(r probe.Result, c *probe.Case) probe.Result {
	switch {
	case c.Skip != "":
		r.Verdict, r.Reason, r.ByDesign = probe.Skipped, c.Skip, c.ByDesign
	case len(c.Blocked) > 0:
		r.Verdict, r.Reason, r.Findings = probe.Blocked, c.Blocked[0].Message, slices.Clone(c.Blocked)
	default:
		r.Verdict, r.Reason = probe.Skipped, "nothing was sent"
	}
	return r
}

func (j *Judge) verdict(findings []probe.Finding) probe.Verdict {
	failOn := j.options.FailOn
	if failOn.Rank() == 0 {
		failOn = source.Error
	}
	for _, f := range findings {
		if f.Severity.Rank() >= failOn.Rank() {
			return probe.Deviates
		}
	}
	return probe.Conforms
}

// maxFindings bounds the findings of one case; further ones are counted.
const maxFindings = 200

// finish gives every finding its severity and puts them in order: worst first, then by place in the body.
func (j *Judge) finish(findings []probe.Finding) []probe.Finding {
	for i := range findings {
		f := &findings[i]
		own := f.OwnSeverity() // a finding may come by more than once
		if f.Severity = j.severity(*f); f.Severity.Rank() < own.Rank() {
			f.LoweredFrom = own
		}
	}
	slices.SortStableFunc(findings, func(a, b probe.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), cmp.Compare(a.Pointer, b.Pointer))
	})
	if len(findings) > maxFindings {
		rest := findings[maxFindings-1:]
		more := probe.NewFinding("shape.unchecked", "", probe.AtBody, "more")
		more.Message, more.Count = fmt.Sprintf("%d further findings are left out", len(rest)), len(rest)
		more.Hint = "put right what is listed first, and run again"
		findings = append(findings[:maxFindings-1:maxFindings-1], more)
	}
	if findings == nil {
		return []probe.Finding{}
	}
	return findings
}

// severity applies what the user configured. A finding that a check has softened stays soft.
func (j *Judge) severity(f probe.Finding) source.Severity {
	rule, _ := probe.RuleByID(f.Rule)
	configured, ok := j.options.Severities[f.Rule]
	switch {
	case !ok && j.options.Strict && f.Rule == "shape.undocumented":
		return source.Error
	case !ok, configured.Rank() == 0:
		return f.Severity
	case f.Severity == rule.Severity, configured.Rank() < f.Severity.Rank():
		return configured
	}
	return f.Severity
}
