package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// How many causes and APIs the page of a run shows; its report holds all.
const (
	causesShown  = 50
	membersShown = 200
)

type runBody struct {
	runRow
	RunID    string
	Ended    moment
	UnderWay *underWay
	Report   string // the address, up to the format
	Formats  []report.Format
	Counts   string
	Prober   string // who sent the requests, and from where
	Unfit    []string
	Parties  []party
	Members  []memberRow
	Left     int
	Signoff  string // the address of its sign-off; "" where nobody signs off
}

// party is who has to act, and on what.
type party struct {
	Title  string
	Causes []causeView
}

type causeView struct {
	Message, Rule, Case, Name, Href, Count string
	Severity                               source.Severity
}

type memberRow struct {
	Name, Href string
	Verdict    badge
}

// run shows one run, how far it is, what it found, who acts, and where its reports are.
func (p *pages) run(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	d, err := p.server.details(r.Context(), r.PathValue("id"))
	if err != nil {
		return "", page{}, err
	}
	before, err := p.server.options.Store.List(r.Context(), history.Query{Schedule: d.Schedule, Before: d.StartedAt, Ended: true, Limit: 10})
	if err != nil {
		return "", page{}, err
	}
	body := runBody{
		runRow: runRowOf(d.Entry, before), RunID: d.RunID, Ended: momentOf(d.FinishedAt), UnderWay: d.UnderWay, Formats: report.Formats,
		Report: "/api/v1" + runHref(d.RunID) + "/report?format=",
	}
	if p.server.book != nil && d.UnderWay == nil {
		body.Signoff = signoffHref(d.RunID)
	}
	if err := p.head(r.Context(), &body); err != nil {
		return "", page{}, err
	}
	if body.Parties, err = p.parties(r.Context(), d.RunID); err != nil {
		return "", page{}, err
	}
	body.members(d.Verdicts)
	return "run", page{Title: "Run of " + momentOf(d.StartedAt).Text, Lead: body.Counts, Live: d.UnderWay != nil, Body: body}, nil
}

// head tells what the run says of itself. One that waits for its turn is not kept yet.
func (p *pages) head(ctx context.Context, b *runBody) error {
	run, err := p.server.options.Store.Head(ctx, b.RunID)
	switch {
	case errors.Is(err, history.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	for _, why := range run.Unfit {
		b.Unfit = append(b.Unfit, report.Shown(why))
	}
	if who := run.Prober; who != nil {
		b.Prober = report.Shown(who.Name)
		if who.Zone != "" {
			b.Prober += ", zone " + report.Shown(who.Zone)
		}
		if from := who.Addresses(); len(from) > 0 {
			b.Prober += ", from " + report.Shown(strings.Join(from, ", "))
		}
	}
	return nil
}

// members are the APIs of the run, the worst first.
func (b *runBody) members(all []apiVerdict) {
	counts := map[probe.Verdict]int{}
	for _, a := range all {
		counts[a.Verdict]++
	}
	b.Counts = said(counts)
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(x, y apiVerdict) int { return rankOf(x.Verdict) - rankOf(y.Verdict) })
	b.Left = max(0, len(all)-membersShown)
	for _, a := range all[:len(all)-b.Left] {
		b.Members = append(b.Members, memberRow{report.Shown(cmp.Or(a.Name, a.API)), apiHref(a.API), badgeOf(a.Verdict)})
	}
}

// parties put what a run found under those who have to act.
func (p *pages) parties(ctx context.Context, runID string) ([]party, error) {
	groups, err := p.server.options.Store.Grouped(ctx, runID, causesShown)
	if err != nil {
		return nil, err
	}
	var all []party
	for _, blame := range []probe.Blame{probe.BlameEndpoint, probe.BlameSheet, probe.BlameEnvironment} {
		who := party{Title: blameWord(blame)}
		for i := range groups {
			g := &groups[i]
			if g.Blame != blame {
				continue
			}
			v := causeView{
				Message: report.Shown(cmp.Or(g.Cause, g.Rule)), Rule: g.Rule, Case: report.Shown(g.Case), Name: report.Shown(cmp.Or(g.Name, g.API)), Href: apiHref(g.API), Severity: g.Severity,
			}
			if g.Findings > 1 {
				v.Count = fmt.Sprintf("%d times, in %d %s", g.Findings, g.APIs, plural(g.APIs, "API"))
			}
			who.Causes = append(who.Causes, v)
		}
		if len(who.Causes) > 0 {
			all = append(all, who)
		}
	}
	return all, nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
