//go:build unix

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/serve"
)

// issue writes a certificate for probe.test, and its key.
func issue(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "probe.test"}, DNSNames: []string{"probe.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return cert, key
}

func TestACertificateIsReadAnewAndAWrongOneIsNot(t *testing.T) {
	dir := t.TempDir()
	var said []string
	cert, key := issue(t, dir, 1)
	c := &certificate{cert: cert, key: key, say: func(format string, _ ...any) { said = append(said, format) }}
	require.NoError(t, c.read())
	serial := func() int64 {
		c.looked = time.Time{} // long ago
		pair, err := c.get(nil)
		require.NoError(t, err)
		return pair.Leaf.SerialNumber.Int64()
	}
	assert.EqualValues(t, 1, serial())
	assert.Empty(t, said)
	issue(t, dir, 2)
	assert.EqualValues(t, 2, serial())
	require.NoError(t, os.WriteFile(key, []byte("half a k"), 0o600))
	assert.EqualValues(t, 2, serial())
	assert.EqualValues(t, 2, serial())
	require.NoError(t, os.Remove(cert))
	assert.EqualValues(t, 2, serial())
	require.Len(t, said, 3, "what is wrong is said once")
	assert.Contains(t, said[0], "read anew")
	assert.Contains(t, said[1], "is not taken")
	issue(t, dir, 3)
	assert.EqualValues(t, 3, serial())
}

// secured asks a server that is reached by TLS on loopback.
type secured struct {
	*served
	client *http.Client
}

func servingTLS(t *testing.T, more string) *secured {
	t.Helper()
	cert, key := issue(t, t.TempDir(), 1)
	s := &secured{served: serving(t, "serve: {hosts: [127.0.0.1], auth: required, tls: {cert: \""+cert+"\", key: \""+key+"\"}"+more+
		", schedules: [{name: nightly, cron: \"30 2 * * *\", sheets: [OTP], negatives: none}]}\n")}
	text, err := os.ReadFile(cert)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(text))
	s.client = &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "probe.test", MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// baseIntoSheet has the sheet itself name the staging server.
func (s *secured) baseIntoSheet() {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	require.NoError(s.t, err)
	line, rest, _ := strings.Cut(string(text), "\n")
	base, ok := strings.CutPrefix(line, "base-url: ")
	require.True(s.t, ok, line)
	path := filepath.Join(filepath.Dir(s.config), "otp.txt")
	sheet, err := os.ReadFile(path)
	require.NoError(s.t, err)
	own := regexp.MustCompile(`https://[a-z.-]+`).ReplaceAllString(string(sheet), base)
	require.Contains(s.t, own, base+"/")
	require.NoError(s.t, os.WriteFile(path, []byte(own), 0o600))
	s.write(rest)
	s.said("the configuration was read anew")
}

// as asks with a token.
func (s *secured) as(token, method, path string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, http.NoBody)
	require.NoError(s.t, err)
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.client.Do(r)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return answer.StatusCode, string(body)
}

func (s *secured) token(role access.Role) string {
	s.t.Helper()
	store, err := sqlstore.Open(s.t.Context(), "sqlite://"+filepath.Join(filepath.Dir(s.config), "h.db"), time.Now)
	require.NoError(s.t, err)
	defer func() { _ = store.Close() }()
	_, text, err := access.New(store.Access(), access.Options{}).CreateToken(s.t.Context(), "test", role, time.Hour, access.Actor{})
	require.NoError(s.t, err)
	return text
}

func TestWhoIsServedOverTLSProbesNothingPrivateUnlessItIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		more    string
		own     bool // the sheet itself holds the address
		verdict string
	}{
		"unless":      {"", true, "blocked"},
		"named":       {", allow-private: [127.0.0.1]", true, "conforms"},
		"as the base": {"", false, "conforms"},
	} {
		t.Run(name, func(t *testing.T) {
			s := servingTLS(t, c.more)
			s.said("there is no user yet")
			if c.own {
				s.baseIntoSheet()
			}
			status, body := s.as("", http.MethodPost, "/api/v1/schedules/nightly/run")
			assert.Equal(t, http.StatusUnauthorized, status, body)
			status, body = s.as(s.token(access.Viewer), http.MethodPost, "/api/v1/schedules/nightly/run")
			assert.Equal(t, http.StatusForbidden, status, body)
			status, body = s.as(s.token(access.Operator), http.MethodPost, "/api/v1/schedules/nightly/run")
			require.Equal(t, http.StatusAccepted, status, body)
			s.said(" of nightly: " + c.verdict)
			status, _ = s.as("", http.MethodGet, "/")
			assert.Equal(t, http.StatusSeeOther, status)
			assert.Zero(t, s.stop())
			assert.NotContains(t, s.err.String(), "http: ")
		})
	}
}

func TestWhoIsLetInIsAsTheConfigurationAndTheFlagsSay(t *testing.T) {
	network := []netip.Prefix{netip.MustParsePrefix("10.0.0.7/32")}
	for name, c := range map[string]struct {
		config, given accessConfig
		listen        string
		want          serve.Access
	}{
		"loopback":                {accessConfig{}, accessConfig{}, "", serve.Access{}},
		"loopback, asked":         {accessConfig{auth: authRequired, metrics: metricsOpen}, accessConfig{}, "", serve.Access{Required: true, OpenMetrics: true}},
		"elsewhere":               {accessConfig{hosts: []string{"a"}}, accessConfig{hosts: []string{"b"}}, "0.0.0.0:1", serve.Access{Required: true, Hosts: []string{"b"}}},
		"loopback behind a proxy": {accessConfig{}, accessConfig{behindProxy: true}, "", serve.Access{Required: true, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}},
		"behind a proxy":          {accessConfig{behindProxy: true, trustedProxies: []string{"10.0.0.7"}}, accessConfig{}, ":1", serve.Access{Required: true, Proxies: network}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &serveVerb{listen: c.listen, given: c.given}
			who, _, err := v.whoMay(&config{serve: serveConfig{access: c.config}})
			require.NoError(t, err)
			assert.Equal(t, c.want, who)
			assert.Equal(t, who.Required, v.guardServed(send.Guard{}, &config{}, "", false).Service)
			assert.True(t, v.guardServed(send.Guard{}, &config{}, "", true).Service, "what somebody handed in is never to be trusted")
		})
	}
}

func TestAPasswordIsTypedTwice(t *testing.T) {
	for name, c := range map[string]struct {
		typed []string
		err   error
		want  string
		says  string
	}{
		"the same": {[]string{"correct horse", "correct horse"}, nil, "correct horse", ""},
		"another":  {[]string{"correct horse", "correct hose"}, nil, "", "not the same"},
		"nobody":   {nil, errors.New("no terminal"), "", "no password was typed"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			n := 0
			password, err := askTwice(&out, func() ([]byte, error) {
				n++
				if c.err != nil {
					return nil, c.err
				}
				return []byte(c.typed[n-1]), nil
			})
			assert.Equal(t, c.want, password)
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
			}
			assert.NotContains(t, out.String(), "correct")
		})
	}
}

func TestTheSecretOfAnOpenIDProviderComesFromItsSource(t *testing.T) {
	c, err := parseConfig("x.yaml", []byte(`serve:
  public-url: https://probe.example/
  oidc: {issuer: "https://idp.example", client_id: probe, client_secret: idp, groups_claim: roles, roles: {testers: operator}}
secrets: {idp: {env: IDP_SECRET}}
`))
	require.NoError(t, err)
	v := &serveVerb{w: World{Environ: []string{"IDP_SECRET=idp-secret-0001"}}}
	got, err := v.provider(t.Context(), c, true)
	require.NoError(t, err)
	assert.Equal(t, &serve.OIDC{
		Issuer: "https://idp.example", ClientID: "probe", ClientSecret: "idp-secret-0001", PublicURL: "https://probe.example", GroupsClaim: "roles",
		Roles: map[string]access.Role{"testers": access.Operator},
	}, got)
	v.w.Environ = nil
	_, err = v.provider(t.Context(), c, true)
	require.ErrorContains(t, err, "IDP_SECRET")
}
