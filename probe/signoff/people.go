package signoff

import "slices"

// Involved are the names of those who began the run or answer for something that was waived: where the policy demands four eyes, one who approves has to be
// none of them.
func (p *Predicate) Involved() []string {
	all := []string{p.BegunBy}
	for i := range p.Decision.Waivers {
		if w := &p.Decision.Waivers[i]; w.State == Used {
			all = append(all, w.Owner, w.By)
		}
	}
	return p.Policy.known(all)
}

// known are names with all other names of the same people, as far as the policy tells.
func (p *Policy) known(names []string) []string {
	for i := range p.Approvers {
		a := &p.Approvers[i]
		own := append(slices.Clone(a.Users), a.Name)
		if slices.ContainsFunc(own, func(name string) bool { return SamePerson(name, names) }) {
			names = append(names, own...)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return PersonKey(name) == "" })
}

// SamePerson says that a name is one of those, however it is spelt.
func SamePerson(name string, names []string) bool {
	return PersonKey(name) != "" && slices.ContainsFunc(names, func(other string) bool { return PersonKey(other) == PersonKey(name) })
}

// ApproverOf is the approver of the policy whose name at a server it is; nil where there is none.
func (p *Policy) ApproverOf(user string) *Approver {
	i := slices.IndexFunc(p.Approvers, func(a Approver) bool { return SamePerson(user, a.Users) })
	if i < 0 {
		return nil
	}
	return &p.Approvers[i]
}
