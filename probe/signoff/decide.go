package signoff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// gate judges the lines of one decision.
type gate struct {
	Input
	zone    *time.Location // nil where the policy names none that there is
	waivers *book
	apis    []*api
	ends    []ending // of what the lines that are met or waived rest on
}

// api is one API of the run.
type api struct {
	*probe.SheetResult
	slug    string
	targets []Target
	against []Evidence // that it does not conform
}

// ending is a moment from which on something does not hold any more.
type ending struct {
	at   time.Time
	what string
}

// Decide holds the policy against the evidence. The run is as it was decoded from its canonical encoding: a list that is nil was not recorded.
func Decide(in Input) Decision {
	g := newGate(in)
	d := Decision{DecidedAt: in.At.UTC(), Checklist: g.checklist(), Unread: []Refusal{}}
	for _, line := range []func() Line{
		g.complete, g.documents, g.conform, g.lint, g.coverage, g.nights, g.fresh, g.rules, g.configuration, g.secure, g.hosts, g.tls, g.latency,
	} {
		d.Lines = append(d.Lines, line())
	}
	d.Lines = append(d.Lines, checklistLine(d.Checklist))
	d.Outcome, d.Reason = outcome(d.Lines)
	d.Waivers = g.waivers.uses()
	d.Unread = append(d.Unread, in.Refused.Attestations...)
	d.Unread = append(d.Unread, g.unheard()...)
	if d.Outcome.Releases() {
		d.Until, d.UntilBecause = g.until()
	}
	return d
}

func newGate(in Input) *gate {
	if in.Run == nil {
		in.Run = &probe.Run{}
	}
	g := &gate{Input: in}
	g.zone = zoneOf(in.Policy.TimeZone)
	g.waivers = newBook(in, g.zone)
	for i := range in.Run.Sheets {
		s := &in.Run.Sheets[i]
		a := &api{SheetResult: s, slug: history.SlugOf(s), targets: targetsOf(s)}
		a.against = g.deviations(a)
		g.apis = append(g.apis, a)
	}
	return g
}

// zoneOf is a time zone of the IANA database; nil where there is none of the name.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil
	}
	return zone
}

// outcome is the worst of the lines, and why in one sentence.
func outcome(lines []Line) (Outcome, string) {
	for _, each := range []struct {
		status  Status
		outcome Outcome
		says    string
	}{{Failed, NoGo, "not met"}, {Unknown, CannotJudge, "not shown by evidence"}, {Waived, GoWithWaivers, "met but for what is waived"}} {
		var titles []string
		for _, l := range lines {
			if l.Status == each.status {
				titles = append(titles, strconv.Quote(l.Title))
			}
		}
		if len(titles) > 0 {
			return each.outcome, fmt.Sprintf("%s: %s", each.says, strings.Join(titles, ", "))
		}
	}
	return Go, "every line of the policy is met"
}

// until is the first moment at which something ends that the decision rests on.
func (g *gate) until() (time.Time, string) {
	first := slices.MinFunc(append(g.ends, g.waivers.endings()...), func(a, b ending) int { return a.at.Compare(b.at) })
	return first.at.UTC(), first.what
}

func (g *gate) endsAt(at time.Time, format string, args ...any) {
	g.ends = append(g.ends, ending{at, fmt.Sprintf(format, args...)})
}

// day is the date of a moment in the policy's zone.
func (g *gate) day(at time.Time) string { return at.In(g.zone).Format(time.DateOnly) }

// tally gathers what speaks for a line and against it. A line for which nothing speaks is not met.
type tally struct {
	against []Evidence
	shown   int // pieces of evidence that it holds
}

func (t *tally) ok()            { t.shown++ }
func (t *tally) add(e Evidence) { t.against = append(t.against, e) }

// status is the worst of all pieces.
func (t *tally) status() Status {
	worst := Met
	if t.shown == 0 && len(t.against) == 0 {
		return Unknown
	}
	for _, e := range t.against {
		worst = worse(worst, e.Status)
	}
	return worst
}

// line concludes: good is what is said where all is well.
func (t *tally) line(id, title, good string) Line {
	l := Line{ID: id, Title: title, Status: t.status(), Evidence: t.sorted()}
	l.Reason, l.NextStep = t.reason(l.Status, good)
	return l
}

func (t *tally) sorted() []Evidence {
	sorted := append([]Evidence{}, t.against...)
	slices.SortStableFunc(sorted, func(a, b Evidence) int { return cmp.Compare(b.Status.Rank(), a.Status.Rank()) })
	return sorted
}

func (t *tally) reason(status Status, good string) (reason, next string) {
	if status == Met {
		return good, ""
	}
	var of []Evidence
	for _, e := range t.against {
		if e.Status == status {
			of = append(of, e)
		}
	}
	if len(of) == 0 {
		return "there is no evidence of it", "make a run of the APIs, and decide upon that"
	}
	reason = of[0].where() + of[0].Says
	if len(of) > 1 {
		reason += fmt.Sprintf("; and %d more", len(of)-1)
	}
	return reason, of[0].NextStep
}

// where begins a sentence about a piece of evidence.
func (e *Evidence) where() string {
	if e.API != "" {
		return fmt.Sprintf("%q: ", e.API)
	}
	return ""
}

// finding is a piece of evidence about a finding of an API: waived where a waiver covers it. What is of our own environment tells nothing of the
// API, and cannot be waived.
func (g *gate) finding(a *api, caseID string, f *probe.Finding) Evidence {
	e := Evidence{Status: Failed, API: a.Name, Case: caseID, Rule: f.Rule, Fingerprint: f.Fingerprint, Says: f.Message, NextStep: f.Hint}
	place := g.waivers.cover(subject{fingerprint: f.Fingerprint, rule: f.Rule, blame: f.Blame, slug: a.slug, name: a.Name})
	switch {
	case f.Blame == probe.BlameEnvironment:
		e.Status = Unknown
	case place != "":
		e.Status, e.Waiver, e.NextStep = Waived, place, ""
	}
	return e
}
