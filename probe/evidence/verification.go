package evidence

import (
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// Source is a file that somebody has at hand.
type Source struct {
	Name string
	Data []byte
}

// Sources are all that a verification is made from.
type Sources struct {
	File    Source             // the evidence
	Keys    []attest.PublicKey // that whoever verifies trusts
	Servers []attest.PublicKey // of servers that they believe who approved there; their signatures are nobody's approval
	Revoked []attest.PublicKey // that they trust no longer; nil where nobody says
	Bundle  *Source
	Run     *Source
	Sheets  []Source
	Policy  *signoff.Policy // that whoever verifies goes by; nil where nobody says
	// Configured says that exchanges are judged again by the configuration of the run: without it, one that comes out otherwise tells nothing yet.
	Configured bool
	Approvals  int       // how many have to approve, whatever the signed policy says; 0 leaves it to the policy
	At         time.Time // the moment for which it is asked
	Tool       probe.Tool
	// NotStaging says why the name of a host does not look like staging; "" where it does.
	NotStaging func(host string) string
	// Rejudge judges the recorded exchanges again, by the documents; unknown are APIs that none of them describes.
	Rejudge func(run *probe.Run, documents []Source) (again *probe.Run, unknown []string)
}

// Verdict is what a verification comes to.
type Verdict string

// The verdicts.
const (
	Holds      Verdict = "holds"         // what was signed lets the API go live, and everything that could be checked agrees
	Refused    Verdict = "does-not-hold" // something was altered, is not signed by enough approvers, is over, or says no
	CannotTell Verdict = "cannot-tell"   // what it takes to say so is missing
)

// State is what came of one check.
type State string

// The states.
const (
	OK        State = "ok"
	Broken    State = "broken"
	Unchecked State = "unchecked" // what it takes is not at hand
)

// Check is one thing that was looked at, or could not be.
type Check struct {
	ID      string          `json:"id"`
	State   State           `json:"state"`
	Says    string          `json:"says"`
	Details []string        `json:"details"`
	Next    string          `json:"next,omitempty"`
	Problem *attest.Problem `json:"problem,omitempty"` // where in the file, for one that is about its bytes
	// needed says that without the check nothing can be told.
	needed bool
}

// Signer is one signature, and what is known of who made it.
type Signer struct {
	KeyID       string       `json:"key_id"`
	Fingerprint string       `json:"fingerprint,omitempty"`
	State       attest.State `json:"state"`
	Approver    string       `json:"approver,omitempty"` // as the signed policy names whose key it is
	Names       []string     `json:"names,omitempty"`    // as whoever verifies does
	From        string       `json:"from,omitempty"`     // where the trusted key was read
	Counts      bool         `json:"counts"`             // it is one of those that the policy asks for
	Why         string       `json:"why,omitempty"`      // it does not
	// What follows is of an approval at a server, which the key is of.
	Server  string    `json:"server,omitempty"` // as it names itself
	User    string    `json:"user,omitempty"`
	Means   string    `json:"means,omitempty"` // how they showed who they are
	At      time.Time `json:"at,omitzero"`
	Comment string    `json:"comment,omitempty"`
	key     attest.PublicKey
}

// Verification is what a verification found.
type Verification struct {
	File      string           `json:"file"`
	SHA256    string           `json:"sha256"` // of the file
	At        time.Time        `json:"at"`
	Verdict   Verdict          `json:"verdict"`
	Reason    string           `json:"reason"`
	Outcome   signoff.Outcome  `json:"outcome,omitempty"` // as signed
	DecidedAt time.Time        `json:"decided_at,omitzero"`
	Until     time.Time        `json:"until,omitzero"`
	Run       string           `json:"run_id,omitempty"`
	DecidedBy probe.Tool       `json:"decided_by,omitzero"`
	CheckedBy probe.Tool       `json:"checked_by"`
	Subjects  []attest.Subject `json:"subjects"`
	Signers   []Signer         `json:"signers"`
	// NotDemanded are the lines of the policy, and the items of the checklist, that were switched off; Waived is what passed because somebody answers for it.
	NotDemanded []string `json:"not_demanded"`
	Waived      []string `json:"waived"`
	Approvals   int      `json:"approvals"` // different people who approve
	Needed      int      `json:"approvals_needed"`
	Checks      []Check  `json:"checks"`
}

// verifier is a verification under way.
type verifier struct {
	Sources
	*opened
	v      *Verification
	run    *probe.Run // whose digest is the one that was signed; nil where there is none at hand
	bundle *bundle
}

// maxDetails is how many details of a check are told.
const maxDetails = 50

func (r *verifier) add(c Check) {
	if c.Details == nil {
		c.Details = []string{}
	}
	if more := len(c.Details) - maxDetails; more > 0 {
		c.Details = append(c.Details[:maxDetails:maxDetails], fmt.Sprintf("and %d more", more))
	}
	r.v.Checks = append(r.v.Checks, c)
}

// Verify looks at everything that it can, and says what it could not look at. It stops early only where the file itself cannot be read.
func Verify(s Sources) *Verification {
	r := &verifier{Sources: s, v: &Verification{
		File: s.File.Name, SHA256: digestOf(s.File.Data), At: s.At.UTC(), CheckedBy: s.Tool, Subjects: []attest.Subject{}, Signers: []Signer{}, Checks: []Check{},
		NotDemanded: []string{}, Waived: []string{},
	}}
	if r.read() {
		for _, check := range []func(){
			r.signatures, r.vouchers, r.approvers, r.policy, r.validity, r.contents, r.recorded, r.sheets, r.decision, r.judgement, r.nights, r.revocation, r.moment,
		} {
			check()
		}
	}
	r.conclude()
	return r.v
}

// conclude is the worst of all.
func (r *verifier) conclude() {
	v := r.v
	v.Verdict, v.Reason = Holds, "everything that could be checked agrees with what was signed"
	for _, c := range v.Checks {
		switch {
		case c.State == Broken:
			v.Verdict, v.Reason = Refused, c.ID+": "+c.Says
			return
		case c.State == Unchecked && c.needed && v.Verdict == Holds:
			v.Verdict, v.Reason = CannotTell, c.ID+": "+c.Says
		}
	}
	switch {
	case v.Verdict != Holds || v.Outcome.Releases():
	case v.Outcome == signoff.CannotJudge:
		v.Verdict, v.Reason = CannotTell, "it is signed that the gate could not judge"
	default:
		v.Verdict, v.Reason = Refused, "it is signed that the API may not go live: "+string(v.Outcome)
	}
}
