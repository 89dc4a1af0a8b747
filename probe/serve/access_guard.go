package serve

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// What keeps a server from listening where others can reach it.
var (
	// ErrNotLoopback says that an address can be reached from elsewhere.
	ErrNotLoopback = errors.New("only loopback is listened on where nobody is asked who they are")
	ErrNoTLS       = errors.New("passwords and tokens would travel in plain text")
	ErrNoHosts     = errors.New("it is not said by which names the server is asked for")
)

// Check says why a server must not listen on an address.
func (a Access) Check(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not HOST:PORT", address)
	}
	ip := net.ParseIP(host)
	switch {
	case len(a.Proxies) > 0 && len(a.Hosts) == 0:
		return fmt.Errorf("%w: %q", ErrNoHosts, address)
	case host == "localhost" || ip != nil && ip.IsLoopback():
		return nil
	case !a.Required:
		return fmt.Errorf("%w: %q", ErrNotLoopback, address)
	case a.TLS == nil && len(a.Proxies) == 0:
		return fmt.Errorf("%w: %q", ErrNoTLS, address)
	case len(a.Hosts) == 0:
		return fmt.Errorf("%w: %q", ErrNoHosts, address)
	}
	return nil
}

// Listen takes an address, where Check finds nothing wrong with it.
func (a Access) Listen(ctx context.Context, address string) (net.Listener, error) {
	if err := a.Check(address); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if err := a.Check(listener.Addr().String()); err != nil { // whatever "localhost" stands for here
		_ = listener.Close()
		return nil, err
	}
	return listener, nil
}

// Listen takes an address on loopback, and refuses every other.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	return Access{}.Listen(ctx, address)
}

// origin is where a request comes from.
type origin struct {
	address string // of who asks, without a port
	secure  bool   // nobody on the way could read it
}

type originKey struct{}

func originOf(r *http.Request) origin {
	o, _ := r.Context().Value(originKey{}).(origin)
	return o
}

// answersAll says that a path is answered whoever asks by whatever name: it tells nothing, or wants a token, which no page of others can send along. Who
// keeps processes alive or gathers metrics asks by address, and past the proxy.
func (a Access) answersAll(path string) bool {
	return a.Required && (path == "/healthz" || path == "/readyz" || path == "/metrics" && !a.OpenMetrics)
}

// origin finds out where a request comes from, or says why it is refused.
func (a Access) origin(r *http.Request) (origin, string) {
	peer := r.RemoteAddr
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err == nil {
		peer = addr.Addr().Unmap().WithZone("").String()
	}
	if len(a.Proxies) == 0 {
		return origin{peer, r.TLS != nil}, ""
	}
	if err != nil || !a.trusted(addr.Addr()) {
		return origin{address: peer}, "the request does not come from the proxy"
	}
	if proto := lastHeader(r.Header.Values("X-Forwarded-Proto")); proto != "" && !strings.EqualFold(proto, "https") {
		return origin{address: peer}, "the request came to the proxy in plain text"
	}
	return origin{a.behindProxies(r, peer), true}, ""
}

func (a Access) trusted(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return slices.ContainsFunc(a.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// behindProxies is the address that the first of the trusted proxies, counted from us, was asked from. What stands before that, anybody can have written.
func (a Access) behindProxies(r *http.Request, peer string) string {
	steps := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, step := range slices.Backward(steps) {
		step = strings.TrimSpace(step)
		if at, err := netip.ParseAddrPort(step); err == nil {
			step = at.Addr().String()
		}
		ip, err := netip.ParseAddr(strings.Trim(step, "[]"))
		if err != nil {
			return peer
		}
		if peer = ip.Unmap().WithZone("").String(); !a.trusted(ip) {
			return peer
		}
	}
	return peer
}

func lastHeader(values []string) string {
	if len(values) == 0 {
		return ""
	}
	_, after, _ := cutLast(values[len(values)-1], ",")
	return strings.TrimSpace(after)
}

// cutLast cuts a text at the last of a separator; what has none is all after it.
func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return "", text, false
	}
	return text[:at], text[at+len(separator):], true
}

// named says that a request names one of our hosts: a page whose name was bound to our address anew (DNS rebinding) names another.
func (a Access) named(host string) bool {
	if len(a.Hosts) == 0 {
		return namesLoopback(host)
	}
	name := withoutPort(host)
	return slices.ContainsFunc(a.Hosts, func(own string) bool {
		return strings.EqualFold(own, host) || strings.EqualFold(strings.Trim(own, "[]"), name)
	})
}

// withoutPort is the name of a host, without the brackets of IPv6 and the dot of the root.
func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

func namesLoopback(host string) bool {
	name := withoutPort(host)
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// guarded refuses what comes from elsewhere: a request that names another host, one that went past the proxy, and a change that another page asks for
// (CSRF). No answer admits another origin.
func (s *Server) guarded(next http.Handler) http.Handler {
	a := s.options.Access
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		from, refused := a.origin(r)
		r = r.WithContext(context.WithValue(r.Context(), originKey{}, from))
		switch {
		case a.answersAll(r.URL.Path):
			next.ServeHTTP(w, r)
		case !a.named(r.Host):
			problem(w, http.StatusMisdirectedRequest, "the request names another host", "ask for "+a.ownNames())
		case refused != "":
			problem(w, http.StatusForbidden, refused, "ask the proxy, over https")
		case !isSafe(r) && !fromHere(r):
			problem(w, http.StatusForbidden, "the request comes from another page", "send it from a page of this server, or without Origin and Sec-Fetch-Site")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (a Access) ownNames() string {
	if len(a.Hosts) == 0 {
		return "127.0.0.1 or localhost"
	}
	return "one of the names that the configuration gives under serve.hosts"
}

func protect(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with less, a browser does not say which page a form was sent from
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Cache-Control", "no-store")
}

func isSafe(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// fromHere says that no page of another origin sent the request: browsers say where it comes from, and programs do not.
func fromHere(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	scheme := "http"
	if originOf(r).secure {
		scheme = "https"
	}
	from, err := url.Parse(origins[0])
	return err == nil && len(origins) == 1 && from.Scheme == scheme && from.Host == r.Host
}

// formField and formHeader are where a form, or a script, proves that it is of the session.
const (
	formField  = "form_token"
	formHeader = "X-Form-Token"
)

// fromOwnForm says that a change which a browser asks for comes from a page that this server made for the same session. Who bears a token proves it by that.
func (s *Server) fromOwnForm(r *http.Request) (own bool, err error) {
	v := visiting(r)
	if isSafe(r) || v.Means != access.BySession {
		return true, nil
	}
	token := r.Header.Get(formHeader)
	if token == "" {
		switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
		case "application/x-www-form-urlencoded":
			err = r.ParseForm()
		case "multipart/form-data":
			err = r.ParseMultipartForm(maxInMemory)
		}
		token = r.PostForm.Get(formField)
	}
	if err == nil && v.visit != nil && v.visit.SameForm(token) {
		return true, nil
	}
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // what was handed in is nobody's
	}
	return false, err
}

// maxInMemory is how much of a file that is handed in is held in memory before it goes to a temporary file.
const maxInMemory = 1 << 20

// recorded has a change recorded, with who asked for it and what came of it.
func (s *Server) recorded(route route, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if isSafe(r) || s.options.Access.Authority == nil {
			handle(w, r)
			return
		}
		heard := &statusHeard{ResponseWriter: w, status: http.StatusOK}
		handle(heard, r)
		who := identityOf(r)
		err := s.options.Access.Authority.Record(context.WithoutCancel(r.Context()), access.Entry{
			Who: who.Name, Means: who.Means, From: originOf(r).address, Action: route.pattern, Subject: r.URL.Path,
			Result: fmt.Sprintf("%d %s", heard.status, http.StatusText(heard.status)),
		})
		if err != nil {
			s.options.Say("%s by %q: %v", route.pattern, who.Name, err)
		}
	}
}

// statusHeard knows what was answered.
type statusHeard struct {
	http.ResponseWriter
	status int
}

func (h *statusHeard) WriteHeader(status int) {
	h.status = status
	h.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (h *statusHeard) Unwrap() http.ResponseWriter { return h.ResponseWriter }
