package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// rowDraft is the rows of one API below the titles of a table: one row or, where its cells are merged downward, several. Each row holds one
// text per column of the table.
type rowDraft struct {
	rows [][]source.Text
}

// column is all that the rows of an API hold in one column. What a row repeats of the row above it counts once.
func (d *rowDraft) column(i int) []source.Text {
	var texts []source.Text
	for _, row := range d.rows {
		if row[i].Len() > 0 && (len(texts) == 0 || texts[len(texts)-1].String() != row[i].String() || row[i].Len() < 4) {
			texts = append(texts, row[i])
		}
	}
	return texts
}

// first is the first text in a column.
func (d *rowDraft) first(i int) source.Text {
	for _, row := range d.rows {
		if row[i].Len() > 0 {
			return row[i]
		}
	}
	return source.Text{}
}

// rowTable reads the rows below one row of titles.
type rowTable struct {
	*gridReader
	header
	drafts []*rowDraft
	above  []source.Text        // by column, the text that the cells below it refer to
	named  map[string]*rowDraft // by its folded name
	keys   []int                // the columns that tell APIs apart
}

// rowPerAPI reads a table whose columns are fields.
func (r *gridReader) rowPerAPI(tab *gridTab, a area, h header) {
	t := &rowTable{gridReader: r, header: h, above: make([]source.Text, len(h.cols)), named: map[string]*rowDraft{}}
	t.chooseColumns(a)
	t.findKeys()
	for row := h.rows; row < len(a.rows); row++ {
		if !a.isEmpty(row) && !t.isHeading(a, row) {
			t.row(a, row)
		}
	}
	t.judgeContent()
	for _, d := range t.drafts {
		if made := t.draft(d); made != nil {
			tab.drafts = append(tab.drafts, made)
		}
	}
	t.reportUnknown()
}

// findKeys finds the columns that tell APIs apart: name and URL and, where they are merged over several, the method.
func (t *rowTable) findKeys() {
	for i, c := range t.cols {
		if c.ignored || c.parameter != "" || !c.label.ok || c.label.Role == Base {
			continue
		}
		switch c.label.Field {
		case probe.FieldName, probe.FieldURL, probe.FieldMethod:
			t.keys = append(t.keys, i)
		}
	}
}

// isHeading says that a row names a group of APIs: one text at its start, and at least two other columns that could hold something.
func (t *rowTable) isHeading(a area, row int) bool {
	filled := a.filled(row)
	if len(filled) != 1 || len(t.cols) < 3 {
		return false
	}
	text := a.text(row, filled[0])
	if strings.ContainsAny(text.String(), "{}[]\"\r\n") || proves(probe.FieldURL, text) {
		return false
	}
	next := a.cell(row, filled[0]+1).Merged && !a.cell(row+1, filled[0]+1).Merged
	i := slices.IndexFunc(t.cols, func(c headCol) bool { return c.at == filled[0] })
	isKey := slices.Contains(t.keys, i) && t.cols[i].label.Field == probe.FieldName || t.cols[i].ignored
	return next || isKey
}

// row takes in one row: the first of an API, or one that goes on with it.
func (t *rowTable) row(a area, row int) {
	texts := make([]source.Text, len(t.cols))
	for i, c := range t.cols {
		texts[i] = a.text(row, c.at)
	}
	fresh := t.begins(texts)
	for i, c := range t.cols {
		cell := a.cell(row, c.at)
		switch {
		case isDitto(cell.Text.String()) && !c.ignored:
			texts[i] = t.copyOf(t.above[i], cell.Text)
		case !c.ignored && t.referred(cell.Text, i).Len() > 0:
			texts[i] = t.copyOf(t.referred(cell.Text, i), cell.Text)
			t.above[i] = texts[i]
		case fresh && cell.Merged && cell.Text.Len() == 0:
			texts[i] = t.copyOf(t.mergedInto(a, row, i), cell.Text)
		case cell.Text.Len() > 0:
			t.above[i] = cell.Text
		}
	}
	if fresh {
		t.drafts = append(t.drafts, &rowDraft{})
	}
	d := t.drafts[len(t.drafts)-1]
	d.rows = append(d.rows, texts)
	for _, i := range t.keys {
		if key := Fold(texts[i].String()); t.cols[i].label.Field == probe.FieldName && key != "" && t.named[key] == nil {
			t.named[key] = d
		}
	}
}

// referred is what an API above holds in a column, where a cell refers to it by its name: "Same as Balance".
func (t *rowTable) referred(cell source.Text, i int) source.Text {
	const words = "same as "
	s := strings.TrimRight(strings.TrimSpace(cell.String()), ".")
	if len(s) <= len(words) || len(s) > maxLabel || !strings.EqualFold(s[:len(words)], words) {
		return source.Text{}
	}
	key := Fold(s[len(words):])
	for _, name := range []string{key, strings.TrimSuffix(key, "api"), strings.TrimPrefix(key, "the")} {
		if d := t.named[name]; d != nil {
			if texts := d.column(i); len(texts) == 1 { // of several answers nobody says which one is meant
				return texts[0]
			}
		}
	}
	return source.Text{}
}

// mergedInto is the text of a merged cell that is not its first: the one above it or, where that is not merged, the one to its left.
func (t *rowTable) mergedInto(a area, row, i int) source.Text {
	at := t.cols[i].at
	for r := row - 1; r >= t.rows; r-- {
		if c := a.cell(r, at); c.Text.Len() > 0 {
			left := a.cell(row, at-1)
			if r == row-1 && left.Text.Len() > 0 && !a.cell(row+1, at).Merged && isBodyField(t.cols[i].label.Field) {
				break // merged with its neighbour rather than with what stands above
			}
			return c.Text
		} else if !c.Merged {
			break
		}
	}
	return a.across(row, at)
}

// copyOf is a text that counts a second time. What is copied is counted: a few large cells could fill the memory.
func (r *gridReader) copyOf(t, instead source.Text) source.Text {
	if r.copied += t.Len(); r.copied > maxGridCopies {
		if !r.said[""] {
			r.said[""] = true
			r.note(Diagnose("sheet.unreadable", "", instead.At(), fmt.Sprintf("cells that refer to others stand for more than %d MiB of text; from here on they are not resolved", maxGridCopies>>20),
				"write a large example once and shorten it, or hand over the sheets in several documents"))
		}
		return instead
	}
	return t
}

// begins says that a row is the first of an API: it has a name, a URL or a method of its own where the API before it has one already.
func (t *rowTable) begins(texts []source.Text) bool {
	if len(t.drafts) == 0 {
		return true
	}
	current := t.drafts[len(t.drafts)-1]
	own, again, same := 0, 0, 0
	onlyURL := true
	for i := range texts {
		if texts[i].Len() > 0 && (!slices.Contains(t.keys, i) || t.cols[i].label.Field != probe.FieldURL) {
			onlyURL = false
		}
	}
	for _, i := range t.keys {
		if texts[i].Len() == 0 {
			continue
		}
		own++
		before := current.first(i)
		again += b2i(before.Len() > 0)
		same += b2i(before.String() == texts[i].String())
	}
	hasName := slices.ContainsFunc(t.keys, func(i int) bool { return t.cols[i].label.Field == probe.FieldName })
	switch {
	case own == 0 && len(t.keys) > 0:
		return false
	case own >= 2 && same == own && t.sameKeys(current, texts): // one row per answer or parameter, every cell repeated
		return false
	case own == 1 && onlyURL && hasName:
		return false // a further address
	}
	return again > 0 || len(t.keys) == 0
}

// sameKeys says that a row repeats every key of the API before it.
func (t *rowTable) sameKeys(current *rowDraft, texts []source.Text) bool {
	address := false
	for _, i := range t.keys {
		if current.first(i).String() != texts[i].String() {
			return false
		}
		address = address || t.cols[i].label.Field == probe.FieldURL && texts[i].Len() > 0
	}
	return address
}

// draft makes fragments of the rows of one API.
func (t *rowTable) draft(d *rowDraft) *draft {
	texts := t.shifted(d)
	out := &draft{}
	answered := t.answersPerRow(d, out)
	for i, c := range t.cols {
		if value := joined(texts[i], "\n"); t.isStrayFailure(c, value) {
			out.fragments = append(out.fragments, Fragment{Field: probe.FieldErrorResponse, Label: c.title, Value: value})
			continue
		}
		if c.ignored || c.parameter != "" || !c.label.ok || answered && (c.label.Field == probe.FieldStatusCodes || isResponse(c.label.Field)) {
			continue
		}
		value := joined(texts[i], "\n")
		if value.IsBlank() && c.label.Field == "" {
			continue
		}
		out.fragments = append(out.fragments, t.fragmentsOf(c, value)...)
	}
	out.queryInWords()
	t.parameters(d, out)
	for _, c := range t.cols {
		if name, value, ok := splitPair(c.title); ok && name.Len() > 0 && proves(probe.FieldMethod, value) && !out.hasMethod() {
			out.fragments = append(out.fragments, Fragment{Field: probe.FieldMethod, Label: name, Value: value})
		}
	}
	if !slices.ContainsFunc(out.fragments, func(f Fragment) bool { return !f.Value.IsBlank() && f.Field != probe.FieldName }) {
		return nil
	}
	tieStatus(out)
	return out
}

// isStrayFailure says that an answer that tells of a failure stands in a column of notes, where no column is for such answers.
func (t *rowTable) isStrayFailure(c headCol, value source.Text) bool {
	if c.ignored || c.parameter != "" || c.label.ok && c.label.Field != "" || value.Len() > 1<<16 || !proves(probe.FieldErrorResponse, value) {
		return false
	}
	if slices.ContainsFunc(t.cols, func(c headCol) bool { return c.label.ok && c.label.Field == probe.FieldErrorResponse }) {
		return false
	}
	s := strings.ToLower(value.String())
	return slices.ContainsFunc([]string{"error", "fail", "false", "invalid", "denied", "unauthor", "not found"}, func(w string) bool { return strings.Contains(s, w) })
}

// fragmentsOf makes the fragments of one cell. The title of a column that holds the answers of one status is said with each answer.
func (t *rowTable) fragmentsOf(c headCol, value source.Text) []Fragment {
	if c.label.Role == TestValues {
		return []Fragment{{Field: FieldTestData, Label: c.title, Value: value}}
	}
	if c.label.Role == HeaderLine && isYesNo(value.String()) {
		return nil
	}
	if _, own := titleStatus(firstLine(value).String()); c.status != 0 && !own && !value.IsBlank() && !IsNone(value.String()) {
		value = source.Compose([]source.Run{{Text: fmt.Sprintf("HTTP %d", c.status), From: c.title}, {Text: "\n"}, {Text: value.String(), From: value}})
	}
	return splitCell(Fragment{Field: c.label.Field, Label: c.title, Value: value})
}

func isYesNo(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "no", "y", "n", "true", "false", "required", "not required", "✓", "✅", "❌", "x":
		return true
	}
	return false
}

// answersPerRow keeps the status of a row with the answer beside it, where the rows of an API each hold one answer.
func (t *rowTable) answersPerRow(d *rowDraft, out *draft) bool {
	status, scenario, answers := -1, -1, []int{}
	for i, c := range t.cols {
		switch {
		case c.scenario:
			scenario = i
		case c.ignored || c.parameter != "" || !c.label.ok:
		case c.label.Field == probe.FieldStatusCodes && status < 0:
			status = i
		case isResponse(c.label.Field) && c.status == 0:
			answers = append(answers, i)
		}
	}
	if status < 0 && scenario < 0 || len(answers) != 1 || len(d.rows) < 2 && scenario < 0 {
		return false
	}
	both := 0
	for _, row := range d.rows {
		both += b2i(row[max(status, scenario)].Len() > 0 && (row[answers[0]].Len() > 0 || status >= 0 && hasNoContent(row[status])))
	}
	if both < 2-b2i(scenario >= 0) {
		return false
	}
	c := t.cols[answers[0]]
	for _, row := range d.rows {
		if status >= 0 && row[status].Len() > 0 {
			out.fragments = append(out.fragments, Fragment{Field: probe.FieldStatusCodes, Label: t.cols[status].title, Value: row[status]})
		}
		value := row[answers[0]]
		if status >= 0 && hasNoContent(row[status]) && (value.Len() == 0 || IsNone(value.String())) {
			value = source.Compose([]source.Run{{Text: "HTTP " + row[status].String(), From: row[status]}})
		} else if value.Len() > 0 && scenario >= 0 {
			value = joined([]source.Text{row[scenario], value}, "\n")
		}
		if value.Len() > 0 {
			out.fragments = append(out.fragments, Fragment{Field: c.label.Field, Label: c.title, Value: value})
		}
	}
	return true
}

// hasNoContent says that an HTTP status is that of an answer without a body.
func hasNoContent(status source.Text) bool {
	s := statusTitle(status.String())
	return s == 204 || s == 205 || s == 304
}

// tieStatus moves the one HTTP status of an API before the answer that it is about.
func tieStatus(d *draft) {
	at := slices.IndexFunc(d.fragments, func(f Fragment) bool { return f.Field == probe.FieldStatusCodes })
	if at < 0 {
		return
	}
	code := d.fragments[at]
	if CodeKind(code.Value.TrimSpace().String()) != probe.KindHTTP {
		return
	}
	to := slices.IndexFunc(d.fragments, func(f Fragment) bool { return isResponse(f.Field) && !f.Value.IsBlank() })
	if to < 0 || to > at || code.Value.String()[0] != '2' || d.fragments[to].Field != probe.FieldSuccessResponse {
		return
	}
	d.fragments = slices.Insert(slices.Delete(d.fragments, at, at+1), to, code)
}

// reportUnknown says which titles are none that is known, each once in a document.
func (t *rowTable) reportUnknown() {
	for _, c := range t.cols {
		if !c.ignored && c.parameter == "" && !c.label.ok {
			t.unknown(c.title)
		}
	}
}

// unknown reports a label that the vocabulary does not know.
func (r *gridReader) unknown(label source.Text) {
	const most = 1000
	key := Fold(label.String())
	if key == "" || r.said[key] || len(r.said) > most {
		return
	}
	r.said[key] = true
	r.note(Note(source.Info, "sheet.ambiguous", "", label.At(), "the label "+quoteShort(label.String())+" is not known; what it holds is not read",
		"where it is one of the ten fields, use a usual name for it, such as \"Endpoint URL\" or \"Success Response\""))
}
