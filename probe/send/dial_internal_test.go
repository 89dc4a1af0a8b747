package send

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lateConn tells that a write has succeeded only when it is told to, long after the other side has read it.
type lateConn struct {
	net.Conn
	written, release chan struct{}
}

func (l *lateConn) Write(b []byte) (int, error) {
	close(l.written)
	<-l.release
	return len(b), nil
}

// An answer can be here before the goroutine that wrote the request goes on; a request may then not pass for one that was never sent.
func TestWhatIsBeingWrittenCountsAsSent(t *testing.T) {
	l := &lateConn{written: make(chan struct{}), release: make(chan struct{})}
	c := &countedConn{Conn: l, awake: l}
	r := newRecorder(context.Background(), &prepared{}, time.Minute, connectTimeoutOfTest)
	defer r.finish(false)
	r.facts.got, r.opened = true, c
	require.False(t, r.sent())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = c.Write([]byte("POST"))
	}()
	<-l.written
	assert.True(t, r.sent())
	close(l.release)
	<-done
	assert.True(t, r.sent())
}

const connectTimeoutOfTest = 1 << 40
