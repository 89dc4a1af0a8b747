package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// problem is what keeps a run from ending well and belongs to no case: formats that list cases list it beside them. Between them, cases that
// deviate, could not be judged or were not sent, and problems, there is at least one wherever the exit code is not 0: no format may look green
// where the program ended red.
type problem struct {
	name     string // stable from run to run
	rule     string // "" where no rule is behind it
	message  string
	hint     string
	sheet    *probe.SheetResult // nil where it belongs to none
	document string             // "" where it belongs to none
	at       source.Span
}

func problemsOf(run *probe.Run) []problem {
	var all []problem
	for i, d := range run.Diagnostics {
		if d.Severity == source.Error {
			all = append(all, problem{name: fmt.Sprintf("document/%d", i+1), rule: d.Rule, message: d.Message, hint: d.Hint, at: d.At})
		}
	}
	for i := range run.Sheets {
		all = append(all, unusable(&run.Sheets[i])...)
	}
	s := run.Summary
	switch {
	case run.Interrupted:
		all = append(all, problem{
			name: "interrupted", message: fmt.Sprintf("the run was interrupted: %s of %s left out", number(s.Skipped), count(s.Cases, "case")), hint: "run again to try the rest",
		})
	case len(all) == 0 && s.Conforms+s.Deviates+s.Inconclusive+s.Blocked == 0:
		all = append(all, problem{name: "nothing-tried", message: "nothing was tried, so nothing is proved", hint: "name a document that holds an API details sheet; check --only and --skip"})
	}
	return all
}

// unusable says why a sheet led to no case at all.
func unusable(s *probe.SheetResult) []problem {
	if s.Total() > 0 {
		return nil
	}
	var all []problem
	for i, d := range s.Diagnostics {
		if d.Severity == source.Error {
			all = append(all, problem{name: fmt.Sprintf("sheet/%d", i+1), rule: d.Rule, message: d.Message, hint: d.Hint, sheet: s, document: s.Document, at: d.At})
		}
	}
	return all
}

// familyTogether is the family of what the cases of an API show together and none of them alone.
const familyTogether probe.Family = "coverage"

// together is what an API's findings of no single case are told as where there is nothing but cases; nil where there are none.
func together(s *probe.SheetResult) *probe.Result {
	if len(s.Findings) == 0 {
		return nil
	}
	slug := ""
	if len(s.Cases) > 0 {
		slug, _, _ = strings.Cut(s.Cases[0].ID, "/")
	}
	c := &probe.Result{
		ID: slug + "/" + string(familyTogether), Title: "the cases of the API together", Family: familyTogether, Verdict: probe.Conforms, Findings: s.Findings,
		Reason: "nothing was tried",
	}
	switch {
	case s.Verdict == probe.Deviates && slices.ContainsFunc(s.Findings, func(f probe.Finding) bool { return f.Severity == source.Error }):
		c.Verdict = probe.Deviates
	case s.Verdict == probe.Skipped:
		c.Verdict = probe.Skipped
	}
	return c
}

// told are the cases of an API as machines are told them: those of the plan and, behind them, together.
func told(s *probe.SheetResult) []*probe.Result {
	all := make([]*probe.Result, 0, len(s.Cases)+1)
	for i := range s.Cases {
		all = append(all, &s.Cases[i])
	}
	if c := together(s); c != nil {
		all = append(all, c)
	}
	return all
}

// toldBesides counts, of what is told as a case and is none, how many there are by verdict.
func toldBesides(run *probe.Run) map[probe.Verdict]int {
	n := map[probe.Verdict]int{}
	for i := range run.Sheets {
		if c := together(&run.Sheets[i]); c != nil {
			n[c.Verdict]++
		}
	}
	return n
}

func sum(n map[probe.Verdict]int) int {
	total := 0
	for _, k := range n {
		total += k
	}
	return total
}

// ranked are the findings of a case, worst first, and among equals what explains the others.
func ranked(c *probe.Result) []*probe.Finding {
	fs := make([]*probe.Finding, len(c.Findings))
	for i := range c.Findings {
		fs[i] = &c.Findings[i]
	}
	slices.SortStableFunc(fs, func(a, b *probe.Finding) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), leadRank(a)-leadRank(b))
	})
	return fs
}

// inBrief says in a sentence why a case ended as it did, and names the rule behind it; both are "" of a case that conforms.
func inBrief(c *probe.Result) (rule, message string) {
	var lead *probe.Finding
	switch fs := ranked(c); {
	case c.Verdict == probe.Conforms:
		return "", ""
	case c.Verdict == probe.Deviates && len(fs) > 0:
		lead = fs[0]
	case c.Verdict != probe.Deviates:
		lead = because(c)
	}
	if lead == nil {
		return "", orElse(c.Reason, "no reason is recorded")
	}
	message = orElse(lead.Message, meaning(lead.Rule))
	if rest := len(c.Findings) - 1; rest > 0 {
		message += " (and " + more(rest, "finding") + ")"
	}
	return lead.Rule, message
}

// detailsWidth is how wide the details of a case are laid out where no terminal sets a limit.
const detailsWidth = 100

// details tells all that is to be said of one case in plain lines: what was sent, every finding in order of rank, and the command line that
// sends the request again. Nothing in it acts.
func details(s *probe.SheetResult, c *probe.Result) string {
	p := newPage(Options{Width: detailsWidth})
	p.row(0, "sent", whatWasSent(c))
	if c.Reason != "" {
		p.row(0, "reason", inert(c.Reason))
	}
	for i, f := range ranked(c) {
		p.blank()
		p.finding(i+1, s, f)
	}
	p.afterwards(c)
	if x := c.Exchange; x != nil {
		p.keptOut(x)
		p.traced(0, x)
		if line := x.Curl(); line != "" && len(line) <= maxCurl {
			p.blank()
			for part := range strings.SplitSeq(line, "\n") {
				p.long(0, inertUpTo(part, maxCurl))
			}
		}
	}
	return p.out.String()
}

// afterwards says what came behind the first answer: of sending the case again, of our callback URL, and of the status API.
func (p *page) afterwards(c *probe.Result) {
	var alike int
	for _, again := range c.Repeats {
		if again.Alike {
			alike++
		}
	}
	if len(c.Repeats)+len(c.Callbacks)+len(c.Polls) > 0 {
		p.blank()
	}
	if n := len(c.Repeats); n > 0 {
		p.row(0, "sent again", fmt.Sprintf("%s, of which %s ended alike", count(n, "time"), number(alike)))
	}
	for i, call := range c.Callbacks {
		if i == maxListed {
			p.row(0, "", "and "+more(len(c.Callbacks)-i, "call"))
			break
		}
		p.row(0, "call "+fmt.Sprint(i+1), fmt.Sprintf("%s, %.0f ms behind the answer", inertUpTo(call.Request.Method, maxName), call.AfterMS))
	}
	if n := len(c.Polls); n > 0 {
		last := c.Polls[n-1]
		p.row(0, "polled", fmt.Sprintf("%s, at last %s, %.0f ms behind the answer", count(n, "time"), inertUpTo(orElse(last.State, fmt.Sprintf("HTTP %d", last.HTTPStatus)), maxValue), last.AfterMS))
	}
}

// keptOut says what most likely kept the last attempt from succeeding.
func (p *page) keptOut(x *probe.Exchange) {
	f := x.Failure()
	if f == nil || f.Diagnosis == nil {
		return
	}
	p.blank()
	p.row(causeIndent, "cause", inert(f.Diagnosis.Means))
	for _, fact := range f.Diagnosis.Facts {
		p.row(causeIndent, inert(fact.Name), inert(fact.Value))
	}
}

// finding writes one finding in full.
func (p *page) finding(n int, s *probe.SheetResult, f *probe.Finding) {
	p.sides(fmt.Sprintf("%2d. ", n), plain, inert(orElse(f.Message, meaning(f.Rule))), inert(string(f.Severity))+"  "+inert(f.Rule))
	place := inert(f.Pointer)
	if f.Pointer != "" && f.Count > 1 {
		place += fmt.Sprintf(" and %s more like it", number(f.Count-1))
	}
	promised := inert(f.Documented)
	if !f.At.IsZero() {
		promised = strings.TrimSpace(promised + "  [" + where(s.Document, f.At.Pos) + "]")
	}
	acts := ""
	if f.Blame != "" {
		acts = whoActs(f.Blame)
	}
	for _, row := range []struct{ label, text string }{
		{"at", place},
		{"documented", promised},
		{"came", inert(f.Observed)},
		{"why", inert(f.Why)},
		{"who acts", acts},
		{"next step", inert(orElse(f.Hint, fix(f.Rule)))},
	} {
		if row.text != "" {
			p.row(causeIndent, row.label, row.text)
		}
	}
}

// nameOf is the name of an API as machines show it to people.
func nameOf(s *probe.SheetResult) string {
	return fit(inert(orElse(s.Name, "an API without a name")), maxName)
}

// distinctNames names every API of a run, in at most limit columns, apart from the others: machines take equal names for the same thing.
func distinctNames(run *probe.Run, limit int) []string {
	names, met := make([]string, len(run.Sheets)), map[string]int{}
	for i := range run.Sheets {
		name := fit(inert(orElse(run.Sheets[i].Name, "an API without a name")), limit)
		names[i] = name
		for met[names[i]] > 0 {
			met[name]++
			names[i] = fmt.Sprintf("%s (%d)", name, met[name])
		}
		met[names[i]]++
	}
	return names
}

// caseName is what of a case's id stands behind its API.
func caseName(c *probe.Result) string {
	_, rest, ok := strings.Cut(c.ID, "/")
	if !ok {
		rest = c.ID
	}
	return orElse(inert(rest), "a case without an id")
}
