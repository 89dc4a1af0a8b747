package evidence_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// TestARecordThatWasWrittenOverIsFound: whoever edits a run, counts everything anew and has it signed by people who trust them, is found by everybody
// who has the sheet.
func TestARecordThatWasWrittenOverIsFound(t *testing.T) {
	negative := func(s *probe.SheetResult) *probe.Result {
		return &s.Cases[slices.IndexFunc(s.Cases, func(c probe.Result) bool { return c.Family == probe.FamilyUnknownPath })]
	}
	for name, tt := range map[string]struct {
		alter func(run *probe.Run, s *probe.SheetResult)
		says  string
	}{
		"a case is gone": {func(_ *probe.Run, s *probe.SheetResult) {
			s.Cases = slices.DeleteFunc(s.Cases, func(c probe.Result) bool { return c.Family == probe.FamilyUnknownPath })
		}, "find-a-pickup-point/unknown-path/v1id: the sheet leads to it, and the record does not hold it"},
		"a case stands twice": {func(_ *probe.Run, s *probe.SheetResult) { s.Cases = append(s.Cases, s.Cases[0]) }, "it stands there twice"},
		"a case was said to be left out by design": {func(_ *probe.Run, s *probe.SheetResult) {
			c := negative(s)
			c.Verdict, c.ByDesign, c.Exchange, c.Findings, c.Checks, c.Outcome = probe.Skipped, true, nil, nil, 0, ""
		}, "signed as left out by design, and the sheet asks for it"},
		"an error was said to be a success": {func(_ *probe.Run, s *probe.SheetResult) { negative(s).Outcome = probe.OutcomeSuccess }, `signed as answered with "success"`},
		"a code was said to be seen": {func(_ *probe.Run, s *probe.SheetResult) {
			s.Coverage.Codes = append(s.Coverage.Codes, probe.CodeCoverage{Code: "E1", Documented: true, Seen: true})
		}, "which documented codes and answers were seen is not what follows"},
		"a promise is gone":      {func(_ *probe.Run, s *probe.SheetResult) { s.Documented.Responses = nil }, "what the sheet documents is not what follows"},
		"lint was silenced":      {func(_ *probe.Run, s *probe.SheetResult) { s.Diagnostics = source.Diagnostics{} }, "what lint says of the sheet is not what follows"},
		"answers became faster":  {func(_ *probe.Run, s *probe.SheetResult) { s.Timings.P50 /= 2 }, "how long answers took is not what follows"},
		"the document shrank":    {func(run *probe.Run, _ *probe.SheetResult) { run.Documents[0].Sheets = 0 }, "holds 1 sheet, and the record says 0"},
		"a finding was softened": {soften, "shape.missing was signed as info of endpoint, and is info of endpoint, lowered from error"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, nil)
			run, err := probe.DecodeRun(bytes.NewReader(k.run))
			require.NoError(t, err)
			tt.alter(run, &run.Sheets[0])
			run.Summarize()
			k.sign(t, run, engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pickup)}}), nil)
			v := evidence.Verify(k.sources())
			assert.Equal(t, evidence.Broken, states(v)["judgement"], said(t, v, "judgement"))
			assert.Contains(t, said(t, v, "judgement"), tt.says)
			assert.Equal(t, evidence.Refused, v.Verdict)
		})
	}
}

// soften has an error be a remark, as if the configuration had said so, and hides that it was one.
func soften(run *probe.Run, s *probe.SheetResult) {
	run.Choices.Severities = map[string]source.Severity{"shape.missing": source.Info}
	c := &s.Cases[0]
	c.Exchange.Response.Body = `{"pointId": "PT-11"}`
	readings := engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pickup)}})
	again, _ := engine.Again(run, readings, engine.Options{Tool: today})
	*c = again.Sheets[0].Cases[0]
	for i := range c.Findings {
		c.Findings[i].LoweredFrom = ""
	}
}

// TestLoweredSeveritiesAreJudgedAsThen: an honest record of a run with a configuration of its own comes out as it was signed, without that configuration.
func TestLoweredSeveritiesAreJudgedAsThen(t *testing.T) {
	k := newKit(t, nil)
	run, err := probe.DecodeRun(bytes.NewReader(k.run))
	require.NoError(t, err)
	run.Choices.Severities = map[string]source.Severity{"shape.missing": source.Info}
	run.Sheets[0].Cases[0].Exchange.Response.Body = `{"pointId": "PT-11"}`
	readings := engine.Read([]sheet.Input{{Name: "pickup.yaml", Data: []byte(pickup)}})
	again, _ := engine.Again(run, readings, engine.Options{Tool: today})
	again.RecordedBy = nil
	k.sign(t, again, readings, nil)
	s := k.sources()
	s.Configured = false
	v := evidence.Verify(s)
	assert.Equal(t, evidence.OK, states(v)["judgement"], said(t, v, "judgement"))
	assert.Equal(t, probe.Conforms, again.Verdict)
	assert.Equal(t, evidence.Refused, v.Verdict, "the gate counts it as the rule has it: "+v.Reason)
}
