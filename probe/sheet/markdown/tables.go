package markdown

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/text"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// table decides what a table is. One API per row goes to the reader of tables; everything else belongs to the API that the text around it
// is about, and becomes lines: labels beside their values, parameters, headers, codes.
func (l *layout) table(n *east.Table) {
	lines, from, to := l.tableLines(n)
	l.begin(from)
	defer l.finish(to)
	if len(lines) == 0 {
		return
	}
	titles := l.cells(lines[0], 0)
	rows := [][]source.Text{titles}
	for _, line := range lines[1:] {
		if !isDelimiterRow(strings.TrimSpace(line.String())) {
			rows = append(rows, l.cells(line, len(titles)))
		}
	}
	if pairs, ok := sheet.ParallelRows(rows); ok {
		rows = pairs
	}
	switch answers, fields := columnFields(rows); {
	case fields >= 3 && answers:
		l.grids = append(l.grids, l.grid(rows))
	case fields >= 2 && !answers && !isLabelTable(rows):
		l.overviews = append(l.overviews, l.grid(rows))
		l.constant("\n")
	default:
		if label, ok := lookup(rows[0][0]); ok && label.Field == probe.FieldStatusCodes {
			l.codes = append(l.codes, codeRow(rows))
		}
		l.rows(rows)
	}
}

// tableLines are the lines of a table, its titles first. The parser keeps the place of every row and the text of its cells; the rows are
// cut here, so that a bar within an example parts no cells.
func (l *layout) tableLines(n *east.Table) (lines []source.Text, from, to int) {
	from = -1
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		at := l.rowStart(row)
		if at < 0 {
			continue
		}
		rest := l.page.Slice(at, l.page.Len())
		end := strings.IndexAny(rest.String(), "\r\n")
		if end < 0 {
			end = rest.Len()
		}
		if lines = append(lines, rest.Slice(0, end)); from < 0 {
			from = at
		}
		to = at + end
	}
	return lines, max(from, 0), to
}

// rowStart is the byte at which the first cell of a row that has one stands, moved back to the bar before it.
func (l *layout) rowStart(row ast.Node) int {
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		if cell.Lines().Len() > 0 {
			at := min(cell.Lines().At(0).Start, l.page.Len())
			before := l.page.Slice(0, at).String()
			start := strings.LastIndexAny(before, "\r\n") + 1
			lead := before[start:]
			return start + len(lead) - len(strings.TrimLeft(lead, " \t>"))
		}
	}
	return -1
}

// cells cuts a row into its cells. Where there are more of them than columns, bars within brackets, quotes and inline code part none; what
// is over goes to the last cell. 0 columns means as many as there are.
func (l *layout) cells(line source.Text, columns int) []source.Text {
	line = line.TrimSpace()
	s := line.String()
	if strings.HasPrefix(s, "|") {
		line = line.Slice(1, len(s))
	}
	if s = line.String(); strings.HasSuffix(s, "|") && !strings.HasSuffix(s, `\|`) {
		line = line.Slice(0, len(s)-1)
	}
	bars := barsOf(line.String(), false)
	if columns > 0 && len(bars)+1 > columns {
		if bars = barsOf(line.String(), true); len(bars)+1 > columns {
			bars = bars[:columns-1]
		}
	}
	var cells []source.Text
	from := 0
	for _, bar := range append(bars, line.Len()) {
		cells = append(cells, l.read(line.Slice(from, bar).TrimSpace(), true))
		from = bar + 1
	}
	return cells
}

// barsOf are the bytes at which bars part cells.
func barsOf(s string, careful bool) []int {
	var bars []int
	depth, quote, code := 0, false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '|' && !(careful && (depth > 0 || quote || code)):
			bars = append(bars, i)
		case c == '`':
			code = !code
		case c == '"':
			quote = !quote && depth > 0
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth = max(depth-1, 0)
		}
	}
	return bars
}

// columnFields counts the fields that the titles of a table name, and says whether requests or answers are among them. A table that says of
// its rows whether they are mandatory is about parameters.
func columnFields(rows [][]source.Text) (answers bool, fields int) {
	seen := map[probe.Field]bool{}
	for i, title := range rows[0] {
		label, ok := lookup(title)
		if !ok || label.Field == "" || label.Role == sheet.HeaderLine || label.Role == sheet.NamedValue {
			continue
		}
		if label.Field == probe.FieldMethod && !holdsMethods(rows[1:], i) {
			continue // the type of a parameter
		}
		seen[label.Field] = true
	}
	for _, required := range requiredColumns(rows[0]) {
		if required != 0 && !seen[probe.FieldURL] {
			return false, 0
		}
	}
	if !seen[probe.FieldURL] && !seen[probe.FieldMethod] {
		return false, 0
	}
	return seen[probe.FieldRequestBody] || seen[probe.FieldSuccessResponse] || seen[probe.FieldErrorResponse], len(seen)
}

// holdsMethods says that a column of a table gives the methods of calls.
func holdsMethods(rows [][]source.Text, column int) bool {
	for _, row := range rows {
		if column < len(row) {
			word, _, _ := strings.Cut(strings.TrimSpace(row[column].String()), " ")
			if _, ok := sheet.Method(word); ok {
				return true
			}
		}
	}
	return false
}

// isLabelTable says that labels stand in the first column that says anything, their values beside them.
func isLabelTable(rows [][]source.Text) bool {
	known := 0
	for _, row := range rows {
		if column := labelColumn(row); column >= 0 && column+1 < len(row) {
			if label, ok := lookup(row[column]); ok && label.Field != "" && label.Role != sheet.HeaderLine && !isClassOnly(row[column], row[column+1]) {
				known++
			}
		}
	}
	return known >= 2 && known*2 >= len(rows)-1
}

// isClassOnly says that a row explains a class of statuses, such as "4xx", and holds no answer of it.
func isClassOnly(title, beside source.Text) bool {
	_, isBody := sheet.StartsBody(beside.String())
	return sheet.StatusClass(title.String()) != 0 && !isBody
}

// labelColumn is the first cell of a row that is neither empty nor a number.
func labelColumn(row []source.Text) int {
	for i, cell := range row {
		if s := strings.TrimRight(cell.String(), ".)"); s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }) >= 0 {
			return i
		}
	}
	return -1
}

// credentials parts a row whose label is several names of credentials.
func (l *layout) credentials(row []source.Text) {
	cells := make([]sheet.GridCell, len(row))
	for i, t := range row {
		cells[i].Text = t
	}
	for _, part := range sheet.PartCredentials([][]sheet.GridCell{cells}) {
		texts := make([]source.Text, len(part))
		for i, c := range part {
			texts[i] = c.Text
		}
		l.labelled(texts)
	}
}

// rows lays a table out as lines.
func (l *layout) rows(rows [][]source.Text) {
	if isLabelTable(rows) && !sheet.IsParameterTitles(rows[0]) {
		for i, row := range rows {
			if i > 0 || !isTitles(row) {
				l.credentials(row)
			}
		}
		l.constant("\n")
		return
	}
	required := requiredColumns(rows[0])
	if lines, ok := text.AnswerRows(rows, source.Unplaced(l.above)); ok {
		l.cell(lines)
		l.constant("\n\n")
		return
	}
	if l.headers(rows) || l.parameters(rows) || l.answers(rows) {
		return
	}
	for i, row := range rows {
		for j, cell := range row {
			if j > 0 {
				l.constant("\t")
			}
			l.value(cell, i > 0 && j < len(required) && required[j] != 0, j < len(required) && required[j] < 0)
		}
		l.constant("\n")
	}
	l.constant("\n")
}

// isTitles says that the first row of a table of labels entitles its columns, as "Field | Value" does.
func isTitles(row []source.Text) bool {
	column := labelColumn(row)
	if column < 0 || column+1 >= len(row) {
		return true
	}
	label, ok := lookup(row[column])
	switch sheet.Fold(row[column+1].String()) {
	case "value", "values", "details", "detail", "description", "content", "data", "information", "info":
		return true
	}
	return !ok || label.Field == "" || sheet.IsColumnTitles(source.Unplaced(row[column].String()+" "+row[column+1].String()))
}

// labelled is a row of a label and its value, which may have several lines.
func (l *layout) labelled(row []source.Text) {
	column := labelColumn(row)
	if column < 0 {
		return
	}
	if column > 0 && !row[0].IsBlank() {
		l.cell(row[0])
		l.constant(" ")
	}
	l.cell(row[column])
	for i, cell := range row[column+1:] {
		if i == 0 || !cell.IsBlank() {
			l.constant("\t")
			l.cell(cell)
		}
	}
	l.constant("\n")
}

// requiredColumns tells for each column whether it says what is mandatory (1), or what is optional (-1).
func requiredColumns(titles []source.Text) []int {
	required := make([]int, len(titles))
	for i, title := range titles {
		switch sheet.Fold(title.String()) {
		case "required", "mandatory", "mo", "mandatoryoptional", "requiredoptional", "optionalmandatory", "isrequired", "ismandatory", "presence", "yn", "必填", "是否必填", "是否必须", "필수":
			required[i] = 1
		case "optional", "isoptional":
			required[i] = -1
		}
	}
	return required
}

// value adds a cell. One that says whether a parameter is mandatory says it in that word, whatever it is written with.
func (l *layout) value(cell source.Text, required, inverted bool) {
	if !required {
		if strings.Trim(cell.String(), "-–— ") != "" { // a dash says that there is nothing
			l.cell(cell)
		}
		return
	}
	yes := false
	switch strings.ToLower(strings.Trim(cell.String(), " *.")) {
	case "y", "yes", "true", "m", "mandatory", "required", "✓", "✔", "✅", "x", "是", "1", "필수", "必填":
		yes = true
	case "n", "no", "false", "o", "optional", "-", "", "✗", "❌", "否", "0", "not required":
	default:
		l.cell(cell)
		return
	}
	word := "optional"
	if yes != inverted {
		word = "mandatory"
	}
	l.runs = append(l.runs, source.Run{Text: word, From: cell})
}

// cell adds a cell with the places of its pieces.
func (l *layout) cell(cell source.Text) {
	for i, line := range cell.Lines() {
		if i > 0 {
			l.constant("\n")
		}
		l.runs = append(l.runs, source.Run{Text: line.String(), From: line})
	}
}

// headers lays out a table with one header per row as lines of a message: from its columns those of name and value.
func (l *layout) headers(rows [][]source.Text) bool {
	first, _ := lookup(rows[0][0])
	above, _ := sheet.LookupLabel(l.above)
	if first.Field != probe.FieldHeaders && above.Field != probe.FieldHeaders || len(rows[0]) < 3 {
		return false
	}
	value := 0
	for i, title := range rows[0] {
		switch sheet.Fold(title.String()) {
		case "value", "values", "example", "sample", "samplevalue", "examplevalue", "content", "default", "defaultvalue", "值", "示例":
			value = i
		}
	}
	if value == 0 {
		return false
	}
	for _, row := range rows[1:] {
		l.cell(row[0])
		if value < len(row) && !row[value].IsBlank() {
			l.constant(": ")
			l.cell(row[value])
		}
		l.constant("\n")
	}
	l.constant("\n")
	return true
}

// parameters lays out a table with one parameter per row.
func (l *layout) parameters(rows [][]source.Text) bool {
	lines, ok := sheet.ParameterRows(rows)
	if ok {
		l.cell(lines)
		l.constant("\n\n")
	}
	return ok
}

// answers lays out a table with one answer per row: its status and what causes it over its body.
func (l *layout) answers(rows [][]source.Text) bool {
	body := -1
	for _, row := range rows[1:] {
		for j, cell := range row {
			if s := cell.String(); strings.HasPrefix(s, "[") || strings.HasPrefix(s, "{") && strings.ContainsAny(s, ":}") && strings.ContainsAny(s, ":\"") || s == "{}" {
				body = j
			}
		}
	}
	if body <= 0 {
		return false
	}
	for _, row := range rows[1:] {
		written := 0
		for j, cell := range row {
			if j == body || cell.IsBlank() {
				continue
			}
			if written++; written > 1 {
				l.constant(" ")
			}
			l.cell(cell)
		}
		l.constant("\n")
		if body < len(row) {
			l.cell(row[body])
		}
		l.constant("\n")
	}
	l.constant("\n")
	return true
}
