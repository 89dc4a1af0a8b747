package html

import (
	"errors"
	"strings"

	"golang.org/x/net/html"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// walker goes through the tags of a page, as it stands, and gathers what people see. It builds no tree: elements that are not closed, or
// not in order, are the rule in the pages that people hand over.
type walker struct {
	source       source.Text
	tokens       *html.Tokenizer
	surroundings bool // what surrounds the text of the page is read too
	at           int  // the offset of the token in the source
	raw          string

	skipping string // the element that is left out; "" for none
	skipped  int    // how many of that name are open
	inner    int    // how many lists and tables are open in it
	banner   bool   // it is the head of the page: its title is read all the same
	resume   string // the element to leave out again behind the title
	hides    bool   // it is hidden
	hidden   source.Span
	long     source.Text // what is longer than is read

	stack []*container
	main  []string // the open elements of the name of the one that holds the text of the page
	cells int
}

// piece is a paragraph or, where it has rows, a table.
type piece struct {
	kind text.BlockKind
	runs []source.Run
	rows [][]*cell
	name []source.Run // the caption of a table
	// summary says that it tells in a few words what the call above it does.
	summary bool
	main    bool // it stands in what is marked as the text of the page
}

// container holds pieces: the page, or a cell.
type container struct {
	pieces []piece
	para   paragraph
	kind   text.BlockKind // of the next paragraph
	pre    int            // open elements that keep their line ends
	lists  []string       // open lists
	table  *table
	shows  source.Run // a picture in a cell
	link   link
	says   bool // the next paragraph is a summary
	cell   bool // it is a cell of a table
	indent int  // the indentation of its first paragraph, in blanks
}

// The limits of a page.
const (
	maxTables = 32 // within each other
	maxCells  = 1 << 20
	maxLists  = 64
	maxToken  = 8 << 20 // bytes of one tag or text; pictures stand within tags
)

func newWalker(doc *source.Document, surroundings bool) *walker {
	whole := doc.Text()
	w := &walker{source: whole, surroundings: surroundings, stack: []*container{{}}}
	w.tokens = html.NewTokenizer(strings.NewReader(whole.String()))
	w.tokens.AllowCDATA(true)
	w.tokens.SetMaxBuf(maxToken)
	return w
}

func (w *walker) walk() {
	for w.long.Len() == 0 {
		kind := w.tokens.Next()
		w.raw = string(w.tokens.Raw())
		if kind == html.ErrorToken { // the end, or a tag that is cut off
			if errors.Is(w.tokens.Err(), html.ErrBufferExceeded) {
				w.long = w.source.Slice(w.at, w.source.Len())
			}
			break
		}
		switch kind {
		case html.TextToken:
			w.text()
		case html.StartTagToken, html.SelfClosingTagToken:
			w.startTag(w.tokens.Token())
		case html.EndTagToken:
			name, _ := w.tokens.TagName()
			w.endTag(string(name))
		}
		w.at += len(w.raw)
	}
	for len(w.stack) > 1 {
		w.endTable()
	}
	w.endTable()
	w.flush()
}

func (w *walker) top() *container { return w.stack[len(w.stack)-1] }

// here is the token in the source.
func (w *walker) here() source.Text { return w.source.Slice(w.at, w.at+len(w.raw)) }

func (w *walker) text() {
	if w.skipping != "" {
		if w.hides && w.hidden.IsZero() && strings.TrimSpace(w.raw) != "" {
			w.hidden = w.here().TrimSpace().At()
		}
		return
	}
	c := w.top()
	switch t := w.here(); {
	case t.Len() > sheet.MaxValue:
		w.long = t
	case strings.HasPrefix(w.raw, "<![CDATA["):
		w.flush()
		c.para.keep(t.Slice(len("<![CDATA["), len(strings.TrimSuffix(w.raw, "]]>"))), false)
		c.kind = text.Code
		w.flush()
	case c.table != nil: // between the rows of a table there is no place for text
	case c.pre > 0:
		c.para.keep(t, true)
	default:
		c.para.collapse(t)
	}
}

// startTag takes in the beginning of an element.
func (w *walker) startTag(t html.Token) {
	if w.skipping != "" && w.endsSkipped(t.Data, true) {
		w.stopSkipping()
	}
	if w.skipping != "" {
		if t.Data == w.skipping && t.Type == html.StartTagToken && !void[t.Data] {
			w.skipped++
		}
		if w.banner && t.Data == "h1" {
			w.skipping, w.banner, w.resume = "", false, w.skipping
			w.flush()
			w.top().kind = text.Heading
		}
		return
	}
	if w.leavesOut(t) {
		return
	}
	c := w.top()
	switch t.Data {
	case "br":
		c.para.br(w.here())
		return
	case "img":
		w.picture(t)
		return
	case "input":
		if attr(t, "type") == "checkbox" && has(t, "checked") {
			c.para.add(source.Run{Text: "✓", From: w.here()})
		}
		return
	case "a":
		c.link = link{target: attr(t, "href"), from: len(c.para.runs)}
		return
	case "table", "dl", "tr", "td", "th", "dt", "dd", "caption":
		w.startTable(t)
		return
	}
	if c.cell && len(c.pieces) == 0 && strings.TrimSpace(c.para.String()) == "" {
		c.indent = min(c.indent+indentOf(t), maxIndent)
	}
	if !blocks[t.Data] {
		c.para.parts(c.pre > 0)
		return
	}
	if c.pre > 0 && t.Data != "pre" { // lines of an example that are elements of their own
		c.para.line()
		return
	}
	w.flush()
	w.enterMain(t)
	w.startBlock(c, t)
}

func (w *walker) startBlock(c *container, t html.Token) {
	c.says = strings.Contains(attr(t, "class"), "opblock-summary-description")
	switch t.Data {
	case "h1", "h2", "h3", "h4", "h5", "h6", "summary":
		c.kind = text.Heading
	case "pre", "textarea":
		c.pre++
		c.kind = text.Code
		if method := attr(t, "data-type"); isMethod(strings.ToUpper(method)) { // a style sheet shows it before the address
			c.para.runs = append(c.para.runs, source.Run{Text: strings.ToUpper(method) + " ", From: w.here()})
		}
	case "ul", "ol":
		if len(c.lists) < maxLists {
			c.lists = append(c.lists, t.Data)
		}
	case "li":
		if n := len(c.lists); n == 0 || c.lists[n-1] == "ul" {
			c.kind = text.Item
		}
	}
}

// endTag takes in the end of an element.
func (w *walker) endTag(name string) {
	if w.skipping != "" && w.endsSkipped(name, false) {
		w.stopSkipping()
	}
	if w.skipping != "" {
		if name == w.skipping {
			if w.skipped--; w.skipped <= 0 {
				w.stopSkipping()
			}
		}
		return
	}
	c := w.top()
	switch name {
	case "a":
		c.para.follow(c.link)
		c.link = link{}
		return
	case "table", "dl":
		w.endTable()
		return
	case "tr", "td", "th", "dt", "dd", "caption":
		w.endPart(name)
		return
	case "br":
		c.para.br(w.here())
		return
	}
	if !blocks[name] {
		c.para.closed = len(c.para.runs)
		return
	}
	if c.pre > 0 && name != "pre" && name != "textarea" {
		c.para.line()
		return
	}
	w.flush()
	switch name {
	case "pre", "textarea":
		c.pre = max(c.pre-1, 0)
	case "ul", "ol":
		c.lists = c.lists[:max(len(c.lists)-1, 0)]
	}
	w.leaveMain(name)
	if name == "h1" && w.resume != "" {
		w.skipping, w.resume = w.resume, ""
	}
}

func (w *walker) stopSkipping() { w.skipping, w.banner, w.hides = "", false, false }

// flush ends the paragraph.
func (w *walker) flush() {
	c := w.top()
	lead := c.para.lead()
	if runs := c.para.take(); len(runs) > 0 {
		if lead += c.indent; lead > 0 && c.cell && len(c.pieces) == 0 && c.pre == 0 {
			runs = append([]source.Run{{Text: strings.Repeat(" ", lead)}}, runs...)
		}
		c.pieces = append(c.pieces, piece{kind: c.kind, runs: runs, main: len(w.main) > 0, summary: c.says})
		c.says = false
		if c.pre == 0 {
			c.kind = text.Paragraph
		}
		return
	}
	if c.kind == text.Heading || c.kind == text.Code && c.pre == 0 {
		c.kind = text.Paragraph
	}
}

// page is what stands in what is marked as the text of the page, with its title, and all of the page. The former may be empty.
func (w *walker) page() (main, all []text.Block) {
	title := -1
	pieces := joinBadges(withoutGutters(w.stack[0].pieces))
	for i, p := range pieces {
		b := w.block(p)
		all = append(all, b)
		switch {
		case p.main && title >= 0 && len(main) == 0:
			main = append(main, all[title], b)
		case p.main:
			main = append(main, b)
		case p.kind == text.Heading:
			title = i
		}
	}
	return main, all
}

func (w *walker) block(p piece) text.Block {
	if p.rows == nil {
		return text.Block{Kind: p.kind, Text: source.Compose(p.runs)}
	}
	b := text.Block{Kind: text.Table, Title: source.Compose(p.name), Rows: make([][]sheet.GridCell, len(p.rows))}
	for i, row := range p.rows {
		for _, c := range row {
			g := sheet.GridCell{Merged: c.merged}
			if len(c.runs) > 0 {
				g.Text = source.Compose(c.runs)
			}
			b.Rows[i] = append(b.Rows[i], g)
		}
	}
	return b
}

// picture says in place of an example that a picture shows it.
func (w *walker) picture(t html.Token) {
	c := w.top()
	switch strings.ToLower(strings.Trim(attr(t, "alt"), "() ")) {
	case "tick", "check", "yes":
		c.para.add(source.Run{Text: "✓", From: w.here()})
		return
	case "cross", "error", "no":
		c.para.add(source.Run{Text: "✗", From: w.here()})
		return
	}
	if strings.Contains(attr(t, "class"), "emotic") || strings.Contains(attr(t, "class"), "icon") {
		return
	}
	shows := source.Run{Text: "see the picture", From: w.here()}
	if len(w.stack) > 1 {
		c.shows = shows
		return
	}
	label := c.para.String()
	for i := len(c.pieces) - 1; i >= 0 && strings.TrimSpace(label) == ""; i-- {
		label = plain(c.pieces[i].runs)
	}
	if text.LabelsExample(label) {
		w.flush()
		c.para.add(shows)
		w.flush()
	}
}

func (w *walker) remarks() source.Diagnostics {
	if w.hidden.IsZero() {
		return nil
	}
	return source.Diagnostics{sheet.Note(source.Info, "sheet.ambiguous", "", w.hidden, "hidden parts of the page are not read",
		"show them, for example all tabs one after another, and save the page again where they matter")}
}
