package serve

import (
	"bytes"
	"context"
	"crypto/tls"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

func TestEveryRouteSaysWhoMay(t *testing.T) {
	for _, b := range []*bench{newBench(t, emptyStore(t), nil, nightly()), newHouse(t, nil).bench} {
		routes := b.routed().routes
		require.Greater(t, len(routes), 10)
		for _, r := range routes {
			assert.True(t, access.Approver.Covers(r.role), "%s has no role, and is closed to all", r.pattern)
		}
	}
}

func TestARouteIsOpenToThoseWhoMay(t *testing.T) {
	s := newBench(t, emptyStore(t), nil, nightly())
	for _, c := range []struct {
		wants, has access.Role
		status     int
	}{
		{access.Viewer, access.Operator, 204},
		{access.Operator, access.Viewer, 403},
		{access.Viewer, "", 403},
		{"", access.Approver, 403},
	} {
		handle := s.routed().allowed(route{role: c.wants, handle: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }})
		w := httptest.NewRecorder()
		handle(w, withVisitor(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody), visitorOf(access.Identity{Role: c.has}, nil)))
		assert.Equal(t, c.status, w.Code, c)
	}
}

const password = "correct horse battery"

// house is a bench that asks who somebody is; it has a user of every role, named as the role.
type house struct {
	*bench
	authority *access.Authority
	tokens    map[access.Role]string
}

func newHouse(t *testing.T, change func(*Access)) *house {
	t.Helper()
	return newHouseOf(t, change, nil)
}

func newHouseOf(t *testing.T, change func(*Access), more func(*bench, *Options)) *house {
	t.Helper()
	store, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), time.Now)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	h := &house{tokens: map[access.Role]string{}}
	h.authority = access.New(store.Access(), access.Options{Passwords: access.Params{Memory: 64, Time: 1, Threads: 1}})
	for _, role := range access.Roles() {
		require.NoError(t, h.authority.AddUser(t.Context(), string(role), password, role, access.Actor{}))
		_, text, err := h.authority.CreateToken(t.Context(), "of "+string(role), role, time.Hour, access.Actor{})
		require.NoError(t, err)
		h.tokens[role] = text
	}
	a := Access{Authority: h.authority, Required: true}
	if change != nil {
		change(&a)
	}
	h.bench = newBench(t, store, func(b *bench, o *Options) {
		o.Access = a
		if more != nil {
			more(b, o)
		}
	}, nightly())
	return h
}

func (h *house) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, r)
	return w
}

// request is one to loopback over plain HTTP.
func request(method, path string, form url.Values) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(form.Encode()))
	r.Host = "127.0.0.1:8470"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (h *house) submit(name, secret, next string) *httptest.ResponseRecorder {
	return h.ask(request(http.MethodPost, "/login", url.Values{"name": {name}, "password": {secret}, "next": {next}}))
}

// session logs in, and returns the cookie and the form token of the session.
func (h *house) session(t *testing.T, role access.Role) (*http.Cookie, string) {
	t.Helper()
	w := h.submit(string(role), password, "/")
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Len(t, w.Result().Cookies(), 1)
	cookie := w.Result().Cookies()[0]
	r := request(http.MethodGet, "/schedules", nil)
	r.AddCookie(cookie)
	found := regexp.MustCompile(`name="form_token" value="([^"]+)"`).FindStringSubmatch(h.ask(r).Body.String())
	require.Len(t, found, 2)
	return cookie, found[1]
}

// TestAllRoutesByAllRoles asks every route that there is, as everybody there is, by every means.
func TestAllRoutesByAllRoles(t *testing.T) {
	h := newHouse(t, nil)
	d, compiler := describedAPI(t)
	parameter := regexp.MustCompile(`\{[a-z.$]+\}`)
	walked := 0
	for _, route := range h.routed().routes {
		method, path, ok := strings.Cut(route.pattern, " ")
		if !ok {
			method, path = http.MethodGet, route.pattern
		}
		address := parameter.ReplaceAllString(strings.Replace(path, "{$}", "", 1), "nothing")
		if path == "/api/v1/events" || path == "/logout" || route.pattern == "POST /login" {
			continue // see TestEvents, TestLogout, TestLogin
		}
		walked++
		described := "/api/v1/"+strings.TrimPrefix(path, "/api/v1/") == path
		w := h.ask(request(method, address, nil))
		switch {
		case route.role == access.Anyone:
			assert.NotContains(t, []int{401, 403}, w.Code, route.pattern)
		case isPage(request(method, address, nil)) && method == http.MethodGet:
			assert.Equal(t, http.StatusSeeOther, w.Code, route.pattern)
			assert.True(t, strings.HasPrefix(w.Header().Get("Location"), "/login"), route.pattern)
		default:
			assert.Equal(t, http.StatusUnauthorized, w.Code, route.pattern)
			assert.Contains(t, w.Header().Get("WWW-Authenticate"), "Bearer")
			if described {
				holds(t, d, compiler, path, strings.ToLower(method), w)
				assert.Equal(t, string(route.role), d.Paths[path][strings.ToLower(method)].Security[0]["bearer"][0], "the document tells another role of %s", route.pattern)
			}
		}
		for _, role := range access.Roles() {
			byToken := request(method, address, nil)
			byToken.Header.Set("Authorization", "Bearer "+h.tokens[role])
			cookie, form := h.session(t, role)
			bySession := request(method, address, nil)
			bySession.AddCookie(cookie)
			bySession.Header.Set("X-Form-Token", form)
			for means, r := range map[string]*http.Request{"token": byToken, "session": bySession} {
				w := h.ask(r)
				assert.Equal(t, !role.Covers(route.role), w.Code == http.StatusForbidden, "%s, %s of %s: %d %s", route.pattern, means, role, w.Code, w.Body)
				assert.NotEqual(t, http.StatusUnauthorized, w.Code, "%s, %s of %s", route.pattern, means, role)
				if w.Code == http.StatusForbidden && described {
					holds(t, d, compiler, path, strings.ToLower(method), w)
				}
			}
		}
	}
	require.Greater(t, walked, 12)
}

func TestEveryOperationIsDescribedWithWhatKeepsSomebodyOut(t *testing.T) {
	d, _ := describedAPI(t)
	for path, methods := range d.Paths {
		for method, o := range methods {
			require.Len(t, o.Security, 2, "%s %s", method, path)
			for _, status := range []string{"401", "403", "421", "503"} {
				assert.Contains(t, o.Responses, status, "%s %s", method, path)
			}
		}
	}
}

func TestLogin(t *testing.T) {
	h := newHouse(t, nil)
	page := h.ask(request(http.MethodGet, "/login?next=/schedules", nil))
	assert.Equal(t, http.StatusOK, page.Code)
	assert.Contains(t, page.Body.String(), `name="next" value="/schedules"`)
	assert.NotContains(t, page.Body.String(), "<script")

	wrong := h.submit("viewer", `<script>"`, "/schedules")
	assert.Equal(t, http.StatusUnauthorized, wrong.Code)
	assert.Contains(t, wrong.Body.String(), "The name or the password is wrong.")
	assert.Contains(t, wrong.Body.String(), `value="viewer"`)
	assert.NotContains(t, wrong.Body.String(), "&lt;script", "a password is never shown again")
	assert.Empty(t, wrong.Result().Cookies())

	entered := h.submit("Viewer", password, "/schedules?x=1")
	require.Equal(t, http.StatusSeeOther, entered.Code)
	assert.Equal(t, "/schedules?x=1", entered.Header().Get("Location"))
	cookie := entered.Result().Cookies()[0]
	assert.Equal(t, []any{"sheetprobe", "/", "", true, http.SameSiteLaxMode}, []any{cookie.Name, cookie.Path, cookie.Domain, cookie.HttpOnly, cookie.SameSite})

	r := request(http.MethodGet, "/api/v1/me", nil)
	r.AddCookie(cookie)
	assert.JSONEq(t, `{"name":"viewer","role":"viewer","means":"session"}`, h.ask(r).Body.String())
	r = request(http.MethodGet, "/login?next=/runs", nil)
	r.AddCookie(cookie)
	assert.Equal(t, "/runs", h.ask(r).Header().Get("Location"), "who is in goes on")
}

func TestALoginReplacesTheSessionThatTheBrowserHad(t *testing.T) {
	h := newHouse(t, nil)
	old, _ := h.session(t, access.Viewer)
	r := request(http.MethodPost, "/login", url.Values{"name": {"operator"}, "password": {password}})
	r.AddCookie(old)
	w := h.ask(r)
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.NotEqual(t, old.Value, w.Result().Cookies()[0].Value)
	r = request(http.MethodGet, "/api/v1/me", nil)
	r.AddCookie(old)
	assert.Equal(t, http.StatusUnauthorized, h.ask(r).Code)
}

func TestLogout(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Viewer)
	r := request(http.MethodPost, "/logout", url.Values{"form_token": {"x"}})
	r.AddCookie(cookie)
	assert.Equal(t, http.StatusForbidden, h.ask(r).Code)
	r = request(http.MethodPost, "/logout", url.Values{"form_token": {form}})
	r.AddCookie(cookie)
	w := h.ask(r)
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Negative(t, w.Result().Cookies()[0].MaxAge)
	r = request(http.MethodGet, "/", nil)
	r.AddCookie(cookie)
	assert.Equal(t, "/login", h.ask(r).Header().Get("Location"), "the cookie is worth nothing any more")
}

func TestTooManyLogins(t *testing.T) {
	h := newHouse(t, nil)
	for range 3 {
		assert.Equal(t, http.StatusUnauthorized, h.submit("viewer", "wrong", "/").Code)
	}
	w := h.submit("viewer", password, "/")
	assert.Equal(t, http.StatusTooManyRequests, w.Code)
	assert.Equal(t, "1", w.Header().Get("Retry-After"))
	assert.Contains(t, w.Body.String(), "Try again in 1s.")
}

func TestWhereSomebodyGoesOnAfterTheLogin(t *testing.T) {
	for next, want := range map[string]string{
		"/runs?schedule=a b": "/runs?schedule=a b", "": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example/": "/", "javascript:alert(1)": "/",
		"/\tevil": "/", "runs": "/", "/login": "/", "/logout": "/", "/%zz": "/", "http:/x": "/", "///evil.example": "/", "/runs/a#b": "/runs/a",
	} {
		assert.Equal(t, want, ownPath(next), next)
	}
}

func FuzzOwnPath(f *testing.F) {
	f.Add("/runs?x=1#y")
	f.Add("//evil.example")
	f.Add("/\\evil")
	base, err := url.Parse("https://probe.example/login")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, next string) {
		own := ownPath(next)
		to, err := base.Parse(own)
		if err != nil || to.Host != "probe.example" || to.Scheme != "https" || !strings.HasPrefix(own, "/") || strings.HasPrefix(own, "//") || strings.HasPrefix(own, "/\\") {
			t.Errorf("%q leads to %q", next, own)
		}
	})
}

func TestChangesWantTheFormTokenOfTheSession(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Operator)
	_, another := h.session(t, access.Operator)
	const path = "/api/v1/schedules/nightly/run"
	multipartForm := func(token string) *http.Request {
		var body bytes.Buffer
		writer := multipart.NewWriter(&body)
		require.NoError(t, writer.WriteField("form_token", token))
		require.NoError(t, writer.Close())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, &body)
		r.Host = "localhost"
		r.Header.Set("Content-Type", writer.FormDataContentType())
		return r
	}
	header := func(token string) *http.Request {
		r := request(http.MethodPost, path, nil)
		r.Header.Set("X-Form-Token", token)
		return r
	}
	for name, c := range map[string]struct {
		request *http.Request
		refused bool
	}{
		"none":                      {request(http.MethodPost, path, nil), true},
		"as a header":               {header(form), false},
		"of another session":        {header(another), true},
		"in a form":                 {request(http.MethodPost, path, url.Values{"form_token": {form}}), false},
		"in the query":              {request(http.MethodPost, path+"?form_token="+form, url.Values{}), true},
		"in a form with a file":     {multipartForm(form), false},
		"of another, beside a file": {multipartForm(another), true},
		"in a body that is no form": {func() *http.Request {
			r := request(http.MethodPost, path, url.Values{"form_token": {form}})
			r.Header.Set("Content-Type", "text/plain")
			return r
		}(), true},
		"in a form that is much to big": {request(http.MethodPost, path, url.Values{"x": {strings.Repeat("x", 5000)}, "form_token": {form}}), true},
	} {
		t.Run(name, func(t *testing.T) {
			c.request.AddCookie(cookie)
			assert.Equal(t, c.refused, slices.Contains([]int{http.StatusForbidden, http.StatusRequestEntityTooLarge}, h.ask(c.request).Code))
		})
	}
	r := request(http.MethodPost, path, nil)
	r.Header.Set("Authorization", "Bearer "+h.tokens[access.Operator])
	assert.Equal(t, http.StatusUnsupportedMediaType, h.ask(r).Code, "a token is proof enough")
}

func TestCredentialsThatCountForNothing(t *testing.T) {
	h := newHouse(t, nil)
	cookie, _ := h.session(t, access.Approver)
	for name, change := range map[string]func(*http.Request){
		"a wrong token":                 func(r *http.Request) { r.Header.Set("Authorization", "Bearer shp_x") },
		"a wrong token beside a cookie": func(r *http.Request) { r.AddCookie(cookie); r.Header.Set("Authorization", "Bearer x") },
		"another scheme":                func(r *http.Request) { r.SetBasicAuth("approver", password) },
		"two tokens": func(r *http.Request) {
			r.Header["Authorization"] = []string{"Bearer " + h.tokens[access.Viewer], "Bearer " + h.tokens[access.Viewer]}
		},
		"two cookies":       func(r *http.Request) { r.AddCookie(cookie); r.AddCookie(cookie) },
		"the name of TLS":   func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-sheetprobe", Value: cookie.Value}) },
		"an empty cookie":   func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie.Name, Value: ""}) },
		"a token as cookie": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie.Name, Value: h.tokens[access.Viewer]}) },
	} {
		t.Run(name, func(t *testing.T) {
			r := request(http.MethodGet, "/api/v1/runs", nil)
			change(r)
			assert.Equal(t, http.StatusUnauthorized, h.ask(r).Code)
		})
	}
}

func TestOverTLSACookieIsForThisHostAlone(t *testing.T) {
	h := newHouse(t, func(a *Access) { a.TLS, a.Hosts = &tls.Config{MinVersion: tls.VersionTLS12}, []string{"probe.example"} })
	r := request(http.MethodPost, "/login", url.Values{"name": {"viewer"}, "password": {password}})
	r.Host, r.TLS = "probe.example", &tls.ConnectionState{}
	r.Header.Set("Origin", "https://probe.example")
	w := h.ask(r)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	cookie := w.Result().Cookies()[0]
	assert.Equal(t, []any{"__Host-sheetprobe", true, "/", ""}, []any{cookie.Name, cookie.Secure, cookie.Path, cookie.Domain})
	r.Header.Set("Origin", "http://probe.example")
	assert.Equal(t, http.StatusForbidden, h.ask(r).Code, "a page in plain text is another origin")
}

func TestOnlyOwnHostsAreAnswered(t *testing.T) {
	h := newHouse(t, func(a *Access) { a.Hosts = []string{"probe.example", "[2001:db8::1]", "exact.example:8470"} })
	for host, want := range map[string]int{
		"probe.example": 200, "PROBE.example:8470": 200, "[2001:db8::1]:8470": 200, "exact.example:8470": 200, "exact.example:1": 421, "127.0.0.1:8470": 421,
		"localhost": 421, "evil.example": 421, "probe.example.evil.example": 421, "": 421,
	} {
		for path, exempt := range map[string]bool{"/login": false, "/healthz": true} {
			r := request(http.MethodGet, path, nil)
			r.Host = host
			w := h.ask(r)
			if exempt {
				assert.NotEqual(t, http.StatusMisdirectedRequest, w.Code, "%s at %q", path, host)
			} else {
				assert.Equal(t, want, w.Code, "%s at %q", path, host)
			}
		}
	}
}

func TestBehindAProxy(t *testing.T) {
	h := newHouse(t, func(a *Access) {
		a.Hosts, a.Proxies = []string{"probe.example"}, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	})
	for name, c := range map[string]struct {
		peer    string
		headers http.Header
		from    string
		refused string
	}{
		"through the proxy":              {"10.1.2.3:999", http.Header{"X-Forwarded-For": {"192.0.2.1"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.1", ""},
		"what the client made up":        {"10.1.2.3:999", http.Header{"X-Forwarded-For": {"203.0.113.9, 192.0.2.1"}}, "192.0.2.1", ""},
		"through two proxies":            {"10.1.2.3:999", http.Header{"X-Forwarded-For": {"192.0.2.1, 10.9.9.9"}}, "192.0.2.1", ""},
		"in two headers":                 {"10.1.2.3:999", http.Header{"X-Forwarded-For": {"192.0.2.1", "fd00::1"}}, "192.0.2.1", ""},
		"with ports":                     {"[fd00::7]:999", http.Header{"X-Forwarded-For": {"[2001:db8::1]:1234"}}, "2001:db8::1", ""},
		"mapped":                         {"[::ffff:10.1.2.3]:999", http.Header{"X-Forwarded-For": {"::ffff:192.0.2.1"}}, "192.0.2.1", ""},
		"nonsense":                       {"10.1.2.3:999", http.Header{"X-Forwarded-For": {"192.0.2.1, unknown"}}, "10.1.2.3", ""},
		"from within":                    {"10.1.2.3:999", nil, "10.1.2.3", ""},
		"past the proxy":                 {"192.0.2.1:999", http.Header{"X-Forwarded-For": {"10.0.0.1"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.1", "does not come from the proxy"},
		"in plain text":                  {"10.1.2.3:999", http.Header{"X-Forwarded-Proto": {"http"}}, "10.1.2.3", "in plain text"},
		"in plain text, and it was said": {"10.1.2.3:999", http.Header{"X-Forwarded-Proto": {"https, http"}}, "10.1.2.3", "in plain text"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(http.MethodGet, "/login", nil)
			r.Host, r.RemoteAddr = "probe.example", c.peer
			for k, v := range c.headers {
				r.Header[k] = v
			}
			from, refused := h.options.Access.origin(r)
			assert.Equal(t, c.from, from.address)
			assert.Equal(t, c.refused == "", from.secure)
			assert.Contains(t, refused, c.refused)
			w := h.ask(r)
			assert.Equal(t, c.refused != "", w.Code == http.StatusForbidden)
		})
	}
	r := request(http.MethodGet, "/metrics", nil)
	r.Header.Set("Authorization", "Bearer "+h.tokens[access.Viewer])
	assert.Equal(t, http.StatusOK, h.ask(r).Code, "metrics are gathered past the proxy, with a token")
}

func TestMetricsCanBeOpen(t *testing.T) {
	h := newHouse(t, func(a *Access) { a.OpenMetrics = true })
	assert.Equal(t, http.StatusOK, h.ask(request(http.MethodGet, "/metrics", nil)).Code)
	r := request(http.MethodGet, "/metrics", nil)
	r.Host = "evil.example"
	assert.Equal(t, http.StatusMisdirectedRequest, h.ask(r).Code)
}

func TestChangesAreRecorded(t *testing.T) {
	h := newHouse(t, nil)
	cookie, form := h.session(t, access.Operator)
	r := request(http.MethodPost, "/api/v1/schedules/nightly/run", nil)
	r.AddCookie(cookie)
	r.Header.Set("X-Form-Token", form)
	r.Header.Set("Content-Type", "application/json")
	h.ask(r)
	r = request(http.MethodPost, "/api/v1/schedules/nightly/run", nil)
	r.Header.Set("Authorization", "Bearer "+h.tokens[access.Viewer])
	h.ask(r)
	h.ask(request(http.MethodPost, "/api/v1/schedules/nightly/run", nil)) // nobody
	last, err := h.authority.Last(t.Context(), 2)
	require.NoError(t, err)
	var lines []string
	for _, e := range last {
		lines = append(lines, strings.Join([]string{e.Who, string(e.Means), e.From, e.Action, e.Subject, e.Result}, "|"))
	}
	assert.Equal(t, []string{
		"operator|session|192.0.2.1|POST /api/v1/schedules/{name}/run|/api/v1/schedules/nightly/run|503 Service Unavailable",
		"of viewer|token|192.0.2.1|POST /api/v1/schedules/{name}/run|/api/v1/schedules/nightly/run|403 Forbidden",
	}, lines)
}

func TestWhereAServerMayListen(t *testing.T) {
	asked := Access{Required: true, Hosts: []string{"probe.example"}, TLS: &tls.Config{MinVersion: tls.VersionTLS12}}
	for name, c := range map[string]struct {
		access  Access
		address string
		err     error
	}{
		"loopback":                {Access{}, "127.0.0.1:0", nil},
		"elsewhere, unasked":      {Access{TLS: asked.TLS, Hosts: asked.Hosts}, "192.0.2.1:0", ErrNotLoopback},
		"everywhere, unasked":     {Access{}, ":0", ErrNotLoopback},
		"in plain text":           {Access{Required: true, Hosts: asked.Hosts}, "0.0.0.0:0", ErrNoTLS},
		"by any name":             {Access{Required: true, TLS: asked.TLS}, "0.0.0.0:0", ErrNoHosts},
		"as it has to be":         {asked, "0.0.0.0:0", nil},
		"behind a proxy":          {Access{Required: true, Hosts: asked.Hosts, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, "0.0.0.0:0", nil},
		"loopback behind a proxy": {Access{Required: true, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, "127.0.0.1:0", ErrNoHosts},
		"loopback with a login":   {Access{Required: true}, "[::1]:0", nil},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorIs(t, c.access.Check(c.address), c.err)
		})
	}
	require.ErrorContains(t, Access{}.Check("nonsense"), "is not HOST:PORT")
}

func TestNobodyIsLetInWhereItCannotBeFoundOutWhoAsks(t *testing.T) {
	h := newHouse(t, nil)
	cookie, _ := h.session(t, access.Approver)
	closer, ok := h.store.(interface{ Close() error })
	require.True(t, ok)
	require.NoError(t, closer.Close())
	for name, change := range map[string]func(*http.Request){
		"a session": func(r *http.Request) { r.AddCookie(cookie) },
		"a token":   func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+h.tokens[access.Viewer]) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/", "/api/v1/schedules"} {
				r := request(http.MethodGet, path, nil)
				change(r)
				assert.Equal(t, http.StatusServiceUnavailable, h.ask(r).Code)
			}
		})
	}
	assert.Equal(t, http.StatusServiceUnavailable, h.submit("viewer", password, "/").Code)
}
