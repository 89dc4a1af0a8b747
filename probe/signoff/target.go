package signoff

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// exchanges are all that is recorded of an API, but for what somebody else saved.
func exchanges(s *probe.SheetResult) []*probe.Exchange {
	var all []*probe.Exchange
	add := func(x *probe.Exchange) {
		if x != nil && x.Response != nil && !x.Saved {
			all = append(all, x)
		}
	}
	for i := range s.Cases {
		add(s.Cases[i].Exchange)
		for k := range s.Cases[i].Repeats {
			add(s.Cases[i].Repeats[k].Exchange)
		}
	}
	return all
}

// targetsOf are the hosts that answered for an API, in the order of the cases.
func targetsOf(s *probe.SheetResult) []Target {
	var all []Target
	for _, x := range exchanges(s) {
		scheme, host := targetOf(x.Request.URL)
		i := slices.IndexFunc(all, func(t Target) bool { return t.Scheme == scheme && t.Host == host })
		if i < 0 {
			i, all = len(all), append(all, Target{Host: host, Scheme: scheme, Addresses: []string{}, Verified: true})
		}
		all[i].learn(x)
	}
	return all
}

// learn adds what an exchange tells. A certificate counts by the earliest of the days on which those that were shown end.
func (t *Target) learn(x *probe.Exchange) {
	t.Answers++
	switch address := hostOf(x.RemoteAddr); {
	case address == "":
		t.Unplaced++
	case !slices.Contains(t.Addresses, address):
		t.Addresses = append(t.Addresses, address)
	}
	if x.TLS == nil || !x.TLS.Verified {
		t.Verified = false
	}
	if x.TLS == nil {
		return
	}
	t.TLS = x.TLS.Version
	if t.NotAfter.IsZero() || x.TLS.NotAfter.Before(t.NotAfter) {
		t.NotAfter = x.TLS.NotAfter.UTC()
	}
}

// targetOf is the scheme, and the host with its port, that a URL leads to.
func targetOf(raw string) (scheme, host string) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme, net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// hostOf is the address without its port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// targets are those of all APIs, each once.
func (g *gate) targets() []Target {
	all := []Target{}
	for _, a := range g.apis {
		for _, t := range a.targets {
			i := slices.IndexFunc(all, func(known Target) bool { return known.Scheme == t.Scheme && known.Host == t.Host })
			if i < 0 {
				all = append(all, t)
				continue
			}
			all[i].join(t)
		}
	}
	return all
}

func (t *Target) join(other Target) {
	t.Answers += other.Answers
	t.Unplaced += other.Unplaced
	t.Verified = t.Verified && other.Verified
	for _, address := range other.Addresses {
		if !slices.Contains(t.Addresses, address) {
			t.Addresses = append(slices.Clone(t.Addresses), address)
		}
	}
	if !other.NotAfter.IsZero() && (t.NotAfter.IsZero() || other.NotAfter.Before(t.NotAfter)) {
		t.NotAfter, t.TLS = other.NotAfter, other.TLS
	}
}
