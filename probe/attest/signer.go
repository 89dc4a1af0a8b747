package attest

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/ssh"
)

// Signer signs with an ed25519 key that it need not show.
type Signer interface {
	Public() PublicKey
	// Sign returns the 64 bytes of an ed25519 signature over the data themselves, not over a digest of them.
	Sign(ctx context.Context, data []byte) ([]byte, error)
}

// privateKey is a Signer whose key is at hand.
type privateKey struct {
	key  ed25519.PrivateKey
	from string
}

func (k privateKey) Public() PublicKey {
	return PublicKey{Key: k.key.Public().(ed25519.PublicKey), From: k.from} //nolint:forcetypeassert // it says so itself
}

func (k privateKey) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(k.key, data), nil
}

// GenerateKey makes a key; random is crypto/rand.Reader but for tests.
func GenerateKey(random io.Reader) (Signer, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	return privateKey{key: ed25519.NewKeyFromSeed(seed)}, nil
}

// EncodePrivateKey writes a key that GenerateKey made as PEM (PKCS#8), encrypted (PBES2: AES-256-CBC, PBKDF2) where there is a passphrase.
func EncodePrivateKey(s Signer, passphrase []byte) ([]byte, error) {
	k, ok := s.(privateKey)
	if !ok {
		return nil, errors.New("the key is not at hand")
	}
	if len(passphrase) == 0 {
		der, err := x509.MarshalPKCS8PrivateKey(k.key)
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
	}
	der, err := pkcs8.MarshalPrivateKey(k.key, passphrase, passphraseCost())
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), err
}

const nextPrivate = "give an ed25519 private key, PEM (PKCS#8) or of OpenSSH; `sheetprobe signoff keygen` makes one"

// ErrPassphrase says that a passphrase does not open a key.
var ErrPassphrase = errors.New("the passphrase is wrong")

// ReadPrivateKey reads a private key: PEM (PKCS#8), encrypted or not, or that of OpenSSH. It asks for the passphrase only where there is one. The name is
// that of the file. The error is a *Problem, or that of ask; no part of the key stands in it.
func ReadPrivateKey(name string, data []byte, ask func() ([]byte, error)) (Signer, error) {
	refuse := func(what string) (Signer, error) { return nil, &Problem{Part: name, What: what, Next: nextPrivate} }
	if len(data) > MaxKeyBytes {
		return refuse(fmt.Sprintf("it has more than %d KiB", MaxKeyBytes>>10))
	}
	block, rest := pem.Decode(data)
	switch {
	case block == nil:
		return refuse("it holds no private key in PEM")
	case block.Type == "PUBLIC KEY":
		return refuse("it holds a public key, which cannot sign")
	}
	if second, _ := pem.Decode(rest); second != nil {
		return refuse("it holds more than one PEM block, and which is meant is not clear")
	}
	key, err := privateOf(block, data, ask)
	var refused *refusedKey
	switch {
	case errors.As(err, &refused):
		return refuse(refused.why)
	case err != nil:
		return nil, err
	}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return signerOf(name, k)
	case *ed25519.PrivateKey:
		return signerOf(name, *k)
	}
	return refuse(fmt.Sprintf("it is of another kind (%T), and only ed25519 keys sign here", key))
}

// signerOf demands that the two halves of a key belong together: OpenSSH keeps both, and with the wrong one a signature gives the key away.
func signerOf(name string, key ed25519.PrivateKey) (Signer, error) {
	if !key.Equal(ed25519.NewKeyFromSeed(key.Seed())) {
		return nil, &Problem{Part: name, What: "its public half is not that of its private half", Next: nextPrivate}
	}
	return privateKey{key, name}, nil
}

// refusedKey is why a key cannot be read, in words of our own: those of the libraries might quote it.
type refusedKey struct{ why string }

func (e *refusedKey) Error() string { return e.why }

func privateOf(block *pem.Block, data []byte, ask func() ([]byte, error)) (any, error) {
	switch block.Type {
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, &refusedKey{"it is no private key in PKCS#8"}
		}
		return key, nil
	case "ENCRYPTED PRIVATE KEY":
		if err := checkEncrypted(block.Bytes); err != nil {
			return nil, err
		}
		return withPassphrase(ask, func(passphrase []byte) (any, error) { return decrypted(block.Bytes, passphrase) })
	case "OPENSSH PRIVATE KEY":
		key, err := ssh.ParseRawPrivateKey(data)
		var locked *ssh.PassphraseMissingError
		switch {
		case errors.As(err, &locked):
			return withPassphrase(ask, func(passphrase []byte) (any, error) { return ssh.ParseRawPrivateKeyWithPassphrase(data, passphrase) })
		case err != nil:
			return nil, &refusedKey{"it is no private key of OpenSSH"}
		}
		return key, nil
	}
	return nil, &refusedKey{fmt.Sprintf("it is a PEM block of type %.40q", block.Type)}
}

func withPassphrase(ask func() ([]byte, error), open func(passphrase []byte) (any, error)) (any, error) {
	passphrase, err := ask()
	if err != nil {
		return nil, err
	}
	if len(passphrase) == 0 {
		return nil, ErrPassphrase
	}
	defer clear(passphrase)
	key, err := open(passphrase)
	switch {
	case errors.Is(err, x509.IncorrectPasswordError):
		return nil, ErrPassphrase
	case err != nil:
		return nil, &refusedKey{"it is encrypted in a way that is not read here"}
	}
	return key, nil
}

// decrypted opens PKCS#8. The library tells a wrong passphrase by its text alone.
func decrypted(der, passphrase []byte) (any, error) {
	key, err := pkcs8.ParsePKCS8PrivateKey(der, passphrase)
	if err != nil && strings.HasSuffix(err.Error(), "incorrect password") {
		return nil, x509.IncorrectPasswordError
	}
	return key, err
}
