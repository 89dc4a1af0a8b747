package sheet

import (
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// ParallelRows reads a table whose rows begin with labels, and of which one column is about the request and the next one about the answer:
// "Body | {..} | {..}" below " | Request | Response". It returns the same as rows of a label and a value each; ok is false for other tables.
func ParallelRows(rows [][]source.Text) (pairs [][]source.Text, ok bool) {
	p := parallel{rows: rows, titles: -1}
	if !p.find() {
		return nil, false
	}
	for i := range rows[:p.titles] {
		p.put(p.cell(i, 0), p.cell(i, 1))
	}
	if name := p.cell(p.titles, 0); p.titles == 0 && !isNeutralTitle(name) {
		p.put(named("API Name", name), name)
	}
	for i := p.titles + 1; i < len(rows); i++ {
		p.row(i)
	}
	return p.pairs, true
}

// parallel is such a table.
type parallel struct {
	rows   [][]source.Text
	titles int // the row that holds the titles of the columns
	pairs  [][]source.Text
}

func (p *parallel) cell(row, col int) source.Text {
	if col >= len(p.rows[row]) {
		return source.Text{}
	}
	return p.rows[row][col].TrimSpace()
}

func (p *parallel) put(label, value source.Text) {
	p.pairs = append(p.pairs, []source.Text{label, value})
}

// find finds the titles, labels of method or address in the first column, and an answer below that of answers.
func (p *parallel) find() bool {
	const columns, farthest = 3, 50
	heart, answer := false, false
	for i, row := range p.rows {
		if p.titles < 0 && i == farthest {
			return false
		}
		for j := columns; j < len(row); j++ {
			if !row[j].IsBlank() {
				return false
			}
		}
		if p.titles < 0 && p.isTitles(i) {
			p.titles = i
			continue
		}
		l, ok := LookupLabel(p.cell(i, 0).String())
		heart = heart || ok && (l.Field == probe.FieldURL || l.Field == probe.FieldMethod)
		answer = answer || p.titles >= 0 && proves(probe.FieldSuccessResponse, p.cell(i, 2))
	}
	return p.titles >= 0 && heart && answer
}

func (p *parallel) isTitles(row int) bool {
	request, ok := LookupLabel(p.cell(row, 1).String())
	response, known := LookupLabel(p.cell(row, 2).String())
	if !ok || !known || request.Field != probe.FieldRequestBody || !isResponse(response.Field) {
		return false
	}
	first, labelled := LookupLabel(p.cell(row, 0).String())
	return !labelled || first.Field == "" || isNeutralTitle(p.cell(row, 0))
}

// isNeutralTitle says that a title over labels says nothing of its own.
func isNeutralTitle(title source.Text) bool {
	switch Fold(title.String()) {
	case "", "field", "fields", "item", "items", "label", "attribute", "property", "section", "type", "details", "detail", "element", "part", "description", "no",
		"name", "parameter", "parameters", "api":
		return true
	}
	return false
}

// row takes in a row below the titles. What an answer says of its headers is not asked for.
func (p *parallel) row(i int) {
	label, request, response := p.cell(i, 0), p.cell(i, 1), p.cell(i, 2)
	l, _ := LookupLabel(label.String())
	example := proves(probe.FieldRequestBody, request) || proves(probe.FieldSuccessResponse, response)
	switch {
	case l.Field == probe.FieldErrorResponse:
		if response.Len() == 0 {
			response = request
		}
		p.put(label, response)
	case example && (l.Field == "" || isBodyField(l.Field)):
		p.put(named("Request Body", label), request)
		p.put(named("Success Response", label), response)
	case request.Len() > 0:
		p.put(label, request)
	default:
		p.put(label, response)
	}
}

// named is a label that the document writes in another way.
func named(label string, from source.Text) source.Text {
	return source.Compose([]source.Run{{Text: label, From: from.Slice(0, 0)}})
}

// InPairs is a table as rows of a label and a value, where it is one of requests and answers side by side; of a form, without its column of guidance.
func InPairs(g Grid) Grid {
	g.Rows = withoutGuidance(g.Rows)
	rows := make([][]source.Text, len(g.Rows))
	for i, row := range g.Rows {
		for _, c := range row {
			rows[i] = append(rows[i], c.Text)
		}
	}
	pairs, ok := ParallelRows(rows)
	if !ok {
		return g
	}
	g.Rows = make([][]GridCell, len(pairs))
	for i, pair := range pairs {
		g.Rows[i] = []GridCell{{Text: pair[0]}, {Text: pair[1]}}
	}
	return g
}
