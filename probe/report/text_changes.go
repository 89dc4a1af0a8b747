package report

import (
	"github.com/sheetprobe/sheetprobe/probe"
)

// maxChange is how much of either side of a change is shown, in columns.
const maxChange = 48

// changes puts the documented request beside the broken one of the first case, place by place.
func (t *textReport) changes(s *probe.SheetResult, c *cause) {
	r := c.cases[0]
	base := baseOf(s, r)
	if base == nil || r.Exchange == nil || t.sample || len(c.cases) > 1 && !t.verbose { // of several, the rows of the cases say it
		return
	}
	all, label := changesOf(base, r), "request"
	shown := t.atMost(len(all), maxListed)
	for _, ch := range all[:shown] {
		t.row(causeIndent, label, fit(inert(ch.place), maxChange)+": documented "+side(ch.documented)+" / sent "+side(ch.sent))
		label = ""
	}
	if rest := len(all) - shown; rest > 0 {
		t.row(causeIndent, label, "and "+more(rest, "change"))
	}
}

// side is one side of a change, for people.
func side(text string) string {
	if text == "" {
		return "nothing"
	}
	return fit(inertUpTo(text, 4*maxChange), maxChange)
}

// documentedRequest writes the documented request in whole, once in a report, before the exchanges of the requests that break it.
func (t *textReport) documentedRequest(s *probe.SheetResult, c *cause) {
	for _, r := range c.cases {
		base := baseOf(s, r)
		if base == nil || t.bases[base] || t.written[base] {
			continue
		}
		t.bases[base] = true
		t.blank()
		t.row(causeIndent, "documented", inertUpTo(base.ID, maxName))
		t.request(base.Exchange.Request)
	}
}
