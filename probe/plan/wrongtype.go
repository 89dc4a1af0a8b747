package plan

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// notANumber is a text that no server can take for a number or a truth value, however tolerant.
const notANumber = "abc"

// deriveWrongType sends a value of another JSON type for one field after the other. What is sent can be converted by nobody: "12" for 12 and 12
// for "12" are accepted by many servers, and harm nobody. The sheet rules it out where it states the type; that its example shows one is no
// more than a hint.
func deriveWrongType(b *builder) {
	var all []brokenField
	for _, t := range b.targets() {
		s, ok := b.sampleOf(t)
		have := documentedKind(t, s)
		v, is := unlike(t, have)
		if !ok || v == nil {
			continue
		}
		d, _ := b.with(t, v)
		contradicts := t.in == probe.InBody && s.known && s.kind != kindNamed(t.kind)
		all = append(all, brokenField{
			target: t, title: fmt.Sprintf("with %s in %q", is, t.name), draft: d, forbidden: t.kind != "" && !contradicts,
			what: fmt.Sprintf("set to %s, %s where the sheet has %s", nearjson.Encode(v), is, withArticle(have)),
		})
	}
	b.addBroken(probe.FamilyWrongType, all)
}

// documentedKind is the type that the sheet states, or else that its example shows; "" where there is neither.
func documentedKind(t target, s sample) string {
	switch {
	case t.kind != "":
		return t.kind
	case !s.known || t.in != probe.InBody:
		return ""
	}
	return s.kind.String()
}

// unlike is a value that is not of the type, and cannot be converted to it. In query, form and path all is text, so that only what has to be
// a number or a truth value can be of the wrong type.
func unlike(t target, kind string) (v *nearjson.Value, is string) {
	switch {
	case slices.Contains([]string{"number", "integer", "boolean"}, kind):
		return nearjson.NewString(notANumber), "a text"
	case t.in != probe.InBody:
		return nil, ""
	case kind == "array" || kind == "object":
		return nearjson.NewString(notANumber), "a text"
	case kind == "string":
		return nearjson.NewObject(nearjson.NewMember("unexpected", nearjson.NewBool(true))), "an object"
	}
	return nil, ""
}

// withArticle puts the article before a type.
func withArticle(kind string) string {
	if slices.Contains([]string{"integer", "array", "object"}, kind) {
		return "an " + kind
	}
	if kind == "string" {
		return "a text"
	}
	return "a " + kind
}
