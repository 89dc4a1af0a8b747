package schema

import (
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// mismatch says what the observation is about, for one that the validator has refused.
func (s *survey) mismatch(o *observation) Mismatch {
	m := Mismatch{
		Shape:   o.at.shape,
		Pointer: o.pointer, Pattern: o.pattern, Count: o.count,
		Documented: o.at.shape.describe(), Observed: describeValue(o.value), At: o.at.shape.At,
	}
	switch o.kind {
	case ofType:
		m.Problem, m.Count = WrongType, s.types[o.at.id][o.value.Kind]
		if o.value.Kind == nearjson.Null {
			m.Problem = NullValue
			m.Optional = o.at.property != nil && o.at.property.Stated && !o.at.property.Required
		}
	case withoutKey:
		m.Problem = Missing
		p := o.at.shape.Properties[o.at.byName[o.key]]
		m.Documented, m.At, m.Shape, m.Stated = p.Shape.describe(), p.At, p.Shape, p.Stated
		m.Observed = cut("absent; " + describeValue(o.value))
		o.at.weigh(o.value, &m)
		m.Of = s.types[o.at.id][nearjson.Object]
	case withKeyFor:
		m.Problem = Renamed
		m.Documented, m.Observed = cut("key "+strconv.Quote(o.key)), cut("key "+strconv.Quote(o.live))
		p := o.at.shape.Properties[o.at.byName[o.key]]
		m.At, m.Shape = p.At, p.Shape
	case otherKind:
		m.Problem, m.Variant = Missing, true
	case withKey:
		m.Problem, m.Shape = Undocumented, nil
	case withMoreKeys:
		m.Problem, m.Shape = Undocumented, nil
		m.Observed = cut("further keys, such as " + strconv.Quote(o.proof.subject))
	case nothingToCompare:
		m.Problem = Unchecked
	case ofOtherFormat:
		m.Problem = WrongFormat
		m.Documented = o.at.shape.describeFormat()
	case ofNoOption:
		m.Problem = NotInEnum
		m.Documented = cut("one of " + strings.Join(o.at.shape.Enum, ", "))
	}
	return m
}

// describe says in a few words what the examples show.
func (s *Shape) describe() string {
	if s.Types == 0 {
		return "any value"
	}
	words := strings.Join(s.Types.names(), " or ")
	switch s.Types &^ Null {
	case Object:
		return cut(strings.Replace(words, "object", s.describeObject(), 1))
	case Array:
		if s.Items == nil {
			return "empty " + words
		}
	case String:
		if s.Example != "" {
			return cut(words + ", such as " + strconv.Quote(prefix(s.Example)))
		}
	case Number, Boolean:
		if s.Example != "" {
			return cut(words + ", such as " + s.Example)
		}
	}
	return words
}

func (s *Shape) describeFormat() string {
	words := s.Formats.String()
	if s.Pattern != nil {
		words = "text that matches " + s.Pattern.String()
	}
	switch {
	case s.Example == "":
	case s.Types&String == 0:
		words += ", such as " + s.Example
	default:
		words += ", such as " + strconv.Quote(prefix(s.Example))
	}
	return cut(words)
}

func (s *Shape) describeObject() string {
	switch {
	case s.Values != nil:
		return "object with any keys"
	case len(s.Properties) == 0:
		return "empty object"
	}
	var keys []string
	for _, p := range s.Properties[:min(len(s.Properties), 60)] {
		keys = append(keys, p.Name)
	}
	return describeKeys(keys)
}

// describeValue says in a few words what a value is.
func describeValue(v *nearjson.Value) string {
	switch v.Kind {
	case nearjson.Bool, nearjson.Number:
		return cut(v.Kind.String() + " " + v.Text)
	case nearjson.String:
		return cut("string " + strconv.Quote(prefix(v.Text)))
	case nearjson.Array:
		switch len(v.Items) {
		case 0:
			return "empty array"
		case 1:
			return "array of 1 item"
		}
		return "array of " + strconv.Itoa(len(v.Items)) + " items"
	case nearjson.Object:
		if len(v.Members) == 0 {
			return "empty object"
		}
		var keys []string
		for _, m := range v.Members[:min(len(v.Members), 60)] {
			keys = append(keys, m.Key)
		}
		return cut(describeKeys(keys))
	}
	return "null"
}

func describeKeys(keys []string) string {
	for i, k := range keys {
		quoted := strconv.Quote(prefix(k))
		if k == "" || strings.ContainsAny(k, ", ") || quoted != `"`+k+`"` {
			keys[i] = quoted
		}
	}
	if len(keys) == 1 {
		return "object with key " + keys[0]
	}
	return "object with keys " + strings.Join(keys, ", ")
}

// maxText is the longest description, in code points.
const maxText = 60

// cut shortens a description, which has no control characters.
func cut(s string) string {
	r := []rune(s)
	if len(r) <= maxText {
		return s
	}
	return string(r[:maxText-1]) + "…"
}

// prefix is as much of a text as could ever be shown.
func prefix(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxText {
			return s[:i]
		}
	}
	return s
}
