package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// pruneStep is how many runs are deleted at a time, so that whoever writes meanwhile need not wait for all of them.
const pruneStep = 10

// Prune implements history.Store. A SQLite file gives back the room; PostgreSQL does by itself what it thinks best.
func (s *Store) Prune(ctx context.Context, r history.Retention) (deleted int, err error) {
	var doomed []string
	err = s.transact(ctx, func(t *tx) (err error) {
		doomed, err = t.doomed(r)
		return err
	})
	if err != nil || r.DryRun {
		return len(doomed), err
	}
	for rest := doomed; len(rest) > 0; {
		step := rest[:min(pruneStep, len(rest))]
		n, err := s.drop(ctx, step)
		if deleted += n; err != nil {
			return deleted, err
		}
		rest = rest[len(step):]
	}
	if deleted > 0 && s.dialect == sqlite {
		return deleted, s.shrink(ctx)
	}
	return deleted, nil
}

// drop deletes runs, but for those that somebody has gone on with meanwhile.
func (s *Store) drop(ctx context.Context, ids []string) (deleted int, err error) {
	err = s.transact(ctx, func(t *tx) error {
		deleted = 0
		for _, id := range ids {
			n, err := t.affected(`DELETE FROM runs WHERE id = ? AND NOT (state = ? AND lease_until > ?)`, id, string(history.Running), micros(t.now))
			if err != nil {
				return err
			}
			deleted += int(n)
		}
		return nil
	})
	return deleted, err
}

// doomed are the runs that a retention does not keep.
func (t *tx) doomed(r history.Retention) ([]string, error) {
	rows, err := t.query(`SELECT id, started_at FROM runs WHERE NOT (state = ? AND lease_until > ?) ORDER BY started_at DESC, id DESC`,
		string(history.Running), micros(t.now))
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var doomed []string
	for n := 0; rows.Next(); n++ {
		var id string
		var started int64
		if err := rows.Scan(&id, &started); err != nil {
			return nil, err
		}
		old := !r.OlderThan.IsZero() && started < micros(r.OlderThan)
		if r.Beyond > 0 && n >= r.Beyond || old && n >= r.Keep {
			doomed = append(doomed, id)
		}
	}
	return doomed, rows.Err()
}

// The modes of PRAGMA auto_vacuum.
const (
	vacuumNone        = 0
	vacuumIncremental = 2
)

// shrinkStep is how many pages are given back at a time: others write in between.
const shrinkStep = 2000

// shrink gives the free pages of the file back to the system. Files of before it was thought of are written anew once, if a good part of them is free:
// whoever else wants to write waits for that.
func (s *Store) shrink(ctx context.Context) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	free, mode, pages := 0, 0, 0
	for pragma, into := range map[string]*int{"freelist_count": &free, "auto_vacuum": &mode, "page_count": &pages} {
		if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(into); err != nil {
			return err
		}
	}
	switch {
	case mode == vacuumNone && free*5 < pages:
		return nil
	case mode == vacuumNone:
		if err := s.run(ctx, conn, fmt.Sprintf("PRAGMA auto_vacuum = %d", vacuumIncremental)); err != nil {
			return err
		}
		if err := s.run(ctx, conn, "VACUUM"); err != nil {
			return err
		}
	}
	for ; mode == vacuumIncremental && free > 0; free -= shrinkStep {
		if err := s.run(ctx, conn, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", shrinkStep)); err != nil {
			return err
		}
	}
	return s.run(ctx, conn, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// run has a statement done to its end: a pragma goes on as long as rows are asked for.
func (s *Store) run(ctx context.Context, conn *sql.Conn, statement string) error {
	return s.patiently(ctx, func() error {
		rows, err := conn.QueryContext(ctx, statement)
		if err != nil {
			return err
		}
		defer closeRows(rows)
		for rows.Next() {
		}
		return rows.Err()
	})
}
