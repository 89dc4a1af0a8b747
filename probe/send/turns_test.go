package send_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// elsewhere is what other processes agree upon, and what they were asked.
type elsewhere struct {
	mu    sync.Mutex
	asked []string
	rate  float64
	quiet map[string]time.Duration
	fails error
}

func (e *elsewhere) Turn(_ context.Context, host string, perSecond float64, _ time.Duration) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked, e.rate = append(e.asked, host), perSecond
	return e.fails
}

func (e *elsewhere) LeaveAlone(host string, d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.quiet[host] = d
}

func TestRequestsWaitForThoseOfOtherProcesses(t *testing.T) {
	inABubble(t, requestsWaitForOthers)
}

func requestsWaitForOthers(t *testing.T) {
	var w wires
	url, seen := w.busy(t, place, retryAfter("1"), http.StatusTooManyRequests)
	turns := &elsewhere{quiet: map[string]time.Duration{}}
	c, err := send.New(send.Options{Turns: turns, Rate: 7})
	require.NoError(t, err)
	defer c.Close()
	send.ConnectBy(c, w.connect)
	_, err = c.Send(t.Context(), probe.Request{Method: http.MethodGet, URL: url})
	require.NoError(t, err)
	assert.Equal(t, []string{"127.0.0.1", "127.0.0.1"}, turns.asked, "each attempt takes its turn")
	assert.InDelta(t, 7, turns.rate, 0)
	assert.Equal(t, map[string]time.Duration{"127.0.0.1": time.Second}, turns.quiet, "what one was told is told to all")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	turns.fails = ctx.Err()
	_, err = c.Send(ctx, probe.Request{Method: http.MethodPost, URL: url})
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, seen(), 2, "and nothing is sent any more")
}
