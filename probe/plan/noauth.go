package plan

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
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
	if len(out) == 0 {
		return
	}
	b.add(spec{
		family: probe.FamilyNoAuth, title: "without its credentials", draft: d, outcome: probe.OutcomeError, forbidden: true,
		mutation: strings.Join(out, " and ") + " left out",
	})
}

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
	case slices.Contains(strings.Fields("auth xauth key token sig cookie pwd pass passwd jwt accesskey appkey userkey appid hmac apptoken bearer"), folded):
		return true
	}
	return slices.ContainsFunc(strings.Fields("authorization apikey accesstoken authtoken bearertoken usertoken securitytoken sessiontoken idtoken authkey authtoken "+
		"secret password consumerkey clientkey subscriptionkey signature accesskey sessionid xtoken jwttoken"),
		func(part string) bool { return strings.Contains(folded, part) })
}
