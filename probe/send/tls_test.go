package send_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// authority issues certificates for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	var err error
	a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	a.file = writePEM(t, "CERTIFICATE", der)
	return a
}

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "*.pem")
	require.NoError(t, err)
	require.NoError(t, pem.Encode(file, &pem.Block{Type: kind, Bytes: der}))
	require.NoError(t, file.Close())
	return filepath.Clean(file.Name())
}

// issue makes a certificate for 127.0.0.1 and api.staging.test, changed by change.
func (a *authority) issue(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "leaf"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"api.staging.test"}, IPAddresses: []net.IP{net.ParseIP("127.0.0.1")},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func tlsServer(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Proto", r.Proto)
		_, _ = io.Copy(w, r.Body)
	}))
	s.TLS = config
	s.EnableHTTP2 = len(config.NextProtos) == 0
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func TestTLSFailuresAreNamed(t *testing.T) {
	a := newAuthority(t)
	good := a.issue(t, nil)
	selfSigned := *a
	self := a.issue(t, nil)
	selfSigned.cert = &x509.Certificate{Subject: pkix.Name{CommonName: "leaf"}}
	selfSigned.key = self.PrivateKey.(*ecdsa.PrivateKey)
	for _, c := range []struct {
		name, cause, text string
		leaf              tls.Certificate
		change            func(*tls.Config)
		trust             bool
	}{
		{"unknown authority", "tls-unknown-authority", `was issued by an unknown authority \("CN=Test Authority"\), or the server does not send the intermediate certificate$`, good, nil, false},
		{"self-signed", "tls-self-signed", `signed by itself \("CN=leaf"\)$`, selfSigned.issue(t, nil), nil, false},
		{"name", "tls-name-mismatch", `the certificate is for "other.test", not for "127.0.0.1"$`, a.issue(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.test"} }), nil, true},
		{"expired", "tls-expired", `the certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$`, a.issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), nil, true},
		{"not yet", "tls-not-yet-valid", `the certificate is not valid before \d{4}-`, a.issue(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), nil, true},
		{"usage", "tls-bad-certificate", `may not be used by a server$`, a.issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = c.ExtKeyUsage[1:] }), nil, true},
		{"old protocol", "tls-protocol-version", `the server speaks no version of TLS from 1.2 on$`, good, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, true},
		{"client certificate, 1.3", "tls-client-certificate-required", `the server demands a client certificate$`, good, func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, true},
		{"client certificate, 1.2", "tls-client-certificate-required", `the server demands a client certificate$`, good, func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := &tls.Config{Certificates: []tls.Certificate{c.leaf}}
			if c.change != nil {
				c.change(config)
			}
			s := tlsServer(t, config)
			o := send.Options{}
			if c.trust {
				o.CACert = a.file
			}
			x := do(t, client(t, o), probe.Request{Method: "POST", URL: s.URL, Body: []byte("{}")})
			require.NotNil(t, x.Failure())
			assert.Equal(t, "transport.tls", x.Failure().Rule)
			assert.Regexp(t, c.text, x.Failure().Error)
			assert.Equal(t, c.cause, x.Failure().Diagnosis.Cause)
			assert.True(t, x.Failure().Diagnosis.Host)
			assert.NotEmpty(t, x.Failure().Diagnosis.Letter)
			assert.Len(t, x.Attempts, 1, "it would fail in the same way")
			assert.NotContains(t, x.Failure().Error, "x509")
		})
	}
}

func TestTLSFactsAreRecorded(t *testing.T) {
	a := newAuthority(t)
	s := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	x := do(t, client(t, send.Options{CACert: a.file}), get(s.URL))
	answer := answered(t, x)
	assert.Equal(t, []string{"HTTP/2.0"}, header(answer.Headers, "X-Proto"))
	require.NotNil(t, x.TLS)
	assert.Equal(t, "TLS 1.3", x.TLS.Version)
	assert.NotEmpty(t, x.TLS.Cipher)
	assert.Equal(t, "CN=Test Authority", x.TLS.Issuer)
	assert.Equal(t, "CN=leaf", x.TLS.Subject)
	assert.WithinDuration(t, time.Now().Add(time.Hour), x.TLS.NotAfter, time.Minute)
	assert.True(t, x.TLS.Verified)
	assert.Positive(t, x.Timing.TLS)

	x = do(t, client(t, send.Options{}), get(s.URL))
	require.NotNil(t, x.TLS, "the certificate that was not believed is evidence")
	assert.Equal(t, "CN=Test Authority", x.TLS.Issuer)
	assert.False(t, x.TLS.Verified)

	x = do(t, client(t, send.Options{Insecure: true}), get(s.URL))
	answered(t, x)
	assert.False(t, x.TLS.Verified)
}

func TestClientCertificate(t *testing.T) {
	a := newAuthority(t)
	own := a.issue(t, nil)
	der, err := x509.MarshalECPrivateKey(own.PrivateKey.(*ecdsa.PrivateKey))
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	o := send.Options{CACert: a.file, Cert: writePEM(t, "CERTIFICATE", own.Certificate[0]), Key: writePEM(t, "EC PRIVATE KEY", der)}
	s := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool})
	answered(t, do(t, client(t, o), get(s.URL)))

	s = tlsServer(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()})
	x := do(t, client(t, o), get(s.URL))
	require.NotNil(t, x.Failure())
	assert.Equal(t, "transport.tls", x.Failure().Rule)
	assert.Contains(t, x.Failure().Error, "refused our client certificate")
}

func TestSchemeAndPortMixedUp(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer plain.Close()
	plain.Config.ErrorLog = log.New(io.Discard, "", 0)
	failed(t, client(t, short()), get(strings.Replace(plain.URL, "http", "https", 1)), "transport.malformed", probe.PhaseTLS, "does not speak TLS: check the scheme and the port of the URL$")

	a := newAuthority(t)
	s := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	failed(t, client(t, short()), get(strings.Replace(s.URL, "https", "http", 1)), "transport.malformed", probe.PhaseFirstByte, "use https$")
}

func TestHTTP2CarriesEveryMethodAndBody(t *testing.T) {
	a := newAuthority(t)
	s := tlsServer(t, &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}})
	c := client(t, send.Options{CACert: a.file})
	for _, method := range []string{"GET", "OPTIONS", "DELETE", "POST", "PUT", "PATCH"} {
		x := do(t, c, probe.Request{Method: method, URL: s.URL, Body: []byte("echo"), Headers: []probe.Header{{Name: "Connection", Value: "Upgrade"}, {Name: "TE", Value: "gzip"}}})
		assert.Equal(t, "echo", answered(t, x).Body, method)
		assert.Equal(t, []string{"HTTP/2.0"}, header(x.Response.Headers, "X-Proto"))
	}
}

func TestHTTP2StreamReset(t *testing.T) {
	a := newAuthority(t)
	hits := 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits++
		_, _ = io.WriteString(w, "partial")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	s.TLS, s.EnableHTTP2 = &tls.Config{Certificates: []tls.Certificate{a.issue(t, nil)}}, true
	s.StartTLS()
	defer s.Close()
	x := failed(t, client(t, send.Options{CACert: a.file}), probe.Request{Method: "POST", URL: s.URL}, "transport.reset", probe.PhaseBody, "closed the connection within the answer: 7 bytes came$")
	assert.Equal(t, "partial", x.Response.Body)
	assert.Equal(t, 1, hits)
}
