package send_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func client(t testing.TB, o send.Options) *send.Client {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	c, err := send.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func do(t testing.TB, c *send.Client, q probe.Request) *probe.Exchange {
	t.Helper()
	x, err := c.Send(context.Background(), q)
	require.NoError(t, err)
	require.NotEmpty(t, x.Attempts)
	return x
}

func get(url string) probe.Request { return probe.Request{Method: "GET", URL: url} }

// answered requires that there is no failure.
func answered(t testing.TB, x *probe.Exchange) *probe.RecordedResponse {
	t.Helper()
	require.Nil(t, x.Failure(), "%+v", x.Attempts)
	require.NotNil(t, x.Response)
	return x.Response
}

func header(hs []probe.Header, name string) (values []string) {
	for _, h := range hs {
		if h.Name == name {
			values = append(values, h.Value)
		}
	}
	return values
}

// rawServer answers each connection with what handle writes, and keeps what came in.
func rawServer(t testing.TB, handle func(n int, conn net.Conn, r *bufio.Reader)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var wg sync.WaitGroup
	wg.Go(func() { acceptAll(l, handle) })
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return "http://" + l.Addr().String()
}

// acceptAll handles each connection until the listener is closed and all have ended.
func acceptAll(l net.Listener, handle func(n int, conn net.Conn, r *bufio.Reader)) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for n := 0; ; n++ {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			defer conn.Close()
			handle(n, conn, bufio.NewReader(conn))
		})
	}
}

// readRequest reads the head of a request, and its body.
func readRequest(r *bufio.Reader) string {
	var b strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		b.WriteString(line)
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		if err != nil || line == "\r\n" {
			break
		}
	}
	_, _ = io.CopyN(&b, r, int64(length))
	return b.String()
}

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

func TestRequestGoesOutAsGiven(t *testing.T) {
	var mu sync.Mutex
	var got string
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		mu.Lock()
		defer mu.Unlock()
		got = readRequest(r)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	})
	c := client(t, send.Options{RunID: "run-7", UserAgent: "sheetprobe/test"})
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "POST", "PUT", "PATCH", "TRACE", "QUERY", "post"} {
		for _, body := range []string{"", "{\"b\": 1,\"a\":1.0}"} {
			t.Run(method+body, func(t *testing.T) {
				q := probe.Request{Method: method, URL: url + "/a%2Fb?q={\"x\":[1]}&s=a b#frag", Headers: []probe.Header{
					{Name: "x-odd-CASE", Value: "1"},
					{Name: "X-Twice", Value: "a"},
					{Name: "X-Twice", Value: "b"},
					{Name: "x-empty", Value: ""},
					{Name: "Host", Value: "other.example.test"},
					{Name: "user-agent", Value: "given/1"},
					{Name: "Accept-Encoding", Value: "br, deflate"},
					{Name: "Content-Length", Value: "999"},
					{Name: "Connection", Value: "keep-alive"},
					{Name: "content-type", Value: "text/x"},
				}}
				if body != "" {
					q.Body = []byte(body)
				}
				x := do(t, c, q)
				answered(t, x)
				mu.Lock()
				defer mu.Unlock()
				want := []string{
					method + " /a%2Fb?q={%22x%22:[1]}&s=a%20b HTTP/1.1\r\n", "\r\nHost: other.example.test\r\n", "\r\nx-odd-CASE: 1\r\n", "\r\nX-Twice: a\r\nX-Twice: b\r\n",
					"\r\nx-empty: \r\n", "\r\nUser-Agent: given/1\r\n", "\r\nAccept-Encoding: identity\r\n", "\r\ncontent-type: text/x\r\n",
					"\r\nAccept: application/json, */*;q=0.5\r\n", "\r\nX-Sheetprobe-Run: run-7\r\n", "\r\n\r\n" + body,
				}
				for _, w := range want {
					assert.Contains(t, got, w)
				}
				assert.True(t, strings.HasSuffix(got, "\r\n\r\n"+body), got)
				assert.NotContains(t, got, "chunked")
				assert.NotContains(t, got, "999")
				assert.Equal(t, body, x.Request.Body)
				assert.Equal(t, url+"/a%2Fb?q={%22x%22:[1]}&s=a%20b", x.Request.URL)
				assert.Equal(t, []string{"1"}, header(x.Request.Headers, "x-odd-CASE"))
			})
		}
	}
	answered(t, do(t, c, probe.Request{Method: "POST", URL: url}))
	mu.Lock()
	defer mu.Unlock()
	assert.Contains(t, got, "Content-Length: 0\r\n")
	assert.NotContains(t, got, "Content-Type")
	assert.Contains(t, got, "User-Agent: sheetprobe/test (run run-7)\r\n")
}

func TestAnswerIsRecorded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["X-B"] = []string{"2", "1"}
		w.Header().Set("X-A", "a")
		w.Header().Set("Content-Type", `Application/JSON; charset=utf-8; charset="`)
		w.WriteHeader(http.StatusTeapot)
		time.Sleep(20 * time.Millisecond)
		_, _ = io.WriteString(w, "{\"a\":\"\xff\"}")
	}))
	defer s.Close()
	x := do(t, client(t, send.Options{}), get(s.URL))
	answer := answered(t, x)
	assert.Equal(t, 418, answer.HTTPStatus)
	assert.Equal(t, "application/json", answer.MediaType)
	assert.Equal(t, "{\"a\":\"\xff\"}", answer.Body, "bytes stay, so that they can be judged")
	assert.Equal(t, []string{"2", "1"}, header(answer.Headers, "X-B"))
	assert.IsNonDecreasing(t, names(answer.Headers))
	require.Len(t, x.Attempts, 1)
	succeeded(t, x.Attempts[0], x)
	assert.Equal(t, s.Listener.Addr().String(), x.RemoteAddr)
	assert.Greater(t, x.Timing.Total, 19.0)
	assert.Positive(t, x.Timing.Connect)
	assert.Nil(t, x.TLS)
}

func names(hs []probe.Header) (names []string) {
	for _, h := range hs {
		names = append(names, h.Name)
	}
	return names
}

func TestUnsendable(t *testing.T) {
	hits := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer s.Close()
	r := probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "hunter2\nhunter2", Secret: true}))
	c := client(t, send.Options{Redactor: r})
	for name, q := range map[string]probe.Request{
		"placeholder in path":  get(s.URL + "/orders/{orderId}"),
		"placeholder in query": get(s.URL + "/?id={orderId}"),
		"angle brackets":       get(s.URL + "/?id=<<id>>"),
		"in host":              get("http://<<host>>/"),
		"relative":             get("/orders"),
		"no host":              get("http:///x"),
		"scheme":               get("ftp://127.0.0.1/"),
		"control character":    get(s.URL + "/\x00"),
		"no method":            {URL: s.URL},
		"method with space":    {Method: "GET /", URL: s.URL},
		"connect":              {Method: "CONNECT", URL: s.URL},
		"header name":          {Method: "GET", URL: s.URL, Headers: []probe.Header{{Name: "Content Type", Value: "x"}}},
		"header value":         {Method: "GET", URL: s.URL, Headers: []probe.Header{{Name: "X", Value: "a\r\nInjected: 1"}}},
		"host header":          {Method: "GET", URL: s.URL, Headers: []probe.Header{{Name: "Host", Value: "a b"}}},
		"secret":               {Method: "GET", URL: s.URL + "/{x}?t=hunter2\nhunter2"},
	} {
		x, err := c.Send(context.Background(), q)
		assert.ErrorIs(t, err, send.ErrUnsendable, name)
		assert.Nil(t, x, name)
		assert.NotContains(t, fmt.Sprint(err), "hunter2", name)
	}
	assert.Zero(t, hits)
}

func TestNoSecretIsRecorded(t *testing.T) {
	const secret = "s3cr3t/T0ken+value="
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Echo", r.Header.Get("X-Api-Key"))
		w.Header().Set("Set-Cookie", "sid="+r.Header.Get("X-Api-Key"))
		echo, _ := json.Marshal(map[string]any{"url": r.URL.String(), "headers": r.Header, "body": string(body), "literal": r.Header.Get("X-Literal-Token")})
		_, _ = w.Write(echo)
	}))
	defer s.Close()
	r := probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: secret, Secret: true}))
	q := probe.Request{Method: "POST", URL: s.URL + "/" + "?t=s3cr3t%2FT0ken%2Bvalue%3D", Headers: []probe.Header{
		{Name: "X-Api-Key", Value: secret}, {Name: "Authorization", Value: "Bearer " + secret}, {Name: "X-Literal-Token", Value: "literal-0815-token"},
	}, Body: []byte(`{"token":"` + secret + `","q":"literal-0815-token"}`)}
	x := do(t, client(t, send.Options{Redactor: r}), q)
	assert.True(t, json.Valid([]byte(answered(t, x).Body)))
	recorded := fmt.Sprintf("%+v %+v %+v", x.Request, *x.Response, x.Attempts)
	for _, leak := range []string{secret, "s3cr3t", "literal-0815"} {
		assert.NotContains(t, recorded, leak)
	}

	x = do(t, client(t, send.Options{Redactor: r}), probe.Request{Method: "GET", URL: "http://127.0.0.1:1/", Headers: q.Headers})
	assert.NotContains(t, fmt.Sprintf("%+v", *x), "s3cr3t")
}

func TestCookiesDoNotCrossCases(t *testing.T) {
	var mu sync.Mutex
	var cookies []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		cookies = append(cookies, r.Header.Get("Cookie"))
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1"})
	}))
	defer s.Close()
	c := client(t, send.Options{})
	do(t, c, get(s.URL))
	do(t, c, get(s.URL))
	assert.Equal(t, []string{"", ""}, cookies)
}

func TestConnectionsAreReused(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := client(t, send.Options{})
	var last *probe.Exchange
	for range 20 {
		last = do(t, c, probe.Request{Method: "POST", URL: s.URL, Body: []byte("{}")})
		answered(t, last)
	}
	assert.EqualValues(t, 1, opened.Load())
	assert.Zero(t, last.Timing.Connect)

	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 20 {
				x, err := c.Send(context.Background(), get(s.URL))
				if assert.NoError(t, err) {
					assert.Nil(t, x.Failure())
				}
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, opened.Load(), int32(32))
}

func TestRateIsPerHost(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	c := client(t, send.Options{Rate: 0.001, Resolve: map[string]string{"other.test": "127.0.0.1"}})
	answered(t, do(t, c, get(s.URL)))
	answered(t, do(t, c, get(strings.Replace(s.URL, "127.0.0.1", "other.test", 1))))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Send(ctx, get(s.URL))
	require.ErrorIs(t, err, context.DeadlineExceeded, "the second to one host has to wait, and waits as long as it may")
	require.Error(t, ctx.Err())
}

func TestCancel(t *testing.T) {
	asked := make(chan struct{})
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { close(asked); <-release }))
	defer s.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-asked; cancel() }()
	x, err := client(t, send.Options{}).Send(ctx, get(s.URL))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, err, send.ErrUnderWay)
	assert.Nil(t, x)

	x, err = client(t, send.Options{}).Send(ctx, get("http://127.0.0.1:1"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, send.ErrUnderWay)
	assert.Nil(t, x)

	ctx, cancel = context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	_, err = client(t, send.Options{}).Send(ctx, get("http://127.0.0.1:1"))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestUnusableOptions(t *testing.T) {
	for name, o := range map[string]send.Options{
		"no authorities":   {CACert: "testdata/none.pem"},
		"no certificate":   {CACert: "send.go"},
		"half a pair":      {Cert: "send.go"},
		"no pair":          {Cert: "send.go", Key: "send.go"},
		"no proxy URL":     {Proxy: "proxy"},
		"scheme of proxy":  {Proxy: "ftp://127.0.0.1"},
		"resolve to name":  {Resolve: map[string]string{"a": "b"}},
		"secret in proxy":  {Proxy: "http://u:hunter2%zz@127.0.0.1"},
		"resolve to empty": {Resolve: map[string]string{"a": ""}},
	} {
		_, err := send.New(o)
		if assert.Error(t, err, name) {
			assert.NotContains(t, err.Error(), "hunter2")
		}
	}
}

func TestResolve(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) }))
	defer s.Close()
	addr := s.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	c := client(t, send.Options{Resolve: map[string]string{"Api.staging.test": "127.0.0.1", "other.test:80": addr}})
	assert.Equal(t, "api.staging.test:"+port, answered(t, do(t, c, get("http://api.staging.test:"+port))).Body)
	x := do(t, c, get("http://OTHER.test/"))
	assert.Equal(t, "OTHER.test", answered(t, x).Body)
	assert.Equal(t, addr, x.RemoteAddr)
}
