package attest_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"

	"github.com/sheetprobe/sheetprobe/probe/attest"
)

// theirs is a key in the form that the library of DSSE wants.
type theirs struct{ key attest.PublicKey }

func (k theirs) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(k.key.Key, data, sig) {
		return errors.New("no")
	}
	return nil
}

func (k theirs) KeyID() (string, error)   { return k.key.ID(), nil }
func (k theirs) Public() crypto.PublicKey { return k.key.Key }
