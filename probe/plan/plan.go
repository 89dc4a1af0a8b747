// Package plan derives from a sheet the cases it promises and the cases it forbids; one file per family.
package plan

import "github.com/sheetprobe/sheetprobe/probe"

// Options say which cases are wanted and what fills the placeholders. The zero value derives everything.
type Options struct {
	Slug      string // first part of every case id; probe.Slug of the sheet's name where empty
	Vars      probe.Vars
	BaseURL   string         // replaces scheme, host and port of the sheet's URL; "" keeps them
	Negatives NegativeFilter // which negative families
	Only      []string       // patterns of case ids, see Match; none means all
	Skip      []string       // patterns of case ids
}

// NegativeFilter chooses negative families. The zero value means all.
type NegativeFilter struct {
	None  bool
	Named []probe.Family // where not empty: only these, and then also where the sheet does not forbid the request
}

// Build derives the plan. It never fails: what cannot be sent is a blocked case with its reason.
func Build(s *probe.Sheet, o Options) probe.Plan { return probe.Plan{Sheet: s} }
