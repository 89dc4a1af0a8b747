package mock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// mistake is one way in which a request is not as the sheet wants it.
type mistake struct {
	family probe.Family
	detail string // of the field, as in case ids
	why    string
}

// mistakes holds a request against the sheet, in the order in which servers usually look.
func (r *route) mistakes(q *request, given map[string]string, anyCredentials bool) (all []mistake) {
	all = append(all, r.credentialMistakes(q, anyCredentials)...)
	body, fromBody := r.bodyMistakes(q)
	all = append(all, fromBody...)
	control := r.controlValues()
	for i := range r.sheet.Request.Fields {
		f := &r.sheet.Request.Fields[i]
		switch v, found := r.valueOf(f, q, given, body); {
		case !found && f.In == probe.InBody && body == nil: // said already
		case !found:
			if f.Mandatory != nil && *f.Mandatory && parentIsThere(f, body) {
				all = append(all, mistake{probe.FamilyMissingField, detailOf(f), fmt.Sprintf("%q is missing", f.Name)})
			}
		case control[fieldKey{f.In, f.Name, f.Pointer}] == v.String(): // what stands in the documented request is right
		default:
			if m, ok := r.fieldMistake(f, v); ok {
				all = append(all, m)
			}
		}
	}
	return append(all, r.unknownIDs(given)...)
}

type fieldKey struct{ in, name, pointer string }

// controlValues are the values that the documented request has for the fields, as JSON.
func (r *route) controlValues() map[fieldKey]string {
	q := &request{Request: &http.Request{Header: http.Header{}}, body: r.control.Request.Body, path: pathOf(r.control.Request.URL), query: queryOf(r.control.Request.URL)}
	for _, h := range r.control.Request.Headers {
		q.Header.Add(h.Name, h.Value)
	}
	given, _ := r.match(q.path)
	body, _ := r.bodyMistakes(q)
	values := map[fieldKey]string{}
	for i := range r.sheet.Request.Fields {
		f := &r.sheet.Request.Fields[i]
		if v, ok := r.valueOf(f, q, given, body); ok {
			values[fieldKey{f.In, f.Name, f.Pointer}] = v.String()
		}
	}
	return values
}

// detailOf is the field's part of a case id.
func detailOf(f *probe.RequestField) string {
	name := strings.ReplaceAll(strings.TrimPrefix(f.Pointer, "/"), "/", " ")
	if name == "" {
		name = f.Name
	}
	return probe.Slug(name)
}

// parentIsThere says that the object that a field belongs in was sent.
func parentIsThere(f *probe.RequestField, body *nearjson.Value) bool {
	at := strings.LastIndexByte(f.Pointer, '/')
	return f.In != probe.InBody || at <= 0 || body.Lookup(f.Pointer[:at]) != nil
}

func (r *route) credentialMistakes(q *request, any bool) []mistake {
	body := fieldsOf(probe.Request{Body: q.body})
	for _, s := range r.secrets {
		value := ""
		switch s.in {
		case inHeader:
			value = q.Header.Get(s.name)
		case probe.InQuery:
			value = q.query.Get(s.name)
		default:
			value = body[s.name]
		}
		switch {
		case value == "" && s.in == probe.InBody && r.isMandatory(s.name): // a field that is missing, as any other
		case value == "":
			return []mistake{{probe.FamilyNoAuth, "", fmt.Sprintf("the credential in %s %q is missing", s.in, s.name)}}
		case value != s.value && !any:
			return []mistake{{probe.FamilyBadAuth, "", fmt.Sprintf("the credential in %s %q is not the one that was expected", s.in, s.name)}}
		}
	}
	return nil
}

// isMandatory says that the sheet calls a field of body or form mandatory.
func (r *route) isMandatory(name string) bool {
	return slices.ContainsFunc(r.sheet.Request.Fields, func(f probe.RequestField) bool {
		return f.Name == name && (f.In == probe.InBody || f.In == probe.InForm) && f.Mandatory != nil && *f.Mandatory
	})
}

// bodyMistakes reads the body; nil stands for one that is no JSON.
func (r *route) bodyMistakes(q *request) (*nearjson.Value, []mistake) {
	want := mediaTypeOf(r.control.Request)
	if len(r.control.Request.Body) == 0 || len(q.body) == 0 {
		if len(r.control.Request.Body) > 0 {
			return nil, []mistake{{probe.FamilyEmptyBody, "", "the body is missing"}}
		}
		return nil, nil
	}
	have, _, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if want != "" && (err != nil || have != want) {
		return nil, []mistake{{probe.FamilyWrongMediaType, "", fmt.Sprintf("the Content-Type is not %s", want)}}
	}
	if r.sheet.Request.Body.Value == nil {
		return nil, nil
	}
	v, _, err := nearjson.ParseStrict(source.Unplaced(string(q.body)))
	if err != nil {
		return nil, []mistake{{probe.FamilyMalformedBody, "", "the body is not JSON: " + err.Error()}}
	}
	return v, nil
}

func mediaTypeOf(q probe.Request) string {
	for _, h := range q.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			kind, _, _ := mime.ParseMediaType(h.Value)
			return kind
		}
	}
	return ""
}

// valueOf is what a request has for a field.
func (r *route) valueOf(f *probe.RequestField, q *request, given map[string]string, body *nearjson.Value) (*nearjson.Value, bool) {
	switch f.In {
	case probe.InQuery:
		return nearjson.NewString(q.query.Get(f.Name)), q.query.Has(f.Name)
	case probe.InPath:
		value, ok := given[f.Name]
		return nearjson.NewString(value), ok
	case probe.InForm:
		values := formOf(q)
		return nearjson.NewString(values.Get(f.Name)), values.Has(f.Name)
	}
	v := body.Lookup(f.Pointer)
	return v, v != nil
}

// formOf are the fields of a form; of files the names alone.
func formOf(q *request) url.Values {
	kind, parameters, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		values, _ := url.ParseQuery(string(q.body)) // what could be read counts
		return values
	}
	values := url.Values{}
	for parts := multipart.NewReader(bytes.NewReader(q.body), parameters["boundary"]); ; {
		part, err := parts.NextPart()
		if err != nil {
			return values
		}
		text, _ := io.ReadAll(part)
		if part.FileName() != "" {
			text = []byte(part.FileName())
		}
		values.Add(part.FormName(), string(text))
	}
}

// fieldMistake holds a value against what the sheet says of the field.
func (r *route) fieldMistake(f *probe.RequestField, v *nearjson.Value) (mistake, bool) {
	ruledOut := func(family probe.Family) bool {
		if f.Mandatory != nil && *f.Mandatory {
			return true
		}
		c := r.caseOf(mistake{family: family, detail: detailOf(f)})
		return c != nil && c.Expect.Forbidden && strings.HasSuffix(c.ID, "/"+detailOf(f))
	}
	wrong := func(family probe.Family, format string, args ...any) (mistake, bool) {
		return mistake{family, detailOf(f), fmt.Sprintf("%q "+format, append([]any{f.Name}, args...)...)}, true
	}
	switch {
	case v.Kind == nearjson.Null:
		if ruledOut(probe.FamilyNullField) {
			return wrong(probe.FamilyNullField, "is null")
		}
		return mistake{}, false
	case v.Kind == nearjson.String && v.Text == "":
		if ruledOut(probe.FamilyEmptyField) {
			return wrong(probe.FamilyEmptyField, "is empty")
		}
		return mistake{}, false
	case f.Type != "" && !isOfType(f, v):
		return wrong(probe.FamilyWrongType, "is no %s", f.Type)
	}
	if broken := brokenRule(f.Rules, v); broken != "" {
		family := probe.FamilyBrokenRule
		if strings.Contains(broken, "longer") {
			family = probe.FamilyTooLong
		}
		return wrong(family, "%s", broken)
	}
	return mistake{}, false
}

// isOfType holds a value against a type. What only an example shows binds nobody to tell numbers from texts.
func isOfType(f *probe.RequestField, v *nearjson.Value) bool {
	scalar := v.Kind != nearjson.Array && v.Kind != nearjson.Object
	number := v.Kind == nearjson.Number || v.Kind == nearjson.String && json.Valid([]byte(v.Text)) && v.Text[0] != '"' && v.Text[0] != '{' && v.Text[0] != '['
	switch f.Type {
	case "number", "integer":
		return scalar && number
	case "boolean":
		return v.Kind == nearjson.Bool || v.Kind == nearjson.String && slices.Contains([]string{"true", "false", "0", "1", "Y", "N"}, v.Text)
	case "string":
		return scalar
	case "array":
		return v.Kind == nearjson.Array
	case "object":
		return v.Kind == nearjson.Object
	}
	return true
}

// brokenRule says which rule a value breaks; "" for none.
func brokenRule(r probe.FieldRules, v *nearjson.Value) string {
	n := utf8.RuneCountInString(v.Text)
	value, isNumber := new(big.Rat).SetString(v.Text)
	beyond := func(bound string, sign int) bool {
		limit, ok := new(big.Rat).SetString(bound)
		return ok && isNumber && value.Cmp(limit) == sign
	}
	switch {
	case v.Kind == nearjson.Array || v.Kind == nearjson.Object:
		return ""
	case r.MaxLength != nil && n > *r.MaxLength:
		return fmt.Sprintf("is longer than %d", *r.MaxLength)
	case r.MinLength != nil && n < *r.MinLength:
		return fmt.Sprintf("is shorter than %d", *r.MinLength)
	case len(r.Enum) > 0 && !slices.Contains(r.Enum, v.Text):
		return "is none of the allowed values"
	case beyond(r.Minimum, -1):
		return "is below " + r.Minimum
	case beyond(r.Maximum, 1):
		return "is above " + r.Maximum
	}
	if p, err := regexp.Compile(r.Pattern); r.Pattern != "" && err == nil && !p.MatchString(v.Text) {
		return "is not of the documented form"
	}
	return ""
}

// unknownIDs are the ids of the path that neither the documented request nor test data know, where the sheet documents an error for that.
func (r *route) unknownIDs(given map[string]string) (all []mistake) {
	documented, _ := r.match(pathOf(r.control.Request.URL))
	for name, value := range given {
		known := []string{documented[name]}
		for _, row := range r.sheet.TestData {
			for _, v := range row.Values {
				if probe.VarKey(v.Name) == probe.VarKey(name) {
					known = append(known, v.Value)
				}
			}
		}
		if slices.Contains(known, value) || r.handed[value] {
			continue
		}
		for _, family := range []probe.Family{probe.FamilyUnknownPath, probe.FamilyUnknownID} {
			if c := r.caseOf(mistake{family: family}); c != nil && len(c.Expect.Errors) > 0 {
				return []mistake{{family, "", fmt.Sprintf("nothing is known by the %s %q", name, value)}}
			}
		}
	}
	return all
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}
