package attest

import (
	"crypto/ed25519"
	"fmt"
	"slices"
)

// State is what is known of a signature.
type State string

// The states of a signature.
const (
	Valid      State = "valid"       // it is that of a key that is trusted
	Invalid    State = "invalid"     // it claims to be that of a trusted key, and is not; or the other way round
	UnknownKey State = "unknown-key" // its key was not given, so that nothing is known of it
)

// Checked is a signature, looked at.
type Checked struct {
	KeyID       string    `json:"key_id"`
	State       State     `json:"state"`
	Fingerprint string    `json:"fingerprint,omitempty"` // of the trusted key
	Names       []string  `json:"names,omitempty"`       // whose it is, as far as whoever trusts it says
	From        string    `json:"from,omitempty"`        // where the trusted key was read
	What        string    `json:"what,omitempty"`        // of one that is not valid
	Key         PublicKey `json:"-"`
}

// Check looks at every signature, with the keys that are trusted. A signature that claims a trusted key has to be its own; and one that is of a
// trusted key has to claim it: the id of the key is signed by nobody.
func (e *Envelope) Check(trusted []PublicKey) []Checked {
	pae := e.PAE()
	all := make([]Checked, len(e.Signatures))
	for i, s := range e.Signatures {
		all[i] = check(s, pae, trusted)
		earlier := slices.ContainsFunc(e.Signatures[:i], func(o Signature) bool { return o.KeyID == s.KeyID })
		if earlier && all[i].State == Valid {
			all[i].State, all[i].What = Invalid, "the same key has signed before; it counts once"
		}
	}
	return all
}

func check(s Signature, pae []byte, trusted []PublicKey) Checked {
	claimed, made := PublicKey{}, PublicKey{}
	for _, k := range trusted {
		if k.ID() == s.KeyID {
			claimed = merged(claimed, k)
		}
	}
	if claimed.Key != nil && ed25519.Verify(claimed.Key, pae, s.Sig) {
		return Checked{KeyID: s.KeyID}.of(claimed, Valid, "")
	}
	for _, k := range trusted {
		if ed25519.Verify(k.Key, pae, s.Sig) {
			made = merged(made, k)
		}
	}
	c := Checked{KeyID: s.KeyID}
	switch {
	case made.Key == nil && claimed.Key == nil:
		c.State, c.What = UnknownKey, "its key is none of those given, so it was not checked"
	case made.Key == nil:
		c = c.of(claimed, Invalid, fmt.Sprintf("the key %s did not sign this: the payload, its type or the signature was altered", claimed.Fingerprint()))
	default:
		c = c.of(made, Invalid, fmt.Sprintf("it is a signature of the key %s, and claims to be that of another: its key id was altered", made.Fingerprint()))
	}
	return c
}

func (c Checked) of(k PublicKey, state State, what string) Checked {
	c.Key, c.Fingerprint, c.From, c.Names, c.State, c.What = k, k.Fingerprint(), k.From, k.Names, state, what
	return c
}

// merged is a key that may have been given more than once, with all its names, and with the narrower bounds.
func merged(a, b PublicKey) PublicKey {
	if a.Key == nil {
		return b
	}
	a.Names = union(a.Names, b.Names)
	if b.NotBefore.After(a.NotBefore) {
		a.NotBefore = b.NotBefore
	}
	if a.NotAfter.IsZero() || !b.NotAfter.IsZero() && b.NotAfter.Before(a.NotAfter) {
		a.NotAfter = b.NotAfter
	}
	return a
}

func union(a, b []string) []string {
	a = slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
