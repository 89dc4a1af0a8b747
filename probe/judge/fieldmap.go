package judge

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// mapFields makes maps of the objects that an error keys by the names of request fields, as in {"errors": {"email": ["is missing"]}}: which
// fields are named there depends on the request, and not on the sheet.
func mapFields(s *schema.Shape, r probe.RequestSpec) {
	if s == nil {
		return
	}
	if namesFields(s, r) {
		s.Values = complaint(s.Properties)
		s.Properties = nil
		return
	}
	mapFields(s.Items, r)
	mapFields(s.Values, r)
	for _, p := range s.Properties {
		mapFields(p.Shape, r)
	}
}

// fieldNames are the names of the request's fields, and what stands in their place where none is at fault.
func fieldNames(s *probe.Sheet) names {
	all := namesOf("nonfielderrors all base")
	for _, f := range s.Request.Fields {
		all[fold(f.Name)] = true
	}
	return all
}

// complainsOfFields says that an answer is nothing but such a map, as the documented one is.
func (p *promise) complainsOfFields(documented, live *nearjson.Value) bool {
	all := func(v *nearjson.Value) bool {
		other := func(m nearjson.Member) bool { return !p.fields.has(m.Key) }
		return v.Kind == nearjson.Object && len(v.Members) > 0 && !slices.ContainsFunc(v.Members, other)
	}
	return p.outcome == probe.OutcomeError && all(documented) && all(live)
}

// namesFields says that all keys are names of request fields, and none is a name that errors use for themselves.
func namesFields(s *schema.Shape, r probe.RequestSpec) bool {
	return len(s.Properties) > 0 && !slices.ContainsFunc(s.Properties, func(p schema.Property) bool {
		own := messageNames.has(p.Name) || codeNames.has(p.Name) || flagNames.has(p.Name) || fold(p.Name) == "code"
		isField := func(f probe.RequestField) bool { return fold(f.Name) == fold(p.Name) }
		return own || !slices.ContainsFunc(r.Fields, isField) || !isComplaint(p.Shape)
	})
}

// isComplaint says that a shape is of a text or of a list of texts.
func isComplaint(s *schema.Shape) bool {
	items := s.Items == nil || s.Items.Types&^schema.Null == schema.String
	return s.Types&^(schema.String|schema.Array|schema.Null) == 0 && items
}

func complaint(properties []schema.Property) *schema.Shape {
	c := *properties[0].Shape
	for _, p := range properties[1:] {
		c.Types |= p.Shape.Types
		if c.Items == nil {
			c.Items = p.Shape.Items
		}
	}
	return &c
}
