package engine

import (
	"context"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

// inTurn is what becomes of a case when its turn comes. What lies behind the answers is decided when all requests have been sent.
func (r *runner) inTurn(ctx context.Context, j *judge.Judge, t *turn, c *probe.Case) probe.Result {
	if j != nil && isBehind(c) {
		return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Base: c.Base, Expect: c.Expect, Verdict: probe.Skipped}
	}
	decided := r.followed(ctx, c, func(ctx context.Context) probe.Result { return r.one(ctx, j, t, c) })
	if decided.Exchange != nil {
		t.answered[c.ID] = time.Now()
	}
	return decided
}

// isBehind says that a case is about what comes behind the answer to another.
func isBehind(c *probe.Case) bool {
	return c.Family == probe.FamilyPoll || c.Family == probe.FamilyCallback
}

// behind decides what lies behind the answers: how what was started ended, and which calls came.
func (r *runner) behind(ctx context.Context, j *judge.Judge, t *turn, cases []probe.Case, results []probe.Result) {
	for n := range cases {
		if c := &cases[n]; c.Family == probe.FamilyPoll {
			results[n] = r.followed(ctx, c, func(ctx context.Context) probe.Result { return r.poll(ctx, t, c, resultOf(results, c.Base)) })
		}
	}
	r.callbacks(ctx, j, t, cases, results)
}

// resultOf is the result of a case; nil where there is none yet.
func resultOf(results []probe.Result, id string) *probe.Result {
	for i := range results {
		if results[i].ID == id {
			return &results[i]
		}
	}
	return nil
}
