package serve

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

type compareBody struct {
	Before, Now, BeforeHref, NowHref, Rules string
	BeforeVerdict, NowVerdict               badge
	Sections                                []section
}

// section is what changed in one way.
type section struct {
	Title    string
	Findings []deltaView
	Left     string // what is not shown
}

type deltaView struct {
	Message, Rule, API, Case, Pointer, Observed, Because string
	Severity                                             source.Severity
}

// compare shows what changed from one run to another.
func (p *pages) compare(r *http.Request) (string, page, error) {
	values, err := parameters(r, "before", "now", "severity")
	if err != nil {
		return "", page{}, err
	}
	c, err := p.server.comparison(r.Context(), values)
	if err != nil {
		return "", page{}, err
	}
	body := compareBody{
		Before: report.Shown(c.Before.RunID + ", " + c.Before.StartedAt), Now: report.Shown(c.Now.RunID + ", " + c.Now.StartedAt),
		BeforeHref: runHref(c.Before.RunID), NowHref: runHref(c.Now.RunID), BeforeVerdict: badgeOf(c.Before.Verdict), NowVerdict: badgeOf(c.Now.Verdict),
	}
	if c.RulesChanged {
		body.Rules = report.Shown(fmt.Sprintf("changed from version %s to %s", c.Before.RulesVersion, c.Now.RulesVersion))
	}
	for _, kind := range []struct {
		change history.Change
		title  string
	}{
		{history.New, "New"},
		{history.Surfaced, "There now, not judged before"},
		{history.Gone, "Gone"},
		{history.Unknown, "There before, not judged now"},
		{history.Still, "Still there"},
	} {
		if s := sectionOf(c, kind.change, kind.title); len(s.Findings) > 0 {
			body.Sections = append(body.Sections, s)
		}
	}
	lead := fmt.Sprintf("%d new, %d not judged before, %d gone, %d still there", c.Count(history.New), c.Count(history.Surfaced), c.Count(history.Gone), c.Count(history.Still))
	return "compare", page{Title: "What changed", Lead: lead, Body: body}, nil
}

func sectionOf(c *history.Comparison, change history.Change, title string) section {
	s := section{Title: title}
	for i := range c.Findings {
		d := &c.Findings[i]
		if d.Change != change {
			continue
		}
		if len(s.Findings) == deltasShown {
			s.Left = fmt.Sprintf("%d more are in /api/v1/compare", c.Count(change)-deltasShown)
			break
		}
		v := deltaView{
			Message: report.Shown(cmp.Or(d.Finding.Message, d.Finding.Rule)), Rule: d.Finding.Rule, API: report.Shown(d.API), Case: report.Shown(d.Case),
			Pointer: report.Shown(d.Finding.Pointer), Observed: report.Shown(d.Finding.Observed), Severity: d.Finding.Severity,
		}
		if len(d.Causes) > 0 {
			v.Because = report.Because(d.Causes)
		}
		s.Findings = append(s.Findings, v)
	}
	return s
}

type scheduleRow struct {
	Name, RunsHref, Cron, Zone, LastHref, Problem, Current string
	Next                                                   []moment
	LastAt                                                 moment
	Verdict                                                badge
	Missed                                                 int
}

// schedules shows when each runs next, what came of the last time, and offers to run it now.
func (p *pages) schedules(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	var rows []scheduleRow
	for _, s := range p.server.schedules(r.Context()) {
		row := scheduleRow{
			Name: s.Name, RunsHref: scheduleHref(s.Name), Cron: s.Cron, Zone: cmp.Or(s.Timezone, "UTC"), Verdict: badgeOf(s.Last.Verdict), Missed: s.Missed,
			LastAt: momentOf(s.Last.StartedAt), Problem: report.Shown(s.Last.Problem),
		}
		for _, next := range s.Next {
			row.Next = append(row.Next, momentOf(next))
		}
		if s.Last.RunID != "" {
			row.LastHref = runHref(s.Last.RunID)
		}
		if s.Current != "" {
			row.Current = runHref(s.Current)
		}
		rows = append(rows, row)
	}
	return "schedules", page{Title: "Schedules", Live: true, Body: rows}, nil
}
