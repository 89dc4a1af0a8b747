package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

func newPlan(w World) *cobra.Command {
	var flags caseFlags
	var output string
	cmd := &cobra.Command{
		Use:   "plan SHEET...",
		Short: "Print every request that run would send",
		Long: `Prints the cases that run derives from the sheets, with the same flags, and what
keeps a case from being sent: each request as it goes over the wire, but for the
id of the run. Nothing is sent; secrets are masked.

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
		return printPlan(w, c, args, options, output)
	}
	flags.register(cmd)
	return cmd
}

func printPlan(w World, c *config, args []string, options engine.Options, output string) error {
	readings, err := readAll(w, args)
	if err != nil {
		return err
	}
	c.apply(readings, w.Err)
	plans, mask := engine.Plan(readings, options), engine.Redactor(readings, options.Vars)
	if err := matchesSomething(plans, options.Only); err != nil {
		return err
	}
	for _, r := range readings {
		for _, d := range r.Diagnostics {
			printfTo(w.Err, "%s: %s\n", r.Document.Name, d.Message)
		}
	}
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
