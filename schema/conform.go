package schema

import "github.com/sheetprobe/sheetprobe/schema/nearjson"

// conforms says that a survey would note nothing of a value but types that the shape accepts, so that the validator has nothing to be asked.
// Most answers are such.
func (n *node) conforms(v *nearjson.Value) bool {
	switch {
	case n.shape.free():
		return !n.hasNothingToCompare(v)
	case !n.shape.accepts(typeOf(v.Kind)):
		return false
	case v.Kind == nearjson.Array:
		return n.itemsConform(v)
	case v.Kind == nearjson.Object && n.values != nil:
		return n.entriesConform(v)
	case v.Kind == nearjson.Object:
		return n.membersConform(v)
	}
	return !n.isOfOtherFormat(v) && !n.isNoOption(v)
}

func (n *node) itemsConform(v *nearjson.Value) bool {
	if n.items == nil {
		return len(v.Items) == 0
	}
	for _, item := range v.Items {
		if !n.items.conforms(item) {
			return false
		}
	}
	return true
}

func (n *node) entriesConform(v *nearjson.Value) bool {
	for i := range v.Members {
		if !n.values.conforms(v.Members[i].Value) {
			return false
		}
	}
	return true
}

// membersConform wants every required key, and of an open shape every documented one where there are others: one of these may be a renamed one.
func (n *node) membersConform(v *nearjson.Value) bool {
	if len(n.properties) == 0 {
		return len(v.Members) == 0
	}
	present, required := 0, 0
	for k := range v.Members {
		i, ok := n.indexOf(v.Members[k].Key, k)
		switch {
		case !ok && !n.shape.Open, ok && !n.properties[i].conforms(v.Members[k].Value):
			return false
		case ok:
			present++
			if n.shape.Properties[i].Required {
				required++
			}
		}
	}
	return required == n.required && (present == len(v.Members) || present == len(n.properties))
}

// indexOf is the index of a documented key. Most stand where they are documented.
func (n *node) indexOf(key string, at int) (i int, ok bool) {
	if at < len(n.properties) && n.shape.Properties[at].Name == key {
		return at, true
	}
	i, ok = n.byName[key]
	return i, ok
}

// hasNothingToCompare says that the examples show null, and the value is something else.
func (n *node) hasNothingToCompare(v *nearjson.Value) bool {
	return n.shape.Types == Null && v.Kind != nearjson.Null
}

// isOfOtherFormat compares formats itself: validators differ in what they take for a date.
func (n *node) isOfOtherFormat(v *nearjson.Value) bool {
	f := n.shape.Formats
	switch {
	case v.Kind == nearjson.String && n.shape.accepts(String):
		return !f.accepts(v.Text, n.shape.Timely) || n.shape.Pattern != nil && !n.shape.Pattern.MatchString(v.Text)
	case v.Kind == nearjson.Number && f&epochs != 0 && !n.isNoOption(v):
		live := formatsOf(v.Text, true) & epochs
		return live != 0 && live&f == 0
	}
	return false
}

// isNoOption says that a value is none of the listed alternatives: of texts, of what is stated by hand, and of numbers, as in 1 | 2 | 3.
func (n *node) isNoOption(v *nearjson.Value) bool {
	compares := v.Kind == nearjson.String && n.shape.accepts(String) || n.shape.Firm && n.shape.Enum != nil ||
		v.Kind == nearjson.Number && n.shape.accepts(Number) && n.shape.comparesNumbers()
	return compares && !n.shape.allows(v.Text)
}
