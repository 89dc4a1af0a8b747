package openapi

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// stated gathers what the schemas of the answers of one outcome say beyond what their examples show: keys that may be left out, nulls, free keys,
// listed values and formats. It becomes overrides, which count for all answers of the outcome: where schemas differ, the more generous one does.
type stated struct {
	doc    *document
	places []probe.ShapeOverride // those of which nothing is stated too
	within []*tree.Node
}

// add takes the schema of a further answer.
func (s *stated) add(root *tree.Node, in probe.Outcome) {
	own := stated{doc: s.doc}
	own.walk(root, "", in, false)
	for _, o := range own.places {
		i := slices.IndexFunc(s.places, func(have probe.ShapeOverride) bool { return have.Pointer == o.Pointer && have.In == in })
		if i < 0 {
			s.places = append(s.places, o)
			continue
		}
		s.places[i].Override = generous(s.places[i].Override, o.Override)
	}
}

// overrides are the places of which something is stated.
func (s *stated) overrides() []probe.ShapeOverride {
	var said []probe.ShapeOverride
	for _, o := range s.places {
		if o.Optional != nil || o.Nullable != nil || o.Map || o.Any || o.Enum != nil || o.Pattern != "" || o.Format != "" {
			said = append(said, o)
		}
	}
	return said
}

// generous allows what either of two allows.
func generous(a, b schema.Override) schema.Override {
	both := schema.Override{Optional: cmp.Or(a.Optional, b.Optional), Nullable: cmp.Or(a.Nullable, b.Nullable), Map: a.Map || b.Map, Any: a.Any || b.Any}
	if a.Enum != nil && b.Enum != nil {
		both.Enum = slices.Clone(a.Enum)
		for _, e := range b.Enum {
			if !slices.Contains(both.Enum, e) {
				both.Enum = append(both.Enum, e)
			}
		}
	}
	if a.Format == b.Format && a.Pattern == b.Pattern {
		both.Format, both.Pattern = a.Format, a.Pattern
	}
	return both
}

func (s *stated) walk(schema *tree.Node, pointer string, in probe.Outcome, optional bool) {
	n := s.doc.follow(schema)
	if n == nil || len(s.within) > maxDepth || len(s.places) > maxMembers {
		return
	}
	o := probe.ShapeOverride{Pointer: pointer, In: in, At: n.At().At()}
	yes := true
	if optional {
		o.Optional = &yes
	}
	if s.doc.isNullable(n) {
		o.Nullable = &yes
	}
	if slices.Contains(s.within, n) { // a schema that holds itself: the example ends here
		o.Any = true
		s.places = append(s.places, o)
		return
	}
	s.within = append(s.within, n)
	defer func() { s.within = s.within[:len(s.within)-1] }()
	switch options := s.doc.options(n); {
	case len(options) == 1:
		s.walk(options[0], pointer, in, optional)
		s.widen(pointer, o.Override)
	case len(options) > 1:
		o.Any = len(s.within) > 1
		s.places = append(s.places, o)
	default:
		s.scalar(n, &o.Override)
		s.places = append(s.places, o)
		s.below(n, pointer, in)
	}
}

// widen says of a place that is noted what the schema around its own one says.
func (s *stated) widen(pointer string, by schema.Override) {
	for i := range s.places {
		if p := &s.places[i]; p.Pointer == pointer {
			p.Optional, p.Nullable = cmp.Or(p.Optional, by.Optional), cmp.Or(p.Nullable, by.Nullable)
		}
	}
}

// scalar notes what is said of a text, a number or a truth value.
func (s *stated) scalar(n *tree.Node, o *schema.Override) {
	r := ruleReader{}
	for _, part := range append([]*tree.Node{n}, items(n.Get("allOf"))...) {
		part = s.doc.follow(part)
		r.schema(part)
		if format := plain(part.Get("format")); s.doc.typeOf(n) == "string" && o.Format == "" && isAsserted(format) {
			o.Format = format
		}
	}
	if o.Enum = slices.Clone(r.rules.Enum); o.Enum != nil {
		o.Format = ""
		if o.Nullable != nil {
			o.Enum = append(o.Enum, "null")
		}
		return
	}
	if _, err := regexp.Compile(r.rules.Pattern); err == nil && o.Format == "" {
		o.Pattern = r.rules.Pattern
	}
}

// isAsserted says of a format whether answers are held to it. The others are of numbers, or are understood in many ways.
func isAsserted(format string) bool {
	return slices.Contains([]string{"date-time", "date", "uuid", "email", "ipv4", "ipv6"}, format)
}

func (s *stated) below(n *tree.Node, pointer string, in probe.Outcome) {
	if item := n.Get("items"); item != nil {
		if options := s.doc.options(s.doc.follow(item)); len(options) < 2 { // of several, an example each stands in the list
			s.walk(item, pointer+"/*", in, false)
		}
		return
	}
	o := s.doc.flatten(n)
	for _, p := range o.properties {
		if inner := s.doc.follow(p.Value); inner == nil || isTrue(inner.Get("writeOnly")) {
			continue
		}
		s.walk(p.Value, nearjson.AppendPointer(pointer, p.Key), in, o.isOptional(p.Key))
	}
	if free := n.Get("additionalProperties"); len(o.properties) == 0 && free != nil && free.Kind == nearjson.Object {
		s.places[len(s.places)-1].Map = true
		s.walk(free, pointer+"/*", in, false)
	}
}

// options are the schemas of which a value fits one (oneOf, anyOf), save null.
func (d *document) options(n *tree.Node) []*tree.Node {
	var found []*tree.Node
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, option := range items(n.Get(key)) {
			if d.typeOf(option) != "null" {
				found = append(found, option)
			}
		}
	}
	return found
}

// isNullable says that null may stand there, in the words of any version.
func (d *document) isNullable(n *tree.Node) bool {
	if isTrue(n.Get("nullable")) || isTrue(n.Get("x-nullable")) || plain(n.Get("type")) == "null" {
		return true
	}
	for _, kind := range items(n.Get("type")) {
		if plain(kind) == "null" {
			return true
		}
	}
	for _, value := range items(n.Get("enum")) {
		if value.Kind == nearjson.Null {
			return true
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		for _, option := range items(n.Get(key)) {
			if option = d.follow(option); option != nil && plain(option.Get("type")) == "null" {
				return true
			}
		}
	}
	return false
}
