package report

import "github.com/sheetprobe/sheetprobe/probe"

// survey is what the page says of all cases before, and behind, it shows them: numbers, and the timings of each API.
type survey struct {
	blames, levels, rules map[string]int // in how many cases something stands: who has to act, how bad it is, which rule it is
	timings               []probe.Timings
}

// lookAround goes over the whole run once, so that the page can be written in one go.
func (h *htmlReport) lookAround() error {
	h.survey = survey{blames: map[string]int{}, levels: map[string]int{}, rules: map[string]int{}, timings: make([]probe.Timings, len(h.run.Sheets))}
	h.anchors = newAnchors(len(h.run.Sheets))
	err := eachAPI(h.run, h.options, func(i int, s *probe.SheetResult) error {
		h.anchors.meet(i, s)
		h.survey.timings[i] = timingsOf(s)
		for k := range s.Cases {
			h.survey.add(s.Cases[k].Findings)
		}
		return nil
	})
	if err == nil {
		err = h.name()
	}
	return err
}

// add counts a case.
func (s *survey) add(findings []probe.Finding) {
	mine := map[string]bool{}
	once := func(counts map[string]int, kind, name string) {
		if name != "" && !mine[kind+name] {
			mine[kind+name] = true
			counts[name]++
		}
	}
	for i := range findings {
		f := &findings[i]
		once(s.blames, "blame ", string(f.Blame))
		once(s.levels, "level ", severityClass(string(f.Severity)))
		once(s.rules, "rule ", f.Rule)
	}
}
