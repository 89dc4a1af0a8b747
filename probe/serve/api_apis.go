package serve

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// apiView is an API as its latest run left it.
type apiView struct {
	API      string        `json:"api"`
	Name     string        `json:"name"`
	Method   string        `json:"method"`
	URL      string        `json:"url"`
	Verdict  probe.Verdict `json:"verdict"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	P50      float64       `json:"p50_ms"` // 0 where no answer was measured
	Latest   lastSeen      `json:"latest"`
	Strip    []lastSeen    `json:"last_runs"` // the newest first
}

type lastSeen struct {
	RunID     string        `json:"run_id"`
	StartedAt string        `json:"started_at"`
	Verdict   probe.Verdict `json:"verdict"`
}

func lastSeenOf(e history.APIEntry) lastSeen {
	return lastSeen{e.RunID, e.StartedAt.UTC().Format("2006-01-02T15:04:05Z"), e.Verdict}
}

// listAPIs lists APIs as the page does.
func (s *Server) listAPIs(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "text", "verdict", "schedule", "sort", "limit", "offset")
	if err != nil {
		return err
	}
	o, err := overviewOf(values)
	if err != nil {
		return err
	}
	limit, err := bounded(values.Get("limit"), defaultLimit, 1, maxLimit)
	if err != nil {
		return err
	}
	offset, err := bounded(values.Get("offset"), 0, 0, 1e6)
	if err != nil {
		return err
	}
	all, _, err := s.chosen(r.Context(), o)
	if err != nil {
		return err
	}
	total := len(all)
	all = all[min(offset, total):min(offset+limit, total)]
	slugs := make([]string, len(all))
	for i := range all {
		slugs[i] = all[i].API
	}
	strips, err := s.options.Store.Strips(r.Context(), o.schedule, slugs, nightsShown)
	if err != nil {
		return err
	}
	views := make([]apiView, len(all))
	for i := range all {
		n := &all[i]
		latest := lastSeenOf(history.APIEntry{RunID: n.RunID, StartedAt: n.StartedAt, Verdict: n.Verdict})
		views[i] = apiView{API: n.API, Name: n.Name, Method: n.Method, URL: n.URL, Verdict: n.Verdict, Errors: n.Errors, Warnings: n.Warnings, P50: n.P50, Latest: latest, Strip: []lastSeen{}}
		for _, e := range strips[n.API] {
			views[i].Strip = append(views[i].Strip, lastSeenOf(e))
		}
	}
	answer(w, http.StatusOK, map[string]any{"apis": views, "total": total})
	return nil
}

// bounded reads a parameter within bounds; fallback where it is not given.
func bounded(text string, fallback, least, most int) (int, error) {
	n, err := strconv.Atoi(cmp.Or(text, strconv.Itoa(fallback)))
	if err != nil || n < least || n > most {
		return 0, refuse(http.StatusBadRequest, fmt.Sprintf("%q is out of bounds", text), fmt.Sprintf("use %d to %d", least, most))
	}
	return n, nil
}

// showAPI tells of one API what its page does, and of every finding.
func (s *Server) showAPI(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "schedule", "runs")
	if err != nil {
		return err
	}
	runs, err := runsOf(values)
	if err != nil {
		return err
	}
	story, err := s.story(r.Context(), r.PathValue("slug"), values.Get("schedule"), runs)
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, story)
	return nil
}
