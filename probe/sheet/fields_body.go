package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// request takes in the value of a request field: the example, an example call, parameters one per line, or the method alone.
func (a *assembler) request(label Label, value source.Text) {
	if word, method, ok := findMethod(value); ok && word.Len() == value.Len() && len(value.String()) < 8 {
		a.setMethod(method, word.At())
		return
	}
	if value.Len() == 0 || IsNone(value.String()) {
		return
	}
	if label.Role == Query || label.Role == PathParam {
		a.parameters(label, value)
		return
	}
	if hasScheme(value.String()) {
		if url, _ := findURL(value); url.Len() == value.Len() { // "Sample Request" over the address of a GET
			a.borrow(call{url: url})
			return
		}
	}
	b := splitBody(value)
	for _, t := range b.requests {
		a.exampleCall(t)
	}
	a.borrowed.headers = append(a.borrowed.headers, b.headers...)
	for _, p := range b.parts {
		a.requestPart(p)
		if !p.title.IsBlank() { // the last row of a table above the example
			b.prose = append(b.prose, p.title)
		}
	}
	a.requestProse(b)
}

// exampleCall takes from an example call what the sheet does not say elsewhere.
func (a *assembler) exampleCall(t source.Text) {
	c := readCall(t)
	a.borrow(c)
	q := &a.sheet.Request
	for _, f := range c.form {
		a.addParameter(f)
		a.place(probe.FieldRequestBody, f.At)
	}
	if _, stated := HeaderNamed(c.headers, "Content-Type"); len(c.form) > 0 && !stated {
		q.MediaType = "multipart/form-data"
	}
	for _, file := range c.files {
		a.place(probe.FieldRequestBody, file.At())
		a.note(Diagnose("sheet.ambiguous", probe.FieldRequestBody, file.At(), "the call reads what it sends from a file: "+quoteShort(file.String()),
			"ask the API owner to write what the file holds into the document"))
	}
	if c.body.Len() == 0 || !q.Body.IsZero() {
		return
	}
	parts := splitBody(c.body).parts
	for _, p := range parts {
		a.requestPart(p)
	}
	if len(parts) == 0 {
		q.Body, q.Raw = a.plainBody(probe.FieldRequestBody, c.body), c.body.String()
		a.place(probe.FieldRequestBody, c.body.At())
	}
}

// requestPart takes in one example of a request field. An example whose title says that it is an answer is one.
func (a *assembler) requestPart(p part) {
	if l, ok := LookupLabel(p.title.String()); ok && isResponse(l.Field) {
		a.answer(l.Field, p)
		return
	}
	if p.kind == partNone {
		return
	}
	a.borrowed.headers = append(a.borrowed.headers, p.headers...)
	q := &a.sheet.Request
	if !q.Body.IsZero() {
		a.note(Note(source.Info, "sheet.ambiguous", probe.FieldRequestBody, p.text.At(), "a further request body is documented; the first one is sent",
			"write a sheet of its own for each request"))
		return
	}
	q.Body, q.Raw = a.bodyOf(probe.FieldRequestBody, p), p.text.String()
	a.requestText = p.text
	a.place(probe.FieldRequestBody, q.Body.At)
}

// requestProse reads what stands around the example: parameters with their type and whether they are mandatory.
func (a *assembler) requestProse(b body) {
	var unread source.Text
	a.prose = append(a.prose, b.prose...)
	a.underTitle = nil
	for _, line := range b.prose {
		if !a.listTitle(line.String()) && !a.parameterLine(line, probe.InBody) && unread.Len() == 0 {
			unread = line
		}
	}
	q := &a.sheet.Request
	if unread.Len() == 0 || !q.Body.IsZero() || len(q.Fields)+len(a.listed) > 0 || len(b.requests) > 0 || len(b.parts) > 0 {
		return
	}
	if a.isReference(probe.FieldRequestBody, unread) {
		return
	}
	q.Body, q.Raw = a.plainBody(probe.FieldRequestBody, unread), unread.String()
	a.place(probe.FieldRequestBody, unread.At())
}

// responses takes in the value of a response field, which may hold several answers.
func (a *assembler) responses(f probe.Field, label Label, labelText, value source.Text) {
	if value.Len() == 0 || IsNone(value.String()) {
		return
	}
	b := splitBody(value)
	for _, t := range b.requests {
		a.borrow(readCall(t))
	}
	if f == probe.FieldErrorResponse && b.isCodeTable(value) {
		a.statusCodes(value)
		return
	}
	if label.Role != Generic {
		a.besideLast()
	}
	answers, announced := 0, a.announced
	a.announced = 0
	for i, p := range b.parts {
		p.besideTitle()
		if i == 0 && p.title.IsBlank() && label.Remark != "" {
			title, beside := HeadersBeside(labelText)
			p.title, p.headers = title, append(p.headers, beside...)
		}
		if p.status == nil && i == 0 {
			if status, ok := titleStatus(label.Remark); ok {
				p.status = &status
			} else if announced != 0 {
				p.status = &announced
			}
		}
		field := f
		if label.Role == Generic && p.title.IsBlank() && p.status != nil && *p.status >= 400 {
			field = probe.FieldErrorResponse
		}
		a.answer(field, p)
		answers++
	}
	if answers == 0 && len(b.prose) > 0 {
		line := b.prose[0]
		if f == probe.FieldErrorResponse && slices.ContainsFunc(b.prose, IsCodeRow) && !IsRecord(line.String()) {
			a.statusCodes(value)
			return
		}
		if IsColumnTitles(line) || a.isReference(f, line) {
			return
		}
		if rest, headers := HeadersBeside(line); rest.IsBlank() && len(headers) > 0 {
			a.beside, a.announced = append(a.beside, headers...), announced
			return
		}
		a.addResponse(f, probe.Response{Body: a.plainBody(f, line), Raw: line.String(), At: line.At()})
	}
}

// isCodeTable says that under a label such as "Errors" stand codes and what they mean, below the titles of their columns, and no answer.
func (b body) isCodeTable(value source.Text) bool {
	bodiless := !slices.ContainsFunc(b.parts, func(p part) bool { return p.kind != partNone })
	return bodiless && IsColumnTitles(firstLine(value)) && slices.ContainsFunc(value.Lines()[1:], IsCodeRow)
}

// answer adds one answer. Its own title and status say better than the field which outcome it is.
func (a *assembler) answer(f probe.Field, p part) {
	if l, ok := callbackTitle(p.title.String()); ok {
		c := &probe.Callback{At: p.title.At()}
		a.callbackPart(c, p)
		a.keepCallback(c, l.Role)
		return
	}
	title := strings.TrimSpace(strings.Trim(trimBullet(p.title).String(), "*_`#:：=->–— \t\u00a0"))
	title = strings.ReplaceAll(strings.ReplaceAll(title, "`", ""), "**", "")
	r := probe.Response{HTTPStatus: p.status, Title: title, Headers: p.headers, At: p.title.At()}
	switch outcome := outcomeOf(title); {
	case outcome != "":
		f = outcome
	case p.status != nil && *p.status >= 400:
		f = probe.FieldErrorResponse
	}
	if p.kind != partNone {
		r.Body, r.Raw = a.bodyOf(f, p), p.text.String()
		r.At = r.Body.At
	}
	if startsCondition(title) {
		r.When = title
	}
	a.addResponse(f, r)
	if f == probe.FieldErrorResponse && p.call.Len() > 0 {
		a.errorCalls = append(a.errorCalls, errorCall{len(a.sheet.Errors) - 1, readCall(p.call)})
	}
}

// besideLast gives headers that stand on their own to the answer above them, where there is one.
func (a *assembler) besideLast() {
	headers := a.beside
	a.beside = nil
	above := a.sheet.Success
	if a.last == probe.FieldErrorResponse {
		above = a.sheet.Errors
	}
	switch {
	case len(headers) == 0:
	case len(above) == 0:
		a.addResponse(probe.FieldSuccessResponse, probe.Response{Headers: headers, At: headers[0].At})
	default:
		above[len(above)-1].Headers = append(above[len(above)-1].Headers, headers...)
	}
}

func (a *assembler) addResponse(f probe.Field, r probe.Response) {
	a.place(f, r.At)
	r.Headers, a.beside, a.last = append(a.beside, r.Headers...), nil, f
	if f == probe.FieldErrorResponse {
		a.sheet.Errors = append(a.sheet.Errors, r)
		return
	}
	a.sheet.Success = append(a.sheet.Success, r)
}

// outcomeOf tells by the words of a title which outcome its answer is; "" where they do not say.
func outcomeOf(title string) probe.Field {
	if l, ok := LookupLabel(title); ok && l.Role != Generic && isResponse(l.Field) {
		return l.Field
	}
	full, _ := unabbreviated(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !isWordRune(r) }))
	words := " " + strings.Join(full, " ") + " "
	for _, w := range []string{" error ", " failure ", " failed ", " fail ", " invalid ", " unauthorized ", " unsuccessful ", " negative "} {
		if strings.Contains(words, w) {
			return probe.FieldErrorResponse
		}
	}
	for _, w := range []string{" success ", " successful ", " successfully "} {
		if strings.Contains(words, w) {
			return probe.FieldSuccessResponse
		}
	}
	return ""
}

// bodyOf reads an example. What should be JSON and is not is kept as text, and said.
func (a *assembler) bodyOf(f probe.Field, p part) probe.Body {
	if p.kind != partJSON {
		return probe.Body{Text: p.text.String(), At: p.text.At()}
	}
	r, err := nearjson.Parse(p.text)
	if err != nil || r.Value == nil {
		return a.plainBody(f, p.text)
	}
	a.reportRepairs(f, r)
	return probe.Body{Value: r.Value, At: r.Value.At()}
}

// pointedAt is what the reader says of an example that stands elsewhere.
const pointedAt = "not given but pointed at"

// isReference says, also to the reader of the sheet, that an example is only pointed at: "will be shared", "same as above".
func (a *assembler) isReference(f probe.Field, line source.Text) bool {
	words := " " + strings.ToLower(strings.Join(strings.Fields(line.String()), " ")) + " "
	for _, w := range []string{" shared ", " share ", " later ", " same as ", " refer ", " see ", " attached ", " screenshot ", " tbd ", " to be "} {
		if len(words) < 200 && strings.Contains(words, w) {
			a.place(f, line.At())
			a.note(Diagnose("sheet.ambiguous", f, line.At(), "the example is "+pointedAt+": "+quoteShort(line.String()),
				"ask the API owner to paste the example here"))
			return true
		}
	}
	return false
}

// plainBody keeps a text as the body. A scalar of JSON is a value all the same.
func (a *assembler) plainBody(f probe.Field, t source.Text) probe.Body {
	if v, _, err := nearjson.ParseStrict(t); err == nil && v != nil {
		return probe.Body{Value: v, At: v.At()}
	}
	a.note(Diagnose("sheet.ambiguous", f, t.At(), "the example is not JSON and is kept as text",
		"ask the API owner for an example pasted from a real call, or for the media type where another one than JSON is meant"))
	return probe.Body{Text: t.String(), At: t.At()}
}

// reportRepairs says in one diagnostic what had to be repaired to read an example.
func (a *assembler) reportRepairs(f probe.Field, r nearjson.Result) {
	if d, ok := Repaired(f, r); ok {
		a.note(d)
	}
}
