package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/ledongthuc/pdf"
)

// page is what is drawn on one page.
type page struct {
	glyphs   []glyph
	rules    []rule    // thin lines
	fills    []box     // coloured areas
	pictures []float64 // the height at which each begins
	failed   bool      // it could be read in part only
	key      int       // by which the structure of the document names the page; -1 for none
}

// glyph is one letter and where it stands, in points; y grows upwards.
type glyph struct {
	x, y, width, size float64
	text              string
	style             style
	mark              int // the marked content that it belongs to; -1 for none
}

// style is how the letters of a font look.
type style struct{ bold, fixed bool }

// extract reads the glyphs of all pages. It never panics, whatever the parser does.
func extract(data []byte) (pages []page, total int, err error) {
	defer func() {
		if x := recover(); x != nil {
			pages, err = nil, asError(x)
		}
	}()
	file, err := normalized(data)
	if err != nil {
		return nil, 0, err
	}
	if err := guard(file); err != nil {
		return nil, 0, err
	}
	r, err := pdf.NewReader(newBudget(file), int64(len(file)))
	switch {
	case err != nil && bytes.Contains(file, []byte("/Encrypt")):
		return nil, 0, errEncrypted
	case errors.Is(err, errTooLarge):
		return nil, 0, errTooLarge
	case err != nil:
		return nil, 0, fmt.Errorf("%w: %w", errDamaged, err)
	}
	total = r.NumPage()
	left := maxGlyphs
	for _, n := range leaves(r) {
		pages = append(pages, readPage(n, &left))
	}
	if len(pages) == 0 {
		return nil, 0, fmt.Errorf("%w: it has no pages", errDamaged)
	}
	return pages, total, nil
}

func asError(x any) error {
	if err, ok := x.(error); ok && errors.Is(err, errTooLarge) {
		return errTooLarge
	}
	return fmt.Errorf("%w: %.100v", errDamaged, x)
}

// readPage reads one page, as far as it can be.
func readPage(n leaf, left *int) (p page) {
	c := canvas{page: &p, left: left, fonts: map[string]*font{}}
	defer func() {
		if x := recover(); x != nil {
			if err := asError(x); errors.Is(err, errTooLarge) && *left > 0 {
				panic(err)
			}
			p.failed = true
		}
	}()
	if n.IsNull() {
		p.failed = true
		return p
	}
	p.key = keyOf(n.Value)
	c.state.matrix = n.upright()
	c.draw(n.Key("Contents"), n.resources, 0)
	return p
}

// matrix is an affine map (ISO 32000-1, 8.3.3).
type matrix [6]float64

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

var identity = matrix{1, 0, 0, 1, 0, 0}

// state is the graphics state, as far as text depends on it.
type state struct {
	matrix                     matrix
	font                       *font
	size, charSpace, wordSpace float64
	scale, leading, rise       float64
	text, line                 matrix
}

// canvas draws a page.
type canvas struct {
	page  *page
	state state
	stack []state
	fonts map[string]*font
	left  *int // glyphs that may still be drawn
	ops   int
	path  path
	marks []int // of the open marked content
}

// Limits on one page.
const (
	maxContent = 32 << 20 // bytes of its content, unpacked
	maxOps     = 3_000_000
	maxForms   = 8
	maxStack   = 1000
)

// draw runs a content stream.
func (c *canvas) draw(content, resources pdf.Value, depth int) {
	if depth > maxForms || content.IsNull() {
		return
	}
	measure(content)
	pdf.Interpret(content, func(stack *pdf.Stack, op string) {
		if c.ops++; c.ops > maxOps {
			panic(errTooLarge)
		}
		n := stack.Len()
		const mostArguments = 64
		args := make([]pdf.Value, min(n, mostArguments))
		for i := n - 1; i >= 0; i-- {
			if v := stack.Pop(); i < len(args) {
				args[i] = v
			}
		}
		c.operator(op, args, resources, depth)
	})
}

// measure refuses streams that unpack to more than any page of text has.
func measure(v pdf.Value) {
	streams := []pdf.Value{v}
	if v.Kind() == pdf.Array {
		streams = nil
		for i := range min(v.Len(), 10_000) {
			streams = append(streams, v.Index(i))
		}
	}
	left := int64(maxContent)
	for _, s := range streams {
		n, _ := io.Copy(io.Discard, io.LimitReader(s.Reader(), left))
		if left -= n; left <= 0 {
			panic(errTooLarge)
		}
	}
}

func (c *canvas) operator(op string, args []pdf.Value, resources pdf.Value, depth int) {
	number := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		return args[i].Float64()
	}
	s := &c.state
	switch op {
	case "q":
		if len(c.stack) < maxStack {
			c.stack = append(c.stack, *s)
		}
	case "Q":
		if n := len(c.stack); n > 0 {
			*s, c.stack = c.stack[n-1], c.stack[:n-1]
		}
	case "cm":
		s.matrix = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}.times(s.matrix)
	case "BT":
		s.text, s.line = identity, identity
	case "Tm":
		s.text = matrix{number(0), number(1), number(2), number(3), number(4), number(5)}
		s.line = s.text
	case "TD":
		s.leading = -number(1)
		c.move(number(0), number(1))
	case "Td":
		c.move(number(0), number(1))
	case "T*":
		c.move(0, -s.leading)
	case "Tf":
		if len(args) >= 2 {
			s.font, s.size = c.fontNamed(args[0].Name(), resources), number(1)
		}
	case "Tc":
		s.charSpace = number(0)
	case "Tw":
		s.wordSpace = number(0)
	case "Tz":
		s.scale = number(0)/100 - 1 // so that the zero value means 100 %
	case "TL":
		s.leading = number(0)
	case "Ts":
		s.rise = number(0)
	case "Tj", "'", "\"", "TJ":
		c.showing(op, args)
	case "Do":
		if len(args) > 0 {
			c.object(resources.Key("XObject").Key(args[0].Name()), resources, depth)
		}
	case "EI":
		c.picture()
	case "BDC", "BMC":
		c.beginMarked(args, resources)
	case "EMC":
		c.marks = c.marks[:max(len(c.marks)-1, 0)]
	default:
		c.drawing(op, number)
	}
}

// beginMarked takes in the beginning of marked content, which the structure of the document names by its number.
func (c *canvas) beginMarked(args []pdf.Value, resources pdf.Value) {
	mark := c.mark()
	if len(args) >= 2 {
		properties := args[1]
		if properties.Kind() == pdf.Name {
			properties = resources.Key("Properties").Key(properties.Name())
		}
		if id := properties.Key("MCID"); id.Kind() == pdf.Integer {
			mark = int(id.Int64())
		}
	}
	if len(c.marks) < maxStack {
		c.marks = append(c.marks, mark)
	}
}

func (c *canvas) mark() int {
	if n := len(c.marks); n > 0 {
		return c.marks[n-1]
	}
	return -1
}

// showing runs the operators that show text.
func (c *canvas) showing(op string, args []pdf.Value) {
	if len(args) == 0 {
		return
	}
	s := &c.state
	last := args[len(args)-1]
	switch op {
	case "\"":
		if len(args) >= 3 {
			s.wordSpace, s.charSpace = args[0].Float64(), args[1].Float64()
		}
		c.move(0, -s.leading)
	case "'":
		c.move(0, -s.leading)
	case "TJ":
		for i := range last.Len() {
			if v := last.Index(i); v.Kind() == pdf.String {
				c.show(v.RawString())
			} else {
				c.advance(-v.Float64() / 1000 * s.size)
			}
		}
		return
	}
	c.show(last.RawString())
}

func (c *canvas) move(x, y float64) {
	c.state.line = matrix{1, 0, 0, 1, x, y}.times(c.state.line)
	c.state.text = c.state.line
}

// advance moves on along the line by a width in units of text.
func (c *canvas) advance(width float64) {
	c.state.text = matrix{1, 0, 0, 1, width * (1 + c.state.scale), 0}.times(c.state.text)
}

// show draws a string.
func (c *canvas) show(s string) {
	st := &c.state
	if st.font == nil {
		st.font = &font{}
	}
	st.font.each(s, func(code int, text string, width float64) {
		if *c.left--; *c.left < 0 {
			panic(errTooLarge)
		}
		m := matrix{st.size * (1 + st.scale), 0, 0, st.size, 0, st.rise}.times(st.text).times(st.matrix)
		size := math.Hypot(m[2], m[3])
		if text != "" && math.Abs(m[1]) <= math.Abs(m[0]) && m[0] > 0 && finite(m[4]) && finite(m[5]) && size > 0 && finite(size) { // neither on its side nor upside down
			c.page.glyphs = append(c.page.glyphs, glyph{x: m[4], y: m[5], width: width / 1000 * m[0], size: size, text: text, style: st.font.style, mark: c.mark()})
		}
		space := st.charSpace
		if code == ' ' && !st.font.composite {
			space += st.wordSpace
		}
		c.advance(width/1000*st.size + space)
	})
}

func finite(f float64) bool { return !math.IsNaN(f) && math.Abs(f) < 1e7 }

// object draws a form, or remembers a picture.
func (c *canvas) object(v, resources pdf.Value, depth int) {
	switch v.Key("Subtype").Name() {
	case "Image":
		c.picture()
	case "Form":
		if own := v.Key("Resources"); !own.IsNull() {
			resources = own
		}
		saved, stack := c.state, c.stack
		if m := v.Key("Matrix"); m.Len() == 6 {
			var own matrix
			for i := range own {
				own[i] = m.Index(i).Float64()
			}
			c.state.matrix = own.times(c.state.matrix)
		}
		fonts := c.fonts
		c.fonts = map[string]*font{}
		c.draw(v, resources, depth+1)
		c.state, c.stack, c.fonts = saved, stack, fonts
	}
}

// picture remembers where the unit square, into which every picture is drawn, has its upper edge. Rules and marks are no pictures.
func (c *canvas) picture() {
	const least = 20 // points
	m := c.state.matrix
	if width, height := math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3]); width >= least && height >= least {
		c.page.pictures = append(c.page.pictures, max(m[5], m[3]+m[5]))
	}
}
