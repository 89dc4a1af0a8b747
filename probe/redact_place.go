package probe

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// masking replaces what is a credential by its place, and masks the rest by value.
type masking struct {
	r       *Redactor
	learned *learned // takes note of the credentials; nil of none
	byPlace bool     // nothing is masked by value
	asIs    bool     // nothing is masked by its place either
}

// mark is what stands for a credential from now on.
func (m masking) mark(name, value string) string {
	if m.learned != nil {
		m.learned.take(m.r, name, value)
	}
	if m.asIs {
		return value
	}
	return m.r.credential(name, value)
}

// text masks by value.
func (m masking) text(s string) string {
	if m.byPlace {
		return s
	}
	return m.r.Text(s)
}

// credentialKey is the function of that name, asked once for each key: a list repeats its keys with every item, and a run its answers.
func (m masking) credentialKey(key string) bool { return m.r.wordsOf(key).key }

// looksSecret is LooksSecret, asked once for each name.
func (m masking) looksSecret(name string) bool { return m.r.wordsOf(name).secret }

// schemes are the first words of credential headers that are no part of the credential: those registered with IANA, and common others.
var schemes = map[string]bool{
	"basic": true, "bearer": true, "digest": true, "dpop": true, "gnap": true, "hoba": true, "mutual": true, "negotiate": true, "ntlm": true,
	"oauth": true, "privatetoken": true, "scram-sha-1": true, "scram-sha-256": true, "vapid": true, "token": true, "apikey": true,
	"api-key": true, "jwt": true, "hawk": true, "hmac": true, "key": true, "signature": true, "ssws": true, "sharedkey": true,
	"aws4-hmac-sha256": true, "zoho-oauthtoken": true, "geniekey": true, "splunk": true, "accesskey": true,
}

// splitScheme cuts the authentication scheme and the spaces after it from a credential. A scheme alone has no credential.
func splitScheme(value string) (scheme, credential string) {
	word, rest, found := strings.Cut(value, " ")
	if !schemes[strings.ToLower(word)] || !found && len(word) < len(value) {
		return "", value
	}
	rest = strings.TrimLeft(rest, " ")
	return value[:len(value)-len(rest)], rest
}

// basicPassword decodes Basic credentials (RFC 7617); "" where the value holds none.
func basicPassword(value string) string { return passwordOf(splitScheme(value)) }

func passwordOf(scheme, credential string) string {
	if !strings.EqualFold(strings.TrimSpace(scheme), "basic") {
		return ""
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(credential, "="))
	if err != nil {
		return ""
	}
	_, password, _ := strings.Cut(string(b), ":")
	return password
}

// each looks at the values of headers, and changes none.
func (m masking) each(hs []Header) {
	for _, h := range hs {
		m.header(h)
	}
}

func (m masking) header(h Header) string {
	switch name := m.r.wordsOf(h.Name); {
	case name.holds == holdsCookies:
		return m.cookies(h.Value)
	case name.holds == holdsCookie:
		pair, attributes, found := strings.Cut(h.Value, ";")
		if found {
			attributes = ";" + m.text(attributes)
		}
		return m.cookie(pair) + attributes
	case name.holds == holdsURL:
		return m.url(h.Value)
	case name.secret:
		return m.credentialHeader(h)
	}
	return m.text(h.Value)
}

func (m masking) credentialHeader(h Header) string {
	if _, known := m.r.nameOf(h.Value); known {
		return m.mark(h.Name, h.Value)
	}
	scheme, credential := splitScheme(h.Value)
	if password := passwordOf(scheme, credential); password != "" {
		m.mark(h.Name, password) // for whoever learns
		if _, known := m.r.nameOf(credential); !known {
			if known, ok := m.r.nameOf(password); ok {
				return scheme + mark(known.name+"-base64", known.digest)
			}
		}
	}
	return scheme + m.mark(h.Name, credential)
}

func (m masking) cookies(value string) string {
	pairs := strings.Split(value, ";")
	for i := range pairs {
		pairs[i] = m.cookie(pairs[i])
	}
	return strings.Join(pairs, ";")
}

// cookie masks the value of name=value; what has no name is all value.
func (m masking) cookie(pair string) string {
	name, value, found := strings.Cut(pair, "=")
	if !found {
		trimmed := strings.TrimLeft(pair, " ")
		return pair[:len(pair)-len(trimmed)] + m.mark("Cookie", trimmed)
	}
	return m.text(name) + "=" + m.mark(strings.TrimSpace(name), value)
}

// url masks user information, then parameters of query and fragment, then the rest by value.
func (m masking) url(s string) string {
	path, query := s, ""
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		path, query = s[:i], s[i:]
	}
	return m.text(m.parameters(m.userinfo(path), "/;")) + m.text(m.parameters(query, "&#"))
}

// userinfo masks the password before the host, or the name where there is no password, since then it is a token.
func (m masking) userinfo(s string) string {
	start := strings.Index(s, "//") + 2
	if start < 2 {
		return s
	}
	end := len(s)
	if i := strings.IndexByte(s[start:], '/'); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(s[start:end], '@')
	if at < 0 {
		return s
	}
	user, password := s[start:start+at], ""
	if _, end := nextMark(user); isMark(user[:end]) {
		user, password = user[:end], user[end:]
	} else if user, password, _ = strings.Cut(user, ":"); len(user) < at {
		password = ":" + password
	}
	if password == "" {
		return s[:start] + m.parameter("user", user) + s[start+at:]
	}
	return s[:start] + user + ":" + m.parameter("password", password[1:]) + s[start+at:]
}

// parameters masks the values of name=value pairs. A credential goes on until one of stops; what is none may hold pairs in turn, as an
// address to return to does.
func (m masking) parameters(s, stops string) string {
	if strings.IndexByte(s, '=') < 0 {
		return s
	}
	masked := rewriting{of: s}
	for at := 0; at < len(s); at++ {
		end := at + indexAny(s[at:], "&;?#/")
		name, _, found := strings.Cut(s[at:end], "=")
		if plain, err := url.QueryUnescape(name); found && err == nil && m.looksSecret(plain) {
			value := at + len(name) + 1
			end = value + indexAny(s[value:], stops)
			masked.put(value, end, m.parameter(plain, s[value:end]))
		}
		at = end
	}
	return masked.String()
}

// indexAny is the place of the first of chars in s, its length where there is none.
func indexAny(s, chars string) int {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return i
	}
	return len(s)
}

// parameter is the mark for a percent-encoded value. Where the encoding differs, the mark says so.
func (m masking) parameter(name, value string) string {
	plain := decodings(value)
	for _, p := range plain {
		if known, ok := m.r.nameOf(p); ok {
			return mark(known.name+"-urlencoded", known.digest)
		}
	}
	for _, p := range plain {
		m.mark(name, p) // for whoever learns
	}
	return m.mark(name, value)
}

// decodings are what a percent-encoded value may mean, where that is not the value itself: "+" is a space in forms only.
func decodings(value string) []string {
	var plain []string
	for _, decode := range []func(string) (string, error){url.PathUnescape, url.QueryUnescape} {
		if p, err := decode(value); err == nil && p != value && !slices.Contains(plain, p) {
			plain = append(plain, p)
		}
	}
	return plain
}
