package plan

import (
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// brokenField is one way to break one field.
type brokenField struct {
	target target
	suffix string // of the case id, behind the field; "" where the family breaks a field in one way
	title  string // behind "the request ", as in `without "amount"`
	what   string // behind the field in the mutation, as in "left out"
	draft  draft
	// forbidden says that the sheet rules the request out.
	forbidden bool
	// asked says that the request goes out although the sheet says nothing: it changes nothing, and its acceptance is a question.
	asked bool
}

// addBroken adds the cases of a family that breaks fields. Those that the sheet does not rule out are not sent unless the family was asked
// for by name: a body of many fields would lead to as many requests of which nobody knows what they do. They are told as one case that is
// left out.
func (b *builder) addBroken(f probe.Family, all []brokenField) {
	var unsent []string
	for _, c := range all {
		if !c.forbidden && !c.asked && !b.options.Negatives.named(f) {
			unsent = append(unsent, fmt.Sprintf("%q", c.target.name))
			continue
		}
		detail := c.target.detail()
		if c.suffix != "" {
			detail += "-" + c.suffix
		}
		b.add(spec{
			family: f, detail: detail, title: c.title, mutation: fmt.Sprintf("%s %q %s", kindOf(c.target), c.target.name, c.what), subject: c.target.name,
			draft: c.draft, outcome: probe.OutcomeError, forbidden: c.forbidden,
		})
	}
	if len(unsent) > 0 {
		b.leaveOut(f, unsent)
	}
}

// unstated is why a request is not sent of which the sheet says nothing. It is the same for all families, so that reports can tell it once.
const unstated = "the sheet does not rule it out; --negatives FAMILY sends it"

// leaveOut adds the one case that stands for those of a family of which the sheet says nothing.
func (b *builder) leaveOut(f probe.Family, names []string) {
	const most = 5
	shown := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		shown += fmt.Sprintf(" and %d more", more)
	}
	b.cases = append(b.cases, probe.Case{
		ID: b.id(f, "unstated"), Title: fmt.Sprintf("of the family %s where the sheet says nothing", f), Family: f, Skip: unstated, ByDesign: true, Base: b.baseID(),
		Mutation: "each alone: " + shown, Expect: b.expectation(probe.OutcomeError, false),
	})
}
