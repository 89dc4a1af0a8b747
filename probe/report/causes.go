package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// cause is one thing that is wrong with one API, however many cases and findings show it.
type cause struct {
	lead   *probe.Finding  // what says it best
	also   []also          // what follows from it in the same cases, one of a kind
	cases  []*probe.Result // every case that shows it, in the order of the plan
	places []source.Pos    // of what is promised otherwise, each once
	other  int             // in how many cases something else came than the lead says
	most   int             // the largest number of places at which one answer shows it
	last   int             // the number of places at which the answer to the last of cases shows it
}

// also is a finding that follows from another one of its case.
type also struct {
	*probe.Finding
	of *probe.Result
}

// message is what the lead says: of several cases without what was changed in the first of them.
func (c *cause) message() string {
	if len(c.cases) > 1 {
		return c.cases[0].Unchanged(c.lead)
	}
	return c.lead.Message
}

// floor is the severity from which on findings made cases deviate. The run does not say what was asked for, but its cases show it.
func floor(run *probe.Run) source.Severity {
	lowest := source.Error
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			c := &run.Sheets[i].Cases[k]
			if c.Verdict != probe.Deviates {
				continue
			}
			if worst := worstOf(c); worst.Rank() > 0 && worst.Rank() < lowest.Rank() {
				lowest = worst
			}
		}
	}
	return lowest
}

func worstOf(c *probe.Result) source.Severity {
	worst := source.Severity("")
	for i := range c.Findings {
		if s := c.Findings[i].Severity; s.Rank() > worst.Rank() {
			worst = s
		}
	}
	return worst
}

// causesOf folds the findings of the deviating cases of an API, from the severity least on, into causes: the worst first.
func causesOf(s *probe.SheetResult, least source.Severity) []*cause {
	return foldCauses(s, least, func(c *probe.Result) bool { return c.Verdict == probe.Deviates })
}

// foldCauses does so with the cases that are wanted.
func foldCauses(s *probe.SheetResult, least source.Severity, wanted func(*probe.Result) bool) []*cause {
	var causes []*cause
	known := map[causeKey]*cause{}
	for i := range s.Cases {
		c := &s.Cases[i]
		if !wanted(c) {
			continue
		}
		for _, g := range groupsOf(c, least) {
			key := keyOf(g[0], c)
			if known[key] == nil {
				known[key] = &cause{lead: g[0]}
				causes = append(causes, known[key])
			}
			known[key].add(c, g)
		}
	}
	causes = append(causes, sheetCauses(s)...)
	slices.SortStableFunc(causes, func(a, b *cause) int {
		return cmp.Or(a.compare(b), leadRank(a.lead)-leadRank(b.lead))
	})
	return causes
}

// sheetCauses are the findings of no case that the configuration made errors: they alone make an API deviate.
func sheetCauses(s *probe.SheetResult) []*cause {
	var causes []*cause
	for i := range s.Findings {
		if f := &s.Findings[i]; f.Severity == source.Error {
			c := &cause{lead: f}
			c.add(&probe.Result{ID: "all", Title: "the cases of the API together"}, []*probe.Finding{f})
			causes = append(causes, c)
		}
	}
	return causes
}

// compare ranks causes: errors first, and among equals what the documented request shows, for that is what callers will send.
func (c *cause) compare(d *cause) int {
	return cmp.Or(d.lead.Severity.Rank()-c.lead.Severity.Rank(), c.broken()-d.broken())
}

// broken is 1 where only requests that were broken on purpose show the cause, else 0.
func (c *cause) broken() int {
	for _, r := range c.cases {
		if !r.Family.Negative() {
			return 0
		}
	}
	return 1
}

// byWorst ranks APIs by their worst causes; one without a cause is last.
func byWorst(a, b []*cause) int {
	if len(a) == 0 || len(b) == 0 {
		return min(len(b), 1) - min(len(a), 1)
	}
	return a[0].compare(b[0])
}

func (c *cause) add(r *probe.Result, group []*probe.Finding) {
	if n := len(c.cases); n == 0 || c.cases[n-1] != r {
		c.cases = append(c.cases, r)
		c.last = 0
		if group[0].Observed != c.lead.Observed {
			c.other++
		}
	}
	if at := group[0].At; !at.IsZero() && !slices.Contains(c.places, at.Pos) {
		c.places = append(c.places, at.Pos)
	}
	c.last += max(group[0].Count, 1)
	c.most = max(c.most, c.last)
	for _, f := range group[1:] {
		same := func(g also) bool { return g.Rule == f.Rule }
		if !slices.ContainsFunc(c.also, same) {
			c.also = append(c.also, also{f, r})
		}
	}
}

// causeKey is equal for findings of one cause.
type causeKey struct {
	rule, pattern, observed, message string
	outcome                          probe.Outcome
	family                           probe.Family
}

func keyOf(f *probe.Finding, c *probe.Result) causeKey {
	key := causeKey{rule: f.Rule, pattern: pattern(f.Pointer)}
	switch prefix, _, _ := strings.Cut(f.Rule, "."); prefix {
	case "status": // another status or code is another cause
		key.observed = f.Observed
	case "shape": // the same key in a success and in an error response are two promises; in two error responses they are one
		key.outcome, key.message = c.Outcome, c.Unchanged(f)
	case "negative": // another kind of mistake is guarded by another check
		key.family = c.Family
		if f.Rule == "negative.wrong-error" {
			key.observed, key.message = f.Observed, f.Documented
		}
	case "security":
		if f.Rule == "security.auth-not-enforced" {
			key.family = c.Family
		}
	}
	return key
}

// pattern is a pointer with every array index written as "*".
func pattern(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, t := range tokens {
		if t != "" && strings.Trim(t, "0123456789") == "" {
			tokens[i] = "*"
		}
	}
	return strings.Join(tokens, "/")
}

// groupsOf cuts the findings of a case into those that have one cause. The first of a group says it best.
//
// Where the answer is of another outcome than promised, or is no JSON at all, its status, code and media type are wrong for the same
// reason; where only the status and the code are wrong, they are wrong together.
func groupsOf(c *probe.Result, least source.Severity) [][]*probe.Finding {
	var fs []*probe.Finding
	for i := range c.Findings {
		if c.Findings[i].Severity.Rank() >= max(least.Rank(), 1) {
			fs = append(fs, &c.Findings[i])
		}
	}
	slices.SortStableFunc(fs, func(a, b *probe.Finding) int { return leadRank(a) - leadRank(b) })
	var groups [][]*probe.Finding
	for i, f := range fs {
		if i > 0 && follows(fs[0], f) {
			groups[0] = append(groups[0], f)
			continue
		}
		groups = append(groups, []*probe.Finding{f})
	}
	return groups
}

// follows says that a finding is explained by the one that leads the case.
func follows(lead, f *probe.Finding) bool {
	switch {
	case leadRank(lead) <= rankNotJSON:
		return strings.HasPrefix(f.Rule, "status.") || strings.HasPrefix(f.Rule, "body.") || strings.HasPrefix(f.Rule, "outcome.")
	case leadRank(lead) == rankStatus:
		return strings.HasPrefix(f.Rule, "status.")
	}
	return false
}

// The ranks of findings as headline of a cause.
const (
	rankCredentials = iota
	rankOutcome
	rankNegative
	rankNotJSON
	rankStatus
	rankBody
	rankShape
	rankRest
)

func leadRank(f *probe.Finding) int {
	switch prefix, _, _ := strings.Cut(f.Rule, "."); {
	case f.Rule == "outcome.credentials":
		return rankCredentials
	case prefix == "outcome":
		return rankOutcome
	case prefix == "negative", prefix == "security":
		return rankNegative
	case f.Rule == "body.not-json", f.Rule == "body.empty":
		return rankNotJSON
	case prefix == "status":
		return rankStatus
	case prefix == "body":
		return rankBody
	case prefix == "shape":
		return rankShape
	}
	return rankRest
}
