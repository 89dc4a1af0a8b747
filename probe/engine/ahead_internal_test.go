package engine

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
)

// A sheet is planned while the one before it is under way, and cases are judged while the next one is; what is sent goes out in order still, and never
// more at a time than was asked for.
func TestNothingIsSentAheadOfItsTurn(t *testing.T) {
	var mu sync.Mutex
	var sent []string
	now, most := 0, 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		if api := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; !slices.Contains(sent, api) {
			sent = append(sent, api)
		}
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		mu.Lock()
		now--
		mu.Unlock()
		_, _ = w.Write([]byte(`{"status":"ok","code":"S1"}`))
	}))
	t.Cleanup(s.Close)
	vars := probe.NewVars(probe.Var{Name: "token", Value: "stg-token-of-nobody"})
	readings := threeSheets(t)
	readings[0], readings[2] = readings[2], readings[0] // the first one needs the last
	run, err := Run(t.Context(), readings, Options{Vars: vars, BaseURL: s.URL, RunID: "r", Concurrency: 1, Negatives: plan.NegativeFilter{Named: []probe.Family{probe.FamilyNoAuth}}})
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "A", "C"}, sent)
	assert.Equal(t, 1, most)
	require.Len(t, run.Sheets, 3)
	for i, name := range []string{"C", "B", "A"} {
		assert.Equal(t, name, run.Sheets[i].Name)
		assert.Len(t, run.Sheets[i].Cases, 2)
	}
}
