package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/sheetprobe/sheetprobe/probe"
)

const (
	// earliest is how long before its end a token is replaced at most; of a short-lived one it is a fifth of its life.
	earliest = 30 * time.Second
	// again is how long a failed call is not repeated, and how long a token that replaced a refused one is not replaced in turn: a token
	// endpoint must not be called once for every case.
	again = time.Minute
)

// token is what a call brought.
type token struct {
	value   string
	fetched time.Time
	life    time.Duration // 0 where the answer does not tell
	renewal bool          // it replaced one that was refused
}

// aged says that at the time now the token has lived for the duration, or that the clock was put back, so that nobody knows.
func (t *token) aged(now time.Time, d time.Duration) bool {
	age := now.Sub(t.fetched)
	return age >= d || age < 0
}

func (t *token) due(now time.Time) bool {
	return t.life > 0 && t.aged(now, t.life-min(earliest, t.life/5))
}

func (t *token) over(now time.Time) bool { return t.life > 0 && t.aged(now, t.life) }

// tokens is an Authorizer that fetches a token and keeps it until shortly before it expires.
type tokens struct {
	world World
	call  probe.Request
	path  tokenPath
	place tokenPlace

	flight singleflight.Group

	mu      sync.Mutex // guards what follows
	held    *token
	renewal bool // the next token replaces one that was refused
	failure *TokenError
	failed  time.Time
}

// TokenCall is the call with which an Authorizer fetches its tokens; ok is false where it fetches none.
func TokenCall(a Authorizer) (q probe.Request, ok bool) {
	t, ok := a.(*tokens)
	if !ok {
		return probe.Request{}, false
	}
	return clone(t.call), true
}

func (t *tokens) Authorize(ctx context.Context, q probe.Request) (probe.Request, error) {
	if err := ctx.Err(); err != nil {
		return probe.Request{}, err
	}
	value, err := t.get(ctx)
	if err != nil {
		return probe.Request{}, err
	}
	q = clone(q)
	t.place.put(&q, value)
	return q, nil
}

func (t *tokens) Answer(ctx context.Context, q probe.Request, r *probe.RecordedResponse) (probe.Request, bool) {
	if r == nil || r.HTTPStatus != http.StatusUnauthorized || refusedForGood(r) {
		return q, false
	}
	used := t.place.used(q)
	if !t.discard(used) {
		return q, false
	}
	value, err := t.get(ctx)
	if err != nil || value == used {
		return q, false
	}
	q = clone(q)
	t.place.put(&q, value)
	return q, true
}

// refusedForGood says that the answer names a reason that another token does not mend (RFC 6750, section 3.1).
func refusedForGood(r *probe.RecordedResponse) bool {
	for _, c := range challenges(r) {
		if e := c.params["error"]; c.scheme == "bearer" && (e == "insufficient_scope" || e == "invalid_request") {
			return true
		}
	}
	return false
}

// discard drops the token that was refused. It returns false where that token is itself a young replacement: then tokens are not what is
// wrong.
func (t *tokens) discard(used string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held == nil || t.held.value != used {
		return true // somebody else has replaced it, or is about to
	}
	if t.held.renewal && !t.held.aged(t.world.Now(), again) {
		return false
	}
	t.held, t.renewal = nil, true
	return true
}

// result is a token, or why there is none.
type result struct {
	token string
	err   error
	// panicked is what a call panicked with. It goes on in those who wait: of the goroutine in which the call is made nobody could recover it.
	panicked any
}

// get returns the token that is held, or waits for the one call that fetches another. Whoever is first makes the call under their own
// context; where that ends, the next in line makes another.
func (t *tokens) get(ctx context.Context) (string, error) {
	for {
		if r, ok := t.ready(); ok {
			return r.token, r.err
		}
		done := t.flight.DoChan("", func() (any, error) { return t.recovered(ctx), nil })
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case flown := <-done:
			r := flown.Val.(result)
			if r.panicked != nil {
				panic(r.panicked)
			}
			if !errors.As(r.err, new(abandoned)) || ctx.Err() != nil {
				return r.token, r.err
			}
		}
	}
}

// abandoned is the error of a call whose maker's context ended.
type abandoned struct{ error }

func (a abandoned) Unwrap() error { return a.error }

// ready returns what can be had without a call: a token, or the failure that is not to be repeated yet.
func (t *tokens) ready() (result, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.world.Now()
	if t.held != nil && !t.held.due(now) {
		return result{token: t.held.value}, true
	}
	if since := now.Sub(t.failed); t.failure == nil || since >= again || since < 0 {
		return result{}, false
	}
	return t.fallback(now), true
}

// fallback is the token that is due but not over yet, or else the last failure.
func (t *tokens) fallback(now time.Time) result {
	if t.held != nil && !t.held.over(now) {
		return result{token: t.held.value}
	}
	return result{err: t.failure}
}

func (t *tokens) recovered(ctx context.Context) (r result) {
	defer func() {
		if panicked := recover(); panicked != nil {
			r = result{panicked: panicked}
		}
	}()
	return t.fetch(ctx)
}

func (t *tokens) fetch(ctx context.Context) result {
	if r, ok := t.ready(); ok { // somebody's call ended between the question and the call
		return r
	}
	asked := t.world.Now()
	x, body, err := t.world.Do(ctx, clone(t.call))
	if ctx.Err() != nil {
		return result{err: abandoned{ctx.Err()}}
	}
	found, failure := t.read(x, body, err)
	t.mu.Lock()
	defer t.mu.Unlock()
	if failure != nil {
		t.failure, t.failed = failure, t.world.Now()
		return t.fallback(t.failed)
	}
	// The life counts from before the call: the answer took its time.
	t.held = &token{value: found.token, fetched: asked, life: found.life, renewal: t.renewal}
	t.failure, t.renewal = nil, false
	return result{token: found.token}
}

func (t *tokens) read(x *probe.Exchange, body string, err error) (tokenAnswer, *TokenError) {
	if err != nil {
		return tokenAnswer{}, &TokenError{Exchange: x, Reason: fmt.Sprintf("it could not be sent: %v", err)}
	}
	if reason := withoutAnswer(x); reason != "" {
		return tokenAnswer{}, &TokenError{Exchange: x, Reason: reason}
	}
	found, reason := readTokenAnswer(body, x.Response.MediaType, t.path)
	if status := x.Response.HTTPStatus; status < 200 || status > 299 {
		reason = fmt.Sprintf("it was answered with HTTP status %d", status)
	} else if reason != "" {
		found.secrets = append(found.secrets, found.suspects...)
	}
	for _, s := range found.secrets {
		t.world.announce(s.name, s.value)
	}
	if reason == "" {
		return found, nil
	}
	x = maskAnswer(x, found.secrets)
	said, next := explain(x.Response.HTTPStatus, x.Response.Body)
	return found, &TokenError{x, where(x) + reason + said, next}
}

// withoutAnswer says why there is no answer to read; "" where there is one.
func withoutAnswer(x *probe.Exchange) string {
	switch {
	case x == nil:
		return "nothing was exchanged"
	case x.Failure() != nil:
		f := x.Failure()
		return fmt.Sprintf("%sno answer came (%s: %s); check the address, and that it can be reached from here", where(x), f.Phase, strings.TrimSpace(f.Error))
	case x.Response == nil:
		return where(x) + "no answer came"
	}
	return ""
}

func where(x *probe.Exchange) string {
	if x.Request.URL == "" {
		return ""
	}
	return x.Request.Method + " " + x.Request.URL + ": "
}

// maskAnswer masks in a copy of the exchange what only reading the answer has shown to be secret.
func maskAnswer(x *probe.Exchange, secrets []secret) *probe.Exchange {
	if len(secrets) == 0 {
		return x
	}
	var red probe.Redactor
	for _, s := range secrets {
		red.Add(s.name, s.value)
	}
	masked, answer := *x, *x.Response
	answer.Body, answer.Headers = red.Body(answer.Body), red.Headers(answer.Headers)
	masked.Response = &answer
	return &masked
}
