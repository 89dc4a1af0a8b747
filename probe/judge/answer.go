package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// answer is a live answer and what was found out about it, for the checks to look at.
type answer struct {
	judge     *Judge
	c         *probe.Case
	negative  bool // the request was broken on purpose
	x         *probe.Exchange
	response  *probe.RecordedResponse // nil where none came
	status    int
	body      string
	utf8      bool            // the body is valid UTF-8
	value     *nearjson.Value // nil where the body is not JSON, or is JSON beyond our limits
	repeated  []nearjson.Duplicate
	jsonError error // why the body is not JSON
	bodyCodes []string
	codes     []string // those of the body, and those of headers
	marks     []mark
	keys      names // of the value, folded; nil until they are asked for

	outcome  probe.Outcome
	evidence evidence
	promise  *promise // what the sheet documents for the outcome, or for the expected one where the outcome is unknown
	foreign  bool     // an error that is like none of the documented ones
	settled  bool     // one story tells all there is to say
	layered  bool     // a gateway or framework in front of the API answered, as far as can be told

	diagnosis *probe.Diagnosis // of an answer that is not the API's

	mismatches []schema.Mismatch
	trouble    error // why the comparison is not complete
}

// newAnswer reads an answer; it is good as long as the reader remembers that.
func newAnswer(j *Judge, c *probe.Case, x *probe.Exchange, reader *nearjson.Reader) *answer {
	a := &answer{judge: j, c: c, negative: c.Family.Negative(), x: x, response: x.Response}
	if a.response == nil {
		return a
	}
	a.status, a.body = x.Response.HTTPStatus, x.Response.Body
	if a.utf8 = utf8.ValidString(a.body); a.utf8 {
		text := source.Unplaced(a.body)
		a.value, a.repeated, a.jsonError = reader.ReadStrict(text)
		if a.jsonError != nil && isJSON(text.String()) { // JSON beyond our limits is no fault of the endpoint
			a.trouble, a.jsonError = a.jsonError, nil
		}
	}
	a.bodyCodes = j.tells.codesIn(a.value)
	a.codes, a.marks = a.bodyCodes, marksOf(a.value, a.bodyCodes)
	if inHeaders := a.headerCodes(); len(inHeaders) > 0 {
		a.codes = slices.Concat(a.bodyCodes, inHeaders)
	}
	return a
}

// isJSON says that a text is one JSON value, however deep; [json.Valid] gives up at 10,000 levels.
func isJSON(text string) bool {
	if json.Valid([]byte(text)) {
		return true
	}
	if strings.Count(text, "[")+strings.Count(text, "{") <= 1000 {
		return false
	}
	depth, decoder := 0, json.NewDecoder(strings.NewReader(text))
	for n := 0; ; n++ {
		token, err := decoder.Token()
		switch {
		case err != nil:
			return errors.Is(err, io.EOF) && n > 0 && depth == 0
		case n > 0 && depth == 0: // a second value
			return false
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
	}
}

// classify finds the outcome, and whose promise the answer is to be compared with.
func (a *answer) classify() {
	a.outcome, a.evidence = a.judge.outcomeOf(a)
	if a.isSentToLogin() {
		a.outcome, a.evidence = probe.OutcomeError, byStatus
	}
	side := a.outcome
	if side == probe.OutcomeUnknown {
		side = a.c.Expect.Outcome
	}
	if a.negative && a.status >= 400 {
		side = probe.OutcomeError // refused by its status, whatever the body says
	}
	a.promise = a.judge.success
	if side == probe.OutcomeError {
		a.promise = a.judge.failure
	}
	a.foreign = side == probe.OutcomeError && a.value != nil && !a.resembles(a.promise)
	a.settled = a.tellsOneStory()
	a.layered = a.comesFromLayer()
	a.compare()
}

// compare holds the body against the documented shapes.
func (a *answer) compare() {
	if a.value == nil || a.foreign {
		return
	}
	var err error
	if a.mismatches, err = a.promise.groupFor(a).compare(a.value); err != nil {
		a.trouble = err
	}
	if a.evidence == byFamily && len(a.mismatches) > 0 && a.isSuccessButForCode() {
		a.mismatches = nil // the code that nobody documented is all that is wrong, and told as that
	}
}

// isSuccessButForCode says that the answer has the shape of a documented success, where a success was expected, so that its code is an error.
func (a *answer) isSuccessButForCode() bool {
	if a.outcome == a.c.Expect.Outcome || a.c.Expect.Outcome != probe.OutcomeSuccess || !a.judge.success.json {
		return false
	}
	mismatches, err := a.judge.success.groupFor(a).compare(a.value)
	return err == nil && len(mismatches) == 0
}

// isEmpty says that there is no body to speak of.
func (a *answer) isEmpty() bool { return strings.TrimSpace(a.body) == "" }

// isStatus says that a text is the HTTP status of the answer.
func (a *answer) isStatus(text string) bool {
	var room [20]byte
	return string(strconv.AppendInt(room[:0], int64(a.status), 10)) == text
}

// hasNoBody says that HTTP itself forbids a body (RFC 9110, sections 9.3.2 and 15).
func (a *answer) isBodyless() bool {
	return a.c.Request.Method == http.MethodHead || a.x.Request.Method == http.MethodHead || a.status == http.StatusNotModified
}

// finding starts a finding. The identity must come from the sheet: see probe.NewFinding.
func (a *answer) finding(rule string, at probe.Location, identity ...string) probe.Finding {
	return probe.NewFinding(rule, a.c.ID, at, identity...)
}

func statusText(status int) string {
	if status == 0 {
		return "an unknown HTTP status"
	}
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("HTTP %d %s", status, text)
	}
	return fmt.Sprintf("HTTP %d", status)
}

// short cuts a text for a message and takes line breaks and control characters out of it.
func short(s string) string {
	const limit = 60
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			return b.String() + "..."
		}
		if r < ' ' || r == 0x7f {
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// list names things for people: `a`, `b` or `c`.
func list(things []string, last string) string {
	const most = 6
	if len(things) > most {
		things = append(append([]string{}, things[:most]...), fmt.Sprintf("%d more", len(things)-most))
	}
	if len(things) < 2 {
		return strings.Join(things, "")
	}
	return strings.Join(things[:len(things)-1], ", ") + " " + last + " " + things[len(things)-1]
}
