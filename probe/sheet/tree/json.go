package tree

import (
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// fromJSON turns a JSON document, which stands in t, into the tree that YAML gives.
func fromJSON(v *nearjson.Value, t source.Text) *Node {
	c := jsonConverter{text: &t, s: t.String(), base: t.Pos(0).Offset}
	return c.node(v)
}

type jsonConverter struct {
	text *source.Text
	s    string
	base int // offset of the text in the document
}

// node goes no deeper than nearjson reads.
func (c *jsonConverter) node(v *nearjson.Value) *Node {
	written := v.Source()
	start := written.Pos(0).Offset - c.base
	n := &Node{Kind: v.Kind, Text: v.Text, Flow: true, src: c.text, start: start, end: start + written.Len()}
	if v.Kind == nearjson.Null {
		n.Text = "null"
	}
	for _, item := range v.Items {
		n.Items = append(n.Items, c.node(item))
	}
	for i, m := range v.Members {
		key := v.KeyAt(i).Offset - c.base
		n.Members = append(n.Members, Member{Key: m.Key, keyStart: key, keyEnd: key + quotedLength(c.s[key:], '"'), Value: c.node(m.Value)})
	}
	return n
}
