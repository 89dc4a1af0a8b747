package text

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// piece is a label and the lines down to the next one.
type piece struct {
	candidate
	line  line
	lines []line // of the whole document
	from  int    // the line of the label
	to    int    // the line behind the last one
	value source.Text
	end   int  // the line behind the value
	table bool // it is a table of parameters that no label introduces
}

// key is the label as a word, for comparing with others.
func (p *piece) key() string { return sheet.Fold(p.text.String()) }

// segment finds the labels that are meant as labels where they stand.
func segment(lines []line) []*piece {
	s := segmenter{lines: lines, seen: map[string]bool{}}
	for i := range lines {
		if lines[i].blank() || lines[i].table || i < s.testsTo {
			continue
		}
		if s.testsTo = i + s.testRows(i); s.testsTo > i {
			s.follow(lines[i].whole.String())
			continue
		}
		if n := parameterLines(lines, i); n > 0 && !s.body.Open() {
			s.parameters(i, n)
			continue
		}
		c, ok := match(lines[i])
		if ok && c.call && c.alone && !s.provenBelow(c, i) { // "POST Request:" over the example
			c = s.withoutAddress(c, i)
		}
		if ok && s.accepts(c, i) && !s.becomesAnswer(c) {
			s.begin(c, i)
			s.beginBelow(c, i)
			continue
		}
		s.follow(lines[i].whole.String())
	}
	if s.current != nil {
		s.current.to = len(lines)
	}
	return s.pieces
}

type segmenter struct {
	lines   []line
	pieces  []*piece
	current *piece
	filled  bool // something stands under the current label already
	example bool // an example does
	body    sheet.Balance
	seen    map[string]bool // labels that were accepted, by their key
	testsTo int             // the line behind the table of test data that is being read
}

// testRows counts the rows of a table right below the label of test data: what is written in them is no label.
func (s *segmenter) testRows(i int) int {
	if s.current == nil || s.current.label.Role != sheet.TestValues || s.filled {
		return 0
	}
	var rows []source.Text
	for _, l := range s.lines[i:] {
		if l.blank() {
			break
		}
		rows = append(rows, l.whole)
	}
	return sheet.TestTable(rows)
}

func (s *segmenter) begin(c candidate, i int) {
	if s.current != nil {
		s.current.to = i
	}
	p := &piece{candidate: c, line: s.lines[i], lines: s.lines, from: i}
	s.pieces = append(s.pieces, p)
	s.current, s.filled, s.example, s.body = p, false, false, sheet.Balance{}
	s.seen[p.key()] = true
	s.follow(c.value.String())
}

// follow watches the brackets of an example, so that its members are not taken for labels.
func (s *segmenter) follow(text string) {
	if s.current == nil || strings.TrimSpace(text) == "" {
		return
	}
	s.filled = true
	if s.body.Open() {
		s.body.Line(text)
		return
	}
	if at, ok := sheet.StartsBody(text); ok && holdsExample(s.current.label.Field) {
		s.example = true
		s.body.Line(text[at:])
	} else if i := strings.Index(text, "{"); i >= 0 && sheet.IsExampleCall(s.current.value) || strings.HasSuffix(strings.TrimSpace(text), "{") {
		s.body.Line(text[max(i, 0):])
	}
}

func holdsExample(f probe.Field) bool {
	switch f {
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse, probe.FieldHeaders, probe.FieldStatusCodes, probe.FieldCredentials:
		return true
	}
	return false
}

// isOutcome says that a label is a word for how a call ends.
func isOutcome(l sheet.Label) bool {
	return !l.Strong && (isBody(l.Field) || l.Field == probe.FieldStatusCodes)
}

func isBody(f probe.Field) bool {
	return f == probe.FieldRequestBody || f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse
}

// accepts decides whether a candidate begins a field where it stands.
func (s *segmenter) accepts(c candidate, i int) bool {
	l := s.lines[i]
	switch {
	case s.body.Open():
		return s.breaksBody(c, l)
	case c.label.Role == sheet.NamedValue && c.alone && strings.HasPrefix(sheet.Fold(c.text.String()), "callback") && !s.calledBack(i):
		return false
	case c.bare:
		return s.calledBelow(i)
	case c.titles:
		return s.startsCodes(i)
	case c.sibling && !s.hasSibling(i), s.isTitled(c, i):
		return false
	case c.status && (s.current == nil || !s.provenBelow(c, i)):
		return false
	case s.current == nil:
		return (c.label.Field != "" || c.label.Role == sheet.TestValues) && (c.certainty >= likely || c.sibling || s.provenBelow(c, i))
	case c.certainty == possible && !c.sibling && !s.provenBelow(c, i):
		return false
	case c.isCall() && s.bringsErrorAbout(i):
		return false
	case c.isCall() && s.underPlainTitle(i):
		return true
	case s.isCodeRow(c, l):
		return false
	case c.label.Field == "":
		return s.endsField(c, l)
	case c.call && !isBody(s.current.label.Field):
		return true
	case c.isCall():
		if !isBody(s.current.label.Field) || l.heading || s.filled && s.underTitle(i) {
			return true
		}
		return s.filled && s.current.label.Field != probe.FieldRequestBody && (l.gap || s.lines[i-1].heading || s.lines[i-1].number != "" && s.lines[i-1].gap)
	}
	switch f := s.current.label.Field; {
	case c.environment && f == probe.FieldURL && !s.current.environment && !l.gap:
		return false // below "URL:"
	case s.current.label.Role == sheet.TestValues && isOutcome(c.label) && !c.alone && !l.gap && !l.heading:
		return false // "Success: 9000000001"
	case sheet.IsNone(s.current.candidate.value.String()), sheet.IsDitto(s.current.candidate.value.String()):
		return true // "Headers: none" has no headers below it
	case f == probe.FieldHeaders:
		return !s.isHeader(c, l)
	case f == probe.FieldCredentials:
		return s.endsCredentials(c, l)
	case f == probe.FieldStatusCodes:
		return s.endsCodes(c, i)
	case isBody(f):
		return s.endsBody(c, i)
	}
	return true
}

// bringsErrorAbout says that an example call among the documented errors calls the API that they are of: it is the request that leads to the
// error below it.
func (s *segmenter) bringsErrorAbout(i int) bool {
	if s.current.label.Field != probe.FieldErrorResponse {
		return false
	}
	call := s.callAt(i)
	return slices.ContainsFunc(s.pieces, func(p *piece) bool {
		switch {
		case p.isCall():
			return sheet.SameEndpoint(call, s.callAt(p.from))
		case p.label.Field == probe.FieldURL && p.label.Role != sheet.Base && !p.candidate.value.IsBlank():
			return sheet.SameEndpoint(call, p.candidate.value)
		}
		return false
	})
}

// callAt is the example call that begins on a line.
func (s *segmenter) callAt(i int) source.Text {
	const most = 60
	var lines []source.Text
	for _, l := range s.lines[i:min(len(s.lines), i+most)] {
		lines = append(lines, l.body)
	}
	return lines[0].Join(lines[sheet.CallLines(lines)-1])
}

// isCodeRow says that what looks like a numbered label is a row of the list of codes above it, by what parts the two: "68 | Timeout", "68: Timeout".
func (s *segmenter) isCodeRow(c candidate, l line) bool {
	if s.current.label.Field != probe.FieldStatusCodes || l.number == "" || !c.alone || follows(l.number, s.current.line.number) {
		return false
	}
	parted := strings.ContainsAny(l.whole.String(), "|\t") || !c.label.Strong && strings.Contains(l.whole.String(), l.number+":")
	return parted && sheet.IsCodeRow(l.whole)
}

// breaksBody says that a label stands within brackets that are still open: their closer is missing. It must leave no doubt.
func (s *segmenter) breaksBody(c candidate, l line) bool {
	if !c.label.Strong || c.label.Field == "" || strings.HasSuffix(l.s, ",") || c.certainty != sure {
		return false
	}
	return l.number != "" && s.current.line.number != "" || l.heading || c.label.Words > 1 && isCapital(l.s) && (c.alone || c.colon)
}

// hasSibling says that the line before or the line below has a label that counts by itself.
func (s *segmenter) hasSibling(i int) bool {
	if s.current != nil && s.current.label.Field != "" && s.lines[s.current.from].next == i {
		return true
	}
	next := s.lines[i].next
	if next == len(s.lines) {
		return false
	}
	c, ok := match(s.lines[next])
	return ok && c.label.Field != "" && (c.certainty >= likely || c.sibling)
}

// provenBelow says that the next line, or the rest of this one, is beyond doubt a value of the label's field.
func (s *segmenter) provenBelow(c candidate, i int) bool {
	if !c.alone {
		return proves(c.label.Field, c.value)
	}
	next := s.lines[i].next
	if next == len(s.lines) || s.lines[i].bullet && !s.lines[next].bullet && c.certainty == possible && !isBody(c.label.Field) {
		return false
	}
	if below := s.lines[next].next; below < len(s.lines) && sheet.IsColumnTitles(s.lines[next].whole.Join(s.lines[below].whole)) {
		next = s.lines[below].next // "Key" and "Value", each in a cell of its own
	}
	if below := s.lines[next].next; c.prose && below < len(s.lines) && isFiller(s.lines[next].s) && startsBracket(s.lines[below].s) {
		next = below
	}
	if isBody(c.label.Field) {
		next = s.answerRow(s.behindFence(next))
	}
	if next >= len(s.lines) {
		return false
	}
	return proves(c.label.Field, s.lines[next].whole.TrimSpace()) && (c.label.Field != probe.FieldHeaders || !isLabelLine(s.lines[next]))
}

// isLabelLine says that a line has a label that is none of a header.
func isLabelLine(l line) bool {
	c, ok := match(l)
	return ok && c.certainty >= likely && c.label.Role != sheet.HeaderLine && c.label.Role != sheet.NamedValue
}

// endsField decides about labels that are known and name none of the ten fields.
func (s *segmenter) endsField(c candidate, l line) bool {
	f := s.current.label.Field
	switch {
	case f == probe.FieldHeaders && !strings.Contains(c.text.String(), " ") && !l.gap && !l.marked():
		return false // a header of that name
	case f == probe.FieldURL && proves(f, c.value):
		return false // "Staging: https://.."
	case c.label.Role == sheet.SenderOrDates && (f == probe.FieldHeaders || isBody(f)):
		return false
	case c.label.Strong, l.gap, l.marked():
		return true
	}
	return !isBody(f) && f != probe.FieldStatusCodes && f != probe.FieldCredentials
}

// isHeader says that what looks like a label is a header under a label for headers.
func (s *segmenter) isHeader(c candidate, l line) bool {
	switch {
	case c.label.Role == sheet.HeaderLine:
		return true
	case c.alone || l.marked() && c.label.Role != sheet.NamedValue || strings.Contains(c.text.String(), " "):
		return false
	case l.marked() && s.current.line.marked(), l.bullet && s.current.line.bullet && !s.current.candidate.value.IsBlank():
		return false
	case c.label.Role == sheet.NamedValue, c.label.Role == sheet.Base, c.label.Field == probe.FieldPartnerCode, c.label.Field == probe.FieldStatusCodes:
		return true
	}
	return strings.ContainsAny(strings.Trim(c.text.String(), "*_` "), "-_") || l.bullet && !proves(c.label.Field, c.value)
}

// endsCredentials keeps the names of credentials together that one label introduces.
func (s *segmenter) endsCredentials(c candidate, l line) bool {
	if c.label.Role == sheet.NamedValue && s.current.label.Role != sheet.NamedValue {
		return l.marked() && s.current.line.marked()
	}
	if c.label.Role == sheet.NamedValue && len(s.current.label.Names) > 0 {
		return l.number != "" && s.current.line.number != ""
	}
	return true
}

// endsCodes tells a label from a row such as "Success - 200".
func (s *segmenter) endsCodes(c candidate, i int) bool {
	l := s.lines[i]
	switch {
	case !s.filled && c.label.Field == probe.FieldStatusCodes && sheet.IsColumnTitles(l.body): // "Code  Description"
		return false
	case sheet.CodeKind(strings.Trim(l.number, " .)\t")) == probe.KindHTTP: // "401  client is unknown" counts no rows
		return false
	case l.number != "" && s.current.line.number == "" && !c.label.Strong && isBody(c.label.Field) && sheet.IsCodeRow(l.whole): // "0: failure"
		return false
	case !c.alone && sheet.IsCodeRow(l.body) && !proves(c.label.Field, c.value) && !(c.label.Field == probe.FieldPartnerCode && l.gap): // "Success - 200", not "Partner Code - ZEN01"
		return l.number != "" && s.current.line.number != "" && c.label.Strong
	case c.label.Strong:
		return true
	case l.number != "" && s.current.line.number != "" && c.label.Role == sheet.Plain && c.label.Field != probe.FieldErrorResponse && c.label.Field != probe.FieldSuccessResponse:
		return true
	}
	return s.provenBelow(c, i) || l.heading || l.gap && (s.seen[sheet.Fold(c.text.String())] || s.hasSibling(i))
}

// endsBody tells a label from what stands around examples: sub-labels, parameters, status lines, headers of a message.
func (s *segmenter) endsBody(c candidate, i int) bool {
	l, cur := s.lines[i], s.current
	key := sheet.Fold(c.text.String())
	switch {
	case l.number != "" && cur.line.number != "" && (c.label.Strong || !s.isParameter(c, i)):
		return true
	case c.label.Role == sheet.Generic && !s.filled && (c.label.Field != probe.FieldRequestBody || cur.label.Field == probe.FieldRequestBody || isNeutral(key)):
		return false // "Response:" under "Error Response"
	case key == "body" && !c.alone && s.example && startsBracket(cur.candidate.value.String()) && startsBracket(c.value.String()) && cur.line.bullet == l.bullet:
		return true // "body: {..}" below "error: {..}"
	case isNeutral(key) && cur.label.Field != probe.FieldRequestBody:
		return false // "Example:" between two answers
	case isPayload(c) && cur.label.Field != probe.FieldRequestBody && s.statusAbove(i):
		return false
	case isBody(c.label.Field) && c.label.Remark == "" && c.label.Field != cur.label.Field && s.filled && l.bullet == cur.line.bullet && sheet.IsStatusLine(c.value):
		return true // "Error: 404" below "Response: 204"
	case sheet.IsStatusLine(l.body) && c.label.Field == probe.FieldStatusCodes && s.answerBelow(i):
		return true
	case c.status:
		return cur.label.Field == probe.FieldRequestBody
	case cur.label.Field == probe.FieldRequestBody && isBody(c.label.Field) && c.label.Field != cur.label.Field && c.colon && l.gap && s.filled: // "Success: HTTP 202"
		return true
	case sheet.IsStatusLine(l.body), c.label.Role == sheet.HeaderLine && !(l.gap && s.filled):
		return false
	case c.label.Field == probe.FieldStatusCodes && !c.alone && !proves(c.label.Field, c.value):
		return c.label.Strong && c.label.Words > 1 && c.colon && s.filled && isSentence(c.value.String())
	case c.label.Role == sheet.NamedValue && s.isAnswered() && c.colon && !c.alone && !l.bullet:
		return true
	case c.label.Role == sheet.NamedValue && !(c.label.Strong && l.gap):
		return false
	case c.label.Strong, s.provenBelow(c, i):
		return true
	}
	return !s.isParameter(c, i)
}

// isAnswered says that the current label is that of an answer, and that its example is complete.
func (s *segmenter) isAnswered() bool {
	f := s.current.label.Field
	return s.example && (f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse)
}

// answerBelow says that one of the next lines is the label of an answer, or of a payload: one may stand between that says when it comes.
func (s *segmenter) answerBelow(i int) bool {
	const farthest = 2
	for range farthest {
		if i = s.lines[i].next; i == len(s.lines) {
			return false
		}
		if c, ok := match(s.lines[i]); ok && c.label.Field != "" {
			return c.label.Field == probe.FieldSuccessResponse || c.label.Field == probe.FieldErrorResponse || s.current.label.Field == probe.FieldRequestBody && isPayload(c) && s.provenBelow(c, i)
		}
		if !saysWhen(s.lines[i].s) {
			return false
		}
	}
	return false
}

// isPayload says that a label may be that of any message, sent or received.
func isPayload(c candidate) bool {
	switch sheet.Fold(c.text.String()) {
	case "payload", "body", "content", "data", "json", "example", "sample", "message":
		return true
	}
	return false
}

// becomesAnswer makes an answer of a status of its own, once its payload follows: "Status: 404", "Payload:".
func (s *segmenter) becomesAnswer(c candidate) bool {
	if s.current == nil || s.current.label.Field != probe.FieldStatusCodes || !isPayload(c) || !sheet.IsStatusLine(s.current.line.body) {
		return false
	}
	s.current.label = sheet.Label{Field: probe.FieldSuccessResponse, Role: sheet.Generic, Words: 1}
	return true
}

// statusAbove says that the line before gives a status, or the one before that and what causes it.
func (s *segmenter) statusAbove(i int) bool {
	for i--; i > s.current.from && (s.lines[i].blank() || saysWhen(s.lines[i].s)); i-- {
	}
	return sheet.IsStatusLine(s.lines[i].body)
}

// isParameter says that an everyday word is the name of a parameter rather than a label: nothing sets it apart.
func (s *segmenter) isParameter(c candidate, i int) bool {
	l := s.lines[i]
	if c.label.Field == probe.FieldURL || c.label.Field == probe.FieldMethod {
		return !l.gap || !s.seen[sheet.Fold(c.text.String())]
	}
	if l.heading || c.alone && c.colon || c.label.Field == probe.FieldName && s.isAnswered() && s.seen[sheet.Fold(c.text.String())] && s.hasSibling(i) {
		return false
	}
	return !l.gap || !s.seen[sheet.Fold(c.text.String())] && !s.hasSibling(i)
}
