package pdf

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// What is too wide for a page, browsers leave out when they print: the letters are not in the document at all.

// clipped are the lines of a page that end at the edge of what is printed within a string, which no line below goes on with.
func (p *page) clipped() []line {
	spaced := hasSpaces(p.glyphs)
	heights := p.heights(spaced)
	lines := linesOf(p.glyphs, spaced, heights)
	ends := map[int]bool{} // numbers of lines that reach the edge
	for _, row := range rowsOf(p.glyphs) {
		last := row[len(row)-1]
		if last.edge > 0 && last.x < last.edge && last.edge-last.x-last.width < last.width {
			ends[numberOf(heights, row[0].y)] = true
		}
	}
	var out []line
	for i, l := range lines {
		if ends[l.number] && strings.Count(l.text, `"`)%2 == 1 && (i+1 == len(lines) || !lines[i+1].mayGoOn(l)) {
			out = append(out, l)
		}
	}
	return out
}

// mayGoOn says that a line may be the rest of the string that the one above it begins.
func (n line) mayGoOn(above line) bool {
	const closely = 1.9
	_, label := sheet.LookupLabel(n.text)
	return !label && above.y-n.y <= closely*above.size && !strings.ContainsAny(n.text[:1], `"{}[]`)
}

// sayClipped says where the text of a page is cut off.
func sayClipped(page int, p *page) source.Diagnostics {
	const most = 3 // of one page
	var out source.Diagnostics
	for _, l := range p.clipped() {
		if len(out) == most {
			break
		}
		out = append(out, sheet.Note(source.Warning, "sheet.unreadable", "", source.Span{Pos: source.Pos{Cell: place(page, l.number)}},
			"the line is too wide for the page: what lies beyond its edge is not in the document", "print the document again in landscape or smaller, or hand over what it was printed from"))
	}
	return out
}
