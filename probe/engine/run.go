package engine

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Run plans, sends and judges. It returns an error only where the options cannot be used; when ctx ends, what has finished is in the run,
// the rest is skipped with that reason, and the run says that it was interrupted.
func Run(ctx context.Context, readings []sheet.Reading, o Options) (*probe.Run, error) {
	o.Send.Redactor = Redactor(readings, o.Vars)
	o.Send.RunID, o.Send.Guard = o.RunID, o.Guard
	r := &runner{options: o, budget: runBudget(o.MaxRequests)}
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
	o.Judge.Now = run.StartedAt
	r.options, r.client = o, client
	run.Sheets = r.all(ctx, Plan(readings, o))
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
	options Options
	client  *send.Client
	budget  *budget
}

func (r *runner) all(ctx context.Context, plans []probe.Plan) []probe.SheetResult {
	results := make([]probe.SheetResult, len(plans))
	var group errgroup.Group
	limit := r.options.Concurrency
	if limit <= 0 {
		limit = DefaultConcurrency
	}
	group.SetLimit(limit)
	for i := range plans {
		group.Go(func() error {
			results[i] = r.sheet(ctx, plans[i])
			return nil
		})
	}
	_ = group.Wait() // the functions return no errors
	return results
}

func (r *runner) sheet(ctx context.Context, p probe.Plan) probe.SheetResult {
	result := sheetResult(p.Sheet, r.options.Send.Redactor)
	j, err := judge.New(p.Sheet, r.options.Judge)
	ctx = withAPIBudget(ctx, r.options.MaxRequestsPerAPI)
	stop := halt{}
	if err != nil {
		stop = halt{all: fmt.Sprintf("the documented examples could not be used: %v", err)}
	}
	for i := range p.Cases {
		c := &p.Cases[i]
		if reason := stop.reason(c.Family); reason != "" && c.Skip == "" && len(c.Blocked) == 0 {
			c.Skip = reason
		}
		done := r.one(ctx, j, c)
		stop.learn(c.Family, done)
		result.Cases = append(result.Cases, done)
	}
	if j != nil {
		result.Coverage = j.Coverage(result.Cases)
	}
	return result
}

// sheetResult is what is known of a sheet before any case of it was judged.
func sheetResult(s *probe.Sheet, mask *probe.Redactor) probe.SheetResult {
	return probe.SheetResult{
		Name: s.Name, Method: s.Method, URL: mask.URL(s.URL), Document: s.Document.Name, DocumentSHA256: s.Document.SHA256, At: place(s),
		Diagnostics: masked(s.Diagnostics, mask),
	}
}

// one sends a case where it can be sent, and judges it.
func (r *runner) one(ctx context.Context, j *judge.Judge, c *probe.Case) probe.Result {
	var x *probe.Exchange
	if c.Skip == "" && len(c.Blocked) == 0 {
		x = r.exchange(ctx, c)
	}
	if j == nil {
		return probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Expect: c.Expect, Verdict: probe.Blocked, Reason: c.Skip}
	}
	return withoutSecrets(j.Decide(c, x), r.options.Send.Redactor)
}

// withoutSecrets removes the secrets that a result quotes from the sheet: what was recorded holds none any more.
func withoutSecrets(r probe.Result, mask *probe.Redactor) probe.Result {
	r.Reason = mask.Text(r.Reason)
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, text := range []*string{&f.Message, &f.Hint, &f.Documented, &f.Observed} {
			*text = mask.Text(*text)
		}
	}
	return r
}

// exchange sends the case, or notes in it why it was not sent.
func (r *runner) exchange(ctx context.Context, c *probe.Case) *probe.Exchange {
	if ctx.Err() != nil {
		c.Skip = interrupted
		return nil
	}
	if full := r.admit(ctx); full != nil {
		c.Blocked = append(c.Blocked, full.exhausted(c.ID))
		return nil
	}
	x, err := r.client.SendExpecting(ctx, c.Request, promised(c)...)
	switch {
	case err == nil:
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

// promised are the statuses that a row of test data is there to bring about.
func promised(c *probe.Case) []int {
	if c.Family != probe.FamilyTestData {
		return nil
	}
	return c.Expect.HTTPStatus
}

const interrupted = "the run was interrupted"

// halt remembers why the further cases of an API are pointless.
type halt struct {
	all       string // every further case
	negatives string // those that are broken on purpose
}

func (h *halt) reason(f probe.Family) string {
	if h.all == "" && f.Negative() {
		return h.negatives
	}
	return h.all
}

// learn looks at the documented request only: it is the control without which a refusal proves nothing.
func (h *halt) learn(f probe.Family, r probe.Result) {
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

func masked(ds source.Diagnostics, mask *probe.Redactor) source.Diagnostics {
	out := make(source.Diagnostics, len(ds))
	for i, d := range ds {
		d.Message, d.Hint = mask.Text(d.Message), mask.Text(d.Hint)
		out[i] = d
	}
	return out
}
