package river

import (
	"context"
	"math"
	"sync"
	"time"
)

// turns are the requests that this process may send to one host, and when. They are taken from the database some at a time, so that a high rate costs no
// round trip per request: each process is given a stretch of time that is nobody else's.
type turns struct {
	mu    sync.Mutex
	next  time.Time // when the next one of the stretch may go out
	left  int       // turns of the stretch
	asked time.Time // when the database was last asked
	quiet time.Time // until when the host is to be left alone
	alone bool      // the database is away: each process keeps to its share of the rate
}

const (
	stretch    = 250 * time.Millisecond // of turns that are taken at a time, one of them at least
	askTimeout = 2 * time.Second
	awayFor    = 2 * time.Second // for which a database is not asked again that could not be reached
)

// Turn returns when the next request to a host may go out, so that all processes together keep to a rate per second; 0 is unlimited. A host that asked one
// of them to wait is left alone by all, but for no longer than longest. It returns with the error of ctx when that ends first.
func (q *Queue) Turn(ctx context.Context, host string, perSecond float64, longest time.Duration) error {
	t := q.turnsOf(host)
	last := time.Now().Add(longest)
	t.mu.Lock()
	at := q.reserve(ctx, t, host, perSecond)
	quiet := t.quiet
	t.mu.Unlock()
	if quiet.After(last) {
		quiet = last
	}
	if quiet.After(at) {
		at = quiet
	}
	if wait := time.Until(at); wait > 0 {
		return pause(ctx, wait)
	}
	return ctx.Err()
}

func (q *Queue) turnsOf(host string) *turns {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.hosts[host]
	if t == nil {
		t = &turns{}
		q.hosts[host] = t
	}
	return t
}

// reserve is when the next turn is; t.mu is held.
func (q *Queue) reserve(ctx context.Context, t *turns, host string, perSecond float64) time.Time {
	now := time.Now()
	if perSecond <= 0 {
		if now.Sub(t.asked) > stretch {
			q.ask(ctx, t, host, 0, 0)
		}
		return now
	}
	gap := time.Duration(float64(time.Second) / perSecond)
	for t.left > 0 && !t.alone && now.Sub(t.next) > gap { // nobody wanted it when it was due, and what is not used is no credit
		t.left--
		t.next = t.next.Add(gap)
	}
	if t.left <= 0 {
		n := 1
		if now.Sub(t.asked) < 4*max(stretch, gap) { // more are wanted soon
			n = max(1, int(math.Ceil(stretch.Seconds()*perSecond)))
		}
		q.ask(ctx, t, host, gap, n)
	}
	t.left--
	at := t.next
	if t.alone {
		if at.Before(now) {
			at = now
		}
		gap *= time.Duration(q.others())
	}
	t.next = at.Add(gap)
	return at
}

// others is how many processes shared the rate when that was last known, this one included.
func (q *Queue) others() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.alive
}

// ask takes n turns from the database. Where that is away, the process goes on by itself; t.mu is held.
func (q *Queue) ask(ctx context.Context, t *turns, host string, gap time.Duration, n int) {
	now := time.Now()
	if t.alone && now.Sub(t.asked) < awayFor {
		t.left = n
		return
	}
	t.asked = now
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	wait, quiet, err := q.take(ctx, host, gap*time.Duration(n))
	switch {
	case err != nil && !t.alone:
		q.say("the rate of requests to %q cannot be shared, the database is away; each process keeps to its share of it: %v", host, err)
	case err == nil && t.alone:
		q.say("the rate of requests to %q is shared again", host)
	}
	t.left, t.alone = n, err != nil
	if err == nil {
		t.asked = time.Now()
		t.next, t.quiet = t.asked.Add(wait), t.asked.Add(quiet)
	}
}

// take moves the time of the host's next free turn on, and returns how long it is until the one that was taken, and until the host may be asked again.
func (q *Queue) take(ctx context.Context, host string, taken time.Duration) (wait, quiet time.Duration, err error) {
	var free, until, now int64
	err = q.pool.QueryRow(ctx, `INSERT INTO fleet_hosts AS h (host, next_at) VALUES ($1, `+clock+` + $2)
		ON CONFLICT (host) DO UPDATE SET next_at = GREATEST(h.next_at, `+clock+`) + $2
		RETURNING next_at - $2, quiet_until, `+clock, host, taken.Microseconds()).Scan(&free, &until, &now)
	return time.Duration(free-now) * time.Microsecond, time.Duration(until-now) * time.Microsecond, err
}

// LeaveAlone has all processes leave a host alone for a while, because it asked for that.
func (q *Queue) LeaveAlone(host string, d time.Duration) {
	t := q.turnsOf(host)
	t.mu.Lock()
	if until := time.Now().Add(d); until.After(t.quiet) {
		t.quiet = until
	}
	t.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	_, _ = q.pool.Exec(ctx, `INSERT INTO fleet_hosts AS h (host, quiet_until) VALUES ($1, `+clock+` + $2)
		ON CONFLICT (host) DO UPDATE SET quiet_until = GREATEST(h.quiet_until, excluded.quiet_until)`, host, d.Microseconds()) // else this process alone keeps to it
}
