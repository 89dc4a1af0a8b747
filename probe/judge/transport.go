package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// checkTransport says at which phase an exchange stopped that brought no trustworthy answer.
func checkTransport(a *answer) []probe.Finding {
	failure := a.x.Failure()
	if failure == nil && a.response != nil {
		return nil
	}
	if failure == nil {
		failure = &probe.Attempt{Error: "no answer was recorded", Rule: "transport.reset"}
	}
	f := a.finding(failure.Rule, probe.AtTransport)
	rule, _ := probe.RuleByID(failure.Rule)
	f.Message, f.Observed = firstNonEmpty(rule.Meaning, "there was no answer"), short(failure.Error)
	if d := failure.Diagnosis; d != nil {
		cause, _ := probe.CauseByID(d.Cause)
		f.Message, f.Hint = d.Means, firstNonEmpty(cause.Next, f.Hint)
	}
	if failure.Phase != "" {
		f.Message += fmt.Sprintf(" (stopped %s)", phaseInWords(failure.Phase))
	}
	return []probe.Finding{f}
}

func phaseInWords(p probe.Phase) string {
	switch p {
	case probe.PhaseDNS:
		return "while looking up the host name"
	case probe.PhaseConnect:
		return "while connecting"
	case probe.PhaseTLS:
		return "during the TLS handshake"
	case probe.PhaseWrite:
		return "while sending the request"
	case probe.PhaseFirstByte:
		return "while waiting for the answer"
	case probe.PhaseBody:
		return "while reading the answer"
	}
	return "at phase " + string(p)
}

// checkRedirect stops at a 3xx that the sheet does not document: what answers elsewhere is not what the sheet describes.
func checkRedirect(a *answer) []probe.Finding {
	if a.status < 300 || a.status > 399 || a.isDocumentedStatus() || a.status == http.StatusNotModified || a.isSentToLogin() || a.isRefusedMethod() {
		return nil
	}
	s := a.redirected()
	if s.cause == "redirect" && a.judge.redirects() {
		return nil // another status is one of its own answers
	}
	a.diagnosis = a.diagnose(s)
	f := a.finding("transport.redirect", probe.AtHeader)
	cause, _ := probe.CauseByID(s.cause)
	f.Hint = cause.Next
	f.Observed = statusText(a.status)
	f.Message = "the endpoint redirects instead of answering"
	if to := a.header("Location"); to != "" {
		f.Observed += " to " + short(to)
		f.Message = fmt.Sprintf("the endpoint redirects to %s%q instead of answering", map[string]string{"redirect-to-login": "a login page, "}[s.cause], short(to))
	}
	return []probe.Finding{f}
}

func (a *answer) isDocumentedStatus() bool {
	return slices.Contains(a.judge.success.statuses, a.status) || slices.Contains(a.judge.failure.statuses, a.status) ||
		slices.Contains(a.c.Expect.HTTPStatus, a.status)
}

func (a *answer) header(name string) string {
	for _, h := range a.response.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// checkTruncated refuses to call an answer broken of which only the beginning is kept.
func checkTruncated(a *answer) []probe.Finding {
	if !a.response.Truncated || a.value != nil || a.isBodyless() || !a.judge.success.json && !a.judge.failure.json {
		return nil
	}
	f := a.finding("transport.too-large", probe.AtBody)
	f.Message = fmt.Sprintf("only the first %d bytes of the answer were kept, so it cannot be compared", len(a.body))
	if a.x.Saved {
		f.Message = fmt.Sprintf("less of the answer was saved (%d bytes) than came, so it cannot be compared", len(a.body))
		f.Hint = "save the answer once more, with the whole of its body"
	}
	return []probe.Finding{f}
}

// expiresSoon is how long before its end a certificate is reported.
const expiresSoon = 14 * 24 * time.Hour

func hasCertificate(a *answer) bool {
	return a.x.TLS != nil && !a.x.TLS.NotAfter.IsZero() && !a.judge.options.Now.IsZero()
}

func checkCertificate(a *answer) []probe.Finding {
	left := a.x.TLS.NotAfter.Sub(a.judge.options.Now)
	if left >= expiresSoon {
		return nil
	}
	f := a.finding("transport.tls-expiring", probe.AtTransport)
	f.Observed = "valid until " + a.x.TLS.NotAfter.UTC().Format(time.DateOnly)
	f.Message = fmt.Sprintf("the server's certificate expires in %d days", int(left.Hours()/24))
	if left < 0 {
		f.Message = "the server's certificate has expired"
	}
	return []probe.Finding{f}
}

func hasTimeLimit(a *answer) bool {
	return a.judge.sheet.Limits.MaxResponseMS > 0 && a.x.Timing.Total > 0
}

func checkTime(a *answer) []probe.Finding {
	limit := a.judge.sheet.Limits.MaxResponseMS
	if a.x.Timing.Total <= float64(limit) {
		return nil
	}
	f := a.finding("timing.slow", probe.AtTiming)
	f.Documented, f.Observed = fmt.Sprintf("at most %d ms", limit), fmt.Sprintf("%.0f ms", a.x.Timing.Total)
	f.Message = fmt.Sprintf("the answer took %.0f ms, and the sheet allows %d ms", a.x.Timing.Total, limit)
	return []probe.Finding{f}
}

func firstNonEmpty(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}
