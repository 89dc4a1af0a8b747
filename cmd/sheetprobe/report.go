package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

func newReport(w World) *cobra.Command {
	var flags reportFlags
	var db dbFlags
	var template, schema bool
	cmd := &cobra.Command{
		Use:   "report RUN [SHEET...]",
		Short: "Write another report from a recorded run",
		Long: `Reads a run of the history (its id, the beginning of it, latest or previous), or
one that was recorded by "run --report json=FILE", and writes it in other
formats. Nothing is sent and nothing is judged anew. The documents that the run
was made from can be named behind it; an evidence bundle then holds them.

The formats:
` + formatTable() + `
Exit codes: 0, 2 (wrong usage, or RUN is no recorded run)`,
		Example: `  sheetprobe run otp.txt --report json=run.json
  sheetprobe report run.json -v
  sheetprobe report latest --report html=run.html
  sheetprobe report run.json --report junit=junit.xml
  sheetprobe report run.json --report letter=letter.docx`,
		Args: func(_ *cobra.Command, args []string) error {
			if (template || schema) && len(args) == 0 {
				return nil
			}
			if len(args) == 0 {
				return usageError("as in `sheetprobe report run.json`", "name one recorded run, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if template {
				printfTo(w.Out, "%s", report.LetterTemplate())
				return nil
			}
			if schema {
				printfTo(w.Out, "%s", report.JSONSchema())
				return nil
			}
			return reportAgain(cmd, w, &db, &flags, args)
		},
	}
	flags.register(cmd)
	db.register(cmd)
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema (draft-07) of the JSON report, and do nothing else")
	cmd.Flags().BoolVar(&template, "print-letter-template", false, "print the words of the letter, to be changed or translated, and do nothing else")
	return cmd
}

// reportAgain writes reports of a recorded run.
func reportAgain(cmd *cobra.Command, w World, db *dbFlags, flags *reportFlags, args []string) error {
	if err := flags.check(); err != nil {
		return err
	}
	runs := db.runs(cmd, w)
	defer runs.close()
	kept := &results{Spool: spool.New("")}
	defer func() { _ = kept.Close() }()
	run, err := runs.open(args[0], kept)
	if err != nil {
		return err
	}
	flags.results = kept
	if flags.documents, err = documentsOf(w, run, args[1:]); err != nil {
		return err
	}
	return flags.write(w, run)
}

// documentsOf reads documents that a run was made from, and refuses others: evidence that mixes two things is none.
func documentsOf(w World, run *probe.Run, args []string) ([]report.Document, error) {
	if len(args) == 0 {
		return nil, nil
	}
	readings, err := readAll(w, args)
	if err != nil {
		return nil, err
	}
	for _, r := range readings {
		if r.Data == nil {
			return nil, usageError("check the path", "%s: %s", r.Document.Name, r.Diagnostics[0].Message)
		}
		if !slices.ContainsFunc(run.Documents, func(d probe.RunDocument) bool { return d.SHA256 == r.Document.SHA256 }) {
			return nil, usageError("name the document as it was then, or run again with this one", "the run was not made from %q, or it has changed since", r.Document.Name)
		}
	}
	return documents(readings), nil
}

// readRun reads a recorded run sheet by sheet.
func readRun(path string, each func(i int, s *probe.SheetResult) error) (*probe.Run, error) {
	f, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return probe.ReadRun(f, each)
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
