package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// cutAll decides for every label how far its value reaches: down to the next label at most, and no further than what can be its value. The
// last field of a sheet is followed by the rest of the page.
func cutAll(pieces []*piece) []*piece {
	var answers []source.Text
	for _, p := range pieces {
		if f := p.label.Field; f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse {
			p.cut(sheet.CodeForms{})
			answers = append(answers, p.value)
		}
	}
	forms := sheet.FormsOf(answers...)
	for _, p := range pieces {
		if f := p.label.Field; f != probe.FieldSuccessResponse && f != probe.FieldErrorResponse {
			p.cut(forms)
		}
	}
	return pieces
}

func (p *piece) cut(forms sheet.CodeForms) {
	switch p.label.Field {
	case "":
		if p.end = p.from + 1; p.label.Role == sheet.TestValues {
			p.cutTestData()
		}
	case probe.FieldURL:
		p.take(p.goesOnWithURL)
	case probe.FieldHeaders:
		p.cutHeaders()
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		p.cutBody()
	case probe.FieldCredentials:
		p.cutCredentials()
	case probe.FieldStatusCodes:
		p.cutRows(
			func(t source.Text) bool { return sheet.IsCodeRow(t) || forms.IsRow(t) },
			func(t source.Text) bool { return sheet.IsLoneCode(t) || forms.IsLone(t) },
		)
	default:
		p.take(nil)
	}
}

// take takes what stands beside the label or, where nothing does, the next line; and then the lines right below for which goesOn says so.
func (p *piece) take(goesOn func(line) bool) {
	p.value, p.end = p.candidate.value, p.from+1
	if p.value.IsBlank() {
		next := p.lines[p.from].next
		if next >= p.to || !p.fitsBelow(p.lines[next]) {
			return
		}
		p.extend(next)
	}
	for goesOn != nil && p.end < p.to && !p.lines[p.end].blank() && goesOn(p.lines[p.end]) {
		p.extend(p.end)
	}
}

// extend takes in line i.
func (p *piece) extend(i int) {
	whole := p.lines[i].whole
	if p.value.IsBlank() {
		p.value = whole.TrimSpace()
	} else {
		p.value = p.value.Join(whole)
	}
	p.end = i + 1
}

// fitsBelow says that a line can be the one-line value of the label above it: it is no prose, and no item of a list under a label that is
// one itself.
func (p *piece) fitsBelow(l line) bool {
	switch {
	case p.line.bullet && l.bullet, isSentence(l.s) && p.label.Field != probe.FieldName:
		return false
	case l.number != "" && p.line.number != "", l.heading:
		return false
	}
	return p.label.Field != probe.FieldMethod || len(strings.Fields(l.s)) <= 3
}

func (p *piece) goesOnWithURL(l line) bool {
	wrapped := sheet.BreaksURL(p.value.String()) && len(strings.Fields(l.s)) == 1 && !strings.Contains(l.s, ":")
	return strings.Contains(l.s, "://") || isAddress(l.s) || wrapped
}

// cutHeaders takes lines that are headers. The first other line behind a blank one ends them.
func (p *piece) cutHeaders() {
	p.value, p.end = p.candidate.value, p.from+1
	if s := p.value.String(); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		p.cutBody()
		return
	}
	if p.label.Role == sheet.HeaderLine {
		p.take(func(l line) bool { return sheet.IsHeaderLine(l.body) && !isSentence(l.s) })
		return
	}
	if next := p.lines[p.from].next; p.value.IsBlank() && next < p.to && startsBracket(p.lines[next].s) {
		p.cutBody()
		return
	}
	cellBelow := false // the line above is the name of a header, in a table that was pasted cell by cell
	for i := p.from + 1; i < p.to; i++ {
		l := p.lines[i]
		switch {
		case l.blank():
			continue
		case l.table:
			p.extend(i)
		case sheet.IsHeaderName(l.body) && p.lines[i].next < p.to, cellBelow:
			cellBelow = !cellBelow
			p.extend(i)
		case sheet.IsHeaderLine(l.body) && !isSentence(l.s), strings.HasPrefix(l.s, "-H"), strings.HasPrefix(l.s, "```"):
			p.extend(i)
		case sheet.IsExampleCall(l.whole), l.gap && (!p.value.IsBlank() || isSentence(l.s)), !isShort(l.s):
			return
		case p.value.IsBlank() || !l.gap:
			p.extend(i)
		}
	}
}

func startsBracket(s string) bool { return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") }

func isShort(s string) bool { return len(strings.Fields(s)) <= 8 }

// cutRows takes lines that are rows, or the first column of one with the rest below. The first other line behind a blank one ends them, once
// there was a row.
func (p *piece) cutRows(isRow, isLone func(source.Text) bool) {
	p.value, p.end = p.candidate.value, p.from+1
	if next := p.lines[p.from].next; startsBracket(p.value.String()) || p.value.IsBlank() && next < p.to && startsBracket(p.lines[next].s) {
		p.cutBody()
		return
	}
	if next := p.lines[p.from].next; p.value.IsBlank() && next < p.to && sheet.IsNone(p.lines[next].s) {
		p.extend(next)
		return
	}
	rows, strays, lone := 0, 0, false
	for i := p.from + 1; i < p.to; i++ {
		l := p.lines[i]
		switch row := isRow(l.body) || isRow(l.whole); {
		case l.blank():
			continue
		case row, isLone(l.body), isLone(l.whole), lone && isShort(l.s):
			rows, strays, lone = rows+1, 0, !row && !lone
			p.extend(i)
		case l.gap && rows > 0, strays > 2, rows == 0 && l.gap && !isShort(l.s), isSentence(l.s) && rows == 0:
			return
		default:
			strays++ // column titles, a heading between rows, a message that goes on
			if rows == 0 && i == p.from+1 {
				p.extend(i)
			}
		}
	}
}

// cutCredentials takes names and values below a label that introduces several.
func (p *piece) cutCredentials() {
	if p.label.Role == sheet.NamedValue && len(p.label.Names) == 0 {
		p.take(nil)
		if p.candidate.value.IsBlank() && isSentence(p.value.String()) {
			p.value, p.end = source.Text{}, p.from+1
		}
		return
	}
	p.cutRows(sheet.IsCredentialLine, func(source.Text) bool { return false })
}

// cutTestData takes what stands beside the label and the lines below it, up to a heading or, behind values, a blank line or a sentence.
func (p *piece) cutTestData() {
	p.value = p.candidate.value
	if next := p.lines[p.from].next; p.value.IsBlank() && next < p.to && startsBracket(p.lines[next].s) {
		p.cutBody()
		return
	}
	for i := p.from + 1; i < p.to; i++ {
		l := p.lines[i]
		switch filled := !p.value.IsBlank(); {
		case l.blank() || !filled && isSentence(l.s):
			continue
		case l.heading, filled && (l.gap || isSentence(l.s)):
			return
		}
		p.extend(i)
	}
}

// cutBody takes examples and what introduces them.
func (p *piece) cutBody() {
	p.value, p.end = p.candidate.value, p.from+1
	c := bodyCut{piece: p}
	if !p.value.IsBlank() {
		c.line(p.from, p.value)
	}
	for i := p.from + 1; i < p.to && !c.done && !(p.table && !p.lines[i].table); i++ {
		if !p.lines[i].blank() {
			c.line(i, p.lines[i].whole)
		}
	}
	c.finish()
}

// bodyCut follows the lines of a body field. Lines that introduce an example count only where one follows.
type bodyCut struct {
	*piece
	balance  sheet.Balance
	examples int
	kept     int // the last line that certainly belongs to the field
	waiting  int // lines since then
	done     bool
}

func (c *bodyCut) line(i int, text source.Text) {
	s := strings.TrimSpace(text.String())
	l := c.lines[i]
	if c.balance.Open() {
		c.balance.Line(s)
		c.keep(i)
		return
	}
	at, starts := sheet.StartsBody(s)
	switch {
	case l.table:
		if c.label.Field == probe.FieldRequestBody {
			c.keep(i)
		}
	case starts:
		c.balance.Line(s[at:])
		c.examples++
		c.keep(i)
	case strings.HasPrefix(s, "```"), strings.Trim(s, "}]),; ") == "", strings.HasPrefix(s, "<") && c.examples > 0:
		c.keep(i)
	case c.examples == 0 && sheet.IsDitto(s):
		c.keep(i)
	case sheet.IsExampleCall(text):
		c.examples++
		c.keep(i)
	case sheet.IsStatusLine(text) || sheet.IsSeparator(text), c.isRemark(l, s):
		c.keep(i)
	case i == c.from, !l.gap && c.kept == i-1 && c.kept > 0, c.examples == 0 && c.waiting == 0 && !l.gap:
		c.keep(i)
	default: // it may be the title of the example below it
		const longest = 3
		if c.waiting++; c.waiting > longest || isSentence(s) && l.gap && c.examples > 0 && !saysWhen(s) {
			c.done = true
		}
	}
}

// saysWhen says that a line tells what causes the answer below it: "Condition: there is no such order."
func saysWhen(s string) bool {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(s, "*_- ")), " ")
	switch strings.Trim(word, ":*_") {
	case "condition", "conditions", "when", "if", "cause", "reason":
		return true
	}
	return false
}

func (c *bodyCut) keep(i int) { c.kept, c.waiting = i, 0 }

// isRemark recognises lines about single fields of a request: which type they have, and whether they are mandatory.
func (c *bodyCut) isRemark(l line, s string) bool {
	if c.label.Field != probe.FieldRequestBody {
		return c.label.Field == probe.FieldErrorResponse && c.examples == 0 && sheet.IsCodeRow(l.body)
	}
	lower := strings.ToLower(s)
	for _, w := range []string{"mandatory", "optional", "required", "必填", "选填", "필수"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	if strings.Contains(s, "=[") && isShort(s) { // "id=[integer]"
		return true
	}
	return (c.label.Role == sheet.Query || c.label.Role == sheet.PathParam) && (!l.gap || c.kept == 0 || strings.ContainsAny(s, "=")) && isShort(s)
}

// finish takes in the lines that were kept. Words alone, parted from the label by a blank line, are no example.
func (c *bodyCut) finish() {
	if c.kept <= c.from {
		return
	}
	for i := c.from + 1; i <= c.kept; i++ {
		if !c.lines[i].blank() {
			c.extend(i)
		}
	}
}
