package auth

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// signed makes the base string and the signature of published examples, which give every parameter themselves.
func signed(t *testing.T, s Spec, method string, q probe.Request, protocol ...pair) (base, signature string) {
	t.Helper()
	to, err := normalize(&q)
	require.NoError(t, err)
	all := append(protocol, pairs(to.RawQuery)...)
	if isForm(q) {
		all = append(all, pairs(string(q.Body))...)
	}
	s.Type = "oauth1"
	sign, err := s.signer(method)
	require.NoError(t, err)
	base = baseString(q.Method, to, all)
	signature, err = sign(base)
	require.NoError(t, err)
	return base, signature
}

// The private key that the OAuth test cases publish for RSA-SHA1. It protects nothing.
const publishedKey = `-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALRiMLAh9iimur8V
A7qVvdqxevEuUkW4K+2KdMXmnQbG9Aa7k7eBjK1S+0LYmVjPKlJGNXHDGuy5Fw/d
7rjVJ0BLB+ubPK8iA/Tw3hLQgXMRRGRXXCn8ikfuQfjUS1uZSatdLB81mydBETlJ
hI6GH4twrbDJCR2Bwy/XWXgqgGRzAgMBAAECgYBYWVtleUzavkbrPjy0T5FMou8H
X9u2AC2ry8vD/l7cqedtwMPp9k7TubgNFo+NGvKsl2ynyprOZR1xjQ7WgrgVB+mm
uScOM/5HVceFuGRDhYTCObE+y1kxRloNYXnx3ei1zbeYLPCHdhxRYW7T0qcynNmw
rn05/KO2RLjgQNalsQJBANeA3Q4Nugqy4QBUCEC09SqylT2K9FrrItqL2QKc9v0Z
zO2uwllCbg0dwpVuYPYXYvikNHHg+aCWF+VXsb9rpPsCQQDWR9TT4ORdzoj+Nccn
qkMsDmzt0EfNaAOwHOmVJ2RVBspPcxt5iN4HI7HNeG6U5YsFBb+/GZbgfBT3kpNG
WPTpAkBI+gFhjfJvRw38n3g/+UeAkwMI2TJQS4n8+hid0uus3/zOjDySH3XHCUno
cn1xOJAyZODBo47E+67R4jV1/gzbAkEAklJaspRPXP877NssM5nAZMU0/O/NGCZ+
3jPgDUno6WbJn5cqm8MqWhW1xGkImgRk+fkDBquiq4gPiT898jusgQJAd5Zrr6Q8
AO/0isr/3aa6O6NLQxISLKcPDk2NOccAfS/xOtfOz4sJYM3+Bs4Io9+dZGSDCA54
Lw03eHTNQghS0A==
-----END PRIVATE KEY-----`

func TestOAuth1PublishedVectors(t *testing.T) {
	photos := Spec{ConsumerSecret: "kd94hf93k423kf44"}
	photosToken := Spec{ConsumerSecret: "kd94hf93k423kf44", TokenSecret: "pfkkdhi9sl3r4s00"}
	cases := []struct {
		name, method    string
		spec            Spec
		q               probe.Request
		protocol        []pair
		base, signature string // "" where the document gives none
	}{
		{
			name: "RFC 5849 section 1.2, temporary credentials", method: "HMAC-SHA1", spec: photos, q: probe.Request{Method: "POST", URL: "https://photos.example.net/initiate"},
			protocol: []pair{
				{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "137131200"},
				{"oauth_nonce", "wIjqoS"},
				{"oauth_callback", "http://printer.example.com/ready"},
			},
			signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
		},
		{
			name: "RFC 5849 section 1.2, token credentials", method: "HMAC-SHA1",
			spec: Spec{ConsumerSecret: "kd94hf93k423kf44", TokenSecret: "hdhd0244k9j7ao03"}, q: probe.Request{Method: "POST", URL: "https://photos.example.net/token"},
			protocol: []pair{
				{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
				{"oauth_token", "hh5s93j4hdidpola"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "137131201"},
				{"oauth_nonce", "walatlh"},
				{"oauth_verifier", "hfdp7dh39dks9884"},
			},
			signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
		},
		{
			name: "RFC 5849 section 1.2, protected resource", method: "HMAC-SHA1", spec: photosToken, q: get("http://photos.example.net/photos?file=vacation.jpg&size=original"),
			protocol: []pair{
				{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
				{"oauth_token", "nnch734d00sl2jdk"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "137131202"},
				{"oauth_nonce", "chapoH"},
			},
			signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
		},
		{
			name: "RFC 5849 section 3.4.1.1, form and query", method: "HMAC-SHA1", spec: Spec{ConsumerSecret: "j49sk3j29djd", TokenSecret: "dh893hdasih9"},
			q: post("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", form, "c2&a3=2+q"),
			protocol: []pair{
				{"oauth_consumer_key", "9djdj82h48djs9d2"},
				{"oauth_token", "kkk9d7dh3k39sjv7"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "137131201"},
				{"oauth_nonce", "7d8f3e4a"},
			},
			base: "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
				"oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
				"oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
			signature: "r6/TJjbCOr97/+UU0NsvSne7s5g=",
		},
		{
			name: "RFC 5849 section 3.4.1.2, default port and escaped path", method: "HMAC-SHA1", spec: photos, q: get("http://EXAMPLE.COM:80/r%20v/X?id=123"),
			base: "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&id%3D123",
		},
		{
			name: "RFC 5849 section 3.4.1.2, other port", method: "HMAC-SHA1", spec: photos, q: get("https://www.example.net:8080/?q=1"),
			base: "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1",
		},
		{
			name: "OAuth Core 1.0a appendix A.5", method: "HMAC-SHA1", spec: photosToken, q: get("http://photos.example.net/photos?file=vacation.jpg&size=original"),
			protocol: []pair{
				{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
				{"oauth_token", "nnch734d00sl2jdk"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "1191242096"},
				{"oauth_nonce", "kllo9940pd9333jh"},
				{"oauth_version", "1.0"},
			},
			base: "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3Dkllo9940pd9333jh%26" +
				"oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1191242096%26oauth_token%3Dnnch734d00sl2jdk%26oauth_version%3D1.0%26size%3Doriginal",
			signature: "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
		},
		{
			name: "Twitter, creating a signature", method: "HMAC-SHA1",
			spec: Spec{ConsumerSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", TokenSecret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"},
			q:    post("https://api.twitter.com/1.1/statuses/update.json?include_entities=true", form, "status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21"),
			protocol: []pair{
				{"oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"},
				{"oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"},
				{"oauth_signature_method", "HMAC-SHA1"},
				{"oauth_timestamp", "1318622958"},
				{"oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"},
				{"oauth_version", "1.0"},
			},
			signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
		},
		{
			name: "OAuth test cases, RSA-SHA1", method: "RSA-SHA1", spec: Spec{PrivateKey: publishedKey}, q: get("http://photos.example.net/photos?file=vacaction.jpg&size=original"),
			protocol: []pair{
				{"oauth_consumer_key", "dpf43f3p2l4k3l03"},
				{"oauth_nonce", "13917289812797014437"},
				{"oauth_signature_method", "RSA-SHA1"},
				{"oauth_timestamp", "1196666512"},
				{"oauth_version", "1.0"},
			},
			signature: "jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKsW//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=",
		},
		{
			name: "OAuth Core 1.0a section 9.4.1, PLAINTEXT", method: "PLAINTEXT", spec: Spec{ConsumerSecret: "djr9rjt0jd78jf88", TokenSecret: "jjd99$tj88uiths3"},
			q: get("http://photos.example.net/"), signature: "djr9rjt0jd78jf88&jjd99%24tj88uiths3",
		},
		{
			name: "OAuth Core 1.0a section 9.4.1, PLAINTEXT without token", method: "PLAINTEXT", spec: Spec{ConsumerSecret: "djr9rjt0jd78jf88"},
			q: get("http://photos.example.net/"), signature: "djr9rjt0jd78jf88&",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			base, signature := signed(t, c.spec, c.method, c.q, c.protocol...)
			if c.base != "" {
				assert.Equal(t, c.base, base)
			}
			if c.signature != "" {
				assert.Equal(t, c.signature, signature)
			}
		})
	}
}

func TestOAuth1Placements(t *testing.T) {
	w := newTestWorld()
	w.now, w.nonce = time.Unix(137131202, 0), "chapoH"
	spec := Spec{Type: "oauth1", ConsumerKey: "key", ConsumerSecret: "sec", Token: "tok", TokenSecret: "ts", Realm: `Ph"otos`}
	cases := []struct {
		name, placement string
		q               probe.Request
		url, body       string
		header          string // how Authorization begins; "" is none
	}{
		{
			name: "header, an old one replaced", q: get("http://a.test/x?a=1", "Authorization", `OAuth oauth_consumer_key="old"`), url: "http://a.test/x?a=1",
			header: `OAuth realm="Ph\"otos", oauth_consumer_key="key", oauth_signature_method="HMAC-SHA1", oauth_version="1.0", oauth_token="tok", oauth_timestamp="137131202", oauth_nonce="chapoH", oauth_signature="`,
		},
		{
			name: "query, an old signature replaced", placement: "query", q: get("http://a.test/x?oauth_signature=old&a=%C3%A4+b&oauth_token=old", "Authorization", "OAuth old", "X-A", "b"),
			url: "http://a.test/x?a=%C3%A4+b&oauth_consumer_key=key&oauth_signature_method=HMAC-SHA1&oauth_version=1.0&oauth_token=tok&oauth_timestamp=137131202&oauth_nonce=chapoH&oauth_signature=",
		},
		{
			name: "body", placement: "body", q: post("http://a.test/x", form+"; charset=utf-8", "a=1"), url: "http://a.test/x",
			body: "a=1&oauth_consumer_key=key&oauth_signature_method=HMAC-SHA1&oauth_version=1.0&oauth_token=tok&oauth_timestamp=137131202&oauth_nonce=chapoH&oauth_signature=",
		},
		{
			name: "body that was empty", placement: "body", q: probe.Request{Method: "POST", URL: "http://a.test/x"}, url: "http://a.test/x",
			body: "oauth_consumer_key=key&oauth_signature_method=HMAC-SHA1&oauth_version=1.0&oauth_token=tok&oauth_timestamp=137131202&oauth_nonce=chapoH&oauth_signature=",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := spec
			s.Placement = c.placement
			got := authorize(t, s, w, c.q)
			value, ok := header(got, "Authorization")
			assert.Equal(t, c.header != "", ok)
			assert.Truef(t, strings.HasPrefix(value, c.header), "%s", value)
			assert.Truef(t, strings.HasPrefix(got.URL, c.url), "%s", got.URL)
			assert.Truef(t, strings.HasPrefix(string(got.Body), c.body), "%s", got.Body)
		})
	}
	t.Run("body of JSON", func(t *testing.T) {
		s := spec
		s.Placement = "body"
		a, err := New(s, w.world())
		require.NoError(t, err)
		_, err = a.Authorize(t.Context(), post("http://a.test/x", "application/json", "{}"))
		require.ErrorContains(t, err, "use placement header or query")
	})
}

func TestOAuth1ThreeLegs(t *testing.T) {
	w := newTestWorld()
	got := authorize(t, Spec{Type: "oauth1", ConsumerKey: "k", ConsumerSecret: "s", Callback: "http://p.test/ready?x", Verifier: "v+"}, w, get("http://a.test/"))
	value := headerOf(t, got, "Authorization")
	assert.Contains(t, value, `oauth_callback="http%3A%2F%2Fp.test%2Fready%3Fx"`)
	assert.Contains(t, value, `oauth_verifier="v%2B"`)
	assert.NotContains(t, value, "oauth_token=")
}

func TestOAuth1KeysOfEveryKind(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	one := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	eight := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	for name, text := range map[string]string{"PKCS #1": one, "PKCS #8": eight, "one line": strings.ReplaceAll(eight, "\n", `\n`), "blanks round it": "\n  " + one + " \n"} {
		t.Run(name, func(t *testing.T) {
			w := newTestWorld()
			got := authorize(t, Spec{Type: "oauth1", ConsumerKey: "k", SignatureMethod: "rsa-sha256", PrivateKey: text}, w, get("https://a.test/x?b=c"))
			params := parseChallenges(headerOf(t, got, "Authorization"))[0].params
			encoded, err := url.PathUnescape(params["oauth_signature"])
			require.NoError(t, err)
			signature, err := base64.StdEncoding.DecodeString(encoded)
			require.NoError(t, err)
			base := "GET&https%3A%2F%2Fa.test%2Fx&b%3Dc%26oauth_consumer_key%3Dk%26oauth_nonce%3Dnonce1%26oauth_signature_method%3DRSA-SHA256%26oauth_timestamp%3D1700000000%26oauth_version%3D1.0"
			sum := sha256.Sum256([]byte(base))
			require.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature))
			assert.True(t, w.knows(text))
		})
	}
}
