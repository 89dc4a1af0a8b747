package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Sightings implements history.Store.
func (s *Store) Sightings(ctx context.Context, q history.Query) ([]history.Sighting, error) {
	runs, err := s.List(ctx, q)
	if err != nil {
		return nil, err
	}
	slices.Reverse(runs)
	at := map[string]int{}
	for i, r := range runs {
		at[r.RunID] = i
	}
	seen, err := s.seen(ctx, q, at)
	if err != nil {
		return nil, err
	}
	judged, err := s.judged(ctx, at, seen)
	if err != nil {
		return nil, err
	}
	all := make([]history.Sighting, 0, len(seen))
	for key, f := range seen {
		all = append(all, f.sighting(runs, judged[cmp.Or(key.caseID, f.slug)]))
	}
	slices.SortFunc(all, bySeverity)
	return all, nil
}

func bySeverity(a, b history.Sighting) int {
	return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), b.Since.Compare(a.Since), cmp.Compare(a.Fingerprint, b.Fingerprint), cmp.Compare(a.Case, b.Case))
}

type seenKey struct{ fingerprint, caseID string }

// seenFinding is a finding with the indexes of the runs that it was seen in, in order.
type seenFinding struct {
	history.Sighting
	slug   string // of its API
	latest int    // of the runs
	runs   []int
}

func (s *Store) seen(ctx context.Context, q history.Query, at map[string]int) (map[seenKey]*seenFinding, error) {
	conditions, args := severities(q.Severity)
	from := `findings f CROSS JOIN apis a`
	if q.API != "" { // a cross join has SQLite begin with the few rows of the API, where it knows no better
		conditions, args = append(conditions, `a.slug = ?`), append(args, q.API)
		from = `apis a CROSS JOIN findings f`
	}
	conditions = append(conditions, `a.run_id = f.run_id AND a.position = f.api`)
	query := `SELECT f.run_id, f.case_id, f.fingerprint, f.rule, f.severity, f.blame, f.message, f.cause, a.name, a.slug FROM ` + from +
		` WHERE ` + strings.Join(conditions, ` AND `)
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	all := map[seenKey]*seenFinding{}
	for rows.Next() {
		var run, severity, blame string
		var f seenFinding
		if err := rows.Scan(&run, &f.Case, &f.Fingerprint, &f.Rule, &severity, &blame, &f.Message, &f.Cause, &f.API, &f.slug); err != nil {
			return nil, err
		}
		if i, wanted := at[run]; wanted {
			f.Severity, f.Blame = source.Severity(severity), probe.Blame(blame)
			add(all, f, i)
		}
	}
	for _, f := range all {
		slices.Sort(f.runs)
	}
	return all, rows.Err()
}

// add notes that a finding was seen in a run; the latest words count.
func add(all map[seenKey]*seenFinding, f seenFinding, run int) {
	key := seenKey{f.Fingerprint, f.Case}
	known := all[key]
	if known == nil {
		f.latest, f.runs = run, []int{run}
		all[key] = &f
		return
	}
	known.runs = append(known.runs, run)
	if run > known.latest {
		f.latest, f.runs = run, known.runs
		*known = f
	}
}

// severities is the condition that a finding, called f, is of a severity or above it.
func severities(least source.Severity) (conditions []string, args []any) {
	var marks []string
	for _, severity := range []source.Severity{source.Error, source.Warning, source.Info} {
		if severity.Rank() >= least.Rank() {
			marks, args = append(marks, `?`), append(args, string(severity))
		}
	}
	if least == "" {
		return nil, nil
	}
	return []string{`f.severity IN (` + strings.Join(marks, `, `) + `)`}, args
}

// sighting tells the story of a finding over the runs in which its case got a verdict.
func (f *seenFinding) sighting(runs []history.Entry, judged []int) history.Sighting {
	g := f.Sighting
	first, last := runs[f.runs[0]], runs[f.runs[len(f.runs)-1]]
	g.FirstSeen, g.FirstRun, g.LastSeen, g.LastRun = first.StartedAt, first.RunID, last.StartedAt, last.RunID
	g.Seen, g.Of = len(f.runs), len(judged)
	turns, before, next := 0, false, 0
	for i, run := range judged {
		for next < len(f.runs) && f.runs[next] < run {
			next++
		}
		is := next < len(f.runs) && f.runs[next] == run
		switch {
		case is && !before:
			g.Since = runs[run].StartedAt
			if i > 0 {
				turns++
			}
		case !is && before:
			turns++
		}
		before = is
	}
	g.Present, g.Flapping = before, turns > 2
	return g
}
