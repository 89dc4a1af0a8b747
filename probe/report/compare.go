package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// CompareJSON writes a comparison as one JSON object; see history.Comparison.
func CompareJSON(w io.Writer, c *history.Comparison) error {
	plain := *c
	plain.APIs, plain.Findings = list(c.APIs), list(c.Findings)
	for i := range plain.Findings {
		plain.Findings[i].Causes = list(plain.Findings[i].Causes)
	}
	return writeIndented(w, plain)
}

// Compare writes for a person what is new since an earlier run. What is still there is counted, and shown where the options are verbose.
func Compare(w io.Writer, c *history.Comparison, o Options) error {
	p := newPage(o)
	style := green
	if c.Count(history.New)+c.Count(history.Surfaced) > 0 {
		style = red
	}
	p.text(0, style, compareHeadline(c))
	if o.Quiet {
		return p.writeTo(w)
	}
	p.blank()
	p.row(0, "before", inert(c.Before.RunID)+", "+inert(c.Before.StartedAt))
	p.row(0, "now", inert(c.Now.RunID)+", "+inert(c.Now.StartedAt))
	if c.RulesChanged {
		p.row(0, "rules", fmt.Sprintf("changed from version %s to %s; `sheetprobe recheck` judges the earlier run by today's",
			inert(c.Before.RulesVersion), inert(c.Now.RulesVersion)))
	}
	p.apiDeltas(c.APIs)
	for _, section := range compareSections {
		if section.change == history.Still && !o.Verbose {
			continue
		}
		p.deltas(c, section.change, section.title)
	}
	return p.writeTo(w)
}

var compareSections = []struct {
	change history.Change
	title  string
}{
	{history.New, "New"},
	{history.Surfaced, "There now, not judged before"},
	{history.Gone, "Gone"},
	{history.Unknown, "There before, not judged now"},
	{history.Still, "Still there"},
}

func compareHeadline(c *history.Comparison) string {
	var parts []string
	for _, part := range []struct {
		change history.Change
		words  string
	}{
		{history.New, "new"},
		{history.Surfaced, "not judged before"},
		{history.Gone, "gone"},
		{history.Unknown, "not judged any more"},
		{history.Still, "still there"},
	} {
		if n := c.Count(part.change); n > 0 {
			parts = append(parts, number(n)+" "+part.words)
		}
	}
	if len(parts) == 0 {
		return "No finding in either run."
	}
	if c.Count(history.New)+c.Count(history.Surfaced) == 0 {
		return "Nothing new. Findings: " + enumerate(parts) + "."
	}
	return "Findings: " + enumerate(parts) + "."
}

// apiDeltas lists the APIs whose verdict or sheet changed.
func (p *page) apiDeltas(apis []history.APIDelta) {
	if len(apis) == 0 {
		return
	}
	p.blank()
	p.banner(plain, "APIs", "")
	for _, d := range apis {
		text := verdictOrNone(d.Before) + " -> " + verdictOrNone(d.Now)
		if d.Before == d.Now {
			text = verdictOrNone(d.Now) + " as before"
		}
		if d.SheetChanged {
			text += "; its sheet has changed"
		}
		p.text(2, plain, fit(inert(orElse(d.API, "an API without a name")), maxName)+": "+text)
	}
}

func verdictOrNone(v probe.Verdict) string {
	if v == "" {
		return "not there"
	}
	word, _ := verdictWord(v)
	return word
}

// deltas writes what changed in one way, one entry to a cause.
func (p *page) deltas(c *history.Comparison, change history.Change, title string) {
	groups := deltaGroups(c, change)
	if len(groups) == 0 {
		return
	}
	p.blank()
	p.banner(plain, title, number(c.Count(change)))
	for _, g := range groups {
		p.delta(g)
	}
}

// deltaGroups puts together what has one cause: the same rule at the same place of the same API, with the same value.
func deltaGroups(c *history.Comparison, change history.Change) [][]*history.Delta {
	type key struct{ api, rule, pattern, observed string }
	at := map[key]int{}
	var groups [][]*history.Delta
	for i := range c.Findings {
		d := &c.Findings[i]
		if d.Change != change {
			continue
		}
		k := key{d.API, d.Finding.Rule, pattern(d.Finding.Pointer), d.Finding.Observed}
		if n, known := at[k]; known {
			groups[n] = append(groups[n], d)
			continue
		}
		at[k] = len(groups)
		groups = append(groups, []*history.Delta{d})
	}
	return groups
}

func (p *page) delta(group []*history.Delta) {
	d := group[0]
	f := &d.Finding
	p.blank()
	p.sides(" -  ", bold, inert(orElse(f.Message, meaning(f.Rule))), inert(f.Rule))
	p.row(causeIndent, "API", fit(inert(d.API), maxName))
	var cases []string
	for _, each := range group {
		if each.Case != "" {
			cases = append(cases, shortID(each.Case))
		}
	}
	if len(cases) > 0 {
		p.row(causeIndent, "in", someOf(cases))
	}
	if f.Pointer != "" {
		p.row(causeIndent, "at", inert(f.Pointer))
	}
	if f.Observed != "" {
		p.row(causeIndent, "came", inert(f.Observed))
	}
	if len(d.Causes) > 0 {
		p.row(causeIndent, "because", becauseOf(d.Causes))
	}
	if d.Change != history.Gone && f.Blame != "" {
		p.row(causeIndent, "who acts", whoActs(f.Blame))
	}
}

func becauseOf(causes []history.Cause) string {
	words := map[history.Cause]string{
		history.CauseEndpoint: "the endpoint answers otherwise; sheet and rules are the same",
		history.CauseSheet:    "the sheet says something else",
		history.CauseRules:    "our rules have changed",
	}
	said := make([]string, len(causes))
	for i, c := range causes {
		said[i] = words[c]
	}
	return strings.Join(said, ", or ")
}
