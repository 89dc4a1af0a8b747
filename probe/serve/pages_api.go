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

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// How many runs the page of an API tells of, unless somebody asks for another number, and how many findings it shows.
const (
	runsTold    = 90
	mostRuns    = 366
	tracksShown = 60
)

// story is what is known of an API over its last runs, the latest first.
type story struct {
	Nights   []history.Night `json:"nights"`
	Findings []history.Track `json:"findings"` // those that are there now first
	Changes  []change        `json:"changes"`
}

// change is something that became different between two runs beside the endpoint, which may be why the verdict did.
type change struct {
	Kind   string        `json:"kind"`   // promise: the sheet promises something else; document: it is another, and promises the same; rules: ours are others
	Before string        `json:"before"` // the id of the run before
	Now    string        `json:"now"`    // the id of the first run with it
	What   string        `json:"what"`   // in words
	at     history.Night // the first with it
	index  int           // of it among the nights
}

// story tells of an API; history.ErrNotFound where no run that is kept judged it.
func (s *Server) story(ctx context.Context, slug, schedule string, runs int) (*story, error) {
	nights, err := s.options.Store.Nights(ctx, history.Query{API: slug, Schedule: schedule, Limit: runs})
	if err != nil {
		return nil, err
	}
	if len(nights) == 0 {
		return nil, refuse(http.StatusNotFound, "no run that is kept judged such an API", "see /api/v1/apis")
	}
	tracks, err := s.options.Store.Tracks(ctx, history.Query{API: slug, Schedule: schedule, Since: nights[len(nights)-1].StartedAt, Ended: true}, nightsShown)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(tracks, func(a, b history.Track) int {
		switch {
		case a.Present == b.Present:
			return 0
		case a.Present:
			return -1
		}
		return 1
	})
	return &story{Nights: nights, Findings: tracks, Changes: changesOf(nights)}, nil
}

// changesOf looks at each run and the one before, the latest first.
func changesOf(nights []history.Night) []change {
	all := []change{}
	for i := range len(nights) - 1 {
		now, before := &nights[i], &nights[i+1]
		add := func(kind, what string) { all = append(all, change{kind, before.RunID, now.RunID, what, *now, i}) }
		if now.RulesVersion != before.RulesVersion {
			add("rules", fmt.Sprintf("our rules went from version %s to %s", before.RulesVersion, now.RulesVersion))
		}
		switch {
		case now.Digest == before.Digest:
		case now.Promise != "" && now.Promise == before.Promise:
			add("document", "the document changed, and promises the same")
		default:
			add("promise", "the sheet promises something else")
		}
	}
	return all
}

type apiBody struct {
	Slug, Name, Method, URL, Document, Digest string
	Verdict                                   badge
	RunHref                                   string
	At                                        moment
	Errors, Warnings, Cases                   int
	Cells                                     []cell
	Findings                                  []trackView
	Left                                      string
	Times                                     template.HTML
	TimesSaid                                 string
	Few                                       bool // too few answers for the high percentiles
	Rows                                      []timesRow
	Coverage                                  template.HTML
	CoverageSaid                              string
	Codes                                     []codeRow
	Changes                                   []changeView
	Runs                                      []choice // that can be compared
	Before, Now                               string
	Ranges                                    []link
	Schedules                                 []link
	Told                                      int
}

type link struct {
	Text, Href string
	Here       bool
}

// cell is a run of the last ones, as its own link.
type cell struct {
	Href, Class, Said string
	Changed           string // what changed beside the endpoint
}

type trackView struct {
	Message, Rule, Case string
	Severity            source.Severity
	Present, Flapping   bool
	FirstHref, LastHref string
	First, Last, Since  moment
	Seen, Of            int
	Marks               template.HTML
	Said                string
	Blame               string
}

type timesRow struct {
	At                     moment
	Href                   string
	Samples                int
	P50, P90, P99, Slowest string
}

type codeRow struct {
	Code        string
	Documented  bool
	First, Last moment
	Seen, Of    int
	Now         bool
}

type changeView struct {
	At          moment
	What        string
	CompareHref string
}

// api shows one API over its last runs.
func (p *pages) api(r *http.Request) (string, page, error) {
	values, err := parameters(r, "schedule", "runs")
	if err != nil {
		return "", page{}, err
	}
	runs, err := runsOf(values)
	if err != nil {
		return "", page{}, err
	}
	slug := r.PathValue("slug")
	s, err := p.server.story(r.Context(), slug, values.Get("schedule"), runs)
	if err != nil {
		return "", page{}, err
	}
	n := &s.Nights[0]
	body := apiBody{
		Slug: slug, Name: nameOf(n), Method: report.Shown(n.Method), URL: report.Shown(n.URL), Document: report.Shown(n.Document), Digest: n.Digest, Verdict: badgeOf(n.Verdict),
		RunHref: runHref(n.RunID), At: momentOf(n.StartedAt), Errors: n.Errors, Warnings: n.Warnings, Cases: n.Cases, Told: len(s.Nights),
		Cells: cellsOf(s), Ranges: rangesOf(slug, values, runs), Schedules: p.scheduleLinks(r.Context(), slug, values),
	}
	body.findings(s)
	body.times(s)
	body.codes(s)
	body.changes(s)
	return "api", page{Title: body.Name, Live: true, Body: body}, nil
}

func runsOf(values url.Values) (int, error) {
	n, err := strconv.Atoi(cmp.Or(values.Get("runs"), strconv.Itoa(runsTold)))
	if err != nil || n < 1 || n > mostRuns {
		return 0, refuse(http.StatusBadRequest, fmt.Sprintf("%q is no number of runs", values.Get("runs")), fmt.Sprintf("use 1 to %d", mostRuns))
	}
	return n, nil
}

func rangesOf(slug string, values url.Values, runs int) []link {
	var all []link
	for _, n := range []int{nightsShown, runsTold, mostRuns} {
		all = append(all, link{fmt.Sprintf("%d runs", n), apiHref(slug) + "?" + with(values, "runs", strconv.Itoa(n)), n == runs})
	}
	return all
}

// scheduleLinks are offered where there is something to choose.
func (p *pages) scheduleLinks(ctx context.Context, slug string, values url.Values) []link {
	choices := p.scheduleChoices(ctx, values.Get("schedule"))
	if len(choices) < 2 {
		return nil
	}
	all := []link{{"all", apiHref(slug) + "?" + with(values, "schedule", ""), values.Get("schedule") == ""}}
	for _, c := range choices {
		all = append(all, link{c.Text, apiHref(slug) + "?" + with(values, "schedule", c.Value), c.Chosen})
	}
	return all
}

// cellsOf are the last runs, the newest last.
func cellsOf(s *story) []cell {
	changed := map[string]string{}
	for _, c := range s.Changes {
		changed[c.Now] = c.What
	}
	var all []cell
	for i := range slices.Backward(s.Nights[:min(len(s.Nights), nightsShown)]) {
		n := &s.Nights[i]
		v := badgeOf(n.Verdict)
		all = append(all, cell{runHref(n.RunID), v.Class, momentOf(n.StartedAt).Text + ": " + v.Word, changed[n.RunID]})
	}
	return all
}

func (b *apiBody) findings(s *story) {
	shown := s.Findings[:min(len(s.Findings), tracksShown)]
	if left := len(s.Findings) - len(shown); left > 0 {
		b.Left = fmt.Sprintf("%d more are in /api/v1/apis/%s", left, url.PathEscape(b.Slug))
	}
	columns := map[string]int{}
	for i := range s.Nights[:min(len(s.Nights), nightsShown)] {
		columns[s.Nights[i].RunID] = nightsShown - 1 - i
	}
	for i := range shown {
		t := &shown[i]
		v := trackView{
			Message: report.Shown(cmp.Or(t.Message, t.Rule)), Rule: t.Rule, Case: report.Shown(t.Case), Severity: t.Severity, Present: t.Present, Flapping: t.Flapping,
			FirstHref: runHref(t.FirstRun), LastHref: runHref(t.LastRun), First: momentOf(t.FirstSeen), Last: momentOf(t.LastSeen), Since: momentOf(t.Since), Seen: t.Seen, Of: t.Of,
			Marks: marksOf(t.Marks, columns), Blame: blameWord(t.Blame),
		}
		there := 0
		for _, m := range t.Marks {
			if m.Present {
				there++
			}
		}
		v.Said = fmt.Sprintf("there in %d of the %d last runs that judged it", there, len(t.Marks))
		b.Findings = append(b.Findings, v)
	}
}

// blameWord says who has to act.
func blameWord(blame probe.Blame) string {
	switch blame {
	case probe.BlameSheet:
		return "API owner: sheet"
	case probe.BlameEndpoint:
		return "API owner: endpoint"
	case probe.BlameEnvironment:
		return "we: environment"
	}
	return ""
}

func (b *apiBody) changes(s *story) {
	for _, c := range s.Changes {
		b.Changes = append(b.Changes, changeView{momentOf(c.at.StartedAt), c.What, compareHref(c.Before, c.Now)})
	}
	for i := range s.Nights {
		n := &s.Nights[i]
		b.Runs = append(b.Runs, choice{Value: n.RunID, Text: momentOf(n.StartedAt).Text + ", " + badgeOf(n.Verdict).Word})
	}
	b.Now, b.Before = s.Nights[0].RunID, s.Nights[min(1, len(s.Nights)-1)].RunID
}

// codes tell of each code since when it was seen, the documented ones of the latest run first.
func (b *apiBody) codes(s *story) {
	var rows []codeRow
	at := map[string]int{}
	for i := range slices.Backward(s.Nights) {
		n := &s.Nights[i]
		for k := range rows {
			rows[k].Documented, rows[k].Now = false, false
		}
		for _, c := range n.Codes {
			k, known := at[c.Code]
			if !known {
				k = len(rows)
				at[c.Code], rows = k, append(rows, codeRow{Code: report.Shown(c.Code)})
			}
			row := &rows[k]
			row.Of++
			row.Documented, row.Now = c.Documented, c.Seen
			if !c.Seen {
				continue
			}
			row.Seen++
			if row.Last = momentOf(n.StartedAt); row.First.Text == "" {
				row.First = row.Last
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b codeRow) int {
		if a.Documented != b.Documented {
			if a.Documented {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Code, b.Code)
	})
	b.Codes = rows
	b.Coverage, b.CoverageSaid = drawCoverage(s)
}

func (b *apiBody) times(s *story) {
	b.Times, b.TimesSaid = drawTimes(s)
	for i := range s.Nights {
		n := &s.Nights[i]
		if n.Samples == 0 {
			continue
		}
		b.Few = b.Few || n.P99 == 0
		b.Rows = append(b.Rows, timesRow{momentOf(n.StartedAt), runHref(n.RunID), n.Samples, milliseconds(n.P50), milliseconds(n.P90), milliseconds(n.P99), milliseconds(n.Slowest)})
	}
}

// milliseconds writes a time as it is read; what the answers were too few to tell is a dash.
func milliseconds(ms float64) string {
	switch {
	case ms == 0:
		return "-"
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 10_000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
	return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
}
