package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// takesTable says that a row belongs to a table of parameters below a label: it holds the titles, or stands below them and looks like its rows.
func (e *entry) takesTable(b *blockReader, cells []source.Text) bool {
	if e.titles == nil {
		if !isBodyField(e.label.Field) && e.label.Field != probe.FieldHeaders || len(e.rows) > 0 && (b.blank || !isResponse(e.label.Field)) {
			return false
		}
		at, ok := parameterColumns(cells)
		if !ok {
			return false
		}
		e.setTitles(at, b.cols)
		return true
	}
	return !b.blank && len(cells) > 1 && (len(cells) > 2 || e.isRow(cells, b.cols))
}

func (e *entry) setTitles(at map[string]int, cols []int) {
	e.table, e.titles = true, map[string]int{}
	for kind, i := range at {
		if i < len(cols) {
			e.titles[kind] = cols[i]
		}
	}
}

// isRow says that a row of two cells is one of the table: the second is a type, or says what is mandatory.
func (e *entry) isRow(cells []source.Text, cols []int) bool {
	if len(cols) < len(cells) {
		return false
	}
	at, s := cols[len(cols)-1], cells[len(cells)-1].String()
	_, stated := statedCell(s)
	kind, isType := e.titles[colType]
	mark, isMark := e.titles[colMandatory]
	return isType && kind == at && typeIn(s) != "" || isMark && mark == at && stated
}

// tableOf is the field that a table of parameters without a label describes: headers where it names them so, an answer where the line over
// it says so, and else the request.
func (b *blockReader) tableOf(cells []source.Text) probe.Field {
	over := strings.ToLower(b.title.String())
	switch {
	case strings.HasPrefix(strings.ToLower(cells[0].String()), "header"):
		return probe.FieldHeaders
	case b.objectTitle().Len() > 0:
		return probe.FieldRequestBody
	case speaksOfAnswer(over):
		return probe.FieldSuccessResponse
	case b.title.Len() > 0 && !speaksOfRequest(over) && b.lastBlock() != nil && b.lastBlock().has(probe.FieldRequestBody):
		b.note(Note(source.Info, "sheet.ambiguous", probe.FieldSuccessResponse, b.title.At(), "the table under "+quoteShort(b.title.String())+
			" is taken for one of the answer, since the request is described already", "write Response over it, or Request where it goes on with that"))
		return probe.FieldSuccessResponse
	}
	return probe.FieldRequestBody
}

// objectTitle is the line over a table where that names an object, or the type of a field of the request above it: "Customer object".
func (b *blockReader) objectTitle() source.Text {
	name, certain := ObjectNamed(b.title.String())
	if name == "" || b.lastBlock() == nil {
		return source.Text{}
	}
	for _, e := range b.lastBlock().entries {
		if e.label.Field != probe.FieldRequestBody {
			continue
		}
		for _, row := range e.rows {
			if certain || slices.ContainsFunc(row, func(cell source.Text) bool { return TypeNamed(cell.String()) == name }) {
				return b.title
			}
		}
	}
	return source.Text{}
}

// speaksOfAnswer says that the line over a table announces what comes back.
func speaksOfAnswer(over string) bool {
	for _, w := range labelWords(over) {
		switch w {
		case "response", "responses", "output", "outputs", "returned", "returns", "return", "reply", "replies", "answer", "answers", "result", "results", "receive", "received", "back", "ack",
			"acknowledgement", "acknowledgment", "callback", "respuesta", "salida", "resposta", "saída", "retorno", "réponse", "sortie", "antwort", "ausgabe", "ответ", "ответа", "respon", "응답", "출력":
			return true
		}
	}
	return strings.Contains(over, "response") || strings.Contains(over, "output") || strings.Contains(over, "返回") || strings.Contains(over, "响应") || strings.Contains(over, "出参")
}

// speaksOfRequest says that the line over a table announces what is sent, or names a part of it.
func speaksOfRequest(over string) bool {
	for _, w := range labelWords(over) {
		switch w {
		case "request", "requests", "input", "inputs", "query", "path", "body", "payload", "parameter", "parameters", "params", "param", "form", "url", "uri", "send", "sent", "header", "headers", "object":
			return true
		}
	}
	return strings.Contains(over, "请求") || strings.Contains(over, "参数") || strings.Contains(over, "요청") || strings.Contains(over, "request")
}

// markSamples finds, beside the columns that describe one parameter per row, those of its sample, of where it travels, and of its parent.
func (h *header) markSamples() {
	for i := range h.cols {
		c := &h.cols[i]
		if c.parameter != "" || c.ignored {
			continue
		}
		switch kind := parameterColumn(c.title.String()); {
		case ruleColumn(c.title.String()) != "" && (!c.label.ok || c.label.Field == ""):
			c.parameter = kind
		case kind == colIn, kind == colParent, kind == colSample && (!c.label.ok || c.label.Field == ""):
			c.parameter = kind
		}
	}
}

// isParameterTable says that a text is nothing but a table of parameters.
func isParameterTable(t source.Text) bool {
	lines := t.Lines()
	return len(lines) > 1 && ParameterLines(lines) == len(lines)
}

// entitleTables gives the line over a table of parameters, which may name the API that it is about, to the table as its label.
func (d *draft) entitleTables() {
	for i, f := range d.fragments {
		if f.Label.Len() == 0 && f.Field == probe.FieldRequestBody {
			d.fragments[i].Label = d.title
		}
	}
}

// assignParameters gives a table of parameters that stands outside of any API to the one that its title or its tab names, to the only one before it,
// or to the only one of the document. A table of which nobody can say what it describes is said and left out.
func (r *gridReader) assignParameters(tab *gridTab, before []*draft) {
	tab.shared = slices.DeleteFunc(tab.shared, func(f Fragment) bool {
		if f.Field != probe.FieldRequestBody || !isParameterTable(f.Value) {
			return false
		}
		d := r.draftNamed(f.Label.String() + " " + tab.name)
		if all := r.drafts(); d == nil && len(all) == 1 {
			d = all[0]
		} else if d == nil && len(before) == 1 {
			d = before[0]
		}
		if d != nil {
			d.fragments = append(d.fragments, f)
			return true
		}
		r.note(Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, f.Value.Slice(f.Value.Len(), f.Value.Len()).At(),
			"a table of parameters stands for itself: which API it describes is not said", "put it below the API, or write the name of the API over it"))
		return true
	})
}

func (r *gridReader) drafts() []*draft {
	var all []*draft
	for _, tab := range r.tabs {
		all = append(all, tab.drafts...)
	}
	return all
}

// draftNamed is the API whose name a title holds; of several, the one with the longest name.
func (r *gridReader) draftNamed(title string) *draft {
	const shortest, most = 4, 500 // each looks at all APIs
	if r.tables++; r.tables > most {
		return nil
	}
	var found *draft
	longest := 0
	key := Fold(title)
	for _, d := range r.drafts() {
		name := Fold(d.title.String())
		for _, f := range d.fragments {
			if f.Field == probe.FieldName && !f.Value.IsBlank() {
				name = Fold(firstLine(f.Value).String())
				break
			}
		}
		if len(name) >= shortest && len(name) > longest && strings.Contains(key, name) {
			found, longest = d, len(name)
		}
	}
	return found
}

// parameterTab takes a table that is nothing but one of parameters. Its name may be the label of what it describes.
func (r *gridReader) parameterTab(tab *gridTab, a area) bool {
	first, name := 0, tab.name
	for a.isEmpty(first) {
		first++
	}
	if len(a.filled(first)) == 1 && !strings.Contains(a.text(first, a.filled(first)[0]).String(), "\n") { // a title over the table
		name = strings.TrimSpace(name + " " + a.text(first, a.filled(first)[0]).String())
		first++
	}
	cols := a.filled(min(first, len(a.rows)-1))
	titles := make([]source.Text, len(cols))
	for i, c := range cols {
		titles[i] = a.text(first, c)
	}
	kinds, ok := parameterColumns(titles)
	if !ok {
		return false
	}
	at := map[string]int{}
	for kind, i := range kinds {
		at[kind] = cols[i]
	}
	var rows [][]source.Text
	for row := first + 1; row < len(a.rows); row++ {
		if n := len(a.filled(row)); n < 2 && n > 0 || n == 0 && row+1 < len(a.rows) && len(a.filled(row+1)) < 2 {
			return false // something else follows
		}
		cells := make([]source.Text, len(a.rows[row]))
		for c := range a.rows[row] {
			cells[c] = a.text(row, c)
		}
		rows = append(rows, cells)
	}
	d := &draft{}
	title := source.Compose([]source.Run{{Text: name, From: titles[0].Slice(0, 0)}})
	l := r.label(title)
	if name = strings.ToLower(name); isResponse(l.Field) || speaksOfAnswer(name) {
		return true // it describes an answer
	}
	if d.addParameters(l, title, rows, at); len(d.fragments) > 0 {
		tab.shared = append(tab.shared, d.fragments...)
	}
	return true
}
