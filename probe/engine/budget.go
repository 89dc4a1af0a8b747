package engine

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/sheetprobe/sheetprobe/probe"
)

// budget is how many requests may be sent, further attempts included.
type budget struct {
	limit int // 0 is unlimited
	of    string
	flag  string
	sent  atomic.Int64
}

func runBudget(limit int) *budget {
	return &budget{limit: limit, of: "this run", flag: "--max-requests"}
}

func apiBudget(limit int) *budget {
	return &budget{limit: limit, of: "one API", flag: "--max-requests-per-api"}
}

// take counts a request, and says whether there is room for it.
func (b *budget) take() bool { return b.limit <= 0 || b.sent.Add(1) <= int64(b.limit) }

func (b *budget) exhausted(caseID string) probe.Finding {
	requests := "requests"
	if b.limit == 1 {
		requests = "request"
	}
	return setupFinding(caseID, "setup.budget", fmt.Sprintf("the limit of %d %s for %s is reached", b.limit, requests, b.of),
		fmt.Sprintf("raise %s, or choose fewer cases with --only", b.flag))
}

type budgetKey struct{}

// withAPIBudget is for all that is sent for one API.
func withAPIBudget(ctx context.Context, limit int) context.Context {
	return context.WithValue(ctx, budgetKey{}, apiBudget(limit))
}

// admit counts a request, and returns the budget that leaves no room for it, or nil.
func (r *runner) admit(ctx context.Context) *budget {
	if api, ok := ctx.Value(budgetKey{}).(*budget); ok && !api.take() {
		return api
	}
	if !r.budget.take() {
		return r.budget
	}
	return nil
}

// spend blocks the cases for which the budget of their API has no room, so that a plan shows what a run sends.
func spend(cases []probe.Case, limit int) {
	b := apiBudget(limit)
	for i := range cases {
		if c := &cases[i]; c.Family != probe.FamilyCallback && c.Skip == "" && len(c.Blocked) == 0 && !b.take() {
			c.Blocked = append(c.Blocked, b.exhausted(c.ID))
		}
	}
}
