package docx

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// paragraph is one that is being read.
type paragraph struct {
	text       strings.Builder
	style      string
	list       string // id and level of its list: "3/0"
	outline    int    // its own level, as that of a style
	indent     int    // in blanks
	endDeleted bool   // the next paragraph goes on where it ends
	picture    string
	link       string // what the text from linkAt on points at
	linkAt     int
	runHidden  bool
	inRun      bool
	inObject   bool
	boxes      []piece // of text boxes that hang on it
	struck     bool
	hidden     bool
	commented  bool
}

// isWord tells the elements of the text from those of drawings and formulas, which have the same names.
func isWord(n xml.Name) bool {
	return n.Space == "" || n.Space == "w" || strings.Contains(n.Space, "/wordprocessingml/")
}

// start takes in the beginning of an element.
func (w *walker) start(e xml.StartElement) error {
	if !isWord(e.Name) {
		return w.startOther(e)
	}
	switch e.Name.Local {
	case "del", "moveFrom", "instrText", "delText", "sectPr", "tblGrid", "rubyPr", "rt", "docPartPr":
		return w.skip(nil)
	case "p":
		if w.top().open != nil { // damaged: paragraphs do not nest
			w.endParagraph()
		}
		w.top().open = &paragraph{}
	case "tbl", "tr", "tc", "tblPr", "trPr":
		return w.startTable(e)
	case "tcPr":
		return w.cellProperties()
	case "txbxContent":
		w.push(&container{place: w.top().place})
	case "sdtPr":
		return w.contentControl()
	case "footnote", "endnote":
		if t := attr(e, "type"); t == "separator" || t == "continuationSeparator" || t == "continuationNotice" {
			return w.skip(nil)
		}
	case "altChunk":
		w.skipped.chunks = w.here()
	}
	if p := w.paragraph(); p != nil {
		return w.inline(p, e)
	}
	return nil
}

// here is the nearest place before the current one.
func (w *walker) here() source.Span {
	return source.Span{Pos: source.Pos{Cell: "paragraph " + strconv.Itoa(max(w.lines, 1)), Line: 1, Column: 1}}
}

// inline takes in an element within a paragraph.
func (w *walker) inline(p *paragraph, e xml.StartElement) error {
	switch e.Name.Local {
	case "pPr":
		return w.paragraphProperties(p)
	case "rPr":
		return w.runProperties(p)
	case "r":
		p.inRun, p.runHidden = true, false
	case "t":
		return w.characters(p)
	case "tab", "ptab":
		w.write(p, "\t")
	case "br", "cr":
		w.write(p, "\n")
	case "noBreakHyphen":
		w.write(p, "-")
	case "sym":
		w.write(p, symbol(attr(e, "char")))
	case "hyperlink":
		p.link, p.linkAt = w.links[attr(e, "id")], p.text.Len()
	case "fldSimple":
		if strings.HasPrefix(strings.TrimSpace(attr(e, "instr")), "TOC") {
			return w.skip(nil)
		}
	case "object":
		p.inObject, p.picture = true, "embedded attachment"
	case "commentReference":
		p.commented = true
	}
	return nil
}

// write adds text to a paragraph, unless its run is hidden.
func (w *walker) write(p *paragraph, s string) {
	if p.runHidden || !p.inRun {
		return
	}
	w.written += len(s)
	p.text.WriteString(s)
}

// characters takes in the text of a run. A line end in it is a blank, as the word processor shows it.
func (w *walker) characters(p *paragraph) error {
	for until := w.depth - 1; w.depth > until; {
		token, err := w.next()
		if err != nil {
			return err
		}
		if c, ok := token.(xml.CharData); ok {
			w.write(p, strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(string(c)))
		}
	}
	return nil
}

func (w *walker) paragraphProperties(p *paragraph) error {
	list, level := "", "0"
	err := w.skip(func(e xml.StartElement) {
		switch e.Name.Local {
		case "pStyle":
			p.style = attr(e, "val")
		case "numId":
			list = attr(e, "val")
		case "ilvl":
			level = attr(e, "val")
		case "ind":
			p.indent = indentOf(e)
		case "outlineLvl":
			p.outline = outlineLevel(e)
		case "del":
			p.endDeleted = true
		}
	})
	if list != "" {
		p.list = list + "/" + level
	}
	return err
}

// indentOf is how far a paragraph is moved to the right, in blanks: tables of parameters show so what belongs to what.
func indentOf(e xml.StartElement) int {
	const perBlank, most = 60, 64 // twentieths of a point
	blanks := 0
	for _, side := range []string{"left", "start", "firstLine"} {
		if n, err := strconv.Atoi(attr(e, side)); err == nil {
			blanks += n / perBlank
		}
	}
	return min(max(blanks, 0), most)
}

// runProperties finds out whether a run is to be seen.
func (w *walker) runProperties(p *paragraph) error {
	return w.skip(func(e xml.StartElement) {
		switch e.Name.Local {
		case "vanish":
			if isOn(e) {
				p.runHidden, p.hidden = true, true
			}
		case "strike", "dstrike":
			if isOn(e) {
				p.runHidden, p.struck = true, true
			}
		case "rStyle":
			if w.styles[attr(e, "val")].hidden {
				p.runHidden, p.hidden = true, true
			}
		}
	})
}

// contentControl leaves out what a content control holds where that is a table of contents, or the prompt to fill it in.
func (w *walker) contentControl() error {
	omit := false
	err := w.skip(func(e xml.StartElement) {
		switch e.Name.Local {
		case "docPartGallery":
			omit = omit || attr(e, "val") == "Table of Contents"
		case "showingPlcHdr":
			omit = omit || isOn(e)
		}
	})
	for omit && err == nil {
		var token xml.Token
		if token, err = w.next(); err != nil {
			break
		}
		if e, ok := token.(xml.StartElement); ok {
			if err = w.skip(nil); e.Name.Local == "sdtContent" {
				return err
			}
		} else if _, ok := token.(xml.EndElement); ok { // the control ends without content
			return nil
		}
	}
	return err
}

// startOther takes in drawings: what they hold as text is read, that they show something is remembered.
func (w *walker) startOther(e xml.StartElement) error {
	p := w.paragraph()
	switch e.Name.Local {
	case "Fallback": // the same once more, for old word processors
		return w.skip(nil)
	case "oMath", "oMathPara":
		return w.skip(nil)
	case "blip", "imagedata":
		if p != nil && p.picture == "" && !p.inObject {
			p.picture = "picture"
		}
	case "OLEObject":
		if kind := attr(e, "ProgID"); p != nil && kind != "" && len(kind) < 40 {
			p.picture = "embedded attachment (" + kind + ")"
		}
	}
	return nil
}

// symbol is a character of a font of pictures: ticks and crosses are the ones that mean something in a sheet.
func symbol(code string) string {
	switch strings.ToUpper(code) {
	case "F0FC", "F0FE", "F052", "F0D6":
		return "✓"
	case "F0FB", "F0FD", "F0CF":
		return "✗"
	case "F0E0", "F0E8":
		return "→"
	}
	return ""
}

// end takes in the end of an element.
func (w *walker) end(e xml.EndElement) {
	if !isWord(e.Name) {
		return
	}
	p := w.paragraph()
	switch e.Name.Local {
	case "p":
		w.endParagraph()
	case "r":
		if p != nil {
			p.inRun, p.runHidden = false, false
		}
	case "object":
		if p != nil {
			p.inObject = false
		}
	case "hyperlink":
		if p != nil {
			w.endLink(p)
		}
	case "txbxContent":
		if box := w.pop(); w.paragraph() != nil {
			w.paragraph().boxes = append(w.paragraph().boxes, box.pieces...)
		}
	case "tbl", "tr", "tc":
		w.endTable(e.Name.Local)
	}
}

// endLink puts the address in the place of words that only stand for it.
func (w *walker) endLink(p *paragraph) {
	whole := p.text.String()
	at := min(p.linkAt, len(whole))
	switch strings.ToLower(strings.Trim(whole[at:], " .:[]()<>")) {
	case "here", "link", "click here", "this link", "url", "this url", "open":
		if strings.Contains(p.link, "://") {
			p.text.Reset()
			p.text.WriteString(whole[:at] + p.link)
		}
	}
	p.link = ""
}

// endParagraph adds the paragraph to what holds it.
func (w *walker) endParagraph() {
	c := w.top()
	p := c.open
	if p == nil {
		return
	}
	c.open = nil
	s := strings.TrimRight(c.carry+p.text.String(), " \t\n")
	if c.carry = ""; p.endDeleted {
		c.carry = s
		return
	}
	if w.styles.isContents(p.style) {
		return
	}
	if p.picture != "" {
		s = c.picture(p.picture, s)
	}
	b := piece{text: s, place: w.place(c, s != ""), indent: p.indent}
	switch {
	case strings.Contains(s, "\n"):
	case s != "" && max(p.outline, w.styles.level(p.style)) > 0:
		b.kind, b.level = text.Heading, p.outline
		if b.level == 0 {
			b.level = w.styles.level(p.style)
		}
	case w.bullets[p.list]:
		b.kind = text.Item
	}
	w.remember(p, source.Span{Pos: source.Pos{Cell: b.place, Line: 1, Column: 1}})
	c.pieces = append(append(c.pieces, b), p.boxes...)
}

// remember keeps the first place of each thing that is left out.
func (w *walker) remember(p *paragraph, at source.Span) {
	for _, left := range []struct {
		out   bool
		first *source.Span
	}{{p.hidden, &w.skipped.hidden}, {p.struck, &w.skipped.struck}, {p.commented, &w.skipped.comments}, {p.picture != "", &w.skipped.pictures}} {
		if left.out && left.first.IsZero() {
			*left.first = at
		}
	}
}

// picture says in place of an example that a picture shows it. A picture that stands under no label of an example illustrates the text.
func (c *container) picture(what, beside string) string {
	see := "see the " + what
	if c.place != "" {
		if c.shows = see; beside != "" {
			return beside
		}
		return ""
	}
	label := beside
	for i := len(c.pieces) - 1; i >= 0 && label == ""; i-- {
		label = c.pieces[i].text
	}
	switch {
	case !text.LabelsExample(label):
		return beside
	case beside == "":
		return see
	}
	return strings.TrimRight(beside, ": ") + ": " + see
}
