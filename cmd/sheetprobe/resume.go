package main

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// findInterrupted loads the run that --resume names, and gives its id to the options. It returns the documents that are to be read.
func (p *past) findInterrupted(ctx context.Context, args []string, o *engine.Options) ([]string, error) {
	if p.flags.resume == "" {
		return args, nil
	}
	find := history.Find
	if p.flags.resume == history.Latest { // also one that seems to be alive still: its process may just have been killed
		find = func(ctx context.Context, s history.Store, _ string) (history.Entry, error) {
			return history.Newest(ctx, s)
		}
	}
	entry, err := find(ctx, p.store, p.flags.resume)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil && entry.State == history.Finished {
		return nil, usageError("`sheetprobe run` without --resume begins another", "--resume: the run %q has finished", entry.RunID)
	}
	if err == nil {
		p.resumed, err = p.store.Load(ctx, entry.RunID)
	}
	if err != nil {
		return nil, usageError("`sheetprobe history` lists them; only what is interrupted can be resumed", "--resume: %w", err)
	}
	o.RunID = entry.RunID
	if len(args) > 0 {
		return args, nil
	}
	return documentNames(p.resumed)
}

// documentNames are the documents that a run was made from, as they were named.
func documentNames(run *probe.Run) ([]string, error) {
	const hint = "name the sheets behind the run"
	var names []string
	for _, d := range run.Documents {
		names = append(names, d.Name)
	}
	if len(names) == 0 {
		return nil, usageError(hint, "the run does not say what it was made from")
	}
	if slices.Contains(names, standardInput) {
		return nil, usageError(hint, "the run was made from standard input")
	}
	return names, nil
}

// canGoOn refuses to go on with a run by other documents, other cases or another server: a run of two halves that do not belong together proves nothing.
func (p *past) canGoOn(readings []sheet.Reading, plans iter.Seq[*probe.Plan]) error {
	if p.resumed == nil {
		return nil
	}
	if err := p.sameDocuments(readings); err != nil {
		return err
	}
	planned := plannedURLs(plans)
	for i := range p.resumed.Sheets {
		for k := range p.resumed.Sheets[i].Cases {
			r := &p.resumed.Sheets[i].Cases[k]
			if !hasVerdict(r) {
				continue
			}
			if err := samePlan(r, planned); err != nil {
				return err
			}
		}
	}
	return nil
}

// plannedURLs are the addresses of the planned cases, by their ids; "" of those that are not sent.
func plannedURLs(plans iter.Seq[*probe.Plan]) map[string]string {
	planned := map[string]string{}
	for p := range plans {
		for k := range p.Cases {
			planned[p.Cases[k].ID] = p.Cases[k].Request.URL
		}
	}
	return planned
}

func samePlan(r *probe.Result, planned map[string]string) error {
	address, isPlanned := planned[r.ID]
	if !isPlanned {
		return usageError("give the flags and values of the first time, or begin another run", "--resume: the case %q of the run is not planned any more", r.ID)
	}
	if r.Exchange == nil || address == "" {
		return nil
	}
	was, is := hostOf(r.Exchange.Request.URL), hostOf(address)
	if was != is {
		return usageError("give the --base-url of the first time, or begin another run", "--resume: the run was made against %q, and would go on against %q", was, is)
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func hasVerdict(r *probe.Result) bool {
	return r.Verdict == probe.Conforms || r.Verdict == probe.Deviates
}

func (p *past) sameDocuments(readings []sheet.Reading) error {
	const hint = "give the documents as they were, or begin another run"
	now := map[string]bool{}
	for _, r := range readings {
		now[r.Document.SHA256] = true
		if !slices.ContainsFunc(p.resumed.Documents, func(d probe.RunDocument) bool { return d.SHA256 == r.Document.SHA256 }) {
			return usageError(hint, "--resume: %q is not what the run was made from, or has changed since", r.Document.Name)
		}
	}
	for _, d := range p.resumed.Documents {
		if !now[d.SHA256] {
			return usageError(hint, "--resume: the run was also made from %q, which is missing", d.Name)
		}
	}
	return nil
}

// goOn takes the run over from whoever made it, and has what it found out not sent again.
func (p *past) goOn(ctx context.Context, readings []sheet.Reading, o *engine.Options) error {
	recorder, err := p.takeOver(ctx)
	if err != nil {
		return usageError("`sheetprobe history` tells the state of every run", "--resume: %w", err)
	}
	p.keep(recorder, o)
	if p.resumed, err = p.store.Load(ctx, p.resumed.RunID); err != nil { // now nobody changes it any more
		return p.db.failed(err)
	}
	n := 0
	o.Done, n = doneBefore(p.resumed, readings, *o)
	printfTo(p.w.Err, "sheetprobe: going on with the run %s: verdicts that it has: %d\n", o.RunID, n)
	return nil
}

// doneBefore are the verdicts that a run has, by today's rules, and how many.
func doneBefore(known *probe.Run, readings []sheet.Reading, o engine.Options) (find func(id string) (probe.Result, bool), n int) {
	if known.Tool.RulesVersion != o.Tool.RulesVersion {
		known, _ = engine.Recheck(known, readings, o)
	}
	done := map[string]probe.Result{}
	for i := range known.Sheets {
		for _, r := range known.Sheets[i].Cases {
			if hasVerdict(&r) {
				done[r.ID] = r
			}
		}
	}
	return func(id string) (probe.Result, bool) {
		r, ok := done[id]
		return r, ok
	}, len(done)
}

// takeOver waits as long as whoever made the run may still be alive.
func (p *past) takeOver(ctx context.Context) (*history.Recorder, error) {
	told := false
	for end := time.Now().Add(history.DefaultLease + time.Second); ; {
		recorder, err := history.NewRecorder(ctx, p.store, p.resumed, true, time.Now)
		if err == nil || !errors.Is(err, history.ErrRunning) || time.Now().After(end) {
			return recorder, err
		}
		if !told {
			printfTo(p.w.Err, "sheetprobe: the run gave a sign of life a moment ago; waiting up to %s to see whether it is still being made\n", history.DefaultLease)
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// whole is the run with what its first part told beside the cases.
func (p *past) whole(run *probe.Run) *probe.Run { return whole(run, p.resumed) }

// whole is a run with what its first part, if any, told beside the cases.
func whole(run, resumed *probe.Run) *probe.Run {
	if resumed == nil {
		return run
	}
	run.StartedAt = resumed.StartedAt
	run.TokenCalls = append(slices.Clip(resumed.TokenCalls), run.TokenCalls...)
	run.Summarize()
	return run
}
