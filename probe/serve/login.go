package serve

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// routeLogin is only there where there are users.
func (s *Server) routeLogin(t *router) {
	if !s.options.Access.Required {
		return
	}
	l := &login{server: s, pages: t.pages}
	t.login = l
	t.add(route{pattern: "GET /login", role: access.Anyone, handle: l.show})
	t.add(route{pattern: "POST /login", role: access.Anyone, handle: l.enter})
	if o := s.options.Access.OIDC; o != nil {
		l.provider = newProvider(*o)
		t.add(route{pattern: "GET /login/oidc", role: access.Anyone, handle: l.toProvider})
		t.add(route{pattern: "GET " + callbackPath, role: access.Anyone, handle: l.fromProvider})
	}
	t.add(route{pattern: "POST /logout", role: access.Viewer, handle: l.leave})
	t.add(route{pattern: "GET /account", role: access.Viewer, handle: l.account})
	t.add(route{pattern: "POST /account", role: access.Viewer, handle: l.changePassword})
}

// login lets somebody in, and out again.
type login struct {
	server   *Server
	pages    *pages
	provider *provider // nil where there is none
}

// loginBody is what the page of the login shows.
type loginBody struct {
	Next, Problem, Name string
	Elsewhere           string // where the login at an OpenID provider begins; "" where there is none
}

// cookieName is that of the cookie that holds a session. Over TLS a browser takes it from nobody but this very host.
func cookieName(secure bool) string {
	if secure {
		return "__Host-sheetprobe"
	}
	return "sheetprobe"
}

// sessionID is the id of the session that a browser says it has.
func (s *Server) sessionID(r *http.Request) (string, bool) {
	cookies := r.CookiesNamed(cookieName(originOf(r).secure))
	if len(cookies) != 1 { // of two, nobody knows which is ours
		return "", false
	}
	return cookies[0].Value, true
}

func setSession(w http.ResponseWriter, r *http.Request, id string, age int) {
	secure := originOf(r).secure
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(secure), Value: id, Path: "/", MaxAge: age, Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func loginHref(next string) string {
	if next == "/" {
		return "/login"
	}
	return "/login?" + url.Values{"next": {next}}.Encode()
}

// ownPath is where somebody goes on after the login; nowhere else than on this server.
func ownPath(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil, u.Scheme != "", u.Host != "", u.User != nil, !strings.HasPrefix(next, "/"), strings.HasPrefix(next, "//"), strings.ContainsAny(next, "\\\r\n\t"):
		return "/"
	case strings.HasPrefix(u.Path, "/login"), strings.HasPrefix(u.Path, "/logout"):
		return "/"
	}
	return u.RequestURI()
}

func (l *login) show(w http.ResponseWriter, r *http.Request) {
	next := ownPath(r.URL.Query().Get("next"))
	v, err := l.server.identify(r, false)
	if err == nil && v.May(access.Viewer) {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	l.write(w, r, http.StatusOK, loginBody{Next: next})
}

func (l *login) write(w http.ResponseWriter, r *http.Request, status int, body loginBody) {
	if l.provider != nil {
		body.Elsewhere = "/login/oidc?" + url.Values{"next": {body.Next}}.Encode()
	}
	l.pages.write(w, r, "login", status, page{Title: "Log in", Bare: true, Body: body})
}

// enter begins a session, and ends the one that the browser had.
func (l *login) enter(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		l.write(w, r, http.StatusBadRequest, loginBody{Next: "/", Problem: "The form cannot be read."})
		return
	}
	body := loginBody{Next: ownPath(r.PostForm.Get("next")), Name: r.PostForm.Get("name")}
	authority := l.server.options.Access.Authority
	begun, err := authority.Login(r.Context(), body.Name, r.PostForm.Get("password"), originOf(r).address)
	if err != nil {
		l.refused(w, r, body, err)
		return
	}
	l.begun(w, r, begun)
	http.Redirect(w, r, body.Next, http.StatusSeeOther)
}

// begun hands the session to the browser, in the place of the one that it had.
func (l *login) begun(w http.ResponseWriter, r *http.Request, begun *access.Login) {
	if old, found := l.server.sessionID(r); found {
		if err := l.server.options.Access.Authority.Abandon(r.Context(), old); err != nil {
			l.server.options.Say("a session that was replaced could not be ended: %v", err)
		}
	}
	setSession(w, r, begun.ID, int(math.Ceil(begun.Life.Seconds())))
}

func (l *login) refused(w http.ResponseWriter, r *http.Request, body loginBody, err error) {
	var soon *access.TooSoon
	status := http.StatusServiceUnavailable
	switch {
	case errors.As(err, &soon):
		status, body.Problem = tooSoon(w, soon)
	case err.Error() == access.ErrCredentials.Error():
		status, body.Problem = http.StatusUnauthorized, "The name or the password is wrong."
	case errors.Is(err, context.Canceled):
		return
	default:
		l.server.options.Say("a login failed for a reason of ours: %v", err)
		body.Problem = "Nobody can log in at the moment; see the log of the server."
	}
	l.write(w, r, status, body)
}

// tooSoon says when a password may be tried again.
func tooSoon(w http.ResponseWriter, soon *access.TooSoon) (status int, problem string) {
	seconds := int(math.Ceil(soon.Wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return http.StatusTooManyRequests, "Too many logins failed. Try again in " + (time.Duration(seconds) * time.Second).String() + "."
}

// leave ends the session, and has the browser forget what it showed.
func (l *login) leave(w http.ResponseWriter, r *http.Request) {
	who := identityOf(r)
	if id, found := l.server.sessionID(r); found && who.Means == access.BySession {
		if err := l.server.options.Access.Authority.Logout(r.Context(), id, access.Actor{Name: who.Name, Means: who.Means, Address: originOf(r).address}); err != nil {
			l.server.notIdentified(w, err)
			return
		}
	}
	setSession(w, r, "", -1)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// me tells who asks.
func (s *Server) me(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	who := identityOf(r)
	answer(w, http.StatusOK, struct {
		Name  string       `json:"name"`
		Role  access.Role  `json:"role"`
		Means access.Means `json:"means"`
	}{who.Name, who.Role, who.Means})
	return nil
}
