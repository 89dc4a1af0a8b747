package serve

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

//go:embed html
var pageAssets embed.FS

// pagePolicy admits the style sheet and the script of this server, and nothing from elsewhere.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// page is what every page has.
type page struct {
	Title, Lead string
	Live        bool // to be asked for again when a run begins or ends
	Nav         []navigation
	Who         visitor
	Bare        bool // without what only those see who are let in
	Body        any
}

type navigation struct {
	Href, Text string
	Here       bool
}

// pages writes pages.
type pages struct {
	server    *Server
	templates *template.Template
	style     []byte
	script    []byte
}

// shown makes a page of a request: the name of its template, and what goes into it.
type shown struct {
	role access.Role
	make func(*http.Request) (string, page, error)
}

func (s *Server) routePages(t *router) {
	t.pages = &pages{server: s, templates: template.Must(template.ParseFS(pageAssets, "html/*.tmpl")), style: styleSheet(), script: asset("serve.js")}
	p := t.pages
	for pattern, each := range map[string]shown{
		"GET /{$}":       {access.Viewer, p.apis},
		"GET /runs":      {access.Viewer, p.runs},
		"GET /runs/{id}": {access.Viewer, p.run},
		"GET /compare":   {access.Viewer, p.compare},
		"GET /schedules": {access.Viewer, p.schedules},
	} {
		t.add(route{pattern: pattern, role: each.role, handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, each.make) }})
	}
	t.add(route{pattern: "GET /assets/style.css", role: access.Anyone, handle: func(w http.ResponseWriter, _ *http.Request) {
		serveAsset(w, "text/css; charset=utf-8", p.style)
	}})
	t.add(route{pattern: "GET /assets/serve.js", role: access.Anyone, handle: func(w http.ResponseWriter, _ *http.Request) {
		serveAsset(w, "text/javascript; charset=utf-8", p.script)
	}})
}

// asset is a file of ours, which is embedded.
func asset(name string) []byte {
	data, err := pageAssets.ReadFile("html/" + name)
	if err != nil {
		panic(err)
	}
	return data
}

func styleSheet() []byte {
	style, err := report.Style()
	if err != nil {
		panic(err)
	}
	return append([]byte(style), asset("serve.css")...)
}

func serveAsset(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data)
}

// show writes a page, or one that says why it cannot be shown.
func (p *pages) show(w http.ResponseWriter, r *http.Request, make func(*http.Request) (string, page, error)) {
	name, content, err := make(r)
	status := http.StatusOK
	if err != nil {
		name, content, status = "problem", page{}, http.StatusInternalServerError
		var wrong *wrong
		switch {
		case errors.As(err, &wrong):
			status, content.Body = wrong.Status, wrong.Detail
		case errors.Is(err, history.ErrNotFound):
			status, content.Body = http.StatusNotFound, "No such run is kept."
		default:
			p.server.options.Say("a page could not be shown: %v", err)
			content.Body = "The page cannot be shown; see the log of the server."
		}
		content.Title = http.StatusText(status)
	}
	p.write(w, r, name, status, content)
}

// write writes a page by its template.
func (p *pages) write(w http.ResponseWriter, r *http.Request, name string, status int, content page) {
	for _, n := range []navigation{{"/", "APIs", false}, {"/runs", "Runs", false}, {"/schedules", "Schedules", false}} {
		n.Here = r.URL.Path == n.Href
		content.Nav = append(content.Nav, n)
	}
	content.Who = visiting(r)
	var out bytes.Buffer
	if err := p.templates.ExecuteTemplate(&out, name, content); err != nil {
		p.server.tellProblem(w, err)
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w)
}

// badge is a verdict as it is shown.
type badge struct{ Class, Word string }

func badgeOf(v probe.Verdict) badge {
	if !slices.Contains(verdicts(), v) {
		return badge{}
	}
	return badge{string(v), report.VerdictWord(v)}
}

// moment is a time as it is shown, in UTC unless it has a zone of its own.
type moment struct{ Machine, Text string }

func momentOf(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	return moment{t.UTC().Format(time.RFC3339), t.Format("2006-01-02 15:04 MST")}
}

func runHref(id string) string { return "/runs/" + url.PathEscape(id) }

func compareHref(before, now string) string {
	return "/compare?" + url.Values{"before": {before}, "now": {now}}.Encode()
}

// The sizes of pages.
const (
	nightsShown = 30
	apisShown   = 200
	runsShown   = 50
	deltasShown = 200
)

type apiRow struct {
	Name    string
	Verdict badge
	Nights  []night
	Said    string // of the strip, for who cannot see it
	Href    string
	At      moment
	rank    int
}

type night struct {
	Class string
	X     int
}

type apisBody struct {
	Rows   []apiRow
	Nights int
	Next   string
}

// apis shows all APIs at a glance, the worst first.
func (p *pages) apis(r *http.Request) (string, page, error) {
	values, err := parameters(r, "page")
	if err != nil {
		return "", page{}, err
	}
	at, err := strconv.Atoi(cmp.Or(values.Get("page"), "1"))
	if err != nil || at < 1 || at > 1e6 {
		return "", page{}, refuse(http.StatusBadRequest, "there is no such page", "begin with /")
	}
	nights, order, err := p.nights(r.Context())
	if err != nil {
		return "", page{}, err
	}
	rows := make([]apiRow, 0, len(order))
	counts := map[string]int{}
	for _, slug := range order {
		row := rowOf(nights[slug])
		counts[row.Verdict.Word]++
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b apiRow) int { return cmp.Or(a.rank-b.rank, cmp.Compare(a.Name, b.Name)) })
	body := apisBody{Nights: nightsShown}
	if from := (at - 1) * apisShown; from < len(rows) {
		body.Rows = rows[from:min(from+apisShown, len(rows))]
	}
	if at*apisShown < len(rows) {
		body.Next = fmt.Sprintf("/?page=%d", at+1)
	}
	return "apis", page{Title: "All APIs", Lead: said(counts), Live: true, Body: body}, nil
}

// said counts APIs by verdict, the worst first.
func said(counts map[string]int) string {
	var parts []string
	for _, v := range verdicts() {
		if n := counts[report.VerdictWord(v)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", report.VerdictWord(v), n))
		}
	}
	return strings.Join(parts, ", ")
}

// nights are the last runs of every API, the newest first, from the last runs of each schedule and of all.
func (p *pages) nights(ctx context.Context) (map[string][]history.APIEntry, []string, error) {
	queries := []history.Query{{Limit: nightsShown}}
	for _, s := range p.server.schedules(ctx) {
		queries = append(queries, history.Query{Schedule: s.Name, Limit: nightsShown})
	}
	byAPI, order := map[string][]history.APIEntry{}, []string{}
	known := map[[2]string]bool{}
	for _, q := range queries {
		q.Ended = true
		entries, err := p.server.options.Store.APIs(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range entries {
			if key := [2]string{e.RunID, e.API}; !known[key] {
				known[key] = true
				if byAPI[e.API] == nil {
					order = append(order, e.API)
				}
				byAPI[e.API] = append(byAPI[e.API], e)
			}
		}
	}
	for _, entries := range byAPI {
		slices.SortStableFunc(entries, func(a, b history.APIEntry) int { return b.StartedAt.Compare(a.StartedAt) })
	}
	return byAPI, order, nil
}

func rowOf(entries []history.APIEntry) apiRow {
	latest := entries[0]
	row := apiRow{Name: report.Shown(cmp.Or(latest.Name, latest.API)), Verdict: badgeOf(latest.Verdict), Href: runHref(latest.RunID), At: momentOf(latest.StartedAt)}
	if row.rank = slices.Index(verdicts(), latest.Verdict); row.rank < 0 {
		row.rank = len(verdicts())
	}
	counts := map[string]int{}
	for i, e := range entries[:min(len(entries), nightsShown)] {
		row.Nights = append(row.Nights, night{Class: badgeOf(e.Verdict).Class, X: (nightsShown-1-i)*10 + 1})
		counts[badgeOf(e.Verdict).Word]++
	}
	row.Said = fmt.Sprintf("last %d runs, %s", len(row.Nights), said(counts))
	return row
}

type runRow struct {
	Href, Schedule, ScheduleHref string
	At                           moment
	Verdict                      badge
	APIs, Cases, Findings        int
	State                        history.State
	Compare                      string // with the run before of the same schedule
}

type runsBody struct {
	Rows  []runRow
	Older string
}

// runs lists runs, the latest first.
func (p *pages) runs(r *http.Request) (string, page, error) {
	q, err := runQuery(r)
	if err != nil {
		return "", page{}, err
	}
	q.Limit = runsShown + 1
	entries, err := p.server.options.Store.List(r.Context(), q)
	if err != nil {
		return "", page{}, err
	}
	body := runsBody{}
	for i, e := range entries[:min(len(entries), runsShown)] {
		body.Rows = append(body.Rows, runRowOf(e, entries[i+1:]))
	}
	if len(entries) > runsShown {
		values := r.URL.Query()
		values.Set("before", entries[runsShown-1].StartedAt.Format(time.RFC3339Nano))
		body.Older = "/runs?" + values.Encode()
	}
	title := "Runs"
	if q.Schedule != "" {
		title = "Runs of " + report.Shown(q.Schedule)
	}
	return "runs", page{Title: title, Live: q.Before.IsZero(), Body: body}, nil
}

func runRowOf(e history.Entry, older []history.Entry) runRow {
	row := runRow{
		Href: runHref(e.RunID), Schedule: e.Schedule, ScheduleHref: scheduleHref(e.Schedule), At: momentOf(e.StartedAt), Verdict: badgeOf(e.Verdict),
		APIs: e.APIs, Cases: e.Cases, Findings: e.Findings, State: e.State,
	}
	if e.State != history.Running {
		if i := slices.IndexFunc(older, func(o history.Entry) bool { return o.Schedule == e.Schedule && o.State == history.Finished }); i >= 0 {
			row.Compare = compareHref(older[i].RunID, e.RunID)
		}
	}
	return row
}

func scheduleHref(name string) string { return "/runs?" + url.Values{"schedule": {name}}.Encode() }

type runBody struct {
	runRow
	RunID    string
	Ended    moment
	UnderWay *underWay
	Report   string // the address, up to the format
	Formats  []report.Format
	APIs     []apiRow
}

// run shows one run, how far it is, and where its reports are.
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
	for _, a := range d.Verdicts {
		body.APIs = append(body.APIs, apiRow{Name: report.Shown(cmp.Or(a.Name, a.API)), Verdict: badgeOf(a.Verdict)})
	}
	return "run", page{Title: "Run of " + momentOf(d.StartedAt).Text, Live: d.UnderWay != nil, Body: body}, nil
}
