package plan

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveNoAuth leaves out everything that carries a credential, where there is anything: with one of two left in, the endpoint may well
// accept the request.
func deriveNoAuth(b *builder) {
	d := b.base
	var out []string
	d.headers = slices.DeleteFunc(slices.Clone(d.headers), func(h probe.Header) bool {
		if !b.isCredential(h.Name, h.Value) {
			return false
		}
		out = append(out, fmt.Sprintf("header %q", h.Name))
		return true
	})
	d.query = slices.DeleteFunc(slices.Clone(d.query), func(p param) bool {
		if !b.isCredential(decoded(p), p.value) {
			return false
		}
		out = append(out, fmt.Sprintf("query parameter %q", decoded(p)))
		return true
	})
	if u, err := url.Parse(d.url); err == nil && u.User != nil {
		if scheme, rest, ok := strings.Cut(d.url, "://"); ok {
			d.url = scheme + "://" + rest[strings.IndexByte(rest, '@')+1:]
			out = append(out, "the user name in the URL")
		}
	}
	identity := b.sheet.Auth != nil && b.sheet.Auth.Type != "none"
	if identity {
		out = append(out, "the identity ("+b.sheet.Auth.Type+")")
	}
	out = append(out, b.withoutBodyCredentials(&d, len(out) > 0)...)
	if len(out) == 0 {
		return
	}
	b.add(spec{
		family: probe.FamilyNoAuth, title: "without its credentials", draft: d, outcome: probe.OutcomeError, forbidden: true,
		mutation: strings.Join(out, " and ") + " left out", anonymous: identity,
	})
}

// withoutBodyCredentials leaves out what body and form hold of the caller's credentials. Alone they make a case only where no other says
// what their absence leads to: those that the sheet calls mandatory are left out one by one anyway.
func (b *builder) withoutBodyCredentials(d *draft, beside bool) (out []string) {
	alone := false
	for _, t := range b.bodyCredentials() {
		if t.mandatory != nil && !*t.mandatory {
			continue
		}
		alone = alone || t.mandatory == nil
		if less, ok := withoutIn(*d, t); ok {
			*d = less
			out = append(out, fmt.Sprintf("%s %q", kindOf(t), t.name))
		}
	}
	if !beside && !alone {
		return nil
	}
	return out
}

// bodyCredentials are the members of the body, at any depth of objects, and the form fields that tell who calls.
func (b *builder) bodyCredentials() []target {
	var found []target
	var walk func(v *nearjson.Value, pointer string)
	walk = func(v *nearjson.Value, pointer string) {
		for _, m := range v.Members {
			at := nearjson.AppendPointer(pointer, m.Key)
			switch {
			case m.Value.Kind == nearjson.Object:
				walk(m.Value, at)
			case m.Value.Kind == nearjson.String && b.isCallersSecret(m.Key, m.Value.Text):
				found = append(found, target{name: m.Key, in: probe.InBody, pointer: at, mandatory: b.statedAt(at, m.Key)})
			}
		}
	}
	if b.base.body != nil {
		walk(b.base.body, "")
	}
	for _, p := range b.base.form {
		if name := decoded(p); b.isCallersSecret(name, p.value) {
			found = append(found, target{name: name, in: probe.InForm, mandatory: b.stated(probe.InForm, name)})
		}
	}
	return found
}

// isCallersSecret is narrower than isCredential: in a body, a token or password may well be what the request is about.
func (b *builder) isCallersSecret(name, value string) bool {
	refs := probe.FindPlaceholders(value, false)
	return namesCallersSecret(name) || slices.ContainsFunc(refs, func(r probe.PlaceholderRef) bool { return namesCallersSecret(withoutOrnament(r.Name)) })
}

func namesCallersSecret(name string) bool {
	folded := fold(name)
	return holdsAny(folded, callersSecrets...)
}

// Names of what proves who asks, folded: as they are, as parts of others, and as parts of those that do so in a body.
var (
	credentialNames = strings.Fields("auth xauth key token sig cookie pwd pass passwd jwt accesskey appkey userkey appid hmac apptoken bearer")
	credentialParts = strings.Fields("authorization apikey accesstoken authtoken bearertoken usertoken securitytoken sessiontoken idtoken authkey authtoken " +
		"secret password consumerkey clientkey partnerkey merchantkey subscriptionkey signature accesskey sessionid xtoken jwttoken")
	callersSecrets = strings.Fields("apikey clientsecret consumersecret consumerkey secretkey accesskey apisecret appsecret subscriptionkey apitoken")
)

// isCredential goes by the name, and by the placeholder that the value holds: X-Partner-Id: <<consumer_key>> is one.
func (b *builder) isCredential(name, value string) bool {
	if namesCredential(name) {
		return true
	}
	for _, ref := range probe.FindPlaceholders(value, false) {
		if namesCredential(ref.Name) || namesCredential(withoutOrnament(ref.Name)) {
			return true
		}
	}
	return false
}

// namesCredential says that what bears the name is meant to prove who asks.
func namesCredential(name string) bool {
	folded := fold(name)
	switch {
	case strings.Contains(folded, "idempoten"), strings.Contains(folded, "devicetoken"), strings.Contains(folded, "pagetoken"), strings.HasSuffix(folded, "method"):
		return false
	case slices.Contains(credentialNames, folded):
		return true
	}
	return holdsAny(folded, credentialParts...)
}
