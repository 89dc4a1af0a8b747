package engine

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// CapturedFrom begins the origin of a value that an answer will supply; the name of its API follows.
const CapturedFrom = "captured from "

// Plan derives what Run would send, sheet by sheet, with the cases that the guard and the budget of an API refuse already blocked, and the
// requests as they go over the wire, identities aside. Values that an answer of another API will supply are stood in for by their names.
func Plan(readings []sheet.Reading, o Options) []probe.Plan {
	plans := []probe.Plan{}
	for p := range Plans(readings, o) {
		plans = append(plans, *p)
	}
	return plans
}

// Plans are those of Plan, made one at a time, so that a large run needs no large memory.
func Plans(readings []sheet.Reading, o Options) iter.Seq[*probe.Plan] {
	return func(yield func(*probe.Plan) bool) {
		p := &foresight{planner: newPlanner(readings, o), unsent: map[int]string{}, told: map[string]bool{}}
		for i := range p.sheets {
			w := p.foresee(i)
			failed, lackOf := p.failing(i)
			p.stop(w.Cases, failed, lackOf)
			withoutControl(w.Cases)
			p.tokenCallOf(w)
			if !yield(&w.Plan) {
				return
			}
		}
	}
}

// foresight plans without sending anything.
type foresight struct {
	*planner
	unsent map[int]string  // by sheet, why its documented request is not sent; "" where it is
	told   map[string]bool // the identities whose token call stands in a plan
}

// foresee plans a sheet as if all that it needs were sent.
func (p *foresight) foresee(i int) *planning {
	stand := p.standIns(i)
	w := p.plan(i, stand)
	if len(stand) == 0 { // what is captured may be anything that the identity asks for
		p.withoutIdentity(&w.Plan)
	}
	p.unsent[i] = whyControlUnsent(w.Cases)
	return w
}

func whyControlUnsent(cases []probe.Case) string {
	for n := range cases {
		switch c := &cases[n]; {
		case c.Family != probe.FamilySuccess:
		case c.Skip != "":
			return c.Skip
		case len(c.Blocked) > 0:
			return c.Blocked[0].Message
		}
	}
	return ""
}

// failing lists, of the sheets that one needs, those whose documented request is not sent.
func (p *foresight) failing(i int) (failed []int, lackOf func(int) lack) {
	for _, k := range p.order.suppliers(i) {
		if _, known := p.unsent[k]; !known {
			p.foresee(k)
		}
		if p.unsent[k] != "" {
			failed = append(failed, k)
		}
	}
	return failed, func(k int) lack { return lack{why: p.unsent[k]} }
}

// Total is how much there is to do, as far as that is known before anything is sent.
func Total(readings []sheet.Reading, o Options) Progress {
	p := newPlanner(readings, o)
	total := Progress{APIs: len(p.sheets)}
	for i := range p.sheets {
		total.Cases += len(p.plan(i, p.standIns(i)).Cases)
	}
	return total
}

// standIns are the names that stand for what answers of other APIs will supply.
func (p *planner) standIns(i int) (stand []probe.Var) {
	for _, k := range p.order.suppliers(i) {
		for _, c := range p.sheets[k].Capture {
			stand = append(stand, probe.Var{Name: c.Name, Value: "captured:" + c.Name, Origin: fmt.Sprintf("%s%q", CapturedFrom, p.sheets[k].Name)})
		}
	}
	return stand
}

// withoutControl leaves out what a run will leave out because the documented request cannot be sent.
func withoutControl(cases []probe.Case) {
	stop := halt{}
	for i := range cases {
		c := &cases[i]
		if len(c.Blocked) == 0 { // what a case needs itself is of interest still
			stop.leaveOut(c)
		}
		if c.Skip == "" && len(c.Blocked) > 0 {
			stop.learn(c.Family, probe.Result{Verdict: probe.Blocked})
		}
	}
}

// planner knows the sheets of a run, their ids, and which come before which.
type planner struct {
	sheets   []*probe.Sheet
	slugs    []string
	order    order
	siblings *plan.Siblings
	options  Options
	seed     uint64

	isConfidant func() bool // see confides, which is asked once
}

// letGo forgets a sheet whose API has ended, where none of the others is going to ask for it.
func (p *planner) letGo(i int) {
	if !p.order.asked[i] && p.options.Confide == nil {
		p.sheets[i] = nil
	}
}

func newPlanner(readings []sheet.Reading, o Options) *planner {
	p := &planner{options: o, seed: seedOf(o.RunID)}
	used := map[string]int{}
	for _, r := range readings {
		for _, s := range r.Sheets {
			p.sheets = append(p.sheets, s)
			p.slugs = append(p.slugs, uniqueSlug(used, s.Name))
		}
	}
	p.order, p.siblings = newOrder(p.sheets), plan.NewSiblings(p.sheets)
	p.isConfidant = sync.OnceValue(p.confides)
	return p
}

// unmet blocks a case of a sheet whose needs cannot be met. That a value is lacking which one of them was to supply is no news then.
func (p *planner) unmet(i int, c *probe.Case) {
	var told []probe.Finding
	for _, problem := range p.order.problems[i] {
		told = append(told, setupFinding(c.ID, "setup.dependency-failed", problem.message, problem.hint))
	}
	if len(told) == 0 {
		return
	}
	others := slices.DeleteFunc(c.Blocked, func(f probe.Finding) bool {
		return slices.ContainsFunc(p.order.named[i], func(k int) bool { return lacksCapture(f, p.sheets[k]) })
	})
	c.Blocked = slices.Concat(told, others)
}

// withoutIdentity blocks the cases of a plan that could not carry the identity of their sheet.
func (p *planner) withoutIdentity(built *probe.Plan) {
	s := built.Sheet
	if s.Auth == nil || s.Auth.Type == "none" {
		return
	}
	for n := range built.Cases {
		c := &built.Cases[n]
		if c.Anonymous || c.Skip != "" || len(c.Blocked) > 0 {
			continue
		}
		if err := unsignable(as(s, c), p.vars(nil)); err != nil {
			c.Blocked, c.Request = append(c.Blocked, identityFailed(c, s, err)), probe.Request{}
		}
	}
}

func (p *planner) vars(captured []probe.Var) probe.Vars {
	return probe.NewVars(append(captured[:len(captured):len(captured)], p.options.Vars.All()...)...)
}

// unresolved says which placeholders of an identity have no value.
func unresolved(caseID string, needs []probe.Need) []probe.Finding {
	var all []probe.Finding
	for _, n := range needs {
		if n.Set {
			continue
		}
		f := probe.NewFinding("setup.placeholder-unresolved", caseID, probe.AtSetup, "auth", n.Name)
		f.Message, f.Documented, f.At = fmt.Sprintf("%q in %s has no value", n.Written, n.Part), n.Written, n.At
		f.Hint = fmt.Sprintf("supply it with --var %s=VALUE, with --secret %s, or in a file with --vars FILE", n.Name, n.Name)
		if n.Value.Problem != "" {
			f.Message, f.Hint = f.Message+": "+n.Value.Problem, n.Value.Hint
		}
		all = append(all, f)
	}
	return all
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
