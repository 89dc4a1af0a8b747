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
	for name, want := range map[string]int{"nightly/crontab": 2, "nightly/sheetprobe.service": 1, "serve/sheetprobe.service": 1} {
		text := readExample(t, name)
		found := 0
		for line := range strings.SplitSeq(text, "\n") {
			at := -1
			for _, verb := range []string{"run", "history", "serve"} {
				at = max(at, strings.Index(line, "sheetprobe "+verb+" "))
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

func TestSystemdTakesTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		parts.Missing(t, "systemd-analyze is not installed (systemd): whether the units of the examples are right is not tested")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for _, units := range [][]string{{"nightly/sheetprobe.service", "nightly/sheetprobe.timer"}, {"serve/sheetprobe.service"}} {
		dir, args := t.TempDir(), []string{"verify"}
		for _, name := range units {
			unit := strings.ReplaceAll(readExample(t, name), "/usr/local/bin/sheetprobe", self)
			path := filepath.Join(dir, filepath.Base(name))
			require.NoError(t, os.WriteFile(path, []byte(unit), 0o600))
			args = append(args, path)
		}
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		require.NoError(t, err, string(out))
		require.Empty(t, string(out))
	}
}

func readExample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	require.NoError(t, err)
	return string(text)
}
