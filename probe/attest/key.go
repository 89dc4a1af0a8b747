package attest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// PublicKey is an ed25519 key that somebody trusts, with what is known of it.
type PublicKey struct {
	Key   ed25519.PublicKey
	Names []string // of the person it belongs to, as whoever trusts it says; nil where nothing says so
	From  string   // where it was read, such as "keys/asha.pub:1"
	// NotBefore and NotAfter bound when it may sign, both inclusive; the zero time is no bound.
	NotBefore, NotAfter time.Time
}

// ID is the id of the key in envelopes: the SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits.
func (k PublicKey) ID() string {
	sum := sha256.Sum256(k.spki())
	return hex.EncodeToString(sum[:])
}

// Fingerprint is what ssh-keygen -l prints for the key.
func (k PublicKey) Fingerprint() string { return ssh.FingerprintSHA256(k.ssh()) }

// Is says that a text names the key: its id, its SSH fingerprint, or the beginning of one, of eight digits at least.
func (k PublicKey) Is(text string) bool {
	const least = 8
	for _, id := range []string{k.ID(), k.Fingerprint(), strings.TrimPrefix(k.Fingerprint(), "SHA256:")} {
		if len(strings.TrimPrefix(text, "SHA256:")) >= least && strings.HasPrefix(id, text) {
			return true
		}
	}
	return false
}

// PEM is the key as openssl reads it.
func (k PublicKey) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.spki()})
}

// AuthorizedKey is the key as ssh-keygen reads it, with a comment, and a line end.
func (k PublicKey) AuthorizedKey(comment string) []byte {
	line := strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(k.ssh())), "\n")
	return []byte(strings.TrimSpace(line+" "+comment) + "\n")
}

func (k PublicKey) spki() []byte {
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		panic(err) // an ed25519 key can always be written
	}
	return der
}

func (k PublicKey) ssh() ssh.PublicKey {
	public, err := ssh.NewPublicKey(k.Key)
	if err != nil {
		panic(err) // an ed25519 key is always one for SSH
	}
	return public
}

// ed25519Of takes a public key of any make, and says why it cannot serve where it is of another.
func ed25519Of(public any) (ed25519.PublicKey, error) {
	switch key := public.(type) {
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("an ed25519 key has %d bytes, found %d", ed25519.PublicKeySize, len(key))
		}
		return key, nil
	case ssh.CryptoPublicKey:
		return ed25519Of(key.CryptoPublicKey())
	case ssh.PublicKey:
		return nil, fmt.Errorf("it is of type %q, and only ed25519 keys sign here", key.Type())
	}
	return nil, fmt.Errorf("it is a %s, and only ed25519 keys sign here", strings.TrimPrefix(fmt.Sprintf("%T", public), "*"))
}

// Matches says that a text is the whole id of the key, or its whole SSH fingerprint.
func (k PublicKey) Matches(text string) bool { return text == k.ID() || text == k.Fingerprint() }
