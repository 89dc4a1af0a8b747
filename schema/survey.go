package schema

import (
	"encoding/json"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// survey walks a value along a shape and notes each difference that the shape can tell apart, once for each place of the shape,
// with its first occurrence and their number. It decides nothing. What it notes is shown to the validator in a sample, which holds
// an item of an array, or an entry of a map, only if something was noted there for the first time.
type survey struct {
	observations []*observation
	types        [][nearjson.Object + 1]int // by node and kind: how many values were of it
	known        map[fact]*observation
	extras       []int // by node: how many different undocumented keys were noted
	spellings    map[spelling]int
	path         path
	separator    int // as in separatorLength, for all keys of the sample
}

// The kinds of facts.
type factKind uint8

const (
	ofType           factKind = iota // a value of a type
	withoutKey                       // an object without a documented key
	withKey                          // an object with an undocumented key
	withMoreKeys                     // an object with an undocumented key after maxExtras others
	withKeyFor                       // an object with an undocumented key in place of a documented one
	otherKind                        // an object with few of the documented keys
	nothingToCompare                 // a value where the examples show none
	ofOtherFormat                    // a text, or an epoch, of another make
	ofNoOption                       // a text that is no listed one
)

// needsNoProof says that a fact is a mismatch whatever the validator says.
func (k factKind) needsNoProof() bool { return k >= nothingToCompare }

// maxExtras is how many undocumented keys of one place are reported one by one.
const maxExtras = 20

// fact is something that can be said of a value at a place of the shape.
type fact struct {
	at   *node
	kind factKind
	key  string // the documented key, or the undocumented one where there is no other
	live string // the key in place of the documented one
}

// observation is a fact with its occurrences.
type observation struct {
	fact
	proof   refusal // what the validator says where the fact is a mismatch
	count   int
	pointer string
	pattern string
	value   *nearjson.Value // the first value, of withoutKey the object
}

func newSurvey(c *Checker) *survey {
	return &survey{
		types:     make([][nearjson.Object + 1]int, c.nodes),
		known:     map[fact]*observation{},
		spellings: map[spelling]int{},
		extras:    make([]int, c.nodes),
		separator: c.separator,
	}
}

// note counts an occurrence and says whether it is the first.
func (s *survey) note(f fact, proof refusal, v *nearjson.Value) bool {
	if o := s.known[f]; o != nil {
		o.count++
		return false
	}
	s.known[f] = s.first(f, proof, v)
	return true
}

func (s *survey) first(f fact, proof refusal, v *nearjson.Value) *observation {
	o := &observation{fact: f, proof: proof, count: 1, pointer: s.path.pointer(), pattern: s.path.pattern(), value: v}
	s.observations = append(s.observations, o)
	return o
}

// noteType counts a value of a type, and says whether it is the first. Of types that the shape accepts there is nothing else to be said.
func (s *survey) noteType(n *node, v *nearjson.Value) bool {
	of := &s.types[n.id][v.Kind]
	if *of++; *of > 1 {
		return false
	}
	if !n.shape.accepts(typeOf(v.Kind)) {
		s.first(fact{at: n, kind: ofType}, refusal{n, "type", v.Kind.String()}, v)
	}
	return true
}

// observe notes what there is to say of a value. If any of it is new, the second result is true and the first is the sample of the
// value; else the first is nil.
func (s *survey) observe(n *node, v *nearjson.Value) (any, bool) {
	if n.shape.free() {
		if n.hasNothingToCompare(v) {
			s.note(fact{at: n, kind: nothingToCompare}, refusal{}, v)
		}
		return nil, false
	}
	news := s.noteType(n, v)
	if n.shape.accepts(typeOf(v.Kind)) {
		switch {
		case v.Kind == nearjson.Array:
			return s.observeArray(n, v, news)
		case v.Kind == nearjson.Object && n.values != nil:
			return s.observeMap(n, v, news)
		case v.Kind == nearjson.Object:
			return s.observeObject(n, v, news)
		}
	}
	s.observeText(n, v)
	if !news {
		return nil, false
	}
	return standIn(v.Kind), true
}

func (s *survey) observeText(n *node, v *nearjson.Value) {
	if n.isOfOtherFormat(v) {
		s.note(fact{at: n, kind: ofOtherFormat}, refusal{}, v)
	}
	if n.isNoOption(v) {
		s.note(fact{at: n, kind: ofNoOption}, refusal{}, v)
	}
}

func (s *survey) observeArray(n *node, v *nearjson.Value, news bool) (any, bool) {
	if n.items == nil {
		if len(v.Items) > 0 {
			s.note(fact{at: n, kind: nothingToCompare}, refusal{}, v)
		}
		return []any{}, news
	}
	sample := []any{}
	for i, item := range v.Items {
		s.path.enterItem(i)
		if one, isNew := s.observe(n.items, item); isNew {
			sample = append(sample, one)
			news = true
		}
		s.path.leave()
	}
	return sample, news
}

func (s *survey) observeMap(n *node, v *nearjson.Value, news bool) (any, bool) {
	sample := map[string]any{}
	for _, m := range v.Members {
		s.path.enterEntry(m.Key)
		if one, isNew := s.observe(n.values, m.Value); isNew {
			sample[m.Key] = one
			news = true
			s.separator = max(s.separator, separatorLength(m.Key))
		}
		s.path.leave()
	}
	return sample, news
}

func (s *survey) observeObject(n *node, v *nearjson.Value, news bool) (any, bool) {
	if len(n.properties) == 0 {
		if len(v.Members) > 0 {
			s.note(fact{at: n, kind: nothingToCompare}, refusal{}, v)
		}
		return map[string]any{}, news
	}
	c := s.compare(n, v)
	shown := s.noteKeys(n, v, c)
	news = news || len(shown) > 0
	var children map[int]any // by property; most objects have none
	for i, member := range c.present {
		if member == nil {
			continue
		}
		s.path.enter(n.shape.Properties[i].Name)
		if one, isNew := s.observe(n.properties[i], member); isNew {
			if children == nil {
				children = map[int]any{}
			}
			children[i] = one
			news = true
		}
		s.path.leave()
	}
	if !news {
		return nil, false
	}
	return n.sample(c.present, children, shown), true
}

// noteKeys notes which keys are absent, undocumented and renamed. It returns what is new of it and has to be shown in the sample: an
// undocumented key, or nothing for an absent one, which is shown by its absence.
func (s *survey) noteKeys(n *node, v *nearjson.Value, c comparison) (shown []undocumented) {
	if c.isVariant(n) {
		proof := refusal{n, "required", n.shape.Properties[c.missing[0]].Name}
		if s.note(fact{at: n, kind: otherKind}, proof, v) {
			shown = append(shown, undocumented{})
		}
		return shown
	}
	for _, i := range c.missing {
		name := n.shape.Properties[i].Name
		s.path.enter(name)
		if s.note(fact{at: n, kind: withoutKey, key: name}, refusal{n, "required", name}, v) {
			shown = append(shown, undocumented{})
		}
		s.path.leave()
	}
	for _, e := range c.extra {
		if n.shape.Open && e.renames < 0 {
			continue
		}
		if s.noteExtra(n, v, e) {
			shown = append(shown, e)
		}
	}
	return shown
}

func (s *survey) noteExtra(n *node, object *nearjson.Value, e undocumented) bool {
	if e.renames >= 0 {
		p := n.shape.Properties[e.renames]
		proof := refusal{n, "additionalProperties", e.key}
		if p.Required {
			proof = refusal{n, "required", p.Name}
		}
		s.path.enter(e.key)
		defer s.path.leave()
		return s.note(fact{at: n, kind: withKeyFor, key: p.Name, live: e.key}, proof, e.value)
	}
	f := fact{at: n, kind: withKey, key: e.key}
	proof := refusal{n, "additionalProperties", e.key}
	if s.known[f] == nil && s.extras[n.id] >= maxExtras {
		return s.note(fact{at: n, kind: withMoreKeys}, proof, object)
	}
	s.path.enter(e.key)
	defer s.path.leave()
	isNew := s.note(f, proof, e.value)
	if isNew {
		s.extras[n.id]++
	}
	return isNew
}

// sample puts an object together: all its documented keys, and those undocumented ones that were noted for the first time.
func (n *node) sample(present []*nearjson.Value, children map[int]any, shown []undocumented) map[string]any {
	m := map[string]any{}
	for i, v := range present {
		if v == nil {
			continue
		}
		one, ok := children[i]
		if !ok {
			one = n.properties[i].plain(v)
		}
		m[n.shape.Properties[i].Name] = one
	}
	for _, e := range shown {
		if e.value != nil {
			m[e.key] = nil
		}
	}
	return m
}

// plain is the sample of a value of which everything was noted before. It still has to have its documented keys.
func (n *node) plain(v *nearjson.Value) any {
	if n.shape.free() {
		return nil
	}
	if v.Kind != nearjson.Object || !n.shape.accepts(Object) || len(n.properties) == 0 {
		return standIn(v.Kind)
	}
	return n.sample(n.present(v), nil, nil)
}

// standIn is a constant of each type: the shape tells no more apart, and no number in it can cost the validator anything.
func standIn(k nearjson.Kind) any {
	switch k {
	case nearjson.Bool:
		return false
	case nearjson.Number:
		return json.Number("0")
	case nearjson.String:
		return ""
	case nearjson.Array:
		return []any{}
	case nearjson.Object:
		return map[string]any{}
	}
	return nil
}
