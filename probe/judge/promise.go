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
	groups    map[string]group // "" for all responses together, "code X", "mark status X", "status 404"
	json      bool             // every documented body is JSON, and there is one
	body      bool             // every documented answer has a body
}

// group is what several documented responses have in common.
type group struct {
	checker  *schema.Checker
	examples int
}

// newPromise compiles the shape of all responses together, and of those that share a code, a word of state or an HTTP status: what tells
// two documented answers apart also tells which keys they have.
func newPromise(o probe.Outcome, s *probe.Sheet, t tells) (*promise, error) {
	responses := s.Success
	if o == probe.OutcomeError {
		responses = s.Errors
	}
	p := &promise{outcome: o, responses: responses, groups: map[string]group{}, body: len(responses) > 0}
	grouped := map[string][]*nearjson.Value{}
	texts := 0
	for _, r := range responses {
		p.body = p.body && !r.Body.IsZero()
		if r.Body.Value == nil {
			if r.Body.Text != "" {
				texts++
			}
			continue
		}
		for _, name := range append([]string{""}, groupsOf(r, t)...) {
			grouped[name] = append(grouped[name], r.Body.Value)
		}
	}
	p.json = len(grouped[""]) > 0 && texts == 0
	for name, examples := range grouped {
		shape := schema.Infer(examples...)
		if o == probe.OutcomeError {
			mapFields(shape, s.Request)
		}
		checker, err := schema.Compile(shape)
		if err != nil {
			return nil, fmt.Errorf("the documented %s response: %w", o, err)
		}
		p.groups[name] = group{checker, len(examples)}
	}
	return p, nil
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

// checkerFor chooses the documented answers that the live one claims to be: the fewest that share a code or word with it, else those of
// its HTTP status, else all together.
func (p *promise) checkerFor(a *answer) *schema.Checker {
	var best group
	for _, name := range marksOf(a.value, a.judge.tells) {
		if g := p.groups[name]; g.checker != nil && (best.checker == nil || g.examples < best.examples) {
			best = g
		}
	}
	if best.checker != nil {
		return best.checker
	}
	if g := p.groups["status "+strconv.Itoa(a.status)]; g.checker != nil {
		return g.checker
	}
	return p.groups[""].checker
}

// resembles says that the value is meant to be one of the documented answers: it has all of the keys of one, give or take spelling, or half
// of them and not many others.
func (p *promise) resembles(v *nearjson.Value) bool {
	documented := false
	for _, r := range p.responses {
		if r.Body.Value == nil {
			continue
		}
		documented = true
		if alike(r.Body.Value, v) {
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
