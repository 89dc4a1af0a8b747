package signoff

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
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
	BegunBy       string              `json:"begun_by,omitempty"`   // who had the run made at a server; "" for a schedule, or where that is not known
	ServerKey     string              `json:"server_key,omitempty"` // the id of the key of the server that decided, whose signature is nobody's approval
	Targets       []Target            `json:"targets"`
	Prober        Prober              `json:"prober"`
	Documents     []probe.RunDocument `json:"documents"` // that were at hand
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

// NewPredicate decides, and says what is to be signed. The approvers are those who are asked to.
func NewPredicate(in Input, approvers []Approver) (*Predicate, error) {
	digest := sha256.New()
	if err := in.Run.Encode(digest); err != nil {
		return nil, err
	}
	g, run := newGate(in), in.Run
	p := &Predicate{
		SchemaVersion: "1", Tool: in.Tool, RecordedBy: run.RecordedBy, BegunBy: in.BegunBy, ServerKey: in.ServerKey, Targets: g.targets(), Prober: proberOf(run), Policy: in.Policy, Decision: Decide(in),
		Documents: list(in.Documents), Nights: list(in.Nights), Approvers: list(approvers), Attestations: list(in.Attestations), Sheets: []SheetReference{},
		Run: RunReference{
			ID: run.RunID, SHA256: hex.EncodeToString(digest.Sum(nil)), StartedAt: run.StartedAt.UTC(), FinishedAt: run.FinishedAt.UTC(),
			Rules: run.Tool.RulesVersion, Verdict: run.Verdict, ExitCode: run.ExitCode, Unfit: list(run.Unfit), Summary: run.Summary,
		},
	}
	for _, a := range g.apis {
		p.Sheets = append(p.Sheets, SheetReference{
			API: a.slug, Name: a.Name, Method: a.Method, URL: a.URL, Document: a.Document, SHA256: a.DocumentSHA256, Verdict: a.Verdict,
			Coverage: coverageOf(a.SheetResult), Timings: a.Timings,
		})
	}
	return p, nil
}

// proberOf is from where a run was made, as far as it says.
func proberOf(run *probe.Run) Prober {
	p := Prober{Addresses: list(run.Prober.Addresses())}
	if run.Prober != nil {
		p.Name, p.Zone = run.Prober.Name, run.Prober.Zone
	}
	return p
}

// Input is what was decided from, for deciding again upon the run that was signed: at another moment, by another program, or to see whether the same
// comes of it.
func (p *Predicate) Input(run *probe.Run, at time.Time, tool probe.Tool, notStaging func(host string) string) Input {
	in := Input{
		At: at, Tool: tool, Policy: p.Policy, Run: run, Documents: p.Documents, Nights: p.Nights, Attestations: p.Attestations, BegunBy: p.BegunBy, ServerKey: p.ServerKey, NotStaging: notStaging,
	}
	for _, w := range p.Decision.Waivers {
		if w.Unread {
			in.Refused.Waivers = append(in.Refused.Waivers, Refusal{Place: w.Place, Why: w.Why})
			continue
		}
		in.Waivers = append(in.Waivers, w.Waiver)
	}
	for _, r := range p.Decision.Unread {
		judged := func(a Attestation) bool { return a.Place == r.Place }
		if !slices.ContainsFunc(p.Attestations, judged) {
			in.Refused.Attestations = append(in.Refused.Attestations, r)
		}
	}
	return in
}

// list is a copy that is never nil, so that JSON shows [] and not null.
func list[T any](in []T) []T { return append([]T{}, in...) }
