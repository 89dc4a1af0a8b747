package serve

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/idp"
	"github.com/sheetprobe/sheetprobe/probe/access"
)

// withProvider is a house at which users of an OpenID provider can log in.
func withProvider(t *testing.T) (*house, *idp.Provider) {
	t.Helper()
	p, err := idp.Start()
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return newHouse(t, func(a *Access) {
		a.OIDC = &OIDC{
			Issuer: p.URL, ClientID: idp.ClientID, ClientSecret: idp.ClientSecret, PublicURL: "http://127.0.0.1:8470",
			Roles: map[string]access.Role{"readers": access.Viewer, "testers": access.Operator},
		}
	}), p
}

// away begins a login, and returns where the browser is sent back to and the cookie that it holds meanwhile.
func (h *house) away(t *testing.T, next string) (*url.URL, *http.Cookie) {
	t.Helper()
	w := h.ask(request(http.MethodGet, "/login/oidc?next="+url.QueryEscape(next), nil))
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	onward, err := url.Parse(w.Header().Get("Location"))
	require.NoError(t, err)
	return h.follow(t, onward), w.Result().Cookies()[0]
}

// follow asks the provider as a browser does, and returns where that sends it back to.
func (h *house) follow(t *testing.T, onward *url.URL) *url.URL {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, onward.String(), http.NoBody)
	require.NoError(t, err)
	answer, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusFound, answer.StatusCode)
	back, err := answer.Location()
	require.NoError(t, err)
	return back
}

func (h *house) back(to *url.URL, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := request(http.MethodGet, to.RequestURI(), nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return h.ask(r)
}

// whoAmI asks with the session that an answer began.
func (h *house) whoAmI(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	r := request(http.MethodGet, "/api/v1/me", nil)
	for _, c := range w.Result().Cookies() {
		if c.Name == "sheetprobe" {
			r.AddCookie(c)
		}
	}
	return h.ask(r).Body.String()
}

func eve(groups ...any) map[string]any {
	return map[string]any{"sub": "u-7", "preferred_username": "Eve@corp.example", "groups": groups}
}

func TestALoginAtAnOpenIDProvider(t *testing.T) {
	h, p := withProvider(t)
	assert.Contains(t, h.ask(request(http.MethodGet, "/login?next=/runs", nil)).Body.String(), `href="/login/oidc?next=%2Fruns"`)
	p.Admit(eve("others", "testers", "readers"), nil)
	to, cookie := h.away(t, "/runs?x=1")
	assert.Equal(t, []any{true, http.SameSiteLaxMode}, []any{cookie.HttpOnly, cookie.SameSite})
	w := h.back(to, cookie)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	assert.Equal(t, "/runs?x=1", w.Header().Get("Location"))
	assert.JSONEq(t, `{"name":"eve@corp.example","role":"operator","means":"session"}`, h.whoAmI(t, w))

	again := h.back(to, cookie)
	assert.Equal(t, http.StatusForbidden, again.Code, "a code is redeemed once")

	p.Admit(eve("readers"), nil)
	to, cookie = h.away(t, "/")
	lesser := h.back(to, cookie)
	assert.Contains(t, h.whoAmI(t, lesser), "viewer")
	assert.NotContains(t, h.whoAmI(t, w), "operator", "the session of the other role is over")
	assert.Equal(t, http.StatusUnauthorized, h.submit("eve@corp.example", "", "/").Code, "there is no password")
}

func TestWhoIsNotLetInFromAnOpenIDProvider(t *testing.T) {
	set := func(key string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[key] = value }
	}
	for name, c := range map[string]struct {
		claims map[string]any
		change func(map[string]any)
		forge  bool
		on     func(to *url.URL, cookie *http.Cookie)
		status int
		says   string
	}{
		"denied":           {nil, nil, false, nil, 403, "let nobody in"},
		"no group":         {eve(), nil, false, nil, 403, "none of your groups"},
		"another group":    {eve("others"), nil, false, nil, 403, "none of your groups"},
		"groups of nobody": {eve(7, nil), nil, false, nil, 403, "none of your groups"},
		"a taken name":     {map[string]any{"sub": "u-8", "preferred_username": "Viewer", "groups": []string{"testers"}}, nil, false, nil, 403, "Another user has your name"},
		"another audience": {eve("testers"), set("aud", "somebody"), false, nil, 403, "let nobody in"},
		"another issuer":   {eve("testers"), set("iss", "https://evil.example"), false, nil, 403, "let nobody in"},
		"run out":          {eve("testers"), set("exp", time.Now().Add(-time.Hour).Unix()), false, nil, 403, "let nobody in"},
		"another nonce":    {eve("testers"), set("nonce", "x"), false, nil, 400, "did not begin in this browser"},
		"forged":           {eve("testers"), nil, true, nil, 403, "let nobody in"},
		"another state":    {eve("testers"), nil, false, func(to *url.URL, _ *http.Cookie) { to.RawQuery = strings.Replace(to.RawQuery, "state=", "state=x", 1) }, 400, "did not begin in this browser"},
		"another browser":  {eve("testers"), nil, false, func(_ *url.URL, c *http.Cookie) { c.Value = "" }, 400, "did not begin in this browser"},
		"a made up cookie": {eve("testers"), nil, false, func(_ *url.URL, c *http.Cookie) { c.Value = "e30" }, 400, "did not begin in this browser"},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := withProvider(t)
			p.Admit(c.claims, c.change)
			p.Forge(c.forge)
			to, cookie := h.away(t, "/")
			if c.on != nil {
				c.on(to, cookie)
			}
			w := h.back(to, cookie)
			assert.Equal(t, c.status, w.Code)
			assert.Contains(t, w.Body.String(), c.says)
			assert.NotContains(t, h.whoAmI(t, w), "eve")
			assert.NotContains(t, strings.Join(h.heard(), "\n"), idp.ClientSecret)
		})
	}
}

func TestAProviderThatIsNotThereKeepsNobodyElseOut(t *testing.T) {
	h, p := withProvider(t)
	p.Close()
	w := h.ask(request(http.MethodGet, "/login/oidc", nil))
	assert.Equal(t, http.StatusBadGateway, w.Code)
	assert.Contains(t, w.Body.String(), "cannot be asked at the moment")
	assert.Equal(t, http.StatusSeeOther, h.submit("viewer", password, "/").Code)
}
