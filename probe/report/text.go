package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// How much a text report shows that is not verbose.
const (
	maxCauses  = 10 // causes in full, over all APIs
	maxGroups  = 10 // reasons for which cases were not tried or not judged, each
	maxListed  = 5  // cases or APIs named in one list
	maxOverall = 12 // APIs in the overview
)

// textReport writes a run for a person. From top to bottom it answers: how did it end, which APIs are concerned, what is wrong and who has to
// act, what could not be tried or judged and how to help, what was left out, how much was done, what to do next.
//
// It is written from a lean run. What a verbose one shows besides, such as every exchange, is read API by API where it is written; what is held beyond
// the lean run then is a place of each case that does not conform, and what else was noticed, once for each API.
type textReport struct {
	*page
	to       io.Writer
	run      *probe.Run
	whole    *wholeCases
	failed   error
	verbose  bool
	sample   bool // one command line is enough, and nothing is to be done next
	least    source.Severity
	deviants []*probe.SheetResult // the APIs that deviate, the worst first
	causes   map[*probe.SheetResult][]*cause
	common   []*shared                       // what several APIs have, and
	own      map[*probe.SheetResult][]*cause // what is left to each alone
	numbers  int                             // causes that were written
	noted    []*note                         // of a verbose report
	repeats  map[*probe.Exchange]int         // the cause that an exchange's curl line stands at
	written  map[*probe.Result]bool          // cases whose exchange was written
	told     map[string]bool                 // cases of which it was written what came behind the answer
	bases    map[*probe.Result]bool          // documented requests that were written beside broken ones
}

func writeText(w io.Writer, run *probe.Run, o Options) error {
	p := newPage(o)
	if o.Quiet {
		_, s := verdictWord(run.Verdict)
		line := headline(run)
		if len(run.Unfit) > 0 {
			line += " " + unfit(run)
		}
		p.long(0, p.paint(s, line))
		return p.writeTo(w)
	}
	t := &textReport{
		page: p, to: w, run: run, whole: newWholeCases(run, o), verbose: o.Verbose, sample: o.Show, least: floor(run),
		repeats: map[*probe.Exchange]int{}, written: map[*probe.Result]bool{}, told: map[string]bool{}, bases: map[*probe.Result]bool{},
	}
	t.fold()
	t.head()
	t.overview()
	t.hosts()
	t.deviating()
	t.blocked()
	t.inconclusive()
	t.conforming()
	t.footnotes()
	t.totals()
	if !o.Show {
		t.next()
	}
	if t.failed != nil {
		return t.failed
	}
	return p.writeTo(w)
}

// drain passes on what is written so far, where that is much.
func (t *textReport) drain() {
	if t.failed == nil {
		t.failed = t.page.drain(t.to)
	}
}

// eachAPI goes through the APIs with all their cases.
func (t *textReport) eachAPI(do func(i int, s *probe.SheetResult)) {
	if t.failed != nil {
		return
	}
	t.failed = eachAPI(t.run, t.whole.options, func(i int, s *probe.SheetResult) error {
		do(i, s)
		t.drain()
		return t.failed
	})
}

func unfit(run *probe.Run) string {
	return "This run is unfit for sign-off: " + inert(enumerate(run.Unfit)) + "."
}

func (t *textReport) fold() {
	t.causes = causesBySheet(t.run)
	t.deviants = t.withVerdict(probe.Deviates)
	slices.SortStableFunc(t.deviants, func(a, b *probe.SheetResult) int { return byWorst(t.causes[a], t.causes[b]) })
	t.common, t.own = parted(share(t.deviants, t.causes))
}

func (t *textReport) head() {
	_, s := verdictWord(t.run.Verdict)
	t.text(0, s, headline(t.run))
	if len(t.run.Unfit) > 0 {
		t.text(0, yellow, unfit(t.run))
	}
}

// overview lists the APIs that are not well and names those that are, where there is more than one.
func (t *textReport) overview() {
	rows := slices.Concat(t.deviants, t.withVerdict(probe.Blocked), t.withVerdict(probe.Inconclusive))
	well := t.withVerdict(probe.Conforms)
	if len(rows) == 0 || len(rows)+len(well) < 2 {
		return
	}
	t.blank()
	t.unwell(rows)
	if len(well) > 0 {
		word, colour := verdictWord(probe.Conforms)
		lead := "  " + t.paint(colour, word) + strings.Repeat(" ", overviewName-2-len(word))
		t.hanging(lead, overviewName, plain, someOf(namesOf(well)))
	}
}

func (t *textReport) unwell(rows []*probe.SheetResult) {
	shown := t.atMost(len(rows), maxOverall)
	for _, s := range rows[:shown] {
		word, colour := verdictWord(s.Verdict)
		remark := inShort(t.run, s, t.causes[s])
		if t.width < overviewName+columnsOf(remark)+20 {
			remark = ""
		}
		name := fit(inert(s.Name), t.width-overviewName-columnsOf(remark)-2)
		gap := max(t.width-overviewName-columnsOf(name)-columnsOf(remark), 2)
		line := t.paint(colour, word) + strings.Repeat(" ", overviewName-2-len(word)) + name
		if remark != "" {
			line += strings.Repeat(" ", gap) + t.paint(dim, remark)
		}
		t.long(2, line)
	}
	if rest := len(rows) - shown; rest > 0 {
		t.text(2, dim, "and "+more(rest, "API")+"; -v shows all")
	}
}

// overviewName is the column at which names begin in the overview.
const overviewName = 19

// atMost is how many of n are shown.
func (t *textReport) atMost(n, limit int) int {
	if t.verbose {
		return n
	}
	return min(n, limit)
}

// totals is one line about how much was done.
func (t *textReport) totals() {
	line := totals(t.run)
	if d := t.run.FinishedAt.Sub(t.run.StartedAt); d > 0 {
		line += ", " + duration(d)
	}
	t.row(0, "total", line)
}

// totals counts cases by verdict, requests and checks.
func totals(run *probe.Run) string {
	s := run.Summary
	var parts []string
	for _, p := range []struct {
		n          int
		one, other string
	}{
		{s.Conforms, "conforms", "conform"},
		{s.Deviates, "deviates", "deviate"},
		{s.Inconclusive, "could not be judged", "could not be judged"},
		{s.Blocked, "could not be sent", "could not be sent"},
		{s.Skipped, "left out", "left out"},
	} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.one)
		case p.n > 1:
			parts = append(parts, number(p.n)+" "+p.other)
		}
	}
	line := count(s.Cases, "case")
	if s.Conforms == s.Cases && s.Cases > 1 {
		line += ", all conform"
	} else if len(parts) > 0 {
		line += ": " + enumerate(parts)
	}
	return line + fmt.Sprintf("; %s, %s", count(s.RequestsSent, "request"), count(s.ChecksExecuted, "check"))
}

// ownersTurn says that there is a cause for which the API owner has to act.
func (t *textReport) ownersTurn() bool {
	for _, causes := range t.causes {
		for _, c := range causes {
			if c.lead.Blame != probe.BlameEnvironment {
				return true
			}
		}
	}
	return false
}

func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// next says what to do, in the order in which it is done.
func (t *textReport) next() {
	var steps []string
	s := t.run.Summary
	if s.Blocked > 0 || t.run.Diagnostics.Count(source.Error) > 0 {
		steps = append(steps, "settle what stands under \"Not tried\"")
	}
	if s.Deviates > 0 && t.ownersTurn() {
		steps = append(steps, "pass on what deviates to the API owner")
	}
	if s.Deviates > 0 && !t.ownersTurn() {
		steps = append(steps, "settle what deviates")
	}
	if len(t.run.Hosts) > 0 {
		steps = append(steps, "settle what stands under \"Not reached\"")
	}
	if len(inconclusiveGroups(t.run)) > 0 {
		steps = append(steps, "settle what stands under \"No clear answer\"")
	}
	switch {
	case len(steps) > 0:
		t.row(0, "next", enumerate(steps)+"; then run again")
	case t.run.Interrupted:
		t.row(0, "next", "run again to try the rest")
	case t.run.Summary.Sheets == 0:
		t.row(0, "next", "name a document that holds an API details sheet")
	case t.run.Summary.Conforms == 0:
		t.row(0, "next", "check --only, --skip and --negatives, which choose the cases; `sheetprobe plan` lists them")
	}
}

// where is a place as it is printed: "otp.txt:12:5", "book.xlsx:Tab!B4", or the document alone.
func where(document string, at source.Pos) string {
	name := documentName(document, maxName)
	switch {
	case at.Cell != "":
		return name + ":" + inert(at.Cell)
	case at.Line > 0:
		return fmt.Sprintf("%s:%d:%d", name, at.Line, at.Column)
	}
	return name
}

// documentName is the name of a document in at most limit columns: of a long path the end, which tells more than the beginning.
func documentName(name string, limit int) string {
	if len(name) > 4*limit {
		name = "..." + name[len(name)-4*limit:]
	}
	name = inertUpTo(name, 16*limit)
	if columnsOf(name) <= limit {
		return name
	}
	for columnsOf(name) > limit-3 {
		_, name = cut(name, 1)
	}
	return "..." + name
}
