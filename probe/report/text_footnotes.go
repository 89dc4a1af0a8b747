package report

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// conforming lists what is well, where that was asked for, and notes what else is to be told of each API as it goes.
func (t *textReport) conforming() {
	if !t.verbose {
		return
	}
	first := true
	t.eachAPI(func(i int, s *probe.SheetResult) {
		t.takeNotes(i, s)
		for k := range s.Cases {
			if s.Cases[k].Verdict != probe.Conforms {
				continue
			}
			if first {
				t.blank()
				t.banner(green, "Conforming cases", "")
				first = false
			}
			t.conforms(&s.Cases[k])
		}
	})
}

func (t *textReport) conforms(c *probe.Result) {
	text := inertUpTo(c.ID, maxName)
	if c.Mutation != "" {
		text += ": " + inert(c.Mutation)
	}
	if c.Exchange != nil && c.Exchange.Response != nil {
		text += fmt.Sprintf("  (HTTP %d, %s, %.0f ms)", c.Exchange.Response.HTTPStatus, count(c.Checks, "check"), c.Exchange.Timing.Total)
	}
	t.text(2, plain, text)
	t.generated(c.Generated)
}

// footnotes say in a line each what was left out, what else was noticed, and what is to be said of the sheets.
func (t *textReport) footnotes() {
	t.blank()
	t.skipped()
	t.notes()
	if !t.sample {
		t.coverage()
	}
	t.stability()
	t.sheets()
}

func (t *textReport) skipped() {
	groups := skippedGroups(t.run)
	shown := t.atMost(len(groups), maxListed)
	for _, g := range groups[:shown] {
		t.row(0, "left out", count(g.cases(), "case")+": "+inertUpTo(g.folded(), 2*maxValue))
		if t.verbose {
			t.members("", g)
		}
	}
	if shown < len(groups) {
		t.row(0, "", fmt.Sprintf("more for %s; -v shows all", count(len(groups)-shown, "other reason")))
	}
}

// notes counts the findings that made nothing deviate; a verbose report lists them.
func (t *textReport) notes() {
	notes := notesOf(t.run, t.least)
	if t.verbose {
		notes = t.noted
		worstNotesFirst(notes)
	}
	if len(notes) == 0 {
		return
	}
	if t.verbose {
		t.blank()
		t.banner(dim, "Also noticed", "")
		for _, n := range notes {
			t.sides("", plain, inert(string(n.severity))+": "+inert(orElse(n.message(), meaning(n.rule))), inert(n.rule))
			t.row(causeIndent, "in", fmt.Sprintf("%s, %s  [%s]", fit(inert(n.sheet.Name), maxName), count(n.cases, "case"), where(n.sheet.Document, n.finding.At.Pos)))
		}
		t.blank()
		return
	}
	t.row(0, "noticed", noteCounts(notes)+"; -v shows them")
}

// takeNotes keeps the notes of an API with how many cases show each, which a lean run does not tell.
func (t *textReport) takeNotes(i int, s *probe.SheetResult) {
	for _, n := range notesIn(s, t.least) {
		f := *n.finding // apart from what else is in the memory of the API
		n.finding, n.sheet, n.first = &f, &t.run.Sheets[i], &probe.Result{Mutation: n.first.Mutation}
		t.noted = append(t.noted, n)
	}
}

// noteCounts counts notes by severity and rule, as in "2 warnings (shape.undocumented 2) and 1 remark (shape.unchecked)".
func noteCounts(notes []*note) string {
	n := map[source.Severity]int{}
	var order []source.Severity
	rules := map[source.Severity][]*cause{}
	for _, x := range notes {
		if n[x.severity]++; n[x.severity] == 1 {
			order = append(order, x.severity)
		}
		rules[x.severity] = append(rules[x.severity], &cause{lead: x.finding})
	}
	parts := make([]string, len(order))
	for i, s := range order {
		parts[i] = fmt.Sprintf("%s (%s)", count(n[s], severityNoun(s)), rulesOf(rules[s]))
	}
	return enumerate(parts)
}

// severityNoun is how people call what has the severity.
func severityNoun(s source.Severity) string {
	if s == source.Error || s == source.Warning {
		return string(s)
	}
	return "remark"
}

// sheets says how good the documents are. The errors are listed where something is not well, for they often explain it.
func (t *textReport) sheets() {
	n := map[source.Severity]int{}
	documents := []string{}
	for i := range t.run.Sheets {
		s := &t.run.Sheets[i]
		for _, d := range s.Diagnostics {
			n[d.Severity]++
		}
		if len(s.Diagnostics) > 0 && (len(documents) == 0 || documents[len(documents)-1] != s.Document) {
			documents = append(documents, s.Document)
		}
	}
	if len(documents) == 0 {
		return
	}
	t.row(0, "sheets", severityCounts(n)+"; `sheetprobe lint` shows them")
	if t.run.Verdict != probe.Conforms || t.verbose {
		t.diagnostics()
	}
}

// severityCounts says "2 errors, 1 warning and 3 remarks".
func severityCounts(n map[source.Severity]int) string {
	var parts []string
	for _, s := range []source.Severity{source.Error, source.Warning, source.Info} {
		if n[s] > 0 {
			parts = append(parts, count(n[s], severityNoun(s)))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return enumerate(parts)
}

// diagnostics lists the errors of the sheets, and in a verbose report the warnings.
func (t *textReport) diagnostics() {
	left := t.atMost(1<<30, maxListed)
	for i := range t.run.Sheets {
		s := &t.run.Sheets[i]
		for _, d := range s.Diagnostics {
			if d.Severity != source.Error && (!t.verbose || d.Severity != source.Warning) {
				continue
			}
			if left--; left < 0 {
				return
			}
			t.row(0, "", fmt.Sprintf("%s: %s: %s", where(s.Document, d.At.Pos), inert(string(d.Severity)), inert(d.Message)))
		}
	}
}
