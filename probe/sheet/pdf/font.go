package pdf

import (
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"
)

// font is what is needed of a font to know which letters it shows and how wide they are.
type font struct {
	encoding  pdf.TextEncoding // nil: the bytes are the letters
	composite bool             // two bytes a glyph
	first     int
	widths    map[int]float64 // by code, in thousandths of the size
	missing   float64         // the width of all others; 0: as in Helvetica
	style     style           // fixed: all letters are equally wide
	texts     map[int]string
}

// maxWidths bounds the table of widths of one font.
const maxWidths = 1 << 16

// fontNamed loads a font of the page once.
func (c *canvas) fontNamed(name string, resources pdf.Value) *font {
	if f, ok := c.fonts[name]; ok {
		return f
	}
	v := resources.Key("Font").Key(name)
	f := &font{widths: map[int]float64{}, texts: map[int]string{}}
	c.fonts[name] = f
	if v.IsNull() {
		return f
	}
	if unicode := v.Key("ToUnicode"); unicode.Kind() == pdf.Stream {
		measure(unicode)
	}
	f.style = styleOf(v.Key("BaseFont").Name())
	if v.Key("Subtype").Name() == "Type0" {
		f.composite = true
		f.compositeWidths(v.Key("DescendantFonts").Index(0))
	} else {
		f.first = int(v.Key("FirstChar").Int64())
		widths := v.Key("Widths")
		for i := range min(widths.Len(), maxWidths) {
			f.widths[f.first+i] = widths.Index(i).Float64()
		}
		f.missing = v.Key("FontDescriptor").Key("MissingWidth").Float64()
	}
	f.encoding = encodingOf(v)
	return f
}

// styleOf judges a font by its name, such as "AAAAAA+DejaVuSansMono-Bold".
func styleOf(name string) style {
	name = strings.ToLower(name)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	return style{bold: has("bold", "black", "heavy"), fixed: has("courier", "mono", "consolas", "menlo", "typewriter", "cmtt", "sourcecode")}
}

// encodingOf is how a font's codes become letters; nil where the document does not tell in a way that can be read.
func encodingOf(v pdf.Value) (encoding pdf.TextEncoding) {
	defer func() {
		if recover() != nil {
			encoding = nil
		}
	}()
	f := &pdf.Font{V: v}
	return f.Encoder()
}

// compositeWidths reads the widths of a composite font (ISO 32000-1, 9.7.4.3).
func (f *font) compositeWidths(v pdf.Value) {
	f.missing = 1000
	if dw := v.Key("DW"); !dw.IsNull() {
		f.missing = dw.Float64()
	}
	w := v.Key("W")
	for i := 0; i+1 < min(w.Len(), maxWidths); {
		from := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for j := range min(list.Len(), maxWidths) {
				f.widths[from+j] = list.Index(j).Float64()
			}
			i += 2
			continue
		}
		to, width := int(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for code := from; code <= min(to, from+maxWidths) && len(f.widths) < maxWidths; code++ {
			f.widths[code] = width
		}
		i += 3
	}
}

// each visits the glyphs of a string.
func (f *font) each(s string, visit func(code int, text string, width float64)) {
	step := 1
	if f.composite {
		step = 2
	}
	for i := 0; i+step <= len(s); i += step {
		code := int(s[i])
		if step == 2 {
			code = code<<8 | int(s[i+1])
		}
		text := f.text(code, s[i:i+step])
		visit(code, text, f.width(code, text))
	}
}

// ligatures are written as one glyph, and read as several letters.
var ligatures = strings.NewReplacer("ﬁ", "fi", "ﬂ", "fl", "ﬀ", "ff", "ﬃ", "ffi", "ﬄ", "ffl", "\u00ad", "-", "\x00", "")

// text is what a glyph shows.
func (f *font) text(code int, raw string) (text string) {
	if text, ok := f.texts[code]; ok {
		return text
	}
	defer func() {
		if recover() != nil {
			text = "\uFFFD"
		}
		if f.texts != nil {
			f.texts[code] = text
		}
	}()
	if f.encoding == nil {
		return raw
	}
	return ligatures.Replace(strings.ToValidUTF8(f.encoding.Decode(raw), "\uFFFD"))
}

// helvetica are the widths of its letters from the blank on: good enough for the fonts that every viewer has, and documents leave out.
const helvetica = "" +
	"278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 " +
	"1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 " +
	"333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"

// width is the width of a glyph in thousandths of the size.
func (f *font) width(code int, text string) float64 {
	if w, ok := f.widths[code]; ok {
		return w
	}
	switch {
	case f.style.fixed:
		return 600
	case f.missing > 0:
		return f.missing
	case len(text) == 1 && text[0] >= ' ' && text[0] <= '~':
		return helveticaWidth(int(text[0] - ' '))
	}
	return 556
}

func helveticaWidth(i int) float64 {
	// All widths have three digits but that of "@", which stands at 32.
	at := i * 4
	if i > 32 {
		at++
	}
	w := 0.0
	for _, c := range helvetica[at:] {
		if c == ' ' {
			break
		}
		w = w*10 + float64(c-'0')
	}
	return w
}
