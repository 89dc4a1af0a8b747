package pdf

import (
	"github.com/ledongthuc/pdf"
)

// structure is what a document says of itself (ISO 32000-1, 14.7): which of its marked contents are the cells of which table, and which are
// headings.
type structure struct {
	tables   []*tagged
	headings map[mark]bool
}

// tagged is a table of the structure.
type tagged struct {
	rows  [][]*taggedCell
	below map[int]int // columns that cells of earlier rows reach down into, and how far still
}

type taggedCell struct {
	marks  []mark
	merged bool
}

// mark names marked content: the key of its page, and its number there.
type mark struct{ page, id int }

// Limits of a structure.
const (
	maxElements = 200_000
	maxNested   = 100
	maxSpan     = 64
)

// structureOf reads the structure of a document; an empty one where it has none that can be read.
func structureOf(data []byte) (s structure) {
	defer func() {
		if recover() != nil {
			s = structure{}
		}
	}()
	file, err := normalized(data)
	if err != nil {
		return s
	}
	r, err := pdf.NewReader(newBudget(file), int64(len(file)))
	if err != nil {
		return s
	}
	root := r.Trailer().Key("Root").Key("StructTreeRoot")
	w := structureWalker{roles: root.Key("RoleMap"), found: structure{headings: map[mark]bool{}}}
	w.walk(root.Key("K"), scope{page: -1}, 0)
	return w.found
}

// keyOf is the number by which the structure knows a page; -1 for none.
func keyOf(page pdf.Value) int {
	if key := page.Key("StructParents"); key.Kind() == pdf.Integer {
		return int(key.Int64())
	}
	return -1
}

type structureWalker struct {
	roles pdf.Value
	left  int
	found structure
}

// scope is what an element stands in.
type scope struct {
	page    int
	heading bool
	table   *tagged
	cell    *taggedCell
}

func (w *structureWalker) walk(v pdf.Value, in scope, depth int) {
	if w.left++; depth > maxNested || w.left > maxElements {
		return
	}
	switch v.Kind() {
	case pdf.Array:
		for i := range v.Len() {
			w.walk(v.Index(i), in, depth+1)
		}
	case pdf.Integer:
		w.content(mark{in.page, int(v.Int64())}, in)
	case pdf.Dict:
		w.element(v, in, depth)
	}
}

func (w *structureWalker) content(m mark, in scope) {
	if in.cell != nil {
		in.cell.marks = append(in.cell.marks, m)
	} else if in.heading {
		w.found.headings[m] = true
	}
}

func (w *structureWalker) element(v pdf.Value, in scope, depth int) {
	if page := v.Key("Pg"); !page.IsNull() {
		in.page = keyOf(page)
	}
	if id := v.Key("MCID"); id.Kind() == pdf.Integer {
		w.content(mark{in.page, int(id.Int64())}, in)
		return
	}
	role := v.Key("S").Name()
	if other := w.roles.Key(role).Name(); other != "" {
		role = other
	}
	switch {
	case role == "Table" && in.cell == nil:
		in.table = &tagged{below: map[int]int{}}
		w.found.tables = append(w.found.tables, in.table)
	case role == "TR" && in.table != nil && in.cell == nil:
		in.table.rows = append(in.table.rows, nil)
	case (role == "TD" || role == "TH") && in.table != nil && in.cell == nil && len(in.table.rows) > 0:
		in.cell = in.table.put(spans(v.Key("A")))
	case len(role) == 2 && role[0] == 'H' || role == "H" || role == "Title":
		in.heading = true
	}
	w.walk(v.Key("K"), in, depth+1)
}

// spans are how many columns and rows a cell covers.
func spans(attributes pdf.Value) (columns, rows int) {
	columns, rows = 1, 1
	each := []pdf.Value{attributes}
	if attributes.Kind() == pdf.Array {
		each = nil
		for i := range min(attributes.Len(), maxSpan) {
			each = append(each, attributes.Index(i))
		}
	}
	for _, a := range each {
		if a.Kind() != pdf.Dict && a.Kind() != pdf.Stream {
			continue
		}
		columns, rows = max(columns, int(a.Key("ColSpan").Int64())), max(rows, int(a.Key("RowSpan").Int64()))
	}
	return min(columns, maxSpan), min(rows, maxSpan)
}

// put adds a cell to the last row, behind those that reach down into it.
func (t *tagged) put(columns, rows int) *taggedCell {
	row := &t.rows[len(t.rows)-1]
	for t.below[len(*row)] > 0 && len(*row) < maxNested {
		t.below[len(*row)]--
		*row = append(*row, &taggedCell{merged: true})
	}
	c := &taggedCell{}
	for j := range columns {
		if rows > 1 {
			t.below[len(*row)] = rows - 1
		}
		*row = append(*row, &taggedCell{merged: j > 0})
	}
	(*row)[len(*row)-columns] = c
	return c
}
