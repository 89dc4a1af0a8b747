package auth

import (
	"crypto/hmac"
	"crypto/sha1" // partners ask for it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/sheetprobe/sheetprobe/probe"
)

// hmacFlow signs a string that the Spec's template composes of the request.
type hmacFlow struct {
	spec      Spec
	world     World
	algorithm func() hash.Hash
	key       []byte
	encode    func([]byte) string
	stamp     func(time.Time) string
	template  template
}

func newHMAC(s Spec, w World) (Authorizer, error) {
	if err := w.needs(false); err != nil {
		return nil, err
	}
	if err := s.require("secret", "header", "template"); err != nil {
		return nil, err
	}
	h := &hmacFlow{spec: s, world: w}
	if err := h.choose(); err != nil {
		return nil, err
	}
	var err error
	if h.template, err = s.parseTemplate(); err != nil {
		return nil, err
	}
	for _, name := range []string{s.Header, s.TimestampHeader, s.NonceHeader} {
		if name != "" && !httpguts.ValidHeaderFieldName(name) {
			return nil, s.wrong("%q is no header name (letters, digits and \"-\")", name)
		}
	}
	return unconditional(h.authorize), nil
}

func (h *hmacFlow) choose() error {
	algorithm := h.spec
	algorithm.Algorithm = strings.TrimPrefix(squash(algorithm.Algorithm), "hmac")
	name, err := algorithm.choose("algorithm", "sha256", "sha1", "sha512")
	if err != nil {
		return err
	}
	encoding, err := h.spec.choose("encoding", "hex", "base64")
	if err != nil {
		return err
	}
	format, err := h.spec.choose("timestamp_format", "unix", "unix_ms", "rfc3339", "http")
	if err != nil {
		return err
	}
	if h.key, err = h.spec.hmacKey(); err != nil {
		return err
	}
	h.algorithm = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}[name]
	h.encode = map[string]func([]byte) string{"hex": hex.EncodeToString, "base64": base64.StdEncoding.EncodeToString}[encoding]
	h.stamp = map[string]func(time.Time) string{
		"unix":    func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) },
		"unix_ms": func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) },
		"rfc3339": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"http":    func(t time.Time) string { return t.UTC().Format(http.TimeFormat) },
	}[format]
	return nil
}

// hmacKey is the secret as bytes.
func (s Spec) hmacKey() ([]byte, error) {
	encoding, err := s.choose("secret_encoding", "text", "hex", "base64")
	if err != nil || encoding == "text" {
		return []byte(s.Secret), err
	}
	read := hex.DecodeString
	if encoding == "base64" {
		read = base64.StdEncoding.DecodeString
	}
	key, err := read(strings.TrimSpace(s.Secret))
	if err != nil {
		return nil, s.wrong("the secret is not %s, as secret_encoding says; leave that out where the secret is used as it is written", encoding)
	}
	return key, nil
}

func (h *hmacFlow) authorize(q probe.Request) (probe.Request, error) {
	t, err := normalize(&q)
	if err != nil {
		return q, err
	}
	f := filling{request: q, target: t, timestamp: h.stamp(h.world.Now()), nonce: h.world.Nonce()}
	if h.spec.TimestampHeader != "" {
		setHeader(&f.request, h.spec.TimestampHeader, f.timestamp)
	}
	if h.spec.NonceHeader != "" {
		setHeader(&f.request, h.spec.NonceHeader, f.nonce)
	}
	text, err := h.template.fill(f)
	if err != nil {
		return q, h.spec.wrong("%v", err)
	}
	mac := hmac.New(h.algorithm, h.key)
	mac.Write([]byte(text))
	setHeader(&f.request, h.spec.Header, h.spec.Prefix+h.encode(mac.Sum(nil)))
	return f.request, nil
}
