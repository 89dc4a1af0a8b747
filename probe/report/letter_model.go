package report

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// letter is what a template writes from. All texts are as they came: templates show them through the functions of wording, which escape.
type letter struct {
	RunID, Tool, Date, Time string // the date as 2026-01-31, the time as 08:15 UTC
	Hosts                   []string
	Access                  []letterAccess
	APIs                    []letterAPI // that have points, the worst first
	Well                    []string    // names of APIs about which there is nothing to say
	Untested                []letterUntested
	Points, Questions       int
}

// letterAccess is what keeps us from reaching a host.
type letterAccess struct {
	Number      int
	Host, Means string
	Facts       []probe.Fact
	Text        string // ready to be passed on; "" where there is none
}

// letterAPI is one API with what its owner has to act on.
type letterAPI struct {
	Name, Method, URL, Document string
	Points                      []letterPoint
	Questions                   []letterPoint
}

// letterPoint is one thing to settle.
type letterPoint struct {
	Number   int
	Rule     string
	About    string // "sheet" or "endpoint"
	Severity string
	Message  string
	Says     string // what the sheet says
	Does     string // what the endpoint does
	Where    string // in the answer: a JSON Pointer
	Document string // that the promise stands in, at Line or in Cell
	Line     int    // from 1; 0 where it is not known
	Cell     string // of a workbook
	Sent     []string
	SameAs   int // the number of an earlier point of the same exchange, which shows Curl, Status and Answer; 0 where it stands here
	Curl     string
	Status   int    // HTTP status of the answer, 0 where none
	Answer   string // the body of the answer, cut
	Ask      string // the next step as a request to the reader, as in "tell us which is meant"; "" where the next step is none of theirs
	Many     int    // occurrences in one answer
}

// letterUntested is an API of which nothing could be said, with the reason.
type letterUntested struct{ Name, Reason string }

func letterOf(run *probe.Run) *letter {
	l := &letter{
		RunID: run.RunID, Tool: strings.TrimSpace(run.Tool.Name + " " + run.Tool.Version),
		Date: run.StartedAt.UTC().Format("2006-01-02"), Time: run.StartedAt.UTC().Format("15:04 UTC"),
	}
	number := 0
	next := func() int { number++; return number }
	for _, h := range run.Hosts {
		if h.Diagnosis.Letter != "" {
			l.Access = append(l.Access, letterAccess{next(), h.Host, h.Diagnosis.Means, h.Diagnosis.Facts, h.Diagnosis.Letter})
		}
	}
	for _, s := range byConcern(run) {
		l.addAPI(s, next)
	}
	l.Points = number - l.Questions
	return l
}

// byConcern ranks the APIs: the worst causes first, else in the order of the documents.
func byConcern(run *probe.Run) []*probe.SheetResult {
	var sheets []*probe.SheetResult
	causes := map[*probe.SheetResult][]*cause{}
	for i := range run.Sheets {
		s := &run.Sheets[i]
		sheets, causes[s] = append(sheets, s), ownersCauses(s)
	}
	slices.SortStableFunc(sheets, func(a, b *probe.SheetResult) int { return byWorst(causes[a], causes[b]) })
	return sheets
}

// ownersCauses are those from warnings on that the API owner can settle, whatever became of their cases.
func ownersCauses(s *probe.SheetResult) []*cause {
	return slices.DeleteFunc(foldCauses(s, source.Warning, answeredCase), func(c *cause) bool { return c.lead.Blame == probe.BlameEnvironment })
}

// questionsOf are what the sheet leaves open: accepted requests of which it does not say that they are forbidden.
func questionsOf(s *probe.SheetResult) []*cause {
	return slices.DeleteFunc(foldCauses(s, source.Info, answeredCase), func(c *cause) bool {
		return c.lead.Severity != source.Info || !isQuestion(c.lead)
	})
}

// isQuestion says that a remark can be answered by the API owner with one word.
func isQuestion(f *probe.Finding) bool {
	return f.Rule == "negative.accepted" || f.Rule == "coverage.error-not-elicited"
}

func answeredCase(c *probe.Result) bool {
	return c.Verdict == probe.Deviates || c.Verdict == probe.Conforms
}

func (l *letter) addAPI(s *probe.SheetResult, next func() int) {
	api := letterAPI{Name: orElse(s.Name, "an API without a name"), Method: s.Method, URL: s.URL, Document: fileName(s.Document)}
	if host := hostName(s); host != "" && !slices.Contains(l.Hosts, host) {
		l.Hosts = append(l.Hosts, host)
	}
	for _, d := range s.Diagnostics {
		if d.Severity.Rank() >= source.Warning.Rank() {
			api.Points = append(api.Points, pointOfSheet(s, d, next()))
		}
	}
	shown := map[*probe.Exchange]int{}
	for _, c := range ownersCauses(s) {
		api.Points = append(api.Points, pointOf(s, c, next(), shown))
	}
	for _, c := range questionsOf(s) {
		api.Questions = append(api.Questions, pointOf(s, c, next(), shown))
	}
	l.Questions += len(api.Questions)
	if len(api.Points)+len(api.Questions) > 0 {
		l.APIs = append(l.APIs, api)
	}
	switch {
	case s.Verdict == probe.Blocked, s.Verdict == probe.Inconclusive, s.Verdict == probe.Skipped:
		l.Untested = append(l.Untested, letterUntested{api.Name, untestedReason(s)})
	case len(api.Points)+len(api.Questions) == 0:
		l.Well = append(l.Well, api.Name)
	}
}

func untestedReason(s *probe.SheetResult) string {
	for i := range s.Cases {
		if c := &s.Cases[i]; c.Verdict == s.Verdict && c.Reason != "" {
			return c.Reason
		}
	}
	return "no request was sent"
}

// hostName is the host that the documented request went to, or that the sheet names.
func hostName(s *probe.SheetResult) string {
	raw := s.URL
	for i := range s.Cases {
		if x := s.Cases[i].Exchange; x != nil && x.Request.URL != "" {
			raw = x.Request.URL
			break
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// fileName leaves out the folders, which are ours.
func fileName(document string) string {
	return document[strings.LastIndexAny(document, `/\`)+1:]
}

func pointOfSheet(s *probe.SheetResult, d source.Diagnostic, number int) letterPoint {
	return letterPoint{
		Number: number, Rule: d.Rule, About: string(probe.BlameSheet), Severity: string(d.Severity), Message: d.Message, Ask: askOf(d.Hint),
		Document: fileName(s.Document), Line: max(d.At.Line, 0), Cell: d.At.Cell,
	}
}

func pointOf(s *probe.SheetResult, c *cause, number int, shown map[*probe.Exchange]int) letterPoint {
	f := c.lead
	p := letterPoint{
		Number: number, Rule: f.Rule, About: string(f.Blame), Severity: string(f.Severity), Message: f.Message, Says: f.Documented, Does: f.Observed,
		Where: f.Pointer, Ask: askOf(f.Hint), Many: c.most,
	}
	if len(c.places) > 0 {
		p.Document, p.Line, p.Cell = fileName(s.Document), c.places[0].Line, c.places[0].Cell
	}
	for _, r := range c.cases {
		p.Sent = append(p.Sent, whatWasSent(r))
	}
	x := c.cases[0].Exchange
	if x == nil {
		return p
	}
	if p.SameAs = shown[x]; p.SameAs == 0 {
		shown[x] = number
		p.show(x)
	}
	return p
}

func (p *letterPoint) show(x *probe.Exchange) {
	if line := x.Curl(); len(line) <= maxCurl {
		p.Curl = line
	}
	if x.Response != nil {
		p.Status, p.Answer = x.Response.HTTPStatus, x.Response.Body
	}
}

// askOf turns a next step that begins with "ask the API owner" into what is asked: "ask the API owner for it" becomes "send us it". What the
// step says besides, such as what we can do ourselves, is left out.
func askOf(hint string) string {
	_, asked, found := strings.Cut(hint, "ask the API owner ")
	if !found {
		return ""
	}
	for _, end := range []string{";", ", or supply", ", or give", ", or write", ", and check", ", and have", ", or correct", ": "} {
		asked, _, _ = strings.Cut(asked, end)
	}
	verb, rest, _ := strings.Cut(asked, " ")
	switch verb {
	case "for":
		return "send us " + rest
	case "to":
		return rest
	}
	return "tell us " + asked
}
