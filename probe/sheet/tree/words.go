package tree

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Words is the text of a scalar as it is meant, every character with its place: also where escapes write it in another way.
func (n *Node) Words() source.Text {
	switch {
	case n == nil || n.Kind == nearjson.Object || n.Kind == nearjson.Array || n.Kind == nearjson.Null:
		return source.Text{}
	case n.src == nil:
		return source.Unplaced(n.Text)
	}
	if text, placed := n.Content(); placed {
		return text
	}
	written := n.At()
	if s := written.String(); len(s) > 1 && s[0] == '"' {
		if t := source.Compose(unescaped(written)); t.String() == n.Text {
			return t
		}
	}
	return source.Compose([]source.Run{{Text: n.Text, From: written}})
}

// unescaped parts a quoted text of JSON at its escapes.
func unescaped(written source.Text) []source.Run {
	var runs []source.Run
	s := written.String()
	end := len(s) - 1
	for at := 1; at < end; {
		if s[at] != '\\' {
			n := strings.IndexByte(s[at:end], '\\')
			if n < 0 {
				n = end - at
			}
			piece := written.Slice(at, at+n)
			runs = append(runs, source.Run{Text: piece.String(), From: piece})
			at += n
			continue
		}
		next := at + escapeLength(s[at:end])
		piece := written.Slice(at, next)
		if v, _, err := nearjson.ParseStrict(source.Unplaced(`"` + piece.String() + `"`)); err == nil && v != nil {
			runs = append(runs, source.Run{Text: v.Text, From: piece})
		}
		at = next
	}
	return runs
}

// escapeLength is the length of the escape that s starts with: \n, \u00e4, or the two halves of a surrogate pair.
func escapeLength(s string) int {
	const short, long = 2, 6
	switch {
	case len(s) < short || s[1] != 'u':
		return min(short, len(s))
	case len(s) >= 2*long && strings.EqualFold(s[2:3], "d") && strings.HasPrefix(s[long:], `\u`):
		return 2 * long
	}
	return min(long, len(s))
}
