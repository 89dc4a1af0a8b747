package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Whatever a run is made of, its tests are all well exactly where its exit code is 0.
func TestTestsAreWellWhereTheExitCodeIs0(t *testing.T) {
	verdicts := []probe.Verdict{probe.Conforms, probe.Deviates, probe.Inconclusive, probe.Blocked, probe.Skipped}
	unreadable := source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error, Message: "it is no sheet"}}
	runs := []probe.Run{{}, {Diagnostics: unreadable}, {Interrupted: true}, {Sheets: []probe.SheetResult{{Name: "Thing", Diagnostics: unreadable}}}}
	for _, a := range verdicts {
		for _, b := range verdicts {
			sheets := func() []probe.SheetResult {
				return []probe.SheetResult{{Name: "A", Cases: []probe.Result{{ID: "a/success", Verdict: a}}}, {Name: "B", Cases: []probe.Result{{ID: "b/success", Verdict: b}}}}
			}
			worse := sheets()
			worse[0].Findings = []probe.Finding{{Rule: "coverage.code-not-seen", Severity: source.Error}}
			runs = append(runs, probe.Run{Sheets: sheets()}, probe.Run{Sheets: sheets(), Interrupted: true}, probe.Run{Sheets: sheets(), Diagnostics: unreadable}, probe.Run{Sheets: worse})
		}
	}
	for i := range runs {
		run := &runs[i]
		run.Summarize()
		well, executed := true, false
		for _, test := range report.Tests(run) {
			well = well && (test.Verdict == probe.Conforms || test.Verdict == probe.Skipped)
			executed = executed || test.Verdict == probe.Conforms
			require.NotEmpty(t, test.Name)
			if test.Verdict != probe.Conforms {
				require.NotEmpty(t, test.Brief, "%+v", test)
			}
		}
		assert.Equal(t, run.ExitCode == 0, well && executed, "%+v", run)
	}
}

func TestTestsSayWhatToDo(t *testing.T) {
	run := &probe.Run{Sheets: []probe.SheetResult{{Name: "Thing", Cases: []probe.Result{
		{ID: "thing/success", Verdict: probe.Deviates, Findings: []probe.Finding{{Rule: "shape.missing", Severity: source.Error, Message: "\"id\" is missing\x1b[2J", Hint: "return it"}}},
		{ID: "thing/no-auth", Verdict: probe.Skipped, Reason: "left out"},
	}}}}
	run.Summarize()
	tests := report.Tests(run)
	require.Len(t, tests, 2)
	assert.Equal(t, "thing", tests[0].API)
	assert.Equal(t, "success", tests[0].Name)
	assert.Contains(t, tests[0].Brief, `"id" is missing\u001b[2J`)
	assert.Contains(t, tests[0].Details, "return it")
	assert.NotContains(t, tests[0].Details, "\x1b")
	assert.Equal(t, report.Test{API: "thing", Name: "no-auth", Verdict: probe.Skipped, Brief: "left out"}, tests[1])
}
