package plan

import "github.com/sheetprobe/sheetprobe/probe"

// deriveSuccess is the documented request.
func deriveSuccess(b *builder) {
	b.add(spec{family: probe.FamilySuccess, title: "the documented request", draft: b.base, outcome: probe.OutcomeSuccess})
}
