package probe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sheetprobe/sheetprobe/probe"
)

func samples(n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = float64(n - i) // the slowest first: order does not matter
	}
	return all
}

func TestPercentilesAreByNearestRank(t *testing.T) {
	for n, want := range map[int]probe.Timings{
		1:   {Min: 1, P50: 1, Max: 1},
		2:   {Min: 1, P50: 1, Max: 2},
		3:   {Min: 1, P50: 2, Max: 3},
		9:   {Min: 1, P50: 5, Max: 9},
		10:  {Min: 1, P50: 5, P90: 9, Max: 10},
		20:  {Min: 1, P50: 10, P90: 18, P95: 19, Max: 20},
		99:  {Min: 1, P50: 50, P90: 90, P95: 95, Max: 99},
		100: {Min: 1, P50: 50, P90: 90, P95: 95, P99: 99, Max: 100},
	} {
		want.Samples, want.Failed = n, 3
		assert.Equal(t, &want, probe.NewTimings(samples(n), 3), n)
	}
	assert.Nil(t, probe.NewTimings(nil, 2), "without an answer there are no times")
	assert.InDelta(t, 9.0, probe.NearestRank([]float64{1, 2, 9}, 90), 0, "of few samples, the slowest")
}

func TestMeasureCountsRepeatsAndFailures(t *testing.T) {
	s := probe.SheetResult{Cases: []probe.Result{
		{Verdict: probe.Conforms, Exchange: &probe.Exchange{Timing: probe.Timing{Total: 5}}, Repeats: []probe.Repeat{
			{Verdict: probe.Conforms, TotalMS: 7, Alike: true}, {Verdict: probe.Inconclusive, TotalMS: 900},
		}},
		{Verdict: probe.Deviates, Exchange: &probe.Exchange{Timing: probe.Timing{Total: 6}}, Repeats: []probe.Repeat{{Verdict: probe.Deviates, TotalMS: 8, Alike: true}}},
		{Verdict: probe.Inconclusive, Exchange: &probe.Exchange{Timing: probe.Timing{Total: 800}}},
		{Verdict: probe.Skipped},
		{Verdict: probe.Conforms, Exchange: &probe.Exchange{Saved: true}},
	}}
	s.Measure()
	assert.Equal(t, &probe.Timings{Samples: 4, Failed: 2, Min: 5, P50: 6, Max: 8, Repeated: 2, Agreeing: 1}, s.Timings)
}
