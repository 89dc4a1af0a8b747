package serve

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

// auditShown is how many entries of the audit log a page shows.
const auditShown = 100

type auditBody struct {
	Head  string // to note; "" where nothing is recorded
	Rows  []auditRow
	Older string
}

type auditRow struct {
	Number                                    int64
	At                                        moment
	Who, Means, From, Action, Subject, Result string
}

// audit shows what was done, the latest first.
func (p *pages) audit(r *http.Request) (string, page, error) {
	values, err := parameters(r, "before")
	if err != nil {
		return "", page{}, err
	}
	authority := p.server.options.Access.Authority
	if authority == nil {
		return "", page{}, refuse(http.StatusNotFound, "nothing is recorded here", "see the runs")
	}
	last, err := authority.Last(r.Context(), 1)
	if err != nil {
		return "", page{}, err
	}
	body := auditBody{}
	before := int64(1)
	for _, e := range last {
		before, body.Head = e.Number+1, access.Head{Number: e.Number, Digest: e.Digest}.String()
	}
	if text := values.Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return "", page{}, refuse(http.StatusBadRequest, "before is no number of an entry", "give one as in ?before=100")
		}
		before = min(before, n)
	}
	entries, err := authority.Before(r.Context(), before, auditShown)
	if err != nil {
		return "", page{}, err
	}
	for _, e := range slices.Backward(entries) {
		body.Rows = append(body.Rows, auditRowOf(e))
	}
	if len(entries) > 0 && entries[0].Number > 1 {
		body.Older = "/audit?" + url.Values{"before": {strconv.FormatInt(entries[0].Number, 10)}}.Encode()
	}
	return "audit", page{Title: "Audit log", Lead: "Who did what here. `sheetprobe audit verify` says whether it was changed.", Body: body}, nil
}

func auditRowOf(e access.Entry) auditRow {
	return auditRow{
		Number: e.Number, At: momentOf(e.At.UTC()), Who: report.Shown(e.Who), Means: string(e.Means), From: report.Shown(e.From),
		Action: report.Shown(e.Action), Subject: report.Shown(e.Subject), Result: report.Shown(e.Result),
	}
}
