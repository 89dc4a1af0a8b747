package plan

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// documentedError is one error that the sheet documents: an answer with what the row of its code adds, or a row alone.
type documentedError struct {
	code     string
	status   int // 0 where the sheet ties none to it
	title    string
	name     string // for people
	response int    // its place in the sheet's errors; -1 of a row
	at       source.Span

	claims  []sourcedClaim // of fields, from the plainest of the sheet's words that name any
	mistake mistake        // what all of its words tell of the request as a whole
	unsent  string         // why a request that its words tell of is not sent; "" where it is, or there is none
	// unusable is why the recipe that the sheet gives cannot be performed; "" where it can, or there is none.
	unusable string
}

// sourcedClaim is a claim and the words that it is from.
type sourcedClaim struct {
	claim
	from string
}

// documentedErrors lists the errors of a sheet, each once: its answers, and the rows of field 10 that mean an error and that no answer carries.
func documentedErrors(s *probe.Sheet) []documentedError {
	var all []documentedError
	for i, r := range s.Errors {
		e := documentedError{code: r.Code, title: r.Title, response: i, at: r.At}
		if r.HTTPStatus != nil {
			e.status = *r.HTTPStatus
		}
		if e.title == "" {
			e.title = messageOf(s, firstNonEmpty(e.code, statusName(e.status)))
		}
		all = append(all, e)
	}
	codes := probe.NewCodes(s)
	for _, row := range s.StatusCodes {
		if e, ok := errorOfRow(codes, row); ok && !slices.ContainsFunc(all, e.same) {
			all = append(all, e)
		}
	}
	for i := range all {
		all[i].name = all[i].known()
	}
	return all
}

func statusName(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

func messageOf(s *probe.Sheet, code string) string {
	for _, row := range s.StatusCodes {
		if row.Code == code && code != "" {
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
	e.code, e.status = row.Code, row.HTTPStatus
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
	if e.response >= 0 && x.Nth > 0 {
		return e.response+1 == x.Nth
	}
	return e.code == x.Code && e.status == x.HTTPStatus && (e.code != "" || e.status != 0 || e.title == x.Title)
}

// known names the error for people.
func (e documentedError) known() string {
	switch {
	case e.code != "" && e.title != "":
		return fmt.Sprintf("%s (%q)", e.code, e.title)
	case e.code != "":
		return e.code
	case e.status != 0:
		return strings.TrimSpace("HTTP " + strconv.Itoa(e.status) + " " + http.StatusText(e.status))
	case e.title != "":
		return fmt.Sprintf("the error %q", e.title)
	}
	return "the documented error"
}

// readErrors reads what the sheet says of its errors. Of the texts that name a field, the plainest counts.
func (b *builder) readErrors() {
	b.names = newIndex(b.places())
	b.errors = documentedErrors(b.sheet)
	for i := range b.errors {
		e := &b.errors[i]
		for _, s := range sayings(b.sheet, *e) {
			var claims []sourcedClaim
			for _, c := range b.names.readWords(s.text) {
				c = b.named(c)
				if c.isOfField() || c.path != "" || c.query != "" || b.isRepetition(c) {
					claims = append(claims, sourcedClaim{c, s.from})
				}
				if len(c.places) == 0 || b.isOfIdentity(c) {
					e.mistake |= c.mistake
				}
			}
			if len(e.claims) == 0 {
				e.claims = claims
			}
		}
		e.mistake |= e.bySituation(b.sheet)
	}
}

// named tells a wrong credential from a wrong field: who asks, and not what is asked, is at fault.
func (b *builder) named(c claim) claim {
	if b.isOfIdentity(c) {
		c.mistake |= isUnauthorised
	}
	return c
}

func (b *builder) isOfIdentity(c claim) bool {
	return slices.ContainsFunc(c.places, func(i int) bool { return i >= 0 && b.names.places[i].credential })
}

// bySituation is what the HTTP status of an error says, where its words say nothing else. Words that are not understood say something of their own,
// and so does a recipe.
func (e *documentedError) bySituation(s *probe.Sheet) mistake {
	said := e.mistake
	special := e.code != "" && said == 0 && len(sayings(s, *e)) > 0 || e.response >= 0 && s.Errors[e.response].Request != nil
	switch status := e.status; {
	case status == http.StatusUnauthorized:
		return isUnauthorised
	case special, len(e.claims) > 0, said&^(isGeneric|isInvalid) != 0:
		return 0
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return isGeneric
	case status == http.StatusForbidden, status == http.StatusConflict, status == http.StatusTooManyRequests:
		return isState
	case status == http.StatusNotFound:
		return isUnknown
	case status == http.StatusMethodNotAllowed:
		return isWrongMethod
	case status == http.StatusUnsupportedMediaType:
		return isWrongMedia
	case status >= 500:
		return isServerFault
	}
	return 0
}

// deriveDocumentedError brings about each documented error that nothing else of the plan surely does: by the request that the sheet gives for it,
// else by the change that its words name. Where another case is that very request already, that one is paired with the error instead.
func deriveDocumentedError(b *builder) {
	for i := range b.errors {
		e := &b.errors[i]
		if e.response >= 0 && b.sheet.Errors[e.response].Request != nil {
			c := b.exactly(b.sheet.Errors[e.response].Request)
			b.elicit(e, c, "the sheet gives this very request for it")
			continue
		}
		if b.isElicited(*e) {
			continue
		}
		for _, c := range e.claims {
			if made, ok := b.fromWords(c.claim); ok {
				b.elicit(e, made, fmt.Sprintf("%s %q tells of this", c.from, c.said))
				break
			}
		}
	}
	b.doubt()
}

// isElicited says that a case which is sent is surely there for the error; then the sheet itself rules its request out.
func (b *builder) isElicited(e documentedError) bool {
	elicited := false
	for i := range b.cases {
		c := &b.cases[i]
		sure := c.Family == probe.FamilyTestData && b.elicits(c, e) ||
			slices.ContainsFunc(c.Expect.Errors, func(x probe.ExpectedError) bool { return x.Sure && e.is(x) })
		if sure && isSent(c) {
			elicited = true
			c.Expect.Forbidden = c.Expect.Forbidden || c.Family.Negative()
		}
	}
	return elicited
}

// elicit adds the case, or pairs the one that sends the same request.
func (b *builder) elicit(e *documentedError, made changed, why string) {
	s := spec{
		family: probe.FamilyDocumentedError, detail: probe.Slug(firstNonEmpty(e.code, statusName(e.status), e.title, "error")),
		title: "that the sheet says ends in " + e.name, mutation: strings.Join(made.mutation, " and "), subject: made.subject,
		draft: made.draft, outcome: probe.OutcomeError, forbidden: made.sure, anonymous: made.anonymous,
	}
	x := e.expected(why, made.sure)
	if made.problem != "" {
		e.claims, e.mistake = nil, 0
		e.unusable = made.problem
		return
	}
	if c := b.sameCase(s); c != nil && !made.again {
		c.Expect.Errors = append(slices.DeleteFunc(c.Expect.Errors, e.is), x)
		c.Expect.Forbidden = c.Expect.Forbidden || made.sure
		return
	}
	if e.unsent = firstNonEmpty(b.unasked(made), b.spared(s)); e.unsent != "" {
		return
	}
	c := b.add(s)
	c.Expect.Errors = []probe.ExpectedError{x}
	if !made.exact {
		c.Expect.Errors = append(c.Expect.Errors, b.generic(*e)...)
	}
}

// unasked says why a request that the words may not mean is not made where it might change data; "" where it is.
func (b *builder) unasked(made changed) string {
	named := b.options.Negatives.named(probe.FamilyDocumentedError)
	switch {
	case named || isSafe(made.draft.method):
		return ""
	case made.again:
		return fmt.Sprintf("%s may change data a second time, where the endpoint does not notice that it is the same; pass --negatives documented-error to send it", made.draft.method)
	case !made.sure || !made.exact && made.draft.url != b.base.url:
		return fmt.Sprintf("the words may mean another request, and %s may change data; add `request` to the error, or pass --negatives documented-error", made.draft.method)
	}
	return ""
}

// sameCase is the case that sends the same request already.
func (b *builder) sameCase(s spec) *probe.Case {
	q, _, _, problems := b.render("", s.draft)
	for i := range b.broken {
		c := &b.cases[b.broken[i].at]
		if c.Skip != "" || c.Anonymous != s.anonymous {
			continue
		}
		if sameDraft(*b.broken[i].draft, s.draft) || len(problems) == 0 && isSent(c) && sameRequest(q, c.Request) {
			return c
		}
	}
	return nil
}

// sameDraft says that two drafts make the same request, whatever fills their placeholders.
func sameDraft(x, y draft) bool {
	same := func(p, q param) bool { return decoded(p) == decoded(q) && p.value == q.value && p.open == q.open }
	sameHeader := func(g, h probe.Header) bool { return g.Name == h.Name && g.Value == h.Value }
	return x.method == y.method && x.url == y.url && x.text == y.text && bytes.Equal(x.raw, y.raw) && (x.raw == nil) == (y.raw == nil) &&
		maps.Equal(x.given, y.given) && slices.EqualFunc(x.query, y.query, same) && slices.EqualFunc(x.form, y.form, same) &&
		slices.EqualFunc(x.headers, y.headers, sameHeader) && bytes.Equal(jsonOf(x.body), jsonOf(y.body))
}

// isGeneral says that the words of an error fit any mistake: they tell of none, or of one in no field.
func (e *documentedError) isGeneral() bool {
	const general = isGeneric | isInvalid | isMissing
	return len(e.claims) == 0 && e.mistake&general != 0 && e.mistake&^general == 0
}

func jsonOf(v *nearjson.Value) []byte {
	if v == nil {
		return nil
	}
	return nearjson.Encode(v)
}

// generic are the errors that a server may answer any mistake of a request with.
func (b *builder) generic(but documentedError) (all []probe.ExpectedError) {
	for i := range b.errors {
		e := &b.errors[i]
		if e.isGeneral() && !but.is(e.expected("", false)) && len(all) < maxPairs {
			all = append(all, e.expected(e.name+" may be the answer to any mistake", false))
		}
	}
	return all
}

// doubt takes the certainty from cases that two errors lay claim to.
func (b *builder) doubt() {
	for i := range b.cases {
		sure := 0
		for _, x := range b.cases[i].Expect.Errors {
			if x.Sure {
				sure++
			}
		}
		for j := range b.cases[i].Expect.Errors {
			x := &b.cases[i].Expect.Errors[j]
			x.Sure = x.Sure && sure == 1
		}
	}
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
	if e.unusable != "" {
		return fmt.Sprintf("the sheet's recipe cannot be performed: %s; correct its `request`", e.unusable)
	}
	if e.unsent != "" {
		return e.unsent
	}
	why := "the sheet does not say what leads to it"
	switch {
	case e.mistake&isServerFault != 0:
		why = "no request brings it about: it tells of a fault of the server"
	case e.mistake&isState != 0:
		why = "it tells of what the server knows, and not of what is wrong with a request"
	}
	add := "add `when` or `request` to the error"
	if e.response < 0 {
		add = "document the answer that carries it with `when` or `request`"
	}
	if expect := firstNonEmpty(e.code, statusName(e.status)); expect != "" {
		add += ", or a row of test data that expects " + expect
	}
	return why + "; " + add
}
