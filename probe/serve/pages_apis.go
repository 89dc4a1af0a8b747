package serve

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// overview is which APIs are asked for, and in which order.
type overview struct {
	text     string // in the name, the method or the URL
	verdict  probe.Verdict
	schedule string
	sort     string
}

// orders are what APIs can be sorted by, and how; each ends with the name.
func orders() map[string]func(a, b *history.Night) int {
	return map[string]func(a, b *history.Night) int{
		"verdict": func(a, b *history.Night) int { return cmp.Or(rankOf(a.Verdict)-rankOf(b.Verdict), b.Errors-a.Errors) },
		"name":    func(_, _ *history.Night) int { return 0 },
		"errors":  func(a, b *history.Night) int { return cmp.Or(b.Errors-a.Errors, b.Warnings-a.Warnings) },
		"latest":  func(a, b *history.Night) int { return b.StartedAt.Compare(a.StartedAt) },
		"slowest": func(a, b *history.Night) int { return cmp.Compare(b.P50, a.P50) },
	}
}

// rankOf is the place of a verdict, the worst first.
func rankOf(v probe.Verdict) int {
	if i := slices.Index(verdicts(), v); i >= 0 {
		return i
	}
	return len(verdicts())
}

// overviewOf reads which APIs a request asks for.
func overviewOf(values url.Values) (o overview, err error) {
	o = overview{text: values.Get("text"), verdict: probe.Verdict(values.Get("verdict")), schedule: values.Get("schedule"), sort: cmp.Or(values.Get("sort"), "verdict")}
	if o.verdict != "" && !slices.Contains(verdicts(), o.verdict) {
		return o, refuse(http.StatusBadRequest, fmt.Sprintf("%q is no verdict", o.verdict), fmt.Sprintf("known are: %q", verdicts()))
	}
	if orders()[o.sort] == nil {
		return o, refuse(http.StatusBadRequest, fmt.Sprintf("APIs are not sorted by %q", o.sort), "use verdict, name, errors, latest or slowest")
	}
	return o, nil
}

// chosen are the APIs that are asked for as their latest runs left them, and how many have which verdict whatever verdict is asked for.
func (s *Server) chosen(ctx context.Context, o overview) ([]history.Night, map[probe.Verdict]int, error) {
	all, err := s.options.Store.Latest(ctx, o.schedule)
	counts := map[probe.Verdict]int{}
	text := strings.ToLower(o.text)
	all = slices.DeleteFunc(all, func(n history.Night) bool {
		if text != "" && !strings.Contains(strings.ToLower(n.Name+"\n"+n.Method+" "+n.URL), text) {
			return true
		}
		counts[n.Verdict]++
		return o.verdict != "" && n.Verdict != o.verdict
	})
	order := orders()[o.sort]
	slices.SortStableFunc(all, func(a, b history.Night) int {
		return cmp.Or(order(&a, &b), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.API, b.API))
	})
	return all, counts, err
}

type apiRow struct {
	Name, Method, URL string
	Verdict           badge
	Errors, Warnings  int
	Strip             template.HTML
	Said, Middle      string // of the strip, for who cannot see it; the middle time of an answer
	Href, RunHref     string
	At                moment
}

type apisBody struct {
	Rows             []apiRow
	Filter           filter
	Columns          []column
	Nights           int
	Prior, Next      string
	From, To, Of     int
	Filtered         bool
	Schedules, Kinds []choice
}

// filter is what the form of a list holds.
type filter struct{ Text, Verdict, Schedule, Sort string }

// choice is one of several in a form.
type choice struct {
	Value, Text string
	Chosen      bool
}

// column is the head of a column by which a list can be sorted.
type column struct {
	Text, Href string
	Here       bool
	Number     bool
}

// apis shows all APIs at a glance, the worst first.
func (p *pages) apis(r *http.Request) (string, page, error) {
	values, err := parameters(r, "page", "text", "verdict", "schedule", "sort")
	if err != nil {
		return "", page{}, err
	}
	o, err := overviewOf(values)
	if err != nil {
		return "", page{}, err
	}
	at, err := strconv.Atoi(cmp.Or(values.Get("page"), "1"))
	if err != nil || at < 1 || at > 1e6 {
		return "", page{}, refuse(http.StatusBadRequest, "there is no such page", "begin with /")
	}
	all, counts, err := p.server.chosen(r.Context(), o)
	if err != nil {
		return "", page{}, err
	}
	from := min((at-1)*apisShown, len(all))
	here := all[from:min(from+apisShown, len(all))]
	rows, err := p.rows(r.Context(), o.schedule, here)
	if err != nil {
		return "", page{}, err
	}
	body := apisBody{
		Rows: rows, Nights: nightsShown, From: from + 1, To: from + len(here), Of: len(all), Filtered: o.text != "" || o.verdict != "" || o.schedule != "",
		Filter: filter{Text: o.text, Verdict: string(o.verdict), Schedule: o.schedule, Sort: o.sort}, Columns: columnsOf(values, o.sort), Schedules: p.scheduleChoices(r.Context(), o.schedule),
	}
	for _, v := range verdicts() {
		body.Kinds = append(body.Kinds, choice{string(v), fmt.Sprintf("%s (%d)", report.VerdictWord(v), counts[v]), v == o.verdict})
	}
	if at > 1 {
		body.Prior = "/?" + with(values, "page", strconv.Itoa(at-1))
	}
	if body.To < len(all) {
		body.Next = "/?" + with(values, "page", strconv.Itoa(at+1))
	}
	return "apis", page{Title: "All APIs", Lead: said(counts), Live: at == 1, Body: body}, nil
}

// with is a query with one value changed.
func with(values url.Values, name, value string) string {
	changed := url.Values{}
	for k, v := range values {
		if v[0] != "" {
			changed[k] = v
		}
	}
	changed.Set(name, value)
	return changed.Encode()
}

func columnsOf(values url.Values, sort string) []column {
	var all []column
	for _, c := range []struct {
		sort, text string
		number     bool
	}{{"name", "API", false}, {"verdict", "Verdict", false}, {"errors", "Errors", true}, {"slowest", "Middle time", true}, {"latest", "Last run", false}} {
		changed := url.Values{}
		for k, v := range values {
			if k != "page" {
				changed[k] = v
			}
		}
		all = append(all, column{c.text, "/?" + with(changed, "sort", c.sort), sort == c.sort, c.number})
	}
	return all
}

func (p *pages) scheduleChoices(ctx context.Context, chosen string) []choice {
	var all []choice
	known := chosen == ""
	for _, s := range p.server.schedules(ctx) {
		known = known || s.Name == chosen
		all = append(all, choice{s.Name, s.Name, s.Name == chosen})
	}
	if !known { // of runs that are kept, and no longer configured
		all = append(all, choice{chosen, report.Shown(chosen), true})
	}
	return all
}

// rows are APIs with their last runs.
func (p *pages) rows(ctx context.Context, schedule string, nights []history.Night) ([]apiRow, error) {
	slugs := make([]string, len(nights))
	for i := range nights {
		slugs[i] = nights[i].API
	}
	strips, err := p.server.options.Store.Strips(ctx, schedule, slugs, nightsShown)
	rows := make([]apiRow, len(nights))
	for i := range nights {
		n := &nights[i]
		rows[i] = apiRow{
			Name: nameOf(n), Method: report.Shown(n.Method), URL: report.Shown(n.URL), Verdict: badgeOf(n.Verdict), Errors: n.Errors, Warnings: n.Warnings,
			Href: apiHref(n.API), RunHref: runHref(n.RunID), At: momentOf(n.StartedAt), Middle: milliseconds(n.P50), Strip: stripOf(strips[n.API]), Said: saidOf(strips[n.API]),
		}
	}
	return rows, err
}

func nameOf(n *history.Night) string { return report.Shown(cmp.Or(n.Name, n.API)) }

func apiHref(slug string) string { return "/apis/" + url.PathEscape(slug) }

// said counts APIs or runs by verdict, the worst first.
func said(counts map[probe.Verdict]int) string {
	var parts []string
	for _, v := range verdicts() {
		if n := counts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", report.VerdictWord(v), n))
		}
	}
	return strings.Join(parts, ", ")
}

func saidOf(strip []history.APIEntry) string {
	counts := map[probe.Verdict]int{}
	for _, e := range strip {
		counts[e.Verdict]++
	}
	return fmt.Sprintf("last %d runs, %s", len(strip), said(counts))
}

// stripOf draws the last runs of an API, the newest on the right. Each leads to its run; who goes by the keyboard finds them on the page of the API.
func stripOf(strip []history.APIEntry) template.HTML {
	var b strings.Builder
	for i, e := range strip {
		v := badgeOf(e.Verdict)
		fmt.Fprintf(&b, `<a href="%s" tabindex="-1"><rect class="%s" x="%d"><title>%s: %s</title></rect></a>`,
			template.HTMLEscapeString(runHref(e.RunID)), v.Class, (nightsShown-1-i)*10+1, momentOf(e.StartedAt).Text, v.Word)
	}
	return template.HTML(b.String()) //nolint:gosec // of our own making; the id of a run is escaped
}
