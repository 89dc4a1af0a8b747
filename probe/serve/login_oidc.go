package serve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// OIDC is an OpenID provider at which users can log in: OpenID Connect Core 1.0, code flow with PKCE.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	PublicURL    string                 // by which browsers reach this server; /login/oidc/callback below it is where they come back to
	GroupsClaim  string                 // of the ID token; "groups" where it is not said
	Roles        map[string]access.Role // by group; who is in several has the most that they give, and who is in none is not let in
}

// callbackPath is where the provider sends a browser back to.
const callbackPath = "/login/oidc/callback"

// provider is an OpenID provider, which is asked about itself when it is needed first.
type provider struct {
	OIDC
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

func newProvider(o OIDC) *provider {
	return &provider{OIDC: o, client: &http.Client{
		Timeout: 10 * time.Second, Transport: limited{&http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}, // asked now and then
	}}
}

// limited bounds what is read of an answer.
type limited struct{ http.RoundTripper }

const maxProviderAnswer = 1 << 20

// RoundTrip implements http.RoundTripper.
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxProviderAnswer), answer.Body}
	}
	return answer, err
}

// settings are those of the flow.
func (p *provider) settings(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		found, err := oidc.NewProvider(ctx, p.Issuer)
		if err != nil {
			return nil, nil, err
		}
		p.found = found
	}
	return p.found, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: p.found.Endpoint(), RedirectURL: p.PublicURL + callbackPath,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}, nil
}

// flow is a login that began here and goes on at the provider. The browser that began it keeps it, so that no other can end it.
type flow struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Next     string `json:"x"`
	// Consent is what somebody who is logged in approves once the provider has asked them for a proof anew; nil for a login.
	Consent *consent `json:"a,omitempty"`
	Form    string   `json:"f,omitempty"` // the form token of the session that it is of
	Since   int64    `json:"t,omitempty"` // when the proof was asked for, in seconds
}

// flowLife is how long somebody may take at the provider.
const flowLife = 10 * time.Minute

func flowCookie(secure bool) string { return cookieName(secure) + "-login" }

func setFlow(w http.ResponseWriter, r *http.Request, value string, age int) {
	secure := originOf(r).secure
	http.SetCookie(w, &http.Cookie{Name: flowCookie(secure), Value: value, Path: "/", MaxAge: age, Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// flowOf is the login that a browser began.
func flowOf(r *http.Request) (flow, error) {
	var f flow
	cookies := r.CookiesNamed(flowCookie(originOf(r).secure))
	if len(cookies) != 1 {
		return f, errNoFlow
	}
	text, err := base64.RawURLEncoding.DecodeString(cookies[0].Value)
	if err != nil || json.Unmarshal(text, &f) != nil || f.State == "" || f.Nonce == "" || f.Verifier == "" {
		return f, errNoFlow
	}
	return f, nil
}

var (
	errNoFlow   = errors.New("the login did not begin here, or took too long")
	errNoRole   = errors.New("none of the groups of the user has a role here")
	errStale    = errors.New("the OpenID provider did not ask for a proof anew")
	errProvider = errors.New("the OpenID provider let nobody in")
)

// toProvider sends a browser to the provider.
func (l *login) toProvider(w http.ResponseWriter, r *http.Request) {
	if to, ok := l.away(w, r, flow{Next: ownPath(r.URL.Query().Get("next"))}); ok {
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

// away begins a flow, and returns where it goes on.
func (l *login) away(w http.ResponseWriter, r *http.Request, f flow, options ...oauth2.AuthCodeOption) (to string, ok bool) {
	_, settings, err := l.provider.settings(oidc.ClientContext(r.Context(), l.provider.client))
	if err != nil {
		l.refusedElsewhere(w, r, err)
		return "", false
	}
	f.State, f.Nonce, f.Verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	text, err := json.Marshal(f)
	if err != nil || len(text) > 2<<10 { // cookies are small
		l.refusedElsewhere(w, r, errNoFlow)
		return "", false
	}
	setFlow(w, r, base64.RawURLEncoding.EncodeToString(text), int(flowLife.Seconds()))
	return settings.AuthCodeURL(f.State, append(options, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier))...), true
}

// prove shows somebody who approves the way to the provider, which has to ask for a proof whatever it knows already. It is a link: browsers lead no form to
// another site.
func (l *login) prove(w http.ResponseWriter, r *http.Request, c consent) {
	f := flow{Next: signoffHref(c.RunID), Consent: &c, Form: visiting(r).FormToken, Since: l.server.options.Now().Unix()}
	if to, ok := l.away(w, r, f, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0")); ok {
		l.pages.write(w, r, "onward", http.StatusOK, page{Title: "Prove who you are", Body: to})
	}
}

// proved approves what somebody approved before they went to the provider, where it is the same person in the same session.
func (l *login) proved(w http.ResponseWriter, r *http.Request, f flow) {
	v, err := l.server.identify(r, false)
	r = withVisitor(r, v)
	r.SetPathValue("id", f.Consent.RunID)
	switch {
	case err != nil:
		l.server.notIdentified(w, err)
		return
	case v.visit == nil || !v.visit.SameForm(f.Form) || !v.May(access.Approver):
		l.refusedElsewhere(w, r, errNoFlow)
		return
	}
	c := *f.Consent
	c.who, c.address = v.Identity, originOf(r).address
	c.prove = func(ctx context.Context) (access.Means, error) {
		subject, err := l.freshly(ctx, r, f)
		if err != nil {
			return "", l.notProved(err)
		}
		return access.ByProvider, l.notProved(l.server.options.Access.Authority.ReauthenticateElsewhere(ctx, c.who, subject, c.address))
	}
	_, err = l.server.approve(r.Context(), c)
	l.pages.done(w, r, err)
}

// notProved says why a proof of the provider does not count.
func (l *login) notProved(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, access.ErrCredentials):
		return refuse(http.StatusForbidden, "at the OpenID provider you are somebody else", "nothing was approved; log in there as who you are here")
	case errors.Is(err, errStale):
		return refuse(http.StatusForbidden, errStale.Error(), "nothing was approved; have the provider tell auth_time and heed max_age")
	}
	l.server.options.Say("a proof at %s failed: %v", l.provider.Issuer, err)
	return refuse(http.StatusForbidden, "the OpenID provider gave no proof of who you are", "nothing was approved; try again, and see the log of the server")
}

// freshly is who proved to the provider who they are, after they were sent there.
func (l *login) freshly(ctx context.Context, r *http.Request, f flow) (string, error) {
	proof, err := l.proofOf(ctx, r, f)
	if err != nil {
		return "", err
	}
	var claims struct {
		At int64 `json:"auth_time"`
	}
	const skew = 60 // seconds that two clocks may be apart
	if err := proof.Claims(&claims); err != nil || claims.At < f.Since-skew || claims.At > l.server.options.Now().Unix()+skew {
		return "", errStale
	}
	return proof.Issuer + "\n" + proof.Subject, nil
}

// fromProvider begins a session for whoever the provider names.
func (l *login) fromProvider(w http.ResponseWriter, r *http.Request) {
	f, err := flowOf(r)
	setFlow(w, r, "", -1)
	if err == nil && f.Consent != nil {
		l.proved(w, r, f)
		return
	}
	if err == nil {
		var begun *access.Login
		if begun, err = l.redeem(r, f); err == nil {
			l.begun(w, r, begun)
			http.Redirect(w, r, ownPath(f.Next), http.StatusSeeOther)
			return
		}
	}
	l.refusedElsewhere(w, r, err)
}

// redeem turns the code of the provider into a session.
func (l *login) redeem(r *http.Request, f flow) (*access.Login, error) {
	proof, err := l.proofOf(r.Context(), r, f)
	if err != nil {
		return nil, err
	}
	name, role, err := l.provider.whoIs(proof)
	if err != nil {
		return nil, err
	}
	return l.server.options.Access.Authority.LoginElsewhere(r.Context(), proof.Issuer+"\n"+proof.Subject, name, role, originOf(r).address)
}

// proofOf turns the code of the provider into what it says of somebody.
func (l *login) proofOf(ctx context.Context, r *http.Request, f flow) (*oidc.IDToken, error) {
	q := r.URL.Query()
	switch {
	case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(f.State)) != 1:
		return nil, errNoFlow
	case q.Get("error") != "" || q.Get("code") == "":
		return nil, errProvider
	}
	ctx = oidc.ClientContext(ctx, l.provider.client)
	found, settings, err := l.provider.settings(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := settings.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return nil, fmt.Errorf("%w: the code is not redeemed", errProvider)
	}
	text, _ := tokens.Extra("id_token").(string)
	proof, err := found.Verifier(&oidc.Config{ClientID: l.provider.ClientID}).Verify(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProvider, err)
	}
	if subtle.ConstantTimeCompare([]byte(proof.Nonce), []byte(f.Nonce)) != 1 {
		return nil, errNoFlow
	}
	return proof, nil
}

// whoIs reads name and role from an ID token.
func (p *provider) whoIs(proof *oidc.IDToken) (string, access.Role, error) {
	var claims map[string]any
	if err := proof.Claims(&claims); err != nil {
		return "", "", err
	}
	name := proof.Subject
	for _, key := range []string{"email", "preferred_username"} { // the later wins
		if text, ok := claims[key].(string); ok && text != "" {
			name = text
		}
	}
	claim := p.GroupsClaim
	if claim == "" {
		claim = "groups"
	}
	var role access.Role
	groups, _ := claims[claim].([]any)
	for _, group := range groups {
		if text, ok := group.(string); ok && (role == "" || p.Roles[text].Covers(role)) {
			role = p.Roles[text]
		}
	}
	if !slices.Contains(access.Roles(), role) {
		return "", "", errNoRole
	}
	return name, role, nil
}

// refusedElsewhere says why somebody who came from the provider is not let in.
func (l *login) refusedElsewhere(w http.ResponseWriter, r *http.Request, err error) {
	l.server.options.Say("a login at %s failed: %v", l.provider.Issuer, err)
	status, problem := http.StatusBadGateway, "The OpenID provider cannot be asked at the moment; see the log of the server."
	switch {
	case errors.Is(err, errNoFlow):
		status, problem = http.StatusBadRequest, "The login did not begin in this browser, or took too long. Begin again."
	case errors.Is(err, errNoRole):
		status, problem = http.StatusForbidden, "You are known, and none of your groups has a role here. Ask who runs this server."
	case errors.Is(err, access.ErrExists):
		status, problem = http.StatusForbidden, "Another user has your name here. Ask who runs this server."
	case errors.Is(err, errProvider):
		status, problem = http.StatusForbidden, "The OpenID provider let nobody in. Begin again."
	}
	l.write(w, r, status, loginBody{Next: "/", Problem: problem})
}
