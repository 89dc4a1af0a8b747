//go:build unix

package send

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tcpPair is a connection of ours, and its other end.
func tcpPair(t *testing.T) (ours, theirs *net.TCPConn) {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	theirs, err = l.AcceptTCP()
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(); theirs.Close() })
	return conn.(*net.TCPConn), theirs
}

// wakefulOf looks for as long as alone says so, whatever the time.
func wakefulOf(t *testing.T, conn *net.TCPConn, alone func() bool) *wakeful {
	t.Helper()
	raw, err := conn.SyscallConn()
	require.NoError(t, err)
	return &wakeful{conn: conn, raw: raw, alone: alone, clock: func() time.Time { return time.Time{} }}
}

func always() bool { return true }

func TestAnAnswerIsSeenWhileLooking(t *testing.T) {
	ours, theirs := tcpPair(t)
	looked := 0
	w := wakefulOf(t, ours, func() bool {
		if looked++; looked == 5 {
			_, err := theirs.Write([]byte("seen"))
			assert.NoError(t, err)
		}
		return true
	})
	w.vain = 3
	b := make([]byte, 10)
	n, err := w.Read(b)
	require.NoError(t, err)
	assert.Equal(t, "seen", string(b[:n]))
	assert.GreaterOrEqual(t, looked, 5)
	assert.Zero(t, w.vain)
	assert.Zero(t, w.blind)
}

func TestWhoSeesNothingSleepsUntilThereIsSomething(t *testing.T) {
	ours, theirs := tcpPair(t)
	w := wakefulOf(t, ours, always)
	asked := 0
	w.clock = func() time.Time {
		if asked++; asked == 3 {
			go func() { _, _ = theirs.Write([]byte("x")) }()
		}
		return time.Time{}.Add(time.Duration(asked/3) * lookout)
	}
	n, err := w.Read(make([]byte, 1))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, 3, asked, "after its time it does not look again")
	assert.Equal(t, 1, w.vain)
}

func TestWhoLooksInVainLooksLessOften(t *testing.T) {
	var w wakeful
	for _, want := range []int{0, 1, 3, 7, 15, 31, 63, 63} {
		passed := 0
		for w.passes() {
			passed++
		}
		assert.Equal(t, want, passed)
		w.learn(false)
	}
	w.learn(true)
	assert.False(t, w.passes())
}

func TestWhoIsNotAloneDoesNotLook(t *testing.T) {
	ours, theirs := tcpPair(t)
	w := wakefulOf(t, ours, func() bool { return false })
	w.clock = nil // is not asked
	_, err := theirs.Write([]byte("x"))
	require.NoError(t, err)
	n, err := w.Read(make([]byte, 1))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}

func TestWhoIsJoinedStopsLooking(t *testing.T) {
	ours, theirs := tcpPair(t)
	looked := 0
	w := wakefulOf(t, ours, func() bool {
		looked++
		if looked == 3 {
			go func() { _, _ = theirs.Write([]byte("x")) }()
		}
		return looked < 3
	})
	n, err := w.Read(make([]byte, 1))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, 3, looked)
	assert.Zero(t, w.vain, "others are no sign that answers take long")
}

// The errors are those of the connection, which tell who is to blame.
func TestWakefulReadsFailAsOthersDo(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(ours, theirs *net.TCPConn)
		want error
	}{
		"closed by the other end": {func(_, theirs *net.TCPConn) { theirs.Close() }, io.EOF},
		"reset":                   {func(_, theirs *net.TCPConn) { _ = theirs.SetLinger(0); theirs.Close() }, syscall.ECONNRESET},
		"closed by us":            {func(ours, _ *net.TCPConn) { ours.Close() }, net.ErrClosed},
		"too late":                {func(ours, _ *net.TCPConn) { _ = ours.SetReadDeadline(time.Unix(1, 0)) }, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			for _, moment := range []string{"before", "while it looks", "while it sleeps"} {
				ours, theirs := tcpPair(t)
				looked, looks := 0, 3
				var ended sync.WaitGroup
				w := wakefulOf(t, ours, func() bool {
					if looked++; looked == 2 && moment == "while it looks" {
						ended.Go(func() { c.end(ours, theirs) }) // whoever closes a connection waits for who reads from it
					}
					return looked < looks || moment == "while it looks" && looked < 1000
				})
				switch moment {
				case "before":
					c.end(ours, theirs)
				case "while it sleeps":
					ended.Go(func() { time.Sleep(5 * time.Millisecond); c.end(ours, theirs) })
				}
				n, err := w.Read(make([]byte, 10))
				ended.Wait()
				assert.Zero(t, n, moment)
				require.ErrorIs(t, err, c.want, moment)
				_, plain := wakefulOf(t, ours, nil).conn.Read(make([]byte, 10))
				if errors.Is(c.want, io.EOF) {
					assert.Equal(t, plain, err, moment)
					continue
				}
				var op *net.OpError
				require.ErrorAs(t, err, &op, moment)
				assert.Equal(t, "read", op.Op)
				if !errors.Is(c.want, syscall.ECONNRESET) { // which is told once
					assert.Equal(t, plain.Error(), err.Error(), moment)
				}
			}
		})
	}
}

func TestNothingElseThanTCPIsLookedAt(t *testing.T) {
	one, other := net.Pipe()
	defer one.Close()
	defer other.Close()
	assert.Equal(t, one, newWakeful(one, always))
}
