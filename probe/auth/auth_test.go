package auth

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// testWorld is a World whose clock stands still until it is moved, and whose nonces count.
type testWorld struct {
	mu      sync.Mutex
	now     time.Time
	nonces  int
	nonce   string // where it is not "", every nonce
	secrets []secret
	calls   atomic.Int32
	answer  func(ctx context.Context, call int, q probe.Request) (*probe.Exchange, string, error)
}

func newTestWorld() *testWorld { return &testWorld{now: time.Unix(1_700_000_000, 0)} }

func (w *testWorld) world() World {
	return World{Now: w.time, Nonce: w.next, Do: w.do, Secret: w.secret}
}

func (w *testWorld) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *testWorld) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *testWorld) next() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nonces++
	if w.nonce != "" {
		return w.nonce
	}
	return fmt.Sprintf("nonce%d", w.nonces)
}

func (w *testWorld) do(ctx context.Context, q probe.Request) (*probe.Exchange, string, error) {
	return w.answer(ctx, int(w.calls.Add(1)), q)
}

func (w *testWorld) secret(name, value string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secrets = append(w.secrets, secret{name, value})
}

func (w *testWorld) knows(value string) bool { return w.count(value) > 0 }

func (w *testWorld) count(value string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, s := range w.secrets {
		if s.value == value {
			n++
		}
	}
	return n
}

func authorize(t *testing.T, s Spec, w *testWorld, q probe.Request) probe.Request {
	t.Helper()
	a, err := New(s, w.world())
	require.NoError(t, err)
	got, err := a.Authorize(t.Context(), q)
	require.NoError(t, err)
	return got
}

func headerOf(t *testing.T, q probe.Request, name string) string {
	t.Helper()
	value, ok := header(q, name)
	require.True(t, ok, "header %s in %v", name, q.Headers)
	return value
}

func get(url string, headers ...string) probe.Request {
	q := probe.Request{Method: "GET", URL: url}
	for i := 0; i < len(headers); i += 2 {
		q.Headers = append(q.Headers, probe.Header{Name: headers[i], Value: headers[i+1]})
	}
	return q
}

func post(url, media, body string) probe.Request {
	q := get(url, "Content-Type", media)
	q.Method, q.Body = "POST", []byte(body)
	return q
}

const form = "application/x-www-form-urlencoded"

func TestStaticIdentities(t *testing.T) {
	cases := []struct {
		name   string
		spec   Spec
		q      probe.Request
		url    string // "" is unchanged
		header string
		want   string
		secret string
	}{
		{name: "none", spec: Spec{}, q: get("http://a.test/x?b", "Accept", "*/*"), header: "Accept", want: "*/*"},
		{name: "mtls", spec: Spec{Type: "mTLS"}, q: get("http://a.test/x", "Accept", "*/*"), header: "Accept", want: "*/*"},
		{
			name: "bearer in the place of what the sheet wrote", spec: Spec{Type: "bearer", Token: "abc.def"},
			q: get("http://a.test/", "authorization", "Bearer <<token>>", "X", "y"), header: "Authorization", want: "Bearer abc.def", secret: "abc.def",
		},
		{name: "bearer pasted with its scheme", spec: Spec{Type: "Bearer", Token: " bearer abc "}, q: get("http://a.test/"), header: "Authorization", want: "Bearer abc", secret: "abc"},
		{name: "bearer in a header of its own", spec: Spec{Type: "bearer", Token: "abc", Header: "X-Auth-Token"}, q: get("http://a.test/"), header: "X-Auth-Token", want: "abc"},
		{name: "bearer with another prefix", spec: Spec{Type: "bearer", Token: "abc", Prefix: "Token"}, q: get("http://a.test/"), header: "Authorization", want: "Token abc"},
		{
			name: "basic of RFC 7617", spec: Spec{Type: "basic", Username: "Aladdin", Password: "open sesame"},
			q: get("http://a.test/"), header: "Authorization", want: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", secret: "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
		},
		{
			name: "basic of RFC 7617 in UTF-8", spec: Spec{Type: "basic", Username: "test", Password: "123£"},
			q: get("http://a.test/"), header: "Authorization", want: "Basic dGVzdDoxMjPCow==", secret: "123£",
		},
		{name: "basic without a password", spec: Spec{Type: "basic", Username: "key"}, q: get("http://a.test/"), header: "Authorization", want: "Basic a2V5Og==", secret: "key"},
		{name: "key in a header", spec: Spec{Type: "api-key", Name: "X-Api-Key", Value: "k1"}, q: get("http://a.test/", "x-api-key", "<<key>>"), header: "X-API-KEY", want: "k1", secret: "k1"},
		{name: "key in the query", spec: Spec{Type: "api_key", In: "query", Name: "key", Value: "a b&c"}, q: get("http://a.test/x#f"), url: "http://a.test/x?key=a%20b%26c#f"},
		{
			name: "key in the place of what the query has", spec: Spec{Type: "api_key", In: "query", Name: "key", Value: "k"},
			q: get("http://a.test/x?a=%zz&key=old&b=+1&key=older"), url: "http://a.test/x?a=%zz&key=k&b=+1",
		},
		{
			name: "key among cookies", spec: Spec{Type: "api_key", In: "cookie", Name: "sid", Value: "k"},
			q: get("http://a.test/", "Cookie", "a=1; sid=old", "cookie", "b=2"), header: "Cookie", want: "a=1; b=2; sid=k",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			before := fmt.Sprint(c.q)
			got := authorize(t, c.spec, w, c.q)
			assert.Equal(t, before, fmt.Sprint(c.q), "the original is unchanged")
			if c.url == "" {
				c.url = c.q.URL
			}
			assert.Equal(t, c.url, got.URL)
			if c.header != "" {
				assert.Equal(t, c.want, headerOf(t, got, c.header))
			}
			if c.secret != "" {
				assert.True(t, w.knows(c.secret), "announced: %v", w.secrets)
			}
		})
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	key := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
	hmac := Spec{Type: "hmac", Secret: "s", Header: "X-Sig", Template: "{method}"}
	with := func(s Spec, change func(*Spec)) Spec {
		change(&s)
		return s
	}
	cases := []struct {
		name string
		spec Spec
		want []string
	}{
		{"type", Spec{Type: "bearrer"}, []string{`"bearrer" is unknown`, "basic, bearer"}},
		{"bearer", Spec{Type: "bearer"}, []string{`neither "token" nor "token_request"`, "vars file"}},
		{"bearer with a line break", Spec{Type: "bearer", Token: "hush\nhush"}, []string{"line break"}},
		{"token call without url", Spec{Type: "bearer", TokenRequest: &probe.Request{}}, []string{"no url"}},
		{"token path", Spec{Type: "bearer", TokenRequest: &probe.Request{URL: "http://a.test"}, TokenPath: "$.["}, []string{"token_path cannot be read"}},
		{"basic", Spec{Type: "basic"}, []string{`"username" is missing`, "<<username>>"}},
		{"basic with colon", Spec{Type: "basic", Username: "a:b"}, []string{"colon"}},
		{"digest", Spec{Type: "digest"}, []string{`"username", "password" are missing`}},
		{"key without value", Spec{Type: "api_key", Name: "k"}, []string{`"value" is missing`}},
		{"key nowhere", Spec{Type: "api_key", Name: "k", Value: "v", In: "body"}, []string{`in "body" is unknown; it is one of header, query, cookie`}},
		{"key of a bad name", Spec{Type: "api_key", Name: "a b", Value: "v"}, []string{`"a b" is no name`}},
		{"key with line break", Spec{Type: "api_key", Name: "k", Value: "hush\r\nX: y"}, []string{"cannot carry"}},
		{"oauth2", Spec{Type: "oauth2"}, []string{`"token_url", "client_id" are missing`}},
		{"oauth2 password", Spec{Type: "oauth2", Grant: "password", TokenURL: "u"}, []string{`"username", "password" are missing`}},
		{"oauth2 grant", Spec{Type: "oauth2", Grant: "implicit"}, []string{`grant "implicit" is unknown`}},
		{"oauth2 client auth", Spec{Type: "oauth2", TokenURL: "u", ClientID: "i", ClientAuth: "jwt"}, []string{"client_auth", "header, body"}},
		{"oauth1", Spec{Type: "oauth1"}, []string{`"consumer_key" is missing`}},
		{"oauth1 secret", Spec{Type: "oauth1", ConsumerKey: "k"}, []string{`"consumer_secret" is missing`}},
		{"oauth1 method", Spec{Type: "oauth1", ConsumerKey: "k", SignatureMethod: "MD5"}, []string{"HMAC-SHA256, RSA-SHA1"}},
		{"oauth1 without key", Spec{Type: "oauth1", ConsumerKey: "k", SignatureMethod: "RSA-SHA1"}, []string{`"private_key" is missing`}},
		{"oauth1 with a bad key", Spec{Type: "oauth1", ConsumerKey: "k", SignatureMethod: "RSA-SHA1", PrivateKey: key}, []string{"RSA key in PEM form"}},
		{"oauth1 with no key", Spec{Type: "oauth1", ConsumerKey: "k", SignatureMethod: "RSA-SHA1", PrivateKey: "hush"}, []string{"RSA key in PEM form"}},
		{"hmac", Spec{Type: "hmac"}, []string{`"secret", "header", "template" are missing`}},
		{"hmac algorithm", with(hmac, func(s *Spec) { s.Algorithm = "md5" }), []string{"sha256, sha1, sha512"}},
		{"hmac encoding", with(hmac, func(s *Spec) { s.Encoding = "base32" }), []string{"hex, base64"}},
		{"hmac key", with(hmac, func(s *Spec) { s.Secret, s.SecretEncoding = "hush", "hex" }), []string{"the secret is not hex"}},
		{"hmac key encoding", with(hmac, func(s *Spec) { s.SecretEncoding = "octal" }), []string{"text, hex, base64"}},
		{"hmac field", with(hmac, func(s *Spec) { s.Template = "{verb}" }), []string{"{verb}", "{method}"}},
		{"hmac timestamp", with(hmac, func(s *Spec) { s.Template = "{timestamp}" }), []string{"timestamp_header"}},
		{"hmac nonce", with(hmac, func(s *Spec) { s.Template = "{nonce}" }), []string{"nonce_header"}},
		{"hmac header", with(hmac, func(s *Spec) { s.Header = "a b" }), []string{`"a b" is no header name`}},
		{"aws", Spec{Type: "aws_sigv4", AccessKey: "k"}, []string{`"secret_key", "region", "service" are missing`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.spec, newTestWorld().world())
			require.Error(t, err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "hush", "no value that may be secret")
		})
	}
}

func TestAWorldMustHaveWhatAFlowNeeds(t *testing.T) {
	for _, s := range []Spec{
		{Type: "digest", Username: "u", Password: "p"},
		{Type: "oauth1", ConsumerKey: "k", ConsumerSecret: "s"},
		{Type: "hmac", Secret: "s", Header: "H", Template: "t"},
		{Type: "aws_sigv4", AccessKey: "a", SecretKey: "s", Region: "r", Service: "s"},
		{Type: "oauth2", TokenURL: "u", ClientID: "i"},
		{Type: "bearer", TokenRequest: &probe.Request{URL: "u"}},
	} {
		_, err := New(s, World{})
		require.Error(t, err, s.Type)
	}
	a, err := New(Spec{Type: "bearer", Token: "abcdef"}, World{})
	require.NoError(t, err, "nobody need listen to secrets")
	_, err = a.Authorize(t.Context(), get("http://a.test/"))
	require.NoError(t, err)
}

func TestAnEndedContextEndsEveryFlow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range everyFlow() {
		w := newTestWorld()
		w.answer = func(ctx context.Context, _ int, _ probe.Request) (*probe.Exchange, string, error) {
			return nil, "", ctx.Err()
		}
		a, err := New(s, w.world())
		require.NoError(t, err, s.Type)
		_, err = a.Authorize(ctx, get("http://a.test/"))
		assert.ErrorIs(t, err, context.Canceled, s.Type)
	}
}

// everyFlow is one Spec of each type.
func everyFlow() []Spec {
	return []Spec{
		{Type: "none"},
		{Type: "mtls"},
		{Type: "bearer", Token: "canary-token-1"},
		{Type: "bearer", TokenRequest: &probe.Request{URL: "http://t.test"}},
		{Type: "basic", Username: "u", Password: "canary-password-1"},
		{Type: "digest", Username: "u", Password: "canary-password-2"},
		{Type: "api_key", Name: "k", Value: "canary-key-1"},
		{Type: "oauth2", TokenURL: "http://t.test", ClientID: "i", ClientSecret: "canary-secret-1"},
		{Type: "oauth1", ConsumerKey: "k", ConsumerSecret: "canary-secret-2"},
		{Type: "hmac", Secret: "canary-secret-3", Header: "H", Template: "{method}"},
		{Type: "aws_sigv4", AccessKey: "a", SecretKey: "canary-secret-4", Region: "r", Service: "s"},
	}
}

func TestEveryTypeIsShownToKeepTheRules(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range everyFlow() {
		seen[s.Type] = true
		w := newTestWorld()
		w.answer = func(context.Context, int, probe.Request) (*probe.Exchange, string, error) {
			return answered(200, `{"access_token":"canary-token-2"}`)
		}
		a, err := New(s, w.world())
		require.NoError(t, err)
		_, err = a.Authorize(t.Context(), get("http://user:hush@a.test/%zz?q=hush"))
		if err != nil {
			assert.NotContains(t, err.Error(), "hush", s.Type)
		}
		again, ok := a.Answer(t.Context(), get("http://a.test/"), nil)
		assert.False(t, ok, "%s: no answer is no reason to send again", s.Type)
		assert.Equal(t, get("http://a.test/"), again)
		for _, f := range s.fields() {
			if strings.HasPrefix(*f.text, "canary") {
				assert.Equal(t, 1, w.count(*f.text), "%s announces %s, once", s.Type, f.name)
			}
		}
	}
	for _, name := range Types() {
		assert.True(t, seen[name], name)
	}
}

func TestFill(t *testing.T) {
	s := Spec{
		Type: "hmac", Secret: "<<s>>", Template: "{method}", Region: "",
		TokenRequest: &probe.Request{Method: "POST", URL: "<<u>>", Headers: []probe.Header{{Name: "H", Value: "<<h>>"}}, Body: []byte("<<b>>")},
	}
	var names []string
	got := s.Fill(func(name, text string) string {
		names = append(names, name)
		return strings.Trim(text, "<>")
	})
	assert.Equal(t, []string{"secret", "token_request.method", "token_request.url", "token_request.headers.H", "token_request.body"}, names)
	assert.Equal(t, Spec{
		Type: "hmac", Secret: "s", Template: "{method}",
		TokenRequest: &probe.Request{Method: "POST", URL: "u", Headers: []probe.Header{{Name: "H", Value: "h"}}, Body: []byte("b")},
	}, got)
	assert.Equal(t, "<<h>>", s.TokenRequest.Headers[0].Value, "the original is unchanged")
}

func TestKeysOfSpecs(t *testing.T) {
	call := func(body string, line int) *probe.Request {
		q := post("http://a.test/", form, body)
		q.Headers[0].At.Line = line
		return &q
	}
	one := Spec{Type: "bearer", TokenRequest: call("a=b", 1)}
	assert.Equal(t, one.Key(), Spec{Type: "bearer", TokenRequest: call("a=b", 2)}.Key(), "the place is no part of it")
	assert.NotEqual(t, one.Key(), Spec{Type: "bearer", TokenRequest: call("a=c", 1)}.Key())
	assert.NotEqual(t, Spec{Username: "a", Password: "bc"}.Key(), Spec{Username: "ab", Password: "c"}.Key())
	assert.NotContains(t, Spec{Password: "hush"}.Key(), "hush")
}

func TestEveryTextOfASpecHasAName(t *testing.T) {
	var s Spec
	named := map[any]bool{}
	for _, f := range s.fields() {
		named[f.text] = true
	}
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		if p, ok := v.Field(i).Addr().Interface().(*string); ok && v.Type().Field(i).Name != "Type" {
			assert.True(t, named[p], v.Type().Field(i).Name)
		}
	}
}

func TestTokenErrorIsFound(t *testing.T) {
	var want *TokenError
	require.True(t, errors.As(fmt.Errorf("case: %w", &TokenError{Reason: "because"}), &want))
	assert.Equal(t, "the token call failed: because", want.Error())
}

func TestSecretsAreWhatProvesAndNotHow(t *testing.T) {
	s := Spec{
		Type: "hmac", Secret: "aaaa1111", SecretEncoding: "base64", ClientAuth: "header", TokenPath: "$.token", TokenURL: "https://x.example", Value: "bbbb2222",
		Verifier: "cccc3333", Password: "dddd4444",
	}
	var names []string
	for _, secret := range s.Secrets() {
		names = append(names, secret.Name)
	}
	assert.ElementsMatch(t, []string{"secret", "value", "verifier", "password"}, names, "a masked \"header\" would make evidence unreadable")
}
