package sqlstore

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkOpen tells what it takes to make a new history, and to open one that is there.
func BenchmarkOpen(b *testing.B) {
	for name, file := range map[string]func(n int) string{
		"new":   func(n int) string { return fmt.Sprint(n, ".db") },
		"known": func(int) string { return "h.db" },
	} {
		b.Run(name, func(b *testing.B) {
			folder := b.TempDir()
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				s, err := Open(b.Context(), "sqlite://"+filepath.Join(folder, file(n)), time.Now)
				require.NoError(b, err)
				require.NoError(b, s.Close())
			}
		})
	}
}
