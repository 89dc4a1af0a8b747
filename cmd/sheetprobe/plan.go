package main

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

func newPlan(w World) *cobra.Command {
	var flags caseFlags
	var output string
	cmd := &cobra.Command{
		Use:   "plan SHEET...",
		Short: "Print every request that run would send",
		Long: `Prints the cases that run derives from the sheets, with the same flags, and what
keeps a case from being sent: each request as it goes over the wire, but for the
id of the run, and the call that fetches a token once for each identity. Nothing
is sent; secrets are masked.

Exit codes: 0, 2 (wrong usage), 3 (a document holds no sheet that can be read)`,
		Example: `  sheetprobe plan otp.txt --var token=T
  sheetprobe plan otp.txt -o curl`,
		Args: sheetArgs,
	}
	outputFlag(cmd, &output, "text", "json", "curl")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := settle(cmd, w)
		if err != nil {
			return err
		}
		options, err := flags.options(c, w.Environ)
		if err != nil {
			return err
		}
		if options.Send.RunID = options.RunID; options.RunID == "" {
			options.Send.RunID = "<run id>"
		}
		readings, options, err := flags.prepare(cmd.Context(), w, c, args, options)
		if err != nil {
			return err
		}
		return printPlan(w, readings, options, output)
	}
	flags.register(cmd)
	return cmd
}

// prepare reads the sheets, and makes of them and of the options what the configuration, the test data and the secrets say.
func (f *caseFlags) prepare(ctx context.Context, w World, c *config, args []string, o engine.Options) ([]sheet.Reading, engine.Options, error) {
	read := func(w World, args []string) ([]sheet.Reading, error) { return readLean(ctx, w, args) }
	if f.keepsBytes {
		read = readAll
	}
	readings, err := read(w, args)
	if err != nil {
		return nil, o, err
	}
	readings, o, err = f.prepared(ctx, w, c, f.withoutValues(readings), o)
	return readings, o, cmp.Or(err, ctx.Err())
}

// prepared makes the same of sheets that were read.
func (f *caseFlags) prepared(ctx context.Context, w World, c *config, readings []sheet.Reading, o engine.Options) ([]sheet.Reading, engine.Options, error) {
	c.apply(readings, w.Err)
	if err := f.addData(readings); err != nil {
		return nil, o, err
	}
	return readings, fetchSecrets(ctx, newVault(w), c, readings, o), nil
}

// withoutValues leaves out of the documents of a folder the files that hold values or test data: they are no sheets.
func (f *caseFlags) withoutValues(readings []sheet.Reading) []sheet.Reading {
	return slices.DeleteFunc(readings, func(r sheet.Reading) bool {
		return len(r.Sheets) == 0 && slices.ContainsFunc(slices.Concat(f.data, f.varsFiles), func(path string) bool {
			return filepath.Clean(path) == filepath.Clean(r.Document.Name)
		})
	})
}

func printPlan(w World, readings []sheet.Reading, options engine.Options, output string) error {
	plans, mask := engine.Plan(readings, options), engine.Redactor(readings, options.Vars)
	if err := matchesSomething(each(plans), options); err != nil {
		return err
	}
	for _, r := range readings {
		for _, d := range r.Diagnostics {
			printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
		}
	}
	var err error
	switch output {
	case "json":
		err = report.PlanJSON(w.Out, plans, mask)
	case "curl":
		err = report.PlanCurl(w.Out, plans, mask)
	default:
		err = report.Plan(w.Out, plans, mask, terminalLook(w, false))
	}
	if err != nil {
		return err
	}
	return exitWith(readable(readings))
}
