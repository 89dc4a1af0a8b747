package plan

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// deriveNullField sends null for one field of the body after the other. For one that the sheet calls mandatory a value is due; null for an
// optional one is how many callers leave it out, so those are left alone.
func deriveNullField(b *builder) {
	var all []brokenField
	for _, t := range b.targets() {
		v := b.base.body.Lookup(t.pointer)
		if t.in != probe.InBody || v == nil || t.isOptional() || v.Nullable || v.Kind == nearjson.Null && !v.Absent {
			continue
		}
		d, _ := b.with(t, nearjson.NewNull())
		all = append(all, brokenField{
			target: t, title: fmt.Sprintf("with null in %q", t.name), what: "set to null", draft: d, forbidden: t.isMandatory(),
		})
	}
	b.addBroken(probe.FamilyNullField, all)
}
