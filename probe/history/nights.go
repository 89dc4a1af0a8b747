package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Past tells what became of APIs over many runs without reading their exchanges. Only runs that came to an end tell something.
type Past interface {
	// Latest returns every API as its latest run left it, without codes, by slug; of the runs that a schedule began where one is named.
	Latest(ctx context.Context, schedule string) ([]Night, error)
	// Strips returns the last verdicts of some APIs by slug, the latest first, n of each at most; of the runs of a schedule where one is named.
	Strips(ctx context.Context, schedule string, slugs []string, n int) (map[string][]APIEntry, error)
	// Nights returns what the runs found out about the API of a query, the latest first.
	Nights(ctx context.Context, q Query) ([]Night, error)
	// Tracks tell, as Sightings do, of the findings of the API of a query, and in which of the last runs each was seen.
	Tracks(ctx context.Context, q Query, last int) ([]Track, error)
	// Grouped counts the findings of a run by what they come from, the worst and most frequent first; most of them at most.
	Grouped(ctx context.Context, runID string, most int) ([]Group, error)
	// Head returns what a run says of itself, without sheets and cases.
	Head(ctx context.Context, runID string) (*probe.Run, error)
	// Outline returns a run without what was exchanged by cases about which nothing was found: enough to compare it with another.
	Outline(ctx context.Context, runID string) (*probe.Run, error)
	// Recount makes the nights of some runs that an earlier version kept without, the latest first, and says of how many; 0 where none is left.
	Recount(ctx context.Context, most int) (int, error)
}

// Night is what one run found out about one API.
type Night struct {
	RunID        string        `json:"run_id"`
	Schedule     string        `json:"schedule,omitempty"`
	StartedAt    time.Time     `json:"started_at"`
	RulesVersion string        `json:"rules_version"`
	API          string        `json:"api"` // the slug
	Name         string        `json:"name"`
	Method       string        `json:"method"`
	URL          string        `json:"url"`
	Document     string        `json:"document"`
	Digest       string        `json:"document_sha256"`
	Promise      string        `json:"promise"` // a digest of what the sheet promises, wherever it stands in the document
	Verdict      probe.Verdict `json:"verdict"`
	Cases        int           `json:"cases"`
	Errors       int           `json:"errors"` // findings, as warnings are
	Warnings     int           `json:"warnings"`
	Samples      int           `json:"samples"` // answers whose time was measured
	P50          float64       `json:"p50"`     // milliseconds, as the next; one that the samples cannot tell is 0, see probe.Timings
	P90          float64       `json:"p90"`
	P99          float64       `json:"p99"`
	Slowest      float64       `json:"slowest"`
	Codes        []NightCode   `json:"codes"`
}

// NightCode is one code of an API, and whether a run saw it.
type NightCode struct {
	Code       string `json:"code"`
	Documented bool   `json:"documented"`
	Seen       bool   `json:"seen"`
}

// Track is a finding, and in which of the last runs it was.
type Track struct {
	Sighting
	Marks []Mark `json:"marks"` // of the runs in which its case got a verdict, the latest first
}

// Mark says of one run whether a finding was there.
type Mark struct {
	RunID   string `json:"run_id"`
	Present bool   `json:"present"`
}

// Group is what several findings of a run come from.
type Group struct {
	Rule     string          `json:"rule"`
	Severity source.Severity `json:"severity"`
	Blame    probe.Blame     `json:"blame"`
	Cause    string          `json:"cause"` // the message without what was changed in the request
	Findings int             `json:"findings"`
	APIs     int             `json:"apis"`
	API      string          `json:"api"` // the slug and the name of one of them, and the case
	Name     string          `json:"name"`
	Case     string          `json:"case"`
}

// NightOf is what a run found out about one of its sheets.
func NightOf(run *probe.Run, s *probe.SheetResult) Night {
	n := Night{
		RunID: run.RunID, Schedule: run.Schedule, StartedAt: run.StartedAt.UTC(), RulesVersion: run.Tool.RulesVersion, API: SlugOf(s), Name: s.Name, Method: s.Method,
		URL: s.URL, Document: s.Document, Digest: s.DocumentSHA256, Promise: promiseOf(s), Verdict: s.Verdict, Cases: len(s.Cases), Codes: []NightCode{},
	}
	n.count(s.Findings)
	for i := range s.Cases {
		n.count(s.Cases[i].Findings)
	}
	if t := s.Timings; t != nil {
		n.Samples, n.P50, n.P90, n.P99, n.Slowest = t.Samples, t.P50, t.P90, t.P99, t.Max
	}
	for _, c := range s.Coverage.Codes {
		n.Codes = append(n.Codes, NightCode{c.Code, c.Documented, c.Seen})
	}
	return n
}

func (n *Night) count(findings []probe.Finding) {
	for i := range findings {
		switch findings[i].Severity {
		case source.Error:
			n.Errors++
		case source.Warning:
			n.Warnings++
		case source.Info:
		}
	}
}

// promiseOf is the same for two results of sheets that promise the same, see samePromise; "" where a run did not keep what was promised.
func promiseOf(s *probe.SheetResult) string {
	if s.Documented == nil {
		return ""
	}
	text, err := json.Marshal([]any{s.Method, s.URL, withoutPlaces(s.Documented)})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}
