package send

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// keepers are the addresses, besides those that are link-local, at which a cloud hands out credentials of the machine itself.
var keepers = prefixes("fd00:ec2::/32 fd20:ce::/32 100.100.100.200/32 168.63.129.16/32 192.0.0.192/32")

// special are the IPv4 networks, and those within 2000::/3, that are not public (the IANA registries of special-purpose addresses, RFC 6890).
var special = prefixes("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 " +
	"198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20")

// translations are the IPv6 networks whose addresses stand for one of IPv4, and the byte at which that begins (RFC 4291, 6052, 8215, 3056).
var translations = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("::/96"), 12},
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
}

// routed is where a network of IPv6 only finds the hosts of IPv4 (RFC 6052): as public as what it stands for.
var routed = netip.MustParsePrefix("64:ff9b::/96")

var globalUnicast = netip.MustParsePrefix("2000::/3")

func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for text := range strings.FieldsSeq(list) {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func anyContains(all []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(all, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// stoodFor is the address itself, and that of IPv4 which it stands for, where it does.
func stoodFor(ip netip.Addr) []netip.Addr {
	ip = ip.Unmap().WithZone("")
	all := []netip.Addr{ip}
	if ip.Is4() {
		return all
	}
	b := ip.As16()
	for _, t := range translations {
		if t.prefix.Contains(ip) {
			all = append(all, netip.AddrFrom4([4]byte(b[t.at:t.at+4])))
		}
	}
	return all
}

// keepsCredentials says, where a cloud may hand out credentials at an address, what kind of address that is; else "".
func keepsCredentials(ip netip.Addr) string {
	for _, a := range stoodFor(ip) {
		switch {
		case a.IsLinkLocalUnicast():
			return "link-local, where clouds keep credentials of the machine itself"
		case anyContains(keepers, a):
			return "one at which clouds keep credentials of the machine itself"
		}
	}
	return ""
}

func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap()
	switch {
	case ip.Is6() && routed.Contains(ip):
		b := ip.As16()
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	case ip.Is6() && !globalUnicast.Contains(ip), ip.Zone() != "":
		return false
	}
	return !anyContains(special, ip)
}

// addressRefusal is about a connection that was not made.
type addressRefusal struct{ why string }

func (r *addressRefusal) Error() string { return r.why }
func (r *addressRefusal) Unwrap() error { return ErrNotAllowed }

// checkDialled looks at the address that a request would really go to: a sheet may hold any name, DNS may give any address for it, and
// another one the next time, which no look at the name can tell. Only a pattern of addresses admits one here, and of names those of Private.
func (g Guard) checkDialled(host string, ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	if g.allowsAddress(ip) {
		return nil
	}
	if kind := keepsCredentials(ip); kind != "" {
		return &addressRefusal{fmt.Sprintf("the address %s is %s", ip, kind)}
	}
	if g.Service && !isPublic(ip) && !g.privateName(host) && !g.privateAddress(ip) {
		return &addressRefusal{fmt.Sprintf("the address %s is in no public network%s", ip, admitPrivate)}
	}
	return nil
}

func (g Guard) allowsAddress(ip netip.Addr) bool { return holdsAddress(g.Allow, ip) }

// holdsAddress says that one of the patterns is of addresses, and of this one.
func holdsAddress(patterns []string, ip netip.Addr) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if prefix, err := netip.ParsePrefix(pattern); err == nil {
			return prefix.Contains(ip)
		}
		a, err := netip.ParseAddr(strings.Trim(pattern, "[]"))
		return err == nil && a.Unmap() == ip
	})
}

// checkProxied looks at a host that a proxy is to connect to, whose address the proxy alone will know.
func (g Guard) checkProxied(host string) error {
	if !g.Service {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return g.checkDialled(host, ip)
	}
	ascii, err := hostASCII(host)
	if err != nil {
		return err
	}
	if admitted, err := g.allows(ascii, netip.Addr{}); err != nil || admitted || g.privateName(ascii) {
		return err
	}
	return &addressRefusal{"the proxy, and not we, would find out what address the name stands for"}
}
