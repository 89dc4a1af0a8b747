package sqlstore

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe/ledger"
)

// ledgerStore keeps what people put their names to, beside the runs.
type ledgerStore struct{ *Store }

// Ledger is where approvals, waivers and attestations are kept. No query of it changes or deletes anything.
func (s *Store) Ledger() ledger.Store { return ledgerStore{s} }

const recordColumns = `number, at, kind, subject, made_by, means, body, previous, digest`

// AppendRecords implements ledger.Store. SQLite has one writer at a time anyway; in PostgreSQL the table is locked against others that append.
func (s ledgerStore) AppendRecords(ctx context.Context, seal func(ledger.Record) ([]ledger.Record, error)) error {
	return s.transact(ctx, func(t *tx) error {
		if t.dialect == postgres {
			if err := t.exec(`LOCK TABLE signoff_records IN SHARE ROW EXCLUSIVE MODE`); err != nil {
				return err
			}
		}
		var last ledger.Record
		rows, err := t.query(`SELECT ` + recordColumns + ` FROM signoff_records ORDER BY number DESC LIMIT 1`)
		all, err := records(rows, err)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			last = all[0]
		}
		fresh, err := seal(last)
		if err != nil {
			return err
		}
		for _, r := range fresh {
			err := t.exec(`INSERT INTO signoff_records (`+recordColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				r.Number, moment(r.At), r.Kind, r.Subject, r.By, r.Means, string(r.Body), r.Previous, r.Digest)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Records implements ledger.Store.
func (s ledgerStore) Records(ctx context.Context, after int64, limit int) ([]ledger.Record, error) {
	return records(s.query(ctx, `SELECT `+recordColumns+` FROM signoff_records WHERE number > ? ORDER BY number LIMIT ?`, after, limit))
}

func records(rows *sql.Rows, err error) ([]ledger.Record, error) {
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	var all []ledger.Record
	for rows.Next() {
		var r ledger.Record
		var at int64
		var body string
		if err := rows.Scan(&r.Number, &at, &r.Kind, &r.Subject, &r.By, &r.Means, &body, &r.Previous, &r.Digest); err != nil {
			return nil, err
		}
		r.At, r.Body = fromMoment(at), []byte(body)
		all = append(all, r)
	}
	return all, rows.Err()
}

// KeepFile implements ledger.Store.
func (s ledgerStore) KeepFile(ctx context.Context, digest string, content []byte) error {
	return s.transact(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO signoff_files (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING`, digest, base64.StdEncoding.EncodeToString(content))
	})
}

// File implements ledger.Store.
func (s ledgerStore) File(ctx context.Context, digest string) ([]byte, error) {
	rows, err := s.query(ctx, `SELECT content FROM signoff_files WHERE digest = ?`, clean(digest))
	if err != nil {
		return nil, err
	}
	defer closeRows(rows)
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %.80q", ledger.ErrNoFile, digest)
	}
	var text string
	if err := rows.Scan(&text); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}
