package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// options are those of `run`, from the environment and the configuration, but for what the schedule says.
func (v *serveVerb) options(c *config, s serve.Schedule) (*runFlags, engine.Options, error) {
	f, cmd := &runFlags{}, &cobra.Command{Use: "run"}
	f.register(cmd)
	if err := c.settle(cmd, v.w); err != nil {
		return nil, engine.Options{}, err
	}
	for name, values := range map[string][]string{"only": s.Only, "skip": s.Skip, "negatives": s.Negatives} {
		if list, ok := cmd.Flags().Lookup(name).Value.(pflag.SliceValue); ok && len(values) > 0 {
			if err := list.Replace(values); err != nil {
				return nil, engine.Options{}, err
			}
		}
	}
	if err := f.reports.toFiles(); err != nil {
		return nil, engine.Options{}, err
	}
	o, err := f.settled(c, v.w.Environ)
	o.Guard = v.guardServed(o.Guard, c, o.BaseURL, false)
	return f, o, err
}

func (v *serveVerb) configured(c *config) serve.Config {
	return serve.Config{Schedules: c.serve.schedules, Retention: c.serve.retention, Library: v.library(), Gate: gateOf(c), Execute: func(ctx context.Context, job serve.Job) (*probe.Run, error) {
		return v.execute(ctx, c, job)
	}}
}

// execute makes one run.
func (v *serveVerb) execute(ctx context.Context, c *config, job serve.Job) (*probe.Run, error) {
	f, options, err := v.options(c, job.Schedule)
	if err != nil {
		return nil, err
	}
	options.RunID = job.RunID
	readings, options, err := v.sheets(ctx, f, c, job, options)
	if err != nil {
		return nil, err
	}
	plans := engine.Plans(readings, options)
	if err := matchesSomething(plans, options); err != nil {
		return nil, err
	}
	if err := goOn(job.Resumed, readings, plans, &options); err != nil {
		return nil, err
	}
	if v.fleet != nil {
		options.Send.Turns = turns{v.fleet, job.Hold}
	}
	closing, err := f.cases.callback.open(ctx, &options)
	if err != nil {
		return nil, err
	}
	defer closing()
	defer f.trace.follow(ctx, v.w, c, &options)()
	options.Send.Egress, options.Judge.Egress = v.self.Egress, v.self.Egress
	who := newProber(v.self, job.Schedule.Zone)
	options.Keep = func(d engine.Decided) {
		who.saw(d.Result.Exchange)
		job.Keep(history.NewCase(d.Sheet, d.Index, d.API, d.Result, d.Line))
	}
	options.Progress = func(p engine.Progress) { job.Progress(serve.Progress(p)) }
	begun := engine.Begin(readings, options)
	job.Describe(headOf(begun))
	run, err := begun.Run(ctx, options)
	if err != nil {
		return nil, err
	}
	run.Prober = who.whole()
	run = whole(run, job.Resumed)
	f.reports.documents = documents(readings)
	if job.Handed != nil { // the files of reports are those of the schedules
		return run, nil
	}
	if err := f.reports.writeFiles(v.w, run); err != nil {
		v.say("run %s: %v", job.RunID, err)
	}
	return run, nil
}

// headOf is what is known of a run before anything is sent, its APIs among it.
func headOf(begun *engine.Beginning) *probe.Run {
	head := *begun.Head
	for _, s := range begun.APIs() {
		head.Sheets = append(head.Sheets, *s)
	}
	return &head
}
