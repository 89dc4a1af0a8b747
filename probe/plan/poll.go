package plan

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
)

// derivePoll is the status API, asked until what the documented request started has come to its end. Its request is that of another sheet, which
// whoever knows all sheets puts in.
func derivePoll(b *builder) {
	if b.sheet.Poll == nil {
		return
	}
	b.cases = append(b.cases, probe.Case{
		ID: b.id(probe.FamilyPoll, ""), Title: fmt.Sprintf("%q, asked until the end", b.sheet.Poll.API), Family: probe.FamilyPoll,
		Base: b.slug + "/" + string(probe.FamilySuccess), Expect: probe.Expectation{Outcome: probe.OutcomeSuccess},
	})
}
