package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Types of what a server says of those who approve there. The envelopes stand behind the two of the decision, in the order in which they came about.
const (
	ApprovalType   = "https://github.com/sheetprobe/sheetprobe/approval/v1"
	RevocationType = "https://github.com/sheetprobe/sheetprobe/revocation/v1"
)

// Names of the subjects of both.
const (
	decisionSubject = "decision"
	approvalSubject = "approval"
)

// Approval says that somebody approved a decision at a server, which signs it with a key of its own: it vouches for who that was.
type Approval struct {
	Run     string    `json:"run_id"`
	Server  string    `json:"server"` // as it names itself
	User    string    `json:"user"`   // of the server
	Means   string    `json:"means"`  // how they showed who they are at that moment: password, openid or token
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
}

// Revocation says that an approval counts no more. It erases nothing.
type Revocation struct {
	Run    string    `json:"run_id"`
	Server string    `json:"server"`
	User   string    `json:"user"` // who revokes
	Means  string    `json:"means"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// DigestOf is what names a decision, or an approval: the SHA-256 of what is signed.
func DigestOf(e *attest.Envelope) string { return digestOf(e.Payload) }

// Approve has a server sign that a decision is approved.
func Approve(ctx context.Context, decision *attest.Envelope, a Approval, server attest.Signer) (*attest.Envelope, error) {
	return vouch(ctx, decisionSubject, decision, ApprovalType, a, server)
}

// Revoke has a server sign that an approval counts no more.
func Revoke(ctx context.Context, approval *attest.Envelope, r Revocation, server attest.Signer) (*attest.Envelope, error) {
	return vouch(ctx, approvalSubject, approval, RevocationType, r, server)
}

func vouch(ctx context.Context, name string, of *attest.Envelope, kind string, predicate any, server attest.Signer) (*attest.Envelope, error) {
	e, err := vouched(name, DigestOf(of), kind, predicate)
	if err != nil {
		return nil, err
	}
	return e, e.Sign(ctx, server)
}

func vouched(name, digest, kind string, predicate any) (*attest.Envelope, error) {
	s, err := attest.NewStatement([]attest.Subject{{Name: name, Digest: attest.Digest{SHA256: digest}}}, kind, predicate)
	if err != nil {
		return nil, err
	}
	return s.Seal()
}

// approved is an approval as it stands in a file.
type approved struct {
	Approval

	part     string
	envelope *attest.Envelope
	revoked  []revoked
}

type revoked struct {
	Revocation

	part     string
	envelope *attest.Envelope
}

// readApprovals reads what stands behind decision and summary: approvals of this decision, and revocations of those.
func (o *opened) readApprovals() error {
	for i := 2; i < len(o.envelopes); i++ {
		if err := o.readApproval(fmt.Sprintf("statement %d (approval)", i+1), &o.envelopes[i]); err != nil {
			return err
		}
	}
	return nil
}

func (o *opened) readApproval(part string, e *attest.Envelope) error {
	s, err := e.Statement(part)
	if err != nil {
		return err
	}
	refuse := func(field, format string, args ...any) error {
		return &attest.Problem{Part: part, Field: field, What: fmt.Sprintf(format, args...), Next: nextOriginal}
	}
	run, digest := "", s.Subject[0].Digest.SHA256
	switch s.PredicateType {
	case ApprovalType:
		a := approved{part: part, envelope: e}
		if err := sameAgain(s, e, decisionSubject, &a.Approval); err != nil {
			return refuse("/predicate", "%v", err)
		}
		if digest != DigestOf(&o.envelopes[0]) {
			return refuse("/subject/0", "it approves another decision, with the digest %s", digest)
		}
		run = a.Run
		o.approvals = append(o.approvals, a)
	case RevocationType:
		r := revoked{part: part, envelope: e}
		if err := sameAgain(s, e, approvalSubject, &r.Revocation); err != nil {
			return refuse("/predicate", "%v", err)
		}
		at := slices.IndexFunc(o.approvals, func(a approved) bool { return DigestOf(a.envelope) == digest })
		if at < 0 {
			return refuse("/subject/0", "it revokes what stands not before it in the file, with the digest %s", digest)
		}
		run = r.Run
		o.approvals[at].revoked = append(o.approvals[at].revoked, r)
	default:
		return &attest.Problem{Part: part, Field: "/predicateType", What: fmt.Sprintf("%.80q is neither an approval nor a revocation", s.PredicateType), Next: nextNewer}
	}
	if run != o.predicate.Run.ID {
		return refuse("/predicate/run_id", "it is of the run %.80q, and the decision of %.80q", run, o.predicate.Run.ID)
	}
	return nil
}

// sameAgain takes nothing that would not be written the same way again.
func sameAgain(s *attest.Statement, e *attest.Envelope, name string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(s.Predicate))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	again, err := vouched(name, s.Subject[0].Digest.SHA256, s.PredicateType, into)
	if err != nil {
		return err
	}
	if at := differ(e.Payload, again.Payload); at >= 0 {
		return fmt.Errorf("from byte %d of its payload on it is not as it would be written: found %s", at+1, around(e.Payload, at))
	}
	return nil
}

// vouchers looks at the approvals of servers, and adds those who approve to the signers.
func (r *verifier) vouchers() {
	if len(r.approvals) == 0 {
		return
	}
	var broken, details []string
	for i := range r.approvals {
		a := &r.approvals[i]
		s := r.vouchedBy(a.envelope)
		s.User, s.Means, s.At, s.Comment, s.Server = a.User, a.Means, a.At, a.Comment, a.Server
		if s.State == attest.Valid && s.Why == "" {
			s.Why = r.mayVouch(a, &s)
		}
		s.Counts = s.State == attest.Valid && s.Why == ""
		switch {
		case s.State == attest.Invalid:
			broken = append(broken, a.part+": "+s.Why)
		case s.Why != "":
			details = append(details, fmt.Sprintf("%s, of %q: %s", a.part, a.User, s.Why))
		}
		for k := range a.revoked {
			if by := r.vouchedBy(a.revoked[k].envelope); by.State == attest.Invalid {
				broken = append(broken, a.revoked[k].part+": "+by.Why)
			}
		}
		r.v.Signers = append(r.v.Signers, s)
	}
	c := Check{ID: "server", State: OK, Says: counted(len(r.approvals), "approval was given at a server, which signed it", "approvals were given at a server, which signed them"), Details: details}
	switch {
	case len(broken) > 0:
		c.State, c.Says, c.Details, c.Next = Broken, broken[0], slices.Concat(broken[1:], details), "get the file anew from the server"
	case slices.ContainsFunc(r.v.Signers, func(s Signer) bool { return s.User != "" && s.State == attest.UnknownKey }):
		c.State, c.Next = Unchecked, "give the public key of the server with --server-key"
	}
	r.add(c)
}

// vouchedBy is the signature of a server.
func (r *verifier) vouchedBy(e *attest.Envelope) Signer {
	checked := e.Check(append(slices.Clone(r.Servers), r.Revoked...))
	best := slices.IndexFunc(checked, func(c attest.Checked) bool { return c.State == attest.Valid })
	if bad := slices.IndexFunc(checked, func(c attest.Checked) bool { return c.State == attest.Invalid }); bad >= 0 || best < 0 {
		best = max(bad, 0)
	}
	c := checked[best]
	s := Signer{KeyID: c.KeyID, Fingerprint: c.Fingerprint, State: c.State, From: c.From, Why: c.What, key: c.Key}
	if slices.ContainsFunc(r.Revoked, func(k attest.PublicKey) bool { return k.ID() == c.KeyID }) {
		s.Why = "the key of the server was revoked"
	}
	return s
}

// mayVouch says why an approval counts for nothing; "" where it counts. One that somebody seems to have revoked does not, whoever that was.
func (r *verifier) mayVouch(a *approved, s *Signer) string {
	d, policy := &r.predicate.Decision, &r.predicate.Policy
	if by := policy.ApproverOf(a.User); by != nil {
		s.Approver = by.Name
	}
	switch {
	case len(a.revoked) > 0:
		by := a.revoked[0]
		return fmt.Sprintf("%q revoked it on %s: %s", by.User, by.At.UTC().Format(minute), by.Reason)
	case len(policy.Approvers) > 0 && s.Approver == "":
		return "the user is none of the approvers that the policy names"
	case a.At.Before(d.DecidedAt.Add(-clockSkew)) || !a.At.Before(d.Until):
		return fmt.Sprintf("it was given on %s, when the decision did not hold", a.At.UTC().Format(minute))
	case a.At.Before(s.key.NotBefore) || !s.key.NotAfter.IsZero() && a.At.After(s.key.NotAfter):
		return fmt.Sprintf("the key of the server did not sign on %s, by what %s says", a.At.UTC().Format(minute), s.From)
	}
	return ""
}

// fourEyes says why those who approve are not enough, however many they are; "" where they are.
func (r *verifier) fourEyes() string {
	if !r.predicate.Policy.FourEyes {
		return ""
	}
	involved := r.predicate.Involved()
	for i := range r.v.Signers {
		s := &r.v.Signers[i]
		names := s.names()
		if s.Counts && len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return signoff.SamePerson(name, involved) }) {
			return ""
		}
	}
	return "everybody who approves has the run or a waiver to answer for, and the policy demands four eyes"
}

// names are all that a signer goes by.
func (s *Signer) names() []string {
	all := append(slices.Clone(s.Names), s.Approver, s.User)
	return slices.DeleteFunc(all, func(name string) bool { return name == "" })
}
