package markdown

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// joined is everything in one line.
func (in *inline) joined(separator string) []source.Run {
	var all []source.Run
	for _, line := range in.out {
		if len(all) > 0 && len(line) > 0 {
			all = append(all, source.Run{Text: separator})
		}
		all = append(all, line...)
	}
	return all
}

// read is what a piece of the page says without its markup.
func (l *layout) read(piece source.Text, cell bool) source.Text {
	in := inline{cell: cell, pictures: true}
	in.lines([]source.Text{piece})
	return source.Compose(in.joined("\n")).TrimSpace()
}

// lookup is the label that a cell holds.
func lookup(cell source.Text) (sheet.Label, bool) {
	s := cell.String()
	if strings.ContainsAny(s, "\r\n") {
		return sheet.Label{}, false
	}
	return sheet.LookupLabel(s)
}
