package source

import (
	"slices"
	"strings"
)

// word is a piece of a paragraph that is safe to show and stays on one line where there is room for it.
type word struct{ style, text string }

func words(style, text string) []word {
	var all []word
	for part := range strings.SplitSeq(text, " ") {
		all = append(all, word{style, part})
	}
	return all
}

// paragraph writes words, a blank between two, with a line end behind the last. Where the page has a width they are broken so that no line is
// wider, the further ones behind an indent. column is where the first word stands.
func (r *renderer) paragraph(column, indent int, all []word) {
	if r.page > 0 {
		all = broken(all, max(r.page-max(indent, column), 8))
	}
	var line strings.Builder // what is gathered in one style
	style := ""
	flush := func() {
		r.put(style, line.String())
		line.Reset()
	}
	for i, w := range all {
		cells := cellsOf(w.text)
		switch {
		case i == 0:
			style = w.style
		case r.page > 0 && column+1+cells > r.page:
			flush()
			r.put("", "\n"+strings.Repeat(" ", indent))
			column, style = indent, w.style
		case w.style != style:
			flush()
			r.put("", " ")
			column, style = column+1, w.style
		default:
			line.WriteByte(' ')
			column++
		}
		line.WriteString(w.text)
		column += cells
	}
	flush()
	r.put("", "\n")
}

// broken cuts the words that no line can hold.
func broken(all []word, limit int) []word {
	for i := 0; i < len(all); i++ {
		cells := 0
		for at, c := range all[i].text {
			_, n := show(c, ' ')
			if cells += n; cells > limit {
				all = slices.Insert(all, i+1, word{all[i].style, all[i].text[at:]})
				all[i].text = all[i].text[:at]
				break
			}
		}
	}
	return all
}

func cellsOf(s string) int {
	cells := 0
	for _, c := range s {
		_, n := show(c, ' ')
		cells += n
	}
	return cells
}
