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

// letterAPI is one API with what its owner has to act on or, with Several, what several of them have in common.
type letterAPI struct {
	Name, Method, URL, Document string
	Several                     bool
	Points                      []letterPoint
	Questions                   []letterPoint
}

// letterIn is one of several APIs that a point is about, and where its sheet has it.
type letterIn struct {
	Name, Document string
	Line           int
	Cell           string
}

// maxLetterAPIs is how many APIs one point names.
const maxLetterAPIs = 50

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
	Status   int        // HTTP status of the answer, 0 where none
	Answer   string     // the body of the answer, cut
	Ask      string     // the next step as a request to the reader, as in "tell us which is meant"; "" where the next step is none of theirs
	Many     int        // occurrences in one answer
	In       []letterIn // of a point about several APIs: the first maxLetterAPIs of them, and Further ones
	Further  int
}

// letterUntested are APIs of which nothing could be said, for one reason.
type letterUntested struct {
	Names  []string
	Reason string
}

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
	c := concernsOf(run)
	l.addCommon(c, next)
	for _, s := range c.sheets {
		l.addAPI(s, c, next)
	}
	l.Points = number - l.Questions
	return l
}

// letterConcerns are what the letter is about, each with what several APIs have in common and what is left to one alone.
type letterConcerns struct {
	run                        *probe.Run
	sheets                     []*probe.SheetResult        // the worst causes first, else in the order of the documents
	about                      map[*probe.SheetResult]bool // those that there is something to say about
	remarks, points, questions concern
}

type concern struct {
	common []*shared
	own    map[*probe.SheetResult][]*cause
}

func concernsOf(run *probe.Run) *letterConcerns {
	c := &letterConcerns{run: run, about: map[*probe.SheetResult]bool{}}
	remarks, points, questions := map[*probe.SheetResult][]*cause{}, map[*probe.SheetResult][]*cause{}, map[*probe.SheetResult][]*cause{}
	for i := range run.Sheets {
		s := &run.Sheets[i]
		c.sheets = append(c.sheets, s)
		remarks[s], points[s], questions[s] = remarksOf(s), ownersCauses(s), questionsOf(s)
		c.about[s] = len(remarks[s])+len(points[s])+len(questions[s]) > 0
	}
	slices.SortStableFunc(c.sheets, func(a, b *probe.SheetResult) int { return byWorst(points[a], points[b]) })
	for into, causes := range map[*concern]map[*probe.SheetResult][]*cause{&c.remarks: remarks, &c.points: points, &c.questions: questions} {
		into.common, into.own = parted(share(c.sheets, causes))
	}
	return c
}

// remarksOf are the errors and warnings about the sheet, as causes that no answer shows.
func remarksOf(s *probe.SheetResult) []*cause {
	var all []*cause
	for _, d := range s.Diagnostics {
		if d.Severity.Rank() >= source.Warning.Rank() {
			f := &probe.Finding{Rule: d.Rule, Severity: d.Severity, Blame: probe.BlameSheet, Message: d.Message, Hint: d.Hint, At: d.At}
			c := &cause{lead: f}
			c.add(&probe.Result{}, []*probe.Finding{f})
			all = append(all, c)
		}
	}
	return all
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

// severalAPIs is the heading of what they have in common where a template has no words for it.
const severalAPIs = "Several APIs"

// addCommon adds what several APIs have in common, each of it once.
func (l *letter) addCommon(c *letterConcerns, next func() int) {
	all, shown := letterAPI{Name: severalAPIs, Several: true}, map[*probe.Exchange]int{}
	for _, common := range slices.Concat(c.remarks.common, c.points.common) {
		all.Points = append(all.Points, pointOfSeveral(common, next(), shown))
	}
	for _, common := range c.questions.common {
		all.Questions = append(all.Questions, pointOfSeveral(common, next(), shown))
	}
	l.add(all)
}

// add adds what has points.
func (l *letter) add(api letterAPI) {
	l.Questions += len(api.Questions)
	if len(api.Points)+len(api.Questions) > 0 {
		l.APIs = append(l.APIs, api)
	}
}

func (l *letter) addAPI(s *probe.SheetResult, c *letterConcerns, next func() int) {
	api := letterAPI{Name: orElse(s.Name, "an API without a name"), Method: s.Method, URL: s.URL, Document: fileName(s.Document)}
	if host := hostName(s); host != "" && !slices.Contains(l.Hosts, host) {
		l.Hosts = append(l.Hosts, host)
	}
	shown := map[*probe.Exchange]int{}
	for _, own := range slices.Concat(c.remarks.own[s], c.points.own[s]) {
		api.Points = append(api.Points, pointOf(s, own, next(), shown))
	}
	for _, own := range c.questions.own[s] {
		api.Questions = append(api.Questions, pointOf(s, own, next(), shown))
	}
	l.add(api)
	switch {
	case s.Verdict == probe.Blocked, s.Verdict == probe.Inconclusive, s.Verdict == probe.Skipped:
		l.untested(api.Name, c.untestedReason(s))
	case !c.about[s]:
		l.Well = append(l.Well, api.Name)
	}
}

func (l *letter) untested(name, reason string) {
	same := func(u letterUntested) bool { return u.Reason == reason }
	i := slices.IndexFunc(l.Untested, same)
	if i < 0 {
		i = len(l.Untested)
		l.Untested = append(l.Untested, letterUntested{Reason: reason})
	}
	l.Untested[i].Names = append(l.Untested[i].Names, name)
}

func (c *letterConcerns) untestedReason(s *probe.SheetResult) string {
	for i := range s.Cases {
		if h := ofHost(c.run, &s.Cases[i]); h != nil {
			return h.Host + ": " + h.Diagnosis.Means
		}
	}
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

// pointOfSeveral is a point about several APIs; what it shows is of the first.
func pointOfSeveral(c *shared, number int, shown map[*probe.Exchange]int) letterPoint {
	p := pointOf(c.parts[0].sheet, c.cause, number, shown)
	p.Document, p.Line, p.Cell = "", 0, ""
	for _, part := range c.parts[:min(len(c.parts), maxLetterAPIs)] {
		in := letterIn{Name: orElse(part.sheet.Name, "an API without a name")}
		in.Document, in.Line, in.Cell = placeInSheet(part.sheet, part.own)
		p.In = append(p.In, in)
	}
	p.Further = len(c.parts) - len(p.In)
	return p
}

// placeInSheet is where the promise stands of which a cause is told; a remark is about its document at least.
func placeInSheet(s *probe.SheetResult, c *cause) (document string, line int, cell string) {
	switch {
	case len(c.places) > 0:
		return fileName(s.Document), max(c.places[0].Line, 0), c.places[0].Cell
	case c.lead.Blame == probe.BlameSheet:
		return fileName(s.Document), 0, ""
	}
	return "", 0, ""
}

func pointOf(s *probe.SheetResult, c *cause, number int, shown map[*probe.Exchange]int) letterPoint {
	f := c.lead
	p := letterPoint{
		Number: number, Rule: f.Rule, About: string(f.Blame), Severity: string(f.Severity), Message: c.message(), Says: f.Documented, Does: f.Observed,
		Where: f.Pointer, Ask: askOf(f.Hint), Many: c.most,
	}
	p.Document, p.Line, p.Cell = placeInSheet(s, c)
	p.Sent = sentOf(c)
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

// sentOf says once each which requests show a cause.
func sentOf(c *cause) []string {
	var all []string
	said := map[string]bool{}
	for _, r := range c.cases {
		if sent := whatWasSent(r); sent != "" && !said[sent] {
			said[sent] = true
			all = append(all, sent)
		}
	}
	return all
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
