package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/schema/jsonpath"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// How a status API is asked where the sheet does not say, and how often at most.
const (
	defaultPollInterval = 2 * time.Second
	leastPollInterval   = 50 * time.Millisecond
	defaultPollTime     = time.Minute
	maxPollTime         = 10 * time.Minute
	maxPolls            = 500
)

// statusCase is the request by which the status API of a sheet is asked: the documented one of its own sheet. A DELETE is never one.
func (p *planner) statusCase(i int, captured []probe.Var) (k int, c probe.Case) {
	k = p.order.find(p.sheets[i].Poll.API)
	if k < 0 {
		f := setupFinding("", "setup.dependency-failed", fmt.Sprintf("its end is told by %q, which none of these sheets describes", p.sheets[i].Poll.API),
			"add the sheet that describes it, or correct the api of poll")
		return k, probe.Case{Blocked: []probe.Finding{f}}
	}
	built := plan.Build(p.sheets[k], plan.Options{
		Slug: p.slugs[k], Vars: p.varsOf(k, captured), BaseURL: p.options.BaseURL, Negatives: plan.NegativeFilter{None: true}, Dynamic: p.dynamic(),
	})
	return k, built.Cases[0]
}

// polls puts the request to the status API into a case.
func (p *planner) polls(i int, c *probe.Case, captured []probe.Var) {
	if c.Skip != "" {
		return
	}
	for _, own := range p.sheets[i].Capture {
		captured = append(slices.Clip(captured), probe.Var{
			Name: own.Name, Value: "captured:" + own.Name, Origin: fmt.Sprintf("%s%q", CapturedFrom, p.sheets[i].Name),
		})
	}
	k, status := p.statusCase(i, captured)
	c.Request, c.Blocked, c.Skip, c.Expect = status.Request, status.Blocked, status.Skip, status.Expect
	c.Expect.Outcome = probe.OutcomeSuccess
	for n := range c.Blocked {
		c.Blocked[n].Fingerprint = probe.Fingerprint(c.ID, c.Blocked[n].Rule)
	}
	if k >= 0 {
		vars := p.varsOf(k, captured)
		c.Needs = append(c.Needs, identityNeeds(p.sheets[k], vars)...)
		c.Blocked = append(c.Blocked, identityProblems(c, p.sheets[k], vars, p.options)...)
		p.keepIdentity(c, p.sheets[k], newPlanning(p, k, vars).strange)
	}
}

// poll asks the status API until what the documented request started has come to its end. The other APIs go on meanwhile.
func (r *runner) poll(ctx context.Context, t *turn, c *probe.Case, base *probe.Result) probe.Result {
	own := &probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Expect: c.Expect, Findings: []probe.Finding{}}
	w := &waiting{runner: r, turn: t, results: map[string]*probe.Result{c.Base: base}}
	if c.Skip == "" && len(c.Blocked) == 0 {
		c.Skip = w.pointless(c)
	}
	if c.Skip != "" || len(c.Blocked) > 0 {
		return unsent(*own, c)
	}
	captured := slices.Concat(t.captured, t.taken)
	k, status := r.planner.statusCase(t.index, captured)
	newPlanning(r.planner, k, probe.Vars{}).ready(&status)
	j, err := judge.New(r.planner.sheets[k], r.options.Judge)
	if err != nil {
		c.Skip = fmt.Sprintf("the documented examples of %q could not be used: %v", r.planner.sheets[k].Name, err)
		return unsent(*own, c)
	}
	status.ID, status.Family = c.ID, c.Family
	p := &polling{runner: r, judge: j, sheet: t.sheet, status: status, since: t.answered[c.Base]}
	p.turn = &turn{sheet: r.planner.sheets[k], index: k, repeating: true, goOn: t.goOn}
	p.turn.identity, p.turn.identityErr = r.identities.of(p.turn.sheet, r.planner.varsOf(k, captured))
	t.goOn()
	return withoutSecrets(p.result(ctx, c, *own), r.options.Send.Redactor)
}

func unsent(own probe.Result, c *probe.Case) probe.Result {
	own.Verdict, own.Reason = probe.Skipped, c.Skip
	if c.Skip == "" {
		own.Verdict, own.Reason, own.Findings = probe.Blocked, firstReason(c), slices.Clone(c.Blocked)
	}
	return own
}

// polling is what asking one status API is about.
type polling struct {
	*runner
	judge  *judge.Judge
	sheet  *probe.Sheet // that says how to poll
	turn   *turn        // of the status API
	status probe.Case
	since  time.Time // the answer that started it all
	told   judge.Polling
}

func (p *polling) result(ctx context.Context, c *probe.Case, own probe.Result) probe.Result {
	p.told.Poll = p.sheet.Poll
	interval, limit := pollTimes(p.sheet.Poll)
	sleep(ctx, min(interval, limit)-time.Since(p.since)) // it has only just been started
	for {
		one := p.status
		one.Blocked, one.Skip = slices.Clone(p.status.Blocked), p.status.Skip
		var x *probe.Exchange
		if one.Skip == "" && len(one.Blocked) == 0 {
			x = p.exchange(ctx, p.turn, &one)
		}
		if x == nil {
			own.Polls = p.told.Asked
			own.Exchange = nil
			return unsent(own, &one)
		}
		last := p.judge.Decide(&one, x)
		done := p.note(x, last)
		left := limit - time.Since(p.since)
		p.told.Over = left <= 0 || len(p.told.Asked) >= maxPolls
		if done || p.told.Over || has(last, "outcome.credentials") {
			return p.judge.Polled(c, last, p.told)
		}
		if !sleep(ctx, min(interval, left+time.Millisecond)) { // the last answer is to come behind the documented time
			one.Skip = interrupted
			own.Polls = p.told.Asked
			return unsent(own, &one)
		}
	}
}

func pollTimes(p *probe.Poll) (interval, limit time.Duration) {
	interval, limit = defaultPollInterval, defaultPollTime
	if p.IntervalMS > 0 {
		interval = max(time.Duration(p.IntervalMS)*time.Millisecond, leastPollInterval)
	}
	if p.WithinMS > 0 {
		limit = time.Duration(p.WithinMS) * time.Millisecond
	}
	return interval, min(limit, maxPollTime)
}

// note keeps what the status API told, and says whether it is the end.
func (p *polling) note(x *probe.Exchange, last probe.Result) (end bool) {
	asked := probe.Polled{AfterMS: float64(time.Since(p.since).Milliseconds()), TotalMS: x.Timing.Total, Requests: x.Requests()}
	if x.Response != nil {
		asked.HTTPStatus = x.Response.HTTPStatus
	}
	if last.Verdict != probe.Inconclusive {
		asked.State = stateIn(x.Response.Body, p.sheet.Poll.Path)
	}
	p.told.Asked = append(p.told.Asked, asked)
	say := p.sheet.Poll
	known := slices.Contains(slices.Concat(say.Until, say.Failed, say.Pending), asked.State)
	switch {
	case last.Verdict == probe.Inconclusive || last.Outcome == probe.OutcomeError && asked.State == "":
	case asked.State == "":
		p.told.Lacking = true
	case !known && len(say.Pending) > 0 && p.told.Unknown == "":
		p.told.Unknown = asked.State
	}
	return slices.Contains(say.Until, asked.State) || slices.Contains(say.Failed, asked.State)
}

// stateIn is the text at a path of an answer; "" where there is none.
func stateIn(body, path string) string {
	value, _, err := nearjson.ParseStrict(source.Unplaced(body))
	if err != nil || value == nil {
		return ""
	}
	parsed, err := jsonpath.Parse(path)
	if err != nil {
		return ""
	}
	found, ok, err := parsed.First(value)
	if err != nil || !ok || found.Kind == nearjson.Object || found.Kind == nearjson.Array || found.Kind == nearjson.Null {
		return ""
	}
	return strings.TrimSpace(found.Text)
}

// sleep waits, and says whether the time is over; no is for a run that was interrupted.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
