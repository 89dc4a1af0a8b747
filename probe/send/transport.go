package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"
	"golang.org/x/net/http/httpproxy"
)

// maxHeader is how many bytes of headers an answer may have.
const maxHeader = 1 << 20

func newTransport(o Options, dial *dialer) (*http.Transport, error) {
	config, err := tlsConfig(o)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyFunc(o.Proxy)
	if err != nil {
		return nil, err
	}
	if err := reachedDirectly(o.Resolve, proxy); err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  guarded(proxy, o.Guard),
		OnProxyConnectResponse: proxyAnswered,
		DialContext:            dial.connect,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    o.ConnectTimeout,
		ForceAttemptHTTP2:      true,            // our own dialer would otherwise switch it off
		DisableCompression:     true,            // decompressed here, so that a broken stream leaves evidence
		MaxIdleConnsPerHost:    math.MaxInt,     // as many as were under way: none is dropped, and dialled again
		IdleConnTimeout:        4 * time.Second, // shorter than common servers wait, so that a POST seldom meets a connection that is closing
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}, nil
}

func tlsConfig(o Options) (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: o.Insecure, Time: o.Now}
	if o.CACert != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("the authorities cannot be read: %w", quotedPath(err))
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%q holds no certificate in PEM form", o.CACert)
		}
		config.RootCAs = pool
	}
	own := tls.Certificate{}
	if o.Cert != "" || o.Key != "" {
		if o.Cert == "" || o.Key == "" {
			return nil, errors.New("a client certificate needs both its certificate and its key")
		}
		var err error
		if own, err = tls.LoadX509KeyPair(o.Cert, o.Key); err != nil {
			return nil, fmt.Errorf("the client certificate cannot be used: %w", quotedPath(err))
		}
	}
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if r, ok := info.Context().Value(recorderKey{}).(*recorder); ok {
			r.certificateAsked(len(own.Certificate) > 0)
		}
		return &own, nil
	}
	return config, nil
}

func proxyFunc(proxy string) (func(*http.Request) (*url.URL, error), error) {
	if proxy == "" {
		fromEnvironment := httpproxy.FromEnvironment().ProxyFunc()
		return func(r *http.Request) (*url.URL, error) { return fromEnvironment(r.URL) }, nil
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Host == "" {
		return nil, errors.New("the proxy is no URL, as in http://proxy.example:3128")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return http.ProxyURL(u), nil
	}
	return nil, fmt.Errorf("the proxy's scheme %q is none of http, https, socks5 and socks5h", u.Scheme)
}

// reachedDirectly refuses an address for a host that a proxy is asked for: the proxy finds the address itself, and nobody would notice that
// ours has no effect.
func reachedDirectly(resolve map[string]string, proxy func(*http.Request) (*url.URL, error)) error {
	for _, host := range slices.Sorted(maps.Keys(resolve)) {
		for _, scheme := range []string{"http", "https"} {
			to, err := proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: host, Path: "/"}})
			if err == nil && to != nil {
				return fmt.Errorf("the address given for %q has no effect: a proxy is asked for it, and finds the address itself; except the host with NO_PROXY, or do without one of the two", host)
			}
		}
	}
	return nil
}

// guarded has the guard look at what a proxy is asked to connect to, and notes that one is, so that the dialer leaves the proxy's own
// address alone.
func guarded(proxy func(*http.Request) (*url.URL, error), g Guard) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		to, err := proxy(r)
		if err != nil || to == nil {
			return to, err
		}
		if rec, ok := r.Context().Value(recorderKey{}).(*recorder); ok {
			rec.proxied.Store(true)
			rec.note(func(f *facts) { f.proxy = proxyAddress(to) })
		}
		return to, g.checkProxied(r.URL.Hostname())
	}
}

// proxyAddress is host and port of a proxy, without its password.
func proxyAddress(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	return net.JoinHostPort(u.Hostname(), port)
}

// proxyRefusal is a proxy's answer to CONNECT that is no 200.
type proxyRefusal struct {
	status string
	code   int
	server string // what the proxy says of itself; "" where it does not
}

func (p *proxyRefusal) Error() string { return "the proxy answered " + p.status }

func (p *proxyRefusal) cause() string {
	switch {
	case p.code == http.StatusProxyAuthRequired:
		return "proxy-credentials"
	case p.code >= 500:
		return "proxy-bad-gateway"
	}
	return "proxy-denied"
}

func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	said := []string{}
	for _, name := range []string{"Server", "Via", "X-Squid-Error"} {
		if v := answer.Header.Get(name); v != "" {
			said = append(said, name+": "+v)
		}
	}
	return &proxyRefusal{answer.Status, answer.StatusCode, strings.Join(said, "; ")}
}

// withoutHeaders leaves net/http's client nothing to copy, in case that it should follow a redirect.
func withoutHeaders(_ *resty.Client, r *http.Request) error {
	clear(r.Header)
	return nil
}

// asPrepared sends what was prepared, in the place of what resty made of it: resty drops bodies of HEAD and OPTIONS, folds the case of header names,
// and guesses a Content-Type.
type asPrepared struct{ next http.RoundTripper }

// RoundTrip changes the request, which was made for this attempt alone.
func (a *asPrepared) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := r.Context().Value(recorderKey{}).(*recorder)
	p := rec.request
	r.Method, r.URL, r.Host, r.Header = p.Method, p.url, p.host, p.header
	if len(p.Body) > 0 {
		r.Body, r.GetBody, r.ContentLength = p.body(), func() (io.ReadCloser, error) { return p.body(), nil }, int64(len(p.Body))
	}
	answer, err := a.next.RoundTrip(r)
	if err == nil {
		keepLocation(r, answer)
	}
	return answer, err
}

// hiddenLocation is a name that no answer can have: names are in canonical form.
const hiddenLocation = "location"

// keepLocation hides a Location that is no URL from net/http, which would throw the whole answer away because of it.
func keepLocation(r *http.Request, answer *http.Response) {
	location := answer.Header.Get("Location")
	if location == "" {
		return
	}
	if _, parseErr := r.URL.Parse(location); parseErr != nil {
		answer.Header[hiddenLocation] = answer.Header["Location"]
		answer.Header.Del("Location")
	}
}

// silent keeps resty off standard error.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// quotedPath says of a file that could not be opened which it is, and why, and not by which call of the system.
func quotedPath(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Errorf("%q: %w", file.Path, file.Err)
	}
	return err
}
