package pdf

import (
	"math"
	"slices"
	"sort"
)

// rule is a thin straight line that is drawn on a page, as tables have between their cells: at a height or, where it stands upright, at a
// distance from the left.
type rule struct {
	upright  bool
	at       float64
	from, to float64
}

// box is an upright rectangle.
type box struct{ left, bottom, right, top float64 }

func (b box) width() float64  { return b.right - b.left }
func (b box) height() float64 { return b.top - b.bottom }

// around says that a point lies within.
func (b box) around(x, y float64) bool {
	return x >= b.left && x <= b.right && y >= b.bottom && y <= b.top
}

// Limits on what is drawn on one page.
const (
	maxRules  = 40_000
	maxPoints = 4096 // of one path
	thin      = 3    // points
)

// path is what is being drawn.
type path struct {
	parts  [][]point
	points int
	curved bool // the last part is
}

type point struct{ x, y float64 }

// drawing runs the operators that draw lines and areas.
func (c *canvas) drawing(op string, number func(int) float64) {
	switch op {
	case "m":
		c.path.begin(c.on(number(0), number(1)))
	case "l":
		c.path.add(c.on(number(0), number(1)))
	case "c", "v", "y":
		c.path.curve()
	case "h":
		c.path.closed()
	case "re":
		x, y, width, height := number(0), number(1), number(2), number(3)
		c.path.begin(c.on(x, y))
		c.path.add(c.on(x+width, y))
		c.path.add(c.on(x+width, y+height))
		c.path.add(c.on(x, y+height))
		c.path.closed()
	case "f", "F", "f*":
		c.filled()
		c.path = path{}
	case "s", "b", "b*":
		c.path.closed()
		c.stroked()
		c.path = path{}
	case "S", "B", "B*":
		c.stroked()
		c.path = path{}
	case "n":
		c.path = path{}
	}
}

func (c *canvas) on(x, y float64) point {
	m := c.state.matrix
	return point{x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]}
}

func (p *path) begin(at point) {
	p.curved = false
	if p.points++; p.points <= maxPoints && finite(at.x) && finite(at.y) {
		p.parts = append(p.parts, []point{at})
	}
}

func (p *path) add(at point) {
	n := len(p.parts)
	if p.points++; n > 0 && p.points <= maxPoints && !p.curved && finite(at.x) && finite(at.y) {
		p.parts[n-1] = append(p.parts[n-1], at)
	}
}

// curve drops the part that is being drawn: round things are no rules.
func (p *path) curve() {
	if n := len(p.parts); n > 0 && !p.curved {
		p.parts, p.curved = p.parts[:n-1], true
	}
}

func (p *path) closed() {
	if n := len(p.parts); n > 0 && !p.curved {
		p.add(p.parts[n-1][0])
	}
}

// filled remembers thin areas as rules, and others as areas. A dash or a dot may be a part of either.
func (c *canvas) filled() {
	const largest = 4000
	for _, part := range c.path.parts {
		b, upright := bounds(part)
		if !upright || len(c.page.rules)+len(c.page.fills) >= maxRules {
			continue
		}
		if b.height() <= thin && b.width() >= b.height() {
			c.page.rules = append(c.page.rules, rule{at: (b.top + b.bottom) / 2, from: b.left, to: b.right})
		}
		if b.width() <= thin && b.height() >= b.width() {
			c.page.rules = append(c.page.rules, rule{upright: true, at: (b.left + b.right) / 2, from: b.bottom, to: b.top})
		}
		if b.width() > thin && b.height() > thin && b.width() < largest {
			c.page.fills = append(c.page.fills, b)
		}
	}
}

// bounds is the rectangle around a closed part. Its sides, if it is not thin, have to be upright or level.
func bounds(part []point) (box, bool) {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range part {
		b = box{min(b.left, p.x), min(b.bottom, p.y), max(b.right, p.x), max(b.top, p.y)}
	}
	if b.width() <= thin || b.height() <= thin {
		return b, true
	}
	for i := 1; i < len(part); i++ {
		if math.Abs(part[i].x-part[i-1].x) > 1 && math.Abs(part[i].y-part[i-1].y) > 1 {
			return b, false
		}
	}
	return b, true
}

// stroked remembers the straight lines of the path.
func (c *canvas) stroked() {
	for _, part := range c.path.parts {
		for i := 1; i < len(part) && len(c.page.rules) < maxRules; i++ {
			a, b := part[i-1], part[i]
			switch dx, dy := math.Abs(a.x-b.x), math.Abs(a.y-b.y); {
			case dy <= 1 && dx >= thin:
				c.page.rules = append(c.page.rules, rule{at: (a.y + b.y) / 2, from: min(a.x, b.x), to: max(a.x, b.x)})
			case dx <= 1 && dy >= thin:
				c.page.rules = append(c.page.rules, rule{upright: true, at: (a.x + b.x) / 2, from: min(a.y, b.y), to: max(a.y, b.y)})
			}
		}
	}
}

// touching is how far apart two lines may be that belong to one table: the two of a double border are.
const touching = 2.6

// joined puts pieces of one line together, and drops what is too short for one.
func joined(rules []rule) []rule {
	sorted := slices.Clone(rules)
	sort.Slice(sorted, func(i, j int) bool {
		if a, b := sorted[i], sorted[j]; a.upright != b.upright {
			return b.upright
		}
		return sorted[i].at < sorted[j].at
	})
	var out []rule
	for from := 0; from < len(sorted); {
		to := from + 1
		for to < len(sorted) && sorted[to].upright == sorted[from].upright && sorted[to].at-sorted[to-1].at <= 1 {
			to++
		}
		out = append(out, inOneLine(sorted[from:to])...)
		from = to
	}
	const shortest = 4
	return slices.DeleteFunc(out, func(r rule) bool { return r.to-r.from < shortest })
}

// inOneLine joins the pieces of one line that follow each other.
func inOneLine(pieces []rule) []rule {
	sort.Slice(pieces, func(i, j int) bool { return pieces[i].from < pieces[j].from })
	var out []rule
	for _, r := range pieces {
		if n := len(out) - 1; n >= 0 && r.from-out[n].to <= touching {
			out[n].to = max(out[n].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}

// components are the lines that hang together.
func components(rules []rule) [][]rule {
	group := make([]int, len(rules))
	for i := range group {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	for i := range rules {
		for j := range i {
			if rules[i].touches(rules[j]) {
				group[find(i)] = find(j)
			}
		}
	}
	at := map[int]int{}
	var out [][]rule
	for i, r := range rules {
		root := find(i)
		if _, ok := at[root]; !ok {
			at[root] = len(out)
			out = append(out, nil)
		}
		out[at[root]] = append(out[at[root]], r)
	}
	return out
}

func (r rule) touches(s rule) bool {
	if r.upright == s.upright {
		return math.Abs(r.at-s.at) <= touching && r.from <= s.to+touching && s.from <= r.to+touching
	}
	return s.at >= r.from-touching && s.at <= r.to+touching && r.at >= s.from-touching && r.at <= s.to+touching
}

// clusters are numbers, in order, with those that are nearly the same taken as one.
func clusters(numbers []float64) []float64 {
	const near = 3.2
	sort.Float64s(numbers)
	var out []float64
	first := 0.0
	for i, n := range numbers {
		if len(out) > 0 && n-numbers[i-1] <= near && n-first <= 2*near {
			out[len(out)-1] = (first + n) / 2
			continue
		}
		first = n
		out = append(out, n)
	}
	return out
}
