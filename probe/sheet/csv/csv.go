// Package csv reads tables that are written as text: cells parted by commas, semicolons, tabs or bars.
//
// RFC 4180 says what csv is, and hardly any file that people hand over keeps to it. Understood as well: any common encoding, a line "sep=;",
// quotes within quotes that were not doubled or were escaped with a backslash, and JSON without quotes around it, whose commas part no cells.
// Places are lines and columns of the file. What the tables describe is the business of the parent package; a table in Markdown or a page is
// none of this package's.
package csv

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

const name = "csv"

// Format reads csv, and its relatives with tabs, semicolons and bars.
var Format = sheet.Format{Name: name, Detect: detect, Read: read}

// The limits of a table. What lies beyond is said and not read.
const (
	maxRows    = 50_000
	maxColumns = 200
)

// sample is how many bytes are looked at to tell a table from a text.
const sample = 1 << 17

// delimiters are what may part cells, the likeliest first.
const delimiters = ",\t;|"

func detect(in sheet.Input) int {
	const asTable, asPairs, lessThanText = 75, 45, 20
	data := bytes.TrimLeft(in.Data[:min(len(in.Data), sample)], " \r\n\t")
	if len(data) == 0 || bytes.IndexByte([]byte("{[<|#-"), data[0]) >= 0 {
		return 0
	}
	if len(in.Data) > sample {
		in = sheet.Input{Name: in.Name, Data: in.Data[:sample]}
	}
	doc, err := in.Decode()
	if err != nil {
		return 0
	}
	switch s := bestShape(doc.Text()); {
	case s.titles >= 3:
		return asTable
	case s.pairs >= 3 && (s.delimiter == ',' || s.delimiter == ';' || s.quoted):
		return asPairs
	case s.titles == 2 || s.pairs >= 2:
		return lessThanText
	}
	return 0
}

func read(in sheet.Input) sheet.Reading {
	if len(in.Data) > sheet.MaxBytes {
		return unreadable(source.NewDocument(in.Name, in.Data, ""), fmt.Sprintf("the document %q has %d bytes; at most %d are read", in.Name, len(in.Data), sheet.MaxBytes),
			"hand over the sheets in several documents")
	}
	doc, err := in.Decode()
	if err != nil {
		hint := "save the table as csv in UTF-8, and hand that over"
		if errors.Is(err, source.ErrEmpty) {
			hint = "ask for the document again: it is empty"
		}
		return unreadable(source.NewDocument(in.Name, in.Data, ""), err.Error(), hint)
	}
	doc.Format = name
	text := doc.Text()
	delimiter := bestShape(text.Slice(0, sample)).delimiter
	rows, cut, crowded := split(text, delimiter, maxRows)
	if crowded {
		return unreadable(doc, fmt.Sprintf("a cell holds more than %d quotation marks", maxMarks), "check that this is the right document, and that its cells are closed")
	}
	for _, row := range rows {
		for _, c := range row {
			if c.text.Len() > sheet.MaxValue {
				return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.TooLong("", "the cell", c.text)}}
			}
		}
	}
	rejoin(rows)
	grid, diagnostics := gridOf(rows)
	sheets, more := sheet.ReadGrids(doc, []sheet.Grid{grid})
	r := sheet.Reading{Document: doc, Sheets: sheets, Diagnostics: append(diagnostics, more...)}
	if cut.Len() > 0 {
		r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", cut.Slice(0, 0).At(), fmt.Sprintf("only the first %d rows are read", maxRows),
			"hand over the sheets in several documents"))
	}
	if len(sheets) == 0 {
		sheets = sheet.UnfilledGrids(doc, []sheet.Grid{grid})
		r.Sheets = sheets
	}
	if len(sheets) == 0 {
		r.Diagnostics = append(r.Diagnostics, sheet.Diagnose("sheet.unreadable", "", text.Slice(0, 0).At(),
			`no sheet was found in the table: looked for labels such as "API Name", "Method", "Endpoint URL" and "Success Response" with values`,
			"check that this is the right document; put a label such as \"Method\" over each column, or before each value"))
	}
	return r
}

func unreadable(doc *source.Document, message, hint string) sheet.Reading {
	doc.Format = name
	return sheet.Reading{Document: doc, Diagnostics: source.Diagnostics{sheet.Diagnose("sheet.unreadable", "", doc.Text().Slice(0, 0).At(), message, hint)}}
}

// gridOf makes a table of rows.
func gridOf(rows [][]cell) (sheet.Grid, source.Diagnostics) {
	var g sheet.Grid
	var diagnostics source.Diagnostics
	for _, row := range rows {
		if len(row) > maxColumns {
			if diagnostics == nil {
				diagnostics = append(diagnostics, sheet.Diagnose("sheet.unreadable", "", row[maxColumns].text.At(), fmt.Sprintf("only the first %d columns are read", maxColumns),
					"hand over the sheets in several documents"))
			}
			row = row[:maxColumns]
		}
		cells := make([]sheet.GridCell, len(row))
		for i, c := range row {
			cells[i].Text = c.text
		}
		g.Rows = append(g.Rows, cells)
	}
	return g, diagnostics
}

// shape says how well a text makes a table when it is parted at a delimiter.
type shape struct {
	delimiter byte
	titles    int // labels in one row over rows of values
	pairs     int // rows that begin with a label and go on with its value
	quoted    bool
}

// bestShape finds the delimiter that makes the best table of a text.
func bestShape(text source.Text) shape {
	if d := separatorLine(text.String()); d != 0 {
		s := shapeOf(text, d)
		s.titles = max(s.titles, 3)
		return s
	}
	best := shape{delimiter: ','}
	for _, d := range []byte(delimiters) {
		if s := shapeOf(text, d); max(s.titles, s.pairs) > max(best.titles, best.pairs) {
			best = s
		}
	}
	return best
}

// separatorLine reads the first line "sep=;" that spreadsheet programs write.
func separatorLine(s string) byte {
	line, _, _ := strings.Cut(s, "\n")
	line = strings.Trim(strings.TrimSpace(line), `"`)
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") {
		return line[4]
	}
	if strings.EqualFold(line, "sep=") { // a tab, trimmed
		return '\t'
	}
	return 0
}

// shapeOf judges the rows of a text.
func shapeOf(text source.Text, delimiter byte) shape {
	const mostRows, below = 400, 10
	rows, _, _ := split(text, delimiter, mostRows)
	s := shape{delimiter: delimiter}
	pairs, form := map[probe.Field]bool{}, map[probe.Field]bool{}
	proven := false
	for i, row := range rows {
		labels := map[probe.Field]bool{}
		for j, c := range row {
			s.quoted = s.quoted || c.quoted && strings.ContainsAny(c.text.String(), "\r\n")
			if l, ok := labelOf(c); ok {
				labels[l.Field] = true
				if beside := j < 2 && j+1 < len(row) && (j == 0 || isNumber(row[0].text.String())); beside && row[j+1].text.IsBlank() {
					form[l.Field] = true
				} else if beside {
					pairs[l.Field] = true
					proven = proven || isValue(row[j+1].text.String())
				}
			}
		}
		if len(labels) > s.titles && hasValues(rows[i+1:min(len(rows), i+1+below)], len(row)) {
			s.titles = len(labels)
		}
	}
	if proven || len(form) >= sheet.FewestOfForm {
		s.pairs = max(len(pairs), len(form))
	}
	return s
}

func labelOf(c cell) (sheet.Label, bool) {
	s := strings.Join(strings.Fields(c.text.String()), " ")
	if s == "" || len(s) > 60 {
		return sheet.Label{}, false
	}
	l, ok := sheet.LookupLabel(s)
	return l, ok && l.Field != "" && l.Role != sheet.HeaderLine && l.Role != sheet.NamedValue
}

// hasValues says that rows below titles hold what such rows hold, in about as many cells.
func hasValues(rows [][]cell, width int) bool {
	for _, row := range rows {
		if len(row) < min(width-1, 3) || len(row) < 2 {
			continue
		}
		for _, c := range row {
			if isValue(c.text.String()) {
				return true
			}
		}
	}
	return false
}

// isValue recognises methods, addresses and examples.
func isValue(s string) bool {
	s = strings.TrimSpace(s)
	if _, ok := sheet.Method(s); ok {
		return true
	}
	return s != "" && (strings.HasPrefix(s, "/") && len(s) > 1 || strings.HasPrefix(s, "http") && strings.Contains(s[:min(len(s), 10)], "://") || s[0] == '{')
}

func isNumber(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789.)") == ""
}
