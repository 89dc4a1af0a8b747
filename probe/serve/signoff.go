package serve

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Desk is where people sign off. Without a ledger there is none.
type Desk struct {
	Ledger ledger.Store
	Signer attest.Signer // the key of this server, which vouches for who approved here
	Name   string        // as the server names itself in what it signs
	Tokens bool          // the token of an approver approves without a password
}

// Gate is by what it is decided whether APIs may go live; a policy without a time zone is none, and the default holds.
type Gate struct {
	Policy     signoff.Policy
	Written    func() (Written, error)         // what stands in the files of the configuration, read anew; nil is nothing
	NotStaging func(host string) (says string) // why a host does not look like staging
}

// Written are the waivers and attestations of files.
type Written struct {
	Waivers      []signoff.Waiver
	Attestations []signoff.Attestation
	Refused      signoff.Refusals
}

// gate is the one of the configuration.
func (s *Server) gate() Gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.rules
	if g.Policy.TimeZone == "" {
		g.Policy = signoff.DefaultPolicy()
	}
	return g
}

// sitting is what lies on the desk for a run: the decision as it would be made now, and the one that people approve.
type sitting struct {
	entry     history.Entry
	run       *probe.Run
	predicate *signoff.Predicate
	held      []report.Document
	board     *board
	binding   string   // of what the decision rests on
	current   *dossier // that was made of the very same, and holds still; nil while nobody has approved
	newer     string   // the id of a later run of the same; "" where this is the latest
}

// shown is what an approval has to name, so that nobody approves what they have not seen.
func (t *sitting) shown() string {
	if t.current != nil {
		return t.current.Decision
	}
	return t.binding
}

// sit decides upon a run by what there is now.
func (s *Server) sit(ctx context.Context, runID string) (*sitting, error) {
	entries, err := s.options.Store.List(ctx, history.Query{RunID: runID, Limit: 1})
	if err == nil && len(entries) == 0 {
		err = history.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	t := &sitting{entry: entries[0]}
	if t.run, err = s.ended(ctx, runID, s.options.Store.Load); err != nil {
		return nil, err
	}
	if t.newer, err = s.newerThan(ctx, t.entry); err != nil {
		return nil, err
	}
	if t.board, err = s.board(ctx); err != nil {
		return nil, err
	}
	in, err := s.input(ctx, t)
	if err != nil {
		return nil, err
	}
	if t.predicate, err = signoff.NewPredicate(in, in.Policy.Approvers); err != nil {
		return nil, err
	}
	t.binding = bindingOf(in, t.predicate)
	for _, d := range t.board.dossiers[runID] {
		if d.Binding == t.binding && in.At.Before(d.Until) {
			t.current = d
		}
	}
	return t, nil
}

// input gathers what a decision is made from.
func (s *Server) input(ctx context.Context, t *sitting) (signoff.Input, error) {
	gate := s.gate()
	in := signoff.Input{
		At: s.options.Now().UTC(), Tool: s.options.Tool, Policy: gate.Policy, Run: t.run, NotStaging: gate.NotStaging, BegunBy: t.board.begun[t.run.RunID],
		ServerKey: s.options.Desk.Signer.Public().ID(),
	}
	if gate.Written != nil {
		written, err := gate.Written()
		if err != nil {
			return in, refuse(http.StatusServiceUnavailable, "waivers and attestations cannot be read: "+err.Error(), "correct the file")
		}
		in.Waivers, in.Attestations, in.Refused = written.Waivers, written.Attestations, written.Refused
	}
	in.Waivers = append(slices.Clone(in.Waivers), t.board.waiversThatStand()...)
	in.Attestations = append(slices.Clone(in.Attestations), t.board.attestationsThatStand()...)
	t.held = s.documentsOf(ctx, t.run)
	for _, d := range t.held {
		in.Documents = append(in.Documents, probe.RunDocument{Name: d.Document.Name, SHA256: d.Document.SHA256})
	}
	var err error
	in.Nights, err = signoff.NightsBefore(gate.Policy, t.run,
		func(since time.Time) ([]history.Entry, error) {
			return s.options.Store.List(ctx, history.Query{Since: since, Ended: true})
		},
		func(id string) (*probe.Run, error) { return s.options.Store.Load(ctx, id) })
	return in, err
}

// bindingOf is a digest of all that a decision rests on, and of what it comes to line by line. The moment is not in it.
func bindingOf(in signoff.Input, p *signoff.Predicate) string {
	var lines []string
	for _, l := range p.Decision.Lines {
		lines = append(lines, l.ID+" "+string(l.Status))
	}
	text, err := json.Marshal([]any{p.Run.SHA256, p.Documents, p.Policy, in.Waivers, in.Attestations, in.Refused, p.BegunBy, p.Decision.Outcome, lines})
	if err != nil { // texts and numbers
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// newerThan is the latest run of the same: of its schedule, or of the same APIs where it was begun by hand.
func (s *Server) newerThan(ctx context.Context, e history.Entry) (string, error) {
	queries := []history.Query{{Schedule: e.Schedule}}
	if e.Schedule == "" {
		queries = nil
		apis, err := s.options.Store.APIs(ctx, history.Query{RunID: e.RunID})
		if err != nil {
			return "", err
		}
		for _, a := range apis {
			queries = append(queries, history.Query{API: a.API})
		}
	}
	for _, q := range queries {
		q.Since, q.Ended, q.Limit = e.StartedAt, true, maxLimit
		later, err := s.options.Store.List(ctx, q)
		if err != nil {
			return "", err
		}
		for _, l := range later {
			if l.State == history.Finished && l.StartedAt.After(e.StartedAt) {
				return l.RunID, nil
			}
		}
	}
	return "", nil
}

// documentsOf are the documents of a run that are at hand now.
func (s *Server) documentsOf(ctx context.Context, run *probe.Run) []report.Document {
	var all []report.Document
	if id, ok := strings.CutPrefix(run.Schedule, uploadPrefix); ok {
		if u, content, err := s.options.Store.OpenUpload(ctx, id); err == nil {
			all = append(all, report.Document{Document: source.NewDocument(u.Name, content, ""), Data: content})
		}
		return all
	}
	library, schedules := s.library()
	if library.Sources == nil {
		return nil
	}
	wanted := map[string]bool{}
	for _, d := range run.Documents {
		wanted[d.Name] = true
	}
	for _, schedule := range schedules {
		for _, from := range library.Sources(schedule.Sheets) {
			if !wanted[from.Name] {
				continue
			}
			wanted[from.Name] = false
			if content, err := from.Open(); err == nil {
				all = append(all, report.Document{Document: source.NewDocument(from.Name, content, ""), Data: content})
			}
		}
	}
	slices.SortFunc(all, func(a, b report.Document) int { return cmp.Compare(a.Document.Name, b.Document.Name) })
	return all
}

// maxBundle is how large a bundle is kept; a larger one is signed on the command line.
const maxBundle = 64 << 20

// bundled makes the bundle of a run, a few at a time.
func (s *Server) bundled(ctx context.Context, t *sitting) ([]byte, error) {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	at := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == "bundle" })
	if at < 0 {
		return nil, errors.New("there is no format of bundles")
	}
	var out bytes.Buffer
	if err := report.Formats[at].Write(&out, t.run, report.Options{Documents: t.held}); err != nil {
		return nil, err
	}
	if out.Len() > maxBundle {
		return nil, refuse(http.StatusConflict, "the evidence is too large to be kept here", "sign off with `sheetprobe signoff create` on the command line")
	}
	return out.Bytes(), nil
}
