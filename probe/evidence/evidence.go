// Package evidence makes the signed evidence of a sign-off, and checks it again without a network, a history or a clock of its own.
//
// Evidence is a file of two envelopes (see package attest): the first holds the whole decision (signoff.Predicate), the second its summary as an in-toto
// test-result v0.1, which other tools read. Both are about the same subjects: the run in its canonical encoding, the bundle with everything that a
// third party needs, and every document. An approver signs both; who approves later adds signatures, and changes no byte of what was signed.
//
// Where people approve at a server, that signs both with its own key, which is nobody's approval. Envelopes behind the two say who approved there, and how
// they showed who they are, or that an approval was revoked; whoever trusts the key of the server goes by them.
//
// The room knows what has to hold together, and says of each part whether it does, whether it does not, or that it could not be looked at. How exchanges
// are judged again is handed to it.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Names of subjects; those of documents begin with a folder of their own.
const (
	RunSubject    = "run.json"
	BundleSubject = "bundle.zip"
	documentsIn   = "documents/"
)

// The parts of the file, as problems name them.
const (
	partDecision = "statement 1 (sign-off)"
	partSummary  = "statement 2 (test result)"
)

// Seal makes the two envelopes of a decision, not signed yet. The digest of the bundle is its SHA-256.
func Seal(p *signoff.Predicate, bundleSHA256 string) ([]attest.Envelope, error) {
	subjects := subjectsOf(p, bundleSHA256)
	decision, err := attest.NewStatement(subjects, signoff.PredicateType, p)
	if err != nil {
		return nil, err
	}
	summary, err := attest.NewStatement(subjects, TestResultType, summaryOf(p))
	if err != nil {
		return nil, err
	}
	all := make([]attest.Envelope, 0, 2)
	for _, s := range []*attest.Statement{decision, summary} {
		e, err := s.Seal()
		if err != nil {
			return nil, err
		}
		all = append(all, *e)
	}
	return all, nil
}

func subjectsOf(p *signoff.Predicate, bundleSHA256 string) []attest.Subject {
	all := []attest.Subject{
		{Name: RunSubject, Digest: attest.Digest{SHA256: p.Run.SHA256}},
		{Name: BundleSubject, Digest: attest.Digest{SHA256: bundleSHA256}},
	}
	seen := map[probe.RunDocument]bool{}
	for _, d := range p.Documents {
		if key := (probe.RunDocument{Name: d.Name, SHA256: d.SHA256}); !seen[key] {
			seen[key] = true
			all = append(all, attest.Subject{Name: documentsIn + d.Name, Digest: attest.Digest{SHA256: d.SHA256}})
		}
	}
	return all
}

// opened is evidence whose statements were read; nothing of it is verified.
type opened struct {
	envelopes []attest.Envelope
	predicate signoff.Predicate
	subjects  []attest.Subject
	approvals []approved // of a server
}

// Predicate is what a file of evidence says, before anybody looked at its signatures: for those who add one, and want to see what they sign.
func Predicate(envelopes []attest.Envelope) (*signoff.Predicate, error) {
	o, err := open(envelopes)
	if err != nil {
		return nil, err
	}
	return &o.predicate, nil
}

// open reads both statements strictly. The second, and the subjects of both, have to be those that follow from the first, byte for byte. The error is an
// *attest.Problem.
func open(envelopes []attest.Envelope) (*opened, error) {
	if len(envelopes) < 2 {
		return nil, &attest.Problem{
			Part: "file", What: fmt.Sprintf("evidence is two envelopes, the decision and its summary; found %d", len(envelopes)),
			Next: "name the file that `sheetprobe signoff create` wrote, whole",
		}
	}
	return openAll(envelopes)
}

// openAll reads the decision, and its summary where it stands beside it.
func openAll(envelopes []attest.Envelope) (*opened, error) {
	o := &opened{envelopes: envelopes}
	decision, err := envelopes[0].Statement(partDecision)
	if err != nil {
		return nil, err
	}
	if decision.PredicateType != signoff.PredicateType {
		return nil, &attest.Problem{
			Part: partDecision, Field: "/predicateType", What: fmt.Sprintf("%.80q is not %q", decision.PredicateType, signoff.PredicateType), Next: nextNewer,
		}
	}
	if o.subjects = decision.Subject; len(o.subjects) < 2 || o.subjects[1].Name != BundleSubject {
		return nil, &attest.Problem{Part: partDecision, Field: "/subject/1", What: fmt.Sprintf("expected %q", BundleSubject), Next: nextOriginal}
	}
	if err := o.readPredicate(decision.Predicate); err != nil {
		return nil, err
	}
	if err := o.consistent(); err != nil {
		return nil, err
	}
	return o, o.readApprovals()
}

const (
	nextOriginal = "get the file anew from whoever made it; what does not hold together is no evidence"
	nextNewer    = "check it with the sheetprobe that made it, or one that is newer"
)

// readPredicate takes nothing that it would not write the same way again: a member that is passed over could say anything.
func (o *opened) readPredicate(text json.RawMessage) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o.predicate); err != nil {
		return &attest.Problem{Part: partDecision, Field: "/predicate", What: err.Error(), Next: nextNewer}
	}
	return nil
}

// consistent has the statements that are there made anew from the predicate.
func (o *opened) consistent() error {
	again, err := Seal(&o.predicate, o.subjects[1].Digest.SHA256)
	if err != nil {
		return &attest.Problem{Part: partDecision, What: err.Error(), Next: nextOriginal}
	}
	for i, part := range []string{partDecision, partSummary}[:min(2, len(o.envelopes))] {
		if at := differ(o.envelopes[i].Payload, again[i].Payload); at >= 0 {
			return &attest.Problem{
				Part: part, What: fmt.Sprintf("from byte %d of its payload on it is not what follows from the decision: found %s, expected %s",
					at+1, around(o.envelopes[i].Payload, at), around(again[i].Payload, at)),
				Next: nextNewer,
			}
		}
	}
	return nil
}

// differ is where two texts differ first; -1 where they do not.
func differ(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return at
}

// around is a little of a text, from a place on.
func around(text []byte, at int) string {
	if at >= len(text) {
		return "the end"
	}
	return fmt.Sprintf("%q", text[at:min(len(text), at+24)])
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
