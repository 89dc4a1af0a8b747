package serve

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe/history/sqlstore"
)

// TestNoQuestionIsAnErrorOfTheServer asks what no store can hold.
func TestNoQuestionIsAnErrorOfTheServer(t *testing.T) {
	for name, address := range map[string]func() string{
		"SQLite":     func() string { return "sqlite://" + filepath.Join(t.TempDir(), "h.db") },
		"PostgreSQL": func() string { return postgres.Start(t) },
	} {
		t.Run(name, func(t *testing.T) {
			store, err := sqlstore.Open(t.Context(), address(), time.Now)
			require.NoError(t, err)
			t.Cleanup(func() { _ = store.Close() })
			b := newBench(t, store, nil, nightly())
			for _, path := range []string{
				"/runs?schedule=%00", "/runs?schedule=%00&%zz", "/runs?schedule=%ff", "/runs/%00", "/runs/%ff%fe", "/compare?before=%00&now=%ff", "/apis/%00", "/apis/%ff", "/sheets/%00", "/?text=%00", "/?text=%ff", "/?page=99999999",
				"/runs?before=0001-01-01T00:00:00Z", "/runs?before=9999-12-31T23:59:59Z", "/api/v1/runs?schedule=%00", "/api/v1/runs?since=9999-12-31T23:59:59Z", "/api/v1/runs/%00", "/api/v1/runs/%00/report", "/api/v1/runs/%ff/report",
				"/api/v1/apis?text=%00", "/api/v1/apis/%00", "/api/v1/apis/%ff", "/api/v1/compare?before=%00&now=%00", "/api/v1/sheets/%00", "/api/v1/sheets/%ff",
			} {
				w := b.ask(http.MethodGet, path, nil, "")
				assert.Less(t, w.Code, 500, "%s: %s", path, w.Body)
			}
		})
	}
}
