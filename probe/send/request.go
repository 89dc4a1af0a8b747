package send

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/go-resty/resty/v2"
	"golang.org/x/net/http/httpguts"

	"github.com/sheetprobe/sheetprobe/probe"
)

// prepared is a request that HTTP can carry.
type prepared struct {
	method   string
	url      *url.URL
	host     string // the Host header where it differs from the URL's, else ""
	header   http.Header
	body     []byte
	inspect  Inspect       // nil looks at nothing
	traced   bool          // it was given a traceparent
	recorded probe.Request // the same as it goes out, in the order in which it was given
}

// framing headers describe the connection and the length of what goes over it, and those are ours: sheets hold copies of what another
// client once sent.
var framing = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade"}

func prepare(q probe.Request, o Options) (*prepared, error) {
	if !httpguts.ValidHeaderFieldName(q.Method) || strings.EqualFold(q.Method, http.MethodConnect) {
		return nil, fmt.Errorf("%q is no HTTP method that can be tried", q.Method)
	}
	u, err := parseURL(q.URL)
	if err != nil {
		return nil, err
	}
	p := &prepared{method: q.Method, url: u, header: http.Header{}, body: q.Body}
	p.recorded = probe.Request{Method: q.Method, URL: u.String(), Body: q.Body}
	for _, h := range q.Headers {
		if o.RunID != "" && strings.EqualFold(h.Name, probe.RunHeader) {
			continue // a copy of another run's would mislead whoever searches a log for this one
		}
		if err := p.addHeader(h); err != nil {
			return nil, err
		}
	}
	p.addDefault("Accept", "application/json, */*;q=0.5")
	p.addDefault("Accept-Encoding", "gzip")
	p.addDefault("User-Agent", o.agent())
	if o.RunID != "" {
		p.addDefault(probe.RunHeader, o.RunID)
	}
	return p, nil
}

// Complete is the request as a [Client] with these options sends it, framing headers aside; the error says why none can.
func Complete(q probe.Request, o Options) (probe.Request, error) {
	p, err := prepare(q, o.withDefaults())
	if err != nil {
		return probe.Request{}, &unsendable{err.Error()}
	}
	return p.recorded, nil
}

func (p *prepared) addHeader(h probe.Header) error {
	name, value := h.Name, strings.Trim(h.Value, " \t")
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	p.traced = p.traced || strings.EqualFold(name, probe.TraceHeader)
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return fmt.Errorf("%q is no header name (letters, digits and \"-\")", name)
	case !httpguts.ValidHeaderFieldValue(value):
		return fmt.Errorf("the value of header %q holds a line break or another control character", name)
	case slices.Contains(framing, canonical):
		return nil
	case canonical == "Host":
		if value == "" || !httpguts.ValidHostHeader(value) {
			return fmt.Errorf("the value of header %q is no host", name)
		}
		p.host = value
	case canonical == "Accept-Encoding":
		p.header.Del(canonical)
		value = supportedEncoding(value)
		p.header.Set(canonical, value)
	default:
		p.header[p.key(name, canonical)] = append(p.header[p.key(name, canonical)], value)
	}
	p.recorded.Headers = append(p.recorded.Headers, probe.Header{Name: name, Value: value, At: h.At})
	return nil
}

// key is the name as it goes out: as given, except where net/http looks at its own spelling. Names are case-insensitive (RFC 9110, 5.1).
func (p *prepared) key(name, canonical string) string {
	switch canonical {
	case "User-Agent", "Authorization", "Cookie", "Expect":
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

func (p *prepared) addDefault(name, value string) {
	for _, h := range p.recorded.Headers {
		if strings.EqualFold(h.Name, name) {
			return
		}
	}
	p.header.Set(name, value)
	p.recorded.Headers = append(p.recorded.Headers, probe.Header{Name: name, Value: value})
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
	if host, err := hostASCII(u.Hostname()); err == nil && strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }) {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	u.RawQuery, u.Fragment, u.RawFragment = encodeQuery(u.RawQuery), "", ""
	return u, nil
}

// unresolved says that a placeholder is left. In a query, braces are one only around a name: JSON is sent there too.
func unresolved(u *url.URL) bool {
	if strings.ContainsAny(u.Path+u.Host, "{}<>") || strings.Contains(u.RawQuery, "<<") {
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

func encodeQuery(q string) string {
	var b strings.Builder
	for _, c := range []byte(q) {
		if c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

type preparedKey struct{}

// usePrepared replaces what resty made of a request by what was prepared: resty drops bodies of HEAD and OPTIONS, folds the case of
// header names, and guesses a Content-Type.
func usePrepared(_ *resty.Client, r *http.Request) error {
	p := r.Context().Value(preparedKey{}).(*prepared)
	r.Method, r.URL, r.Host, r.Header = p.method, p.url, p.url.Host, p.header.Clone()
	if p.host != "" {
		r.Host = p.host
	}
	r.Body, r.GetBody, r.ContentLength = http.NoBody, nil, 0
	if len(p.body) > 0 {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(p.body)), nil }
		r.Body, _ = r.GetBody() // it has no error
		r.ContentLength = int64(len(p.body))
	}
	return nil
}

func withPrepared(ctx context.Context, p *prepared) context.Context {
	return context.WithValue(ctx, preparedKey{}, p)
}
