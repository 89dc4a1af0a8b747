package signoff

import (
	"encoding/json"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
)

// configuration demands that the sheets say what conforms, and not whoever made the run: what a configuration lets pass beyond them takes a waiver.
// Severities that it lowers need no line: findings count as their rules have them.
func (g *gate) configuration() Line {
	var t tally
	if g.Run.Choices == nil {
		t.add(Evidence{
			Status: Unknown, Says: "it is not recorded by which severities and overrides the run was judged",
			NextStep: "judge it again with `sheetprobe recheck RUN --report json=FILE`, and decide upon that",
		})
	}
	for _, a := range g.apis {
		t.ok()
		for _, o := range loosening(a.SheetResult) {
			t.add(g.override(a, o))
		}
	}
	return t.line("configuration", "the sheets alone say what conforms", "the configuration lets nothing pass beyond them")
}

// loosening are the configured overrides by which more may pass than the sheet says.
func loosening(s *probe.SheetResult) []probe.ConfiguredOverride {
	var all []probe.ConfiguredOverride
	for _, o := range s.Overrides {
		if o.Loosens() {
			all = append(all, o)
		}
	}
	return all
}

// override is a piece of evidence about something that the configuration says of answers. One of all APIs takes one waiver.
func (g *gate) override(a *api, o probe.ConfiguredOverride) Evidence {
	of := a.slug
	if o.For == "*" {
		of = o.For
	}
	text, err := json.Marshal(o.Override)
	if err != nil {
		return Evidence{Status: Unknown, API: a.Name, Says: "what the configuration says of its answers is not recorded in full", NextStep: "run again, and decide upon that"}
	}
	e := Evidence{
		Status: Failed, API: a.Name, Fingerprint: probe.Fingerprint("override", of, o.Pointer, string(o.In), string(text)),
		Says: fmt.Sprintf("the configuration, and not the sheet, says of %q%s: %s", o.Pointer, inWhich(o.In), text),
	}
	e.NextStep = "have the API owner document it, and take the override out; or answer for it with a waiver of the fingerprint " + e.Fingerprint
	if place := g.waivers.cover(subject{fingerprint: e.Fingerprint, blame: probe.BlameSheet, slug: a.slug, name: a.Name}); place != "" {
		e.Status, e.Waiver, e.NextStep = Waived, place, ""
	}
	return e
}

func inWhich(o probe.Outcome) string {
	if o == "" {
		return ""
	}
	return " in answers of " + string(o)
}
