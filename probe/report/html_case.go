package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// htmlCase is one case: the line that is always shown, and what stands behind it.
type htmlCase struct {
	ID, Href   string
	Badge      badge
	Open       bool
	Name, What string // the case's id within its API, and how its request differs from the documented one
	Status     string
	Took       string
	Blames     string // for the filter, as the next two
	Severities string
	Rules      string
	Messages   []htmlMark
	MoreMarks  string // of its findings, shown beside the name

	Reason      string
	Mutation    string
	Expect      string
	Pairs       []string
	Generated   []probe.Generated
	Findings    []htmlFinding
	Base        *pane
	Request     *pane
	Promise     *pane
	Answer      *pane
	Headers     []probe.Header
	Attempts    []htmlAttempt
	Timing      string
	Peer        string
	TraceID     string
	SpanID      string
	Repeats     []htmlRepeat
	NotRepeated string
	Polls       []string
	Callbacks   []htmlCallback
	Curl        string
	CurlNote    string
}

// htmlMark is a finding in a few words.
type htmlMark struct{ Severity, Rule string }

// htmlFinding is a finding in full.
type htmlFinding struct {
	N                                int
	Severity, Rule, RuleHref         string
	Message, Meaning, Why, Fix       string
	Pointer, Documented, Came, Place string
	Who                              string
	More                             string
}

type htmlAttempt struct {
	Title, Error string
	Diagnosis    *htmlDiagnosis
}

// htmlRepeat is how it went once; with the answer where that differs from the first.
type htmlRepeat struct {
	Text   string
	Answer *pane
}

type htmlCallback struct {
	Title   string
	Request *pane
}

func (h *htmlReport) caseView(s *probe.SheetResult, k int, open bool) htmlCase {
	c, anchor := &s.Cases[k], h.here.anchors[k]
	v := htmlCase{
		ID: anchor, Href: "#" + anchor, Badge: badgeOf(c.Verdict), Open: open, Name: shortID(c.ID), What: whatWasSent(c),
		Reason: shown(c.Reason), Mutation: shown(c.Mutation), Expect: expected(c.Expect), Pairs: pairedErrors(c.Expect), Generated: shownValues(c.Generated),
	}
	v.index(c)
	for i := range c.Findings {
		v.Findings = append(v.Findings, h.findingView(s, i, &c.Findings[i]))
	}
	h.panes(&v, s, c)
	v.exchange(h, c.Exchange)
	v.Repeats, v.NotRepeated, v.Polls = h.repeats(c), shown(c.NotRepeated), polls(c.Polls)
	for i := range c.Callbacks {
		v.Callbacks = append(v.Callbacks, h.callback(&c.Callbacks[i]))
	}
	return v
}

// panes lay the request beside the documented one, and the answer beside the sheet. In a large run, what conforms stands alone.
func (h *htmlReport) panes(v *htmlCase, s *probe.SheetResult, c *probe.Result) {
	v.Base, v.Request = h.requestPanes(s, c)
	v.Answer = h.answerPane(c.Exchange, c.Findings)
	if h.large() && c.Verdict == probe.Conforms {
		v.Base = nil
		return
	}
	if v.Answer != nil {
		v.Promise = h.promisePane(s, c)
	}
}

// maxRules is how many rules the closed case names.
const maxRules = 3

// index is what the filter goes by, and what the closed case shows of its findings.
func (v *htmlCase) index(c *probe.Result) {
	var blames, severities, rules []string
	for i := range c.Findings {
		f := &c.Findings[i]
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
			if len(rules) <= maxRules {
				v.Messages = append(v.Messages, htmlMark{severityClass(string(f.Severity)), shown(f.Rule)})
			}
		}
		blames, severities = append(blames, string(f.Blame)), append(severities, severityClass(string(f.Severity)))
	}
	if rest := len(rules) - maxRules; rest > 0 {
		v.MoreMarks = "and " + more(rest, "rule")
	}
	v.Blames, v.Severities, v.Rules = eachOnce(blames), eachOnce(severities), eachOnce(rules)
}

// eachOnce joins words, each once, into an attribute.
func eachOnce(words []string) string {
	slices.Sort(words)
	words = slices.Compact(words)
	for i := range words {
		words[i] = strings.ReplaceAll(shown(words[i]), " ", "_")
	}
	return strings.Join(words, " ")
}

// severityClass is one of the three that the style sheet knows.
func severityClass(s string) string {
	if s == "error" || s == "warning" {
		return s
	}
	return "info"
}

func (h *htmlReport) findingView(s *probe.SheetResult, i int, f *probe.Finding) htmlFinding {
	v := htmlFinding{
		N: i + 1, Severity: severityClass(string(f.Severity)), Rule: shown(f.Rule), RuleHref: "#" + ruleID(f.Rule), Message: shown(orElse(f.Message, meaning(f.Rule))),
		Meaning: shown(meaning(f.Rule)), Why: shown(f.Why), Fix: shown(orElse(f.Hint, fix(f.Rule))), Pointer: shown(f.Pointer),
		Documented: shown(f.Documented), Came: shown(f.Observed), Who: whoActs(f.Blame),
	}
	if !f.At.IsZero() {
		v.Place = where(s.Document, f.At.Pos)
	}
	if f.Count > 1 {
		v.More = count(f.Count, "place") + " in this answer"
	}
	return v
}

// ruleID is the fragment of a rule's explanation.
func ruleID(rule string) string { return "_rule-" + fragment(rule, "unknown") }

func expected(e probe.Expectation) string {
	parts := []string{orElse(shown(string(e.Outcome)), "any answer")}
	if len(e.HTTPStatus) > 0 {
		statuses := make([]string, len(e.HTTPStatus))
		for i, status := range e.HTTPStatus {
			statuses[i] = fmt.Sprint(status)
		}
		parts = append(parts, "HTTP "+either(statuses))
	}
	if len(e.Codes) > 0 {
		parts = append(parts, "code "+shown(either(e.Codes)))
	}
	text := strings.Join(parts, ", ")
	if e.Forbidden {
		text += "; the sheet itself rules this request out"
	}
	return text
}

func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// pairedErrors are the documented errors that a case is there to bring about, each with what pairs it.
func pairedErrors(e probe.Expectation) []string {
	var all []string
	for _, x := range e.Errors {
		name := x.Code
		if name == "" && x.HTTPStatus != 0 {
			name = fmt.Sprintf("HTTP %d", x.HTTPStatus)
		}
		text := strings.TrimSpace(name + " " + x.Title)
		if x.Why != "" {
			text += ": " + x.Why
		}
		if !x.Sure {
			text += " (likely, not certain)"
		}
		all = append(all, shown(text))
	}
	return all
}

func shownValues(in []probe.Generated) []probe.Generated {
	var out []probe.Generated
	for _, g := range in {
		out = append(out, probe.Generated{Written: shown(g.Written), Value: shown(g.Value)})
	}
	return out
}

func (v *htmlCase) exchange(h *htmlReport, x *probe.Exchange) {
	if x == nil {
		return
	}
	if r := x.Response; r != nil {
		if r.HTTPStatus != 0 {
			v.Status = fmt.Sprintf("HTTP %d", r.HTTPStatus)
		}
		for _, header := range r.Headers {
			v.Headers = append(v.Headers, probe.Header{Name: shown(header.Name), Value: shown(header.Value)})
		}
	}
	if !x.Saved && x.Timing.Total > 0 {
		v.Took, v.Timing = milliseconds(x.Timing.Total), phases(x.Timing)
	}
	v.Peer = peer(x)
	v.TraceID, v.SpanID = shown(x.TraceID), shown(x.SpanID)
	v.attempts(x)
	v.Curl = h.curl(x)
	if v.Curl == "" && x.Request.URL != "" {
		v.CurlNote = "the command line is too long to be copied from here; `sheetprobe plan -o curl` writes it"
	}
}

// curl is the command line that repeats an exchange, if it is of a length that anybody would copy.
func (h *htmlReport) curl(x *probe.Exchange) string {
	line := x.Curl()
	if len(line) > 4*maxCurl {
		return ""
	}
	return shownLines(line)
}

// shownLines is a text of several lines that may stand in the page.
func shownLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = inertUpTo(strings.TrimSuffix(line, "\r"), 4*maxCurl)
	}
	return strings.Join(lines, "\n")
}

// phases says how the time was spent.
func phases(t probe.Timing) string {
	var parts []string
	for _, p := range []struct {
		name string
		ms   float64
	}{{"name lookup", t.DNS}, {"connecting", t.Connect}, {"TLS", t.TLS}, {"waiting for the first byte", t.FirstByte}, {"in all", t.Total}} {
		if p.ms > 0 {
			parts = append(parts, p.name+" "+milliseconds(p.ms))
		}
	}
	return strings.Join(parts, ", ")
}

// peer says who answered.
func peer(x *probe.Exchange) string {
	text := shown(x.RemoteAddr)
	if t := x.TLS; t != nil {
		text = strings.TrimSpace(text + fmt.Sprintf(", %s, certificate of %s by %s, valid until %s", shown(t.Version), shown(t.Subject), shown(t.Issuer), t.NotAfter.UTC().Format("2006-01-02")))
		if !t.Verified {
			text += ", not verified"
		}
	}
	return strings.TrimPrefix(text, ", ")
}

// attempts lists the tries, where there was more than one or one that failed.
func (v *htmlCase) attempts(x *probe.Exchange) {
	if len(x.Attempts) == 1 && x.Attempts[0].Error == "" {
		return
	}
	for i := range x.Attempts {
		a := &x.Attempts[i]
		view := htmlAttempt{Title: fmt.Sprintf("attempt %d: answered", i+1)}
		if a.Error != "" {
			view.Title = fmt.Sprintf("attempt %d: stopped while %s", i+1, phaseWord(a.Phase))
			view.Error = strings.TrimSpace(shown(a.Error) + " " + ruleInBrackets(a.Rule))
		}
		if a.Waited > 0 {
			view.Title += fmt.Sprintf("; the answer asked to come again, after %s", milliseconds(a.Waited))
		}
		if i+1 == len(x.Attempts) || x.Attempts[i+1].Diagnosis == nil { // those before most likely found the same
			view.Diagnosis = diagnosisView(a.Diagnosis)
		}
		v.Attempts = append(v.Attempts, view)
	}
}

func ruleInBrackets(rule string) string {
	if rule == "" {
		return ""
	}
	return "(" + shown(rule) + ")"
}

// repeats says of every time the case was sent how it went.
func (h *htmlReport) repeats(c *probe.Result) []htmlRepeat {
	if len(c.Repeats) == 0 {
		return nil
	}
	var all []htmlRepeat
	if x := c.Exchange; x != nil {
		status := 0
		if x.Response != nil {
			status = x.Response.HTTPStatus
		}
		all = append(all, htmlRepeat{Text: repeat(1, c.Verdict, status, x.Timing.Total)})
	}
	for i, r := range c.Repeats {
		all = append(all, htmlRepeat{repeat(i+2, r.Verdict, r.HTTPStatus, r.TotalMS), h.answerPane(r.Exchange, nil)})
	}
	return all
}

func repeat(n int, v probe.Verdict, status int, ms float64) string {
	text := fmt.Sprintf("%d: %s", n, badgeOf(v).Word)
	if status != 0 {
		text += fmt.Sprintf(", HTTP %d", status)
	}
	if ms > 0 {
		text += ", " + milliseconds(ms)
	}
	return text
}

// polls says what the status API was asked and told.
func polls(all []probe.Polled) []string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = fmt.Sprintf("after %s: %s", milliseconds(p.AfterMS), orElse(shown(p.State), "no state"))
		if p.HTTPStatus != 0 {
			texts[i] += fmt.Sprintf(", HTTP %d", p.HTTPStatus)
		}
	}
	return texts
}

func (h *htmlReport) callback(r *probe.Received) htmlCallback {
	title := fmt.Sprintf("%s behind the answer", milliseconds(r.AfterMS))
	if r.From != "" {
		title += ", from " + shown(r.From)
	}
	return htmlCallback{Title: title, Request: &pane{Title: "The call that came in", Chunks: plainLines(h.requestLines(r.Request))}}
}
