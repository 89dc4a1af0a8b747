package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// htmlAPI is the section of one API.
type htmlAPI struct {
	ID, Href, Name string
	Badge          badge
	Open           bool
	Method, URL    string
	Place          string
	Digest         string
	Counts         string
	Causes         []htmlCause
	Timing         string
	Stability      string
	Codes          []htmlCode
	Responses      []htmlResponse
	Requested      *pane
	Answers        []*pane
	Together       []htmlFinding // of no single case
	TogetherIn     string
	TogetherOpen   bool
	Diagnostics    []htmlDiagnostic
	DiagnosticsIn  string // how many, in words
	Search         string
}

// htmlCause is one thing that is wrong, in the overview with the APIs that show it, in an API with its cases.
type htmlCause struct {
	N                        int
	Severity, Rule, RuleHref string
	Message, Who, Step       string
	Also                     []string
	Links                    []link
	More                     string
}

type htmlCode struct {
	Code, Message, State, Class, Lacking string
	Links                                []link
	Tried                                bool
}

type htmlResponse struct {
	Title, Place, State, Class, Lacking string
	Links                               []link
	Tried                               bool
}

type htmlDiagnostic struct{ Severity, Rule, RuleHref, Message, Hint, Place string }

// casesAtOnce is how many cases are one text until they are looked at.
const casesAtOnce = 40

// api writes the section of the API at the place.
func (h *htmlReport) api(i int) {
	if h.failed == nil {
		h.here, h.failed = h.open(i)
	}
	if h.failed != nil {
		return
	}
	s, listed := h.here.SheetResult, &h.run.Sheets[i]
	v := h.apiView(s, listed)
	h.piece("api", v)
	opened := false
	for k := range s.Cases {
		c := &s.Cases[k]
		if k%casesAtOnce == 0 {
			h.piece("cases", nil)
		}
		open := v.Open && !opened && c.Verdict == s.Verdict
		opened = opened || open
		view := h.caseView(s, k, open)
		h.caseOf(&view)
		if (k+1)%casesAtOnce == 0 || k+1 == len(s.Cases) {
			h.piece("cases-end", nil)
		}
	}
	h.piece("api-end", v)
}

// caseOf writes a case; after a failure, nothing more.
func (h *htmlReport) caseOf(v *htmlCase) {
	h.cases.out = h.cases.out[:0]
	h.cases.caseOf(v)
	if h.failed == nil {
		_, h.failed = h.out.Write(h.cases.out)
	}
}

// apiView is what stands around the cases of an API, which is listed in the run without some of them perhaps.
func (h *htmlReport) apiView(s, listed *probe.SheetResult) htmlAPI {
	v := htmlAPI{
		ID: h.apis[listed], Href: "#" + h.apis[listed], Name: h.names[listed], Badge: badgeOf(s.Verdict), Open: h.opens(s), Method: shown(s.Method), URL: shown(s.URL),
		Counts: caseCounts(s), Timing: timingLine(s), Stability: stability(s.Timings),
	}
	if s.Document != "" {
		v.Place = where(s.Document, s.At.Pos)
	}
	if d := s.DocumentSHA256; strings.Trim(d, "0") != "" {
		v.Digest = shown(d)
	}
	for i, c := range causesOf(s, h.least) {
		view := h.causeView(i+1, c)
		view.Links, view.More = h.casesOf(v.ID, c)
		v.Causes = append(v.Causes, view)
	}
	for i := range s.Coverage.Codes {
		v.Codes = append(v.Codes, h.codeView(&s.Coverage.Codes[i]))
	}
	for i := range s.Coverage.Responses {
		v.Responses = append(v.Responses, h.responseView(s, &s.Coverage.Responses[i]))
	}
	h.together(&v, s)
	h.documented(&v, s)
	diagnostics(&v, s)
	return v
}

// maxOpen is how many APIs that are not well are shown open.
const maxOpen = 12

// opens says that the section of an API is shown open: it is not well, and there are few of them, or it is the only one.
func (h *htmlReport) opens(s *probe.SheetResult) bool {
	return len(h.run.Sheets) == 1 || h.unwell <= maxOpen && isUnwell(s)
}

func isUnwell(s *probe.SheetResult) bool {
	return s.Verdict != probe.Conforms && s.Verdict != probe.Skipped
}

// caseCounts says "1 deviates, 4 conform".
func caseCounts(s *probe.SheetResult) string {
	var parts []string
	for _, v := range verdicts() {
		if n := s.Count(v); n > 0 {
			parts = append(parts, counted(v, n))
		}
	}
	return strings.Join(parts, ", ")
}

func (h *htmlReport) causeView(n int, c *cause) htmlCause {
	f := c.lead
	v := htmlCause{
		N: n, Severity: severityClass(string(f.Severity)), Rule: shown(f.Rule), RuleHref: "#" + ruleID(f.Rule), Message: shown(orElse(c.message(), meaning(f.Rule))),
		Who: whoActs(f.Blame), Step: shown(orElse(f.Hint, fix(f.Rule))),
	}
	for i, also := range c.also {
		if i < maxListed {
			v.Also = append(v.Also, shown(orElse(also.of.Unchanged(also.Finding), also.Rule)))
		}
	}
	return v
}

// casesOf leads to the cases of an API, written here, that show a cause.
func (h *htmlReport) casesOf(api string, c *cause) (links []link, further string) {
	for i, r := range c.cases {
		if i == 2*maxListed {
			return links, "and " + more(len(c.cases)-i, "case")
		}
		to := link{Href: "#" + api + "~together", Text: r.Title} // it is of no single case
		if anchor := h.here.anchorOf(r); anchor != "" {
			to = link{Href: "#" + anchor, Text: shortID(r.ID)}
		}
		links = append(links, to)
	}
	return links, ""
}

func (h *htmlReport) codeView(c *probe.CodeCoverage) htmlCode {
	v := htmlCode{Code: shown(c.Code), Message: shown(c.Message), Links: h.links(c.SeenIn), Lacking: shown(c.Lacking)}
	switch {
	case c.Documented && c.Seen:
		v.State, v.Class = "seen", "yes"
	case c.Documented:
		v.State, v.Class, v.Links, v.Tried = "not seen", "no", h.links(c.Tried), len(c.Tried) > 0
	default:
		v.State, v.Class = "seen, not documented", "odd"
	}
	return v
}

func (h *htmlReport) responseView(s *probe.SheetResult, r *probe.ResponseCoverage) htmlResponse {
	v := htmlResponse{
		Title: shown(answerTitle(&probe.DocumentedResponse{Kind: r.Kind, Title: r.Title, HTTPStatus: r.HTTPStatus, Code: r.Code})),
		Place: where(s.Document, r.At.Pos), State: "seen", Class: "yes", Links: h.links(r.SeenIn), Lacking: shown(r.Lacking),
	}
	if !r.Seen {
		v.State, v.Class, v.Links, v.Tried = "not seen", "no", h.links(r.Tried), len(r.Tried) > 0
	}
	return v
}

// documented is what the sheet promises, for those who have not got it at hand.
func (h *htmlReport) documented(v *htmlAPI, s *probe.SheetResult) {
	d := s.Documented
	if d == nil {
		return
	}
	if d.Request.URL != "" || d.Request.Method != "" {
		v.Requested = &pane{Title: "Request", Chunks: plainLines(h.requestLines(d.Request))}
	}
	for i := range d.Responses {
		r := &d.Responses[i]
		p := &pane{Title: shown(answerTitle(r)), Place: where(s.Document, r.At.Pos), Empty: "no body is documented"}
		if r.When != "" {
			p.Lead = []chunk{{Text: shown("when: " + r.When)}}
		}
		p.text(h.bodyLines, r.Body, nil, nil)
		v.Answers = append(v.Answers, p)
	}
	if len(v.Codes) > 0 {
		return
	}
	for _, row := range d.Codes { // of a run without coverage
		v.Codes = append(v.Codes, htmlCode{Code: shown(row.Code), Message: shown(row.Message), State: "documented", Class: "no"})
	}
}

// together is what the cases show together and none of them alone.
func (h *htmlReport) together(v *htmlAPI, s *probe.SheetResult) {
	counts := map[source.Severity]int{}
	for i := range s.Findings {
		f := &s.Findings[i]
		counts[source.Severity(severityClass(string(f.Severity)))]++
		v.Together = append(v.Together, h.findingView(s, i, f))
	}
	v.TogetherIn, v.TogetherOpen = severityCounts(counts), counts[source.Error] > 0
}

func diagnostics(v *htmlAPI, s *probe.SheetResult) {
	counts := map[source.Severity]int{}
	for _, d := range s.Diagnostics {
		counts[source.Severity(severityClass(string(d.Severity)))]++
		v.Diagnostics = append(v.Diagnostics, htmlDiagnostic{
			Severity: severityClass(string(d.Severity)), Rule: shown(d.Rule), RuleHref: "#" + ruleID(d.Rule),
			Message: shown(d.Message), Hint: shown(d.Hint), Place: where(s.Document, d.At.Pos),
		})
	}
	v.DiagnosticsIn = severityCounts(counts)
}

// timingLine says how long the answers took.
func timingLine(s *probe.SheetResult) string {
	t := timingsOf(s)
	if t.Samples == 0 {
		return ""
	}
	text := fmt.Sprintf("%s: half within %s", count(t.Samples, "answer"), milliseconds(t.P50))
	if t.P95 > 0 {
		text += ", 95 of 100 within " + milliseconds(t.P95)
	}
	return text + ", the slowest " + milliseconds(t.Max)
}

func stability(t *probe.Timings) string {
	if t == nil || t.Repeated == 0 {
		return ""
	}
	return agreement(t)
}
