package report

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Lean is what the concise reports need of an API: what conforms and is like what was told before is counted only, and of the cases that deviate
// for one cause the first keeps its exchange. So a run of any size fits into memory as long as most of it conforms.
func Lean(s *probe.SheetResult) probe.SheetResult {
	lean := *s
	l := newLeaner(s)
	lean.Cases = make([]probe.Result, 0, len(l.kept))
	for i := range s.Cases {
		c := &s.Cases[i]
		if _, kept := slices.BinarySearch(l.kept, i); kept {
			lean.Cases = append(lean.Cases, l.reduced(&lean, c))
			continue
		}
		lean.Fold(c)
	}
	lean.Documented = nil
	lean.Coverage = reducedCoverage(s.Coverage)
	return lean
}

// leaner remembers what was told of an API.
type leaner struct {
	notes, leads map[causeKey]bool
	bases        map[string]bool // cases beside which another is to be read
	kept         []int           // the cases that are kept, by their places
}

func newLeaner(s *probe.SheetResult) *leaner {
	l := &leaner{notes: map[causeKey]bool{}, leads: map[causeKey]bool{}, bases: map[string]bool{}}
	news := make([]bool, len(s.Cases))
	for i := range s.Cases {
		news[i] = l.keeps(&s.Cases[i])
	}
	for i := range s.Cases {
		if news[i] || l.bases[s.Cases[i].ID] {
			l.kept = append(l.kept, i)
		}
	}
	return l
}

func (l *leaner) keeps(c *probe.Result) bool {
	if c.Verdict == probe.Deviates && c.Base != "" {
		l.bases[c.Base] = true
	}
	if c.Verdict != probe.Conforms {
		return true
	}
	news := c.NotRepeated != ""
	for i := range c.Findings {
		key := keyOf(&c.Findings[i], c)
		news = news || !l.notes[key]
		l.notes[key] = true
	}
	return news
}

// reduced is a case without its exchange where another one shows the same.
func (l *leaner) reduced(lean *probe.SheetResult, c *probe.Result) probe.Result {
	if c.Verdict != probe.Deviates || l.bases[c.ID] {
		return *c
	}
	first := false
	for _, least := range []source.Severity{source.Error, source.Warning, source.Info} { // whichever made it deviate
		for _, group := range groupsOf(c, least) {
			key := keyOf(group[0], c)
			first = first || !l.leads[key]
			l.leads[key] = true
		}
	}
	if first {
		return *c
	}
	return lean.FoldExchanges(c)
}

// reducedCoverage leaves out which cases saw a code, beyond the first.
func reducedCoverage(c probe.Coverage) probe.Coverage {
	c.Codes, c.Responses = slices.Clone(c.Codes), slices.Clone(c.Responses)
	for i := range c.Codes {
		c.Codes[i].SeenIn, c.Codes[i].Tried = atMostOne(c.Codes[i].SeenIn), nil
	}
	for i := range c.Responses {
		c.Responses[i].SeenIn, c.Responses[i].Tried = atMostOne(c.Responses[i].SeenIn), nil
	}
	return c
}

func atMostOne(ids []string) []string { return slices.Clone(ids[:min(len(ids), 1)]) }

func always(Options) bool { return true }

// eachAPI goes through the sheets of a run with all their cases, one of them at a time in memory where the run is lean.
func eachAPI(run *probe.Run, o Options, do func(i int, s *probe.SheetResult) error) error {
	for i := range run.Sheets {
		s, err := wholeAPI(run, o, i)
		if err != nil {
			return err
		}
		if err := do(i, s); err != nil {
			return err
		}
	}
	return nil
}

// wholeAPI is a sheet with all its cases.
func wholeAPI(run *probe.Run, o Options, i int) (*probe.SheetResult, error) {
	if o.Results == nil {
		return &run.Sheets[i], nil
	}
	return o.Results.Get(i)
}
