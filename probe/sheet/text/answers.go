package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// AnswerRows renders a table with one answer per row, its titles first, as lines: status and what causes it over each body, and behind them the
// statuses with their meanings as codes. A label stands over them unless the table is under one. It returns false for any other table.
func AnswerRows(rows [][]source.Text, above source.Text) (source.Text, bool) {
	t := answerTable{rows: rows, status: -1, meaning: -1, body: -1}
	if len(rows) < 2 || !t.columns() {
		return source.Text{}, false
	}
	var f flow
	if l, ok := sheet.LookupLabel(strings.TrimLeft(above.String(), "# ")); !ok || l.Field != probe.FieldSuccessResponse && l.Field != probe.FieldErrorResponse {
		f.put("API Responses")
		f.end()
	}
	for _, row := range rows[1:] {
		t.row(&f, row)
	}
	if t.mixed {
		t.meaning = t.body
	}
	if t.meaning >= 0 {
		f.blank()
		f.put("Status Codes")
		f.end()
		for _, row := range rows[1:] {
			if code := t.cell(row, t.status); code.Len() > 0 {
				f.take(code)
				f.put(" - ")
				f.take(firstLine(t.cell(row, t.meaning)))
				f.end()
			}
		}
		f.blank()
	}
	return source.Compose(f.runs), true
}

// answerTable knows which column of a table of answers holds what.
type answerTable struct {
	rows                  [][]source.Text
	status, meaning, body int
	mixed                 bool // the body stands in one cell with what it means
}

// bodyLine is the line of a cell at which an example begins; 0 where none does below its first line.
func bodyLine(cell source.Text) int {
	for i, l := range cell.Lines() {
		if at, ok := sheet.StartsBody(strings.TrimSpace(l.String())); ok && at == 0 {
			return i
		}
	}
	return 0
}

// columns finds the columns: HTTP statuses in each row of one, an example, or words that there is none, in each of another.
func (t *answerTable) columns() bool {
	for j, title := range t.rows[0] {
		statuses, bodies, words := 0, 0, 0
		for _, row := range t.rows[1:] {
			cell := t.cell(row, j)
			s := cell.String()
			first, _, _ := strings.Cut(s, " ")
			switch at, starts := sheet.StartsBody(s); {
			case starts && at == 0:
				bodies++
			case bodyLine(cell) > 0:
				bodies++
				t.mixed = true
			case sheet.CodeKind(first) == probe.KindHTTP && len(s) < maxLead:
				statuses++
			case s != "":
				words++
			}
		}
		switch {
		case bodies > 0:
			t.body = j
		case statuses == len(t.rows)-1 && t.status < 0:
			t.status = j
		case words > 0 && t.meaning < 0 && isMeaning(sheet.Fold(title.String())):
			t.meaning = j
		}
	}
	return t.status >= 0 && t.body >= 0
}

// isMeaning says that a column tells what a status means.
func isMeaning(title string) bool {
	switch title {
	case "description", "meaning", "message", "reason", "condition", "when", "cause", "case", "scenario", "explanation", "note", "notes", "details", "text", "comment":
		return true
	}
	return false
}

func (t *answerTable) cell(row []source.Text, column int) source.Text {
	if column >= len(row) {
		return source.Text{}
	}
	return row[column].TrimSpace()
}

func firstLine(t source.Text) source.Text {
	for _, l := range t.Lines() {
		if !l.IsBlank() {
			return l
		}
	}
	return t
}

// row renders one answer: its status, what else stands beside its body, and the body.
func (t *answerTable) row(f *flow, row []source.Text) {
	f.take(t.cell(row, t.status))
	f.end()
	written := false
	for j := range row {
		if cell := t.cell(row, j); j != t.status && j != t.body && cell.Len() > 0 {
			if written {
				f.put(" ")
			}
			f.take(cell)
			written = true
		}
	}
	if written {
		f.end()
	}
	body := t.cell(row, t.body)
	if sheet.IsNone(body.String()) {
		return
	}
	lines := body.Lines()
	if from := bodyLine(body); t.mixed && (from > 0 || !startsBracket(body.String())) {
		f.take(lines[0])
		f.end()
		if from == 0 {
			from = len(lines)
		}
		lines = lines[from:]
	}
	for _, l := range lines {
		f.keep(l)
		f.end()
	}
}
