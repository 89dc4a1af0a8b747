package send

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/sheetprobe/sheetprobe/probe"
)

// dialer connects to the addresses that Options.Resolve gives, and else to what DNS does.
type dialer struct {
	resolve map[string]string
	direct  connector // to a proxy
	guarded connector // to what a sheet names
	convoy  *convoy
}

// connector makes connections.
type connector func(ctx context.Context, network, addr string) (net.Conn, error)

func newDialer(o Options, all *convoy) (*dialer, error) {
	resolve, err := resolutions(o.Resolve)
	if err != nil {
		return nil, err
	}
	check := func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil {
			host, _ := ctx.Value(dialledKey{}).(string)
			err = o.Guard.checkDialled(host, to.Addr())
		}
		if err == nil && o.Control != nil {
			err = o.Control(ctx, to)
		}
		return err
	}
	return &dialer{
		resolve: resolve,
		direct:  (&net.Dialer{Timeout: o.ConnectTimeout, Resolver: o.Resolver}).DialContext,
		guarded: (&net.Dialer{Timeout: o.ConnectTimeout, Resolver: o.Resolver, ControlContext: check}).DialContext,
		convoy:  all,
	}, nil
}

// dialledKey is for the host that an address was found for.
type dialledKey struct{}

// hostOf is the host of HOST:PORT as patterns are compared with it; "" where it is none.
func hostOf(addr string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return ""
	}
	ascii, err := hostASCII(host)
	if err != nil {
		return ""
	}
	return ascii
}

func resolutions(given map[string]string) (map[string]string, error) {
	resolve := make(map[string]string, len(given))
	for host, addr := range given {
		ip, _, err := net.SplitHostPort(addr)
		if err != nil {
			ip = strings.Trim(addr, "[]")
			addr = ip
		}
		if net.ParseIP(ip) == nil {
			return nil, fmt.Errorf("%q cannot stand for %q: it is no IP address", addr, host)
		}
		resolve[strings.ToLower(host)] = addr
	}
	return resolve, nil
}

func (d *dialer) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	dial := d.guarded
	rec, recorded := ctx.Value(recorderKey{}).(*recorder)
	if recorded {
		ctx = rec.dial(ctx)
	}
	if recorded && rec.proxied.Load() {
		dial = d.direct
	} else {
		ctx = context.WithValue(ctx, dialledKey{}, hostOf(addr))
		addr = d.resolved(addr)
	}
	conn, err := dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	counting := &countedConn{Conn: conn, awake: newWakeful(conn, d.convoy.alone), remote: conn.RemoteAddr().String(), own: withoutPort(conn.LocalAddr())}
	if recorded {
		rec.while(func(f *facts) { f.own = counting.own })
	}
	return counting, nil
}

func (d *dialer) resolved(addr string) string {
	host, port, err := net.SplitHostPort(strings.ToLower(addr))
	if err != nil {
		return addr
	}
	host = strings.TrimSuffix(host, ".")
	to, ok := d.resolve[net.JoinHostPort(host, port)]
	if !ok {
		to, ok = d.resolve[host]
	}
	if !ok {
		return addr
	}
	if _, _, err := net.SplitHostPort(to); err == nil {
		return to
	}
	return net.JoinHostPort(to, port)
}

// countedConn counts what was written, so that we know whether a request can have reached anybody, and keeps how an answer begins.
type countedConn struct {
	net.Conn
	awake       io.Reader // of it
	remote, own string    // the addresses of both ends, ours without its port
	written     atomic.Int64

	mu    sync.Mutex
	heard [maxHeard]byte
	n     int                  // of heard
	shook *tls.ConnectionState // what tls was recorded from
	tls   *probe.TLS
}

// maxHeard is how much of the beginning of an answer is kept, in bytes: a line that tells what speaks there.
const maxHeard = 256

func (c *countedConn) Write(b []byte) (int, error) {
	c.written.Add(int64(len(b))) // before it is written: the answer may be here before we know that it was
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n - len(b)))
	return n, err
}

func (c *countedConn) Read(b []byte) (int, error) {
	n, err := c.awake.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += copy(c.heard[c.n:], b[:n])
	return n, err
}

// forget makes room for the beginning of another answer.
func (c *countedConn) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = 0
}

func (c *countedConn) begins() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.heard[:c.n])
}

// recordTLS records what the handshake told once for all that goes over the connection.
func (c *countedConn) recordTLS(state *tls.ConnectionState) *probe.TLS {
	if c == nil || state == nil {
		return recordTLS(state)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shook != state {
		c.shook, c.tls = state, recordTLS(state)
	}
	facts := *c.tls
	return &facts
}

// counted finds the counting connection beneath any layers of TLS.
func counted(conn net.Conn) *countedConn {
	for {
		switch c := conn.(type) {
		case *countedConn:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}
