package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/callback"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// What only a further answer broke is still broken when the record is judged again.
func TestRecheckKeepsWhatRepeatsFound(t *testing.T) {
	for name, bodies := range map[string][]string{"alike": {fine}, "a shape": {fine, otherKind}, "a status": {fine, fine, refusal}, "no answer": {fine, "!"}} {
		t.Run(name, func(t *testing.T) {
			url, _ := serving(t, bodies...)
			o := engine.Options{BaseURL: url, Vars: token, Negatives: plan.NegativeFilter{None: true}, Repeat: 9}
			o.Send.Retries = -1
			readings := engine.Read([]sheet.Input{document(t, nil)})
			r, err := engine.Run(t.Context(), readings, o)
			assert.NoError(t, err)
			again, unknown := engine.Recheck(r, readings, o)
			assert.Empty(t, unknown)
			old, now := r.Sheets[0].Cases[0], again.Sheets[0].Cases[0]
			assert.Equal(t, old.Verdict, now.Verdict)
			assert.Equal(t, rulesOf(old), rulesOf(now))
			assert.Len(t, now.Repeats, len(old.Repeats))
			assert.Equal(t, r.Summary.RequestsSent, again.Summary.RequestsSent)
			assert.Equal(t, r.Sheets[0].Timings, again.Sheets[0].Timings)
		})
	}
}

// A call that came because of a refused request does not go away by being judged again.
func TestRecheckKeepsCallsThatNobodyAskedFor(t *testing.T) {
	server := &caller{times: 1, body: `{"state":"DONE"}`, secret: hookSecret, refuses: true}
	more := map[string]any{"fields": map[string]any{"n": map[string]any{"mandatory": true}}}
	r, all := calling(t, server, listener(t, callback.Options{}), more, func(o *engine.Options) {
		o.Negatives = plan.NegativeFilter{Named: []probe.Family{probe.FamilyMissingField}}
	})
	old := all["order/missing-field/n"]
	assert.Contains(t, rulesOf(old), "callback.unexpected")
	in := document(t, callingSheet(more))
	again, _ := engine.Recheck(r, engine.Read([]sheet.Input{in}), engine.Options{})
	for _, now := range again.Sheets[0].Cases {
		if now.ID == old.ID {
			assert.Equal(t, rulesOf(old), rulesOf(now))
			assert.Len(t, now.Callbacks, 1)
		}
	}
}
