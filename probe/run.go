package probe

import (
	"cmp"
	"reflect"
	"time"

	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// SchemaVersion is the version of the Run's JSON form. Fields are added without changing it.
const SchemaVersion = "1"

// Verdict is what is known of a case, an API, a sheet or a run.
type Verdict string

// The verdicts.
const (
	Conforms     Verdict = "conforms"
	Deviates     Verdict = "deviates"
	Inconclusive Verdict = "inconclusive" // no trustworthy answer
	Blocked      Verdict = "blocked"      // not sent: something is missing or refused
	Skipped      Verdict = "skipped"      // filtered out, or pointless after an earlier failure
)

// rank orders verdicts from harmless to worst. Blocked stands over inconclusive because exit code 3 wins over 4.
func (v Verdict) rank() int {
	switch v {
	case Deviates:
		return 4
	case Blocked:
		return 3
	case Inconclusive:
		return 2
	case Conforms:
		return 1
	}
	return 0
}

// Worst is the worst of the verdicts; Skipped where there is none: what executed nothing never conforms.
func Worst(verdicts ...Verdict) Verdict {
	worst := Skipped
	for _, v := range verdicts {
		if v.rank() > worst.rank() {
			worst = v
		}
	}
	return worst
}

// Location is the part of an exchange that a finding is about.
type Location string

// The locations.
const (
	AtHTTPStatus   Location = "http_status"
	AtBusinessCode Location = "business_code"
	AtHeader       Location = "header"
	AtBody         Location = "body"
	AtTransport    Location = "transport"
	AtTiming       Location = "timing"
	AtCallback     Location = "callback" // the call that the API makes to us
	AtSetup        Location = "setup"    // before anything was sent
	AtCoverage     Location = "coverage" // all cases of an API together
)

// Finding is one way in which an endpoint answered otherwise than documented, or why we could not know.
type Finding struct {
	Rule        string          `json:"rule"`
	Severity    source.Severity `json:"severity"`
	LoweredFrom source.Severity `json:"lowered_from,omitempty"` // what it would be, had the configuration not lowered it; "" where it has not
	Blame       Blame           `json:"blame"`
	Location    Location        `json:"location"`
	Pointer     string          `json:"pointer"`     // RFC 6901, into the live body
	Documented  string          `json:"documented"`  // what the sheet promises
	Observed    string          `json:"observed"`    // what came
	Message     string          `json:"message"`     // one sentence, lower case, no full stop
	Why         string          `json:"why"`         // what it leads to, and where it is no error, why not; "" where nothing was judged
	Hint        string          `json:"hint"`        // the next step
	At          source.Span     `json:"at"`          // of the promise in the document
	Fingerprint string          `json:"fingerprint"` // the same from run to run
	Count       int             `json:"count"`       // occurrences of the one cause
	// Proposed is the row that the sheet would need for the answer to be documented; nil where the finding is not about such an answer.
	Proposed *ProposedRow `json:"proposed,omitempty"`
}

// OwnSeverity is how grave it is, whatever the configuration makes of it.
func (f *Finding) OwnSeverity() source.Severity { return cmp.Or(f.LoweredFrom, f.Severity) }

// ProposedRow is a row of the status codes as it would stand in the sheet, secrets already removed. Whether it belongs there is the API
// owner's to say.
type ProposedRow struct {
	HTTPStatus int    `json:"http_status"`       // as observed; 0 where the answer was saved without it
	Code       string `json:"code,omitempty"`    // the business code; "" where the answer carries none
	Message    string `json:"message,omitempty"` // as observed, cut to a readable length
	Line       string `json:"line"`              // ready to be pasted into field 10
}

// Result is one case with its verdict.
type Result struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Family   Family `json:"family"`
	Mutation string `json:"mutation,omitempty"`
	Base     string `json:"base,omitempty"` // the id of the case with the documented request
	// Generated are the values that were made for the request.
	Generated []Generated `json:"generated,omitempty"`
	Verdict   Verdict     `json:"verdict"`
	Reason    string      `json:"reason"` // of a verdict that is neither conforms nor deviates
	// ByDesign says of a skipped case that the sheet does not ask for it, or that it would have no sense: it is nobody's choice, and nothing is wrong.
	ByDesign bool        `json:"by_design,omitempty"`
	Expect   Expectation `json:"expectation"`
	Outcome  Outcome     `json:"outcome,omitempty"` // what the answer was; "" without one
	Checks   int         `json:"checks_executed"`
	Exchange *Exchange   `json:"exchange"` // nil where nothing was sent
	// Repeats are the further exchanges of a case that was sent more than once (--repeat), in order; Exchange is the first.
	Repeats []Repeat `json:"repeats,omitempty"`
	// NotRepeated is why it was sent less often than --repeat asked for.
	NotRepeated string `json:"not_repeated,omitempty"`
	// Callbacks are the calls that came in because of the case.
	Callbacks []Received `json:"callbacks,omitempty"`
	// Polls are what the status API was asked and told, in order; Exchange is the last of them.
	Polls    []Polled  `json:"polls,omitempty"`
	Findings []Finding `json:"findings"`
	// Sighting is for the coverage of the API, once all of its cases are judged; it is not recorded. It is nil where no trustworthy answer was judged.
	Sighting *Sighting `json:"-"`
}

// Sighting is what an answer carried of what the sheet of its API documents.
type Sighting struct {
	Codes     []string // business codes
	Responses []int    // documented answers of its outcome that it may be, by their order in the sheet
	Sure      bool     // its own words say that it is those
}

// Repeat is what came of sending a case once more; the exchange itself is kept where what came differs in kind from the first, but of a few only.
type Repeat struct {
	Verdict    Verdict `json:"verdict"`
	HTTPStatus int     `json:"http_status"` // 0 where no answer came
	TotalMS    float64 `json:"total_ms"`
	Requests   int     `json:"requests"` // that went out, retries included
	// Alike says that it ended as the first did: the same HTTP status, the same outcome, the same findings above a remark.
	Alike    bool      `json:"alike"`
	Exchange *Exchange `json:"exchange,omitempty"`
}

// Polled is one request to a status API.
type Polled struct {
	AfterMS    float64 `json:"after_ms"` // behind the answer to the request that led to it
	State      string  `json:"state"`    // "" where it told none
	HTTPStatus int     `json:"http_status"`
	TotalMS    float64 `json:"total_ms"`
	Requests   int     `json:"requests"` // that went out, retries included
}

// Received is a call that came in, secrets already removed.
type Received struct {
	Request RecordedRequest `json:"request"`
	AfterMS float64         `json:"after_ms"` // behind the answer to the request that led to it
	From    string          `json:"from"`     // address and port
}

// Documented is what the sheet promised, as far as reports show it, secrets already removed.
type Documented struct {
	Request   RecordedRequest      `json:"request"` // placeholders as written
	Responses []DocumentedResponse `json:"answers"`
	Codes     []StatusCode         `json:"status_codes"`
}

// DocumentedResponse is one documented answer.
type DocumentedResponse struct {
	Kind       Outcome     `json:"kind"` // OutcomeSuccess or OutcomeError
	Title      string      `json:"title,omitempty"`
	HTTPStatus int         `json:"http_status,omitempty"` // 0 where the sheet ties none to it
	Code       string      `json:"code,omitempty"`
	When       string      `json:"when,omitempty"`
	Body       string      `json:"body"` // JSON as it was understood, or the text; "" for none
	At         source.Span `json:"at"`
}

// SheetResult is all that a run found out about one sheet.
type SheetResult struct {
	Name           string             `json:"name"`
	Method         string             `json:"method"`
	URL            string             `json:"url"`
	Document       string             `json:"document"`
	DocumentSHA256 string             `json:"document_sha256"`
	At             source.Span        `json:"at"`
	Verdict        Verdict            `json:"verdict"`
	Diagnostics    source.Diagnostics `json:"diagnostics"`
	Documented     *Documented        `json:"documented,omitempty"` // nil in runs of versions that did not keep it
	Coverage       Coverage           `json:"coverage"`
	Timings        *Timings           `json:"timings_ms,omitempty"` // nil where no answer came
	// Findings are of no single case: what the cases together did not bring about. They say how far the run reached and not how the endpoint
	// answers, so that they decide no verdict, unless the configuration makes one an error.
	Findings []Finding `json:"findings,omitempty"`
	// Overrides are what the configuration said of the answers beyond the sheet, secrets already removed.
	Overrides []ConfiguredOverride `json:"overrides,omitempty"`
	Cases     []Result             `json:"cases"`
	// Folded counts the cases that Cases does not hold, where a large run keeps them elsewhere than in memory.
	Folded Summary `json:"-"`
}

// Count is how many cases have the verdict, those that are kept elsewhere included.
func (s *SheetResult) Count(v Verdict) int {
	n := s.Folded.of(v)
	for i := range s.Cases {
		if s.Cases[i].Verdict == v {
			n++
		}
	}
	return n
}

// Total is how many cases there are, those that are kept elsewhere included.
func (s *SheetResult) Total() int { return s.Folded.Cases + len(s.Cases) }

// Fold counts a case that is kept elsewhere.
func (s *SheetResult) Fold(c *Result) { s.Folded.add(c) }

// FoldExchanges is the case without what was exchanged, which is kept elsewhere; its requests are counted all the same.
func (s *SheetResult) FoldExchanges(c *Result) Result {
	plain := *c
	plain.Exchange, plain.Repeats, plain.Callbacks, plain.Polls = nil, nil, nil, nil
	var whole Summary
	whole.add(c)
	s.Folded.RequestsSent += whole.RequestsSent
	return plain
}

// Coverage tells which documented codes and answers the run has seen.
type Coverage struct {
	Codes     []CodeCoverage     `json:"codes"`
	Responses []ResponseCoverage `json:"responses"`
}

// CodeCoverage is one code that is documented, or was seen, or both.
type CodeCoverage struct {
	Code       string `json:"code"`
	Message    string `json:"message,omitempty"` // of its row of the status codes
	Documented bool   `json:"documented"`
	Seen       bool   `json:"seen"`
	// SeenIn are the ids of the cases whose answers carried it.
	SeenIn []string `json:"seen_in,omitempty"`
	// Tried are the ids of the cases that were there to bring it about, and Lacking is what the sheet would have to say for there to be one.
	Tried   []string `json:"tried,omitempty"`
	Lacking string   `json:"lacking,omitempty"`
}

// ResponseCoverage is one documented answer.
type ResponseCoverage struct {
	Kind       Outcome     `json:"kind"` // OutcomeSuccess or OutcomeError
	Title      string      `json:"title,omitempty"`
	HTTPStatus int         `json:"http_status,omitempty"` // 0 where the sheet ties none to it
	Code       string      `json:"code,omitempty"`
	At         source.Span `json:"at"`
	Seen       bool        `json:"seen"`
	SeenIn     []string    `json:"seen_in,omitempty"`
	// Tried are the ids of the cases that were there to bring it about, and Lacking is what the sheet would have to say for there to be one.
	Tried   []string `json:"tried,omitempty"`
	Lacking string   `json:"lacking,omitempty"`
}

// Tool names the program that made a run, and the version of its rules.
type Tool struct {
	Name         string `json:"name"`
	Version      string `json:"version"`
	RulesVersion string `json:"rules_version"`
}

// Summary counts.
type Summary struct {
	Sheets         int `json:"sheets"`
	Cases          int `json:"cases"`
	Conforms       int `json:"conforms"`
	Deviates       int `json:"deviates"`
	Inconclusive   int `json:"inconclusive"`
	Blocked        int `json:"blocked"`
	Skipped        int `json:"skipped"`
	RequestsSent   int `json:"requests_sent"`
	ChecksExecuted int `json:"checks_executed"`
}

// Run is the whole result, and its JSON encoding is the JSON report.
type Run struct {
	SchemaVersion string             `json:"schema_version"`
	Tool          Tool               `json:"tool"`
	RecordedBy    *Tool              `json:"recorded_by,omitempty"` // the program that sent the requests, where the run was judged again later
	RunID         string             `json:"run_id"`
	Schedule      string             `json:"schedule,omitempty"` // whose run it is; "" of a run that somebody made by hand
	Prober        *Prober            `json:"prober,omitempty"`   // nil where it does not say who it is
	StartedAt     time.Time          `json:"started_at"`
	FinishedAt    time.Time          `json:"finished_at"`
	Verdict       Verdict            `json:"verdict"`
	ExitCode      int                `json:"exit_code"`
	Interrupted   bool               `json:"interrupted,omitempty"`
	Insecure      bool               `json:"insecure,omitempty"`           // certificates were not verified
	Choices       *Choices           `json:"choices,omitempty"`            // nil in runs of versions that did not keep it
	Unfit         []string           `json:"unfit_for_sign_off,omitempty"` // why the run is no evidence for a sign-off, whatever its verdict
	Summary       Summary            `json:"summary"`
	Diagnostics   source.Diagnostics `json:"diagnostics"` // of documents in which no sheet was found
	Documents     []RunDocument      `json:"documents,omitempty"`
	TokenCalls    []TokenCall        `json:"token_calls,omitempty"`
	Hosts         []HostDiagnosis    `json:"hosts,omitempty"` // that could not be reached, or not be reached as themselves
	Sheets        []SheetResult      `json:"sheets"`
}

// Choices are what whoever made a run, or judged it again, chose of what decides the verdicts. What was lowered shows in the findings, too.
type Choices struct {
	Families []Family `json:"families"` // of requests that are broken on purpose, as far as they were asked for

	Strict     bool                       `json:"strict"`
	FailOn     source.Severity            `json:"fail_on"`
	Severities map[string]source.Severity `json:"severities,omitempty"` // by rule id, where the configuration replaces the rule's own
}

// ConfiguredOverride is an override that stands in the configuration and not in the sheet.
type ConfiguredOverride struct {
	For string `json:"for"` // the API, as the configuration names it, or "*" for all
	ShapeOverride
}

// Loosens says that an answer may pass by it that the sheet alone would not let pass, or that it may: only what demands more is sure not to.
func (o *ConfiguredOverride) Loosens() bool {
	demands := func(may *bool) bool { return may == nil || !*may }
	more := schema.Override{Optional: o.Optional, Nullable: o.Nullable}
	return !reflect.DeepEqual(o.Override, more) || !demands(o.Optional) || !demands(o.Nullable)
}

// Prober is who sent the requests, and from where: whoever keeps it out needs to know its address.
type Prober struct {
	Name           string   `json:"name"`
	Zone           string   `json:"zone,omitempty"`            // of the network that it stands in
	Egress         string   `json:"egress,omitempty"`          // the address that others see, as it was configured; behind a NAT no process knows it
	LocalAddresses []string `json:"local_addresses,omitempty"` // its own, on the connections that it made
}

// Addresses are those that a whitelist would have to hold, as far as they are known.
func (p *Prober) Addresses() []string {
	switch {
	case p == nil:
		return nil
	case p.Egress != "":
		return []string{p.Egress}
	}
	return p.LocalAddresses
}

// RunDocument is one document that the run was made from, by the digest of its bytes as they were handed over.
type RunDocument struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Format string `json:"format,omitempty"` // the reader that understood it; "" where none did
	Sheets int    `json:"sheets"`
	// HoldsSecret says that a value that is masked in the run stands in the document, so that it is not to be passed on as it is.
	HoldsSecret bool `json:"holds_secret,omitempty"`
}

// HostDiagnosis is the one cause that keeps the cases of a host from being judged.
type HostDiagnosis struct {
	Host      string    `json:"host"`     // host:port
	Rule      string    `json:"rule"`     // a transport.* rule
	FoundIn   string    `json:"found_in"` // the id of the case that carries the finding
	Affected  int       `json:"affected"` // cases that could not be judged for it, that one included
	Diagnosis Diagnosis `json:"diagnosis"`
}

// TokenCall is a call that fetched a token, or failed to. What was sent and answered is not kept: it is all secrets.
type TokenCall struct {
	Method     string `json:"method"`
	URL        string `json:"url"`
	HTTPStatus int    `json:"http_status"` // 0 where no answer came
	Error      string `json:"error,omitempty"`
	Requests   int    `json:"requests"` // retries included
}

// NewTokenCall keeps of an exchange what may be kept.
func NewTokenCall(x *Exchange) TokenCall {
	c := TokenCall{Method: x.Request.Method, URL: x.Request.URL, Requests: x.Requests()}
	if x.Response != nil {
		c.HTTPStatus = x.Response.HTTPStatus
	}
	if f := x.Failure(); f != nil {
		c.Error = f.Error
	}
	return c
}
