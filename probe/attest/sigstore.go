package attest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// sigstoreType is the media type of the bundle (protobuf-specs, sigstore_bundle.proto).
const sigstoreType = "application/vnd.dev.sigstore.bundle.v0.3+json"

type sigstoreBundle struct {
	MediaType string `json:"mediaType"`
	Material  struct {
		PublicKey struct {
			Hint string `json:"hint"`
		} `json:"publicKey"`
	} `json:"verificationMaterial"`
	Envelope dsse.Envelope `json:"dsseEnvelope"`
}

// Sigstore writes the envelope with one of its signatures as a Sigstore bundle v0.3. Its verification material is a public key, named by its id: neither
// certificate nor transparency log is needed, or can be looked at, offline. The format has one signature per bundle.
func (e *Envelope) Sigstore(keyID string) ([]byte, error) {
	for _, s := range e.Signatures {
		if s.KeyID != keyID {
			continue
		}
		b := sigstoreBundle{MediaType: sigstoreType}
		b.Material.PublicKey.Hint = keyID
		one := Envelope{Type: e.Type, Payload: e.Payload, Signatures: []Signature{s}}
		b.Envelope = one.wire()
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err := encoder.Encode(b)
		return out.Bytes(), err
	}
	return nil, fmt.Errorf("the key %s has not signed", keyID)
}
