package probe

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Var is one value for a placeholder.
type Var struct {
	Name   string
	Value  string
	Origin string // where it comes from, as in `--var` or "vars.env:3"; shown to people
	Secret bool   // never shown
}

// Vars are the values for placeholders. The zero value has none.
type Vars struct{ byKey map[string]Var }

// NewVars collects values; a later one replaces an earlier one of the same name.
func NewVars(vars ...Var) Vars {
	byKey := make(map[string]Var, len(vars))
	for _, v := range vars {
		byKey[varKey(v.Name)] = v
	}
	return Vars{byKey: byKey}
}

// Lookup finds the value for a placeholder. Names are compared without case and separators: "Partner Code" is "partner_code".
// A name that consists of separators only, as that of a mask does, is never found.
func (v Vars) Lookup(name string) (Var, bool) {
	key := varKey(name)
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

// varKey folds what people vary when they type a name twice: case, spaces of any kind, "_", "-" and ".".
func varKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
