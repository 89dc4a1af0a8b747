package main

import (
	"fmt"
	"io"
	"os"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

func newReport(w World) *cobra.Command {
	var flags reportFlags
	var template bool
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "Write another report from a recorded run",
		Long: `Reads a run that was recorded by "run --report json=FILE" and writes it in other
formats. Nothing is sent and nothing is judged anew.

Exit codes: 0, 2 (wrong usage, or RUN is no recorded run)`,
		Example: `  sheetprobe run otp.txt --report json=run.json
  sheetprobe report run.json -v
  sheetprobe report run.json --report letter=letter.docx`,
		Args: func(_ *cobra.Command, args []string) error {
			if template && len(args) == 0 {
				return nil
			}
			if len(args) != 1 {
				return usageError("as in `sheetprobe report run.json`", "name one recorded run, or - for standard input")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if template {
				printfTo(w.Out, "%s", report.LetterTemplate())
				return nil
			}
			if err := flags.check(); err != nil {
				return err
			}
			run, err := loadRun(args[0], w.In)
			if err != nil {
				return err
			}
			return flags.write(w, run)
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&template, "print-letter-template", false, "print the words of the letter, to be changed or translated, and do nothing else")
	return cmd
}

func loadRun(path string, stdin io.Reader) (*probe.Run, error) {
	from := stdin
	if path != standardInput {
		f, err := os.Open(path) //nolint:gosec // the user names the file
		if err != nil {
			return nil, usageError("record one with `sheetprobe run SHEET --report json=FILE`", "cannot read %q: %w", path, cause(err))
		}
		defer f.Close()
		from = f
	}
	run, err := probe.DecodeRun(from)
	if err != nil {
		const hint = "record one with `sheetprobe run SHEET --report json=FILE`"
		if unicode.IsDigit(rune(err.Error()[0])) { // it begins with its place, see probe.DecodeRun
			return nil, usageError(hint, "%s:%w", path, err)
		}
		return nil, usageError(hint, "%s: %w", path, cause(err))
	}
	return run, nil
}

func printfTo(out io.Writer, format string, args ...any) { fmt.Fprintf(out, format, args...) }
