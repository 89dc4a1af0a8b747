package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// blocked writes what kept cases from being sent: one entry per thing that is missing or refused, with the APIs that need it.
func (t *textReport) blocked() {
	groups := blockedGroups(t.run)
	if len(groups) == 0 && len(t.run.Diagnostics) == 0 {
		return
	}
	t.blank()
	t.banner(yellow, "Not tried", "")
	for _, d := range t.run.Diagnostics {
		t.item(d.Message, d.Rule)
		if d.Hint != "" {
			t.row(causeIndent, "next step", inert(d.Hint))
		}
	}
	shown := t.atMost(len(groups), maxGroups)
	for _, g := range groups[:shown] {
		t.item(g.headline, g.finding.Rule)
		t.advice(g)
		t.members("needed by", g)
	}
	t.others(len(groups) - shown)
}

// inconclusive writes which answers could not be trusted, per host and cause.
func (t *textReport) inconclusive() {
	groups := inconclusiveGroups(t.run)
	if len(groups) == 0 {
		return
	}
	t.blank()
	t.banner(yellow, "No clear answer", "")
	shown := t.atMost(len(groups), maxGroups)
	for _, g := range groups[:shown] {
		t.item(g.headline, g.finding.Rule)
		t.row(causeIndent, "host", inert(g.host))
		t.attempts(g)
		t.advice(g)
		t.members("cases", g)
		t.passOn(g.members[0].cases[0].Exchange.Diagnosis())
		if x := g.members[0].cases[0].Exchange; x != nil {
			t.curl(causeIndent, x)
		}
		if t.verbose {
			for _, m := range g.members {
				t.exchanges(m.cases)
			}
		}
	}
	t.others(len(groups) - shown)
}

// item heads an entry of a section.
func (t *textReport) item(headline, rule string) {
	t.blank()
	t.sides(" -  ", bold, inert(headline), inert(rule))
}

func (t *textReport) attempts(g *group) {
	x := g.members[0].cases[0].Exchange
	if x == nil || x.Failure() == nil {
		return
	}
	text := triedText(x)
	if x.RemoteAddr != "" && x.RemoteAddr != g.host {
		text += ", address " + inert(x.RemoteAddr)
	}
	t.row(causeIndent, "tried", text)
}

func triedText(x *probe.Exchange) string {
	return fmt.Sprintf("%s, stopped while %s", count(len(x.Attempts), "attempt"), phaseWord(x.Failure().Phase))
}

func phaseWord(p probe.Phase) string {
	switch p {
	case probe.PhaseDNS:
		return "looking up the name"
	case probe.PhaseConnect:
		return "connecting"
	case probe.PhaseTLS:
		return "agreeing on encryption"
	case probe.PhaseWrite:
		return "sending the request"
	case probe.PhaseFirstByte:
		return "waiting for the answer"
	case probe.PhaseBody:
		return "reading the answer"
	}
	return orElse(inert(string(p)), "at an unknown point")
}

func (t *textReport) advice(g *group) {
	if g.finding.Documented != "" && g.finding.Rule != unresolved {
		t.row(causeIndent, "expected", inert(g.finding.Documented))
	}
	if g.finding.Observed != "" {
		t.row(causeIndent, "came", inert(g.finding.Observed))
	}
	if g.finding.Blame != "" {
		t.row(causeIndent, "who acts", whoActs(g.finding.Blame))
	}
	if hint := orElse(g.finding.Hint, fix(g.finding.Rule)); hint != "" {
		t.row(causeIndent, "next step", inert(hint))
	}
}

// members lists the APIs of a group, each with its cases and the place in its document.
func (t *textReport) members(label string, g *group) {
	shown := t.atMost(len(g.members), maxListed)
	for _, m := range g.members[:shown] {
		text := fit(inert(m.sheet.Name), maxName) + ": " + caseList(m.cases)
		if !m.at.IsZero() {
			text += "  [" + where(m.sheet.Document, m.at.Pos) + "]"
		}
		t.row(causeIndent, label, text)
		label = ""
	}
	if rest := len(g.members) - shown; rest > 0 {
		t.row(causeIndent, label, "and "+more(rest, "API"))
	}
}

// caseList names up to three cases, and counts more.
func caseList(cases []*probe.Result) string {
	if len(cases) > 3 {
		return count(len(cases), "case")
	}
	names := make([]string, len(cases))
	for i, c := range cases {
		names[i] = shortID(c.ID)
	}
	return strings.Join(names, ", ")
}

func (t *textReport) others(rest int) {
	if rest > 0 {
		t.blank()
		t.text(1, bold, "and "+more(rest, "reason")+"; -v shows all.")
	}
}
