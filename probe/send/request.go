package send

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpguts"

	"github.com/sheetprobe/sheetprobe/probe"
)

// prepared is a request that HTTP can carry.
type prepared struct {
	*head
	url           *url.URL
	host          string      // the Host header where it differs from the URL's, else the URL's
	header        http.Header // of which only a copy is changed: the head has it too
	inspect       Inspect     // nil looks at nothing
	probe.Request             // as it goes out, in the order in which it was given
}

// framing headers describe the connection and the length of what goes over it, and those are ours: sheets hold copies of what another
// client once sent.
var framing = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade"}

func (c *Client) prepare(q probe.Request) (*prepared, error) {
	if err := checkMethod(q.Method); err != nil {
		return nil, err
	}
	u, err := c.memory.urlOf(q.URL)
	if err != nil {
		return nil, err
	}
	h, err := c.memory.headOf(q.Headers, c.options)
	if err != nil {
		return nil, err
	}
	q.URL, q.Headers = u.text, h.sent
	p := &prepared{head: h, url: u.URL, host: cmp.Or(h.named, u.Host), header: h.fields, Request: q}
	if u.User != nil && p.header.Get("Authorization") == "" {
		p.header = p.header.Clone()
		password, _ := u.User.Password()
		(&http.Request{Header: p.header}).SetBasicAuth(u.User.Username(), password)
	}
	return p, nil
}

// Complete is the request as a [Client] with these options sends it, framing headers aside; the error says why none can.
func Complete(q probe.Request, o Options) (probe.Request, error) {
	q, err := complete(q, o.withDefaults())
	if err != nil {
		return probe.Request{}, &unsendable{err.Error()}
	}
	return q, nil
}

func checkMethod(method string) error {
	if !httpguts.ValidHeaderFieldName(method) || strings.EqualFold(method, http.MethodConnect) {
		return fmt.Errorf("%q is no HTTP method that can be tried", method)
	}
	return nil
}

func complete(q probe.Request, o Options) (probe.Request, error) {
	if err := checkMethod(q.Method); err != nil {
		return q, err
	}
	u, err := parseURL(q.URL)
	if err != nil {
		return q, err
	}
	q.URL = u.String()
	q.Headers, err = completeHeaders(q.Headers, o)
	return q, err
}

// completeHeaders are the headers as they go out.
func completeHeaders(given []probe.Header, o Options) ([]probe.Header, error) {
	if areComplete(given, o) { // as those of a planned request are
		return given, nil
	}
	all := make([]probe.Header, 0, len(given)+4)
	for _, h := range given {
		if o.RunID != "" && strings.EqualFold(h.Name, probe.RunHeader) {
			continue // a copy of another run's would mislead whoever searches a log for this one
		}
		sent, err := adapt(&h)
		if err != nil {
			return nil, err
		}
		if sent {
			all = append(all, h)
		}
	}
	all = addDefault(all, "Accept", "application/json, */*;q=0.5")
	all = addDefault(all, "Accept-Encoding", "gzip")
	all = addDefault(all, "User-Agent", o.agent())
	if o.RunID != "" {
		all = append(all, probe.Header{Name: probe.RunHeader, Value: o.RunID})
	}
	return all, nil
}

// areComplete says that completeHeaders would change nothing.
func areComplete(given []probe.Header, o Options) bool {
	if o.RunID != "" { // comes last
		last := len(given) - 1
		if last < 0 || given[last].Name != probe.RunHeader || given[last].Value != o.RunID || has(given[:last], probe.RunHeader) {
			return false
		}
	}
	if !has(given, "Accept") || !has(given, "Accept-Encoding") || !has(given, "User-Agent") {
		return false
	}
	return !slices.ContainsFunc(given, func(h probe.Header) bool {
		before := h.Value
		sent, err := adapt(&h)
		return !sent || err != nil || h.Value != before
	})
}

// adapt makes the value of a header what it is when it goes out, and says whether it does.
func adapt(h *probe.Header) (sent bool, err error) {
	h.Value = strings.Trim(h.Value, " \t")
	switch canonical := textproto.CanonicalMIMEHeaderKey(h.Name); {
	case !httpguts.ValidHeaderFieldName(h.Name):
		return false, fmt.Errorf("%q is no header name (letters, digits and \"-\")", h.Name)
	case !httpguts.ValidHeaderFieldValue(h.Value):
		return false, fmt.Errorf("the value of header %q holds a line break or another control character", h.Name)
	case slices.Contains(framing, canonical):
		return false, nil
	case canonical == "Host" && (h.Value == "" || !httpguts.ValidHostHeader(h.Value)):
		return false, fmt.Errorf("the value of header %q is no host", h.Name)
	case canonical == "Accept-Encoding":
		h.Value = supportedEncoding(h.Value)
	}
	return true, nil
}

// keyOf is the name as it goes out: as given, except where net/http looks at its own spelling. Names are case-insensitive (RFC 9110, 5.1).
func keyOf(name, canonical string) string {
	switch canonical {
	case "User-Agent", "Authorization", "Cookie", "Expect", "Accept-Encoding":
		return canonical
	case "Idempotency-Key", "X-Idempotency-Key":
		// Under its own spelling net/http takes these for leave to send a POST twice, which nobody gave.
		return strings.TrimSuffix(canonical, "Key") + "key"
	}
	return name
}

// supportedEncoding keeps of a list of encodings what we can read. A sheet's copy of what a browser sent must not bring an answer that
// nobody here can decompress.
func supportedEncoding(value string) string {
	for part := range strings.SplitSeq(value, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if (strings.EqualFold(strings.TrimSpace(name), "gzip") || strings.TrimSpace(name) == "*") && strings.TrimSpace(weight) != "q=0" {
			return "gzip"
		}
	}
	return "identity"
}

func has(headers []probe.Header, name string) bool {
	return slices.ContainsFunc(headers, func(h probe.Header) bool { return strings.EqualFold(h.Name, name) })
}

func addDefault(all []probe.Header, name, value string) []probe.Header {
	if has(all, name) {
		return all
	}
	return append(all, probe.Header{Name: name, Value: value})
}

// parseURL reads an absolute http or https URL, and encodes in the query what may not stand in a request line.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%q is no URL", raw)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q is no absolute http or https URL", raw)
	case u.Hostname() == "" || !httpguts.ValidHostHeader(u.Host):
		return nil, fmt.Errorf("the URL %q names no host", raw)
	case unresolved(u):
		return nil, fmt.Errorf("the URL %q holds a placeholder without a value", raw)
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }) {
		if host, err := hostASCII(u.Hostname()); err == nil {
			u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
		}
	}
	u.RawQuery, u.Fragment, u.RawFragment = encodeQuery(u.RawQuery), "", ""
	return u, nil
}

// unresolved says that a placeholder is left. In a query, braces are one only around a name: JSON is sent there too.
func unresolved(u *url.URL) bool {
	if strings.ContainsAny(u.Path, "{}<>") || strings.ContainsAny(u.Host, "{}<>") || strings.Contains(u.RawQuery, "<<") {
		return true
	}
	for rest := u.RawQuery; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return false
		}
		name, _, closed := strings.Cut(after, "}")
		if closed && name != "" && !strings.ContainsAny(name, `"':,[]%&=`) {
			return true
		}
		rest = after
	}
}

// notInQuery tells bytes that may not stand in a query as they are.
func notInQuery(c byte) bool { return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`", c) >= 0 }

func encodeQuery(q string) string {
	if !slices.ContainsFunc([]byte(q), notInQuery) {
		return q
	}
	var b strings.Builder
	for _, c := range []byte(q) {
		if notInQuery(c) {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// body reads the body; there may be several at a time.
func (p *prepared) body() io.ReadCloser { return io.NopCloser(bytes.NewReader(p.Body)) }
