package engine

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// choices are what a run records of what was chosen for it.
func choices(o judge.Options, asked []probe.Family) *probe.Choices {
	return &probe.Choices{Families: asked, Strict: o.Strict, FailOn: cmp.Or(o.FailOn, source.Error), Severities: maps.Clone(o.Severities)}
}

// rechosen are those of a run that is judged again: what was sent stays as it was.
func rechosen(then *probe.Choices, o judge.Options) *probe.Choices {
	if then == nil {
		return choices(o, nil)
	}
	return choices(o, then.Families)
}

// configuredOverrides are those of a sheet that do not stand in it.
func configuredOverrides(s *probe.Sheet, mask *probe.Redactor) []probe.ConfiguredOverride {
	var all []probe.ConfiguredOverride
	for _, o := range s.Overrides {
		if o.Configured == "" {
			continue
		}
		o.Pattern, o.Enum = mask.Text(o.Pattern), slices.Clone(o.Enum)
		for i := range o.Enum {
			o.Enum[i] = mask.Text(o.Enum[i])
		}
		all = append(all, probe.ConfiguredOverride{For: o.Configured, ShapeOverride: o})
	}
	return all
}
