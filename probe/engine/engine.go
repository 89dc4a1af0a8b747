// Package engine conducts: it reads documents, plans, sends and judges, within limits, and can be stopped at any time.
//
// It decides nothing itself. What a document says is the readers' business, what a case is the plan's, what an answer means the judge's;
// the engine holds the visible list of formats, the order of things, and the reasons for which a case is not sent:
//
//   - a case that lacks a value, or whose host the guard refuses, is blocked;
//   - once the documented request was refused for its credentials, or got no trustworthy answer, the other cases of that API are skipped;
//   - where the documented request did not succeed, or could not be sent, requests that are broken on purpose are skipped: a refusal
//     would prove nothing;
//   - once a host could not be reached, nothing more is sent to it, see hosts.go;
//   - what an earlier attempt at the same run has decided is not sent again, see Options.Done.
package engine

import (
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/judge"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/csv"
	"github.com/sheetprobe/sheetprobe/probe/sheet/curl"
	"github.com/sheetprobe/sheetprobe/probe/sheet/docx"
	"github.com/sheetprobe/sheetprobe/probe/sheet/html"
	"github.com/sheetprobe/sheetprobe/probe/sheet/markdown"
	"github.com/sheetprobe/sheetprobe/probe/sheet/native"
	"github.com/sheetprobe/sheetprobe/probe/sheet/openapi"
	"github.com/sheetprobe/sheetprobe/probe/sheet/pdf"
	"github.com/sheetprobe/sheetprobe/probe/sheet/postman"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/probe/sheet/xlsx"
)

// Formats are the formats of documents that can be read. The one that is surest of a document reads it; of equals the first.
var Formats = []sheet.Format{
	native.Format, csv.Format, curl.Format, docx.Format, html.Format, markdown.Format, openapi.Format, pdf.Format, postman.Format, xlsx.Format, text.Format,
}

// DefaultConcurrency is how many APIs are probed at a time. The cases of one API go one after the other.
const DefaultConcurrency = 4

// Options say what to run and how. The zero value probes everything that the guard's defaults admit.
type Options struct {
	Vars        probe.Vars
	BaseURL     string
	Negatives   plan.NegativeFilter
	AllowUnsafe bool // see plan.Options
	Only, Skip  []string
	Guard       send.Guard
	// Confide says whether secrets may be told to where a URL leads; nil is everywhere. Where they may not, what needs one is blocked.
	Confide           func(rawURL string) bool
	Send              send.Options // Redactor, RunID, Guard and Again are set by Run
	Judge             judge.Options
	Concurrency       int // DefaultConcurrency where 0
	MaxRequests       int // for the whole run; 0 is unlimited
	MaxRequestsPerAPI int // 0 is unlimited
	// Repeat is how often every case is sent that changes nothing, and RepeatUnsafe the patterns of those that may change data and are sent as
	// often; a DELETE never is. 0 is once.
	Repeat       int
	RepeatUnsafe []string
	// Callbacks takes the calls that APIs make to us, CallbackURL is the URL for those that a case leads to, and CallbackWait how long they are
	// waited for; 0 is as long as the sheet says, or DefaultCallbackWait. Without Callbacks such calls are not waited for.
	Callbacks    *callback.Listener
	CallbackURL  func(caseID string) string
	CallbackWait time.Duration
	RunID        string
	Tool         probe.Tool
	Now          func() time.Time // time.Now where nil
	// Progress is told after every case and every API, one call at a time; nil where nobody looks. It must not take long: the run waits for it.
	Progress func(Progress)
	// Keep is given every case as soon as it is decided; calls can overlap. A case of which something is learned later, as by sending it again, is given
	// again. nil where nobody keeps anything.
	Keep func(Decided)
	// Results keeps what was found out about the APIs beside the run; where nil, the run holds all of it.
	Results Results
	// Done returns what an earlier attempt at the same run found out about a case, by its id, so that it is not sent again; nil where there was none.
	Done func(id string) (probe.Result, bool)
	// Withhold says why a case that is not done is not sent although it could be; "" where it may be. nil withholds none.
	Withhold func(c *probe.Case) string

	Tracer Tracer // nil where the run is not followed as a trace

	onCase func(*probe.Case) // sees every case before it is sent; nil where nobody looks
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}
