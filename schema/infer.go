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
	mark   string // behind the name: "?" for optional, "*" for mandatory
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
		if isBracketed(k.name) { // "<date>" beside names: further keys, whatever they are
			s.Open = true
			continue
		}
		p := Property{Name: k.name, Shape: infer(k.values, k.name, depth), In: k.in, Of: len(objects), At: k.at}
		optional := k.mark == "?" || k.remarked(optionalWords())
		p.Stated = optional || k.mark == "*" || k.remarked(mandatoryWords())
		p.Required = k.in == len(objects) && !optional
		if k.remarked([]string{"null", "nullable"}) && p.Shape.Types != 0 {
			p.Shape.Types |= Null
		}
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
		if s.Types&String != 0 {
			s.Types |= optionTypes(s.Enum)
		}
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
		return i == 0 || i > 0 && !slices.Contains([]string{"not", "non", "never", "no"}, words[i-1])
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
			name, mark := o.MarkedKey(i)
			k := index[name]
			if k == nil {
				k = &key{name: name, at: o.KeyAt(i), last: -1}
				index[name] = k
				keys = append(keys, k)
			}
			if mark != "" {
				k.mark = mark
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
	options := optionsOf(v)
	switch {
	case v.Absent:
		return 0
	case len(v.Others()) > 0:
		return typesOfAll(v)
	case len(options) > 0 && !quoted(v):
		return bareTypes(options)
	case v.Kind != nearjson.String:
	case v.Template:
		return templateTypes(v)
	case strings.Contains(v.Text, "|") || strings.Contains(v.Text, " or "):
		if t, ok := wordTypes(v.Text, true); ok { // "string | null"
			return t
		}
	case !quoted(v) && isLikeNumber(v.Text):
		return String | Number
	}
	return typeOf(v.Kind)
}

// typesOfAll are the types of values that stand side by side as alternatives.
func typesOfAll(v *nearjson.Value) Types {
	types := typesOf(v.Alone())
	for _, o := range v.Others() {
		types |= typesOf(o)
	}
	return types
}

// isLikeNumber says that an unquoted text may be meant as a number: 1,000 and 000111, the range 1-120, and neither 2026-03-31 nor 250 g.
func isLikeNumber(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return digits != "" && strings.Trim(digits, "0123456789.,_-' ") == "" && strings.ContainsAny(digits, "0123456789") && formatsOf(text, false)&^Decimal == 0
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
