package pdf

import "math"

// headingSize is how much larger than other text a heading is.
const headingSize = 1.15

// setUsual finds the size of the text that headings stand out from, and whether it is bold. Examples in letters of one width are often
// smaller than that text and longer than all of it, so they count only where there is hardly anything else.
func (l *layout) setUsual() {
	const fewest = 0.05 // of all letters
	all, prose := newLetters(), newLetters()
	for _, p := range l.pages {
		for _, g := range p.glyphs {
			all.add(g)
			if !g.style.fixed {
				prose.add(g)
			}
		}
	}
	if float64(prose.all-prose.bold) < fewest*float64(all.all) { // bold letters are those of the headings
		prose = all
	}
	l.usual, l.plain = prose.usual(), all.bold*2 < all.all
}

// raiseUsual is for documents most of whose letters stand in tables, which are often smaller than the text around: headings need to be
// larger than that text, if it has any that stand out from it.
func (l *layout) raiseUsual() {
	free, all := newLetters(), newLetters()
	for i, p := range l.pages {
		for j, g := range p.glyphs {
			if l.taken[i][j] || g.style.fixed {
				continue
			}
			all.add(g)
			if !g.style.bold {
				free.add(g)
			}
		}
	}
	size, larger := free.usual(), 0
	for s, n := range all.sizes {
		if s > headingSize*size {
			larger += n
		}
	}
	if size > l.usual && (larger > 0 || all.bold > 0 && l.plain) {
		l.usual = size
	}
}

// letters counts letters by their size.
type letters struct {
	sizes     map[float64]int
	all, bold int
}

func newLetters() letters { return letters{sizes: map[float64]int{}} }

func (n *letters) add(g glyph) {
	n.sizes[math.Round(g.size*4)/4]++
	n.all++
	if g.style.bold {
		n.bold++
	}
}

// usual is the size of most letters.
func (n *letters) usual() float64 {
	usual := 0.0
	for size, count := range n.sizes {
		if m := n.sizes[usual]; count > m || count == m && size < usual {
			usual = size
		}
	}
	return usual
}
