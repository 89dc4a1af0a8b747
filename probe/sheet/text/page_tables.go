package text

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// withTestData also reads the tables of test data as such, beside tables that hold sheets.
func (p *page) withTestData(w way) way {
	if !slices.Contains(w, true) {
		return w
	}
	with := slices.Clone(w)
	for i, b := range p.blocks {
		if b.Kind == Table && !w[i] {
			l, ok := sheet.LookupLabel(p.grid(i).Name)
			with[i] = ok && l.Role == sheet.TestValues
		}
	}
	return with
}

// withParameters also reads the tables of parameters below a table that holds one API: they describe its request.
func (p *page) withParameters(w way) way {
	with, below := slices.Clone(w), false
	for i, b := range p.blocks {
		switch {
		case w[i]:
			below = true
		case b.Kind == Heading && b.Level == 1:
			below = false
		case b.Kind == Table && below && len(b.Rows) > 1:
			with[i] = sheet.IsParameterTitles(titlesOf(b))
		}
	}
	return with
}

// titlesOf is the first row of a table.
func titlesOf(b Block) []source.Text {
	if len(b.Rows) == 0 {
		return nil
	}
	titles := make([]source.Text, len(b.Rows[0]))
	for i, c := range b.Rows[0] {
		titles[i] = c.Text
	}
	return titles
}
