package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// recheckFlags are all flags of `recheck`.
type recheckFlags struct {
	cases   caseFlags
	judge   judgeFlags
	reports reportFlags
	db      dbFlags
}

func newRecheck(w World) *cobra.Command {
	var f recheckFlags
	cmd := &cobra.Command{
		Use:   "recheck RUN [SHEET...]",
		Short: "Judge the recorded exchanges of a run again; sends nothing",
		Long: `Reads a run of the history (its id, the beginning of it, latest or previous), or
one that was recorded by "run --report json=FILE", and judges its exchanges
again, by today's rules and by what the sheets say today: after an upgrade, or
when the API owner has corrected the sheet and the endpoint stays as it is. The
sheets are those that the run names, unless others are given.

Exit codes: 0, 1, 2, 3 and 4, as of run`,
		Example: `  sheetprobe recheck run.json
  sheetprobe recheck run.json corrected.xlsx --report json=again.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError("as in `sheetprobe recheck run.json`", "name one recorded run, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return recheck(cmd, w, &f, args) },
	}
	f.cases.register(cmd)
	f.judge.register(cmd)
	f.reports.register(cmd)
	f.db.register(cmd)
	return cmd
}

func recheck(cmd *cobra.Command, w World, f *recheckFlags, args []string) error {
	c, err := settle(cmd, w)
	if err != nil {
		return err
	}
	if err := f.reports.check(); err != nil {
		return err
	}
	options, err := f.cases.options(c, w.Environ)
	if err != nil {
		return err
	}
	if err := f.judge.apply(c, &options); err != nil {
		return err
	}
	options.Tool = tool()
	runs := f.db.runs(cmd, w)
	defer runs.close()
	recorded, err := runs.load(args[0])
	if err != nil {
		return err
	}
	readings, err := sheetsOf(w, recorded, args[1:])
	if err != nil {
		return err
	}
	c.apply(readings, w.Err)
	if err := f.cases.addData(readings); err != nil {
		return err
	}
	run, unknown := engine.Recheck(recorded, readings, options)
	if len(unknown) > 0 {
		printfTo(w.Err, "sheetprobe: judged as before, since none of the sheets describes it: %s\n", strings.Join(unknown, ", "))
	}
	f.reports.documents = documents(readings)
	if err := f.reports.write(w, run); err != nil {
		return err
	}
	return exitWith(run.ExitCode)
}

// sheetsOf reads the sheets that a run is judged by, and says which of them have changed since.
func sheetsOf(w World, recorded *probe.Run, args []string) ([]sheet.Reading, error) {
	const hint = "name the sheets behind the run"
	if len(args) == 0 {
		var err error
		if args, err = documentNames(recorded); err != nil {
			return nil, err
		}
	}
	readings, err := readAll(w, args)
	if err != nil {
		return nil, err
	}
	for _, r := range readings {
		if r.Data == nil {
			return nil, usageError(hint, "%s: %s", r.Document.Name, r.Diagnostics[0].Message)
		}
		same := func(d probe.RunDocument) bool { return d.SHA256 == r.Document.SHA256 }
		if !slices.ContainsFunc(recorded.Documents, same) {
			printfTo(w.Err, "sheetprobe: %s is not the document that the run was made from, or has changed since; judged by what it says now\n", r.Document.Name)
		}
	}
	return readings, nil
}
