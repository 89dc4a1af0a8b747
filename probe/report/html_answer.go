package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// answerPane is what came, with the places marked at which it is not as documented.
func (h *htmlReport) answerPane(x *probe.Exchange, findings []probe.Finding) *pane {
	if x == nil || x.Response == nil {
		return nil
	}
	p := &pane{Title: "What came", Empty: "no body came"}
	var tags []string
	for i := range findings {
		if f := &findings[i]; f.Location == probe.AtHTTPStatus || f.Location == probe.AtHeader || f.Location == probe.AtTiming {
			tags = append(tags, tagOf(i, f))
		}
	}
	lead := composer{limit: h.bodyLines}
	status := statusLine(x)
	if x.Response.MediaType != "" {
		status += ", " + x.Response.MediaType
	}
	if len(tags) > 0 {
		lead.marked(status, "differs", tags...)
	} else {
		lead.line(status)
	}
	p.Lead = lead.end()
	live, _ := spotsOf(findings)
	p.text(h.bodyLines, x.Response.Body, live, nil)
	if x.Response.Truncated {
		p.Note = "the answer was longer than what is kept"
	}
	return p
}

// text fills the pane with a body.
func (p *pane) text(limit int, body string, spots []*spot, by func(string) string) {
	if strings.TrimSpace(body) == "" {
		return
	}
	c := composer{limit: limit}
	c.body(body, spots, by)
	p.Chunks = c.end()
}

// promisePane is what the sheet documents for the case, with the promises marked that were not kept.
func (h *htmlReport) promisePane(s *probe.SheetResult, c *probe.Result) *pane {
	if s.Documented == nil {
		return nil
	}
	r := promisedAnswer(s, c)
	p := &pane{Title: "What the sheet says", Empty: "the sheet shows no body"}
	if r == nil {
		p.Empty = fmt.Sprintf("the sheet documents no answer for this (%s is expected)", orElse(string(c.Expect.Outcome), "any answer"))
		return p
	}
	p.Place = where(s.Document, r.At.Pos)
	p.Lead = []chunk{{Text: shown(answerTitle(r))}}
	_, documented := spotsOf(c.Findings)
	p.text(h.bodyLines, r.Body, documented, pattern)
	return p
}

// answerTitle names a documented answer: "success, HTTP 201, BK01: booked".
func answerTitle(r *probe.DocumentedResponse) string {
	parts := []string{string(r.Kind)}
	if r.HTTPStatus != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", r.HTTPStatus))
	}
	if r.Code != "" {
		parts = append(parts, "code "+r.Code)
	}
	title := strings.Join(parts, ", ")
	if r.Title != "" {
		title += ": " + r.Title
	}
	return title
}

// promisedAnswer is the documented answer to lay beside what came: of those of the expected outcome the one that the case was there to bring about,
// or that the answer was compared with; else the nearest by HTTP status, and the first.
func promisedAnswer(s *probe.SheetResult, c *probe.Result) *probe.DocumentedResponse {
	var best *probe.DocumentedResponse
	most := -1
	for i := range s.Documented.Responses {
		r := &s.Documented.Responses[i]
		if r.Kind != c.Expect.Outcome {
			continue
		}
		if n := nearness(s, c, r); n > most {
			best, most = r, n
		}
	}
	return best
}

func nearness(s *probe.SheetResult, c *probe.Result, r *probe.DocumentedResponse) int {
	n := 0
	for _, e := range c.Expect.Errors {
		if e.Code != "" && e.Code == r.Code || e.Code == "" && e.HTTPStatus != 0 && e.HTTPStatus == r.HTTPStatus {
			n += 8
			break
		}
	}
	for i := range s.Coverage.Responses {
		if seen := &s.Coverage.Responses[i]; seen.At == r.At && seen.Kind == r.Kind && slices.Contains(seen.SeenIn, c.ID) {
			n += 4
			break
		}
	}
	if x := c.Exchange; x != nil && x.Response != nil {
		if r.HTTPStatus != 0 && r.HTTPStatus == x.Response.HTTPStatus {
			n += 2
		}
		if r.Code != "" && strings.Contains(x.Response.Body, r.Code) {
			n++
		}
	}
	return n
}
