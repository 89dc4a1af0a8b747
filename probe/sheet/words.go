package sheet

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Outcome tells by the words of a title which outcome its answer is: probe.FieldSuccessResponse, probe.FieldErrorResponse, or "" where they
// do not say.
func Outcome(title string) probe.Field { return outcomeOf(title) }

// Mandatory finds out whether a remark says that something is mandatory, or that it is not; stated is false where it says neither.
func Mandatory(remark string) (mandatory, stated bool) { return statedMandatory(remark) }

// StagingScore says how much the words around an address, and the address itself, speak for a staging environment: negative for
// production, 0 where nothing is said, the higher the surer.
func StagingScore(words, url string) int { return stagingScore(words, url) }

// ReadExample reads an example that a document keeps as a text. What starts as an object or array is JSON, typed by hand perhaps; everything
// else is JSON only where it is so by RFC 8259, and else a text such as XML, a form, or a plain OK. What had to be repaired is said.
func ReadExample(f probe.Field, t source.Text) (probe.Body, source.Diagnostics) {
	t = t.TrimSpace()
	if t.Len() == 0 {
		return probe.Body{}, nil
	}
	var ds source.Diagnostics
	if s := t.String(); strings.IndexByte("{[", s[0]) < 0 || isOnePlaceholder(s) {
		if v, _, err := nearjson.ParseStrict(t); err == nil && v != nil {
			return probe.Body{Value: v, At: t.At()}, nil
		}
	} else if r, err := nearjson.Parse(t); err == nil && r.Value != nil {
		if d, ok := Repaired(f, r); ok {
			ds = append(ds, d)
		}
		if rest := r.Rest.TrimSpace(); rest.Len() > 0 {
			ds = append(ds, Diagnose("sheet.ambiguous", f, rest.At(), "the text behind the example was left out", "give each example a place of its own"))
		}
		return probe.Body{Value: r.Value, At: r.Value.At()}, ds
	} else {
		ds = append(ds, Diagnose("sheet.ambiguous", f, t.At(), "the example is not JSON and is kept as text",
			"ask the API owner for an example pasted from a real call, or for the media type where another one than JSON is meant"))
	}
	return probe.Body{Text: t.String(), At: t.At()}, ds
}

// isOnePlaceholder says that a text is a placeholder and nothing else: {payload}.
func isOnePlaceholder(text string) bool {
	refs := probe.FindPlaceholders(text, false)
	return len(refs) == 1 && refs[0].Written == text
}
