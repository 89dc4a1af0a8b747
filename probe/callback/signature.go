package callback

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // webhooks of old are signed with it; nothing of ours is
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
)

// The ways in which a signature is not the documented one.
var (
	ErrUnsigned = errors.New("the call carries no signature")
	ErrPrefix   = errors.New("the signature has another beginning")
	ErrEncoding = errors.New("the signature is in another encoding")
	ErrWrong    = errors.New("the signature is not that of the body and our secret")
)

// Sign is the value of the documented header for a body. An error is about the documented signature itself.
func Sign(s probe.Signature, secret string, body []byte) (string, error) {
	make, err := algorithm(s.Algorithm)
	if err != nil {
		return "", err
	}
	mac := hmac.New(make, []byte(secret))
	_, _ = mac.Write(body) // never fails
	if strings.EqualFold(s.Encoding, "base64") {
		return s.Prefix + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
	}
	return s.Prefix + hex.EncodeToString(mac.Sum(nil)), nil
}

// Verify says whether a call is signed as documented. Errors wrap one of those above; another one is about the documented signature itself.
func Verify(s probe.Signature, secret string, q probe.Request) error {
	make, err := algorithm(s.Algorithm)
	if err != nil {
		return err
	}
	given := valuesOf(q.Headers, s.Header)
	if len(given) == 0 {
		return fmt.Errorf("%w: there is no header %q", ErrUnsigned, s.Header)
	}
	mac := hmac.New(make, []byte(secret))
	_, _ = mac.Write(q.Body) // never fails
	want := mac.Sum(nil)
	err = ErrPrefix
	for _, value := range given {
		digest, ok := strings.CutPrefix(value, s.Prefix)
		if !ok {
			continue
		}
		sum, decoded := decode(s.Encoding, digest)
		switch {
		case decoded && hmac.Equal(sum, want):
			return nil
		case decoded && len(sum) == len(want):
			err = ErrWrong
		default:
			err = ErrEncoding
		}
	}
	switch {
	case errors.Is(err, ErrPrefix):
		return fmt.Errorf("%w than %q", err, s.Prefix)
	case errors.Is(err, ErrEncoding):
		return fmt.Errorf("%w than %s of %d bytes", err, s.Encoding, len(want))
	}
	return err
}

// algorithm reads the name as it may be written: sha256, SHA-256, HMAC-SHA256.
func algorithm(name string) (func() hash.Hash, error) {
	switch strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(name), "-", ""), "_", ""), "hmac") {
	case "sha1":
		return sha1.New, nil
	case "sha256", "":
		return sha256.New, nil
	case "sha512":
		return sha512.New, nil
	}
	return nil, fmt.Errorf("no signature is known by the algorithm %q; known are sha1, sha256 and sha512", name)
}

// decode takes every alphabet of base64, padded or not: receivers do.
func decode(encoding, digest string) ([]byte, bool) {
	digest = strings.TrimSpace(digest)
	if !strings.EqualFold(encoding, "base64") {
		sum, err := hex.DecodeString(digest)
		return sum, err == nil
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(digest, "="))
	sum, err := base64.RawStdEncoding.DecodeString(plain)
	return sum, err == nil
}

// valuesOf are the values of a header, and the parts of each that commas separate: some senders list several signatures.
func valuesOf(headers []probe.Header, name string) (values []string) {
	for _, h := range headers {
		if !strings.EqualFold(h.Name, name) || strings.TrimSpace(h.Value) == "" {
			continue
		}
		values = append(values, strings.TrimSpace(h.Value))
		if strings.Contains(h.Value, ",") {
			for part := range strings.SplitSeq(h.Value, ",") {
				values = append(values, strings.TrimSpace(part))
			}
		}
	}
	return values
}

func sortedNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
