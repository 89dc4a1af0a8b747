package probe

import (
	"slices"
	"strings"
)

// Unsampled are the fields for want of whose values no body can be sent: the sheet describes a body, gives no example of it, and not for every
// field that is needed a value of which one could be composed. A field that is optional is not needed; an object is described by its own fields.
func (q *RequestSpec) Unsampled() []RequestField {
	if !q.Body.IsZero() {
		return nil
	}
	var lacking []RequestField
	for _, f := range q.Fields {
		optional := f.Mandatory != nil && !*f.Mandatory
		if f.In == InBody && f.Value == "" && !optional && !q.hasFieldBelow(f) {
			lacking = append(lacking, f)
		}
	}
	return lacking
}

// hasFieldBelow says that a field is an object or a list whose own fields are described.
func (q *RequestSpec) hasFieldBelow(f RequestField) bool {
	return f.Pointer != "" && slices.ContainsFunc(q.Fields, func(g RequestField) bool { return strings.HasPrefix(g.Pointer, f.Pointer+"/") })
}

// FieldNames lists the names of fields for a message, quoted; of many, the first.
func FieldNames(fields []RequestField) string {
	const most = 6
	var names []string
	for _, f := range fields[:min(len(fields), most)] {
		names = append(names, `"`+f.Name+`"`)
	}
	if len(fields) > most {
		names = append(names, "...")
	}
	return strings.Join(names, ", ")
}
