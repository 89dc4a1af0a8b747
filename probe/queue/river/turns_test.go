//go:build unix

package river_test

import (
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/queue/river"
)

// wire is a way to the database that can be cut.
type wire struct {
	url, to string
	mu      sync.Mutex
	severed bool
	open    []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	u, err := url.Parse(to)
	require.NoError(t, err)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{to: u.Host}
	u.Host = listener.Addr().String()
	w.url = u.String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.carry(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); w.cut(); all.Wait() })
	return w
}

func (w *wire) carry(from net.Conn) {
	to, err := new(net.Dialer).Dial("tcp", w.to)
	if err != nil {
		_ = from.Close()
		return
	}
	w.mu.Lock()
	w.open = append(w.open, from, to)
	severed := w.severed
	w.mu.Unlock()
	if severed {
		w.cut()
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(to, from); _ = to.Close() })
	both.Go(func() { _, _ = io.Copy(from, to); _ = from.Close() })
	both.Wait()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.severed = true
	for _, conn := range w.open {
		_ = conn.Close()
	}
	w.open = nil
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.severed = false
}

// sent has each process send for a while with two at a time, and returns when requests went out.
func sent(t *testing.T, perSecond float64, d time.Duration, processes ...*river.Queue) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var all []time.Time
	var under sync.WaitGroup
	end := time.Now().Add(d)
	for _, q := range processes {
		for range 2 {
			under.Go(func() {
				for time.Now().Before(end) {
					if !assert.NoError(t, q.Turn(t.Context(), "staging.example", perSecond, time.Minute)) {
						return
					}
					mu.Lock()
					all = append(all, time.Now())
					mu.Unlock()
				}
			})
		}
	}
	under.Wait()
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// most is the largest number of times within any stretch.
func most(times []time.Time, within time.Duration) int {
	n := 0
	for i, from := range times {
		k := 0
		for _, at := range times[i:] {
			if at.Sub(from) < within {
				k++
			}
		}
		n = max(n, k)
	}
	return n
}

func sharedRate(t *testing.T, url string) {
	a, b, c := member(t, url, "a"), member(t, url, "b"), member(t, url, "c")
	for _, rate := range []float64{10, 200} {
		times := sent(t, rate, 3*time.Second, a, b, c)
		assert.LessOrEqual(t, float64(most(times, time.Second)), rate*1.25+5, "at %v", rate)
		assert.Greater(t, float64(len(times)), rate, "and it is made use of: a third at least of what could be")
	}
}

func leftAlone(t *testing.T, url string) {
	a, b := member(t, url, "a"), member(t, url, "b")
	for _, rate := range []float64{0, 50} {
		_ = sent(t, rate, 300*time.Millisecond, a, b)
		began := time.Now()
		a.LeaveAlone("staging.example", 1500*time.Millisecond)
		time.Sleep(300 * time.Millisecond) // what b has taken already may go out
		require.NoError(t, b.Turn(t.Context(), "staging.example", rate, time.Minute))
		assert.GreaterOrEqual(t, time.Since(began), 1400*time.Millisecond, "at %v", rate)
		require.NoError(t, b.Turn(t.Context(), "other.example", rate, time.Minute))
		assert.Less(t, time.Since(began), 5*time.Second)
	}
	a.LeaveAlone("staging.example", time.Hour)
	began := time.Now()
	require.NoError(t, a.Turn(t.Context(), "staging.example", 0, 100*time.Millisecond))
	assert.Less(t, time.Since(began), 5*time.Second, "no request waits longer than it may")
}

func shareOfRate(t *testing.T, url string) {
	wire := newWire(t, url)
	a := member(t, wire.url, "a")
	require.NotEmpty(t, sent(t, 20, 300*time.Millisecond, a))
	wire.cut()
	times := sent(t, 20, 4*time.Second, a)
	assert.LessOrEqual(t, most(times, time.Second), 25)
	assert.Greater(t, len(times), 20)
}
