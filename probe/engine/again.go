package engine

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// Again judges the recorded exchanges of a run as Recheck does, for whoever wants to know whether the record is whole and unaltered: by the severities
// and overrides that the run records, in place of those of today's configuration; and with the cases that the sheets lead to and the record lacks, or
// says to be left out by design, as cases that were left out.
func Again(recorded *probe.Run, readings []sheet.Reading, o Options) (run *probe.Run, unknown []string) {
	o = judgedAsThen(recorded, readings, o)
	run, unknown = Recheck(recorded, readings, o)
	p := newPlanner(readings, o)
	for i := range run.Sheets {
		if k := p.find(&recorded.Sheets[i]); k >= 0 {
			p.complete(k, &run.Sheets[i], recorded.Choices)
		}
	}
	return run, unknown
}

// judgedAsThen are the options with what a run records of how it was judged; of a run that records nothing, today's stay.
func judgedAsThen(recorded *probe.Run, readings []sheet.Reading, o Options) Options {
	then := recorded.Choices
	if then == nil {
		return o
	}
	o.Judge.Strict, o.Judge.FailOn, o.Judge.Severities = then.Strict, then.FailOn, then.Severities
	for _, r := range readings {
		for _, s := range r.Sheets {
			s.Overrides = slices.DeleteFunc(slices.Clone(s.Overrides), func(o probe.ShapeOverride) bool { return o.Configured != "" })
		}
	}
	p := newPlanner(readings, o)
	for i := range recorded.Sheets {
		old := &recorded.Sheets[i]
		k := p.find(old)
		for _, each := range old.Overrides {
			if k >= 0 {
				each.Configured = each.For
				p.sheets[k].Overrides = append(p.sheets[k].Overrides, each.ShapeOverride)
			}
		}
	}
	return o
}

// complete adds what the plan holds beyond the record. Families that were not asked for are told of by the record itself.
func (p *planner) complete(k int, s *probe.SheetResult, then *probe.Choices) {
	recorded := map[string]*probe.Result{}
	for i := range s.Cases {
		recorded[s.Cases[i].ID] = &s.Cases[i]
	}
	built := p.plan(k, p.standIns(k)).Plan
	for n := range built.Cases {
		c := &built.Cases[n]
		asked := then == nil || !c.Family.Negative() || slices.Contains(then.Families, c.Family)
		switch r := recorded[c.ID]; {
		case r == nil && asked && isSure(c):
			s.Cases = append(s.Cases, probe.Result{ID: c.ID, Title: c.Title, Family: c.Family, Verdict: probe.Skipped, Reason: "the run does not hold it"})
		case r != nil && r.ByDesign && isSent(c) && !c.Anonymous: // that a server refuses whoever is nobody, only a run can know
			r.ByDesign = false
		}
	}
}

func isSent(c *probe.Case) bool { return c.Skip == "" && len(c.Blocked) == 0 }

// whatever are the families whose cases a sheet leads to whatever the values of its placeholders are.
var whatever = [...]probe.Family{
	probe.FamilySuccess, probe.FamilyNoAuth, probe.FamilyMissingField, probe.FamilyNullField, probe.FamilyEmptyField, probe.FamilyMalformedBody,
	probe.FamilyEmptyBody, probe.FamilyWrongMediaType,
}

// isSure says that every run of the sheet holds the case. Whoever judges again need not have the values that the run was made with, nor its test data, by
// which errors are brought about; where one of those is missing, its code was not seen.
func isSure(c *probe.Case) bool {
	return c.Family != probe.FamilyDocumentedError && (len(c.Blocked) == 0 || slices.Contains(whatever[:], c.Family))
}
