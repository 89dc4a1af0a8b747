package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
)

// TestNightlyFilesCanBeUsed looks at what stands beside the page of the example and cannot be run by a test: its commands are ours, with flags that there
// are, and systemd takes its units.
func TestNightlyFilesCanBeUsed(t *testing.T) {
	for name, want := range map[string]int{"crontab": 2, "sheetprobe.service": 1} {
		text := readNightly(t, name)
		found := 0
		for line := range strings.SplitSeq(text, "\n") {
			at := strings.Index(line, "sheetprobe run ")
			if at < 0 {
				at = strings.Index(line, "sheetprobe history ")
			}
			if at < 0 || strings.HasPrefix(line, "#") {
				continue
			}
			found++
			cmd, rest, err := newRoot(World{}).Find(strings.Fields(line[at:])[1:])
			require.NoError(t, err, line)
			require.NoError(t, cmd.ParseFlags(rest), line)
		}
		require.Equal(t, want, found, name)
	}
}

func TestSystemdTakesTheNightlyUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		parts.Missing(t, "systemd-analyze is not installed (systemd): whether the units of examples/nightly are right is not tested")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	var paths []string
	for _, name := range []string{"sheetprobe.service", "sheetprobe.timer"} {
		unit := strings.ReplaceAll(readNightly(t, name), "/usr/local/bin/sheetprobe", self)
		paths = append(paths, filepath.Join(dir, name))
		require.NoError(t, os.WriteFile(paths[len(paths)-1], []byte(unit), 0o600))
	}
	out, err := exec.CommandContext(t.Context(), analyze, append([]string{"verify"}, paths...)...).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out))
}

func readNightly(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "nightly", name))
	require.NoError(t, err)
	return string(text)
}
