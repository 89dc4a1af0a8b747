package probe

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Trace is what is known of a failed request without asking anybody, for whoever has to find it in a log.
type Trace struct {
	Error     string    // what happened; "" where the meaning of the cause says it
	HostPort  string    // "api.example.test:443"
	Addresses []string  // that the name stands for here
	Own       string    // our own address, as this machine sees it; "" where no socket told
	Egress    string    // our address as others see it, as it was configured; "" where nobody said
	At        time.Time // when it was sent
	UserAgent string
	RunID     string // "" for none
	Proxy     string // host:port of the proxy that was asked; "" for none
}

// Diagnose describes a cause by what was found out. Facts of the cause stand before those of the request. An unknown id is a mistake of the
// caller, and has no meaning but itself.
func Diagnose(id string, t Trace, facts ...Fact) *Diagnosis {
	c, ok := CauseByID(id)
	if !ok {
		c = Cause{ID: id, Means: id}
	}
	d := &Diagnosis{Cause: c.ID, Means: c.Means, Host: c.Host}
	d.Facts = slices.Concat(facts, t.facts())
	if c.Ask != "" {
		d.Letter = letter(c, t, d.Facts)
	}
	return d
}

func (t Trace) facts() []Fact {
	var all []Fact
	add := func(name, value string) {
		if value != "" {
			all = append(all, Fact{name, value})
		}
	}
	add("host and port", t.HostPort)
	add("proxy", t.Proxy)
	add("addresses", strings.Join(t.Addresses, ", "))
	add("our address", t.own())
	if !t.At.IsZero() {
		add("time", t.At.UTC().Format("2006-01-02 15:04:05")+" UTC")
	}
	add("user agent", t.UserAgent)
	add("header "+RunHeader, t.RunID)
	return all
}

// own tells how to learn the address that the other side sees where it is not the one that we see: nobody else is asked for it.
func (t Trace) own() string {
	if t.Egress != "" {
		if t.Own == "" || t.Own == t.Egress {
			return t.Egress
		}
		return t.Egress + " (as others see it; on our machine it is " + t.Own + ")"
	}
	ip, err := netip.ParseAddr(t.Own)
	if err != nil {
		return ""
	}
	if ip.IsPrivate() || ip.IsLinkLocalUnicast() || carrier.Contains(ip.Unmap()) {
		return t.Own + " (a private one: outside of our network another is seen, which our network team or the host's log tells)"
	}
	return t.Own
}

// carrier is the network that carriers translate addresses from (RFC 6598).
var carrier = netip.MustParsePrefix("100.64.0.0/10")

func letter(c Cause, t Trace, facts []Fact) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Subject: our requests to %s do not arrive\n\n", t.HostPort)
	fmt.Fprintf(&b, "We test the staging API at %s, and cannot reach it as documented: %s.\n", t.HostPort, c.Means)
	if t.Error != "" && !strings.Contains(t.Error, c.Means) {
		fmt.Fprintf(&b, "What we see: %s.\n", t.Error)
	}
	fmt.Fprintf(&b, "%s\n\n", c.Ask)
	for _, f := range facts {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Diagnosis returns what keeps us out, as far as the last attempt tells; nil where the API itself answered, or nothing more is known.
func (x *Exchange) Diagnosis() *Diagnosis {
	if x == nil || len(x.Attempts) == 0 {
		return nil
	}
	return x.Attempts[len(x.Attempts)-1].Diagnosis
}

// Diagnosed is the exchange with a diagnosis of its answer, which is not the API's. The exchange itself stays as it is.
func (x *Exchange) Diagnosed(d *Diagnosis) *Exchange {
	if d == nil || len(x.Attempts) == 0 {
		return x
	}
	told := *x
	told.Attempts = append([]Attempt(nil), x.Attempts...)
	told.Attempts[len(told.Attempts)-1].Diagnosis = d
	return &told
}
