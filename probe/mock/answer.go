package mock

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// reply is an answer to be sent.
type reply struct {
	status    int
	headers   []probe.Header
	body      []byte
	mediaType string
	why       string
	success   bool
}

// answer decides what a request is answered with: what the sheet documents for exactly this request, the error for the first mistake, or success.
func (r *route) answer(q *request, anyCredentials bool) reply {
	if wanted := preferred(q); wanted != "" {
		if a, ok := r.named(wanted); ok {
			return a
		}
	}
	given, _ := r.match(q.path)
	mistakes := r.mistakes(q, given, anyCredentials)
	credentials := len(mistakes) > 0 && (mistakes[0].family == probe.FamilyNoAuth || mistakes[0].family == probe.FamilyBadAuth)
	if c := r.exactly(q); c != nil && !credentials {
		return r.promised(c)
	}
	if len(mistakes) > 0 {
		return r.refuse(mistakes[0])
	}
	return r.succeed()
}

// promised is what the sheet documents for a request of its own.
func (r *route) promised(c *probe.Case) reply {
	const why = "the sheet documents it for this request"
	if len(c.Expect.Codes) == 1 {
		if a, ok := r.named(c.Expect.Codes[0]); ok {
			a.why = why
			return a
		}
	}
	if c.Expect.Outcome == probe.OutcomeError {
		return r.errorOf(c, why)
	}
	return r.succeed()
}

// preferred is the code that the caller asks to be answered with (RFC 7240): "Prefer: code=409" or a business code.
func preferred(q *request) string {
	for _, value := range q.Header.Values("Prefer") {
		for part := range strings.SplitSeq(value, ",") {
			if name, code, ok := strings.Cut(strings.TrimSpace(part), "="); ok && strings.EqualFold(name, "code") {
				return strings.Trim(code, `"`)
			}
		}
	}
	return ""
}

// named is the documented answer of an HTTP status or business code.
func (r *route) named(code string) (reply, bool) {
	for i, s := range r.sheet.Success {
		if s.Code == code || s.HTTPStatus != nil && strconv.Itoa(*s.HTTPStatus) == code {
			return r.from(&r.sheet.Success[i], r.successStatus(), true, "asked for by Prefer"), true
		}
	}
	for i, e := range r.sheet.Errors {
		if e.Code == code || e.HTTPStatus != nil && strconv.Itoa(*e.HTTPStatus) == code {
			return r.from(&r.sheet.Errors[i], http.StatusBadRequest, false, "asked for by Prefer"), true
		}
	}
	for _, row := range r.sheet.StatusCodes {
		if n, err := strconv.Atoi(code); row.Code == code {
			if row.Kind != probe.KindHTTP || err != nil || n < 200 || n > 599 {
				n = http.StatusBadRequest
			}
			return r.composed(probe.ExpectedError{Code: row.Code, HTTPStatus: row.HTTPStatus, Title: row.Message}, n, "asked for by Prefer"), true
		}
	}
	return reply{}, false
}

// exactly is the case of test data, or of the sheet's own recipe for an error, that a request repeats.
func (r *route) exactly(q *request) *probe.Case {
	for i := range r.cases {
		c := &r.cases[i]
		sure := slices.ContainsFunc(c.Expect.Errors, func(e probe.ExpectedError) bool { return e.Sure })
		own := c.Family == probe.FamilyTestData || c.Family == probe.FamilyDocumentedError || sure
		if own && len(c.Blocked) == 0 && sameRequest(c.Request, q) && !sameRequest(r.control.Request, q) {
			return c
		}
	}
	return nil
}

func sameRequest(planned probe.Request, q *request) bool {
	u, err := url.Parse(planned.URL)
	return err == nil && planned.Method == q.Method && u.EscapedPath() == q.path && u.Query().Encode() == q.query.Encode() && sameBody(planned.Body, q.body)
}

func sameBody(a, b []byte) bool {
	var x, y bytes.Buffer
	if json.Compact(&x, a) != nil || json.Compact(&y, b) != nil {
		return bytes.Equal(a, b)
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// caseOf is the planned case of a mistake; nil where none is. A field may have several, as for each of its rules: then the first is it.
func (r *route) caseOf(m mistake) *probe.Case {
	var near *probe.Case
	for i := range r.cases {
		c := &r.cases[i]
		_, detail, _ := strings.Cut(c.ID, "/"+string(m.family))
		detail = strings.TrimPrefix(detail, "/")
		switch {
		case c.Family != m.family:
		case m.detail == "" || detail == m.detail:
			return c
		case near == nil && strings.HasPrefix(detail, m.detail+"-"):
			near = c
		}
	}
	return near
}

// refuse answers a mistake with the error that the sheet documents for it.
func (r *route) refuse(m mistake) reply {
	if c := r.caseOf(m); c != nil {
		return r.errorOf(c, m.why)
	}
	return r.anyError(m.family, nil, m.why)
}

// errorOf is the error that a case is there to bring about. Where an HTTP status and a business code fit alike, the answer has both.
func (r *route) errorOf(c *probe.Case, why string) reply {
	if len(c.Expect.Errors) == 0 {
		return r.anyError(c.Family, c.Expect.Unrelated, why)
	}
	status := r.errorStatus(c.Family)
	if i := slices.IndexFunc(c.Expect.Errors, func(e probe.ExpectedError) bool { return e.HTTPStatus != 0 }); i >= 0 {
		status = c.Expect.Errors[i].HTTPStatus
	}
	e := c.Expect.Errors[0]
	if i := slices.IndexFunc(c.Expect.Errors, tellsBody); i >= 0 {
		e = c.Expect.Errors[i]
	}
	if e.HTTPStatus != 0 {
		status = e.HTTPStatus
	}
	if e.Nth > 0 && e.Nth <= len(r.sheet.Errors) {
		return r.from(&r.sheet.Errors[e.Nth-1], status, false, why)
	}
	return r.composed(e, status, why)
}

// tellsBody says that an error is known by more than its HTTP status.
func tellsBody(e probe.ExpectedError) bool {
	return e.Nth > 0 || e.Code != "" && e.Code != strconv.Itoa(e.HTTPStatus)
}

// composed is an error that only a row of the status codes tells of, in the shape of the documented one.
func (r *route) composed(e probe.ExpectedError, status int, why string) reply {
	if e.HTTPStatus != 0 {
		status = e.HTTPStatus
	}
	if len(r.sheet.Errors) == 0 {
		return r.bare(status, why)
	}
	example := r.sheet.Errors[0]
	example.HTTPStatus = nil
	a := r.from(&example, status, false, why)
	if example.Body.Value == nil || !tellsBody(e) || example.Code == "" {
		return a
	}
	was := ""
	for _, row := range r.sheet.StatusCodes {
		if row.Code == example.Code {
			was = row.Message
		}
	}
	a.body = nearjson.Encode(exchanged(sample(example.Body.Value, ""), map[string]string{example.Code: e.Code, was: e.Title}))
	return a
}

// exchanged replaces scalars by their text.
func exchanged(v *nearjson.Value, by map[string]string) *nearjson.Value {
	c := *v
	c.Members, c.Items = slices.Clone(v.Members), slices.Clone(v.Items)
	for i := range c.Members {
		c.Members[i].Value = exchanged(c.Members[i].Value, by)
	}
	for i := range c.Items {
		c.Items[i] = exchanged(c.Items[i], by)
	}
	if text, ok := by[v.Text]; ok && text != "" && v.Text != "" && (v.Kind == nearjson.String || v.Kind == nearjson.Number) {
		if c = *nearjson.NewString(text); v.Kind == nearjson.Number && json.Valid([]byte(text)) {
			c = *nearjson.NewNumber(text)
		}
	}
	return &c
}

// anyError is a documented error for a mistake that the sheet ties none to: one that tells of nothing else, where there is one.
func (r *route) anyError(family probe.Family, unrelated []probe.ExpectedError, why string) reply {
	status := r.errorStatus(family)
	fits := func(e probe.Response, nth int) bool {
		misleads := func(u probe.ExpectedError) bool { return u.Nth == nth || u.Code == e.Code && e.Code != "" }
		ours := e.HTTPStatus != nil && *e.HTTPStatus >= http.StatusInternalServerError
		return !ours && !e.Body.IsZero() && !slices.ContainsFunc(unrelated, misleads)
	}
	for i, e := range r.sheet.Errors {
		if fits(e, i+1) && (e.HTTPStatus == nil || *e.HTTPStatus == status) {
			return r.from(&r.sheet.Errors[i], status, false, why)
		}
	}
	for i, e := range r.sheet.Errors {
		if fits(e, i+1) && family != probe.FamilyWrongMethod {
			return r.from(&r.sheet.Errors[i], status, false, why)
		}
	}
	if len(r.sheet.Errors) > 0 && family != probe.FamilyWrongMethod {
		return r.from(&r.sheet.Errors[0], status, false, why)
	}
	return r.bare(status, why)
}

// bare is an error of which the sheet shows no example: JSON, unless its successes are something else.
func (r *route) bare(status int, why string) reply {
	a := reply{status: status, why: why}
	if !slices.ContainsFunc(r.sheet.Success, func(e probe.Response) bool { return e.Body.Text != "" }) {
		a.body, a.mediaType = nearjson.Encode(nearjson.NewObject(nearjson.NewMember("message", nearjson.NewString(why)))), "application/json"
	}
	return a
}

// errorStatus is the HTTP status of a mistake: the usual one, where the sheet lists it or lists none.
func (r *route) errorStatus(family probe.Family) int {
	usual := map[probe.Family]int{
		probe.FamilyNoAuth: http.StatusUnauthorized, probe.FamilyBadAuth: http.StatusUnauthorized, probe.FamilyWrongMethod: http.StatusMethodNotAllowed,
		probe.FamilyWrongMediaType: http.StatusUnsupportedMediaType, probe.FamilyUnknownID: http.StatusNotFound, probe.FamilyUnknownPath: http.StatusNotFound,
	}[family]
	if usual == 0 {
		usual = http.StatusBadRequest
	}
	var listed []int
	for _, row := range r.sheet.StatusCodes {
		if n, err := strconv.Atoi(row.Code); err == nil && row.Kind == probe.KindHTTP && n >= 400 && n < 500 {
			listed = append(listed, n)
		}
	}
	for _, e := range r.sheet.Errors {
		if e.HTTPStatus != nil {
			listed = append(listed, *e.HTTPStatus)
		}
	}
	if len(listed) == 0 || slices.Contains(listed, usual) || family == probe.FamilyWrongMethod {
		return usual
	}
	for _, status := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity} {
		if slices.Contains(listed, status) {
			return status
		}
	}
	special := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusTooManyRequests}
	if i := slices.IndexFunc(listed, func(n int) bool { return !slices.Contains(special, n) }); i >= 0 {
		return listed[i]
	}
	return listed[0]
}

// successStatus is the HTTP status of a success whose example tells none.
func (r *route) successStatus() int {
	var listed []int
	for _, row := range r.sheet.StatusCodes {
		if n, err := strconv.Atoi(row.Code); err == nil && row.Kind == probe.KindHTTP && n >= 200 && n < 300 {
			listed = append(listed, n)
		}
	}
	if len(listed) == 1 {
		return listed[0]
	}
	return http.StatusOK
}

// succeed is the first documented success.
func (r *route) succeed() reply {
	if len(r.sheet.Success) == 0 {
		return reply{status: r.successStatus(), success: true}
	}
	success := r.ending.reached(r.sheet.Success)
	return r.from(&success, r.successStatus(), true, "")
}

// from is a documented answer as it travels. Status is that of an example that tells none.
func (r *route) from(e *probe.Response, status int, success bool, why string) reply {
	a := reply{status: status, success: success, why: why}
	if e.HTTPStatus != nil {
		a.status = *e.HTTPStatus
	}
	for _, h := range e.Headers {
		if !slices.Contains([]string{"content-length", "transfer-encoding", "connection", "date", "content-encoding", "keep-alive"}, strings.ToLower(h.Name)) {
			a.headers = append(a.headers, h)
		}
	}
	switch text := strings.TrimSpace(e.Body.Text); {
	case e.Body.Value != nil:
		a.body, a.mediaType = nearjson.Encode(sample(e.Body.Value, "")), "application/json"
	case strings.HasPrefix(text, "<"):
		a.body, a.mediaType = []byte(text), "application/xml"
	case text != "":
		a.body, a.mediaType = []byte(text), "text/plain; charset=utf-8"
	}
	return a
}

// sample is a documented value with something in the place of what the example leaves open.
func sample(v *nearjson.Value, key string) *nearjson.Value {
	switch {
	case v.Template:
		return stand(v, key)
	case v.Kind == nearjson.Array:
		c := &nearjson.Value{Kind: nearjson.Array}
		for _, item := range v.Items {
			c.Items = append(c.Items, sample(item, key))
		}
		return c
	case v.Kind == nearjson.Object:
		c := &nearjson.Value{Kind: nearjson.Object}
		for _, m := range v.Members {
			c.Members = append(c.Members, nearjson.NewMember(m.Key, sample(m.Value, m.Key)))
		}
		return c
	}
	return v
}

// stand is a value of the type that a template states.
func stand(v *nearjson.Value, key string) *nearjson.Value {
	switch kind, _ := nearjson.TemplateKind(v.Text); kind {
	case nearjson.Number:
		return nearjson.NewNumber("1")
	case nearjson.Bool:
		return nearjson.NewBool(true)
	case nearjson.Array:
		return &nearjson.Value{Kind: nearjson.Array}
	case nearjson.Object:
		return &nearjson.Value{Kind: nearjson.Object}
	}
	return nearjson.NewString("sample " + key)
}
