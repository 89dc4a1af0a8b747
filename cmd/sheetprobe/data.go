package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/plan"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// The columns of test data that name no field of a request. A field of such a name is meant by its JSON Pointer, as in /expect.
const (
	columnAPI    = "api"
	columnExpect = "expect"
)

// maxDataRows bounds the rows of a file of test data: each is a request.
const maxDataRows = 5000

// dataTable is a file of test data.
type dataTable struct {
	path    string
	columns []dataCell // the titles of a table, with their names
	rows    []dataRow
	sheets  map[*probe.Sheet]*fieldsOf
}

// fieldsOf remembers of a sheet what every row asks.
type fieldsOf struct {
	can   map[string]bool
	codes probe.Codes
}

func (t *dataTable) of(s *probe.Sheet) *fieldsOf {
	if t.sheets == nil {
		t.sheets = map[*probe.Sheet]*fieldsOf{}
	}
	if t.sheets[s] == nil {
		t.sheets[s] = &fieldsOf{can: map[string]bool{}, codes: probe.NewCodes(s)}
	}
	return t.sheets[s]
}

func (t *dataTable) canSet(s *probe.Sheet, name string) bool {
	known := t.of(s).can
	can, asked := known[name]
	if !asked {
		can = plan.CanSet(s, name)
		known[name] = can
	}
	return can
}

// dataRow is one row; its number counts those that hold anything, from 1.
type dataRow struct {
	number      int
	at          string // behind the path, as in ":3"
	api, expect dataCell
	values      []dataCell
}

// dataCell is one value with the name of its column, and the places of both.
type dataCell struct{ name, nameAt, text, at string }

// addData gives the rows of every --data file to the sheets that they are for.
func (f *caseFlags) addData(readings []sheet.Reading) error {
	var sheets []*probe.Sheet
	for _, r := range readings {
		sheets = append(sheets, r.Sheets...)
	}
	for _, path := range f.data {
		table, err := readData(path)
		if err != nil {
			return err
		}
		if len(sheets) == 0 { // that there is no sheet is the better message
			continue
		}
		for _, column := range table.columns { // also those whose cells are all empty
			if err := table.known(column, sheets); err != nil {
				return err
			}
		}
		for _, row := range table.rows {
			if err := table.place(row, sheets); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *dataTable) errorAt(at, hint, format string, args ...any) error {
	return usageError(hint, "%s%s: %s", t.path, at, fmt.Sprintf(format, args...))
}

// place adds a row to the API that it names, or to all that have every field it names.
func (t *dataTable) place(row dataRow, sheets []*probe.Sheet) error {
	if len(row.values) == 0 {
		return t.errorAt(row.at, "give a field of the request a value", "the row names no field of a request")
	}
	targets, err := t.named(row, sheets)
	if err != nil {
		return err
	}
	for _, v := range row.values {
		if err := t.known(v, targets); err != nil {
			return err
		}
	}
	fitting := slices.DeleteFunc(slices.Clone(targets), func(s *probe.Sheet) bool { return !t.hasAll(s, row.values) })
	if len(fitting) == 0 {
		return t.errorAt(row.at, "add a column "+columnAPI+" that names the API, and leave the cells of other APIs empty", "no API has all the fields of the row")
	}
	for _, s := range fitting {
		if err := t.checkExpect(row, s); err != nil {
			return err
		}
		s.TestData = append(s.TestData, t.datum(row))
	}
	return nil
}

func (t *dataTable) hasAll(s *probe.Sheet, values []dataCell) bool {
	return !slices.ContainsFunc(values, func(v dataCell) bool { return !t.canSet(s, v.name) })
}

// named are the sheets of the API that the row names; all where it names none.
func (t *dataTable) named(row dataRow, sheets []*probe.Sheet) ([]*probe.Sheet, error) {
	if row.api.text == "" {
		return sheets, nil
	}
	var names []string
	var found []*probe.Sheet
	for _, s := range sheets {
		names = append(names, s.Name)
		if strings.EqualFold(s.Name, row.api.text) || probe.Slug(s.Name) == row.api.text {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return nil, t.errorAt(row.api.at, didYouMean(row.api.text, names, "the APIs are: "+strings.Join(names, ", ")), "no API is named %q", row.api.text)
	}
	return found, nil
}

func (t *dataTable) known(v dataCell, sheets []*probe.Sheet) error {
	names := []string{columnAPI, columnExpect}
	for _, s := range sheets {
		if t.canSet(s, v.name) {
			return nil
		}
		names = append(names, plan.Settable(s)...)
	}
	of := "any of these APIs"
	if len(sheets) == 1 {
		of = strconv.Quote(sheets[0].Name)
	}
	return t.errorAt(v.nameAt, didYouMean(v.name, names, "known are: "+strings.Join(names[:min(len(names), 20)], ", ")), "%q is no field of the request of %s", v.name, of)
}

// checkExpect refuses what is neither an outcome, nor an HTTP status, nor looks like a code, nor is documented as one.
func (t *dataTable) checkExpect(row dataRow, s *probe.Sheet) error {
	outcomes := []string{"success", "error"}
	text := row.expect.text
	lower := strings.ToLower(text)
	_, documented := t.of(s).codes.Meaning(text)
	if text == "" || documented || slices.Contains([]string{"success", "ok", "pass", "error", "failure", "fail", "failed"}, lower) ||
		strings.ContainsAny(text, "0123456789") && !strings.Contains(text, " ") {
		return nil
	}
	return t.errorAt(row.expect.at, didYouMean(lower, outcomes, "write success, error, an HTTP status or a code that the sheet documents"), "%q is nothing to expect of %q", text, s.Name)
}

// datum is the row as a sheet has it. Its case is named by the file and the row, so that other rows of the sheet do not move it.
func (t *dataTable) datum(row dataRow) probe.TestDatum {
	base := filepath.Base(t.path)
	stem := probe.Slug(strings.TrimSuffix(base, filepath.Ext(base)))
	if stem == "" {
		stem = "data"
	}
	d := probe.TestDatum{
		Expect: row.expect.text, ID: fmt.Sprintf("%s-%d", stem, row.number), Title: fmt.Sprintf("test data row %d of %s%s", row.number, base, row.at),
	}
	for _, v := range row.values {
		d.Values = append(d.Values, probe.Header{Name: v.name, Value: v.text})
	}
	return d
}

// add takes a row whose cells are named. Empty cells of a table leave the documented value.
func (t *dataTable) add(row dataRow, cells []dataCell) error {
	for _, c := range cells {
		switch strings.ToLower(c.name) {
		case columnAPI:
			row.api = c
		case columnExpect:
			row.expect = c
			row.expect.text = strings.TrimSpace(c.text)
		default:
			row.values = append(row.values, c)
		}
	}
	row.number = len(t.rows) + 1
	if row.number > maxDataRows {
		return t.errorAt(row.at, "split the file", "more than %d rows of test data", maxDataRows)
	}
	t.rows = append(t.rows, row)
	return nil
}
