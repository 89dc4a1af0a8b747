package auth

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func unauthorized(challenges ...string) *probe.RecordedResponse {
	r := &probe.RecordedResponse{HTTPStatus: 401}
	for _, c := range challenges {
		r.Headers = append(r.Headers, probe.Header{Name: "WWW-Authenticate", Value: c})
	}
	return r
}

func newDigestFor(t *testing.T, w *testWorld, username, password string) Authorizer {
	t.Helper()
	a, err := New(Spec{Type: "digest", Username: username, Password: password}, w.world())
	require.NoError(t, err)
	return a
}

// credentialsOf answers a challenge to a request, and returns the parameters of the credentials.
func credentialsOf(t *testing.T, a Authorizer, q probe.Request, r *probe.RecordedResponse) map[string]string {
	t.Helper()
	q, err := a.Authorize(t.Context(), q)
	require.NoError(t, err)
	again, ok := a.Answer(t.Context(), q, r)
	require.True(t, ok)
	cs := parseChallenges(headerOf(t, again, "Authorization"))
	require.Len(t, cs, 1)
	require.Equal(t, "digest", cs[0].scheme)
	return cs[0].params
}

func TestDigestPublishedVectors(t *testing.T) {
	const rfc7616 = `qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	cases := []struct {
		name, username, password, url, cnonce string
		challenges                            []string
		want                                  map[string]string
	}{
		{
			name: "RFC 7616 section 3.9.1, MD5", username: "Mufasa", password: "Circle of Life", url: "http://www.example.org/dir/index.html",
			cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", challenges: []string{`Digest realm="http-auth@example.org", algorithm=MD5, ` + rfc7616},
			want: map[string]string{
				"response": "8ca523f5e9506fed4657c9700eebdbec", "username": "Mufasa", "realm": "http-auth@example.org", "uri": "/dir/index.html", "algorithm": "MD5",
				"nc": "00000001", "qop": "auth", "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
			},
		},
		{
			name: "RFC 7616 section 3.9.1, the stronger of two", username: "Mufasa", password: "Circle of Life", url: "http://www.example.org/dir/index.html",
			cnonce:     "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
			challenges: []string{`Digest realm="http-auth@example.org", algorithm=SHA-256, ` + rfc7616, `Digest realm="http-auth@example.org", algorithm=MD5, ` + rfc7616},
			want:       map[string]string{"response": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", "algorithm": "SHA-256"},
		},
		{
			name: "RFC 2617 section 3.5", username: "Mufasa", password: "Circle Of Life", url: "http://www.nowhere.org/dir/index.html", cnonce: "0a4f113b",
			challenges: []string{`Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`},
			want:       map[string]string{"response": "6629fae49393a05397450978507c4ef1"},
		},
		{
			name: "RFC 2069 as mended by its erratum", username: "Mufasa", password: "CircleOfLife", url: "http://www.nowhere.org/dir/index.html",
			challenges: []string{`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`},
			want:       map[string]string{"response": "1949323746fe6a43ef61f9606e7febea"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			w.nonce = c.cnonce
			got := credentialsOf(t, newDigestFor(t, w, c.username, c.password), get(c.url), unauthorized(c.challenges...))
			for name, want := range c.want {
				assert.Equal(t, want, got[name], name)
			}
		})
	}
}

func TestDigestChallengesThatAreNotAnswered(t *testing.T) {
	for name, r := range map[string]*probe.RecordedResponse{
		"none":              unauthorized(),
		"another scheme":    unauthorized(`Basic realm="x"`),
		"another algorithm": unauthorized(`Digest realm="x", nonce="n", algorithm=SHA-1`),
		"another quality":   unauthorized(`Digest realm="x", nonce="n", qop="token"`),
		"no nonce":          unauthorized(`Digest realm="x"`),
		"a masked realm":    unauthorized(`Digest realm="[masked:password]", nonce="n"`),
		"another status":    {HTTPStatus: 403, Headers: unauthorized(`Digest realm="x", nonce="n"`).Headers},
		"nothing":           nil,
	} {
		t.Run(name, func(t *testing.T) {
			q := get("http://a.test/")
			got, ok := newDigestFor(t, newTestWorld(), "u", "p").Answer(t.Context(), q, r)
			assert.False(t, ok)
			assert.Equal(t, q, got)
		})
	}
}

func TestDigestCountsAndKeepsServersApart(t *testing.T) {
	a := newDigestFor(t, newTestWorld(), `u"\`, "p")
	first := credentialsOf(t, a, get("http://a.test/x?q=1", "Authorization", "Digest old"), unauthorized(`Digest realm="r", nonce="n1", qop="auth"`))
	assert.Equal(t, "00000001", first["nc"])
	assert.Equal(t, "/x?q=1", first["uri"])
	assert.Equal(t, `u"\`, first["username"])

	next, err := a.Authorize(t.Context(), get("http://a.test/y"))
	require.NoError(t, err)
	assert.Contains(t, headerOf(t, next, "Authorization"), "nc=00000002")

	foreign, err := a.Authorize(t.Context(), get("http://b.test/y"))
	require.NoError(t, err)
	_, ok := header(foreign, "Authorization")
	assert.False(t, ok, "no other server sees the answer")
}

func TestDigestTellsAStaleNonceFromWrongCredentials(t *testing.T) {
	cases := []struct {
		name         string
		served       int // requests with the nonce before the one that is refused
		second       string
		again, fresh bool // worth sending again; what follows has the new nonce
	}{
		{"the same nonce", 0, `Digest realm="r", nonce="n1", qop="auth"`, false, false},
		{"a new nonce for the first answer", 0, `Digest realm="r", nonce="n2", qop="auth"`, false, true},
		{"a stale nonce", 0, `Digest realm="r", nonce="n2", qop="auth", stale=TRUE`, true, true},
		{"a new nonce after others were served", 2, `Digest realm="r", nonce="n2", qop="auth"`, true, true},
	}
	for _, c := range cases {
		for _, qop := range []string{`, qop="auth"`, ""} {
			t.Run(c.name+qop, func(t *testing.T) {
				a := newDigestFor(t, newTestWorld(), "u", "p")
				q, ok := a.Answer(t.Context(), get("http://a.test/"), unauthorized(`Digest realm="r", nonce="n1"`+qop))
				require.True(t, ok)
				var err error
				for range c.served {
					q, err = a.Authorize(t.Context(), get("http://a.test/"))
					require.NoError(t, err)
				}
				_, ok = a.Answer(t.Context(), q, unauthorized(strings.Replace(c.second, `, qop="auth"`, qop, 1)))
				assert.Equal(t, c.again, ok)
				q, err = a.Authorize(t.Context(), get("http://a.test/"))
				require.NoError(t, err)
				assert.Equal(t, c.fresh, strings.Contains(headerOf(t, q, "Authorization"), `nonce="n2"`))
			})
		}
	}
}

func TestDigestNames(t *testing.T) {
	w := newTestWorld()
	got := credentialsOf(t, newDigestFor(t, w, "Jäsøn Doe", "Secret, or not?"), get("http://a.test/"), unauthorized(`Digest realm="r", nonce="n", qop=auth`))
	assert.Equal(t, "UTF-8''J%C3%A4s%C3%B8n%20Doe", got["username*"])
	// RFC 7616, section 3.9.2, with the digest of the name as its erratum has it.
	w.nonce = "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"
	got = credentialsOf(t, newDigestFor(t, w, "Jäsøn Doe", "Secret, or not?"), get("http://api.example.org/doe.json"),
		unauthorized(`Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`))
	assert.Equal(t, "true", got["userhash"])
	assert.Equal(t, "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", got["username"])
	assert.Equal(t, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5", got["response"])
}

func TestParseChallenges(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"nothing", "", "[]"},
		{"RFC 9110 section 11.6.1", `Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`, `[{basic  map[realm:simple]} {newauth  map[realm:apps title:Login to "apps" type:1]}]`},
		{"schemes without parameters", "Negotiate, NTLM", "[{negotiate  map[]} {ntlm  map[]}]"},
		{"token68", "Negotiate YII==, Basic realm=x", "[{negotiate YII== map[]} {basic  map[realm:x]}]"},
		{"blanks, empty elements, case", " , Digest\tREALM = \"a\" ,, Nonce= b,realm=c ,", "[{digest  map[nonce:b realm:a]}]"},
		{"a comma in quotes", `Digest qop="auth,auth-int", nonce="n"`, "[{digest  map[nonce:n qop:auth,auth-int]}]"},
		{"a string that is not closed", `Digest realm="a, nonce=b`, "[{digest  map[realm:a, nonce=b]}]"},
		{"a parameter without a scheme", `realm="a", Basic realm="b"`, "[{basic  map[realm:b]}]"},
		{"noise", "\x00\xff=;()Digest nonce=n", "[{digest  map[nonce:n]}]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, fmt.Sprint(parseChallenges(c.value)))
		})
	}
}

func FuzzParseChallenges(f *testing.F) {
	for _, seed := range []string{
		`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`, "Negotiate YII==, NTLM", `Digest realm="a\`, "a=,b= ,=,\"", " Digest =", "Digest  ==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, c := range parseChallenges(value) {
			if c.scheme == "" || c.params == nil {
				t.Fatalf("%q gives %v", value, c)
			}
		}
		w := newTestWorld()
		a, err := New(Spec{Type: "digest", Username: "u", Password: "p"}, w.world())
		if err != nil {
			t.Fatal(err)
		}
		q, ok := a.Answer(t.Context(), get("http://a.test/"), unauthorized(value))
		if !ok {
			return
		}
		sent, _ := header(q, "Authorization")
		if again := parseChallenges(sent); len(again) != 1 || again[0].params["nonce"] == "" || again[0].params["response"] == "" {
			t.Fatalf("%q leads to %q", value, sent)
		}
	})
}
