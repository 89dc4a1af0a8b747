package engine

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// How long calls are waited for.
const (
	// DefaultCallbackWait is for an API whose sheet does not say how long its call may take.
	DefaultCallbackWait = 10 * time.Second
	maxCallbackWait     = 2 * time.Minute        // however long the sheet allows; --callback-wait waits longer
	callbackGrace       = 2 * time.Second        // behind the documented time, to tell late from missing
	settle              = 500 * time.Millisecond // behind the last call and the last request, for calls that come twice or unasked
)

// callbackWait is how long behind the answer a call is waited for.
func (o Options) callbackWait(s *probe.Sheet) time.Duration {
	if o.CallbackWait > 0 {
		return o.CallbackWait
	}
	if s.Callback == nil || s.Callback.WithinMS <= 0 {
		return DefaultCallbackWait
	}
	documented := time.Duration(min(s.Callback.WithinMS, int(time.Hour/time.Millisecond))) * time.Millisecond
	return min(max(documented+callbackGrace, DefaultCallbackWait), maxCallbackWait)
}

// callbacks waits for the calls of a sheet, and judges them. The other APIs go on meanwhile.
func (r *runner) callbacks(ctx context.Context, j *judge.Judge, t *turn, cases []probe.Case, results []probe.Result) {
	w := &waiting{runner: r, judge: j, turn: t, results: map[string]*probe.Result{}}
	for n := range results {
		w.results[results[n].ID] = &results[n]
	}
	for n := range cases {
		if c := &cases[n]; r.isAwaited(c) && isSent(c) {
			if c.Skip = w.pointless(c); c.Skip == "" {
				w.due = append(w.due, c)
			}
		}
	}
	if r.options.Callbacks != nil && len(t.answered) > 0 {
		w.wait(ctx)
	}
	for n := range cases {
		if c := &cases[n]; r.isAwaited(c) {
			*w.results[c.ID] = withoutSecrets(w.decide(ctx, c), r.options.Send.Redactor)
		}
	}
	w.unasked(cases)
}

// isAwaited says that a case is a call of which no earlier attempt at the run knows.
func (r *runner) isAwaited(c *probe.Case) bool {
	_, known := r.earlier(c)
	return c.Family == probe.FamilyCallback && !known
}

// waiting is the wait for the calls of one sheet.
type waiting struct {
	*runner
	judge   *judge.Judge
	turn    *turn
	results map[string]*probe.Result // by case
	due     []*probe.Case
}

// pointless says why no call is due; "" where one is.
func (w *waiting) pointless(c *probe.Case) string {
	base := w.results[c.Base]
	_, sent := w.turn.answered[c.Base] // this time
	switch {
	case base == nil || base.Exchange == nil || !sent && base.Outcome != probe.OutcomeError:
		return "the request that leads to it was not sent"
	case base.Verdict == probe.Inconclusive:
		return "the request that leads to it got no trustworthy answer"
	case base.Outcome == probe.OutcomeError:
		return "the request that leads to it was not answered with success"
	}
	return ""
}

// expected is how often the request of a case went out.
func (w *waiting) expected(c *probe.Case) int {
	base := w.results[c.Base]
	n := base.Exchange.Requests()
	for _, again := range base.Repeats {
		n += again.Requests
	}
	return n
}

// wait lets the other APIs go on until every call that is due has come or is overdue, and then a moment longer.
func (w *waiting) wait(ctx context.Context) {
	var last time.Time
	for _, at := range w.turn.answered {
		last = later(last, at)
	}
	until := last
	for _, c := range w.due {
		until = later(until, w.turn.answered[c.Base].Add(w.options.callbackWait(w.turn.sheet)))
	}
	w.turn.goOn()
	l := w.options.Callbacks
	l.Await(ctx, until, func() bool {
		for _, c := range w.due {
			if kept, _ := l.Calls(c.Base); len(kept) < w.expected(c) {
				return false
			}
		}
		return true
	})
	if since := time.Since(last); len(w.due) > 0 || since < settle {
		l.Await(ctx, time.Now().Add(settle), func() bool { return false })
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (w *waiting) decide(ctx context.Context, c *probe.Case) probe.Result {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return w.judge.Decide(c, nil)
	}
	a := w.awaited(c)
	if len(a.Calls) == 0 {
		if ctx.Err() != nil {
			c.Skip = interrupted
			return w.judge.Decide(c, nil)
		}
		a.Unreachable, a.Hint = w.unreachable(ctx, c)
		a.Elsewhere = w.elsewhere(c)
	}
	decided, err := w.judge.Callback(c, a)
	if err != nil {
		decided.Verdict, decided.Reason = probe.Inconclusive, err.Error()
	}
	return decided
}

func (w *waiting) awaited(c *probe.Case) judge.Awaited {
	kept, more := w.options.Callbacks.Calls(c.Base)
	a := judge.Awaited{More: more, Expected: w.expected(c), WaitedMS: int(w.options.callbackWait(w.turn.sheet).Milliseconds())}
	for _, call := range kept {
		a.Calls = append(a.Calls, w.received(c.Base, call))
	}
	return a
}

// received is a call as it may be recorded. Its signature is verified before anything is masked.
func (w *waiting) received(base string, call callback.Call) judge.Call {
	from := judge.Call{Cut: call.Cut, Received: probe.Received{
		Request: w.options.Send.Redactor.Knowing(call.Request).Request(call.Request), From: call.From,
		AfterMS: float64(call.At.Sub(w.turn.answered[base]).Microseconds()) / 1000,
	}}
	if cb := w.turn.sheet.Callback; cb != nil && cb.Signature != nil {
		secret := plan.CallbackSecret(w.turn.sheet, w.planner.varsOf(w.turn.index, w.turn.captured))
		if err := callback.Verify(*cb.Signature, secret, call.Request); err != nil {
			from.Signature = err.Error()
		}
	}
	return from
}

// unreachable says why no call could have arrived, and what to do; "" where nothing speaks against it. A public URL under which nothing has
// arrived yet is tried out.
func (w *waiting) unreachable(ctx context.Context, c *probe.Case) (why, hint string) {
	l := w.options.Callbacks
	ours := networkOf(hostOf(l.Base()))
	theirs, _, _ := net.SplitHostPort(w.results[c.Base].Exchange.RemoteAddr)
	if theirs != "" && ours < networkOf(theirs) {
		return fmt.Sprintf("%s cannot be called from where staging is (%s)", l.Base(), theirs),
			"put a proxy or tunnel in front that staging can reach, and name it with --callback-url URL"
	}
	if !l.IsPublic() || l.Any() {
		return "", ""
	}
	if err := l.Reaches(ctx); err != nil {
		return fmt.Sprintf("what we sent to %s ourselves did not arrive (%v)", l.Base(), err), "check what --callback-url leads to: it has to hand on to --callback-listen"
	}
	return "", ""
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// networkOf says from how far an address can be reached: 0 from this machine, 1 from its network, 2 from anywhere. A name may stand for anything.
func networkOf(host string) int {
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || ip != nil && ip.IsLoopback():
		return 0
	case ip != nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast()):
		return 1
	}
	return 2
}

// elsewhere looks for a call that may have been meant for the request of a case: one too many because of another request of the same API, or one
// to a path that was never given out.
func (w *waiting) elsewhere(c *probe.Case) string {
	for _, other := range w.due {
		if kept, _ := w.options.Callbacks.Calls(other.Base); other != c && len(kept) > w.expected(other) {
			return fmt.Sprintf("none to the URL of this request, and %d to that of %s", len(kept), other.Base)
		}
	}
	if n, first := w.options.Callbacks.Strays(); n > 0 {
		return fmt.Sprintf("none to the URL of this request; in the whole run %d to paths that were not given out, first %s", n, w.options.Send.Redactor.Text(first))
	}
	return ""
}

// unasked tells of the calls that came because of requests that were refused.
func (w *waiting) unasked(cases []probe.Case) {
	if w.options.Callbacks == nil {
		return
	}
	for n := range cases {
		c := &cases[n]
		r := w.results[c.ID]
		if c.Family == probe.FamilyCallback || r == nil || r.Exchange == nil || r.Outcome != probe.OutcomeError || r.Verdict == probe.Inconclusive {
			continue
		}
		kept, _ := w.options.Callbacks.Calls(c.ID)
		if len(kept) == 0 {
			continue
		}
		calls := make([]judge.Call, len(kept))
		for i, call := range kept {
			calls[i] = w.received(c.ID, call)
		}
		*r = withoutSecrets(w.judge.Unasked(*r, c, calls), w.options.Send.Redactor)
	}
}

// withoutBase leaves out the call that is due because of a request which is not sent.
func withoutBase(cases []probe.Case) {
	for i := range cases {
		c := &cases[i]
		if !isBehind(c) || c.Skip != "" || len(c.Blocked) > 0 {
			continue
		}
		for k := range cases {
			if base := &cases[k]; base.ID == c.Base && cmp.Or(base.Skip, firstReason(base)) != "" {
				c.Skip = "the request that leads to it is not sent"
			}
		}
	}
}
