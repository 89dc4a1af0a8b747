package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sum(algorithm func() hash.Hash, key, text string) []byte {
	h := hmac.New(algorithm, []byte(key))
	h.Write([]byte(text))
	return h.Sum(nil)
}

func TestHMAC(t *testing.T) {
	base := Spec{Type: "hmac", Secret: "key", Header: "X-Signature"}
	body := post("http://a.test:80/p%20q/x?b=2 3&a", "application/json", `{"a":1}`)
	const bodyDigest = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
	cases := []struct {
		name   string
		change func(*Spec)
		want   string
	}{
		{
			// The known HMACs of this text under the key "key".
			"SHA-256 in hex", func(s *Spec) { s.Template = "The quick brown fox jumps over the lazy dog" },
			"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
		},
		{
			"SHA-1", func(s *Spec) { s.Template, s.Algorithm = "The quick brown fox jumps over the lazy dog", "HMAC-SHA1" },
			"de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9",
		},
		{
			"every field", func(s *Spec) {
				s.Template = `{method}\n{path}\n{query}\n{url}|{host}|{body}|{body_sha256}|{timestamp}|{nonce}|{header:content-type}|{header:Host}|{ x }{"a":{}`
				s.TimestampHeader, s.NonceHeader, s.Encoding, s.Prefix, s.Algorithm = "X-Time", "X-Nonce", "base64", "HMAC partner:", "SHA-512"
			},
			"HMAC partner:" + base64.StdEncoding.EncodeToString(sum(sha512.New, "key", "POST\n/p%20q/x\nb=2%203&a\nhttp://a.test:80/p%20q/x?b=2%203&a|a.test|"+
				`{"a":1}|`+bodyDigest+`|1700000000|nonce1|application/json|a.test|{ x }{"a":{}`)),
		},
		{"a key in hex", func(s *Spec) {
			s.Template, s.Secret, s.SecretEncoding = "x", "00ff", "hex"
		}, hex.EncodeToString(sum(sha256.New, "\x00\xff", "x"))},
		{"a key in base64", func(s *Spec) {
			s.Template, s.Secret, s.SecretEncoding = "x", "AP8=", "base64"
		}, hex.EncodeToString(sum(sha256.New, "\x00\xff", "x"))},
		{"milliseconds", func(s *Spec) {
			s.Template, s.TimestampHeader, s.TimestampFormat = "{timestamp}", "T", "unix-ms"
		}, hex.EncodeToString(sum(sha256.New, "key", "1700000000000"))},
		{"RFC 3339", func(s *Spec) {
			s.Template, s.TimestampHeader, s.TimestampFormat = "{timestamp}", "T", "rfc3339"
		}, hex.EncodeToString(sum(sha256.New, "key", "2023-11-14T22:13:20Z"))},
		{"the date of HTTP, by its header", func(s *Spec) {
			s.Template, s.TimestampHeader, s.TimestampFormat, s.Algorithm = "date: {header:Date}", "Date", "http", "sha1"
		}, hex.EncodeToString(sum(sha1.New, "key", "date: Tue, 14 Nov 2023 22:13:20 GMT"))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, w := base, newTestWorld()
			c.change(&s)
			got := authorize(t, s, w, body)
			assert.Equal(t, c.want, headerOf(t, got, "X-Signature"))
			assert.Equal(t, body.Body, got.Body)
			if s.TimestampHeader == "X-Time" {
				assert.Equal(t, "1700000000", headerOf(t, got, "X-Time"))
				assert.Equal(t, "nonce1", headerOf(t, got, "X-Nonce"))
			}
		})
	}
}

func TestHMACNamesTheHeaderThatIsMissing(t *testing.T) {
	a, err := New(Spec{Type: "hmac", Secret: "k", Header: "S", Template: "{header:X-Date}"}, newTestWorld().world())
	require.NoError(t, err)
	_, err = a.Authorize(t.Context(), get("http://a.test/"))
	require.ErrorContains(t, err, `header "X-Date", which this request does not have`)
	_, err = a.Authorize(t.Context(), get("/relative?key=hush", "X-Date", "x"))
	require.ErrorContains(t, err, "no absolute http or https URL")
}

func TestHostsAreSignedAsTheyGoOut(t *testing.T) {
	spec := Spec{Type: "hmac", Secret: "key", Header: "S", Template: "{host} {url}"}
	for _, c := range []struct{ name, url, given, want string }{
		{"a name of another script", "https://bücher.test:443/", "", "xn--bcher-kva.test https://xn--bcher-kva.test:443/"},
		{"a port of its own", "http://A.test:443", "", "a.test:443 http://A.test:443"},
		{"a header Host", "http://a.test/", "B.test:80", "b.test http://a.test/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := get(c.url)
			if c.given != "" {
				q = get(c.url, "Host", c.given)
			}
			got := authorize(t, spec, newTestWorld(), q)
			assert.Equal(t, hex.EncodeToString(sum(sha256.New, "key", c.want)), headerOf(t, got, "S"))
		})
	}
	a, err := New(spec, newTestWorld().world())
	require.NoError(t, err)
	for _, url := range []string{"", "a.test", "ftp://a.test", "http:///x", "http://a\u2028ü.test/", "http://a.test/%zz"} {
		_, err := a.Authorize(t.Context(), get(url))
		assert.Error(t, err, url)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"{method}\\n{path}", "{{method}}", "{", "}{", "{header:}", "{header:X{method}", "{a:b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := New(Spec{Type: "hmac", Secret: "k", Header: "S", Template: text}, newTestWorld().world())
		if err == nil {
			_, _ = a.Authorize(t.Context(), get("http://a.test/"))
		}
	})
}
