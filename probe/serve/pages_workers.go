package serve

import (
	"net/http"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/report"
)

type workersBody struct {
	Rows       []workerRow
	Unserved   []unserved
	Differ     bool
	KeysDiffer bool
}

type workerRow struct {
	Name, Zones, Egress, Version, RulesVersion string
	Slots                                      int
	Since, Seen                                moment
	Alive, Leader                              bool
	Running                                    []link
}

// workers shows the processes that make runs, and what none of them can.
func (p *pages) workers(r *http.Request) (string, page, error) {
	if _, err := parameters(r); err != nil {
		return "", page{}, err
	}
	f, err := p.server.fleet(r.Context())
	if err != nil {
		return "", page{}, err
	}
	body := workersBody{Unserved: f.Unserved, Differ: f.Differ, KeysDiffer: f.KeysDiffer}
	for i := range f.Workers {
		w := &f.Workers[i]
		row := workerRow{
			Name: report.Shown(w.Name), Zones: report.Shown(strings.Join(w.Zones, ", ")), Egress: report.Shown(w.Egress), Version: report.Shown(w.Version), RulesVersion: report.Shown(w.RulesVersion),
			Slots: w.Slots, Since: momentOf(w.Since.UTC()), Seen: momentOf(w.Seen.UTC()), Alive: w.Alive, Leader: w.Leader,
		}
		for _, id := range w.Running {
			row.Running = append(row.Running, link{Text: report.Shown(id), Href: runHref(id)})
		}
		body.Rows = append(body.Rows, row)
	}
	return "workers", page{Title: "Workers", Live: true, Body: body}, nil
}
