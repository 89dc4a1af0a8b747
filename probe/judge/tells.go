package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// tells are what tells a success from an error, learned from the documented answers.
type tells struct {
	places      []place    // codes first, then flags, then hints
	numbers     []place    // hints that are numbers, which may as well be amounts
	successKeys [][]string // paths of what only successes hold
	errorKeys   [][]string
}

// rank says what stands at a place.
type rank uint8

const (
	hint rank = iota // differs between success and error, and may be data: equality with a documented value is a hint, no more
	flag             // status: "success", ok: true
	code             // the business code
)

// place is a scalar of the answer by whose value outcomes can be told apart.
type place struct {
	path             []string // of the pointer; "*" for an array index
	rank             rank
	success, failure side
	// doubtful says that a word that means success may as well be the state of a thing, as in {"status": "SUCCESS", "txnId": "T1"}:
	// neither a message nor a code stands beside it, and its key is as often data.
	doubtful bool
	// failsAlone says that nothing is demanded of the place, and that a word for failure there is one: see learner.failsAlone.
	failsAlone bool
}

// side is what the documented answers of one outcome have at a place.
type side struct {
	values []documentedValue
	in     int  // examples that have a value there
	total  int  // examples that are JSON
	demand bool // a live value must be a documented one
}

// of is empty for an outcome that nobody documents.
func (p *place) of(o probe.Outcome) *side {
	switch o {
	case probe.OutcomeSuccess:
		return &p.success
	case probe.OutcomeError:
		return &p.failure
	}
	return &side{}
}

func (p *place) sides() [2]*side { return [2]*side{&p.success, &p.failure} }

type documentedValue struct {
	kind nearjson.Kind
	text string
	at   source.Span
}

func (p *place) pattern() string {
	pattern := ""
	for _, token := range p.path {
		pattern = nearjson.AppendPointer(pattern, token)
	}
	return pattern
}

func (p *place) key() string { return p.path[len(p.path)-1] }

func (p *place) has(o probe.Outcome, text string) bool {
	return slices.ContainsFunc(p.of(o).values, func(v documentedValue) bool { return v.text == text })
}

func (p *place) texts(o probe.Outcome) []string {
	var texts []string
	for _, v := range p.of(o).values {
		if !slices.Contains(texts, v.text) {
			texts = append(texts, v.text)
		}
	}
	return texts
}

// limits of what is learned from: codes stand near the top of an answer.
const (
	maxPlaceDepth = 6
	maxPlaces     = 2000
)

// learn compares the documented successes with the documented errors.
func learn(s *probe.Sheet, codes probe.Codes) tells {
	l := learner{
		places: map[string]*place{}, envelope: map[string]bool{}, carried: map[string]bool{}, codes: codes, total: map[probe.Outcome]int{},
		keys:   map[probe.Outcome]map[string]bool{probe.OutcomeSuccess: {}, probe.OutcomeError: {}},
		framed: map[string]bool{}, table: map[string]bool{},
	}
	for _, row := range s.StatusCodes {
		l.table[row.Code] = true
	}
	l.examples(s.Success, probe.OutcomeSuccess)
	l.examples(s.Errors, probe.OutcomeError)
	t := tells{
		successKeys: without(l.keys[probe.OutcomeSuccess], l.keys[probe.OutcomeError]),
		errorKeys:   without(l.keys[probe.OutcomeError], l.keys[probe.OutcomeSuccess]),
	}
	for _, pattern := range l.order {
		switch p := l.places[pattern]; {
		case !l.decide(p, pattern):
		case p.rank == hint && p.holdsNumbers():
			t.numbers = append(t.numbers, *p)
		default:
			t.places = append(t.places, *p)
		}
	}
	for i := range t.places {
		t.places[i].doubtful = l.isDoubtful(&t.places[i], t.places)
	}
	slices.SortStableFunc(t.places, func(a, b place) int { return int(b.rank) - int(a.rank) })
	return t
}

// without are the paths of the keys that are not among the others.
func without(keys, others map[string]bool) [][]string {
	var only [][]string
	for k := range keys {
		if !others[k] {
			only = append(only, strings.Split(k, "\x00"))
		}
	}
	return only
}

// learner gathers the scalars of all examples by their place.
type learner struct {
	codes    probe.Codes
	places   map[string]*place
	order    []string
	envelope map[string]bool // outcome and place where a message stands beside
	framed   map[string]bool // places of successes beside what carries the data of the answer
	table    map[string]bool // the codes of field 10
	carried  map[string]bool // places whose value the reader recognised as the answer's code
	total    map[probe.Outcome]int
	keys     map[probe.Outcome]map[string]bool
}

func (l *learner) examples(responses []probe.Response, o probe.Outcome) {
	for _, r := range responses {
		if r.Body.Value == nil {
			continue
		}
		l.total[o]++
		l.walk(r.Body.Value, nil, "", o, r.Code)
	}
}

// walk notes scalars and keys; of an array only the first item that is an object counts, as /errors/0/code does. The pattern is the path, joined.
func (l *learner) walk(v *nearjson.Value, path []string, pattern string, o probe.Outcome, carried string) {
	if v == nil || len(path) > maxPlaceDepth || len(l.order) > maxPlaces {
		return
	}
	switch v.Kind {
	case nearjson.Object:
		message := slices.ContainsFunc(v.Members, func(m nearjson.Member) bool { return messageNames.has(m.Key) })
		framed := o == probe.OutcomeSuccess && slices.ContainsFunc(v.Members, func(m nearjson.Member) bool { return payloadNames.has(m.Key) })
		for _, m := range v.Members {
			at := append(slices.Clip(path), m.Key)
			name := joined(at)
			if framed {
				l.framed[name] = true
			}
			if isPresent(m.Value) && !slices.Contains(path, "*") {
				l.keys[o][name] = true
			}
			if message {
				l.envelope[string(o)+name] = true
			}
			l.walk(m.Value, at, name, o, carried)
		}
	case nearjson.Array:
		if len(v.Items) > 0 {
			at := append(slices.Clip(path), "*")
			l.walk(v.Items[0], at, joined(at), o, carried)
		}
	case nearjson.Null:
	default:
		if len(path) > 0 && !v.Template && v.Text != "" {
			l.note(v, path, pattern, o, carried)
		}
	}
}

func (l *learner) note(v *nearjson.Value, path []string, pattern string, o probe.Outcome, carried string) {
	p := l.places[pattern]
	if p == nil {
		p = &place{path: path}
		l.places[pattern] = p
		l.order = append(l.order, pattern)
	}
	p.of(o).in++
	for _, option := range alternatives(v) {
		meant := o
		if words := probe.WordsOutcome(option.Text); words != probe.OutcomeUnknown && (option.Text != v.Text || len(v.Others()) > 0) {
			meant = words // "SUCCESS | FAILED" tells both
		}
		p.of(meant).values = append(p.of(meant).values, documentedValue{kind: option.Kind, text: option.Text, at: v.At()})
	}
	if carried != "" && v.Text == carried && v.Kind != nearjson.Bool && !messageNames.has(p.key()) {
		l.carried[pattern] = true
	}
}

// alternatives are the values that an example offers, as in "SUCCESS|PENDING", "Y/N" and "NEFT" | "IMPS"; most offer one.
func alternatives(v *nearjson.Value) []*nearjson.Value {
	if len(v.Others()) > 0 {
		return append([]*nearjson.Value{v}, v.Others()...)
	}
	if v.Kind != nearjson.String || !strings.ContainsAny(v.Text, "|/ ") {
		return []*nearjson.Value{v}
	}
	for _, separator := range []string{"|", "/", " or "} {
		parts := strings.Split(v.Text, separator)
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) > 1 && !slices.ContainsFunc(parts, func(s string) bool { return s == "" || strings.ContainsAny(s, " :/|") }) {
			var all []*nearjson.Value
			for _, part := range append(parts, v.Text) {
				all = append(all, nearjson.NewString(part))
			}
			return all
		}
	}
	return []*nearjson.Value{v}
}

// joined names a place within one judge; it is no pointer.
func joined(path []string) string { return strings.Join(path, "\x00") }

// isPresent says that a member holds something: null, false and empty containers are how many APIs write "none".
func isPresent(v *nearjson.Value) bool {
	switch {
	case v == nil || v.Kind == nearjson.Null:
		return false
	case v.Kind == nearjson.Object:
		return len(v.Members) > 0 || v.Open
	case v.Kind == nearjson.Array:
		return len(v.Items) > 0 || v.Open
	case v.Kind == nearjson.Bool:
		return v.Text == "true"
	}
	return v.Kind != nearjson.String || v.Text != ""
}

// lookup is the value at a place; in arrays the first item that has it counts.
func lookup(v *nearjson.Value, path []string) *nearjson.Value {
	for i, token := range path {
		if token == "*" && v != nil && v.Kind == nearjson.Array {
			return lookupInItems(v.Items, path[i+1:])
		}
		v = v.Get(token)
	}
	return v
}

// maxItems is how many items of an array are looked through for a place.
const maxItems = 102

func lookupInItems(items []*nearjson.Value, path []string) *nearjson.Value {
	for _, item := range items[:min(len(items), maxItems)] {
		if found := lookup(item, path); found != nil {
			return found
		}
	}
	return nil
}

// find is lookup with the place at which the value stands.
func find(v *nearjson.Value, path []string) (found *nearjson.Value, pointer string) {
	for i, token := range path {
		if token == "*" && v != nil && v.Kind == nearjson.Array {
			for n, item := range v.Items[:min(len(v.Items), maxItems)] {
				if f, rest := find(item, path[i+1:]); f != nil {
					return f, nearjson.AppendIndex(pointer, n) + rest
				}
			}
			return nil, pointer
		}
		v = v.Get(token)
		pointer = nearjson.AppendPointer(pointer, token)
	}
	return v, pointer
}

// codesIn lists the business codes that a value carries.
func (t tells) codesIn(v *nearjson.Value) []string {
	var codes []string
	for i := range t.places {
		if t.places[i].rank != code {
			break
		}
		if found := lookup(v, t.places[i].path); found != nil && found.Kind != nearjson.Null && found.Text != "" {
			codes = append(codes, found.Text)
		}
	}
	return codes
}
