package report_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/spool"
)

// A run whose results are kept elsewhere is told as one that is in memory.
func TestLeanRunsAreToldAsWholeOnes(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "runs", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		run, err := probe.DecodeRun(bytes.NewReader(readFile(t, path)))
		require.NoError(t, err)
		run.Summarize() // the older ones count otherwise
		t.Run(filepath.Base(path), func(t *testing.T) { toldAlike(t, run) })
	}
}

func TestGeneratedRunsAreToldLeanAsWhole(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			var text bytes.Buffer
			require.NoError(t, generator{rand.New(rand.NewPCG(seed, 10))}.run().Encode(&text)) //nolint:gosec // each time the same
			run, err := probe.DecodeRun(&text)                                                 // as it can be told at all
			require.NoError(t, err)
			toldAlike(t, run)
		})
	}
}

func toldAlike(t *testing.T, run *probe.Run) {
	t.Helper()
	lean, kept := leanOf(t, run)
	for _, format := range report.Formats {
		for name, o := range map[string]report.Options{"plain": {}, "quiet": {Quiet: true}, "verbose": {Verbose: true}, "shown": {Show: true}} {
			if format.Streams == nil || !format.Streams(o) || format.Name != "text" && name != "plain" {
				continue
			}
			var want, got bytes.Buffer
			require.NoError(t, format.Write(&want, run, o))
			o.Results = kept
			require.NoError(t, format.Write(&got, lean, o))
			if at := firstDifference(want.Bytes(), got.Bytes()); at >= 0 {
				t.Errorf("%s, %s: at byte %d\n  whole %.600q\n  lean  %.600q", format.Name, name, at, want.Bytes()[max(at-300, 0):], got.Bytes()[max(at-300, 0):])
			}
		}
	}
}

// firstDifference is the first place at which two texts differ; -1 where they do not.
func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

func leanOf(t *testing.T, run *probe.Run) (*probe.Run, *spool.Spool) {
	t.Helper()
	kept := spool.New(t.TempDir())
	t.Cleanup(func() { assert.NoError(t, kept.Close()) })
	lean := *run
	lean.Sheets = make([]probe.SheetResult, len(run.Sheets))
	for i := range run.Sheets {
		require.NoError(t, kept.Put(i, &run.Sheets[i], nil))
		lean.Sheets[i] = report.Lean(&run.Sheets[i])
	}
	lean.Summarize()
	assert.Equal(t, run.Summary, lean.Summary)
	assert.Equal(t, run.ExitCode, lean.ExitCode)
	assert.Equal(t, run.ExitCodeOfTheRest(), lean.ExitCodeOfTheRest())
	return &lean, kept
}
