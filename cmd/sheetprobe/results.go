package main

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

// results keeps what a run finds out beside the memory until its reports are written, and tells the history what is known of each API.
type results struct {
	*spool.Spool
	recorder *history.Recorder // nil where there is no history
	head     *probe.Run        // as the history knows the run
	nights   []history.Night
}

// Put implements engine.Results.
func (r *results) Put(i int, s *probe.SheetResult, lines [][]byte) (probe.SheetResult, error) {
	if err := r.Spool.Put(i, s, lines); err != nil {
		return probe.SheetResult{}, err
	}
	if r.recorder != nil {
		r.nights[i] = history.NightOf(r.head, s)
		api, err := atItsEnd(i, s, lines)
		if err != nil {
			return probe.SheetResult{}, err
		}
		r.recorder.AddAPI(api)
	}
	return report.Lean(s), nil
}

// atItsEnd is what the history is told of an API at its end. Cases that have left the memory before, as those of a large one do, it has whole, and they are so no more.
func atItsEnd(i int, s *probe.SheetResult, lines [][]byte) (history.API, error) {
	isGone := func(line []byte) bool { return line == nil }
	if len(lines) < len(s.Cases) || slices.ContainsFunc(lines, isGone) {
		return history.NewAPI(i, s), nil
	}
	return history.SettledAPI(i, s, lines)
}

// add keeps a sheet of a recorded run, and puts what is left of it behind those before.
func (r *results) add(sheets []probe.SheetResult, i int, s *probe.SheetResult) ([]probe.SheetResult, error) {
	lean, err := r.Put(i, s, nil)
	return append(sheets[:i], lean), err
}

// whole is the run with all that is kept.
func (r *results) whole(lean *probe.Run) (*probe.Run, error) {
	run := *lean
	run.Sheets = make([]probe.SheetResult, len(lean.Sheets))
	for i := range run.Sheets {
		s, err := r.Get(i)
		if err != nil {
			return nil, err
		}
		run.Sheets[i] = *s
	}
	return &run, nil
}
