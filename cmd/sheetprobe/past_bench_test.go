package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkRun tells what keeping a run costs: one run of 2,000 cases against a server that answers at once.
func BenchmarkRun(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"order":"abc"}`)
	}))
	b.Cleanup(server.Close)
	dir := b.TempDir()
	writeOrders(b, dir, 20, 99)
	for _, kept := range []string{"none", "sqlite"} {
		b.Run(kept, func(b *testing.B) {
			for n := range b.N {
				db := noDatabase
				if kept == "sqlite" {
					db = "sqlite://" + filepath.Join(b.TempDir(), fmt.Sprintf("%d.db", n))
				}
				args := []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--negatives", "none", "--db", db, "-q"}
				if code := Main(b.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}); code != exitDeviates {
					b.Fatalf("exit code %d", code)
				}
			}
			b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}
