package send

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// tlsCause puts into words why TLS failed; ok is false where it did not.
func (w witness) tlsCause(err error) (cause, text string, ok bool) {
	var verification *tls.CertificateVerificationError
	var op *net.OpError
	switch {
	case errors.As(err, &verification):
		cause, text = w.certificateCause(verification)
		return cause, text, true
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"):
		cause, text = alertCause(op.Err.Error(), w.facts)
		return cause, text, true
	case speaksOther(err):
		return "", "", false
	}
	said := err.Error()
	if strings.Contains(said, "unsupported protocol version") {
		return "tls-protocol-version", "the server speaks no version of TLS from 1.2 on", true
	}
	for _, library := range []string{"tls: ", "x509: "} {
		if _, detail, found := strings.Cut(said, library); found {
			return "tls-handshake-failed", detail, true
		}
	}
	return "", "", false
}

// speaksOther says that what answered a TLS handshake is no TLS.
func speaksOther(err error) bool {
	var header tls.RecordHeaderError
	return errors.As(err, &header) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func (w witness) certificateCause(err *tls.CertificateVerificationError) (cause, text string) {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &host):
		return "tls-name-mismatch", fmt.Sprintf("the certificate is for %s, not for %q", certificateNames(host.Certificate), host.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		if c := invalid.Cert; w.options.Now().Before(c.NotBefore) {
			return "tls-not-yet-valid", "the certificate is not valid before " + c.NotBefore.UTC().Format(time.DateTime) + " UTC"
		}
		return "tls-expired", "the certificate expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateTime) + " UTC"
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return "tls-bad-certificate", "the certificate may not be used by a server"
	case errors.As(err, &authority):
		return authorityCause(err.UnverifiedCertificates)
	}
	return "tls-bad-certificate", "the certificate is not valid"
}

func authorityCause(certs []*x509.Certificate) (cause, text string) {
	if len(certs) == 0 {
		return "tls-unknown-authority", "the certificate was issued by an unknown authority"
	}
	leaf := certs[0]
	text = fmt.Sprintf("the certificate was issued by an unknown authority (%q)", leaf.Issuer)
	switch vendor := inspector(certs); {
	case vendor != "":
		return "tls-intercepted", fmt.Sprintf("the certificate was issued by %q, which inspects traffic (%s)", leaf.Issuer, vendor)
	case leaf.Subject.String() == leaf.Issuer.String():
		return "tls-self-signed", fmt.Sprintf("the certificate is signed by itself (%q)", leaf.Subject)
	case isIncomplete(certs):
		return "tls-missing-intermediate", text + ", or the server does not send the intermediate certificate"
	case len(certs) == 1:
		return "tls-unknown-authority", text + ", or the server does not send the intermediate certificate"
	}
	return "tls-unknown-authority", text
}

// inspectors issue certificates in the name of others, for the network that we are in.
var inspectors = []string{
	"Zscaler", "Netskope", "Fortinet", "FortiGate", "Blue Coat", "Symantec Web", "Forcepoint", "Websense", "Palo Alto", "Sophos", "Barracuda", "McAfee Web Gateway",
	"Skyhigh", "Cisco Umbrella", "Check Point", "WatchGuard", "Kaspersky", "ESET SSL Filter", "Avast Web", "mitmproxy", "Charles Proxy", "DO_NOT_TRUST_FiddlerRoot",
}

func inspector(certs []*x509.Certificate) string {
	for _, c := range certs {
		for _, name := range inspectors {
			if strings.Contains(strings.ToLower(c.Issuer.String()), strings.ToLower(name)) {
				return name
			}
		}
	}
	return ""
}

// isIncomplete says that the server most likely left out a certificate: what it sent ends with one whose issuer is no root by its name, or
// which says where the certificate of its issuer is to be had, as those below an intermediate do (RFC 5280, section 4.2.2.1).
func isIncomplete(certs []*x509.Certificate) bool {
	last := certs[len(certs)-1]
	if last.IsCA && len(certs) > 1 {
		return false // what is left out may well be the root, which servers do leave out
	}
	name := strings.ToLower(last.Issuer.CommonName)
	for _, word := range []string{"intermediate", "issuing", "subordinate", "sub ca", "subca"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return len(last.IssuingCertificateURL) > 0 && !strings.Contains(name, "root")
}

func certificateNames(c *x509.Certificate) string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no host at all"
	}
	if len(names) > 4 {
		names = append(names[:4], "...")
	}
	return fmt.Sprintf("%q", strings.Join(names, ", "))
}

// alertCause reads the alert with which the server ended TLS (RFC 8446, section 6). Servers answer a missing client certificate with
// several of them.
func alertCause(alert string, f *facts) (cause, text string) {
	alert = strings.TrimPrefix(alert, "tls: ")
	refusal := strings.Contains(alert, "certificate") || alert == "handshake failure" || alert == "access denied" || strings.Contains(alert, "unknown certificate authority")
	switch {
	case refusal && f.certAsked, alert == "certificate required":
		return certificateRefused(f)
	case alert == "protocol version not supported":
		return "tls-protocol-version", "the server speaks no version of TLS from 1.2 on"
	case alert == "unrecognized name":
		return "tls-unrecognized-name", "the server does not know this host name"
	}
	return "tls-handshake-failed", fmt.Sprintf("the server ended it (%s)", alert)
}

func certificateRefused(f *facts) (cause, text string) {
	if f.certGiven {
		return "tls-client-certificate-refused", "the server refused our client certificate"
	}
	return "tls-client-certificate-required", "the server demands a client certificate"
}
