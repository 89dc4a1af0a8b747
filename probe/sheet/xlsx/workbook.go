package xlsx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// workbook is one workbook while it is read.
type workbook struct {
	*excelize.File
	doc   *source.Document
	parts parts
	notes source.Diagnostics
	cells int // walked so far
	bytes int // of text so far
	full  bool
}

// grids are the visible tabs.
func (w *workbook) grids() []sheet.Grid {
	var grids []sheet.Grid
	var hidden []string
	tabs := w.parts.tabs
	for i, tab := range tabs {
		if tab.hidden {
			hidden = append(hidden, strconv.Quote(tab.name))
			continue
		}
		if i >= maxTabs || w.full {
			w.say(source.Warning, "", fmt.Sprintf("only the first %d tabs are read, as far as the limits of size allow", i), "hand over the sheets in several workbooks")
			break
		}
		grids = append(grids, w.grid(tab))
	}
	if len(hidden) > 0 {
		w.say(source.Info, "", plural(len(hidden), "hidden tab", "hidden tabs")+" not read: "+shortList(hidden), "unhide what belongs to the sheets")
	}
	return grids
}

// say adds a remark about a cell, or about the whole workbook where cell is "".
func (w *workbook) say(severity source.Severity, cell, message, hint string) {
	at := source.Span{}
	if cell != "" {
		at.Cell, at.Line, at.Column = cell, 1, 1
	}
	w.notes = append(w.notes, sheet.Note(severity, "sheet.ambiguous", "", at, message, hint))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one + " is"
	}
	return strconv.Itoa(n) + " " + many + " are"
}

// shortList writes the first few of a list.
func shortList(list []string) string {
	const most = 5
	if len(list) > most {
		return strings.Join(list[:most], ", ") + ", ..."
	}
	return strings.Join(list, ", ")
}

// grid reads one tab.
func (w *workbook) grid(tab tab) sheet.Grid {
	g := sheet.Grid{Name: tab.name}
	view := w.parts.view(tab.part)
	rows, hidden := w.texts(tab, view.formats)
	for i := range rows {
		if !hidden[i] {
			g.Rows = append(g.Rows, w.row(tab, view, i, rows[i]))
		}
	}
	w.merge(tab, view, rows, hidden, &g)
	w.sayWhatIsNotRead(tab, view, rows, hidden)
	return g
}

// row makes cells of the texts of one row. Hidden columns are left out.
func (w *workbook) row(tab tab, view view, row int, texts []string) []sheet.GridCell {
	var cells []sheet.GridCell
	for col, text := range texts {
		if view.hidden(col) {
			continue
		}
		var cell sheet.GridCell
		if link := view.links[[2]int{row, col}]; link != "" && hidesAddress(text, link) {
			text = link
		}
		if strings.TrimSpace(text) != "" {
			cell.Text = w.doc.Cell(cellName(tab.name, row, col), text)
		}
		cells = append(cells, cell)
	}
	return cells
}

// hidesAddress says that people see only a word where the address stands that it leads to.
func hidesAddress(text, link string) bool {
	if !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
		return false
	}
	switch strings.ToLower(strings.Trim(strings.TrimSpace(text), ".:<>[]()")) {
	case "link", "here", "click here", "url", "open", "endpoint", "api link", "api url", "go", "this link", "see link":
		return true
	}
	return false
}

func cellName(tab string, row, col int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		return tab
	}
	return tab + "!" + name
}

// texts reads what the cells of a tab show, and which rows are hidden. Where no number has a format, what is stored is shown.
func (w *workbook) texts(tab tab, formats bool) (texts [][]string, hidden map[int]bool) {
	hidden = map[int]bool{}
	stored, err := w.Rows(tab.name)
	if err != nil { // a tab of another kind, such as a chart
		return nil, hidden
	}
	defer closeRows(stored)
	shown := stored
	if formats {
		if shown, err = w.Rows(tab.name); err != nil {
			return nil, hidden
		}
		defer closeRows(shown)
	}
	last, before := -1, *w
	for row := 0; stored.Next() && (!formats || shown.Next()); row++ {
		if row == maxRows {
			w.say(source.Warning, cellName(tab.name, row, 0), fmt.Sprintf("only the first %d rows of the tab %q are read", maxRows, tab.name), "hand over the sheets in several tabs")
			break
		}
		raw, err := stored.Columns(excelize.Options{RawCellValue: true})
		formatted := raw
		if err == nil && formats {
			formatted, err = shown.Columns()
		}
		if err != nil {
			w.say(source.Warning, cellName(tab.name, row, 0), fmt.Sprintf("the tab %q is damaged here; what follows is not read: %v", tab.name, err), repairHint)
			break
		}
		if !formats && slices.ContainsFunc(raw, isLongFraction) {
			*w = before
			return w.texts(tab, true)
		}
		hidden[row] = stored.GetRowOpts().Hidden
		if !w.count(tab, row, len(formatted)) {
			break
		}
		texts = append(texts, w.shown(tab, row, formatted, raw))
		if len(texts[row]) > 0 {
			last = row
		}
	}
	return texts[:last+1], hidden
}

// isLongFraction recognises a number that may be stored with more digits than are shown of it.
func isLongFraction(s string) bool {
	const digits = 16
	return len(s) > digits && mayBeNumber(s) && strings.ContainsAny(s, ".eE")
}

// closeRows ends a walk; what was only read cannot be lost by it.
func closeRows(rows *excelize.Rows) { _ = rows.Close() }

// count keeps the number of cells within its limit.
func (w *workbook) count(tab tab, row, cells int) bool {
	if w.cells += cells + 1; w.cells > maxCells || w.bytes > maxText {
		w.full = true
		w.say(source.Warning, cellName(tab.name, row, 0), "the workbook holds more than is read; the tab "+strconv.Quote(tab.name)+" is read up to here", "hand over the sheets in several workbooks")
		return false
	}
	return true
}

// shown takes for every cell what people see or, where that is cut, what is stored.
func (w *workbook) shown(tab tab, row int, formatted, raw []string) []string {
	n := len(formatted)
	if n > maxColumns {
		w.say(source.Warning, cellName(tab.name, row, maxColumns), fmt.Sprintf("only the first %d columns of a tab are read", maxColumns), "hand over the sheets in several tabs")
		n = maxColumns
	}
	texts := make([]string, n)
	for i := range texts {
		stored := ""
		if i < len(raw) {
			stored = raw[i]
		}
		texts[i] = w.display(tab, row, i, formatted[i], stored)
		w.bytes += len(texts[i])
	}
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	return texts
}

// display settles on the text of one cell. Texts are stored as they are shown. Numbers are shown in their format, which keeps leading zeros and
// makes dates of days, but cuts long numbers.
func (w *workbook) display(tab tab, row, col int, formatted, raw string) string {
	if !mayBeNumber(raw) {
		return raw
	}
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil || strings.ContainsAny(raw, "xXpP_") || !strings.ContainsAny(raw, "0123456789") {
		return raw
	}
	if formatted == raw || !strings.ContainsAny(formatted, "eE#") || strings.ContainsAny(strings.Trim(formatted, "0123456789.eE+-#"), "abcdefghijklmnopqrstuvwxyzTRUFALS") {
		return formatted
	}
	if strings.Trim(raw, "0123456789") == "" {
		return raw
	}
	if number == float64(int64(number)) && number < 1e18 && number > -1e18 {
		text := strconv.FormatFloat(number, 'f', -1, 64)
		if len(text) > 15 {
			w.say(source.Warning, cellName(tab.name, row, col), "a number of more than 15 digits is stored rounded; its last digits are lost", "format the cell as text and type the number again")
		}
		return text
	}
	return formatted
}

// mayBeNumber spares other texts the parser, which makes an error of each.
func mayBeNumber(s string) bool {
	const longest = 400
	return s != "" && len(s) <= longest && strings.IndexByte("+-.0123456789", s[0]) >= 0
}

// merge marks the cells that were merged with another, and moves a text whose own cell is hidden to the first that is seen.
func (w *workbook) merge(tab tab, view view, rows [][]string, hidden map[int]bool, g *sheet.Grid) {
	rowAt := make([]int, len(rows)+1)
	for i := range rows {
		rowAt[i+1] = rowAt[i] + 1
		if hidden[i] {
			rowAt[i+1]--
		}
	}
	marked := 0
	for _, m := range view.merges {
		var first *sheet.GridCell
		for row := m.top; row <= min(m.bottom, len(rows)-1); row++ {
			if hidden[row] {
				continue
			}
			cells := &g.Rows[rowAt[row]]
			at := -1
			for col := 0; col <= min(m.right, maxColumns-1); col++ {
				if marked++; marked > maxCells {
					return
				}
				if view.hidden(col) {
					continue
				}
				if at++; col < m.left {
					continue
				}
				if len(*cells) <= at {
					*cells = append(*cells, make([]sheet.GridCell, at+1-len(*cells))...)
				}
				cell := &(*cells)[at]
				if first == nil {
					first = cell
					if text := textAt(rows, m.top, m.left); cell.Text.Len() == 0 && strings.TrimSpace(text) != "" {
						cell.Text = w.doc.Cell(cellName(tab.name, row, col), text)
					}
					continue
				}
				*cell = sheet.GridCell{Merged: true}
			}
		}
	}
}

func textAt(rows [][]string, row, col int) string {
	if row < len(rows) && col < len(rows[row]) {
		return rows[row][col]
	}
	return ""
}

// sayWhatIsNotRead says what of a tab is hidden, or no text.
func (w *workbook) sayWhatIsNotRead(tab tab, view view, rows [][]string, hidden map[int]bool) {
	const most = 20
	count, first := 0, -1
	for i := range rows {
		if hidden[i] && len(rows[i]) > 0 {
			if count++; first < 0 {
				first = i
			}
		}
	}
	if count > 0 {
		w.say(source.Info, cellName(tab.name, first, 0), plural(count, "hidden row", "hidden rows")+" not read", "unhide what belongs to the sheets")
	}
	count, first = 0, -1
	for col := range maxColumns {
		if view.hidden(col) && slices.ContainsFunc(rows, func(r []string) bool { return col < len(r) && r[col] != "" }) {
			if count++; first < 0 {
				first = col
			}
		}
	}
	if count > 0 {
		w.say(source.Info, cellName(tab.name, 0, first), plural(count, "hidden column", "hidden columns")+" not read", "unhide what belongs to the sheets")
	}
	for i, thing := range view.things {
		if i == most {
			w.say(source.Info, tab.name, fmt.Sprintf("%d more pictures, comments and objects are not read", len(view.things)-most),
				"where one holds a part of a sheet, ask the API owner to paste it as text into a cell")
			break
		}
		w.say(source.Info, cellName(tab.name, thing.row, thing.col), thing.what+" stands here; what it says is not read",
			"where it holds a part of a sheet, ask the API owner to paste it as text into the cell")
	}
}
