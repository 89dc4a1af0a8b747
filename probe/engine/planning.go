package engine

import (
	"slices"
	"sync"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// planning derives the cases of one sheet. What is the same for many of them is found out once.
type planning struct {
	*planner
	probe.Plan
	index int
	sheet *probe.Sheet
	vars  probe.Vars

	identity func() ownIdentity // of the sheet
	strange  func() string      // a host that no secret is to be told to; "" where there is none
	refused  latest[error]      // what the guard has against a URL
	vouched  latest[bool]       // whether only --allow-host admits it
	given    probe.Request      // the latest that was completed
	complete probe.Request      // what became of it
}

// ownIdentity is what the cases of a sheet need for the identity that it names.
type ownIdentity struct {
	needs []probe.Need
	sound bool // nothing is known to keep them from carrying it
}

// latest remembers the answer about the latest URL: most cases of a sheet have the same.
type latest[A any] struct {
	url    string
	answer A
	known  bool
}

func (l *latest[A]) about(url string, ask func(url string) A) A {
	if !l.known || l.url != url {
		*l = latest[A]{url, ask(url), true}
	}
	return l.answer
}

func newPlanning(p *planner, i int, vars probe.Vars) *planning {
	w := &planning{planner: p, index: i, sheet: p.sheets[i], vars: vars}
	w.identity = sync.OnceValue(w.findIdentity)
	w.strange = sync.OnceValue(func() string { _, strange := p.destinations(i, vars); return strange })
	return w
}

// plan derives the cases of a sheet. What the user supplied wins over what was captured.
func (p *planner) plan(i int, captured []probe.Var) *planning {
	w := newPlanning(p, i, p.varsOf(i, captured))
	w.Plan = p.build(i, w.vars)
	for n := range w.Cases {
		c := &w.Cases[n]
		if c.Family == probe.FamilyCallback { // which is not sent by us
			continue
		}
		if c.Family == probe.FamilyPoll {
			p.polls(i, c, captured)
		}
		w.ready(c)
		if !c.Anonymous && c.Family != probe.FamilyPoll {
			w.identify(c)
		}
		p.unmet(i, c)
		if len(c.Blocked) > 0 {
			c.Request = probe.Request{}
		}
	}
	spend(w.Cases, p.options.MaxRequestsPerAPI)
	withoutBase(w.Cases)
	for n := range w.Cases {
		p.howOften(&w.Cases[n], w.sheet.Name)
	}
	return w
}

// ready has the guard look at a case, and completes its request to what goes over the wire.
func (w *planning) ready(c *probe.Case) {
	if c.Skip != "" || len(c.Blocked) > 0 {
		return
	}
	o := w.options
	if err := w.refused.about(c.Request.URL, o.Guard.Check); err != nil {
		c.Blocked = append(c.Blocked, notAllowed(c.ID, err, "check the URL; if the host is right, admit it with --allow-host"))
		return
	}
	if c.Family.Negative() && !o.Negatives.Asked && len(o.Negatives.Named) == 0 && w.vouched.about(c.Request.URL, o.Guard.OnlyAllowed) {
		c.Skip = "the host does not look like staging, and was admitted by --allow-host alone; pass --negatives all to break requests there on purpose"
		return
	}
	complete, err := w.completed(c.Request)
	if err != nil {
		c.Blocked = append(c.Blocked, unsendable(c.ID, err))
		return
	}
	c.Request = complete
}

// completed is a request as it goes over the wire. Cases with the same headers share them.
func (w *planning) completed(q probe.Request) (probe.Request, error) {
	given := q
	if w.complete.URL != "" && slices.Equal(q.Headers, w.given.Headers) {
		if q.Headers = w.complete.Headers; q.URL == w.given.URL && q.Method == w.given.Method {
			q.URL = w.complete.URL
			return q, nil
		}
	}
	complete, err := send.Complete(q, w.options.Send)
	if err == nil {
		complete.Headers = slices.Clip(complete.Headers) // who adds to those of one case leaves the others alone
		w.given, w.complete = given, complete
	}
	return complete, err
}

// identify says what a case needs for the identity that it carries, and what keeps it from that.
func (w *planning) identify(c *probe.Case) {
	if c.Identity == nil && w.sheet.Auth == nil {
		return
	}
	s := as(w.sheet, c)
	own := w.identity()
	if c.Identity != nil {
		own = ownIdentity{needs: identityNeeds(s, w.vars)}
	}
	c.Needs = append(c.Needs, own.needs...)
	if c.Skip != "" {
		return
	}
	if !own.sound {
		c.Blocked = append(c.Blocked, identityProblems(c, s, w.vars, w.options)...)
	}
	w.keepIdentity(c, w.sheet, w.strange)
}

func (w *planning) findIdentity() ownIdentity {
	return ownIdentity{
		needs: slices.Clip(identityNeeds(w.sheet, w.vars)),
		sound: len(identityProblems(&probe.Case{}, w.sheet, w.vars, w.options)) == 0,
	}
}
