package plan

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveEmptyField sends nothing between the quotes, the brackets or the braces of one field after the other. To people who type sheets, a
// mandatory text that is empty is one that was left out; "required" of OpenAPI asks for the key alone (JSON Schema validation, section 6.5.3), so there
// an empty text is ruled out only by the rules of the field. Of an empty list or object no sheet says so.
func deriveEmptyField(b *builder) {
	var all []brokenField
	for _, t := range b.targets() {
		s, ok := b.sampleOf(t)
		empty, what := emptyOf(s)
		if !ok || t.in == probe.InPath || t.isOptional() || empty == nil {
			continue
		}
		d, _ := b.with(t, empty)
		all = append(all, brokenField{
			target: t, title: fmt.Sprintf("with an empty %q", t.name), what: "set to " + what, draft: d,
			forbidden: empty.Kind == nearjson.String && (t.isMandatory() && !b.fromJSONSchema() || t.ruleOutEmpty()),
		})
	}
	b.addBroken(probe.FamilyEmptyField, all)
}

// emptyOf is nothing at all of a kind; nil where there is no such thing, or the documented value is it.
func emptyOf(s sample) (v *nearjson.Value, what string) {
	switch {
	case !s.known:
	case s.kind == nearjson.String:
		return nearjson.NewString(""), "an empty text"
	case s.kind == nearjson.Array:
		return nearjson.NewArray(), "an empty list"
	case s.kind == nearjson.Object:
		return nearjson.NewObject(), "an empty object"
	}
	return nil, ""
}

// fromJSONSchema says that what the sheet calls mandatory was stated in JSON Schema's sense.
func (b *builder) fromJSONSchema() bool {
	return b.sheet.Document != nil && b.sheet.Document.Format == "openapi"
}

// ruleOutEmpty says that a rule of the sheet does not allow an empty text.
func (t target) ruleOutEmpty() bool {
	r := t.rules
	return r.MinLength != nil && *r.MinLength > 0 || len(r.Enum) > 0 && !slices.Contains(r.Enum, "")
}
