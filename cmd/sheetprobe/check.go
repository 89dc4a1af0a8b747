package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/answers"
	"github.com/sheetprobe/sheetprobe/probe/engine"
)

// checkFlags are all flags of `check`.
type checkFlags struct {
	config  string
	api     string
	expect  string
	status  int
	judge   judgeFlags
	reports reportFlags
}

func newCheck(w World) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check SHEET ANSWER...",
		Short: "Judge saved answers against the sheet; sends nothing",
		Long: `Judges answers that were saved elsewhere, for a staging that only another
machine can reach. An ANSWER is a file, a folder, or - for standard input:
  - the body of an answer (give its status with --http-status),
  - what "curl -i" or "curl -v" printed,
  - an HTTP archive (HAR) as browsers and proxies save it,
  - or many answers as NDJSON: a body on each line, or an object
    {"api", "method", "url", "http_status", "headers", "body"}.

An answer may be any documented one, success or error, unless --expect says
more. Of several sheets, the one with the method and path of the saved request
is taken; --api names it where that is not known.

Exit codes:
  0  all conform
  1  at least one deviates
  2  wrong usage, or an answer belongs to no sheet
  3  the sheet could not be used
  4  could not judge`,
		Example: `  curl -i https://staging.example.test/orders/7 > answer.txt
  sheetprobe check orders.xlsx answer.txt --expect success
  sheetprobe check sheets/ session.har`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usageError("as in `sheetprobe check otp.txt answer.json`", "name one SHEET and at least one ANSWER")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return checkAnswers(cmd, w, &f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration `FILE` (default sheetprobe.yaml, where there is one)")
	flags.StringVar(&f.api, "api", "", "the `NAME` of the API that the answers are of")
	flags.StringVar(&f.expect, "expect", "any", "what the answers have to be: any, success or error")
	flags.IntVar(&f.status, "http-status", 0, "the HTTP `STATUS` of answers that do not tell theirs")
	offer(cmd, "expect", cobra.ShellCompDirectiveNoFileComp, "any", "success", "error")
	f.judge.register(cmd)
	f.reports.register(cmd)
	return cmd
}

func checkAnswers(cmd *cobra.Command, w World, f *checkFlags, args []string) error {
	c, err := settle(cmd, w)
	if err != nil {
		return err
	}
	options, err := f.options(c)
	if err != nil {
		return err
	}
	readings, err := readAll(w, args[:1])
	if err != nil {
		return err
	}
	c.apply(readings, w.Err)
	saved, err := loadAnswers(args[1:], w.In)
	if err != nil {
		return err
	}
	run, unmatched := engine.Check(readings, saved, options)
	if len(unmatched) > 0 && readable(readings) == exitConforms {
		if err := f.belongsNowhere(unmatched, len(saved), w.Err); err != nil {
			return err
		}
	}
	if err := f.reports.write(w, run); err != nil {
		return err
	}
	return exitWith(run.ExitCode)
}

// belongsNowhere says which answers were judged by no sheet. Those of an archive, which holds whatever a browser asked for, are only named.
func (f *checkFlags) belongsNowhere(unmatched []string, all int, notes io.Writer) error {
	const hint = "name the API with --api NAME; `sheetprobe read SHEET` lists the APIs with their methods and paths"
	for _, name := range unmatched {
		if len(unmatched) == all || !strings.Contains(name, "#") {
			return usageError(hint, "the answer %s belongs to none of the APIs, or to several", name)
		}
	}
	printfTo(notes, "sheetprobe: left out, of no API that a sheet describes: %d of %d answers, such as %s\n", len(unmatched), all, unmatched[0])
	return nil
}

func (f *checkFlags) options(c *config) (engine.CheckOptions, error) {
	o := engine.CheckOptions{API: f.api, HTTPStatus: f.status, RunID: newRunID(), Tool: tool(), Now: time.Now}
	switch f.expect {
	case "any":
	case string(probe.OutcomeSuccess), string(probe.OutcomeError):
		o.Expect = probe.Outcome(f.expect)
	default:
		return o, usageError("use any, success or error", "--expect %q is none of these", f.expect)
	}
	if f.status != 0 && (f.status < 100 || f.status > 599) {
		return o, usageError("give a number from 100 to 599", "--http-status %d is no HTTP status", f.status)
	}
	if err := f.reports.check(); err != nil {
		return o, err
	}
	var options engine.Options
	err := f.judge.apply(c, &options)
	o.Judge = options.Judge
	return o, err
}

// loadAnswers reads every ANSWER argument. One that cannot be read ends the check: who saved it has to know.
func loadAnswers(args []string, stdin io.Reader) ([]answers.Answer, error) {
	var all []answers.Answer
	for _, arg := range args {
		files := []string{arg}
		if info, err := os.Stat(arg); err == nil && info.IsDir() {
			if files, err = filesIn(arg); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			more, err := loadAnswer(file, stdin)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
	}
	return all, nil
}

// filesIn lists the files of a folder in the order of their names.
func filesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, usageError("check the permissions of the folder", "cannot read %q: %w", folder, cause(err))
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, usageError("save answers there, one file each", "the folder %q holds no answer", folder)
	}
	return files, nil
}

func loadAnswer(file string, stdin io.Reader) ([]answers.Answer, error) {
	from := stdin
	if file != standardInput {
		f, err := os.Open(file) //nolint:gosec // the user names the file
		if err != nil {
			return nil, usageError("check the path", "cannot read %q: %w", file, cause(err))
		}
		defer f.Close()
		from = f
	}
	data, err := io.ReadAll(io.LimitReader(from, answers.MaxBytes+1))
	if err != nil {
		return nil, usageError("check the file", "cannot read %q: %w", file, cause(err))
	}
	saved, err := answers.Read(file, data)
	if err != nil {
		return nil, usageError("see `sheetprobe check --help` for what an answer may be saved as", "%s", fmt.Sprintf("%s: %v", file, err))
	}
	return saved, nil
}
