package sheet

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// partKind is what an example is written in.
type partKind uint8

const (
	partNone partKind = iota // a title without an example
	partJSON
	partXML
	partForm
)

// part is one example of a body field, with what is said around it.
type part struct {
	kind    partKind
	text    source.Text // the example
	title   source.Text // the line over it
	status  *int
	headers []probe.Header
	call    source.Text // the example call over it
}

// body is what a body field holds.
type body struct {
	parts    []part
	requests []source.Text  // request lines and curl calls
	headers  []probe.Header // of messages without a body
	prose    []source.Text  // lines that are none of all this
}

// maxParts is how many examples one field may hold.
const maxParts = 1000

// splitBody cuts the text of a body field into its examples and what stands around them.
func splitBody(t source.Text) body {
	c := bodyCutter{lines: t.Lines(), whole: t}
	for c.next < len(c.lines) && len(c.out.parts) < maxParts {
		c.step()
	}
	c.flush()
	return c.out
}

type bodyCutter struct {
	whole   source.Text
	lines   []source.Text
	next    int
	out     body
	pending part
	message bool // the last line was the first of an HTTP message, or one of its headers
}

func (c *bodyCutter) step() {
	line := c.lines[c.next]
	s := strings.TrimSpace(line.String())
	switch status, isStatus := statusLine(s); {
	case s == "", strings.HasPrefix(s, "```"):
		c.next++
		c.message = c.message && s != ""
		return
	case isSeparator(s):
		c.next++
		c.flush()
	case isCurl(s):
		c.curl()
	case strings.HasSuffix(s, "({"):
		c.code()
	case isRequestLine(s):
		c.out.requests = append(c.out.requests, line)
		c.next++
		c.message = true
		return
	case c.trails(s):
		said, _ := titleStatus(s)
		c.out.parts[len(c.out.parts)-1].status = &said
		c.next++
	case isStatus:
		c.status(line, status)
		c.message = true
		c.next++
		return
	case c.message && c.header(line):
		c.next++
		return
	default:
		c.example(line)
	}
	c.message = false
}

// trails says that a status belongs to the example above it: "with status 422".
func (c *bodyCutter) trails(s string) bool {
	last := len(c.out.parts) - 1
	if said, _ := titleStatus(s); said == 0 {
		return false
	}
	return last >= 0 && c.pending.status == nil && c.out.parts[last].status == nil && c.out.parts[last].kind != partNone && strings.HasPrefix(strings.ToLower(s), "with ")
}

// flush keeps a status that came without an example: an answer without a body.
func (c *bodyCutter) flush() {
	if c.pending.status != nil {
		c.out.parts = append(c.out.parts, c.pending)
		c.pending = part{}
		return
	}
	c.out.headers = append(c.out.headers, c.pending.headers...)
	if !c.pending.title.IsBlank() {
		c.out.prose = append(c.out.prose, c.pending.title)
	}
	c.pending = part{}
}

// flushStatus begins a new answer where another status has been waiting for its example in vain.
func (c *bodyCutter) flushStatus() {
	if c.pending.status != nil {
		c.flush()
	}
}

// status takes in a status line. What it says beyond the status, such as "title is too short" of "HTTP 400 - title is too short", entitles the answer.
func (c *bodyCutter) status(line source.Text, status int) {
	c.flushStatus()
	c.pending.status = &status
	message := strings.Contains(line.String(), "HTTP/") || strings.ContainsAny(line.String(), "<>")
	if c.pending.title.IsBlank() && status >= http.StatusBadRequest && !message && Cause(line.String()) != "" {
		c.pending.title = line.TrimSpace()
	}
}

func (c *bodyCutter) header(line source.Text) bool {
	if _, starts := StartsBody(line.String()); starts {
		return false
	}
	h, ok := headerLine(line)
	if ok {
		c.pending.headers = append(c.pending.headers, h)
	}
	return ok
}

// example takes in the example that starts on the line, or the line as the title of one.
func (c *bodyCutter) example(line source.Text) {
	at, ok := StartsBody(line.String())
	if !ok {
		c.title(line)
		c.next++
		return
	}
	if lead := line.Slice(0, at); strings.Trim(lead.String(), " \t\u00a0\"'") != "" {
		if status, ok := statusLine(strings.TrimSpace(lead.String())); ok {
			c.status(lead, status)
		} else if isSeparator(strings.TrimSpace(lead.String())) {
			c.flush()
		} else {
			c.title(lead)
		}
	}
	c.pending.kind, c.pending.text = c.cut(line.Slice(at, line.Len()))
	c.out.parts = append(c.out.parts, c.pending)
	c.pending = part{}
}

// title keeps a line as the title of the example below it. Frame words such as "Request:" entitle nothing.
func (c *bodyCutter) title(line source.Text) {
	line = line.TrimSpace()
	if l, ok := LookupLabel(line.String()); ok && l.Remark == "" && (l.Role == Generic || l.Field == "" || l.Field == probe.FieldRequestBody) {
		return
	}
	if isFrameWord(line.String()) {
		return
	}
	if status, ok := titleStatus(line.String()); ok {
		c.flushStatus()
		c.pending.status = &status
	}
	if !c.pending.title.IsBlank() {
		c.out.prose = append(c.out.prose, c.pending.title)
	}
	c.pending.title = line
}

// cut returns the example that starts with first, the rest of the current line, and moves on behind it.
func (c *bodyCutter) cut(first source.Text) (partKind, source.Text) {
	s := strings.TrimSpace(first.String())
	switch {
	case isElement(s):
		return partXML, c.paragraphs(first, func(s string) bool { return strings.HasPrefix(s, "<") })
	case isMember(s):
		return partJSON, c.members(first)
	case s[0] != '{' && s[0] != '[':
		c.next++
		return partForm, first.TrimSpace()
	}
	return partJSON, c.bracketed(first)
}

// bracketed reads up to the closer of the first bracket, and leaves what stands behind it on the line to be read as a line of its own.
func (c *bodyCutter) bracketed(first source.Text) source.Text {
	var b Balance
	for line := first; ; line = c.lines[c.next] {
		if end := b.close(line.String()); end > 0 {
			block := first.Join(line.Slice(0, end))
			c.lines[c.next] = afterBlock(line, end)
			if c.lines[c.next].IsBlank() {
				c.next++
			}
			return block
		}
		if c.next++; c.next == len(c.lines) {
			return first.Join(line).TrimSpace()
		}
	}
}

// afterBlock is what stands behind an example on its line, without the punctuation that parts it from another one.
func afterBlock(line source.Text, from int) source.Text {
	rest := line.Slice(from, line.Len())
	s := rest.String()
	kept := strings.TrimLeft(s, " \t,;)}]'\u00a0`")
	if strings.Trim(kept, "\"; \t") == "" { // the quote of an example that is written as a text
		kept = ""
	}
	return rest.Slice(len(s)-len(kept), len(s))
}

// members reads members of an object that has lost its braces.
func (c *bodyCutter) members(first source.Text) source.Text {
	var b Balance
	last := first
	b.Line(first.String())
	for c.next++; c.next < len(c.lines); c.next++ {
		s := strings.TrimSpace(c.lines[c.next].String())
		if !b.Open() && s != "" && !isMember(s) && strings.Trim(s, "}],; ") != "" {
			break
		}
		if b.Line(s); s != "" {
			last = c.lines[c.next]
		}
	}
	return first.Join(last).TrimSpace()
}

// paragraphs reads on until a blank line is followed by a line that does not go on with it.
func (c *bodyCutter) paragraphs(first source.Text, goesOn func(string) bool) source.Text {
	last, blank := first, false
	for c.next++; c.next < len(c.lines); c.next++ {
		s := strings.TrimSpace(c.lines[c.next].String())
		if s != "" && blank && !goesOn(s) || strings.HasPrefix(s, "```") || isSeparator(s) {
			break
		}
		if blank = s == ""; !blank {
			last = c.lines[c.next]
		}
	}
	return first.Join(last).TrimSpace()
}

// curl takes in a call with its continuation lines.
func (c *bodyCutter) curl() {
	first := c.next
	c.next += CallLines(c.lines[first:])
	c.pending.call = c.lines[first].Join(c.lines[c.next-1])
	c.out.requests = append(c.out.requests, c.pending.call)
}

// code passes a call in a programming language: "$.ajax({ ... });".
func (c *bodyCutter) code() {
	var b Balance
	for ; c.next < len(c.lines); c.next++ {
		if b.Line(c.lines[c.next].String()); !b.Open() {
			c.next++
			return
		}
	}
}

// isRequestLine recognises "POST /v1/orders HTTP/1.1" and "GET https://..".
func isRequestLine(s string) bool {
	method, rest, ok := strings.Cut(s, " ")
	if _, known := Method(method); !ok || !known || method != strings.ToUpper(method) {
		return false
	}
	rest = strings.TrimSpace(rest)
	return strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "{") || hasScheme(rest)
}

func isSeparator(s string) bool {
	if len(s) >= 3 && strings.Trim(s, "-=_*~") == "" {
		return true
	}
	return strings.EqualFold(s, "or") || strings.EqualFold(s, "and")
}

// isFrameWord recognises words that stand over an example and say nothing.
func isFrameWord(s string) bool {
	switch strings.ToLower(strings.Trim(s, " :：=*_`#")) {
	case "json", "e.g.", "eg", "for example", "as below", "below", "xml", "raw", "e.g", "sample json", "example json", "举例", "示例":
		return true
	}
	return false
}

// statusLine reads a line that gives nothing but a status: "HTTP/1.1 200 OK", "Status: 404", "Code: 400 BAD REQUEST", "200 OK".
func statusLine(s string) (status int, ok bool) {
	const longest = 120
	if len(s) > longest || strings.Contains(s, "{") { // "409 Conflict - {..}" is an example with its title
		return 0, false
	}
	s = strings.Trim(s, " *_`#-•:")
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":=-*`()", r) })
	seen := false
	for i, w := range words {
		lower := strings.ToLower(w)
		switch {
		case strings.HasPrefix(lower, "http/"), lower == "http", lower == "status", lower == "code", lower == "statuscode":
			seen = true
			continue
		case CodeKind(w) == probe.KindHTTP && i <= 4 && len(words)-i <= 6:
			n, _ := strconv.Atoi(w)
			return n, seen || isReason(n, words[i+1:])
		}
		return 0, false
	}
	return 0, false
}

// isReason says that words are the reason phrase of a status, as far as the commonest go.
func isReason(status int, words []string) bool {
	if len(words) == 0 {
		return true
	}
	first := strings.ToLower(strings.Trim(words[0], ",.;"))
	for _, w := range strings.Fields("ok success created accepted no bad unauthorized unauthorised forbidden not method conflict gone unprocessable too internal service gateway") {
		if w == first {
			return status != 0
		}
	}
	return false
}

// titleStatus finds the HTTP status that a title ties to its example: in parentheses, as its first or last word, or behind a word such as
// "status".
func titleStatus(title string) (status int, ok bool) {
	words := strings.FieldsFunc(title, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",:;()[]-–*_`#/", r) })
	for i, w := range words {
		if CodeKind(w) != probe.KindHTTP {
			continue
		}
		n, _ := strconv.Atoi(w)
		inParentheses := strings.Contains(title, "("+w) || strings.Contains(title, "["+w)
		if i == 0 || i == len(words)-1 || inParentheses || isStatusWord(words[i-1]) {
			return n, true
		}
	}
	return 0, false
}

func isStatusWord(w string) bool {
	switch strings.ToLower(w) {
	case "http", "status", "code", "response", "1.1", "error", "return", "returns", "answer", "with", "a", "get", "gets", "receive", "an", "un", "um", "einen":
		return true
	}
	return false
}

// IsExampleCall says that a text begins with a curl command, or the first line of an HTTP message.
func IsExampleCall(t source.Text) bool {
	s := strings.TrimSpace(t.String())
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		s = s[:end]
	}
	return isCurl(s) || isRequestLine(s)
}

// IsStatusLine says that a line gives an HTTP status and nothing else: "HTTP/1.1 200 OK", "Status: 404".
func IsStatusLine(t source.Text) bool {
	_, ok := statusLine(strings.TrimSpace(t.String()))
	return ok
}

// IsSeparator says that a line parts examples: a rule, or the word "or".
func IsSeparator(t source.Text) bool { return isSeparator(strings.TrimSpace(t.String())) }

// IsRecord says that a line is an answer whose parts stand side by side, without a blank between them and their marks: "OK|4791|TX88", "ERR;7;busy".
func IsRecord(line string) bool {
	const fewest, most = 2, 400 // marks; bytes
	line = strings.TrimSpace(line)
	mark := strings.IndexAny(line, "|;~^")
	if mark <= 0 || len(line) > most || strings.ContainsAny(line, "\r\n{}<>") || strings.ContainsAny(line[:mark], " \t:") {
		return false
	}
	by := line[mark : mark+1]
	return strings.Count(line, by) >= fewest && !strings.Contains(line, " "+by) && !strings.Contains(line, by+" ")
}
