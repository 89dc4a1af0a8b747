package judge

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// doubt says why a key that is missing, or the detail of an error that has another form, may be no defect, or "" where nothing speaks for that: then it is an error, else a warning. One example
// proves that the key was sent once, and not that it always is. What decides was measured on published examples, see fixtures/published: of
// two right answers of one endpoint, every third pair differs in a key; almost all of these differ as below, and a defect hardly ever does.
func (a *answer) doubt(m schema.Mismatch) string {
	if a.isOtherError() && a.isDetail(m) {
		return "the error has a code of which the sheet shows no answer, and its details may have another form"
	}
	if m.Problem != schema.Missing || m.Shape == nil {
		return ""
	}
	if m.Variant {
		if m.Pattern == "" {
			return ""
		}
		return "an object with other keys may be another kind of the same thing"
	}
	for _, d := range doubts {
		if d.applies(a, m) {
			return d.reason
		}
	}
	return ""
}

// isOtherError says that an error carries codes, and that the sheet shows an answer for none of them.
func (a *answer) isOtherError() bool {
	codes := slices.DeleteFunc(slices.Clone(a.bodyCodes), a.isStatus)
	shown := func(code string) bool { return a.promise.groupOf(mark{text: code}) != nil }
	return a.promise.outcome == probe.OutcomeError && len(codes) > 0 && !slices.ContainsFunc(codes, shown)
}

// isDetail says that a mismatch is about an object or a list, or about what one holds that stands beside a code: what errors have in common is flat.
func (a *answer) isDetail(m schema.Mismatch) bool {
	const nested = schema.Object | schema.Array
	if m.Problem != schema.Missing && m.Problem != schema.WrongType || m.Shape == nil {
		return false
	}
	live := a.value.Lookup(m.Pointer)
	if m.Shape.Types&nested != 0 || m.Problem == schema.WrongType && live != nil && (live.Kind == nearjson.Object || live.Kind == nearjson.Array) {
		return true
	}
	return slices.ContainsFunc(a.judge.tells.places, func(p place) bool {
		return p.rank == code && strings.HasPrefix(parent(m.Pattern), parent(p.pattern())+"/") && !strings.HasPrefix(p.pattern(), parent(m.Pattern)+"/")
	})
}

// doubts, the plainest first.
var doubts = []struct {
	reason  string
	applies func(*answer, schema.Mismatch) bool
}{
	{"the example shows it empty, and many serializers leave out what is empty", func(_ *answer, m schema.Mismatch) bool { return m.Shape.IsEmpty() }},
	{"an answer that reports success need not carry what reports an error", func(a *answer, m schema.Mismatch) bool {
		return a.promise.outcome == probe.OutcomeSuccess && errorOnlyNames.has(lastToken(m.Pattern))
	}},
	{"an error that concerns no field of the request names none", func(a *answer, m schema.Mismatch) bool {
		return a.promise.outcome == probe.OutcomeError && strings.Contains(m.Pattern, "/*/") && culpritNames.has(lastToken(m.Pattern))
	}},
	{"an error names the fields that it is about", func(a *answer, m schema.Mismatch) bool {
		return a.promise.outcome == probe.OutcomeError && m.Beside > 0 && oneOf(lastToken(parent(m.Pattern)), `errors error fields details`)
	}},
	{"an id or a time for tracing a call is no part of what was asked for", func(_ *answer, m schema.Mismatch) bool {
		return tracingNames.has(lastToken(m.Pattern))
	}},
	{"the first page has none before it, and the last one none behind it", func(_ *answer, m schema.Mismatch) bool {
		return isPaging(m.Pattern)
	}},
	{"the keys there are chosen by whoever created the record", func(_ *answer, m schema.Mismatch) bool {
		return isBag(lastToken(parent(m.Pattern)))
	}},
	{"a small part of a larger record may be left out where there is nothing to tell", func(_ *answer, m schema.Mismatch) bool {
		return m.Shared >= 3 && m.Shape.Types&schema.Object != 0 && len(m.Shape.Properties) == 1 && !payloadNames.has(lastToken(m.Pattern))
	}},
	{"the object has other keys instead, and may be another kind of the same thing", func(_ *answer, m schema.Mismatch) bool {
		return m.Beside > 0 && m.Lacking+m.Beside > 2
	}},
}

// isPaging says that a key leads to another page. Next and previous alone may be steps of anything, unless they stand among links.
func isPaging(pattern string) bool {
	key := fold(lastToken(pattern))
	if oneOf(key, `next prev previous`) {
		return oneOf(lastToken(parent(pattern)), `links paging pagination page pages pageinfo cursors meta`)
	}
	for _, direction := range []string{"next", "prev", "previous", "odatanext"} {
		if rest, ok := strings.CutPrefix(key, direction); ok && oneOf(rest, `link page cursor token url href pagetoken pageurl pagelink pagecursor`) {
			return true
		}
	}
	return false
}

// isBag says that an object of this name holds what users add.
func isBag(name string) bool {
	name = fold(name)
	return strings.HasPrefix(name, "custom") || oneOf(name, `metadata attributes properties labels tags extras additionaldata additionalinfo userdata udf`)
}

func lastToken(pattern string) string { return pattern[strings.LastIndexByte(pattern, '/')+1:] }
