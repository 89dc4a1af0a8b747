package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func newHistory(w World) *cobra.Command {
	var q queryFlags
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List the runs that are kept, and what they found since when",
		Long: `Lists the runs that "run" has kept, the latest first. A RUN is named by its id
or the first characters of it, at least four, by latest, or by previous: the one
before the latest, of the same APIs. So it is for report, recheck, compare and
learn.

Exit codes: 0, 2 (wrong usage, or there is no history)`,
		Example: `  sheetprobe history
  sheetprobe history --api "Generate OTP" --since 30d
  sheetprobe history show latest
  sheetprobe history findings
  sheetprobe compare previous latest`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return q.look(cmd, w, func(ctx context.Context, s history.Store, query history.Query, o report.Options) error {
				entries, err := s.List(ctx, query)
				if err != nil {
					return err
				}
				if q.output == "json" {
					return report.HistoryJSON(w.Out, entries)
				}
				return report.History(w.Out, entries, o)
			})
		},
	}
	q.register(cmd)
	cmd.AddCommand(newHistoryShow(w), newHistoryFindings(w), newHistoryPrune(w), newHistoryExport(w), newHistoryImport(w))
	return cmd
}

// queryFlags choose runs.
type queryFlags struct {
	db      dbFlags
	api     string
	since   string
	limit   int
	output  string
	noColor bool
}

func (f *queryFlags) register(cmd *cobra.Command) {
	f.db.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.api, "api", "", "only runs of the API `NAME`, its name or what its case ids begin with")
	flags.StringVar(&f.since, "since", "", "only runs from `WHEN` on: a date, a time (RFC 3339), or how long ago, as 12h, 30d or 8w")
	flags.IntVar(&f.limit, "limit", 0, "no more than the latest `N` runs; 0 is all")
	flags.BoolVar(&f.noColor, "no-color", false, "no colours, as with NO_COLOR in the environment")
	outputFlag(cmd, &f.output, "text", "json")
}

func (f *queryFlags) query() (history.Query, error) {
	q := history.Query{Limit: f.limit}
	if f.limit < 0 {
		return q, usageError("0 is all", "--limit must not be negative")
	}
	if f.api != "" {
		q.API = probe.Slug(f.api)
	}
	if f.since != "" {
		since, err := moment(f.since, time.Now())
		if err != nil {
			return q, usageError("write it as 2026-01-31, 2026-01-31T08:00:00Z, 12h, 30d or 8w", "--since: %w", err)
		}
		q.Since = since
	}
	return q, nil
}

// look opens the history, and prints what is found.
func (f *queryFlags) look(cmd *cobra.Command, w World, show func(context.Context, history.Store, history.Query, report.Options) error) error {
	q, err := f.query()
	if err != nil {
		return err
	}
	return withHistory(cmd, w, &f.db, func(s history.Store) error {
		return show(cmd.Context(), s, q, terminalLook(w, f.noColor))
	})
}

// withHistory does something with the history that there is.
func withHistory(cmd *cobra.Command, w World, db *dbFlags, do func(history.Store) error) error {
	runs := db.runs(cmd, w)
	defer runs.close()
	store, err := runs.history()
	if err != nil {
		return err
	}
	err = do(store)
	var told *exitError
	if err == nil || errors.As(err, &told) {
		return err
	}
	return usageError("`sheetprobe history` lists what there is", "%w", err)
}

// moment reads a point in time, or how long ago it is.
func moment(text string, now time.Time) (time.Time, error) {
	if age, err := span(text); err == nil {
		return now.Add(-age), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

// span reads a length of time, also in days and weeks.
func span(text string) (time.Duration, error) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if digits, ok := strings.CutSuffix(text, unit); ok {
			n, err := strconv.ParseUint(digits, 10, 16)
			if err != nil {
				return 0, fmt.Errorf("%q is no length of time", text)
			}
			return time.Duration(n) * length, nil //nolint:gosec // of 16 bits
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no length of time", text)
	}
	return d, nil
}

func newHistoryShow(w World) *cobra.Command {
	var db dbFlags
	var reports reportFlags
	cmd := &cobra.Command{
		Use:     "show RUN",
		Short:   "Write the report of a run, as `report RUN` does",
		Example: "  sheetprobe history show latest\n  sheetprobe history show 3f9a --report html=run.html",
		Args:    oneRun,
		RunE:    func(cmd *cobra.Command, args []string) error { return reportAgain(cmd, w, &db, &reports, args) },
	}
	reports.register(cmd)
	db.register(cmd)
	return cmd
}

func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError(fmt.Sprintf("as in `%s latest`", cmd.CommandPath()), "name one RUN")
	}
	return nil
}

func newHistoryFindings(w World) *cobra.Command {
	var q queryFlags
	var severity string
	var all bool
	cmd := &cobra.Command{
		Use:   "findings",
		Short: "Tell since when findings are there, and which come and go",
		Long: `Lists the findings that are there, the worst and newest first: since which run
without a break, and in how many of the runs that could have seen it. A run in
which its case got no verdict, as in an outage, does not count.`,
		Example: "  sheetprobe history findings --api \"Generate OTP\"\n  sheetprobe history findings --since 30d --all -o json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			least, err := leastOf(severity)
			if err != nil {
				return err
			}
			return q.look(cmd, w, func(ctx context.Context, s history.Store, query history.Query, o report.Options) error {
				query.Severity, query.Ended = least, true
				found, err := s.Sightings(ctx, query)
				if err != nil {
					return err
				}
				if !all {
					found = slices.DeleteFunc(found, func(f history.Sighting) bool { return !f.Present && !f.Flapping })
				}
				if q.output == "json" {
					return report.SightingsJSON(w.Out, found)
				}
				return report.Sightings(w.Out, found, o)
			})
		},
	}
	q.register(cmd)
	cmd.Flags().StringVar(&severity, "severity", "warning", "findings from this `SEVERITY` on: error, warning or info")
	cmd.Flags().BoolVar(&all, "all", false, "also those that are gone")
	offer(cmd, "severity", cobra.ShellCompDirectiveNoFileComp, string(source.Error), string(source.Warning), string(source.Info))
	return cmd
}

func newHistoryPrune(w World) *cobra.Command {
	var db dbFlags
	var r history.Retention
	var older string
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Delete old runs for good",
		Long: `Deletes runs that are older than a time, of which the newest --keep stay, and
those beyond a number of the newest. A run that is being made stays. An SQLite
file gets smaller by it. "serve" does the same every night where "retention" in
its configuration says so.`,
		Example: "  sheetprobe history prune --older-than 90d --keep 30 --dry-run\n  sheetprobe history prune --beyond 1000",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := retention(&r, older, time.Now()); err != nil {
				return err
			}
			return withHistory(cmd, w, &db, func(s history.Store) error {
				n, err := s.Prune(cmd.Context(), r)
				if err != nil {
					return err
				}
				what := "were"
				if r.DryRun {
					what = "would be"
				}
				printfTo(w.Out, "runs that %s deleted: %d\n", what, n)
				return nil
			})
		},
	}
	db.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&older, "older-than", "", "delete what is older than `TIME`, as in 90d, 12w or 36h")
	flags.IntVar(&r.Keep, "keep", 0, "but let the newest `N` stay, whatever their age")
	flags.IntVar(&r.Beyond, "beyond", 0, "delete all but the newest `N`, whatever their age")
	flags.BoolVar(&r.DryRun, "dry-run", false, "delete nothing, and say how many it would be")
	return cmd
}

// retention refuses what would delete nothing, or everything by a slip.
func retention(r *history.Retention, older string, now time.Time) error {
	switch {
	case r.Keep < 0 || r.Beyond < 0:
		return usageError("give a number from 1 on", "--keep and --beyond must not be negative")
	case older == "" && r.Keep > 0:
		return usageError("add --older-than 90d, or delete all but the newest with --beyond N", "--keep has no effect without --older-than")
	case older == "" && r.Beyond == 0:
		return usageError("as in `sheetprobe history prune --older-than 90d --keep 30`", "say what is to be deleted")
	case older == "":
		return nil
	}
	age, err := span(older)
	if err != nil {
		return usageError("write it as 90d, 12w or 36h", "--older-than: %w", err)
	}
	r.OlderThan = now.Add(-age)
	return nil
}

func newHistoryExport(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use:     "export [RUN...]",
		Short:   "Write runs, all or those named, as JSON lines",
		Example: "  sheetprobe history export > history.ndjson\n  sheetprobe history export latest | jq .verdict",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHistory(cmd, w, &db, func(s history.Store) error {
				ids, err := runIDs(cmd.Context(), s, args)
				if err != nil {
					return err
				}
				return history.Export(cmd.Context(), s, ids, w.Out)
			})
		},
	}
	db.register(cmd)
	return cmd
}

// runIDs are the runs that are named, or all that are not being made, the oldest first.
func runIDs(ctx context.Context, s history.Store, args []string) ([]string, error) {
	var ids []string
	for _, arg := range args {
		entry, err := history.Find(ctx, s, arg)
		if err != nil {
			return nil, err
		}
		ids = append(ids, entry.RunID)
	}
	if len(args) > 0 {
		return ids, nil
	}
	entries, err := s.List(ctx, history.Query{Ended: true})
	for i := len(entries) - 1; i >= 0; i-- {
		ids = append(ids, entries[i].RunID)
	}
	return ids, err
}

func newHistoryImport(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Keep runs that `history export` or `run --report json` wrote",
		Long: `Reads runs, one after the other, from a file or standard input (-), and keeps
them. A run of an id that is kept already is refused, and the others are kept.

Exit codes: 0, 2 (wrong usage, what is no run, or a run was refused)`,
		Example: "  sheetprobe history import history.ndjson\n  sheetprobe history export --db sqlite://a.db | sheetprobe history import - --db sqlite://b.db",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("as in `sheetprobe history import history.ndjson`", "name one FILE, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := db.settle(cmd, w); err != nil {
				return err
			}
			return importRuns(cmd.Context(), w, db.database(w), args[0])
		},
	}
	db.register(cmd)
	return cmd
}

func importRuns(ctx context.Context, w World, db database, path string) error {
	if db.url == "" {
		return usageError("name it with --db", "there is no history to import into")
	}
	from := w.In
	if path != standardInput {
		file, err := os.Open(path) //nolint:gosec // the user names the file
		if err != nil {
			return usageError("write one with `sheetprobe history export`", "cannot read %q: %w", path, cause(err))
		}
		defer file.Close()
		from = file
	}
	return importFrom(ctx, w, db, path, from)
}

func importFrom(ctx context.Context, w World, db database, path string, from io.Reader) error {
	store, err := db.open(ctx)
	if err != nil {
		return db.failed(err)
	}
	defer func() { _ = store.Close() }()
	done, err := history.Import(ctx, store, from)
	printfTo(w.Out, "runs that are kept now: %d\n", done.Runs)
	if err != nil {
		return usageError("it has to hold runs as `sheetprobe history export` writes them", "%s: %w", path, err)
	}
	if n := len(done.Refused); n > 0 {
		return usageError("they are left as they are", "runs that were refused, since the history has one of the id: %d, such as %q", n, done.Refused[0])
	}
	return nil
}
