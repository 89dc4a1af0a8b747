package serve

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// openAPI describes the REST API; a test holds it against what is answered.
//
//go:embed openapi.json
var openAPI []byte

// The limits of a list.
const (
	defaultLimit = 50
	maxLimit     = 500
)

// asked handles a request; an error becomes a problem.
type asked func(w http.ResponseWriter, r *http.Request) error

// operation is what the REST API can do, and who may have it done.
type operation struct {
	role   access.Role
	handle asked
}

func (s *Server) routeAPI(t *router) {
	for pattern, o := range s.operations() {
		body := int64(0)
		if pattern == uploadPattern {
			body = s.uploadLimit()
		}
		t.add(route{pattern: pattern, role: o.role, body: body, passive: pattern == eventsPattern, handle: func(w http.ResponseWriter, r *http.Request) {
			if err := o.handle(w, r); err != nil {
				s.tellProblem(w, r, err)
			}
		}})
	}
	t.add(route{pattern: "/api/", role: access.Viewer, handle: func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusNotFound, "the API has nothing under this path and method", "see /api/v1/openapi.json")
	}})
}

// eventsPattern is what pages ask for that somebody left open.
const eventsPattern = "GET /api/v1/events"

// uploadPattern is what takes a large body.
const uploadPattern = "POST /api/v1/sheets"

// operations are all that the REST API can do, by method and path.
func (s *Server) operations() map[string]operation {
	all := map[string]operation{
		"GET /api/v1/me":                    {access.Viewer, s.me},
		"GET /api/v1/openapi.json":          {access.Viewer, s.describe},
		"GET /api/v1/apis":                  {access.Viewer, s.listAPIs},
		"GET /api/v1/apis/{slug}":           {access.Viewer, s.showAPI},
		"GET /api/v1/sheets":                {access.Viewer, s.listSheets},
		uploadPattern:                       {access.Operator, s.uploadSheet},
		"GET /api/v1/sheets/{id}":           {access.Viewer, s.showSheet},
		"DELETE /api/v1/sheets/{id}":        {access.Operator, s.deleteSheet},
		"POST /api/v1/sheets/{id}/run":      {access.Operator, s.runSheet},
		"GET /api/v1/runs":                  {access.Viewer, s.listRuns},
		"GET /api/v1/runs/{id}":             {access.Viewer, s.showRun},
		"GET /api/v1/runs/{id}/report":      {access.Viewer, s.report},
		"GET /api/v1/compare":               {access.Viewer, s.compare},
		"GET /api/v1/schedules":             {access.Viewer, s.listSchedules},
		"POST /api/v1/schedules/{name}/run": {access.Operator, s.runSchedule},
		"POST /api/v1/runs/{id}/cancel":     {access.Operator, s.cancelRun},
		"GET /api/v1/workers":               {access.Viewer, s.listWorkers},
		eventsPattern:                       {access.Viewer, s.follow},
	}
	maps.Copy(all, s.deskOperations())
	return all
}

// wrong is a request that cannot be answered, and what is to be done about it.
type wrong struct{ problemDetails }

func (w *wrong) Error() string { return w.Detail }

func refuse(status int, what, next string) error {
	return &wrong{problemDetails{Status: status, Detail: what + "; " + next}}
}

func (s *Server) tellProblem(w http.ResponseWriter, r *http.Request, err error) {
	var asked *wrong
	switch {
	case errors.As(err, &asked):
		writeProblem(w, asked.problemDetails)
	case errors.Is(err, history.ErrNotFound):
		problem(w, http.StatusNotFound, "no such run is kept", "see /api/v1/runs")
	case errors.Is(err, context.Canceled): // who asked is gone
	default:
		s.options.Say("a request could not be answered: %v", err)
		if s.reachable(r.Context()) != nil {
			problem(w, http.StatusServiceUnavailable, historyAway, "ask again later, or see the log of the server")
			return
		}
		problem(w, http.StatusInternalServerError, "the request could not be answered", "see the log of the server")
	}
}

// parameters are those of a query, each once, and none that is unknown: what has no effect is not taken in silence.
func parameters(r *http.Request, known ...string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the query cannot be read", "write it as ?name=value")
	}
	for name, all := range values {
		if !slices.Contains(known, name) {
			return nil, refuse(http.StatusBadRequest, fmt.Sprintf("no parameter is named %q", name), fmt.Sprintf("known are: %q", known))
		}
		if len(all) > 1 {
			return nil, refuse(http.StatusBadRequest, fmt.Sprintf("the parameter %q stands twice", name), "give it once")
		}
	}
	return values, nil
}

func (s *Server) describe(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI)
	return nil
}

func (s *Server) listRuns(w http.ResponseWriter, r *http.Request) error {
	q, err := runQuery(r)
	if err != nil {
		return err
	}
	entries, err := s.options.Store.List(r.Context(), q)
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, struct {
		Runs     []history.Entry `json:"runs"`
		UnderWay []underWay      `json:"under_way"`
	}{orNone(entries), s.allUnderWay(r.Context())})
	return nil
}

// orNone makes JSON of it that is a list, also where it is empty.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func runQuery(r *http.Request) (q history.Query, err error) {
	values, err := parameters(r, "schedule", "api", "since", "before", "limit")
	if err != nil {
		return q, err
	}
	q = history.Query{Schedule: values.Get("schedule"), API: values.Get("api"), Limit: defaultLimit}
	if limit := values.Get("limit"); limit != "" {
		if q.Limit, err = strconv.Atoi(limit); err != nil || q.Limit < 1 || q.Limit > maxLimit {
			return q, refuse(http.StatusBadRequest, fmt.Sprintf("the limit %q cannot be used", limit), fmt.Sprintf("give a number from 1 to %d", maxLimit))
		}
	}
	for name, into := range map[string]*time.Time{"since": &q.Since, "before": &q.Before} {
		if text := values.Get(name); text != "" {
			if *into, err = time.Parse(time.RFC3339, text); err != nil {
				return q, refuse(http.StatusBadRequest, fmt.Sprintf("%q of %s is no time", text, name), "write it as 2026-03-01T02:30:00Z")
			}
		}
	}
	return q, nil
}

// runDetails is one run as the API shows it.
type runDetails struct {
	history.Entry
	Verdicts []apiVerdict `json:"verdicts"`
	UnderWay *underWay    `json:"under_way,omitempty"`
}

type apiVerdict struct {
	API     string        `json:"api"` // what the ids of its cases begin with
	Name    string        `json:"name"`
	Verdict probe.Verdict `json:"verdict"` // "" while the run is being made
}

func (s *Server) showRun(w http.ResponseWriter, r *http.Request) error {
	if _, err := parameters(r); err != nil {
		return err
	}
	details, err := s.details(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, details)
	return nil
}

// details finds a run, also one that still waits for its turn.
func (s *Server) details(ctx context.Context, runID string) (*runDetails, error) {
	d := &runDetails{Verdicts: []apiVerdict{}}
	var err error
	if d.Entry, d.UnderWay, err = s.find(ctx, runID); err != nil {
		return nil, err
	}
	apis, err := s.options.Store.APIs(ctx, history.Query{RunID: runID})
	for _, a := range apis {
		d.Verdicts = append(d.Verdicts, apiVerdict{a.API, a.Name, a.Verdict})
	}
	return d, err
}

// find finds a run, and how it is under way, where it is not over. One whose end is kept is over, although people are still told of it.
func (s *Server) find(ctx context.Context, runID string) (history.Entry, *underWay, error) {
	under, waits := s.underWay(ctx, runID)
	entries, err := s.options.Store.List(ctx, history.Query{RunID: runID, Limit: 1})
	switch {
	case err != nil:
		return history.Entry{}, nil, err
	case len(entries) > 0 && (!waits || entries[0].State == history.Finished):
		return entries[0], nil, nil
	case len(entries) > 0:
		return entries[0], &under, nil
	case waits:
		return history.Entry{RunID: runID, Schedule: under.Schedule, State: history.State(under.State), StartedAt: under.Since}, &under, nil
	}
	return history.Entry{}, nil, history.ErrNotFound
}

// mediaTypes are those of the formats of reports.
func mediaTypes() map[string]string {
	const text, json, xml = "text/plain; charset=utf-8", "application/json", "application/xml"
	return map[string]string{
		"text": text, "json": json, "letter": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8", "junit": xml, "ctrf": json,
		"markdown": "text/markdown; charset=utf-8", "sarif": "application/sarif+json", "har": json, "prometheus": text, "bundle": "application/zip",
	}
}

func (s *Server) report(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "format")
	if err != nil {
		return err
	}
	name := values.Get("format")
	if name == "" {
		name = "json"
	}
	at := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == name })
	if at < 0 {
		var names []string
		for _, f := range report.Formats {
			names = append(names, f.Name)
		}
		return refuse(http.StatusBadRequest, fmt.Sprintf("no format is named %q", name), fmt.Sprintf("known are: %q", names))
	}
	run, err := s.ended(r.Context(), r.PathValue("id"), s.options.Store.Load)
	if err != nil {
		return err
	}
	return s.writeReport(w, r, report.Formats[at], run)
}

// ended loads a run that is over.
func (s *Server) ended(ctx context.Context, runID string, load func(context.Context, string) (*probe.Run, error)) (*probe.Run, error) {
	_, under, err := s.find(ctx, runID)
	if err != nil {
		return nil, err
	}
	if under != nil {
		return nil, refuse(http.StatusConflict, "the run is not over", "ask again later")
	}
	return load(ctx, runID)
}

// writeReport writes a few reports at a time: one of a large run takes its memory.
func (s *Server) writeReport(w http.ResponseWriter, r *http.Request, format report.Format, run *probe.Run) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	var out bytes.Buffer
	if err := format.Write(&out, run, report.Options{}); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", mediaTypes()[format.Name])
	if format.Name == "html" { // whose own policy admits its one style sheet and its one script by their digests
		h.Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	}
	if format.Binary {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": format.File}))
	}
	_, _ = out.WriteTo(w)
	return nil
}

func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	values, err := parameters(r, "before", "now", "severity")
	if err != nil {
		return err
	}
	comparison, err := s.comparison(r.Context(), values)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return report.CompareJSON(w, comparison)
}

func (s *Server) comparison(ctx context.Context, values url.Values) (*history.Comparison, error) {
	least := source.Severity(values.Get("severity"))
	if least != "" && least.Rank() == 0 {
		return nil, refuse(http.StatusBadRequest, fmt.Sprintf("%q is no severity", least), "use error, warning or info")
	}
	names := [2]string{"before", "now"}
	for _, name := range names {
		if values.Get(name) == "" {
			return nil, refuse(http.StatusBadRequest, fmt.Sprintf("the parameter %q is missing", name), "name two runs, as in ?before=ID&now=ID")
		}
	}
	var runs [2]*probe.Run
	var failed [2]error
	var reading sync.WaitGroup
	for i, name := range names {
		reading.Go(func() { runs[i], failed[i] = s.ended(ctx, values.Get(name), s.options.Store.Outline) })
	}
	reading.Wait()
	if err := cmp.Or(failed[0], failed[1]); err != nil {
		return nil, err
	}
	return history.Compare(runs[0], runs[1], least), nil
}
