package native

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// body reads an example: a map, list or scalar of the form itself, or a text that holds the example as it would travel.
func (r *reader) body(f probe.Field, n *node) (b probe.Body, raw string) {
	b.At = n.at().At()
	switch {
	case n.kind == nearjson.Null:
		return probe.Body{}, ""
	case n.kind == nearjson.String:
		return r.textBody(f, n)
	case isTemplate(n):
		r.unquoted(f, n)
		b.Text = n.written()
		return b, b.Text
	}
	b.Value = r.value(f, n)
	text, err := b.Value.MarshalJSON()
	if err != nil {
		r.fail(f, n.at(), "the body cannot be written as JSON: "+err.Error(), "")
	}
	return b, string(text)
}

// textBody reads a body that is given as a text. What starts as an object or array is JSON, typed by hand perhaps; everything else is JSON
// only where it is so by RFC 8259, and else a text such as XML, a form, or a plain OK.
func (r *reader) textBody(f probe.Field, n *node) (b probe.Body, raw string) {
	b.At = n.at().At()
	trimmed := strings.TrimSpace(n.text)
	if trimmed == "" {
		return probe.Body{}, n.text
	}
	text, placed := content(n)
	if looksJSON := trimmed[0] == '{' || trimmed[0] == '['; !looksJSON || isOnePlaceholder(trimmed) {
		if b.Value, _, _ = nearjson.ParseStrict(text); b.Value == nil {
			b.Text = n.text
		}
	} else if result, err := nearjson.Parse(text); err != nil || result.Value == nil {
		b.Text = n.text
		r.fail(f, n.at(), fmt.Sprintf("the example cannot be read as JSON: %v", err), "correct it, or give the body as a map")
	} else {
		b.Value = result.Value
		r.repaired(f, n, result, placed)
	}
	if b.Value != nil && !placed {
		placeAll(b.Value, n)
	}
	return b, n.text
}

// placeAll puts a value and all below it where the node stands.
func placeAll(v *nearjson.Value, n *node) {
	v.Walk(func(_ string, v *nearjson.Value) bool {
		v.Placed(n.src, n.start, n.end)
		for i, m := range v.Members {
			v.Members[i] = m.KeyPlaced(n.start, n.end)
		}
		return true
	})
}

// isOnePlaceholder says that a text is a placeholder and nothing else: {payload}.
func isOnePlaceholder(text string) bool {
	refs := probe.FindPlaceholders(text, false)
	return len(refs) == 1 && refs[0].Written == text
}

// repaired reports what was repaired, and what was left out behind the example.
func (r *reader) repaired(f probe.Field, n *node, result nearjson.Result, placed bool) {
	if d, ok := sheet.Repaired(f, result); ok {
		if !placed {
			d.At = n.at().At()
		}
		r.note(d)
	}
	rest := result.Rest.TrimSpace()
	if rest.Len() == 0 {
		return
	}
	at := rest.At()
	if !placed {
		at = n.at().At()
	}
	r.note(sheet.Diagnose("sheet.ambiguous", f, at, "the text behind the example was left out", "give each answer an item of its own in a list"))
}

// content is the text within the quotes, or behind the sign of a block, with its places. Where that is not what the string means, as with
// escapes, the text comes without places, and placed is false.
func content(n *node) (text source.Text, placed bool) {
	written := n.at()
	s := written.String()
	switch {
	case n.plain, s == "":
	case s[0] == '|' || s[0] == '>':
		written = written.Slice(lineLength(s), len(s))
		if sameWords(written.String(), n.text) {
			return written, true
		}
	default:
		written = written.Slice(1, len(s)-1)
	}
	if written.String() == n.text {
		return written, true
	}
	return source.Unplaced(n.text), false
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

// value turns a node into a JSON value with places. Of duplicated keys the last counts, and is reported.
func (r *reader) value(f probe.Field, n *node) *nearjson.Value {
	var v *nearjson.Value
	switch {
	case isTemplate(n):
		r.unquoted(f, n)
		v = nearjson.NewString(n.written())
	case n.kind == nearjson.Object:
		members := make([]nearjson.Member, 0, len(n.members))
		seen := make(map[string]bool, len(n.members))
		for _, m := range n.members {
			if seen[m.key] {
				r.note(sheet.Note(source.Warning, "sheet.repaired-json", f, m.at().At(), fmt.Sprintf("key %q stands twice in one object", m.key), "remove one; the later one was read"))
			}
			seen[m.key] = true
			members = append(members, nearjson.NewMember(m.key, r.value(f, m.value)).KeyPlaced(m.keyStart, m.keyEnd))
		}
		v = nearjson.NewObject(members...)
	case n.kind == nearjson.Array:
		items := make([]*nearjson.Value, len(n.items))
		for i, item := range n.items {
			items[i] = r.value(f, item)
		}
		v = nearjson.NewArray(items...)
	default:
		v = scalarValue(n)
	}
	if n.src != nil {
		v.Placed(n.src, n.start, n.end)
	}
	return v
}

func scalarValue(n *node) *nearjson.Value {
	switch n.kind {
	case nearjson.Null:
		return nearjson.NewNull()
	case nearjson.Bool:
		return nearjson.NewBool(strings.EqualFold(n.text, "true"))
	case nearjson.Number:
		return nearjson.NewNumber(n.text)
	}
	return nearjson.NewString(n.text)
}
