package send_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// nameServer answers every question on loopback: the first question for a name with the first of its addresses, and so on; the last stays.
func nameServer(t *testing.T, zone map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	asked := map[string]int{}
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := answerOf(buf[:n], zone, asked); answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	})
	t.Cleanup(func() { conn.Close(); wg.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answerOf(query []byte, zone map[string][]string, asked map[string]int) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	all := zone[name]
	if len(all) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	} else {
		ip := netip.MustParseAddr(all[min(asked[name]/2, len(all)-1)]) // A and AAAA are asked for each time
		asked[name]++
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case ip.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}}}
		case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}}
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// attack is a way to have a request, with the credentials in it, go where it must not.
type attack struct {
	name, url string
	allow     []string          // what the user admitted
	private   []string          // what the user admitted of a private network
	service   bool              // the program works for others
	resolve   map[string]string // what the user said of DNS
	proxy     bool              // a proxy is asked
}

// The names of the zone. What follows .test has no other meaning here.
var hostileZone = map[string][]string{
	"metadata.staging.test": {"169.254.169.254"}, "mapped.staging.test": {"::ffff:169.254.169.254"}, "ec2.staging.test": {"fd00:ec2::254"},
	"gcp.staging.test": {"fd20:ce::254"}, "ali.staging.test": {"100.100.100.200"}, "azure.staging.test": {"168.63.129.16"},
	"nat64.staging.test": {"64:ff9b::a9fe:a9fe"}, "sixtofour.staging.test": {"2002:a9fe:a9fe::1"}, "compatible.staging.test": {"::169.254.169.254"},
	"ll.staging.test": {"fe80::1"}, "rebind.staging.test": {"127.0.0.1", "169.254.169.254"},
	"own.staging.test": {"127.0.0.1"}, "own6.staging.test": {"::1"}, "ten.staging.test": {"10.0.0.1"}, "home.staging.test": {"192.168.1.1"},
	"carrier.staging.test": {"100.64.0.1"}, "unique.staging.test": {"fd12::1"}, "any.staging.test": {"0.0.0.0"}, "nat64ten.staging.test": {"64:ff9b::a00:1"},
	"bench.staging.test": {"198.18.0.1"}, "multicast.staging.test": {"224.0.0.1"}, "future.staging.test": {"240.0.0.1"},
}

func attacks() []attack {
	return []attack{
		{name: "metadata address", url: "http://169.254.169.254/"},
		{name: "metadata in decimal", url: "http://2852039166/"},
		{name: "metadata in hexadecimal", url: "http://0xa9fea9fe/"},
		{name: "metadata in octal", url: "http://0251.0376.0251.0376/"},
		{name: "metadata in mixed bases", url: "http://169.0xfe.43518/"},
		{name: "metadata in three parts", url: "http://169.254.43518/"},
		{name: "metadata with the dot of the root", url: "http://169.254.169.254./"},
		{name: "metadata in full-width digits", url: "http://１６９.２５４.１６９.２５４/"},
		{name: "metadata in circled digits", url: "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/"},
		{name: "metadata with ideographic dots", url: "http://169。254。169。254/"},
		{name: "metadata mapped into IPv6", url: "http://[::ffff:169.254.169.254]/"},
		{name: "metadata mapped into IPv6, in hexadecimal", url: "http://[::ffff:a9fe:a9fe]/"},
		{name: "metadata compatible with IPv6", url: "http://[::169.254.169.254]/"},
		{name: "metadata behind NAT64", url: "http://[64:ff9b::169.254.169.254]/"},
		{name: "metadata by 6to4", url: "http://[2002:a9fe:a9fe::1]/"},
		{name: "metadata of EC2 in IPv6", url: "http://[fd00:ec2::254]/"},
		{name: "metadata of Google in IPv6", url: "http://[fd20:ce::254]/"},
		{name: "metadata of Alibaba", url: "http://100.100.100.200/"},
		{name: "metadata by its name", url: "http://metadata.google.internal/"},
		{name: "metadata by its short name", url: "http://metadata/"},
		{name: "metadata admitted by a pattern of names", url: "http://169.254.169.254/", allow: []string{"*"}},
		{name: "link-local with a zone", url: "http://[fe80::1%25lo]/"},
		{name: "every address of this machine", url: "http://0.0.0.0/"},
		{name: "every address of this machine in IPv6", url: "http://[::]/"},
		{name: "loopback in decimal", url: "http://2130706433/"},
		{name: "loopback shortened", url: "http://127.1/"},
		{name: "loopback as 0", url: "http://0/"},
		{name: "staging as the user name", url: "http://api.staging.test@evil.com/"},
		{name: "staging as user name and port", url: "http://api.staging.test:80@evil.com/"},
		{name: "staging behind a backslash", url: "http://evil.com\\@api.staging.test/"},
		{name: "staging as the path", url: "http://evil.com/api.staging.test"},
		{name: "staging as the fragment", url: "http://evil.com#@api.staging.test/"},
		{name: "staging as the query", url: "http://evil.com?@api.staging.test/"},
		{name: "staging as a label below a stranger", url: "http://apisit-acme.com.evil.com/"},
		{name: "an encoded dot in the host", url: "http://localhost%2eevil.com/"},
		{name: "an encoded NUL in the host", url: "http://evil.com%00.staging.test/"},
		{name: "a line break in the host", url: "http://evil.com\n.staging.test/"},
		{name: "a space in the host", url: "http://evil.com .staging.test/"},
		{name: "another scheme", url: "gopher://localhost:70/"},
		{name: "a file", url: "file://localhost/etc/passwd"},
		{name: "full-width production", url: "http://ａｐｉ．ａｃｍｅ．ｃｏｍ/"},
		{name: "a full-width slash", url: "http://evil.com／.staging.test/"},
		{name: "Cyrillic in the word for staging", url: "http://ѕtaging.acme.com/"},
		{name: "Cyrillic in the name of the company", url: "http://staging.аcme.com/"},
		{name: "a company all in Cyrillic that looks Latin", url: "http://staging.асе.com/"},
		{name: "the same in punycode", url: "http://staging.xn--cme-5cd.com/"},
		{name: "the word for staging within punycode", url: "http://xn--staging-b4a.acme.com/"},
		{name: "broken punycode", url: "http://staging.xn--99999999.com/"},
		{name: "production that says staging too", url: "http://staging.prod.acme.com/"},
		{name: "production with a trailing dot", url: "http://api.acme.com./"},
		{name: "an address service", url: "http://169.254.169.254.nip.io/"},

		{name: "a name for metadata", url: "http://metadata.staging.test/"},
		{name: "a name for metadata with a trailing dot", url: "http://metadata.staging.test./"},
		{name: "a name for metadata, admitted by name", url: "http://metadata.staging.test/", allow: []string{"*", "*.test", "metadata.staging.test"}},
		{name: "a name for metadata mapped into IPv6", url: "http://mapped.staging.test/"},
		{name: "a name for metadata in IPv6", url: "http://ec2.staging.test/"},
		{name: "a name for metadata of Google", url: "http://gcp.staging.test/"},
		{name: "a name for metadata of Alibaba", url: "http://ali.staging.test/"},
		{name: "a name for metadata of Azure", url: "http://azure.staging.test/"},
		{name: "a name for metadata behind NAT64", url: "http://nat64.staging.test/"},
		{name: "a name for metadata by 6to4", url: "http://sixtofour.staging.test/"},
		{name: "a name for metadata compatible with IPv6", url: "http://compatible.staging.test/"},
		{name: "a name for link-local", url: "http://ll.staging.test/"},
		{name: "--resolve to metadata", url: "http://api.staging.test/", resolve: map[string]string{"api.staging.test": "169.254.169.254"}},
		{name: "--resolve to metadata in IPv6", url: "http://api.staging.test/", resolve: map[string]string{"api.staging.test": "[::ffff:169.254.169.254]:80"}},
		{name: "--resolve admits no name", url: "http://api.acme.com/", resolve: map[string]string{"api.acme.com": "127.0.0.1"}},
		{name: "--resolve of metadata", url: "http://169.254.169.254/", resolve: map[string]string{"169.254.169.254": "127.0.0.1"}},
		{name: "a proxy for metadata", url: "http://169.254.169.254/", proxy: true},
		{name: "a proxy for production", url: "http://api.acme.com/", proxy: true},

		{name: "service: loopback", url: "http://127.0.0.1/", service: true},
		{name: "service: loopback in IPv6", url: "http://[::1]/", service: true},
		{name: "service: loopback mapped", url: "http://[::ffff:127.0.0.1]/", service: true},
		{name: "service: this machine by name", url: "http://localhost/", service: true},
		{name: "service: this machine by a name below", url: "http://api.localhost./", service: true},
		{name: "service: a name of the cluster", url: "http://kubernetes/", service: true},
		{name: "service: a name of the office", url: "http://printer.local/", service: true},
		{name: "service: a private address", url: "http://10.0.0.1/", service: true},
		{name: "service: a private address in IPv6", url: "http://[fd12::1]/", service: true},
		{name: "service: a private address behind NAT64", url: "http://[64:ff9b::10.0.0.1]/", service: true, allow: []string{"64:*"}},
		{name: "service: a name for loopback", url: "http://own.staging.test/", service: true},
		{name: "service: a name for loopback, admitted by name", url: "http://own.staging.test/", service: true, allow: []string{"*.staging.test"}},
		{name: "service: a name for loopback in IPv6", url: "http://own6.staging.test/", service: true},
		{name: "service: a name for 10/8", url: "http://ten.staging.test/", service: true},
		{name: "service: a name for 192.168/16", url: "http://home.staging.test/", service: true},
		{name: "service: a name for the carrier's network", url: "http://carrier.staging.test/", service: true},
		{name: "service: a name for a unique local address", url: "http://unique.staging.test/", service: true},
		{name: "service: a name for 0.0.0.0", url: "http://any.staging.test/", service: true},
		{name: "service: a name for 10/8 behind NAT64", url: "http://nat64ten.staging.test/", service: true},
		{name: "service: a name for a benchmark's network", url: "http://bench.staging.test/", service: true},
		{name: "service: a name for multicast", url: "http://multicast.staging.test/", service: true},
		{name: "service: a name for 240/4", url: "http://future.staging.test/", service: true},
		{name: "service: --resolve to a private network", url: "http://api.staging.test/", service: true, resolve: map[string]string{"api.staging.test": "10.0.0.1"}},
		{name: "service: a name that the proxy resolves", url: "http://api.staging.test/", service: true, proxy: true},
		{name: "service: a private name that is another", url: "http://own.staging.test/", service: true, private: []string{"other.staging.test"}},
		{name: "service: a private name that is no staging", url: "http://api.acme.com/", service: true, private: []string{"*.acme.com"}},
		{name: "service: a private name for a cloud's credentials", url: "http://metadata.staging.test/", service: true, private: []string{"*.staging.test", "0.0.0.0/0"}},
		{name: "service: a cloud's credentials in a private network", url: "http://169.254.169.254/", service: true, private: []string{"169.254.0.0/16"}},
		{name: "service: a pattern of names for an address", url: "http://10.0.0.1/", service: true, private: []string{"10.*"}},
		{name: "service: a private network that is another", url: "http://own.staging.test/", service: true, private: []string{"10.0.0.0/8"}},
		{name: "service: a private address by proxy", url: "http://10.0.0.1/", service: true, proxy: true, allow: []string{"10.*"}},
	}
}

// Whatever is not refused for its URL is refused when it is connected to, and the proxy has heard of none.
func TestAttacksOnTheGuard(t *testing.T) {
	resolver := nameServer(t, hostileZone)
	var passed atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed.Add(1) }))
	defer proxy.Close()
	all := attacks()
	require.Greater(t, len(all), 30)
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			guard := send.Guard{Allow: a.allow, Service: a.service, Private: a.private}
			if guard.Check(a.url) != nil {
				return
			}
			o := send.Options{Guard: guard, Resolve: a.resolve, Retries: -1}
			if a.proxy {
				o.Proxy = proxy.URL
			}
			x, err := client(t, send.WithResolver(o, resolver)).Send(context.Background(), get(a.url))
			require.ErrorIs(t, err, send.ErrNotAllowed, "%+v", x)
			assert.Contains(t, err.Error(), " is not asked: ")
		})
	}
	assert.Zero(t, passed.Load())
}

// A name that stood for a harmless address when somebody looked is refused once it stands for another.
func TestRebindingIsNoticed(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, "{}")
	}))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	url := "http://rebind.staging.test:" + port + "/"
	c := client(t, send.WithResolver(send.Options{Retries: -1}, nameServer(t, hostileZone)))
	require.NoError(t, send.Guard{}.Check(url))
	answered(t, do(t, c, get(url)))
	_, err := c.Send(context.Background(), get(url))
	require.ErrorIs(t, err, send.ErrNotAllowed)
	assert.EqualError(t, err, "rebind.staging.test:"+port+" is not asked: the address 169.254.169.254 is link-local, where clouds keep credentials of the machine itself")
}

func TestWhatAServiceMayAsk(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	resolver := nameServer(t, hostileZone)
	for name, c := range map[string]struct {
		url, proxy string
		allow      []string
		private    []string
	}{
		"a private name":                     {url: "http://own.staging.test:" + port, private: []string{"*.staging.test"}},
		"a private network":                  {url: "http://own.staging.test:" + port, private: []string{"127.0.0.0/8"}},
		"a private address":                  {url: s.URL, private: []string{"127.0.0.1"}},
		"a private name by proxy":            {url: "http://api.staging.test/", proxy: s.URL, private: []string{"api.staging.test"}},
		"an admitted address":                {url: s.URL, allow: []string{"127.0.0.1"}},
		"a name for an address of a network": {url: "http://own.staging.test:" + port, allow: []string{"127.0.0.0/8"}},
		"an admitted name by proxy":          {url: "http://api.staging.test/", proxy: s.URL, allow: []string{"*.staging.test"}},
	} {
		guard := send.Guard{Allow: c.allow, Service: true, Private: c.private}
		require.NoError(t, guard.Check(c.url), name)
		answered(t, do(t, client(t, send.WithResolver(send.Options{Guard: guard, Proxy: c.proxy}, resolver)), get(c.url)))
	}
	for _, url := range []string{"https://api.staging.acme.com/", "https://apisit.bank.co.in/"} {
		assert.NoError(t, send.Guard{Service: true}.Check(url))
	}
}

// A redirect leads nowhere, least of all to another host with the credentials of this one.
func TestCredentialsDoNotFollowRedirects(t *testing.T) {
	var hits atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer other.Close()
	for _, to := range []string{other.URL, "//" + other.Listener.Addr().String(), strings.Replace(other.URL, "127.0.0.1", "localhost", 1), "/same"} {
		own := &atomic.Int32{}
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			own.Add(1)
			for _, name := range []string{"Location", "Content-Location", "Refresh", "Link"} {
				w.Header().Set(name, map[string]string{"Refresh": "0;url=" + to, "Link": "<" + to + ">; rel=preload"}[name]+map[bool]string{true: to}[name == "Location" || name == "Content-Location"])
			}
			w.WriteHeader(http.StatusTemporaryRedirect)
		}))
		for _, method := range []string{"GET", "POST"} {
			q := probe.Request{Method: method, URL: s.URL, Headers: []probe.Header{{Name: "Authorization", Value: "Bearer tok-1"}, {Name: "Cookie", Value: "sid=1"}}}
			assert.Equal(t, http.StatusTemporaryRedirect, answered(t, do(t, client(t, send.Options{}), q)).HTTPStatus)
		}
		assert.EqualValues(t, 2, own.Load())
		s.Close()
	}
	assert.Zero(t, hits.Load())
}

func TestOnlyAllowed(t *testing.T) {
	g := send.Guard{Allow: []string{"*.acme.com", "8.8.8.8"}}
	for url, want := range map[string]bool{
		"https://api.acme.com/": true, "https://8.8.8.8/": true, "https://staging.acme.com/": false, "http://127.0.0.1/": false, "https://api.other.com/": false, "": false,
	} {
		assert.Equal(t, want, g.OnlyAllowed(url), url)
	}
}

func TestResolveBesideAProxyIsRefused(t *testing.T) {
	resolve := map[string]string{"api.staging.test": "127.0.0.1"}
	_, err := send.New(send.Options{Proxy: "http://127.0.0.1:1", Resolve: resolve})
	require.ErrorContains(t, err, `the address given for "api.staging.test" has no effect`)
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	_, err = send.New(send.Options{Resolve: resolve})
	require.ErrorContains(t, err, "NO_PROXY")
	t.Setenv("NO_PROXY", "staging.test")
	_, err = send.New(send.Options{Resolve: resolve})
	require.NoError(t, err)
}
