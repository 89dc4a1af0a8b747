package callback_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // webhooks of old are signed with it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T, o callback.Options) *callback.Listener {
	t.Helper()
	l, err := callback.Listen(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	return l
}

// post calls, and returns status and body of the answer.
func post(t *testing.T, method, address, body string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("X-Event", "done")
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(q)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

func TestACallIsKeptForTheRequestItIsAbout(t *testing.T) {
	l := listen(t, callback.Options{})
	first, second := l.URL("api/success"), l.URL("api/no-auth")
	assert.Equal(t, first, l.URL("api/success"), "the same each time")
	assert.NotEqual(t, first, second)
	status, body := post(t, "PUT", first+"/done?id=7", `{"a":1}`)
	assert.Equal(t, []any{200, "{}"}, []any{status, body})
	l.Await(t.Context(), time.Now().Add(5*time.Second), l.Any)
	calls, more := l.Calls("api/success")
	require.Len(t, calls, 1)
	assert.Zero(t, more)
	c := calls[0]
	assert.Equal(t, []string{"PUT", first + "/done?id=7", `{"a":1}`}, []string{c.Request.Method, c.Request.URL, string(c.Request.Body)})
	assert.Contains(t, c.Request.Headers, probe.Header{Name: "X-Event", Value: "done"})
	assert.NotEmpty(t, c.From)
	none, _ := l.Calls("api/no-auth")
	assert.Empty(t, none)
}

// Nobody can guess a path: those of two listeners have nothing in common.
func TestPathsAreOfOneListenerOnly(t *testing.T) {
	a, b := listen(t, callback.Options{}), listen(t, callback.Options{})
	path := strings.TrimPrefix(a.URL("api/success"), a.Base())
	assert.NotEqual(t, path, strings.TrimPrefix(b.URL("api/success"), b.Base()))
	status, _ := post(t, "POST", b.Base()+path, "{}")
	assert.Equal(t, 404, status)
	n, first := b.Strays()
	assert.Equal(t, 1, n)
	assert.Equal(t, path, first)
	assert.False(t, b.Any())
}

func TestFloodsAreBounded(t *testing.T) {
	l := listen(t, callback.Options{})
	address := l.URL("api/success")
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() { post(t, "POST", address, strings.Repeat("x", 300<<10)) })
	}
	all.Wait()
	l.Await(t.Context(), time.Now().Add(5*time.Second), func() bool {
		kept, more := l.Calls("api/success")
		return len(kept)+more == 60
	})
	kept, more := l.Calls("api/success")
	assert.Len(t, kept, 20)
	assert.Equal(t, 40, more)
	assert.True(t, kept[0].Cut)
	assert.Len(t, kept[0].Request.Body, 256<<10)
}

func TestGarbageIsSurvived(t *testing.T) {
	l := listen(t, callback.Options{})
	host := strings.TrimPrefix(l.Base(), "http://")
	for _, garbage := range []string{
		"\x16\x03\x01\x02\x00", "GET\r\n\r\n", "POST " + strings.Repeat("/", 100<<10) + " HTTP/1.1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("y", 200<<10) + "\r\n\r\n", "\x00\x00\x00",
	} {
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", host)
		require.NoError(t, err)
		_, _ = io.WriteString(conn, garbage)
		require.NoError(t, conn.Close())
	}
	status, _ := post(t, "POST", l.URL("api/success"), "{}")
	assert.Equal(t, 200, status)
}

// A call whose body breaks off is kept with what came of it.
func TestACallThatBreaksOffIsKeptAsCut(t *testing.T) {
	l := listen(t, callback.Options{})
	u, err := url.Parse(l.URL("api/success"))
	require.NoError(t, err)
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", u.Host)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST "+u.Path+" HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\":")
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	_, _ = bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, conn.Close())
	l.Await(t.Context(), time.Now().Add(5*time.Second), l.Any)
	kept, _ := l.Calls("api/success")
	require.Len(t, kept, 1)
	assert.True(t, kept[0].Cut)
	assert.Equal(t, `{"a":`, string(kept[0].Request.Body))
}

func TestAProxyMayStandInFront(t *testing.T) {
	var target *url.URL
	proxy := httptest.NewServer(http.StripPrefix("/hooks", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}))
	defer proxy.Close()
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := inner.Addr().String()
	require.NoError(t, inner.Close())
	target, err = url.Parse("http://" + address)
	require.NoError(t, err)
	l := listen(t, callback.Options{Address: address, Public: proxy.URL + "/hooks/"})
	assert.True(t, strings.HasPrefix(l.URL("api/success"), proxy.URL+"/hooks/callback/"))
	require.NoError(t, l.Reaches(t.Context()))
	status, _ := post(t, "POST", l.URL("api/success"), "{}")
	assert.Equal(t, 200, status)
	http.DefaultClient.CloseIdleConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestAPublicURLThatLeadsElsewhereIsFoundOut(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	l := listen(t, callback.Options{Public: other.URL})
	assert.ErrorContains(t, l.Reaches(t.Context()), "HTTP 404")
}

func TestWhatCannotWorkIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		options callback.Options
		want    string
	}{
		"no port":              {callback.Options{Address: "127.0.0.1"}, "no HOST:PORT"},
		"every address":        {callback.Options{Address: ":8099"}, "all addresses"},
		"every address, v6":    {callback.Options{Address: "[::]:8099"}, "all addresses"},
		"a public path":        {callback.Options{Public: "/hooks"}, "absolute"},
		"a public scheme":      {callback.Options{Public: "ftp://hooks.example.test"}, "absolute"},
		"a public password":    {callback.Options{Public: "https://u:pass-1234@hooks.example.test"}, "password"},
		"a public query":       {callback.Options{Public: "https://hooks.example.test/?a=1"}, "query"},
		"an address of others": {callback.Options{Address: "192.0.2.1:80"}, "cannot listen"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := callback.Listen(t.Context(), c.options)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "pass-1234")
		})
	}
	assert.NoError(t, callback.Check(callback.Options{Address: ":8099", Public: "https://hooks.example.test/x"}))
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	l := listen(t, callback.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.Await(ctx, time.Now().Add(time.Hour), func() bool { return false })
}

func sign(h func() hash.Hash, secret, body string) []byte {
	mac := hmac.New(h, []byte(secret))
	_, _ = io.WriteString(mac, body)
	return mac.Sum(nil)
}

func TestSignaturesAreVerified(t *testing.T) {
	const secret, body = "hook-secret-1", `{"state":"DONE"}`
	hex256 := hex.EncodeToString(sign(sha256.New, secret, body))
	sum512 := sign(sha512.New, secret, body)
	for name, c := range map[string]struct {
		s     probe.Signature
		value string
		want  error
	}{
		"hex":                  {probe.Signature{}, hex256, nil},
		"hex, upper case":      {probe.Signature{}, strings.ToUpper(hex256), nil},
		"with a prefix":        {probe.Signature{Prefix: "sha256="}, "sha256=" + hex256, nil},
		"without the prefix":   {probe.Signature{Prefix: "sha256="}, hex256, callback.ErrPrefix},
		"of a list":            {probe.Signature{Prefix: "v1="}, "t=17, v0=00, v1=" + hex256, nil},
		"base64":               {probe.Signature{Algorithm: "HMAC-SHA512", Encoding: "base64"}, base64.StdEncoding.EncodeToString(sum512), nil},
		"base64 for URLs":      {probe.Signature{Algorithm: "sha512", Encoding: "base64"}, base64.RawURLEncoding.EncodeToString(sum512), nil},
		"sha1":                 {probe.Signature{Algorithm: "sha1"}, hex.EncodeToString(sign(sha1.New, secret, body)), nil},
		"of another secret":    {probe.Signature{}, hex.EncodeToString(sign(sha256.New, "another", body)), callback.ErrWrong},
		"of another body":      {probe.Signature{}, hex.EncodeToString(sign(sha256.New, secret, "{}")), callback.ErrWrong},
		"of another algorithm": {probe.Signature{}, hex.EncodeToString(sum512), callback.ErrEncoding},
		"base64 for hex":       {probe.Signature{}, base64.StdEncoding.EncodeToString(sign(sha256.New, secret, body)), callback.ErrEncoding},
		"nothing":              {probe.Signature{}, "", callback.ErrUnsigned},
	} {
		t.Run(name, func(t *testing.T) {
			c.s.Header = "X-Signature"
			err := callback.Verify(c.s, secret, probe.Request{Headers: []probe.Header{{Name: "x-signature", Value: c.value}}, Body: []byte(body)})
			if c.want == nil {
				assert.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
			assert.NotContains(t, err.Error(), secret)
		})
	}
	assert.ErrorContains(t, callback.Verify(probe.Signature{Algorithm: "md5"}, secret, probe.Request{}), "md5")
}

// Whatever comes, the listener stays, and keeps no more than its limits allow.
func FuzzCalls(f *testing.F) {
	f.Add([]byte("POST /callback/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"))
	f.Add([]byte("\x16\x03\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := callback.Listen(t.Context(), callback.Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		u, err := url.Parse(l.URL("api/success"))
		require.NoError(t, err)
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", u.Host)
		require.NoError(t, err)
		_, _ = conn.Write(bytes.ReplaceAll(data, []byte("/callback/x"), []byte(u.Path)))
		require.NoError(t, conn.Close())
		kept, _ := l.Calls("api/success")
		require.LessOrEqual(t, len(kept), 20)
	})
}
