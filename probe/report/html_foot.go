package report

import (
	"cmp"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// htmlFilter is what the filter offers.
type htmlFilter struct {
	Verdicts []htmlChoice
	Parties  []htmlChoice
	Levels   []htmlChoice
	Rules    []htmlChoice
	Cases    string
}

type htmlChoice struct {
	Value, Name, Count string
	Badge              badge
}

func (h *htmlReport) filter() htmlFilter {
	v := htmlFilter{Cases: count(h.run.Summary.Cases, "case")}
	for _, verdict := range verdicts() {
		if n := caseCount(h.run, verdict); n > 0 {
			v.Verdicts = append(v.Verdicts, htmlChoice{Value: string(verdict), Name: badgeOf(verdict).Word, Count: number(n), Badge: badgeOf(verdict)})
		}
	}
	for _, blame := range []probe.Blame{probe.BlameEndpoint, probe.BlameSheet, probe.BlameEnvironment} {
		if n := h.survey.blames[string(blame)]; n > 0 {
			v.Parties = append(v.Parties, htmlChoice{Value: string(blame), Name: whoActs(blame), Count: number(n)})
		}
	}
	for _, level := range []string{"error", "warning", "info"} {
		if n := h.survey.levels[level]; n > 0 {
			v.Levels = append(v.Levels, htmlChoice{Value: level, Name: level, Count: number(n)})
		}
	}
	for _, rule := range byFrequency(h.survey.rules) {
		v.Rules = append(v.Rules, htmlChoice{Value: eachOnce([]string{rule}), Name: shown(rule), Count: number(h.survey.rules[rule])})
	}
	return v
}

func byFrequency(counts map[string]int) []string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return names
}

// htmlFoot is what stands behind the APIs: the rules that the page mentions, and what made it.
type htmlFoot struct {
	Rules []htmlRule
	Tool  string
}

type htmlRule struct{ ID, Name, Severity, Who, Meaning, Why, Fix string }

func (h *htmlReport) foot() htmlFoot {
	v := htmlFoot{Tool: shown(h.run.Tool.Name + " " + h.run.Tool.Version)}
	mentioned := map[string]bool{}
	for rule := range h.survey.rules {
		mentioned[rule] = true
	}
	for i := range h.run.Sheets {
		for k := range h.run.Sheets[i].Findings {
			mentioned[h.run.Sheets[i].Findings[k].Rule] = true
		}
		for _, d := range h.run.Sheets[i].Diagnostics {
			mentioned[d.Rule] = true
		}
	}
	for _, d := range h.run.Diagnostics {
		mentioned[d.Rule] = true
	}
	for i := range h.run.Hosts {
		mentioned[h.run.Hosts[i].Rule] = true
	}
	v.Rules = rulesMentioned(mentioned)
	return v
}

func rulesMentioned(mentioned map[string]bool) []htmlRule {
	delete(mentioned, "")
	ids := make([]string, 0, len(mentioned))
	for id := range mentioned {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	taken := map[string]bool{}
	all := make([]htmlRule, 0, len(ids))
	for _, id := range ids {
		r, _ := probe.RuleByID(id)
		if name := ruleID(id); !taken[name] {
			taken[name] = true
			all = append(all, htmlRule{
				ID: name, Name: shown(id), Severity: severityClass(string(r.Severity)), Who: whoActs(r.Blame),
				Meaning: orElse(r.Meaning, "a rule that this version does not know"), Why: r.Why, Fix: r.Fix,
			})
		}
	}
	return all
}
