package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// identities makes the authorizers of a run. APIs of one identity share one, so that a token is fetched once.
type identities struct {
	runner *runner
	mu     sync.Mutex
	made   map[string]auth.Authorizer
	calls  []probe.TokenCall // in the order in which they ended
}

// of is the authorizer of a sheet; nil where it has no identity beyond its headers, or one that lacks values: what would carry it is blocked,
// and a placeholder must not pass for a secret, which the report would mask.
func (ids *identities) of(s *probe.Sheet, vars probe.Vars) (auth.Authorizer, error) {
	o := ids.runner.options
	switch {
	case s.Auth == nil || s.Auth.Type == "none" || hasUnset(identityNeeds(s, vars)):
		return nil, nil
	case s.Auth.Type == byCertificate && o.Send.Cert == "":
		return nil, errNoCertificate
	}
	spec := specOf(s, vars, o.BaseURL)
	key := spec.Key()
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if a, ok := ids.made[key]; ok {
		return a, nil
	}
	a, err := auth.New(spec, auth.World{Now: time.Now, Nonce: newNonce, Do: ids.runner.tokenCall, Secret: o.Send.Redactor.Add})
	if err == nil {
		ids.made[key] = a
	}
	if spec.TokenRequest != nil { // whose answer is not the only one that may give its credentials back
		o.Send.Redactor.Learn(*spec.TokenRequest)
	}
	return a, err
}

// as is the sheet with the identity that a case goes out with.
func as(s *probe.Sheet, c *probe.Case) *probe.Sheet {
	if c.Identity == nil {
		return s
	}
	changed := *s
	changed.Auth = c.Identity
	return &changed
}

// spoilt makes an identity whose credentials are no good. What it sends is no secret, and fetched from nobody.
func spoilt(s *probe.Sheet, vars probe.Vars) (auth.Authorizer, error) {
	return idle(specOf(s, vars, ""))
}

// byCertificate is the type of identity that comes with the connection.
const byCertificate = "mtls"

var errNoCertificate = errors.New("the identity is a client certificate, and none was supplied")

// specOf is what a sheet says of its identity, filled, its token call on the host that stands in for the sheets' hosts.
func specOf(s *probe.Sheet, vars probe.Vars, base string) auth.Spec {
	spec := auth.SpecOf(s.Auth)
	spec.TokenRequest = typed(spec.TokenRequest)
	spec = spec.Fill(func(name, text string) string {
		if name == "token_request.body" {
			return filledBody(text, mediaTypeOf(spec.TokenRequest), s, vars)
		}
		return filled(text, s, vars, fitFor(name, text))
	})
	if base != "" {
		spec.TokenURL = rebased(spec.TokenURL, base)
		if spec.TokenRequest != nil {
			spec.TokenRequest.URL = rebased(spec.TokenRequest.URL, base)
		}
	}
	return spec
}

// identityProblems say what keeps requests from carrying the identity of their sheet, as far as that is known before anything was sent.
func identityProblems(c *probe.Case, s *probe.Sheet, vars probe.Vars, o Options) []probe.Finding {
	if needs := identityNeeds(s, vars); hasUnset(needs) {
		return unresolved(c.ID, needs)
	}
	if s.Auth == nil {
		return nil
	}
	spec := specOf(s, vars, o.BaseURL)
	call := spec.TokenURL
	if spec.TokenRequest != nil {
		call = spec.TokenRequest.URL
	}
	if call == "" {
		return nil
	}
	return refusedTokenCall(c.ID, s, call, o)
}

// refusedTokenCall is what the guard has against a token call.
func refusedTokenCall(id string, s *probe.Sheet, call string, o Options) []probe.Finding {
	err := o.Guard.Check(call)
	if err == nil {
		return nil
	}
	f := setupFinding(id, "setup.host-not-allowed", "the token call: "+err.Error(), "check its URL; if the host is right, admit it with --allow-host")
	f.At = s.Auth.At
	return []probe.Finding{f}
}

// unsignable says why an identity cannot be used, without using it.
func unsignable(s *probe.Sheet, vars probe.Vars) error {
	_, err := idle(specOf(s, vars, ""))
	return err
}

// idle is an Authorizer that can be looked at, and fetches nothing.
func idle(spec auth.Spec) (auth.Authorizer, error) {
	never := func(context.Context, probe.Request) (*probe.Exchange, string, error) {
		return nil, "", errors.ErrUnsupported
	}
	return auth.New(spec, auth.World{Now: time.Now, Nonce: newNonce, Do: never})
}

func newNonce() string { return rand.Text() }

// rebased sets a token call on the host that stands in for the sheets' hosts.
func rebased(address, base string) string {
	u, err := url.Parse(address)
	b, errBase := url.Parse(base)
	if err != nil || errBase != nil || address == "" || u.Host == "" {
		return address
	}
	u.Scheme, u.Host = b.Scheme, b.Host
	return u.String()
}

func hasUnset(needs []probe.Need) bool {
	return slices.ContainsFunc(needs, func(n probe.Need) bool { return !n.Set })
}

// identityNeeds lists the placeholders of an identity, each once.
func identityNeeds(s *probe.Sheet, vars probe.Vars) []probe.Need {
	if s.Auth == nil {
		return nil
	}
	var needs []probe.Need
	auth.SpecOf(s.Auth).Fill(func(_, text string) string {
		for _, ref := range probe.FindPlaceholders(text, false) {
			if slices.ContainsFunc(needs, func(n probe.Need) bool { return n.Name == ref.Name && n.Written == ref.Written }) {
				continue
			}
			v, ok := plan.Supply(s, vars, ref.Name)
			needs = append(needs, probe.Need{Name: ref.Name, Written: ref.Written, Part: "the identity", At: s.Auth.At, Value: v, Set: ok})
		}
		return text
	})
	return needs
}

// tokenCall performs a call for a token, which passes the guard and the budget as any other call does.
func (r *runner) tokenCall(ctx context.Context, q probe.Request) (*probe.Exchange, string, error) {
	if err := r.options.Guard.Check(q.URL); err != nil {
		return nil, "", err
	}
	if x := r.hosts.lost(q); x != nil {
		return x, "", nil
	}
	if !r.budget.take() { // that of an API is for what the sheet documents
		return nil, "", errors.New(r.budget.exhausted("").Message)
	}
	var text string
	x, err := r.client.SendInspected(ctx, q, func(_ int, _ http.Header, body []byte) { text = string(body) })
	if x != nil {
		r.identities.mu.Lock()
		defer r.identities.mu.Unlock()
		r.identities.calls = append(r.identities.calls, probe.NewTokenCall(x))
	}
	return x, text, err
}

const tokenFailed = "setup.token-failed"

// isOutage says that whoever issues the tokens could not be reached, or failed itself: the credentials are not to blame.
func isOutage(err error) bool {
	var failed *auth.TokenError
	if !errors.As(err, &failed) || failed.Exchange == nil {
		return false
	}
	x := failed.Exchange
	return x.Failure() != nil || x.Response != nil && x.Response.HTTPStatus >= 500
}

// identityFailed is the finding about a request that cannot carry its identity, or whose identity could not be had.
func identityFailed(c *probe.Case, s *probe.Sheet, err error) probe.Finding {
	if errors.Is(err, errNoCertificate) {
		f := probe.NewFinding("setup.placeholder-unresolved", c.ID, probe.AtSetup, "auth", byCertificate)
		f.At, f.Message, f.Hint = s.Auth.At, err.Error(), "supply it with --cert FILE and --key FILE"
		return f
	}
	var failed *auth.TokenError
	if !errors.As(err, &failed) {
		f := probe.NewFinding("sheet.ambiguous", c.ID, probe.AtSetup, "auth")
		f.At, f.Message = s.Auth.At, err.Error()
		f.Hint = "correct the auth section of the sheet or the configuration"
		if s.Auth.At.IsZero() { // the configuration says it, which is ours
			f.Blame, f.Hint = probe.BlameEnvironment, "correct auth in the configuration, or the value that it asks for"
		}
		return f
	}
	f := probe.NewFinding(tokenFailed, c.ID, probe.AtSetup)
	f.At, f.Message = s.Auth.At, "the token call failed: "+failed.Reason
	switch {
	case isOutage(err):
		f.Hint = "ask whoever issues the tokens whether the service is up, and check the way to it"
	case failed.Next != "":
		f.Hint = failed.Next
	}
	if x := failed.Exchange; x != nil && x.Response != nil {
		f.Observed = fmt.Sprintf("HTTP %d from %s", x.Response.HTTPStatus, x.Request.URL)
	}
	return f
}
