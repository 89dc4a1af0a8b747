package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// web is the HTTP server: health, metrics, the REST API, and pages.
func (s *Server) web() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, TLSConfig: s.options.Access.TLS,
		ErrorLog: log.New(sayLog(s.options.Say), "", 0),
	}
}

// sayLog is a log of whoever reads ours.
type sayLog func(format string, args ...any)

func (s sayLog) Write(line []byte) (int, error) {
	s("%s", bytes.TrimSpace(line))
	return len(line), nil
}

// Handler answers all that the server is asked.
func (s *Server) Handler() http.Handler { return s.guarded(s.routed().mux) }

// routed are all routes.
func (s *Server) routed() *router {
	t := &router{server: s, mux: http.NewServeMux()}
	metrics := access.Viewer
	if s.options.Access.OpenMetrics {
		metrics = access.Anyone
	}
	t.add(route{pattern: "GET /healthz", role: access.Anyone, handle: s.health})
	t.add(route{pattern: "GET /readyz", role: access.Anyone, handle: s.ready})
	t.add(route{pattern: "GET /metrics", role: metrics, handle: s.metrics.handler().ServeHTTP})
	s.routePages(t)
	s.routeAPI(t)
	s.routeLogin(t)
	t.pages.routeSignoff(t)
	return t
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
		s.options.Say("%s: %v", historyAway, err)
		problem(w, http.StatusServiceUnavailable, historyAway, "see the log")
		return
	}
	s.readiness(w, r)
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

// historyAway is what those are told who ask while the history does not answer.
const historyAway = "the history cannot be read"

// reachable says whether the history answers.
func (s *Server) reachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, err := s.options.Store.List(ctx, history.Query{Limit: 1})
	return err
}
