package signoff

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// prerequisite is one item of the checklist that evidence can tell of, API by API.
type prerequisite struct {
	id, title string
	judge     func(*gate, *api) opinion
}

// opinion is what evidence says of one API. An open one can be attested.
type opinion struct {
	status     Status
	says, next string
	rule       string // of lint, which a waiver can name
	open       bool
}

var (
	fine       = opinion{status: Met}
	unrecorded = opinion{status: Unknown, says: "it is not recorded what its sheet says", next: "make a run of the API, and decide upon that"}
)

// prerequisites are what has to be there before APIs can be built upon, in the order in which people look for it.
var prerequisites = [...]prerequisite{
	{"http", "the APIs are called by the methods of HTTP", func(_ *gate, a *api) opinion {
		if slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}, a.Method) {
			return fine
		}
		return opinion{status: Failed, says: fmt.Sprintf("%q is no method of HTTP", a.Method), next: "have the sheet name the method"}
	}},
	{"documentation", "the sheets say how to construct a request: URL, method, headers, body", func(_ *gate, a *api) opinion {
		return a.unlessSaid(Failed, "sheet.missing-field", "sheet.bad-url", "sheet.bad-method", "sheet.unreadable")
	}},
	{"authentication", "the sheets say step by step how to authenticate", func(_ *gate, a *api) opinion {
		return a.unlessSaid(Unknown, "sheet.auth-undocumented")
	}},
	{"mandatory", "the sheets say what of the request is mandatory and what is optional", func(_ *gate, a *api) opinion {
		return a.unlessSaid(Unknown, "sheet.mandatory-unstated")
	}},
	{"examples", "the sheets show a request and its answer", func(_ *gate, a *api) opinion {
		return a.documents(probe.OutcomeSuccess, "the sheet shows no answer to a request that succeeds")
	}},
	{"errors", "the sheets show the possible errors and the status codes", func(_ *gate, a *api) opinion {
		if o := a.unlessSaid(Unknown, "sheet.no-error-response"); o.status != Met {
			return o
		}
		return a.documents(probe.OutcomeError, "the sheet shows no error")
	}},
	{"json", "requests and answers are JSON", (*gate).speaksJSON},
	{"access", "we can reach the APIs from where they will be called, from public addresses or whitelisted ones", (*gate).reachable},
	{"test-data", "test accounts and ids are at hand, and valid", func(_ *gate, a *api) opinion {
		return a.unlessSaid(Unknown, "sheet.no-test-data")
	}},
	{"staging", "the staging environment is stable", (*gate).stable},
}

// ChecklistIDs are the ids of the items that the policy can do without.
func ChecklistIDs() []string {
	var ids []string
	for _, p := range prerequisites {
		ids = append(ids, p.id)
	}
	return ids
}

// unlessSaid is fine unless lint says one of the rules of the sheet.
func (a *api) unlessSaid(status Status, rules ...string) opinion {
	if a.Diagnostics == nil {
		return unrecorded
	}
	i := slices.IndexFunc(a.Diagnostics, func(d source.Diagnostic) bool { return slices.Contains(rules, d.Rule) })
	if i < 0 {
		return fine
	}
	d := a.Diagnostics[i]
	return opinion{status: status, says: d.Message, next: d.Hint, rule: d.Rule, open: status == Unknown}
}

// documents is fine where the sheet documents an answer of the kind.
func (a *api) documents(kind probe.Outcome, lacking string) opinion {
	if a.Documented == nil {
		return unrecorded
	}
	if slices.ContainsFunc(a.Documented.Responses, func(r probe.DocumentedResponse) bool { return r.Kind == kind }) {
		return fine
	}
	return opinion{status: Unknown, says: lacking, next: "ask the API owner for it", open: true}
}

// speaksJSON looks at the answer to the documented request.
func (g *gate) speaksJSON(a *api) opinion {
	id := workingCase(a.SheetResult)
	for i := range a.Cases {
		if c := &a.Cases[i]; c.ID == id && id != "" {
			media := c.Exchange.Response.MediaType
			if media == "application/json" || strings.HasSuffix(media, "+json") {
				return fine
			}
			return opinion{status: Unknown, says: fmt.Sprintf("it answers with %q", media), next: "agree on it with the API owner", open: true}
		}
	}
	return opinion{status: Unknown, says: "no answer shows it", next: "make a run of the API, and decide upon that"}
}

// reachable looks at the addresses that answered: that a public one answers us does not say that it answers everybody, but there is none who could
// say more without asking from elsewhere.
func (g *gate) reachable(a *api) opinion {
	if len(a.targets) == 0 {
		return opinion{status: Unknown, says: "no host has answered", next: "make a run of the API, and decide upon that"}
	}
	for _, t := range a.targets {
		for _, address := range t.Addresses {
			ip, err := netip.ParseAddr(address)
			if err != nil || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
				return opinion{
					status: Unknown, open: true, says: fmt.Sprintf("%s answered at %s, which is no public address", t.Host, address),
					next: "ask for the addresses from which it will be called to be whitelisted, and attest that they are",
				}
			}
		}
		if t.Unplaced > 0 || len(t.Addresses) == 0 {
			return opinion{status: Unknown, says: fmt.Sprintf("it is not recorded at which address %s answered", t.Host), next: "run again, and decide upon that", open: true}
		}
	}
	return fine
}

// stable looks at what came and went: in the run, and in the nights that the policy asks for, of which the line about nights demands the rest.
func (g *gate) stable(a *api) opinion {
	for i := range a.Cases {
		c := &a.Cases[i]
		if slices.ContainsFunc(c.Findings, func(f probe.Finding) bool { return f.Rule == "stability.flaky" }) {
			return opinion{status: Unknown, says: "the same request was answered in different ways", next: "ask the API owner what the answers depend on", open: true}
		}
	}
	if workingCase(a.SheetResult) == "" {
		return opinion{status: Unknown, says: "no answer shows it", next: "make a run of the API, and decide upon that"}
	}
	for _, date := range g.dates(g.Policy.CleanNights) {
		for _, run := range g.runsOf(date) {
			for _, at := range run.APIs {
				if at.API == a.slug && at.Lacks == lacksAnswers {
					return opinion{status: Unknown, says: fmt.Sprintf("in the night of %s, run %s, %s", date, run.RunID, at.Lacks), next: "ask the API owner whether staging is up at night", open: true}
				}
			}
		}
	}
	return fine
}

// checklist judges every item.
func (g *gate) checklist() []Item {
	items := []Item{}
	for _, p := range prerequisites {
		if slices.Contains(g.Policy.Skipped, p.id) {
			items = append(items, Item{ID: p.id, Title: p.title, Status: Off, Reason: "the policy does not demand it", Evidence: []Evidence{}})
			continue
		}
		items = append(items, g.item(p))
	}
	for _, m := range g.Policy.Manual {
		items = append(items, g.manual(m))
	}
	return items
}

// item holds a prerequisite against every API.
func (g *gate) item(p prerequisite) Item {
	var t tally
	item := Item{ID: p.id, Title: p.title}
	for _, a := range g.apis {
		o := p.judge(g, a)
		if o.status == Met {
			t.ok()
			continue
		}
		e := Evidence{Status: o.status, API: a.Name, Says: o.says, NextStep: o.next}
		if o.open {
			attested := g.attested(p.id, a)
			if attested != nil {
				item.Attested = attested
				t.ok()
				continue
			}
			e.NextStep += fmt.Sprintf("; or attest the item %q by name", p.id)
		}
		if o.rule != "" {
			e = g.diagnostic(a, source.Diagnostic{Rule: o.rule, Message: o.says, Hint: e.NextStep}, o.status)
		}
		t.add(e)
	}
	return t.item(item, fmt.Sprintf("shown by %s", count(len(g.apis), "API")))
}

// item concludes.
func (t *tally) item(item Item, good string) Item {
	item.Status, item.Evidence = t.status(), t.sorted()
	item.Reason, item.NextStep = t.reason(item.Status, good)
	if a := item.Attested; a != nil && item.Status == Met {
		item.Reason = fmt.Sprintf("attested by %s on %s, until %s", a.By, a.On, a.Until)
	}
	return item
}

// manual is an item that can only be attested.
func (g *gate) manual(m ManualItem) Item {
	var t tally
	item := Item{ID: m.ID, Title: m.Title, Attested: g.attested(m.ID, nil)}
	if item.Attested != nil {
		t.ok()
	} else {
		t.add(Evidence{Status: Unknown, Says: "nobody has attested it", NextStep: fmt.Sprintf("attest the item %q by name", m.ID)})
	}
	return t.item(item, "")
}

// ChecklistLine is the id of the line that sums up the checklist.
const ChecklistLine = "checklist"

// checklistLine sums up the checklist.
func checklistLine(items []Item) Line {
	var t tally
	demanded := 0
	for _, item := range items {
		switch item.Status {
		case Off:
			continue
		case Met:
			t.ok()
		default:
			t.add(Evidence{Status: item.Status, Says: item.Title + ": " + item.Reason, NextStep: item.NextStep})
		}
		demanded++
	}
	if demanded == 0 {
		return off(ChecklistLine, "the prerequisites are there")
	}
	return t.line(ChecklistLine, "the prerequisites are there", fmt.Sprintf("%s of the checklist", count(demanded, "item")))
}
