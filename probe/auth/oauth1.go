package auth

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // RFC 5849 names it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"hash"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// oauth1 signs requests as RFC 5849 says, with or without a token.
type oauth1 struct {
	spec      Spec
	world     World
	sign      func(base string) (string, error)
	place     string // header, query, body
	parameter []pair // the protocol parameters that are the same in every request
}

func newOAuth1(s Spec, w World) (Authorizer, error) {
	if err := w.needs(false); err != nil {
		return nil, err
	}
	if err := s.require("consumer_key"); err != nil {
		return nil, err
	}
	place, err := s.choose("placement", "header", "query", "body")
	if err != nil {
		return nil, err
	}
	method, err := s.choose("signature_method", "HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT")
	if err != nil {
		return nil, err
	}
	sign, err := s.signer(method)
	if err != nil {
		return nil, err
	}
	w.announce("verifier", s.Verifier)
	if method == "PLAINTEXT" {
		w.announce("oauth-signature", s.sharedSecret())
	}
	o := &oauth1{spec: s, world: w, sign: sign, place: place, parameter: []pair{
		{"oauth_consumer_key", s.ConsumerKey}, {"oauth_signature_method", method}, {"oauth_version", "1.0"},
	}}
	for _, p := range []pair{{"oauth_token", s.Token}, {"oauth_callback", s.Callback}, {"oauth_verifier", s.Verifier}} {
		if p.value != "" {
			o.parameter = append(o.parameter, p)
		}
	}
	return unconditional(o.authorize), nil
}

// sharedSecret is the key of the methods that have no private one (RFC 5849, section 3.4.2).
func (s Spec) sharedSecret() string { return escape(s.ConsumerSecret) + "&" + escape(s.TokenSecret) }

// signer makes the function that signs base strings. One-legged requests may have an empty token secret; a consumer secret they must have.
func (s Spec) signer(method string) (func(string) (string, error), error) {
	if strings.HasPrefix(method, "RSA-") {
		if err := s.require("private_key"); err != nil {
			return nil, err
		}
		key, err := parsePrivateKey(s.PrivateKey)
		if err != nil {
			return nil, s.wrong("private_key cannot be read: %v", err)
		}
		return rsaSigner(method, key), nil
	}
	if err := s.require("consumer_secret"); err != nil {
		return nil, err
	}
	key := s.sharedSecret()
	switch method {
	case "PLAINTEXT":
		return func(string) (string, error) { return key, nil }, nil
	case "HMAC-SHA256":
		return hmacSigner(sha256.New, key), nil
	}
	return hmacSigner(sha1.New, key), nil
}

func hmacSigner(algorithm func() hash.Hash, key string) func(string) (string, error) {
	return func(base string) (string, error) {
		mac := hmac.New(algorithm, []byte(key))
		mac.Write([]byte(base))
		return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
	}
}

// rsaSigner signs with RSASSA-PKCS1-v1_5, which is deterministic: the randomness only blinds.
func rsaSigner(method string, key *rsa.PrivateKey) func(string) (string, error) {
	algorithm := crypto.SHA1
	if method == "RSA-SHA256" {
		algorithm = crypto.SHA256
	}
	return func(base string) (string, error) {
		h := algorithm.New()
		h.Write([]byte(base))
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, algorithm, h.Sum(nil))
		return base64.StdEncoding.EncodeToString(signature), err
	}
}

var errKey = errors.New("it must be an RSA key in PEM form, which begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY----- and is not encrypted")

// parsePrivateKey reads PKCS #1 and PKCS #8. Line breaks that came as "\n" through an environment variable count.
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(strings.TrimSpace(text), `\n`, "\n") + "\n"))
	if block == nil {
		return nil, errKey
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if private, ok := key.(*rsa.PrivateKey); err == nil && ok {
		return private, nil
	}
	return nil, errKey
}

func (o *oauth1) authorize(q probe.Request) (probe.Request, error) {
	if o.place == "body" && !isForm(q) && (len(q.Body) > 0 || q.Method == http.MethodGet || q.Method == http.MethodHead) {
		return q, o.spec.wrong("placement \"body\" needs a form (application/x-www-form-urlencoded), which this request is not; use placement header or query")
	}
	t, err := normalize(&q)
	if err != nil {
		return q, err
	}
	o.dropOld(&q, &t)
	protocol := append(slices.Clone(o.parameter),
		pair{"oauth_timestamp", strconv.FormatInt(o.world.Now().Unix(), 10)}, pair{"oauth_nonce", o.world.Nonce()})
	all := append(slices.Clone(protocol), pairs(t.RawQuery)...)
	if isForm(q) {
		all = append(all, pairs(string(q.Body))...)
	}
	signature, err := o.sign(baseString(q.Method, t, all))
	if err != nil {
		return q, o.spec.wrong("the request cannot be signed with this private key: %v", err)
	}
	o.add(&q, t, append(protocol, pair{"oauth_signature", signature}))
	return q, nil
}

// dropOld removes what an earlier signature left in the documented request: no protocol parameter may stand twice (RFC 5849, section 3.2).
func (o *oauth1) dropOld(q *probe.Request, t *target) {
	old := func(name string) bool {
		return name == "oauth_signature" || name == "oauth_timestamp" || name == "oauth_nonce" ||
			slices.ContainsFunc(o.parameter, func(p pair) bool { return p.name == name })
	}
	if strings.Contains(t.RawQuery, "oauth") {
		t.RawQuery = withoutParameters(t.RawQuery, old)
		q.URL = t.String()
	}
	if isForm(*q) && strings.Contains(string(q.Body), "oauth") {
		q.Body = []byte(withoutParameters(string(q.Body), old))
	}
	q.Headers = slices.DeleteFunc(q.Headers, func(h probe.Header) bool {
		return strings.EqualFold(h.Name, "Authorization") && (o.place == "header" || strings.HasPrefix(fold(h.Value), "oauth "))
	})
}

// add transmits the parameters (RFC 5849, section 3.5).
func (o *oauth1) add(q *probe.Request, t target, protocol []pair) {
	encoded := make([]string, len(protocol))
	for i, p := range protocol {
		encoded[i] = escape(p.name) + "=" + escape(p.value)
	}
	switch o.place {
	case "query":
		t.RawQuery = strings.TrimPrefix(t.RawQuery+"&"+strings.Join(encoded, "&"), "&")
		q.URL = t.String()
	case "body":
		if !isForm(*q) {
			setHeader(q, "Content-Type", "application/x-www-form-urlencoded")
		}
		q.Body = []byte(strings.TrimPrefix(string(q.Body)+"&"+strings.Join(encoded, "&"), "&"))
	default:
		setHeader(q, "Authorization", authorizationHeader(o.spec.Realm, protocol))
	}
}

func authorizationHeader(realm string, protocol []pair) string {
	var parts []string
	if realm != "" {
		parts = append(parts, "realm="+quote(realm))
	}
	for _, p := range protocol {
		parts = append(parts, escape(p.name)+`="`+escape(p.value)+`"`)
	}
	return "OAuth " + strings.Join(parts, ", ")
}

// baseString is the string that is signed (RFC 5849, section 3.4.1).
func baseString(method string, t target, parameters []pair) string {
	encoded := make([]pair, len(parameters))
	for i, p := range parameters {
		encoded[i] = pair{escape(p.name), escape(p.value)}
	}
	address := t.Scheme + "://" + t.host + t.path()
	return strings.ToUpper(method) + "&" + escape(address) + "&" + escape(joinSorted(encoded))
}

// joinSorted sorts encoded parameters by name, then by value, and joins them.
func joinSorted(encoded []pair) string {
	slices.SortStableFunc(encoded, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	joined := make([]string, len(encoded))
	for i, p := range encoded {
		joined[i] = p.name + "=" + p.value
	}
	return strings.Join(joined, "&")
}
