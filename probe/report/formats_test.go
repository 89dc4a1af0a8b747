package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
)

// readers read every format back, each with code of its own.
var readers = map[string]reporttest.Reader{
	"text":       {Read: readTotals, Whole: true},
	"json":       {Read: readRun, TellsRed: true},
	"letter":     {Read: readLetter, Whole: true},
	"junit":      {Read: readJUnit, TellsRed: true},
	"ctrf":       {Read: readCTRF, TellsRed: true},
	"markdown":   {Read: readTotals, Inert: inertMarkdown, Whole: true, MaxBytes: 32 << 10},
	"sarif":      {Read: readSARIF},
	"har":        {Read: readHAR},
	"prometheus": {Read: readPrometheus, TellsRed: true},
	"html":       {Read: readPage},
	"bundle":     {Read: readBundle, Binary: true, Whole: true},
}

func TestFormatsConform(t *testing.T) {
	require.NotEmpty(t, report.Formats)
	runs := recorded(t)
	for _, f := range report.Formats {
		t.Run(f.Name, func(t *testing.T) {
			require.Contains(t, readers, f.Name, "write a reader for the format")
			require.NotEmpty(t, f.About)
			reporttest.Conform(t, f, readers[f.Name], runs)
		})
	}
}

// Each format has one golden file, of a run that holds something of everything.
func TestFormatsAreWrittenAsBefore(t *testing.T) {
	run := reporttest.EveryVerdict()
	run.Summarize()
	for _, f := range report.Formats {
		if f.Binary || f.Name == "json" || f.Name == "html" { // each has tests of its own
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			golden(t, filepath.Join("testdata", "formats", "every-verdict."+f.Name), written(t, f, run, report.Options{}))
		})
	}
}

// said is a reader of formats that tell no numbers.
func said() reporttest.Counts {
	const no = reporttest.Unsaid
	return reporttest.Counts{Cases: no, Conforms: no, Deviates: no, Inconclusive: no, Blocked: no, Skipped: no, Findings: no}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func verdicts(n map[probe.Verdict]int) reporttest.Counts {
	c := reporttest.Counts{Conforms: n[probe.Conforms], Deviates: n[probe.Deviates], Inconclusive: n[probe.Inconclusive], Blocked: n[probe.Blocked], Skipped: n[probe.Skipped]}
	c.Cases = c.Conforms + c.Deviates + c.Inconclusive + c.Blocked + c.Skipped
	return c
}

// readBundle reads the run that an evidence bundle holds.
func readBundle(t *testing.T, out []byte) reporttest.Counts {
	t.Helper()
	c := readRun(t, []byte(unzipped(t, out)["run.json"]))
	c.Red = false
	return c
}
