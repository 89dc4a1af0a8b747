package text

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// matchAnswerHeaders reads the label of an answer that goes on with its headers: "Success Response (200) with header X-Code: T000",
// or is that of its headers alone: "Response header: X-Code: T000".
func matchAnswerHeaders(l line) (candidate, bool) {
	label, headers := sheet.HeadersBeside(l.body)
	if len(headers) == 0 {
		return candidate{}, false
	}
	if label.IsBlank() && strings.HasPrefix(strings.ToLower(l.s), "response ") {
		generic := sheet.Label{Field: probe.FieldSuccessResponse, Role: sheet.Generic, Strong: true, Words: 2}
		return candidate{label: generic, text: l.body.Slice(0, len("response")), value: l.body.Slice(len("response"), l.body.Len()).TrimSpace(), certainty: sure, colon: true}, true
	}
	c, ok := matchAlone(line{body: label, whole: label, s: label.String()})
	if !ok || !isAnswer(c.label.Field) {
		return candidate{}, false
	}
	c.value, c.alone, c.colon = l.body.Slice(label.Len(), l.body.Len()).TrimSpace(), false, true
	return c, true
}

func isAnswer(f probe.Field) bool {
	return f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse
}

// inParentheses says that a place stands within parentheses that the line closes: "Error Response (HTTP 404, header X-Code: E404):".
func inParentheses(s string, at int) bool {
	return strings.Count(s[:at], "(") > strings.Count(s[:at], ")") && strings.Contains(s[at:], ")")
}
