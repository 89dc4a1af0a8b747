package report_test

import (
	"bytes"
	"os"
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
		file, err := os.Open(path)
		require.NoError(t, err)
		run, err := probe.DecodeRun(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		run.Summarize() // the older ones count otherwise
		lean, kept := leanOf(t, run)
		for _, format := range report.Formats {
			for name, o := range map[string]report.Options{"plain": {}, "quiet": {Quiet: true}, "verbose": {Verbose: true}, "shown": {Show: true}} {
				if format.Streams == nil || !format.Streams(o) {
					continue
				}
				t.Run(filepath.Base(path)+"/"+format.Name+"/"+name, func(t *testing.T) {
					var want, got bytes.Buffer
					require.NoError(t, format.Write(&want, run, o))
					o.Results = kept
					require.NoError(t, format.Write(&got, lean, o))
					assert.Equal(t, want.String(), got.String())
				})
			}
		}
	}
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
