package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Override corrects what was inferred at one place. What it states is no guess any more: what breaks it is a firm promise broken. Its zero
// value changes nothing.
type Override struct {
	Optional *bool    `json:"optional,omitempty"` // whether the key may be left out
	Nullable *bool    `json:"nullable,omitempty"` // whether null may stand there
	Map      bool     `json:"map,omitempty"`      // the keys of the object are data
	Any      bool     `json:"any,omitempty"`      // any value of any type may stand there
	Ignore   bool     `json:"ignore,omitempty"`   // the key is not looked at: whether it is there or not, nor what it holds
	Enum     []string `json:"enum,omitempty"`     // the values that may stand there, as text
	Pattern  string   `json:"pattern,omitempty"`  // a regular expression (RE2) that a text has to match
	Format   string   `json:"format,omitempty"`   // a keyword that FormatNamed knows
}

// Override applies o to every place that the pattern names: an RFC 6901 pointer in which "*" stands for any item, and for any key. The
// error says why it cannot be applied.
func (s *Shape) Override(pattern string, o Override) error {
	tokens, ok := nearjson.SplitPointer(pattern)
	if !ok {
		return fmt.Errorf("%q is no JSON Pointer; write it as /data/0/id, or /data/*/id for all items", pattern)
	}
	change, err := o.change()
	if err != nil {
		return err
	}
	places := []place{{shape: s}}
	for i, token := range tokens {
		var next []place
		for _, p := range places {
			next = append(next, p.shape.below(token, i == len(tokens)-1)...)
		}
		if len(next) == 0 {
			return fmt.Errorf("%q leads to nothing that the examples show; %s", pattern, shows(places, tokens[:i]))
		}
		places = next
	}
	for _, p := range places {
		change(p)
	}
	return nil
}

// place is a shape and, where it is that of a key, the property.
type place struct {
	shape    *Shape
	property *Property
}

// below lists the places that a token names. The last token may name a key that no example shows: it is added, for it must be known not to
// be undocumented.
func (s *Shape) below(token string, last bool) []place {
	var places []place
	if s.Items != nil && (token == "*" || isDigits(token)) {
		places = append(places, place{shape: s.Items})
	}
	if s.Values != nil {
		return append(places, place{shape: s.Values})
	}
	for i := range s.Properties {
		if p := &s.Properties[i]; p.Name == token || token == "*" {
			places = append(places, place{p.Shape, p})
		}
	}
	if len(places) == 0 && last && s.Types&Object != 0 && token != "*" {
		s.Properties = append(s.Properties, Property{Name: token, Shape: &Shape{}})
		p := &s.Properties[len(s.Properties)-1]
		places = append(places, place{p.Shape, p})
	}
	return places
}

// shows says what there is where a pointer stops.
func shows(places []place, tokens []string) string {
	where := "the whole answer"
	if len(tokens) > 0 {
		where = "/" + strings.Join(tokens, "/")
	}
	for _, p := range places {
		return where + " is " + p.shape.describe()
	}
	return where + " shows nothing"
}

// change is what the override does to a place.
func (o Override) change() (func(place), error) {
	var pattern *regexp.Regexp
	var format Formats
	var err error
	if o.Pattern != "" {
		if pattern, err = regexp.Compile(o.Pattern); err != nil {
			return nil, fmt.Errorf("the pattern cannot be used: %w", err)
		}
	}
	if o.Format != "" {
		if format, err = FormatNamed(o.Format); err != nil {
			return nil, err
		}
	}
	return func(p place) {
		o.toProperty(p.property)
		switch {
		case o.Any, o.Ignore:
			*p.shape = Shape{At: p.shape.At}
			return
		case o.Map && p.shape.Values == nil:
			p.shape.toMap()
		}
		if o.Nullable != nil {
			p.shape.setNullable(*o.Nullable)
		}
		if o.Enum != nil {
			p.shape.Enum, p.shape.Formats, p.shape.Firm = slices.Clone(o.Enum), 0, true
		}
		if pattern != nil || o.Format != "" {
			p.shape.Pattern, p.shape.Formats, p.shape.Enum, p.shape.Firm = pattern, format, nil, true
		}
	}, nil
}

func (o Override) toProperty(p *Property) {
	switch {
	case p == nil:
	case o.Ignore:
		p.Required, p.Stated = false, true
	case o.Optional != nil:
		p.Required, p.Stated = !*o.Optional, true
	}
}

func (s *Shape) setNullable(yes bool) {
	switch {
	case s.free(): // any value may stand there, or any but null
		s.Types = 0
	case yes:
		s.Types |= Null
	default:
		s.Types &^= Null
	}
	s.Firm = s.Firm || !yes
}

// toMap makes the keys data: what all of them hold is one shape.
func (s *Shape) toMap() {
	s.Values = &Shape{}
	for _, p := range s.Properties {
		s.Values.merge(p.Shape)
	}
	s.Properties, s.Types, s.Open = nil, s.Types|Object, false
}

// merge widens a shape by what another allows.
func (s *Shape) merge(o *Shape) {
	if s.Seen == 0 && s.Types == 0 {
		*s = *o
		s.Properties = slices.Clone(o.Properties)
		return
	}
	s.Types |= o.Types
	s.Open = s.Open || o.Open
	s.Seen += o.Seen
	s.Formats &= o.Formats
	s.Enum, s.Pattern, s.Firm = nil, nil, false
	s.Items = merged(s.Items, o.Items)
	s.Values = merged(s.Values, o.Values)
	for i := range s.Properties {
		if !slices.ContainsFunc(o.Properties, func(p Property) bool { return p.Name == s.Properties[i].Name }) {
			s.Properties[i].Required = false
		}
	}
	for _, p := range o.Properties {
		i := slices.IndexFunc(s.Properties, func(mine Property) bool { return mine.Name == p.Name })
		if i < 0 {
			p.Required = false
			s.Properties = append(s.Properties, p)
			continue
		}
		s.Properties[i].Required = s.Properties[i].Required && p.Required
		s.Properties[i].Shape = merged(s.Properties[i].Shape, p.Shape)
	}
}

func merged(a, b *Shape) *Shape {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	both := *a
	both.Properties = slices.Clone(a.Properties)
	both.merge(b)
	return &both
}
