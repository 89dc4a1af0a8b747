package judge

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// promise is what the sheet documents for one outcome.
type promise struct {
	outcome   probe.Outcome
	responses []probe.Response
	fields    names      // of the request, and others that stand for them; errors may be keyed by them
	statuses  []int      // HTTP statuses that the sheet ties to the outcome; none means that it does not say
	marks     [][]mark   // of each response
	folded    [][]string // keys of each response
	all       *group     // of all responses together; nil where none has a form
	marked    []markedGroup
	byStatus  map[int]*group
	json      bool // every documented body is JSON, and there is one
	body      bool // every documented answer has a body

	once  sync.Once
	texts []map[string]bool // of each response, see words

	// What the documented texts hold that are no JSON, read when it is first asked for.
	textMarks  func() map[string]bool
	documented func() [][]node
	elements   func() []string
}

// newPromise groups the responses by code, by word of state and by HTTP status: what tells two documented answers apart also tells which keys
// they have.
func newPromise(o probe.Outcome, s *probe.Sheet, codes probe.Codes, t tells) (*promise, error) {
	responses := s.Success
	if o == probe.OutcomeError {
		responses = s.Errors
	}
	p := &promise{
		outcome: o, responses: responses, fields: fieldNames(s), statuses: codes.Statuses(o), marks: make([][]mark, len(responses)), folded: make([][]string, len(responses)),
		byStatus: map[int]*group{}, body: len(responses) > 0,
	}
	p.textMarks, p.documented, p.elements = sync.OnceValue(p.readTextMarks), sync.OnceValue(p.readDocumented), sync.OnceValue(p.commonElements)
	texts := 0
	form := &form{sheet: s, outcome: o}
	for i := range responses {
		r := &responses[i]
		p.body = p.body && (!r.Body.IsZero() || r.Schema != nil)
		p.marks[i], p.folded[i] = marksOf(r.Body.Value, t.codesIn(r.Body.Value)), foldedKeys(r.Body.Value)
		if r.Body.Value == nil && r.Schema == nil {
			if r.Body.Text != "" {
				texts++
			}
			continue
		}
		m, err := newMember(r)
		if err != nil {
			return nil, fmt.Errorf("the documented %s response: %w", o, err)
		}
		p.put(i, m, form)
	}
	p.json = p.all != nil && texts == 0
	p.unite()
	return p, nil
}

// unite has the marks and statuses of all responses lead to one group, whose shape is learned once.
func (p *promise) unite() {
	for i := range p.marked {
		if p.marked[i].isSame(p.all) {
			p.marked[i].group = p.all
		}
	}
	for status, g := range p.byStatus {
		if g.isSame(p.all) {
			p.byStatus[status] = p.all
		}
	}
}

// put adds a response to the groups that it belongs to.
func (p *promise) put(i int, m member, f *form) {
	p.all = p.all.with(m, f)
	f.all = p.all
	for _, mark := range p.marks[i] {
		p.addMarked(mark, m, f)
	}
	if status := p.responses[i].HTTPStatus; status != nil {
		p.byStatus[*status] = p.byStatus[*status].with(m, f)
	}
}

// markedGroup are the responses with a mark.
type markedGroup struct {
	mark
	*group
}

func (p *promise) addMarked(m mark, response member, f *form) {
	if g := p.groupOf(m); g != nil {
		g.with(response, f)
		return
	}
	p.marked = append(p.marked, markedGroup{m, (*group)(nil).with(response, f)})
}

// groupOf is nil of a mark that no response has.
func (p *promise) groupOf(m mark) *group {
	for i := range p.marked {
		if p.marked[i].mark == m {
			return p.marked[i].group
		}
	}
	return nil
}

// mark is what an answer tells which of several it is by.
type mark struct {
	key  string // of a word such as {"status": "QUEUED"} and {"type": "CARD"}; "" of a business code
	text string
}

func (m mark) isCode() bool { return m.key == "" }

// marksOf are the marks of an answer that carries the codes.
func marksOf(v *nearjson.Value, codes []string) []mark {
	marks := make([]mark, 0, len(codes)+1)
	for _, code := range codes {
		marks = append(marks, mark{text: code})
	}
	if v == nil {
		return marks
	}
	for i := range v.Members {
		key, word := v.Members[i].Key, v.Members[i].Value
		if word.Kind == nearjson.String && !word.Template && word.Text != "" && wordNames.has(key) {
			marks = append(marks, mark{key, word.Text})
		}
	}
	return marks
}

// groupFor chooses the documented answers that the live one claims to be: the fewest that share a code or word with it, else those of
// its HTTP status, else all together.
func (p *promise) groupFor(a *answer) *group {
	var best *group
	for _, m := range a.marks {
		if g := p.groupOf(m); g != nil && (best == nil || len(g.members) < len(best.members)) {
			best = g
		}
	}
	if best != nil {
		return best
	}
	if g := p.byStatus[a.status]; g != nil {
		return g
	}
	return p.all
}

// resembles says that the answer is meant to be one of the documented ones: it has all of the keys of one, give or take spelling, or half
// of them and not many others.
func (a *answer) resembles(p *promise) bool {
	documented := false
	for i := range p.responses {
		r := &p.responses[i]
		if r.Schema != nil {
			return true // it says itself what is amiss
		}
		if r.Body.Value == nil {
			continue
		}
		documented = true
		if a.isLike(p, i) || p.complainsOfFields(r.Body.Value, a.value) {
			return true
		}
	}
	return !documented
}

// isLike compares the kind and the keys of an answer with those of a documented one.
func (a *answer) isLike(p *promise, i int) bool {
	documented := p.responses[i].Body.Value
	if documented.Kind != nearjson.Object || a.value.Kind != nearjson.Object {
		return documented.Kind == a.value.Kind
	}
	if hasInOrder(a.value, documented) {
		return true
	}
	if a.keys == nil {
		a.keys = make(names, len(a.value.Members))
		for _, key := range foldedKeys(a.value) {
			a.keys[key] = true
		}
	}
	shared := 0
	for _, key := range p.folded[i] {
		if a.keys[key] {
			shared++
		}
	}
	return shared == len(documented.Members) || shared*2 >= len(documented.Members) && shared*3 >= len(a.value.Members)
}

// hasInOrder says that an object has all keys of another, in their order and spelling, as most answers do.
func hasInOrder(v, documented *nearjson.Value) bool {
	found := 0
	for i := range v.Members {
		if found < len(documented.Members) && v.Members[i].Key == documented.Members[found].Key {
			found++
		}
	}
	return found == len(documented.Members)
}

func foldedKeys(v *nearjson.Value) []string {
	if v == nil {
		return nil
	}
	keys := make([]string, len(v.Members))
	for i := range v.Members {
		keys[i] = fold(v.Members[i].Key)
	}
	return keys
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
	return s.At.Of(field)
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
