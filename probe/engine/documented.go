package engine

import (
	"github.com/sheetprobe/sheetprobe/probe"
)

// documented is what a sheet promised, as reports show it: a recorded run is all that they need.
func documented(s *probe.Sheet, mask *probe.Redactor) *probe.Documented {
	d := &probe.Documented{
		Request:   mask.Request(probe.Request{Method: s.Method, URL: s.URL, Headers: s.Headers, Body: []byte(bodyText(s.Request.Body))}),
		Responses: []probe.DocumentedResponse{}, Codes: []probe.StatusCode{},
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
