package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Head implements history.Store.
func (s *Store) Head(ctx context.Context, runID string) (*probe.Run, error) {
	run, _, err := s.head(ctx, runID)
	return run, err
}

// Outline implements history.Store. The bodies of cases about which nothing was found, which are most of a run, are not read.
func (s *Store) Outline(ctx context.Context, runID string) (*probe.Run, error) {
	run, state, err := s.head(ctx, runID)
	if err != nil {
		return nil, err
	}
	if run.Sheets, err = s.sheets(ctx, runID); err != nil {
		return nil, err
	}
	if err := s.outlined(ctx, runID, run.Sheets); err != nil {
		return nil, err
	}
	if state != history.Finished {
		run.Interrupted = true
	}
	return run, nil
}

func (s *Store) outlined(ctx context.Context, runID string, sheets []probe.SheetResult) error {
	ids, err := s.texts(ctx, `SELECT DISTINCT case_id FROM findings WHERE run_id = ?`, runID)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, id := range ids {
		found[id] = true
	}
	return s.chapters(ctx, casesWithFindings, runID, func(api int, cases []entry) error {
		if api < 0 || api >= len(sheets) {
			return nil
		}
		for i := range cases {
			c := probe.Result{ID: cases[i].id, Verdict: cases[i].verdict}
			if found[c.ID] {
				if c, err = probe.DecodeResult(cases[i].line); err != nil {
					return err
				}
			}
			sheets[api].Cases = append(sheets[api].Cases, c)
		}
		return nil
	})
}

// Tracks implements history.Store.
func (s *Store) Tracks(ctx context.Context, q history.Query, last int) ([]history.Track, error) {
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
	all := make([]history.Track, 0, len(seen))
	for key, f := range seen {
		in := judged[cmp.Or(key.caseID, f.slug)]
		all = append(all, history.Track{Sighting: f.sighting(runs, in), Marks: f.marks(runs, in, last)})
	}
	slices.SortFunc(all, func(a, b history.Track) int { return bySeverity(a.Sighting, b.Sighting) })
	return all, nil
}

// marks say of the last runs in which the case was judged whether the finding was there, the latest first.
func (f *seenFinding) marks(runs []history.Entry, judged []int, last int) []history.Mark {
	marks := []history.Mark{}
	for _, run := range slices.Backward(judged) {
		if run < len(runs)-last {
			break
		}
		_, present := slices.BinarySearch(f.runs, run)
		marks = append(marks, history.Mark{RunID: runs[run].RunID, Present: present})
	}
	return marks
}

// Grouped implements history.Store.
func (s *Store) Grouped(ctx context.Context, runID string, most int) ([]history.Group, error) {
	rows, err := s.query(ctx, fmt.Sprintf(`SELECT g.rule, g.severity, g.blame, g.cause, g.findings, g.apis, a.slug, a.name,
			(SELECT MIN(f.case_id) FROM findings f WHERE f.run_id = a.run_id AND f.api = g.api AND f.rule = g.rule AND f.cause = g.cause) FROM
		(SELECT rule, severity, blame, cause, COUNT(*) AS findings, COUNT(DISTINCT api) AS apis, MIN(api) AS api
			FROM findings WHERE run_id = ? GROUP BY rule, severity, blame, cause
			ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, COUNT(*) DESC, rule, cause LIMIT %d) g
		JOIN apis a ON a.run_id = ? AND a.position = g.api`, most), runID, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []history.Group
	for rows.Next() {
		var g history.Group
		var severity, blame string
		if err := rows.Scan(&g.Rule, &severity, &blame, &g.Cause, &g.Findings, &g.APIs, &g.API, &g.Name, &g.Case); err != nil {
			return nil, err
		}
		g.Severity, g.Blame = source.Severity(severity), probe.Blame(blame)
		all = append(all, g)
	}
	slices.SortStableFunc(all, func(a, b history.Group) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), b.Findings-a.Findings, cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Cause, b.Cause))
	})
	return all, rows.Err()
}
