package nearjson

import "github.com/sheetprobe/sheetprobe/schema/source"

// NewNull makes a value that stands in no document; so do the other constructors.
func NewNull() *Value { return &Value{Kind: Null} }

// NewBool makes a boolean.
func NewBool(b bool) *Value {
	if b {
		return &Value{Kind: Bool, Text: "true"}
	}
	return &Value{Kind: Bool, Text: "false"}
}

// NewNumber makes a number of its text; a text that is no JSON number, or an unwieldy one, becomes a string.
func NewNumber(text string) *Value {
	if n := numberLength(text); n == 0 || n != len(text) || unwieldy(text) != "" {
		return NewString(text)
	}
	return &Value{Kind: Number, Text: text}
}

// NewString makes a string; one that is wholly a placeholder, a mask or a type word is marked as a template.
func NewString(text string) *Value {
	return &Value{Kind: String, Text: text, Template: isTemplate(text)}
}

// NewArray makes an array.
func NewArray(items ...*Value) *Value { return &Value{Kind: Array, Items: items} }

// NewObject makes an object; of duplicated keys the last counts.
func NewObject(members ...Member) *Value {
	b := builder{}
	b.stack = []frame{{v: &Value{Kind: Object}, expected: len(members)}}
	b.src = &source.Text{}
	for _, m := range members {
		b.setKey(m.Key, m.keyStart, m.keyEnd)
		b.add(m.Value)
	}
	return b.stack[0].v
}

// NewMember makes a member whose key stands in no document.
func NewMember(key string, v *Value) Member { return Member{Key: key, Value: v} }

// Placed is the value with a place: the bytes from start to end of src. The value itself is changed.
func (v *Value) Placed(src *source.Text, start, end int) *Value {
	v.src, v.start, v.end = src, start, end
	return v
}

// KeyPlaced is the member with the place of its key, in the text of the object that holds it.
func (m Member) KeyPlaced(start, end int) Member {
	m.keyStart, m.keyEnd = start, end
	return m
}

// Clone copies a value and all below it, places included, so that the copy can be changed.
func (v *Value) Clone() *Value {
	root := *v
	todo := []*Value{&root}
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		c.Items = append([]*Value(nil), c.Items...)
		for i, item := range c.Items {
			copied := *item
			c.Items[i] = &copied
			todo = append(todo, &copied)
		}
		c.Members = append([]Member(nil), c.Members...)
		for i := range c.Members {
			copied := *c.Members[i].Value
			c.Members[i].Value = &copied
			todo = append(todo, &copied)
		}
	}
	return &root
}
