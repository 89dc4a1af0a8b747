package engine

import (
	"context"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

// underWay is a case that was sent, or left out, and is being judged. The next one is sent meanwhile, so that who judges keeps no server waiting.
type underWay struct {
	c       *probe.Case
	x       *probe.Exchange // nil where nothing was sent
	outage  bool            // whoever issues the tokens was out of reach
	ended   func(probe.Result)
	judged  chan struct{} // closed when decided is there
	decided probe.Result
	line    []byte // decided, encoded; nil where nobody keeps it
	fault   any    // of ours, that ended the judgement
}

// send sends a case where it can be sent, and begins to judge it.
func (r *runner) send(ctx context.Context, j *judge.Judge, t *turn, c *probe.Case) *underWay {
	u := &underWay{c: c, ended: func(probe.Result) {}, judged: make(chan struct{})}
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
	u.outage = t.outage
	if j == nil {
		u.decided = probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Expect: c.Expect, Verdict: probe.Blocked, Reason: c.Skip}
		close(u.judged)
		return u
	}
	go u.judge(r, j)
	return u
}

func (u *underWay) judge(r *runner, j *judge.Judge) {
	defer close(u.judged)
	defer func() { u.fault = recover() }() // which ends the API, where the cases are
	u.decided = withoutSecrets(j.Decide(u.c, u.x), r.options.Send.Redactor)
	u.line = r.encode(&u.decided)
}

// decision waits for the judgement, and takes note of what it tells of the host.
func (r *runner) decision(u *underWay) probe.Result {
	<-u.judged
	if u.fault != nil {
		panic(u.fault)
	}
	decided := u.decided
	if u.x != nil && u.x.Failure() == nil {
		r.hosts.learn(u.c.ID, u.c.Request.URL, decided.Exchange) // only now it is known whether the answer is the API's
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
	last   *underWay // whose judgement is waited for; nil for none
}

// next has a case sent, and the one before it decided.
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
		w.settle(c, decided, nil)
	case w.judge != nil && isBehind(c):
		w.await()
		w.settle(c, unbegun(c), nil)
	default:
		u := w.send(ctx, w.judge, w.turn, c)
		w.await()
		if w.last = u; w.decides(u) {
			w.await()
		}
	}
}

// await decides the case that was sent last.
func (w *row) await() {
	if u := w.last; u != nil {
		w.last = nil
		decided := w.turn.lament(u.c, w.decision(u))
		if decided.Verdict != u.decided.Verdict {
			u.line = nil // it says what is no more
		}
		w.settle(u.c, decided, u.line)
	}
}

// settle takes note of what became of a case. The line is its encoding; nil where it has none yet.
func (w *row) settle(c *probe.Case, decided probe.Result, line []byte) {
	w.stop.learn(c.Family, decided)
	w.keep(w.turn, c, decided)
	n := len(w.result.Cases)
	w.result.Cases = append(w.result.Cases, decided)
	w.keeper.hand(n, &w.result.Cases[n], line)
	w.progress.decided(decided)
}

// handAgain gives all cases away once more, as they are by now.
func (w *row) handAgain() {
	w.keeper = w.newKeeper(w.index, &w.result)
	for n := range w.result.Cases {
		w.keeper.hand(n, &w.result.Cases[n], nil)
	}
}

// salvage decides the case that was sent before a fault of ours, where the fault is not in that.
func (w *row) salvage() {
	defer func() { _ = recover() }() // one fault is told
	w.await()
}
