package sheet

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// composeOfTests makes the body that is only described of the first test data that promise success, with the samples of the description where
// those say nothing. It returns false where a value is missing still.
func (a *assembler) composeOfTests() bool {
	s := a.sheet
	i := slices.IndexFunc(s.TestData, func(row probe.TestDatum) bool { return row.Expect == "" || row.Expect == "success" })
	if len(a.unfilled) == 0 || !s.Request.Body.IsZero() || i < 0 {
		return false
	}
	values := map[string]string{}
	for _, v := range s.TestData[i].Values {
		values[v.Name] = v.Value
	}
	listed := slices.Clone(a.unfilled)
	for j := range listed {
		p := &listed[j]
		if value := values[p.field(probe.InBody).Name]; value != "" && !p.holdsFields() {
			p.sample = source.Compose([]source.Run{{Text: value, From: p.name}})
		}
	}
	a.compose(listed)
	return !s.Request.Body.IsZero()
}
