package report

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// group is one reason for which cases of one or more APIs were not tried, or could not be judged.
type group struct {
	headline string // what is in the way, as it came: not inert yet
	finding  probe.Finding
	host     string     // of inconclusive cases
	variants [][]string // of a headline that is one of several that differ in what they quote: the parts of each, see quotedParts
	members  []member
}

// member is what of one API belongs to a group.
type member struct {
	sheet *probe.SheetResult
	at    source.Span // in its document, where known
	cases []*probe.Result
}

func (g *group) cases() int {
	n := 0
	for _, m := range g.members {
		n += len(m.cases)
	}
	return n
}

func (g *group) add(s *probe.SheetResult, c *probe.Result, at source.Span) {
	if n := len(g.members); n == 0 || g.members[n-1].sheet != s {
		g.members = append(g.members, member{sheet: s, at: at})
	}
	m := &g.members[len(g.members)-1]
	if n := len(m.cases); n == 0 || m.cases[n-1] != c {
		m.cases = append(m.cases, c)
	}
}

// groups collects groups by key, in the order in which they were met.
type groups struct {
	order []*group
	known map[groupKey]*group
}

type groupKey struct{ rule, text, host, step string }

func (gs *groups) of(key groupKey, fresh group) *group {
	if gs.known == nil {
		gs.known = map[groupKey]*group{}
	}
	if gs.known[key] == nil {
		gs.known[key] = &fresh
		gs.order = append(gs.order, &fresh)
	}
	return gs.known[key]
}

// headed is the group with the headline; nil where there is none.
func (gs *groups) headed(headline string) *group {
	if i := slices.IndexFunc(gs.order, func(g *group) bool { return g.headline == headline }); i >= 0 && headline != "" {
		return gs.order[i]
	}
	return nil
}

// byCases puts the group with the most cases first.
func (gs *groups) byCases() []*group {
	slices.SortStableFunc(gs.order, func(a, b *group) int { return b.cases() - a.cases() })
	return gs.order
}

// blockedGroups tells what kept cases from being sent: one group per thing that is missing or refused.
func blockedGroups(run *probe.Run) []*group {
	var gs groups
	eachCase(run, probe.Blocked, func(s *probe.SheetResult, c *probe.Result) {
		if len(c.Findings) == 0 {
			if g := gs.headed(c.Reason); g != nil { // told at another case
				g.add(s, c, source.Span{})
				return
			}
			gs.of(groupKey{text: c.Reason}, group{headline: orElse(c.Reason, "no reason is recorded")}).add(s, c, source.Span{})
		}
		for _, f := range c.Findings {
			g := gs.of(blockedKey(f, c), group{headline: orElse(f.Message, c.Reason), finding: f})
			if f.Rule == unresolved && g.headline != f.Message {
				g.headline = fmt.Sprintf("%q has no value", f.Documented) // it stands in several fields
			}
			g.add(s, c, f.At)
		}
	})
	return gs.byCases()
}

const unresolved = "setup.placeholder-unresolved"

// blockedKey is equal for what is settled in one step: one value fills a placeholder wherever it stands.
func blockedKey(f probe.Finding, c *probe.Result) groupKey {
	if f.Rule == unresolved && f.Documented != "" {
		return groupKey{rule: f.Rule, text: f.Documented, step: f.Hint}
	}
	return groupKey{rule: f.Rule, text: orElse(f.Message, c.Reason)}
}

// inconclusiveGroups tells why answers could not be trusted: one group per host and cause. What a whole host is the reason of is told apart.
func inconclusiveGroups(run *probe.Run) []*group {
	var gs groups
	eachCase(run, probe.Inconclusive, func(s *probe.SheetResult, c *probe.Result) {
		if ofHost(run, c) != nil {
			return
		}
		host := hostOf(c, s)
		f := because(c)
		if f == nil {
			headline := orElse(c.Reason, "no reason is recorded")
			gs.of(groupKey{text: headline, host: host}, group{headline: headline, host: host}).add(s, c, source.Span{})
			return
		}
		cause := ""
		if d := c.Exchange.Diagnosis(); d != nil {
			cause = d.Cause
		}
		gs.of(groupKey{rule: f.Rule, text: cause, host: host}, group{headline: orElse(f.Message, c.Reason), finding: *f, host: host}).add(s, c, source.Span{})
	})
	return gs.byCases()
}

// because is the finding that says why a case could not be judged: the worst one about the environment, else the worst.
func because(c *probe.Result) *probe.Finding {
	var best *probe.Finding
	rank := func(f *probe.Finding) int {
		if f.Blame == probe.BlameEnvironment {
			return 10 + f.Severity.Rank()
		}
		return f.Severity.Rank()
	}
	for i := range c.Findings {
		if f := &c.Findings[i]; best == nil || rank(f) > rank(best) {
			best = f
		}
	}
	return best
}

// hostOf is the host, and port where it has one, that the case was sent to.
func hostOf(c *probe.Result, s *probe.SheetResult) string {
	raw := s.URL
	if c.Exchange != nil && c.Exchange.Request.URL != "" {
		raw = c.Exchange.Request.URL
	}
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return raw
}

// skippedGroups counts the skipped cases by reason. Reasons that differ in what they quote, such as the name of a field, are one.
func skippedGroups(run *probe.Run) []*group {
	var gs groups
	eachCase(run, probe.Skipped, func(s *probe.SheetResult, c *probe.Result) {
		reason := orElse(c.Reason, "no reason is recorded")
		parts := quotedParts(reason)
		g := gs.of(groupKey{text: withoutQuotes(parts)}, group{headline: reason})
		g.variants = append(g.variants, parts)
		g.add(s, c, source.Span{})
	})
	return gs.byCases()
}

// quotedParts cuts at double quotes: what stands between two of them has an odd index.
func quotedParts(s string) []string { return strings.Split(s, `"`) }

// withoutQuotes leaves out what stands between double quotes.
func withoutQuotes(parts []string) string {
	parts = slices.Clone(parts)
	for i := 1; i < len(parts); i += 2 {
		parts[i] = ""
	}
	return strings.Join(parts, `"`)
}

// folded says all reasons of the group in one sentence, as in `"a" or "b" is unknown`. Where they differ in more than one name, which
// belongs to which could not be told: then it is the first, as an example.
func (g *group) folded() string {
	if len(g.variants) == 0 {
		return g.headline
	}
	var text strings.Builder
	differ := 0
	for i, part := range g.variants[0] {
		if i%2 == 0 {
			text.WriteString(part)
			continue
		}
		names := distinct(g.variants, i)
		if len(names) > 1 {
			differ++
		}
		text.WriteString(eitherOf(names))
	}
	switch balanced := len(g.variants[0])%2 == 1; {
	case differ == 0:
		return g.headline
	case differ == 1 && balanced:
		return text.String()
	}
	return "for example: " + g.headline
}

// each says every reason of the group: in one sentence where they differ in one name only, as in `"a" and "b" left out`.
func (g *group) each() []string {
	differ, at := 0, 0
	for i := range g.variants[0] {
		if i%2 == 1 && len(distinct(g.variants, i)) > 1 {
			differ, at = differ+1, i
		}
	}
	var all []string
	for _, parts := range g.variants {
		parts = slices.Clone(parts)
		if differ == 1 && len(parts)%2 == 1 {
			parts[at] = enumerateQuoted(distinct(g.variants, at))
			if parts[at-1] == "field " || parts[at-1] == "header " {
				parts[at-1] = strings.TrimSpace(parts[at-1]) + "s "
			}
		}
		if text := strings.Join(parts, `"`); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// enumerateQuoted puts names between the quotes that stand around the first and the last of them.
func enumerateQuoted(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], `", "`) + `" and "` + names[last]
}

func distinct(variants [][]string, i int) []string {
	var all []string
	for _, parts := range variants {
		if !slices.Contains(all, parts[i]) {
			all = append(all, parts[i])
		}
	}
	return all
}

// eitherOf is `"a", "b" or "c"`, and of many names the first few.
func eitherOf(names []string) string {
	quoted := make([]string, 0, maxListed+1)
	for i, name := range names {
		if i == maxListed {
			quoted = append(quoted, number(len(names)-maxListed)+" more")
			break
		}
		quoted = append(quoted, `"`+name+`"`)
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

func eachCase(run *probe.Run, v probe.Verdict, do func(*probe.SheetResult, *probe.Result)) {
	for i := range run.Sheets {
		s := &run.Sheets[i]
		for k := range s.Cases {
			if s.Cases[k].Verdict == v {
				do(s, &s.Cases[k])
			}
		}
	}
}

// note is a finding that made no case deviate, or one that a verbose report shows beside the others.
type note struct {
	rule     string
	severity source.Severity
	finding  *probe.Finding
	sheet    *probe.SheetResult
	first    *probe.Result // that shows it
	cases    int
}

// message is what the finding says: of several cases without what was changed in the first of them.
func (n *note) message() string {
	if n.cases > 1 {
		return n.first.Unchanged(n.finding)
	}
	return n.finding.Message
}

// notesOf collects the findings below the severity that makes cases deviate, one per API and cause, worst first.
func notesOf(run *probe.Run, least source.Severity) []*note {
	var notes []*note
	for i := range run.Sheets {
		notes = append(notes, notesIn(&run.Sheets[i], least)...)
	}
	worstNotesFirst(notes)
	return notes
}

// notesIn are those of one API, as they are met.
func notesIn(s *probe.SheetResult, least source.Severity) []*note {
	var notes []*note
	known := map[causeKey]*note{}
	for k := range s.Cases {
		c := &s.Cases[k]
		for j := range c.Findings {
			f := &c.Findings[j]
			if !isNote(c, f, least) {
				continue
			}
			key := keyOf(f, c)
			if known[key] == nil {
				known[key] = &note{rule: f.Rule, severity: f.Severity, finding: f, sheet: s, first: c}
				notes = append(notes, known[key])
			}
			known[key].cases++
		}
	}
	return notes
}

func worstNotesFirst(notes []*note) {
	slices.SortStableFunc(notes, func(a, b *note) int { return b.severity.Rank() - a.severity.Rank() })
}

// isNote says that the finding stands in no other part of the report.
func isNote(c *probe.Result, f *probe.Finding, least source.Severity) bool {
	switch c.Verdict {
	case probe.Blocked:
		return false
	case probe.Inconclusive:
		return f != because(c)
	case probe.Deviates:
		return f.Severity.Rank() < max(least.Rank(), 1)
	}
	return true
}

func orElse(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}
