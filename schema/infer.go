package schema

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Limits of what is inferred; what lies beyond is accepted without comparison.
const (
	maxDepth      = 200 // levels of objects and arrays
	maxProperties = 500 // an object of more keys is taken for a map; the validator's time grows with their square
)

// Infer describes what all the examples have in common. Examples that are nil are left out; without any, the shape accepts
// anything.
func Infer(examples ...*nearjson.Value) *Shape { return infer(examples, "", 0) }

// infer describes the values of one place; name is the key that they, or the list that they are items of, stand under.
func infer(examples []*nearjson.Value, name string, depth int) *Shape {
	s := &Shape{}
	var stated source.Span // of the first example that states a type
	var objects, items []*nearjson.Value
	for _, v := range examples {
		if v == nil {
			continue
		}
		types := typesOf(v)
		if v.Nullable {
			types |= Null
		}
		if s.Seen++; s.Seen == 1 {
			s.At = v.At()
		}
		if types&^Null != 0 && s.Types&^Null == 0 {
			stated = v.At()
		}
		s.Types |= types
		s.Open = s.Open || v.Open
		switch v.Kind {
		case nearjson.Object:
			objects = append(objects, v)
		case nearjson.Array:
			items = append(items, v.Items...)
		case nearjson.Null:
		default:
			if s.Example == "" && !v.Template {
				s.Example = v.Text
			}
		}
	}
	if !stated.IsZero() {
		s.At = stated
	}
	s.inferText(examples, name)
	if depth < maxDepth {
		s.inferObject(objects, depth+1)
		if len(items) > 0 {
			s.Items = infer(items, name, depth+1)
		}
	}
	return s
}

// key gathers what the examples of one object place say of one key.
type key struct {
	name   string
	at     source.Span
	values []*nearjson.Value
	in     int // objects it stands in
	last   int // number of the last of them
}

func (s *Shape) inferObject(objects []*nearjson.Value, depth int) {
	keys := gatherKeys(objects)
	if len(keys) > maxProperties || isMap(keys) {
		var values []*nearjson.Value
		for _, k := range keys {
			values = append(values, k.values...)
		}
		s.Values = infer(values, "", depth)
		return
	}
	for _, k := range keys {
		p := Property{Name: k.name, Shape: infer(k.values, k.name, depth), In: k.in, Of: len(objects), At: k.at}
		optional := k.remarked(optionalWords())
		p.Stated = optional || k.remarked(mandatoryWords())
		p.Required = k.in == len(objects) && !optional
		if namesType(k.name) {
			p.Shape.Types |= typeWordsAsText(k.values)
		}
		s.Properties = append(s.Properties, p)
	}
}

// inferText finds what the texts of a place have in common beyond their type.
func (s *Shape) inferText(examples []*nearjson.Value, name string) {
	s.Timely = tellsTime(name)
	if s.Enum = inferEnum(examples); s.Enum != nil {
		s.Types |= optionTypes(s.Enum)
		return
	}
	common, seen := anyFormat, false
	for _, v := range examples {
		text := v != nil && (v.Kind == nearjson.String || v.Kind == nearjson.Number && s.Timely)
		if !text || v.Text == "" || v.Template && formatsOf(v.Text, s.Timely) == 0 {
			continue
		}
		common, seen = common&formatsOf(v.Text, s.Timely), true
	}
	if seen {
		s.Formats = common
	}
}

// remarked says that a remark beside one of the values has one of the words: `"nick": "N" // optional`.
func (k *key) remarked(say []string) bool {
	return slices.ContainsFunc(k.values, func(v *nearjson.Value) bool {
		words := strings.FieldsFunc(strings.ToLower(v.Remark()), func(r rune) bool { return !unicode.IsLetter(r) })
		i := slices.IndexFunc(words, func(w string) bool { return slices.Contains(say, w) })
		return i == 0 || i > 0 && words[i-1] != "not" && words[i-1] != "non"
	})
}

// optionalWords say that a key may be left out.
func optionalWords() []string {
	return []string{"optional", "conditional", "nonmandatory", "opcional", "optionnel", "facultatif", "可选", "选填", "선택", "необязательный"}
}

// mandatoryWords say that a key is always there.
func mandatoryWords() []string {
	return []string{"mandatory", "required", "obligatory", "compulsory", "always", "obligatorio", "obrigatório", "obligatoire", "必填", "必选", "必须", "필수", "обязательный"}
}

// gatherKeys lists the keys of the objects in the order in which they were first seen.
func gatherKeys(objects []*nearjson.Value) []*key {
	var keys []*key
	index := map[string]*key{}
	for n, o := range objects {
		for i, m := range o.Members {
			k := index[m.Key]
			if k == nil {
				k = &key{name: m.Key, at: o.KeyAt(i), last: -1}
				index[m.Key] = k
				keys = append(keys, k)
			}
			if k.last != n {
				k.last = n
				k.in++
			}
			k.values = append(k.values, m.Value)
		}
	}
	return keys
}

// typesOf is what one example states of the type; 0 is nothing.
func typesOf(v *nearjson.Value) Types {
	switch {
	case v.Absent:
		return 0
	case v.Kind != nearjson.String:
	case v.Template:
		return templateTypes(v)
	case strings.Contains(v.Text, "|") || strings.Contains(v.Text, " or "):
		if t, ok := wordTypes(v.Text, true); ok { // "string | null"
			return t
		}
	case !quoted(v) && v.Text != "" && strings.IndexByte("+-.0123456789", v.Text[0]) >= 0: // 1,000 and 000111 could be meant as numbers
		return String | Number
	}
	return typeOf(v.Kind)
}

func typeOf(k nearjson.Kind) Types {
	switch k {
	case nearjson.Bool:
		return Boolean
	case nearjson.Number:
		return Number
	case nearjson.String:
		return String
	case nearjson.Array:
		return Array
	case nearjson.Object:
		return Object
	}
	return Null
}
