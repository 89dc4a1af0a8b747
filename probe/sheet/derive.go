package sheet

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Complete fills in what follows from what a reader has found: the media type of the request, its fields, the business code of every
// answer, the kind of every status code, and the placeholders. What the reader has set stays. Every reader calls it last, so that the
// same API written in two formats gives the same sheet.
func Complete(s *probe.Sheet) {
	if s.Request.MediaType == "" {
		s.Request.MediaType = MediaType(s.Headers, s.Request.Body)
	}
	placeInPath(s)
	addFields(&s.Request, slices.Concat(BodyFields(s.Request.Body.Value), FormFields(&s.Request), URLFields(s.URL, s.At.Of(probe.FieldURL))))
	if hasForm := slices.ContainsFunc(s.Request.Fields, func(f probe.RequestField) bool { return f.In == probe.InForm }); hasForm && s.Request.MediaType == "" {
		s.Request.MediaType = "application/x-www-form-urlencoded"
	}
	for i := range s.StatusCodes {
		if c := &s.StatusCodes[i]; c.Kind == "" {
			if c.Kind = CodeKind(c.Code); StatusClass(c.Code) > 0 { // "4xx"
				c.Kind = probe.KindHTTP
			}
		}
	}
	for _, rs := range [][]probe.Response{s.Success, s.Errors} {
		for i := range rs {
			if rs[i].Code == "" {
				rs[i].Code, _ = BusinessCode(rs[i].Body.Value, s.StatusCodes)
			}
		}
	}
	ownNumbers(s)
	causes(s.Errors)
	s.Placeholder = Placeholders(s)
	CheckRules(s)
	noNulls(s)
}

// ownNumbers takes rows of three digits for business codes where the list is one of numbers that the API gives out itself: its examples carry
// numbers of three digits that HTTP does not assign, such as 000 and 101, and nothing speaks of an HTTP status.
func ownNumbers(s *probe.Sheet) {
	own := false
	for _, c := range s.StatusCodes {
		if c.Kind == probe.KindHTTP && (c.HTTPStatus != 0 || len(c.Code) != 3 || !isDigits(c.Code) || c.Code[0] < '4') {
			return
		}
		carried := func(r probe.Response) bool { return r.Code == c.Code }
		own = own || c.Kind == probe.KindBusiness && len(c.Code) == 3 && isDigits(c.Code) && (slices.ContainsFunc(s.Success, carried) || slices.ContainsFunc(s.Errors, carried))
	}
	states := func(r probe.Response) bool { return r.HTTPStatus != nil }
	if !own || slices.ContainsFunc(s.Success, states) || slices.ContainsFunc(s.Errors, states) {
		return
	}
	for i := range s.StatusCodes {
		if c := &s.StatusCodes[i]; c.Kind == probe.KindHTTP && !saysHTTP(c.Message) {
			c.Kind = probe.KindBusiness
		}
	}
}

func saysHTTP(message string) bool { return strings.Contains(strings.ToLower(message), "http") }

// placeInPath moves what is listed beside the query to the path, where the URL has a placeholder of its name there and no parameter: a name alone does not
// say where it travels.
func placeInPath(s *probe.Sheet) {
	inURL := URLFields(s.URL, s.At.Of(probe.FieldURL))
	for i := range s.Request.Fields {
		f := &s.Request.Fields[i]
		if f.In != probe.InQuery || slices.ContainsFunc(inURL, func(u probe.RequestField) bool { return u.In == probe.InQuery && u.Name == f.Name }) {
			continue
		}
		if at := slices.IndexFunc(inURL, func(u probe.RequestField) bool { return u.In == probe.InPath && u.Name == f.Name }); at >= 0 {
			f.In, f.Value = probe.InPath, inURL[at].Value
		}
	}
}

// noNulls makes empty lists of missing ones, which JSON would tell apart.
func noNulls(s *probe.Sheet) {
	s.Headers, s.Request.Fields = orEmpty(s.Headers), orEmpty(s.Request.Fields)
	s.Success, s.Errors = orEmpty(s.Success), orEmpty(s.Errors)
	s.Credentials, s.StatusCodes, s.Placeholder = orEmpty(s.Credentials), orEmpty(s.StatusCodes), orEmpty(s.Placeholder)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// addFields adds the fields that the request does not have yet, and sorts them. What the reader has said of a field stays.
func addFields(q *probe.RequestSpec, fields []probe.RequestField) {
	have := map[fieldKey]*probe.RequestField{}
	for i := range q.Fields {
		have[keyOf(q.Fields[i])] = &q.Fields[i]
	}
	var all, extra []probe.RequestField
	for _, f := range fields {
		if known := have[keyOf(f)]; known != nil {
			if known.Type == "" {
				known.Type, known.TypeShown = f.Type, f.TypeShown
			}
			if known.Value == "" {
				known.Value = f.Value
			}
			f = *known
		}
		all = append(all, f)
		have[keyOf(f)] = nil
	}
	for _, f := range q.Fields {
		if known, ok := have[keyOf(f)]; ok && known != nil {
			extra = append(extra, f)
		}
	}
	q.Fields = slices.Concat(all, extra)
	SortFields(q.Fields)
}

// fieldKey identifies a field: one place in the request.
type fieldKey struct{ in, pointer, name string }

func keyOf(f probe.RequestField) fieldKey {
	if f.Pointer != "" {
		return fieldKey{in: f.In, pointer: f.Pointer}
	}
	return fieldKey{in: f.In, name: f.Name}
}

// SortFields puts the fields of a request in the order body, form, query, path, and keeps their order within each.
func SortFields(fields []probe.RequestField) {
	order := []string{probe.InBody, probe.InForm, probe.InQuery, probe.InPath}
	slices.SortStableFunc(fields, func(a, b probe.RequestField) int {
		return slices.Index(order, a.In) - slices.Index(order, b.In)
	})
}

// Methods are the request methods of RFC 9110 and RFC 5789 that a sheet may document.
var Methods = [...]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// Method recognises a request method, in any letter case and with white space around it. ok is false for anything else; the text comes
// back in upper case all the same, since that is how a sheet keeps what its owner wrote.
func Method(text string) (method string, ok bool) {
	method = strings.ToUpper(strings.TrimSpace(text))
	for _, m := range Methods {
		if m == method {
			return method, true
		}
	}
	return method, false
}

// MediaType is the type of a request body, lower case and without parameters: what the Content-Type header says or, where there is none,
// what the body looks like. It is "" where neither tells.
func MediaType(headers []probe.Header, b probe.Body) string {
	if h, ok := HeaderNamed(headers, "Content-Type"); ok {
		value, _, _ := strings.Cut(h.Value, ";")
		return strings.ToLower(strings.TrimSpace(value))
	}
	return looksLike(b)
}

func looksLike(b probe.Body) string {
	text := strings.TrimSpace(b.Text)
	switch {
	case b.Value != nil:
		return "application/json"
	case isXML(text):
		return "application/xml"
	case isForm(text):
		return "application/x-www-form-urlencoded"
	}
	return ""
}

// isXML tells <a>1</a> from the placeholder <<a>>.
func isXML(text string) bool {
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") && (strings.Contains(text, "</") || strings.Contains(text, "/>"))
}

// isForm recognises a=1&b=2.
func isForm(text string) bool {
	_, ok := probe.FormPairs(text)
	return ok
}

// FormFields are the fields of a form whose body is written as it travels. Of a name that stands twice the first counts.
func FormFields(q *probe.RequestSpec) []probe.RequestField {
	pairs, ok := probe.FormPairs(q.Body.Text)
	if !ok || q.MediaType != "application/x-www-form-urlencoded" {
		return nil
	}
	var fields []probe.RequestField
	for _, p := range pairs[:min(len(pairs), maxFields)] {
		f := probe.RequestField{Name: unescaped(p.Name), In: probe.InForm, Value: unescaped(p.Value), At: q.Body.At}
		if !slices.ContainsFunc(fields, func(have probe.RequestField) bool { return have.Name == f.Name }) {
			fields = append(fields, f)
		}
	}
	return fields
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// HeaderNamed finds the first header of a name, in any letter case.
func HeaderNamed(headers []probe.Header, name string) (probe.Header, bool) {
	for _, h := range headers {
		if strings.EqualFold(strings.TrimSpace(h.Name), name) {
			return h, true
		}
	}
	return probe.Header{}, false
}

// CodeKind tells an HTTP status from a business code by its form alone: three digits that HTTP assigns.
func CodeKind(code string) string {
	n, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || !assignedStatus(n) {
		return probe.KindBusiness
	}
	return probe.KindHTTP
}

// assignedStatus says that HTTP assigns a final status code (IANA registry; 1xx codes never end an exchange).
func assignedStatus(n int) bool {
	switch {
	case n >= 200 && n <= 208, n == 226, n >= 300 && n <= 308:
		return true
	case n >= 400 && n <= 418, n >= 421 && n <= 426, n == 428, n == 429, n == 431, n == 451:
		return true
	case n >= 500 && n <= 511:
		return true
	}
	return false
}

// maxFields is how many fields of a body or a URL are listed; one with more is no hand-written example.
const maxFields = 500

// BodyFields lists the fields of a documented request body, depth first in the order of the document: every member of every object, and of
// the first item of every array.
func BodyFields(v *nearjson.Value) []probe.RequestField {
	var fields []probe.RequestField
	walkFields(v, "", 0, &fields)
	return fields
}

func walkFields(v *nearjson.Value, pointer string, depth int, fields *[]probe.RequestField) {
	const deepest = 20
	switch {
	case v == nil || depth > deepest:
	case v.Kind == nearjson.Array && len(v.Items) > 0:
		walkFields(v.Items[0], nearjson.AppendIndex(pointer, 0), depth+1, fields)
	case v.Kind == nearjson.Object:
		for i, m := range v.Members {
			if len(*fields) >= maxFields {
				return
			}
			at := nearjson.AppendPointer(pointer, m.Key)
			*fields = append(*fields, probe.RequestField{Name: m.Key, In: probe.InBody, Pointer: at, Type: typeOf(m.Value), TypeShown: !m.Value.Template, At: v.KeyAt(i)})
			walkFields(m.Value, at, depth+1, fields)
		}
	}
}

// typeOf names the JSON Schema type that a documented value shows, or that a type word in its place states. A null and a placeholder show none.
func typeOf(v *nearjson.Value) string {
	if v == nil || v.Kind == nearjson.Null {
		return ""
	}
	if v.Template {
		kind, ok := nearjson.TemplateKind(v.Text)
		switch {
		case !ok:
			return ""
		case kind == nearjson.Number && typeIn(v.Text) == kindInteger:
			return kindInteger
		}
		return kind.String()
	}
	return v.Kind.String()
}

// URLFields lists the query parameters of a URL as written, and the placeholders in its path. They stand at the URL's place.
func URLFields(url string, at source.Span) []probe.RequestField {
	var fields []probe.RequestField
	base, query, _ := strings.Cut(url, "?")
	path := pathStart(base)
	for _, ref := range probe.FindPlaceholders(base, true) {
		if ref.Start >= path && ref.Name != "" && len(fields) < maxFields {
			fields = append(fields, probe.RequestField{Name: ref.Name, In: probe.InPath, Value: ref.Written, At: at})
		}
	}
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" && len(fields) < maxFields {
			fields = append(fields, probe.RequestField{Name: name, In: probe.InQuery, Value: value, At: at})
		}
	}
	return fields
}

// pathStart is the byte at which the path of a URL begins; its end where it has none.
func pathStart(base string) int {
	from := 0
	if i := strings.Index(base, "://"); i >= 0 {
		from = i + len("://")
	}
	if i := strings.IndexByte(base[from:], '/'); i >= 0 {
		return from + i
	}
	return len(base)
}

// Fold makes labels and keys comparable: letters and digits only, in lower case. "Status_Code" and "statusCode" are the same.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
