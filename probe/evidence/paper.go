package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/probe/signoff/certificate"
)

// Paper is a file of evidence as it is printed, with its signatures verified by the keys that are trusted; nothing else of it is. The error is an
// *attest.Problem.
func Paper(file []byte, keys, servers []attest.PublicKey) (*certificate.Document, error) {
	r := &verifier{Sources: Sources{File: Source{Data: file}, Keys: keys, Servers: servers}, v: &Verification{}}
	envelopes, err := attest.Decode(file)
	if err == nil {
		r.opened, err = open(envelopes)
	}
	if err != nil {
		return nil, err
	}
	for _, check := range []func(){r.signatures, r.vouchers, r.approvers} {
		check()
	}
	d := &certificate.Document{Predicate: &r.predicate, SHA256: digestOf(file), Bundle: r.subjects[1].Digest.SHA256}
	for i := range r.v.Signers {
		d.Signatures = append(d.Signatures, r.printed(&r.v.Signers[i]))
	}
	return d, nil
}

// printed is a signature with the name of the approver that the decision has its key of; a trusted key says otherwise only where it has none.
func (r *verifier) printed(s *Signer) certificate.Signature {
	p := certificate.Signature{Fingerprint: cmp.Or(s.Fingerprint, s.KeyID), Verified: s.State == attest.Valid}
	if s.User != "" {
		p.Name, p.At, p.Means, p.Server = s.User, s.At, s.Means, s.Server
		if a := r.predicate.Policy.ApproverOf(s.User); a != nil {
			p.Name, p.Title = a.Name, a.Title
		}
		if s.State == attest.Valid {
			p.Void = s.Why
		}
		return p
	}
	theirs := func(a signoff.Approver) bool {
		return slices.Contains(a.Keys, s.KeyID) || s.Fingerprint != "" && slices.Contains(a.Keys, s.Fingerprint)
	}
	if i := slices.IndexFunc(r.predicate.Approvers, theirs); i >= 0 {
		p.Name, p.Title = r.predicate.Approvers[i].Name, r.predicate.Approvers[i].Title
	} else if len(s.Names) > 0 {
		p.Name = strings.Join(s.Names, ", ")
	}
	if s.Why == decidedThere || s.KeyID == r.predicate.ServerKey {
		p.Decides = true
	}
	return p
}
