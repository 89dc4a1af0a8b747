package report

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// deviating writes first what several APIs have in common, then a section for every API with what is wrong with it alone: the worst first.
func (t *textReport) deviating() {
	left := maxCauses
	if t.verbose {
		left = 1 << 30
	}
	left -= t.inCommon(left)
	var sheets []*probe.SheetResult
	for _, s := range t.deviants {
		if len(t.own[s]) > 0 || len(t.causes[s]) == 0 {
			sheets = append(sheets, s)
		}
	}
	shown := t.allot(sheets, left)
	var omitted []*probe.SheetResult
	for i, s := range sheets {
		if shown[i] == 0 && len(t.causes[s]) > 0 {
			omitted = append(omitted, s)
			continue
		}
		t.api(s, shown[i])
	}
	if len(omitted) > 0 {
		t.blank()
		t.text(0, bold, fmt.Sprintf("and %s that deviate%s: %s. -v shows all.", more(len(omitted), "API"), t.besides(), someOf(namesOf(omitted))))
	}
}

// besides parts what an API alone has from what it shares.
func (t *textReport) besides() string {
	if len(t.common) == 0 {
		return ""
	}
	return " in other ways"
}

// inCommon writes each cause that several APIs have once, and says how many it wrote: at most half of the limit where single APIs have causes, too.
func (t *textReport) inCommon(limit int) int {
	if len(t.common) == 0 {
		return 0
	}
	t.blank()
	word, colour := verdictWord(probe.Deviates)
	t.banner(colour, "Several APIs", word)
	rest := 0
	for _, causes := range t.own {
		rest += len(causes)
	}
	shown := min(len(t.common), max(limit-rest, limit/2))
	for _, c := range t.common[:shown] {
		t.cause(c.parts[0].sheet, c.cause, c.sheets()...)
	}
	if further := t.common[shown:]; len(further) > 0 {
		t.blank()
		t.text(1, bold, fmt.Sprintf("and %s of several APIs: %s. -v shows all.", more(len(further), "cause"), sharedRules(further)))
	}
	return shown
}

func (t *textReport) withVerdict(v probe.Verdict) []*probe.SheetResult { return sheetsWith(t.run, v) }

// allot says how many causes of each API are shown in full. Every API gets one before any gets two, so that a single API with many cannot
// hide the others.
func (t *textReport) allot(sheets []*probe.SheetResult, left int) []int {
	shown := make([]int, len(sheets))
	more := true
	for round := 0; more && left > 0; round++ {
		more = false
		for i, s := range sheets {
			if left > 0 && round < len(t.own[s]) {
				shown[i]++
				left--
				more = true
			}
		}
	}
	return shown
}

func (t *textReport) api(s *probe.SheetResult, shown int) {
	t.blank()
	word, colour := verdictWord(s.Verdict)
	t.banner(colour, inert(orElse(s.Name, "an API without a name")), word)
	if request := strings.TrimSpace(inert(s.Method) + " " + inert(s.URL)); request != "" {
		t.long(0, request)
	}
	if s.Document != "" {
		t.text(0, plain, "as documented at "+where(s.Document, s.At.Pos))
	}
	causes := t.own[s]
	for _, c := range causes[:shown] {
		t.cause(s, c)
	}
	if rest := causes[shown:]; len(rest) > 0 {
		t.blank()
		t.text(1, bold, fmt.Sprintf("and %s in this API: %s. -v shows all.", more(len(rest), "cause"), rulesOf(rest)))
	}
	if len(causes) == 0 {
		t.text(1, plain, "no finding is recorded that says in which way")
	}
}

// namesOf are the names of APIs, as they may stand in a list.
func namesOf(sheets []*probe.SheetResult) []string {
	names := make([]string, len(sheets))
	for i, s := range sheets {
		names[i] = fit(inert(orElse(s.Name, "an API without a name")), maxName)
	}
	return names
}

// rulesOf counts causes by rule, as in "shape.missing 3, shape.type".
func rulesOf(causes []*cause) string {
	var order []string
	n := map[string]int{}
	for _, c := range causes {
		if n[c.lead.Rule]++; n[c.lead.Rule] == 1 {
			order = append(order, c.lead.Rule)
		}
	}
	for i, rule := range order {
		order[i] = inert(rule)
		if n[rule] > 1 {
			order[i] += " " + number(n[rule]) + " times"
		}
	}
	return someOf(order)
}

// someOf names the first of a list and counts the rest.
func someOf(names []string) string {
	if rest := len(names) - maxListed; rest > 0 {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %s more", number(rest))
	}
	return enumerate(names)
}

// causeIndent is where the rows of a cause begin.
const causeIndent = 4

// cause writes what is wrong with an API, or with several, of which s is the first.
func (t *textReport) cause(s *probe.SheetResult, c *cause, apis ...*probe.SheetResult) {
	t.numbers++
	f := c.lead
	t.blank()
	remark := inert(f.Rule)
	if f.Severity != "error" {
		remark = inert(string(f.Severity)) + "  " + remark
	}
	t.sides(fmt.Sprintf("%2d. ", t.numbers), bold, inert(orElse(c.message(), meaning(f.Rule))), remark)
	if len(apis) > 1 {
		t.row(causeIndent, "in", count(len(apis), "API")+": "+someOf(namesOf(apis)))
		t.sent(c, maxSamples, qualifiedID)
	} else {
		t.sent(c, maxListed, shortID)
	}
	t.changes(s, c)
	if f.Pointer != "" {
		place := inert(f.Pointer)
		if n := c.most; n > 1 {
			place += fmt.Sprintf(" and %s more like it", number(n-1))
		}
		t.row(causeIndent, "at", place)
	}
	t.promise(s, c)
	t.observed(c)
	for i, also := range c.also {
		if i == maxListed {
			break
		}
		t.row(causeIndent, "also", inert(orElse(also.of.Unchanged(also.Finding), also.Rule)))
	}
	if f.Why != "" {
		t.row(causeIndent, "why", inert(f.Why))
	}
	if f.Blame != "" {
		t.row(causeIndent, "who acts", whoActs(f.Blame))
	}
	if hint := orElse(f.Hint, fix(f.Rule)); hint != "" {
		t.row(causeIndent, "next step", inert(hint))
	}
	t.repeat(c)
	if t.verbose {
		t.documentedRequest(s, c)
		t.exchanges(c.cases)
	}
}

// maxSamples is how many cases are named of a cause that several APIs have.
const maxSamples = 2

// sent says which requests show the cause, and how they differ from the documented one.
func (t *textReport) sent(c *cause, limit int, nameOf func(id string) string) {
	label := "case"
	for i, r := range c.cases {
		if i == t.atMost(len(c.cases), limit) {
			t.row(causeIndent, label, "and "+more(len(c.cases)-i, "case"))
			return
		}
		t.row(causeIndent, label, nameOf(r.ID)+": "+whatWasSent(r))
		label = ""
	}
}

// whatWasSent says how the request of a case differs from the documented one.
func whatWasSent(r *probe.Result) string {
	switch {
	case r.Mutation != "":
		return inert(r.Mutation)
	case r.Family == probe.FamilySuccess:
		return "the documented request"
	}
	return inert(r.Title)
}

// qualifiedID is a case id with the API, where several are told of.
func qualifiedID(id string) string { return inertUpTo(id, maxName) }

// shortID is a case id without its first part, which names the API.
func shortID(id string) string {
	if _, rest, ok := strings.Cut(id, "/"); ok {
		return inertUpTo(rest, maxName)
	}
	return inertUpTo(id, maxName)
}

// promise says what was documented, and at which places.
func (t *textReport) promise(s *probe.SheetResult, c *cause) {
	places := make([]string, len(c.places))
	for i, at := range c.places {
		places[i] = placeOf(at)
		if i == 0 {
			places[i] = where(s.Document, at)
		}
	}
	text := inert(c.lead.Documented)
	switch {
	case text != "" && len(places) > 0:
		text += "  [" + someOf(places) + "]"
	case text == "":
		text = someOf(places)
	}
	if text != "" {
		t.row(causeIndent, "documented", text)
	}
}

func (t *textReport) observed(c *cause) {
	if c.lead.Observed == "" {
		return
	}
	text := inert(c.lead.Observed)
	if c.other > 0 {
		text += fmt.Sprintf(" (something else in %s)", count(c.other, "other case"))
	}
	t.row(causeIndent, "came", text)
}

func whoActs(b probe.Blame) string {
	switch b {
	case probe.BlameSheet:
		return "API owner: sheet"
	case probe.BlameEndpoint:
		return "API owner: endpoint"
	case probe.BlameEnvironment:
		return "you: environment"
	}
	return inert(string(b))
}

func meaning(rule string) string {
	r, _ := probe.RuleByID(rule)
	return orElse(r.Meaning, rule)
}

func fix(rule string) string {
	r, _ := probe.RuleByID(rule)
	return r.Fix
}

// traced says by which id the API owner finds the request, where it carried one.
func (p *page) traced(indent int, x *probe.Exchange) {
	if x.TraceID != "" {
		p.row(indent, "trace id", inert(x.TraceID)+", for the API owner's logs")
		p.row(indent, "span id", inert(x.SpanID))
	}
}

// maxCurl is how long a command line may be, in bytes, that anybody would still copy from a terminal.
const maxCurl = 4000

// repeat writes the command line that sends the cause's first request again, unless it stands at an earlier cause already.
func (t *textReport) repeat(c *cause) {
	x := c.cases[0].Exchange
	if x == nil || x.Curl() == "" || t.sample && t.numbers > 1 {
		return
	}
	if n := t.repeats[x]; n > 0 {
		t.row(causeIndent, "try it", fmt.Sprintf("as in %d", n))
		return
	}
	t.repeats[x] = t.numbers
	t.traced(causeIndent, x)
	t.curl(causeIndent, x)
}

func (t *textReport) curl(indent int, x *probe.Exchange) {
	line, q := x.Curl(), x.Request
	if line == "" {
		return
	}
	if len(line) > maxCurl {
		t.row(indent, "try it", fmt.Sprintf("the command line has %s; `sheetprobe plan -o curl` writes it", count(len(line), "byte")))
		return
	}
	t.row(indent, "try it", "")
	if strings.Contains(q.URL+q.Body, "\n") {
		indent = 0 // blanks in front of a line that stands in quotes would be sent
	}
	for part := range strings.SplitSeq(line, "\n") {
		t.long(indent, inertUpTo(part, maxCurl))
	}
}
