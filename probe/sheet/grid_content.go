package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// content is what the cells of a column look like.
type content struct {
	filled, methods, urls, bodies, envelopes, headers, codes, words, different int
}

// maxJudged is how many APIs are looked at to judge what a column holds.
const maxJudged = 200

// contentOf judges a column by its first cells.
func (t *rowTable) contentOf(i int) content {
	var n content
	seen := map[string]bool{}
	for _, d := range t.drafts[:min(len(t.drafts), maxJudged)] {
		text := d.first(i)
		if text.Len() == 0 || IsNone(text.String()) {
			continue
		}
		n.filled++
		n.methods += b2i(proves(probe.FieldMethod, text))
		n.urls += b2i(proves(probe.FieldURL, text))
		body := proves(probe.FieldRequestBody, text)
		n.bodies += b2i(body)
		n.envelopes += b2i(body && looksLikeAnswer(text))
		n.headers += b2i(!body && proves(probe.FieldHeaders, text))
		n.codes += b2i(strings.ContainsAny(text.String(), "0123456789"))
		n.words += b2i(!body && len(strings.Fields(text.String())) <= 10)
		if !seen[text.String()] && text.Len() < 1<<12 {
			seen[text.String()] = true
			n.different++
		}
	}
	return n
}

// most says that a property holds for more than half of the cells.
func (n content) most(count int) bool { return count*2 > n.filled }

// looksLikeAnswer says that an example is an answer by its keys: a status or a code, with a message or data.
func looksLikeAnswer(text source.Text) bool {
	if text.Len() > 1<<16 {
		return false
	}
	b := splitBody(text)
	if len(b.parts) == 0 || b.parts[0].kind != partJSON {
		return false
	}
	r, err := nearjson.Parse(b.parts[0].text)
	if err != nil || r.Value == nil || r.Value.Kind != nearjson.Object {
		return false
	}
	outcome, content := false, false
	for _, m := range r.Value.Members {
		switch Fold(m.Key) {
		case "status", "statuscode", "code", "success", "errorcode", "error", "responsecode", "resultcode", "respcode", "errors":
			outcome = true
		case "message", "msg", "data", "result", "response", "statusmessage", "description", "errormessage", "results":
			content = true
		}
	}
	return outcome && content
}

// chooseColumns settles which of several columns of one kind counts, before the rows are read.
func (t *rowTable) chooseColumns(a area) {
	best, score := -1, -1
	for i := range t.cols {
		c := &t.cols[i]
		if c.ignored || c.parameter != "" || !c.label.ok {
			continue
		}
		switch c.label.Field {
		case probe.FieldName:
			n := 2*t.differentIn(a, c.at) + b2i(c.label.Strong)
			if n > score {
				best, score = i, n
			}
		case probe.FieldMethod:
			c.ignored = Fold(c.title.String()) == "type" && !t.anyIn(a, c.at, probe.FieldMethod)
		case probe.FieldStatusCodes:
			c.ignored = !t.anyDigit(a, c.at)
		case probe.FieldRequestBody:
			if c.label.Role == Generic && t.hasParameters() && !t.anyIn(a, c.at, probe.FieldRequestBody) {
				c.parameter = parameterColumn(c.title.String()) // the value of one parameter
				c.ignored = c.parameter != colSample
			}
		}
	}
	for i := range t.cols {
		if c := &t.cols[i]; i != best && c.label.ok && c.label.Field == probe.FieldName && c.parameter == "" {
			c.ignored = true
		}
	}
	if best < 0 {
		t.nameByDescription(a)
	}
}

// hasParameters says that each row describes a parameter.
func (t *rowTable) hasParameters() bool {
	return slices.ContainsFunc(t.cols, func(c headCol) bool { return c.parameter == "name" })
}

func (t *rowTable) differentIn(a area, col int) int {
	seen := map[string]bool{}
	for row := t.rows; row < min(len(a.rows), maxJudged); row++ {
		if s := a.text(row, col).String(); s != "" && len(s) < 1<<10 {
			seen[s] = true
		}
	}
	return len(seen)
}

func (t *rowTable) anyIn(a area, col int, f probe.Field) bool {
	for row := t.rows; row < min(len(a.rows), maxJudged); row++ {
		if proves(f, a.text(row, col)) {
			return true
		}
	}
	return false
}

func (t *rowTable) anyDigit(a area, col int) bool {
	for row := t.rows; row < len(a.rows); row++ {
		if s := a.text(row, col).String(); hasDigit(s) || IsNone(s) {
			return true
		}
	}
	return false
}

// nameByDescription takes the column of descriptions for the names where there is none of names, and the descriptions are short.
func (t *rowTable) nameByDescription(a area) {
	for i := range t.cols {
		c := &t.cols[i]
		key := Fold(c.title.String())
		if key != "description" && key != "desc" && key != "summary" && key != "apidescription" {
			continue
		}
		for row := t.rows; row < min(len(a.rows), maxJudged); row++ {
			if s := a.text(row, c.at).String(); len(strings.Fields(s)) > 10 || strings.ContainsAny(s, "{\r\n") {
				return
			}
		}
		c.label = gridLabel{Label{Field: probe.FieldName}, true}
		return
	}
}

// judgeContent corrects titles that mislead, by what stands below them.
func (t *rowTable) judgeContent() {
	contents := make([]content, len(t.cols))
	for i := range t.cols {
		contents[i] = t.contentOf(i)
	}
	t.judge(contents, probe.FieldMethod, func(n content) int { return n.methods })
	t.judge(contents, probe.FieldURL, func(n content) int { return n.urls })
	t.judgeBodies(contents)
	for i := range t.cols {
		c := &t.cols[i]
		if c.label.ok && c.label.Field == probe.FieldURL && contents[i].filled > 0 && contents[i].urls == 0 && t.hasProven(contents, i) {
			c.ignored = true // "Resource: User" beside the URL
		}
	}
}

func (t *rowTable) hasProven(contents []content, but int) bool {
	for i, c := range t.cols {
		if i != but && c.label.ok && c.label.Field == probe.FieldURL && contents[i].urls > 0 {
			return true
		}
	}
	return false
}

// judge looks for the column of a field by its content, where no column of that title holds it.
func (t *rowTable) judge(contents []content, f probe.Field, count func(content) int) {
	wrong, right := -1, -1
	for i, c := range t.cols {
		n := contents[i]
		isField := c.label.ok && c.label.Field == f && !c.ignored && c.parameter == ""
		switch {
		case isField && count(n) > 0:
			return
		case isField:
			wrong = i
		case n.filled > 0 && n.most(count(n)) && right < 0 && c.parameter == "" && (!c.label.ok || c.label.Field != probe.FieldURL && c.label.Field != probe.FieldRequestBody):
			right = i
		}
	}
	if right < 0 {
		return
	}
	if wrong >= 0 {
		t.cols[wrong].label, t.cols[right].label = t.cols[right].label, t.cols[wrong].label
		t.sayMisled(right, f)
		return
	}
	if c := &t.cols[right]; !c.label.ok || c.label.Field == "" || c.label.Field == probe.FieldName && contents[right].most(count(contents[right])) {
		c.label, c.ignored = gridLabel{Label{Field: f}, true}, false
		t.sayMisled(right, f)
	}
}

// judgeBodies finds answers under the title of requests, where what looks like the requests stands under another title.
func (t *rowTable) judgeBodies(contents []content) {
	var requests, others []int
	answers := 0
	for i, c := range t.cols {
		n := contents[i]
		switch {
		case c.ignored && c.title.Len() > 0, c.parameter != "", n.bodies == 0 || !n.most(n.bodies):
		case c.label.ok && c.label.Field == probe.FieldRequestBody && c.label.Role != Query && c.label.Role != PathParam:
			requests = append(requests, i)
		case c.label.ok && isResponse(c.label.Field):
			answers++
		case !c.label.ok || c.label.Field == "" || c.label.Field == probe.FieldHeaders || c.label.Field == probe.FieldCredentials:
			others = append(others, i)
		}
	}
	if len(requests) == 0 || answers > 0 {
		return
	}
	last := requests[len(requests)-1]
	n := contents[last]
	others = slices.DeleteFunc(others, func(i int) bool { return contents[i].envelopes > 0 })
	if n.envelopes == 0 || !n.most(n.envelopes) || len(requests) == 1 && len(others) == 0 && t.hasResponseTitle() {
		return
	}
	t.cols[last].label = gridLabel{Label{Field: probe.FieldSuccessResponse, Role: Generic}, true}
	t.sayMisled(last, probe.FieldSuccessResponse)
	if len(requests) == 1 && len(others) > 0 {
		t.cols[others[0]].label = gridLabel{Label{Field: probe.FieldRequestBody}, true}
		t.sayMisled(others[0], probe.FieldRequestBody)
	}
}

func (t *rowTable) hasResponseTitle() bool {
	return slices.ContainsFunc(t.cols, func(c headCol) bool { return c.label.ok && isResponse(c.label.Field) })
}

func (t *rowTable) sayMisled(i int, f probe.Field) {
	c := t.cols[i]
	what := "a column without a title"
	at := c.title.At()
	if c.title.Len() > 0 {
		what = "the column " + quoteShort(c.title.String())
	} else if len(t.drafts) > 0 {
		at = t.drafts[0].first(i).At()
	}
	t.note(Note(source.Info, "sheet.ambiguous", f, at, what+" is read as "+f.Title()+", since that is what it holds",
		"correct the title of the column"))
}

// shifted is what each column of an API holds. Where the cells of a single row have slipped by a column, so that none proves its title and their
// neighbours prove several, the neighbours count.
func (t *rowTable) shifted(d *rowDraft) [][]source.Text {
	texts := make([][]source.Text, len(t.cols))
	for i := range t.cols {
		texts[i] = d.column(i)
	}
	if len(d.rows) > 1 || t.proofs(d, 0) > 0 {
		return texts
	}
	for _, by := range []int{1, -1} {
		if t.proofs(d, by) < 2 {
			continue
		}
		moved := make([][]source.Text, len(t.cols))
		for i := range t.cols {
			if j := i + by; j >= 0 && j < len(t.cols) {
				moved[i] = texts[j]
			}
		}
		for i, c := range t.cols { // what stands before the slip stays
			if c.label.ok && c.label.Field == probe.FieldName && len(texts[i]) > 0 && !proves(probe.FieldMethod, texts[i][0]) && !proves(probe.FieldURL, texts[i][0]) {
				moved[i] = texts[i]
			}
		}
		t.note(Diagnose("sheet.ambiguous", "", d.rows[0][slices.IndexFunc(d.rows[0], func(x source.Text) bool { return x.Len() > 0 })].At(),
			"the cells of this row do not stand under their titles; they are read as if they stood one column beside", "move the cells under their titles"))
		return moved
	}
	return texts
}

// proofs counts the cells of a row that are beyond doubt what the title says that stands so many columns before them.
func (t *rowTable) proofs(d *rowDraft, by int) int {
	n := 0
	for i, c := range t.cols {
		if j := i + by; j >= 0 && j < len(t.cols) && c.label.ok && !c.ignored && c.parameter == "" {
			switch c.label.Field {
			case probe.FieldMethod, probe.FieldURL:
				n += b2i(proves(c.label.Field, d.first(j)))
			}
		}
	}
	return n
}
