package native

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/sheettest"
)

// documents lists the documents of testdata.
func documents(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.yaml", "*.json"} {
		found, err := filepath.Glob(filepath.Join("testdata", pattern))
		require.NoError(t, err)
		for _, name := range found {
			if !strings.HasSuffix(name, ".golden.json") {
				names = append(names, name)
			}
		}
	}
	require.Greater(t, len(names), 20, "the test must find its documents")
	return names
}

func readFile(t testing.TB, name string) sheet.Input {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return sheet.Input{Name: filepath.Base(name), Data: data}
}

func suite(t testing.TB) sheettest.Suite {
	return sheettest.Suite{Format: Format, Documents: sheettest.Documents(t, "*.[yj]*"), Hints: true}
}

func TestReadGolden(t *testing.T) { suite(t).Golden(t) }

func TestOneAPI(t *testing.T) { suite(t).OneAPI(t) }
