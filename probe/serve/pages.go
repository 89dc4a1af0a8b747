package serve

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
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
		"GET /{$}":         {access.Viewer, p.apis},
		"GET /apis/{slug}": {access.Viewer, p.api},
		"GET /runs":        {access.Viewer, p.runs},
		"GET /runs/{id}":   {access.Viewer, p.run},
		"GET /compare":     {access.Viewer, p.compare},
		"GET /schedules":   {access.Viewer, p.schedules},
		"GET /sheets":      {access.Viewer, p.sheets},
		"GET /sheets/{id}": {access.Viewer, p.sheet},
		"GET /workers":     {access.Viewer, p.workers},
		"GET /audit":       {access.Operator, p.audit},
	} {
		t.add(route{pattern: pattern, role: each.role, handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, each.make) }})
	}
	p.routeUploads(t)
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
	return slices.Concat([]byte(style), asset("serve.css"), asset("overview.css"))
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
			if p.server.reachable(r.Context()) != nil {
				status, content.Body = http.StatusServiceUnavailable, "The history cannot be read; ask again later, or see the log of the server."
			}
		}
		content.Title = http.StatusText(status)
	}
	p.write(w, r, name, status, content)
}

// write writes a page by its template.
func (p *pages) write(w http.ResponseWriter, r *http.Request, name string, status int, content page) {
	content.Nav = []navigation{{"/", "APIs", false}, {"/runs", "Runs", false}, {"/schedules", "Schedules", false}, {"/sheets", "Sheets", false}, {"/workers", "Workers", false}}
	if p.server.book != nil {
		content.Nav = slices.Insert(content.Nav, 2, navigation{"/signoff", "Sign-off", false})
	}
	if may(r, access.Operator) && p.server.options.Access.Authority != nil {
		content.Nav = append(content.Nav, navigation{"/audit", "Audit", false})
	}
	for i := range content.Nav {
		content.Nav[i].Here = r.URL.Path == content.Nav[i].Href
	}
	content.Who = visiting(r)
	var out bytes.Buffer
	if err := p.templates.ExecuteTemplate(&out, name, content); err != nil {
		p.server.tellProblem(w, r, err)
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
	apisShown   = 100
	runsShown   = 50
	deltasShown = 200
)

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
