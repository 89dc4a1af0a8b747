package native

import (
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// fromJSON turns a JSON document, which stands in t, into the tree that YAML gives.
func fromJSON(v *nearjson.Value, t source.Text) *node {
	c := jsonConverter{text: &t, s: t.String(), base: t.Pos(0).Offset}
	return c.node(v)
}

type jsonConverter struct {
	text *source.Text
	s    string
	base int // offset of the text in the document
}

// node goes no deeper than nearjson reads.
func (c *jsonConverter) node(v *nearjson.Value) *node {
	written := v.Source()
	start := written.Pos(0).Offset - c.base
	n := &node{kind: v.Kind, text: v.Text, flow: true, src: c.text, start: start, end: start + written.Len()}
	if v.Kind == nearjson.Null {
		n.text = "null"
	}
	for _, item := range v.Items {
		n.items = append(n.items, c.node(item))
	}
	for i, m := range v.Members {
		key := v.KeyAt(i).Offset - c.base
		n.members = append(n.members, member{key: m.Key, keyStart: key, keyEnd: key + quotedLength(c.s[key:], '"'), value: c.node(m.Value)})
	}
	return n
}
