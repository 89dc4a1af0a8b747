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
	checkers  map[string]*schema.Checker // by group: "" for all responses together, "code X", "status 404"
	json      bool                       // every documented body is JSON, and there is one
	body      bool                       // every documented answer has a body
}

// newPromise compiles the shape of all responses together, and of those that share a code or an HTTP status: what tells two documented
// errors apart also tells which keys they have.
func newPromise(o probe.Outcome, responses []probe.Response, t tells) (*promise, error) {
	p := &promise{outcome: o, responses: responses, checkers: map[string]*schema.Checker{}, body: len(responses) > 0}
	groups := map[string][]*nearjson.Value{}
	texts := 0
	for _, r := range responses {
		p.body = p.body && !r.Body.IsZero()
		if r.Body.Value == nil {
			if r.Body.Text != "" {
				texts++
			}
			continue
		}
		for _, group := range append([]string{""}, groupsOf(r, t)...) {
			groups[group] = append(groups[group], r.Body.Value)
		}
	}
	p.json = len(groups[""]) > 0 && texts == 0
	for group, examples := range groups {
		checker, err := schema.Compile(schema.Infer(examples...))
		if err != nil {
			return nil, fmt.Errorf("the documented %s response: %w", o, err)
		}
		p.checkers[group] = checker
	}
	return p, nil
}

func groupsOf(r probe.Response, t tells) []string {
	var groups []string
	for _, code := range t.codesIn(r.Body.Value) {
		groups = append(groups, "code "+code)
	}
	if r.HTTPStatus != nil {
		groups = append(groups, "status "+strconv.Itoa(*r.HTTPStatus))
	}
	return groups
}

// checkerFor chooses the documented answers that the live one claims to be: of its code, else of its HTTP status, else all together.
func (p *promise) checkerFor(a *answer) *schema.Checker {
	for _, code := range a.judge.tells.codesIn(a.value) {
		if c := p.checkers["code "+code]; c != nil {
			return c
		}
	}
	if c := p.checkers["status "+strconv.Itoa(a.status)]; c != nil {
		return c
	}
	return p.checkers[""]
}

// resembles says that the value is meant to be one of the documented answers: it has half of the keys of one, give or take spelling.
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
	return shared*2 >= len(documented.Members)
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
