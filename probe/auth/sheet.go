package auth

import "github.com/sheetprobe/sheetprobe/probe"

// Names lists the texts of a Spec by their names in YAML.
func Names() []string {
	var s Spec
	var names []string
	for _, f := range s.fields() {
		names = append(names, f.name)
	}
	return names
}

// SpecOf is what a sheet says, as a Spec. Names that it does not know are left out: reading the sheet has refused them.
func SpecOf(a *probe.Auth) Spec {
	if a == nil {
		return Spec{}
	}
	s := Spec{Type: a.Type, TokenRequest: a.TokenRequest}
	fields := s.fields()
	for _, t := range a.Text {
		for _, f := range fields {
			if f.name == t.Name {
				*f.text = t.Value
			}
		}
	}
	return s
}
