// Package attest makes and checks signed statements: in-toto Statements v1 in DSSE envelopes, signed with ed25519.
//
// It knows keys, bytes and who signed them, and nothing of runs or sheets: what a statement says is for others to judge. It reads no files, asks no
// clock and no environment; keys, passphrases and the connection to an agent are handed to it.
//
// Specifications: DSSE v1.0 (secure-systems-lab/dsse), in-toto Attestation Framework v1 (Statement, Bundle as JSON Lines), RFC 8032 (ed25519), RFC 8410
// (such keys in PEM), draft-miller-ssh-agent, and Sigstore bundle v0.3 with a public key.
//
// A file of envelopes is read strictly: it has to be byte for byte what this package would write. DSSE leaves much of an envelope unsigned (white space,
// key order, key ids, further members); what nobody signed must not be able to say anything.
package attest

import (
	"fmt"
	"strings"
)

// PayloadType is the media type of an in-toto Statement in an envelope.
const PayloadType = "application/vnd.in-toto+json"

// Limits of what is read and written.
const (
	MaxFileBytes  = 96 << 20 // of a file of envelopes
	MaxPayload    = 48 << 20 // of a statement: 10,000 APIs take 30 MiB
	MaxEnvelopes  = 66       // in a file
	MaxSignatures = 32       // of an envelope
	MaxKeyBytes   = 1 << 20  // of a file of keys
	MaxKeys       = 1000     // in a file of public keys
	MaxSubjects   = 20_000   // of a statement
)

// Problem is why something is refused: which part, where in it, what is wrong, and what to do about it.
type Problem struct {
	Part  string `json:"part"`            // such as "envelope 1" or "statement of envelope 2"
	Field string `json:"field,omitempty"` // JSON Pointer into the part
	Byte  int    `json:"byte,omitempty"`  // of the file, counted from 1 as cmp does; 0 where the problem is not one of a byte
	What  string `json:"what"`
	Next  string `json:"next"` // the next step
}

// Error is the problem in a line, without the next step.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Part)
	if p.Field != "" {
		fmt.Fprintf(&b, ", %s", p.Field)
	}
	if p.Byte > 0 {
		fmt.Fprintf(&b, ", byte %d", p.Byte)
	}
	return b.String() + ": " + p.What
}

// Next steps that several problems share.
const (
	nextOriginal = "get the file anew from whoever made it; one that was altered, even in white space, is no evidence"
	nextNewer    = "check it with the sheetprobe that made it, or one that is newer"
)
