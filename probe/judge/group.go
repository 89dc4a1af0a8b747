package judge

import (
	"slices"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// group is what several documented responses have in common. Their shape is learned when the first answer is held against it: of many codes and
// statuses, answers claim few.
type group struct {
	members  []member
	form     *form
	once     sync.Once
	checkers []schema.Comparer // an answer has to satisfy one of them
	err      error
}

// member is a documented response of which something can be compared.
type member struct {
	example *nearjson.Value
	schema  schema.Comparer // hand-written, in place of an example; nil for none
}

// newMember compiles a hand-written schema, so that it is known before anything is sent whether it can be used.
func newMember(r *probe.Response) (member, error) {
	if r.Schema == nil {
		return member{example: r.Body.Value}, nil
	}
	h, err := schema.CompileSchema(r.Schema, r.SchemaAt)
	return member{schema: h}, err
}

// form is where the groups of one outcome get their shapes from.
type form struct {
	sheet   *probe.Sheet
	outcome probe.Outcome
	all     *group
	once    sync.Once
	common  *schema.Shape // of all examples of the outcome; nil where there are none
}

func (f *form) shapeOf(g *group) *schema.Shape {
	var examples []*nearjson.Value
	for _, m := range g.members {
		if m.schema == nil {
			examples = append(examples, m.example)
		}
	}
	if len(examples) == 0 {
		return nil
	}
	return ShapeOf(f.sheet, f.outcome, examples)
}

// ofAll is what the examples of all responses have in common.
func (f *form) ofAll() *schema.Shape {
	f.once.Do(func() { f.common = f.shapeOf(f.all) })
	return f.common
}

// with is the group and one member more; nil is an empty group.
func (g *group) with(m member, f *form) *group {
	if g == nil {
		g = &group{form: f}
	}
	g.members = append(g.members, m)
	return g
}

// isSame says that two groups are of the same examples.
func (g *group) isSame(o *group) bool {
	return slices.EqualFunc(g.members, o.members, func(a, b member) bool { return a.schema == nil && b.schema == nil && a.example == b.example })
}

// shape says which keys there are, and all examples of the outcome together what they may hold.
func (g *group) shape() *schema.Shape {
	common := g.form.ofAll()
	if g == g.form.all {
		return common
	}
	own := g.form.shapeOf(g)
	own.Widen(common)
	return own
}

// compile makes one shape of the examples; a hand-written schema stands for itself.
func (g *group) compile() {
	for _, m := range g.members {
		if m.schema != nil {
			g.checkers = append(g.checkers, m.schema)
		}
	}
	shape := g.shape()
	if shape == nil {
		return
	}
	checker, err := schema.Compile(shape)
	if g.err = err; err == nil {
		g.checkers = append(g.checkers, checker)
	}
}

// compare holds a value against the checkers: what counts is the one that it comes nearest to. A nil group has none.
func (g *group) compare(v *nearjson.Value) (best []schema.Mismatch, err error) {
	if g == nil {
		return nil, nil
	}
	if g.once.Do(g.compile); g.err != nil {
		return nil, g.err
	}
	for i, c := range g.checkers {
		found, err := c.Check(v)
		if err != nil {
			return nil, err
		}
		if i == 0 || len(found) < len(best) {
			best = found
		}
	}
	return best, nil
}

// ShapeOf is what answers of an outcome are compared with: the shape of the examples, with the sheet's overrides applied. Overrides that name
// nothing in it are left out; reading the sheet has said so.
func ShapeOf(s *probe.Sheet, o probe.Outcome, examples []*nearjson.Value) *schema.Shape {
	shape := schema.Infer(examples...)
	if o == probe.OutcomeError {
		mapFields(shape, s.Request)
	}
	for _, override := range s.Overrides {
		if override.In == "" || override.In == o {
			_ = shape.Override(override.Pointer, override.Override)
		}
	}
	return shape
}
