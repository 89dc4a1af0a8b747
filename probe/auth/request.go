package auth

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/sheetprobe/sheetprobe/probe"
)

// clone copies a request, so that changing headers and body of the copy leaves the original as it is.
func clone(q probe.Request) probe.Request {
	q.Headers, q.Body = slices.Clone(q.Headers), slices.Clone(q.Body)
	return q
}

// setHeader puts the value in the place of the first header of that name, or at the end; further ones of that name go.
func setHeader(q *probe.Request, name, value string) {
	kept, done := q.Headers[:0], false
	for _, h := range q.Headers {
		if !strings.EqualFold(h.Name, name) {
			kept = append(kept, h)
		} else if !done {
			h.Value, done = value, true
			kept = append(kept, h)
		}
	}
	if !done {
		kept = append(kept, probe.Header{Name: name, Value: value})
	}
	q.Headers = kept
}

// header is the value of a header, several of one name joined as RFC 9110, section 5.3 says.
func header(q probe.Request, name string) (string, bool) {
	var values []string
	for _, h := range q.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, strings.TrimSpace(h.Value))
		}
	}
	return strings.Join(values, ", "), values != nil
}

// carriable says that a header can carry the value as it is: visible ASCII and blanks within.
func carriable(value string) bool {
	return strings.TrimSpace(value) == value && !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f })
}

// target is where a request goes, in the form in which it goes out.
type target struct {
	*url.URL
	host string // the Host header: lower case, without a default port
}

var errTarget = errors.New("the URL of the request is no absolute http or https URL, so that it cannot be signed")

// normalize rewrites the URL of q to the form in which it goes out, and returns it. Errors do not quote it: it may hold credentials.
func normalize(q *probe.Request) (target, error) {
	u, err := url.Parse(q.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return target{}, errTarget
	}
	if name := u.Hostname(); strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return target{}, errTarget
		}
		u.Host = strings.Replace(u.Host, name, ascii, 1)
	}
	u.RawQuery, u.Fragment, u.RawFragment = encodeQuery(u.RawQuery), "", ""
	q.URL = u.String()
	host := u.Host
	if given, ok := header(*q, "Host"); ok && given != "" {
		host = given
	}
	return target{URL: u, host: withoutDefaultPort(u.Scheme, strings.ToLower(host))}, nil
}

func withoutDefaultPort(scheme, host string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// path is the escaped path, as it goes out.
func (t target) path() string {
	if p := t.EscapedPath(); p != "" {
		return p
	}
	return "/"
}

// encodeQuery encodes what may not stand in a request line, and leaves the rest as it was written.
func encodeQuery(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// pair is one parameter, decoded.
type pair struct{ name, value string }

// pairs reads the parameters of a query or form. An escape that is broken stands for itself, as servers mostly read it.
func pairs(encoded string) []pair {
	var all []pair
	for part := range strings.SplitSeq(encoded, "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			all = append(all, pair{decode(name), decode(value)})
		}
	}
	return all
}

func decode(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return strings.ReplaceAll(s, "+", " ")
}

// setParameter puts name=value in the place of the first parameter of that name in an encoded query or form, or at the end; further ones
// of that name go, all others stay byte for byte.
func setParameter(encoded, name, value string) string {
	var kept []string
	added, done := escape(name)+"="+escape(value), false
	for part := range strings.SplitSeq(encoded, "&") {
		switch written, _, _ := strings.Cut(part, "="); {
		case part == "" && encoded == "":
		case decode(written) != name:
			kept = append(kept, part)
		case !done:
			kept, done = append(kept, added), true
		}
	}
	if !done {
		kept = append(kept, added)
	}
	return strings.Join(kept, "&")
}

// withoutParameters drops the parameters of which drop says so.
func withoutParameters(encoded string, drop func(name string) bool) string {
	var kept []string
	for part := range strings.SplitSeq(encoded, "&") {
		if name, _, _ := strings.Cut(part, "="); !drop(decode(name)) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}

// onQuery changes the query of a URL and leaves the rest as it is written.
func onQuery(rawURL string, change func(query string) string) string {
	rest, fragment, found := strings.Cut(rawURL, "#")
	if found {
		fragment = "#" + fragment
	}
	path, query, _ := strings.Cut(rest, "?")
	if query = change(query); query != "" {
		path += "?" + query
	}
	return path + fragment
}

// escape percent-encodes everything but the unreserved characters of RFC 3986, as RFC 5849 (section 3.6) and AWS want it.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c < utf8.RuneSelf && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~') {
			out = append(out, c)
			continue
		}
		out = append(out, '%', hex[c>>4], hex[c&15])
	}
	return string(out)
}

// isForm says that the request's body is a form of one part, whose parameters signatures cover.
func isForm(q probe.Request) bool {
	media, _ := header(q, "Content-Type")
	media, _, _ = strings.Cut(media, ";")
	return fold(media) == "application/x-www-form-urlencoded"
}
