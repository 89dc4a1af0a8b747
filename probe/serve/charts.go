package serve

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/history"
)

// A chart has one column for each run, the oldest on the left. Lengths are units of its view box.
const (
	chartWidth  = 1000
	chartHeight = 200
	chartLeft   = 76
	chartTop    = 22 // above it stand the signs of what changed beside the endpoint
	chartFoot   = 22 // below it stand dates
)

// chart draws values of the runs of an API.
type chart struct {
	b      strings.Builder
	nights []history.Night // the latest first
	high   float64         // the value at the top
}

func (c *chart) x(i int) float64 {
	if len(c.nights) == 1 {
		return chartLeft + (chartWidth-chartLeft)/2
	}
	return chartWidth - 8 - float64(i)*(chartWidth-chartLeft-16)/float64(len(c.nights)-1)
}

func (c *chart) y(value float64) float64 {
	return chartTop + (chartHeight-chartTop-chartFoot)*(1-value/c.high)
}

// frame draws the lines that values are read off, when the first and the last run were, and what changed between.
func (c *chart) frame(changes []change, label func(float64) string, steps int) {
	for i := range steps + 1 {
		value := c.high * float64(i) / float64(steps)
		fmt.Fprintf(&c.b, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/><text class="axis" x="%d" y="%.1f" text-anchor="end">%s</text>`,
			chartLeft, c.y(value), chartWidth, c.y(value), chartLeft-8, c.y(value)+4, label(value))
	}
	last := len(c.nights) - 1
	fmt.Fprintf(&c.b, `<text class="axis" x="%d" y="%d">%s</text>`, chartLeft, chartHeight-4, c.nights[last].StartedAt.Format("2006-01-02"))
	if last > 0 {
		fmt.Fprintf(&c.b, `<text class="axis" x="%d" y="%d" text-anchor="end">%s</text>`, chartWidth, chartHeight-4, c.nights[0].StartedAt.Format("2006-01-02"))
	}
	for _, change := range changes {
		x := c.x(change.index)
		fmt.Fprintf(&c.b, `<g class="turn"><line x1="%.1f" y1="%d" x2="%.1f" y2="%d"/><path d="M%.1f 4h8l-4 8z"/><title>%s: %s</title></g>`,
			x, chartTop-8, x, chartHeight-chartFoot, x-4, momentOf(change.at.StartedAt).Text, template.HTMLEscapeString(change.What))
	}
}

// line draws one value of each run; where a run has none the line breaks, and what stands alone is a dot.
func (c *chart) line(class string, value func(*history.Night) (float64, bool)) {
	var path strings.Builder
	drawing := false
	for i := range slices.Backward(c.nights) {
		v, has := value(&c.nights[i])
		if !has {
			drawing = false
			continue
		}
		x, y := c.x(i), c.y(v)
		if drawing {
			fmt.Fprintf(&path, "L%.1f %.1f", x, y)
			continue
		}
		drawing = true
		fmt.Fprintf(&path, "M%.1f %.1fh0", x, y)
	}
	if path.Len() > 0 {
		fmt.Fprintf(&c.b, `<path class="line %s" d="%s"/>`, class, path.String())
	}
}

func (c *chart) done() template.HTML {
	return template.HTML(c.b.String()) //nolint:gosec // numbers, dates and classes of our own; words are escaped
}

// niceTop is the least of 1, 2, 5, 10, 20, ... that a value does not exceed.
func niceTop(value float64) float64 {
	if value <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(value)))
	for _, n := range []float64{1, 2, 5} {
		if value <= n*step {
			return n * step
		}
	}
	return 10 * step
}

// drawTimes draws how long answers took; what is drawn is said in words as well.
func drawTimes(s *story) (drawn template.HTML, words string) {
	c := &chart{nights: s.Nights}
	measured := 0
	var least, most float64
	for i := range s.Nights {
		n := &s.Nights[i]
		if n.Samples == 0 {
			continue
		}
		if measured++; measured == 1 || n.P50 < least {
			least = n.P50
		}
		most, c.high = max(most, n.P50), max(c.high, n.P50, n.P90, n.P99)
	}
	if measured == 0 {
		return "", ""
	}
	c.high = niceTop(c.high)
	c.frame(s.Changes, func(v float64) string {
		if v == 0 {
			return "0"
		}
		return milliseconds(v)
	}, 4)
	c.line("p99", func(n *history.Night) (float64, bool) { return n.P99, n.P99 > 0 })
	c.line("p90", func(n *history.Night) (float64, bool) { return n.P90, n.P90 > 0 })
	c.line("p50", func(n *history.Night) (float64, bool) { return n.P50, n.Samples > 0 })
	return c.done(), fmt.Sprintf("The middle time of an answer was between %s and %s in %d runs", milliseconds(least), milliseconds(most), measured)
}

// drawCoverage draws how many of the documented codes each run saw.
func drawCoverage(s *story) (drawn template.HTML, words string) {
	c := &chart{nights: s.Nights}
	documented := func(n *history.Night) (all, seen float64) {
		for _, code := range n.Codes {
			if code.Documented {
				all++
				if code.Seen {
					seen++
				}
			}
		}
		return all, seen
	}
	for i := range s.Nights {
		all, _ := documented(&s.Nights[i])
		c.high = max(c.high, all)
	}
	if c.high == 0 {
		return "", ""
	}
	c.frame(s.Changes, func(v float64) string { return fmt.Sprintf("%.0f", v) }, stepsOf(int(c.high)))
	c.line("all", func(n *history.Night) (float64, bool) { all, _ := documented(n); return all, true })
	c.line("seen", func(n *history.Night) (float64, bool) { _, seen := documented(n); return seen, true })
	all, seen := documented(&s.Nights[0])
	return c.done(), fmt.Sprintf("The last run saw %.0f of %.0f documented codes", seen, all)
}

// stepsOf parts a small number into equal whole steps, 5 at most.
func stepsOf(n int) int {
	for steps := 5; steps > 1; steps-- {
		if n%steps == 0 {
			return steps
		}
	}
	return 1
}

// marksOf draws in which of the last runs a finding was, each in the column of its run.
func marksOf(marks []history.Mark, columns map[string]int) template.HTML {
	var b strings.Builder
	for _, m := range marks {
		column, shown := columns[m.RunID]
		if !shown {
			continue
		}
		class := "absent"
		if m.Present {
			class = "present"
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%d"/>`, class, column*10+1)
	}
	return template.HTML(b.String()) //nolint:gosec // numbers and classes of our own
}
