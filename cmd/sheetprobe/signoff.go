package main

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The files of a sign-off that are taken from the current folder where they are there and no others are named.
const (
	waiversName      = "waivers.yaml"
	attestationsName = "attestations.yaml"
)

func newSignoff(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "signoff",
		Short: "Decide whether recorded evidence lets APIs go live",
		Long: `Holds a policy (the section "signoff" of sheetprobe.yaml, with a sound default)
against a recorded run, the nights before it, waivers and attestations. What
nothing speaks for is not met: taking evidence away never makes it better.

Exit codes: see the help of each command`,
		Example: `  sheetprobe signoff check
  sheetprobe signoff check sheets/ -o json
  sheetprobe signoff waive --help`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(append([]*cobra.Command{newSignoffCheck(w), newSignoffCreate(w), newSignoffPrint(), newSignoffWaive(w), newSignoffAttest(w)}, evidenceVerbs(w)...)...)
	return cmd
}

// readSignoff reads the section `signoff`.
func (c *config) readSignoff(n *yaml.Node, data []byte) error {
	root, err := c.placedTree(n, data)
	if err != nil {
		return err
	}
	policy, problem := signoff.ReadPolicy(root.Get("signoff"))
	if problem != nil {
		return usageError(problem.Hint, "%s:%d:%d: %s", c.path, problem.At.Line, problem.At.Column, problem.Message)
	}
	c.signoff = &policy
	return nil
}

// gateFlags say what is decided upon, and by what.
type gateFlags struct {
	db                    dbFlags
	waivers, attestations string
	at                    string
}

func (f *gateFlags) register(cmd *cobra.Command) {
	f.db.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.waivers, "waivers", "", "`FILE` of waivers (default: that of the policy, else "+waiversName+" where there is one)")
	flags.StringVar(&f.attestations, "attestations", "", "`FILE` of what people attest by name (default: that of the policy, else "+attestationsName+" where there is one)")
}

// input gathers what a decision is made from. Without arguments the latest run of the history is decided upon; else the run that the first of them
// names, with the documents that the others name; or the latest run of the sheets that they name.
func (f *gateFlags) input(cmd *cobra.Command, w World, args []string) (signoff.Input, []report.Document, error) {
	c, err := settle(cmd, w)
	if err != nil {
		return signoff.Input{}, nil, err
	}
	in := signoff.Input{At: time.Now().UTC(), Tool: tool(), Policy: signoff.DefaultPolicy(), NotStaging: send.NotStaging}
	if c.signoff != nil {
		in.Policy = *c.signoff
	}
	if f.at != "" {
		if in.At, err = moment(f.at, in.At); err != nil {
			return in, nil, usageError("write it as 2026-01-31 or 2026-01-31T08:00:00Z", "--at: %w", err)
		}
	}
	runs := f.db.runs(cmd, w)
	defer runs.close()
	subject, err := findSubject(runs, w, args)
	if err != nil {
		return in, nil, err
	}
	in.Run = subject.run
	for _, d := range subject.held {
		in.Documents = append(in.Documents, probe.RunDocument{Name: d.Document.Name, SHA256: d.Document.SHA256})
	}
	if in.Nights, err = nightsBefore(cmd.Context(), runs, in.Policy, in.Run); err != nil {
		return in, nil, err
	}
	return in, subject.held, f.readFiles(&in)
}

// readFiles reads waivers and attestations.
func (f *gateFlags) readFiles(in *signoff.Input) error {
	doc, err := gateFile("--waivers", f.waivers, in.Policy.Waivers, waiversName)
	if err != nil {
		return err
	}
	var problem *signoff.Problem
	if in.Waivers, in.Refused.Waivers, problem = signoff.ReadWaivers(doc); problem != nil {
		return placedProblem(doc, problem)
	}
	if doc, err = gateFile("--attestations", f.attestations, in.Policy.Attestations, attestationsName); err != nil {
		return err
	}
	if in.Attestations, in.Refused.Attestations, problem = signoff.ReadAttestations(doc); problem != nil {
		return placedProblem(doc, problem)
	}
	return nil
}

func placedProblem(doc *source.Document, p *signoff.Problem) error {
	return usageError(p.Hint, "%s:%d:%d: %s", doc.Name, p.At.Line, p.At.Column, p.Message)
}

// gateFile reads the file that a flag names, else the policy, else the one of the customary name; it is empty where there is none.
func gateFile(flag, given, configured, customary string) (*source.Document, error) {
	name := customary
	for _, each := range []string{configured, given} {
		if each != "" {
			name = each
		}
	}
	data, err := readSmall(name)
	if errors.Is(err, fs.ErrNotExist) && given == "" && configured == "" {
		return source.NewDocument(name, nil, ""), nil
	}
	if err != nil {
		return nil, usageError("check the path, or leave "+flag+" out", "cannot read %q: %w", name, cause(err))
	}
	doc, err := source.Decode(name, data)
	if errors.Is(err, source.ErrEmpty) {
		return source.NewDocument(name, data, ""), nil
	}
	if err != nil {
		return nil, usageError("write the file in UTF-8", "cannot read %q: %w", name, err)
	}
	return doc, nil
}

// subject is the run that is decided upon, and the documents that are at hand.
type subject struct {
	run  *probe.Run
	held []report.Document
}

func findSubject(runs *recordedRuns, w World, args []string) (subject, error) {
	if len(args) > 0 && namesSheet(args[0]) {
		return latestOfSheets(runs, w, args)
	}
	ref := latestRun
	if len(args) > 0 {
		ref = args[0]
	}
	run, err := runs.load(ref)
	if err != nil {
		return subject{}, err
	}
	named := args[min(1, len(args)):]
	if len(named) == 0 {
		for _, d := range run.Documents {
			if d.Name != standardInput && !slices.Contains(named, d.Name) {
				named = append(named, d.Name)
			}
		}
	}
	inputs, err := loadInputs(named, w.In, w.Err)
	return subject{run, atHand(inputs)}, err
}

// atHand are the documents that could be read.
func atHand(inputs []sheet.Input) []report.Document {
	var all []report.Document
	for _, in := range inputs {
		if in.Problem == "" {
			all = append(all, report.Document{Document: source.NewDocument(in.Name, in.Data, ""), Data: in.Data})
		}
	}
	return all
}
