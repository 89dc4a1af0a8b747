package plan

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveMalformedBody sends a body that breaks off where a value is due: no parser can make a request of it, however tolerant. It
// holds no documented value, so no secret travels in a piece that could not be recognised as one.
func deriveMalformedBody(b *builder) {
	if b.base.body == nil || isSafe(b.sheet.Method) {
		return
	}
	raw := cutOff(b.base.body)
	if raw == nil {
		return
	}
	d := b.base
	d.raw = raw
	b.add(spec{
		family: probe.FamilyMalformedBody, title: "with a body that is not JSON", draft: d, outcome: probe.OutcomeError, forbidden: true,
		mutation: "the JSON body broken off after its first characters",
	})
}

func cutOff(v *nearjson.Value) []byte {
	switch {
	case v.Kind == nearjson.Array:
		return []byte(`[{`)
	case v.Kind != nearjson.Object:
		return nil
	case len(v.Members) == 0 || len(probe.FindPlaceholders(v.Members[0].Key, false)) > 0:
		return []byte(`{"`)
	}
	return append(nearjson.AppendQuoted([]byte("{"), v.Members[0].Key), ':')
}
