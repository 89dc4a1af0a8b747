package judge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// propose adds to what is said of an error that nobody documented the row by which the sheet would document it. Of a server's failure there is
// no row to be proposed: it is not meant.
func (a *answer) propose(findings []probe.Finding) {
	if a.promise.outcome != probe.OutcomeError || a.settled || a.status >= 500 || a.status < 400 && len(a.codes) == 0 {
		return
	}
	var row *probe.ProposedRow
	for i := range findings {
		if f := &findings[i]; a.isUndocumented(f) {
			if row == nil {
				row = a.proposedRow()
			}
			f.Proposed = row
			if row != nil {
				f.Hint = "correct the endpoint; or where the answer is meant, add to the status codes: " + row.Line
			}
		}
	}
}

// isUndocumented says that the finding is about an error that the sheet does not know.
func (a *answer) isUndocumented(f *probe.Finding) bool {
	switch f.Rule {
	case "status.code-undocumented", "status.http":
		return true
	case "shape.missing", "shape.type", "body.empty", "body.not-json":
		return a.foreign || a.layered
	}
	return false
}

// proposedRow is nil where both the code and the HTTP status are documented.
func (a *answer) proposedRow() *probe.ProposedRow {
	row := &probe.ProposedRow{HTTPStatus: a.status, Message: firstNonEmpty(short(a.messageOf()), http.StatusText(a.status))}
	for _, code := range a.codes {
		if _, documented := a.judge.codes.Meaning(code); !documented && row.Code == "" && !a.isStatus(code) {
			row.Code = code
		}
	}
	switch {
	case row.Code == "" && (slices.Contains(a.judge.failure.statuses, a.status) || a.status < 400):
		return nil
	case row.Code == "":
		row.Line = fmt.Sprintf("%d  %s", a.status, row.Message)
	case a.status < 300:
		row.Line = short(row.Code) + "  " + row.Message
	default:
		row.Line = fmt.Sprintf("%s  %s (HTTP %d)", short(row.Code), row.Message, a.status)
	}
	row.Line = strings.TrimSpace(row.Line)
	return row
}

// messageOf is what the answer says to people: of JSON the plainest of its messages, else its title or its text.
func (a *answer) messageOf() string {
	switch {
	case a.value != nil:
		for _, name := range strings.Fields(sentenceNames) {
			if text := sentenceIn(a.value, name, 0); text != "" {
				return text
			}
		}
		return ""
	case a.isHTML():
		return firstNonEmpty(pageTitle(a.body), strings.TrimSpace(headlines(a.body)))
	}
	line, _, _ := strings.Cut(strings.TrimSpace(a.body), "\n")
	return strings.TrimSpace(line)
}

// sentenceNames are the keys of sentences, the plainest first.
const sentenceNames = `message msg errormessage errormsg errordescription errmsg statusmessage responsemessage resultmessage description detail reason title faultstring error
meldung nachricht mensaje mensagem messaggio beschreibung`

// sentenceIn looks for a text under the name, on this level before it looks below.
func sentenceIn(v *nearjson.Value, name string, depth int) string {
	if depth > 3 {
		return ""
	}
	for _, m := range v.Members {
		if m.Value.Kind == nearjson.String && fold(m.Key) == name && strings.TrimSpace(m.Value.Text) != "" {
			return strings.TrimSpace(m.Value.Text)
		}
	}
	for _, m := range v.Members {
		if text := sentenceIn(m.Value, name, depth+1); text != "" {
			return text
		}
	}
	if len(v.Items) > 0 {
		return sentenceIn(v.Items[0], name, depth+1)
	}
	return ""
}
