package nearjson

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// tolerant reads token by token. It never fails on what it meets inside a value: every step either reads something or drops at least one
// byte, and says so.
type tolerant struct {
	builder
	repairs
	pos    int
	seps   []separators    // one per open container, beside builder.stack
	absent map[string]bool // marks that do not occur in the rest of the text
	later  lookAhead       // see laterMark

	decodes   bool   // the text was decoded, and holds fillers
	numbered  bool   // its lines are numbered
	lineStart bool   // a line end was passed just now
	last      *Value // the value that was added last
}

// separators remembers the commas of one container.
type separators struct {
	needed bool // an element stands there, and no comma since
	comma  int  // where the last comma stands; -1 before the first
}

func newTolerant(t source.Text) *tolerant {
	s, kind, at, size := decoded(t.String())
	p := &tolerant{builder: newBuilder(&t, s), absent: map[string]bool{}, decodes: kind != "", numbered: isNumbered(s)}
	if p.decodes {
		p.note(kind, at, at+size, `"`)
	}
	return p
}

func (p *tolerant) parse() (Result, error) {
	if err := p.begin(); err != nil {
		return Result{}, err
	}
	for len(p.stack) > 0 {
		if err := p.step(); err != nil {
			return Result{}, err
		}
	}
	if p.root == nil {
		return Result{}, fmt.Errorf("%w", ErrNotJSON)
	}
	p.tail()
	return Result{
		Value: p.root, Repairs: p.placed(*p.src), Duplicates: p.dups, Rest: p.src.Slice(p.pos, len(p.s)),
	}, nil
}

// step reads one member, element, comma or bracket of the innermost container.
func (p *tolerant) step() error {
	p.lineStart = false
	p.skip()
	f := p.top()
	if p.pos >= len(p.s) {
		p.closeAll()
		return nil
	}
	if n := p.lineFurniture(); n > 0 && !f.hasKey {
		p.drop(LineMarks, n)
		return nil
	}
	c := p.s[p.pos]
	switch {
	case c == '}' || c == ']':
		p.closer(c)
		return nil
	case p.commaHere() > 0:
		p.comma()
		return nil
	case c == ')':
		p.drop(ExtraCloser, 1)
		return nil
	case f.v.Kind == Object && !f.hasKey:
		return p.member(c)
	}
	return p.element(c)
}

func (p *tolerant) drop(kind RepairKind, n int) {
	p.note(kind, p.pos, p.pos+n, "")
	p.pos += n
}

func (p *tolerant) open(kind Kind, start int) (*frame, error) {
	p.wantComma(start)
	if err := p.push(kind, start); err != nil {
		return nil, err
	}
	p.seps = append(p.seps, separators{comma: -1})
	return p.top(), nil
}

// put adds a scalar.
func (p *tolerant) put(v *Value) {
	p.wantComma(v.start)
	p.add(v)
	p.added()
	p.last = v
}

// wantComma notes that a comma is missing before the element that begins at start.
func (p *tolerant) wantComma(start int) {
	if n := len(p.seps); n > 0 && p.seps[n-1].needed && !p.top().hasKey {
		p.note(MissingComma, start, start, ",")
	}
}

func (p *tolerant) added() {
	if n := len(p.seps); n > 0 {
		p.seps[n-1].needed = true
	}
}

// shut closes the innermost container at end.
func (p *tolerant) shut(end int) {
	f, sep := p.top(), p.seps[len(p.seps)-1]
	if f.hasKey {
		p.absentValue(end)
		sep.needed = true
	}
	if !sep.needed && sep.comma >= 0 && (len(f.v.Items) > 0 || len(f.v.Members) > 0) {
		p.note(TrailingComma, sep.comma, sep.comma+1, "")
	}
	p.seps = p.seps[:len(p.seps)-1]
	if f.keyless && len(f.v.Items) == 1 && f.v.Items[0].start == f.v.start+1 { // {{"a": 1}} is one object in doubled braces
		f.v = f.v.Items[0]
	}
	p.last = f.v
	p.pop(end)
	p.added()
}

// absentValue stands a null in for a value that the document leaves out.
func (p *tolerant) absentValue(at int) {
	p.note(MissingValue, at, at, "null")
	v := p.value(Null, at, at)
	v.Absent = true
	p.add(v)
	p.added()
}

func (p *tolerant) closeAll() {
	for len(p.stack) > 0 {
		if !p.top().implicit {
			p.note(Unclosed, p.top().v.start, p.top().v.start+1, "")
		}
		p.shut(len(p.s))
	}
}

// commaHere is the length of the sign at the reading position that separates elements; 0 where there is none.
func (p *tolerant) commaHere() int {
	switch c := p.s[p.pos]; {
	case c == ',' || c == ';':
		return 1
	case c < utf8.RuneSelf:
		return 0
	}
	return wideComma(p.s[p.pos:])
}

// wideComma is the length of the sign of another script that separates elements at the start of s; 0 where there is none.
func wideComma(s string) int {
	for _, sign := range [...]string{"，", "、", "；", "،"} {
		if strings.HasPrefix(s, sign) {
			return len(sign)
		}
	}
	return 0
}

func (p *tolerant) comma() {
	n, sep := p.commaHere(), &p.seps[len(p.seps)-1]
	if p.s[p.pos] != ',' {
		p.note(OtherComma, p.pos, p.pos+n, ",")
	}
	switch {
	case p.top().hasKey:
		p.absentValue(p.pos)
	case !sep.needed:
		p.note(DoubledComma, p.pos, p.pos+n, "")
	}
	sep.needed, sep.comma = false, p.pos
	p.pos += n
}

// closer reads a closing bracket: of the innermost container, or of one around it, or of none.
func (p *tolerant) closer(c byte) {
	f := p.top()
	kind := Array
	if c == '}' {
		kind = Object
	}
	switch {
	case f.v.Kind == kind || f.keyless && c == '}':
		p.pos++
		p.shut(p.pos)
	case f.implicit && len(p.stack) > 1:
		p.shut(p.pos) // the bracket belongs to the list around the members
	case p.closesOuter(kind):
		p.note(Unclosed, f.v.start, f.v.start+1, string(closerFor(f.v.Kind)))
		p.shut(p.pos)
	default:
		p.note(Mismatched, p.pos, p.pos+1, string(closerFor(f.v.Kind)))
		p.pos++
		p.shut(p.pos)
	}
	if len(p.stack) > 0 {
		p.besideValue()
	}
}

// closesOuter says that a bracket which does not fit the innermost container fits one of the next around it. It does not where that would end
// the whole value although the text goes on: then the bracket was mistyped.
func (p *tolerant) closesOuter(kind Kind) bool {
	const around = 4
	for i := len(p.stack) - 2; i >= 0 && i > len(p.stack)-2-around; i-- {
		if p.stack[i].v.Kind == kind {
			return i > 0 || !p.goesOn()
		}
	}
	return false
}

func (p *tolerant) goesOn() bool {
	rest := strings.TrimLeft(p.s[p.pos+1:min(len(p.s), p.pos+1+lookInline)], " \t\r\n")
	return strings.HasPrefix(rest, ",") && len(strings.TrimSpace(rest[1:])) > 0
}

func closerFor(k Kind) byte {
	if k == Object {
		return '}'
	}
	return ']'
}

// tail drops brackets and signs that close nothing, as in "});".
func (p *tolerant) tail() {
	for i := p.pos; i < len(p.s); i++ {
		switch p.s[i] {
		case '}', ']', ')', ';':
			p.note(ExtraCloser, i, i+1, "")
			p.pos = i + 1
		case ' ', '\t', '\r', '\n':
		case ',':
			if strings.TrimSpace(p.s[i+1:min(len(p.s), i+1+lookInline)]) == "" {
				p.note(TrailingComma, i, i+1, "")
				p.pos = i + 1
			}
			return
		default:
			return
		}
	}
}
