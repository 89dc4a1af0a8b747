package source

import (
	"io"
	"strconv"
	"strings"
)

// RenderOptions say how diagnostics are printed. The zero value is plain text.
type RenderOptions struct {
	Color bool   // with ANSI escape sequences
	Name  string // stands in place of the document's name
	Width int    // screen cells of an excerpt, at least 20; 0 means 100
	Page  int    // screen cells of a whole line, at least 40; 0 breaks no message and no hint
	// Mask removes secrets from what is quoted of the document; nil removes none. It is given whole lines (of very long ones a
	// piece of some kilobytes), messages and hints.
	Mask func(string) string
}

// Render prints the diagnostics for people, in the order in which they stand:
//
//	orders.txt:7:5: warning: key "status" is not quoted [sheet.repaired-json]
//	  7 |     status: "success",
//	    |     ^~~~~~
//	    = JSON wants it in double quotes
//
// The place of a workbook cell is written orders.xlsx:Tab!B4. The excerpt is left out where the place is not known or doc, which
// may be nil, has no such line. Whatever in it could act on a terminal is made visible instead. The error is that of w.
func (ds Diagnostics) Render(w io.Writer, doc *Document, o RenderOptions) error {
	r := renderer{doc: doc, name: o.Name, width: max(o.Width, 20), mask: o.Mask, color: o.Color}
	if o.Width == 0 {
		r.width = 100
	}
	if o.Page > 0 {
		r.page = max(o.Page, 40)
	}
	if r.name == "" && doc != nil {
		r.name = doc.Name
	}
	if r.mask == nil {
		r.mask = func(s string) string { return s }
	}
	for _, d := range ds {
		r.diagnostic(d)
	}
	_, err := io.WriteString(w, r.out.String())
	return err
}

type renderer struct {
	out   strings.Builder
	doc   *Document
	name  string
	width int
	page  int
	mask  func(string) string
	color bool
}

// The styles are parameters of the ANSI sequence SGR (ECMA-48, 8.3.117).
const (
	bold   = "1"
	faint  = "2"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
)

func (r *renderer) diagnostic(d Diagnostic) {
	style := cyan
	switch d.Severity {
	case Error:
		style = red
	case Warning:
		style = yellow
	}
	head := []word{{bold, inert(r.name) + place(d.At.Pos) + ":"}, {style, inert(string(d.Severity)) + ":"}}
	head = append(head, words(bold, inert(r.mask(d.Message)))...)
	if d.Rule != "" {
		head = append(head, word{faint, "[" + inert(d.Rule) + "]"})
	}
	r.paragraph(0, 4, head)
	gutter := r.excerpt(d.At, style)
	if d.Hint != "" {
		r.put(faint, strings.Repeat(" ", gutter)+"= ")
		r.paragraph(gutter+2, gutter+2, words("", inert(r.mask(d.Hint))))
	}
}

// excerpt prints the line and what is meant of it, and returns the width of the gutter.
func (r *renderer) excerpt(at Span, style string) int {
	const unnumbered = 4
	if r.doc == nil {
		return unnumbered
	}
	b := r.doc.blockAt(at.Pos)
	if b == nil || !b.hasLine(at.Line) {
		return unnumbered
	}
	number := "  " + strconv.Itoa(at.Line) + " "
	blank := strings.Repeat(" ", len(number))
	width := r.width
	if r.page > 0 {
		width = min(width, r.page-len(number)-len("| ")-len("  ")) // room for a sign on either side that the line goes on
	}
	source, mark := cutLine(b, at, r.mask).layOut(len(number)+2, width)
	r.put(faint, number+"| ")
	r.put("", source+"\n")
	r.put(faint, blank+"| ")
	r.put(style, mark)
	r.put("", "\n")
	return len(number)
}

// put writes a piece that is safe to show.
func (r *renderer) put(style, s string) {
	if !r.color || style == "" {
		r.out.WriteString(s)
		return
	}
	r.out.WriteString("\x1b[" + style + "m" + s + "\x1b[0m")
}

// place is what stands between the name of the document and the severity.
func place(p Pos) string { return inert(p.Suffix()) }
