package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Dynamic makes values for placeholders that ask for fresh ones, such as {{$uuid}}. The zero value knows none.
type Dynamic struct {
	// Find finds those of a text, in order, whether or not there is such a value.
	Find func(text string) []probe.PlaceholderRef
	// Make makes the value of one for a case: the same in every plan of the same run. What is wrong with it is the problem, with the next step.
	Make func(caseID, written string) (value, problem, next string)
}

// dynamicRef is a placeholder, and whether its value is to be made.
type dynamicRef struct {
	probe.PlaceholderRef
	dynamic bool
}

// refs finds what must be filled in, in order. Where a placeholder asks for a fresh value, no other is seen.
func (f *filler) refs(text string, inURL bool) []dynamicRef {
	var all []dynamicRef
	if f.dynamic.Find != nil && strings.Contains(text, "$") {
		for _, ref := range f.dynamic.Find(text) {
			all = append(all, dynamicRef{ref, true})
		}
	}
	made := len(all)
	for ref := range probe.Placeholders(text, inURL) {
		if !slices.ContainsFunc(all[:made], func(d dynamicRef) bool { return ref.Start < d.End && d.Start < ref.End }) {
			all = append(all, dynamicRef{ref, false})
		}
	}
	if made > 0 {
		slices.SortFunc(all, func(a, b dynamicRef) int { return cmp.Compare(a.Start, b.Start) })
	}
	return all
}

// valueOf is what fills a placeholder; where there is nothing, that is noted.
func (f *filler) valueOf(ref dynamicRef, s slot) (string, bool) {
	problem, next := "", ""
	if ref.dynamic {
		var value string
		if value, problem, next = f.dynamic.Make(f.caseID, ref.Written); problem == "" {
			shown := value
			if probe.LooksSecret(s.key) { // as the password of somebody who is signed up
				shown = "[masked:" + s.key + "]"
			}
			f.generated = append(f.generated, probe.Generated{Written: ref.Written, Value: shown})
			return value, true
		}
	}
	value, ok := f.lookup(ref.Name, ref.Written, s) // a name of somebody else's, such as {{$guid}}, can be supplied
	switch {
	case ok:
		return value, true
	case ref.dynamic:
		f.notMade(ref, s, problem, next)
	default:
		f.missing(ref.Name, ref.Written, s)
	}
	return "", false
}

// notMade notes a placeholder for which no value can be made.
func (f *filler) notMade(ref dynamicRef, s slot, problem, next string) {
	identity := string(s.field) + "\x00" + ref.Written
	if !f.isNew(identity) {
		return
	}
	finding := probe.NewFinding("setup.placeholder-unresolved", f.caseID, probe.AtSetup, string(s.field), ref.Written)
	finding.Documented, finding.At = ref.Written, f.place(ref.Name, ref.Written, s)
	finding.Message, finding.Hint = fmt.Sprintf("%q in %s: %s", ref.Written, s.part, problem), next
	f.problems = append(f.problems, finding)
}

// withDynamic makes the values within a value that a case brings, as a row of test data may.
func (f *filler) withDynamic(text string, s slot) string {
	if f.dynamic.Find == nil {
		return text
	}
	refs := f.dynamic.Find(text)
	for _, ref := range slices.Backward(refs) {
		if value, ok := f.valueOf(dynamicRef{ref, true}, s); ok {
			text = text[:ref.Start] + value + text[ref.End:]
		}
	}
	return text
}
