// Package send performs one case and records what was exchanged, secrets already removed.
//
// It sends exactly what it is given: no header is invented beyond Accept, Accept-Encoding, User-Agent and the run's own, no redirect is
// followed, no cookie is kept, no body is dropped because of its method. What came is recorded even where it is broken: a failure is an
// [probe.Attempt] with its phase and the transport.* rule that names it, and whatever part of the answer was read stays as evidence.
//
// It does not judge answers, and it does not decide what may be sent where: that is for the caller to ask a [Guard].
//
// HTTP is that of RFC 9110 and 9112; a request is sent again only as RFC 9110, section 9.2.2 allows.
package send

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
	"golang.org/x/net/http/httpproxy"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Options say how to send. The zero value is usable.
type Options struct {
	ConnectTimeout     time.Duration              // DNS, TCP and TLS together; default 10 s
	Timeout            time.Duration              // one whole exchange, further attempts included; default 30 s
	MaxBody            int64                      // bytes of an answer's body that are read, after decompression; default 4 MiB
	Rate               float64                    // requests per second and host; 0 is unlimited
	Turns              Turns                      // has requests wait for those of other processes, so that all together keep the rate; nil where there are none
	ConcurrencyPerHost int                        // requests that are under way to one host at a time; 0 is unlimited
	Proxy              string                     // URL; "" takes the environment's
	CACert             string                     // path of a PEM file trusted besides the system's authorities
	Cert, Key          string                     // paths of PEM files: a client certificate
	Insecure           bool                       // certificates are not verified
	Resolve            map[string]string          // host or host:port to address, instead of DNS; of no host that a proxy is asked for
	Guard              Guard                      // looks at every address that is connected to, whatever name stands for it; the caller has asked it about the URL
	Egress             string                     // our address as others see it, which diagnoses tell; "" where nobody said
	UserAgent          string                     // default "sheetprobe"; the id of the run is added
	RunID              string                     // sent as X-Sheetprobe-Run
	Redactor           *probe.Redactor            // nil masks credential headers only
	Retries            int                        // further attempts after a failure that sent nothing, or of a safe method; 0 means 1, negative none
	Again              func(context.Context) bool // asked before a further attempt, which it can refuse; nil refuses none

	Resolver *net.Resolver // finds the addresses of names; nil is the system's
	// Control is asked, after the guard, before each connection to an address that a sheet led to, and can refuse or delay it; nil does neither.
	Control func(ctx context.Context, to netip.AddrPort) error
	// Trace follows every attempt; nil follows none.
	Trace Trace
	Now   func() time.Time // by which certificates are judged, and which diagnoses tell; time.Now where nil
}

// Turns is what processes that probe the same hosts agree upon. It is safe for concurrent use.
type Turns interface {
	// Turn returns when the next request to a host may go out, so that all together keep to a rate per second, 0 being unlimited; a host that one of them
	// was to leave alone is left alone by all, but no request waits for that longer than longest. It fails with the error of ctx alone.
	Turn(ctx context.Context, host string, perSecond float64, longest time.Duration) error
	// LeaveAlone has all of them leave a host alone for a while.
	LeaveAlone(host string, d time.Duration)
}

func (o Options) withDefaults() Options {
	if o.ConnectTimeout <= 0 {
		o.ConnectTimeout = 10 * time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 4 << 20
	}
	if o.UserAgent == "" {
		o.UserAgent = "sheetprobe"
	}
	if o.Redactor == nil {
		o.Redactor = &probe.Redactor{}
	}
	if o.Retries == 0 {
		o.Retries = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// agent says who asks, and in which run.
func (o Options) agent() string {
	if o.RunID == "" {
		return o.UserAgent
	}
	return fmt.Sprintf("%s (run %s)", o.UserAgent, o.RunID)
}

// knowProxy makes the password of the proxy a secret: proxies echo what they refuse.
func (o Options) knowProxy() {
	fromEnvironment := httpproxy.FromEnvironment()
	for _, proxy := range []string{o.Proxy, fromEnvironment.HTTPProxy, fromEnvironment.HTTPSProxy} {
		if u, err := url.Parse(proxy); err == nil && u.User != nil {
			password, _ := u.User.Password()
			o.Redactor.Add("proxy-password", password)
		}
	}
}

// retryPause is how long to wait before another attempt: long enough for a listener to come back.
const retryPause = 200 * time.Millisecond

// ErrUnsendable is wrapped by errors of [Client.Send] about a request that HTTP cannot carry: an unresolved placeholder in the URL, a
// header with a line break, a method that is no word. Nothing was sent, and nobody's network is to blame: the case is blocked.
var ErrUnsendable = errors.New("the request cannot be sent")

// ErrNotAllowed is wrapped by errors of [Client.Send] about a host whose address the guard refuses. Nothing was sent: the case is blocked.
var ErrNotAllowed = errors.New("the address is not allowed")

// ErrUnderWay is wrapped, beside the error of the context, by errors of [Client.Send] about a request that had left this machine when ctx
// ended: the server may have acted upon it.
var ErrUnderWay = errors.New("the request was under way")

// Client sends requests. It is safe for concurrent use; close it after use.
type Client struct {
	options   Options
	resty     *resty.Client
	requests  sync.Pool // of *resty.Request, which hold nothing of their own, see asPrepared
	memory    *memory
	transport *http.Transport
	dialer    *dialer
	pace      *pace
	convoy    *convoy
}

// New makes a client. Errors are about unusable options: a file that cannot be read, a URL that cannot be parsed.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	o.knowProxy()
	all := &convoy{}
	dial, err := newDialer(o, all)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(o, dial)
	if err != nil {
		return nil, err
	}
	c := resty.New()
	c.SetCookieJar(nil) // cookies of one case must not reach another
	c.SetLogger(silent{})
	c.SetPreRequestHook(withoutHeaders)
	c.SetTransport(&asPrepared{transport})
	c.SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }))
	c.SetDoNotParseResponse(true) // else a body that is too large, short or broken is lost
	return &Client{options: o, resty: c, memory: newMemory(), transport: transport, dialer: dial, pace: newPace(o), convoy: all}, nil
}

// WithoutCertificate is a client like this one that shows no client certificate, on connections of its own. Both together keep the rate.
func (c *Client) WithoutCertificate() (*Client, error) {
	o := c.options
	o.Cert, o.Key = "", ""
	bare, err := New(o)
	if err == nil {
		bare.pace, bare.convoy, bare.dialer.convoy = c.pace, c.convoy, c.convoy
	}
	return bare, err
}

// Close closes idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Send performs the request. It returns an error only when ctx ended (one that wraps ctx.Err(), also where part of an answer had come, and
// [ErrUnderWay] where that is so), or one that wraps [ErrUnsendable] or [ErrNotAllowed]; everything else is recorded in the exchange, every attempt of it.
//
// A failure before anything was sent is tried again for any method; after that, only GET, HEAD and OPTIONS are, and only where the
// connection broke.
//
// An answer with status 429 or 503 that asks to wait makes the requests to its host wait, those of other cases too, but none for longer than
// Timeout; of these a GET, HEAD or OPTIONS is sent once more after the wait, where that ends within Timeout, which its attempt shows.
func (c *Client) Send(ctx context.Context, q probe.Request) (*probe.Exchange, error) {
	return c.SendInspected(ctx, q, nil)
}

// Inspect looks at an answer before it is recorded, with its secrets still in it. What it finds out to be secret it tells the redactor, and
// the record is masked accordingly.
type Inspect func(status int, headers http.Header, body []byte)

// SendInspected is Send, and shows the answer, where one came in full, to inspect; nil looks at nothing. A request that is to be answered
// with one of the statuses is not sent again because of them.
func (c *Client) SendInspected(ctx context.Context, q probe.Request, inspect Inspect, statuses ...int) (*probe.Exchange, error) {
	p, err := c.prepare(q)
	if err != nil {
		return nil, &unsendable{c.options.Redactor.Knowing(q).Text(err.Error())}
	}
	p.inspect = inspect
	x := &probe.Exchange{}
	red, recorded := p.masked.Record(p.Request)
	if q.URL != p.URL { // it may be written otherwise
		red = red.Knowing(probe.Request{URL: q.URL})
		_, recorded = red.Record(p.Request)
	}
	x.Request = recorded
	left, heeded := c.options.Timeout, false
	for n := 0; ; n++ {
		done, err := c.paced(ctx, left, p, red, x)
		if err != nil {
			return nil, err
		}
		if done.refused != nil {
			return nil, fmt.Errorf("%s is not asked: %w", target(p.url), done.refused)
		}
		left -= done.took
		if x.Failure() != nil && ctx.Err() != nil {
			return nil, done.interrupted(ctx.Err())
		}
		wait, asked := c.heed(p, x, statuses, left)
		switch {
		case asked && heeded:
			return x, nil
		case !asked && (!done.again || n >= c.options.Retries || left <= retryPause):
			return x, nil
		case !asked:
			wait = retryPause
		}
		heeded, left = heeded || asked, left-wait
		if err := pause(ctx, wait); err != nil && asked {
			return x, nil // what came is an answer
		} else if err != nil {
			return nil, err
		}
		if c.options.Again != nil && !c.options.Again(ctx) {
			return x, nil
		}
		if asked {
			noteWait(x, target(p.url), wait)
		}
	}
}

// done is what is to be known of an attempt in order to go on.
type done struct {
	again bool // trying again is allowed and may help
	sent  bool // something has left this machine
	took  time.Duration
	// refused is why the guard had the connection not made, where it did
	refused *addressRefusal
}

func (d done) interrupted(err error) error {
	if d.sent {
		return fmt.Errorf("%w: %w", ErrUnderWay, err)
	}
	return err
}

// paced makes an attempt when its turn has come.
func (c *Client) paced(ctx context.Context, left time.Duration, p *prepared, red *probe.Redactor, x *probe.Exchange) (done, error) {
	leave, err := c.pace.enter(ctx, p.url.Hostname())
	if err != nil {
		return done{}, err
	}
	defer leave()
	c.convoy.enter()
	defer c.convoy.leave()
	return c.attempt(ctx, left, p, red, x), nil
}

// pause waits, or returns the error of the context that ended meanwhile.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type unsendable struct{ why string }

func (u *unsendable) Error() string { return ErrUnsendable.Error() + ": " + u.why }
func (u *unsendable) Unwrap() error { return ErrUnsendable }
