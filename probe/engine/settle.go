package engine

import (
	"maps"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// settlement tells once what many cases suffered from, when all of them are decided: a failed token call at the first case that it kept from
// being sent, and what keeps a host from being reached at the first case that met it, in the order of the documents. It goes through the
// concerned APIs one at a time, so that it needs no memory for all of them.
type settlement struct {
	get    func(i int) (*probe.SheetResult, error)
	put    func(i int, s *probe.SheetResult, changed []int) error // with the places of the cases that changed
	sheets []int                                                  // that are concerned, in order
	hosts  *hosts

	order  []*hostState            // in the order of their leads
	leads  map[*hostState]spot     // the first case that met the cause of a host
	tokens map[string]*told        // by message
	more   map[spot]map[string]int // by the lead of a host, further cases that say the same, by rule
}

// spot is where a case is.
type spot struct{ sheet, index int }

// told is where a message was told first, and how often it was to be told again.
type told struct {
	at    spot
	again int
}

// concerned says that something of a sheet may be told elsewhere.
func (h *hosts) concerned(s *probe.SheetResult) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(s.Cases, func(c probe.Result) bool { return h.met[c.ID] != "" || has(c, tokenFailed) })
}

// settle returns the hosts that were given up, in the order in which they were met.
func (s *settlement) settle() ([]probe.HostDiagnosis, error) {
	s.leads, s.tokens, s.more = map[*hostState]spot{}, map[string]*told{}, map[spot]map[string]int{}
	slices.Sort(s.sheets)
	s.hosts.mu.Lock()
	defer s.hosts.mu.Unlock()
	if err := s.each(s.sheets, s.lead); err != nil {
		return nil, err
	}
	if err := s.each(s.sheets, s.follow); err != nil {
		return nil, err
	}
	if err := s.each(s.leading(), s.count); err != nil {
		return nil, err
	}
	all := make([]probe.HostDiagnosis, len(s.order))
	for i, state := range s.order {
		all[i] = *state.down
	}
	return all, nil
}

// each goes through the cases of the sheets; do says whether it changed the case.
func (s *settlement) each(sheets []int, do func(at spot, c *probe.Result) bool) error {
	for _, i := range sheets {
		sheet, err := s.get(i)
		if err != nil {
			return err
		}
		var changed []int
		for k := range sheet.Cases {
			if do(spot{i, k}, &sheet.Cases[k]) {
				changed = append(changed, k)
			}
		}
		if len(changed) == 0 {
			continue
		}
		if err := s.put(i, sheet, changed); err != nil {
			return err
		}
	}
	return nil
}

// host is the host that was given up and whose cause a case met, or because of which it was not sent; nil for none.
func (s *settlement) host(c *probe.Result) *hostState {
	if state := s.hosts.known[s.hosts.met[c.ID]]; state != nil && state.down != nil {
		return state
	}
	return nil
}

// lead finds the first case that met the cause of a host.
func (s *settlement) lead(at spot, c *probe.Result) bool {
	state := s.host(c)
	if state == nil {
		return false
	}
	if _, found := s.leads[state]; found {
		return false
	}
	if d := c.Exchange.Diagnosis(); d != nil && d.Host {
		s.leads[state] = at
		s.order = append(s.order, state)
		state.down.FoundIn, state.down.Rule, state.down.Diagnosis = c.ID, ruleOf(c.Exchange, d), *d
	}
	return false
}

// follow has the other cases say where it is told.
func (s *settlement) follow(at spot, c *probe.Result) (changed bool) {
	changed = s.tellOnce(at, c)
	state := s.host(c)
	if state == nil {
		return changed
	}
	state.down.Affected++
	lead, found := s.leads[state]
	if !found || lead == at {
		return changed
	}
	if leadBack(state.down, c) {
		if s.more[lead] == nil {
			s.more[lead] = map[string]int{}
		}
		s.more[lead][state.down.Rule]++
	}
	return true
}

// tellOnce leaves each failed token call one finding, at the first case that it kept from being sent, with the count of all of them: it is
// one cause, however many wait for the token.
func (s *settlement) tellOnce(at spot, c *probe.Result) (changed bool) {
	c.Findings = slices.DeleteFunc(c.Findings, func(f probe.Finding) bool {
		if f.Rule != tokenFailed {
			return false
		}
		first := s.tokens[f.Message]
		if first == nil {
			s.tokens[f.Message] = &told{at: at}
			return false
		}
		first.again++
		changed = true
		return true
	})
	return changed
}

// leading are the sheets with a case that tells for others.
func (s *settlement) leading() []int {
	sheets := map[int]bool{}
	for at := range s.more {
		sheets[at.sheet] = true
	}
	for _, t := range s.tokens {
		if t.again > 0 {
			sheets[t.at.sheet] = true
		}
	}
	return slices.Sorted(maps.Keys(sheets))
}

// count has a case say for how many it tells.
func (s *settlement) count(at spot, c *probe.Result) (changed bool) {
	for i := range c.Findings {
		f := &c.Findings[i]
		if n := s.more[at][f.Rule]; n > 0 && f.Location != probe.AtSetup {
			f.Count, changed = max(f.Count, 1)+n, true
		}
		if t := s.tokens[f.Message]; f.Rule == tokenFailed && t != nil && t.at == at && t.again > 0 {
			f.Count, changed = f.Count+t.again, true
		}
	}
	return changed
}

// tellOnce does so with the failed token calls of a run that is in memory.
func tellOnce(sheets []probe.SheetResult) {
	kept := inRun{sheets}
	s := &settlement{get: kept.Get, hosts: &hosts{}, put: func(i int, s *probe.SheetResult, _ []int) error {
		sheets[i] = *s
		return nil
	}}
	for i := range sheets {
		if s.hosts.concerned(&sheets[i]) {
			s.sheets = append(s.sheets, i)
		}
	}
	_, _ = s.settle() // what is in memory can be had
}
