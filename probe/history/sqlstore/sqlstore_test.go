//go:build unix

package sqlstore_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe/access"
	"github.com/sheetprobe/sheetprobe/probe/access/accesstest"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
	"github.com/sheetprobe/sheetprobe/probe/ledger"
	"github.com/sheetprobe/sheetprobe/probe/ledger/ledgertest"
	"github.com/sheetprobe/sheetprobe/probe/notify"
	"github.com/sheetprobe/sheetprobe/probe/notify/notifytest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

func opener(url func(t *testing.T) string) func(t *testing.T) func(func() time.Time) history.Store {
	return func(t *testing.T) func(func() time.Time) history.Store {
		t.Helper()
		at := url(t)
		return func(now func() time.Time) history.Store {
			s, err := sqlstore.Open(t.Context(), at, now)
			require.NoError(t, err)
			return s
		}
	}
}

func TestSQLiteConforms(t *testing.T) {
	open := opener(func(t *testing.T) string {
		t.Helper()
		return "sqlite://" + filepath.Join(t.TempDir(), "a folder", "what? #1%.db")
	})
	historytest.Conform(t, open)
	accesstest.Conform(t, accessOf(open))
	notifytest.Conform(t, alertsOf(open))
	ledgertest.Conform(t, ledgerOf(open))
}

func TestPostgresConforms(t *testing.T) {
	server := postgres.Start(t)
	var n atomic.Int32
	open := opener(func(t *testing.T) string {
		t.Helper()
		name := fmt.Sprintf("test_%d", n.Add(1))
		db, err := sql.Open("pgx", server)
		require.NoError(t, err)
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
		require.NoError(t, err)
		return strings.Replace(server, "/postgres?", "/"+name+"?", 1)
	})
	historytest.Conform(t, open)
	accesstest.Conform(t, accessOf(open))
	notifytest.Conform(t, alertsOf(open))
	ledgertest.Conform(t, ledgerOf(open))
}

// accessOf opens the access store of a database.
func accessOf(open func(t *testing.T) func(func() time.Time) history.Store) func(t *testing.T) func() access.Store {
	return func(t *testing.T) func() access.Store {
		t.Helper()
		opened := open(t)
		return func() access.Store {
			s, ok := opened(time.Now).(*sqlstore.Store)
			require.True(t, ok)
			t.Cleanup(func() { _ = s.Close() })
			return s.Access()
		}
	}
}

func alertsOf(open func(t *testing.T) func(func() time.Time) history.Store) func(t *testing.T) func() notify.Store {
	return func(t *testing.T) func() notify.Store {
		t.Helper()
		reopen := open(t)
		return func() notify.Store {
			s, ok := reopen(time.Now).(*sqlstore.Store)
			require.True(t, ok)
			t.Cleanup(func() { _ = s.Close() })
			return s.Alerts()
		}
	}
}

func ledgerOf(open func(t *testing.T) func(func() time.Time) history.Store) func(t *testing.T) func() ledger.Store {
	return func(t *testing.T) func() ledger.Store {
		t.Helper()
		reopen := open(t)
		return func() ledger.Store {
			s, ok := reopen(time.Now).(*sqlstore.Store)
			require.True(t, ok)
			t.Cleanup(func() { _ = s.Close() })
			return s.Ledger()
		}
	}
}

// Whoever changes a record in the database, or takes one out, is found out by the next who reads or adds.
func TestAChangedLedgerIsNoticed(t *testing.T) {
	for name, change := range map[string]string{
		"changed":        `UPDATE signoff_records SET made_by = 'eve' WHERE number = 2`,
		"a changed body": `UPDATE signoff_records SET body = '{"x":2}' WHERE number = 1`,
		"left out":       `DELETE FROM signoff_records WHERE number = 1`,
		"not JSON":       `UPDATE signoff_records SET body = '{' WHERE number = 3`,
		"cut off":        `DELETE FROM signoff_records WHERE number = 3`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "h.db")
			s, err := sqlstore.Open(t.Context(), "sqlite://"+path, time.Now)
			require.NoError(t, err)
			defer func() { _ = s.Close() }()
			book := ledger.New(s.Ledger(), time.Now)
			for i := range int64(3) {
				require.NoError(t, book.Append(t.Context(), i, ledger.Entry{Kind: "waiver", By: "ada", Body: map[string]int{"x": 1}}))
			}
			_, err = book.Records(t.Context())
			require.NoError(t, err)
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			defer func() { _ = db.Close() }()
			_, err = db.ExecContext(t.Context(), change)
			require.NoError(t, err)
			if name == "cut off" { // a reader who starts anew cannot know; who has read it does
				require.ErrorIs(t, book.Append(t.Context(), 2, ledger.Entry{}), ledger.ErrBroken)
				return
			}
			_, err = ledger.New(s.Ledger(), time.Now).Records(t.Context())
			require.ErrorIs(t, err, ledger.ErrBroken)
		})
	}
}

func TestWhatIsNoDatabaseIsRefusedWithoutItsPassword(t *testing.T) {
	for name, test := range map[string]struct{ url, says string }{
		"no scheme":      {"history.db", "sqlite://PATH"},
		"unknown scheme": {"mysql://root:hunter22@127.0.0.1/x", `"mysql://"`},
		"no path":        {"sqlite://", "lacks the path"},
		"nobody there":   {"postgres://u:hunter22@127.0.0.1:1/x?sslmode=disable", "refused"},
		"a bad URL":      {"postgres://u:hunter22%@127.0.0.1/x", "cannot be read"},
		"a folder":       {"sqlite:///", ""},
		"not a database": {"sqlite://sqlstore_test.go", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "not a database" {
				path := filepath.Join(t.TempDir(), "text.db")
				require.NoError(t, writeText(path))
				test.url = "sqlite://" + path
			}
			_, err := sqlstore.Open(t.Context(), test.url, time.Now)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "hunter22")
		})
	}
}

func writeText(path string) error {
	return os.WriteFile(path, []byte(strings.Repeat("this is no database\n", 100)), 0o600)
}
