package text

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// looseTests takes the values to try that belong to no single sheet by their place: those above the first sheet, and those behind the last
// of several, where nothing ties them to it.
func looseTests(pieces []*piece, groups []*sheetPieces) []*piece {
	var loose []*piece
	if len(groups) > 1 {
		last := groups[len(groups)-1]
		own := slices.ContainsFunc(groups[:len(groups)-1], func(g *sheetPieces) bool { return len(g.tests) > 0 })
		if !own {
			last.tests = slices.DeleteFunc(last.tests, func(p *piece) bool { return !last.owns(p) || sheet.HasAPIColumn(p.value) })
		}
	}
	for _, p := range pieces {
		if p.label.Role != sheet.TestValues || p.value.IsBlank() {
			continue
		}
		if !slices.ContainsFunc(groups, func(g *sheetPieces) bool { return slices.Contains(g.tests, p) }) {
			loose = append(loose, p)
		}
	}
	return loose
}

// owns says that the form of a label makes it a row of this sheet: it goes on with its numbers, or stands right below its other rows.
func (g *sheetPieces) owns(p *piece) bool {
	last := g.pieces[len(g.pieces)-1]
	if p.line.number != "" && last.line.number != "" {
		return true
	}
	return p.from < last.from || !p.line.gap && distance(last, p) == 0
}
