package sqlstore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

// fill keeps runs with answers that are all different.
func fill(t testing.TB, s *Store, runs int) {
	t.Helper()
	for n := range runs {
		run := historytest.Run(fmt.Sprintf("run-%03d", n), time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC), 4, 20, nil)
		for i := range run.Sheets {
			for k := range run.Sheets[i].Cases {
				run.Sheets[i].Cases[k].Title = strings.Repeat(fmt.Sprintf("%d %d %d ", n, i, k), 200)
			}
		}
		require.NoError(t, s.Import(t.Context(), run))
	}
}

// sizeOf is that of the file with what has not been brought into it yet.
func sizeOf(t testing.TB, path string) (size int64) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	require.Positive(t, size)
	return size
}

func TestWhatIsPrunedMakesTheFileSmaller(t *testing.T) {
	for name, before := range map[string]string{"a file of today": "", "one of before it was thought of": "PRAGMA auto_vacuum = 0; VACUUM"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "h.db")
			s, err := Open(t.Context(), "sqlite://"+path, time.Now)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			for statement := range strings.SplitSeq(before, ";") {
				_, err := s.write.ExecContext(t.Context(), statement)
				require.NoError(t, err)
			}
			var mode int
			require.NoError(t, s.write.QueryRowContext(t.Context(), "PRAGMA auto_vacuum").Scan(&mode))
			require.Equal(t, before == "", mode == vacuumIncremental)
			fill(t, s, 40)
			full := sizeOf(t, path)
			n, err := s.Prune(t.Context(), history.Retention{Beyond: 10, DryRun: true})
			require.NoError(t, err)
			require.Equal(t, 30, n)
			require.GreaterOrEqual(t, sizeOf(t, path), full)
			n, err = s.Prune(t.Context(), history.Retention{Beyond: 10})
			require.NoError(t, err)
			require.Equal(t, 30, n)
			assert.Less(t, sizeOf(t, path), full/2)
			kept, err := s.List(t.Context(), history.Query{})
			require.NoError(t, err)
			require.Len(t, kept, 10)
			assert.Equal(t, "run-039", kept[0].RunID)
			_, err = s.Load(t.Context(), "run-030")
			require.NoError(t, err)
		})
	}
}
