package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// checkBlockedPage recognises answers that come from something between us and the API.
func checkBlockedPage(a *answer) []probe.Finding {
	s := a.stranger()
	if s.cause == "" || a.isRefusedMethod() {
		return nil
	}
	f := a.finding("transport.blocked-page", probe.AtBody)
	f.Observed = statusText(a.status)
	if title := pageTitle(a.body); title != "" {
		f.Observed += ", page " + quoteShort(title)
	}
	f.Message = s.who + " answered instead of the API"
	if s.vendor != "" {
		f.Message = fmt.Sprintf("%s (%s) answered instead of the API", s.who, s.vendor)
	}
	if a.status == http.StatusTooManyRequests {
		f.Message = s.who
	}
	cause, _ := probe.CauseByID(s.cause)
	f.Hint, a.diagnosis = cause.Next, a.diagnose(s)
	return []probe.Finding{f}
}

// stranger names what answered instead of the API.
func (a *answer) stranger() stranger {
	if a.status < 400 && a.jsonError == nil && !a.isEmpty() {
		return stranger{} // as most answers
	}
	named := func() string { return nameOf(byHeaders(a.response.Headers)) }
	switch itself := byItself(a.response.Headers); {
	case a.status == http.StatusProxyAuthRequired:
		return stranger{"proxy-credentials", "a proxy that wants credentials", named()}
	case a.status == http.StatusNetworkAuthenticationRequired:
		return stranger{"captive-portal", "a network that wants a login", named()}
	case a.status == http.StatusTooManyRequests && (a.c.Expect.Outcome == probe.OutcomeSuccess || !a.isDocumentedStatus() && !a.carriesDocumentedCode()):
		return stranger{"too-many-requests", "the endpoint refuses to answer so often (HTTP 429)", named()}
	case itself != nil && a.status >= 400 && !a.isGatewayStatus() && !a.carriesDocumentedCode() && !a.isAskedRefusal():
		return stranger{itself.cause, whoIs[itself.cause], itself.name}
	case a.jsonError == nil && !a.isEmpty():
		return stranger{}
	case a.isGatewayStatus() && !a.documentsTextFor(a.status):
		return stranger{"gateway-down", "a gateway in front of an API that is down", named()}
	}
	return a.strangePage()
}

// whoIs calls what answers by a vendor's product.
var whoIs = map[string]string{
	"waf-block": "a firewall", "proxy-page": "a proxy on the way", "web-server-refusal": "the web server in front of the API",
}

func nameOf(v *vendor) string {
	if v == nil {
		return ""
	}
	return v.name
}

// isGatewayStatus covers 502 to 504 and the 52x that a content network makes of the same.
func (a *answer) isGatewayStatus() bool {
	return a.status >= 502 && a.status <= 504 || a.status >= 520 && a.status <= 530
}

// documentsTextFor says that the sheet itself ties the status to an answer that is not JSON.
func (a *answer) documentsTextFor(status int) bool {
	return slices.ContainsFunc(a.judge.sheet.Errors, func(r probe.Response) bool {
		return r.HTTPStatus != nil && *r.HTTPStatus == status && r.Body.Value == nil
	})
}

func (a *answer) carriesDocumentedCode() bool {
	return slices.ContainsFunc(a.bodyCodes, func(code string) bool {
		_, ok := a.judge.codes.Meaning(code)
		return ok
	})
}

// strangePage reads HTML that came where the sheet documents something else.
func (a *answer) strangePage() stranger {
	if !a.isHTML() || a.documentsHTML() {
		return stranger{}
	}
	page := strings.ToLower(a.body[:min(len(a.body), 64<<10)])
	if a.isAskedRefusal() || a.isSentToLogin() {
		return stranger{} // the very refusal that was asked for, whoever speaks it
	}
	known := byPage(page)
	if known == nil {
		known = byHeaders(a.response.Headers)
	}
	switch {
	case hasAnyOf(page, portalMarks):
		return stranger{"captive-portal", "a network that wants a login", nameOf(known)}
	case byPage(page) != nil && byPage(page).cause != "web-server-refusal":
		return stranger{known.cause, whoIs[known.cause], known.name}
	case hasAnyOf(page, firewallMarks):
		return stranger{"waf-block", "a firewall", nameOf(known)}
	case a.status == http.StatusForbidden && known != nil:
		return stranger{known.cause, whoIs[known.cause], known.name}
	case a.status < 500 && isLoginPage(page):
		return stranger{"login-page", "a login page", sayerOf(page)}
	case hasAnyOf(pageTitle(page)+headlines(page), outageMarks):
		return stranger{"maintenance-page", "a maintenance page", nameOf(known)}
	}
	return stranger{}
}

// isAskedRefusal says that a request without credentials was refused, which is what it was sent for.
func (a *answer) isAskedRefusal() bool {
	return (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && a.isOwnAnswer()
}

func (a *answer) isHTML() bool {
	if a.response.MediaType == "text/html" || a.response.MediaType == "application/xhtml+xml" {
		return true
	}
	return startsAsHTML(a.body)
}

func (a *answer) documentsHTML() bool {
	return slices.ContainsFunc(slices.Concat(a.judge.sheet.Success, a.judge.sheet.Errors), func(r probe.Response) bool {
		return startsAsHTML(r.Body.Text)
	})
}

func startsAsHTML(text string) bool {
	start := strings.ToLower(strings.TrimLeft(text[:min(len(text), 512)], " \t\r\n\ufeff"))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

// The marks, in lower case, that pages of firewalls, networks and outages carry, whoever makes them; for those of a vendor see vendors.
var (
	firewallMarks = []string{
		"access denied</h1>", "request blocked", "web application firewall", "your ip address", "ip not allowed", "not whitelisted", "captcha", "has been blocked",
		"attention required!",
	}
	portalMarks = []string{"wispaccessgatewayparam", "captive portal", "captiveportal", "hotspot login", "guest wi-fi", "guest wifi"}
	outageMarks = []string{"maintenance", "be right back", "temporarily unavailable", "bad gateway", "service unavailable"}
)

func hasAnyOf(page string, marks []string) bool {
	return slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(page, mark) })
}

// isLoginPage looks for a field to type a password into, or a title that asks to sign in.
func isLoginPage(page string) bool {
	if hasAnyOf(page, []string{`type="password"`, `type='password'`, `type=password`}) {
		return true
	}
	return hasAnyOf(pageTitle(page), []string{"log in", "login", "sign in", "signin", "single sign-on", "single sign on", "sso", "authentication required"})
}

// pageTitle is what stands between <title> and its end.
func pageTitle(page string) string { return element(page, "title") }

func headlines(page string) string { return " " + element(page, "h1") + " " + element(page, "h2") }

// element is the text of the first element of the name, without regard to case.
func element(page, name string) string {
	page = page[:min(len(page), 64<<10)]
	lower := strings.ToLower(page)
	if len(lower) != len(page) { // letters whose lower case is longer; positions would not match
		page = lower
	}
	start := strings.Index(lower, "<"+name)
	if start < 0 {
		return ""
	}
	open := strings.IndexByte(lower[start:], '>')
	if open < 0 {
		return ""
	}
	start += open + 1
	end := strings.Index(lower[start:], "</"+name)
	if end < 0 {
		return ""
	}
	return strings.TrimSpace(page[start : start+end])
}
