package engine

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// varsOf are the values for a sheet. Where it leads to a host that no secret is to be told to, each secret has the reason in the place of its value, so that
// whatever asks for one is blocked: request, identity, token call and poll.
func (p *planner) varsOf(i int, captured []probe.Var) probe.Vars {
	vars := p.vars(captured)
	if p.options.Confide == nil {
		return vars
	}
	_, strange := p.destinations(i, vars)
	if strange == "" {
		return vars
	}
	given := p.options.Vars
	all := vars.All()
	for n, v := range all {
		if own, ok := given.Lookup(v.Name); ok && own.Secret || !ok && v.Secret && p.isConfidant() {
			all[n] = probe.Var{Name: v.Name, Origin: v.Origin, Secret: true, Problem: fmt.Sprintf("it is not told to %q, which only this document names", strange), Hint: confideHint}
		}
	}
	return probe.NewVars(all...)
}

const confideHint = "ask whoever runs the server to name the host under allow-host, if secrets may go there"

// destinations are hosts of a sheet that secrets may be told to, and to which not: one of each, "" where there is none.
func (p *planner) destinations(i int, vars probe.Vars) (known, strange string) {
	s := p.sheets[i]
	built := p.build(i, vars)
	var urls []string
	for n := range built.Cases {
		if c := &built.Cases[n]; c.Family != probe.FamilyCallback && c.Family != probe.FamilyPoll && c.Skip == "" && len(c.Blocked) == 0 {
			urls = append(urls, c.Request.URL)
		}
	}
	if s.Auth != nil {
		spec := specOf(s, vars, p.options.BaseURL)
		urls = append(urls, spec.TokenURL)
		if spec.TokenRequest != nil {
			urls = append(urls, spec.TokenRequest.URL)
		}
	}
	for _, each := range urls {
		switch {
		case each == "":
		case p.options.Confide(each):
			known = hostIn(each)
		default:
			strange = hostIn(each)
		}
	}
	return known, strange
}

func hostIn(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "a host that cannot be told"
	}
	return u.Host
}

// confides says that an API of the document is at a host that secrets may be told to: what its answers supply is for such hosts too.
func (p *planner) confides() bool {
	for i := range p.sheets {
		if known, _ := p.destinations(i, p.vars(p.standIns(i))); known != "" {
			return true
		}
	}
	return false
}

// keepIdentity blocks what would carry an identity that the configuration spells out to a host that it is not to be told to.
func (p *planner) keepIdentity(c *probe.Case, s *probe.Sheet, strange func() string) {
	if p.options.Confide == nil || c.Anonymous || s.Auth == nil || s.Auth.Type == "none" || !s.Auth.At.IsZero() {
		return
	}
	if host := strange(); host != "" {
		message := fmt.Sprintf("the identity that the configuration gives is not told to %q, which only this document names", host)
		c.Blocked = append(c.Blocked, notAllowed(c.ID, errors.New(message), confideHint))
	}
}

// Origins are where the requests and token calls of sheets lead to, as far as that is known before anything is sent: see OriginOf.
func Origins(readings []sheet.Reading, o Options) []string {
	var all []string
	for _, s := range newPlanner(readings, o).sheets {
		spec := specOf(s, o.Vars, "")
		addresses := []string{filled(s.URL, s, o.Vars, asGiven), spec.TokenURL}
		if spec.TokenRequest != nil {
			addresses = append(addresses, spec.TokenRequest.URL)
		}
		for _, each := range addresses {
			if origin := OriginOf(each); origin != "" && !slices.Contains(all, origin) {
				all = append(all, origin)
			}
		}
	}
	return all
}

// OriginOf is scheme, host and port of a URL; "" where it has none.
func OriginOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() == "" || len(probe.FindPlaceholders(u.Host, false)) > 0 {
		return ""
	}
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") + ":" + port
}

// build derives the cases of a sheet, of which nothing was looked at yet.
func (p *planner) build(i int, vars probe.Vars) probe.Plan {
	o := p.options
	return plan.Build(p.sheets[i], plan.Options{
		Slug: p.slugs[i], Vars: vars, BaseURL: o.BaseURL, Negatives: o.Negatives, Only: o.Only, Skip: o.Skip,
		AllowUnsafe: o.AllowUnsafe, Dynamic: p.dynamic(), Siblings: p.siblings, CallbackURL: o.CallbackURL,
	})
}
