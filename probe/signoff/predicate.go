package signoff

import (
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
)

// PredicateType names the form of a [Predicate] in a signed statement.
const PredicateType = "https://github.com/sheetprobe/sheetprobe/signoff/v1"

// Predicate is everything that approvers put their names to. Equal decisions upon equal evidence give equal predicates.
type Predicate struct {
	SchemaVersion string              `json:"schema_version"`        // "1"
	Tool          probe.Tool          `json:"tool"`                  // that decided
	RecordedBy    *probe.Tool         `json:"recorded_by,omitempty"` // that sent the requests, where another one judged them again
	Run           RunReference        `json:"run"`
	Targets       []Target            `json:"targets"`
	Prober        Prober              `json:"prober"`
	Documents     []probe.RunDocument `json:"documents"`
	Sheets        []SheetReference    `json:"sheets"`
	Nights        []Night             `json:"nights"` // before the run, as far as the policy asks for them
	Policy        Policy              `json:"policy"`
	Approvers     []Approver          `json:"approvers"` // who are asked to sign
	Attestations  []Attestation       `json:"attestations"`
	Decision      Decision            `json:"decision"`
}

// RunReference is the run that was decided upon.
type RunReference struct {
	ID         string        `json:"id"`
	SHA256     string        `json:"sha256"` // of its canonical encoding, see probe.Run.Encode
	StartedAt  time.Time     `json:"started_at"`
	FinishedAt time.Time     `json:"finished_at"`
	Rules      string        `json:"rules_version"` // that judged it
	Verdict    probe.Verdict `json:"verdict"`
	ExitCode   int           `json:"exit_code"`
	Unfit      []string      `json:"unfit_for_sign_off"`
	Summary    probe.Summary `json:"summary"`
}

// SheetReference is one API of the run.
type SheetReference struct {
	API      string          `json:"api"` // the slug
	Name     string          `json:"name"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Document string          `json:"document"`
	SHA256   string          `json:"document_sha256"`
	Verdict  probe.Verdict   `json:"verdict"`
	Coverage CoverageSummary `json:"coverage"`
	Timings  *probe.Timings  `json:"timings_ms,omitempty"`
}

// CoverageSummary counts what of the documented was seen.
type CoverageSummary struct {
	Codes         int `json:"codes"`
	CodesSeen     int `json:"codes_seen"`
	Responses     int `json:"responses"`
	ResponsesSeen int `json:"responses_seen"`
}
