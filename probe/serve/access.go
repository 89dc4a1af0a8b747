package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// Access is who is let in. The zero value is a server on loopback that asks nobody who they are.
type Access struct {
	Authority   *access.Authority // keeps users, tokens and the log of what was done; nil where there is none
	Required    bool              // nobody does anything without saying who they are
	Hosts       []string          // the names, or names with ports, that the server is asked for; those of loopback where there are none
	TLS         *tls.Config       // nil is plain HTTP
	Proxies     []netip.Prefix    // a proxy at one of these does TLS, and says on whose behalf it asks; nobody else is answered then
	OpenMetrics bool              // metrics are for anyone
	OIDC        *OIDC             // where users can log in too; nil is nowhere
}

// smallBody bounds what is read of a request.
const smallBody = 4 << 10

// route is something that the server can be asked, and who may ask it.
type route struct {
	pattern string      // as of http.ServeMux
	role    access.Role // the least that may; without one, nobody may
	body    int64       // how much of a body is read; smallBody where 0
	passive bool        // is asked without anybody doing something, and so keeps no session alive
	handle  http.HandlerFunc
}

// router holds all routes. Each is behind its guard: there is no way past it.
type router struct {
	server *Server
	mux    *http.ServeMux
	pages  *pages
	login  *login // nil where nobody logs in
	routes []route
}

func (t *router) add(r route) {
	t.routes = append(t.routes, r)
	t.mux.HandleFunc(r.pattern, t.admitted(r))
}

// admitted handles a route for those who may. What changes something is recorded, whatever comes of it.
func (t *router) admitted(route route) http.HandlerFunc {
	limit := route.body
	if limit == 0 {
		limit = smallBody
	}
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if !isText(r.URL) {
			t.refuse(w, r, http.StatusBadRequest, "The address holds what is no text.", "write it in UTF-8, without %00")
			return
		}
		if route.role == access.Anyone {
			route.handle(w, r)
			return
		}
		v, err := t.server.identify(r, route.passive)
		if err != nil {
			t.server.notIdentified(w, err)
			return
		}
		if r = withVisitor(r, v); !v.May(access.Viewer) {
			t.unknown(w, r)
			return
		}
		t.server.recorded(route, t.allowed(route))(w, r)
	}
}

// isText says that path and query hold nothing that a database cannot be asked for.
func isText(u *url.URL) bool {
	texts := []string{u.Path}
	for name, values := range u.Query() {
		texts = append(append(texts, name), values...)
	}
	return !slices.ContainsFunc(texts, func(text string) bool { return !utf8.ValidString(text) || strings.Contains(text, "\x00") })
}

// allowed handles a route for those who are known, where they may.
func (t *router) allowed(route route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !may(r, route.role):
			t.refuse(w, r, http.StatusForbidden, "This is not for the role "+string(identityOf(r).Role)+".", "somebody with the role "+string(route.role)+" may do it")
		default:
			t.ownForm(w, r, route.handle)
		}
	}
}

// ownForm handles a request unless it is a form of another page, or one that is too large to tell.
func (t *router) ownForm(w http.ResponseWriter, r *http.Request, handle http.HandlerFunc) {
	own, err := t.server.fromOwnForm(r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		t.refuse(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("What was sent is larger than %d bytes.", large.Limit), "send less, or have serve.upload-limit raised where that is right")
	case !own:
		t.refuse(w, r, http.StatusForbidden, "The form is not one of this session.", "open the page anew and try again")
	default:
		handle(w, r)
	}
}

// unknown asks who somebody is: a page by showing where to log in, and all else in words.
func (t *router) unknown(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="sheetprobe"`)
	if isPage(r) && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		w.Header().Del("WWW-Authenticate")
		http.Redirect(w, r, loginHref(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	t.refuse(w, r, http.StatusUnauthorized, "Who asks is not known.", "log in at /login, or send a token as Authorization: Bearer TOKEN")
}

// refuse answers as it was asked: with a page, or with problem details.
func (t *router) refuse(w http.ResponseWriter, r *http.Request, status int, what, next string) {
	if isPage(r) {
		t.pages.write(w, r, "problem", status, page{Title: http.StatusText(status), Body: what + " " + sentence(next)})
		return
	}
	problem(w, status, strings.ToLower(what[:1])+strings.TrimSuffix(what[1:], "."), next)
}

// sentence writes what a message says as a page does.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// isPage says that a person looks at what is answered.
func isPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/metrics"
}

// notIdentified tells that it cannot be found out who asks.
func (s *Server) notIdentified(w http.ResponseWriter, err error) {
	if errors.Is(err, access.ErrToken) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="sheetprobe", error="invalid_token"`)
		problem(w, http.StatusUnauthorized, access.ErrToken.Error(), "make another with `sheetprobe tokens create`")
		return
	}
	s.options.Say("who asks cannot be found out: %v", err)
	problem(w, http.StatusServiceUnavailable, "who asks cannot be found out", "try again later, and see the log of the server")
}

// visitor is who asks, as templates want it: what is not for them is not offered. A form that changes something holds FormToken as the hidden field
// form_token, and a script sends it as the header X-Form-Token.
type visitor struct {
	access.Identity

	Operator, Approver bool
	FormToken          string
	visit              *access.Visit // of a session
}

// local is who asks a server that listens on loopback alone and has no users: whoever is at this machine. Nobody is known by name, so that nobody signs.
func local() access.Identity { return access.Identity{Role: access.Operator, Means: access.ByNothing} }

func visitorOf(who access.Identity, visit *access.Visit) visitor {
	v := visitor{Identity: who, Operator: who.May(access.Operator), Approver: who.May(access.Approver), visit: visit}
	if visit != nil {
		v.FormToken = visit.FormToken
	}
	return v
}

// identify finds out who asks; who shows nothing is anyone.
func (s *Server) identify(r *http.Request, passive bool) (visitor, error) {
	if !s.options.Access.Required {
		return visitorOf(local(), nil), nil
	}
	if text, given := bearer(r); given {
		who, err := s.options.Access.Authority.Bearer(r.Context(), text)
		return visitorOf(who, nil), err
	}
	resume := s.options.Access.Authority.Resume
	if passive {
		resume = s.options.Access.Authority.Look
	}
	anyone := visitorOf(access.Identity{Role: access.Anyone, Means: access.ByNothing}, nil)
	id, found := s.sessionID(r)
	if !found {
		return anyone, nil
	}
	visit, err := resume(r.Context(), id)
	switch {
	case errors.Is(err, access.ErrNoSession):
		return anyone, nil
	case err != nil:
		return anyone, err
	}
	return visitorOf(visit.Identity, visit), nil
}

// bearer is the token of a request. Whatever stands in its place is taken for one, so that nothing else that came with it counts.
func bearer(r *http.Request) (token string, given bool) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(token), true
}

type visitorKey struct{}

func withVisitor(r *http.Request, v visitor) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}

// visiting is who asks; nobody, who may nothing, where that was not found out.
func visiting(r *http.Request) visitor {
	v, _ := r.Context().Value(visitorKey{}).(visitor)
	return v
}

// identityOf is who asks.
func identityOf(r *http.Request) access.Identity { return visiting(r).Identity }

// may says whether who asks may do what wants a role.
func may(r *http.Request, role access.Role) bool { return identityOf(r).May(role) }

// stillKnown says that a request which takes long comes from somebody who is still let in.
func (s *Server) stillKnown(r *http.Request) bool {
	v, err := s.identify(r, true)
	return err == nil && v.May(access.Viewer)
}
