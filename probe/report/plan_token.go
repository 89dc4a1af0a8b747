package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

const tokenCallTitle = "token call"

// tokenAction says what becomes of a token call, and why where it is not made.
func tokenAction(c *probe.PlannedCall) (action, reason string) {
	return actionOf(&probe.Case{Blocked: c.Blocked})
}

func (p *page) tokenCall(plan probe.Plan, mask Masker) {
	c := plan.TokenCall
	if c == nil {
		return
	}
	p.blank()
	action, reason := tokenAction(c)
	if action != willSend {
		p.sides("", bold, tokenCallTitle, "cannot be sent")
		p.row(causeIndent, "because", inert(masked(reason, mask)))
		for _, f := range c.Blocked {
			p.row(causeIndent, "next step", inert(masked(f.Hint, mask)))
		}
	} else {
		p.sides("", bold, tokenCallTitle, "")
	}
	p.row(causeIndent, "identity", inert(plan.Sheet.Auth.Type)+", fetched once for all requests that carry it")
	p.request(record(c.Request, mask))
}

type planToken struct {
	Action   string                `json:"action"`
	Reason   string                `json:"reason"`
	Request  probe.RecordedRequest `json:"request"`
	Findings []probe.Finding       `json:"findings"`
}

func planTokenOf(c *probe.PlannedCall, mask Masker) *planToken {
	if c == nil {
		return nil
	}
	action, reason := tokenAction(c)
	q := record(c.Request, mask)
	q.Headers = list(q.Headers)
	if !utf8.ValidString(q.Body) {
		q.BodyBase64 = []byte(q.Body)
	}
	return &planToken{Action: action, Reason: masked(reason, mask), Request: q, Findings: maskedFindings(c.Blocked, mask)}
}

// tokenCurl writes the token call as a command line. Where the guard refuses its host, the comment is all there is of it.
func tokenCurl(w io.Writer, plan probe.Plan, mask Masker) error {
	if plan.TokenCall == nil {
		return nil
	}
	text := "# " + tokenCallTitle + " of " + inert(plan.Sheet.Name)
	if action, reason := tokenAction(plan.TokenCall); action != willSend {
		text += "\n# not sent: " + inert(masked(reason, mask))
	} else {
		text += "\n" + strings.TrimSuffix(probe.Curl(record(plan.TokenCall.Request, mask)), "\n")
	}
	_, err := fmt.Fprintf(w, "%s\n\n", text)
	return err
}
