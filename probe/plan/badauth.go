package plan

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// badCredential is one way in which credentials are no good.
type badCredential struct {
	detail, title, is string
	// tokens says that only what has a scheme, or is a token, can be no good in this way.
	tokens bool
	// of makes the value of a header with the authentication scheme; "" is no scheme.
	of func(scheme string) string
}

// badCredentials are sent in this order. None holds anything of the real ones.
var badCredentials = [...]badCredential{
	{"wrong", "with wrong credentials", "a wrong value", false, func(scheme string) string {
		if strings.EqualFold(scheme, "Basic") {
			return scheme + " " + probe.SpoiltBasic()
		}
		return strings.TrimSpace(scheme + " " + probe.SpoiltCredential)
	}},
	{"malformed", "with malformed credentials", "a bare word", true, func(string) string { return probe.MalformedHeader }},
	{"expired", "with an expired token", "an expired token", true, func(scheme string) string { return strings.TrimSpace(scheme + " " + probe.ExpiredToken()) }},
}

// deriveBadAuth sends credentials that are no good in the places of those that are documented: all of them at once where they are wrong, since
// with one of two left right the endpoint may well accept the request; of a bearer token, also one that is malformed and one that has expired.
func deriveBadAuth(b *builder) {
	for _, bad := range badCredentials {
		d := b.base
		out := b.spoilHeaders(&d, bad)
		s := spec{family: probe.FamilyBadAuth, detail: bad.detail, title: bad.title, outcome: probe.OutcomeError, forbidden: true}
		if identity, ok := spoiltIdentity(b.sheet.Auth, bad); ok {
			s.identity = identity
			out = append(out, "the identity ("+b.sheet.Auth.Type+")")
		}
		if !bad.tokens {
			out = append(out, b.spoilParameters(&d)...)
			out = append(out, b.spoilBody(&d, len(out) > 0)...)
		}
		if len(out) == 0 {
			continue
		}
		s.draft, s.mutation = d, strings.Join(out, " and ")+" set to "+bad.is
		b.add(s)
	}
}

// spoilHeaders puts bad credentials into the headers that carry them.
func (b *builder) spoilHeaders(d *draft, bad badCredential) (out []string) {
	d.headers = slices.Clone(d.headers)
	for i, h := range d.headers {
		scheme := b.schemeOf(h)
		if !b.isCredential(h.Name, h.Value) || bad.tokens && !strings.EqualFold(scheme, "Bearer") {
			continue
		}
		d.headers[i].Value = bad.of(scheme)
		if strings.EqualFold(h.Name, "Cookie") {
			d.headers[i].Value = spoiltCookies(h.Value)
		}
		out = append(out, fmt.Sprintf("header %q", h.Name))
	}
	return out
}

// schemeOf is the word in front of a credential, as it is documented or as the value that fills the whole header has it.
func (b *builder) schemeOf(h probe.Header) string {
	value := strings.TrimSpace(h.Value)
	if refs := probe.FindPlaceholders(value, false); len(refs) == 1 && refs[0].Written == value {
		v, _ := b.values.lookup(firstNonEmpty(refs[0].Name, h.Name))
		value = strings.TrimSpace(v.Value)
	}
	word, _, found := strings.Cut(value, " ")
	known := strings.Fields("bearer basic token digest apikey api-key jwt key oauth hmac signature accesskey")
	if !found || !slices.Contains(known, strings.ToLower(word)) {
		return ""
	}
	return word
}

// spoiltCookies keeps the names.
func spoiltCookies(value string) string {
	var cookies []string
	for pair := range strings.SplitSeq(value, ";") {
		name, _, found := strings.Cut(strings.TrimSpace(pair), "=")
		if found {
			cookies = append(cookies, name+"="+probe.SpoiltCredential)
		}
	}
	return firstNonEmpty(strings.Join(cookies, "; "), probe.SpoiltCredential)
}

// spoilParameters puts bad credentials into query and user information.
func (b *builder) spoilParameters(d *draft) (out []string) {
	d.query = slices.Clone(d.query)
	for i, p := range d.query {
		if b.isCredential(decoded(p), p.value) {
			d.query[i] = param{name: decoded(p), value: probe.SpoiltCredential, at: p.at}
			out = append(out, fmt.Sprintf("query parameter %q", decoded(p)))
		}
	}
	if u, err := url.Parse(d.url); err == nil && u.User != nil {
		if scheme, rest, ok := strings.Cut(d.url, "://"); ok {
			d.url = scheme + "://" + probe.SpoiltUser + ":" + probe.SpoiltCredential + rest[strings.IndexByte(rest, '@'):]
			out = append(out, "the user name in the URL")
		}
	}
	return out
}

// spoilBody puts bad credentials into body and form. Alone they make a case only where the sheet does not call them optional.
func (b *builder) spoilBody(d *draft, beside bool) (out []string) {
	alone := false
	for _, t := range b.bodyCredentials() {
		if t.isOptional() {
			continue
		}
		spoilt, ok := withIn(*d, t, nearjson.NewString(probe.SpoiltCredential))
		if !ok {
			continue
		}
		alone = true
		*d = spoilt
		out = append(out, fmt.Sprintf("%s %q", kindOf(t), t.name))
	}
	if !beside && !alone {
		return nil
	}
	return out
}

// spoiltIdentity is the identity of a sheet with bad credentials; ok is false where it cannot be no good in this way. Nothing is fetched for it:
// in the place of a token that would be, there is a bad one.
func spoiltIdentity(a *probe.Auth, bad badCredential) (spoilt *probe.Auth, ok bool) {
	if a == nil {
		return nil, false
	}
	given := func(name string) string {
		i := slices.IndexFunc(a.Text, func(t probe.Header) bool { return t.Name == name })
		if i < 0 {
			return ""
		}
		return a.Text[i].Value
	}
	kind := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(a.Type)), "-", "_")
	switch {
	case kind == "bearer" || kind == "oauth2":
		return spoiltToken(a, bad, given("header"), given("prefix")), true
	case bad.tokens || kind == "oauth1" && given("private_key") != "":
		return nil, false
	}
	names := map[string][]string{
		"basic": {"username", "password"}, "digest": {"username", "password"}, "api_key": {"value"}, "hmac": {"secret"},
		"oauth1": {"consumer_secret", "token_secret"}, "aws_sigv4": {"secret_key"},
	}[kind]
	if len(names) == 0 {
		return nil, false
	}
	spoilt = &probe.Auth{Type: a.Type, At: a.At}
	for _, t := range a.Text {
		switch {
		case slices.Contains(names, t.Name) && t.Name == "username":
			t.Value = probe.SpoiltUser
		case slices.Contains(names, t.Name):
			t.Value = probe.SpoiltCredential
		case t.Name == "secret_encoding": // the spoilt one is a text
			continue
		}
		spoilt.Text = append(spoilt.Text, t)
	}
	return spoilt, true
}

// spoiltToken is a bad token in the header in which the right one would travel.
func spoiltToken(a *probe.Auth, bad badCredential, header, prefix string) *probe.Auth {
	header = firstNonEmpty(strings.TrimSpace(header), "Authorization")
	scheme := strings.TrimSpace(prefix)
	if scheme == "" && strings.EqualFold(header, "Authorization") {
		scheme = "Bearer"
	}
	return &probe.Auth{Type: "api_key", At: a.At, Text: []probe.Header{
		{Name: "name", Value: header}, {Name: "in", Value: "header"}, {Name: "value", Value: bad.of(scheme)},
	}}
}
