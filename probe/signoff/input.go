package signoff

import (
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Input is all that a decision is made from.
type Input struct {
	At           time.Time
	Tool         probe.Tool // that decides; its rules are those of today
	Policy       Policy
	Run          *probe.Run
	Documents    []probe.RunDocument // at hand now, by their digests
	Nights       []Night             // before the run
	Waivers      []Waiver
	Attestations []Attestation
	Refused      Refusals // what was written down and could not be read
	BegunBy      string   // who had the run made, where a server knows that
	ServerKey    string   // the id of the key of the server that decides; "" where nobody approves at one
	// NotStaging says why the name of a host does not look like staging; "" where it does. Without it no name does.
	NotStaging func(host string) string
}

// Refusals are entries that could not be read.
type Refusals struct {
	Waivers      []Refusal `json:"waivers"`
	Attestations []Refusal `json:"attestations"`
}
