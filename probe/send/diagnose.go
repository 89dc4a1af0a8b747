package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// diagnosed names the failure of an attempt, and what most likely leads to it. What was found out on the way to the failure is looked at
// first; only where that leaves two causes open is somebody asked, and then the name server or the host itself, never a third party.
func (c *Client) diagnosed(ctx context.Context, w witness, p *prepared, err error) probe.Attempt {
	failed := w.judge(err)
	if failed.cause == "" {
		return probe.Attempt{}
	}
	known, _ := probe.CauseByID(failed.cause)
	facts := w.certificates(err)
	cause := w.refined(failed.cause)
	switch {
	case ctx.Err() != nil: // nobody waits for more
	case strings.HasPrefix(cause, "dns-") && known.Rule == ruleDNS:
		var more []probe.Fact
		cause, more = c.askedAgain(ctx, cause, w.url.Hostname())
		facts = append(facts, more...)
	case known.Rule == ruleConnectTimeout || known.Rule == ruleReset:
		cause = c.otherFamily(ctx, w, cause)
	}
	facts = append(facts, w.refusal(err)...)
	facts = append(facts, w.tries()...)
	text := w.mask(failed.text)
	d := probe.Diagnose(cause, w.traceOf(p, text), facts...)
	for i := range d.Facts {
		d.Facts[i].Value = w.mask(d.Facts[i].Value)
	}
	d.Letter = w.mask(d.Letter)
	return probe.Attempt{Rule: known.Rule, Phase: w.phaseOf(err), Error: text, Diagnosis: d}
}

// phaseOf is where the attempt stopped. What an answer itself tells of TLS came before its body.
func (w witness) phaseOf(err error) probe.Phase {
	if err == nil {
		return probe.PhaseFirstByte
	}
	return w.facts.phase
}

func (w witness) traceOf(p *prepared, text string) probe.Trace {
	t := probe.Trace{
		Error: text, HostPort: w.target, Addresses: w.facts.addresses, Own: w.facts.own, Egress: w.options.Egress, At: w.options.Now(), Proxy: w.facts.proxy,
		UserAgent: p.header.Get("User-Agent"), RunID: w.options.RunID,
	}
	if tried := w.facts.tried; len(t.Addresses) == 0 && len(tried) > 0 && t.Proxy == "" && tried[0].address != w.target { // given, and not looked up
		t.Addresses = []string{tried[0].address}
	}
	if t.Own == "" && len(w.facts.tried) > 0 {
		t.Own = ownAddress(w.facts.tried[0].address)
	}
	return t
}

// ownAddress is the address that this machine would write from to another one. A socket of UDP tells, and nothing is sent to connect one.
func ownAddress(to string) string {
	conn, err := new(net.Dialer).DialContext(context.Background(), "udp", to) // nothing is waited for
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }() // nothing was written
	return withoutPort(conn.LocalAddr())
}

// refined looks at the addresses behind a name that could not be connected to.
func (w witness) refined(cause string) string {
	if !slices.Contains([]string{"connect-timeout", "no-route", "connect-refused"}, cause) || len(w.facts.addresses) == 0 || !isPublicName(w.url.Hostname()) {
		return cause
	}
	public, private, own := 0, 0, 0
	for _, text := range w.facts.addresses {
		ip, err := netip.ParseAddr(text)
		switch {
		case err != nil:
		case ip.IsLoopback() || ip.IsUnspecified():
			own++
		case isPublic(ip):
			public++
		default:
			private++
		}
	}
	switch {
	case own > 0 && public+private == 0: // what filters of names answer
		return "dns-private-answer"
	case cause == "connect-refused":
		return cause
	case public > 0 && private+own > 0:
		return "dns-split-horizon"
	case public == 0:
		return "dns-private-answer"
	}
	return cause
}

// isPublicName says that the name is registered, so that it should stand for the same everywhere.
func isPublicName(host string) bool {
	ascii, err := hostASCII(host)
	if err != nil {
		return false
	}
	if _, err := netip.ParseAddr(ascii); err == nil {
		return false
	}
	_, registered := ownLabels(ascii)
	return registered != ""
}

// otherFamily finds out whether the host can be reached over the other version of IP, where it has addresses of both and the connection over
// one of them was made and led nowhere. (Where none is made at all, both have been tried.)
func (c *Client) otherFamily(ctx context.Context, w witness, cause string) string {
	used, err := netip.ParseAddrPort(w.facts.connected())
	if err != nil || w.facts.proxy != "" || w.url.Scheme != "https" || w.facts.phase != probe.PhaseTLS {
		return cause
	}
	for _, text := range w.facts.addresses {
		other, err := netip.ParseAddr(text)
		if err != nil || other.Unmap().Is4() == used.Addr().Unmap().Is4() {
			continue
		}
		if c.shakesHands(ctx, netip.AddrPortFrom(other, used.Port()), w.url.Hostname()) {
			return map[bool]string{true: "ipv4-broken", false: "ipv6-broken"}[used.Addr().Unmap().Is4()]
		}
		return cause
	}
	return cause
}

// longestLook is how long a look at what else may be wrong takes.
const longestLook = 3 * time.Second

// shakesHands makes a connection and agrees on TLS, and sends no request.
func (c *Client) shakesHands(ctx context.Context, to netip.AddrPort, name string) bool {
	ctx, cancel := context.WithTimeout(ctx, min(longestLook, c.options.ConnectTimeout))
	defer cancel()
	conn, err := c.dialer.guarded(ctx, "tcp", to.String())
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was written
	return tls.Client(conn, &tls.Config{ServerName: name, InsecureSkipVerify: true}).HandshakeContext(ctx) == nil
}

// certificates tells the chain that the server showed, and what is missing in it.
func (w witness) certificates(err error) []probe.Fact {
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) || len(verification.UnverifiedCertificates) == 0 {
		return nil
	}
	var all []probe.Fact
	certs := verification.UnverifiedCertificates
	for i, c := range certs[:min(len(certs), 5)] {
		all = append(all, probe.Fact{Name: fmt.Sprintf("certificate %d", i+1), Value: fmt.Sprintf("%s, issued by %s, valid from %s to %s",
			c.Subject, c.Issuer, c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly))})
	}
	all = append(all, probe.Fact{Name: "names in the certificate", Value: strings.Trim(certificateNames(certs[0]), `"`)})
	last := certs[len(certs)-1]
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) && last.Subject.String() != last.Issuer.String() {
		all = append(all, probe.Fact{Name: "missing certificate", Value: last.Issuer.String()})
		if len(last.IssuingCertificateURL) > 0 {
			all = append(all, probe.Fact{Name: "it is to be had at", Value: last.IssuingCertificateURL[0]})
		}
	}
	return all
}

// refusal is what a proxy said of itself when it refused.
func (w witness) refusal(err error) []probe.Fact {
	var refusal *proxyRefusal
	if !errors.As(err, &refusal) {
		return nil
	}
	all := []probe.Fact{{Name: "answer of the proxy", Value: refusal.status}}
	if refusal.server != "" {
		all = append(all, probe.Fact{Name: "the proxy says", Value: refusal.server})
	}
	return all
}

// tries tells what became of each address, where there were several.
func (w witness) tries() []probe.Fact {
	if len(w.facts.tried) < 2 {
		return nil
	}
	var all []string
	for _, t := range w.facts.tried[:min(len(w.facts.tried), 8)] {
		all = append(all, t.address+" "+became(t.err))
	}
	return []probe.Fact{{Name: "tried", Value: strings.Join(all, "; ")}}
}

func became(err error) string {
	switch {
	case err == nil:
		return "connected"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route"
	case isTimeout(err), errors.Is(err, context.Canceled):
		return "no answer"
	}
	return "failed"
}
