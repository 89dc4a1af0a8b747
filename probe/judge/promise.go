package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// promise is what the sheet documents for one outcome.
type promise struct {
	outcome   probe.Outcome
	responses []probe.Response
	fields    []probe.RequestField // of the request, which errors may be keyed by
	groups    map[string]group     // "" for all responses together, "code X", "mark status X", "status 404"
	json      bool                 // every documented body is JSON, and there is one
	body      bool                 // every documented answer has a body
}

// group is what several documented responses have in common.
type group struct {
	checkers []schema.Comparer // an answer has to satisfy one of them
	examples int
}

// newPromise compiles the shape of all responses together, and of those that share a code, a word of state or an HTTP status: what tells
// two documented answers apart also tells which keys they have.
func newPromise(o probe.Outcome, s *probe.Sheet, t tells) (*promise, error) {
	responses := s.Success
	if o == probe.OutcomeError {
		responses = s.Errors
	}
	p := &promise{outcome: o, responses: responses, fields: s.Request.Fields, groups: map[string]group{}, body: len(responses) > 0}
	grouped := map[string][]probe.Response{}
	texts := 0
	for _, r := range responses {
		p.body = p.body && (!r.Body.IsZero() || r.Schema != nil)
		if r.Body.Value == nil && r.Schema == nil {
			if r.Body.Text != "" {
				texts++
			}
			continue
		}
		for _, name := range append([]string{""}, groupsOf(r, t)...) {
			grouped[name] = append(grouped[name], r)
		}
	}
	p.json = len(grouped[""]) > 0 && texts == 0
	all := shapeOfAll(o, s, grouped[""])
	for name, members := range grouped {
		g, err := newGroup(o, s, members, all)
		if err != nil {
			return nil, fmt.Errorf("the documented %s response: %w", o, err)
		}
		p.groups[name] = g
	}
	return p, nil
}

// shapeOfAll is what the examples of all responses have in common; nil where there are none.
func shapeOfAll(o probe.Outcome, s *probe.Sheet, responses []probe.Response) *schema.Shape {
	examples := examplesOf(responses)
	if len(examples) == 0 {
		return nil
	}
	return ShapeOf(s, o, examples)
}

func examplesOf(responses []probe.Response) []*nearjson.Value {
	var examples []*nearjson.Value
	for _, r := range responses {
		if r.Schema == nil {
			examples = append(examples, r.Body.Value)
		}
	}
	return examples
}

// newGroup makes one shape of the examples; a hand-written schema stands for itself. The group says which keys there are, and all examples of
// the outcome together what they may hold.
func newGroup(o probe.Outcome, s *probe.Sheet, members []probe.Response, all *schema.Shape) (group, error) {
	g := group{examples: len(members)}
	for _, r := range members {
		if r.Schema == nil {
			continue
		}
		h, err := schema.CompileSchema(r.Schema, r.SchemaAt)
		if err != nil {
			return group{}, err
		}
		g.checkers = append(g.checkers, h)
	}
	examples := examplesOf(members)
	if len(examples) == 0 {
		return g, nil
	}
	shape := ShapeOf(s, o, examples)
	shape.Widen(all)
	checker, err := schema.Compile(shape)
	if err != nil {
		return group{}, err
	}
	g.checkers = append(g.checkers, checker)
	return g, nil
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

func groupsOf(r probe.Response, t tells) []string {
	names := marksOf(r.Body.Value, t)
	if r.HTTPStatus != nil {
		names = append(names, "status "+strconv.Itoa(*r.HTTPStatus))
	}
	return names
}

// marksOf names by what an answer tells which of several it is: its codes, and words such as {"status": "QUEUED"} and {"type": "CARD"}.
func marksOf(v *nearjson.Value, t tells) []string {
	var names []string
	for _, code := range t.codesIn(v) {
		names = append(names, "code "+code)
	}
	if v == nil {
		return names
	}
	for _, m := range v.Members {
		word := m.Value.Kind == nearjson.String && !m.Value.Template && m.Value.Text != ""
		if word && (oneOf(m.Key, flagNames) || oneOf(m.Key, weakFlagNames)) {
			names = append(names, "mark "+m.Key+" "+m.Value.Text)
		}
	}
	return names
}

// groupFor chooses the documented answers that the live one claims to be: the fewest that share a code or word with it, else those of
// its HTTP status, else all together.
func (p *promise) groupFor(a *answer) group {
	var best group
	for _, name := range marksOf(a.value, a.judge.tells) {
		if g, ok := p.groups[name]; ok && (best.examples == 0 || g.examples < best.examples) {
			best = g
		}
	}
	if best.examples > 0 {
		return best
	}
	if g, ok := p.groups["status "+strconv.Itoa(a.status)]; ok {
		return g
	}
	return p.groups[""]
}

// compare holds a value against the checkers: what counts is the one that it comes nearest to.
func (g group) compare(v *nearjson.Value) (best []schema.Mismatch, err error) {
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

// resembles says that the value is meant to be one of the documented answers: it has all of the keys of one, give or take spelling, or half
// of them and not many others.
func (p *promise) resembles(v *nearjson.Value) bool {
	documented := false
	for _, r := range p.responses {
		if r.Schema != nil {
			return true // it says itself what is amiss
		}
		if r.Body.Value == nil {
			continue
		}
		documented = true
		if alike(r.Body.Value, v) || p.complainsOfFields(r.Body.Value, v) {
			return true
		}
	}
	return !documented
}

func alike(documented, live *nearjson.Value) bool {
	if documented.Kind != nearjson.Object || live.Kind != nearjson.Object {
		return documented.Kind == live.Kind
	}
	has := map[string]bool{}
	for _, m := range live.Members {
		has[fold(m.Key)] = true
	}
	shared := 0
	for _, m := range documented.Members {
		if has[fold(m.Key)] {
			shared++
		}
	}
	return shared == len(documented.Members) || shared*2 >= len(documented.Members) && shared*3 >= len(live.Members)
}

// at is the place of the promise, for findings that concern a whole answer.
func (p *promise) at(s *probe.Sheet) source.Span {
	field := probe.FieldSuccessResponse
	if p.outcome == probe.OutcomeError {
		field = probe.FieldErrorResponse
	}
	for _, r := range p.responses {
		switch {
		case !r.Body.At.IsZero():
			return r.Body.At
		case !r.At.IsZero():
			return r.At
		}
	}
	return s.At[field]
}

// keys names what the documented answers have on their top level.
func (p *promise) keys() string {
	var keys []string
	for _, r := range p.responses {
		if r.Body.Value == nil {
			continue
		}
		for _, key := range keysOf(r.Body.Value) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return list(keys, "and")
}

// kinds names the JSON types of the documented answers.
func (p *promise) kinds() string {
	var kinds []string
	for _, r := range p.responses {
		if r.Body.Value != nil && !slices.Contains(kinds, r.Body.Value.Kind.String()) {
			kinds = append(kinds, r.Body.Value.Kind.String())
		}
	}
	return list(kinds, "or")
}

func keysOf(v *nearjson.Value) []string {
	keys := make([]string, len(v.Members))
	for i, m := range v.Members {
		keys[i] = strconv.Quote(short(m.Key))
	}
	return keys
}

// fold makes names comparable: "status_code" is "statusCode" is "Status Code".
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
