package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
)

// Load implements history.Store.
func (s *Store) Load(ctx context.Context, runID string) (*probe.Run, error) {
	run, state, err := s.head(ctx, runID)
	if err != nil {
		return nil, err
	}
	if run.Sheets, err = s.sheets(ctx, runID); err != nil {
		return nil, err
	}
	if err := s.cases(ctx, runID, run.Sheets); err != nil {
		return nil, err
	}
	if state != history.Finished {
		run.Interrupted = true
		run.Summarize()
	}
	return run, nil
}

func (s *Store) head(ctx context.Context, runID string) (*probe.Run, history.State, error) {
	rows, err := s.query(ctx, `SELECT state, schedule, body FROM runs WHERE id = ?`, runID)
	if err != nil {
		return nil, "", err
	}
	defer closeRows(rows)
	if !rows.Next() {
		return nil, "", cmp.Or(rows.Err(), fmt.Errorf("%w: %q", history.ErrNotFound, runID))
	}
	var state, schedule, body string
	if err := rows.Scan(&state, &schedule, &body); err != nil {
		return nil, "", err
	}
	run, err := probe.DecodeHead([]byte(body))
	if err != nil {
		return nil, "", err
	}
	run.Schedule = schedule // also where somebody else came to the end of it
	return run, history.State(state), nil
}

const sheetsInOrder = `SELECT position, body, packed FROM apis WHERE run_id = ? ORDER BY position`

// sheetIn is the sheet in a row of sheetsInOrder, and its place.
func sheetIn(rows *sql.Rows) (position int, sheet probe.SheetResult, err error) {
	var body, packed []byte
	if err := rows.Scan(&position, &body, &packed); err != nil {
		return 0, sheet, err
	}
	if packed != nil {
		if body, err = unpacked(packed); err != nil {
			return 0, sheet, err
		}
	}
	sheet, err = probe.DecodeSheet(body)
	return position, sheet, err
}

func (s *Store) sheets(ctx context.Context, runID string) ([]probe.SheetResult, error) {
	rows, err := s.query(ctx, sheetsInOrder, runID)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []probe.SheetResult
	for rows.Next() {
		position, sheet, err := sheetIn(rows)
		if err != nil {
			return nil, err
		}
		for len(all) < position { // of an interrupted run, sheets whose turn had not come
			all = append(all, probe.SheetResult{})
		}
		all = append(all, sheet)
	}
	return all, rows.Err()
}

func (s *Store) cases(ctx context.Context, runID string, sheets []probe.SheetResult) error {
	return s.chapters(ctx, everyCase, runID, func(api int, cases []entry) error {
		if api < 0 || api >= len(sheets) {
			return nil
		}
		for i := range cases {
			result, err := probe.DecodeResult(cases[i].line)
			if err != nil {
				return err
			}
			sheets[api].Cases = append(sheets[api].Cases, result)
		}
		return nil
	})
}

// List implements history.Store.
func (s *Store) List(ctx context.Context, q history.Query) ([]history.Entry, error) {
	where, args := s.where(q)
	query := `SELECT r.id, r.state, r.started_at, r.finished_at, r.lease_until, r.verdict, r.exit_code, r.rules_version, r.schedule,
		CASE WHEN r.apis >= 0 THEN r.apis ELSE (SELECT COUNT(*) FROM apis a WHERE a.run_id = r.id) END,
		CASE WHEN r.cases >= 0 THEN r.cases ELSE (SELECT COUNT(*) FROM cases c WHERE c.run_id = r.id) +
			(SELECT CAST(COALESCE(SUM(b.cases), 0) AS BIGINT) FROM case_blocks b WHERE b.run_id = r.id) END,
		CASE WHEN r.errors >= 0 THEN r.errors ELSE (SELECT COUNT(*) FROM findings f WHERE f.run_id = r.id AND f.severity = 'error') END
		FROM runs r` + where + ` ORDER BY r.started_at DESC, r.id DESC`
	if q.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", q.Limit)
	}
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []history.Entry
	for rows.Next() {
		e, err := s.entry(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, s.countLogs(ctx, all)
}

// countLogs adds the cases that stand in logs, as those of runs do that are being made.
func (s *Store) countLogs(ctx context.Context, entries []history.Entry) error {
	ids, err := s.texts(ctx, `SELECT DISTINCT run_id FROM case_log`)
	if err != nil {
		return err
	}
	for i := range entries {
		if !slices.Contains(ids, entries[i].RunID) {
			continue
		}
		n, err := s.onlyInLog(ctx, entries[i].RunID)
		if err != nil {
			return err
		}
		entries[i].Cases += n
	}
	return nil
}

// APIs implements history.Store.
func (s *Store) APIs(ctx context.Context, q history.Query) ([]history.APIEntry, error) {
	where, args := s.where(q)
	chosen := `SELECT r.id, r.started_at FROM runs r` + where + ` ORDER BY r.started_at DESC, r.id DESC`
	if q.Limit > 0 {
		chosen += fmt.Sprintf(" LIMIT %d", q.Limit)
	}
	rows, err := s.query(ctx, `SELECT c.id, c.started_at, a.slug, a.name, a.verdict FROM (`+chosen+`) c JOIN apis a ON a.run_id = c.id
		ORDER BY c.started_at DESC, c.id DESC, a.position`, args...)
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []history.APIEntry
	for rows.Next() {
		var e history.APIEntry
		var started int64
		var verdict string
		if err := rows.Scan(&e.RunID, &started, &e.API, &e.Name, &verdict); err != nil {
			return nil, err
		}
		e.StartedAt, e.Verdict = fromMicros(started), probe.Verdict(verdict)
		all = append(all, e)
	}
	return all, rows.Err()
}

func (s *Store) entry(rows *sql.Rows) (e history.Entry, err error) {
	var state, verdict string
	var started, finished, lease int64
	err = rows.Scan(&e.RunID, &state, &started, &finished, &lease, &verdict, &e.ExitCode, &e.RulesVersion, &e.Schedule, &e.APIs, &e.Cases, &e.Findings)
	e.State, e.Verdict, e.StartedAt = history.State(state), probe.Verdict(verdict), fromMicros(started)
	if finished > 0 {
		e.FinishedAt = fromMicros(finished)
	}
	if e.State == history.Running && lease <= micros(s.now()) {
		e.State = history.Interrupted // nobody has heard of whoever made it
	}
	return e, err
}

// where writes the condition of a query on runs, called r.
func (s *Store) where(q history.Query) (string, []any) {
	var conditions []string
	var args []any
	add := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	if q.RunID != "" {
		add(`r.id = ?`, q.RunID)
	}
	if q.API != "" {
		add(`EXISTS (SELECT 1 FROM apis a WHERE a.run_id = r.id AND a.slug = ?)`, q.API)
	}
	if q.Schedule != "" {
		add(`r.schedule = ?`, q.Schedule)
	}
	if q.Prefix != "" {
		add(`substr(r.id, 1, ?) = ?`, utf8.RuneCountInString(q.Prefix), q.Prefix)
	}
	if !q.Since.IsZero() {
		add(`r.started_at >= ?`, micros(q.Since))
	}
	if !q.Before.IsZero() {
		add(`r.started_at < ?`, micros(q.Before))
	}
	if q.Ended {
		add(`NOT (r.state = ? AND r.lease_until > ?)`, string(history.Running), micros(s.now()))
	}
	if len(conditions) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.read.QueryContext(ctx, s.dialect.bind(query), args...)
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// clean leaves out what PostgreSQL cannot hold in a text: NUL, and what is not UTF-8.
func clean(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD") }

// closeRows forgets the error: what reading met with is in rows.Err.
func closeRows(rows *sql.Rows) { _ = rows.Close() }
