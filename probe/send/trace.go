package send

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http/httptrace"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Why a context of ours ended.
var (
	errTimeout        = errors.New("the whole exchange took too long")
	errConnectTimeout = errors.New("connecting took too long")
	errSentBefore     = errors.New("the request was to be sent a second time")
)

type recorderKey struct{}

// recorder follows one attempt through its phases. The transport calls it from several goroutines, and may go on doing so after the
// attempt is over. It is the context of the attempt, too, by which all who take part find it.
type recorder struct {
	context.Context
	request        *prepared
	connectTimeout time.Duration
	deadline       time.Time
	cancel         context.CancelCauseFunc
	timeout        *time.Timer // ends the whole exchange
	hooks          httptrace.ClientTrace
	proxied        atomic.Bool // a proxy is asked to pass the request on

	mu         sync.Mutex
	facts      facts
	conn       net.Conn     // that the request goes over, with its TLS
	opened     *countedConn // beneath it
	before     int64        // bytes written to it before the request
	over       bool         // nothing more is to be sent
	finished   bool
	connecting *time.Timer // ends the attempt to connect; nil where none was made
}

// facts are what is known of an attempt.
type facts struct {
	phase                probe.Phase
	start, first, end    time.Time
	dns, connect, tls    stretch
	wrote                time.Time
	got                  bool // a connection
	reused               bool
	http2                bool // known of a request that was to be sent a second time
	remote               string
	certAsked, certGiven bool
	proxy                string   // host:port of the proxy that was asked; "" for none
	addresses            []string // that the name stands for; none where it was not looked up
	tried                []try
	own                  string // our own address on the latest connection
	heard                string // how the answer begins on the wire
}

// try is one address that was connected to.
type try struct {
	address string // with its port
	err     error
}

// refusedOnce says that one of the addresses was there, and refused: what the others lack is no news then.
func (f *facts) refusedOnce() bool {
	return slices.ContainsFunc(f.tried, func(t try) bool { return errors.Is(t.err, syscall.ECONNREFUSED) })
}

// connected is the address to which a connection came about last; "" where none did.
func (f *facts) connected() string {
	for _, t := range slices.Backward(f.tried) {
		if t.err == nil {
			return t.address
		}
	}
	return ""
}

// stretch is from the first start to the last end.
type stretch struct{ from, to time.Time }

func (s *stretch) begin() {
	if s.from.IsZero() {
		s.from = time.Now()
	}
}

func (s stretch) milliseconds() float64 { return between(s.from, s.to) }

// between is in milliseconds, rounded to microseconds; 0 where either is missing or the order is the other way round.
func between(from, to time.Time) float64 {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return math.Round(float64(to.Sub(from))/float64(time.Microsecond)) / 1000
}

// newRecorder begins an attempt that takes as long as the limit at most. Who begins one finishes it.
func newRecorder(ctx context.Context, p *prepared, limit, connectTimeout time.Duration) *recorder {
	r := &recorder{request: p, connectTimeout: connectTimeout}
	r.Context, r.cancel = context.WithCancelCause(ctx)
	r.facts.start, r.facts.phase = time.Now(), probe.PhaseConnect
	r.deadline = r.facts.start.Add(limit)
	r.timeout = time.AfterFunc(limit, func() { r.cancel(errTimeout) })
	r.hooks = httptrace.ClientTrace{
		GetConn: r.getConn, GotConn: r.gotConn, WroteRequest: r.wroteRequest, GotFirstResponseByte: r.gotFirstByte,
		TLSHandshakeStart: r.shakingHands, TLSHandshakeDone: r.shookHands,
	}
	return r
}

// Deadline is when the attempt ends at the latest.
func (r *recorder) Deadline() (time.Time, bool) {
	if outer, ok := r.Context.Deadline(); ok && outer.Before(r.deadline) {
		return outer, true
	}
	return r.deadline, true
}

// Value has those find the recorder who are given its context.
func (r *recorder) Value(key any) any {
	if key == (recorderKey{}) {
		return r
	}
	return r.Context.Value(key)
}

// while changes the facts as long as there is no connection; what happens to a connection that is not used is nobody's concern.
func (r *recorder) while(change func(f *facts)) {
	r.note(func(f *facts) {
		if !f.got {
			change(f)
		}
	})
}

// note changes the facts of an attempt that is under way.
func (r *recorder) note(change func(f *facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.finished {
		change(&r.facts)
	}
}

// dial is the context of a connection that is being made for the attempt, within its time. Most attempts find one that is there.
func (r *recorder) dial(ctx context.Context) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.facts.got && !r.finished {
		r.stopConnecting()
		r.connecting = time.AfterFunc(r.connectTimeout, func() { r.cancel(errConnectTimeout) })
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) {
			r.while(func(f *facts) { f.phase = probe.PhaseDNS; f.dns.begin() })
		},
		DNSDone: func(info httptrace.DNSDoneInfo) {
			r.while(func(f *facts) { f.dns.to, f.addresses = time.Now(), texts(info.Addrs) })
		},
		ConnectStart: func(string, string) {
			r.while(func(f *facts) { f.phase = probe.PhaseConnect; f.connect.begin() })
		},
		ConnectDone: func(_, address string, err error) {
			r.while(func(f *facts) { f.connect.to, f.tried = time.Now(), append(f.tried, try{address, err}) })
		},
	})
}

// stopConnecting ends the time limit on connecting; its caller holds the lock.
func (r *recorder) stopConnecting() {
	if r.connecting != nil {
		r.connecting.Stop()
	}
}

func (r *recorder) shakingHands() {
	r.while(func(f *facts) { f.phase = probe.PhaseTLS; f.tls.begin() })
}

func (r *recorder) shookHands(tls.ConnectionState, error) {
	r.while(func(f *facts) { f.tls.to = time.Now() })
}

func (r *recorder) wroteRequest(info httptrace.WroteRequestInfo) {
	if info.Err != nil {
		return // the body is still under way
	}
	r.note(func(f *facts) { f.phase, f.wrote = probe.PhaseFirstByte, time.Now() })
}

func (r *recorder) gotFirstByte() {
	r.note(func(f *facts) { f.phase, f.first = probe.PhaseFirstByte, time.Now() })
}

func texts(all []net.IPAddr) []string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = a.String()
	}
	return out
}

// getConn is when a connection is looked for. That net/http does so a second time means that it sends again: over HTTP/2 any request, and
// many times, where a server says that it did not act upon it. That is for Send to decide, which knows what may be done twice, keeps the
// pace, and counts.
func (r *recorder) getConn(string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.facts.got && r.sentLocked() {
		r.over, r.facts.http2 = true, speaksHTTP2(r.conn)
		r.cancel(errSentBefore)
		return
	}
	r.facts.got, r.facts.phase = false, probe.PhaseConnect
	r.stopConnecting()
}

func (r *recorder) gotConn(info httptrace.GotConnInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopConnecting()
	if r.over {
		keepFromWriting(info.Conn)
		return
	}
	r.conn = info.Conn
	f := &r.facts
	f.got, f.reused, f.phase = true, info.Reused, probe.PhaseWrite
	if info.Reused {
		f.dns, f.connect, f.tls = stretch{}, stretch{}, stretch{}
	}
	if r.opened = counted(info.Conn); r.opened == nil {
		f.remote, f.own = info.Conn.RemoteAddr().String(), withoutPort(info.Conn.LocalAddr())
		return
	}
	f.remote, f.own, r.before = r.opened.remote, r.opened.own, r.opened.written.Load()
	if info.Reused {
		r.opened.forget()
	}
}

// keepFromWriting closes a connection over which net/http would send again although the request has ended: it looks for the end and for an idle
// connection at once, and takes either. HTTP/2 looks for the end alone before it writes, and others use its connection.
func keepFromWriting(conn net.Conn) {
	if speaksHTTP2(conn) {
		return
	}
	if c := counted(conn); c != nil {
		conn = c
	}
	_ = conn.Close()
}

func speaksHTTP2(conn net.Conn) bool {
	c, overTLS := conn.(*tls.Conn)
	return overTLS && c.ConnectionState().NegotiatedProtocol == "h2"
}

// connection is what the request went over; nil where that is not known.
func (r *recorder) connection() *countedConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opened
}

func (r *recorder) certificateAsked(given bool) {
	r.while(func(f *facts) { f.certAsked, f.certGiven = true, given })
}

// sent says that some of the request may have left this machine.
func (r *recorder) sent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sentLocked()
}

func (r *recorder) sentLocked() bool {
	return r.over || !r.facts.first.IsZero() || r.facts.got && (r.opened == nil || r.opened.written.Load() > r.before)
}

func withoutPort(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return ""
	}
	return host
}

// finish ends the attempt and returns what is known of it, and more of one that failed. Nothing changes that any more.
func (r *recorder) finish(failed bool) *facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.finished = true
	r.timeout.Stop()
	r.stopConnecting()
	r.cancel(nil)
	r.facts.end = time.Now()
	if failed && r.opened != nil {
		r.facts.heard = r.opened.begins()
	}
	return &r.facts
}

func (f *facts) timing() probe.Timing {
	return probe.Timing{
		DNS: f.dns.milliseconds(), Connect: f.connect.milliseconds(), TLS: f.tls.milliseconds(),
		FirstByte: between(f.wrote, f.first), Total: between(f.start, f.end),
	}
}
