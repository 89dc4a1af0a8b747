package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// recorded are the runs of testdata/runs, by name, with everything filled that follows from their cases.
func recorded(t *testing.T) map[string]*probe.Run {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "runs", "*.json"))
	require.NoError(t, err)
	require.Greater(t, len(paths), 10, "the recorded runs must be found")
	runs := map[string]*probe.Run{}
	for _, path := range paths {
		file, err := os.Open(path)
		require.NoError(t, err)
		run, err := probe.DecodeRun(file)
		require.NoError(t, err, path)
		require.NoError(t, file.Close())
		run.Summarize()
		runs[strings.TrimSuffix(filepath.Base(path), ".json")] = run
	}
	return runs
}

// looks are the ways to ask for a text report; each has a golden file per run.
var looks = map[string]report.Options{
	"text":    {},
	"verbose": {Verbose: true},
	"quiet":   {Quiet: true},
	"color":   {Color: true},
}

func TestText(t *testing.T) {
	text := formatNamed(t, "text")
	for name, run := range recorded(t) {
		for look, o := range looks {
			t.Run(name+"/"+look, func(t *testing.T) {
				var out bytes.Buffer
				require.NoError(t, text.Write(&out, run, o))
				golden(t, filepath.Join("testdata", "runs", name+"."+look+".golden"), out.String())
			})
		}
	}
}

func formatNamed(t *testing.T, name string) report.Format {
	t.Helper()
	for _, f := range report.Formats {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("there is no format %q", name)
	return report.Format{}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "write it with -update")
	require.Equal(t, string(want), got, path)
}
