package report

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ownersCauses are those from warnings on that the API owner can settle, whatever became of their cases. What no case shows, such as an error
// that nothing led to, is a question.
func ownersCauses(s *probe.SheetResult) []*cause {
	return joined(slices.DeleteFunc(foldCauses(s, source.Warning, answeredCase), func(c *cause) bool {
		return c.lead.Blame == probe.BlameEnvironment || c.lead.Location == probe.AtCoverage
	}))
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

// joined makes one cause of those that differ only in which mistake of a caller shows them: a letter need not say each by itself.
func joined(causes []*cause) []*cause {
	type key struct{ rule, severity, message, pattern, observed string }
	known := map[key]*cause{}
	var all []*cause
	for _, c := range causes {
		k := key{c.lead.Rule, string(c.lead.Severity), c.told(), pattern(c.lead.Pointer), ""}
		if !strings.HasPrefix(c.lead.Rule, "negative.") && !strings.HasPrefix(c.lead.Rule, "security.") {
			k.observed = c.lead.Observed
		}
		if first := known[k]; first != nil && first.broken()*c.broken() == 1 {
			first.cases = append(first.cases, c.cases...)
			continue
		}
		known[k] = c
		all = append(all, c)
	}
	return all
}

// told is what is wrong without what was changed in the request, which a letter says by itself.
func (c *cause) told() string { return c.cases[0].Unchanged(c.lead) }

// questionsOf are what the sheet leaves open: accepted requests of which it does not say that they are forbidden, one to what is asked for.
func questionsOf(s *probe.SheetResult) []*cause {
	var questions []*cause
	asked := map[string]*cause{}
	for _, c := range foldCauses(s, source.Info, answeredCase) {
		if c.lead.Severity != source.Info || c.lead.Rule != "negative.accepted" {
			continue
		}
		ask := askOf(c.lead.Hint)
		if asked[ask] != nil {
			asked[ask].cases = append(asked[ask].cases, c.cases...)
			continue
		}
		asked[ask] = c
		questions = append(questions, c)
	}
	return questions
}

// unseen asks for what leads to the documented answers that none of our requests led to.
func unseen(s *probe.SheetResult) *letterPoint {
	var q *letterPoint
	for i := range s.Findings {
		f := &s.Findings[i]
		if f.Location != probe.AtCoverage {
			continue
		}
		if q == nil {
			q = &letterPoint{Rule: f.Rule, About: string(probe.BlameSheet), Severity: string(f.Severity), Message: f.Message, Document: fileName(s.Document)}
		}
		q.List = append(q.List, strings.Join(strings.Fields(strings.TrimPrefix(f.Documented, "the documented error ")), " "))
	}
	return q
}

// pointOfSeveral is a point about several APIs; what it shows is of the first.
func pointOfSeveral(c *shared, number int, shown map[*probe.Exchange]int) *letterPoint {
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

func pointOf(s *probe.SheetResult, c *cause, number int, shown map[*probe.Exchange]int) *letterPoint {
	f := c.lead
	p := &letterPoint{
		Number: number, Rule: f.Rule, About: string(f.Blame), Severity: string(f.Severity), Message: c.told(), Says: f.Documented, Does: f.Observed,
		Where: f.Pointer, Ask: askOf(f.Hint), Many: c.most, Sent: alike(c.cases), Changed: c.broken() == 1, Row: c.proposed(),
	}
	if rule, ok := probe.RuleByID(f.Rule); ok && p.Ask == "" && f.Blame == probe.BlameSheet {
		p.Ask = askOf(rule.Fix)
	}
	p.Document, p.Line, p.Cell = placeInSheet(s, c)
	if x := c.cases[0].Exchange; x != nil {
		p.show(x, shown)
	}
	return p
}

// proposed is the row by which the sheet would document what came; "" where there is none.
func (c *cause) proposed() string {
	if row := c.lead.Proposed; row != nil {
		return row.Line
	}
	for _, f := range c.also {
		if f.Proposed != nil {
			return f.Proposed.Line
		}
	}
	return ""
}

// show lets a point quote the exchange, or name the point that does.
func (p *letterPoint) show(x *probe.Exchange, shown map[*probe.Exchange]int) {
	if p.SameAs = shown[x]; p.SameAs != 0 {
		return
	}
	shown[x] = p.Number
	if line := x.Curl(); len(line) <= maxCurl {
		p.Curl = line
	}
	p.TraceID, p.SpanID = x.TraceID, x.SpanID
	if x.Response != nil {
		p.Status, p.Answer = x.Response.HTTPStatus, x.Response.Body
	}
}

// alike says what was sent, requests that differ in one quoted name as one: `field "a", "b" and "c" left out`.
func alike(cases []*probe.Result) []string {
	var gs groups
	for _, r := range cases {
		sent := whatWasSent(r)
		if sent == "" {
			continue
		}
		parts := quotedParts(sent)
		g := gs.of(groupKey{text: withoutQuotes(parts)}, group{headline: sent})
		g.variants = append(g.variants, parts)
	}
	var all []string
	for _, g := range gs.order {
		all = append(all, g.each()...)
	}
	return all
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
