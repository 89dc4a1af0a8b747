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
func tlsCause(err error, f facts) (cause string, ok bool) {
	var verification *tls.CertificateVerificationError
	var op *net.OpError
	switch {
	case errors.As(err, &verification):
		return certificateCause(verification), true
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"):
		return alertCause(op.Err.Error(), f), true
	case speaksOther(err):
		return "", false
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "unsupported protocol version"):
		return "the server speaks no version of TLS from 1.2 on", true
	case strings.Contains(text, "tls: "):
		_, detail, _ := strings.Cut(text, "tls: ")
		return detail, true
	case strings.Contains(text, "x509: "):
		_, detail, _ := strings.Cut(text, "x509: ")
		return detail, true
	}
	return "", false
}

// speaksOther says that what answered a TLS handshake is no TLS.
func speaksOther(err error) bool {
	var header tls.RecordHeaderError
	return errors.As(err, &header) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func certificateCause(err *tls.CertificateVerificationError) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &host):
		return fmt.Sprintf("the certificate is for %s, not for %q", certificateNames(host.Certificate), host.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		if c := invalid.Cert; time.Now().Before(c.NotBefore) {
			return "the certificate is not valid before " + c.NotBefore.UTC().Format(time.DateTime) + " UTC"
		}
		return "the certificate expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateTime) + " UTC"
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return "the certificate may not be used by a server"
	case errors.As(err, &authority):
		return authorityCause(err.UnverifiedCertificates)
	}
	return "the certificate is not valid"
}

func authorityCause(certs []*x509.Certificate) string {
	if len(certs) == 0 {
		return "the certificate was issued by an unknown authority"
	}
	leaf := certs[0]
	if leaf.Subject.String() == leaf.Issuer.String() {
		return fmt.Sprintf("the certificate is signed by itself (%q)", leaf.Subject)
	}
	cause := fmt.Sprintf("the certificate was issued by an unknown authority (%q)", leaf.Issuer)
	if len(certs) == 1 {
		return cause + ", or the server does not send the intermediate certificate"
	}
	return cause
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
func alertCause(alert string, f facts) string {
	alert = strings.TrimPrefix(alert, "tls: ")
	refusal := strings.Contains(alert, "certificate") || alert == "handshake failure" || alert == "access denied" || strings.Contains(alert, "unknown certificate authority")
	switch {
	case refusal && f.certAsked, alert == "certificate required":
		return certificateRefused(f)
	case alert == "protocol version not supported":
		return "the server speaks no version of TLS from 1.2 on"
	case alert == "unrecognized name":
		return "the server does not know this host name"
	}
	return fmt.Sprintf("the server ended it (%s)", alert)
}

func certificateRefused(f facts) string {
	if f.certGiven {
		return "the server refused our client certificate"
	}
	return "the server demands a client certificate"
}
