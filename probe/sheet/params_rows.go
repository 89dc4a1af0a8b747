package sheet

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// inHeader is where a parameter travels that is a header. The sheet lists it among its headers and not among the fields of the request.
const inHeader = "header"

// parameter is what a table or a list says of one parameter.
type parameter struct {
	name      source.Text
	path      []string // the keys under which it stands in the body; "0" is the first item of an array
	kind      string   // a JSON Schema type, or ""
	item      string   // the type of the items of an array
	mandatory *bool
	sample    source.Text
	in        string // as probe.InBody, or inHeader; "" where method and URL have to tell
	quoted    bool   // the table writes texts in quotes: what stands without is none
	typeName  string // the name of its type, where that is none of JSON
	words     []assumed
}

// assumed is a text about a parameter, and what its place says of the numbers in it.
type assumed struct {
	text source.Text
	says assumption
}

// takeParameters reads the tables of parameters in the value of a field, and returns the value without them. in is where the label says that they
// travel; "" where it does not. title is what the table stands under.
func (a *assembler) takeParameters(title, value source.Text, in string) source.Text {
	lines := value.Lines()
	var kept []source.Text
	found := false
	for i := 0; i < len(lines); i++ {
		if (in == probe.InQuery || in == probe.InPath) && endsParameters(lines[i].String()) {
			kept = append(kept, lines[i:]...)
			break
		}
		n := ParameterLines(lines[i:])
		if n == 0 {
			if kept = append(kept, lines[i]); !lines[i].IsBlank() {
				title = lines[i]
			}
			continue
		}
		if !a.titledRows(title, lines[i:i+n], in) {
			a.parameterRows(lines[i:i+n], in)
		}
		title, found = source.Text{}, true
		i += n - 1
	}
	if !found {
		return value
	}
	return joined(kept, "\n").TrimSpace()
}

// withoutParameters is a value without the tables of parameters in it: those under the label of an answer describe no request.
func withoutParameters(value source.Text) source.Text {
	scratch := assembler{}
	return scratch.takeParameters(source.Text{}, value, inHeader)
}

// parameterRows reads a table of which the first line holds the titles.
func (a *assembler) parameterRows(lines []source.Text, in string) {
	titles := lineCells(lines[0])
	at, _ := parameterColumns(titles)
	t := tableReader{at: at, in: in}
	var drawn []source.Text
	if i := at[colName]; in == "" && strings.Contains(strings.ToLower(titles[i].String()), inHeader) {
		t.in = inHeader
	} else if l, ok := LookupLabel(titles[i].String()); ok && in == "" {
		t.in = placeOf(l, titles[i])
	}
	for _, line := range lines[1:] {
		if isRule(strings.TrimSpace(line.String())) {
			continue
		}
		t.rows = append(t.rows, alignedCells(lines[0], line, titles))
		drawn = append(drawn, line)
	}
	lines = drawn
	t.survey()
	if at[colName] == 0 {
		t.depths = depths(lines)
	}
	t.flat.on = t.isFlat()
	for i, row := range t.rows {
		t.row = i
		if p, ok := t.parameter(row); ok && len(a.listed) < maxFields {
			a.listed = append(a.listed, p)
		}
	}
	a.sayGuessed(&t.flat, titles[at[colName]])
}

// tableReader reads the rows of one table of parameters.
type tableReader struct {
	at   map[string]int
	in   string
	rows [][]source.Text
	// letters are marks that mean what they do by the others of their column.
	letters map[string]bool
	marks   bool // some cell says what is mandatory: an empty one then says that the parameter is not
	quoted  bool // texts among the samples stand in quotes
	above   []nested
	depths  []int // by row, how deep its indentation lies
	row     int
	flat    flatTable
}

// nested is a row that others may stand under.
type nested struct {
	depth int
	name  string
	path  []string
	array bool
	// scalar says that the row is a text, a number or a truth value.
	scalar bool
}

func (t *tableReader) cell(row []source.Text, kind string) source.Text {
	if i, ok := t.at[kind]; ok && i < len(row) {
		return row[i]
	}
	return source.Text{}
}

// survey looks at whole columns: what a mark means, others tell.
func (t *tableReader) survey() {
	var cells []string
	for _, row := range t.rows {
		for _, kind := range []string{colMandatory, colOptional} {
			s := t.cell(row, kind).String()
			_, stated := statedCell(s)
			t.marks = t.marks || stated
			cells = append(cells, s)
		}
		s := t.cell(row, colSample).String()
		t.quoted = t.quoted || len(s) > 2 && s[0] == '"' && s[len(s)-1] == '"'
	}
	t.letters = letterMarks(cells)
}

// parameter reads a row.
func (t *tableReader) parameter(row []source.Text) (p parameter, ok bool) {
	cell := t.cell(row, colName)
	name, depth, remark := nameCell(cell)
	if depth == 0 && t.row < len(t.depths) {
		depth = t.depths[t.row]
	}
	if name.Len() == 0 || name.Len() > maxLabel || IsNone(name.String()) || strings.ContainsAny(name.String(), "{}<>:") {
		return parameter{}, false
	}
	p = parameter{name: name, in: t.in, quoted: t.quoted, mandatory: t.mandatory(row, cell, remark)}
	if where := placeNamed(t.cell(row, colIn).String()); where != "" {
		p.in = where
	}
	kind := t.cell(row, colType).String()
	if _, ok := t.at[colType]; !ok {
		kind = remark
		if k := t.cell(row, colIn).String(); placeNamed(k) == "" {
			kind += " " + k
		}
	}
	p.kind, p.item = typeOfCell(kind)
	p.typeName = TypeNamed(t.cell(row, colType).String())
	p.sample = sampleOf(t.cell(row, colSample), t.cell(row, colAbout))
	if about := t.cell(row, colAbout); p.in == inHeader && p.sample.Len() == 0 && len(strings.Fields(about.String())) <= 4 &&
		len(probe.FindPlaceholders(about.String(), false)) > 0 {
		p.sample = about // "Bearer <token>", where no column is for values
	}
	if sample := t.cell(row, colSample); p.in == inHeader && p.sample.Len() == 0 && strings.HasPrefix(sample.String(), "<") && len(probe.FindPlaceholders(sample.String(), false)) > 0 {
		p.sample = sample // "<uuid>" is a type elsewhere
	}
	for _, a := range assumptions {
		if words := t.cell(row, a.column); words.Len() > 0 && !IsNone(words.String()) {
			p.words = append(p.words, assumed{words, a.says})
		}
	}
	if remark != "" {
		p.words = append(p.words, assumed{text: cell})
	}
	t.nest(&p, depth, t.cell(row, colParent).String())
	return p, true
}

// mandatory is what a row says of itself: in its own column, by a star behind the name, in a remark, or in the first words about it.
func (t *tableReader) mandatory(row []source.Text, name source.Text, remark string) *bool {
	s := strings.TrimRight(name.String(), " `_")
	yes, no := true, false
	switch {
	case strings.HasSuffix(strings.TrimSuffix(s, "**"), "*"):
		return &yes
	case strings.HasSuffix(s, "?"):
		return &no
	}
	for _, kind := range []string{colMandatory, colOptional} {
		if _, ok := t.at[kind]; !ok {
			continue
		}
		s := t.cell(row, kind).String()
		mandatory, stated := statedCell(s)
		meant, isMark := t.letters[strings.ToUpper(strings.Trim(s, "*.()[]` "))]
		switch {
		case isMark:
			mandatory, stated = meant, true
		case !stated && t.marks && (s == "" || IsNone(s)):
			mandatory, stated = kind == colOptional, true
		}
		if stated {
			mandatory = mandatory != (kind == colOptional)
			return &mandatory
		}
	}
	about, _, _ := strings.Cut(t.cell(row, colAbout).String(), " ")
	for _, words := range []string{remark, t.cell(row, colType).String(), strings.Trim(about, "()[].,:;*_")} {
		if mandatory, stated := statedMandatory(words); stated {
			return &mandatory
		}
	}
	return nil
}

// nest finds out where in the body a parameter stands: its name is a path, marks before it show how deep it lies, or a column names its parent.
func (t *tableReader) nest(p *parameter, depth int, parent string) {
	path := pathOf(p.name.String())
	var base nested
	switch {
	case depth > 0:
		for len(t.above) > 0 && t.above[len(t.above)-1].depth >= depth {
			t.above = t.above[:len(t.above)-1]
		}
		if len(t.above) > 0 {
			base = t.above[len(t.above)-1]
		}
		if base.scalar { // nothing lies below a text
			base.path, base.array = base.path[:len(base.path)-1], false
		}
	case parent != "" && !IsNone(parent):
		for _, n := range t.above {
			if n.name == Fold(parent) {
				base = n
			}
		}
		if base.path == nil {
			base.path = pathOf(parent)
		}
	default:
		if base = t.flat.above(p); base.path == nil {
			base = t.arrayAbove(path)
			path = path[min(len(base.path), len(path)):]
		}
	}
	p.path = slices.Clone(base.path)
	if base.array {
		p.path = append(p.path, "0")
	}
	if len(path) > 1 && path[len(path)-1] == "0" { // "items[]" is the array itself
		path = path[:len(path)-1]
		if p.kind != "array" {
			p.item, p.kind = p.kind, "array"
		}
	}
	if len(path) > 0 && path[0] == "0" && base.array {
		path = path[1:]
	}
	p.path = append(p.path, path...)
	t.flat.follow(p, t.flat.above(p).path != nil)
	t.above = append(t.above, nested{depth: depth, name: Fold(p.name.String()), path: p.path, array: p.kind == "array", scalar: p.kind == "string" || isNumeric(p.kind) || p.kind == "boolean"})
}

// arrayAbove is the array of an earlier row in which a dotted name stands: "items.sku" below "items" of the type array.
func (t *tableReader) arrayAbove(path []string) nested {
	for i := len(t.above) - 1; i >= 0; i-- {
		n := t.above[i]
		if n.array && len(path) > len(n.path) && slices.Equal(n.path, path[:len(n.path)]) {
			return n
		}
	}
	return nested{}
}

// depths tells by the blanks before the names of a table how deep each lies below the rows above it.
func depths(lines []source.Text) []int {
	var open []int // the indentations of the rows that the next one may lie below
	all := make([]int, len(lines))
	for i, line := range lines {
		s := strings.TrimPrefix(line.String(), "|")
		lead := line.Indent() + utf8.RuneCountInString(s) - utf8.RuneCountInString(strings.TrimLeftFunc(s, unicode.IsSpace))
		for len(open) > 0 && open[len(open)-1] >= lead-1 { // a single blank is an accident
			open = open[:len(open)-1]
		}
		open = append(open, lead)
		all[i] = len(open) - 1
	}
	return all
}

// pathOf parts "customer.name", "items[].sku" and "a -> b" into keys.
func pathOf(name string) []string {
	name = strings.NewReplacer("->", ".", "→", ".", "»", ".", " > ", ".").Replace(name)
	var path []string
	for key := range strings.SplitSeq(name, ".") {
		key = strings.TrimSpace(key)
		array := false
		if i := strings.IndexByte(key, '['); i > 0 && strings.HasSuffix(key, "]") {
			key, array = key[:i], true
		}
		if isDigits(key) && len(path) > 0 {
			key = "0"
		}
		if key != "" {
			path = append(path, key)
		}
		if array {
			path = append(path, "0")
		}
	}
	if len(path) == 0 {
		return []string{name}
	}
	return path
}

// nameCell parts the cell of a name into the name, how deep it lies below the rows above it, and what is said in parentheses behind it.
func nameCell(cell source.Text) (name source.Text, depth int, remark string) {
	name = cell.TrimSpace()
	for name.Len() > 0 {
		r, size := utf8.DecodeRuneInString(name.String())
		rest := name.Slice(size, name.Len())
		blank := strings.TrimLeftFunc(rest.String(), unicode.IsSpace) != rest.String()
		switch {
		case strings.ContainsRune("└├│╰↳►▸»>→─━", r), strings.ContainsRune("-–—•·.", r) && (blank || strings.HasPrefix(rest.String(), string(r)) || depth > 0):
			depth++
		case r == '.' && rest.Len() > 0, r == '-' && rest.Len() > 0 && rest.String()[0] != '-':
			depth++
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		name = rest.TrimSpace()
	}
	if depth > 0 && strings.ContainsAny(cell.String(), "└├╰") { // the lines of a drawing are marks of one level each
		depth = 1 + strings.Count(cell.String(), "│")
	}
	name = unquote(name)
	if i := strings.IndexAny(name.String(), "(（"); i > 0 {
		name, remark = name.Slice(0, i).TrimSpace(), name.String()[i:]
	}
	end := len(strings.TrimRight(name.String(), "*?: "))
	name = unquote(name.Slice(0, end))
	if i := strings.LastIndexAny(name.String(), " \t\n"); i > 0 && remark == "" { // a badge beside the name
		if badge := name.String()[i:]; isBadge(strings.TrimSpace(badge)) {
			name, remark = unquote(name.Slice(0, i)), badge
		}
	}
	return name, depth, remark
}

// isBadge says that a word behind a name is none of it, but says whether the parameter is mandatory.
func isBadge(word string) bool {
	switch strings.ToLower(strings.Trim(word, "[]* ")) {
	case "optional", "required", "mandatory":
		return true
	}
	return false
}

// typeOfCell reads the cell of a type: "String(50)", "Array of objects", "integer[]".
func typeOfCell(s string) (kind, item string) {
	lower := strings.ToLower(strings.TrimSpace(s))
	words := strings.FieldsFunc(lower, func(r rune) bool { return !isWordRune(r) })
	if len(words) == 0 {
		return "", ""
	}
	if strings.Contains(lower, "[]") || slices.Contains([]string{"array", "list", "arraylist", "set", "数组", "배열", "массив", "arreglo", "lista", "liste"}, words[0]) {
		rest := strings.TrimPrefix(lower, words[0])
		if strings.Contains(lower, "[]") {
			rest = strings.ReplaceAll(lower, "[]", "")
		}
		item, _ = typeOfCell(rest)
		return "array", item
	}
	return typeIn(lower), ""
}

// field is a parameter as a field of the request.
func (p *parameter) field(in string) probe.RequestField {
	f := probe.RequestField{Name: p.name.String(), In: in, Type: p.kind, Mandatory: p.mandatory, At: p.name.At()}
	if in != probe.InBody {
		f.Value = unquote(p.sample).String()
		return f
	}
	if f.Pointer = p.pointer(); len(p.literal()) > 0 {
		f.Value = unquote(p.sample).String()
	}
	if n := len(p.path) - 1; n >= 0 && p.path[n] != "0" {
		f.Name = p.path[n]
	}
	return f
}

func (p *parameter) pointer() string {
	pointer := ""
	for _, key := range p.path {
		pointer = nearjson.AppendPointer(pointer, key)
	}
	return pointer
}

// isItem says that a key stands for the first item of an array.
func isItem(key string) bool { return key == strconv.Itoa(0) }
