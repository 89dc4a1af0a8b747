package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// heldFile is a history that somebody else writes to.
func heldFile(t *testing.T) (url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "h.db")
	s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	return "sqlite://" + path
}

// Whoever waits for a file that somebody else holds gives up when nobody needs it any more, however patient it is: its clock stands still.
func TestNobodyWaitsForAFileInVain(t *testing.T) {
	url := heldFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	_, err := sqlstore.Open(ctx, url, func() time.Time {
		if asked++; asked == 2 { // it has found the file held, and looks whether to go on
			cancel()
		}
		return time.Unix(0, 0)
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 2, asked)
}

func TestAFileThatIsHeldIsNotWaitedForForever(t *testing.T) {
	url := heldFile(t)
	now := time.Unix(0, 0)
	_, err := sqlstore.Open(t.Context(), url, func() time.Time {
		now = now.Add(time.Hour)
		return now
	})
	require.ErrorContains(t, err, "database is locked")
}

// What is written waits for whoever writes, too.
func TestARunIsBegunWhenTheFileIsFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	var release func()
	asked := 0
	s, err := sqlstore.Open(t.Context(), "sqlite://"+path, func() time.Time {
		if asked++; release != nil && asked > 3 {
			release()
			release = nil
		}
		return time.Unix(0, 0)
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	held, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = held.ExecContext(t.Context(), "DELETE FROM runs")
	require.NoError(t, err)
	asked, release = 0, func() { _ = held.Rollback() }
	require.NoError(t, s.Begin(t.Context(), &probe.Run{RunID: "r"}, time.Unix(60, 0)))
	require.Nil(t, release, "it was waited for")
}
