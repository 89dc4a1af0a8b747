package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where the results of a run cannot be kept until they are reported, nothing half is told, the history has what finished, and the message says where
// there is no room.
func TestARunWhoseResultsDoNotFit(t *testing.T) {
	large := `{"order":"abc","note":"` + strings.Repeat("x", 1<<20) + `"}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, large)
	}))
	t.Cleanup(server.Close)
	dir, place := t.TempDir(), t.TempDir()
	writeOrders(t, dir, 3, 9)
	gone := filepath.Join(place, "gone")
	t.Setenv("TMPDIR", gone)
	t.Setenv("TMP", gone)
	report, db := filepath.Join(place, "run.json"), "sqlite://"+filepath.Join(place, "h.db")
	var said bytes.Buffer
	args := []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--concurrency", "1", "--db", db, "--report", "json=" + report}
	code := Main(t.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: &said})
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, said.String(), gone)
	assert.Contains(t, said.String(), "TMPDIR")
	assert.NoFileExists(t, report)
	var listed bytes.Buffer
	require.Equal(t, exitConforms, Main(t.Context(), World{Args: []string{"history", "-o", "json", "--db", db}, In: strings.NewReader(""), Out: &listed, Err: os.Stderr}))
	assert.Contains(t, listed.String(), `"cases": 30`, "those that finished, and those that were left out then")
}
