package report

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// letter is what a template writes from. All texts are as they came: templates show them through the functions of wording, which escape.
type letter struct {
	RunID, Tool, Date, Time string // the date as 2026-01-31, the time as 08:15 UTC
	Documents               int
	Hosts                   []string // that requests were sent to
	Access                  []letterAccess
	APIs                    []letterAPI // that have points, the worst first
	Well                    []string    // names of APIs that answered as documented
	Untested                []letterUntested
	Points, Questions       int
	Open                    bool // something about an untested API is for the owner to say
	Masked                  bool // something in it is shown as masked
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
	Points                      []*letterPoint
	Questions                   []*letterPoint
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
	Message  string   // what is wrong, whatever was changed in the request
	Says     string   // what the sheet says
	Does     string   // what the endpoint does
	Where    string   // in the answer: a JSON Pointer
	Document string   // that the promise stands in, at Line or in Cell
	Line     int      // from 1; 0 where it is not known
	Cell     string   // of a workbook
	Sent     []string // the requests that show it, alike ones as one
	Changed  bool     // Sent are changes that were made to the documented request
	List     []string // of a question about several documented answers: these
	SameAs   int      // the number of an earlier point of the same exchange, which shows Curl, Status and Answer; 0 where it stands here
	Curl     string
	TraceID  string // by which the API owner finds the request, as SpanID; "" where it carried none
	SpanID   string
	Status   int        // HTTP status of the answer, 0 where none
	Answer   string     // the body of the answer, cut
	Ask      string     // the next step as a request to the reader, as in "tell us which is meant"; "" where the next step is none of theirs
	Many     int        // occurrences in one answer
	In       []letterIn // of a point about several APIs: the first maxLetterAPIs of them, and Further ones
	Further  int
	Row      string // of the status codes, by which the sheet would document the answer; "" where none is proposed
}

// letterUntested are APIs of which nothing, or not everything, could be said, for one reason.
type letterUntested struct {
	Names  []string
	Rule   string // what was in the way; "" where that is on our side
	Reason string
	See    int // the number of the point that settles it; 0 where there is none
}

func letterOf(run *probe.Run, o Options) (*letter, error) {
	l := &letter{
		RunID: run.RunID, Tool: strings.TrimSpace(run.Tool.Name + " " + run.Tool.Version), Documents: len(run.Documents),
		Date: run.StartedAt.UTC().Format("2006-01-02"), Time: run.StartedAt.UTC().Format("15:04 UTC"),
	}
	number := 0
	next := func() int { number++; return number }
	for _, h := range run.Hosts {
		if h.Diagnosis.Letter != "" {
			l.Access = append(l.Access, letterAccess{next(), h.Host, h.Diagnosis.Means, h.Diagnosis.Facts, h.Diagnosis.Letter})
		}
	}
	c, err := concernsOf(run, o)
	if err != nil {
		return nil, err
	}
	l.addCommon(c, next)
	for _, s := range c.sheets {
		l.addAPI(s, c, next)
	}
	l.Points = number - l.Questions
	l.Open = slices.ContainsFunc(l.Untested, func(u letterUntested) bool { return u.Rule != "" || u.See != 0 })
	l.Masked = slices.ContainsFunc(l.APIs, func(a letterAPI) bool {
		return slices.ContainsFunc(slices.Concat(a.Points, a.Questions), (*letterPoint).masked)
	})
	return l, nil
}

// maskMark is how a hidden value begins, see probe.Redactor.
const maskMark = "[masked:"

func (p *letterPoint) masked() bool {
	return slices.ContainsFunc([]string{p.Message, p.Says, p.Does, p.Curl, p.Answer}, func(text string) bool { return strings.Contains(text, maskMark) })
}

// letterConcerns are what the letter is about, each with what several APIs have in common and what is left to one alone. Of the cases that show a cause
// it has no more than how each was changed, and of the first what was exchanged.
type letterConcerns struct {
	run                        *probe.Run
	sheets                     []*probe.SheetResult                 // the worst causes first, else in the order of the documents
	about                      map[*probe.SheetResult]bool          // those that there is something to say about
	reached                    map[*probe.SheetResult]letterReached // those of all
	remarks, points, questions concern
}

// letterReached is how far the cases of an API came.
type letterReached struct {
	host     string        // that requests went to; "" where none was answered
	answered bool          // something about the endpoint could be learned
	stopped  *probe.Result // what says why not all could be tried; nil where nothing does
}

type concern struct {
	common []*shared
	own    map[*probe.SheetResult][]*cause
}

func concernsOf(run *probe.Run, o Options) (*letterConcerns, error) {
	c := &letterConcerns{run: run, about: map[*probe.SheetResult]bool{}, reached: map[*probe.SheetResult]letterReached{}}
	remarks, points, questions := map[*probe.SheetResult][]*cause{}, map[*probe.SheetResult][]*cause{}, map[*probe.SheetResult][]*cause{}
	err := eachAPI(run, o, func(i int, whole *probe.SheetResult) error {
		s := &run.Sheets[i]
		c.sheets = append(c.sheets, s)
		kept := keeper{}
		remarks[s], points[s], questions[s] = remarksOf(s), kept.causes(ownersCauses(whole)), kept.causes(questionsOf(whole))
		c.about[s] = len(remarks[s])+len(points[s])+len(questions[s]) > 0 || unseen(s) != nil
		c.reached[s] = letterReached{hostOfRequests(whole), answered(whole), kept.caseOf(stopped(run, whole))}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.sheets, func(a, b *probe.SheetResult) int { return byWorst(points[a], points[b]) })
	for into, causes := range map[*concern]map[*probe.SheetResult][]*cause{&c.remarks: remarks, &c.points: points, &c.questions: questions} {
		into.common, into.own = parted(share(c.sheets, causes))
	}
	return c, nil
}

// keeper copies of the cases of an API what the letter needs of them, so that nothing else of them stays in memory.
type keeper map[*probe.Result]*probe.Result

// causes are copies that lead to nothing else.
func (k keeper) causes(causes []*cause) []*cause {
	for _, c := range causes {
		lead, exchange := *c.lead, c.cases[0].Exchange
		c.lead = &lead
		for i := range c.also {
			f := *c.also[i].Finding
			c.also[i] = also{&f, k.caseOf(c.also[i].of)}
		}
		for i := range c.cases {
			c.cases[i] = k.caseOf(c.cases[i])
		}
		c.cases[0].Exchange = exchange
	}
	return causes
}

func (k keeper) caseOf(c *probe.Result) *probe.Result {
	if c == nil {
		return nil
	}
	if k[c] == nil {
		k[c] = &probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Mutation: c.Mutation, Verdict: c.Verdict, Reason: c.Reason, Outcome: c.Outcome}
		if c.Verdict != probe.Conforms && len(c.Findings) > 0 {
			k[c].Findings = []probe.Finding{*because(c)}
		}
	}
	return k[c]
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
	reached := c.reached[s]
	if host := reached.host; host != "" && !slices.Contains(l.Hosts, host) {
		l.Hosts = append(l.Hosts, host)
	}
	shown := map[*probe.Exchange]int{}
	for _, own := range slices.Concat(c.remarks.own[s], c.points.own[s]) {
		api.Points = append(api.Points, pointOf(s, own, next(), shown))
	}
	for _, own := range c.questions.own[s] {
		api.Questions = append(api.Questions, pointOf(s, own, next(), shown))
	}
	if q := unseen(s); q != nil {
		q.Number = next()
		api.Questions = append(api.Questions, q)
	}
	l.add(api)
	switch {
	case s.Verdict == probe.Conforms && !c.about[s]:
		l.Well = append(l.Well, api.Name)
	case s.Verdict != probe.Conforms && (s.Verdict != probe.Deviates || !reached.answered):
		l.addUntested(l.untested(c.run, s, reached.stopped, &api))
	}
}

// fileName leaves out the folders, which are ours.
func fileName(document string) string {
	return document[strings.LastIndexAny(document, `/\`)+1:]
}
