package engine

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Plan derives what Run would send, sheet by sheet, with the cases that the guard and the budget of an API refuse already
// blocked, and the requests as they go over the wire.
func Plan(readings []sheet.Reading, o Options) []probe.Plan {
	var plans []probe.Plan
	slugs := map[string]int{}
	for _, r := range readings {
		for _, s := range r.Sheets {
			p := plan.Build(s, plan.Options{
				Slug: uniqueSlug(slugs, s.Name), Vars: o.Vars, BaseURL: o.BaseURL,
				Negatives: o.Negatives, Only: o.Only, Skip: o.Skip, AllowUnsafe: o.AllowUnsafe,
			})
			for i := range p.Cases {
				ready(&p.Cases[i], o)
			}
			spend(p.Cases, o.MaxRequestsPerAPI)
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

// ready has the guard look at a case, and completes its request to what goes over the wire.
func ready(c *probe.Case, o Options) {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return
	}
	if err := o.Guard.Check(c.Request.URL); err != nil {
		c.Blocked = append(c.Blocked, notAllowed(c.ID, err, "check the URL; if the host is right, admit it with --allow-host"))
		return
	}
	if c.Family.Negative() && !o.Negatives.Asked && len(o.Negatives.Named) == 0 && o.Guard.OnlyAllowed(c.Request.URL) {
		c.Skip = "the host does not look like staging, and was admitted by --allow-host alone; pass --negatives all to break requests there on purpose"
		return
	}
	wire := o.Send
	wire.RunID = o.RunID
	complete, err := send.Complete(c.Request, wire)
	if err != nil {
		c.Blocked = append(c.Blocked, unsendable(c.ID, err))
		return
	}
	c.Request = complete
}

func notAllowed(caseID string, err error, hint string) probe.Finding {
	return setupFinding(caseID, "setup.host-not-allowed", err.Error(), hint)
}

func unsendable(caseID string, err error) probe.Finding {
	return setupFinding(caseID, "sheet.bad-url", err.Error(), "correct the sheet, or the value that was filled in")
}

func setupFinding(caseID, rule, message, hint string) probe.Finding {
	r, _ := probe.RuleByID(rule)
	return probe.Finding{
		Rule: rule, Severity: source.Error, Blame: r.Blame, Location: probe.AtSetup,
		Message: message, Hint: hint, Fingerprint: probe.Fingerprint(caseID, rule), Count: 1,
	}
}
