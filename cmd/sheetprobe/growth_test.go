package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxExponent is by which power of the number of APIs the work of a run may grow: 1 is a line, and the rest is what tables and trees add.
const maxExponent = 1.1

// Ten times the APIs are ten times the work. Work is counted in allocations and their bytes, which no busy machine changes, and not in seconds. Each API
// has a secret of its own, needs another one and has siblings at similar addresses: all that was ever looked for among all others.
func TestNothingGrowsWithTheSquareOfTheAPIs(t *testing.T) {
	const few, many = 40, 400
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"order":"abc"}`)
	}))
	t.Cleanup(server.Close)
	history := "sqlite://" + filepath.Join(t.TempDir(), "h.db") // one for all: to make a new one takes more than forty APIs do
	work := func(apis int) (allocations, bytes float64) {
		dir := t.TempDir()
		writeNeighbours(t, dir, apis)
		args := []string{"run", dir, "--base-url", server.URL, "--rate", "0", "--db", history, "--report", "json=" + filepath.Join(t.TempDir(), "run.json")}
		var before, after runtime.MemStats
		asked.Store(0)
		runtime.ReadMemStats(&before)
		code := Main(t.Context(), World{Args: args, In: strings.NewReader(""), Out: io.Discard, Err: io.Discard})
		runtime.ReadMemStats(&after)
		require.Contains(t, []int{exitConforms, exitDeviates}, code)
		require.GreaterOrEqual(t, asked.Load(), int64(3*apis), "requests: the documented one of each API, and its two rows")
		return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc-before.TotalAlloc) - ballast
	}
	least := func(apis int) (allocations, bytes float64) { // what other tests have left running counts, too
		allocations, bytes = work(apis)
		for range 2 {
			a, b := work(apis)
			allocations, bytes = min(allocations, a), min(bytes, b)
		}
		return allocations, bytes
	}
	work(1) // what is made once in a process
	fewAllocations, fewBytes := least(few)
	manyAllocations, manyBytes := least(many)
	for name, ratio := range map[string]float64{"allocations": manyAllocations / fewAllocations, "bytes": manyBytes / fewBytes} {
		exponent := math.Log(ratio) / math.Log(float64(many)/few)
		t.Logf("exponent of the %s: %.2f", name, exponent)
		assert.LessOrEqual(t, exponent, maxExponent, "%s of %d APIs are %.1f times those of %d", name, many, ratio, few)
	}
	t.Logf("each further API: %.0f allocations, %.0f bytes", (manyAllocations-fewAllocations)/(many-few), (manyBytes-fewBytes)/(many-few))
}

// writeNeighbours writes a document for each API.
func writeNeighbours(t *testing.T, dir string, apis int) {
	t.Helper()
	for i := range apis {
		needs, method := "", []string{"GET", "POST"}[i%2]
		if i > 0 {
			needs = "needs: [API 0]\n"
		}
		text := fmt.Sprintf("name: API %d\nmethod: %s\nurl: https://api-sit.things.example/v1/{tenant}/things-%d\nheaders: {X-Api-Key: key-%d-of-its-own-7f3a}\n"+
			"success_response: {order: abc}\n%stest_data: [{tenant: one, expect: success}, {tenant: two, expect: success}]\n", i, method, i/2, i, needs)
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.yaml", i)), []byte(text), 0o600))
	}
}
