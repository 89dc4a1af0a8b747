package main

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// pastFlags are those of `run` that concern earlier runs, and later ones.
type pastFlags struct {
	db        dbFlags
	resume    string
	failOnNew bool
	baseline  string
	notify    bool
}

func (f *pastFlags) register(cmd *cobra.Command) {
	f.db.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.resume, "resume", "", "go on with the interrupted `RUN` of the history, an id or latest: what has its verdict is not sent again; without SHEET, of its documents")
	flags.BoolVar(&f.notify, "notify", false, "tell people what is new, as the section \"notify\" of the configuration says")
	flags.BoolVar(&f.failOnNew, "fail-on-new", false, "exit with 1 only for what was not known before, and show it first")
	flags.StringVar(&f.baseline, "baseline", "", "the `RUN` that --fail-on-new compares with, a file or one of the history (default: what the latest runs of the same APIs knew)")
}

func (f *pastFlags) check(runID string) error {
	switch {
	case f.resume != "" && runID != "":
		return usageError("leave out --run-id", "--resume keeps the id of the run")
	case f.resume != "" && f.db.url == noDatabase:
		return usageError("leave out --db none", "without a history there is nothing to --resume")
	case f.baseline != "" && !f.failOnNew:
		return usageError("add --fail-on-new", "--baseline has no effect without --fail-on-new")
	case runID == history.Latest || runID == history.Previous:
		return usageError("choose another id", "--run-id: %q stands for a run already", runID)
	}
	return nil
}

// past is what a run has to do with the history.
type past struct {
	w        World
	flags    *pastFlags
	db       database
	store    *sqlstore.Store // nil where nothing is kept
	resumed  *probe.Run      // nil where none is
	recorder *history.Recorder
	baseline *history.Side // nil where there is nothing to compare with
	changed  []string      // APIs of the baseline that are judged by its rules, since their sheets have changed
}

// open opens the history. One that nobody named is done without where it cannot be had.
func (f *pastFlags) open(ctx context.Context, w World, runID string) (*past, error) {
	if err := f.check(runID); err != nil {
		return nil, err
	}
	p := &past{w: w, flags: f, db: f.db.database(w)}
	if p.db.url == "" {
		if f.resume != "" {
			return nil, usageError("name it with --db", "there is no history to --resume from")
		}
		return p, nil
	}
	if f.resume != "" {
		store, err := p.db.existing(ctx)
		p.store = store
		return p, err
	}
	store, err := p.db.open(ctx)
	switch {
	case err == nil:
		p.store = store
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case p.db.named:
		return nil, p.db.failed(err)
	default:
		p.db.warn(w, err)
	}
	return p, nil
}

func (p *past) close() {
	if p.store != nil {
		_ = p.store.Close()
	}
}

// begin makes the run known to the history, before anything is sent.
func (p *past) begin(ctx context.Context, begun *engine.Beginning, readings []sheet.Reading, o *engine.Options) error {
	if p.store == nil {
		return nil
	}
	if p.resumed != nil {
		return p.goOn(ctx, readings, o)
	}
	recorder, err := history.NewRecorder(ctx, p.store, begun.Head, false, time.Now)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, history.ErrExists) && p.db.named:
		return usageError("choose another --run-id, or go on with it by --resume "+o.RunID, "the history has a run of this id: %q", o.RunID)
	case err != nil && p.db.named:
		return p.db.failed(err)
	case err != nil:
		p.db.warn(p.w, err)
		return nil
	}
	p.keep(recorder, o)
	p.announce(ctx, o.RunID, begun.APIs())
	return nil
}

// apisAtOnce is how many APIs are made known in one step.
const apisAtOnce = 256

// announce makes the APIs known that are going to be judged, so that a run which is killed shows them. That one could not be announced is no loss to a
// run that ends: it is kept at its end.
func (p *past) announce(ctx context.Context, runID string, apis iter.Seq2[int, *probe.SheetResult]) {
	var some []history.API
	for i, s := range apis {
		if some = append(some, history.NewAPI(i, s)); len(some) == apisAtOnce {
			_ = p.store.KeepAPIs(ctx, runID, some)
			some = nil
		}
	}
	if len(some) > 0 {
		_ = p.store.KeepAPIs(ctx, runID, some)
	}
}

func (p *past) keep(recorder *history.Recorder, o *engine.Options) {
	p.recorder = recorder
	o.Keep = func(d engine.Decided) {
		recorder.Add(history.NewCase(d.Sheet, d.Index, d.API, d.Result, d.Line))
	}
}

// keepIn has what is known of each API at its end kept, too.
func (p *past) keepIn(kept *results, readings []sheet.Reading, o engine.Options) {
	sheets := 0
	for _, r := range readings {
		sheets += len(r.Sheets)
	}
	kept.recorder, kept.head, kept.nights = p.recorder, &probe.Run{RunID: o.RunID, Tool: o.Tool}, make([]history.Night, sheets)
}

// hurry has the history take what finished while the reports are written.
func (p *past) hurry() {
	if p.recorder != nil {
		p.recorder.Hurry()
	}
}

// leave keeps what finished of a run that came to nothing.
func (p *past) leave(ctx context.Context) {
	if p.recorder != nil {
		p.recorder.Leave(context.WithoutCancel(ctx))
	}
}

// finish completes the record of a run. Its report is written meanwhile, whatever becomes of the record.
func (p *past) finish(ctx context.Context, run *probe.Run, kept *results) error {
	if p.recorder == nil {
		return nil
	}
	for i := range kept.nights {
		kept.nights[i].StartedAt = run.StartedAt.UTC()
	}
	return p.recorder.Complete(context.WithoutCancel(ctx), run, kept.nights, kept.Get)
}

// tellUnfinished says that the record of a run could not be completed.
func (p *past) tellUnfinished(run *probe.Run, err error) {
	if err != nil {
		printfTo(p.w.Err, "sheetprobe: the history in %s could not take the whole run %s: %s\n"+
			"  its reports are whole; `sheetprobe report` reads the one of --report json=FILE. Check the database that --db names\n", p.db.name(), run.RunID, onOneLine(err))
	}
}

// lookBack finds what --fail-on-new compares with, and says what it is.
func (p *past) lookBack(cmd *cobra.Command, readings []sheet.Reading, plans iter.Seq[*probe.Plan], o engine.Options) error {
	if !p.flags.failOnNew {
		return nil
	}
	prepare := func(run *probe.Run) *probe.Run { return p.byTodaysRules(run, readings, o) }
	known := func(run *probe.Run) { p.baseline = history.SideOf(run, o.Judge.FailOn) }
	if p.flags.baseline != "" {
		runs := p.flags.db.runs(cmd, p.w)
		defer runs.close()
		run, err := runs.load(p.flags.baseline)
		if err == nil {
			known(prepare(run))
		}
		return err
	}
	if p.store != nil {
		run, err := history.Baseline(cmd.Context(), p.store, wanted(plans), o.RunID, prepare)
		if err != nil && p.db.named {
			return p.db.failed(err)
		}
		if run != nil {
			known(run)
		}
	}
	if p.baseline == nil {
		printfTo(p.w.Err, "sheetprobe: no earlier run judged these APIs, so whatever deviates counts as new\n")
	}
	return nil
}

// wanted are the ids of the cases that are going to be sent, by the slugs of their APIs.
func wanted(plans iter.Seq[*probe.Plan]) map[string][]string {
	want := map[string][]string{}
	for p := range plans {
		for k := range p.Cases {
			if c := &p.Cases[k]; c.Skip == "" && len(c.Blocked) == 0 {
				slug, _, _ := strings.Cut(c.ID, "/")
				want[slug] = append(want[slug], c.ID)
			}
		}
	}
	return want
}

// byTodaysRules judges an earlier run again where our rules have changed since, so that our own change is no news. What was judged by a document
// that has changed since stays as it is: by today's, what the change brought would look old.
func (p *past) byTodaysRules(run *probe.Run, readings []sheet.Reading, o engine.Options) *probe.Run {
	if run.Tool.RulesVersion == o.Tool.RulesVersion {
		return run
	}
	var same []sheet.Reading
	for _, r := range readings {
		if slices.ContainsFunc(run.Sheets, func(s probe.SheetResult) bool { return s.DocumentSHA256 == r.Document.SHA256 }) {
			same = append(same, r)
		}
	}
	again, others := engine.Recheck(run, same, o)
	p.changed = append(p.changed, others...)
	printfTo(p.w.Err, "sheetprobe: our rules have changed since the run %s, from version %s to %s: it is judged again by today's, so that only the endpoint and the sheet make news\n",
		run.RunID, run.Tool.RulesVersion, o.Tool.RulesVersion)
	return again
}

// news is what is new in a run; nil where there is nothing to compare with.
func (p *past) news(lean *probe.Run, kept *results, o engine.Options) (*history.Comparison, error) {
	if p.baseline == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	now := history.NewSide(o.Judge.FailOn)
	for i := range lean.Sheets {
		s, err := kept.Get(i)
		if err != nil {
			return nil, err
		}
		now.Add(s)
	}
	now.Tell(lean)
	c := history.CompareSides(p.baseline, now)
	for i := range c.Findings {
		d := &c.Findings[i]
		if d.Causes != nil && slices.Contains(p.changed, d.API) && !slices.Contains(d.Causes, history.CauseRules) {
			d.Causes = append(d.Causes, history.CauseRules)
		}
	}
	return c, nil
}

// exitCode is that of the run, or where it was compared with what was known, that of what is new.
func exitCode(run *probe.Run, news *history.Comparison) int {
	switch {
	case news == nil || run.Interrupted:
		return run.ExitCode
	case len(news.News("")) > 0:
		return exitDeviates
	}
	return run.ExitCodeOfTheRest()
}
