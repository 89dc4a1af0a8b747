package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// Progress is told after every case and every API, and ends where the run does.
func TestProgressIsTold(t *testing.T) {
	url, _ := api(t, nil)
	var all []engine.Progress
	inputs := []sheet.Input{document(t, nil), document(t, map[string]any{"name": "Other"}), document(t, map[string]any{"name": "Third"})}
	r := run(t, t.Context(), engine.Options{Vars: token, BaseURL: url, Concurrency: 3, Progress: func(p engine.Progress) { all = append(all, p) }}, inputs...)
	require.Len(t, all, r.Summary.Cases+len(r.Sheets))
	last := all[len(all)-1]
	assert.Equal(t, engine.Progress{APIs: 3, Cases: r.Summary.Cases, Deviates: r.Summary.Deviates, Requests: r.Summary.RequestsSent}, last)
	for i := 1; i < len(all); i++ {
		assert.GreaterOrEqual(t, all[i].Cases, all[i-1].Cases)
	}
}
