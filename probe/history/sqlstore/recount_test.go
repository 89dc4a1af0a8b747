//go:build unix

package sqlstore_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

func TestRunsOfEarlierVersionsGetTheirNights(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (address, driver, source string){
		"SQLite": func(t *testing.T) (string, string, string) {
			t.Helper()
			path := filepath.Join(t.TempDir(), "h.db")
			return "sqlite://" + path, "sqlite", (&url.URL{Scheme: "file", Opaque: path}).String()
		},
		"PostgreSQL": func(t *testing.T) (string, string, string) {
			t.Helper()
			address := postgres.Start(t)
			return address, "pgx", address
		},
	} {
		t.Run(name, func(t *testing.T) {
			address, driver, source := open(t)
			s, err := sqlstore.Open(t.Context(), address, time.Now)
			require.NoError(t, err)
			defer func() { _ = s.Close() }()
			for i := range 3 {
				run := historytest.Run(fmt.Sprint("r", i), time.Unix(int64(i), 0), 2, 3, map[string]string{"api-1/case-1": "shape.type"})
				run.Sheets[0].Timings = &probe.Timings{Samples: 3, P50: 1.5, Max: 2}
				require.NoError(t, s.Finish(t.Context(), run))
			}
			look := func() []history.Night {
				var all []history.Night
				for _, slug := range []string{"api-0", "api-1"} {
					some, err := s.Nights(t.Context(), history.Query{API: slug})
					require.NoError(t, err)
					all = append(all, some...)
				}
				return all
			}
			want := look()
			require.Len(t, want, 6)
			forgetNights(t, driver, source)
			require.Empty(t, look())
			for _, n := range []int{2, 1, 0} {
				made, err := s.Recount(t.Context(), 2)
				require.NoError(t, err)
				require.Equal(t, n, made)
			}
			require.Equal(t, want, look())
		})
	}
}

func forgetNights(t *testing.T, driver, source string) {
	t.Helper()
	db, err := sql.Open(driver, source)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	for _, statement := range []string{`DELETE FROM nights`, `UPDATE runs SET has_nights = 0`} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}
