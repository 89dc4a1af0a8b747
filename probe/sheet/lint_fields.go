package sheet

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// lintMissingFields complains about fields without which nothing can be sent or judged, and mentions the others.
func lintMissingFields(l *linter) {
	l.missing(probe.FieldName, l.Name == "", source.Warning, "reports and case ids go by the name: ask the API owner for one")
	l.missing(probe.FieldMethod, l.Method == "", source.Error, "ask the API owner which HTTP method the endpoint takes")
	l.missing(probe.FieldURL, l.URL == "", source.Error, "ask the API owner for the address of the staging environment")
	if fields := l.Request.Unsampled(); len(fields) > 0 {
		l.note(source.Warning, "sheet.missing-field", probe.FieldRequestBody, l.at(probe.FieldRequestBody), "the request body is described field by field, and no example of it is given",
			"ask the API owner for an example, or for a sample value of "+probe.FieldNames(fields))
	} else {
		l.missing(probe.FieldRequestBody, lacksBody(l.Sheet), source.Warning, "ask the API owner for an example; where the request has no body, say so in the field")
	}
	l.missing(probe.FieldSuccessResponse, lacksSuccess(l.Sheet), source.Error, "ask the API owner for the answer to the example request: without it nothing can be compared")
	l.missing(probe.FieldStatusCodes, len(l.StatusCodes) == 0, source.Warning, "ask the API owner for every HTTP status and business code, and what each means")
	l.missingIdentity()
}

func (l *linter) missing(field probe.Field, lacks bool, severity source.Severity, hint string) {
	if !lacks || l.explained(field) {
		return
	}
	what := "the sheet has no %q"
	switch {
	case l.pointedAt(field):
		what = "%q is not given as text"
	case l.labelled(field):
		what = "%q has no value"
	}
	l.note(severity, "sheet.missing-field", field, l.at(field), fmt.Sprintf(what, field.Title()), hint)
}

// pointedAt says that a picture, an attachment or another document stands in place of the example of a field.
func (l *linter) pointedAt(field probe.Field) bool {
	return isBodyField(field) && slices.ContainsFunc(l.Diagnostics, func(d source.Diagnostic) bool {
		return d.Field == string(field) && d.Rule == "sheet.ambiguous" && strings.Contains(d.Message, pointedAt)
	})
}

// missingIdentity mentions, once, the two fields that many an API does without. A label without a value says that there is none.
func (l *linter) missingIdentity() {
	var absent []string
	first := probe.Field("")
	for _, field := range []probe.Field{probe.FieldPartnerCode, probe.FieldCredentials} {
		if !l.labelled(field) && !l.explained(field) {
			absent = append(absent, fmt.Sprintf("%q", field.Title()))
			if first == "" {
				first = field
			}
		}
	}
	if len(absent) > 0 {
		l.note(source.Info, "sheet.missing-field", first, l.at(first), "the sheet has no "+strings.Join(absent, " and no "), "where the API needs none, say so in the field")
	}
}

// lacksBody says that a method that carries a body documents none, and no other input either: `POST /orders/{id}/cancel` is complete.
func lacksBody(s *probe.Sheet) bool {
	return slices.Contains([]string{"POST", "PUT", "PATCH"}, s.Method) && s.Request.Body.IsZero() && len(s.Request.Fields) == 0
}

// lacksSuccess says that no answer to the documented request is known. A documented 204 needs no example, and a HEAD has no body.
func lacksSuccess(s *probe.Sheet) bool {
	if s.Method == http.MethodHead || s.Method == http.MethodOptions || InTable("204", s.StatusCodes) {
		return false
	}
	return !slices.ContainsFunc(s.Success, says)
}

// says tells an answer that promises something from an empty label.
func says(r probe.Response) bool {
	return !r.Body.IsZero() || r.HTTPStatus != nil || r.Code != "" || r.When != ""
}

// lintCredentials lists the credentials that are named and not given.
func lintCredentials(l *linter) {
	var names []string
	var first source.Span
	for _, c := range l.Credentials {
		if strings.TrimSpace(c.Value) != "" {
			continue
		}
		if len(names) == 0 {
			first = c.At
		}
		names = append(names, fmt.Sprintf("%q", c.Name))
	}
	if len(names) == 0 {
		return
	}
	if first.IsZero() {
		first = l.at(probe.FieldCredentials)
	}
	l.note(source.Warning, "sheet.missing-field", probe.FieldCredentials, first,
		"keys without values: "+strings.Join(names, ", "), "ask the API owner for the staging values, or supply each with --var NAME=VALUE")
}

// lintMandatory mentions that nothing says which request data is mandatory. Path parameters are mandatory by nature.
func lintMandatory(l *linter) {
	inputs := 0
	for _, f := range l.Request.Fields {
		if f.Mandatory != nil {
			return
		}
		if f.In != probe.InPath {
			inputs++
		}
	}
	if inputs > 0 {
		l.report("sheet.mandatory-unstated", probe.FieldRequestBody, l.inputAt(), "which request data is mandatory and which is optional is not stated", "")
	}
}

// lintTestData mentions that the sheet gives no values to try but those of the example.
func lintTestData(l *linter) {
	if len(l.TestData) == 0 && len(l.Request.Fields) > 0 {
		l.report("sheet.no-test-data", probe.FieldRequestBody, l.inputAt(), "no test data is documented", "")
	}
}

// inputAt is where the request data stands: the body, or the URL where there is none.
func (l *linter) inputAt() source.Span {
	if !l.labelled(probe.FieldRequestBody) && l.labelled(probe.FieldURL) {
		return l.at(probe.FieldURL)
	}
	return l.at(probe.FieldRequestBody)
}
