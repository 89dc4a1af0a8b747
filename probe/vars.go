package probe

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Var is one value for a placeholder.
type Var struct {
	Name   string
	Value  string
	Origin string // where it comes from, as in `--var` or "vars.env:3"; shown to people
	Secret bool   // never shown
	// Problem says why there is no value although a source was named, and Hint what to do; "" where there is one. Nothing weaker takes its place.
	Problem, Hint string
}

// Need is one placeholder that a request has to have a value for.
type Need struct {
	Name    string // what it is filled by; "" where nobody can fill it
	Written string // as it stands in the sheet; "" where the sheet only names a parameter
	Part    string // "the headers"
	At      source.Span
	Value   Var  // what fills it
	Set     bool // whether anything does
}

// Vars are the values for placeholders. The zero value has none.
type Vars struct{ byKey map[string]Var }

// NewVars collects values; a later one replaces an earlier one of the same name.
func NewVars(vars ...Var) Vars {
	byKey := make(map[string]Var, len(vars))
	for _, v := range vars {
		byKey[VarKey(v.Name)] = v
	}
	return Vars{byKey: byKey}
}

// Lookup finds the value for a placeholder. Names are compared without case and separators: "Partner Code" is "partner_code".
// A name that consists of separators only, as that of a mask does, is never found.
func (v Vars) Lookup(name string) (Var, bool) {
	key := VarKey(name)
	if key == "" {
		return Var{}, false
	}
	found, ok := v.byKey[key]
	return found, ok
}

// All lists the values, by name.
func (v Vars) All() []Var {
	all := make([]Var, 0, len(v.byKey))
	for _, key := range slices.Sorted(maps.Keys(v.byKey)) {
		all = append(all, v.byKey[key])
	}
	return all
}

// VarKey is equal for names that mean one value: it folds what people vary when they type a name twice: case, spaces of any kind, "_", "-" and ".".
func VarKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
