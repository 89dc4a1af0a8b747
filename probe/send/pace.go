package send

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace spaces out the requests to each host. It only ever makes a request wait.
type pace struct {
	perSecond float64
	atOnce    int           // under way to one host; 0 is unlimited
	longest   time.Duration // that a host can have a request wait by what it answered to another
	turns     Turns         // nil where no other process probes the same hosts
	mu        sync.Mutex
	hosts     map[string]*hostPace
}

// hostPace is what the requests to one host have in common.
type hostPace struct {
	tokens *rate.Limiter
	slots  chan struct{} // nil is unlimited
	quiet  time.Time     // until when the host asked to be left alone, zero where it never did; guarded by pace.mu
}

func newPace(o Options) *pace {
	return &pace{perSecond: o.Rate, atOnce: o.ConcurrencyPerHost, longest: o.Timeout, turns: o.Turns, hosts: map[string]*hostPace{}}
}

// enter returns when the next request to host may go out, or with the error of ctx when that ended first. Who entered leaves.
func (p *pace) enter(ctx context.Context, host string) (leave func(), err error) {
	h := p.of(host)
	leave = func() {}
	if h.slots != nil {
		select {
		case h.slots <- struct{}{}:
			leave = func() { <-h.slots }
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err = p.awaitQuiet(ctx, h); err == nil {
		err = p.awaitTurn(ctx, host, h)
	}
	if err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// awaitQuiet lets the time pass for which the host asked to be left alone, but no longer than the longest in all, however often it asks.
func (p *pace) awaitQuiet(ctx context.Context, h *hostPace) error {
	until := p.quietUntil(h)
	if until.IsZero() { // it has never asked
		return ctx.Err()
	}
	for last := time.Now().Add(p.longest); ; until = p.quietUntil(h) {
		if until.After(last) {
			until = last
		}
		d := time.Until(until)
		if d <= 0 {
			return ctx.Err()
		}
		if err := pause(ctx, d); err != nil {
			return err
		}
	}
}

func (p *pace) quietUntil(h *hostPace) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return h.quiet
}

// awaitTurn keeps the rate: that of all processes together, where there are several.
func (p *pace) awaitTurn(ctx context.Context, host string, h *hostPace) error {
	if p.turns == nil {
		return awaitToken(ctx, h.tokens)
	}
	return p.turns.Turn(ctx, nameOf(host), p.perSecond, p.longest)
}

// awaitToken does not fail early where the deadline of ctx lies before the turn, as the limiter's own Wait does: only what happened is
// reported.
func awaitToken(ctx context.Context, tokens *rate.Limiter) error {
	if tokens == nil {
		return ctx.Err()
	}
	turn := tokens.Reserve()
	d := turn.Delay()
	if d <= 0 {
		return ctx.Err()
	}
	err := pause(ctx, d)
	if err != nil {
		turn.CancelAt(time.Now())
	}
	return err
}

// leaveAlone has the requests to host wait, those of other cases too.
func (p *pace) leaveAlone(host string, d time.Duration) {
	h, d := p.of(host), min(d, p.longest)
	p.mu.Lock()
	if until := time.Now().Add(d); until.After(h.quiet) {
		h.quiet = until
	}
	p.mu.Unlock()
	if p.turns != nil {
		p.turns.LeaveAlone(nameOf(host), d)
	}
}

// nameOf is a host as it is counted, however it is written.
func nameOf(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// of is the pace of a host. Its ports are one: behind them is one system.
func (p *pace) of(host string) *hostPace {
	host = nameOf(host)
	p.mu.Lock()
	defer p.mu.Unlock()
	h, ok := p.hosts[host]
	if !ok {
		h = &hostPace{}
		if p.perSecond > 0 {
			h.tokens = rate.NewLimiter(rate.Limit(p.perSecond), 1)
		}
		if p.atOnce > 0 {
			h.slots = make(chan struct{}, p.atOnce)
		}
		p.hosts[host] = h
	}
	return h
}
