package report

import (
	"cmp"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// shared is one cause that several APIs can have in common, as a gateway before all of them makes it.
type shared struct {
	lead   *probe.Finding
	sheets []*probe.SheetResult // each once, the one that lead is about first
	first  *probe.Result        // the case that lead is about
	cases  int
	own    *cause // of the first API
}

type sharedKey struct {
	causeKey
	message, documented string
}

// sharedCauses are the causes of all APIs, those that differ in nothing but the API as one: the worst first, and of equals that of the most APIs.
func sharedCauses(run *probe.Run) []*shared {
	var all []*shared
	known := map[sharedKey]*shared{}
	least := floor(run)
	for _, s := range sheetsWith(run, probe.Deviates) {
		for _, c := range causesOf(s, least) {
			key := sharedKey{keyOf(c.lead, c.cases[0]), c.lead.Message, c.lead.Documented}
			key.observed = c.lead.Observed
			if known[key] == nil {
				known[key] = &shared{lead: c.lead, first: c.cases[0], own: c}
				all = append(all, known[key])
			}
			k := known[key]
			k.cases += len(c.cases)
			if n := len(k.sheets); n == 0 || k.sheets[n-1] != s {
				k.sheets = append(k.sheets, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *shared) int {
		return cmp.Or(a.own.compare(b.own), len(b.sheets)-len(a.sheets))
	})
	return all
}

// causesBySheet are the causes of every API that deviates.
func causesBySheet(run *probe.Run) map[*probe.SheetResult][]*cause {
	causes, least := map[*probe.SheetResult][]*cause{}, floor(run)
	for _, s := range sheetsWith(run, probe.Deviates) {
		causes[s] = causesOf(s, least)
	}
	return causes
}

func sheetsWith(run *probe.Run, v probe.Verdict) []*probe.SheetResult {
	var sheets []*probe.SheetResult
	for i := range run.Sheets {
		if run.Sheets[i].Verdict == v {
			sheets = append(sheets, &run.Sheets[i])
		}
	}
	return sheets
}

// inShort is what an API that is not well suffers from.
func inShort(run *probe.Run, s *probe.SheetResult, causes []*cause) string {
	if s.Verdict == probe.Deviates {
		return count(len(causes), "cause")
	}
	for i := range s.Cases {
		if h := ofHost(run, &s.Cases[i]); h != nil {
			return fit(inert(h.Rule), 30)
		}
		if f := because(&s.Cases[i]); f != nil && s.Cases[i].Verdict == s.Verdict {
			return fit(inert(f.Rule), 30)
		}
	}
	for _, p := range unusable(s) {
		return fit(inert(p.rule), 30)
	}
	return ""
}
