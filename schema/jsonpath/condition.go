package jsonpath

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// condition is a logical expression of a filter.
type condition interface {
	holds(e *evaluator, current *nearjson.Value) bool
}

// operand is what can be compared. Its value is nil where there is nothing.
type operand interface {
	value(e *evaluator, current *nearjson.Value) *nearjson.Value
}

type (
	allOf  []condition
	anyOf  []condition
	not    struct{ condition }
	exists struct{ *query }
)

// term is what was read where a condition or an operand may stand; which of them it has to be is known only to what stands around it.
type term struct {
	at   int
	text string    // as written
	cond condition // of comparisons, parentheses, and functions that are conditions
	arg  operand   // of literals, queries, and functions that have a value
}

// condition reads a logical expression.
func (p *parser) condition() (condition, error) {
	t, err := p.or()
	if err != nil {
		return nil, err
	}
	return p.asCondition(t)
}

func (p *parser) or() (term, error) {
	return p.chain("||", p.and, func(c []condition) condition { return anyOf(c) })
}

func (p *parser) and() (term, error) {
	return p.chain("&&", p.basic, func(c []condition) condition { return allOf(c) })
}

// chain reads one or more terms with an operator between them. A term that stands alone is handed on as it is.
func (p *parser) chain(operator string, read func() (term, error), join func([]condition) condition) (term, error) {
	first, err := read()
	if err != nil {
		return term{}, err
	}
	var conditions []condition
	for t := first; ; {
		p.space()
		more := p.take(operator)
		if !more && conditions == nil {
			return first, nil
		}
		c, err := p.asCondition(t)
		if err != nil {
			return term{}, err
		}
		if conditions = append(conditions, c); !more {
			return term{at: first.at, cond: join(conditions)}, nil
		}
		p.space()
		if t, err = read(); err != nil {
			return term{}, err
		}
	}
}

// basic reads a comparison, a test, or an expression in parentheses; each may be negated but the comparison.
func (p *parser) basic() (term, error) {
	at := p.pos
	switch {
	case p.take("!"):
		return p.negated(at)
	case p.peek() == '(':
		return p.parenthesised()
	}
	left, err := p.operand()
	if err != nil {
		return term{}, err
	}
	before := p.pos
	p.space()
	op := p.comparison()
	if op == "" {
		p.pos = before
		return left, nil
	}
	p.space()
	right, err := p.operand()
	if err != nil {
		return term{}, err
	}
	return p.compared(left, op, right)
}

func (p *parser) negated(at int) (term, error) {
	p.space()
	read := p.operand
	if p.peek() == '(' {
		read = p.parenthesised
	}
	t, err := read()
	if err != nil {
		return term{}, err
	}
	p.space()
	if op := p.comparison(); op != "" {
		return term{}, p.fail(at, "put the comparison in parentheses, as in !(@.a == 1)", `"!" stands before one side of a comparison`)
	}
	c, err := p.asCondition(t)
	return term{at: at, cond: not{c}}, err
}

func (p *parser) parenthesised() (t term, err error) {
	t.at = p.pos
	err = p.nested(func() error {
		p.pos++
		p.space()
		if t.cond, err = p.condition(); err != nil {
			return err
		}
		if p.space(); !p.take(")") {
			return p.unexpected(`"&&", "||" or ")"`)
		}
		return nil
	})
	return t, err
}

// operand reads a literal, a query or a function.
func (p *parser) operand() (t term, err error) {
	t.at = p.pos
	switch c := p.peek(); {
	case c == '@' || c == '$':
		t.arg, err = p.query()
	case c == '\'' || c == '"':
		var text string
		text, err = p.quoted()
		t.arg = literal{&nearjson.Value{Kind: nearjson.String, Text: text}}
	case c == '-' || isDigit(c):
		var n *nearjson.Value
		n, err = p.number()
		t.arg = literal{n}
	case isLetter(c):
		t.arg, t.cond, err = p.word()
	default:
		return t, p.unexpected(`"@", "$", a literal or a function`)
	}
	if err == nil {
		t.text = p.s[t.at:p.pos]
	}
	return t, err
}

func (p *parser) query() (operand, error) {
	relative := p.s[p.pos] == '@'
	p.pos++
	var segments []segment
	err := p.nested(func() (err error) {
		segments, err = p.segments()
		return err
	})
	return &query{relative: relative, segments: segments}, err
}

// word reads true, false, null, or a function.
func (p *parser) word() (operand, condition, error) {
	at := p.pos
	for c := p.peek(); isLetter(c) || isDigit(c) || c == '_'; c = p.peek() {
		p.pos++
	}
	name := p.s[at:p.pos]
	if p.peek() == '(' {
		return p.call(at, name)
	}
	switch name {
	case "true", "false":
		return literal{nearjson.NewBool(name == "true")}, nil, nil
	case "null":
		return literal{nearjson.NewNull()}, nil, nil
	}
	next := "write @." + short(name) + " for a member, or quote a text"
	switch lower := strings.ToLower(name); {
	case lower == "true" || lower == "false" || lower == "null":
		next = "write " + lower
	case isFunction(name):
		next = `write "(" directly behind the name`
	}
	return nil, nil, p.fail(at, next, "%q stands where a literal, a query or a function was expected", short(name))
}

func (p *parser) comparison() string {
	for _, op := range [...]string{"==", "!=", "<=", ">=", "<", ">"} {
		if p.take(op) {
			return op
		}
	}
	return ""
}

// compared joins two operands, each of which must have one value at most.
func (p *parser) compared(left term, op string, right term) (term, error) {
	for _, t := range [...]term{left, right} {
		if _, err := p.asValue(t, "compared"); err != nil {
			return term{}, err
		}
	}
	return term{at: left.at, cond: comparison{op, left.arg, right.arg}}, nil
}

// asValue is the term as something that has one value at most.
func (p *parser) asValue(t term, used string) (operand, error) {
	if t.arg == nil {
		return nil, p.fail(t.at, "leave the comparison out: it is a condition by itself", "%q is true or false, and cannot be %s", short(t.text), used)
	}
	if q, ok := t.arg.(*query); ok && !q.singular() {
		next := "use count(...) or value(...), or put the condition into a filter of its own, as in $[?@.list[?@ == 1]]"
		return nil, p.fail(t.at, next, "%q may select several nodes, and cannot be %s", short(t.text), used)
	}
	return t.arg, nil
}

// asCondition is the term as something that holds or does not.
func (p *parser) asCondition(t term) (condition, error) {
	if t.cond != nil {
		return t.cond, nil
	}
	switch arg := t.arg.(type) {
	case *query:
		return exists{arg}, nil
	case literal:
		return nil, p.fail(t.at, "compare it with something, as in @.name == "+short(t.text), "the literal %q stands where a condition was expected", short(t.text))
	}
	return nil, p.fail(t.at, "compare it, as in "+short(t.text)+" > 0", "%q has a value and is no condition", short(t.text))
}
