package jsonpath

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

type literal struct{ v *nearjson.Value }

func (l literal) value(*evaluator, *nearjson.Value) *nearjson.Value { return l.v }

// value is that of a singular query.
func (q *query) value(e *evaluator, current *nearjson.Value) *nearjson.Value {
	v := q.start(e, current)
	for _, s := range q.segments {
		switch sel := s.selectors[0].(type) {
		case nameSelector:
			v = e.member(v, string(sel))
		case indexSelector:
			i, ok := sel.in(v)
			if !ok {
				return nil
			}
			v = v.Items[i]
		}
		if v == nil {
			return nil
		}
	}
	return v
}

func (q *query) start(e *evaluator, current *nearjson.Value) *nearjson.Value {
	if q.relative {
		return current
	}
	return e.root
}

func (q *query) walk(e *evaluator, current *nearjson.Value, visit func(*nearjson.Value) bool) {
	w := walk{e: e, visit: visit}
	w.from(q.segments, q.start(e, current))
}

func (x exists) holds(e *evaluator, current *nearjson.Value) bool {
	if len(x.segments) == 0 {
		return true
	}
	found := false
	x.walk(e, current, func(*nearjson.Value) bool { found = true; return false })
	return found
}

func (c allOf) holds(e *evaluator, current *nearjson.Value) bool {
	for _, part := range c {
		if !part.holds(e, current) {
			return false
		}
	}
	return true
}

func (c anyOf) holds(e *evaluator, current *nearjson.Value) bool {
	for _, part := range c {
		if part.holds(e, current) {
			return true
		}
	}
	return false
}

func (c not) holds(e *evaluator, current *nearjson.Value) bool {
	return !c.condition.holds(e, current)
}

// comparison is RFC 9535 section 2.3.5.2.2.
type comparison struct {
	op          string
	left, right operand
}

func (c comparison) holds(e *evaluator, current *nearjson.Value) bool {
	a, b := c.left.value(e, current), c.right.value(e, current)
	switch c.op {
	case "==":
		return e.equal(a, b, 0)
	case "!=":
		return !e.equal(a, b, 0)
	case "<":
		return e.less(a, b)
	case ">":
		return e.less(b, a)
	case "<=":
		return e.less(a, b) || e.equal(a, b, 0)
	}
	return e.less(b, a) || e.equal(a, b, 0)
}

// less orders numbers by value and strings by code points, which is the order of their bytes; nothing else has an order.
func (e *evaluator) less(a, b *nearjson.Value) bool {
	if a == nil || b == nil || a.Kind != b.Kind || !e.charge(1+min(len(a.Text), len(b.Text))/textPrice) {
		return false
	}
	switch a.Kind {
	case nearjson.Number:
		return compareNumbers(a.Text, b.Text) < 0
	case nearjson.String:
		return a.Text < b.Text
	}
	return false
}

func (e *evaluator) equal(a, b *nearjson.Value, depth int) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Members) != len(b.Members) {
		return false
	}
	if !e.charge(1+min(len(a.Text), len(b.Text))/textPrice) || !e.enter(depth) {
		return false
	}
	switch a.Kind {
	case nearjson.Number:
		return a.Text == b.Text || compareNumbers(a.Text, b.Text) == 0
	case nearjson.Array:
		return e.equalItems(a, b, depth)
	case nearjson.Object:
		return e.equalMembers(a, b, depth)
	}
	return a.Text == b.Text
}

func (e *evaluator) equalItems(a, b *nearjson.Value, depth int) bool {
	for i := range a.Items {
		if !e.equal(a.Items[i], b.Items[i], depth+1) {
			return false
		}
	}
	return true
}

// equalMembers does not mind their order.
func (e *evaluator) equalMembers(a, b *nearjson.Value, depth int) bool {
	others := make(map[string]*nearjson.Value, len(b.Members))
	for i := range b.Members {
		if !e.charge(1 + len(b.Members[i].Key)/textPrice) {
			return false
		}
		others[b.Members[i].Key] = b.Members[i].Value
	}
	for i := range a.Members {
		other, ok := others[a.Members[i].Key]
		if !ok || !e.equal(a.Members[i].Value, other, depth+1) {
			return false
		}
	}
	return true
}

// cachedPatterns is how many patterns of a document are kept compiled.
const cachedPatterns = 256

// pattern compiles a pattern that comes from the document; nil where it is none.
func (e *evaluator) pattern(v *nearjson.Value, whole bool) *pattern {
	if v == nil || v.Kind != nearjson.String {
		return nil
	}
	key := fmt.Sprint(whole) + v.Text
	re, ok := e.patterns[key]
	if ok || !e.charge(1+len(v.Text)) {
		return re
	}
	re, err := compilePattern(v.Text, whole)
	if isTooLarge(err) && e.err == nil {
		e.err = fmt.Errorf("%w: %w", ErrLimit, err)
	}
	if e.patterns == nil || len(e.patterns) >= cachedPatterns {
		e.patterns = map[string]*pattern{}
	}
	if re != nil {
		e.charge(re.size * compilePrice)
	}
	e.patterns[key] = re
	return re
}
