package send_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// succeeded says of the last attempt of an exchange that it has the answer and the times of it, and nothing to complain about.
func succeeded(t *testing.T, a probe.Attempt, x *probe.Exchange) {
	t.Helper()
	require.NotNil(t, x.Response)
	assert.Equal(t, probe.Attempt{HTTPStatus: x.Response.HTTPStatus, Timing: x.Timing}, a)
	assert.Positive(t, a.Timing.Total)
}

// What broke after bytes were sent is tried again only where acting twice does no harm, and each attempt keeps its own times.
func TestWhatBrokeIsTriedAgainWhereThatIsSafe(t *testing.T) {
	for method, attempts := range map[string]int{"GET": 2, "HEAD": 2, "OPTIONS": 2, "POST": 1, "PUT": 1, "PATCH": 1, "DELETE": 1} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if n.Add(1) > 1 {
					return
				}
				conn, _, err := http.NewResponseController(w).Hijack()
				if assert.NoError(t, err) {
					_ = conn.(*net.TCPConn).SetLinger(0)
					_ = conn.Close()
				}
			}))
			defer s.Close()
			x := do(t, client(t, send.Options{}), probe.Request{Method: method, URL: s.URL})
			require.Len(t, x.Attempts, attempts)
			assert.Equal(t, int64(attempts), n.Load())
			assert.Equal(t, "transport.reset", x.Attempts[0].Rule)
			assert.Positive(t, x.Attempts[0].Timing.Total)
			assert.Zero(t, x.Attempts[0].HTTPStatus)
			if attempts == 2 {
				succeeded(t, x.Attempts[1], x)
			}
		})
	}
}

// A verdict is never tried again: an answer is an answer, however bad.
func TestAnAnswerIsNeverTriedAgain(t *testing.T) {
	for _, status := range []int{400, 404, 500, 502, 504} {
		var n atomic.Int64
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			n.Add(1)
			w.WriteHeader(status)
		}))
		x := do(t, client(t, send.Options{Retries: 3}), get(s.URL))
		s.Close()
		assert.Equal(t, status, answered(t, x).HTTPStatus)
		assert.Equal(t, int64(1), n.Load(), status)
	}
}
