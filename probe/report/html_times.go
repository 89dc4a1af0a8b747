package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sheetprobe/sheetprobe/probe"
)

// htmlTimes is the chart of how long answers took: a table, with a strip drawn in each row.
type htmlTimes struct {
	Rows    []htmlTimesRow
	Late    bool // there are APIs with answers enough to tell of the time that 95 of 100 keep
	Few     bool // there are others
	Further int
	Scale   string // what the strips reach to
	Left    string
	Right   string
}

// htmlTimesRow is one API. The strip is 1000 units wide.
type htmlTimesRow struct {
	Link               link
	P50, P95, Max      string
	Samples            string
	From, Length       int // of the line from the fastest to the slowest answer
	BoxFrom, BoxLength int // of the part from the middle to 95 of 100
	Middle             int
	Label              string
}

// maxTimes is how many APIs the chart shows, the slowest first.
const maxTimes = 20

// timingsOf are the recorded timings or, in a run that has none, those of its exchanges.
func timingsOf(s *probe.SheetResult) probe.Timings {
	if s.Timings != nil {
		return *s.Timings
	}
	var times []float64
	for i := range s.Cases {
		if x := s.Cases[i].Exchange; x != nil && x.Response != nil && !x.Saved && x.Timing.Total > 0 {
			times = append(times, x.Timing.Total)
		}
	}
	if t := probe.NewTimings(times, 0); t != nil {
		return *t
	}
	return probe.Timings{}
}

func (h *htmlReport) times() *htmlTimes {
	type timed struct {
		s *probe.SheetResult
		t probe.Timings
	}
	var all []timed
	for i := range h.run.Sheets {
		if t := h.survey.timings[i]; t.Samples > 0 {
			all = append(all, timed{&h.run.Sheets[i], t})
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b timed) int {
		return cmp.Or(cmp.Compare(b.t.P95, a.t.P95), cmp.Compare(b.t.P50, a.t.P50))
	})
	v := &htmlTimes{Further: max(len(all)-maxTimes, 0)}
	all = all[:min(len(all), maxTimes)]
	least, most := all[0].t.Min, 0.0
	for _, x := range all {
		least, most = min(least, x.t.Min), max(most, x.t.Max)
	}
	scale := scaleOf(least, most)
	v.Left, v.Right, v.Scale = milliseconds(scale.from), milliseconds(scale.to), scale.name
	for _, x := range all {
		v.Rows = append(v.Rows, h.timesRow(x.s, x.t, scale))
		v.Late, v.Few = v.Late || x.t.P95 > 0, v.Few || x.t.P95 == 0
	}
	return v
}

func (h *htmlReport) timesRow(s *probe.SheetResult, t probe.Timings, scale timeScale) htmlTimesRow {
	from, middle, late, to := scale.at(t.Min), scale.at(t.P50), scale.at(max(t.P90, t.P95)), scale.at(t.Max)
	return htmlTimesRow{
		Link: link{Href: "#" + h.apis[s], Text: h.names[s]}, P50: milliseconds(t.P50), P95: orDash(t.P95), Max: milliseconds(t.Max), Samples: number(t.Samples),
		From: from, Length: max(to-from, 4), BoxFrom: middle, BoxLength: max(late-middle, 4), Middle: middle,
		Label: fmt.Sprintf("from %s to %s", milliseconds(t.Min), milliseconds(t.Max)),
	}
}

// orDash is a dash where there were too few answers to say it.
func orDash(ms float64) string {
	if ms == 0 {
		return "-"
	}
	return milliseconds(ms)
}

// timeScale maps milliseconds to the width of a strip; by decades where the slowest takes far longer than the fastest.
type timeScale struct {
	from, to float64
	decades  bool
	name     string
}

func scaleOf(least, most float64) timeScale {
	if least > 0 && most/least > 50 {
		return timeScale{from: least, to: most, decades: true, name: "logarithmic scale"}
	}
	return timeScale{to: math.Max(most, 1), name: "linear scale"}
}

func (s timeScale) at(ms float64) int {
	share := (ms - s.from) / (s.to - s.from)
	if s.decades {
		share = math.Log(math.Max(ms, s.from)/s.from) / math.Log(s.to/s.from)
	}
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return 0
	}
	return int(min(max(share, 0), 1) * 1000)
}
