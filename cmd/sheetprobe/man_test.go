package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
)

func manPages(t *testing.T) []string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "man1")
	require.Equal(t, 0, Main(t.Context(), World{Args: []string{"man", folder}, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}))
	files, err := filepath.Glob(filepath.Join(folder, "*.1"))
	require.NoError(t, err)
	require.Greater(t, len(files), 25, "every command has a page")
	return files
}

func TestManPagesAreWithoutFault(t *testing.T) {
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		parts.Missing(t, "mandoc is not installed: whether the manual pages are well formed is not tested")
	}
	files := manPages(t)
	out, err := exec.CommandContext(t.Context(), mandoc, append([]string{"-Tlint", "-Wwarning"}, files...)...).CombinedOutput() //nolint:gosec // our own pages
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if line != "" && !strings.Contains(line, "missing date") && !strings.Contains(line, "see above the first") {
			t.Error(line)
		}
	}
	_ = err                                                                                                                                      // which the missing date alone brings about
	shown, err := exec.CommandContext(t.Context(), mandoc, "-Tutf8", filepath.Join(filepath.Dir(files[0]), "sheetprobe-run.1")).CombinedOutput() //nolint:gosec // as above
	require.NoError(t, err)
	plain := noOverstrike(string(shown))
	assert.Contains(t, plain, "--base-url URL")
	assert.Contains(t, plain, "  130  interrupted; what finished is reported")
	assert.Contains(t, plain, "sheetprobe run --resume latest")
}

// noOverstrike is what mandoc prints without its way of printing bold.
func noOverstrike(s string) string {
	var b []rune
	for _, r := range s {
		if r == '\b' && len(b) > 0 {
			b = b[:len(b)-1]
			continue
		}
		b = append(b, r)
	}
	return string(b)
}

func TestManPageEscapes(t *testing.T) {
	assert.Equal(t, `\&.TH \e \-\-x`+"\n"+`\&'b`, roff(".TH \\ --x\n'b"))
}

func TestManPagesAreTheSameEveryTime(t *testing.T) {
	again := manPages(t)
	for i, file := range manPages(t) {
		first, err := os.ReadFile(file)
		require.NoError(t, err)
		second, err := os.ReadFile(again[i])
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	}
}
