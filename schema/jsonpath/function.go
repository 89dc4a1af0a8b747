package jsonpath

import (
	"strconv"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// The functions of RFC 9535 section 2.4.
type (
	lengthCall struct{ of operand }
	countCall  struct{ of *query }
	valueCall  struct{ of *query }
	matchCall  struct {
		text, pattern operand
		whole         bool     // match, not search
		compiled      *pattern // of a literal
	}
)

func isFunction(name string) bool { return arity(name) > 0 }

func arity(name string) int {
	switch name {
	case "length", "count", "value":
		return 1
	case "match", "search":
		return 2
	}
	return 0
}

// call reads the arguments of a function and checks their number and types. It is an operand or a condition.
func (p *parser) call(at int, name string) (operand, condition, error) {
	if !isFunction(name) {
		return nil, nil, p.fail(at, "there are length, count, value, match and search", "there is no function %q", short(name))
	}
	args, err := p.arguments()
	if err != nil {
		return nil, nil, err
	}
	if len(args) != arity(name) {
		return nil, nil, p.fail(at, "see RFC 9535, section 2.4", "%s takes %d argument(s) and was given %d", name, arity(name), len(args))
	}
	switch name {
	case "length":
		of, err := p.asArgument(args[0], name)
		return lengthCall{of}, nil, err
	case "count", "value":
		return p.nodesCall(name, args[0])
	}
	c, err := p.matchCall(name, args)
	return nil, c, err
}

func (p *parser) arguments() (args []term, err error) {
	err = p.nested(func() error {
		p.pos++
		if p.space(); p.take(")") {
			return nil
		}
		for {
			t, err := p.or()
			if err != nil {
				return err
			}
			args = append(args, t)
			p.space()
			if p.take(")") {
				return nil
			}
			if !p.take(",") {
				return p.unexpected(`"," or ")"`)
			}
			p.space()
		}
	})
	return args, err
}

// asArgument is the argument as something that has one value at most.
func (p *parser) asArgument(t term, function string) (operand, error) {
	if t.arg == nil {
		return nil, p.fail(t.at, "give it a literal, or a query for one node", "a condition cannot be an argument of %s", function)
	}
	return p.asValue(t, "an argument of "+function)
}

func (p *parser) nodesCall(name string, t term) (operand, condition, error) {
	q, ok := t.arg.(*query)
	switch {
	case !ok:
		return nil, nil, p.fail(t.at, "give it a query, as in "+name+"(@.*)", "the argument of %s is no query", name)
	case name == "count":
		return countCall{q}, nil, nil
	}
	return valueCall{q}, nil, nil
}

func (p *parser) matchCall(name string, args []term) (condition, error) {
	text, err := p.asArgument(args[0], name)
	if err != nil {
		return nil, err
	}
	pattern, err := p.asArgument(args[1], name)
	if err != nil {
		return nil, err
	}
	c := matchCall{text: text, pattern: pattern, whole: name == "match"}
	if l, ok := pattern.(literal); ok && l.v.Kind == nearjson.String {
		if c.compiled, err = compilePattern(l.v.Text, c.whole); err != nil {
			return nil, p.fail(args[1].at, "see RFC 9485", "%v", err)
		}
	}
	return c, nil
}

func number(n int) *nearjson.Value {
	return &nearjson.Value{Kind: nearjson.Number, Text: strconv.Itoa(n)}
}

func (c lengthCall) value(e *evaluator, current *nearjson.Value) *nearjson.Value {
	v := c.of.value(e, current)
	if v == nil {
		return nil
	}
	switch v.Kind {
	case nearjson.String:
		e.charge(len(v.Text) / textPrice)
		return number(utf8.RuneCountInString(v.Text))
	case nearjson.Array:
		return number(len(v.Items))
	case nearjson.Object:
		return number(len(v.Members))
	}
	return nil
}

func (c countCall) value(e *evaluator, current *nearjson.Value) *nearjson.Value {
	n := 0
	c.of.walk(e, current, func(*nearjson.Value) bool { n++; return true })
	return number(n)
}

// value is that of the only node; nothing where there are more.
func (c valueCall) value(e *evaluator, current *nearjson.Value) *nearjson.Value {
	var only *nearjson.Value
	n := 0
	c.of.walk(e, current, func(v *nearjson.Value) bool { n++; only = v; return n < 2 })
	if n != 1 {
		return nil
	}
	return only
}

func (c matchCall) holds(e *evaluator, current *nearjson.Value) bool {
	text := c.text.value(e, current)
	if text == nil || text.Kind != nearjson.String {
		return false
	}
	re := c.compiled
	if re == nil {
		re = e.pattern(c.pattern.value(e, current), c.whole)
	}
	return re != nil && e.charge(1+len(text.Text)*re.size/patternPrice) && re.MatchString(text.Text)
}
