package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func newCompare(w World) *cobra.Command {
	var db dbFlags
	var output, severity string
	var verbose, quiet, noColor bool
	cmd := &cobra.Command{
		Use:   "compare BEFORE NOW",
		Short: "Tell what is new, gone and still there between two runs",
		Long: `Compares two recorded runs, files or runs of the history (an id, the beginning
of one, latest or previous), finding by finding, and says of what is new whether
the endpoint, the sheet or our own rules changed. A finding whose case got no
verdict in the other run, as in an outage, is neither new nor gone.

Exit codes:
  0  nothing is new
  1  something is new, or has come to light
  2  wrong usage, or one of the two is no recorded run`,
		Example: `  sheetprobe compare yesterday.json today.json
  sheetprobe compare yesterday.json today.json -o json
  sheetprobe compare previous latest`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 2:
				return usageError("as in `sheetprobe compare yesterday.json today.json`", "name two recorded runs, the earlier one first")
			case args[0] == standardInput && args[1] == standardInput:
				return usageError("give at least one as a file", "both runs cannot come from standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			least, err := leastOf(severity)
			if err != nil {
				return err
			}
			runs := db.runs(cmd, w)
			defer runs.close()
			before, err := runs.side(args[0], least)
			if err != nil {
				return err
			}
			now, err := runs.side(args[1], least)
			if err != nil {
				return err
			}
			c := history.CompareSides(before, now)
			if output == "json" {
				err = report.CompareJSON(w.Out, c)
			} else {
				look := terminalLook(w, noColor)
				look.Verbose, look.Quiet = verbose, quiet
				err = report.Compare(w.Out, c, look)
			}
			if err == nil && len(c.News("")) > 0 {
				return exitWith(exitDeviates)
			}
			return err
		},
	}
	outputFlag(cmd, &output, "text", "json")
	db.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&severity, "severity", "warning", "findings from this `SEVERITY` on: error, warning or info")
	flags.BoolVarP(&verbose, "verbose", "v", false, "print what is still there, too")
	flags.BoolVarP(&quiet, "quiet", "q", false, "print one line only")
	flags.BoolVar(&noColor, "no-color", false, "no colours, as with NO_COLOR in the environment")
	offer(cmd, "severity", cobra.ShellCompDirectiveNoFileComp, string(source.Error), string(source.Warning), string(source.Info))
	return cmd
}

func leastOf(severity string) (source.Severity, error) {
	least := source.Severity(severity)
	if least.Rank() == 0 {
		return "", usageError("use error, warning or info", "--severity: %q is none of these", severity)
	}
	return least, nil
}
