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

// IsSigstore says that a file is written as a Sigstore bundle, in whatever way.
func IsSigstore(data []byte) bool {
	var b struct {
		Envelope json.RawMessage `json:"dsseEnvelope"`
	}
	return len(data) <= MaxFileBytes && json.Unmarshal(data, &b) == nil && b.Envelope != nil
}

// DecodeSigstore reads what Sigstore wrote, and like Decode refuses every other text that a generous reader would take for the same. The error is a *Problem.
func DecodeSigstore(data []byte) (*Envelope, error) {
	const part = "Sigstore bundle"
	var b sigstoreBundle
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, &Problem{Part: part, What: err.Error(), Next: nextOriginal}
	}
	line, err := json.Marshal(b.Envelope)
	if err != nil {
		return nil, &Problem{Part: part, What: err.Error(), Next: nextOriginal}
	}
	e, problem := decodeOne(part, line, 0)
	if problem != nil {
		problem.Byte = 0 // its places are those of another text
		return nil, problem
	}
	again, err := e.Sigstore(e.Signatures[0].KeyID)
	if err != nil {
		return nil, &Problem{Part: part, What: err.Error(), Next: nextOriginal}
	}
	if bytes.Equal(data, again) {
		return e, nil
	}
	at := firstDifference(data, again)
	return nil, &Problem{Part: part, Byte: at + 1, What: foundAt(data, at) + " stands where nothing of the kind was written; no signature covers it", Next: nextOriginal}
}
