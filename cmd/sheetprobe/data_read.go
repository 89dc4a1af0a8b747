package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/probe/sheet/xlsx"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// readData reads a table of test data: a workbook is told by its content, YAML and JSON by their ending, and anything else is csv.
func readData(path string) (*dataTable, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, usageError("check the path", "cannot read the test data %q: %w", path, cause(err))
	}
	t := &dataTable{path: path}
	switch {
	case xlsx.IsWorkbook(data):
		err = t.workbook(data)
	case slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))):
		err = t.yaml(data)
	default:
		err = t.csv(data)
	}
	if err == nil && len(t.rows) == 0 {
		err = usageError("name the fields in the first row, and give a row for each request", "%s holds no rows of test data", path)
	}
	return t, err
}

func (t *dataTable) csv(data []byte) error {
	document, err := source.Decode(t.path, data)
	if err != nil {
		return usageError("save it as csv in UTF-8", "%s: %w", t.path, err)
	}
	text := document.Text().String()
	comma := delimiterOf(text)
	if line, rest, found := strings.Cut(text, "\n"); found && strings.HasPrefix(strings.ToLower(line), "sep=") { // of a spreadsheet program
		text = "\n" + rest // places stay
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = comma, -1, true
	var rows [][]dataCell
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t.table(rows)
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			return t.errorAt(fmt.Sprintf(":%d:%d", bad.Line, bad.Column), "put the value into double quotes, and write a quote inside twice", "%v", bad.Err)
		}
		row := make([]dataCell, len(record))
		for i, field := range record {
			line, column := r.FieldPos(i)
			row[i] = dataCell{text: field, at: fmt.Sprintf(":%d:%d", line, column)}
		}
		rows = append(rows, row)
	}
}

// delimiterOf is what parts the titles, which are names and hold none of these.
func delimiterOf(text string) rune {
	titles, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best := ','
	for _, d := range ";\t|" {
		if strings.Count(titles, string(d)) > strings.Count(titles, string(best)) {
			best = d
		}
	}
	return best
}

func (t *dataTable) workbook(data []byte) error {
	tabs, err := xlsx.Tables(sheet.Input{Name: t.path, Data: data})
	if err != nil {
		return usageError("open it in a spreadsheet program and save it anew, as xlsx or csv", "%s: %w", t.path, err)
	}
	for _, tab := range tabs {
		var rows [][]dataCell
		for _, cells := range tab.Rows {
			row := make([]dataCell, len(cells))
			for i, c := range cells {
				row[i] = dataCell{text: c.Text.String(), at: c.Text.At().Suffix()}
			}
			rows = append(rows, row)
		}
		if err := t.table(rows); err != nil {
			return err
		}
	}
	return nil
}

// table takes the first row that holds anything for the names of the others.
func (t *dataTable) table(rows [][]dataCell) error {
	rows = slices.DeleteFunc(rows, isBlank)
	if len(rows) == 0 {
		return nil
	}
	titles := rows[0]
	seen := map[string]string{}
	for _, c := range titles {
		key := probe.VarKey(c.text)
		if at, twice := seen[key]; twice && key != "" {
			return t.errorAt(c.at, "remove one of them", "the column %q stands at %s already", c.text, strings.TrimPrefix(at, ":"))
		}
		seen[key] = c.at
		name := strings.TrimSpace(c.text)
		if reserved := strings.ToLower(name); name != "" && reserved != columnAPI && reserved != columnExpect {
			t.columns = append(t.columns, dataCell{name: name, nameAt: c.at})
		}
	}
	for _, row := range rows[1:] {
		var cells []dataCell
		for i, c := range row {
			text := strings.TrimSpace(c.text)
			switch {
			case text == "":
				continue
			case i >= len(titles) || strings.TrimSpace(titles[i].text) == "":
				return t.errorAt(c.at, "name its column in the first row", "a value has no column")
			}
			cells = append(cells, dataCell{name: strings.TrimSpace(titles[i].text), nameAt: titles[i].at, text: text, at: c.at})
		}
		if err := t.add(dataRow{at: lineAlone(row[0].at)}, cells); err != nil {
			return err
		}
	}
	return nil
}

func isBlank(row []dataCell) bool {
	return !slices.ContainsFunc(row, func(c dataCell) bool { return strings.TrimSpace(c.text) != "" })
}

// lineAlone leaves the column out of ":3:1"; of a workbook the first cell tells the row.
func lineAlone(at string) string {
	if i := strings.LastIndexByte(at, ':'); i > 0 {
		return at[:i]
	}
	return at
}

// yaml reads a list of maps, in YAML or JSON.
func (t *dataTable) yaml(data []byte) error {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return yamlError(t.path, err)
	}
	var doc yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return nil
	} else if err != nil {
		return yamlError(t.path, err)
	}
	root := doc.Content[0]
	if root.Kind != yaml.SequenceNode {
		return placedError(t.path, root, `write "- {mobileNo: "9000000001", expect: success}" lines`, "test data must be a list of maps")
	}
	for _, item := range root.Content {
		if err := t.yamlRow(item); err != nil {
			return err
		}
	}
	return nil
}

func (t *dataTable) yamlRow(item *yaml.Node) error {
	if item.Kind != yaml.MappingNode {
		return placedError(t.path, item, "write field: value for each field", "a row of test data must be a map")
	}
	var cells []dataCell
	seen := map[string]bool{}
	for i := 0; i+1 < len(item.Content); i += 2 {
		key, value := item.Content[i], item.Content[i+1]
		if value.Kind != yaml.ScalarNode {
			return placedError(t.path, value, "name what lies deeper by its JSON Pointer, as in /address/city", "the value of %q is no single value", key.Value)
		}
		if seen[probe.VarKey(key.Value)] {
			return placedError(t.path, key, "remove one of them", "%q stands twice in a row", key.Value)
		}
		seen[probe.VarKey(key.Value)] = true
		text := value.Value
		if value.Tag == "!!null" {
			text = "null"
		}
		cells = append(cells, dataCell{name: key.Value, nameAt: nodeAt(key), text: text, at: nodeAt(value)})
	}
	return t.add(dataRow{at: fmt.Sprintf(":%d", item.Line)}, cells)
}

func nodeAt(n *yaml.Node) string { return fmt.Sprintf(":%d:%d", n.Line, n.Column) }
