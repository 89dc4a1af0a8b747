package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// The cases of a large API leave the memory before it ends; the history has them whole all the same.
func TestTheHistoryHoldsWhatTheReportSays(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"order":%q}`, strings.Repeat(r.URL.Path, 20))
	}))
	defer server.Close()
	for name, rows := range map[string]int{"small": 5, "large": 600} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeOrders(t, dir, 2, rows)
			db, report := "sqlite://"+filepath.Join(t.TempDir(), "h.db"), filepath.Join(t.TempDir(), "run.json")
			args := []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--db", db, "-q", "--report", "json=" + report}
			require.Equal(t, exitDeviates, Main(t.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}))
			file, err := os.Open(report) //nolint:gosec // made above
			require.NoError(t, err)
			defer func() { _ = file.Close() }()
			said, err := probe.DecodeRun(file)
			require.NoError(t, err)
			store, err := sqlstore.Open(t.Context(), db, time.Now)
			require.NoError(t, err)
			defer func() { _ = store.Close() }()
			entry, err := history.Find(t.Context(), store, history.Latest)
			require.NoError(t, err)
			kept, err := store.Load(t.Context(), entry.RunID)
			require.NoError(t, err)
			require.Len(t, kept.Sheets, 2)
			require.Len(t, kept.Sheets[0].Cases, rows+1)
			var a, b bytes.Buffer
			require.NoError(t, said.Encode(&a))
			require.NoError(t, kept.Encode(&b))
			require.True(t, bytes.Equal(a.Bytes(), b.Bytes()), "the two differ")
		})
	}
}
