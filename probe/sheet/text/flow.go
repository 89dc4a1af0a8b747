package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// flow renders the page as lines of text, without the tables that are read as grids.
func (p *page) flow(w way) source.Text {
	var f flow
	for i, b := range p.blocks {
		switch {
		case w[i]:
			f.blank()
		case b.Kind == Table:
			f.table(b)
		default:
			f.paragraph(b)
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

func (f *flow) take(t source.Text) {
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
	case b.Text.IsBlank():
		f.blank()
		return
	case b.Kind == Heading:
		f.blank()
		f.put("## ")
	case b.Kind == Item && !startsBracket(strings.TrimSpace(b.Text.String())):
		f.put("- ")
	}
	for _, l := range lines {
		f.take(l)
		f.end()
	}
	if b.Kind == Code {
		f.blank()
	}
}

// table renders rows as lines with tabs between the cells. A cell of several lines, or an example, comes on lines of its own.
func (f *flow) table(b Block) {
	if !b.Title.IsBlank() {
		f.paragraph(Block{Text: b.Title})
	}
	for _, row := range b.Rows {
		f.row(row)
	}
	f.blank()
}

func (f *flow) row(row []sheet.GridCell) {
	var below []source.Text
	filled := 0
	for _, c := range row {
		t := c.Text.TrimSpace()
		if t.Len() == 0 {
			continue
		}
		if filled > 0 {
			if lines := t.Lines(); len(lines) > 1 || len(row) > 2 && startsBracket(t.String()) {
				below = append(below, lines...)
				continue
			}
			f.put("\t")
		}
		for i, l := range t.Lines() { // the lines of a label are one
			if l = l.TrimSpace(); i > 0 && l.Len() > 0 {
				f.put(" ")
			}
			f.take(l)
		}
		filled++
	}
	if filled > 0 {
		f.end()
	}
	for _, l := range below {
		f.take(l)
		f.end()
	}
}
