package send_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// codeServer is a name server that answers every question with a code and nothing else; -1 does not answer.
func codeServer(code int) *net.Resolver {
	return answeringNames(func(query []byte) []byte {
		var m dnsmessage.Message
		if code < 0 || m.Unpack(query) != nil {
			return nil
		}
		m.Response, m.RecursionAvailable, m.RCode, m.Additionals = true, true, dnsmessage.RCode(code), nil
		answer, err := m.Pack()
		if err != nil {
			return nil
		}
		return answer
	})
}

// zoneServer knows both versions of IP: every address of a name at once.
func zoneServer(addresses ...string) *net.Resolver {
	return answeringNames(func(query []byte) []byte { return allOf(query, addresses) })
}

func allOf(query []byte, addresses []string) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	for _, text := range addresses {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch ip := netip.MustParseAddr(text); {
		case ip.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

func factOf(d *probe.Diagnosis, name string) string {
	for _, f := range d.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// nowhere has every connection meet its fate before a packet leaves this machine.
func nowhere(fate error) func(context.Context, netip.AddrPort) error {
	return func(ctx context.Context, _ netip.AddrPort) error {
		if fate == nil {
			<-ctx.Done()
			return ctx.Err()
		}
		return fate
	}
}

func TestNamesAreDiagnosed(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  int
		cause string
	}{
		{"unknown", 3, "dns-nxdomain"},
		{"no address", 0, "dns-no-address"},
		{"the server failed", 2, "dns-server-failure"},
		{"the server refuses", 5, "dns-server-failure"},
		{"no answer", -1, "dns-timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inABubble(t, func(t *testing.T) {
				o := short()
				o.Resolver, o.ConnectTimeout = codeServer(c.code), 300*time.Millisecond
				f := do(t, client(t, o), get("http://api.staging.test/")).Failure()
				require.NotNil(t, f)
				assert.Equal(t, "transport.dns", f.Rule)
				assert.Equal(t, c.cause, f.Diagnosis.Cause)
				assert.True(t, f.Diagnosis.Host)
				if c.code >= 0 {
					assert.Contains(t, factOf(f.Diagnosis, "name server"), "127.0.0.1:")
				}
				assert.Contains(t, f.Diagnosis.Letter, "api.staging.test:80")
			})
		})
	}
}

func TestAddressesAreDiagnosed(t *testing.T) {
	for _, c := range []struct {
		name, host string
		addresses  []string
		fate       error
		cause      string
	}{
		{"silence", "staging.acme.com", []string{"203.0.113.7"}, nil, "dns-private-answer"}, // a network for documentation is no public one
		{"silence of a public address", "staging.acme.com", []string{"8.8.8.8"}, nil, "connect-timeout"},
		{"no route", "staging.acme.com", []string{"8.8.8.8"}, syscall.EHOSTUNREACH, "no-route"},
		{"refused", "staging.acme.com", []string{"8.8.8.8"}, syscall.ECONNREFUSED, "connect-refused"},
		{"refused within the network", "staging.acme.com", []string{"10.1.2.3"}, syscall.ECONNREFUSED, "connect-refused"},
		{"a private answer", "staging.acme.com", []string{"10.1.2.3", "10.1.2.4"}, nil, "dns-private-answer"},
		{"a private answer without a route", "staging.acme.com", []string{"192.168.3.4"}, syscall.ENETUNREACH, "dns-private-answer"},
		{"a filter's answer", "staging.acme.com", []string{"0.0.0.0"}, syscall.ECONNREFUSED, "dns-private-answer"},
		{"both at once", "staging.acme.com", []string{"10.1.2.3", "8.8.8.8"}, nil, "dns-split-horizon"},
		{"both at once, by version", "staging.acme.com", []string{"10.1.2.3", "2606:4700::1"}, nil, "dns-split-horizon"},
		{"a name of the office", "api.staging.test", []string{"10.1.2.3"}, nil, "connect-timeout"},
		{"one refuses, the other has no route", "staging.acme.com", []string{"8.8.8.8", "2606:4700::1"}, errByVersion, "connect-refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inABubble(t, func(t *testing.T) {
				o := short()
				o.Resolver, o.ConnectTimeout, o.Control = zoneServer(c.addresses...), 150*time.Millisecond, nowhere(c.fate)
				if errors.Is(c.fate, errByVersion) {
					o.Control = func(_ context.Context, to netip.AddrPort) error {
						return map[bool]error{true: syscall.ECONNREFUSED, false: syscall.ENETUNREACH}[to.Addr().Is4()]
					}
				}
				o.Now = func() time.Time { return time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC) }
				o.UserAgent, o.RunID = "probe/1", "r-1"
				f := do(t, client(t, o), get("https://"+c.host+"/v1")).Failure()
				require.NotNil(t, f)
				d := f.Diagnosis
				assert.Equal(t, c.cause, d.Cause, f.Error)
				assert.True(t, d.Host)
				for _, a := range c.addresses {
					assert.Contains(t, factOf(d, "addresses"), a)
				}
				for _, told := range []string{c.host + ":443", "2030-05-06 07:08:09 UTC", "probe/1 (run r-1)", "Subject: "} {
					assert.Contains(t, d.Letter, told)
				}
			})
		})
	}
}

var errByVersion = assert.AnError

// besideIPv4 listens on a port of IPv6 that a TLS server has on IPv4.
func besideIPv4(t *testing.T, config *tls.Config) (six net.Listener, port string) {
	t.Helper()
	loopback, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		parts.Missing(t, "loopback has no IPv6, over which a host is reached in another way than over IPv4: "+err.Error())
	}
	loopback.Close()
	for range 20 { // somebody else may have the port there
		_, port, err = net.SplitHostPort(tlsServer(t, config).Listener.Addr().String())
		require.NoError(t, err)
		if six, err = net.Listen("tcp", "[::1]:"+port); err == nil {
			return six, port
		}
	}
	require.NoError(t, err)
	return nil, ""
}

func TestAnotherVersionOfIPIsTried(t *testing.T) {
	a := newAuthority(t)
	six, port := besideIPv4(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	var wg sync.WaitGroup
	chosen := make(chan struct{})
	choose := sync.OnceFunc(func() { close(chosen) })
	wg.Go(func() {
		for {
			conn, err := six.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			choose()
			conn.Close()
		}
	})
	t.Cleanup(func() { six.Close(); wg.Wait() })
	o := short()
	o.Control = func(ctx context.Context, to netip.AddrPort) error { // on a busy machine IPv4 could be connected first
		if to.Addr().Is4() {
			select {
			case <-chosen:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}
	o.Resolver = zoneServer("127.0.0.1", "::1")
	f := do(t, client(t, o), get("https://api.staging.test:"+port+"/")).Failure()
	require.NotNil(t, f)
	assert.Equal(t, "ipv6-broken", f.Diagnosis.Cause, f.Error)
	assert.Equal(t, "transport.reset", f.Rule)
	assert.Equal(t, "::1", factOf(f.Diagnosis, "our address"))
}

func TestChainsAreDiagnosed(t *testing.T) {
	a := newAuthority(t)
	below := func(name string, change func(*x509.Certificate)) tls.Certificate {
		middle := *a
		middle.cert = &x509.Certificate{Subject: pkix.Name{CommonName: name}}
		return middle.issue(t, change)
	}
	for _, c := range []struct {
		name, cause, missing string
		leaf                 tls.Certificate
	}{
		{"by its name", "tls-missing-intermediate", "CN=Acme Issuing CA 2", below("Acme Issuing CA 2", nil)},
		{"by its address", "tls-missing-intermediate", "CN=Acme G2", below("Acme G2", func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://ca.acme.test/g2.crt"} })},
		{"a root", "tls-unknown-authority", "CN=Acme Root", below("Acme Root", nil)},
		{"a network that looks in", "tls-intercepted", "CN=Zscaler Intermediate Root CA", below("Zscaler Intermediate Root CA", nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{c.leaf}})
			f := do(t, client(t, send.Options{}), get(s.URL)).Failure()
			require.NotNil(t, f)
			assert.Equal(t, c.cause, f.Diagnosis.Cause)
			assert.Equal(t, c.missing, factOf(f.Diagnosis, "missing certificate"))
			assert.Contains(t, factOf(f.Diagnosis, "names in the certificate"), "api.staging.test")
		})
	}
}

func TestProxiesAreDiagnosed(t *testing.T) {
	for status, cause := range map[int]string{407: "proxy-credentials", 403: "proxy-denied", 502: "proxy-bad-gateway", 504: "proxy-bad-gateway"} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", "squid/6.1")
			w.WriteHeader(status)
		}))
		o := short()
		o.Proxy = strings.Replace(proxy.URL, "//", "//me:hunter2secret@", 1)
		f := do(t, client(t, o), get("https://api.staging.test/")).Failure()
		proxy.Close()
		require.NotNil(t, f)
		assert.Equal(t, cause, f.Diagnosis.Cause)
		assert.True(t, f.Diagnosis.Host)
		assert.Equal(t, "Server: squid/6.1", factOf(f.Diagnosis, "the proxy says"))
		assert.Equal(t, proxy.Listener.Addr().String(), factOf(f.Diagnosis, "proxy"))
		assert.NotContains(t, f.Diagnosis.Letter, "hunter2secret")
		o.Proxy = proxy.URL
		f = do(t, client(t, o), get("http://api.staging.test/")).Failure()
		require.NotNil(t, f)
		assert.Equal(t, "proxy-unreachable", f.Diagnosis.Cause)
	}
}
