package sheet

import (
	"fmt"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Grid is a table as any format gives it: a workbook's tab, a table of a document or a page, the rows of a csv file.
type Grid struct {
	Name string       // the tab's name, the caption, or the heading over the table; "" for none
	Rows [][]GridCell // ragged rows are fine
	// Title is the heading that names an API, where Name is only that of a section.
	Title string
}

// GridCell is one cell.
type GridCell struct {
	Text   source.Text
	Merged bool // it belongs to a merged cell whose text stands above or to the left; Text is empty then
}

// The limits of tables. What lies beyond is said and not read.
const (
	maxGridSheets = 20000
	maxGridCopies = 16 << 20 // bytes of text that "same as above", merged cells and common tables may add to the sheets of one document
)

// ReadGrids finds the sheets that tables describe, whatever their layout: one API per row, one per column, label and value side by side, blocks
// one under the other, one row per parameter. Tables that belong together (a tab of common codes, a tab of globals) are taken together.
// Diagnostics are those that belong to no sheet.
func ReadGrids(doc *source.Document, grids []Grid) ([]*probe.Sheet, source.Diagnostics) {
	r := &gridReader{doc: doc, labels: map[string]gridLabel{}, said: map[string]bool{}, last: map[string]source.Text{}}
	for _, g := range grids {
		g.Rows = PartCredentials(g.Rows)
		r.tab(InPairs(g))
	}
	r.assignTables()
	r.share()
	var sheets []*probe.Sheet
	for _, tab := range r.tabs {
		tab.first = len(sheets)
		for _, d := range tab.drafts {
			if len(sheets) == maxGridSheets {
				r.note(Diagnose("sheet.unreadable", "", d.at(), fmt.Sprintf("only the first %d sheets of the document are read", maxGridSheets),
					"hand over the sheets in several documents"))
				return sheets, r.notes
			}
			sheets = append(sheets, d.assemble(doc))
		}
	}
	r.shareTests(sheets)
	return sheets, r.notes
}

// gridReader reads the tables of one document.
type gridReader struct {
	doc    *source.Document
	tabs   []*gridTab
	notes  source.Diagnostics
	labels map[string]gridLabel   // what was looked up before
	said   map[string]bool        // unknown labels that were reported
	last   map[string]source.Text // the value last given under a label, for "same as above"
	copied int
	tables int // of parameters, outside of any API
}

// gridTab is what one table gave.
type gridTab struct {
	name   string
	title  string // what names an API where the name does not
	drafts []*draft
	first  int        // the number of its first sheet
	shared []Fragment // what no API of its own holds: base URL, headers, codes, credentials
	// variables are the values that the table itself gives to placeholders, by their folded names.
	variables map[string]source.Text
	prefix    source.Text // what stands between the base URL and every path
}

// draft is one API before what it shares with others is added.
type draft struct {
	fragments []Fragment
	title     source.Text // what stands over it; its name where no label gives one
	notes     source.Diagnostics
}

func (r *gridReader) note(d source.Diagnostic) { r.notes = append(r.notes, d) }

// tab reads one table: parts that stand side by side one after the other.
func (r *gridReader) tab(g Grid) {
	tab := &gridTab{name: g.Name, title: g.Title, variables: map[string]source.Text{}}
	r.tabs = append(r.tabs, tab)
	whole := newArea(g)
	if len(whole.rows) == 0 || r.parameterTab(tab, whole) {
		return
	}
	for _, part := range r.sideBySide(whole) {
		r.part(tab, part)
	}
	if r.nameAlone(tab); len(tab.drafts)+len(tab.shared) == 0 {
		r.named(tab, whole)
	}
}

// part reads a table that has nothing beside it: what stands above the titles of columns, the rows below them, and so on.
func (r *gridReader) part(tab *gridTab, a area) {
	row := 0
	for row < len(a.rows) {
		head, ok := r.findHeader(a, row)
		if !ok {
			break
		}
		r.labelled(tab, a.between(row, head.row), true)
		end := r.endOfRows(a, head)
		r.rowPerAPI(tab, a.between(head.row, end), head)
		row = end
	}
	r.labelled(tab, a.between(row, len(a.rows)), row > 0)
}

// nameAlone names the only API of a table after the table.
func (r *gridReader) nameAlone(tab *gridTab) {
	name := tab.name
	if tab.title != "" {
		name = tab.title
	}
	if len(tab.drafts) != 1 || isGenericName(name) {
		return
	}
	if d := tab.drafts[0]; d.title.IsBlank() && len(d.fragments) > 0 {
		near := d.fragments[0].Label
		if near.Len() == 0 {
			near = d.fragments[0].Value
		}
		d.title = source.Compose([]source.Run{{Text: name, From: near.Slice(0, 0)}})
	}
}

func (d *draft) at() source.Span {
	for _, f := range d.fragments {
		if !f.Value.IsBlank() {
			return f.Value.At()
		}
	}
	return source.Span{}
}

// assemble makes the sheet. The title counts where no label gives the name.
func (d *draft) assemble(doc *source.Document) *probe.Sheet {
	fragments := d.fragments
	if !hasValue(fragments, probe.FieldName) && !d.title.IsBlank() {
		title := trimBullet(d.title)
		title = title.Slice(Numbering(title.String()), title.Len())
		fragments = append([]Fragment{{Field: probe.FieldName, Value: title}}, fragments...)
	}
	if !d.hasMethod() {
		fragments = append(fragments, hiddenMethod(fragments)...)
	}
	s := Assemble(doc, fragments)
	s.Diagnostics = append(s.Diagnostics, d.notes...)
	s.Diagnostics.Sort()
	return s
}

func hasValue(fragments []Fragment, f probe.Field) bool {
	for _, have := range fragments {
		if have.Field == f && !have.Value.IsBlank() {
			return true
		}
	}
	return false
}
