package sheet

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const secretRule = "sheet.secret-in-sheet"

// lintSecrets looks for live secrets in everything that travels with the request. The value is never part of the message. Answers are
// left alone: the sample token of a token API is what it documents.
func lintSecrets(l *linter) {
	eachSlot(l.Sheet, func(t slot) {
		switch {
		case t.field == probe.FieldURL:
			l.secretsInURL(t)
			return
		case t.name == "" && isForm(strings.TrimSpace(t.text)):
			l.secretsInPairs(t, t.text, "form field")
			return
		}
		if kind := secretKind(t.name, t.text); kind != "" {
			l.report(secretRule, t.field, Within(l.Sheet, t.at(), t.text), fmt.Sprintf("%s holds what looks like %s", t.what(), kind), "")
		}
	})
	if l.Auth == nil {
		return
	}
	for _, t := range l.Auth.Text {
		if kind := secretKind(t.Name, t.Value); kind != "" {
			l.report(secretRule, "auth", t.At, fmt.Sprintf("%q of the identity holds what looks like %s", t.Name, kind), "")
		}
	}
}

// secretsInURL looks at the password before the host, at the query parameters, and at path segments that are tokens by their form.
func (l *linter) secretsInURL(t slot) {
	raw, query, _ := strings.Cut(t.text, "?")
	authority := raw[:pathStart(raw)]
	if _, behind, ok := strings.Cut(authority, "//"); ok {
		authority = behind
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 && strings.Contains(authority[:i], ":") && len(probe.FindPlaceholders(authority[:i], true)) == 0 {
		l.report(secretRule, t.field, t.at(), "the URL holds a user name and a password", "move them to a header, as placeholders")
	}
	l.secretsInPairs(t, query, "query parameter")
	for segment := range strings.SplitSeq(raw[pathStart(raw):], "/") {
		if kind := tokenByForm(segment); kind != "" {
			l.report(secretRule, t.field, Within(l.Sheet, t.at(), segment), "the path holds what looks like "+kind, "")
		}
	}
}

// secretsInPairs looks at the values of a query or a form: a=1&b=2.
func (l *linter) secretsInPairs(t slot, pairs, what string) {
	for pair := range strings.SplitSeq(pairs, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		if kind := secretKind(name, value); kind != "" {
			l.report(secretRule, t.field, Within(l.Sheet, t.at(), pair), fmt.Sprintf("%s %q holds what looks like %s", what, name, kind), "")
		}
	}
}

// secretKind says what live secret a text looks like, or "" where it looks like none. The name of its header, field or credential decides
// what is looked for: a token of a well-known form is one anywhere.
func secretKind(name, text string) string {
	value := credentialOf(strings.TrimSpace(text))
	if value == "" || len(probe.FindPlaceholders(value, false)) > 0 {
		return ""
	}
	if kind := tokenByForm(value); kind != "" {
		return kind
	}
	password, isPair := basicPassword(text)
	switch {
	case !probe.LooksSecret(name), isSignature(name), strings.HasPrefix(value, "eyJ") && strings.Count(value, ".") == 2:
		return "" // a signature is of one request, and a JWT that is not live by its form is a stub
	case isPair && (livePassword(password) || liveKey(password)):
		return "a live user name and password"
	case isPassword(name) && livePassword(value):
		return "a live password"
	case !isPair && !isPassword(name) && liveKey(value):
		return "a live secret"
	}
	return ""
}

// credentialOf is the credential within the value of a header: "Bearer abc" carries "abc".
func credentialOf(text string) string {
	if scheme, rest, found := strings.Cut(text, " "); found && slices.Contains([]string{"bearer", "basic", "token", "apikey", "jwt", "key"}, strings.ToLower(scheme)) {
		return strings.TrimSpace(rest)
	}
	return text
}

// tokenForms are the beginnings of tokens whose issuers mark them, and how much follows at least.
var tokenForms = []struct {
	prefix string
	length int
	kind   string
}{
	{"AKIA", 20, "an AWS access key"},
	{"ASIA", 20, "an AWS access key"},
	{"AIza", 39, "a Google API key"},
	{"ghp_", 40, "a GitHub token"},
	{"gho_", 40, "a GitHub token"},
	{"github_pat_", 60, "a GitHub token"},
	{"glpat-", 26, "a GitLab token"},
	{"xoxb-", 30, "a Slack token"},
	{"xoxp-", 30, "a Slack token"},
	{"sk_live_", 24, "a live payment key"},
	{"rk_live_", 24, "a live payment key"},
	{"rzp_live_", 20, "a live payment key"},
	{"SG.", 60, "a mail service key"},
	{"-----BEGIN ", 40, "a private key"},
}

// tokenByForm recognises tokens by their form alone, whatever they are called.
func tokenByForm(value string) string {
	if isDummy(value) {
		return ""
	}
	for _, form := range tokenForms {
		if strings.HasPrefix(value, form.prefix) && len(value) >= form.length && (form.prefix[0] != '-' || strings.Contains(value[:40], "PRIVATE KEY")) {
			return form.kind
		}
	}
	if isJWT(value) {
		return "a live token (JWT)"
	}
	return ""
}

// isJWT recognises the compact serialization of RFC 7519: a JSON header, a payload and a signature that is more than a stub.
func isJWT(value string) bool {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !strings.HasPrefix(parts[0], "eyJ") || len(parts[1]) < 8 || len(parts[2]) < 20 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	return err == nil && strings.Contains(string(header), `"alg"`) && !isDummy(parts[2])
}

// basicPassword is the password within the credentials of Basic authentication (RFC 7617).
func basicPassword(text string) (password string, ok bool) {
	scheme, pair, _ := strings.Cut(strings.TrimSpace(text), " ")
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(pair))
	if !strings.EqualFold(scheme, "basic") || err != nil {
		return "", false
	}
	_, password, ok = strings.Cut(string(decoded), ":")
	return password, ok
}

func isPassword(name string) bool {
	return endsWith(name, "password", "passwd", "pwd", "passcode", "pass", "pin")
}

func isSignature(name string) bool { return endsWith(name, "signature", "hmac", "sig") }

func endsWith(name string, words ...string) bool {
	folded := Fold(name)
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(folded, w) })
}

// livePassword tells a password that somebody chose with care from the stand-ins that people type into documents.
func livePassword(value string) bool {
	var classes [4]bool
	for _, r := range value {
		switch {
		case unicode.IsLower(r):
			classes[0] = true
		case unicode.IsUpper(r):
			classes[1] = true
		case unicode.IsDigit(r):
			classes[2] = true
		case unicode.IsSpace(r):
			return false
		default:
			classes[3] = true
		}
	}
	n := 0
	for _, has := range classes {
		if has {
			n++
		}
	}
	return len(value) >= 8 && len(value) <= 128 && n >= 3 && !isDummy(value)
}

// liveKey tells a key that a machine made from a stand-in: long enough, letters and digits, and as good as random.
func liveKey(value string) bool {
	const shortest, longest = 16, 4096
	if len(value) < shortest || len(value) > longest || strings.ContainsFunc(value, unicode.IsSpace) || strings.Contains(value, "://") {
		return false
	}
	return strings.ContainsFunc(value, unicode.IsLetter) && strings.ContainsFunc(value, unicode.IsDigit) && entropy(value) >= 3 && !isDummy(value)
}

// dummyWords occur in stand-ins and hardly ever in what a machine makes.
var dummyWords = []string{
	"test", "dummy", "sample", "example", "demo", "your", "xxxx", "placeholder", "changeme", "secret", "token", "passw", "p@ss", "pa$$", "p@$$", "admin",
	"welcome", "qwerty", "asdf", "foobar", "apikey", "api-key", "api_key", "abcd", "abc123", "12345", "0000", "1111", "staging", "sandbox", "redacted", "lorem",
	"user", "client", "random", "string", "value", "...",
}

// isDummy recognises stand-ins: by a word, or because the characters run on (abcdef, 123456, aaaa).
func isDummy(value string) bool {
	lower := strings.ToLower(value)
	// Long random text holds short words by accident: what is longer than a key is judged by its run of characters alone.
	if len(value) <= 64 && slices.ContainsFunc(dummyWords, func(w string) bool { return strings.Contains(lower, w) }) {
		return true
	}
	steps := 0
	for i := 1; i < len(lower); i++ {
		if d := int(lower[i]) - int(lower[i-1]); d >= -1 && d <= 1 {
			steps++
		}
	}
	return len(lower) > 1 && 2*steps >= len(lower)-1
}

// entropy is Shannon's, in bits per character.
func entropy(s string) float64 {
	counts := map[rune]float64{}
	n := 0.0
	for _, r := range s {
		counts[r]++
		n++
	}
	sum := 0.0
	for _, c := range counts {
		sum -= c / n * math.Log2(c/n)
	}
	return sum
}

// lintAuthentication asks how a caller is known. A credentials field without a value says that the API needs none.
func lintAuthentication(l *linter) {
	var carriers []slot
	eachSlot(l.Sheet, func(t slot) {
		if t.field != probe.FieldURL && t.field != probe.FieldPartnerCode && t.field != probe.FieldCredentials && (probe.LooksSecret(t.name) || t.field == probe.FieldHeaders && identifies(t.name)) {
			carriers = append(carriers, t)
		}
	})
	if len(carriers) == 0 && len(l.Credentials) == 0 && !l.labelled(probe.FieldCredentials) && !authInURL(l.URL) {
		l.report("sheet.auth-undocumented", probe.FieldHeaders, l.at(probe.FieldHeaders), "no authentication is documented: no header, no credentials, no key in the query",
			"ask the API owner for the authentication steps in detail; where the API needs none, say so in the credentials field")
		return
	}
	for _, t := range carriers {
		if ref, ok := tokenPlaceholder(t); ok && !l.givesCredential(ref.Name) {
			l.note(source.Info, "sheet.auth-undocumented", t.field, Within(l.Sheet, t.at(), ref.Written), fmt.Sprintf("how to get %q is not documented", ref.Name),
				"ask the API owner for the token call and the credentials it takes, or supply the value with --var "+ref.Name+"=VALUE")
			return
		}
	}
}

// identifies says that a header tells who calls, although its value is no secret.
func identifies(name string) bool {
	folded := Fold(name)
	return slices.ContainsFunc([]string{"auth", "clientid", "appid", "userid", "username", "merchantid", "partnerid", "partnercode", "accountid", "checksum"},
		func(w string) bool { return strings.Contains(folded, w) })
}

// tokenPlaceholder is the placeholder that a bearer token stands for. Keys are handed over once; tokens have to be fetched, and
// somebody has to say where.
func tokenPlaceholder(t slot) (ref probe.PlaceholderRef, ok bool) {
	if t.field != probe.FieldHeaders {
		return ref, false
	}
	for _, ref := range probe.FindPlaceholders(t.text, false) {
		folded := Fold(ref.Name)
		if ref.Name != "" && (strings.HasPrefix(strings.ToLower(t.text), "bearer") || strings.Contains(folded, "token") || strings.Contains(folded, "jwt")) {
			return ref, true
		}
	}
	return probe.PlaceholderRef{}, false
}

// givesCredential says that field 9 speaks of a credential of that name.
func (l *linter) givesCredential(name string) bool {
	return slices.ContainsFunc(l.Credentials, func(c probe.Credential) bool { return Fold(c.Name) == Fold(name) })
}

// authInURL says that the URL carries a user name, or a query parameter that is a credential by its name.
func authInURL(raw string) bool {
	base, query, _ := strings.Cut(raw, "?")
	if strings.Contains(base[:pathStart(base)], "@") {
		return true
	}
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); probe.LooksSecret(name) {
			return true
		}
	}
	return false
}
