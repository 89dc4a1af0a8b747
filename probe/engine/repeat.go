package engine

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// howOften says how often a case is to be sent. One that may change data goes out once, unless the user has chosen it by a pattern; one that
// deletes goes out once whatever is said.
func (p *planner) howOften(c *probe.Case, name string) {
	if p.options.Repeat <= 1 || isBehind(c) || c.Skip != "" || len(c.Blocked) > 0 {
		return
	}
	switch q := c.Request; {
	case q.IsSafe():
		c.Times = p.options.Repeat
	case q.Method == http.MethodDelete || q.Overrides():
		c.NotRepeated = "what deletes, or asks to be taken for another method, is sent once"
	case slices.ContainsFunc(p.options.RepeatUnsafe, func(pattern string) bool { return plan.Chooses(pattern, c, name) }):
		c.Times = p.options.Repeat
	default:
		c.NotRepeated = fmt.Sprintf("%s may change data, so it is sent once; --repeat-unsafe PATTERN repeats it", q.Method)
	}
}

// repeat sends the cases of a sheet again, in rounds, after each of them was sent once: where the budget or the user ends the run early, no case
// was left out for the sake of another's repeats. Only what got a trustworthy answer is repeated, and that not in rounds which an earlier attempt at the run
// has made.
func (r *runner) repeat(ctx context.Context, j *judge.Judge, t *turn, cases []probe.Case, results []probe.Result) {
	t.repeating = true
	series := make([]*judge.Series, len(cases))
	for round := 2; round <= r.options.Repeat; round++ {
		for n := range cases {
			c := cases[n]
			if round == 2 {
				results[n].NotRepeated = c.NotRepeated
			}
			if c.Times < round || len(results[n].Repeats) >= round-1 || results[n].NotRepeated != "" || results[n].Verdict != probe.Conforms && results[n].Verdict != probe.Deviates {
				continue
			}
			if series[n] == nil {
				series[n] = seriesOf(j, &cases[n], results[n])
			}
			c.Blocked = nil
			if x := r.exchangeAgain(ctx, t, &c); x != nil {
				series[n].Add(x)
			} else {
				results[n].NotRepeated = firstReason(&c)
			}
		}
	}
	for n, s := range series {
		if s != nil {
			reason := results[n].NotRepeated
			results[n] = withoutSecrets(s.Result(), r.options.Send.Redactor)
			results[n].NotRepeated = reason
		}
	}
}

// seriesOf goes on with the repeats that a case has from an earlier attempt at the run.
func seriesOf(j *judge.Judge, c *probe.Case, known probe.Result) *judge.Series {
	first := known
	if len(known.Repeats) > 0 { // it tells of them
		first = j.Decide(c, known.Exchange)
	}
	return recalled(j, c, first, known.Repeats)
}

// recalled is a series of which so much is known.
func recalled(j *judge.Judge, c *probe.Case, first probe.Result, repeats []probe.Repeat) *judge.Series {
	series := j.Series(c, first)
	for _, again := range repeats {
		series.Recall(again)
	}
	return series
}

func (r *runner) exchangeAgain(ctx context.Context, t *turn, c *probe.Case) *probe.Exchange {
	ctx, ended := r.options.Tracer.Case(ctx, c.ID)
	x := r.exchange(ctx, t, c)
	ended(probe.Result{})
	return x
}

// firstReason is why a case was not sent.
func firstReason(c *probe.Case) string {
	if len(c.Blocked) > 0 {
		return c.Blocked[0].Message
	}
	return c.Skip
}
