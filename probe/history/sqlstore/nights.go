package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// putNights keeps what pages show of a run over time, in the place of what was kept of it. The schedule is that which began the run, whoever comes to its end.
func (t *tx) putNights(runID string, nights []history.Night) error {
	if err := t.exec(`DELETE FROM nights WHERE run_id = ?`, runID); err != nil {
		return err
	}
	schedule, _, err := t.text(`SELECT schedule FROM runs WHERE id = ?`, runID)
	if err != nil {
		return err
	}
	var rows [][]any
	for i := range nights {
		row, err := nightRow(runID, schedule, i, &nights[i])
		if err != nil {
			return err
		}
		if rows = append(rows, row); len(rows) < rowsAtOnce && i < len(nights)-1 {
			continue
		}
		err = t.putRows(`INSERT INTO nights (run_id, schedule, position, slug, started_at, rules_version, name, method, url, document, digest, promise, verdict, cases, errors, warnings,
			samples, p50, p90, p99, slowest, codes) VALUES `, ``, rows)
		if err != nil {
			return err
		}
		rows = rows[:0]
	}
	return nil
}

func nightRow(runID, schedule string, position int, n *history.Night) ([]any, error) {
	codes, err := json.Marshal(n.Codes)
	return []any{
		runID, schedule, position, clean(n.API), micros(n.StartedAt), clean(n.RulesVersion), clean(n.Name), clean(n.Method), clean(n.URL), clean(n.Document), n.Digest, n.Promise,
		string(n.Verdict), n.Cases, n.Errors, n.Warnings, n.Samples, n.P50, n.P90, n.P99, n.Slowest, clean(string(codes)),
	}, err
}

// nightsOf are those of a run that holds its results.
func nightsOf(run *probe.Run) []history.Night {
	nights := make([]history.Night, len(run.Sheets))
	for i := range run.Sheets {
		nights[i] = history.NightOf(run, &run.Sheets[i])
	}
	return nights
}

const nightColumns = `n.run_id, n.schedule, n.started_at, n.rules_version, n.slug, n.name, n.method, n.url, n.document, n.digest, n.promise, n.verdict, n.cases, n.errors, n.warnings,
	n.samples, n.p50, n.p90, n.p99, n.slowest, `

func (s *Store) nights(ctx context.Context, query string, args ...any) ([]history.Night, error) {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []history.Night
	for rows.Next() {
		var n history.Night
		var started int64
		var verdict, codes string
		if err := rows.Scan(&n.RunID, &n.Schedule, &started, &n.RulesVersion, &n.API, &n.Name, &n.Method, &n.URL, &n.Document, &n.Digest, &n.Promise, &verdict, &n.Cases, &n.Errors, &n.Warnings,
			&n.Samples, &n.P50, &n.P90, &n.P99, &n.Slowest, &codes); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(codes), &n.Codes); err != nil {
			return nil, fmt.Errorf("the codes of %q in run %q: %w", n.API, n.RunID, err)
		}
		n.StartedAt, n.Verdict = fromMicros(started), probe.Verdict(verdict)
		all = append(all, n)
	}
	return all, rows.Err()
}

// Latest implements history.Store. It steps from one slug to the next through an index, and looks at no night but the last of each.
func (s *Store) Latest(ctx context.Context, schedule string) ([]history.Night, error) {
	of, args := scheduled(schedule)
	all, err := s.nights(ctx, `WITH RECURSIVE known(slug) AS (
			SELECT MIN(slug) FROM nights WHERE `+of+`1 = 1
			UNION ALL
			SELECT (SELECT MIN(slug) FROM nights WHERE `+of+`slug > known.slug) FROM known WHERE known.slug IS NOT NULL)
		SELECT `+nightColumns+`'[]' FROM known k CROSS JOIN nights n WHERE `+of+`n.slug = k.slug
			AND n.started_at = (SELECT MAX(started_at) FROM nights WHERE `+of+`slug = k.slug)
		ORDER BY n.slug, n.run_id DESC`, repeated(args, 4)...)
	for i := len(all) - 1; i > 0; i-- { // two runs that began at one time
		if all[i].API == all[i-1].API {
			all = append(all[:i], all[i+1:]...)
		}
	}
	return all, err
}

// scheduled begins a condition with that a night is of a schedule; with nothing where it is "", since more would lead SQLite off the index.
func scheduled(schedule string) (condition string, args []any) {
	if schedule == "" {
		return "", nil
	}
	return `schedule = ? AND `, []any{schedule}
}

func repeated(args []any, n int) []any {
	var all []any
	for range n {
		all = append(all, args...)
	}
	return all
}

// stripsAtOnce is how many APIs one query asks for: SQLite takes 500 parts.
const stripsAtOnce = 100

// Strips implements history.Store.
func (s *Store) Strips(ctx context.Context, schedule string, slugs []string, n int) (map[string][]history.APIEntry, error) {
	of, args := scheduled(schedule)
	all := make(map[string][]history.APIEntry, len(slugs))
	for len(slugs) > 0 {
		some := slugs[:min(len(slugs), stripsAtOnce)]
		slugs = slugs[len(some):]
		parts, values := make([]string, len(some)), []any{}
		for i, slug := range some {
			parts[i] = fmt.Sprintf(`SELECT * FROM (SELECT run_id, started_at, slug, verdict FROM nights WHERE %sslug = ? ORDER BY started_at DESC, run_id DESC LIMIT %d) x`, of, n)
			values = append(append(values, args...), slug)
		}
		if err := s.strips(ctx, all, strings.Join(parts, ` UNION ALL `), values); err != nil {
			return nil, err
		}
	}
	for _, strip := range all {
		slices.SortFunc(strip, func(a, b history.APIEntry) int {
			return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(b.RunID, a.RunID))
		})
	}
	return all, nil
}

func (s *Store) strips(ctx context.Context, into map[string][]history.APIEntry, query string, args []any) error {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer closeRows(rows)
	for rows.Next() {
		var e history.APIEntry
		var started int64
		var verdict string
		if err := rows.Scan(&e.RunID, &started, &e.API, &verdict); err != nil {
			return err
		}
		e.StartedAt, e.Verdict = fromMicros(started), probe.Verdict(verdict)
		into[e.API] = append(into[e.API], e)
	}
	return rows.Err()
}

// Nights implements history.Store.
func (s *Store) Nights(ctx context.Context, q history.Query) ([]history.Night, error) {
	conditions, args := []string{`n.slug = ?`}, []any{q.API}
	add := func(condition string, value any) {
		conditions, args = append(conditions, condition), append(args, value)
	}
	if q.RunID != "" {
		add(`n.run_id = ?`, q.RunID)
	}
	if q.Schedule != "" {
		add(`n.schedule = ?`, q.Schedule)
	}
	if !q.Since.IsZero() {
		add(`n.started_at >= ?`, micros(q.Since))
	}
	if !q.Before.IsZero() {
		add(`n.started_at < ?`, micros(q.Before))
	}
	query := `SELECT ` + nightColumns + `n.codes FROM nights n WHERE ` + strings.Join(conditions, ` AND `) + ` ORDER BY n.started_at DESC, n.run_id DESC`
	if q.Limit > 0 {
		query += fmt.Sprintf(` LIMIT %d`, q.Limit)
	}
	return s.nights(ctx, query, args...)
}

// Recount implements history.Store.
func (s *Store) Recount(ctx context.Context, most int) (int, error) {
	ids, err := s.texts(ctx, fmt.Sprintf(`SELECT id FROM runs WHERE has_nights = 0 AND state <> ? ORDER BY started_at DESC LIMIT %d`, most), string(history.Running))
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		run, err := s.Outline(ctx, id)
		if err == nil {
			err = s.transact(ctx, func(t *tx) error { return t.recount(run) })
		}
		if err != nil {
			return i, fmt.Errorf("run %q: %w", id, err)
		}
	}
	return len(ids), nil
}

func (t *tx) recount(run *probe.Run) error {
	n, err := t.affected(`UPDATE runs SET has_nights = 1 WHERE id = ?`, run.RunID)
	if err != nil || n == 0 {
		return err // it was deleted meanwhile
	}
	return t.putNights(run.RunID, nightsOf(run))
}

func (s *Store) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	return texts(s.query(ctx, query, args...))
}

func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
