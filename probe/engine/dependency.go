package engine

import (
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// stop keeps the cases of a sheet from being sent where sheets that it needs have failed. A failure is told at its root only.
func (p *planner) stop(cases []probe.Case, failed []int, lackOf func(int) lack) {
	failed = slices.DeleteFunc(failed, p.isSupplied)
	for i := range cases {
		c := &cases[i]
		c.Blocked = slices.DeleteFunc(c.Blocked, func(f probe.Finding) bool {
			return c.Skip == "" && slices.ContainsFunc(failed, func(k int) bool { return lacksCapture(f, p.sheets[k]) })
		})
	}
	for _, k := range p.order.roots(failed) {
		dependencyFailed(cases, p.sheets[k].Name, lackOf(k))
	}
}

// isSupplied says that the user supplied all that the answer of a sheet was to, so that its failure keeps nobody waiting.
func (p *planner) isSupplied(i int) bool {
	captures := p.sheets[i].Capture
	return len(captures) > 0 && !slices.ContainsFunc(captures, func(c probe.Capture) bool {
		_, ok := p.options.Vars.Lookup(c.Name)
		return !ok
	})
}

// dependencyFailed blocks every case that is not left out anyway. Where nobody could tell what the first API does, as in an outage, the case
// is left out instead: there is nothing in the set-up to put right.
func dependencyFailed(cases []probe.Case, name string, l lack) {
	message := fmt.Sprintf("%q has to be called first and supplied nothing: %s", name, l.why)
	for i := range cases {
		c := &cases[i]
		switch {
		case c.Skip != "":
		case l.unclear:
			c.Skip = message
		default:
			c.Blocked = append([]probe.Finding{setupFinding(c.ID, "setup.dependency-failed", message, "put that right first, or supply its values with --var NAME=VALUE")}, c.Blocked...)
			c.Request = probe.Request{}
		}
	}
}

// lacksCapture says that the finding is about a placeholder which the answer of the supplier fills: that it is not filled is no news then.
func lacksCapture(f probe.Finding, supplier *probe.Sheet) bool {
	var captures []probe.Var
	for _, c := range supplier.Capture {
		captures = append(captures, probe.Var{Name: c.Name})
	}
	supplied := probe.NewVars(captures...)
	return f.Rule == "setup.placeholder-unresolved" && slices.ContainsFunc(probe.FindPlaceholders(f.Documented, true), func(ref probe.PlaceholderRef) bool {
		_, ok := supplied.Lookup(ref.Name)
		return ok
	})
}
