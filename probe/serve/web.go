package serve

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// web is the HTTP server: health, metrics, the REST API, and pages.
func (s *Server) web() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
}

// Handler answers all that the server is asked.
func (s *Server) Handler() http.Handler {
	return guarded(s.identified(s.routed().mux))
}

// routed are all routes.
func (s *Server) routed() *router {
	t := &router{server: s, mux: http.NewServeMux()}
	t.add(route{pattern: "GET /healthz", role: access.Anyone, handle: s.health})
	t.add(route{pattern: "GET /readyz", role: access.Anyone, handle: s.ready})
	t.add(route{pattern: "GET /metrics", role: access.Viewer, handle: s.metrics.handler().ServeHTTP})
	s.routeAPI(t)
	s.routePages(t)
	return t
}

// identified finds out who asks.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, withIdentity(r, local())) })
}

// guarded refuses what comes from elsewhere: a request that names another host, as a page does whose name was bound to our address anew (DNS
// rebinding), and a change that another page asks for (CSRF). No answer admits another origin.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		switch {
		case !namesLoopback(r.Host):
			problem(w, http.StatusMisdirectedRequest, "the request names another host", "ask for 127.0.0.1 or localhost")
		case r.Method != http.MethodGet && r.Method != http.MethodHead && !fromHere(r):
			problem(w, http.StatusForbidden, "the request comes from another page", "send it from a page of this server, or without Origin and Sec-Fetch-Site")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func namesLoopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// fromHere says that no page of another origin sent the request: browsers say where it comes from, and programs do not.
func fromHere(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	origin, err := url.Parse(origins[0])
	return err == nil && len(origins) == 1 && origin.Scheme == "http" && origin.Host == r.Host
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	late := s.options.Now().Sub(s.beat)
	s.mu.Unlock()
	if late > 3*wakeAfter {
		problem(w, http.StatusServiceUnavailable, "the scheduler has not looked at what is due for more than three minutes", "restart the server, and report this")
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready says whether runs can be made and kept.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	stopping := s.stopping || s.running == nil
	s.mu.Unlock()
	if stopping {
		problem(w, http.StatusServiceUnavailable, "the server is starting or stopping", "ask again later")
		return
	}
	if err := s.reachable(r.Context()); err != nil {
		s.options.Say("the history cannot be read: %v", err)
		problem(w, http.StatusServiceUnavailable, "the history cannot be read", "see the log")
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// problemDetails is an error as RFC 9457 has it.
type problemDetails struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`           // what is wrong, and the next step
	RunID  string `json:"run_id,omitempty"` // of the run that is in the way
}

func problem(w http.ResponseWriter, status int, what, next string) {
	writeProblem(w, problemDetails{Status: status, Detail: what + "; " + next})
}

func writeProblem(w http.ResponseWriter, p problemDetails) {
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	encode(w, p)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encode(w, body)
}

func encode(w io.Writer, body any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(body) // who asked is gone
}

// reachable says whether the history answers.
func (s *Server) reachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, err := s.options.Store.List(ctx, history.Query{Limit: 1})
	return err
}
