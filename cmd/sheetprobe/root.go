package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// World is everything outside the program that a command may touch; files are reached by the paths that its arguments name.
type World struct {
	Args    []string
	Environ []string
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
}

// The exit codes. They are public: scripts rely on them.
const (
	exitConforms     = 0   // every executed case conforms; or the command did its work
	exitDeviates     = 1   // at least one case deviates; or lint found errors
	exitUsage        = 2   // wrong usage or configuration
	exitUnusable     = 3   // a sheet could not be used
	exitInconclusive = 4   // could not judge
	exitInterrupted  = 130 // as after SIGINT
)

// exitError ends the program with a code. A nil err says nothing more: the command has already printed what there is to say.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(hint, format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

func unusable(hint, format string, args ...any) error {
	return &exitError{code: exitUnusable, err: fmt.Errorf(format, args...), hint: hint}
}

func exitWith(code int) error {
	if code == exitConforms {
		return nil
	}
	return &exitError{code: code}
}

// Main runs one command line and returns its exit code.
func Main(ctx context.Context, w World) int {
	out := &output{Writer: w.Out}
	w.Out = out
	root := newRoot(w)
	root.SetArgs(w.Args)
	return out.ended(w.Err, conclude(w.Err, interrupted(ctx, root.ExecuteContext(ctx))))
}

// interrupted puts it in the place of an error that somebody who interrupts us would have to read as one of their own.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted")}
	}
	return err
}

func newRoot(w World) *cobra.Command {
	root := &cobra.Command{
		Use:   "sheetprobe",
		Short: "Checks that a staging API does what its details sheet says",
		Long: `sheetprobe reads the API details sheet that an API owner handed over, fires real
requests at the staging URL, and compares status codes and JSON shapes with the
documented success and error responses. It tells what deviates, where the sheet
promised otherwise, and who has to act: sheet, endpoint, or our own environment.

Start with:  sheetprobe demo
Then:        sheetprobe lint SHEET        what is wrong with the document
             sheetprobe plan SHEET        what would be sent
             sheetprobe run SHEET         the verdict`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(w.In)
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 78 "))
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(nearFlag(cmd, err)+fmt.Sprintf("see `%s --help`", cmd.CommandPath()), "%w", flagError(err))
	})
	root.AddCommand(
		newInit(w), newDemo(w), newRead(w), newLint(w), newVars(w), newPlan(w), newRun(w), newCheck(w), newSchema(w), newExport(w), newMock(w), newLearn(w), newReport(w),
		newRecheck(w), newCompare(w), newHistory(w), newServe(w), newUsers(w), newTokens(w), newAudit(w), newNotify(w), newSignoff(w), newRules(w), newMan(w), newExplain(w), newVersion(w),
	)
	strictHelpers(root)
	completing(root, w)
	return root
}

// strictHelpers makes the commands that cobra brings refuse what they do not know, as ours do.
func strictHelpers(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			help := cmd.Run
			cmd.Run = nil
			cmd.RunE = func(cmd *cobra.Command, args []string) error {
				if about, _, err := root.Find(args); err != nil || about == root && len(args) > 0 {
					return noSuchCommand(root, args)
				}
				help(cmd, args)
				return nil
			}
		case "completion":
			cmd.Args = noSuchCommand
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// noArgs is for commands that take flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError(fmt.Sprintf("see `%s --help`", cmd.CommandPath()), "`%s` takes no argument, but %q was given", cmd.CommandPath(), args[0])
}

// noSuchCommand names the commands that a misspelt one may stand for.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf("see `%s --help`", cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", strings.Join(near, `", "`))
	}
	return usageError(hint, "there is no command %q", args[0])
}

// conclude prints why a command ended, where that was not printed before, and returns its exit code.
func conclude(out io.Writer, err error) int {
	if err == nil {
		return exitConforms
	}
	exit := &exitError{code: exitUsage, err: err, hint: "see `sheetprobe --help`"}
	errors.As(err, &exit)
	if exit.err != nil {
		fmt.Fprintf(out, "sheetprobe: %v\n", exit.err)
		if exit.hint != "" {
			fmt.Fprintf(out, "  %s\n", exit.hint)
		}
	}
	return exit.code
}
