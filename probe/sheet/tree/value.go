package tree

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Content is the text within the quotes, or behind the sign of a block, with its places. Where that is not what the string means, as with
// escapes, the text comes without places, and placed is false.
func (n *Node) Content() (text source.Text, placed bool) {
	written := n.At()
	s := written.String()
	switch {
	case n.Plain, s == "":
	case s[0] == '|' || s[0] == '>':
		written = written.Slice(lineLength(s), len(s))
		if sameWords(written.String(), n.Text) {
			return written, true
		}
	default:
		written = written.Slice(1, len(s)-1)
	}
	if written.String() == n.Text {
		return written, true
	}
	return source.Unplaced(n.Text), false
}

// sameWords compares the lines of a block with what it means: the same but for indentation and line ends, with no string broken over two
// lines, where indentation would matter.
func sameWords(a, b string) bool {
	next := func(s string) (line, rest string) {
		s = strings.TrimLeft(s, " \t\r\n")
		n := lineLength(s)
		return s[:n], s[n:]
	}
	for {
		var x, y string
		x, a = next(a)
		y, b = next(b)
		if x != y || strings.Count(x, `"`)%2 == 1 {
			return false
		}
		if a == "" && b == "" {
			return true
		}
	}
}

// PlaceAll puts a value and all below it where the node stands.
func (n *Node) PlaceAll(v *nearjson.Value) {
	if n.src == nil {
		return
	}
	v.Walk(func(_ string, v *nearjson.Value) bool {
		v.Placed(n.src, n.start, n.end)
		for i, m := range v.Members {
			v.Members[i] = m.KeyPlaced(n.start, n.end)
		}
		return true
	})
}

// Notices are told of what is odd in an example while it becomes a JSON value; those that are nil are not.
type Notices struct {
	Twice    func(Member) // a key that stands again in its map
	Unquoted func(*Node)  // a placeholder without quotes
}

// JSON turns a node into a JSON value with places. Of duplicated keys the last counts.
func (n *Node) JSON(told Notices) *nearjson.Value {
	var v *nearjson.Value
	switch {
	case n.IsTemplate():
		if told.Unquoted != nil {
			told.Unquoted(n)
		}
		v = nearjson.NewString(n.Written())
	case n.Kind == nearjson.Object:
		members := make([]nearjson.Member, 0, len(n.Members))
		seen := make(map[string]bool, len(n.Members))
		for _, m := range n.Members {
			if seen[m.Key] && told.Twice != nil {
				told.Twice(m)
			}
			seen[m.Key] = true
			members = append(members, nearjson.NewMember(m.Key, m.Value.JSON(told)).KeyPlaced(m.keyStart, m.keyEnd))
		}
		v = nearjson.NewObject(members...)
	case n.Kind == nearjson.Array:
		items := make([]*nearjson.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.JSON(told)
		}
		v = nearjson.NewArray(items...)
	default:
		v = n.scalar()
	}
	if n.src != nil {
		v.Placed(n.src, n.start, n.end)
	}
	return v
}

func (n *Node) scalar() *nearjson.Value {
	switch n.Kind {
	case nearjson.Null:
		return nearjson.NewNull()
	case nearjson.Bool:
		return nearjson.NewBool(strings.EqualFold(n.Text, "true"))
	case nearjson.Number:
		return nearjson.NewNumber(n.Text)
	}
	return nearjson.NewString(n.Text)
}

// Place puts a value, and nothing below it, where the node stands.
func (n *Node) Place(v *nearjson.Value) {
	if n != nil && n.src != nil {
		v.Placed(n.src, n.start, n.end)
	}
}

// With makes a member of the same key, at the same place, with another value.
func (m Member) With(v *nearjson.Value) nearjson.Member {
	return nearjson.NewMember(m.Key, v).KeyPlaced(m.keyStart, m.keyEnd)
}
