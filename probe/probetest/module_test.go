package probetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The example is a program of its own for whoever imports the house: it is built and run here in another module, as theirs is.
func TestFromAnotherModule(t *testing.T) {
	place := t.TempDir()
	require.NoError(t, os.CopyFS(place, os.DirFS("../../examples/library")))
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	sum, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	const house = "github.com/sheetprobe/sheetprobe"
	text := strings.Replace(string(mod), "module "+house, "module consumer.example", 1)
	require.NotContains(t, text, "module "+house)
	text += "\nrequire " + house + " v0.0.0\n\nreplace " + house + " => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(place, "go.mod"), []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(place, "go.sum"), sum, 0o600))

	cmd := exec.CommandContext(t.Context(), "go", "test", "-v", ".")
	cmd.Dir, cmd.Env = place, append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestPickup/book-a-pickup/success")
}

// What the page shows is what runs.
func TestThePageShowsTheExample(t *testing.T) {
	page, err := os.ReadFile("../../examples/library/README.md")
	require.NoError(t, err)
	program, err := os.ReadFile("../../examples/library/pickup_test.go")
	require.NoError(t, err)
	_, function, found := strings.Cut(string(program), "\nfunc ")
	require.True(t, found)
	require.Contains(t, string(page), "```go\nfunc "+function+"```")
}
