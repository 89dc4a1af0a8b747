package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// maxHeader is how many bytes of headers an answer may have.
const maxHeader = 1 << 20

func newTransport(o Options) (*http.Transport, error) {
	config, err := tlsConfig(o)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyFunc(o.Proxy)
	if err != nil {
		return nil, err
	}
	dial, err := dialer(o)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyAnswered,
		DialContext:            dial,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    o.ConnectTimeout,
		ForceAttemptHTTP2:      true, // our own dialer would otherwise switch it off
		DisableCompression:     true, // decompressed here, so that a broken stream leaves evidence
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        4 * time.Second, // shorter than common servers wait, so that a POST seldom meets a connection that is closing
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}, nil
}

func tlsConfig(o Options) (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: o.Insecure}
	if o.CACert != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("the authorities cannot be read: %w", err)
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
			return nil, fmt.Errorf("the client certificate cannot be used: %w", err)
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

// proxyRefusal is a proxy's answer to CONNECT that is no 200.
type proxyRefusal struct{ status string }

func (p *proxyRefusal) Error() string { return "the proxy answered " + p.status }

func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyRefusal{answer.Status}
}

// dialer connects to the addresses that o.Resolve gives, and else to what DNS does.
func dialer(o Options) (func(ctx context.Context, network, addr string) (net.Conn, error), error) {
	resolve := make(map[string]string, len(o.Resolve))
	for host, addr := range o.Resolve {
		ip, _, err := net.SplitHostPort(addr)
		if err != nil {
			ip = strings.Trim(addr, "[]")
			addr = ip
		}
		if net.ParseIP(ip) == nil {
			return nil, fmt.Errorf("%q cannot stand for %q: it is no IP address", addr, host)
		}
		resolve[strings.ToLower(host)] = addr
	}
	d := &net.Dialer{Timeout: o.ConnectTimeout}
	named := &net.Dialer{Timeout: o.ConnectTimeout, Control: refuseLinkLocal}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		to := resolved(resolve, addr)
		dial := named.DialContext
		if host, _, err := net.SplitHostPort(to); err == nil && net.ParseIP(host) != nil {
			dial = d.DialContext // an address that somebody has written is for the Guard
		}
		conn, err := dial(ctx, network, to)
		if err != nil {
			return nil, err
		}
		return &countedConn{Conn: conn}, nil
	}, nil
}

// errLinkLocal is about a name that stands for an address where clouds keep credentials: a sheet may hold any name, and DNS may give any
// address for it, which no look at the name can tell.
var errLinkLocal = errors.New("the name stands for a link-local address")

func refuseLinkLocal(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if ip := to.Addr().Unmap(); isLinkLocal(ip) {
		return fmt.Errorf("%w: %s", errLinkLocal, ip)
	}
	return nil
}

func resolved(resolve map[string]string, addr string) string {
	host, port, err := net.SplitHostPort(strings.ToLower(addr))
	if err != nil {
		return addr
	}
	to, ok := resolve[strings.ToLower(addr)]
	if !ok {
		to, ok = resolve[host]
	}
	if !ok {
		return addr
	}
	if _, _, err := net.SplitHostPort(to); err == nil {
		return to
	}
	return net.JoinHostPort(to, port)
}

// countedConn counts what was written, so that we know whether a request can have reached anybody.
type countedConn struct {
	net.Conn
	written atomic.Int64
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// counted finds the counting connection beneath any layers of TLS.
func counted(conn net.Conn) *countedConn {
	for {
		switch c := conn.(type) {
		case *countedConn:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

// keepLocation hides a Location that is no URL from net/http, which would throw the whole answer away because of it.
type keepLocation struct{ next http.RoundTripper }

func (k *keepLocation) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := k.next.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	location := answer.Header.Get("Location")
	if _, parseErr := r.URL.Parse(location); parseErr != nil {
		answer.Header["location"] = answer.Header["Location"]
		answer.Header.Del("Location")
	}
	return answer, nil
}

// silent keeps resty off standard error.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
