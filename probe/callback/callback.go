// Package callback takes the calls that an API makes to us because of a request, and tells for which request each came.
//
// Every request is given a URL of its own whose path nobody can guess, so that what somebody else sends is told apart. Each call is answered
// with HTTP 200 and an empty JSON object, at once and whatever it holds: what is wrong with it is for the judge to say. The server has limits
// to everything that a caller chooses: the size of header and body, the time, the connections at a time, the calls that are kept.
//
// It speaks HTTP/1.1 without TLS (RFC 9110, 9112): where staging has to call us by https, a proxy stands in front, and its URL is the public
// one. Signatures are HMAC (RFC 2104). The room is a server, unlike package send, and sends nothing but the one request that finds out whether
// the public URL leads here.
package callback

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/sheetprobe/sheetprobe/probe"
)

// The limits of what is taken.
const (
	maxHeader      = 32 << 10
	maxBody        = 256 << 10
	maxConnections = 64
	maxCalls       = 20       // that are kept for one request; further ones are counted
	maxKept        = 32 << 20 // bytes of bodies, in all
	readTime       = 10 * time.Second
	checkTime      = 5 * time.Second
)

// Options say where to listen. The zero value listens on a free loopback port.
type Options struct {
	Address string // host:port
	// Public is the URL under which staging reaches us, such as that of a proxy or tunnel in front; "" is the address itself.
	Public string
}

// Call is one call that came in, secrets still in it.
type Call struct {
	Request probe.Request
	From    string // address and port
	At      time.Time
	Cut     bool // the body was longer than what is kept, or did not come in full
}

// Listener takes calls. It is safe for concurrent use; close it after use.
type Listener struct {
	base   string // of every URL, without a slash at the end
	public bool
	key    []byte
	server *http.Server
	busy   sync.WaitGroup // the server, and every connection

	mu      sync.Mutex
	keys    map[string]string // what a path was given out for
	calls   map[string][]Call
	more    map[string]int // calls that were not kept
	kept    int
	strays  int
	stray   string // the path of the first
	changed chan struct{}
}

// Check refuses what cannot be listened on, or cannot be called, without listening.
func Check(o Options) error {
	host, _, err := net.SplitHostPort(address(o))
	if err != nil {
		return fmt.Errorf("%q is no HOST:PORT", o.Address)
	}
	if o.Public != "" {
		return checkPublic(o.Public)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return errors.New("all addresses of this machine are listened on, and none of them is known to be the one that staging can call")
	}
	return nil
}

func address(o Options) string {
	if o.Address == "" {
		return "127.0.0.1:0"
	}
	return o.Address
}

// checkPublic does not quote the URL: it may hold a password.
func checkPublic(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the public URL is no absolute http or https URL")
	case u.User != nil:
		return errors.New("the public URL holds a user name or password, which an API would not send")
	case u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(raw, "?#"):
		return errors.New("the public URL holds a query or fragment, and a path is put behind it")
	}
	return nil
}

// Listen starts listening.
func Listen(ctx context.Context, o Options) (*Listener, error) {
	if err := Check(o); err != nil {
		return nil, err
	}
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", address(o))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q: %w", o.Address, plainly(err))
	}
	l := &Listener{
		base: "http://" + ln.Addr().String(), public: o.Public != "", key: []byte(rand.Text()),
		keys: map[string]string{}, calls: map[string][]Call{}, more: map[string]int{}, changed: make(chan struct{}),
	}
	if l.public {
		l.base = strings.TrimRight(o.Public, "/")
	}
	l.server = &http.Server{
		Handler: http.HandlerFunc(l.take), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: readTime, ReadTimeout: readTime, WriteTimeout: readTime, IdleTimeout: readTime,
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				l.busy.Add(1)
			case http.StateClosed, http.StateHijacked:
				l.busy.Done()
			}
		},
		ErrorLog: log.New(io.Discard, "", 0), // what garbage somebody sends is nobody's business
	}
	l.busy.Go(func() { _ = l.server.Serve(netutil.LimitListener(ln, maxConnections)) }) // it ends when it is closed
	return l, nil
}

// Close stops listening, breaks what is under way, and waits for its end.
func (l *Listener) Close() error {
	err := l.server.Close()
	l.busy.Wait()
	return err
}

// Base is the URL that all others begin with.
func (l *Listener) Base() string { return l.base }

// IsPublic says that the base is a URL that the user gave.
func (l *Listener) IsPublic() bool { return l.public }

// URL is the one to be called because of the request that key names, the same each time.
func (l *Listener) URL(key string) string {
	h := hmac.New(sha256.New, l.key)
	_, _ = h.Write([]byte(key)) // never fails
	token := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:20]))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys[token] = key
	return l.base + "/callback/" + token
}

// take answers a call, and keeps it where its path was given out.
func (l *Listener) take(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	key, rest, known := l.owner(r.URL)
	w.Header().Set("Content-Type", "application/json")
	if !known {
		l.noteStray(r.URL.Path)
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "{}")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	cut := err != nil || len(body) > maxBody
	body = bytes.Clone(body[:min(len(body), maxBody)])
	_, _ = io.WriteString(w, "{}") // the caller may be gone; there is nobody to tell
	l.keep(key, Call{Request: recorded(r, l.URL(key)+rest, body), From: r.RemoteAddr, At: at, Cut: cut})
}

// owner finds for whom a call is: a proxy in front may put segments before the path that was given out or take some away, and an API may put
// its own behind it.
func (l *Listener) owner(u *url.URL) (key, rest string, known bool) {
	segments := strings.Split(u.EscapedPath(), "/")
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, s := range segments {
		if key, known = l.keys[s]; !known {
			continue
		}
		if i+1 < len(segments) {
			rest = "/" + strings.Join(segments[i+1:], "/")
		}
		if u.RawQuery != "" {
			rest += "?" + u.RawQuery
		}
		return key, rest, true
	}
	return "", "", false
}

// recorded is the call as it came, its headers sorted by name as those of answers are.
func recorded(r *http.Request, address string, body []byte) probe.Request {
	q := probe.Request{Method: r.Method, URL: address, Body: body}
	for _, name := range sortedNames(r.Header) {
		for _, value := range r.Header[name] {
			q.Headers = append(q.Headers, probe.Header{Name: name, Value: value})
		}
	}
	return q
}

func (l *Listener) noteStray(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.strays++; l.strays == 1 {
		l.stray = path[:min(len(path), 200)]
	}
}

func (l *Listener) keep(key string, c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls[key]) < maxCalls {
		if l.kept += len(c.Request.Body); l.kept > maxKept {
			c.Request.Body, c.Cut = nil, true
		}
		l.calls[key] = append(l.calls[key], c)
	} else {
		l.more[key]++
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// Calls are those that came because of the request, in order, and how many more there were than are kept.
func (l *Listener) Calls(key string) (kept []Call, more int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Call{}, l.calls[key]...), l.more[key]
}

// Strays counts the calls to paths that were not given out, and is the path of the first.
func (l *Listener) Strays() (n int, first string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.strays, l.stray
}

// Any says that a call has arrived that was given out, for whatever request.
func (l *Listener) Any() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls) > 0
}

// Await returns when enough says so, asked after each call, or the time is over, or ctx ends.
func (l *Listener) Await(ctx context.Context, until time.Time, enough func() bool) {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	for {
		l.mu.Lock()
		changed := l.changed
		l.mu.Unlock()
		if enough() {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// Reaches finds out whether what is sent to the public URL arrives here. The error says what came instead.
func (l *Listener) Reaches(ctx context.Context) error {
	const key = "\x00reachable"
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL(key), strings.NewReader("{}"))
	if err != nil {
		return err
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(q)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if kept, _ := l.Calls(key); len(kept) == 0 {
		return fmt.Errorf("HTTP %d was the answer of somebody else", answer.StatusCode)
	}
	return nil
}

// plainly says why an address is not listened on, without the call of the system that found it out.
func plainly(err error) error {
	if call := (*os.SyscallError)(nil); errors.As(err, &call) {
		return call.Err
	}
	return err
}
