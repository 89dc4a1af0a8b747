package probe

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// sheetOf is a sheet with a case of each verdict.
func sheetOf(verdicts ...Verdict) SheetResult {
	s := SheetResult{}
	for _, v := range verdicts {
		s.Cases = append(s.Cases, Result{Verdict: v})
	}
	return s
}

func diagnosed(s SheetResult, severity source.Severity) SheetResult {
	s.Diagnostics = source.Diagnostics{{Severity: severity}}
	return s
}

func TestSummarizeVerdictAndExitCode(t *testing.T) {
	unreadable := source.Diagnostics{{Rule: "sheet.unreadable", Severity: source.Error}}
	tests := []struct {
		name    string
		run     Run
		verdict Verdict
		exit    int
	}{
		{"no sheet at all", Run{}, Skipped, ExitUnusable},
		{"only a document without a sheet", Run{Diagnostics: unreadable}, Blocked, ExitUnusable},
		{"only a sheet without cases", Run{Sheets: []SheetResult{sheetOf()}}, Skipped, ExitUnusable},
		{"only a sheet without cases, for an error", Run{Sheets: []SheetResult{diagnosed(sheetOf(), source.Error)}}, Blocked, ExitUnusable},
		{"all conform", Run{Sheets: []SheetResult{sheetOf(Conforms, Conforms), sheetOf(Conforms)}}, Conforms, ExitConforms},
		{"conforms, the rest left out", Run{Sheets: []SheetResult{sheetOf(Conforms, Skipped), sheetOf(Skipped)}}, Conforms, ExitConforms},
		{"everything left out", Run{Sheets: []SheetResult{sheetOf(Skipped, Skipped), sheetOf(Skipped)}}, Skipped, ExitUnusable},
		{"everything blocked", Run{Sheets: []SheetResult{sheetOf(Blocked, Blocked)}}, Blocked, ExitUnusable},
		{"blocked and left out", Run{Sheets: []SheetResult{sheetOf(Blocked, Skipped)}}, Blocked, ExitUnusable},
		{"one blocked among conforming", Run{Sheets: []SheetResult{sheetOf(Conforms, Blocked), sheetOf(Conforms)}}, Blocked, ExitUnusable},
		{"inconclusive", Run{Sheets: []SheetResult{sheetOf(Inconclusive, Skipped)}}, Inconclusive, ExitInconclusive},
		{"inconclusive beside conforming", Run{Sheets: []SheetResult{sheetOf(Conforms), sheetOf(Inconclusive)}}, Inconclusive, ExitInconclusive},
		{"3 wins over 4", Run{Sheets: []SheetResult{sheetOf(Inconclusive), sheetOf(Blocked)}}, Blocked, ExitUnusable},
		{"1 wins over 3 and 4", Run{Sheets: []SheetResult{sheetOf(Inconclusive), sheetOf(Blocked), sheetOf(Deviates), sheetOf(Conforms)}}, Deviates, ExitDeviates},
		{"1 wins over a document without a sheet", Run{Diagnostics: unreadable, Sheets: []SheetResult{sheetOf(Deviates)}}, Deviates, ExitDeviates},
		{"a document without a sheet beside conforming", Run{Diagnostics: unreadable, Sheets: []SheetResult{sheetOf(Conforms)}}, Blocked, ExitUnusable},
		{"a document without a sheet wins over inconclusive", Run{Diagnostics: unreadable, Sheets: []SheetResult{sheetOf(Inconclusive)}}, Blocked, ExitUnusable},
		{"a remark about a document changes nothing", Run{Diagnostics: source.Diagnostics{{Severity: source.Warning}}, Sheets: []SheetResult{sheetOf(Conforms)}}, Conforms, ExitConforms},
		{"errors of a sheet that ran change nothing", Run{Sheets: []SheetResult{diagnosed(sheetOf(Conforms), source.Error)}}, Conforms, ExitConforms},
		{"interrupted while all is well", Run{Interrupted: true, Sheets: []SheetResult{sheetOf(Conforms, Skipped)}}, Conforms, ExitInterrupted},
		{"interrupted after a deviation", Run{Interrupted: true, Sheets: []SheetResult{sheetOf(Deviates)}}, Deviates, ExitInterrupted},
		{"interrupted before anything", Run{Interrupted: true}, Skipped, ExitInterrupted},
		{"an unknown verdict never conforms", Run{Sheets: []SheetResult{sheetOf("perhaps")}}, Skipped, ExitUnusable},
	}
	require.NotEmpty(t, tests)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run := tt.run
			run.Verdict, run.ExitCode = "stale", 99
			run.Summarize()
			assert.Equal(t, tt.verdict, run.Verdict)
			assert.Equal(t, tt.exit, run.ExitCode)
		})
	}
}

// Whatever the verdicts, the exit code is 0 only where something conforms and nothing deviates, is blocked or inconclusive.
func TestSummarizeExitCodeOfEveryPair(t *testing.T) {
	verdicts := []Verdict{Conforms, Deviates, Inconclusive, Blocked, Skipped}
	for _, a := range verdicts {
		for _, b := range verdicts {
			together := Run{Sheets: []SheetResult{sheetOf(a, b)}}
			apart := Run{Sheets: []SheetResult{sheetOf(b), sheetOf(a)}}
			together.Summarize()
			apart.Summarize()
			assert.Equal(t, together.ExitCode, apart.ExitCode, "%s and %s", a, b)
			well := func(v Verdict) bool { return v == Conforms || v == Skipped }
			assert.Equal(t, well(a) && well(b) && (a == Conforms || b == Conforms), together.ExitCode == ExitConforms, "%s and %s", a, b)
		}
	}
}

func TestSummarizeCounts(t *testing.T) {
	answered := &Exchange{Attempts: []Attempt{{}}, Response: &RecordedResponse{}}
	retried := &Exchange{Attempts: []Attempt{{Phase: PhaseFirstByte, Rule: "transport.timeout"}, {}}, Response: &RecordedResponse{}}
	refused := &Exchange{Attempts: []Attempt{{Phase: PhaseConnect, Rule: "transport.refused"}, {Phase: PhaseDNS, Rule: "transport.dns"}}}
	imported := &Exchange{Response: &RecordedResponse{}}
	run := Run{Sheets: []SheetResult{
		{Cases: []Result{{Verdict: Conforms, Checks: 7, Exchange: answered}, {Verdict: Deviates, Checks: 5, Exchange: retried}}},
		{Cases: []Result{{Verdict: Inconclusive, Exchange: refused}, {Verdict: Blocked}, {Verdict: Skipped}, {Verdict: Conforms, Checks: 1, Exchange: imported}}},
	}}
	want := Summary{
		Sheets: 2, Cases: 6, Conforms: 2, Deviates: 1, Inconclusive: 1, Blocked: 1, Skipped: 1,
		RequestsSent:   4, // one, two with the repetition, none that met no server, one that was imported
		ChecksExecuted: 13,
	}
	run.Summarize()
	assert.Equal(t, want, run.Summary)
	run.Summarize()
	assert.Equal(t, want, run.Summary, "a second time gives the same")
	assert.Equal(t, []Verdict{Deviates, Blocked}, []Verdict{run.Sheets[0].Verdict, run.Sheets[1].Verdict})
}
