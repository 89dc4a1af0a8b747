package plan

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// documentedError is one error that the sheet documents: an answer with what the row of its code adds, or a row alone.
type documentedError struct {
	code     string
	status   int // 0 where the sheet ties none to it
	title    string
	response int // its place in the sheet's errors; -1 of a row
	at       source.Span
}

// documentedErrors lists the errors of a sheet, each once: its answers, and the rows of field 10 that mean an error and that no answer carries.
func documentedErrors(s *probe.Sheet) []documentedError {
	var all []documentedError
	for i, r := range s.Errors {
		e := documentedError{code: r.Code, title: r.Title, response: i, at: r.At}
		if r.HTTPStatus != nil {
			e.status = *r.HTTPStatus
		}
		if e.title == "" && e.code != "" {
			e.title = messageOf(s, e.code)
		}
		all = append(all, e)
	}
	codes := probe.NewCodes(s)
	for _, row := range s.StatusCodes {
		if e, ok := errorOfRow(codes, row); ok && !slices.ContainsFunc(all, e.same) {
			all = append(all, e)
		}
	}
	return all
}

func messageOf(s *probe.Sheet, code string) string {
	for _, row := range s.StatusCodes {
		if row.Code == code {
			return row.Message
		}
	}
	return ""
}

// errorOfRow is the error that a row of the status codes stands for; it is not ok for a row of success, or of which nothing tells.
func errorOfRow(codes probe.Codes, row probe.StatusCode) (e documentedError, ok bool) {
	e = documentedError{title: row.Message, response: -1, at: row.At}
	if row.Kind == probe.KindHTTP {
		e.status, _ = strconv.Atoi(row.Code)
		return e, e.status >= 400 && e.status < 600
	}
	e.code = row.Code
	meaning, _ := codes.Meaning(row.Code)
	return e, row.Code != "" && meaning == probe.OutcomeError
}

// same says that a row tells of an error that is known already: by its code, and where it has none by its HTTP status.
func (e documentedError) same(known documentedError) bool {
	if e.code != "" {
		return e.code == known.code
	}
	return e.status == known.status || strconv.Itoa(e.status) == known.code
}

// is says that the error is the one that a case expects.
func (e documentedError) is(x probe.ExpectedError) bool {
	return e.code == x.Code && e.status == x.HTTPStatus && (e.code != "" || e.status != 0 || e.title == x.Title)
}

// plannedErrors tells of each documented error which cases are there to bring it about.
func (b *builder) plannedErrors() []probe.PlannedError {
	var all []probe.PlannedError
	for _, e := range b.errors {
		p := probe.PlannedError{Code: e.code, HTTPStatus: e.status, Title: e.title, At: e.at, Response: e.response}
		skipped := ""
		for i := range b.cases {
			c := &b.cases[i]
			if !b.elicits(c, e) {
				continue
			}
			if isSent(c) {
				p.Tried = append(p.Tried, c.ID)
			} else if skipped == "" {
				skipped = whyUnsent(c)
			}
		}
		if len(p.Tried) == 0 {
			p.Lacking = firstNonEmpty(skipped, b.lacking(e))
		}
		all = append(all, p)
	}
	return all
}

// elicits says that a case is there to bring the error about: a negative that is paired with it, or a row of test data that expects it.
func (b *builder) elicits(c *probe.Case, e documentedError) bool {
	if c.Family != probe.FamilyTestData {
		return slices.ContainsFunc(c.Expect.Errors, e.is)
	}
	if e.code != "" {
		return len(c.Expect.Codes) == 1 && c.Expect.Codes[0] == e.code && c.Expect.Outcome != probe.OutcomeSuccess
	}
	return len(c.Expect.HTTPStatus) == 1 && c.Expect.HTTPStatus[0] == e.status && c.Expect.Outcome != probe.OutcomeSuccess
}

func whyUnsent(c *probe.Case) string {
	if c.Skip != "" {
		return fmt.Sprintf("%s is not sent: %s", c.ID, c.Skip)
	}
	return fmt.Sprintf("%s cannot be sent: %s", c.ID, c.Blocked[0].Message)
}

// lacking says what the sheet would have to say for the error to be brought about.
func (b *builder) lacking(e documentedError) string {
	add := "add `when` or `request` to the error"
	if e.response < 0 {
		add = "document the answer that carries it with `when` or `request`"
	}
	expect := e.code
	if expect == "" && e.status != 0 {
		expect = strconv.Itoa(e.status)
	}
	if expect != "" {
		add += ", or a row of test data that expects " + expect
	}
	return "the sheet does not say what leads to it; " + add
}
