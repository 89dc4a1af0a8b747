// Package correct proposes an API details sheet as the endpoint was observed to behave, for its owner to accept or to refuse.
//
// A [Proposal] is the sheet with the changes that findings speak for, and nothing else: values that merely differ stay as documented. What is the
// endpoint's to mend, such as a failure of the server, a leaked stack trace or an error that belongs to another mistake, is not written into any
// sheet, nor is what the answers of the run contradict each other in: the proposal names it as left. Every recorded answer is judged by the
// proposal once more, and a change that settles nothing, or that another answer breaks, is taken back. Every change says what stood there, what
// takes its place, why, and which case showed it. Observed values are those of the recorded run, secrets masked; a secret that the document
// itself holds becomes a placeholder.
//
// It is a room of its own, above the readers, because it writes the forms that they read: a proposal in YAML or Markdown is read by sheetprobe again.
// It sends nothing.
package correct

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Kind is what becomes of a place.
type Kind string

// The kinds.
const (
	Added    Kind = "added"
	Removed  Kind = "removed"
	Replaced Kind = "replaced"
	Renamed  Kind = "renamed"
	Optional Kind = "optional" // it stays, and is not always there
	Nullable Kind = "nullable" // it stays, and can be null
	Repaired Kind = "repaired" // it could not be read as it stood
)

// Change is one difference between the documented and the proposed sheet.
type Change struct {
	Number   int         // from 1, in the order of the sheet
	Kind     Kind        //
	Field    probe.Field // that it belongs to
	Answer   int         // which answer of the field, from 0; of other fields 0
	Pointer  string      // RFC 6901, into the proposed body; of what was removed, where it would stand; "" for the field, or row, as a whole
	Was, Now string      // "" for nothing
	Why      string      // one sentence, lower case, no full stop
	Case     string      // the id of the case that showed it; "" for what the document alone shows
	At       source.Span // in the document
	cause    place       // of an added answer, what it was added for
}

// Proposal is a sheet as it was observed.
type Proposal struct {
	Documented *probe.Sheet
	Sheet      *probe.Sheet
	Changes    []Change
	Left       []Left // what the proposal does not settle
	Document   string
}

// Left is something that deviates and that no change of the sheet should hide.
type Left struct {
	What, Why string // a sentence each, lower case, no full stop
	Case      string // the id of the first case that showed it
}

// Propose corrects a sheet by what a run found out about it. The sheet itself is not changed.
func Propose(s *probe.Sheet, result *probe.SheetResult) Proposal {
	s = withoutSecrets(s, result.Documented)
	refused, kept := map[place]bool{}, []probe.ShapeOverride(nil)
	for range maxRounds {
		b := build(s, result, refused, kept)
		left, wrong := b.verify()
		if len(wrong)+len(b.kept)-len(kept) == 0 {
			return Proposal{Documented: s, Sheet: b.sheet, Changes: b.changes, Left: left, Document: result.Document}
		}
		maps.Copy(refused, wrong)
		kept = b.kept
	}
	return Proposal{Documented: s, Sheet: copied(s), Left: leftOf(result.Cases), Document: result.Document}
}

// maxRounds is how often changes are taken back. Each round takes back one at least, of which there are few.
const maxRounds = 20

// build makes every change that a finding speaks for and that is not refused.
func build(s *probe.Sheet, result *probe.SheetResult, refused map[place]bool, kept []probe.ShapeOverride) *builder {
	b := &builder{documented: s, sheet: copied(s), result: result, refused: refused, kept: slices.Clone(kept), answers: map[*probe.Result]*nearjson.Value{}}
	b.sheet.Overrides = append(b.sheet.Overrides, kept...)
	for i := range result.Cases {
		if c := &result.Cases[i]; isEvidence(c) {
			b.answers[c] = bodyOf(c.Exchange.Response)
		}
	}
	for i := range result.Cases {
		if c := &result.Cases[i]; isEvidence(c) {
			b.learn(c)
		}
	}
	b.codes()
	b.mandatory()
	b.repairs(s)
	slices.SortStableFunc(b.changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(slices.Index(probe.Fields[:], x.Field), slices.Index(probe.Fields[:], y.Field)), cmp.Compare(x.Answer, y.Answer))
	})
	for i := range b.changes {
		b.changes[i].Number = i + 1
	}
	return b
}

// copied is a sheet whose answers, codes and fields can be changed.
func copied(s *probe.Sheet) *probe.Sheet {
	c := *s
	c.Success, c.Errors = copiedAnswers(s.Success), copiedAnswers(s.Errors)
	c.StatusCodes, c.Request.Fields, c.Overrides = slices.Clone(s.StatusCodes), slices.Clone(s.Request.Fields), slices.Clone(s.Overrides)
	return &c
}

func copiedAnswers(answers []probe.Response) []probe.Response {
	answers = slices.Clone(answers)
	for i := range answers {
		if v := answers[i].Body.Value; v != nil {
			answers[i].Body.Value = v.Clone()
		}
	}
	return answers
}

type builder struct {
	documented *probe.Sheet
	sheet      *probe.Sheet
	result     *probe.SheetResult
	changes    []Change
	refused    map[place]bool
	kept       []probe.ShapeOverride             // what the document says in words, and the proposed example does not
	answers    map[*probe.Result]*nearjson.Value // the bodies of what is evidence; nil where it is no JSON
}

func (b *builder) add(c Change) {
	same := func(d Change) bool {
		return d.Kind == c.Kind && d.Field == c.Field && d.Answer == c.Answer && d.Pointer == c.Pointer && (d.Pointer != "" || d.Now == c.Now)
	}
	if !slices.ContainsFunc(b.changes, same) {
		b.changes = append(b.changes, c)
	}
}

// learn takes over what one answer shows.
func (b *builder) learn(c *probe.Result) {
	answers, field := &b.sheet.Success, probe.FieldSuccessResponse
	if c.Outcome == probe.OutcomeError {
		answers, field = &b.sheet.Errors, probe.FieldErrorResponse
	}
	i := matching(*answers, c.Exchange.Response, b.answers[c])
	if i < 0 {
		if field == probe.FieldErrorResponse && hasFinding(c) && !isWrongError(c) {
			b.newError(c, b.answers[c])
		}
		return
	}
	p := &subject{builder: b, field: field, answer: i, response: &(*answers)[i], observed: b.answers[c], result: c}
	before := len(b.changes)
	for k := range c.Findings {
		p.apply(&c.Findings[k])
	}
	if p.response.Body.Value != nil && len(b.changes) > before {
		p.response.Raw = "" // it says what stood there before
	}
}

// hasFinding says that something about the answer is worth telling.
func hasFinding(c *probe.Result) bool {
	return slices.ContainsFunc(c.Findings, func(f probe.Finding) bool { return f.Severity.Rank() >= source.Warning.Rank() })
}

// newError proposes an answer that the sheet does not know, with the request that led to it.
func (b *builder) newError(c *probe.Result, body *nearjson.Value) {
	r := c.Exchange.Response
	at := place{probe.FieldErrorResponse, -r.HTTPStatus, codeIn(body, b.result)}
	known := func(a Change) bool { return a.Field == at.field && a.cause == at }
	if b.refused[at] || body == nil || slices.ContainsFunc(b.changes, known) {
		return // another case led to the same
	}
	status := r.HTTPStatus
	b.sheet.Errors = append(b.sheet.Errors, probe.Response{HTTPStatus: &status, When: c.Mutation, Body: probe.Body{Value: body.Clone()}, Raw: body.String()})
	b.changes = append(b.changes, Change{
		Kind: Added, Field: probe.FieldErrorResponse, Answer: len(b.sheet.Errors) - 1, Now: short(body.String()), Case: c.ID, cause: at,
		Why: fmt.Sprintf("it came with HTTP %d, is like none of the documented errors, and was the answer to a request with this: %s", status, orElse(c.Mutation, c.Title)),
	})
}

// codeIn is the code of an answer that some sheet or answer knows of, so that errors of several codes are told apart.
func codeIn(body *nearjson.Value, result *probe.SheetResult) string {
	for _, c := range result.Coverage.Codes {
		if holds(body, c.Code) {
			return c.Code
		}
	}
	return strings.Join(keysOf(body), "\n")
}

func keysOf(v *nearjson.Value) []string {
	if v == nil {
		return nil
	}
	keys := make([]string, len(v.Members))
	for i, m := range v.Members {
		keys[i] = m.Key
	}
	return keys
}

// codes adds the rows that findings ask for.
func (b *builder) codes() {
	for i := range b.result.Cases {
		c := &b.result.Cases[i]
		row := proposedBy(c)
		known := func(s probe.StatusCode) bool { return s.Code == row.Code }
		if row == nil || row.Code == "" || !isEvidence(c) || b.refused[place{probe.FieldStatusCodes, 0, row.Code}] || slices.ContainsFunc(b.sheet.StatusCodes, known) {
			continue
		}
		added := probe.StatusCode{Code: row.Code, Message: orElse(b.meaningOf(row.Code), "to be explained"), Kind: probe.KindBusiness}
		b.sheet.StatusCodes = append(b.sheet.StatusCodes, added)
		b.add(Change{
			Kind: Added, Field: probe.FieldStatusCodes, Pointer: nearjson.AppendPointer("", row.Code), Now: added.Code + ": " + added.Message,
			Case: c.ID, Why: "it came in an answer and stands nowhere in the sheet",
		})
	}
}

// proposedBy is the row that would document an answer; nil where it is documented, or may be told otherwise than the sheet says.
func proposedBy(c *probe.Result) *probe.ProposedRow {
	for i := range c.Findings {
		if row := c.Findings[i].Proposed; row != nil {
			return row
		}
	}
	return nil
}

// meaningOf is what the answers with a code say; "" where they disagree.
func (b *builder) meaningOf(code string) string {
	message := ""
	for i := range b.result.Cases {
		row := proposedBy(&b.result.Cases[i])
		switch {
		case row == nil || row.Code != code || row.Message == message:
		case message != "":
			return ""
		default:
			message = row.Message
		}
	}
	return message
}

// mandatory says of fields of which the sheet does not say it whether the endpoint insists on them.
func (b *builder) mandatory() {
	for i := range b.result.Cases {
		c := &b.result.Cases[i]
		if c.Family != probe.FamilyMissingField || c.Exchange == nil || c.Exchange.Response == nil || c.Exchange.Response.HTTPStatus >= 500 || !answered(c) || c.Expect.Forbidden {
			continue
		}
		k := slices.IndexFunc(b.sheet.Request.Fields, func(f probe.RequestField) bool { return f.Mandatory == nil && leavesOut(c, f) })
		if k < 0 || c.Outcome == probe.OutcomeUnknown {
			continue
		}
		f, yes, now := &b.sheet.Request.Fields[k], c.Outcome == probe.OutcomeError, "optional"
		if yes {
			now = "mandatory"
		}
		f.Mandatory = &yes
		b.add(Change{
			Kind: Added, Field: probe.FieldRequestBody, Pointer: orElse(f.Pointer, f.Name), Now: now, Case: c.ID, At: f.At,
			Why: fmt.Sprintf("the sheet does not say whether %q is mandatory, and the request without it was answered with %s", f.Name, article(c.Outcome)),
		})
	}
}

// leavesOut says that a case is about a field; its mutation quotes the name.
func leavesOut(c *probe.Result, f probe.RequestField) bool {
	return f.Name != "" && strings.HasSuffix(c.Mutation, strconv.Quote(f.Name)+" left out")
}

func answered(c *probe.Result) bool {
	return c.Verdict == probe.Conforms || c.Verdict == probe.Deviates
}

func article(o probe.Outcome) string {
	if o == probe.OutcomeError {
		return "an error"
	}
	return "success"
}

// repairs names the examples that were no valid JSON; the proposal holds them repaired.
func (b *builder) repairs(s *probe.Sheet) {
	for _, d := range s.Diagnostics {
		if d.Rule != "sheet.repaired-json" {
			continue
		}
		field := probe.Field(d.Field)
		b.add(Change{
			Kind: Repaired, Field: field, Answer: answerAt(s, field, d.At), Pointer: "", Was: d.Message, Now: "valid JSON " + whereIs(d.At), Why: d.Message, At: d.At,
		})
	}
}

// whereIs keeps repairs at different places apart.
func whereIs(at source.Span) string { return strings.TrimPrefix(at.Suffix(), ":") }

// answerAt is the answer of a field that a place stands in: the last one that begins before it.
func answerAt(s *probe.Sheet, f probe.Field, at source.Span) int {
	answers := s.Success
	if f == probe.FieldErrorResponse {
		answers = s.Errors
	} else if f != probe.FieldSuccessResponse {
		return 0
	}
	found := 0
	for i, a := range answers {
		if a.At.Cell == at.Cell && a.At.Line <= at.Line {
			found = i
		}
	}
	return found
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// maxShown is how long a value may be that a change quotes, in bytes; the proposal holds the whole.
const maxShown = 120

func short(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "..."
}
