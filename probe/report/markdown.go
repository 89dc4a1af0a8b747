package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// How much a Markdown report shows: what people still read in a pull request, and far below what any of the sites and chats takes (GitHub: 65,536
// characters, GitLab: 1,000,000).
const (
	maxMarkdownAPIs   = 12
	maxMarkdownCauses = 5
	maxMarkdownGroups = 3
	maxMarkdownText   = 160 // columns of one value
)

// writeMarkdown writes at most a page for pull-request comments and chats, in the Markdown of CommonMark with tables: the verdict, the APIs that
// are not well, the worst causes and who has to act, what is in the way, and the totals. What is left out is counted. What answers and documents
// say is escaped: it cannot format, link, mention or end anything.
func writeMarkdown(w io.Writer, run *probe.Run, _ Options) error {
	m := &markdownRun{run: run}
	m.line("## " + m.inert(headline(run)))
	if len(run.Unfit) > 0 {
		m.line("**" + m.inert(unfit(run)) + "**")
	}
	m.table()
	m.deviating()
	m.waiting("Not reached", hostGroups(run))
	m.waiting("Not tried", append(problemGroups(run), blockedGroups(run)...))
	m.waiting("No clear answer", inconclusiveGroups(run))
	m.footer()
	_, err := io.WriteString(w, m.out.String())
	return err
}

type markdownRun struct {
	markdown
	run *probe.Run
}

// short is inert, and cut to what a line can take.
func (m *markdownRun) short(s string) string {
	return escapeMarkdown(strings.TrimSpace(inertUpTo(s, maxMarkdownText)))
}

// table lists the APIs that are not well, the worst first, and counts those that are.
func (m *markdownRun) table() {
	causes := causesBySheet(m.run)
	var rows []*probe.SheetResult
	for _, v := range []probe.Verdict{probe.Deviates, probe.Blocked, probe.Inconclusive} {
		rows = append(rows, sheetsWith(m.run, v)...)
	}
	if len(m.run.Sheets) < 2 || len(rows) == 0 {
		return
	}
	slices.SortStableFunc(rows, func(a, b *probe.SheetResult) int {
		if a.Verdict != probe.Deviates || b.Verdict != probe.Deviates {
			return 0
		}
		return byWorst(causes[a], causes[b])
	})
	m.line("| API | verdict | cases | in short |\n|---|---|---|---|")
	shown := min(len(rows), maxMarkdownAPIs)
	for _, s := range rows[:shown] {
		word, _ := verdictWord(s.Verdict)
		done := "none"
		if s.Total() > 0 {
			done = fmt.Sprintf("%s of %s conform", number(s.Count(probe.Conforms)), number(s.Total()))
		}
		fmt.Fprintf(&m.out, "| %s | **%s** | %s | %s |\n", m.short(nameOf(s)), word, done, m.short(inShort(m.run, s, causes[s])))
	}
	if rest := len(rows) - shown; rest > 0 {
		m.line("and " + more(rest, "API") + " that " + isOrAre(rest) + " not well.")
	}
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// deviating lists the worst causes, those that several APIs share once.
func (m *markdownRun) deviating() {
	shared := sharedCauses(m.run)
	if len(shared) == 0 {
		return
	}
	m.line("### What deviates")
	m.out.WriteByte('\n')
	shown := min(len(shared), maxMarkdownCauses)
	for i, c := range shared[:shown] {
		f := c.lead
		fmt.Fprintf(&m.out, "%d. **%s** (%s)\n", i+1, m.short(orElse(c.message(), meaning(f.Rule))), m.short(f.Rule))
		indent := strings.Repeat(" ", len(fmt.Sprint(i+1))+2)
		fmt.Fprintf(&m.out, "%s%s\n", indent, m.where(c))
		if f.Documented != "" || f.Observed != "" {
			fmt.Fprintf(&m.out, "%sDocumented: %s. Came: %s.\n", indent, orElse(m.short(f.Documented), "nothing"), orElse(m.short(f.Observed), "nothing"))
		}
		fmt.Fprintf(&m.out, "%s*%s*: %s.\n", indent, orElse(escapeMarkdown(whoActs(f.Blame)), "nobody is named"), orElse(m.short(orElse(f.Hint, fix(f.Rule))), "see the full report"))
	}
	if rest := len(shared) - shown; rest > 0 {
		m.line("and " + more(rest, "cause") + ": " + m.short(sharedRules(shared[shown:])) + ".")
	}
}

func sharedRules(all []*shared) string {
	causes := make([]*cause, len(all))
	for i, s := range all {
		causes[i] = s.cause
	}
	return rulesOf(causes)
}

// where says in which API and cases a cause shows, and at which place.
func (m *markdownRun) where(c *shared) string {
	text := "In " + m.short(someOf(namesOf(c.sheets())))
	if n := len(c.cases); n == 1 {
		text += ", " + m.short(shortID(c.cases[0].ID)) + ": " + m.short(whatWasSent(c.cases[0]))
	} else {
		text += fmt.Sprintf(", %s", count(n, "case"))
	}
	if c.lead.Pointer != "" {
		text += ", at " + m.short(c.lead.Pointer)
	}
	if at := c.lead.At; !at.IsZero() {
		text += ", as documented at " + m.short(where(c.parts[0].sheet.Document, at.Pos))
	}
	return text + "."
}

// waiting lists what is in the way.
func (m *markdownRun) waiting(heading string, groups []*group) {
	if len(groups) == 0 {
		return
	}
	m.line("### " + heading)
	m.out.WriteByte('\n')
	shown := min(len(groups), maxMarkdownGroups)
	for _, g := range groups[:shown] {
		fmt.Fprintf(&m.out, "- **%s**", m.short(g.headline))
		if g.finding.Rule != "" {
			fmt.Fprintf(&m.out, " (%s)", m.short(g.finding.Rule))
		}
		if n := g.cases(); n > 0 {
			fmt.Fprintf(&m.out, ": %s of %s", count(n, "case"), count(len(g.members), "API"))
		}
		m.out.WriteByte('\n')
		if hint := orElse(g.finding.Hint, fix(g.finding.Rule)); hint != "" {
			fmt.Fprintf(&m.out, "  *next step*: %s.\n", m.short(hint))
		}
	}
	if rest := len(groups) - shown; rest > 0 {
		m.line("and " + more(rest, "reason") + ".")
	}
}

// unseen counts what the cases together did not bring about.
func (m *markdownRun) unseen() {
	var unseen []*cause
	for i := range m.run.Sheets {
		for k := range m.run.Sheets[i].Findings {
			unseen = append(unseen, &cause{lead: &m.run.Sheets[i].Findings[k]})
		}
	}
	if len(unseen) > 0 {
		m.line("Not seen: " + m.short(rulesOf(unseen)) + ".")
	}
}

// reached says how much of what is documented was seen, and how alike repeated answers were.
func (m *markdownRun) reached() {
	var said []string
	if codes, seen, _, _ := coverageOfAll(m.run); codes > 0 {
		said = append(said, fmt.Sprintf("%s of %s seen", number(seen), count(codes, "documented code")))
	}
	all := probe.Timings{}
	for i := range m.run.Sheets {
		if t := m.run.Sheets[i].Timings; t != nil {
			all.Repeated, all.Agreeing = all.Repeated+t.Repeated, all.Agreeing+t.Agreeing
		}
	}
	if all.Repeated > 0 {
		said = append(said, agreement(&all))
	}
	if len(said) > 0 {
		m.line(m.inert(strings.Join(said, "; ")) + ".")
	}
}

func (m *markdownRun) footer() {
	m.reached()
	m.unseen()
	if notes := notesOf(m.run, floor(m.run)); len(notes) > 0 {
		m.line("Also noticed: " + m.inert(noteCounts(notes)) + ".")
	}
	m.line(m.inert(totals(m.run)) + ".")
	var said []string
	if m.run.RunID != "" {
		said = append(said, "run "+m.run.RunID)
	}
	if tool := strings.TrimSpace(m.run.Tool.Name + " " + m.run.Tool.Version); tool != "" {
		said = append(said, tool)
	}
	if len(said) > 0 {
		m.line("*" + m.short(strings.Join(said, ", ")) + "*")
	}
}

// hostGroups are the hosts that could not be reached, each with the cases that could not be judged for it.
func hostGroups(run *probe.Run) []*group {
	var all []*group
	for i := range run.Hosts {
		h := &run.Hosts[i]
		cause, _ := probe.CauseByID(h.Diagnosis.Cause)
		g := &group{headline: h.Host + ": " + h.Diagnosis.Means, finding: probe.Finding{Rule: h.Rule, Hint: cause.Next}}
		for k := range run.Sheets {
			for n := range run.Sheets[k].Cases {
				if c := &run.Sheets[k].Cases[n]; concerns(h, c) {
					g.add(&run.Sheets[k], c, source.Span{})
				}
			}
		}
		if h.Diagnosis.Letter != "" {
			g.finding.Hint = orElse(g.finding.Hint, fix(h.Rule)) + "; the text to pass on stands in the full report"
		}
		all = append(all, g)
	}
	return all
}

// problemGroups are what keeps the run from ending well and belongs to no case, as groups without members.
func problemGroups(run *probe.Run) []*group {
	var all []*group
	for _, p := range problemsOf(run) {
		all = append(all, &group{headline: p.message, finding: probe.Finding{Rule: p.rule, Hint: p.hint}})
	}
	return all
}
