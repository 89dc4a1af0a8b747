package report

import "github.com/sheetprobe/sheetprobe/probe"

// wholeCases finds what a lean run leaves out of a case. It holds the place of each case that does not conform, and one API.
type wholeCases struct {
	run     *probe.Run
	options Options
	places  map[*probe.Result]caseAt // of those in the lean run
	opened  int                      // which API that is
	kept    []int                    // where in it those stand that the lean run has
	cases   []probe.Result
}

func newWholeCases(run *probe.Run, o Options) *wholeCases {
	w := &wholeCases{run: run, options: o, opened: -1}
	if o.Results == nil || !o.Verbose {
		return w
	}
	w.places = map[*probe.Result]caseAt{}
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			if c := &run.Sheets[i].Cases[k]; c.Verdict != probe.Conforms {
				w.places[c] = caseAt{i, k}
			}
		}
	}
	return w
}

// of is a case of the run with all that is known of it.
func (w *wholeCases) of(c *probe.Result) (*probe.Result, error) {
	at, ok := w.places[c]
	if !ok {
		return c, nil
	}
	if w.opened != at.api {
		s, err := w.options.Results.Get(at.api)
		if err != nil {
			return nil, err
		}
		w.opened, w.kept, w.cases = at.api, newLeaner(s).kept, s.Cases
	}
	return &w.cases[w.kept[at.nth]], nil
}
