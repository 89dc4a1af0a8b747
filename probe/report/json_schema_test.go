package report_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/report/reporttest"
	"github.com/sheetprobe/sheetprobe/schema"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// The published schema says what the types say.
func TestSchemaSaysWhatTheTypesSay(t *testing.T) {
	golden(t, "run.schema.json", reporttest.SchemaOf(t, reporttest.Types{
		Root:     "Run",
		Title:    "The JSON report of a sheetprobe run, schema_version " + probe.SchemaVersion,
		Packages: map[string]string{"": filepath.Join("..", "*.go"), "schema.": filepath.Join("..", "..", "schema", "*.go"), "source.": filepath.Join("..", "..", "schema", "source", "*.go")},
		Closed:   []string{"Verdict", "source.Severity", "Blame", "Outcome"},
	}))
}

// Reports are valid, by the oracle and by the validator of the product; what is no report is not.
func TestReportsAreValid(t *testing.T) {
	runs := recorded(t)
	delete(runs, "hostile") // it holds what no version of the program writes
	runs["every verdict"] = summarized(reporttest.EveryVerdict())
	ours, err := schema.CompileSchema(report.JSONSchema(), source.Span{})
	require.NoError(t, err)
	valid := func(text string) int {
		v, _, err := nearjson.ParseStrict(source.Unplaced(text))
		require.NoError(t, err)
		found, err := ours.Check(v)
		require.NoError(t, err)
		return len(found)
	}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			text := encoded(t, run)
			reporttest.ValidReport(t, []byte(text))
			assert.Zero(t, valid(text))
			broken := strings.Replace(text, `"verdict": "`, `"verdict": "almost `, 1)
			assert.NotZero(t, valid(broken))
			require.Error(t, reporttest.CheckReport(t, []byte(broken)))
		})
	}
	require.Error(t, reporttest.CheckReport(t, []byte(strings.Replace(encoded(t, runs["well"]), `"run_id"`, `"run_idea"`, 1))), "the tests admit no member that the schema does not know")
}
