package engine

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Run plans, sends and judges. It returns an error only where the options cannot be used, or the results cannot be kept; when ctx ends, what has
// finished is in the run, the rest is skipped with that reason, and the run says that it was interrupted.
func Run(ctx context.Context, readings []sheet.Reading, o Options) (*probe.Run, error) {
	return Begin(readings, o).Run(ctx, o)
}

// Beginning is a run of which nothing was sent yet.
type Beginning struct {
	Head *probe.Run // what is known of it: what it is made from

	readings []sheet.Reading
	mask     *probe.Redactor
}

// Begin takes note of what a run is made from.
func Begin(readings []sheet.Reading, o Options) *Beginning {
	mask := recorder(readings, o.Vars)
	return &Beginning{head(readings, o, mask), slices.Clone(readings), mask}
}

// APIs are those that the run is going to judge, as long as it has not begun. They are made one at a time.
func (b *Beginning) APIs() iter.Seq2[int, *probe.SheetResult] {
	return func(yield func(int, *probe.SheetResult) bool) {
		i := 0
		for _, r := range b.readings {
			for _, s := range r.Sheets {
				if result := sheetResult(s, b.mask); !yield(i, &result) {
					return
				}
				i++
			}
		}
	}
}

// Run is [Run], once, for what was begun with the same options, save for who is told of the cases. It lets go of each sheet as soon as nothing of the
// run needs it any more, so that whoever does not hold the readings himself has a large run in the memory of what is left of it.
func (b *Beginning) Run(ctx context.Context, o Options) (*probe.Run, error) {
	o.Send.Redactor = b.mask
	o.Send.RunID, o.Send.Guard = o.RunID, o.Guard
	o.follow()
	r := &runner{options: o, budget: runBudget(o.MaxRequests), hosts: newHosts(time.Now, o.Send.ConnectTimeout)}
	o.Send.Again = func(ctx context.Context) bool { return r.admit(ctx) == nil }
	client, err := send.New(o.Send)
	if err != nil {
		return nil, err
	}
	defer client.Close()

	begun := *b.Head
	run := &begun
	run.StartedAt = o.now().UTC()
	ctx, ended := o.Tracer.Run(ctx, run)
	defer ended(run)
	o.Judge.Now = run.StartedAt
	bare, err := client.WithoutCertificate()
	if err != nil {
		return nil, err
	}
	defer bare.Close()
	r.options, r.client, r.bare, r.planner = o, client, bare, newPlanner(b.readings, o)
	b.readings = nil // from now on the planner alone knows which sheets are still needed
	r.progress.tell = o.Progress
	return run, r.complete(ctx, run)
}

// complete makes the run.
func (r *runner) complete(ctx context.Context, run *probe.Run) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	r.cancel = cancel
	r.sheets = make([]probe.SheetResult, len(r.planner.sheets))
	if r.results = r.options.Results; r.results == nil {
		r.results = inRun{r.sheets}
	}
	r.all(within)
	if r.failed != nil {
		return r.failed
	}
	var err error
	if run.Hosts, err = r.settle(); err != nil {
		return err
	}
	run.Sheets = r.sheets
	run.TokenCalls = r.identities.calls
	run.Interrupted = ctx.Err() != nil
	run.FinishedAt = r.options.now().UTC()
	run.Summarize()
	return nil
}

// settle tells once what many cases suffered from.
func (r *runner) settle() ([]probe.HostDiagnosis, error) {
	s := &settlement{get: r.results.Get, sheets: r.concerned, hosts: r.hosts, put: func(i int, s *probe.SheetResult, changed []int) error {
		k := r.newKeeper(i, s)
		for _, n := range changed {
			k.hand(n, &s.Cases[n])
		}
		r.put(i, s, k.lines)
		return r.failed
	}}
	return s.settle()
}

// Usable says why the options cannot be used, as Run would.
func Usable(o Options) error {
	o.Send.Redactor, o.Send.RunID, o.Send.Guard = &probe.Redactor{}, o.RunID, o.Guard // nothing is recorded
	client, err := send.New(o.Send)
	if err != nil {
		return err
	}
	defer client.Close()
	bare, err := client.WithoutCertificate()
	if err == nil {
		bare.Close()
	}
	return err
}

func head(readings []sheet.Reading, o Options, mask *probe.Redactor) *probe.Run {
	return &probe.Run{
		SchemaVersion: probe.SchemaVersion, Tool: o.Tool, RunID: o.RunID, StartedAt: o.now().UTC(), Insecure: o.Send.Insecure,
		Diagnostics: masked(documentDiagnostics(readings), mask), Documents: documentsOf(readings, mask), Choices: choices(o.Judge, o.Negatives.Families()),
	}
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
	results    Results
	sheets     []probe.SheetResult // what of the results the run is to hold

	mu        sync.Mutex
	concerned []int // sheets of which something may be told elsewhere, see settlement
	failed    error // why the results cannot be kept
	cancel    context.CancelFunc
}

// all runs the sheets, some at a time, each after those that it needs.
func (r *runner) all(ctx context.Context) {
	r.captured = captured{values: map[int][]probe.Var{}, failed: map[int]lack{}}
	r.identities = identities{runner: r, made: map[string]auth.Authorizer{}}
	limit := r.options.Concurrency
	if limit <= 0 {
		limit = DefaultConcurrency
	}
	events := make(chan event)
	ready, running, ending := newTurns(r.planner.order.needs), 0, 0
	var begin chan struct{} // has a sheet begin that is being planned; nil where none is
	for left := len(r.sheets); left > 0; {
		for {
			if begin != nil && running < limit {
				close(begin)
				begin = nil
				running++
			}
			// One is planned ahead, but not while others may finish soon, and make one ready that comes before it.
			if begin != nil || running == limit && ending > 0 {
				break
			}
			i, ok := ready.next()
			if !ok {
				break
			}
			begin = make(chan struct{})
			go r.run(ctx, i, begin, events)
		}
		if e := <-events; e.finished {
			ready.finished(e.sheet)
			ending--
			left--
		} else {
			running--
			ending++
		}
	}
}

// run runs a sheet.
func (r *runner) run(ctx context.Context, i int, begin <-chan struct{}, events chan<- event) {
	once := sync.OnceFunc(func() { events <- event{i, false} })
	w := &row{runner: r, index: i}
	w.sheet(ctx, begin, once)
	<-begin // also where it could not be planned
	once()
	if r.hosts.concerned(&w.result) {
		r.mu.Lock()
		r.concerned = append(r.concerned, i)
		r.mu.Unlock()
	}
	r.put(i, &w.result, w.keeper.lines)
	r.planner.letGo(i)
	r.progress.finished()
	events <- event{i, true}
}

// event is that a sheet has finished, or, before that, that it sends nothing any more but waits, so that another one can go on.
type event struct {
	sheet    int
	finished bool
}

// sheet runs the sheet. It is planned at once, and sends when it may begin.
func (w *row) sheet(ctx context.Context, begin <-chan struct{}, goOn func()) {
	var p probe.Plan
	r, i, result := w.runner, w.index, &w.result
	defer func() {
		if panicked := recover(); panicked != nil {
			w.salvage()
			r.gaveUp(i, result, p.Cases, panicked)
			w.handAgain()
		}
	}()
	suppliers := r.planner.order.suppliers(i)
	vars, failed := r.captured.of(suppliers)
	planned := r.planner.plan(i, vars)
	p = planned.Plan
	*result = sheetResult(p.Sheet, r.options.Send.Redactor)
	result.Cases = make([]probe.Result, 0, len(p.Cases))
	w.keeper = r.newKeeper(i, result)
	j, err := judge.New(p.Sheet, r.options.Judge)
	<-begin
	ctx, ended := r.followAPI(ctx, p.Sheet)
	defer func() { ended(result) }()
	ctx = withAPIBudget(ctx, r.options.MaxRequestsPerAPI)
	stop := halt{}
	if err != nil {
		stop = halt{all: fmt.Sprintf("the documented examples could not be used: %v", err)}
	}
	r.planner.stop(p.Cases, failed, r.captured.lackOf)
	t := &turn{sheet: p.Sheet, index: i, captured: vars, vars: planned.vars, goOn: goOn, undecided: r.undecided(p.Cases)}
	waits := r.options.Callbacks != nil || slices.ContainsFunc(p.Cases, func(c probe.Case) bool { return isBehind(&c) })
	if waits {
		t.answered = map[string]time.Time{}
	}
	t.identity, t.identityErr = r.identities.of(p.Sheet, t.vars)
	w.turn, w.judge, w.stop, w.goesOn = t, j, stop, waits || r.options.Repeat > 1
	w.sent, w.concluded = make(chan *underWay, 1), make(chan struct{}, 1)
	defer close(w.sent)
	go w.concludeAll()
	for n := range p.Cases {
		w.next(ctx, &p.Cases[n])
	}
	w.await()
	if j != nil && w.goesOn {
		if w.stop.all == "" {
			r.repeat(ctx, j, t, p.Cases, result.Cases)
		}
		r.behind(ctx, j, t, p.Cases, result.Cases)
	}
	goOn()
	if j != nil {
		if w.goesOn {
			w.handAgain()
		}
		result.Coverage = j.Coverage(result.Cases, p.Errors)
		result.Findings = j.Unseen(r.planner.slugs[i], result.Coverage, p.Errors, result.Cases)
		maskCoverage(result, r.options.Send.Redactor)
	}
	result.Measure()
}

// turn is what the cases of one sheet share while they are run.
type turn struct {
	sheet       *probe.Sheet
	index       int
	captured    []probe.Var          // by the sheets that it needs
	answered    map[string]time.Time // by case, when its answer had come; nil where nobody waits for anything else
	undecided   map[string]bool      // see runner.undecided
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

// supply hands on what the documented request supplied, where it was answered with success; else, why those that need it cannot go on.
func (r *runner) supply(t *turn, c *probe.Case, decided probe.Result) {
	if c.Family != probe.FamilySuccess {
		return
	}
	failure := lack{why: t.problem}
	switch {
	case t.unreached != "":
		failure = lack{why: "its host could not be reached", unclear: true}
	case decided.Exchange == nil:
		failure = lack{why: decided.Reason, unclear: strings.HasPrefix(decided.Reason, interrupted)}
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
		Diagnostics: masked(s.Diagnostics, mask), Documented: documented(s, mask), Overrides: configuredOverrides(s, mask),
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
func (t *turn) lament(u *underWay, r probe.Result) probe.Result {
	if r.Verdict == probe.Skipped && u.unreached != "" && u.c.Skip == u.unreached && !t.lamented {
		r.Verdict = probe.Inconclusive
	}
	t.lamented = t.lamented || r.Verdict == probe.Inconclusive
	return r
}

// place is where a sheet begins: its first field in the document. Cells have no order of their own, so that among those the order of the fields decides.
func place(s *probe.Sheet) source.Span {
	var first source.Span
	for _, spans := range []probe.Places{s.Labels, s.At} {
		for _, field := range probe.Fields {
			first = earlier(first, spans.Of(field))
		}
	}
	return first
}

// earlier is the one of two places that comes first, a where that cannot be told.
func earlier(a, b source.Span) source.Span {
	if !b.IsZero() && (a.IsZero() || a.Cell == b.Cell && (b.Line < a.Line || b.Line == a.Line && b.Column < a.Column)) {
		return b
	}
	return a
}
