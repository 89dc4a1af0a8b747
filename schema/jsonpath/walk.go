package jsonpath

import (
	"fmt"
	"strconv"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// evaluator is one search: its root, and what it has cost so far.
type evaluator struct {
	root        *nearjson.Value
	limits      limits
	steps       int
	resultBytes int
	err         error
	patterns    map[string]*pattern // of the document, compiled; nil: no I-Regexp
}

// limits are MaxSteps and MaxResultBytes; tests have smaller ones.
type limits struct{ steps, resultBytes int }

// charge counts work, and says whether the search goes on.
func (e *evaluator) charge(steps int) bool {
	e.steps += steps
	if e.steps > e.limits.steps && e.err == nil {
		e.err = fmt.Errorf("%w, too many nodes were visited; name members instead of using \"..\", or compare less within filters", ErrLimit)
	}
	return e.err == nil
}

// textPrice is how many bytes of text are compared at the price of one step.
const textPrice = 64

// member looks a key up; the price grows with the object, since that is searched from its beginning.
func (e *evaluator) member(v *nearjson.Value, key string) *nearjson.Value {
	if !e.charge(1 + len(v.Members)/16) {
		return nil
	}
	return v.Get(key)
}

// enter says whether a value at the depth may be descended into; deeper ones can only have been made by hand.
func (e *evaluator) enter(depth int) bool {
	if depth > nearjson.MaxDepth && e.err == nil {
		e.err = fmt.Errorf("%w: the value is nested deeper than 1,000 levels", ErrLimit)
	}
	return e.err == nil
}

// walk follows the segments of one query, depth first: this gives the order of RFC 9535 and keeps no lists in between, and whoever wants but
// one node stops it there.
type walk struct {
	e       *evaluator
	visit   func(*nearjson.Value) bool // of each result; false stops
	tracked bool                       // the way to the results is wanted
	trail   []step
	depth   int
}

// step leads from a value to one of its children.
type step struct {
	key   string // of an object
	index int    // of an array; -1 in an object
}

// from visits what the segments select from v on. It returns false where the walk stops; so do the others.
func (w *walk) from(segments []segment, v *nearjson.Value) bool {
	if len(segments) == 0 {
		return w.visit(v)
	}
	if segments[0].descendant {
		return w.descend(segments, v)
	}
	return w.selected(segments, v)
}

func (w *walk) selected(segments []segment, v *nearjson.Value) bool {
	for _, s := range segments[0].selectors {
		if !s.apply(w, v, segments[1:]) {
			return false
		}
	}
	return true
}

// descend applies the first segment to v and to all that is below it, parents first.
func (w *walk) descend(segments []segment, v *nearjson.Value) bool {
	if !w.e.charge(1) || !w.selected(segments, v) {
		return false
	}
	return w.each(v, func(child *nearjson.Value, st step) bool {
		ok := w.down(st) && w.descend(segments, child)
		w.up()
		return ok
	})
}

// child goes on from a selected child with the rest of the segments.
func (w *walk) child(v *nearjson.Value, st step, rest []segment) bool {
	if v == nil {
		return true
	}
	ok := w.down(st) && w.e.charge(1) && w.from(rest, v)
	w.up()
	return ok
}

// down goes to a child, and says whether the walk goes on there; up goes back in any case.
func (w *walk) down(st step) bool {
	w.depth++
	if w.tracked {
		w.trail = append(w.trail, st)
	}
	return w.e.enter(w.depth)
}

func (w *walk) up() {
	w.depth--
	if w.tracked {
		w.trail = w.trail[:len(w.trail)-1]
	}
}

// each hands over the children of v in their order.
func (w *walk) each(v *nearjson.Value, next func(*nearjson.Value, step) bool) bool {
	for i, item := range v.Items {
		if item != nil && !next(item, step{index: i}) {
			return false
		}
	}
	for i := range v.Members {
		if m := &v.Members[i]; m.Value != nil && !next(m.Value, step{key: m.Key, index: -1}) {
			return false
		}
	}
	return true
}

// nodeBytes is what a result takes besides the bytes of its texts.
const nodeBytes = 48

// node is the result at the present place.
func (w *walk) node(v *nearjson.Value) Node {
	path := []byte{'$'}
	var pointer []byte
	for _, st := range w.trail {
		pointer = st.appendPointer(pointer)
		path = st.appendPath(path)
	}
	size := nodeBytes + len(pointer) + len(path)
	w.e.charge(size / textPrice)
	if w.e.resultBytes += size; w.e.resultBytes > w.e.limits.resultBytes && w.e.err == nil {
		w.e.err = fmt.Errorf("%w: its results take too much memory; select fewer nodes", ErrLimit)
	}
	return Node{Value: v, Pointer: string(pointer), Path: string(path)}
}

func (st step) appendPointer(out []byte) []byte {
	if st.index >= 0 {
		return strconv.AppendInt(append(out, '/'), int64(st.index), 10)
	}
	out = append(out, '/')
	for i := range len(st.key) {
		switch c := st.key[i]; c {
		case '~':
			out = append(out, "~0"...)
		case '/':
			out = append(out, "~1"...)
		default:
			out = append(out, c)
		}
	}
	return out
}

func (st step) appendPath(out []byte) []byte {
	if st.index >= 0 {
		return append(strconv.AppendInt(append(out, '['), int64(st.index), 10), ']')
	}
	out = append(out, "['"...)
	for i := range len(st.key) {
		out = appendNormalized(out, st.key[i])
	}
	return append(out, "']"...)
}

// appendNormalized escapes what RFC 9535 section 2.7 escapes, and nothing else.
func appendNormalized(out []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '\'', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	if c < 0x20 {
		return append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(out, c)
}
