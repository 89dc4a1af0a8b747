package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
}

// of is the authorizer of a sheet; nil where it has no identity beyond its headers.
func (ids *identities) of(s *probe.Sheet, vars probe.Vars) (auth.Authorizer, error) {
	if s.Auth == nil || s.Auth.Type == "none" {
		return nil, nil
	}
	spec := auth.SpecOf(s.Auth).Fill(func(name, text string) string { return filled(text, s, vars) })
	if base := ids.runner.options.BaseURL; base != "" {
		spec.TokenURL = rebased(spec.TokenURL, base)
		if spec.TokenRequest != nil {
			spec.TokenRequest.URL = rebased(spec.TokenRequest.URL, base)
		}
	}
	key := spec.Key()
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if a, ok := ids.made[key]; ok {
		return a, nil
	}
	a, err := auth.New(spec, auth.World{Now: time.Now, Nonce: newNonce, Do: ids.runner.tokenCall, Secret: ids.runner.options.Send.Redactor.Add})
	if err == nil {
		ids.made[key] = a
	}
	return a, err
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

// filled puts values in the place of placeholders; one without a value stays, and is found by unfilled.
func filled(text string, s *probe.Sheet, vars probe.Vars) string {
	refs := probe.FindPlaceholders(text, false)
	for i := len(refs) - 1; i >= 0; i-- {
		if value, ok := plan.Value(s, vars, refs[i].Name); ok {
			text = text[:refs[i].Start] + value + text[refs[i].End:]
		}
	}
	return text
}

// unfilled lists the placeholders of an identity that have no value.
func unfilled(s *probe.Sheet, vars probe.Vars) []probe.PlaceholderRef {
	if s.Auth == nil {
		return nil
	}
	var missing []probe.PlaceholderRef
	auth.SpecOf(s.Auth).Fill(func(_, text string) string {
		for _, ref := range probe.FindPlaceholders(text, false) {
			if _, ok := plan.Value(s, vars, ref.Name); !ok {
				missing = append(missing, ref)
			}
		}
		return text
	})
	return missing
}

// tokenCall performs a call for a token, which passes the guard and the budget as any other call does.
func (r *runner) tokenCall(ctx context.Context, q probe.Request) (*probe.Exchange, string, error) {
	if err := r.options.Guard.Check(q.URL); err != nil {
		return nil, "", err
	}
	if !r.admit() {
		return nil, "", fmt.Errorf("the limit of %d requests for this run is reached", r.options.MaxRequests)
	}
	var text string
	x, err := r.client.SendInspected(ctx, q, func(_ int, _ http.Header, body []byte) { text = string(body) })
	return x, text, err
}

// identityFailed is the finding about a request that cannot carry its identity, or whose identity could not be had.
func identityFailed(c *probe.Case, s *probe.Sheet, err error) probe.Finding {
	var failed *auth.TokenError
	if !errors.As(err, &failed) {
		f := probe.NewFinding("sheet.ambiguous", c.ID, probe.AtSetup, "auth")
		f.At, f.Message = s.Auth.At, err.Error()
		f.Hint = "correct the auth section of the sheet or the configuration"
		return f
	}
	f := probe.NewFinding("setup.token-failed", c.ID, probe.AtSetup)
	f.At, f.Message = s.Auth.At, err.Error()
	if x := failed.Exchange; x != nil && x.Response != nil {
		f.Observed = fmt.Sprintf("HTTP %d from %s", x.Response.HTTPStatus, x.Request.URL)
	}
	return f
}
