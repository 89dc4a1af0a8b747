package probe

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
func NewVars(vars ...Var) Vars { return Vars{} }

// Lookup finds the value for a placeholder. Names are compared without case and separators: "Partner Code" is "partner_code".
func (v Vars) Lookup(name string) (Var, bool) { return Var{}, false }

// All lists the values, by name.
func (v Vars) All() []Var { return nil }
