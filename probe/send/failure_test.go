package send_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// failed sends and requires the rule and the phase of the failure, and a text that a person can act upon.
func failed(t *testing.T, c *send.Client, q probe.Request, rule string, phase probe.Phase, text string) *probe.Exchange {
	t.Helper()
	x := do(t, c, q)
	f := x.Failure()
	require.NotNil(t, f, "%+v", x.Response)
	assert.Equal(t, rule, f.Rule, f.Error)
	assert.Equal(t, phase, f.Phase, f.Error)
	assert.Regexp(t, text, f.Error)
	known, ok := probe.RuleByID(f.Rule)
	assert.True(t, ok && known.Blame == probe.BlameEnvironment, f.Rule)
	for _, internal := range []string{"dial tcp", "net/http", "http:", "context", "x509:", "tls:", "read tcp", "0x", "EOF"} {
		assert.NotContains(t, f.Error, internal)
	}
	return x
}

func short() send.Options { return send.Options{Retries: -1} }

func TestDNS(t *testing.T) {
	x := failed(t, client(t, short()), get("http://no-such-host.invalid/"), "transport.dns", probe.PhaseDNS, `^the name "no-such-host.invalid" could not be resolved$`)
	assert.Nil(t, x.Response)
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	x := failed(t, client(t, send.Options{}), probe.Request{Method: "POST", URL: "http://" + addr}, "transport.refused", probe.PhaseConnect, regexp.QuoteMeta(addr)+" refused the connection")
	assert.Len(t, x.Attempts, 2, "nothing was sent, so that a POST may be tried again")
	x = do(t, client(t, short()), get("http://"+addr))
	assert.Len(t, x.Attempts, 1)
}

func TestConnectTimeoutCoversTheHandshake(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url := strings.Replace(w.raw(t, func(_ int, _ net.Conn, r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) }), "http", "https", 1)
		o := short()
		o.ConnectTimeout = 60 * time.Millisecond
		failed(t, w.client(t, o), get(url), "transport.connect-timeout", probe.PhaseTLS, `did not finish the TLS handshake within 60ms$`)
		o.Retries = 1
		x := do(t, w.client(t, o), probe.Request{Method: "POST", URL: url})
		assert.Len(t, x.Attempts, 2)
	})
}

func TestTimeouts(t *testing.T) {
	o := send.Options{Timeout: 120 * time.Millisecond, Retries: 3}
	for _, c := range []struct {
		name, answer, drip string
		phase              probe.Phase
		text, body         string
	}{
		{"no answer", "", "", probe.PhaseFirstByte, `^127.0.0.1:\d+ took the request, but did not answer within 120ms$`, ""},
		{"half a head", "HTTP/1.1 200 OK\r\nX-A:", "", probe.PhaseFirstByte, `did not answer within 120ms$`, ""},
		{"slow headers", "HTTP/1.1 200 OK\r\n", "X-A: 1\r\n", probe.PhaseFirstByte, `did not answer within 120ms$`, ""},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"", "", probe.PhaseBody, `was not complete after 120ms: 4 bytes came$`, `{"a"`},
		{"endless", "HTTP/1.1 200 OK\r\n\r\n", "x", probe.PhaseBody, `was not complete after 120ms`, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inABubble(t, func(t *testing.T) {
				var w wires
				var hits atomic.Int32
				url := w.raw(t, func(_ int, conn net.Conn, r *bufio.Reader) {
					readRequest(r)
					hits.Add(1)
					_, err := io.WriteString(conn, c.answer)
					for c.drip != "" && err == nil {
						time.Sleep(2 * time.Millisecond)
						_, err = io.WriteString(conn, c.drip)
					}
					_, _ = r.ReadByte() // until the client gives up
				})
				x := failed(t, w.client(t, o), get(url), "transport.timeout", c.phase, c.text)
				assert.EqualValues(t, 1, hits.Load(), "a time limit is not spent twice")
				if c.body == "" {
					assert.Nil(t, x.Response)
					return
				}
				require.NotNil(t, x.Response)
				assert.True(t, x.Response.Truncated)
				assert.True(t, strings.HasPrefix(x.Response.Body, c.body))
			})
		})
	}
}

func TestBrokenAnswers(t *testing.T) {
	const reset, malformed, tooLarge = "transport.reset", "transport.malformed", "transport.too-large"
	for _, c := range []struct {
		name, answer, rule string
		phase              probe.Phase
		text               string
		body               string
	}{
		{"nothing", "", reset, probe.PhaseFirstByte, `^127.0.0.1:\d+ closed the connection before it answered, after \d+m?s`, ""},
		{"half a head", "HTTP/1.1 200 OK\r\nX: 1\r\n", reset, probe.PhaseFirstByte, "closed the connection before it answered", ""},
		{"too short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":1", reset, probe.PhaseBody, "closed the connection within the answer: 6 of 10 bytes came$", `{"a":1`},
		{"chunks cut off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe", reset, probe.PhaseBody, "7 bytes came$", "hellohe"},
		{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", malformed, probe.PhaseBody, "the chunks of the body cannot be read$", "hello"},
		{"garbage", "SSH-2.0-OpenSSH_9.6\r\n", malformed, probe.PhaseFirstByte, `did not answer in HTTP: it begins with "SSH-2.0-OpenSSH_9.6"$`, ""},
		{"binary", "\x00\x01\x02\x03garbage\n", malformed, probe.PhaseFirstByte, "did not answer in HTTP", ""},
		{"tls alert", "\x15\x03\x01\x00\x02\x02\x46", malformed, probe.PhaseFirstByte, "the port speaks TLS; try https", ""},
		{"bad status", "HTTP/1.1 abc OK\r\n\r\n", malformed, probe.PhaseFirstByte, "status line", ""},
		{"bad header", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", malformed, probe.PhaseFirstByte, "a header line cannot be read", ""},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", malformed, probe.PhaseFirstByte, "contradict each other", ""},
		{"no length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab", malformed, probe.PhaseFirstByte, "no number", ""},
		{"odd coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\nab", malformed, probe.PhaseFirstByte, "transfer encoding", ""},
		{"endless interim", strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("y", 1000)+"\r\n\r\n", 5000), tooLarge, probe.PhaseFirstByte, "bytes of headers$", ""},
		{"large header", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 3<<20) + "\r\n\r\n", tooLarge, probe.PhaseFirstByte, "has more than 1048576 bytes of headers$", ""},
		{"many headers", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Y: 1\r\n", 400000) + "\r\n", tooLarge, probe.PhaseFirstByte, "bytes of headers$", ""},
		{"plain on TLS port", "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", malformed, probe.PhaseFirstByte, "speaks TLS, and was asked in plain HTTP: use https$", "Client"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
				readRequest(r)
				_, _ = io.WriteString(conn, c.answer)
			})
			for _, method := range []string{"POST", "GET"} {
				x := failed(t, client(t, short()), probe.Request{Method: method, URL: url, Body: []byte("{}")}, c.rule, c.phase, c.text)
				if c.body == "" {
					assert.Nil(t, x.Response)
					continue
				}
				require.NotNil(t, x.Response)
				assert.True(t, strings.HasPrefix(x.Response.Body, c.body), x.Response.Body)
			}
		})
	}
}

func TestResetWithinTheBody(t *testing.T) {
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		_, _ = r.Peek(1)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"token\":\"abc")
		time.Sleep(20 * time.Millisecond)
		_ = conn.(*net.TCPConn).SetLinger(0) // what was not read makes this a RST
	})
	x := failed(t, client(t, short()), get(url), "transport.reset", probe.PhaseBody, "13 of 100 bytes came")
	assert.Equal(t, `{"token":"[masked:token]`, x.Response.Body)
}

func TestHalfASecretIsNotRecorded(t *testing.T) {
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		readRequest(r)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"echo\":\"s3cr3t-t0")
	})
	o := short()
	o.Redactor = probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-t0ken", Secret: true}))
	x := failed(t, client(t, o), get(url), "transport.reset", probe.PhaseBody, "18 of 100 bytes came")
	assert.Equal(t, `{"echo":"`, x.Response.Body)
}

func TestHalfASecretIsNotQuoted(t *testing.T) {
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		readRequest(r)
		_, _ = io.WriteString(conn, "-ERR_no_such_key:_"+strings.Repeat("x", 30)+"s3cr3t-t0ken-of-the-caller\r\n")
	})
	o := short()
	o.Redactor = probe.NewRedactor(probe.NewVars(probe.Var{Name: "token", Value: "s3cr3t-t0ken-of-the-caller", Secret: true}))
	x := failed(t, client(t, o), get(url), "transport.malformed", probe.PhaseFirstByte, "it begins with")
	assert.NotContains(t, x.Attempts[0].Error, "s3cr3t")
}

func TestTheProxysPasswordIsMasked(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
		w.WriteHeader(http.StatusProxyAuthRequired)
		fmt.Fprintf(w, "not with %s (%s)", password, r.Header.Get("Proxy-Authorization"))
	}))
	defer proxy.Close()
	o := short()
	o.Proxy = strings.Replace(proxy.URL, "//", "//me:pr0xy%20passw0rd@", 1)
	x := do(t, client(t, o), get("http://api-sit.proxied.test/"))
	assert.Contains(t, answered(t, x).Body, "not with [masked:proxy-password] (Basic bWU6[masked:proxy-password-base64]")
}

func TestRetryRules(t *testing.T) {
	for _, c := range []struct {
		method string
		header string
		hits   int32
	}{
		{"GET", "", 3}, {"HEAD", "", 3}, {"OPTIONS", "", 3}, {"POST", "", 1}, {"PUT", "", 1}, {"PATCH", "", 1}, {"DELETE", "", 1}, {"TRACE", "", 1}, {"POST", "Idempotency-Key", 1},
	} {
		for _, body := range []string{"", "{}"} {
			t.Run(fmt.Sprintf("%s %s %q", c.method, c.header, body), func(t *testing.T) {
				var hits atomic.Int32
				url := rawServer(t, func(_ int, _ net.Conn, r *bufio.Reader) { readRequest(r); hits.Add(1) })
				q := probe.Request{Method: c.method, URL: url, Body: []byte(body)}
				if c.header != "" {
					q.Headers = []probe.Header{{Name: c.header, Value: "1"}}
				}
				x := failed(t, client(t, send.Options{Retries: 2}), q, "transport.reset", probe.PhaseFirstByte, "closed the connection")
				assert.Equal(t, c.hits, hits.Load())
				assert.Len(t, x.Attempts, int(c.hits))
			})
		}
	}
}

// A connection that dies under a request which is on its way is where net/http sends again by itself.
func TestNothingIsSentTwiceByItselfOverAReusedConnection(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "GET"} {
		for _, name := range []string{"X-Other", "Idempotency-Key", "X-Idempotency-Key", "idempotency-key"} {
			for _, body := range []string{"", "{}"} {
				for _, rst := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %s %q %v", method, name, body, rst), func(t *testing.T) {
						for range 20 { // until the first connection is back in the pool before the second request asks for one
							if sentOverAReusedConnection(t, method, name, body, rst) {
								return
							}
						}
						t.Fatal("no connection was reused")
					})
				}
			}
		}
	}
}

// sentOverAReusedConnection sends over a connection that dies under the request, and says whether it was the one that had been used before.
func sentOverAReusedConnection(t *testing.T, method, name, body string, rst bool) bool {
	t.Helper()
	var connections, hits atomic.Int32
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		connections.Add(1)
		readRequest(r)
		_, _ = io.WriteString(conn, okAnswer)
		if readRequest(r) == "" {
			return
		}
		hits.Add(1)
		if rst {
			_ = conn.(*net.TCPConn).SetLinger(0)
		}
	})
	c := client(t, short())
	answered(t, do(t, c, get(url)))
	x := do(t, c, probe.Request{Method: method, URL: url, Body: []byte(body), Headers: []probe.Header{{Name: name, Value: "1"}}})
	if x.Failure() == nil && connections.Load() == 2 && hits.Load() == 0 {
		return false
	}
	require.NotNil(t, x.Failure())
	assert.Equal(t, "transport.reset", x.Failure().Rule)
	assert.Equal(t, "closed-before-answer", x.Failure().Diagnosis.Cause, "there is no HTTP/2 to be refused")
	assert.EqualValues(t, 1, hits.Load())
	return true
}

// That another connection is idle is no leave to send again over it.
func TestNothingIsSentTwiceByItselfOverAnotherIdleConnection(t *testing.T) {
	for reused := 0; reused < 30; { // net/http takes the end of the request, or the idle connection, whichever it sees first
		if sentBesideAnIdleConnection(t) {
			reused++
		}
	}
}

// sentBesideAnIdleConnection sends over a connection that dies under the request while another is idle, and says whether it was one that had been used
// before: net/http puts them back in its own time, of which nobody is told.
func sentBesideAnIdleConnection(t *testing.T) bool {
	t.Helper()
	var connections, hits atomic.Int32
	var open sync.WaitGroup
	both := make(chan struct{})
	url := rawServer(t, func(_ int, conn net.Conn, r *bufio.Reader) {
		open.Add(1)
		defer open.Done()
		readRequest(r)
		if connections.Add(1) == 2 {
			close(both)
		}
		<-both
		_, _ = io.WriteString(conn, okAnswer)
		if readRequest(r) != "" {
			hits.Add(1)
		}
	})
	c := client(t, short())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { answered(t, do(t, c, get(url))) })
	}
	wg.Wait()
	time.Sleep(time.Millisecond) // after which both are back, most of the time
	x := do(t, c, get(url))
	c.Close()
	open.Wait() // until all that was sent has been read
	if connections.Load() > 2 && hits.Load() == 0 {
		answered(t, x)
		return false
	}
	require.NotNil(t, x.Failure())
	assert.Equal(t, "closed-before-answer", x.Failure().Diagnosis.Cause)
	assert.EqualValues(t, 1, hits.Load())
	return true
}

// A connection that was closed while it was idle carries nothing, so that a POST may go out on another.
func TestAStaleConnectionCostsNoCase(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url := w.raw(t, func(_ int, conn net.Conn, r *bufio.Reader) {
			readRequest(r)
			_, _ = io.WriteString(conn, okAnswer)
		})
		c := w.client(t, send.Options{})
		for range 10 {
			answered(t, do(t, c, probe.Request{Method: "POST", URL: url, Body: []byte("{}")}))
			synctest.Wait() // until its end is known
		}
	})
}

func TestSecondAttemptSucceeds(t *testing.T) {
	url := rawServer(t, func(n int, conn net.Conn, r *bufio.Reader) {
		got := readRequest(r)
		if n > 0 && strings.HasSuffix(got, "\r\n\r\nbody") {
			_, _ = io.WriteString(conn, okAnswer)
		}
	})
	x := do(t, client(t, send.Options{}), probe.Request{Method: "GET", URL: url, Body: []byte("body")})
	answered(t, x)
	require.Len(t, x.Attempts, 2)
	assert.Equal(t, "transport.reset", x.Attempts[0].Rule)
	succeeded(t, x.Attempts[1], x)
}

func TestProxy(t *testing.T) {
	var seen []string
	target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer target.Close()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		if r.Method != http.MethodConnect {
			_, _ = io.WriteString(w, "via proxy")
			return
		}
		if r.Header.Get("Proxy-Authorization") == "" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		up, err := net.Dial("tcp", r.RequestURI)
		if err != nil {
			return
		}
		defer up.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(up, conn) }()
		_, _ = io.Copy(conn, up)
	}))
	defer proxy.Close()

	x := do(t, client(t, send.Options{Proxy: proxy.URL}), get("http://api.staging.test/x"))
	assert.Equal(t, "via proxy", answered(t, x).Body)
	o := short()
	o.Proxy, o.Insecure = proxy.URL, true
	failed(t, client(t, o), get(target.URL), "transport.refused", probe.PhaseConnect, `^the proxy refused to connect to 127.0.0.1:\d+: it answered "407 Proxy Authentication Required"$`)
	o.Proxy = strings.Replace(proxy.URL, "http://", "http://u:hunter2@", 1)
	c := client(t, o)
	x = do(t, c, get(target.URL))
	answered(t, x)
	require.NotNil(t, x.TLS)
	c.Close()
	o.Proxy = "http://127.0.0.1:1"
	failed(t, client(t, o), get(target.URL), "transport.refused", probe.PhaseConnect, `^the proxy on the way to 127.0.0.1:\d+ refused the connection$`)
	require.Len(t, seen, 3)
	assert.Equal(t, "GET http://api.staging.test/x ", seen[0])

	t.Setenv("HTTP_PROXY", proxy.URL)
	answered(t, do(t, client(t, send.Options{}), get("http://api.staging.test/y")))
	assert.Equal(t, "GET http://api.staging.test/y ", seen[3])
}

func TestTimeoutIncludesFurtherAttempts(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		var w wires
		url := w.raw(t, func(n int, conn net.Conn, r *bufio.Reader) {
			readRequest(r)
			if n > 0 {
				_, _ = r.ReadByte()
			}
		})
		start := time.Now()
		x := do(t, w.client(t, send.Options{Timeout: 400 * time.Millisecond, Retries: 50}), get(url))
		assert.Equal(t, "transport.timeout", x.Failure().Rule)
		assert.Equal(t, 400*time.Millisecond, time.Since(start))
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(okAnswer))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nwhatever"))
	f.Add([]byte("HTTP/1.1 302 Found\r\nLocation: http://[\r\nSet-Cookie: =;;\r\nContent-Type: ;;\r\n\r\n"))
	var answer atomic.Value
	answer.Store([]byte(nil))
	url := rawServer(f, func(_ int, conn net.Conn, r *bufio.Reader) {
		readRequest(r)
		_, _ = conn.Write(answer.Load().([]byte))
	})
	c := client(f, send.Options{Retries: -1, MaxBody: 1000, Timeout: 2 * time.Second})
	f.Fuzz(func(t *testing.T, b []byte) {
		answer.Store(b)
		x := do(t, c, get(url))
		if x.Failure() == nil {
			require.NotNil(t, x.Response)
			return
		}
		require.NotEmpty(t, x.Failure().Error)
		_, known := probe.RuleByID(x.Failure().Rule)
		require.True(t, known)
	})
}
