package send_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

func TestBodies(t *testing.T) {
	zip := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, s)
		_ = w.Close()
		return b.String()
	}
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, _ = io.WriteString(z, "{}")
	_ = z.Close()
	for _, c := range []struct{ name, encoding, sent, want, rule string }{
		{"plain", "", "{}", "{}", ""},
		{"gzip", "gzip", zip("{}"), "{}", ""},
		{"x-gzip", "X-GZIP", zip("{}"), "{}", ""},
		{"deflate", "deflate", deflated.String(), "{}", ""},
		{"identity", "identity", "{}", "{}", ""},
		{"gzip of nothing", "gzip", "", "", ""},
		{"no gzip at all", "gzip", "{}", "", "transport.malformed"},
		{"gzip cut short", "gzip", zip(strings.Repeat("abc", 99))[:30], "abc", "transport.malformed"},
		{"brotli", "br", "xyz", "yz", "transport.malformed"},
		{"at the limit", "", strings.Repeat("x", 1000), strings.Repeat("x", 1000), ""},
		{"over the limit", "", strings.Repeat("x", 1001), strings.Repeat("x", 1000), "transport.too-large"},
		{"gzip over the limit", "gzip", zip(strings.Repeat("x", 1e6)), strings.Repeat("x", 1000), "transport.too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if c.encoding != "" {
					w.Header().Set("Content-Encoding", c.encoding)
				}
				_, _ = io.WriteString(w, c.sent)
			}))
			defer s.Close()
			x := do(t, client(t, send.Options{MaxBody: 1000}), get(s.URL))
			require.NotNil(t, x.Response)
			assert.True(t, strings.HasPrefix(x.Response.Body, c.want), x.Response.Body)
			assert.Equal(t, c.rule, x.Attempts[len(x.Attempts)-1].Rule)
			assert.Equal(t, c.rule != "", x.Response.Truncated)
			if c.rule != "" {
				assert.Equal(t, probe.PhaseBody, x.Failure().Phase)
				return
			}
			assert.Equal(t, c.want, x.Response.Body)
			answered(t, do(t, client(t, send.Options{}), probe.Request{Method: "HEAD", URL: s.URL}))
		})
	}
}

func TestGzipBombStaysSmall(t *testing.T) {
	var member bytes.Buffer // which may be followed by others: made once, half a gigabyte takes no time to send
	z := gzip.NewWriter(&member)
	_, err := z.Write(make([]byte, 1<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		for range 512 {
			if _, err := w.Write(member.Bytes()); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	c := client(t, send.Options{MaxBody: 1 << 20})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	x := do(t, c, get(s.URL))
	runtime.ReadMemStats(&after)
	assert.Equal(t, "transport.too-large", x.Failure().Rule)
	assert.Len(t, x.Response.Body, 1<<20)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var hits atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer other.Close()
	c := client(t, send.Options{})
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{other.URL + "/x?token=abc", "http://[broken", "", "/relative"} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, "moved")
			}))
			x := do(t, c, probe.Request{Method: "POST", URL: s.URL, Body: []byte("pin"), Headers: []probe.Header{{Name: "X-Consumer-Key", Value: "k"}}})
			answer := answered(t, x)
			assert.Equal(t, status, answer.HTTPStatus)
			assert.Equal(t, "moved", answer.Body)
			assert.Equal(t, []string{strings.ReplaceAll(location, "abc", "[masked:token]")}, header(answer.Headers, "Location"))
			s.Close()
		}
	}
	assert.Zero(t, hits.Load())
}
