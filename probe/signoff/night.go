package signoff

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Night is what was recorded on one night, of runs other than the one that is decided upon.
type Night struct {
	Date string     `json:"date"` // as 2026-01-31, in the policy's time zone
	Runs []NightRun `json:"runs"`
}

// NightRun is one run of a night, as far as a later one goes by it; see [NightOf].
type NightRun struct {
	RunID string     `json:"run_id"`
	Unfit string     `json:"unfit,omitempty"` // why it does not show that a night was clean; "" where it may
	APIs  []NightAPI `json:"apis"`
}

// NightAPI is one API of a night's run.
type NightAPI struct {
	API      string         `json:"api"` // the slug
	Verdict  probe.Verdict  `json:"verdict"`
	Lacks    string         `json:"lacks,omitempty"` // why it does not show that the night was clean: cases that were left out; "" where it may
	Findings []NightFinding `json:"findings"`        // above a remark
}

// NightFinding is a finding of a night's run.
type NightFinding struct {
	Case        string          `json:"case,omitempty"` // "" of the API as a whole
	Rule        string          `json:"rule"`
	Severity    source.Severity `json:"severity"`
	Blame       probe.Blame     `json:"blame"`
	Fingerprint string          `json:"fingerprint"`
}

// NightOf is an earlier run, as far as it tells of the APIs of a later one: what is of another promise, or of another host, is left out.
func NightOf(earlier, later *probe.Run) NightRun {
	n := NightRun{RunID: earlier.RunID, APIs: []NightAPI{}}
	switch {
	case earlier.Interrupted:
		n.Unfit = "it was interrupted"
	case earlier.Insecure || len(earlier.Unfit) > 0:
		n.Unfit = "certificates were not verified"
	case earlier.Choices == nil:
		n.Unfit = "it is not recorded how it was judged"
	case later.Choices != nil && len(familiesBeyond(later.Choices.Families, earlier.Choices)) > 0:
		n.Unfit = "fewer kinds of requests were asked for"
	}
	for i := range later.Sheets {
		now := &later.Sheets[i]
		same := func(s probe.SheetResult) bool { return history.SlugOf(&s) == history.SlugOf(now) }
		if k := slices.IndexFunc(earlier.Sheets, same); k >= 0 && comparable(&earlier.Sheets[k], now) {
			of := nightAPI(&earlier.Sheets[k])
			if !reflect.DeepEqual(loosening(&earlier.Sheets[k]), loosening(now)) {
				of.Lacks = "the configuration let other things pass than it does now"
			}
			n.APIs = append(n.APIs, of)
		}
	}
	return n
}

// comparable says that two results are of the same promise, made of the same hosts.
func comparable(a, b *probe.SheetResult) bool {
	if !history.SamePromise(a, b) {
		return false
	}
	hosts := func(s *probe.SheetResult) []string {
		var all []string
		for _, t := range targetsOf(s) {
			all = append(all, t.Scheme+"://"+t.Host)
		}
		slices.Sort(all)
		return all
	}
	of, and := hosts(a), hosts(b)
	return len(of) == 0 || len(and) == 0 || slices.Equal(of, and)
}

// lacksAnswers is what a night's run lacks where the staging environment, or the way to it, was not there.
const lacksAnswers = "cases could not be judged"

func nightAPI(s *probe.SheetResult) NightAPI {
	n := NightAPI{API: history.SlugOf(s), Verdict: s.Verdict, Findings: []NightFinding{}}
	keep := func(caseID string, findings []probe.Finding) {
		for _, f := range findings {
			if own := f.OwnSeverity(); own != source.Info {
				n.Findings = append(n.Findings, NightFinding{caseID, f.Rule, own, f.Blame, f.Fingerprint})
			}
		}
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		keep(c.ID, c.Findings)
		switch {
		case c.Verdict == probe.Skipped && !c.ByDesign:
			n.Lacks = "cases were left out"
		case c.Verdict == probe.Inconclusive || c.Verdict == probe.Blocked:
			n.Lacks = lacksAnswers
		}
	}
	keep("", s.Findings)
	if workingCase(s) == "" {
		n.Lacks = "no answer shows that the documented request worked"
	}
	return n
}

// nights demands a row of clean nights, the night of the run being the last. A night without a run is not clean.
func (g *gate) nights() Line {
	n := g.Policy.CleanNights
	if n <= 0 {
		return off("nights", "nights in a row were clean")
	}
	var t tally
	dates := g.dates(n)
	if dates == nil {
		t.add(Evidence{Status: Unknown, Says: "it cannot be told which nights count", NextStep: "correct time_zone and nights_on of the policy, or make a run that says when it was made"})
	}
	for _, a := range g.apis {
		for i, date := range dates {
			g.night(&t, a, date, i == 0)
		}
	}
	title := "the night was clean"
	if n > 1 {
		title = fmt.Sprintf("%d nights in a row were clean", n)
	}
	if len(dates) == 0 {
		return t.line("nights", title, "")
	}
	return t.line("nights", title, fmt.Sprintf("clean from %s to %s", dates[len(dates)-1], dates[0]))
}

// dates are the nights that have to be clean, the latest first; nil where they cannot be told.
func (g *gate) dates(n int) []string {
	if g.zone == nil || g.Run.StartedAt.IsZero() {
		return nil
	}
	day := g.Run.StartedAt.In(g.zone)
	dates := []string{day.Format(time.DateOnly)}
	for back := 1; len(dates) < n && back <= 7*n+7; back++ {
		d := time.Date(day.Year(), day.Month(), day.Day()-back, 12, 0, 0, 0, g.zone)
		if g.counts(d.Weekday()) {
			dates = append(dates, d.Format(time.DateOnly))
		}
	}
	if len(dates) < n {
		return nil
	}
	return dates
}

func (g *gate) counts(day time.Weekday) bool {
	if len(g.Policy.NightsOn) == 0 {
		return true
	}
	return slices.Contains(g.Policy.NightsOn, strings.ToLower(day.String()[:3]))
}

// DatesWanted are the nights before that of the run of which a decision wants to know, the latest first, and the night of the run before them.
func DatesWanted(p Policy, run *probe.Run) []string {
	g := &gate{Input: Input{Policy: p, Run: run}, zone: zoneOf(p.TimeZone)}
	if p.CleanNights <= 0 {
		return nil
	}
	return g.dates(p.CleanNights)
}

// night demands that an API was clean on a night: at least one run shows it as a whole, and none shows otherwise.
func (g *gate) night(t *tally, a *api, date string, isLast bool) {
	if isLast && (len(a.against) > 0 || workingCase(a.SheetResult) == "") {
		g.lastNight(t, a, date)
		return
	}
	shown, worst, lacks := isLast, Met, "no run judged it as it is now"
	for _, run := range g.runsOf(date) {
		for _, at := range run.APIs {
			if at.API != a.slug {
				continue
			}
			worst = worse(worst, g.nightRun(t, a, date, run.RunID, at))
			if why := cmp.Or(run.Unfit, at.Lacks); why != "" {
				lacks = fmt.Sprintf("the run %s does not show it: %s", run.RunID, why)
			} else {
				shown = true
			}
		}
	}
	switch {
	case shown && worst == Met:
		t.ok()
	case !shown && worst != Failed:
		t.add(Evidence{
			Status: Unknown, API: a.Name, Night: date, Says: fmt.Sprintf("the night of %s: %s", date, lacks),
			NextStep: "have a run made every night, and decide when there are as many",
		})
	}
}

func (g *gate) runsOf(date string) []NightRun {
	var all []NightRun
	for _, night := range g.Nights {
		if night.Date == date {
			all = append(all, night.Runs...)
		}
	}
	return all
}

// lastNight is about the run itself, of which the other lines tell the details.
func (g *gate) lastNight(t *tally, a *api, date string) {
	worst := Unknown
	e := Evidence{API: a.Name, Night: date, Run: g.Run.RunID, Says: fmt.Sprintf("the night of %s: the run itself is not clean", date), NextStep: "see what speaks against its conforming"}
	if len(a.against) > 0 {
		worst = Waived
	}
	for _, each := range a.against {
		worst = worse(worst, each.Status)
		e.Waiver = cmp.Or(e.Waiver, each.Waiver)
	}
	if e.Status = worst; worst == Waived {
		e.Says, e.NextStep = fmt.Sprintf("the night of %s: clean but for what is waived", date), ""
	}
	t.add(e)
}

// nightRun adds what a run of a night says against an API, and returns the worst of it. What was of our own environment says nothing of the API.
func (g *gate) nightRun(t *tally, a *api, date, runID string, at NightAPI) Status {
	worst, says := Met, fmt.Sprintf("the night of %s was not clean", date)
	const next = "wait until as many nights are clean"
	ours := false
	for _, f := range at.Findings {
		if f.Severity.Rank() < g.leastSeverity() || isCoverage(f.Rule) {
			continue
		}
		if f.Blame == probe.BlameEnvironment {
			ours = true
			continue
		}
		e := g.finding(a, f.Case, &probe.Finding{Rule: f.Rule, Blame: f.Blame, Fingerprint: f.Fingerprint, Message: says + ": " + f.Rule, Hint: next})
		e.Night, e.Run = date, runID
		t.add(e)
		worst = worse(worst, e.Status)
	}
	if worst == Met && at.Verdict == probe.Deviates {
		worst = Failed
		if ours {
			worst, says = Unknown, fmt.Sprintf("the night of %s: something of ours kept the API from being judged", date)
		}
		t.add(Evidence{Status: worst, API: a.Name, Night: date, Run: runID, Says: says, NextStep: next})
	}
	return worst
}
