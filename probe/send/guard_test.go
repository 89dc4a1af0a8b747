package send_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/send"
)

func TestGuardAdmits(t *testing.T) {
	for _, host := range []string{
		"localhost", "LOCALHOST:8080", "localhost.", "api.localhost", "127.0.0.1", "127.9.9.9:80", "[::1]:8443", "[::ffff:127.0.0.1]", "10.1.2.3",
		"172.16.0.1", "192.168.1.1:9", "[fd12:3456::1]", "[::ffff:10.0.0.1]", "orders", "orders-v2:8080", "otp_service",
		"apisit.xyz.com", "apisit.xyz.com:8443", "APISIT.XYZ.COM.", "apiuat.bank.co.in", "devapi.corp.com", "staging.acme.com", "api.staging.acme.com",
		"api-staging.acme.com", "stg-api.acme.io", "uat2.acme.com", "qa01-orders.acme.com", "acme-test.com", "acme-uat.co.uk", "preprod.acme.com",
		"pre-prod.acme.com", "api.non-prod.acme.com", "nonprod-api.acme.com", "sandbox.acme.com", "acme-staging.herokuapp.com", "staging.acme.co.in",
		"api.example", "x.acme.test", "a.b.invalid", "printer.local", "mock.acme.com", "sit.acme.com", "user:pw@uat.acme.com", "ｓtaging.acme.com",
		"uat。acme。com", "staging.bücher.de", "127。0。0。1",
	} {
		assert.NoError(t, send.Guard{}.Check("https://"+host+"/v1?x=1"), host)
	}
}

func TestGuardRefuses(t *testing.T) {
	for _, host := range []string{
		"api.acme.com", "acme.com", "test.com", "demo.co.uk", "latest.example.com", "contest.example.com", "attestation.acme.com", "developer.example.com", "visit.example.com",
		"deposit.acme.com", "transit.acme.com", "greatest.acme.com", "sitting.acme.com", "backstage.acme.com", "staged.acme.com", "device.acme.com",
		"api.acme.dev", "bank.qa", "api.bank.qa", "acme.demo", "api.prod.acme.com", "prod-staging.acme.com", "staging.live.acme.com", "uat-production.acme.com",
		"production", "prod-db", "liveapi.uat.acme.com", "8.8.8.8", "169.254.169.254", "[fe80::1]", "[fe80::1%25eth0]", "[fd12::1%25eth0]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]",
		"metadata", "instance-data", "metadata.google.internal", "0.0.0.0", "[::]", "100.100.100.200", "[2001:db8::1]", "[64:ff9b::a9fe:a9fe]", "2130706433",
		"0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.0.1.", "127.0.0.01", "1.2.3.4.5", "staging.1", "localhost@evil.com",
		"staging.acme.com@evil.com", "localhost:80@evil.com", "localhost.evil.com", "127.0.0.1.evil.com", "evil.com#.staging.acme.com", "evil.com?staging.acme.com",
		"evil.com/staging.acme.com", "evil.com\\.staging.acme.com", "staging..acme.com", "..", "ｅvil.com", "еxample.com", "xn--e1awd7f.com", "staging.xn--", "1.1.1.1.in-addr.arpa",
		"10.0.0.1.nip.io", "mytest.acme.com",
	} {
		assert.Error(t, send.Guard{}.Check("https://"+host+"/"), host)
	}
	for _, raw := range []string{"", "localhost", "//localhost/", "ftp://localhost/", "file:///etc/passwd", "https://", "https:///x", "https://%00localhost/", "javascript:alert(1)", "https://local\thost/"} {
		assert.Error(t, send.Guard{}.Check(raw), raw)
	}
}

func TestGuardSaysWhatToDo(t *testing.T) {
	for url, want := range map[string]string{
		"https://API.acme.com/x":   `host "api.acme.com" is refused: its name does not look like staging (a part such as "staging", "uat" or "test"); where it is right, admit it with --allow-host api.acme.com`,
		"https://prod.uat.acme.in": `host "prod.uat.acme.in" is refused: its name says production; where it is right, admit it with --allow-host prod.uat.acme.in`,
		"http://2130706433/":       `host "2130706433" is refused: it is a number and no address in the usual form, as in 127.0.0.1`,
		"http://169.254.169.254/":  `host "169.254.169.254" is refused: the address is link-local, where clouds keep credentials of the machine itself; where it is right, admit it with --allow-host 169.254.169.254`,
	} {
		assert.EqualError(t, send.Guard{}.Check(url), want)
	}
}

func TestGuardAllow(t *testing.T) {
	for _, c := range []struct {
		pattern, host string
		admitted      bool
	}{
		{"api.acme.com", "api.acme.com:8443", true},
		{"API.Acme.com.", "api.acme.com", true},
		{"api.acme.com", "xapi.acme.com", false},
		{"*.acme.com", "a.b.acme.com", true},
		{"*.acme.com", "acme.com", false},
		{"*.acme.com", "acme.com.evil.com", false},
		{"*.acme.com", "evilacme.com", false},
		{"8.8.8.8", "8.8.8.8", true},
		{"8.8.8.8", "[::ffff:8.8.8.8]", true},
		{"8.8.8.0/24", "8.8.8.9", true},
		{"8.8.8.0/24", "8.8.9.9", false},
		{"2001:db8::/32", "[2001:db8::7]", true},
		{"[2001:db8::7]", "[2001:db8::7]", true},
		{"8.8.8.0/24", "acme.com", false},
		{"bücher.de", "xn--bcher-kva.de", true},
		{"*.prod.acme.com", "api.prod.acme.com", true},
		{"acme.com", "8.8.8.8", false},
		{"*", "2130706433", false},
	} {
		err := send.Guard{Allow: []string{"other.example.com", c.pattern}}.Check("http://" + c.host + "/")
		assert.Equal(t, c.admitted, err == nil, "%s on %s: %v", c.pattern, c.host, err)
	}
	require.NoError(t, send.Guard{Allow: []string{"x"}}.Check("http://localhost"))
	for _, bad := range []string{"8.8.8.0/99", "[a-", "acme/x"} {
		assert.ErrorContains(t, send.Guard{Allow: []string{bad}}.Check("http://localhost"), "--allow-host", bad)
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("https://apisit.xyz.com/", "*.xyz.com")
	f.Add("http://[fe80::1%25eth0]:1/", "10.0.0.0/8")
	f.Add("http://127。0x1/", "[")
	f.Fuzz(func(t *testing.T, url, pattern string) {
		err := send.Guard{}.Check(url)
		if again := (send.Guard{}).Check(url); (err == nil) != (again == nil) {
			t.Error("not deterministic")
		}
		_ = send.Guard{Allow: []string{pattern}}.Check(url)
	})
}
