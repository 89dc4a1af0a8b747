package main

import (
	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

func newRules(w World) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "rules [RULE...]",
		Short: "List every rule: severity, who has to act, what it means, how to fix it",
		Long: `Lists the rules by which documents and answers are judged, or those that are
named. The severity of each can be changed under "severities" in
sheetprobe.yaml.

Exit codes: 0, 2 (wrong usage, or there is no such rule)`,
		Example: `  sheetprobe rules
  sheetprobe rules shape.renamed status.code
  sheetprobe rules -o markdown > rules.md`,
		RunE: func(_ *cobra.Command, args []string) error {
			rules, err := chosenRules(args)
			if err != nil {
				return err
			}
			switch output {
			case "json":
				return report.RulesJSON(w.Out, rules)
			case "markdown":
				return report.RulesMarkdown(w.Out, rules)
			}
			return report.Rules(w.Out, rules, terminalLook(w, false))
		},
		ValidArgs: ruleIDs(),
	}
	outputFlag(cmd, &output, "text", "json", "markdown")
	return cmd
}

func chosenRules(ids []string) ([]probe.Rule, error) {
	if len(ids) == 0 {
		return probe.Rules, nil
	}
	var rules []probe.Rule
	for _, id := range ids {
		r, ok := probe.RuleByID(id)
		if !ok {
			return nil, usageError(didYouMean(id, ruleIDs(), allRules), "no rule is named %q", id)
		}
		rules = append(rules, r)
	}
	return rules, nil
}
