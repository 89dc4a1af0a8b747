package engine

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Plan derives what Run would send, sheet by sheet, with the cases that the guard refuses already blocked.
func Plan(readings []sheet.Reading, o Options) []probe.Plan {
	var plans []probe.Plan
	slugs := map[string]int{}
	for _, r := range readings {
		for _, s := range r.Sheets {
			p := plan.Build(s, plan.Options{
				Slug: uniqueSlug(slugs, s.Name), Vars: o.Vars, BaseURL: o.BaseURL,
				Negatives: o.Negatives, Only: o.Only, Skip: o.Skip,
			})
			for i := range p.Cases {
				guard(&p.Cases[i], o)
			}
			plans = append(plans, p)
		}
	}
	return plans
}

// uniqueSlug numbers the slugs of APIs that share a name, in the order of the documents, so that every case id is unique.
func uniqueSlug(used map[string]int, name string) string {
	slug := probe.Slug(name)
	unique := slug
	for used[unique] > 0 {
		used[slug]++
		unique = fmt.Sprintf("%s-%d", slug, used[slug])
	}
	used[unique]++
	return unique
}

func guard(c *probe.Case, o Options) {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return
	}
	if err := o.Guard.Check(c.Request.URL); err != nil {
		c.Blocked = append(c.Blocked, setupFinding(c.ID, "setup.host-not-allowed", err.Error(), "check the URL; if the host is right, admit it with --allow-host"))
	}
}

func setupFinding(caseID, rule, message, hint string) probe.Finding {
	r, _ := probe.RuleByID(rule)
	return probe.Finding{
		Rule: rule, Severity: source.Error, Blame: r.Blame, Location: probe.AtSetup,
		Message: message, Hint: hint, Fingerprint: probe.Fingerprint(caseID, rule), Count: 1,
	}
}
