package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// tx is a transaction with the dialect of its database.
type tx struct {
	ctx     context.Context //nolint:containedctx // it lives as long as the transaction
	tx      *sql.Tx
	dialect dialect
	now     time.Time
	known   map[string]*sql.Stmt // by query; closed with the transaction
	kept    *statements
	packer  *packer
}

func (s *Store) transact(ctx context.Context, do func(*tx) error) error {
	var begun *sql.Tx
	err := s.patiently(ctx, func() (err error) {
		begun, err = s.write.BeginTx(ctx, nil)
		return err
	})
	if err != nil {
		return err
	}
	packer := s.packers.get()
	defer s.packers.put(packer)
	t := &tx{ctx: ctx, tx: begun, dialect: s.dialect, now: s.now(), known: map[string]*sql.Stmt{}, kept: s.statements, packer: packer}
	if err := do(t); err != nil {
		return errors.Join(err, ignoreDone(begun.Rollback()))
	}
	if err := begun.Commit(); err != nil {
		return err
	}
	s.statements.keep(ctx, s.write, t.known)
	return nil
}

// ignoreDone forgets that a transaction is over already, as when its context has ended.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.affected(query, args...)
	return err
}

func (t *tx) affected(query string, args ...any) (int64, error) {
	statement, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if statement == nil {
		result, err = t.tx.ExecContext(t.ctx, t.dialect.bind(query), args...)
	} else {
		result, err = statement.ExecContext(t.ctx, args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	statement, err := t.prepared(query)
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return t.tx.QueryContext(t.ctx, t.dialect.bind(query), args...)
	}
	return statement.QueryContext(t.ctx, args...)
}

// prepared has SQLite parse a query once for many transactions. The driver of PostgreSQL sees to that by itself: nil.
func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if s := t.known[query]; s != nil || t.dialect == postgres {
		return s, nil
	}
	if s := t.kept.get(query); s != nil {
		t.known[query] = t.tx.StmtContext(t.ctx, s)
		return t.known[query], nil
	}
	s, err := t.tx.PrepareContext(t.ctx, query)
	if err == nil {
		t.known[query] = s
	}
	return s, err
}

// text is the one text that a query asks for, where it is there.
func (t *tx) text(query string, args ...any) (text string, there bool, err error) {
	rows, err := t.query(query, args...)
	if err != nil {
		return "", false, err
	}
	defer closeRows(rows)
	if !rows.Next() {
		return "", false, rows.Err()
	}
	err = rows.Scan(&text)
	return text, true, err
}

// own refuses a run that somebody else took over, and holds it so that nobody does before the transaction ends. It tells whether the run was resumed.
func (t *tx) own(runID, owner string) (resumed bool, err error) {
	query := `SELECT owner, resumed FROM runs WHERE id = ?`
	if t.dialect == postgres { // where SQLite has one writer at a time anyway
		query += ` FOR NO KEY UPDATE`
	}
	rows, err := t.query(query, runID)
	if err != nil {
		return false, err
	}
	defer closeRows(rows)
	if !rows.Next() {
		return false, errors.Join(rows.Err(), fmt.Errorf("%w: %q", history.ErrNotFound, runID))
	}
	var holder string
	var times int
	if err := rows.Scan(&holder, &times); err != nil {
		return false, err
	}
	if holder != owner {
		return false, fmt.Errorf("%w: %q", history.ErrTaken, runID)
	}
	return times > 0, rows.Err()
}

func (t *tx) exists(runID string) error {
	_, there, err := t.text(`SELECT id FROM runs WHERE id = ?`, runID)
	if err == nil && !there {
		return fmt.Errorf("%w: %q", history.ErrNotFound, runID)
	}
	return err
}
