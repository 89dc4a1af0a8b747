package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Run plans, sends and judges. It returns an error only where the options cannot be used; when ctx ends, what has finished is in the run,
// the rest is skipped with that reason, and the run says that it was interrupted.
func Run(ctx context.Context, readings []sheet.Reading, o Options) (*probe.Run, error) {
	o.Send.Redactor = recorder(readings, o.Vars)
	o.Send.RunID, o.Send.Guard = o.RunID, o.Guard
	r := &runner{options: o, budget: runBudget(o.MaxRequests), hosts: newHosts(time.Now, o.Send.ConnectTimeout)}
	o.Send.Again = func(ctx context.Context) bool { return r.admit(ctx) == nil }
	client, err := send.New(o.Send)
	if err != nil {
		return nil, err
	}
	defer client.Close()

	run := &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: o.Tool, RunID: o.RunID, StartedAt: o.now().UTC(), Insecure: o.Send.Insecure,
		Diagnostics: masked(documentDiagnostics(readings), o.Send.Redactor),
	}
	run.Documents = documentsOf(readings, o.Send.Redactor)
	o.Judge.Now = run.StartedAt
	bare, err := client.WithoutCertificate()
	if err != nil {
		return nil, err
	}
	defer bare.Close()
	r.options, r.client, r.bare, r.planner = o, client, bare, newPlanner(readings, o)
	r.progress.tell = o.Progress
	run.Sheets = r.all(ctx)
	tellOnce(run.Sheets)
	run.Hosts = r.hosts.settle(run.Sheets)
	run.TokenCalls = r.identities.calls
	run.Interrupted = ctx.Err() != nil
	run.FinishedAt = o.now().UTC()
	run.Summarize()
	return run, nil
}

func documentDiagnostics(readings []sheet.Reading) source.Diagnostics {
	var all source.Diagnostics
	for _, r := range readings {
		for _, d := range r.Diagnostics {
			d.Message = r.Document.Name + ": " + d.Message
			all = append(all, d)
		}
	}
	return all
}

// runner is what the goroutines of one run share.
type runner struct {
	options    Options
	client     *send.Client
	bare       *send.Client // shows no client certificate
	planner    *planner
	budget     *budget
	hosts      *hosts
	captured   captured
	identities identities
	progress   progress
}

// all runs the sheets, some at a time, each after those that it needs.
func (r *runner) all(ctx context.Context) []probe.SheetResult {
	sheets := r.planner.sheets
	r.captured = captured{values: map[int][]probe.Var{}, failed: map[int]lack{}}
	r.identities = identities{runner: r, made: map[string]auth.Authorizer{}}
	limit := r.options.Concurrency
	if limit <= 0 {
		limit = DefaultConcurrency
	}
	results := make([]probe.SheetResult, len(sheets))
	events := make(chan event)
	done, started, running := make([]bool, len(sheets)), make([]bool, len(sheets)), 0
	ready := func(i int) bool {
		return !started[i] && !slices.ContainsFunc(r.planner.order.needs[i], func(k int) bool { return !done[k] })
	}
	for left := len(sheets); left > 0; {
		for i := range sheets { // in the order of the documents, as far as needs allow
			if running < limit && ready(i) {
				started[i] = true
				running++
				go func() {
					once := sync.OnceFunc(func() { events <- event{i, false} })
					results[i] = r.sheet(ctx, i, once)
					once()
					r.progress.finished()
					events <- event{i, true}
				}()
			}
		}
		if e := <-events; e.finished {
			done[e.sheet] = true
			left--
		} else {
			running--
		}
	}
	return results
}

// event is that a sheet has finished, or, before that, that it sends nothing any more but waits, so that another one can go on.
type event struct {
	sheet    int
	finished bool
}

func (r *runner) sheet(ctx context.Context, i int, goOn func()) (result probe.SheetResult) {
	var p probe.Plan
	defer func() {
		if panicked := recover(); panicked != nil {
			r.gaveUp(i, &result, p.Cases, panicked)
		}
	}()
	suppliers := r.planner.order.suppliers(i)
	vars, failed := r.captured.of(suppliers)
	p = r.planner.plan(i, vars)
	result = sheetResult(p.Sheet, r.options.Send.Redactor)
	j, err := judge.New(p.Sheet, r.options.Judge)
	ctx = withAPIBudget(ctx, r.options.MaxRequestsPerAPI)
	stop := halt{}
	if err != nil {
		stop = halt{all: fmt.Sprintf("the documented examples could not be used: %v", err)}
	}
	r.planner.stop(p.Cases, failed, r.captured.lackOf)
	t := &turn{sheet: p.Sheet, index: i, captured: vars, vars: r.planner.vars(vars), goOn: goOn, answered: map[string]time.Time{}}
	t.identity, t.identityErr = r.identities.of(p.Sheet, t.vars)
	for n := range p.Cases {
		c := &p.Cases[n]
		r.passOver(t, c)
		stop.leaveOut(c)
		decided, done := r.done(t, c)
		if !done {
			decided = t.lament(c, r.inTurn(ctx, j, t, c))
		}
		stop.learn(c.Family, decided)
		r.keep(t, c, decided)
		r.hand(i, n, &result, decided)
		result.Cases = append(result.Cases, decided)
		r.progress.decided(decided)
	}
	if j != nil && stop.all == "" {
		r.repeat(ctx, j, t, p.Cases, result.Cases)
	}
	if j != nil {
		r.behind(ctx, j, t, p.Cases, result.Cases)
		result.Coverage = j.Coverage(result.Cases, p.Errors)
		result.Findings = j.Unseen(r.planner.slugs[i], result.Coverage, p.Errors, result.Cases)
		maskCoverage(&result, r.options.Send.Redactor)
	}
	result.Measure()
	return result
}

// inTurn is what becomes of a case when its turn comes. What lies behind the answers is decided when all requests have been sent.
func (r *runner) inTurn(ctx context.Context, j *judge.Judge, t *turn, c *probe.Case) probe.Result {
	if j != nil && isBehind(c) {
		return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Base: c.Base, Expect: c.Expect, Verdict: probe.Skipped}
	}
	decided := r.one(ctx, j, t, c)
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
			results[n] = r.poll(ctx, t, c, resultOf(results, c.Base))
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

// turn is what the cases of one sheet share while they are run.
type turn struct {
	sheet       *probe.Sheet
	index       int
	captured    []probe.Var          // by the sheets that it needs
	answered    map[string]time.Time // by case, when its answer had come
	goOn        func()               // lets another sheet go on, since this one waits
	vars        probe.Vars
	identity    auth.Authorizer
	identityErr error
	repeating   bool        // the cases are sent again; what they supply stays what the first answers did
	taken       []probe.Var // from the answer to the documented request
	problem     string      // why nothing could be taken
	outage      bool        // the token call got no trustworthy answer
	unreached   string      // why cases are not sent: their host could not be reached; "" where that is not so
	lamented    bool        // a case says so by its verdict
}

// keep hands on what the documented request supplied, where it was answered with success; else, why those that need it cannot go on.
func (r *runner) keep(t *turn, c *probe.Case, decided probe.Result) {
	if c.Family != probe.FamilySuccess {
		return
	}
	failure := lack{why: t.problem}
	switch {
	case t.unreached != "":
		failure = lack{why: "its host could not be reached", unclear: true}
	case decided.Exchange == nil:
		failure.why = decided.Reason
	case decided.Verdict == probe.Inconclusive:
		failure = lack{why: "its documented request got no trustworthy answer", unclear: true}
	case decided.Outcome == probe.OutcomeError:
		failure.why = "its documented request was not answered with success"
	}
	if failure.why != "" {
		t.taken = nil
	}
	r.captured.set(t.index, t.taken, failure)
}

// sheetResult is what is known of a sheet before any case of it was judged.
func sheetResult(s *probe.Sheet, mask *probe.Redactor) probe.SheetResult {
	return probe.SheetResult{
		Name: s.Name, Method: s.Method, URL: mask.URL(s.URL), Document: s.Document.Name, DocumentSHA256: s.Document.SHA256, At: place(s),
		Diagnostics: masked(s.Diagnostics, mask), Documented: documented(s, mask),
	}
}

// passOver has a case not sent whose host cannot be reached.
func (r *runner) passOver(t *turn, c *probe.Case) {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return
	}
	if reason := r.hosts.unreached(c.ID, c.Request.URL); reason != "" {
		c.Skip, t.unreached = reason, reason
	}
}

// lament makes the first case of an API that was not sent for its host's sake inconclusive: nothing is known of the API, and nobody is to
// think that it was left out on purpose.
func (t *turn) lament(c *probe.Case, r probe.Result) probe.Result {
	if r.Verdict == probe.Skipped && t.unreached != "" && c.Skip == t.unreached && !t.lamented {
		r.Verdict = probe.Inconclusive
	}
	t.lamented = t.lamented || r.Verdict == probe.Inconclusive
	return r
}

// one sends a case where it can be sent, and judges it.
func (r *runner) one(ctx context.Context, j *judge.Judge, t *turn, c *probe.Case) probe.Result {
	if r.options.onCase != nil {
		r.options.onCase(c)
	}
	var x *probe.Exchange
	if c.Skip == "" && len(c.Blocked) == 0 {
		x = r.exchange(ctx, t, c)
	}
	if j == nil {
		return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Base: c.Base, Expect: c.Expect, Verdict: probe.Blocked, Reason: c.Skip}
	}
	decided := j.Decide(c, x)
	if x != nil && x.Failure() == nil {
		r.hosts.learn(c.ID, c.Request.URL, decided.Exchange) // only now it is known whether the answer is the API's
	}
	if decided.Verdict == probe.Blocked && t.outage && has(decided, tokenFailed) {
		decided.Verdict = probe.Inconclusive // nothing in the set-up is to be put right: whoever issues the tokens is out of reach
	}
	return withoutSecrets(decided, r.options.Send.Redactor)
}

// exchange sends the case, or notes in it why it was not sent.
func (r *runner) exchange(ctx context.Context, t *turn, c *probe.Case) *probe.Exchange {
	if ctx.Err() != nil {
		c.Skip = interrupted
		return nil
	}
	if r.passOver(t, c); c.Skip != "" {
		return nil
	}
	identity, err := r.identityOf(t, c)
	q, ok := r.identified(ctx, t, c, identity, err)
	if !ok {
		return nil
	}
	x := r.deliver(ctx, t, c, q)
	if x == nil || x.Response == nil || x.Response.HTTPStatus != http.StatusUnauthorized || identity == nil {
		return x
	}
	if again, worth := identity.Answer(ctx, q, x.Response); worth { // a challenge, or a token that has just expired
		if second := r.deliver(ctx, t, c, again); second != nil {
			second.Attempts = append(x.Attempts[:len(x.Attempts):len(x.Attempts)], second.Attempts...)
			return second
		}
	}
	return x
}

// identityOf is who sends a case: nobody, somebody whose credentials are no good, or the one that the sheet names.
func (r *runner) identityOf(t *turn, c *probe.Case) (auth.Authorizer, error) {
	switch {
	case c.Anonymous:
		return nil, nil
	case c.Identity != nil:
		return spoilt(as(t.sheet, c), t.vars)
	}
	return t.identity, t.identityErr
}

// identified makes the request of a case carry an identity; err says why that cannot be had.
func (r *runner) identified(ctx context.Context, t *turn, c *probe.Case, identity auth.Authorizer, err error) (probe.Request, bool) {
	if identity == nil && err == nil {
		return c.Request, true
	}
	q := c.Request
	if err == nil {
		q, err = identity.Authorize(ctx, c.Request)
	}
	switch {
	case err == nil:
		return q, true
	case ctx.Err() != nil:
		c.Skip = interrupted
	default:
		c.Blocked = append(c.Blocked, identityFailed(c, t.sheet, err))
		t.outage = isOutage(err)
	}
	return q, false
}

// deliver sends a request, within the budget.
func (r *runner) deliver(ctx context.Context, t *turn, c *probe.Case, q probe.Request) *probe.Exchange {
	if full := r.admit(ctx); full != nil {
		c.Blocked = append(c.Blocked, full.exhausted(c.ID))
		return nil
	}
	client, uncertified := r.client, c.Anonymous && t.sheet.Auth.Type == byCertificate
	if uncertified {
		client = r.bare
	}
	x, err := client.SendInspected(ctx, q, r.inspector(t, c), final(t, c)...)
	if err == nil {
		x.StartedAt = r.options.now().UTC().Add(-time.Duration(x.Timing.Total * float64(time.Millisecond)))
	}
	switch {
	case err == nil && uncertified && x.Failure() != nil && x.Failure().Rule == "transport.tls":
		c.Skip = "the server refuses connections without a client certificate, as it should, so there is no answer to judge"
	case err == nil:
		if x.Failure() != nil {
			r.hosts.learn(c.ID, c.Request.URL, x)
		}
		return x
	case errors.Is(err, send.ErrUnsendable):
		c.Blocked = append(c.Blocked, unsendable(c.ID, err))
	case errors.Is(err, send.ErrNotAllowed):
		c.Blocked = append(c.Blocked, notAllowed(c.ID, err, "check the URL and what its name stands for; if the address is right, admit it with --allow-host ADDRESS"))
	case errors.Is(err, send.ErrUnderWay):
		c.Skip = interrupted + " while this request was under way; the server may have acted upon it"
	default:
		c.Skip = interrupted
	}
	return nil
}

// final are the statuses that are no reason to send a request again: those that a row of test data is there to bring about, and any where
// the request carries a proof that is good for one time, which a strict server would take for a replay.
func final(t *turn, c *probe.Case) []int {
	var statuses []int
	if c.Family == probe.FamilyTestData {
		statuses = slices.Clone(c.Expect.HTTPStatus)
	}
	if a := t.sheet.Auth; a != nil && !c.Anonymous && slices.Contains([]string{"digest", "oauth1", "hmac"}, a.Type) {
		statuses = append(statuses, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	}
	return statuses
}

// inspector captures from the answer to the documented request, before it is recorded, so that what was captured is masked in the record.
func (r *runner) inspector(t *turn, c *probe.Case) send.Inspect {
	if c.Family != probe.FamilySuccess && c.Family != probe.FamilyPoll || len(t.sheet.Capture) == 0 {
		return nil
	}
	return func(status int, headers http.Header, body []byte) {
		taken, problem := take(t.sheet, status, headers, body)
		for _, v := range taken {
			if v.Secret {
				r.options.Send.Redactor.Add(v.Name, v.Value)
			}
		}
		if !t.repeating {
			t.taken, t.problem = taken, problem
		}
	}
}

const interrupted = "the run was interrupted"

// halt remembers why the further cases of an API are pointless.
type halt struct {
	all       string // every further case
	negatives string // those that are broken on purpose
	badAuth   string // those with bad credentials
}

func (h *halt) reason(f probe.Family) string {
	switch {
	case h.all == "" && h.negatives == "" && f == probe.FamilyBadAuth:
		return h.badAuth
	case h.all == "" && f.Negative():
		return h.negatives
	}
	return h.all
}

// leaveOut skips a case that is pointless. What else would keep a request from being sent that is broken on purpose is no news then: most
// likely it keeps the documented one from it too.
func (h *halt) leaveOut(c *probe.Case) {
	reason := h.reason(c.Family)
	if reason != "" && c.Skip == "" && (len(c.Blocked) == 0 || c.Family.Negative()) {
		c.Skip, c.Blocked = reason, nil
	}
}

// learn looks at the documented request, the control without which a refusal proves nothing, and at the one without credentials.
func (h *halt) learn(f probe.Family, r probe.Result) {
	if f == probe.FamilyNoAuth && has(r, "security.auth-not-enforced") {
		h.badAuth = "served without any credentials, so bad ones prove nothing"
	}
	if f != probe.FamilySuccess {
		return
	}
	const nothing = ", so a refusal would prove nothing"
	switch {
	case has(r, "outcome.credentials"):
		h.all = "the documented request was refused for its credentials"
	case r.Verdict == probe.Inconclusive:
		h.all = "the documented request got no trustworthy answer"
	case r.Verdict == probe.Blocked:
		h.negatives = "the documented request could not be sent" + nothing
	case r.Outcome == probe.OutcomeError:
		h.negatives = "the documented request was answered with an error" + nothing
	}
}

func has(r probe.Result, rule string) bool {
	for _, f := range r.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}

// place is where a sheet begins: its first field in the document.
func place(s *probe.Sheet) source.Span {
	var first source.Span
	for _, spans := range []map[probe.Field]source.Span{s.Labels, s.At} {
		for _, at := range spans {
			if !at.IsZero() && (first.IsZero() || at.Line < first.Line || at.Line == first.Line && at.Column < first.Column) {
				first = at
			}
		}
	}
	return first
}
