package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// The kinds of records.
const (
	kindWaiver      = "waiver"
	kindAttestation = "attestation"
	kindWithdrawn   = "withdrawn" // of a waiver or an attestation, whose number is the subject
	kindBegun       = "begun"     // of a run, whose id is the subject
	kindDecision    = "decision"  // of these three the subject is the run
	kindApproval    = "approval"
	kindRevocation  = "revocation"
)

// noted is a waiver or an attestation of the ledger, with who wrote it down and when.
type noted[T any] struct {
	Entry     T
	Record    ledger.Record
	Withdrawn *ledger.Record // nil where it stands
}

// dossier is a decision that somebody approved, as it was signed, with all that was said to it.
type dossier struct {
	decisionBody

	approvals []approvalBody
	behind    []string // the envelopes behind the decision, in their order
}

type decisionBody struct {
	Binding  string          `json:"binding"`
	Decision string          `json:"decision"` // the digest of what is signed
	File     string          `json:"file"`     // the digest of decision and summary, signed by the server
	Bundle   string          `json:"bundle"`
	Outcome  signoff.Outcome `json:"outcome"`
	At       time.Time       `json:"decided_at"`
	Until    time.Time       `json:"until"`
}

type approvalBody struct {
	Decision string `json:"decision"`
	Approval string `json:"approval"` // its digest
	User     string `json:"user"`
	Envelope string `json:"envelope"`
	revoked  bool
}

type revocationBody struct {
	Approval string `json:"approval"`
	Envelope string `json:"envelope"`
}

// board is the ledger as it is understood.
type board struct {
	last         int64 // the number of the last record
	waivers      []noted[signoff.Waiver]
	attestations []noted[signoff.Attestation]
	begun        map[string]string     // who had a run made, by its id
	dossiers     map[string][]*dossier // by the id of the run, the latest last
}

func (s *Server) board(ctx context.Context) (*board, error) {
	records, err := s.book.Records(ctx)
	if err != nil {
		return nil, err
	}
	b := &board{last: int64(len(records)), begun: map[string]string{}, dossiers: map[string][]*dossier{}}
	for _, r := range records {
		if err := b.take(r); err != nil {
			return nil, fmt.Errorf("record %d of the ledger cannot be understood: %w", r.Number, err)
		}
	}
	return b, nil
}

// place is where a decision says that something of the ledger stands.
func place(r ledger.Record) string { return fmt.Sprintf("serve:%d", r.Number) }

func (b *board) take(r ledger.Record) error {
	switch r.Kind {
	case kindWaiver:
		n := noted[signoff.Waiver]{Record: r}
		err := json.Unmarshal(r.Body, &n.Entry)
		n.Entry.Place, n.Entry.By = place(r), r.By
		b.waivers = append(b.waivers, n)
		return err
	case kindAttestation:
		n := noted[signoff.Attestation]{Record: r}
		err := json.Unmarshal(r.Body, &n.Entry)
		n.Entry.Place = place(r)
		b.attestations = append(b.attestations, n)
		return err
	case kindWithdrawn:
		number, err := strconv.ParseInt(r.Subject, 10, 64)
		withdraw(b.waivers, number, r)
		withdraw(b.attestations, number, r)
		return err
	case kindBegun:
		b.begun[r.Subject] = r.By
		return nil
	case kindDecision:
		d := &dossier{}
		b.dossiers[r.Subject] = append(b.dossiers[r.Subject], d)
		return json.Unmarshal(r.Body, &d.decisionBody)
	case kindApproval:
		var a approvalBody
		if err := json.Unmarshal(r.Body, &a); err != nil {
			return err
		}
		return b.approved(r.Subject, a)
	case kindRevocation:
		var v revocationBody
		if err := json.Unmarshal(r.Body, &v); err != nil {
			return err
		}
		return b.revoked(r.Subject, v)
	}
	return errors.New("its kind is not known; a newer version wrote it")
}

func withdraw[T any](all []noted[T], number int64, r ledger.Record) {
	for i := range all {
		if all[i].Record.Number == number {
			all[i].Withdrawn = &r
		}
	}
}

func (b *board) approved(runID string, a approvalBody) error {
	for _, d := range b.dossiers[runID] {
		if d.Decision == a.Decision {
			d.approvals, d.behind = append(d.approvals, a), append(d.behind, a.Envelope)
			return nil
		}
	}
	return errors.New("it approves what stands not before it")
}

func (b *board) revoked(runID string, v revocationBody) error {
	for _, d := range b.dossiers[runID] {
		for i := range d.approvals {
			if d.approvals[i].Approval == v.Approval {
				d.approvals[i].revoked, d.behind = true, append(d.behind, v.Envelope)
				return nil
			}
		}
	}
	return errors.New("it revokes what stands not before it")
}

func (b *board) waiversThatStand() []signoff.Waiver {
	var all []signoff.Waiver
	for _, n := range b.waivers {
		if n.Withdrawn == nil {
			all = append(all, n.Entry)
		}
	}
	return all
}

func (b *board) attestationsThatStand() []signoff.Attestation {
	var all []signoff.Attestation
	for _, n := range b.attestations {
		if n.Withdrawn == nil {
			all = append(all, n.Entry)
		}
	}
	return all
}

// file is the evidence of a dossier as others verify it.
func (s *Server) file(ctx context.Context, d *dossier) ([]byte, error) {
	text, err := s.book.File(ctx, d.File)
	for _, e := range d.behind {
		text = append(text, e...)
	}
	return text, err
}

// standing is what is known of a dossier by its own signatures, as anybody would verify it who believes this server.
func (s *Server) standing(ctx context.Context, d *dossier) (*evidence.Verification, error) {
	file, err := s.file(ctx, d)
	if err != nil {
		return nil, err
	}
	return evidence.Verify(evidence.Sources{
		File: evidence.Source{Name: "sign-off", Data: file}, Servers: []attest.PublicKey{s.options.Desk.Signer.Public()}, Revoked: []attest.PublicKey{},
		At: s.options.Now(), Tool: s.options.Tool,
	}), nil
}

// enough says that those who approve a dossier are enough, and that it holds.
func enough(v *evidence.Verification) bool { return v.Verdict == evidence.Holds }

// enter adds to the ledger what rests on nothing else in it.
func (s *Server) enter(ctx context.Context, entry ledger.Entry) error {
	const tries = 10
	err := ledger.ErrMoved
	for range tries {
		var all []ledger.Record
		if all, err = s.book.Records(ctx); err != nil {
			return err
		}
		if err = s.book.Append(ctx, int64(len(all)), entry); !errors.Is(err, ledger.ErrMoved) {
			return err
		}
	}
	return err
}

// stands says that there is a waiver or an attestation of the number that was not withdrawn.
func (b *board) stands(number int64) bool {
	return slices.ContainsFunc(b.waivers, func(n noted[signoff.Waiver]) bool { return n.Record.Number == number && n.Withdrawn == nil }) ||
		slices.ContainsFunc(b.attestations, func(n noted[signoff.Attestation]) bool { return n.Record.Number == number && n.Withdrawn == nil })
}
