package send

import (
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Guard decides which hosts may be probed: loopback, private and staging-looking ones, and those that Allow admits. What it admits by
// default cannot be somebody's production by mistake; what a sheet says can never widen it.
//
// A staging-looking name has a label, or a part of one between dashes, such as "uat", "staging2" or "apisit", and none such as "prod" or
// "live". The top-level domain never counts, and of the registered domain only parts between dashes do: "acme-test.com" is a test system,
// "test.com" is a company. Names of one label, and those under the domains that RFC 2606 and RFC 6762 reserve, are admitted too.
type Guard struct {
	Allow []string // patterns of host names or addresses, as in "*.example.com", "203.0.113.7", "203.0.113.0/24"
	// Service says that requests are sent on behalf of others than who runs the program. Then nothing of a private network is probed, this
	// machine included, but what Allow admits; where that is a name, Allow has to admit its address too, or the network of it.
	Service bool
	// Private are patterns, written as those of Allow, of what a Service may ask in a private network: names, whatever address they stand for, and
	// addresses. What does not look like staging, or keeps credentials of a cloud, is admitted by Allow alone.
	Private []string
}

// Check returns nil where the URL's host may be probed, else an error that says why not. It looks at the URL alone and resolves no name; a
// [Client] looks again at the address that it connects to, see [Options].
func (g Guard) Check(rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("%q is no absolute http or https URL", rawURL)
	}
	host, err := hostASCII(u.Hostname())
	if err != nil {
		return err
	}
	if addr, err := netip.ParseAddr(host); err == nil && !strings.HasSuffix(u.Hostname(), ".") {
		return g.checkAddress(addr.Unmap().WithZone(""), addr.Zone() != "")
	}
	if why := numericHost(host); why != "" {
		return fmt.Errorf("host %q is refused: %s", host, why)
	}
	admitted, err := g.allows(host, netip.Addr{})
	if err != nil || admitted {
		return err
	}
	for _, why := range []string{disguised(host), carriesAnother(host), NotStaging(host), g.ofPrivateNetwork(host)} {
		if why != "" {
			return refused(host, why)
		}
	}
	return nil
}

// OnlyAllowed says that the URL's host is admitted by Allow, and would not be without: somebody has vouched for it by its name, and nothing
// in the name says that it is no production.
func (g Guard) OnlyAllowed(rawURL string) bool {
	return g.Check(rawURL) == nil && Guard{}.Check(rawURL) != nil
}

// Names says that a pattern of Allow admits the URL's host.
func (g Guard) Names(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" {
		return false
	}
	host, err := hostASCII(u.Hostname())
	if err != nil {
		return false
	}
	addr, _ := netip.ParseAddr(host)
	named, err := g.allows(host, addr.Unmap().WithZone(""))
	return err == nil && named
}

// ofPrivateNetwork says why a service does not probe a name that only a private network knows; "" where it may.
func (g Guard) ofPrivateNetwork(host string) string {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if g.Service && (last == host || slices.Contains([]string{"localhost", "local", "internal"}, last)) && !g.privateName(host) {
		return "it is a name of a private network, or of this machine" + admitPrivate
	}
	return ""
}

// admitPrivate is the next step for who serves others.
const admitPrivate = "; where it is right, admit it under serve.allow-private"

// privateName says that a name may stand for an address of a private network.
func (g Guard) privateName(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false // patterns of names, such as 10.*, are none of addresses
	}
	return slices.ContainsFunc(g.Private, func(pattern string) bool {
		admitted, err := admits(pattern, host, netip.Addr{})
		return err == nil && admitted
	})
}

// privateAddress says that an address of a private network may be asked by whatever name.
func (g Guard) privateAddress(ip netip.Addr) bool { return holdsAddress(g.Private, ip) }

// CheckPrivate says which of Private is no pattern.
func (g Guard) CheckPrivate() error { return checkPatterns(g.Private) }

// CheckAllow says which of Allow is no pattern.
func (g Guard) CheckAllow() error { return checkPatterns(g.Allow) }

func checkPatterns(patterns []string) error {
	for _, pattern := range patterns {
		if _, err := admits(pattern, "x", netip.Addr{}); err != nil || pattern == "" {
			return fmt.Errorf("%q is no pattern of hosts, as in *.example.com or 10.1.0.0/16", pattern)
		}
	}
	return nil
}

func refused(host, why string) error {
	return fmt.Errorf("host %q is refused: %s; where it is right, admit it with --allow-host %s", host, why, host)
}

// hostASCII is the host as it is looked up: lower case, without the dot of the root, in ASCII. Full-width letters and the dots of other
// scripts become plain ones (UTS 46), as they do when the name is resolved.
func hostASCII(host string) (string, error) {
	if isPlain(host) {
		return host, nil
	}
	if strings.Contains(host, ":") {
		return strings.ToLower(host), nil // IPv6
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(host)
	ascii, host = strings.TrimSuffix(strings.ToLower(ascii), "."), strings.TrimSuffix(strings.ToLower(host), ".")
	altered := ascii != host && !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII })
	if err != nil || altered || ascii == "" || strings.HasPrefix(ascii, ".") || strings.Contains(ascii, "..") || strings.ContainsFunc(ascii, notInName) {
		return "", fmt.Errorf("%q is no host name", host)
	}
	return ascii, nil
}

// isPlain says that a name consists of what nothing has to be made of: letters in lower case and digits, and between any two of them a
// dot or a dash at most.
func isPlain(host string) bool {
	joint := true // the byte before is none of those
	for _, c := range []byte(host) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			joint = false
		case !joint && (c == '.' || c == '-'):
			joint = true
		default:
			return false
		}
	}
	return !joint
}

// notInName tells characters that would end a host, or separate its parts otherwise than it seems. Those of patterns stay.
func notInName(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`/\@:#%"'<>|`, r)
}

func (g Guard) checkAddress(addr netip.Addr, zoned bool) error {
	admitted, err := g.allows(addr.String(), addr)
	if err != nil || admitted {
		return err
	}
	kind := keepsCredentials(addr)
	if kind == "" && zoned {
		kind = "for one link only"
	}
	switch {
	case kind != "":
		return refused(addr.String(), "the address is "+kind)
	case (addr.IsLoopback() || addr.IsPrivate()) && g.Service && !g.privateAddress(addr):
		return fmt.Errorf("host %q is refused: the address is in no public network%s", addr, admitPrivate)
	case addr.IsLoopback() || addr.IsPrivate():
		return nil
	}
	return refused(addr.String(), "the address is neither loopback nor private, and does not tell staging from production")
}

// allows says that a pattern admits the host; addr is valid where the host is an address.
func (g Guard) allows(host string, addr netip.Addr) (bool, error) {
	for _, pattern := range g.Allow {
		admitted, err := admits(pattern, host, addr)
		if err != nil {
			return false, fmt.Errorf("--allow-host %q is no pattern of hosts, as in *.example.com or 203.0.113.0/24", pattern)
		}
		if admitted {
			return true, nil
		}
	}
	return false, nil
}

func admits(pattern, host string, addr netip.Addr) (bool, error) {
	if strings.Contains(pattern, "/") {
		prefix, err := netip.ParsePrefix(pattern)
		return err == nil && addr.IsValid() && prefix.Contains(addr), err
	}
	if a, err := netip.ParseAddr(strings.Trim(pattern, "[]")); err == nil {
		return a.Unmap() == addr, nil
	}
	plain, err := hostASCII(pattern)
	if err != nil {
		return false, err
	}
	return path.Match(plain, host)
}

// numericHost says why a host that ends in a number is refused. Such names are addresses to some resolvers and names to others (decimal,
// octal, hexadecimal, fewer than four parts), so that nobody can tell from reading them where a request would go.
func numericHost(host string) string {
	last := host[strings.LastIndexByte(host, '.')+1:]
	digits := strings.TrimLeft(last, "0123456789") == ""
	hexadecimal := strings.HasPrefix(last, "0x") && strings.TrimLeft(last[2:], "0123456789abcdef") == ""
	if digits || hexadecimal {
		return "it is a number and no address in the usual form, as in 127.0.0.1"
	}
	return ""
}
