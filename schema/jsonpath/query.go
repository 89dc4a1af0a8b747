package jsonpath

import (
	"math"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// query is a path from the root or from the current node.
type query struct {
	relative bool
	segments []segment
}

type segment struct {
	descendant bool
	selectors  []selector
}

// selector hands the children of v that it selects to w, which goes on with the rest of the segments. It returns false where w stops.
type selector interface {
	apply(w *walk, v *nearjson.Value, rest []segment) bool
}

type (
	nameSelector     string
	indexSelector    int64
	wildcardSelector struct{}
	sliceSelector    struct {
		start, end *int64 // nil: left out
		step       int64
	}
	filterSelector struct{ cond condition }
)

// singular says that the query selects at most one node, whatever the value (RFC 9535 section 2.3.5.1).
func (q *query) singular() bool {
	for _, s := range q.segments {
		if s.descendant || len(s.selectors) != 1 {
			return false
		}
		switch s.selectors[0].(type) {
		case nameSelector, indexSelector:
		default:
			return false
		}
	}
	return true
}

func (s nameSelector) apply(w *walk, v *nearjson.Value, rest []segment) bool {
	if v.Kind != nearjson.Object {
		return true
	}
	child := w.e.member(v, string(s))
	return child == nil || w.child(child, step{key: string(s), index: -1}, rest)
}

func (s indexSelector) apply(w *walk, v *nearjson.Value, rest []segment) bool {
	i, ok := s.in(v)
	return !ok || w.child(v.Items[i], step{index: i}, rest)
}

// in is the place of the item in v, counted from its end where the index is negative.
func (s indexSelector) in(v *nearjson.Value) (int, bool) {
	n := int64(len(v.Items))
	i := int64(s)
	if i < 0 {
		i += n
	}
	return int(i), v.Kind == nearjson.Array && i >= 0 && i < n
}

func (wildcardSelector) apply(w *walk, v *nearjson.Value, rest []segment) bool {
	return w.each(v, func(child *nearjson.Value, st step) bool { return w.child(child, st, rest) })
}

func (s sliceSelector) apply(w *walk, v *nearjson.Value, rest []segment) bool {
	if v.Kind != nearjson.Array || s.step == 0 {
		return true
	}
	lower, upper := s.bounds(int64(len(v.Items)))
	if s.step > 0 {
		for i := lower; i < upper; i += s.step {
			if !w.child(v.Items[i], step{index: int(i)}, rest) {
				return false
			}
		}
		return true
	}
	for i := upper; i > lower; i += s.step {
		if !w.child(v.Items[i], step{index: int(i)}, rest) {
			return false
		}
	}
	return true
}

// bounds are those of RFC 9535 section 2.3.4.2.2: from lower up to upper, or, backwards, from upper down to lower; the last is left out.
func (s sliceSelector) bounds(n int64) (lower, upper int64) {
	start, end := int64(0), n
	if s.step < 0 {
		start, end = n-1, math.MinInt64/2 // far enough below zero to stay there when n is added
	}
	if s.start != nil {
		start = *s.start
	}
	if s.end != nil {
		end = *s.end
	}
	start, end = fromEnd(start, n), fromEnd(end, n)
	if s.step > 0 {
		return min(max(start, 0), n), min(max(end, 0), n)
	}
	return min(max(end, -1), n-1), min(max(start, -1), n-1)
}

func fromEnd(i, n int64) int64 {
	if i < 0 {
		return i + n
	}
	return i
}

func (s filterSelector) apply(w *walk, v *nearjson.Value, rest []segment) bool {
	return w.each(v, func(child *nearjson.Value, st step) bool {
		if !w.e.charge(1) {
			return false
		}
		holds := s.cond.holds(w.e, child)
		if w.e.err != nil {
			return false
		}
		return !holds || w.child(child, st, rest)
	})
}
