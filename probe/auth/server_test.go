package auth

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/send"
)

// The servers of these tests check by code of their own, on what net/http has read off the wire: nothing here is shared with the flows.

// strict refuses requests by the reason that check returns.
func strict(t *testing.T, check func(r *http.Request, body []byte) string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		if reason := check(r, body); reason != "" {
			http.Error(w, reason, http.StatusForbidden)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func newSender(t *testing.T) *send.Client {
	t.Helper()
	c, err := send.New(send.Options{RunID: "run-1"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// exchange authorizes, sends as the program sends, and once more where the answer is worth it.
func exchange(ctx context.Context, c *send.Client, a Authorizer, q probe.Request) (*probe.RecordedResponse, error) {
	authorized, err := a.Authorize(ctx, q)
	if err != nil {
		return nil, err
	}
	x, err := c.Send(ctx, authorized)
	if err != nil || x.Response == nil {
		return nil, fmt.Errorf("%w: %v", err, x)
	}
	again, ok := a.Answer(ctx, authorized, x.Response)
	if !ok {
		return x.Response, nil
	}
	if x, err = c.Send(ctx, again); err != nil {
		return nil, err
	}
	return x.Response, nil
}

// awkward are requests whose form on the wire is not as they are written.
func awkward(base string) []probe.Request {
	return []probe.Request{
		get(base), get(base + "/a"), get(base + "/a%20b/c+d/%C3%A4/%2F?x=1&x=0&y=%zz&z=a+b&leer=&nur"), get(base + "/ä b?q=ü ö&j={\"a\":\"b\"}#frag"),
		get(base+"/a/./b/../c//d/", "X-Two", "  a   b ", "X-Two", "c", "Accept", "*/*"),
		post(base+"/form?a=1", form+"; charset=utf-8", "b=2&a=%26+x&c"), post(base+"/json", "application/json", `{"a": "ä"}`),
	}
}

func rfc3986(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func TestAStrictServerAcceptsOAuth1(t *testing.T) {
	server, c := strict(t, verifyOAuth1), newSender(t)
	for _, placement := range []string{"header", "query", "body"} {
		for _, method := range []string{"HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"} {
			a, err := New(Spec{
				Type: "oauth1", ConsumerKey: "key", ConsumerSecret: "s&c", Token: "tok", TokenSecret: "t s", SignatureMethod: method, Placement: placement, Realm: "r",
			}, newTestWorld().world())
			require.NoError(t, err)
			for i, q := range awkward(server.URL) {
				if placement == "body" && !isForm(q) {
					continue
				}
				r, err := exchange(t.Context(), c, a, q)
				require.NoError(t, err)
				assert.Equal(t, 200, r.HTTPStatus, "%s %s %d: %s", placement, method, i, r.Body)
			}
		}
	}
}

func verifyOAuth1(r *http.Request, body []byte) string {
	type parameter struct{ name, value string }
	var all []parameter
	add := func(encoded string) {
		for part := range strings.SplitSeq(encoded, "&") {
			name, value, _ := strings.Cut(part, "=")
			name, err1 := url.QueryUnescape(name)
			plain, err2 := url.QueryUnescape(value)
			if err1 != nil || err2 != nil {
				plain = value // "%zz", as it stands
			}
			if part != "" {
				all = append(all, parameter{name, plain})
			}
		}
	}
	add(r.URL.RawQuery)
	if strings.HasPrefix(r.Header.Get("Content-Type"), form) {
		add(string(body))
	}
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "OAuth "); ok {
		for part := range strings.SplitSeq(given, ", ") {
			if !strings.HasPrefix(part, "realm=") {
				add(strings.ReplaceAll(part, `"`, ""))
			}
		}
	}
	signature, method := "", ""
	var encoded []string
	for _, p := range all {
		switch p.name {
		case "oauth_signature":
			signature = p.value
			continue
		case "oauth_signature_method":
			method = p.value
		}
		// A blank sorts before "=" would, so that names come first.
		encoded = append(encoded, rfc3986(p.name)+" "+rfc3986(p.value))
	}
	slices.Sort(encoded)
	for i := range encoded {
		encoded[i] = strings.Replace(encoded[i], " ", "=", 1)
	}
	path := r.URL.EscapedPath()
	base := r.Method + "&" + rfc3986("http://"+r.Host+path) + "&" + rfc3986(strings.Join(encoded, "&"))
	want := "s%26c&t%20s"
	switch method {
	case "HMAC-SHA1":
		want = base64.StdEncoding.EncodeToString(sum(sha1.New, want, base))
	case "HMAC-SHA256":
		want = base64.StdEncoding.EncodeToString(sum(sha256.New, want, base))
	}
	if signature != want {
		return fmt.Sprintf("the signature %q is not %q of %s", signature, want, base)
	}
	return ""
}

func TestAStrictServerAcceptsSigV4(t *testing.T) {
	server := strict(t, verifySigV4)
	a, err := New(Spec{Type: "aws_sigv4", AccessKey: "AKID", SecretKey: "secret", SessionToken: "st", Region: "r1", Service: "execute-api"}, newTestWorld().world())
	require.NoError(t, err)
	for i, q := range awkward(server.URL) {
		r, err := exchange(t.Context(), newSender(t), a, q)
		require.NoError(t, err)
		assert.Equal(t, 200, r.HTTPStatus, "%d: %s", i, r.Body)
	}
}

func verifySigV4(r *http.Request, body []byte) string {
	fields := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "), ", ") {
		name, value, _ := strings.Cut(part, "=")
		fields[name] = value
	}
	if !strings.HasSuffix(fields["Credential"], "/20231114/r1/execute-api/aws4_request") {
		return "the credential " + fields["Credential"]
	}
	var path []string
	for segment := range strings.SplitSeq(r.URL.EscapedPath(), "/") {
		switch {
		case segment == "..":
			path = path[:len(path)-1]
		case segment != "" && segment != ".":
			segment, err := url.PathUnescape(segment)
			if err != nil {
				return err.Error()
			}
			path = append(path, rfc3986(rfc3986(segment)))
		}
	}
	canonical := r.Method + "\n/" + strings.Join(path, "/")
	if strings.HasSuffix(r.URL.EscapedPath(), "/") && len(path) > 0 {
		canonical += "/"
	}
	var query []string
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		if name, err = url.QueryUnescape(name); err == nil && part != "" {
			query = append(query, rfc3986(name)+"="+rfc3986(plain))
		}
	}
	slices.Sort(query)
	canonical += "\n" + strings.Join(query, "&") + "\n"
	for name := range strings.SplitSeq(fields["SignedHeaders"], ";") {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		canonical += name + ":" + strings.Join(strings.Fields(value), " ") + "\n"
	}
	digest := sha256.Sum256(body)
	canonical += "\n" + fields["SignedHeaders"] + "\n" + hex.EncodeToString(digest[:])
	key := []byte("AWS4secret")
	for _, part := range []string{"20231114", "r1", "execute-api", "aws4_request"} {
		key = sum(sha256.New, string(key), part)
	}
	digest = sha256.Sum256([]byte(canonical))
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n20231114/r1/execute-api/aws4_request\n" + hex.EncodeToString(digest[:])
	if want := hex.EncodeToString(sum(sha256.New, string(key), text)); want != fields["Signature"] {
		return "the signature is not that of\n" + canonical
	}
	return ""
}

func TestAStrictServerAcceptsHMAC(t *testing.T) {
	server := strict(t, func(r *http.Request, body []byte) string {
		digest := sha256.Sum256(body)
		text := strings.Join([]string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, hex.EncodeToString(digest[:]), r.Header.Get("X-Time"), r.Header.Get("X-Nonce"), r.Host}, "\n")
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("X-Signature"), "v1="))
		if err != nil || !hmac.Equal(given, sum(sha256.New, "key", text)) {
			return "the signature is not that of\n" + text
		}
		return ""
	})
	a, err := New(Spec{
		Type: "hmac", Secret: "key", Header: "X-Signature", Prefix: "v1=", Encoding: "base64", TimestampHeader: "X-Time", NonceHeader: "X-Nonce",
		Template: `{method}\n{path}\n{query}\n{body_sha256}\n{timestamp}\n{nonce}\n{host}`,
	}, newTestWorld().world())
	require.NoError(t, err)
	for i, q := range awkward(server.URL) {
		r, err := exchange(t.Context(), newSender(t), a, q)
		require.NoError(t, err)
		assert.Equal(t, 200, r.HTTPStatus, "%d: %s", i, r.Body)
	}
}

// digestServer takes each count of a nonce once, and each nonce a few times only.
type strictDigest struct {
	mu     sync.Mutex
	nonces int
	seen   map[string]map[string]bool // counts by nonce
	served int
}

func (s *strictDigest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := map[string]string{}
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Digest ")
	for part := range strings.SplitSeq(given, ", ") {
		name, value, _ := strings.Cut(part, "=")
		fields[name] = strings.Trim(value, `"`)
	}
	of := func(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }
	want := of(strings.Join([]string{of("user:the realm:pass"), fields["nonce"], fields["nc"], fields["cnonce"], "auth", of(r.Method + ":" + r.RequestURI)}, ":"))
	counts := s.seen[fields["nonce"]]
	right := given != "" && fields["response"] == want && fields["uri"] == r.RequestURI && fields["opaque"] == "o=,"
	if right && counts != nil && len(counts) < 5 && !counts[fields["nc"]] {
		counts[fields["nc"]] = true
		s.served++
		return
	}
	s.nonces++
	nonce := fmt.Sprintf("n%d", s.nonces)
	s.seen[nonce] = map[string]bool{}
	challenge := fmt.Sprintf(`Basic realm="b", Digest realm="the realm", qop="auth", nonce="%s", opaque="o=,"`, nonce)
	if right {
		challenge += ", stale=true"
	}
	w.Header().Set("WWW-Authenticate", challenge)
	w.WriteHeader(http.StatusUnauthorized)
}

func TestAStrictServerAcceptsDigest(t *testing.T) {
	strict := &strictDigest{seen: map[string]map[string]bool{}}
	server := httptest.NewServer(strict)
	defer server.Close()
	a := newDigestFor(t, newTestWorld(), "user", "pass")
	c := newSender(t)
	for i, q := range slices.Concat(awkward(server.URL), awkward(server.URL), awkward(server.URL)) {
		r, err := exchange(t.Context(), c, a, q)
		require.NoError(t, err)
		assert.Equal(t, 200, r.HTTPStatus, "%d: %s", i, r.Body)
	}
	wrong := newDigestFor(t, newTestWorld(), "user", "wrong")
	before := strict.nonces
	r, err := exchange(t.Context(), c, wrong, get(server.URL))
	require.NoError(t, err)
	assert.Equal(t, 401, r.HTTPStatus)
	assert.Equal(t, 2, strict.nonces-before, "the request goes twice, not for ever")
}

func TestDigestOfManyAtOnce(t *testing.T) {
	var mu sync.Mutex
	counts := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if cs := parseChallenges(r.Header.Get("Authorization")); len(cs) == 1 {
			counts[cs[0].params["nc"]]++
			return
		}
		w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="one", qop=auth`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	a, c := newDigestFor(t, newTestWorld(), "u", "p"), newSender(t)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			r, err := exchange(t.Context(), c, a, get(server.URL))
			assert.NoError(t, err)
			assert.Equal(t, 200, r.HTTPStatus)
		})
	}
	group.Wait()
	assert.Len(t, counts, 100, "no count is used twice")
}
