package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Call is a call that came in, and what is wrong with its signature; "" where nothing is, or none is documented.
type Call struct {
	probe.Received
	Signature string
	Cut       bool // there was more than is kept
}

// Awaited is what came of waiting for the calls to which a request led.
type Awaited struct {
	Calls    []Call // in order
	More     int    // calls that are not kept
	Expected int    // how often the request went out
	WaitedMS int    // behind the answer to the request
	// Unreachable is why a call could not have arrived; "" where nothing speaks against it. Hint is what to do about it.
	Unreachable, Hint string
	// Elsewhere says that a call came that may have been meant for this request; "" where none did.
	Elsewhere string
}

// Callback judges the calls that came because of a request. That none came is nobody's fault but ours where it could not have arrived.
func (j *Judge) Callback(c *probe.Case, w Awaited) (probe.Result, error) {
	r := j.begin(c)
	for _, call := range w.Calls {
		r.Callbacks = append(r.Callbacks, call.Received)
	}
	var findings []probe.Finding
	if r.Checks = 1; len(w.Calls) == 0 {
		findings = append(findings, j.notReceived(c, w))
	}
	if n := len(w.Calls) + w.More; n > max(w.Expected, 1) && len(w.Calls) > 0 {
		findings = append(findings, j.duplicate(c, w, n))
	}
	for _, call := range w.Calls {
		found, checks, err := j.call(c, call)
		if err != nil {
			return r, err
		}
		r.Checks += checks
		for _, f := range found {
			if !slices.ContainsFunc(findings, func(g probe.Finding) bool { return g.Fingerprint == f.Fingerprint }) {
				findings = append(findings, f)
			}
		}
	}
	r.Findings = j.finish(findings)
	r.Verdict = j.verdict(r.Findings)
	if len(w.Calls) == 0 && w.inconclusive(j.sheet.Callback) {
		r.Verdict, r.Reason = probe.Inconclusive, r.Findings[0].Message
	}
	return r, nil
}

func (j *Judge) begin(c *probe.Case) probe.Result {
	return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Generated: c.Generated, Expect: c.Expect, Findings: []probe.Finding{}}
}

// inconclusive says that more waiting, or another way to us, might have brought the call.
func (w Awaited) inconclusive(cb *probe.Callback) bool {
	return w.Unreachable != "" || cb != nil && cb.WithinMS > w.WaitedMS
}

func (j *Judge) callbackFinding(c *probe.Case, rule string, identity ...string) probe.Finding {
	f := probe.NewFinding(rule, c.ID, probe.AtCallback, identity...)
	if j.sheet.Callback != nil {
		f.At = j.sheet.Callback.At
	}
	if f.At.IsZero() {
		f.At = j.sheet.At.Of(probe.FieldCredentials)
	}
	return f
}

func (j *Judge) notReceived(c *probe.Case, w Awaited) probe.Finding {
	cb := j.sheet.Callback
	f := j.callbackFinding(c, "callback.not-received")
	f.Documented = "a call to our callback URL"
	if cb != nil && cb.WithinMS > 0 {
		f.Documented += fmt.Sprintf(" within %d ms", cb.WithinMS)
	}
	f.Observed = firstNonEmpty(w.Elsewhere, fmt.Sprintf("none within %d ms", w.WaitedMS))
	f.Message = fmt.Sprintf("no call came to our callback URL within %d ms of the answer", w.WaitedMS)
	switch {
	case w.Unreachable != "":
		f.Blame, f.Why = probe.BlameEnvironment, "a call that could not have arrived proves nothing against the endpoint"
		f.Message, f.Hint = f.Message+", and none could have: "+w.Unreachable, w.Hint
	case w.inconclusive(cb):
		f.Blame, f.Why = probe.BlameEnvironment, "it may still have come"
		f.Message, f.Hint = f.Message+fmt.Sprintf(", and the sheet allows %d ms", cb.WithinMS), "wait longer with --callback-wait TIME"
	case cb == nil:
		f.Severity = source.Warning
		f.Why += "; no error, because the sheet names the URL and does not say when it is called"
		f.Hint = "ask the API owner when the callback URL is called, and with what"
	}
	return f
}

func (j *Judge) duplicate(c *probe.Case, w Awaited, n int) probe.Finding {
	f := j.callbackFinding(c, "callback.duplicate")
	f.Documented, f.Observed, f.Count = "one call for one request", fmt.Sprintf("%d calls", n), n-max(w.Expected, 1)
	f.Message = fmt.Sprintf("%d calls came because of %s", n, times(w.Expected))
	if len(w.Calls) > 1 && w.Calls[0].Request.Body != w.Calls[1].Request.Body {
		f.Observed += " that are not the same"
		f.Hint = "where each call tells of another event, document them; else call once"
	}
	return f
}

func times(n int) string {
	if n <= 1 {
		return "one request"
	}
	return fmt.Sprintf("%d requests", n)
}

// call judges one call. Its body is compared as a saved answer is: by a judge who knows the documented call as the one success.
func (j *Judge) call(c *probe.Case, call Call) (findings []probe.Finding, checks int, err error) {
	cb := j.sheet.Callback
	if cb == nil {
		return nil, 0, nil
	}
	findings = slices.Concat(j.callMethod(c, cb, call), j.callHeaders(c, cb, call), j.callSignature(c, cb, call), j.callTime(c, cb, call))
	checks = 4
	if cb.Body.IsZero() || call.Cut {
		return findings, checks, nil
	}
	documented := probe.Sheet{Name: j.sheet.Name, Document: j.sheet.Document, Success: []probe.Response{{Body: cb.Body, Raw: cb.Raw, Headers: cb.Headers, At: cb.At}}}
	bodies, err := New(&documented, Options{Strict: j.options.Strict, FailOn: j.options.FailOn, Severities: j.options.Severities})
	if err != nil {
		return nil, 0, fmt.Errorf("the documented callback: %w", err)
	}
	body := bodies.Decide(c, &probe.Exchange{Saved: true, Response: &probe.RecordedResponse{
		Headers: call.Request.Headers, Body: call.Request.Body, MediaType: mediaOf(call.Request.Headers),
	}})
	for _, f := range body.Findings {
		f.Message, f.Location = "in the callback, "+f.Message, probe.AtCallback
		if f.Rule == "outcome.error-instead-of-success" {
			f.Message = "the callback tells of an error, and the sheet documents one of success"
		}
		findings = append(findings, f)
	}
	return findings, checks + body.Checks, nil
}

func mediaOf(headers []probe.Header) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			media, _, _ := strings.Cut(h.Value, ";")
			return strings.ToLower(strings.TrimSpace(media))
		}
	}
	return ""
}

// callMethod expects POST where the sheet names no method, and then no more than remarks another.
func (j *Judge) callMethod(c *probe.Case, cb *probe.Callback, call Call) []probe.Finding {
	want := firstNonEmpty(cb.Method, http.MethodPost)
	if strings.EqualFold(call.Request.Method, want) {
		return nil
	}
	f := j.callbackFinding(c, "callback.method")
	f.Documented, f.Observed = want, call.Request.Method
	f.Message = fmt.Sprintf("the callback came as %s, and the sheet documents %s", call.Request.Method, want)
	if cb.Method == "" {
		f.Severity, f.Documented = source.Info, "no method"
		f.Message = fmt.Sprintf("the callback came as %s, and the sheet names no method", call.Request.Method)
		f.Hint = "ask the API owner to document the method"
	}
	return []probe.Finding{f}
}

// callHeaders looks for the documented headers by name: their values are examples. What every client sends by itself proves nothing.
func (j *Judge) callHeaders(c *probe.Case, cb *probe.Callback, call Call) (findings []probe.Finding) {
	unasked := []string{"host", "content-length", "content-type", "user-agent", "accept", "accept-encoding", "connection", "date", "transfer-encoding"}
	for _, h := range cb.Headers {
		named := func(g probe.Header) bool { return strings.EqualFold(g.Name, h.Name) }
		isSignature := cb.Signature != nil && strings.EqualFold(cb.Signature.Header, h.Name)
		if slices.Contains(unasked, strings.ToLower(h.Name)) || isSignature || slices.ContainsFunc(call.Request.Headers, named) {
			continue
		}
		f := j.callbackFinding(c, "callback.header", strings.ToLower(h.Name))
		f.Documented, f.Observed = h.Name, "no such header"
		f.Message = fmt.Sprintf("the callback lacks the header %q, which the sheet documents", h.Name)
		if !h.At.IsZero() {
			f.At = h.At
		}
		findings = append(findings, f)
	}
	return findings
}

func (j *Judge) callSignature(c *probe.Case, cb *probe.Callback, call Call) []probe.Finding {
	if call.Signature == "" || cb.Signature == nil || call.Cut {
		return nil
	}
	f := j.callbackFinding(c, "callback.signature")
	s := cb.Signature
	f.Documented = fmt.Sprintf("%s: %s%s by HMAC-%s", s.Header, s.Prefix, firstNonEmpty(s.Encoding, "hex"), strings.ToUpper(firstNonEmpty(s.Algorithm, "sha256")))
	f.Observed, f.Message = call.Signature, "the callback does not prove where it comes from: "+call.Signature
	return []probe.Finding{f}
}

func (j *Judge) callTime(c *probe.Case, cb *probe.Callback, call Call) []probe.Finding {
	if cb.WithinMS <= 0 || call.AfterMS <= float64(cb.WithinMS) {
		return nil
	}
	f := j.callbackFinding(c, "callback.late")
	f.Documented, f.Observed = fmt.Sprintf("within %d ms", cb.WithinMS), fmt.Sprintf("after %.0f ms", call.AfterMS)
	f.Message = fmt.Sprintf("the callback came %.0f ms behind the answer, and the sheet allows %d ms", call.AfterMS, cb.WithinMS)
	return []probe.Finding{f}
}

// Unasked adds to the result of a request that was refused the calls that came all the same.
func (j *Judge) Unasked(r probe.Result, c *probe.Case, calls []Call) probe.Result {
	for _, call := range calls {
		r.Callbacks = append(r.Callbacks, call.Received)
	}
	f := j.callbackFinding(c, "callback.unexpected")
	f.Count, f.Documented = len(calls), "no call for a request that is refused"
	f.Observed = fmt.Sprintf("%s to the URL of this request", calls[0].Request.Method)
	f.Message = "the request was refused, and the callback URL was called all the same"
	r.Checks++
	r.Findings = j.finish(append(r.Findings, f))
	r.Verdict = j.verdict(r.Findings)
	return r
}
