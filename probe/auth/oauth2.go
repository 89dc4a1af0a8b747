package auth

import (
	"net/url"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// newOAuth2 fetches tokens by the grants that need no person: client credentials and password (RFC 6749, sections 4.4 and 4.3).
func newOAuth2(s Spec, w World) (Authorizer, error) {
	if err := w.needs(true); err != nil {
		return nil, err
	}
	grant, err := s.choose("grant", "client_credentials", "password")
	if err != nil {
		return nil, err
	}
	needed := []string{"token_url", "client_id"}
	if grant == "password" {
		needed = []string{"token_url", "username", "password"}
	}
	if err := s.require(needed...); err != nil {
		return nil, err
	}
	place, err := placeOf(s)
	if err != nil {
		return nil, err
	}
	path, err := readTokenPath(s)
	if err != nil {
		return nil, err
	}
	call, err := s.tokenRequest(grant)
	if err != nil {
		return nil, err
	}
	if value, ok := header(call, "Authorization"); ok {
		w.announce("client-credentials", strings.TrimPrefix(value, "Basic "))
	}
	return &tokens{world: w, call: call, path: path, place: place}, nil
}

// tokenRequest is the call of the token endpoint. The client proves itself either in the header or in the body, never in both
// (RFC 6749, section 2.3); one without a secret only names itself.
func (s Spec) tokenRequest(grant string) (probe.Request, error) {
	clientAuth, err := s.choose("client_auth", "header", "body")
	if err != nil {
		return probe.Request{}, err
	}
	q := probe.Request{Method: "POST", URL: strings.TrimSpace(s.TokenURL), Headers: []probe.Header{
		{Name: "Content-Type", Value: "application/x-www-form-urlencoded"},
		{Name: "Accept", Value: "application/json"},
	}}
	form := url.Values{"grant_type": {grant}}
	if grant == "password" {
		form.Set("username", s.Username)
		form.Set("password", s.Password)
	}
	for name, value := range map[string]string{"scope": s.Scope, "audience": s.Audience} {
		if value = strings.TrimSpace(value); value != "" {
			form.Set(name, value)
		}
	}
	switch {
	case s.ClientID == "":
	case clientAuth == "header" && s.ClientSecret != "":
		// Both are encoded as a form's values are, before they are joined: a secret may hold a colon.
		setHeader(&q, "Authorization", "Basic "+basicCredentials(url.QueryEscape(s.ClientID), url.QueryEscape(s.ClientSecret)))
	default:
		form.Set("client_id", s.ClientID)
		if s.ClientSecret != "" {
			form.Set("client_secret", s.ClientSecret)
		}
	}
	q.Body = []byte(form.Encode())
	return q, nil
}
