package plan

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// deriveEmptyBody sends the documented request without its body. The sheet rules it out where anything in the body is mandatory; many servers
// take an empty body for one without optional fields.
func deriveEmptyBody(b *builder) {
	if !b.hasBody() || isSafe(b.sheet.Method) {
		return
	}
	d := b.base
	d.raw = []byte{}
	s := spec{
		family: probe.FamilyEmptyBody, title: "without its body", draft: d, outcome: probe.OutcomeError, mutation: "the body left out",
		forbidden: slices.ContainsFunc(b.targets(), func(t target) bool {
			return (t.in == probe.InBody || t.in == probe.InForm) && t.isMandatory() && !t.isNested()
		}),
	}
	if !s.forbidden && !b.options.Negatives.named(s.family) {
		s.skip = unstated
	}
	b.add(s)
}

// hasBody says that the documented request has one.
func (b *builder) hasBody() bool {
	return b.base.body != nil || b.base.text != "" || len(b.base.form) > 0
}
