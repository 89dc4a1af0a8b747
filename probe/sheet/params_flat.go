package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// flatTable reads the nesting of a table that has no mark for it: the rows below a mandatory object, for which no sample is given, are its
// fields, up to the next object. Without them nobody could send it.
type flatTable struct {
	on      bool
	object  nested   // that the rows below belong to
	guessed []string // the objects that got fields so
}

// isFlat says that nothing in a table tells how its rows are nested, and that a mandatory object stands above others.
func (t *tableReader) isFlat() bool {
	if t.in == inHeader || t.in == probe.InQuery || t.in == probe.InPath {
		return false
	}
	if slices.ContainsFunc(t.depths, func(depth int) bool { return depth > 0 }) {
		return false
	}
	objects := false
	for i, row := range t.rows {
		cell := t.cell(row, colName)
		_, depth, remark := nameCell(cell)
		parent := t.cell(row, colParent).String()
		if depth > 0 || strings.ContainsAny(cell.String(), ".[>→»/") || parent != "" && !IsNone(parent) {
			return false
		}
		p := parameter{mandatory: t.mandatory(row, cell, remark)}
		p.kind, p.item = typeOfCell(t.cell(row, colType).String())
		objects = objects || i+1 < len(t.rows) && p.isMandatory() && p.holdsFields() && sampleOf(t.cell(row, colSample), source.Text{}).Len() == 0
	}
	return objects
}

// isMandatory says that nothing allows to leave a parameter out.
func (p *parameter) isMandatory() bool { return p.mandatory == nil || *p.mandatory }

// holdsFields says that a parameter is an object, or an array of objects.
func (p *parameter) holdsFields() bool {
	return p.kind == "object" || p.kind == "array" && p.item == "object"
}

// above is the object that a row belongs to; its path is empty where it belongs to none.
func (f *flatTable) above(p *parameter) nested {
	if !f.on || p.holdsFields() || p.in != "" && p.in != probe.InBody {
		return nested{}
	}
	return f.object
}

// follow takes in a row: an object opens, and one with a sample of its own closes the one before it.
func (f *flatTable) follow(p *parameter, belongs bool) {
	if belongs && (len(f.guessed) == 0 || f.guessed[len(f.guessed)-1] != f.object.name) {
		f.guessed = append(f.guessed, f.object.name)
	}
	if !f.on || !p.holdsFields() {
		return
	}
	f.object = nested{}
	if p.sample.Len() == 0 {
		f.object = nested{name: p.name.String(), path: p.path, array: p.kind == "array"}
	}
}

// sayGuessed says which rows were taken for the fields of an object.
func (a *assembler) sayGuessed(f *flatTable, at source.Text) {
	if len(f.guessed) == 0 {
		return
	}
	var names []string
	for _, name := range f.guessed {
		names = append(names, quoteShort(name))
	}
	a.note(Note(source.Warning, "sheet.ambiguous", probe.FieldRequestBody, at.At(),
		"the table does not say which fields an object has: the rows below "+strings.Join(names, ", ")+" are taken for its fields",
		`write the path of each field, as in "customer.name", or an example of the body`))
}
