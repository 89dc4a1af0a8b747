package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	paper "github.com/sheetprobe/sheetprobe/probe/signoff/certificate"
)

func newSignoffCheck(w World) *cobra.Command {
	var f gateFlags
	var output, draft string
	var verbose, quiet, noColor bool
	cmd := &cobra.Command{
		Use:   "check [RUN|SHEET...]",
		Short: "Say what a sign-off would decide, and why; signs nothing",
		Long: `Decides upon a RUN (a file, an id of the history, or latest, which it is unless
something else is named), or upon the latest run of the SHEETs. The documents of
the run have to be at hand, as they were; those behind the RUN count, else those
that it names.

Exit codes:
  0  GO, or GO WITH WAIVERS
  1  NO-GO: evidence shows that a line of the policy is not met
  2  wrong usage or configuration, or there is no such run
  3  a SHEET cannot be read
  4  CANNOT JUDGE: evidence is missing, too old, or none; and nothing shows that
     a line is not met`,
		Example: `  sheetprobe signoff check
  sheetprobe signoff check sheets/
  sheetprobe signoff check run.json otp.txt --waivers waivers.yaml -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if quiet && verbose {
				return usageError("give one of them", "-q and -v contradict each other")
			}
			if draft != "" {
				if err := printable(draft); err != nil {
					return err
				}
			}
			in, _, err := f.input(cmd, w, args)
			if err != nil {
				return err
			}
			predicate, err := signoff.NewPredicate(in, in.Policy.Approvers)
			if err != nil {
				return err
			}
			if output == "json" {
				err = report.SignoffJSON(w.Out, predicate)
			} else {
				look := terminalLook(w, noColor)
				look.Verbose, look.Quiet = verbose, quiet
				err = report.Signoff(w.Out, predicate, look)
			}
			if err == nil && draft != "" {
				err = printTo(&paper.Document{Predicate: predicate}, draft)
			}
			if err != nil {
				return err
			}
			return exitWith(decisionCode(predicate.Decision.Outcome))
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	outputFlag(cmd, &output, "text", "json")
	flags.StringVar(&f.at, "at", "", "decide as if it were `TIME`: a date, a time (RFC 3339), or how long ago, as 12h or 3d")
	flags.StringVar(&draft, "print", "", "print it as a draft to `FILE`, too, which ends in .html or .pdf")
	flags.BoolVarP(&verbose, "verbose", "v", false, "show all evidence")
	flags.BoolVarP(&quiet, "quiet", "q", false, "print the outcome only")
	flags.BoolVar(&noColor, "no-color", false, "no colours, as with NO_COLOR in the environment")
	return cmd
}

// decisionCode is what a decision ends with.
func decisionCode(o signoff.Outcome) int {
	switch o {
	case signoff.Go, signoff.GoWithWaivers:
		return exitConforms
	case signoff.NoGo:
		return exitDeviates
	}
	return exitInconclusive
}
