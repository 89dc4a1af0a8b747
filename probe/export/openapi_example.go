package export

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// fitting is an example as its schema has it; nil where the two cannot be brought together, as where a value is left open that is no text: there is no
// JSON for a variable other than a text.
func fitting(example, schema *nearjson.Value) *nearjson.Value {
	if example == nil || !fit(example, schema) {
		return nil
	}
	return example
}

// fit takes the first of the values that the schema lists for what the example leaves open, and says whether the rest fits.
func fit(v, schema *nearjson.Value) bool {
	if v == nil || schema == nil {
		return true
	}
	if values := schema.Get("enum"); values != nil && len(values.Items) > 0 {
		return choose(v, values.Items)
	}
	if v.Kind == nearjson.String && isOpen(v.Text) {
		return admitsText(schema.Get("type"))
	}
	for _, m := range v.Members {
		inner := schema.Get("properties").Get(m.Key)
		if inner == nil {
			inner = schema.Get("additionalProperties")
		}
		if !fit(m.Value, inner) {
			return false
		}
	}
	return !slices.ContainsFunc(v.Items, func(item *nearjson.Value) bool { return !fit(item, schema.Get("items")) })
}

// choose takes the first of the values where the example is none of them but leaves it open, or names them all, as "A|B" does.
func choose(v *nearjson.Value, values []*nearjson.Value) bool {
	if slices.ContainsFunc(values, func(one *nearjson.Value) bool { return one.String() == v.String() }) {
		return true
	}
	named := !slices.ContainsFunc(values, func(one *nearjson.Value) bool { return !strings.Contains(v.Text, one.Text) })
	if v.Kind != nearjson.String || !isOpen(v.Text) && !named {
		return false
	}
	*v = *values[0]
	return true
}

// isOpen says that a text is a variable and nothing else.
func isOpen(s string) bool {
	return strings.HasPrefix(s, "{{") && strings.HasSuffix(s, "}}") && strings.Count(s, "{{") == 1
}

func admitsText(kind *nearjson.Value) bool {
	switch {
	case kind == nil:
		return true
	case kind.Kind == nearjson.Array:
		return slices.ContainsFunc(kind.Items, admitsText)
	}
	return kind.Text == "string"
}
