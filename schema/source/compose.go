package source

import (
	"sort"
	"strings"
)

// Run is a piece of a composed text.
type Run struct {
	Text string
	// From is what the piece was taken from: the same characters or, where markup writes them in another way ("&amp;"), more. The zero
	// value is for what stands in no document, such as the line end between two paragraphs.
	From Text
}

// Compose makes one text of pieces that stand apart in a document, as the words of a page do between its markup. A place in the text is
// the place in the document that its piece was taken from; where a piece is written in another way there, the place is within it.
func Compose(runs []Run) Text {
	var text strings.Builder
	var origins []origin
	for _, r := range runs {
		if r.From.block != nil {
			origins = append(origins, origin{at: text.Len(), from: r.From})
		}
		text.WriteString(strings.ToValidUTF8(r.Text, "\uFFFD"))
	}
	b := newBlock("", text.String())
	b.first = 0 // a byte-order mark is one at the start of a document only
	b.origins = origins
	return Text{block: b, end: len(b.text)}
}

// origin says where the bytes from an offset on were taken from.
type origin struct {
	at   int
	from Text
}

// originOf is the origin of the byte at an offset: the nearest before it or, where there is none, the first.
func (b *block) originOf(offset int) origin {
	i := sort.Search(len(b.origins), func(i int) bool { return b.origins[i].at > offset })
	return b.origins[max(i-1, 0)]
}

// place is where an offset of a composed text stands when it is seen from the byte at seen.
func (o origin) place(offset int) Pos {
	return o.from.Pos(min(max(offset-o.at, 0), o.from.Len()))
}
