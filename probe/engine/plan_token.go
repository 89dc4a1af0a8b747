package engine

import (
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/auth"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// tokenCallOf puts the token call of an identity into the first plan of which a case would make it, or would if the guard let it.
func (p *foresight) tokenCallOf(w *planning) {
	s := w.sheet
	if s.Auth == nil || hasUnset(identityNeeds(s, w.vars)) {
		return
	}
	spec := specOf(s, w.vars, p.options.BaseURL)
	key := spec.Key()
	if p.told[key] {
		return
	}
	a, err := idle(spec)
	if err != nil { // the cases say it
		return
	}
	call, ok := auth.TokenCall(a)
	if !ok {
		return
	}
	planned := p.tokenCall(w.index, call)
	if slices.ContainsFunc(w.Cases, func(c probe.Case) bool { return asksForToken(&c, planned) }) {
		w.TokenCall, p.told[key] = planned, true
	}
}

// asksForToken says that a case carries a token when it is sent, or that nothing but the token call keeps it from being sent.
func asksForToken(c *probe.Case, call *probe.PlannedCall) bool {
	if c.Anonymous || c.Identity != nil || c.Skip != "" {
		return false
	}
	return !slices.ContainsFunc(c.Blocked, func(f probe.Finding) bool {
		return !slices.ContainsFunc(call.Blocked, func(own probe.Finding) bool { return own.Message == f.Message })
	})
}

// tokenCall is the call as it goes over the wire, or why it does not.
func (p *planner) tokenCall(i int, q probe.Request) *probe.PlannedCall {
	s, id := p.sheets[i], p.slugs[i]
	if refused := refusedTokenCall(id, s, q.URL, p.options); refused != nil {
		return &probe.PlannedCall{Request: q, Blocked: refused}
	}
	complete, err := send.Complete(q, p.options.Send)
	if err != nil {
		return &probe.PlannedCall{Request: q, Blocked: []probe.Finding{unsendable(id, err)}}
	}
	return &probe.PlannedCall{Request: complete}
}
