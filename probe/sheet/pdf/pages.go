package pdf

import (
	"errors"

	"github.com/ledongthuc/pdf"
)

// leaf is a page with what it inherits (ISO 32000-1, 7.7.3.4).
type leaf struct {
	pdf.Value
	resources, rotate pdf.Value
}

// maxNodes is how many nodes of the tree of pages are looked at, and maxBranch how deep they may stand.
const (
	maxNodes  = 20 * maxPages
	maxBranch = 64
)

// leaves are the first pages. The tree is walked once and downwards: the parser would search it anew for each page, and read the parents of
// each, of which one may name hundreds of thousands of pages.
func leaves(r *pdf.Reader) []leaf {
	w := pageWalker{}
	w.walk(leaf{Value: r.Trailer().Key("Root").Key("Pages")}, 0)
	return w.found
}

type pageWalker struct {
	found []leaf
	nodes int
}

func (w *pageWalker) walk(n leaf, depth int) {
	if w.nodes++; w.nodes > maxNodes || depth > maxBranch || len(w.found) >= maxPages {
		return
	}
	if own := n.Key("Resources"); !own.IsNull() {
		n.resources = own
	}
	if own := n.Key("Rotate"); !own.IsNull() {
		n.rotate = own
	}
	switch n.Key("Type").Name() {
	case "Page":
		w.found = append(w.found, n)
	case "Pages":
		kids := n.Key("Kids")
		for i := 0; i < kids.Len() && w.nodes <= maxNodes && len(w.found) < maxPages; i++ {
			w.kid(n, kids, i, depth)
		}
	}
}

// kid walks on. A page that cannot be read stands for itself, without anything on it.
func (w *pageWalker) kid(parent leaf, kids pdf.Value, i, depth int) {
	defer func() {
		if x := recover(); x != nil {
			if err := asError(x); errors.Is(err, errTooLarge) {
				panic(err)
			}
			w.found = append(w.found, leaf{})
		}
	}()
	w.walk(leaf{Value: kids.Index(i), resources: parent.resources, rotate: parent.rotate}, depth+1)
}

// upright turns a page as a viewer turns it.
func (n leaf) upright() matrix {
	switch ((n.rotate.Int64() % 360) + 360) % 360 {
	case 90:
		return matrix{0, -1, 1, 0, 0, 0}
	case 180:
		return matrix{-1, 0, 0, -1, 0, 0}
	case 270:
		return matrix{0, 1, -1, 0, 0, 0}
	}
	return identity
}
