package history

import (
	"context"
	"errors"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Store keeps runs, piece by piece as they are made. It is safe for concurrent use, also by several processes. What it is given holds no secret: they
// were removed when the exchanges were recorded.
type Store interface {
	// Begin makes a run known, before anything was sent, with the APIs that it is going to judge. The lease says until when whoever makes it is
	// believed to be alive.
	Begin(ctx context.Context, run *probe.Run, leaseUntil time.Time) error
	// Resume makes a run that was interrupted one that is being made again, with the cases that it has; ErrRunning says that somebody else is at it.
	Resume(ctx context.Context, runID string, leaseUntil time.Time) error
	// Describe says what a run that is being made is made from, and which APIs it is going to judge, where that was not known when it began. What was kept
	// of it stays.
	Describe(ctx context.Context, run *probe.Run) error
	// Renew extends the lease of a run that is being made.
	Renew(ctx context.Context, runID string, leaseUntil time.Time) error
	// Keep adds finished cases to a run, all or none; one that is there already is replaced, see Case.Again.
	Keep(ctx context.Context, runID string, cases []Case) error
	// KeepAPIs says what is known of APIs, and where their cases are decided keeps these in the place of what was kept of them.
	KeepAPIs(ctx context.Context, runID string, apis []API) error
	// Complete is Finish for a run whose APIs and cases were kept piece by piece: the sheets of the run are passed over, and the nights tell how many
	// cases each API has. Where some are missing it changes nothing, and returns the places of their APIs.
	Complete(ctx context.Context, run *probe.Run, nights []Night) (missing []int, err error)
	// Finish completes a run with all that is only known at its end: its verdict, and what is said of each sheet as a whole. Cases that were not
	// kept before are, and cases that the run does not hold are no more.
	Finish(ctx context.Context, run *probe.Run) error
	// Import keeps a run that was made elsewhere; ErrExists says that there is one of its id.
	Import(ctx context.Context, run *probe.Run) error
	// Load returns a run. One that was never finished holds the cases that were kept, and says that it was interrupted.
	Load(ctx context.Context, runID string) (*probe.Run, error)
	// Walk hands over the sheets of a run one by one, in order, each with its cases, and returns the run as Load does, but for its sheets. What is in memory
	// at a time is one of them, and what the others say without their cases where the run was never finished.
	Walk(ctx context.Context, runID string, each func(i int, s *probe.SheetResult) error) (*probe.Run, error)
	// List returns what runs there are, the latest first.
	List(ctx context.Context, q Query) ([]Entry, error)
	// APIs returns the verdicts of the APIs of those runs, the latest run first.
	APIs(ctx context.Context, q Query) ([]APIEntry, error)
	// Sightings tell in which runs the findings of the latest ones were seen, by fingerprint, the worst and newest first.
	Sightings(ctx context.Context, q Query) ([]Sighting, error)
	// Prune deletes runs for good and says how many; or how many it would.
	Prune(ctx context.Context, r Retention) (int, error)
	Close() error
	Past
	Uploads
}

// Owned is a store that tells whoever makes a run from whoever made it before.
type Owned interface {
	// Owned is the same store in the hands of an owner for a term. Runs that it begins are the owner's. It resumes also what another owner of no later
	// term seems to be making: that the other one is gone is known from elsewhere. From then on the other one can keep nothing of the run, see ErrTaken.
	Owned(owner string, term int64) Store
}

// ErrTaken says that a run is another owner's by now, and nothing of it was kept.
var ErrTaken = errors.New("the run was taken over by another process")

// ErrNotFound says that there is no such run.
var ErrNotFound = errors.New("no such run is kept")

// ErrExists says that a run of that id is kept already.
var ErrExists = errors.New("a run of this id is kept already")

// ErrRunning says that a run is being made.
var ErrRunning = errors.New("the run is being made by somebody else")

// ErrFinished says that a run has come to its end.
var ErrFinished = errors.New("the run has finished")

// Case is one finished case and its place in the run. What it points to stays as it is.
type Case struct {
	Sheet, Index int                // of the sheet in the run, and of the case in the sheet, from 0
	API          *probe.SheetResult // what is known of it by then; nil where a case before has said so
	ID           string
	Verdict      probe.Verdict
	Found        []Found
	Line         []byte // all of it, as probe.EncodeResult writes it
	Again        bool   // one may be there already that is replaced; of a run that was resumed any may
}

// NewCase takes of a result what a store has to know beside the line that it is encoded in.
func NewCase(sheet, index int, api *probe.SheetResult, c *probe.Result, line []byte) Case {
	k := Case{Sheet: sheet, Index: index, API: api, ID: c.ID, Verdict: c.Verdict, Line: line}
	if c.Verdict == probe.Conforms || c.Verdict == probe.Deviates { // what keeps a case from its verdict is no finding about the API
		k.Found = FoundIn(c)
	}
	return k
}

// Found is a finding as it is counted and compared over many runs.
type Found struct {
	Fingerprint, Rule string
	Severity          source.Severity
	Blame             probe.Blame
	Message           string
	Cause             string // the message without what was changed in the request
}

// FoundIn is what was found with a case.
func FoundIn(c *probe.Result) []Found {
	if len(c.Findings) == 0 {
		return nil
	}
	all := make([]Found, len(c.Findings))
	for i := range c.Findings {
		f := &c.Findings[i]
		all[i] = Found{f.Fingerprint, f.Rule, f.Severity, f.Blame, f.Message, c.Unchanged(f)}
	}
	return all
}

// API is what is known of an API and its place in the run.
type API struct {
	Sheet int
	Slug  string
	API   probe.SheetResult // its cases aside
	Cases []Case            // all of them, in order; nil as long as some are not decided
}

// Found is what was found about the API as a whole.
func (a *API) Found() []Found { return FoundIn(&probe.Result{Findings: a.API.Findings}) }

// SettledAPI is what is known of a sheet when all its cases are decided. Where some are encoded already, lines are these by their places.
func SettledAPI(i int, s *probe.SheetResult, lines [][]byte) (API, error) {
	a := NewAPI(i, s)
	a.Cases = make([]Case, len(s.Cases))
	for k := range s.Cases {
		var line []byte
		var err error
		if k < len(lines) {
			line = lines[k]
		}
		if line == nil {
			if line, err = probe.EncodeResult(&s.Cases[k]); err != nil {
				return API{}, err
			}
		}
		a.Cases[k] = NewCase(i, k, &a.API, &s.Cases[k], line)
	}
	return a, nil
}

// NewAPI is what is known of a sheet.
func NewAPI(i int, s *probe.SheetResult) API {
	a := API{Sheet: i, Slug: SlugOf(s), API: *s}
	a.API.Cases = nil
	return a
}

// State is how far a run has come.
type State string

// The states.
const (
	Running     State = "running"     // its lease has not run out
	Finished    State = "finished"    //
	Interrupted State = "interrupted" // it was stopped, or whoever made it is gone; what finished is kept
)

// Entry is a run as lists show it.
type Entry struct {
	RunID        string        `json:"run_id"`
	Schedule     string        `json:"schedule,omitempty"`
	State        State         `json:"state"`
	StartedAt    time.Time     `json:"started_at"`
	FinishedAt   time.Time     `json:"finished_at,omitzero"`
	Verdict      probe.Verdict `json:"verdict"`
	ExitCode     int           `json:"exit_code"`
	RulesVersion string        `json:"rules_version"`
	APIs         int           `json:"apis"`
	Cases        int           `json:"cases"`
	Findings     int           `json:"findings"` // of severity error
}

// APIEntry is an API of a run as lists show it.
type APIEntry struct {
	RunID     string
	StartedAt time.Time
	API       string // the slug
	Name      string
	Verdict   probe.Verdict // "" while the run is being made
}

// Query chooses runs. The zero value is all of them.
type Query struct {
	RunID    string // this one
	API      string // that have an API whose case ids begin with this slug
	Schedule string // that a schedule of this name began
	Since    time.Time
	Before   time.Time
	Limit    int    // 0 is all
	Ended    bool   // leave out what is still being made
	Prefix   string // whose id begins with this
	// Severity is the least that a finding has for Sightings to tell of it; "" is any.
	Severity source.Severity
}

// Sighting is a finding, and the runs that it was seen in.
type Sighting struct {
	Fingerprint string          `json:"fingerprint"`
	Rule        string          `json:"rule"`
	Severity    source.Severity `json:"severity"`
	Blame       probe.Blame     `json:"blame"`
	API         string          `json:"api"`
	Case        string          `json:"case"`
	Message     string          `json:"message"`
	Cause       string          `json:"cause"` // the message without what was changed in the request, so that cases which show one cause can be told as one
	FirstSeen   time.Time       `json:"first_seen"`
	FirstRun    string          `json:"first_run"`
	LastSeen    time.Time       `json:"last_seen"`
	LastRun     string          `json:"last_run"`
	Since       time.Time       `json:"since"`    // the first of the unbroken row of runs up to the last that it was seen in
	Seen        int             `json:"seen"`     // in how many of the runs
	Of          int             `json:"of"`       // in which its case got a verdict
	Present     bool            `json:"present"`  // in the latest run in which its case got a verdict
	Flapping    bool            `json:"flapping"` // it came and went more than once
}

// Retention says which runs are deleted: those that are older, and those beyond the newest. A run that is being made never is.
type Retention struct {
	OlderThan time.Time // the zero time keeps all
	Keep      int       // this many of the newest stay, whatever their age; 0 is none in particular
	Beyond    int       // all beyond this many of the newest go; 0 is no limit
	DryRun    bool      // delete nothing
}
