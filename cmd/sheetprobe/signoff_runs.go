package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

const latestRun = history.Latest

// namesSheet says that an argument names sheets, and no run: a folder, a pattern, or a file that is no recorded run.
func namesSheet(arg string) bool {
	info, err := os.Stat(arg)
	switch {
	case arg == standardInput:
		return false
	case err != nil:
		return strings.ContainsAny(arg, "*?[")
	case info.IsDir():
		return true
	}
	return !beginsAsRun(arg)
}

// beginsAsRun says that a file begins as a recorded run does.
func beginsAsRun(path string) bool {
	f, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 1<<10))
	return err == nil && bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n"), []byte("{")) &&
		bytes.Contains(head, []byte(`"schema_version"`))
}

// latestOfSheets is the latest run of the history in which all of the sheets were judged.
func latestOfSheets(runs *recordedRuns, w World, args []string) (subject, error) {
	readings, err := readAll(w, args)
	if err != nil {
		return subject{}, err
	}
	var names []string
	for _, r := range readings {
		if r.Data == nil {
			return subject{}, unusable("name a recorded run, or sheets of which the history holds one", "%s: %s", r.Document.Name, r.Diagnostics[0].Message)
		}
		for _, s := range r.Sheets {
			names = append(names, s.Name)
		}
	}
	store, err := runs.history()
	if err != nil {
		return subject{}, err
	}
	id, err := latestWith(runs.cmd.Context(), store, names)
	if err != nil {
		return subject{}, err
	}
	run, err := runs.load(id)
	return subject{run, documents(readings)}, err
}

// latestWith is the id of the latest run that has come to its end and judged all APIs of the names.
func latestWith(ctx context.Context, store history.Store, names []string) (string, error) {
	const mostRuns = 1000
	entries, err := store.List(ctx, history.Query{Ended: true, Limit: mostRuns})
	for _, e := range entries {
		apis, err := store.APIs(ctx, history.Query{RunID: e.RunID})
		if err != nil {
			return "", err
		}
		judged := func(name string) bool {
			return slices.ContainsFunc(apis, func(a history.APIEntry) bool { return a.Name == name })
		}
		if !slices.ContainsFunc(names, func(name string) bool { return !judged(name) }) {
			return e.RunID, nil
		}
	}
	if err != nil {
		return "", err
	}
	return "", usageError("make one with `sheetprobe run SHEET`", "the history holds no run that judged all of these sheets")
}

// nightsBefore are the runs of the nights that a policy asks for. Where there is no history, there are none.
func nightsBefore(ctx context.Context, runs *recordedRuns, policy signoff.Policy, run *probe.Run) ([]signoff.Night, error) {
	if len(signoff.DatesWanted(policy, run)) == 0 {
		return nil, nil
	}
	store, err := runs.history()
	if err != nil { // a run in a file can be decided upon without one; the line about nights then says what is missing
		printfTo(runs.w.Err, "sheetprobe: without a history nothing is known of the nights before: %v\n", err)
		return nil, nil
	}
	return signoff.NightsBefore(policy, run,
		func(since time.Time) ([]history.Entry, error) {
			return store.List(ctx, history.Query{Since: since, Ended: true})
		},
		func(runID string) (*probe.Run, error) { return store.Load(ctx, runID) })
}
