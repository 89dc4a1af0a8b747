package auth

import (
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/sheetprobe/sheetprobe/probe"
)

// newBearer sends a token that is given, or fetched by a call of the owner's own making.
func newBearer(s Spec, w World) (Authorizer, error) {
	place, err := placeOf(s)
	if err != nil {
		return nil, err
	}
	if s.TokenRequest != nil {
		return newTokenCall(s, w, place)
	}
	if strings.TrimSpace(s.Token) == "" {
		return nil, s.wrong("neither \"token\" nor \"token_request\" is given; write token: \"<<token>>\" into the auth section of the sheet or the " +
			"configuration and supply the value in a vars file or the environment, or describe the call that fetches it under token_request")
	}
	token := bareToken(s.Token)
	if !isToken(token) {
		return nil, s.wrong("the token holds a blank, a line break or another character that a header cannot carry; look at both ends of the value")
	}
	if token != s.Token {
		w.announce("token", token)
	}
	return unconditional(func(q probe.Request) (probe.Request, error) {
		place.put(&q, token)
		return q, nil
	}), nil
}

func newTokenCall(s Spec, w World, place tokenPlace) (Authorizer, error) {
	if err := w.needs(true); err != nil {
		return nil, err
	}
	if s.TokenRequest.URL == "" {
		return nil, s.wrong("\"token_request\" has no url")
	}
	q := clone(*s.TokenRequest)
	if q.Method = strings.ToUpper(strings.TrimSpace(q.Method)); q.Method == "" {
		q.Method = "POST"
	}
	path, err := readTokenPath(s)
	if err != nil {
		return nil, err
	}
	return &tokens{world: w, call: q, path: path, place: place}, nil
}

// tokenPlace is the header that carries a token, and what stands before it.
type tokenPlace struct{ header, prefix string }

func placeOf(s Spec) (tokenPlace, error) {
	p := tokenPlace{header: strings.TrimSpace(s.Header), prefix: s.Prefix}
	if p.header == "" {
		p.header = "Authorization"
	}
	if !httpguts.ValidHeaderFieldName(p.header) || !carriable(strings.TrimRight(p.prefix, " ")) {
		return p, s.wrong("header %q with prefix %q is nothing that a request can carry", s.Header, s.Prefix)
	}
	switch {
	case p.prefix == "" && strings.EqualFold(p.header, "Authorization"):
		p.prefix = "Bearer "
	case fold(p.prefix) == "bearer" || fold(p.prefix) == "token":
		p.prefix = strings.TrimSpace(p.prefix) + " " // YAML drops the blank at the end
	}
	return p, nil
}

func (p tokenPlace) put(q *probe.Request, token string) { setHeader(q, p.header, p.prefix+token) }

// used finds the token that a request carries.
func (p tokenPlace) used(q probe.Request) string {
	value, _ := header(q, p.header)
	return strings.TrimPrefix(value, p.prefix)
}

// bareToken drops the scheme, which people paste along with the token.
func bareToken(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 7 && strings.EqualFold(s[:7], "bearer ") {
		return strings.TrimSpace(s[7:])
	}
	return s
}

// isToken is wider than the token68 of RFC 6750: whatever is visible ASCII reaches the server.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
