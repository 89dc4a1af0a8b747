package judge

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// isOtherGeometry says that a mismatch lies in the coordinates of a GeoJSON geometry of another type than the documented one, and that they are
// nested as deep as that type has it (RFC 7946, section 3.1): a polygon where the sheet shows a point is no other type of value.
func (a *answer) isOtherGeometry(m schema.Mismatch) bool {
	at := strings.LastIndex(m.Pattern, "/coordinates")
	if at < 0 || m.Problem != schema.WrongType || m.Shape == nil || m.Shape.Types&^(schema.Number|schema.Array) != 0 {
		return false
	}
	rest := m.Pattern[at+len("/coordinates"):]
	tokens, ok := nearjson.SplitPointer(m.Pointer)
	if !ok || strings.ReplaceAll(rest, "/*", "") != "" {
		return false
	}
	geometry := a.value
	for _, token := range tokens[:len(tokens)-1-strings.Count(rest, "/")] {
		geometry = geometry.Lookup(nearjson.AppendPointer("", token))
	}
	kind := geometry.Get("type")
	depth := geometryDepths[textOf(kind)]
	return depth > 0 && isNested(geometry.Get("coordinates"), depth)
}

// geometryDepths are the levels of arrays in the coordinates of each type.
var geometryDepths = map[string]int{"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}

// isNested says that a value is arrays of arrays, so many levels deep, of numbers.
func isNested(v *nearjson.Value, depth int) bool {
	if v == nil || depth == 0 {
		return v != nil && v.Kind == nearjson.Number
	}
	if v.Kind != nearjson.Array {
		return false
	}
	for _, item := range v.Items {
		if !isNested(item, depth-1) {
			return false
		}
	}
	return true
}

func textOf(v *nearjson.Value) string {
	if v == nil || v.Kind != nearjson.String {
		return ""
	}
	return v.Text
}
