package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// flow renders the page as lines of text, without the tables that are read as grids.
func (p *page) flow(w way) source.Text {
	var f flow
	var above source.Text
	for i, b := range p.blocks {
		switch {
		case w[i]:
			f.blank()
		case b.Kind == Table:
			f.answers(b, above)
		default:
			f.paragraph(b)
			if !b.Text.IsBlank() {
				above = b.Text
			}
		}
	}
	return source.Compose(f.runs)
}

// flow gathers the lines of a page.
type flow struct {
	runs  []source.Run
	blind bool // the last line is blank, or there is none yet
}

func (f *flow) put(s string) { f.runs = append(f.runs, source.Run{Text: s}) }

func (f *flow) keep(t source.Text) {
	if t.Len() > 0 {
		f.runs = append(f.runs, source.Run{Text: t.String(), From: t})
	}
}

func (f *flow) end() {
	f.put("\n")
	f.blind = false
}

// blank leaves a blank line, but never two.
func (f *flow) blank() {
	if !f.blind {
		f.put("\n")
		f.blind = true
	}
}

func (f *flow) paragraph(b Block) {
	lines := b.Text.Lines()
	switch {
	case b.Text.IsBlank(), b.Kind == Code && IsProgram(b.Text):
		f.blank()
		return
	case b.Kind == Heading:
		f.blank()
		const usual, deepest = 2, 6
		level := min(b.Level, deepest)
		if level == 0 {
			level = usual
		}
		f.put(strings.Repeat("#", level) + " ")
	case b.Kind == Item && !startsBracket(strings.TrimSpace(b.Text.String())):
		f.put("- ")
	}
	for _, l := range lines {
		f.keep(l)
		f.end()
	}
	if b.Kind == Code || b.Kind == Heading && !isLabel(b.Text) {
		f.blank()
	}
}

// answers renders a table of answers as such, and any other as its rows.
func (f *flow) answers(b Block, above source.Text) {
	rows := make([][]source.Text, len(b.Rows))
	for i, row := range b.Rows {
		for _, c := range row {
			rows[i] = append(rows[i], c.Text)
		}
	}
	lines, ok := AnswerRows(rows, above)
	if !ok {
		f.table(b)
		return
	}
	if !b.Title.IsBlank() {
		f.paragraph(Block{Text: b.Title})
	}
	f.keep(lines)
	f.end()
	f.blank()
}

// table renders rows as lines with tabs between the cells. A cell of several lines, or an example, comes on lines of its own.
func (f *flow) table(b Block) {
	if !b.Title.IsBlank() {
		f.paragraph(Block{Text: b.Title})
	}
	if lines, ok := sheet.ParameterRows(textsOf(b.Rows)); ok {
		f.keep(lines)
		f.end()
		f.blank()
		return
	}
	if f.sideBySide(b.Rows) {
		return
	}
	environments := environmentsOf(b.Rows)
	for _, row := range sheet.PartCredentials(b.Rows) {
		if len(environments) > 0 && f.addresses(environments, row) {
			continue
		}
		f.row(row)
	}
	f.blank()
}

// textsOf are the texts of the cells of a table.
func textsOf(rows [][]sheet.GridCell) [][]source.Text {
	texts := make([][]source.Text, len(rows))
	for i, row := range rows {
		for _, c := range row {
			texts[i] = append(texts[i], c.Text)
		}
	}
	return texts
}

// sideBySide renders a table whose columns are the fields of one API, such as request and response, as the fields one after another. ok is
// false for other tables.
func (f *flow) sideBySide(rows [][]sheet.GridCell) (ok bool) {
	if len(rows) != 2 || len(rows[0]) < 2 || len(rows[1]) > len(rows[0]) {
		return false
	}
	for _, c := range rows[0] {
		if l, known := sheet.LookupLabel(c.Text.String()); !known || !isBody(l.Field) {
			return false
		}
	}
	for i, c := range rows[1] {
		f.paragraph(Block{Kind: Heading, Text: rows[0][i].Text})
		f.paragraph(Block{Text: c.Text})
		f.blank()
	}
	return true
}

// environmentsOf are the titles of the columns of a table that gives the addresses of several environments beside each other, by column.
func environmentsOf(rows [][]sheet.GridCell) map[int]string {
	titles := map[int]string{}
	if len(rows) < 2 {
		return titles
	}
	for i, c := range rows[0] {
		if s := strings.TrimSpace(c.Text.String()); s != "" && isEnvironment(s) {
			titles[i] = s
		}
	}
	return titles
}

// addresses renders a row of addresses, each behind the environment that it belongs to, on one line. ok is false for other rows.
func (f *flow) addresses(environments map[int]string, row []sheet.GridCell) (ok bool) {
	for i, c := range row {
		ok = ok || environments[i] != "" && strings.Contains(c.Text.String(), "://")
	}
	if !ok {
		return false
	}
	for i, c := range row {
		t := c.Text.TrimSpace()
		switch {
		case t.Len() == 0:
			continue
		case environments[i] != "":
			f.put("\t" + environments[i] + " ")
		case i > 0:
			f.put("\t")
		}
		f.take(t)
	}
	f.end()
	return true
}

func (f *flow) row(row []sheet.GridCell) {
	var beside, below []source.Text
	for _, c := range row {
		t := c.Text.TrimSpace()
		switch lines := t.Lines(); {
		case t.Len() == 0:
		case len(beside) > 0 && (len(lines) > 1 || len(row) > 2 && startsExample(t)):
			below = append(below, lines...)
		default:
			beside = append(beside, t)
		}
	}
	for i, t := range beside {
		switch {
		case i == 1 && len(below) > 0 && len(row) > 2 && sheet.IsStatusLine(beside[0]): // a status of its own, and the title of the answer
			f.end()
		case i > 0 && len(below) > 0 && len(row) > 2: // "E200 - Stored" over the answer
			f.put(" - ")
		case i > 0:
			f.put("\t")
		}
		f.take(t)
	}
	if len(beside) > 0 {
		f.end()
	}
	for _, l := range below {
		f.keep(l)
		f.end()
	}
}

// take takes in a text of one line; the lines of a label are one.
func (f *flow) take(t source.Text) {
	for i, l := range t.Lines() {
		if l = l.TrimSpace(); i > 0 && l.Len() > 0 {
			f.put(" ")
		}
		f.keep(l)
	}
}

// isLabel says that a heading is the label of what follows it, rather than its title.
func isLabel(heading source.Text) bool {
	_, ok := match(newLine(heading))
	return ok
}
