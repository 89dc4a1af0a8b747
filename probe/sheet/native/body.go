package native

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/tree"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// body reads an example: a map, list or scalar of the form itself, or a text that holds the example as it would travel.
func (r *reader) body(f probe.Field, n *tree.Node) (b probe.Body, raw string) {
	b.At = n.At().At()
	switch {
	case n.Kind == nearjson.Null:
		return probe.Body{}, ""
	case n.Kind == nearjson.String:
		return r.textBody(f, n)
	case n.IsTemplate():
		r.unquoted(f, n)
		b.Text = n.Written()
		return b, b.Text
	}
	b.Value = r.value(f, n)
	text, err := b.Value.MarshalJSON()
	if err != nil {
		r.fail(f, n.At(), "the body cannot be written as JSON: "+err.Error(), "")
	}
	return b, string(text)
}

// textBody reads a body that is given as a text. What starts as an object or array is JSON, typed by hand perhaps; everything else is JSON
// only where it is so by RFC 8259, and else a text such as XML, a form, or a plain OK.
func (r *reader) textBody(f probe.Field, n *tree.Node) (b probe.Body, raw string) {
	b.At = n.At().At()
	trimmed := strings.TrimSpace(n.Text)
	if trimmed == "" {
		return probe.Body{}, n.Text
	}
	text, placed := n.Content()
	if looksJSON := trimmed[0] == '{' || trimmed[0] == '['; !looksJSON || tree.IsOnePlaceholder(trimmed) {
		if b.Value, _, _ = nearjson.ParseStrict(text); b.Value == nil {
			b.Text = n.Text
		}
	} else if result, err := nearjson.Parse(text); err != nil || result.Value == nil {
		b.Text = n.Text
		r.fail(f, n.At(), fmt.Sprintf("the example cannot be read as JSON: %v", err), "correct it, or give the body as a map")
	} else {
		b.Value = result.Value
		r.repaired(f, n, result, placed)
	}
	if b.Value != nil && !placed {
		n.PlaceAll(b.Value)
	}
	return b, n.Text
}

// repaired reports what was repaired, and what was left out behind the example.
func (r *reader) repaired(f probe.Field, n *tree.Node, result nearjson.Result, placed bool) {
	if d, ok := sheet.Repaired(f, result); ok {
		if !placed {
			d.At = n.At().At()
		}
		r.note(d)
	}
	rest := result.Rest.TrimSpace()
	if rest.Len() == 0 {
		return
	}
	at := rest.At()
	if !placed {
		at = n.At().At()
	}
	r.note(sheet.Diagnose("sheet.ambiguous", f, at, "the text behind the example was left out", "give each answer an item of its own in a list"))
}

// value turns a node into a JSON value with places. Of duplicated keys the last counts, and is reported.
func (r *reader) value(f probe.Field, n *tree.Node) *nearjson.Value {
	return n.JSON(tree.Notices{
		Twice: func(m tree.Member) {
			r.note(sheet.Note(source.Warning, "sheet.repaired-json", f, m.At().At(), fmt.Sprintf("key %q stands twice in one object", m.Key), "remove one; the later one was read"))
		},
		Unquoted: func(n *tree.Node) { r.unquoted(f, n) },
	})
}
