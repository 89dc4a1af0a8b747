package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// headCol is one column below a title.
type headCol struct {
	at    int
	title source.Text
	label gridLabel
	// What a column holds beyond a field: a piece of a parameter ("name", "type", "mandatory", "optional"), or the answer of one HTTP status.
	parameter string
	status    int
	scenario  bool // what causes the answer of the row
	ignored   bool // the number of the row, and what is known to be of no use
}

// headerAt reads the titles of a row, and of the row below it where that details them.
func (r *gridReader) headerAt(a area, row int) header {
	h := header{row: row, rows: 1}
	if r.detailsTitles(a, row) {
		h.rows = 2
	}
	for _, c := range a.cols {
		title := a.text(row, c)
		if below := a.text(row+1, c); h.rows == 2 && below.Len() > 0 {
			if title.Len() == 0 {
				title = a.across(row, c)
			}
			title = r.detailed(title, below)
		}
		h.cols = append(h.cols, r.headCol(c, title))
	}
	r.markParameters(&h)
	h.nameByScenario()
	return h
}

// detailsTitles says that the row below a row of titles holds nothing but titles, and fewer: "Response" over "Success" and "Failure".
func (r *gridReader) detailsTitles(a area, row int) bool {
	filled := a.filled(row + 1)
	if len(filled) < 2 || row+1 >= len(a.rows) {
		return false
	}
	upper := false
	for _, c := range filled {
		t := a.text(row+1, c)
		l := r.label(t)
		if (!l.ok || l.Field == "") && statusTitle(t.String()) == 0 && parameterTitle(t.String()) == "" {
			return false
		}
		upper = upper || a.text(row, c).Len() == 0
	}
	return upper
}

// detailed joins two titles that stand one above the other, as far as that makes a label.
func (r *gridReader) detailed(upper, lower source.Text) source.Text {
	if upper.Len() == 0 || upper.String() == lower.String() {
		return lower
	}
	both := source.Compose([]source.Run{{Text: lower.String(), From: lower}, {Text: " "}, {Text: upper.String(), From: upper}})
	if l, over := r.label(both), r.label(upper); l.ok && (!over.ok || over.Field == l.Field || isResponse(over.Field)) && statusTitle(lower.String()) == 0 {
		return both
	}
	return lower
}

func (r *gridReader) headCol(at int, title source.Text) headCol {
	s := title.String()
	c := headCol{at: at, title: title, label: r.titleLabel(title), status: statusTitle(s)}
	switch {
	case title.Len() == 0, isNumberTitle(s):
		c.ignored = true
	case isScenarioTitle(s):
		c.ignored, c.scenario = true, true
	case c.status != 0:
		c.label = gridLabel{Label{Field: probe.FieldSuccessResponse, Role: Generic}, true}
		if c.status >= 400 {
			c.label.Field, c.label.Role = probe.FieldErrorResponse, Plain
		}
	}
	return c
}

// nameByScenario takes the column of use cases for the names where there is none of names.
func (h *header) nameByScenario() {
	at := -1
	for i, c := range h.cols {
		if c.label.ok && c.label.Field == probe.FieldName && !c.ignored {
			return
		}
		if c.scenario && at < 0 {
			at = i
		}
	}
	if at >= 0 {
		c := &h.cols[at]
		c.scenario, c.ignored, c.label = false, false, gridLabel{Label{Field: probe.FieldName}, true}
	}
}

// markParameters finds the columns that describe one parameter per row: its name, and beside it its type or whether it is mandatory.
func (r *gridReader) markParameters(h *header) {
	kinds := map[string]int{}
	names, hasMethod, hasName := 0, false, false
	for i := range h.cols {
		c := &h.cols[i]
		c.parameter = parameterTitle(c.title.String())
		names += b2i(c.label.ok && c.label.Field == probe.FieldName)
		switch key := Fold(c.title.String()); {
		case c.label.ok && c.label.Field == probe.FieldMethod && key != "type":
			hasMethod = true
		case c.parameter == "name" && key == "name":
			if !hasName {
				c.parameter = "" // the first one names the API
			}
			hasName = true
		case c.label.ok && c.label.Field == probe.FieldName:
			hasName = true
		}
		kinds[c.parameter]++
	}
	if kinds["name"] == 0 || kinds["type"]+kinds["mandatory"]+kinds["optional"] == 0 {
		for i := range h.cols {
			h.cols[i].parameter = ""
		}
		return
	}
	h.markSamples()
	for i := range h.cols {
		c := &h.cols[i]
		if c.parameter == "type" && Fold(c.title.String()) == "type" && !hasMethod && names < 2 && kinds["mandatory"] > 0 && kinds["type"] > 1 {
			c.parameter = ""
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// parameterTitle says which piece of a parameter a column holds; "" where it is none.
func parameterTitle(s string) string {
	switch Fold(s) {
	case "parameter", "parametername", "parameters", "param", "params", "paramname", "field", "fieldname", "attribute", "attributename", "key", "keyname", "name",
		"requestparameter", "requestfield", "requestparameters", "参数名", "参数名称", "字段", "字段名", "파라미터", "параметр", "parámetro", "parâmetro":
		return "name"
	case "type", "datatype", "fieldtype", "dataformat", "类型", "数据类型", "타입", "тип", "tipo":
		return "type"
	case "mandatory", "required", "mo", "mandatoryoptional", "requiredoptional", "optionalmandatory", "isrequired", "ismandatory", "presence", "yn", "mandatoryyn",
		"requiredyn", "moc", "mandatoryoptionalconditional", "mandatoryconditional", "req", "reqd", "mand", "requirement", "cardinality", "occurrence", "obligation", "necessity", "must", "compulsory",
		"必填", "是否必填", "是否必须", "是否必选", "必选", "必须", "필수", "필수여부", "필수여부yn", "обязательный", "обязательность", "обязательно", "obligatorio", "obligatoria", "requerido",
		"obrigatório", "obrigatoriedade", "pflicht", "pflichtfeld", "erforderlich", "obligatoire", "requis", "必須":
		return "mandatory"
	case "optional", "isoptional":
		return "optional"
	}
	return foreignColumn(s)
}

// isNumberTitle recognises the title over the numbers of the rows.
func isNumberTitle(s string) bool {
	switch Fold(s) {
	case "sno", "srno", "slno", "sl", "sr", "no", "nr", "serialno", "serialnumber", "index", "序号", "번호", "stt", "seq", "number":
		return true
	case "":
		return s == "#"
	}
	return false
}

// isScenarioTitle recognises the title over what causes an answer.
func isScenarioTitle(s string) bool {
	switch Fold(s) {
	case "scenario", "scenarios", "condition", "case", "testcase", "usecase", "when", "scenarioname", "responsescenario", "场景", "сценарий":
		return true
	}
	return false
}

// statusTitle reads the title of a column that holds the answers of one HTTP status: "200", "HTTP 404", "400 Bad Request".
func statusTitle(s string) int {
	if status, ok := statusLine(strings.Join(strings.Fields(s), " ")); ok {
		return status
	}
	if CodeKind(strings.TrimSpace(s)) == probe.KindHTTP {
		status, _ := strconv.Atoi(strings.TrimSpace(s))
		return status
	}
	switch Fold(s) { // reason phrases of RFC 9110 that mean nothing else
	case "badrequest":
		return 400
	case "unauthorized", "unauthorised":
		return 401
	case "forbidden":
		return 403
	case "notfound":
		return 404
	case "conflict":
		return 409
	case "unprocessableentity", "unprocessablecontent":
		return 422
	case "toomanyrequests":
		return 429
	case "internalservererror":
		return 500
	}
	return 0
}

// endsTable says that a row behind an empty one, or one with little in it, belongs to no API of the table above: it begins with a label that has its value
// beside it, or opens a table of another kind.
func (r *gridReader) endsTable(a area, row int, first source.Text, filled []int) bool {
	if l, _, ok := r.pair(first); ok && len(filled) == 1 {
		return l.Field != probe.FieldName || l.Strong || len(a.filled(row+1)) < 3 // "Module: Orders" over further APIs ends nothing
	}
	cells := make([]source.Text, len(filled))
	for i, c := range filled {
		cells[i] = a.text(row, c)
	}
	if isCodeTitles(cells) {
		return true
	}
	l := r.label(first)
	if l.ok && l.Role == TestValues && len(filled) == 1 {
		return true
	}
	if !l.ok || l.Field == "" || !l.Strong && len(filled) > 1 && !proves(l.Field, cells[1]) {
		return false
	}
	return len(filled) == 1 && a.cell(row, filled[0]+1).Text.Len() == 0 || len(filled) == 2
}

// isCodeTitles recognises the titles over a list of codes: "Code", "Message".
func isCodeTitles(cells []source.Text) bool {
	if len(cells) < 2 || len(cells) > 8 {
		return false
	}
	hasCode := slices.ContainsFunc(cells, func(t source.Text) bool {
		key := Fold(t.String())
		return len(key) < 30 && (strings.Contains(key, "code") || key == "status" || key == "httpstatus") || key == "状态码" || key == "错误码"
	})
	return hasCode && IsColumnTitles(joined(cells, "\t"))
}
