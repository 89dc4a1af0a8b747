package sheet

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// errorCall is an example call that stands over the example of a documented error: the request that leads to it.
type errorCall struct {
	error int // index in the sheet's errors
	call  call
}

// settleErrorCalls makes recipes of the calls that stand over errors. A call says what it sends, and not with which credential: its headers count only
// where it has none for an error that is about them.
func (a *assembler) settleErrorCalls() {
	for _, e := range a.errorCalls {
		r := &a.sheet.Errors[e.error]
		to, ok := a.called(e.call)
		if r.Request != nil || !ok {
			continue
		}
		recipe := RecipeBetween(a.sheet, to)
		if recipe == nil {
			continue
		}
		aboutCredentials := r.HTTPStatus != nil && (*r.HTTPStatus == 401 || *r.HTTPStatus == 403)
		recipe.Headers = slices.DeleteFunc(recipe.Headers, func(c probe.Change) bool { return !c.Remove || !aboutCredentials || !a.isFilledIn(c.Name) })
		recipe.Query = slices.DeleteFunc(recipe.Query, func(c probe.Change) bool {
			was := inputs(a.sheet, probe.InQuery)
			i := slices.IndexFunc(was, func(h probe.Header) bool { return h.Name == c.Name })
			return i >= 0 && !c.Remove && len(probe.FindPlaceholders(was[i].Value, false)) > 0
		})
		if recipe.Method != "" || recipe.Path != "" || len(recipe.Query)+len(recipe.Headers) > 0 || recipe.Body != nil {
			r.Request = recipe
		}
	}
}

// isFilledIn says that a documented header holds a placeholder, as those do that carry a credential.
func (a *assembler) isFilledIn(header string) bool {
	h, ok := HeaderNamed(a.sheet.Headers, header)
	return ok && len(probe.FindPlaceholders(h.Value, false)) > 0
}

// called is the sheet with the request of a call in place of its own; ok is false for a call of another address, or one that cannot be compared.
func (a *assembler) called(c call) (to *probe.Sheet, ok bool) {
	if len(c.form)+len(c.files) > 0 || c.url.Len() > 0 && !alikePaths(c.url.String(), a.sheet.URL) {
		return nil, false
	}
	sheet := *a.sheet
	if sheet.Headers = c.headers; c.method != "" {
		sheet.Method = c.method
	}
	if c.url.Len() > 0 {
		sheet.URL = c.url.String()
		sheet.At.Set(probe.FieldURL, c.url.At())
	}
	fields := slices.DeleteFunc(slices.Clone(sheet.Request.Fields), func(f probe.RequestField) bool { return f.In == probe.InQuery || f.In == probe.InPath })
	sheet.Request.Fields = fields
	if c.body.Len() == 0 {
		return &sheet, true
	}
	sheet.Request = probe.RequestSpec{Raw: c.body.String(), MediaType: sheet.Request.MediaType, Body: probe.Body{Text: c.body.String(), At: c.body.At()}}
	if r, err := nearjson.Parse(c.body); err == nil && r.Value != nil && startsJSON(c.body.String()) {
		sheet.Request.Body = probe.Body{Value: r.Value, At: r.Value.At()}
	}
	sheet.Request.Fields = FormFields(&sheet.Request)
	return &sheet, true
}

func startsJSON(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.IndexByte("{[", s[0]) >= 0
}

// SameEndpoint says that an example call is one of the address that another one, or the value of a field, gives: one part of the path may differ, as the
// ids of two examples do.
func SameEndpoint(example, other source.Text) bool {
	c, o := readCall(onlyCall(example)), call{}
	if IsExampleCall(other) {
		o = readCall(onlyCall(other))
	} else {
		o.url, _ = findURL(other)
	}
	if c.method != "" && o.method != "" && c.method != o.method || c.url.Len() == 0 || o.url.Len() == 0 {
		return false
	}
	return alikePaths(c.url.String(), o.url.String())
}

// alikePaths compares paths part by part. One part may differ, and any that is a placeholder.
func alikePaths(one, other string) bool {
	host, path := hostAndPath(one)
	otherHost, otherPath := hostAndPath(other)
	parts, others := strings.Split(path, "/"), strings.Split(otherPath, "/")
	if path == "" || len(parts) != len(others) || host == otherHost && path == otherPath {
		return path != "" && len(parts) == len(others)
	}
	differ := 0
	for i := range parts {
		if parts[i] != others[i] && len(probe.FindPlaceholders(parts[i], true))+len(probe.FindPlaceholders(others[i], true)) == 0 {
			differ++
		}
	}
	const fewest = 3 // "", the collection, the id
	return differ == 0 || differ == 1 && len(parts) >= fewest && hasDigit(parts[len(parts)-1]+others[len(others)-1])
}
