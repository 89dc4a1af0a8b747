package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// shared is one cause of one or more APIs, as a gateway before all of them makes it.
type shared struct {
	*cause        // with the cases of all of them
	parts  []part // each API once, the one that the cause's lead is about first
}

// part is what of a shared cause one API shows.
type part struct {
	sheet *probe.SheetResult
	own   *cause
}

// sharedKey is equal for causes that differ in nothing but the API. What was documented and, of shapes, what came is told of the first: examples differ
// from sheet to sheet where the mistake is one.
type sharedKey struct {
	causeKey
	message string
	nth     int // of those that one API has
}

func sharedKeyOf(c *cause) sharedKey {
	key := sharedKey{causeKey: keyOf(c.lead, c.cases[0]), message: c.cases[0].Unchanged(c.lead)}
	if key.observed == "" && !strings.HasPrefix(c.lead.Rule, "shape.") {
		key.observed = c.lead.Observed
	}
	return key
}

// sharedCauses are the causes of all APIs, those that differ in nothing but the API as one: the worst first, and of equals that of the most APIs.
func sharedCauses(run *probe.Run) []*shared {
	return share(sheetsWith(run, probe.Deviates), causesBySheet(run))
}

// share folds the causes of the APIs.
func share(sheets []*probe.SheetResult, causes map[*probe.SheetResult][]*cause) []*shared {
	var all []*shared
	known := map[sharedKey]*shared{}
	for _, s := range sheets {
		for _, c := range causes[s] {
			key := sharedKeyOf(c)
			k := known[key]
			for ; k != nil && k.parts[len(k.parts)-1].sheet == s; k = known[key] {
				key.nth++
			}
			if k == nil {
				k = &shared{cause: c}
				known[key] = k
				all = append(all, k)
			}
			k.join(s, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *shared) int {
		return cmp.Or(a.compare(b.cause), len(b.parts)-len(a.parts))
	})
	return all
}

// join adds the cause of one API; that of the first stays as it is, for its API is told of it alone elsewhere.
func (c *shared) join(s *probe.SheetResult, own *cause) {
	c.parts = append(c.parts, part{s, own})
	switch len(c.parts) {
	case 1:
		return
	case 2:
		whole := *c.cause
		whole.cases = slices.Clone(whole.cases)
		c.cause = &whole
	}
	c.cases, c.other, c.most = append(c.cases, own.cases...), c.other+own.other, max(c.most, own.most)
	if own.lead.Observed != c.lead.Observed {
		c.other += len(own.cases) - own.other
	}
}

// several says that more than one API has the cause.
func (c *shared) several() bool { return len(c.parts) > 1 }

func (c *shared) sheets() []*probe.SheetResult {
	sheets := make([]*probe.SheetResult, len(c.parts))
	for i, p := range c.parts {
		sheets[i] = p.sheet
	}
	return sheets
}

// parted are the causes that several APIs have, and what is left to each of them alone.
func parted(all []*shared) (common []*shared, own map[*probe.SheetResult][]*cause) {
	own = map[*probe.SheetResult][]*cause{}
	for _, c := range all {
		if c.several() {
			common = append(common, c)
			continue
		}
		own[c.parts[0].sheet] = append(own[c.parts[0].sheet], c.cause)
	}
	return common, own
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
