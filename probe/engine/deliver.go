package engine

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// exchange sends the case, or notes in it why it was not sent.
func (r *runner) exchange(ctx context.Context, t *turn, c *probe.Case) *probe.Exchange {
	if ctx.Err() != nil {
		c.Skip = interrupted
		return nil
	}
	if r.passOver(t, c); c.Skip != "" {
		return nil
	}
	identity, err := r.identityOf(t, c)
	q, ok := r.identified(ctx, t, c, identity, err)
	if !ok {
		return nil
	}
	x := r.deliver(ctx, t, c, q)
	if x == nil || x.Response == nil || x.Response.HTTPStatus != http.StatusUnauthorized || identity == nil {
		return x
	}
	if again, worth := identity.Answer(ctx, q, x.Response); worth { // a challenge, or a token that has just expired
		if second := r.deliver(ctx, t, c, again); second != nil {
			second.Attempts = append(x.Attempts[:len(x.Attempts):len(x.Attempts)], second.Attempts...)
			return second
		}
	}
	return x
}

// identityOf is who sends a case: nobody, somebody whose credentials are no good, or the one that the sheet names.
func (r *runner) identityOf(t *turn, c *probe.Case) (auth.Authorizer, error) {
	switch {
	case c.Anonymous:
		return nil, nil
	case c.Identity != nil:
		return spoilt(as(t.sheet, c), t.vars)
	}
	return t.identity, t.identityErr
}

// identified makes the request of a case carry an identity; err says why that cannot be had.
func (r *runner) identified(ctx context.Context, t *turn, c *probe.Case, identity auth.Authorizer, err error) (probe.Request, bool) {
	if identity == nil && err == nil {
		return c.Request, true
	}
	q := c.Request
	if err == nil {
		q, err = identity.Authorize(ctx, c.Request)
	}
	switch {
	case err == nil:
		return q, true
	case ctx.Err() != nil:
		c.Skip = interrupted
	default:
		c.Blocked = append(c.Blocked, identityFailed(c, t.sheet, err))
		t.outage = isOutage(err)
	}
	return q, false
}

// deliver sends a request, within the budget.
func (r *runner) deliver(ctx context.Context, t *turn, c *probe.Case, q probe.Request) *probe.Exchange {
	if full := r.admit(ctx); full != nil {
		c.Blocked = append(c.Blocked, full.exhausted(c.ID))
		return nil
	}
	client, uncertified := r.client, c.Anonymous && t.sheet.Auth.Type == byCertificate
	if uncertified {
		client = r.bare
	}
	x, err := client.SendInspected(ctx, q, r.inspector(t, c), final(t, c)...)
	if err == nil {
		x.StartedAt = r.options.now().UTC().Add(-time.Duration(x.Timing.Total * float64(time.Millisecond)))
	}
	switch {
	case err == nil && uncertified && x.Failure() != nil && x.Failure().Rule == "transport.tls":
		c.Skip, c.ByDesign = "the server refuses connections without a client certificate, as it should, so there is no answer to judge", true
	case err == nil:
		if x.Failure() != nil {
			r.hosts.learn(c.ID, c.Request.URL, x)
		}
		return x
	case errors.Is(err, send.ErrUnsendable):
		c.Blocked = append(c.Blocked, unsendable(c.ID, err))
	case errors.Is(err, send.ErrNotAllowed):
		c.Blocked = append(c.Blocked, notAllowed(c.ID, err, "check the URL and what its name stands for; if the address is right, admit it with --allow-host ADDRESS"))
	case errors.Is(err, send.ErrUnderWay):
		c.Skip = interrupted + " while this request was under way; the server may have acted upon it"
	default:
		c.Skip = interrupted
	}
	return nil
}

// final are the statuses that are no reason to send a request again: those that a row of test data is there to bring about, and any where
// the request carries a proof that is good for one time, which a strict server would take for a replay.
func final(t *turn, c *probe.Case) []int {
	var statuses []int
	if c.Family == probe.FamilyTestData {
		statuses = slices.Clone(c.Expect.HTTPStatus)
	}
	if a := t.sheet.Auth; a != nil && !c.Anonymous && slices.Contains([]string{"digest", "oauth1", "hmac"}, a.Type) {
		statuses = append(statuses, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	}
	return statuses
}

// inspector captures from the answer to the documented request, before it is recorded, so that what was captured is masked in the record.
func (r *runner) inspector(t *turn, c *probe.Case) send.Inspect {
	if c.Family != probe.FamilySuccess && c.Family != probe.FamilyPoll || len(t.sheet.Capture) == 0 {
		return nil
	}
	return func(status int, headers http.Header, body []byte) {
		taken, problem := take(t.sheet, status, headers, body)
		for _, v := range taken {
			if v.Secret {
				r.options.Send.Redactor.Add(v.Name, v.Value)
			}
		}
		if !t.repeating {
			t.taken, t.problem = taken, problem
		}
	}
}
