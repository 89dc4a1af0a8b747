package sqlstore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

func TestAFileIsServedByOneProcess(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "h.db"), filepath.Join(dir, "link.db")
	require.NoError(t, os.Symlink(path, link))
	open := func(path string) *sqlstore.Store {
		s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	release, err := open(path).Alone(t.Context())
	require.NoError(t, err)
	_, err = open(link).Alone(t.Context())
	require.ErrorIs(t, err, sqlstore.ErrServed)
	other, err := open(filepath.Join(dir, "other.db")).Alone(t.Context())
	require.NoError(t, err)
	t.Cleanup(other)
	release()
	release, err = open(path).Alone(t.Context())
	require.NoError(t, err, "whoever held it is gone")
	release()
}

func TestTablesOfALaterProgramAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.ErrorContains(t, err, "a newer sheetprobe has written it (its tables are of version 9999, and this program knows ")
}
