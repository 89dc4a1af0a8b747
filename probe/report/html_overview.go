package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// htmlOverview is the first page: how it ended, who has to do what, and which APIs are concerned.
type htmlOverview struct {
	Large    bool
	Badge    badge
	Headline string
	Warnings []string
	Facts    []probe.Fact
	APIs     htmlBar
	Cases    htmlBar
	Sums     []htmlSum
	Hosts    []htmlHost
	Parties  []htmlParty
	Table    []htmlAPIRow
	// TableRest are the APIs behind the first maxRows.
	TableRest []htmlAPIRow
	Times     *htmlTimes
	Noticed   string
	LeftOut   []string
}

// htmlSum is a number with what it counts.
type htmlSum struct{ Number, Of, Name string }

// htmlBar is a bar of 1000 units, parted by verdict.
type htmlBar struct {
	Name  string
	Total string
	Parts []htmlPart
}

type htmlPart struct {
	Badge       badge
	Counted     string
	From, Width int
}

// htmlParty is somebody who has to act, with the causes that wait for it.
type htmlParty struct {
	Name, Advice string
	Causes, Rest []htmlCause
	Unlisted     string
}

type htmlHost struct {
	Host, Affected, Rule, RuleHref string
	FoundIn                        link
	Next                           string
	Diagnosis                      *htmlDiagnosis
}

type htmlDiagnosis struct {
	Cause, Means, Letter string
	Facts                []probe.Fact
}

type htmlAPIRow struct {
	Link                   link
	Badge                  badge
	Method, Path           string
	Bar                    htmlBar
	Counts, Codes, Answers string
	Causes                 string
	P50, Max               string
}

func (h *htmlReport) overview() htmlOverview {
	v := htmlOverview{Large: h.large(), Badge: badgeOf(h.run.Verdict), Headline: headline(h.run), Warnings: h.warnings(), Facts: h.facts(), Times: h.times(), LeftOut: h.leftOut()}
	t := tallyOf(h.run)
	v.APIs = barOf("APIs", func(verdict probe.Verdict) int { return t.of[verdict] })
	v.Cases = barOf("cases", func(verdict probe.Verdict) int { return caseCount(h.run, verdict) })
	v.Sums = h.sums()
	for i := range h.run.Hosts {
		v.Hosts = append(v.Hosts, h.hostView(&h.run.Hosts[i]))
	}
	v.Parties = h.parties()
	for n, i := range h.order() {
		if n < maxRows {
			v.Table = append(v.Table, h.row(i))
		} else {
			v.TableRest = append(v.TableRest, h.row(i))
		}
	}
	if notes := notesOf(h.run, h.least); len(notes) > 0 {
		v.Noticed = inertUpTo(noteCounts(notes), 4*maxValue)
	}
	return v
}

func (h *htmlReport) warnings() []string {
	var all []string
	if h.run.Interrupted {
		all = append(all, "The run was interrupted: what finished until then is reported.")
	}
	if len(h.run.Unfit) > 0 {
		all = append(all, unfit(h.run))
	} else if h.run.Insecure {
		all = append(all, "Certificates were not verified in this run.")
	}
	return all
}

func (h *htmlReport) facts() []probe.Fact {
	run := h.run
	facts := []probe.Fact{}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, probe.Fact{Name: name, Value: shown(value)})
		}
	}
	if !run.StartedAt.IsZero() {
		add("started", run.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if d := run.FinishedAt.Sub(run.StartedAt); d > 0 {
		add("took", duration(d))
	}
	add("run", run.RunID)
	if run.Tool.Name != "" {
		add("made by", strings.TrimSpace(run.Tool.Name+" "+run.Tool.Version)+rulesVersion(run.Tool))
	}
	return facts
}

func rulesVersion(t probe.Tool) string {
	if t.RulesVersion == "" {
		return ""
	}
	return ", rules " + t.RulesVersion
}

func caseCount(run *probe.Run, v probe.Verdict) int {
	return map[probe.Verdict]int{
		probe.Deviates: run.Summary.Deviates, probe.Blocked: run.Summary.Blocked, probe.Inconclusive: run.Summary.Inconclusive,
		probe.Conforms: run.Summary.Conforms, probe.Skipped: run.Summary.Skipped,
	}[v]
}

func barOf(name string, numberOf func(probe.Verdict) int) htmlBar {
	total, before := 0, 0
	for _, v := range verdicts() {
		total += numberOf(v)
	}
	if total == 1 {
		name = strings.TrimSuffix(name, "s")
	}
	bar := htmlBar{Name: name, Total: number(total)}
	for _, v := range verdicts() {
		n := numberOf(v)
		if n == 0 {
			continue
		}
		from, to := before*1000/total, (before+n)*1000/total
		before += n
		bar.Parts = append(bar.Parts, htmlPart{Badge: badgeOf(v), Counted: counted(v, n), From: from, Width: max(to-from, 4)})
	}
	return bar
}

// counted says how many have a verdict: "1 deviates", "2 deviate".
func counted(v probe.Verdict, n int) string {
	word := badgeOf(v).Word
	if n != 1 && (v == probe.Deviates || v == probe.Conforms) {
		word = strings.TrimSuffix(word, "s")
	}
	return number(n) + " " + word
}

// sums are the numbers that tell how much was done, and how much of what is documented was seen.
func (h *htmlReport) sums() []htmlSum {
	s := h.run.Summary
	all := []htmlSum{{Number: number(s.RequestsSent), Name: "requests sent"}, {Number: number(s.ChecksExecuted), Name: "checks executed"}}
	codes, seenCodes, answers, seenAnswers := coverageOfAll(h.run)
	if codes > 0 {
		all = append(all, htmlSum{number(seenCodes), number(codes), "documented codes seen"})
	}
	if answers > 0 {
		all = append(all, htmlSum{number(seenAnswers), number(answers), "documented answers seen"})
	}
	return all
}

// coverageOfAll is coverageOf over all APIs.
func coverageOfAll(run *probe.Run) (codes, seenCodes, answers, seenAnswers int) {
	for i := range run.Sheets {
		a, b, c, d := coverageOf(&run.Sheets[i])
		codes, seenCodes, answers, seenAnswers = codes+a, seenCodes+b, answers+c, seenAnswers+d
	}
	return codes, seenCodes, answers, seenAnswers
}

// coverageOf counts what an API documents, and what of it was seen.
func coverageOf(s *probe.SheetResult) (codes, seenCodes, answers, seenAnswers int) {
	for _, c := range s.Coverage.Codes {
		if c.Documented {
			codes++
			if c.Seen {
				seenCodes++
			}
		}
	}
	for _, r := range s.Coverage.Responses {
		answers++
		if r.Seen {
			seenAnswers++
		}
	}
	return codes, seenCodes, answers, seenAnswers
}

func (h *htmlReport) hostView(d *probe.HostDiagnosis) htmlHost {
	cause, _ := probe.CauseByID(d.Diagnosis.Cause)
	return htmlHost{
		Next: orElse(cause.Next, fix(d.Rule)), Host: shown(d.Host), Affected: count(d.Affected, "case"), Rule: shown(d.Rule), RuleHref: "#" + ruleID(d.Rule),
		FoundIn: h.to(d.FoundIn), Diagnosis: diagnosisView(&d.Diagnosis),
	}
}

func diagnosisView(d *probe.Diagnosis) *htmlDiagnosis {
	if d == nil {
		return nil
	}
	v := &htmlDiagnosis{Cause: shown(d.Cause), Means: shown(d.Means), Letter: shownLines(strings.TrimSpace(d.Letter))}
	for _, f := range d.Facts {
		v.Facts = append(v.Facts, probe.Fact{Name: shown(f.Name), Value: shown(f.Value)})
	}
	return v
}

func (h *htmlReport) row(i int) htmlAPIRow {
	s := &h.run.Sheets[i]
	v := htmlAPIRow{
		Link: link{Href: "#" + h.apis[s], Text: h.names[s]}, Badge: badgeOf(s.Verdict), Method: shown(s.Method), Path: shown(s.URL), Counts: caseCounts(s),
		Bar: barOf("cases", func(verdict probe.Verdict) int { return s.Count(verdict) }),
	}
	if n := len(h.causes[s]); n > 0 {
		v.Causes = count(n, "cause")
	}
	codes, seenCodes, answers, seenAnswers := coverageOf(s)
	if codes > 0 {
		v.Codes = fmt.Sprintf("%d of %d", seenCodes, codes)
	}
	if answers > 0 {
		v.Answers = fmt.Sprintf("%d of %d", seenAnswers, answers)
	}
	if t := h.survey.timings[i]; t.Samples > 0 {
		v.P50, v.Max = milliseconds(t.P50), milliseconds(t.Max)
	}
	return v
}

// leftOut says which cases were skipped, and why.
func (h *htmlReport) leftOut() []string {
	var all []string
	for i, g := range skippedGroups(h.run) {
		if i == maxGroups {
			return append(all, "and for "+more(len(skippedGroups(h.run))-i, "reason"))
		}
		all = append(all, count(g.cases(), "case")+": "+inertUpTo(g.folded(), 2*maxValue))
	}
	return all
}

// ranking is a cause over all APIs, with what its rank depends on.
type ranking struct {
	view     htmlCause
	severity source.Severity
	blame    probe.Blame
	broken   int
	cases    int
	apis     int
}

// parties part what is wrong by who has to act, the worst first.
func (h *htmlReport) parties() []htmlParty {
	all := h.acrossAPIs()
	for _, g := range slices.Concat(blockedGroups(h.run), inconclusiveGroups(h.run)) {
		all = append(all, h.inTheWay(g))
	}
	for _, d := range h.run.Diagnostics {
		all = append(all, &ranking{severity: d.Severity, blame: probe.BlameSheet, view: htmlCause{
			Severity: severityClass(string(d.Severity)), Rule: shown(d.Rule), RuleHref: "#" + ruleID(d.Rule), Message: shown(d.Message), Step: shown(d.Hint),
		}})
	}
	slices.SortStableFunc(all, func(a, b *ranking) int {
		return cmp.Or(b.severity.Rank()-a.severity.Rank(), a.broken-b.broken, b.cases-a.cases)
	})
	var parties []htmlParty
	for _, p := range []struct {
		blame        probe.Blame
		name, advice string
	}{
		{probe.BlameEndpoint, "API owner: endpoint", "correct the endpoint, or the document where the endpoint is right"},
		{probe.BlameSheet, "API owner: sheet", "correct the document"},
		{probe.BlameEnvironment, "You: environment", "settle these before the endpoint can be judged"},
	} {
		if party := partyOf(p.name, p.advice, all, p.blame); len(party.Causes) > 0 {
			parties = append(parties, party)
		}
	}
	return parties
}

// maxRows is how many APIs the overview lists at once.
const maxRows = 30

// How many causes of a party the overview shows at once, and at all.
const (
	maxFirst = 10
	maxRest  = 200
)

func partyOf(name, advice string, all []*ranking, blame probe.Blame) htmlParty {
	p := htmlParty{Name: name, Advice: advice}
	n := 0
	for _, r := range all {
		if r.blame != blame {
			continue
		}
		n++
		r.view.N = n
		switch {
		case n <= maxFirst:
			p.Causes = append(p.Causes, r.view)
		case n <= maxFirst+maxRest:
			p.Rest = append(p.Rest, r.view)
		}
	}
	if rest := n - maxFirst - maxRest; rest > 0 {
		p.Unlisted = "and " + more(rest, "cause") + "; they stand at their APIs"
	}
	return p
}

// acrossAPIs are the causes of all APIs, one that several share once.
func (h *htmlReport) acrossAPIs() []*ranking {
	var all []*ranking
	for _, c := range share(h.ranked(), h.causes) {
		r := &ranking{view: h.causeView(0, c.cause), severity: c.lead.Severity, blame: acting(c.lead.Blame), broken: c.broken(), cases: len(c.cases)}
		for _, p := range c.parts {
			r.add(link{"#" + h.apis[p.sheet], h.names[p.sheet], count(len(p.own.cases), "case")})
		}
		all = append(all, r)
	}
	return all
}

// acting is a party that the overview knows: what names none is ours to look at.
func acting(b probe.Blame) probe.Blame {
	if b == probe.BlameEndpoint || b == probe.BlameSheet {
		return b
	}
	return probe.BlameEnvironment
}

func (r *ranking) add(to link) {
	if r.apis++; r.apis <= maxListed {
		r.view.Links = append(r.view.Links, to)
		return
	}
	r.view.More = "and " + more(r.apis-maxListed, "API")
}

// inTheWay is a reason for which cases were not sent, or not judged.
func (h *htmlReport) inTheWay(g *group) *ranking {
	f := &g.finding
	r := &ranking{severity: source.Error, blame: acting(f.Blame), cases: g.cases(), view: htmlCause{
		Severity: "error", Rule: shown(f.Rule), Message: shown(orElse(g.headline, meaning(f.Rule))), Step: shown(orElse(f.Hint, fix(f.Rule))),
	}}
	if f.Rule != "" {
		r.view.RuleHref = "#" + ruleID(f.Rule)
	}
	if g.host != "" && !strings.Contains(g.headline, g.host) {
		r.view.Message += " (" + shown(g.host) + ")"
	}
	for _, m := range g.members {
		r.add(link{"#" + h.apis[m.sheet], h.names[m.sheet], count(len(m.cases), "case")})
	}
	return r
}
