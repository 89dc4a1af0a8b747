package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// maxBody is how much of a body is shown, in bytes.
const maxBody = 64 << 10

// exchanges writes what went over the wire for the cases, of each case once in a report.
func (t *textReport) exchanges(cases []*probe.Result) {
	for _, listed := range cases {
		c, err := t.whole.of(listed)
		if err != nil {
			t.failed = err
			return
		}
		if x := c.Exchange; x != nil && !t.written[listed] {
			t.written[listed] = true
			t.blank()
			t.row(causeIndent, "exchange", inertUpTo(c.ID, maxName))
			t.generated(c.Generated)
			t.exchange(x)
		}
		t.behind(c)
		t.drain()
	}
}

// behind writes what came behind the answer: the calls to our callback URL, and what the status API told.
func (t *textReport) behind(c *probe.Result) {
	if t.told[c.ID] {
		return
	}
	t.told[c.ID] = true
	for i, call := range c.Callbacks {
		t.blank()
		t.row(causeIndent, "call "+fmt.Sprint(i+1), fmt.Sprintf("from %s, %.0f ms behind the answer", inert(call.From), call.AfterMS))
		t.request(call.Request)
	}
	for _, asked := range c.Polls {
		t.row(causeIndent, "state", fmt.Sprintf("%s, %.0f ms behind the answer", inertUpTo(orElse(asked.State, fmt.Sprintf("none (HTTP %d)", asked.HTTPStatus)), maxValue), asked.AfterMS))
	}
}

func (t *textReport) exchange(x *probe.Exchange) {
	if x.Request.URL != "" {
		t.request(x.Request)
	}
	for _, a := range x.Attempts {
		if a.Error != "" {
			t.verbatim("! ", inert(a.Error))
		}
	}
	a := x.Response
	if a == nil {
		return
	}
	t.verbatim("< ", statusLine(x))
	for _, h := range a.Headers {
		t.verbatim("< ", inert(h.Name)+": "+inert(h.Value))
	}
	t.body("< ", a.Body)
	if a.Truncated {
		t.verbatim("< ", "(the answer was longer than what is kept)")
	}
}

func statusLine(x *probe.Exchange) string {
	switch {
	case x.Saved && x.Response.HTTPStatus == 0:
		return "(saved without its HTTP status)"
	case x.Saved:
		return fmt.Sprintf("HTTP %d, saved", x.Response.HTTPStatus)
	}
	return fmt.Sprintf("HTTP %d, after %.0f ms", x.Response.HTTPStatus, x.Timing.Total)
}

// body writes a body line by line behind an empty one.
func (p *page) body(prefix, body string) {
	if body == "" {
		return
	}
	p.verbatim(prefix, "")
	shown := body
	if len(shown) > maxBody {
		shown = cleanPrefix(shown, maxBody)
	}
	for line := range strings.SplitSeq(shown, "\n") {
		p.verbatim(prefix, inertUpTo(strings.TrimSuffix(line, "\r"), 8*maxBody))
	}
	if len(shown) < len(body) {
		p.verbatim(prefix, fmt.Sprintf("(%s in all; the JSON report holds them)", count(len(body), "byte")))
	}
}

// cleanPrefix cuts at most limit bytes off the front, not in the middle of a character.
func cleanPrefix(s string, limit int) string {
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// verbatim writes a line of an exchange as it is, broken where the page ends and nowhere else.
func (p *page) verbatim(prefix, line string) { p.verbatimAt(causeIndent, prefix, line) }

func (p *page) verbatimAt(indent int, prefix, line string) {
	lead := strings.Repeat(" ", indent) + p.paint(dim, strings.TrimRight(prefix, " "))
	if prefix != "" {
		lead += " "
	}
	for {
		head, rest := cut(line, p.width-indent-len(prefix))
		p.out.WriteString(strings.TrimRight(lead+head, " ") + "\n")
		if rest == "" {
			return
		}
		line = rest
	}
}
