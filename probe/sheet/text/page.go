package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Block is a piece of a page, in the order in which people read it: a paragraph, or a table.
type Block struct {
	Kind  BlockKind
	Level int                // of a heading, 1 the highest; 0 where it is not known
	Text  source.Text        // of a paragraph; it may hold several lines
	Rows  [][]sheet.GridCell // of a table
	Title source.Text        // the caption of a table; may be empty
}

// BlockKind says what a block is.
type BlockKind uint8

// The kinds of blocks.
const (
	Paragraph BlockKind = iota
	Heading
	Item // of a list with bullets
	Code // set apart as an example
	Table
)

// ReadPage reads a page of paragraphs and tables. What stands in a table of its own is left to [sheet.ReadGrids], what flows to the rules of
// pasted text; many pages mix both, one API or another, or within one. So the page is read in more than one way, and the reading that
// understands most counts. Each API comes once, in the order of the page.
func ReadPage(doc *source.Document, blocks []Block) sheet.Reading {
	lines := 0
	for _, b := range blocks {
		lines += 1 + len(b.Rows)
		if long := b.tooLong(); long.Len() > 0 {
			return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.TooLong("", "the paragraph or cell", long)}}
		}
	}
	if lines > maxPageLines {
		return unreadable(doc, fmt.Sprintf("the document has %d paragraphs and rows; at most %d are read", lines, maxPageLines), "hand over the sheets in several documents")
	}
	p := page{doc: doc, blocks: slices.Clone(blocks)}
	for i, b := range blocks {
		p.blocks[i].Rows = sheet.InPairs(sheet.Grid{Rows: b.Rows}).Rows
	}
	return p.read()
}

// tooLong is the paragraph or cell that is longer than is read.
func (b Block) tooLong() source.Text {
	if b.Text.Len() > sheet.MaxValue {
		return b.Text
	}
	for _, row := range b.Rows {
		for _, c := range row {
			if c.Text.Len() > sheet.MaxValue {
				return c.Text
			}
		}
	}
	return source.Text{}
}

// maxPageLines is how many paragraphs and rows of tables a page may have: a page is read more than once.
const maxPageLines = 250_000

type page struct {
	doc    *source.Document
	blocks []Block
}

// way says for every block whether its table is read as a grid.
type way []bool

func (p *page) read() sheet.Reading {
	flow, all, alone := make(way, len(p.blocks)), make(way, len(p.blocks)), make(way, len(p.blocks))
	tables := 0
	for i, b := range p.blocks {
		if b.Kind == Table {
			tables++
			all[i], alone[i] = true, p.standsAlone(i)
		}
	}
	if tables == 0 {
		return p.readAs(flow)
	}
	best := p.readAs(alone)
	for _, w := range []way{p.withParameters(alone), p.withTestData(alone), all, flow} {
		if slices.Equal(w, alone) {
			continue
		}
		if r := p.readAs(w); score(r) > score(best) {
			best = r
		}
	}
	if len(best.Sheets) == 0 {
		return p.orForm(best)
	}
	return best
}

// orForm takes a table of labels alone for a form that nobody has filled in.
func (p *page) orForm(r sheet.Reading) sheet.Reading {
	var grids []sheet.Grid
	for i, b := range p.blocks {
		if b.Kind == Table {
			grids = append(grids, p.grid(i))
		}
	}
	if forms := sheet.UnfilledGrids(p.doc, grids); len(forms) > 0 {
		return sheet.Reading{Document: p.doc, Sheets: forms}
	}
	return r
}

// standsAlone says that a table holds sheets without anything around it: one that has an answer, or a list of several.
func (p *page) standsAlone(i int) bool {
	sheets, _ := sheet.ReadGrids(p.doc, []sheet.Grid{p.grid(i)})
	if !slices.ContainsFunc(sheets, isCallable) {
		return false
	}
	return len(sheets) > 1 || len(sheets) == 1 && len(sheets[0].Success)+len(sheets[0].Errors) > 0
}

// score is how much was understood: a filled field counts, and a sheet costs two, so that halves of one API are worth less than the whole.
func score(r sheet.Reading) int {
	n := 0
	for _, s := range r.Sheets {
		n += filled(s) - 2
		if slices.ContainsFunc(s.Request.Fields, func(f probe.RequestField) bool { return f.Mandatory != nil }) {
			n++
		}
	}
	return n
}

func filled(s *probe.Sheet) int {
	n := 0
	for _, has := range []bool{
		s.Name != "", s.Method != "", s.URL != "", len(s.Headers) > 0, !s.Request.Body.IsZero() || len(s.Request.Fields) > 0,
		len(s.Success) > 0, len(s.Errors) > 0, s.PartnerCode != "", len(s.Credentials) > 0, len(s.StatusCodes) > 0, len(s.TestData) > 0,
	} {
		if has {
			n++
		}
	}
	return n
}

// readAs reads the page in one way.
func (p *page) readAs(w way) sheet.Reading {
	r := ReadText(p.doc, p.flow(w))
	var grids []sheet.Grid
	for i := range p.blocks {
		if w[i] {
			grids = append(grids, p.grid(i))
		}
	}
	if len(grids) == 0 {
		return r
	}
	described := slices.DeleteFunc(slices.Clone(r.Sheets), func(s *probe.Sheet) bool { return !isDescribed(s) && s.Method == "" })
	if len(described) == 0 { // what stands around the tables is about all that they list
		if globals := p.globals(w); len(globals.Rows) > 0 {
			grids = append([]sheet.Grid{globals}, grids...)
		}
	}
	sheets, diagnostics := sheet.ReadGrids(p.doc, grids)
	if len(described) > 0 { // the rows of a table of answers are no APIs
		sheets = slices.DeleteFunc(sheets, func(s *probe.Sheet) bool { return !isCallable(s) })
	}
	if len(sheets) == 0 {
		return r
	}
	if r.Sheets = described; len(described) == 0 {
		r.Diagnostics = nil // that no sheet flows is no news
	}
	r.Sheets = p.merge(r.Sheets, sheets)
	r.Diagnostics = append(r.Diagnostics, diagnostics...)
	return r
}

// merge puts the sheets of paragraphs and tables in the order of the page. An API that is listed in a table and described in paragraphs, or
// the other way round, comes once.
func (p *page) merge(flowing, listed []*probe.Sheet) []*probe.Sheet {
	byCall, byName := map[string]*probe.Sheet{}, map[string]*probe.Sheet{}
	for _, s := range flowing {
		byCall[callKey(s)], byName[sheet.Fold(s.Name)] = s, s
	}
	drop := map[*probe.Sheet]bool{}
	for _, s := range listed {
		twin := byCall[callKey(s)]
		if twin == nil || callKey(s) == "" {
			twin = byName[sheet.Fold(s.Name)]
		}
		switch {
		case twin == nil || sheet.Fold(s.Name) == "" && callKey(s) == "":
		case !isDescribed(s):
			drop[s] = true
		case !isDescribed(twin):
			drop[twin] = true
		}
	}
	merged := slices.DeleteFunc(slices.Concat(flowing, listed), func(s *probe.Sheet) bool { return drop[s] })
	order := p.order()
	slices.SortStableFunc(merged, func(a, b *probe.Sheet) int { return order(a) - order(b) })
	return merged
}

// isCallable says that a sheet says what to call.
func isCallable(s *probe.Sheet) bool { return s.Method != "" || s.URL != "" }

// isDescribed says that a sheet is more than an entry of a list.
func isDescribed(s *probe.Sheet) bool {
	return len(s.Success)+len(s.Errors) > 0 || !s.Request.Body.IsZero()
}

// callKey is the method and the path of a sheet; "" where it has none.
func callKey(s *probe.Sheet) string {
	_, path, ok := strings.Cut(s.URL, "://")
	if !ok {
		path = "/" + s.URL
	}
	if _, path, ok = strings.Cut(path, "/"); !ok || s.Method == "" {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return s.Method + " " + strings.Trim(path, "/")
}

// order is where on the page a sheet begins.
func (p *page) order() func(*probe.Sheet) int {
	cells := map[string]int{}
	note := func(t source.Text) {
		if cell := t.Pos(0).Cell; cell != "" {
			cells[cell] = len(cells) + 1
		}
	}
	for _, b := range p.blocks {
		note(b.Text)
		for _, row := range b.Rows {
			for _, c := range row {
				note(c.Text)
			}
		}
	}
	return func(s *probe.Sheet) int {
		for _, f := range []probe.Field{probe.FieldName, probe.FieldMethod, probe.FieldURL, probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse} {
			if at, ok := s.At.Find(f); ok && !at.IsZero() {
				if at.Cell != "" {
					return cells[at.Cell]
				}
				return at.Offset
			}
		}
		return 0
	}
}

// grid is a table with its name. Where that is the heading of a section, such as "Request details", a heading above it names the API.
func (p *page) grid(i int) sheet.Grid {
	g := p.namedGrid(i)
	if !isSectionTitle(g.Name) {
		return g
	}
	const farthest = 20
	for j := i - 1; j >= max(0, i-farthest); j-- {
		b := p.blocks[j]
		if name := oneLine(b.Text); b.Kind == Heading && isTitle(newLine(b.Text), true) && !isSectionTitle(name) {
			g.Title = name
			return g
		}
	}
	return g
}

// namedGrid is a table with its name: the caption, or else the nearest heading above it or the line right above it. A table whose name is the label
// of a field that APIs share, such as "Common headers", is that field.
func (p *page) namedGrid(i int) sheet.Grid {
	g := sheet.Grid{Name: oneLine(p.blocks[i].Title), Rows: p.blocks[i].Rows}
	if g.Name != "" {
		return g
	}
	const farthest, longest = 3, 80
	for j, seen := i-1, 0; j >= 0 && seen < farthest && p.blocks[j].Kind != Table; j-- {
		b := p.blocks[j]
		if b.Text.IsBlank() {
			continue
		}
		c, isLabel := match(newLine(withoutCommon(b.Text)))
		switch name := oneLine(b.Text); {
		case isLabel && !c.alone, len(name) > longest: // a field of its own
		case isLabel && isShared(c.label.Field) && (seen == 0 || b.Kind == Heading):
			value := flow{}
			value.table(Block{Rows: g.Rows})
			return sheet.Grid{Rows: [][]sheet.GridCell{{{Text: c.text}, {Text: source.Compose(value.runs).TrimSpace()}}}}
		case b.Kind == Heading, g.Name == "" && seen == 0 && !isSentence(name):
			g.Name = strings.TrimRight(name, ": ")
		}
		if b.Kind == Heading {
			break
		}
		seen++
	}
	return g
}

// withoutCommon cuts off what says that a field is shared by all APIs.
func withoutCommon(t source.Text) source.Text {
	t = t.TrimSpace()
	word, rest, _ := strings.Cut(t.String(), " ")
	switch strings.ToLower(word) {
	case "common", "global", "default", "standard", "general", "generic":
		return t.Slice(t.Len()-len(rest), t.Len())
	}
	return t
}

// isShared says that a field may stand in a table of its own for all APIs of a document.
func isShared(f probe.Field) bool {
	return f == probe.FieldHeaders || f == probe.FieldStatusCodes || f == probe.FieldCredentials
}

// LabelsExample says that a line is the label of an example, of a request or an answer, and nothing else: a picture below it shows the
// example.
func LabelsExample(s string) bool {
	l, ok := sheet.LookupLabel(s)
	return ok && isBody(l.Field)
}

func oneLine(t source.Text) string { return strings.Join(strings.Fields(t.String()), " ") }

// lines are the text of a paragraph, or the rows of a table as they flow.
func (b Block) lines() source.Text {
	if b.Kind != Table {
		return b.Text
	}
	var f flow
	f.table(b)
	return source.Compose(f.runs)
}

// globals are the labelled lines outside the tables, as rows: the base URL and the headers of all APIs that the tables list.
func (p *page) globals(w way) sheet.Grid {
	const most = 200
	var g sheet.Grid
	for i, b := range p.blocks {
		if b.Kind == Code || b.Kind == Table && w[i] {
			continue
		}
		if b.Kind == Table && sheet.IsParameterTitles(titlesOf(b)) { // its names are no labels
			continue
		}
		for _, l := range linesOf(b.lines()) {
			c, ok := match(l)
			if ok && c.label.Field != "" && !c.alone && !c.isCall() && c.certainty >= likely && len(g.Rows) < most {
				g.Rows = append(g.Rows, []sheet.GridCell{{Text: c.text}, {Text: c.value}})
			}
		}
	}
	g.Rows = append(g.Rows, SharedBelow(p.flow(w))...)
	return g
}

// SharedBelow finds in a flow the labels of what all APIs of a document share, such as headers and codes, with their values below them, as rows.
func SharedBelow(flow source.Text) [][]sheet.GridCell {
	const most = 20
	var rows [][]sheet.GridCell
	for _, p := range cutAll(segment(linesOf(flow))) {
		if p.alone && isShared(p.label.Field) && !p.value.IsBlank() && len(rows) < most {
			rows = append(rows, []sheet.GridCell{{Text: p.text}, {Text: p.value}})
		}
	}
	return rows
}
