package engine

import (
	"slices"
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// documentsOf names what a run is made from.
func documentsOf(readings []sheet.Reading, mask *probe.Redactor) []probe.RunDocument {
	var all []probe.RunDocument
	for _, r := range readings {
		d := r.Document
		all = append(all, probe.RunDocument{Name: d.Name, SHA256: d.SHA256, Format: d.Format, Sheets: len(r.Sheets), HoldsSecret: holdsSecret(r, mask)})
	}
	return all
}

func holdsSecret(r sheet.Reading, mask *probe.Redactor) bool {
	for text := range r.Document.Texts() {
		if mask.Changes(text) {
			return true
		}
	}
	return slices.ContainsFunc(r.Sheets, func(s *probe.Sheet) bool {
		return slices.ContainsFunc(s.Diagnostics, func(d source.Diagnostic) bool { return d.Rule == "sheet.secret-in-sheet" })
	})
}

// documented is what a sheet promised, as reports show it: a recorded run is all that they need.
func documented(s *probe.Sheet, mask *probe.Redactor) *probe.Documented {
	d := &probe.Documented{
		Request:   mask.Request(probe.Request{Method: s.Method, URL: s.URL, Headers: s.Headers, Body: []byte(bodyText(s.Request.Body))}),
		Responses: []probe.DocumentedResponse{}, Codes: []probe.StatusCode{},
	}
	for i, h := range s.Headers {
		if d.Request.Headers[i].Name == h.Name && isPlaceholder(h.Value) {
			d.Request.Headers[i].Value = mask.Text(h.Value) // which gives nothing away, and says what to fill in
		}
	}
	for _, outcome := range []probe.Outcome{probe.OutcomeSuccess, probe.OutcomeError} {
		responses := s.Success
		if outcome == probe.OutcomeError {
			responses = s.Errors
		}
		for _, r := range responses {
			d.Responses = append(d.Responses, documentedResponse(outcome, r, mask))
		}
	}
	for _, row := range s.StatusCodes {
		row.Message = mask.Text(row.Message)
		d.Codes = append(d.Codes, row)
	}
	return d
}

func documentedResponse(o probe.Outcome, r probe.Response, mask *probe.Redactor) probe.DocumentedResponse {
	d := probe.DocumentedResponse{
		Kind: o, Title: mask.Text(r.Title), Code: r.Code, When: mask.Text(r.When), Body: mask.Body(bodyText(r.Body)), At: r.At,
	}
	if r.HTTPStatus != nil {
		d.HTTPStatus = *r.HTTPStatus
	}
	return d
}

// bodyText is a documented body as it was understood.
func bodyText(b probe.Body) string {
	if b.Value == nil {
		return b.Text
	}
	text, err := b.Value.MarshalJSON()
	if err != nil { // a number that no JSON can hold; the text stands in the document
		return b.Text
	}
	return string(text)
}

// isPlaceholder says that a header's value is a placeholder as a whole, its scheme aside.
func isPlaceholder(value string) bool {
	if _, credential, ok := strings.Cut(value, " "); ok {
		value = credential
	}
	refs := probe.FindPlaceholders(value, false)
	return len(refs) == 1 && refs[0].Written == strings.TrimSpace(value)
}
