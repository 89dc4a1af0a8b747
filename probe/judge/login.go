package judge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// isSentToLogin says that a request without credentials, or with wrong ones, was sent to a login page, or shown one: it was refused, though not as an API
// refuses.
func (a *answer) isSentToLogin() bool {
	if !a.breaksCredentials() || a.isDocumentedStatus() && a.status >= 300 {
		return false
	}
	if isRedirect(a.status) {
		return isLoginAddress(a.header("Location"))
	}
	return a.status < 300 && a.isHTML() && !a.documentsHTML() && isLoginPage(strings.ToLower(a.body[:min(len(a.body), 64<<10)]))
}

func isRedirect(status int) bool {
	return slices.Contains([]int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect}, status)
}

// isLoginAddress goes by the words of host and path; the query tells where to return to.
func isLoginAddress(location string) bool {
	u, err := url.Parse(location)
	if err != nil {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(u.Hostname()+"/"+u.Path), func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains(strings.Fields("login signin logon signon sso auth authorize oauth oidc saml idp accounts authenticate"), word)
	})
}

// sentToLogin asks for the answer that a program can understand.
func (a *answer) sentToLogin() probe.Finding {
	f := a.finding("status.http", probe.AtHTTPStatus, "login")
	f.Severity, f.Observed, f.At = source.Warning, statusText(a.status)+", a login page", a.judge.failure.at(a.judge.sheet)
	f.Documented = "a refusal, such as HTTP 401"
	f.Message = "the request was led to a login page, which refuses it in a way that a program cannot understand"
	f.Hint = "ask the API owner to answer HTTP 401 (RFC 9110, section 15.5.2), or to document the redirect"
	return f
}
