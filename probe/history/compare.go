package history

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Change is what became of a finding between two runs.
type Change string

// The changes. A finding whose case got no verdict in the other run is neither new nor gone: nothing is known of it there.
const (
	New      Change = "new"      // it was looked for before, and was not there
	Gone     Change = "gone"     // it was looked for again, and is not there any more
	Still    Change = "still"    // it is in both
	Surfaced Change = "surfaced" // it is there now, and its case had no verdict before
	Unknown  Change = "unknown"  // it was there before, and its case has no verdict now
)

// Cause is what a change may come from.
type Cause string

// The causes. Several can hold at once; then which of them it was cannot be told from two runs alone.
const (
	CauseEndpoint Cause = "endpoint" // neither sheet nor rules changed, so the endpoint did
	CauseSheet    Cause = "sheet"    // what the sheet promises changed
	CauseRules    Cause = "rules"    // our own rules changed
)

// Delta is one finding, and what became of it.
type Delta struct {
	Change  Change        `json:"change"`
	Causes  []Cause       `json:"causes"` // of New and Gone; none of the others
	API     string        `json:"api"`
	Case    string        `json:"case"`
	Finding probe.Finding `json:"finding"` // as it is now; of what is gone, as it was
}

// APIDelta is what became of one API.
type APIDelta struct {
	API          string        `json:"api"`
	Before       probe.Verdict `json:"before"` // "" where it was not in the run
	Now          probe.Verdict `json:"now"`    // "" where it is not in the run
	SheetChanged bool          `json:"sheet_changed"`
}

// Comparison is what is different in a run from an earlier one.
type Comparison struct {
	Before       Point      `json:"before"`
	Now          Point      `json:"now"`
	RulesChanged bool       `json:"rules_changed"`
	APIs         []APIDelta `json:"apis"` // whose verdict or sheet changed
	Findings     []Delta    `json:"findings"`
}

// Point names one of the two runs.
type Point struct {
	RunID        string        `json:"run_id"`
	StartedAt    string        `json:"started_at"` // RFC 3339, UTC
	Verdict      probe.Verdict `json:"verdict"`
	RulesVersion string        `json:"rules_version"`
}

// Count says how many findings changed in a way.
func (c *Comparison) Count(change Change) int {
	n := 0
	for i := range c.Findings {
		if c.Findings[i].Change == change {
			n++
		}
	}
	return n
}

// News are the findings at or above a severity that were not known before: the new and the surfaced.
func (c *Comparison) News(least source.Severity) []Delta {
	var news []Delta
	for _, d := range c.Findings {
		if (d.Change == New || d.Change == Surfaced) && d.Finding.Severity.Rank() >= least.Rank() {
			news = append(news, d)
		}
	}
	return news
}

// Compare tells by the fingerprints of findings what changed from one run to a later one. Findings of a severity below least are left out;
// "" takes all.
func Compare(before, now *probe.Run, least source.Severity) *Comparison {
	return CompareSides(SideOf(before, least), SideOf(now, least))
}

// CompareSides is Compare with runs that were read sheet by sheet.
func CompareSides(before, now *Side) *Comparison {
	c := &comparer{
		before: before, now: now,
		Comparison: Comparison{Before: before.point, Now: now.point, RulesChanged: before.point.RulesVersion != now.point.RulesVersion},
	}
	for _, slug := range c.now.order {
		c.api(slug)
	}
	for _, slug := range c.before.order {
		if c.now.apis[slug] == nil {
			c.api(slug)
		}
	}
	slices.SortStableFunc(c.Findings, func(a, b Delta) int {
		return cmp.Or(rank(a.Change)-rank(b.Change), b.Finding.Severity.Rank()-a.Finding.Severity.Rank())
	})
	return &c.Comparison
}

func rank(c Change) int { return slices.Index([]Change{New, Surfaced, Gone, Unknown, Still}, c) }

func pointOf(r *probe.Run) Point {
	return Point{r.RunID, r.StartedAt.UTC().Format("2006-01-02T15:04:05Z"), r.Verdict, r.Tool.RulesVersion}
}

// Side is what a comparison needs of a run: of each API, by the first part of its case ids, what its sheet promises and what was found, and of its cases
// which of them were judged. It holds nothing that was exchanged.
type Side struct {
	least source.Severity
	point Point
	order []string
	apis  map[string]*sideAPI
}

type sideAPI struct {
	probe.SheetResult // without its cases
	found             found
	judged            map[string]bool
}

// NewSide makes a side without sheets. Findings of a severity below least are left out.
func NewSide(least source.Severity) *Side {
	return &Side{least: least, apis: map[string]*sideAPI{}}
}

// SideOf is a run that is in memory.
func SideOf(run *probe.Run, least source.Severity) *Side {
	x := NewSide(least)
	for i := range run.Sheets {
		x.Add(&run.Sheets[i])
	}
	x.Tell(run)
	return x
}

// Add takes a sheet, in the order of the run.
func (x *Side) Add(s *probe.SheetResult) {
	slug := SlugOf(s)
	if x.apis[slug] != nil {
		return
	}
	plain := *s
	plain.Cases = nil
	x.order = append(x.order, slug)
	x.apis[slug] = &sideAPI{plain, foundIn(s, x.least), judgedIn(s)}
}

// Tell takes what the run says of itself.
func (x *Side) Tell(run *probe.Run) { x.point = pointOf(run) }

type comparer struct {
	Comparison
	before, now *Side
}

func (c *comparer) api(slug string) {
	old, now := c.before.apis[slug], c.now.apis[slug]
	d := APIDelta{API: cmp.Or(now, old).Name, SheetChanged: old != nil && now != nil && !SamePromise(&old.SheetResult, &now.SheetResult)}
	if old != nil {
		d.Before = old.Verdict
	}
	if now != nil {
		d.Now = now.Verdict
	}
	if d.Before != d.Now || d.SheetChanged {
		c.APIs = append(c.APIs, d)
	}
	c.findings(d, old, now)
}

// SamePromise says that two results are of sheets that promise the same, wherever it stands.
func SamePromise(a, b *probe.SheetResult) bool {
	if a.DocumentSHA256 == b.DocumentSHA256 {
		return true
	}
	if a.Documented == nil || b.Documented == nil {
		return false
	}
	return a.Method == b.Method && a.URL == b.URL && reflect.DeepEqual(withoutPlaces(a.Documented), withoutPlaces(b.Documented))
}

func withoutPlaces(d *probe.Documented) probe.Documented {
	plain := *d
	plain.Responses, plain.Codes = slices.Clone(d.Responses), slices.Clone(d.Codes)
	for i := range plain.Responses {
		plain.Responses[i].At = source.Span{}
	}
	for i := range plain.Codes {
		plain.Codes[i].At = source.Span{}
	}
	return plain
}

// findings tells those of one API; of a side that does not know it, nothing was found and judged.
func (c *comparer) findings(d APIDelta, old, now *sideAPI) {
	was, is := cmp.Or(old, &sideAPI{}), cmp.Or(now, &sideAPI{})
	for _, f := range is.found.order {
		delta := Delta{API: d.API, Case: is.found.in[f.Fingerprint], Finding: f, Change: Still}
		if _, known := was.found.in[f.Fingerprint]; !known {
			delta.Change = New
			if !was.judged[delta.Case] {
				delta.Change = Surfaced
			}
		}
		c.add(d, delta)
	}
	for _, f := range was.found.order {
		if _, there := is.found.in[f.Fingerprint]; there {
			continue
		}
		delta := Delta{API: d.API, Case: was.found.in[f.Fingerprint], Finding: f, Change: Gone}
		if !is.judged[delta.Case] {
			delta.Change = Unknown
		}
		c.add(d, delta)
	}
}

func (c *comparer) add(d APIDelta, delta Delta) {
	if delta.Change == New || delta.Change == Gone {
		if d.SheetChanged {
			delta.Causes = append(delta.Causes, CauseSheet)
		}
		if c.RulesChanged {
			delta.Causes = append(delta.Causes, CauseRules)
		}
		if delta.Causes == nil {
			delta.Causes = []Cause{CauseEndpoint}
		}
	}
	c.Findings = append(c.Findings, delta)
}

// found are the findings of an API, each fingerprint once.
type found struct {
	order []probe.Finding
	in    map[string]string // case id by fingerprint; "" of the API as a whole
}

func foundIn(s *probe.SheetResult, least source.Severity) found {
	all := found{in: map[string]string{}}
	add := func(fs []probe.Finding, in string) {
		for _, f := range fs {
			if _, known := all.in[f.Fingerprint]; known || f.Severity.Rank() < least.Rank() {
				continue
			}
			all.in[f.Fingerprint] = in
			all.order = append(all.order, f)
		}
	}
	for i := range s.Cases {
		if c := &s.Cases[i]; isJudged(c.Verdict) {
			add(c.Findings, c.ID)
		}
	}
	add(s.Findings, "")
	return all
}

// judgedIn are the cases that got a verdict; "" stands for the API as a whole, where any of its cases did.
func judgedIn(s *probe.SheetResult) map[string]bool {
	judged := map[string]bool{}
	for i := range s.Cases {
		if c := &s.Cases[i]; isJudged(c.Verdict) {
			judged[c.ID], judged[""] = true, true
		}
	}
	return judged
}

func isJudged(v probe.Verdict) bool { return v == probe.Conforms || v == probe.Deviates }
