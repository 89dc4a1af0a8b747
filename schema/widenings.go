package schema

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// Widening is one thing that answers show beyond a shape, as the override that would allow it.
type Widening struct {
	Pointer  string // with "*" for the items of lists and the keys of maps
	Override Override
}

// Widenings tells by which overrides s would allow what wider allows: keys that may be left out, or that no example shows, nulls, keys that are
// data, further alternatives, other formats and types. Both shapes are of the same place; nothing is changed.
func (s *Shape) Widenings(wider *Shape) []Widening {
	w := &widener{}
	w.compare(s, wider, "")
	return w.found
}

type widener struct{ found []Widening }

func (w *widener) note(pointer string, o Override) { w.found = append(w.found, Widening{pointer, o}) }

func (w *widener) compare(s, wider *Shape, pointer string) {
	if s.free() || wider == nil {
		return
	}
	if pointer != "" && wider.Types&^(s.Types|Null) != 0 {
		w.note(pointer, Override{Any: true})
		return
	}
	yes := true
	if pointer != "" && wider.Types&Null != 0 && s.Types&Null == 0 {
		w.note(pointer, Override{Nullable: &yes})
	}
	w.texts(s, wider, pointer)
	if s.Items != nil && wider.Items != nil {
		w.compare(s.Items, wider.Items, pointer+"/*")
	}
	switch {
	case s.Values != nil && wider.Values != nil:
		w.compare(s.Values, wider.Values, pointer+"/*")
	case s.Values == nil && wider.Values != nil && len(s.Properties) > 0:
		w.note(pointer, Override{Map: true})
	case s.Values == nil:
		w.members(s, wider, pointer)
	}
}

func (w *widener) texts(s, wider *Shape, pointer string) {
	if s.Firm {
		return // what is stated by hand is not to be unlearned
	}
	if s.Enum != nil && len(wider.Enum) > len(s.Enum) {
		w.note(pointer, Override{Enum: wider.Enum})
	}
	if s.Formats != 0 && s.Formats&wider.Formats == 0 && wider.Types&String != 0 {
		w.note(pointer, Override{Format: anyFormatKeyword})
	}
}

func (w *widener) members(s, wider *Shape, pointer string) {
	yes := true
	index := func(properties []Property, name string) int {
		return slices.IndexFunc(properties, func(p Property) bool { return p.Name == name })
	}
	for _, p := range s.Properties {
		i := index(wider.Properties, p.Name)
		if i < 0 {
			continue
		}
		at := nearjson.AppendPointer(pointer, p.Name)
		if p.Required && !wider.Properties[i].Required {
			w.note(at, Override{Optional: &yes})
		}
		w.compare(p.Shape, wider.Properties[i].Shape, at)
	}
	if len(s.Properties) == 0 || s.Open {
		return
	}
	for _, p := range wider.Properties {
		if index(s.Properties, p.Name) < 0 {
			w.note(nearjson.AppendPointer(pointer, p.Name), Override{Optional: &yes})
		}
	}
}
