package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

func newLint(w World) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "lint SHEET...",
		Short: "Say what is missing from a document, contradicts itself, or is not ready",
		Long: `Checks the document alone: completeness, contradictions and readiness. Nothing
is sent. -o markdown writes a document to paste into a mail or an issue.

Exit codes: 0, 1 (errors found), 2 (wrong usage), 3 (a document cannot be read)`,
		Example: "  sheetprobe lint otp.txt\n  sheetprobe lint otp.txt -o markdown > otp-corrections.md",
		Args:    sheetArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			readings, err := readAll(w, args)
			if err != nil {
				return err
			}
			mask := engine.Redactor(readings, probe.Vars{})
			switch output {
			case "json":
				err = report.LintJSON(w.Out, documents(readings), mask)
			case "markdown":
				err = report.LintMarkdown(w.Out, documents(readings), mask)
			default:
				err = report.Lint(w.Out, documents(readings), mask, terminalLook(w, false))
			}
			if err != nil {
				return err
			}
			return exitWith(lintCode(readings))
		},
	}
	outputFlag(cmd, &output, "text", "json", "markdown")
	return cmd
}

func lintCode(readings []sheet.Reading) int {
	for _, r := range readings {
		for _, s := range r.Sheets {
			if s.Diagnostics.Count(source.Error) > 0 {
				return exitDeviates
			}
		}
		if len(r.Sheets) > 0 && r.Diagnostics.Count(source.Error) > 0 {
			return exitDeviates
		}
	}
	return readable(readings)
}
