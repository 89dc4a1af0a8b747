package engine

import (
	"context"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

// underWay is a case that was sent, or left out, and is being judged. The next one is sent meanwhile, so that who judges and keeps the case keeps no
// server waiting.
type underWay struct {
	c         *probe.Case
	x         *probe.Exchange // nil where nothing was sent
	outage    bool            // whoever issues the tokens was out of reach
	unreached string          // see turn
	ended     func(probe.Result)
	fault     any // of ours, that kept it from being settled
}

// send sends a case where it can be sent.
func (r *runner) send(ctx context.Context, t *turn, c *probe.Case) *underWay {
	u := &underWay{c: c, ended: func(probe.Result) {}}
	if r.options.onCase != nil {
		r.options.onCase(c)
	}
	if c.Skip == "" && len(c.Blocked) == 0 {
		ctx, u.ended = r.options.Tracer.Case(ctx, c.ID)
		u.x = r.exchange(ctx, t, c)
	}
	if u.x != nil && t.answered != nil {
		t.answered[c.ID] = time.Now()
	}
	u.outage, u.unreached = t.outage, t.unreached
	return u
}

// conclude judges and settles a case. It may do so while the next one is sent, but those of a sheet are concluded one after the other.
func (w *row) conclude(u *underWay) {
	defer func() { w.concluded <- struct{}{} }()
	defer func() { u.fault = recover() }() // which ends the API, where the cases are
	decided := w.decide(u)
	w.supply(w.turn, u.c, decided)
	w.settle(u.c, w.turn.lament(u, w.standing(u.c, decided)))
}

// concludeAll concludes what was sent: one goroutine for all cases of a sheet has to grow its stack once.
func (w *row) concludeAll() {
	for u := range w.sent {
		w.conclude(u)
	}
}

// decide judges a case, and takes note of what that tells of the host.
func (w *row) decide(u *underWay) probe.Result {
	c := u.c
	decided := probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Expect: c.Expect, Verdict: probe.Blocked, Reason: c.Skip}
	if w.judge != nil {
		decided = withoutSecrets(w.judge.Decide(c, u.x), w.options.Send.Redactor)
	}
	if u.x != nil && u.x.Failure() == nil {
		w.hosts.learn(c.ID, c.Request.URL, decided.Exchange) // only now it is known whether the answer is the API's
	}
	if decided.Verdict == probe.Blocked && u.outage && has(decided, tokenFailed) {
		decided.Verdict = probe.Inconclusive // nothing in the set-up is to be put right: whoever issues the tokens is out of reach
	}
	u.ended(decided)
	return decided
}

// decides says that the next case cannot be sent before this one is judged: it may tell that the others are pointless, or that their host is not
// what it should be.
func (r *runner) decides(u *underWay) bool {
	switch u.c.Family {
	case probe.FamilySuccess, probe.FamilyNoAuth, probe.FamilyPoll, probe.FamilyCallback:
		return true
	}
	return u.x == nil || u.x.Failure() != nil || !r.hosts.answers(u.c.Request.URL)
}

// row is the cases of one sheet, one after the other.
type row struct {
	*runner
	index  int // of the sheet
	turn   *turn
	judge  *judge.Judge
	stop   halt
	result probe.SheetResult
	keeper *keeper
	goesOn bool           // more is learned of cases that are decided
	sent   chan *underWay // is concluded while the next one is sent
	last   *underWay      // whose conclusion is waited for; nil for none

	concluded chan struct{} // tells that the last is settled; it is waited for before another is
}

// next has a case sent, and the one before it concluded.
func (w *row) next(ctx context.Context, c *probe.Case) {
	w.passOver(w.turn, c)
	w.stop.leaveOut(c)
	decided, done := w.done(w.turn, c)
	if !done && w.options.Withhold != nil && c.Skip == "" {
		c.Skip = w.options.Withhold(c)
	}
	switch {
	case done:
		w.await()
		w.supply(w.turn, c, decided)
		w.settle(c, decided)
	case w.judge != nil && isBehind(c):
		w.await()
		w.settle(c, unbegun(c))
	default:
		u := w.send(ctx, w.turn, c)
		w.await()
		if w.last = u; w.decides(u) {
			w.conclude(u)
			w.await()
		} else {
			w.sent <- u
		}
	}
}

// await returns when the case that was sent last is settled.
func (w *row) await() {
	if u := w.last; u != nil {
		w.last = nil
		<-w.concluded
		if u.fault != nil {
			panic(u.fault)
		}
	}
}

// settle takes note of what became of a case.
func (w *row) settle(c *probe.Case, decided probe.Result) {
	w.stop.learn(c.Family, decided)
	n := len(w.result.Cases)
	w.result.Cases = append(w.result.Cases, decided)
	w.keeper.hand(n, &w.result.Cases[n])
	w.unload()
	w.progress.decided(decided)
}

// handAgain gives all cases away once more, as they are by now; those that left the memory stay as they were.
func (w *row) handAgain() {
	k := w.newKeeper(w.index, &w.result)
	if w.keeper != nil {
		k.given, k.lines = w.keeper.given, make([][]byte, w.keeper.given)
	}
	w.keeper = k
	for n := k.given; n < len(w.result.Cases); n++ {
		k.hand(n, &w.result.Cases[n])
	}
}

// salvage waits for the case that was sent before a fault of ours, where the fault is not in that.
func (w *row) salvage() {
	defer func() { _ = recover() }() // one fault is told
	w.await()
}
