// Package curl reads documents that are nothing but curl commands, with comments between them or the answers that came: what an API owner
// copies out of a terminal, a browser or another tool.
//
// A command gives method, URL, headers and body; how it is read is the business of the parent package, which reads commands within other
// documents as well. The line above a command names the API. What stands below it, as curl -i prints it or the body alone, is an answer.
// The package runs no command, opens no file that one names, and sends nothing.
package curl

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "curl"

// Format reads curl commands.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// Limits on one document.
const (
	maxBytes    = 4 << 20
	maxCommands = 5000
	maxAnswers  = 100 // of one command
)

// detect takes documents that begin with a command or its title, and in which no label stands beside or above a value: those are sheets
// that only hold a command.
func detect(in sheet.Input) int {
	const asCommands, titleLines = 60, 3
	if len(in.Data) > maxBytes {
		return 0
	}
	doc, err := in.Decode()
	if err != nil {
		return 0
	}
	commands, before, parts := 0, 0, 0
	lines := doc.Text().Lines()
	for i := 0; i < len(lines); i++ {
		s := strings.TrimSpace(lines[i].String())
		switch {
		case s == "":
		case sheet.IsCurl(lines[i]):
			commands++
			i += sheet.CallLines(lines[i:]) - 1
		case strings.HasPrefix(s, "```"), strings.HasPrefix(s, "|"), strings.HasPrefix(s, "<"), isLabel(s):
			return 0
		case isPart(s):
			if parts++; parts > 1 { // "Request" over the command, "Response" over the answer
				return 0
			}
		case commands == 0:
			if before++; before > titleLines && !isComment(s) && !isAssignment(lines[i]) {
				return 0
			}
		}
	}
	if commands == 0 {
		return 0
	}
	return asCommands
}

// isPart says that a line is nothing but an everyday word for a part of a sheet: "Request", "Response (200)".
func isPart(s string) bool {
	l, ok := sheet.LookupLabel(s)
	return ok && !isComment(s) && !strings.ContainsAny(s, "\"',:") && (l.Field == probe.FieldRequestBody || l.Field == probe.FieldSuccessResponse || l.Field == probe.FieldErrorResponse)
}

// isLabel says that a line has the label of a field, and not the header of an answer or the member of an object.
func isLabel(s string) bool {
	if isComment(s) {
		return false
	}
	text, _, ok := strings.Cut(s, ":")
	label, known := sheet.LookupLabel(text)
	return known && label.Field != "" && label.Role != sheet.HeaderLine && (ok || label.Strong) && !strings.HasPrefix(s, `"`) && !strings.HasSuffix(s, ",")
}

func isComment(s string) bool {
	return strings.HasPrefix(s, "#") || strings.HasPrefix(s, "//") || strings.HasPrefix(s, "::") || len(s) > 3 && strings.EqualFold(s[:4], "rem ")
}

func read(in sheet.Input) sheet.Reading {
	if len(in.Data) > maxBytes {
		return refused(source.NewDocument(in.Name, in.Data, ""), fmt.Sprintf("the document %q has %d bytes; of commands at most %d are read", in.Name, len(in.Data), maxBytes),
			"hand over the commands in several documents")
	}
	doc, err := in.Decode()
	if err != nil {
		return refused(source.NewDocument(in.Name, in.Data, ""), err.Error(), "hand over the commands as text")
	}
	doc.Format = name
	r := sheet.Reading{Document: doc}
	written := doc.Text().Lines()
	c := cutter{lines: uncomment(written), written: written, variables: map[string]source.Text{}}
	for c.next() {
		if len(r.Sheets) == maxCommands {
			r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", c.command.At(),
				fmt.Sprintf("only the first %d commands of the document are read", maxCommands), "hand over the commands in several documents"))
			return r
		}
		r.Sheets = append(r.Sheets, sheet.Assemble(doc, c.fragments()))
	}
	if len(r.Sheets) == 0 {
		return refused(doc, "no curl command was found", "check that this is the right document; a command starts its line with the word curl")
	}
	return r
}

func refused(doc *source.Document, message, hint string) sheet.Reading {
	doc.Format = name
	at := doc.Text().Slice(0, 0).At()
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", at, message, hint)}}
}

// cutter cuts a document into commands and what stands around them.
type cutter struct {
	lines   []source.Text // answers in comments without the marks
	written []source.Text
	at      int
	title   source.Text // the line above the command
	command source.Text
	input   source.Text // what the lines below give the command to read: <<EOF
	answers []answer    // what stands between the command and the title of the next
	failed  bool        // a label says so of the next answer

	variables map[string]source.Text // what was assigned so far
}

// answer is one that stands below a command.
type answer struct {
	text   source.Text
	failed bool
}

// next moves on to the next command; false says that there is none.
func (c *cutter) next() bool {
	c.title, c.input, c.answers = source.Text{}, source.Text{}, nil
	for ; c.at < len(c.lines) && !sheet.IsCurl(c.lines[c.at]); c.at++ {
		if name, value, ok := assignment(c.lines[c.at]); ok {
			c.variables[name] = expand(value, c.variables)
		} else if title := titleOf(c.lines[c.at]); title.Len() > 0 {
			c.title = title
		}
	}
	if c.at == len(c.lines) {
		return false
	}
	n := sheet.CallLines(c.lines[c.at:])
	command := withoutPrompt(c.lines[c.at].Join(c.lines[c.at+n-1]))
	c.command = expand(command, c.variables)
	c.at += n
	c.here(command.String())
	c.takeAnswers()
	return true
}

// titleOf is what a line says that names the command below it: a comment, or a few words.
func titleOf(line source.Text) source.Text {
	line = line.TrimSpace()
	s := line.String()
	if len(s) > 3 && strings.EqualFold(s[:4], "rem ") {
		return line.Slice(4, len(s)).TrimSpace()
	}
	text := strings.TrimLeft(s, "#/:-*=. \t0123456789)")
	line = line.Slice(len(s)-len(text), len(s)).TrimSpace()
	line = line.Slice(0, len(strings.TrimRight(line.String(), ":-=*# ")))
	const mostWords = 12
	if n := len(strings.Fields(line.String())); n == 0 || n > mostWords || strings.ContainsAny(line.String(), "{}\"<>") {
		return source.Text{}
	}
	return line
}

// withoutPrompt cuts off what a terminal prints before a command.
func withoutPrompt(command source.Text) source.Text {
	s := command.String()
	at := strings.Index(strings.ToLower(s[:min(len(s), 120)]), "curl")
	return command.Slice(max(at, 0), len(s))
}

// takeAnswers takes what stands below the command up to the next one or its title: the status line and headers that curl -i prints, and
// bodies.
func (c *cutter) takeAnswers() {
	for c.at < len(c.lines) && len(c.answers) < maxAnswers {
		line := c.lines[c.at]
		at, body := sheet.StartsBody(line.String())
		status := sheet.IsStatusLine(line)
		switch {
		case line.IsBlank(), c.entitlesAnswer():
			c.at++
		case sheet.IsCurl(line), !status && (!body || at > 0 || isComment(strings.TrimSpace(line.String()))):
			return
		default:
			c.answer(status)
		}
	}
}

// entitlesAnswer says that the line is nothing but a label of the answer below it: "# Response".
func (c *cutter) entitlesAnswer() bool {
	label, ok := sheet.LookupLabel(titleOf(c.lines[c.at]).String())
	if !ok || label.Field != probe.FieldSuccessResponse && label.Field != probe.FieldErrorResponse {
		return false
	}
	for _, below := range c.lines[c.at+1:] {
		if !below.IsBlank() {
			at, body := sheet.StartsBody(below.String())
			if c.failed = label.Field == probe.FieldErrorResponse; body && at == 0 || sheet.IsStatusLine(below) {
				return true
			}
			break
		}
	}
	return false
}

// answer takes one answer: its status line and headers where it has some, and its body.
func (c *cutter) answer(status bool) {
	first, last := c.at, c.at
	if status {
		for c.at++; c.at < len(c.lines) && !c.lines[c.at].IsBlank(); c.at++ {
			if at, ok := sheet.StartsBody(c.lines[c.at].String()); ok && at == 0 {
				break
			}
			last = c.at
		}
		for c.at < len(c.lines) && c.lines[c.at].IsBlank() {
			c.at++
		}
	}
	if c.at < len(c.lines) {
		if at, ok := sheet.StartsBody(c.lines[c.at].String()); ok && at == 0 {
			last = c.body()
		}
	}
	c.answers = append(c.answers, answer{text: c.joined(first, last), failed: c.failed})
	c.failed = false
}

// body moves on behind the body that starts on this line, and returns its last line.
func (c *cutter) body() int {
	var b sheet.Balance
	for {
		last := c.at
		b.Line(c.lines[last].String())
		if c.at++; c.at == len(c.lines) || !b.Open() || sheet.IsCurl(c.lines[c.at]) {
			return last
		}
	}
}

// fragments are the pieces of one sheet.
func (c *cutter) fragments() []sheet.Fragment {
	var pieces []sheet.Fragment
	if c.title.Len() > 0 {
		pieces = append(pieces, sheet.Fragment{Field: probe.FieldName, Value: c.title})
	}
	pieces = append(pieces, sheet.Fragment{Field: probe.FieldRequestBody, Value: c.command})
	if c.input.Len() > 0 {
		pieces = append(pieces, sheet.Fragment{Field: probe.FieldRequestBody, Value: c.input})
	}
	for _, a := range c.answers {
		f := sheet.Fragment{Field: probe.FieldSuccessResponse, Value: a.text}
		if a.failed {
			f.Field = probe.FieldErrorResponse
		}
		pieces = append(pieces, f)
	}
	return pieces
}
