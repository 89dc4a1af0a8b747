package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestAFindingIsExplainedByItsFingerprint(t *testing.T) {
	finding := probe.Finding{Rule: "shape.null", Fingerprint: "1f2e3d4c5b6a7988"}
	run := &probe.Run{RunID: "r1", Sheets: []probe.SheetResult{{Name: "Find order", Cases: []probe.Result{
		{ID: "find-order/success", Findings: []probe.Finding{finding}},
		{ID: "find-order/test-data/1", Findings: []probe.Finding{finding}}, // the same cause
		{ID: "find-order/no-auth"},
	}}}}
	for _, subject := range []string{"1f2e3d4c5b6a7988", "1f2e3d", "1F2E3D4C", "find-order/success"} {
		e, err := explainOf(run, subject)
		require.NoError(t, err, subject)
		require.Len(t, e.Found, 1, subject)
		assert.Equal(t, "find-order/success", e.Found[0].Case)
		require.Len(t, e.Rules, 1)
		assert.Equal(t, "shape.null", e.Rules[0].ID)
	}
	e, err := explainOf(run, "find-order/no-auth")
	require.NoError(t, err)
	assert.Empty(t, e.Found)
	assert.Len(t, e.Cases, 1)
	for _, subject := range []string{"1f2e", "ffffff", "find-order", ""} {
		_, err := explainOf(run, subject)
		assert.Error(t, err, "%q", subject)
	}
}

func TestEveryRuleCanBeExplained(t *testing.T) {
	for _, r := range probe.Rules {
		e := explainRule(r)
		assert.NotEmpty(t, e.Silence, r.ID)
		assert.NotContains(t, e.Related, r.ID)
	}
}
