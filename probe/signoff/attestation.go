package signoff

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Attestation is what a person vouches for, where no program can judge it, until a day.
type Attestation struct {
	Place string `json:"place"`         // where it stands, as attestations.yaml:3:5
	Item  string `json:"item"`          // the id of an item of the checklist
	API   string `json:"api,omitempty"` // a pattern of names or slugs; "" for all
	By    string `json:"by"`
	On    string `json:"on"`    // the day on which they said so, as 2026-01-31
	Until string `json:"until"` // the last day on which it holds
	Note  string `json:"note,omitempty"`
}

// problem says why an attestation counts for nothing now; "" where it counts.
func (g *gate) problem(a *Attestation) string {
	if g.zone == nil {
		return "the policy names no time zone in which it could hold"
	}
	known := slices.Contains(ChecklistIDs(), a.Item) || slices.ContainsFunc(g.Policy.Manual, func(m ManualItem) bool { return m.ID == a.Item })
	on, wrongOn := endOfDay("on", a.On, g.zone)
	until, wrongUntil := endOfDay("until", a.Until, g.zone)
	switch {
	case !known:
		return fmt.Sprintf("%q is no item of the checklist", a.Item)
	case strings.TrimSpace(a.By) == "":
		return "it does not say `by` whom it is"
	case wrongOn != "":
		return wrongOn
	case wrongUntil != "":
		return wrongUntil
	case !on.AddDate(0, 0, -1).Before(g.At):
		return fmt.Sprintf("it is of %s, which is still to come", a.On)
	case !g.At.Before(until):
		return fmt.Sprintf("its last day, %s, is over", a.Until)
	}
	return ""
}

// attested finds who vouches for an item, of an API or of all. The one that holds longest counts.
func (g *gate) attested(item string, a *api) *Attested {
	var best *Attestation
	for i := range g.Attestations {
		each := &g.Attestations[i]
		of := each.API == "" || a != nil && matchesAPI(each.API, a.slug, a.Name)
		if each.Item == item && of && g.problem(each) == "" && (best == nil || each.Until > best.Until) {
			best = each
		}
	}
	if best == nil {
		return nil
	}
	end, _ := endOfDay("until", best.Until, g.zone)
	g.ends = append(g.ends, ending{end, fmt.Sprintf("what %s attests of %q ends", best.By, item)})
	return &Attested{By: best.By, On: best.On, Until: best.Until, Note: best.Note, Place: best.Place}
}

// unheard are the attestations that count for nothing.
func (g *gate) unheard() []Refusal {
	var all []Refusal
	for i := range g.Attestations {
		if why := g.problem(&g.Attestations[i]); why != "" {
			all = append(all, Refusal{Place: g.Attestations[i].Place, Why: why, Hint: "correct the attestation, or have it given again"})
		}
	}
	return all
}

// Objection says why an attestation would count for nothing at a moment; "" where it would count.
func (a *Attestation) Objection(p Policy, at time.Time) string {
	g := &gate{Input: Input{At: at, Policy: p}, zone: zoneOf(p.TimeZone)}
	return g.problem(a)
}

// Day is the date of a moment in the policy's time zone.
func (p *Policy) Day(at time.Time) string {
	zone := zoneOf(p.TimeZone)
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}
