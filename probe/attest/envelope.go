package attest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Envelope is a payload with the signatures over it (DSSE).
type Envelope struct {
	Type       string // the media type of the payload
	Payload    []byte
	Signatures []Signature
}

// Signature is an ed25519 signature, and the id of the key that it claims to be of.
type Signature struct {
	KeyID string
	Sig   []byte
}

// PAE is what is signed: type and payload, each with its length.
func (e *Envelope) PAE() []byte { return dsse.PAE(e.Type, e.Payload) }

// Sign adds a signature. A key signs an envelope once. What the signer returns is verified before it is taken.
func (e *Envelope) Sign(ctx context.Context, s Signer) error {
	public := s.Public()
	for _, old := range e.Signatures {
		if old.KeyID == public.ID() {
			return fmt.Errorf("the key %s has signed already", public.Fingerprint())
		}
	}
	if len(e.Signatures) == MaxSignatures {
		return fmt.Errorf("there are %d signatures already, more are not read", MaxSignatures)
	}
	sig, err := s.Sign(ctx, e.PAE())
	if err != nil {
		return err
	}
	if !ed25519.Verify(public.Key, e.PAE(), sig) {
		return fmt.Errorf("what the key %s gave is no signature of its own over what was to be signed", public.Fingerprint())
	}
	e.Signatures = append(e.Signatures, Signature{public.ID(), sig})
	return nil
}

// wire is the envelope in the form of its JSON.
func (e *Envelope) wire() dsse.Envelope {
	out := dsse.Envelope{PayloadType: e.Type, Payload: base64.StdEncoding.EncodeToString(e.Payload), Signatures: []dsse.Signature{}}
	for _, s := range e.Signatures {
		out.Signatures = append(out.Signatures, dsse.Signature{KeyID: s.KeyID, Sig: base64.StdEncoding.EncodeToString(s.Sig)})
	}
	return out
}

// Encode writes envelopes as an in-toto bundle: JSON Lines, one envelope on each.
func Encode(envelopes []Envelope) ([]byte, error) {
	var out bytes.Buffer
	for i := range envelopes {
		e := &envelopes[i]
		if len(e.Payload) > MaxPayload {
			return nil, fmt.Errorf("a statement has %d bytes, more than %d are not read again", len(e.Payload), MaxPayload)
		}
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(e.wire()); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// Decode reads what Encode wrote, and refuses every other text that a generous reader would take for the same. The error is a *Problem.
func Decode(data []byte) ([]Envelope, error) {
	if len(data) > MaxFileBytes {
		return nil, &Problem{Part: "file", What: fmt.Sprintf("it has more than %d MiB", MaxFileBytes>>20), Next: "check the path; evidence is not that large"}
	}
	if problem := somethingElse(data); problem != nil {
		return nil, problem
	}
	var all []Envelope
	for offset := 0; offset < len(data); {
		part := fmt.Sprintf("envelope %d", len(all)+1)
		end := bytes.IndexByte(data[offset:], '\n')
		switch {
		case len(all) == MaxEnvelopes:
			return nil, &Problem{Part: part, Byte: offset + 1, What: fmt.Sprintf("a file has %d envelopes at most", MaxEnvelopes), Next: nextOriginal}
		case end < 0:
			end = len(data) - offset
		}
		e, problem := decodeOne(part, data[offset:offset+end], offset)
		if problem != nil {
			return nil, problem
		}
		all = append(all, *e)
		offset += end + 1
	}
	if len(all) == 0 {
		return nil, &Problem{Part: "file", What: "it is empty", Next: "name the file that `sheetprobe signoff create` wrote"}
	}
	return all, canonical(data, all)
}

// somethingElse tells files that are easily mistaken for evidence, or that a program has made of it.
func somethingElse(data []byte) *Problem {
	const next = "name the file that `sheetprobe signoff create` wrote"
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return &Problem{Part: "file", What: "it is an archive", Next: next + "; the bundle goes with --bundle"}
	case bytes.HasPrefix(data, []byte("%PDF-")), bytes.HasPrefix(bytes.ToLower(data[:min(len(data), 15)]), []byte("<!doctype html")):
		return &Problem{Part: "file", What: "it is a document to be read, and carries no signature", Next: next}
	}
	if first, _, _ := bytes.Cut(data, []byte("\n")); string(bytes.TrimSpace(first)) != "{" {
		return nil
	}
	v, _, _ := nearjson.ParseStrictWhole(source.Unplaced(string(data)))
	switch {
	case v == nil || v.Kind != nearjson.Object:
		return nil
	case v.Get("dsseEnvelope") != nil:
		return &Problem{Part: "file", What: "it is a Sigstore bundle, which holds the decision with one signature, for other tools and `sheetprobe signoff verify`", Next: next}
	case v.Get("schema_version") != nil:
		return &Problem{Part: "file", What: "it is a recorded run", Next: next + "; the run goes with --run"}
	}
	return &Problem{Part: "file", What: "it is JSON on several lines, and an envelope stands on one", Next: nextOriginal}
}

// canonical demands that the bytes are those that would be written: what JSON leaves open is signed by nobody.
func canonical(data []byte, all []Envelope) error {
	again, err := Encode(all)
	if err != nil {
		return &Problem{Part: "file", What: err.Error(), Next: nextOriginal}
	}
	if bytes.Equal(data, again) {
		return nil
	}
	at := firstDifference(data, again)
	part := fmt.Sprintf("envelope %d", min(bytes.Count(data[:at], []byte("\n"))+1, len(all)))
	return &Problem{Part: part, Byte: at + 1, What: foundAt(data, at) + " stands where nothing of the kind was written; no signature covers it", Next: nextOriginal}
}

func firstDifference(a, b []byte) int {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return at
}

// foundAt is the byte at a place, or that the text ends there.
func foundAt(data []byte, at int) string {
	if at >= len(data) {
		return "the end"
	}
	return fmt.Sprintf("%q", data[at])
}

var (
	envelopeMembers  = map[string]nearjson.Kind{"payloadType": nearjson.String, "payload": nearjson.String, "signatures": nearjson.Array}
	signatureMembers = map[string]nearjson.Kind{"keyid": nearjson.String, "sig": nearjson.String}
)

func decodeOne(part string, text []byte, offset int) (*Envelope, *Problem) {
	v, problem := object(part, text, offset)
	if problem == nil {
		problem = members(part, "", v, offset, envelopeMembers)
	}
	if problem != nil {
		return nil, problem
	}
	e := &Envelope{Type: v.Get("payloadType").Text}
	if e.Type != PayloadType {
		return nil, &Problem{
			Part: part, Field: "/payloadType", Byte: offset + v.Get("payloadType").At().Offset + 1,
			What: fmt.Sprintf("%.80q is not %q, the type of an in-toto statement", e.Type, PayloadType), Next: nextOriginal,
		}
	}
	if e.Payload, problem = decoded(part, "/payload", v.Get("payload"), offset); problem != nil {
		return nil, problem
	}
	list := v.Get("signatures").Items
	if len(list) == 0 || len(list) > MaxSignatures {
		return nil, &Problem{
			Part: part, Field: "/signatures", Byte: offset + v.Get("signatures").At().Offset + 1,
			What: fmt.Sprintf("expected 1 to %d signatures, found %d", MaxSignatures, len(list)), Next: nextOriginal,
		}
	}
	for i, item := range list {
		s, problem := decodeSignature(part, nearjson.AppendIndex("/signatures", i), item, offset)
		if problem != nil {
			return nil, problem
		}
		e.Signatures = append(e.Signatures, *s)
	}
	return e, nil
}

func decodeSignature(part, pointer string, v *nearjson.Value, offset int) (*Signature, *Problem) {
	if v.Kind != nearjson.Object {
		return nil, &Problem{Part: part, Field: pointer, Byte: offset + v.At().Offset + 1, What: "expected object, found " + v.Kind.String(), Next: nextOriginal}
	}
	if problem := members(part, pointer, v, offset, signatureMembers); problem != nil {
		return nil, problem
	}
	id := v.Get("keyid")
	if !isSHA256(id.Text) {
		return nil, &Problem{
			Part: part, Field: pointer + "/keyid", Byte: offset + id.At().Offset + 1,
			What: fmt.Sprintf("%.80q is no key id: expected the SHA-256 of a public key, 64 hexadecimal digits in lower case", id.Text), Next: nextOriginal,
		}
	}
	sig, problem := decoded(part, pointer+"/sig", v.Get("sig"), offset)
	if problem != nil {
		return nil, problem
	}
	if len(sig) != ed25519.SignatureSize {
		return nil, &Problem{
			Part: part, Field: pointer + "/sig", Byte: offset + v.Get("sig").At().Offset + 1,
			What: fmt.Sprintf("an ed25519 signature has %d bytes, found %d", ed25519.SignatureSize, len(sig)), Next: nextOriginal,
		}
	}
	return &Signature{id.Text, sig}, nil
}
