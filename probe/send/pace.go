package send

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pace spaces out the requests to each host.
type pace struct {
	perSecond float64
	mu        sync.Mutex
	hosts     map[string]*rate.Limiter
}

func newPace(perSecond float64) *pace {
	return &pace{perSecond: perSecond, hosts: map[string]*rate.Limiter{}}
}

// wait returns when the next request to host may go out, or with the error of ctx when that ended first. It does not fail early where the
// deadline of ctx lies before the turn, as the limiter's own Wait does: only what happened is reported.
func (p *pace) wait(ctx context.Context, host string) error {
	if p.perSecond <= 0 {
		return ctx.Err()
	}
	turn := p.limiter(strings.ToLower(host)).Reserve()
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

func (p *pace) limiter(host string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.hosts[host]
	if !ok {
		l = rate.NewLimiter(rate.Limit(p.perSecond), 1)
		p.hosts[host] = l
	}
	return l
}
