package sheet

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// area is a part of a table: all columns of some rows, or some columns of them.
type area struct {
	rows [][]GridCell
	cols []int // ascending
}

// newArea takes a table without the empty rows at its end. Texts lose the white space around them.
func newArea(g Grid) area {
	width, height := 0, 0
	rows := make([][]GridCell, len(g.Rows))
	for i, row := range g.Rows {
		rows[i] = make([]GridCell, len(row))
		for j, c := range row {
			rows[i][j] = GridCell{Text: c.Text.TrimSpace(), Merged: c.Merged}
			if rows[i][j].Text.Len() > 0 {
				width, height = max(width, j+1), i+1
			}
		}
	}
	a := area{rows: rows[:height]}
	for c := range width {
		a.cols = append(a.cols, c)
	}
	return a
}

func (a area) between(from, to int) area { return area{rows: a.rows[from:to], cols: a.cols} }

func (a area) columns(cols []int) area { return area{rows: a.rows, cols: cols} }

// cell is the cell of a row and a column; beyond the end of a row cells are empty.
func (a area) cell(row, col int) GridCell {
	if row < 0 || row >= len(a.rows) || col < 0 || col >= len(a.rows[row]) {
		return GridCell{}
	}
	return a.rows[row][col]
}

func (a area) text(row, col int) source.Text { return a.cell(row, col).Text }

// filled are the columns of a row that hold text.
func (a area) filled(row int) []int {
	var cols []int
	for _, c := range a.cols {
		if a.text(row, c).Len() > 0 {
			cols = append(cols, c)
		}
	}
	return cols
}

func (a area) isEmpty(row int) bool {
	return !slices.ContainsFunc(a.cols, func(c int) bool { return a.text(row, c).Len() > 0 })
}

// across is the text of a cell or, where it was merged with cells to its left, theirs.
func (a area) across(row, col int) source.Text {
	for c := col; c >= 0; c-- {
		if cell := a.cell(row, c); cell.Text.Len() > 0 || !cell.Merged {
			return cell.Text
		}
	}
	return source.Text{}
}

// gridLabel is what a cell means as a label.
type gridLabel struct {
	Label
	ok bool
}

// label looks a cell up in the vocabulary. A cell that holds a value of some kind is none.
func (r *gridReader) label(t source.Text) gridLabel {
	s := t.String()
	if s == "" || len(s) > maxLabel || strings.Contains(s, "://") || strings.ContainsAny(s, "{}<>") {
		return gridLabel{}
	}
	if l, ok := r.labels[s]; ok {
		return l
	}
	var l gridLabel
	words := strings.Fields(s)
	l.Label, l.ok = LookupLabel(strings.Join(words, " "))
	if !l.ok && len(words) > 1 && isCommonWord(words[0]) { // "Common Headers"
		l.Label, l.ok = LookupLabel(strings.Join(words[1:], " "))
	}
	if head, _, cut := strings.Cut(s, " with "); !l.ok && cut { // "Status codes with description"
		l.Label, l.ok = LookupLabel(head)
		l.ok = l.ok && l.Strong && l.Words > 1
	}
	if word, _, ok := strings.Cut(s, "/"); ok && (!l.ok || l.Field == "") && strings.Contains(strings.ToLower(s), "respon") { // "Response/Failed"
		if base, known := LookupLabel(word); known && isResponse(base.Field) {
			l = gridLabel{base, true}
			if outcome := outcomeOf(s); outcome != "" {
				l.Field, l.Role = outcome, Plain
			}
		}
	}
	if len(r.labels) < 1<<16 {
		r.labels[s] = l
	}
	return l
}

// titleLabel is label for the title of a column, in which the method may hide: "Request : Post".
func (r *gridReader) titleLabel(t source.Text) gridLabel {
	l := r.label(t)
	if name, value, ok := splitPair(t); ok && !l.ok && t.Len() <= maxLabel && proves(probe.FieldMethod, value) {
		if l = r.label(name); l.Field == probe.FieldMethod {
			return gridLabel{}
		}
	}
	return l
}

func isCommonWord(word string) bool {
	switch strings.ToLower(word) {
	case "common", "global", "default", "general", "standard", "shared", "generic":
		return true
	}
	return false
}

// isCore says that a label names a field by which a table is known to be about APIs.
func (l gridLabel) isCore() bool {
	if !l.ok {
		return false
	}
	switch l.Field {
	case "", probe.FieldCredentials, probe.FieldPartnerCode:
		return false
	}
	return l.Role != HeaderLine
}

// proves says that a text is beyond doubt a value of a field.
func proves(f probe.Field, value source.Text) bool {
	s := strings.TrimSpace(value.String())
	if s == "" {
		return false
	}
	switch f {
	case probe.FieldMethod:
		_, ok := Method(strings.Trim(s, "`\"'*()[] "))
		return ok
	case probe.FieldURL:
		first := firstLine(value)
		url, at := findURL(first)
		if len(strings.Fields(first.String())) > 1 && !hasScheme(url.String()) && !strings.HasPrefix(url.String(), "/") {
			return false
		}
		return looksLikeAddress(url.String()) && isMethodHint("x "+first.Slice(0, at).String())
	case probe.FieldHeaders:
		return slices.ContainsFunc(value.Lines(), func(l source.Text) bool {
			h, ok := headerLine(l)
			return ok && (isWellKnown(h.Name) || strings.Contains(h.Name, "-"))
		})
	case probe.FieldRequestBody, probe.FieldSuccessResponse, probe.FieldErrorResponse:
		return slices.ContainsFunc(value.Lines(), func(l source.Text) bool {
			_, ok := StartsBody(l.String())
			return ok || IsExampleCall(l)
		})
	case probe.FieldStatusCodes:
		return IsCodeRow(firstLine(value)) || CodeKind(value.String()) == probe.KindHTTP
	}
	return false
}

// joined puts texts together, one per line; a single one stays as it is.
func joined(texts []source.Text, glue string) source.Text {
	texts = slices.DeleteFunc(slices.Clone(texts), source.Text.IsBlank)
	switch len(texts) {
	case 0:
		return source.Text{}
	case 1:
		return texts[0]
	}
	runs := make([]source.Run, 0, 2*len(texts))
	for i, t := range texts {
		if i > 0 {
			runs = append(runs, source.Run{Text: glue})
		}
		runs = append(runs, source.Run{Text: t.String(), From: t})
	}
	return source.Compose(runs)
}

// inOneLine puts the cells of a row beside each other, as columns of a line. Cells of several lines stand one under the other.
func inOneLine(texts []source.Text) source.Text {
	glue := "\t"
	if slices.ContainsFunc(texts, func(t source.Text) bool { return strings.ContainsAny(t.String(), "\r\n") }) {
		glue = "\n"
	}
	return joined(texts, glue)
}

// isNumber says that a cell is nothing but the number of its row: "3", "2.1", "(4)".
func isNumber(s string) bool {
	return s != "" && len(s) <= 6 && strings.Trim(s, "0123456789.()#") == "" && strings.ContainsAny(s, "0123456789")
}

// isGenericName says that the name of a tab says nothing: "Sheet1", "Tabelle 2", "".
func isGenericName(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	switch letters {
	case "", "sheet", "tabelle", "feuil", "hoja", "planilha", "лист", "foglio", "table", "tab", "工作表", "시트", "api", "apis", "apilist", "apidetails", "apisheet",
		"details", "requestdetails", "responsedetails", "request", "response", "requestandresponse", "endpointdetails", "overview", "generalinformation", "specification", "apidocument", "apidocumentation", "apispec", "data", "worksheet", "blad", "main":
		return true
	}
	return false
}

// maxDitto is how long words may be that only point at what stands above.
const maxDitto = 40

// isDitto says that a cell only points at the one above it.
func isDitto(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxDitto {
		return false
	}
	if strings.Trim(s, `"'″〃”“`) == "" {
		return true
	}
	switch strings.ToLower(strings.Trim(s, " .-–—()[]*_\"'")) {
	case "same", "same as above", "as above", "ditto", "same as previous", "same as the above", "same as above api", "same above", "like above", "see above",
		"same as above request", "same as above response", "as per above", "同上", "위와 동일", "mismo que arriba", "то же":
		return true
	case "do":
		return strings.ContainsAny(s, "-–—\"")
	}
	return false
}
