// Package signoff decides whether recorded evidence lets an API go live.
//
// [Decide] holds a [Policy] against an [Input]: a recorded run, the nights before it, the documents at hand, what was waived and what people
// attest by name. Each line of the policy is judged by itself, and says why. It fails closed: a line is met where evidence shows that it is,
// and never because evidence is missing, so that a decision never gets better by taking evidence away. What somebody waived shows in the
// outcome, and so does until when it holds.
//
// Nothing here touches a network, a disk or a clock: the moment of the decision is given. What is decided is plain data, see [Predicate], which
// can be signed; the room knows nothing of keys.
package signoff

import "time"

// Outcome is what was decided.
type Outcome string

// The outcomes. Only the first two let an API go live; of the others, no-go wins where both apply, as exit code 1 wins over 4.
const (
	Go            Outcome = "GO"
	GoWithWaivers Outcome = "GO WITH WAIVERS"
	NoGo          Outcome = "NO-GO"        // evidence shows that a line is not met
	CannotJudge   Outcome = "CANNOT JUDGE" // evidence is missing, or none
)

// Releases says that an API may go live by it.
func (o Outcome) Releases() bool { return o == Go || o == GoWithWaivers }

// Status is what became of one line of the policy, or of one item of the checklist.
type Status string

// The states.
const (
	Met     Status = "met"
	Waived  Status = "waived"  // it is not met, and somebody took that upon themselves
	Failed  Status = "failed"  // evidence shows that it is not met
	Unknown Status = "unknown" // evidence is missing
	Off     Status = "off"     // the policy does not demand it
)

// Rank orders states from harmless to worst.
func (s Status) Rank() int {
	switch s {
	case Failed:
		return 4
	case Unknown:
		return 3
	case Waived:
		return 2
	case Met:
		return 1
	}
	return 0
}

// worse is the worse of two states.
func worse(a, b Status) Status {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// Evidence is one thing that speaks for or against a line, and where it is to be found.
type Evidence struct {
	Status      Status `json:"status"`
	API         string `json:"api,omitempty"`
	Case        string `json:"case,omitempty"`        // the id of a case of the run
	Run         string `json:"run,omitempty"`         // the id of another run, as of an earlier night
	Night       string `json:"night,omitempty"`       // a day as 2026-01-31, in the policy's time zone
	Host        string `json:"host,omitempty"`        // host:port
	Document    string `json:"document,omitempty"`    // the name of a document
	Rule        string `json:"rule,omitempty"`        // of a finding or a diagnostic
	Fingerprint string `json:"fingerprint,omitempty"` // of a finding: what a waiver names
	Waiver      string `json:"waiver,omitempty"`      // the waiver that covers it, by its place
	Says        string `json:"says"`                  // lower case, no full stop
	NextStep    string `json:"next_step,omitempty"`
}

// Line is one line of the policy, and what became of it.
type Line struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`    // what is demanded, in words
	Status   Status     `json:"status"`   //
	Reason   string     `json:"reason"`   // one sentence, lower case, no full stop
	NextStep string     `json:"next"`     // "" where there is nothing to do
	Evidence []Evidence `json:"evidence"` // what speaks against it, the worst first; where nothing does, what speaks for it
}

// Item is one prerequisite of the checklist: judged from evidence where it can be, and attested by a person where it cannot.
type Item struct {
	ID       string     `json:"id"`
	Title    string     `json:"title"`
	Status   Status     `json:"status"`
	Reason   string     `json:"reason"`
	NextStep string     `json:"next"`
	Attested *Attested  `json:"attested,omitempty"` // nil where evidence told
	Evidence []Evidence `json:"evidence"`
}

// Attested is who vouches for an item.
type Attested struct {
	By    string `json:"by"`
	On    string `json:"on"`    // a day as 2026-01-31
	Until string `json:"until"` // the last day on which it holds
	Note  string `json:"note,omitempty"`
	Place string `json:"place"` // of the attestation, as file:line:column
}

// Decision is the outcome, line by line.
type Decision struct {
	Outcome      Outcome     `json:"outcome"`
	DecidedAt    time.Time   `json:"decided_at"`
	Until        time.Time   `json:"until,omitzero"`          // the moment at which it holds no longer; zero where the outcome releases nothing
	UntilBecause string      `json:"until_because,omitempty"` // what ends then
	Reason       string      `json:"reason"`                  // one sentence
	Lines        []Line      `json:"lines"`
	Checklist    []Item      `json:"checklist"`
	Waivers      []WaiverUse `json:"waivers"` // every waiver that was at hand, and what became of it
	Unread       []Refusal   `json:"unread"`  // attestations that count for nothing, and why
}

// UseState is what became of a waiver.
type UseState string

// The states of a waiver.
const (
	Used    UseState = "used"
	Unused  UseState = "unused"  // it covers nothing of this evidence
	Expired UseState = "expired" // its last day is over
	Refused UseState = "refused" // it is malformed, or covers what cannot be waived
)

// WaiverUse is one waiver, and what became of it.
type WaiverUse struct {
	Waiver
	State  UseState `json:"state"`
	Why    string   `json:"why,omitempty"`    // of a state that is not used
	Used   int      `json:"covers"`           // how much it covers
	Unread bool     `json:"unread,omitempty"` // it could not be read, so that nothing but its place is known
}

// Refusal is something that was written down and counts for nothing.
type Refusal struct {
	Place string `json:"place"` // as file:line:column
	Why   string `json:"why"`
	Hint  string `json:"hint"`
}

// Target is one host that requests went to.
type Target struct {
	Host      string    `json:"host"`   // host:port
	Scheme    string    `json:"scheme"` // http or https
	Addresses []string  `json:"addresses"`
	TLS       string    `json:"tls,omitempty"` // the version, as "TLS 1.3"
	Verified  bool      `json:"verified"`      // every certificate that it showed was verified
	NotAfter  time.Time `json:"certificate_until,omitzero"`
	Answers   int       `json:"answers"`
	Unplaced  int       `json:"answers_without_address"` // of which it is not recorded from which address they came
}

// Prober is from where it was judged.
type Prober struct {
	Name      string   `json:"name,omitempty"`
	Zone      string   `json:"zone,omitempty"` // the network zone of the worker
	Addresses []string `json:"egress"`         // from which requests left, as far as it is known
}
