package signoff

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// fingerprintBytes is how long the fingerprint of a finding is.
const fingerprintBytes = 8

// book holds the waivers of a decision, and what each came to.
type book struct {
	entries []*entry
	refused []Refusal
}

type entry struct {
	WaiverUse
	ends    time.Time       // the moment at which it counts no longer
	covered map[string]bool // what it covers, each once
}

// subject is what a waiver may cover.
type subject struct {
	fingerprint, rule string
	blame             probe.Blame
	slug, name        string // of the API
}

func newBook(in Input, zone *time.Location) *book {
	b := &book{refused: in.Refused.Waivers}
	for _, w := range in.Waivers {
		e := &entry{covered: map[string]bool{}, WaiverUse: WaiverUse{Waiver: w, State: Unused, Why: "it covers nothing of this evidence; remove it, or correct what it names"}}
		var problem string
		if e.ends, problem = w.ends(zone); problem == "" {
			problem = w.Problem()
		}
		switch longest := in.Policy.LongestDays; {
		case problem != "":
			e.State, e.Why = Refused, problem
		case !in.At.Before(e.ends):
			e.State, e.Why = Expired, fmt.Sprintf("its last day, %s, is over", w.Expires)
		case e.ends.After(in.At.AddDate(0, 0, longest+1)):
			e.State, e.Why = Refused, fmt.Sprintf("it ends on %s, more than %d days from now, which is the longest that the policy takes", w.Expires, longest)
		}
		b.entries = append(b.entries, e)
	}
	return b
}

// ends is the end of its last day.
func (w *Waiver) ends(zone *time.Location) (at time.Time, problem string) {
	if w.TimeZone != "" {
		zone = zoneOf(w.TimeZone)
	}
	if zone == nil {
		return time.Time{}, fmt.Sprintf("%q is no time zone of the IANA database, such as Europe/Berlin", w.TimeZone)
	}
	return endOfDay("expires", w.Expires, zone)
}

// endOfDay is the end of a day that is written as 2026-01-31.
func endOfDay(key, day string, zone *time.Location) (at time.Time, problem string) {
	d, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, fmt.Sprintf("`%s` has to be a day as 2026-01-31, and is %q", key, day)
	}
	return d.AddDate(0, 0, 1), ""
}

// Problem says why a waiver counts for nothing, whatever the evidence; "" where it may count. Its last day is not looked at.
func (w *Waiver) Problem() string {
	named := 0
	for _, what := range []string{w.Fingerprint, w.Rule, w.Case} {
		if what != "" {
			named++
		}
	}
	switch {
	case named != 1:
		return "it has to name one of `fingerprint`, `rule` (with `api`) and `case`"
	case strings.TrimSpace(w.Reason) == "":
		return "it gives no `reason`"
	case strings.TrimSpace(w.Owner) == "":
		return "it names no `owner`, who answers for it"
	case w.Rule == "" && w.API != "":
		return "`api` stands beside `rule` only"
	case w.Rule != "":
		return w.ruleProblem()
	}
	if raw, err := hex.DecodeString(w.Fingerprint); w.Fingerprint != "" && (err != nil || len(raw) != fingerprintBytes) {
		return fmt.Sprintf("%q is no fingerprint of a finding, which has %d digits", w.Fingerprint, 2*fingerprintBytes)
	}
	return ""
}

func (w *Waiver) ruleProblem() string {
	rule, known := probe.RuleByID(w.Rule)
	switch {
	case !known:
		return fmt.Sprintf("there is no rule %q; `sheetprobe rules` lists them all", w.Rule)
	case rule.Blame == probe.BlameEnvironment:
		return fmt.Sprintf("%q is of our own environment, which cannot be waived", w.Rule)
	case w.API == "":
		return "`rule` needs `api`, a name or a pattern of names"
	}
	return ""
}

// active says that it may cover something.
func (e *entry) active() bool { return e.State == Unused || e.State == Used }

func (e *entry) use(what string) string {
	e.State, e.Why = Used, ""
	e.covered[what] = true
	e.Used = len(e.covered)
	return e.Place
}

// cover finds the waiver that covers a finding, and returns its place; "" where there is none.
func (b *book) cover(s subject) string {
	for _, e := range b.entries {
		if !e.active() || !e.names(s) {
			continue
		}
		if s.blame != probe.BlameEnvironment {
			return e.use(cmp.Or(s.fingerprint, s.rule+" "+s.slug))
		}
		e.State, e.Why = Refused, "it names what is of our own environment, which cannot be waived"
	}
	return ""
}

func (e *entry) names(s subject) bool {
	if e.Fingerprint != "" {
		return strings.EqualFold(e.Fingerprint, s.fingerprint)
	}
	return e.Rule != "" && e.Rule == s.rule && matchesAPI(e.API, s.slug, s.name)
}

func matchesAPI(pattern, slug, name string) bool {
	return probe.Glob(pattern, slug) || probe.Glob(pattern, name)
}

// coverCase finds the waiver for a case that was left out.
func (b *book) coverCase(id string) string {
	for _, e := range b.entries {
		if e.active() && e.Case != "" && probe.Glob(e.Case, id) {
			return e.use(id)
		}
	}
	return ""
}

// uses are all waivers, and what became of each.
func (b *book) uses() []WaiverUse {
	all := []WaiverUse{}
	for _, e := range b.entries {
		all = append(all, e.WaiverUse)
	}
	for _, r := range b.refused {
		all = append(all, WaiverUse{Waiver: Waiver{Place: r.Place}, State: Refused, Why: r.Why, Unread: true})
	}
	return all
}

func (b *book) endings() []ending {
	var all []ending
	for _, e := range b.entries {
		if e.State == Used {
			all = append(all, ending{e.ends, fmt.Sprintf("the waiver at %s ends", e.Place)})
		}
	}
	return all
}
