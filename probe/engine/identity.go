package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	key := fmt.Sprintf("%+v", spec)
	if spec.TokenRequest != nil {
		key += fmt.Sprintf("%+v", *spec.TokenRequest)
	}
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

// filled puts values in the place of placeholders; one without a value stays, and is found by identityNeeds.
func filled(text string, s *probe.Sheet, vars probe.Vars) string {
	refs := probe.FindPlaceholders(text, false)
	for i := len(refs) - 1; i >= 0; i-- {
		if value, ok := plan.Value(s, vars, refs[i].Name); ok {
			text = text[:refs[i].Start] + value + text[refs[i].End:]
		}
	}
	return text
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
	if !r.admit() {
		return nil, "", fmt.Errorf("the limit of %d requests for this run is reached", r.options.MaxRequests)
	}
	var text string
	x, err := r.client.SendInspected(ctx, q, func(_ int, _ http.Header, body []byte) { text = string(body) })
	return x, text, err
}

// tokenFailed is the finding about an identity that could not be had.
func tokenFailed(c *probe.Case, s *probe.Sheet, err error) probe.Finding {
	f := probe.NewFinding("setup.token-failed", c.ID, probe.AtSetup)
	f.At, f.Message = s.Auth.At, err.Error()
	var failed *auth.TokenError
	if errors.As(err, &failed) && failed.Exchange != nil && failed.Exchange.Response != nil {
		f.Observed = strings.TrimSpace(fmt.Sprintf("HTTP %d from %s", failed.Exchange.Response.HTTPStatus, failed.Exchange.Request.URL))
	}
	return f
}
