package schema

// Widen takes over what more examples of the same place tell of the values: their types, whether null may stand there, and what is in lists
// and maps. Which keys an object has, and which it has to have, stays as it is: o may be of answers of several kinds, of which s is one.
func (s *Shape) Widen(o *Shape) {
	if s == nil || o == nil || s == o || s.Types == 0 {
		return
	}
	if s.Types == Null { // nothing was known
		at := s.At
		*s = *o
		s.At = at
		return
	}
	if s.Types&Object == 0 {
		s.Properties, s.Values = o.Properties, o.Values
	}
	s.Types |= o.Types
	s.Enum, s.Formats, s.Pattern, s.Firm = o.Enum, o.Formats, o.Pattern, s.Firm || o.Firm
	s.widenItems(o)
	s.widenKeys(o)
}

func (s *Shape) widenItems(o *Shape) {
	if s.Items == nil {
		s.Items = o.Items
		return
	}
	s.Items.Widen(o.Items)
}

func (s *Shape) widenKeys(o *Shape) {
	if o.Values != nil && s.Values == nil {
		s.Values, s.Properties = o.Values, nil
		return
	}
	s.Values.Widen(o.Values)
	byName := map[string]*Shape{}
	for _, p := range o.Properties {
		byName[p.Name] = p.Shape
	}
	for _, p := range s.Properties {
		if p.Shape != byName[p.Name] { // taken over as it is
			p.Shape.Widen(byName[p.Name])
		}
	}
}
