package sqlstore

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// AddUpload implements history.Store.
func (s *Store) AddUpload(ctx context.Context, u history.Upload, content []byte, most int) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`INSERT INTO uploads (id, name, digest, bytes, uploaded_by, uploaded_at, content)
			SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT)
			WHERE (SELECT COUNT(*) FROM uploads) < CAST(? AS BIGINT)`,
			u.ID, clean(u.Name), u.SHA256, len(content), clean(u.By), micros(u.At), base64.StdEncoding.EncodeToString(content), most)
		if err == nil && n == 0 {
			return fmt.Errorf("%w: %d", history.ErrFull, most)
		}
		return err
	})
}

const uploadColumns = `id, name, digest, bytes, uploaded_by, uploaded_at, `

// Uploads implements history.Store.
func (s *Store) Uploads(ctx context.Context) ([]history.Upload, error) {
	var all []history.Upload
	err := s.uploads(ctx, func(u history.Upload, _ string) { all = append(all, u) }, `SELECT `+uploadColumns+`'' FROM uploads ORDER BY uploaded_at DESC, id`)
	return all, err
}

// OpenUpload implements history.Store.
func (s *Store) OpenUpload(ctx context.Context, id string) (found history.Upload, content []byte, err error) {
	var text string
	if err := s.uploads(ctx, func(u history.Upload, c string) { found, text = u, c }, `SELECT `+uploadColumns+`content FROM uploads WHERE id = ?`, id); err != nil {
		return found, nil, err
	}
	if found.ID == "" {
		return found, nil, fmt.Errorf("%w: %q", history.ErrNoUpload, id)
	}
	content, err = base64.StdEncoding.DecodeString(text)
	return found, content, err
}

func (s *Store) uploads(ctx context.Context, each func(history.Upload, string), query string, args ...any) error {
	rows, err := s.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer closeRows(rows)
	for rows.Next() {
		var u history.Upload
		var at int64
		var content string
		if err := rows.Scan(&u.ID, &u.Name, &u.SHA256, &u.Bytes, &u.By, &at, &content); err != nil {
			return err
		}
		u.At = fromMicros(at)
		each(u, content)
	}
	return rows.Err()
}

// DeleteUpload implements history.Store.
func (s *Store) DeleteUpload(ctx context.Context, id string) error {
	return s.transact(ctx, func(t *tx) error {
		n, err := t.affected(`DELETE FROM uploads WHERE id = ?`, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: %q", history.ErrNoUpload, id)
		}
		return err
	})
}
