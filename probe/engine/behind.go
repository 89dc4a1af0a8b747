package engine

import (
	"context"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
)

// unbegun is a case about what lies behind the answers, before that is decided: when all requests have been sent.
func unbegun(c *probe.Case) probe.Result {
	return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Base: c.Base, Expect: c.Expect, Verdict: probe.Skipped}
}

// isBehind says that a case is about what comes behind the answer to another.
func isBehind(c *probe.Case) bool {
	return c.Family == probe.FamilyPoll || c.Family == probe.FamilyCallback
}

// behind decides what lies behind the answers, and is not known from an earlier attempt: how what was started ended, and which calls came.
func (r *runner) behind(ctx context.Context, j *judge.Judge, t *turn, cases []probe.Case, results []probe.Result) {
	for n := range cases {
		c := &cases[n]
		if _, known := r.earlier(c); c.Family == probe.FamilyPoll && !known {
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
