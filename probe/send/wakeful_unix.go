//go:build unix

package send

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

// wakeful reads from a connection, and where it carries the only request under way, looks for the answer for a moment before it sleeps: many an answer
// of this machine, or of the one beside it, comes in less time than it takes to be woken. Meanwhile all others have their turn. Where answers take longer,
// it soon hardly ever looks.
type wakeful struct {
	conn  *net.TCPConn
	raw   syscall.RawConn
	alone func() bool
	clock func() time.Time
	vain  int // looks in a row that saw nothing
	blind int // reads to come that do not look
}

const (
	// lookout is how long a read looks. It begins when the read before it has ended, so that what is done between two requests counts, too.
	lookout = 300 * time.Microsecond
	// seldom is how many reads there are for each that looks, at most.
	seldom = 64
)

// newWakeful is the connection itself where to look is of no use: beneath it is no TCP, or there is but one processor, which the server may need.
func newWakeful(conn net.Conn, alone func() bool) io.Reader {
	tcp, ok := conn.(*net.TCPConn)
	if !ok || runtime.NumCPU() < 2 {
		return conn
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return conn
	}
	return &wakeful{conn: tcp, raw: raw, alone: alone, clock: time.Now}
}

// Read does what the connection's own does, with the same errors.
func (w *wakeful) Read(b []byte) (int, error) {
	if len(b) == 0 || !w.alone() || w.passes() {
		return w.conn.Read(b)
	}
	var n int
	var failed error
	until, saw := w.clock().Add(lookout), true
	over := w.raw.Read(func(fd uintptr) bool {
		for {
			if n, failed = receive(fd, b); !errors.Is(failed, syscall.EAGAIN) {
				return true
			}
			if saw = w.clock().Before(until); !saw || !w.alone() {
				return false // which sleeps until there is something, and comes again
			}
			runtime.Gosched()
		}
	})
	w.learn(saw)
	switch {
	case over != nil: // closed, or beyond its deadline
		return 0, w.asRead(errors.Unwrap(over))
	case failed != nil:
		return 0, w.asRead(os.NewSyscallError("read", failed))
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// receive reads what is there: EAGAIN where that is nothing.
func receive(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), b) //nolint:gosec // it was an int
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// passes says that this read does not look.
func (w *wakeful) passes() bool {
	w.blind--
	return w.blind >= 0
}

// learn has the reads look the less often the more of them in a row saw nothing.
func (w *wakeful) learn(saw bool) {
	w.blind = 0
	if saw {
		w.vain = 0
		return
	}
	w.vain++
	w.blind = min(1<<min(w.vain, 10), seldom) - 1 // 1, 3, 7, and so on
}

func (w *wakeful) asRead(err error) error {
	return &net.OpError{Op: "read", Net: "tcp", Source: w.conn.LocalAddr(), Addr: w.conn.RemoteAddr(), Err: err}
}
