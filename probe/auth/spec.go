package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Spec is how a request gets its identity, as a sheet or configuration says it; its texts may hold placeholders, which are filled before
// use. The comments give the names in YAML.
type Spec struct {
	Type string // type: none, bearer, basic, digest, api_key, oauth2, oauth1, hmac, aws_sigv4, mtls; "" is none

	// bearer: a token, or the call that fetches one. Header and Prefix tell where it goes, by default "Authorization: Bearer ".
	Token        string         // token; of oauth1 the token credential, or "" for one-legged requests
	TokenRequest *probe.Request // token_request: {method, url, headers, body}
	TokenPath    string         // token_path: JSONPath (RFC 9535) or JSON Pointer into the answer; "" tries access_token, token, data.token and their like

	// basic, digest, and oauth2 with grant password.
	Username string // username
	Password string // password

	// api_key
	Name  string // name
	In    string // in: header (default), query, cookie
	Value string // value

	// oauth2
	Grant        string // grant: client_credentials (default), password
	TokenURL     string // token_url
	ClientID     string // client_id
	ClientSecret string // client_secret; "" is a public client
	Scope        string // scope: names separated by spaces
	Audience     string // audience
	ClientAuth   string // client_auth: header (default), body

	// oauth1
	ConsumerKey     string // consumer_key
	ConsumerSecret  string // consumer_secret
	TokenSecret     string // token_secret
	SignatureMethod string // signature_method: HMAC-SHA1 (default), HMAC-SHA256, RSA-SHA1, RSA-SHA256, PLAINTEXT
	PrivateKey      string // private_key: PEM, for the RSA methods
	Placement       string // placement: header (default), query, body
	Realm           string // realm
	Callback        string // callback
	Verifier        string // verifier

	// hmac
	Secret          string // secret: the key
	SecretEncoding  string // secret_encoding: text (default), hex, base64
	Algorithm       string // algorithm: sha1, sha256 (default), sha512
	Encoding        string // encoding: hex (default), base64
	Header          string // header that carries the signature; also of bearer
	Template        string // template of the string to sign, see [TemplateFields]; its braces are no placeholders
	TimestampHeader string // timestamp_header
	TimestampFormat string // timestamp_format: unix (seconds, default), unix_ms, rfc3339, http
	NonceHeader     string // nonce_header
	Prefix          string // prefix: what stands before the signature or token in its header

	// aws_sigv4
	AccessKey    string // access_key
	SecretKey    string // secret_key
	SessionToken string // session_token; "" for keys that last
	Region       string // region
	Service      string // service
}

// field is one text of a Spec under its name in YAML.
type field struct {
	name string
	text *string
}

func (s *Spec) fields() []field {
	return []field{
		{"token", &s.Token},
		{"token_path", &s.TokenPath},
		{"username", &s.Username},
		{"password", &s.Password},
		{"name", &s.Name},
		{"in", &s.In},
		{"value", &s.Value},
		{"grant", &s.Grant},
		{"token_url", &s.TokenURL},
		{"client_id", &s.ClientID},
		{"client_secret", &s.ClientSecret},
		{"scope", &s.Scope},
		{"audience", &s.Audience},
		{"client_auth", &s.ClientAuth},
		{"consumer_key", &s.ConsumerKey},
		{"consumer_secret", &s.ConsumerSecret},
		{"token_secret", &s.TokenSecret},
		{"signature_method", &s.SignatureMethod},
		{"private_key", &s.PrivateKey},
		{"placement", &s.Placement},
		{"realm", &s.Realm},
		{"callback", &s.Callback},
		{"verifier", &s.Verifier},
		{"secret", &s.Secret},
		{"secret_encoding", &s.SecretEncoding},
		{"algorithm", &s.Algorithm},
		{"encoding", &s.Encoding},
		{"header", &s.Header},
		{"template", &s.Template},
		{"timestamp_header", &s.TimestampHeader},
		{"timestamp_format", &s.TimestampFormat},
		{"nonce_header", &s.NonceHeader},
		{"prefix", &s.Prefix},
		{"access_key", &s.AccessKey},
		{"secret_key", &s.SecretKey},
		{"session_token", &s.SessionToken},
		{"region", &s.Region},
		{"service", &s.Service},
	}
}

// Fill returns a copy in which every text is what fill makes of it, given the text's name in YAML. The template and the type stay: what
// stands in braces there is filled for each request. Empty texts are not asked about.
func (s Spec) Fill(fill func(name, text string) string) Spec {
	for _, f := range s.fields() {
		if *f.text != "" && f.name != "template" {
			*f.text = fill(f.name, *f.text)
		}
	}
	if s.TokenRequest != nil {
		q := clone(*s.TokenRequest)
		q.Method, q.URL = fill("token_request.method", q.Method), fill("token_request.url", q.URL)
		for i, h := range q.Headers {
			q.Headers[i].Value = fill("token_request.headers."+h.Name, h.Value)
		}
		if q.Body != nil {
			q.Body = []byte(fill("token_request.body", string(q.Body)))
		}
		s.TokenRequest = &q
	}
	return s
}

// Secrets lists the texts that prove something, by their names in YAML, as they stand: some may still hold placeholders. What a token call
// holds is not among them.
func (s Spec) Secrets() []probe.Header {
	var all []probe.Header
	for _, f := range s.fields() {
		if *f.text == "" {
			continue
		}
		switch f.name {
		case "secret_encoding", "client_auth": // they say how, not what
			continue
		case "value", "verifier":
		default:
			if !probe.LooksSecret(f.name) {
				continue
			}
		}
		all = append(all, probe.Header{Name: f.name, Value: *f.text})
	}
	return all
}

// Key is the same for Specs that make the same identity, wherever they stand, so that they can share one Authorizer and its token. It gives
// no text away.
func (s Spec) Key() string {
	h := sha256.New()
	write := func(texts ...string) {
		for _, t := range texts {
			fmt.Fprintf(h, "%d:%s", len(t), t)
		}
	}
	write(s.Type)
	for _, f := range s.fields() {
		write(*f.text)
	}
	if q := s.TokenRequest; q != nil {
		write(q.Method, q.URL, string(q.Body))
		for _, header := range q.Headers {
			write(header.Name, header.Value)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// require returns an error that names the texts that are empty, and says where to give them.
func (s Spec) require(names ...string) error {
	var missing []string
	for _, f := range s.fields() {
		if strings.TrimSpace(*f.text) == "" && slices.Contains(names, f.name) {
			missing = append(missing, f.name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	verb := "is"
	if len(missing) > 1 {
		verb = "are"
	}
	first := missing[0]
	return s.wrong("%s %s missing; write it into the auth section of the sheet or the configuration, as in %s: \"<<%s>>\", and supply the value in a vars file or the environment",
		quoted(missing), verb, first, first)
}

// wrong is an error about the Spec.
func (s Spec) wrong(format string, args ...any) error {
	return fmt.Errorf("auth "+s.Type+": "+format, args...)
}

// choose reads a text that must be one of a few words; the first word is the default. Case and separators do not count.
func (s Spec) choose(name string, words ...string) (string, error) {
	for _, f := range s.fields() {
		if f.name != name {
			continue
		}
		if strings.TrimSpace(*f.text) == "" {
			return words[0], nil
		}
		for _, w := range words {
			if squash(*f.text) == squash(w) {
				return w, nil
			}
		}
		return "", s.wrong("%s %q is unknown; it is one of %s", name, *f.text, strings.Join(words, ", "))
	}
	return words[0], nil
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func squash(s string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(fold(s))
}
