package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What becomes of a planned case.
const (
	willSend  = "send"
	isBlocked = "blocked"
	isSkipped = "skipped"
	isAwaited = "await" // a call that the API is to make to us
)

// unsent heads the cases that are not sent.
var unsent = map[string]string{isBlocked: "cannot be sent", isSkipped: "left out", isAwaited: "awaited"}

// actionOf says what becomes of a case, and why where it is not sent.
func actionOf(c *probe.Case) (action, reason string) {
	switch {
	case len(c.Blocked) > 0:
		return isBlocked, c.Blocked[0].Message
	case c.Skip != "":
		return isSkipped, c.Skip
	case c.Family == probe.FamilyCallback:
		return isAwaited, "it is not ours to send: the API calls us because of " + c.Base
	}
	return willSend, ""
}

// Plan lists for a person every request that would be sent, in order, and behind them those that would not, by reason. mask removes secrets.
func Plan(w io.Writer, plans []probe.Plan, mask Masker, o Options) error {
	p := newPage(o)
	n, calls, further := map[string]int{}, 0, 0
	for _, plan := range plans {
		if !o.Quiet {
			p.planSheet(plan, mask)
		}
		if plan.TokenCall != nil && len(plan.TokenCall.Blocked) == 0 {
			calls++
		}
		for i := range plan.Cases {
			action, _ := actionOf(&plan.Cases[i])
			n[action]++
			further += max(plan.Cases[i].Times-1, 0)
		}
	}
	p.blank()
	line := fmt.Sprintf("%s, %s to send", count(len(plans), "API"), count(n[willSend], "request"))
	if calls > 0 {
		line += fmt.Sprintf(" besides %s", count(calls, "token call"))
	}
	if further > 0 {
		line += fmt.Sprintf(", and %s more that repeat them", number(further))
	}
	if n[isAwaited] > 0 {
		line += fmt.Sprintf(", %s to be awaited", count(n[isAwaited], "call"))
	}
	if n[isBlocked] > 0 {
		line += fmt.Sprintf(", %s that cannot be sent", number(n[isBlocked]))
	}
	if n[isSkipped] > 0 {
		line += fmt.Sprintf(", %s left out", number(n[isSkipped]))
	}
	p.text(0, bold, line+". Nothing was sent.")
	return p.writeTo(w)
}

func (p *page) planSheet(plan probe.Plan, mask Masker) {
	p.blank()
	p.banner(plain, inert(plan.Sheet.Name), planned(plan))
	p.tokenCall(plan, mask)
	for i := range plan.Cases {
		c := &plan.Cases[i]
		action, reason := actionOf(c)
		if isFolded(c) {
			continue
		}
		p.blank()
		p.sides("", bold, inertUpTo(c.ID, maxName), unsent[action])
		if c.Mutation != "" {
			p.row(causeIndent, "differs", inert(masked(c.Mutation, mask)))
		}
		if reason != "" {
			p.row(causeIndent, "because", inert(masked(reason, mask)))
		}
		for _, f := range c.Blocked {
			if f.Hint != "" {
				p.row(causeIndent, "next step", inert(masked(f.Hint, mask)))
			}
		}
		if action == isAwaited {
			p.row(causeIndent, "expected", fmt.Sprintf("%s %s", inert(c.Request.Method), inertUpTo(masked(c.Request.URL, mask), maxName)))
		}
		if action == willSend {
			p.row(causeIndent, "expected", expectation(c.Expect))
			if c.Times > 1 {
				p.row(causeIndent, "repeated", fmt.Sprintf("sent %s times in all", number(c.Times)))
			}
			if identity := identityOf(plan.Sheet, c); identity != "" {
				p.row(causeIndent, "identity", identity)
			}
			p.generated(c.Generated)
			p.request(record(c.Request, mask))
		}
	}
	p.folded(plan.Cases, isBlocked, mask)
	p.folded(plan.Cases, isSkipped, mask)
}

// generated tells what was made for a request, which no document says.
func (p *page) generated(values []probe.Generated) {
	for _, g := range values {
		p.row(causeIndent, "generated", inert(g.Written)+" is "+inert(g.Value))
	}
}

func planned(plan probe.Plan) string {
	n := 0
	for i := range plan.Cases {
		if action, _ := actionOf(&plan.Cases[i]); action == willSend {
			n++
		}
	}
	return count(n, "request")
}

// expectation says what a case's answer should be, as in "success, HTTP 200 or 201, code RC000".
func expectation(e probe.Expectation) string {
	text := string(e.Outcome)
	if len(e.HTTPStatus) > 0 {
		statuses := make([]string, len(e.HTTPStatus))
		for i, s := range e.HTTPStatus {
			statuses[i] = fmt.Sprint(s)
		}
		text += ", HTTP " + strings.Join(statuses, " or ")
	}
	if len(e.Codes) > 0 {
		text += ", code " + strings.Join(e.Codes, " or ")
	}
	return inert(text)
}

// request writes a request as it goes over the wire.
func (p *page) request(q probe.RecordedRequest) {
	p.verbatim("> ", inert(q.Method)+" "+inertUpTo(q.URL, maxCurl))
	for _, h := range q.Headers {
		p.verbatim("> ", inert(h.Name)+": "+inert(h.Value))
	}
	p.body("> ", q.Body)
}

// PlanJSON lists the same for a machine:
//
//	{"plans": [{"name", "method", "url", "document", "at": {"line", "column", "cell"},
//	  "token_call": {"action": "send|blocked", "reason", "request": {...}, "findings": [FINDING]},
//	  "cases": [{"id", "title", "family", "mutation", "action": "send|await|blocked|skipped", "reason",
//	    "expectation": {...}, "request": {"method", "url", "headers", "body"}, "findings": [FINDING]}]}]}
//
// with FINDING as in the JSON report; there are some where the action is "blocked". A token call stands where its identity is first needed. A body that is not valid UTF-8 stands in "body_base64" too.
func PlanJSON(w io.Writer, plans []probe.Plan, mask Masker) error {
	out := struct {
		Plans []planJSON `json:"plans"`
	}{[]planJSON{}}
	for _, plan := range plans {
		s := plan.Sheet
		doc := planJSON{Name: s.Name, Method: s.Method, URL: masked(s.URL, mask), At: s.At.Of(probe.FieldName), TokenCall: planTokenOf(plan.TokenCall, mask), Cases: []planCase{}}
		if s.Document != nil {
			doc.Document = s.Document.Name
		}
		for i := range plan.Cases {
			doc.Cases = append(doc.Cases, planCaseOf(&plan.Cases[i], mask))
		}
		out.Plans = append(out.Plans, doc)
	}
	return probe.EncodeJSON(w, out)
}

type planJSON struct {
	Name      string      `json:"name"`
	Method    string      `json:"method"`
	URL       string      `json:"url"`
	Document  string      `json:"document"`
	At        source.Span `json:"at"`
	TokenCall *planToken  `json:"token_call,omitempty"`
	Cases     []planCase  `json:"cases"`
}

type planCase struct {
	ID        string                `json:"id"`
	Title     string                `json:"title"`
	Family    probe.Family          `json:"family"`
	Mutation  string                `json:"mutation"`
	Generated []probe.Generated     `json:"generated,omitempty"`
	Times     int                   `json:"times,omitempty"` // in all; absent where it is sent once
	Action    string                `json:"action"`
	Reason    string                `json:"reason"`
	Expect    probe.Expectation     `json:"expectation"`
	Request   probe.RecordedRequest `json:"request"`
	Findings  []probe.Finding       `json:"findings"`
}

func planCaseOf(c *probe.Case, mask Masker) planCase {
	action, reason := actionOf(c)
	q := record(c.Request, mask)
	q.Headers = list(q.Headers)
	if !utf8.ValidString(q.Body) {
		q.BodyBase64 = []byte(q.Body)
	}
	expect := c.Expect
	expect.HTTPStatus, expect.Codes = list(expect.HTTPStatus), list(expect.Codes)
	return planCase{
		ID: c.ID, Title: c.Title, Family: c.Family, Mutation: masked(c.Mutation, mask), Generated: c.Generated, Times: c.Times, Action: action, Reason: masked(reason, mask),
		Expect: expect, Request: q, Findings: maskedFindings(c.Blocked, mask),
	}
}

func maskedFindings(fs []probe.Finding, mask Masker) []probe.Finding {
	fs = list(slices.Clone(fs))
	for i := range fs {
		for _, text := range []*string{&fs[i].Message, &fs[i].Hint, &fs[i].Documented, &fs[i].Observed} {
			*text = masked(*text, mask)
		}
	}
	return fs
}

// PlanCurl lists the requests that would be sent as command lines for a POSIX shell, each behind a comment that names its case; the comment
// is all there is of a case that would not be sent.
func PlanCurl(w io.Writer, plans []probe.Plan, mask Masker) error {
	for _, plan := range plans {
		if err := tokenCurl(w, plan, mask); err != nil {
			return err
		}
		for i := range plan.Cases {
			c := &plan.Cases[i]
			action, reason := actionOf(c)
			comment := "# " + inert(c.ID)
			if c.Mutation != "" {
				comment += ": " + inert(masked(c.Mutation, mask))
			}
			if action != willSend {
				comment += "\n# not sent: " + inert(masked(reason, mask))
			} else {
				comment += "\n" + strings.TrimSuffix(probe.Curl(record(c.Request, mask)), "\n")
			}
			if _, err := fmt.Fprintf(w, "%s\n\n", comment); err != nil {
				return err
			}
		}
	}
	return nil
}

// record is the request as it may be shown.
func record(q probe.Request, mask Masker) probe.RecordedRequest {
	if mask != nil {
		return mask.Request(q)
	}
	return probe.NewRedactor(probe.Vars{}).Request(q)
}

// identityOf says what is added to a request when it is sent; "" where nothing is.
func identityOf(s *probe.Sheet, c *probe.Case) string {
	if s.Auth == nil || s.Auth.Type == "none" || c.Anonymous {
		return ""
	}
	if c.Identity != nil {
		return inert(s.Auth.Type) + ", with credentials that are wrong on purpose, added when the request is sent"
	}
	return inert(s.Auth.Type) + ", added when the request is sent"
}
