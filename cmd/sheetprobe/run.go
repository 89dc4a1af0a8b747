package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

// runFlags are all flags of `run`.
type runFlags struct {
	cases   caseFlags
	send    sendFlags
	judge   judgeFlags
	reports reportFlags
	past    pastFlags
	trace   traceFlags
	noInput bool
	watch   string    // what --watch sends again; "" where it was not given
	watched *watching // of which the run is a round; nil where it is none
}

func newRun(w World) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run SHEET...",
		Short: "Probe the staging environment and judge its answers",
		Long: `Reads the sheets, sends the documented request of each API and requests that are
broken on purpose, and compares the answers with what the sheet documents.

Every flag can stand in sheetprobe.yaml and in the environment as
SHEETPROBE_<FLAG>: a flag wins over the environment, which wins over the file.
Values for placeholders also come from SHEETPROBE_VAR_<NAME>.

What is still missing is asked for where standard input and standard error are a
terminal, and not on CI servers (CI in the environment) or with --no-input.

Every run is kept in a history, case by case as they finish: by default in an
SQLite file in your state folder, see --db. "sheetprobe history" lists them.

--watch runs again whenever a sheet, the configuration, or a file of values is
saved, until Ctrl-C. Only the APIs of a sheet that changed are tried again. What
may change data (POST, PUT, PATCH, DELETE) is not sent again: its recorded
answer is judged by the sheet as it is now, and where the request has changed
the case is left out; so is what waits for a value of its answer. --watch=all
sends it. Only the first round is kept in the history.

Exit codes:
  0    every executed case conforms, and at least one was executed
  1    at least one deviates
  2    wrong usage or configuration
  3    a sheet could not be used: unreadable, incomplete, a placeholder without
       a value, a host that is not allowed
  4    could not judge: staging unreachable or unstable, and nothing deviates
  130  interrupted; what finished is reported`,
		Example: `  sheetprobe run otp.txt --var token=T
  sheetprobe run sheets/ --base-url http://127.0.0.1:8080 --report json=run.json
  TOKEN=... sheetprobe run otp.txt --secret TOKEN
  sheetprobe run sheets/ --fail-on-new
  sheetprobe run --resume latest`,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("resume") {
				return nil
			}
			return sheetArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.watch != "" {
				return watch(cmd, w, &f, args)
			}
			return unsent(cmd.Context(), runSheets(cmd, w, &f, args))
		},
	}
	f.register(cmd)
	cmd.Flags().StringVar(&f.watch, "watch", "", "run again when a file is saved that the run is made from, and show what changed; `WHAT` is sent again: safe, only requests that change nothing; or all")
	cmd.Flags().Lookup("watch").NoOptDefVal = watchSafe
	offer(cmd, "watch", cobra.ShellCompDirectiveNoFileComp, watchSafe, watchAll)
	return cmd
}

func (f *runFlags) register(cmd *cobra.Command) {
	f.cases.register(cmd)
	f.send.register(cmd.Flags())
	f.judge.register(cmd)
	f.reports.register(cmd)
	f.past.register(cmd)
	f.trace.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.noInput, "no-input", false, "ask for nothing; on a terminal, values that are missing are asked for")
}

// unsent is what becomes of a run that is interrupted before it begins; behind that, an interruption is no error.
func unsent(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted; nothing was sent")}
	}
	return err
}

func runSheets(cmd *cobra.Command, w World, f *runFlags, args []string) error {
	defer steadyHeap(w.Environ)()
	options, c, err := f.options(cmd, w)
	if err != nil {
		return err
	}
	p, err := f.past.open(cmd.Context(), w, options.RunID)
	if err != nil {
		return err
	}
	defer p.close()
	alerts, err := f.past.alerts(cmd.Context(), w, c, p)
	if err != nil {
		return err
	}
	if args, err = p.findInterrupted(cmd.Context(), args, &options); err != nil {
		return err
	}
	if options.RunID == "" {
		options.RunID = newRunID()
	}
	f.cases.keepsBytes = f.reports.takeDocuments()
	readings, options, err := f.cases.prepare(cmd.Context(), w, c, args, options)
	if err != nil {
		return err
	}
	if f.cases.keepsBytes {
		f.reports.documents = documents(readings)
	}
	if err := askMissing(atTerminal(cmd.Context(), w, f.noInput || f.watched != nil && f.watched.round > 1, args), c, readings, &options); err != nil {
		return err
	}
	if f.watched != nil {
		f.watched.spare(readings, &options)
	}
	defer f.trace.follow(cmd.Context(), w, c, &options)()
	kept := &results{Spool: spool.New("")}
	defer func() { _ = kept.Close() }() // nobody needs it any more
	run, news, err := f.probe(cmd, w, p, kept, readings, options)
	if err != nil {
		p.leave(cmd.Context())
		return err
	}
	f.reports.news, f.reports.results = news, kept
	finished := make(chan error, 1)
	go func() { finished <- p.finish(cmd.Context(), run, kept) }()
	written := f.reports.write(w, run)
	p.tellUnfinished(run, <-finished)
	tellRun(cmd.Context(), w, alerts, run, kept)
	if f.watched != nil {
		written = errors.Join(written, f.watched.seen(w, run, kept, options))
	}
	if written != nil {
		return written
	}
	return exitWith(exitCode(run, news))
}

// probe does what the readings lead to, and says what of it is new where that was asked for.
func (f *runFlags) probe(cmd *cobra.Command, w World, p *past, kept *results, readings []sheet.Reading, options engine.Options) (*probe.Run, *history.Comparison, error) {
	planned := options // as it is before anything else is opened
	plans := until(cmd.Context(), engine.Plans(readings, planned))
	for _, check := range []func() error{
		func() error { return matchesSomething(plans, options) },
		func() error { return p.canGoOn(readings, plans) },
		func() error { return checkOptions(options) },
		func() error { return p.lookBack(cmd, readings, plans, options) },
	} {
		if err := cmp.Or(check(), cmd.Context().Err()); err != nil {
			return nil, nil, cmp.Or(cmd.Context().Err(), err) // what was looked at in part proves nothing
		}
	}
	closing, err := f.cases.callback.open(cmd.Context(), &options)
	if err != nil {
		return nil, nil, err
	}
	defer closing()
	begun := engine.Begin(readings, options)
	if err := p.begin(cmd.Context(), begun, readings, &options); err != nil {
		return nil, nil, err
	}
	counted := slices.Clone(readings)
	tell, end := showProgress(w, f.reports.quiet, func() engine.Progress { return engine.Total(counted, planned) })
	options.Progress, options.Results = tell, kept
	p.keepIn(kept, readings, options)
	clear(readings) // the run lets go of each sheet as soon as its API has ended
	release := processorsFor(options.Concurrency)
	run, err := begun.Run(cmd.Context(), options)
	release()
	p.hurry()
	end()
	if err != nil {
		return nil, nil, cannotRun(err)
	}
	run = p.whole(run)
	news, err := p.news(run, kept, options)
	return run, news, err
}

// until makes plans as long as nobody interrupts.
func until(ctx context.Context, plans iter.Seq[*probe.Plan]) iter.Seq[*probe.Plan] {
	return func(yield func(*probe.Plan) bool) {
		for p := range plans {
			if ctx.Err() != nil || !yield(p) {
				return
			}
		}
	}
}

const roomForResults = "free some room there, or name another folder in the environment as TMPDIR"

// orNotKept says what to do where results cannot be kept beside the memory.
func orNotKept(err error) error {
	if errors.Is(err, spool.ErrFull) {
		return usageError(roomForResults, "%w", err)
	}
	return err
}

// cannotRun says why there is no run: where its results could not be kept, that is no fault of the options.
func cannotRun(err error) error {
	if errors.Is(err, spool.ErrFull) {
		return usageError(roomForResults+"; the history has what finished", "%w", err)
	}
	return unusableOptions(err)
}

func unusableOptions(err error) error { return usageError("see `sheetprobe run --help`", "%w", err) }

func checkOptions(options engine.Options) error {
	if err := engine.Usable(options); err != nil {
		return unusableOptions(err)
	}
	return nil
}

func (f *runFlags) options(cmd *cobra.Command, w World) (o engine.Options, c *config, err error) {
	if c, err = settle(cmd, w); err != nil {
		return o, nil, err
	}
	if err := f.reports.check(); err != nil {
		return o, nil, err
	}
	o, err = f.settled(c, w.Environ)
	return o, c, err
}

// settled turns the flags into options; the reports are left out.
func (f *runFlags) settled(c *config, environ []string) (engine.Options, error) {
	o, err := f.cases.options(c, environ)
	if err != nil {
		return o, err
	}
	if err := f.send.apply(&o); err != nil {
		return o, err
	}
	if err := f.trace.check(); err != nil {
		return o, err
	}
	o.Tool, o.Now = tool(), time.Now
	return o, f.judge.apply(c, &o)
}

// matchesSomething refuses an --only that leaves nothing to do: a check that silently did not run is worse than none. Without a pattern nothing is
// planned for it, and that there is no sheet is said elsewhere.
func matchesSomething(plans iter.Seq[*probe.Plan], o engine.Options) error {
	chosen := slices.Concat(o.Only, o.RepeatUnsafe)
	if len(chosen) == 0 {
		return nil
	}
	unmatched := plan.Unmatched(chosen, plans)
	if len(unmatched) == 0 {
		return nil
	}
	flag := "--repeat-unsafe"
	if slices.Contains(o.Only, unmatched[0]) {
		flag = "--only"
	}
	return usageError("`sheetprobe plan SHEET` lists the ids of all cases", "%s %q matches no case and no API", flag, unmatched[0])
}

// each are plans that were made already.
func each(plans []probe.Plan) iter.Seq[*probe.Plan] {
	return func(yield func(*probe.Plan) bool) {
		for i := range plans {
			if !yield(&plans[i]) {
				return
			}
		}
	}
}

func newRunID() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails: see crypto/rand
	return hex.EncodeToString(id[:])
}
