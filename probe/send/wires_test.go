package send_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/send"
)

// inABubble has do see the time of synctest, which passes only when everybody waits: what it sees depends neither on the machine nor on what else runs.
func inABubble(t *testing.T, do func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		do(t)
		time.Sleep(time.Minute) // what was given up, such as the search for an address, ends by itself meanwhile
	})
}

// wires are a network within this process, as a bubble needs it.
type wires struct {
	mu        sync.Mutex
	listeners map[string]*listener // by host:port
}

// listener is a place of the network at which connections come about.
type listener struct {
	at     string
	came   chan net.Conn
	closed chan struct{}
	close  func()
}

// listen has a place of the network take connections until the test ends.
func (w *wires) listen(t *testing.T, at string) *listener {
	t.Helper()
	l := &listener{at: at, came: make(chan net.Conn), closed: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.closed) })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listeners == nil {
		w.listeners = map[string]*listener{}
	}
	w.listeners[at] = l
	t.Cleanup(l.close)
	return l
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.came:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error { l.close(); return nil }

func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: l.at, Net: "wires"} }

func (w *wires) connect(ctx context.Context, _, addr string) (net.Conn, error) {
	w.mu.Lock()
	l := w.listeners[addr]
	w.mu.Unlock()
	if l == nil {
		return nil, syscall.ECONNREFUSED
	}
	near, far := net.Pipe()
	select {
	case l.came <- far:
		return near, nil
	case <-l.closed:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// client is one whose connections are those of the network.
func (w *wires) client(t *testing.T, o send.Options) *send.Client {
	t.Helper()
	c := client(t, o)
	send.ConnectBy(c, w.connect)
	return c
}

// raw has a place of the network handled as rawServer does a port.
func (w *wires) raw(t *testing.T, handle func(n int, conn net.Conn, r *bufio.Reader)) (url string) {
	t.Helper()
	l := w.listen(t, place)
	go acceptAll(l, handle)
	return "http://" + l.at
}

// serve has a place of the network answer in HTTP.
func (w *wires) serve(t *testing.T, at string, handler http.HandlerFunc) {
	t.Helper()
	s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour}
	l := w.listen(t, at)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
}

// packets is a connection that carries whole packets, as UDP does.
type packets struct{ net.Conn }

func (p packets) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.Read(b)
	return n, p.RemoteAddr(), err
}

func (p packets) WriteTo(b []byte, _ net.Addr) (int, error) { return p.Write(b) }

func (p packets) RemoteAddr() net.Addr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 53} }

// answeringNames has names resolved by what answers a query; nil answers nothing. It is reached within this process.
func answeringNames(answer func(query []byte) []byte) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			buf := make([]byte, 1500)
			for {
				n, err := far.Read(buf)
				if err != nil {
					return
				}
				if a := answer(buf[:n]); a != nil {
					_, _ = far.Write(a)
				}
			}
		}()
		return packets{near}, nil
	}}
}
