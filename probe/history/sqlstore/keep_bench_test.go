//go:build unix

package sqlstore

import (
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	server "github.com/sheetprobe/sheetprobe/fixtures/postgres"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/history"
	"github.com/sheetprobe/sheetprobe/probe/history/historytest"
)

// manyCases are those of a run as they finish, with exchanges of a usual size that are all different.
func manyCases(run *probe.Run) (all []history.Case) {
	for i := range run.Sheets {
		for k := range run.Sheets[i].Cases {
			c := &run.Sheets[i].Cases[k]
			c.Exchange.Request.Body = fmt.Sprintf(`{"customer":"c-%d","order":{"id":%d,"items":[{"sku":"A-%d","count":%d}]}}`, i*k, i<<20|k, k*k, k)
			for _, name := range []string{"Content-Type", "Date", "X-Request-Id", "Cache-Control", "Server"} {
				c.Exchange.Response.Headers = append(c.Exchange.Response.Headers, probe.Header{Name: name, Value: fmt.Sprint(name, i*100+k)})
			}
			c.Exchange.Response.Body = fmt.Sprintf(`{"id":%d,"state":"BOOKED","items":[%s]}`, i<<20|k, strings.Repeat(fmt.Sprintf(`{"sku":"A-%d"},`, k*i), 10))
			all = append(all, historytest.Case(run, i, k))
			if k > 0 {
				all[len(all)-1].API = nil // as a Recorder hands them over
			}
		}
	}
	return all
}

const casesOfAnAPI = 100

// BenchmarkKeep tells what a finished case costs the history, and what room it takes there.
func BenchmarkKeep(b *testing.B) {
	for name, address := range map[string]func() string{
		"SQLite":     func() string { return "sqlite://" + filepath.Join(b.TempDir(), "h.db") },
		"PostgreSQL": func() string { return server.Start(b) },
	} {
		for _, step := range []int{1, 256} {
			b.Run(fmt.Sprintf("%s/%d at a time", name, step), func(b *testing.B) { benchmarkKeep(b, address(), step) })
		}
		b.Run(name+"/with their APIs alone", func(b *testing.B) { benchmarkKeep(b, address(), 0) }) // as most cases of a quick run are
	}
}

func benchmarkKeep(b *testing.B, address string, step int) {
	s, err := Open(b.Context(), address, time.Now)
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	run := historytest.Run("", time.Unix(0, 0), 20, casesOfAnAPI, nil)
	cases := manyCases(run)
	b.ReportAllocs()
	before := processorTime(b)
	for n := 0; b.Loop(); n++ {
		run.RunID = fmt.Sprint("run-", n)
		keepRun(b, s, run, cases, step)
	}
	kept := float64(b.N * len(cases))
	b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/kept, "CPU-ns/case")
	if s.path != "" {
		b.ReportMetric(float64(sizeOf(b, s.path))/kept, "B/case")
	}
}

// keepRun keeps a run whole, its cases also as they finish where step says how many of them are handed over at a time; 0 keeps them with their API alone.
func keepRun(t testing.TB, s *Store, run *probe.Run, cases []history.Case, step int) {
	t.Helper()
	require.NoError(t, s.Begin(t.Context(), run, time.Now().Add(time.Hour)))
	if step > 0 {
		for some := range slices.Chunk(interleaved(cases), step) {
			require.NoError(t, s.Keep(t.Context(), run.RunID, some))
		}
	}
	apis, nights := make([]history.API, len(run.Sheets)), make([]history.Night, len(run.Sheets))
	for i := range run.Sheets {
		apis[i], nights[i] = history.NewAPI(i, &run.Sheets[i]), history.NightOf(run, &run.Sheets[i])
		apis[i].Cases = cases[i*casesOfAnAPI : (i+1)*casesOfAnAPI]
	}
	require.NoError(t, s.KeepAPIs(t.Context(), run.RunID, apis))
	missing, err := s.Complete(t.Context(), run, nights)
	require.NoError(t, err)
	require.Empty(t, missing)
}

// What keeping a case allocates is held, in allocations, and in bytes for each byte of it as JSON, and not in time.
func TestKeepingACaseAllocatesLittle(t *testing.T) {
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "h.db"), time.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	run := historytest.Run("", time.Unix(0, 0), 20, casesOfAnAPI, nil)
	cases := manyCases(run)
	size := 0
	for i := range cases {
		size += len(cases[i].Line)
	}
	for _, tt := range []struct {
		name               string
		step               int
		allocations, bytes float64 // at most; a quarter and more above what was measured with the race detector, under which the library's pools forget
	}{{"with their API", 0, 2.2, 0.35}, {"as they finish", 256, 3, 1.1}} {
		allocations, bytes := math.Inf(1), math.Inf(1)
		for try := range 12 { // the first of which makes what the others use again
			run.RunID = fmt.Sprint(tt.name, try)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			keepRun(t, s, run, cases, tt.step)
			runtime.ReadMemStats(&after)
			allocations = min(allocations, float64(after.Mallocs-before.Mallocs)/float64(len(cases)))
			bytes = min(bytes, float64(after.TotalAlloc-before.TotalAlloc)/float64(size))
		}
		t.Logf("%s: %.2f allocations a case, %.2f bytes for each of its bytes", tt.name, allocations, bytes)
		assert.LessOrEqual(t, allocations, tt.allocations, tt.name)
		assert.LessOrEqual(t, bytes, tt.bytes, tt.name)
	}
}

// interleaved are cases as they finish where all APIs are judged at once.
func interleaved(cases []history.Case) []history.Case {
	all := make([]history.Case, 0, len(cases))
	for k := range casesOfAnAPI {
		for i := k; i < len(cases); i += casesOfAnAPI {
			all = append(all, cases[i])
		}
	}
	return all
}

// processorTime is what this process has taken.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
