package probe

import (
	"math"
	"slices"
)

// Timings are the times that the answers of an API took, in milliseconds, over all its cases that got one and all their repeats.
//
// Percentiles are by nearest rank: the smallest sample that as many per cent of the samples do not exceed, so that each is a time which was
// measured. One that so few samples cannot tell from the slowest is 0: P90 takes 10 samples, P95 takes 20, P99 takes 100.
type Timings struct {
	Samples int     `json:"samples"`
	Failed  int     `json:"failed"` // requests that got no trustworthy answer
	Min     float64 `json:"min"`
	P50     float64 `json:"p50"`
	P90     float64 `json:"p90,omitempty"`
	P95     float64 `json:"p95,omitempty"`
	P99     float64 `json:"p99,omitempty"`
	Max     float64 `json:"max"`
	// Agreeing counts the cases that were sent more than once and ended alike each time, of Repeated.
	Repeated int `json:"repeated,omitempty"`
	Agreeing int `json:"agreeing,omitempty"`
}

// NewTimings is nil where there are no samples.
func NewTimings(samples []float64, failed int) *Timings {
	if len(samples) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(samples))
	t := &Timings{Samples: len(sorted), Failed: failed, Min: sorted[0], P50: NearestRank(sorted, 50), Max: sorted[len(sorted)-1]}
	for _, p := range []struct {
		percent, atLeast int
		into             *float64
	}{{90, 10, &t.P90}, {95, 20, &t.P95}, {99, 100, &t.P99}} {
		if len(sorted) >= p.atLeast {
			*p.into = NearestRank(sorted, p.percent)
		}
	}
	return t
}

// NearestRank is the percentile of sorted samples, of which there is at least one; with few samples the high ones are the slowest of all.
func NearestRank(sorted []float64, percent int) float64 {
	rank := int(math.Ceil(float64(percent) * float64(len(sorted)) / 100))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// timings are those of a sheet's cases. Saved answers have none.
func timings(cases []Result) *Timings {
	var samples []float64
	failed, repeated, agreeing := 0, 0, 0
	count := func(v Verdict, total float64) {
		if v != Conforms && v != Deviates {
			failed++
		} else if total > 0 {
			samples = append(samples, total)
		}
	}
	for i := range cases {
		c := &cases[i]
		if c.Exchange == nil || c.Exchange.Saved || c.Family == FamilyPoll { // which is answered by another API
			continue
		}
		count(c.Verdict, c.Exchange.Timing.Total)
		for _, again := range c.Repeats {
			count(again.Verdict, again.TotalMS)
		}
		if len(c.Repeats) == 0 {
			continue
		}
		if repeated++; !slices.ContainsFunc(c.Repeats, func(r Repeat) bool { return !r.Alike }) {
			agreeing++
		}
	}
	t := NewTimings(samples, failed)
	if t != nil {
		t.Repeated, t.Agreeing = repeated, agreeing
	}
	return t
}

// Measure fills the timings of the sheet from its cases.
func (s *SheetResult) Measure() { s.Timings = timings(s.Cases) }
