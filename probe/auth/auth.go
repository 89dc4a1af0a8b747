// Package auth makes a request carry an identity; there is one file per flow.
//
// A [Spec] says who asks, and [New] makes an [Authorizer] of it, which adds the identity to copies of requests. The flows are bearer tokens
// (RFC 6750), also from a token call of one's own; Basic (RFC 7617) and Digest (RFC 7616); keys in a header, the query or a cookie; OAuth 2.0
// client credentials and password (RFC 6749, sections 4.3 and 4.4); OAuth 1.0a (RFC 5849); HMAC signatures of a configurable string; and AWS
// Signature Version 4.
//
// It does no network itself and has neither clock nor randomness: what it needs comes as the functions of a [World]. It does not decide who
// may be sent what: the host guard stands in front of it, and a token call passes that guard as any other call does. It masks nothing:
// it announces each secret before using it, so that whoever records can mask.
//
// Flows that sign rewrite the URL of the copy to the form in which it goes out, so that what is signed is what is sent.
package auth

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// World is what flows need from outside. Now and Nonce are required by the flows that sign or fetch, Do by those that fetch a token.
type World struct {
	Now   func() time.Time
	Nonce func() string // a word that was never used before: letters and digits
	// Do performs a token call. It returns the exchange as it may be shown, and the answer's body unmasked. An error says that nothing
	// was sent, or that ctx ended.
	Do func(ctx context.Context, q probe.Request) (*probe.Exchange, string, error)
	// Secret is told every credential and every derived token before it is used; nil where nobody wants to know.
	Secret func(name, value string)
}

func (w World) announce(name, value string) {
	if w.Secret != nil && value != "" {
		w.Secret(name, value)
	}
}

// needs says which functions of the world a flow cannot do without.
func (w World) needs(fetches bool) error {
	if w.Now == nil || w.Nonce == nil || fetches && w.Do == nil {
		return fmt.Errorf("auth: this flow needs a clock, a source of nonces, and where it fetches tokens a way to send")
	}
	return nil
}

// Authorizer adds an identity to requests. It is safe for concurrent use; a token is fetched once (single flight) and again shortly before
// it expires.
type Authorizer interface {
	// Authorize returns a copy of the request that carries the identity; the original is unchanged. What stands in the place of the
	// identity, such as a header Authorization, is replaced. Errors are those of ctx, a [*TokenError], or say why this request cannot
	// carry the identity; none of them holds a secret.
	Authorize(ctx context.Context, q probe.Request) (probe.Request, error)
	// Answer looks at an answer 401 to a request as Authorize made it, and says whether the request is worth sending once more (digest
	// challenge, expired token); then it returns that request.
	Answer(ctx context.Context, q probe.Request, r *probe.RecordedResponse) (probe.Request, bool)
}

// flows lists every type of identity.
var flows = map[string]func(Spec, World) (Authorizer, error){
	"none":      newNone,
	"bearer":    newBearer,
	"basic":     newBasic,
	"digest":    newDigest,
	"api_key":   newAPIKey,
	"oauth2":    newOAuth2,
	"oauth1":    newOAuth1,
	"hmac":      newHMAC,
	"aws_sigv4": newSigV4,
	"mtls":      newNone, // the certificate comes with the connection
}

// Types lists what Spec.Type can be, by name.
func Types() []string { return slices.Sorted(maps.Keys(flows)) }

// New makes an Authorizer. Its texts must be filled: see [Spec.Fill]. Errors say what is missing or unusable, and where to supply it; they
// hold no value that may be secret.
func New(s Spec, w World) (Authorizer, error) {
	s.Type = strings.ReplaceAll(fold(s.Type), "-", "_")
	if s.Type == "" {
		s.Type = "none"
	}
	flow, ok := flows[s.Type]
	if !ok {
		return nil, fmt.Errorf("auth: type %q is unknown; it is one of %s", s.Type, strings.Join(Types(), ", "))
	}
	for _, secret := range s.Secrets() {
		if probe.LooksSecret(secret.Name) { // the others are announced by their flows, under better names
			w.announce(secret.Name, secret.Value)
		}
	}
	return flow(s, w)
}

// TokenError is a failed token call. It is one cause for every case that needs the token: until the call is tried again, all of them get
// the same pointer.
type TokenError struct {
	Exchange *probe.Exchange // masked; nil where the call could not be sent
	Reason   string          // what went wrong
	Next     string          // what to do about it; "" where the reason says so
}

func (e *TokenError) Error() string {
	return strings.TrimSuffix("the token call failed: "+e.Reason+"; "+e.Next, "; ")
}

// unconditional is an Authorizer whose identity does not depend on answers.
type unconditional func(q probe.Request) (probe.Request, error)

func (u unconditional) Authorize(ctx context.Context, q probe.Request) (probe.Request, error) {
	if err := ctx.Err(); err != nil {
		return probe.Request{}, err
	}
	return u(clone(q))
}

func (u unconditional) Answer(_ context.Context, q probe.Request, _ *probe.RecordedResponse) (probe.Request, bool) {
	return q, false
}
