package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// explainFlags say where the finding is looked for, and how it is shown.
type explainFlags struct {
	db     dbFlags
	run    string
	output string
}

func newExplain(w World) *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain RULE|CASE-ID|FINGERPRINT",
		Short: "Explain a rule, a case of a run, or a finding: meaning, example, who acts, how to silence it",
		Long: `Explains what a rule means, with an example, who has to act, how to fix it, how
to silence or waive it, and which rules are related. A case or a finding is
looked up in the latest run of the history, or in the one that --run names: by
the id of the case, or the first six characters of the fingerprint or more. The
name of a cause, as dns-nxdomain, is explained with its rule. Nothing is sent.

Exit codes: 0, 2 (wrong usage, or there is nothing of that name)`,
		Example: `  sheetprobe explain shape.renamed
  sheetprobe explain book-a-pickup/success
  sheetprobe explain 1f2e3d4c --run run.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return usageError("as in `"+cmd.CommandPath()+" shape.missing`", "name one RULE, CASE-ID or FINGERPRINT")
		},
		ValidArgs: ruleIDs(),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := f.explanation(cmd, w, args[0])
			if err != nil {
				return err
			}
			if f.output == "json" {
				return report.ExplainJSON(w.Out, e)
			}
			return report.Explain(w.Out, e, terminalLook(w, false))
		},
	}
	f.db.register(cmd)
	cmd.Flags().StringVar(&f.run, "run", latestRun, "the `RUN` that holds the case or the finding: a file, or one of the history")
	outputFlag(cmd, &f.output, "text", "json")
	return cmd
}

// explanation finds what is meant: a rule and a cause by their names, anything else in a run.
func (f *explainFlags) explanation(cmd *cobra.Command, w World, subject string) (report.Explanation, error) {
	if c, ok := probe.CauseByID(subject); ok {
		subject = c.Rule
	}
	if r, ok := probe.RuleByID(subject); ok {
		return report.Explanation{Rules: []report.ExplainedRule{explainRule(r)}}, nil
	}
	hint := didYouMean(subject, ruleIDs(), allRules)
	if strings.Contains(subject, ".") && !strings.Contains(subject, "/") {
		return report.Explanation{}, usageError(hint, "no rule is named %q", subject)
	}
	runs := f.db.runs(cmd, w)
	defer runs.close()
	run, err := runs.load(f.run)
	if err != nil {
		var usage *exitError
		if errors.As(err, &usage) {
			return report.Explanation{}, usageError(usage.hint, "%q is no rule, and no run could be looked into: %w", subject, usage.err)
		}
		return report.Explanation{}, err
	}
	return explainOf(run, subject)
}

// explainOf looks a case or a finding up in a run.
func explainOf(run *probe.Run, subject string) (report.Explanation, error) {
	e := report.Explanation{RunID: run.RunID}
	var known []string
	for i := range run.Sheets {
		s := &run.Sheets[i]
		for k := range s.Cases {
			c := &s.Cases[k]
			known = append(known, c.ID)
			if c.ID == subject {
				e.Cases = append(e.Cases, c)
			}
			for _, finding := range c.Findings {
				if found := (report.Explained{Sheet: s, API: s.Name, Case: c.ID, Finding: finding}); c.ID == subject || found.Matches(subject) {
					e.Found = append(e.Found, found)
				}
			}
		}
	}
	if len(e.Cases)+len(e.Found) == 0 {
		hint := didYouMean(subject, append(known, ruleIDs()...), "`sheetprobe history show "+run.RunID+" -v` shows its cases; "+allRules)
		return e, usageError(hint, "%q is no rule, and neither a case nor the fingerprint of a finding in the run %s", subject, run.RunID)
	}
	e.Found = onceEach(e.Found)
	for _, f := range e.Found {
		r, ok := probe.RuleByID(f.Finding.Rule)
		if ok && !slices.ContainsFunc(e.Rules, func(other report.ExplainedRule) bool { return other.ID == r.ID }) {
			e.Rules = append(e.Rules, explainRule(r))
		}
	}
	return e, nil
}

// onceEach leaves one of several findings that differ in nothing but their case: they have one fingerprint.
func onceEach(all []report.Explained) []report.Explained {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(f report.Explained) bool {
		before := seen[f.Finding.Fingerprint]
		seen[f.Finding.Fingerprint] = true
		return before && f.Finding.Fingerprint != ""
	})
}

func explainRule(r probe.Rule) report.ExplainedRule {
	return report.ExplainedRule{Rule: r, Example: probe.RuleExample(r.ID), Silence: waysToSilence(r), See: waysToSee(r), Related: related(r)}
}

// waysToSilence says how a finding that is known stops to disturb, from the most exact way to the coarsest.
func waysToSilence(r probe.Rule) []string {
	group, _, _ := strings.Cut(r.ID, ".")
	waive := "for a sign-off alone: `sheetprobe signoff waive FINGERPRINT --reason ... --owner ... --expires 30d`"
	severity := fmt.Sprintf("in sheetprobe.yaml: severities: {%s: %s}", r.ID, milder(r))
	switch group {
	case "sheet":
		return []string{"it changes no verdict of a run and needs no silencing; it goes away when the document is corrected"}
	case "setup", "transport":
		if r.Blame == probe.BlameEnvironment {
			return []string{"it cannot be: what was not judged is never called good; --skip CASE-ID leaves the case out"}
		}
	case "shape":
		at := `in sheetprobe.yaml, at its place: overrides: {"API name": {/the/pointer: {` + overrideFor(r.ID) + `}}}`
		if r.Severity == source.Info {
			return []string{at}
		}
		return []string{at, severity, waive}
	case "coverage":
		return []string{"it is a remark, and lets no case deviate unless `severities` of sheetprobe.yaml says so"}
	}
	return []string{severity, "--skip CASE-ID leaves out the case", waive}
}

// overrideFor is what an override says in order that the rule is content.
func overrideFor(id string) string {
	switch id {
	case "shape.missing", "shape.renamed":
		return "optional: true"
	case "shape.null":
		return "nullable: true"
	case "shape.type":
		return "any: true"
	}
	return "ignore: true"
}

// milder is the severity below that of a rule.
func milder(r probe.Rule) source.Severity {
	if r.Severity == source.Error {
		return source.Warning
	}
	return source.Info
}

// waysToSee names commands that show the rule at work, without any staging.
func waysToSee(r probe.Rule) []string {
	for _, d := range staging.Defects() {
		if d.Rule == r.ID {
			return []string{"`sheetprobe demo --serve --defect " + d.Name + "` plays an endpoint that breaks it"}
		}
	}
	if r.Blame == probe.BlameSheet && strings.HasPrefix(r.ID, "sheet.") {
		return []string{"`sheetprobe lint SHEET` shows where a document does so"}
	}
	return nil
}

// related are the other rules of the same group whose names share a word, or all of a small group.
func related(r probe.Rule) []string {
	const few = 10
	group, name, _ := strings.Cut(r.ID, ".")
	var same, alike []string
	for _, other := range probe.Rules {
		g, n, _ := strings.Cut(other.ID, ".")
		switch {
		case other.ID == r.ID:
		case g == group:
			same = append(same, other.ID)
			if shareWord(n, name) {
				alike = append(alike, other.ID)
			}
		case shareWord(n, name):
			alike = append(alike, other.ID)
		}
	}
	if len(same) <= few {
		return append(same, slices.DeleteFunc(alike, func(id string) bool { return slices.Contains(same, id) })...)
	}
	return alike
}

// shareWord says that two names written with dashes have a word in common, one that tells something.
func shareWord(a, b string) bool {
	words := strings.Split(b, "-")
	return slices.ContainsFunc(strings.Split(a, "-"), func(word string) bool { return len(word) > 3 && slices.Contains(words, word) })
}
