package signoff

import "time"

// Waiver lets something pass that is known, because somebody answers for it, until a day. It names one of: a finding by its fingerprint; what a
// rule says of an API; a case that was left out. What is of our own environment, and the evidence itself, cannot be waived.
type Waiver struct {
	Place       string `json:"place"`                 // where it stands, as waivers.yaml:3:5
	Fingerprint string `json:"fingerprint,omitempty"` // of a finding
	Rule        string `json:"rule,omitempty"`        // of findings and diagnostics of the API
	API         string `json:"api,omitempty"`         // a pattern of names or slugs, beside Rule
	Case        string `json:"case,omitempty"`        // a pattern of ids of cases that were left out
	Reason      string `json:"reason"`
	Owner       string `json:"owner"`               // who answers for it
	Expires     string `json:"expires"`             // the last day on which it counts, as 2026-01-31
	TimeZone    string `json:"time_zone,omitempty"` // of that day; the policy's where it says none
	Ticket      string `json:"ticket,omitempty"`
	By          string `json:"by,omitempty"` // who wrote it down, where a server knows that
}

// Objection says why a waiver would count for nothing at a moment; "" where it would count.
func (w *Waiver) Objection(p Policy, at time.Time) string {
	b := newBook(Input{At: at, Policy: p, Waivers: []Waiver{*w}}, zoneOf(p.TimeZone))
	if e := b.entries[0]; e.State != Unused {
		return e.Why
	}
	return ""
}
