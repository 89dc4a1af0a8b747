package text

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// matchStated reads a short sentence that gives the value of a field: "Your partner code is ACME7."
func matchStated(l line) (candidate, bool) {
	const mostWords = 8
	words := strings.Fields(l.s)
	if len(words) < 3 || len(words) > mostWords {
		return candidate{}, false
	}
	verb := len(words) - 2
	switch strings.ToLower(words[verb]) {
	case "is", "es", "est", "ist", "é":
	default:
		return candidate{}, false
	}
	label, ok := sheet.LookupLabel(strings.Join(words[:verb], " "))
	if lead := strings.ToLower(words[0]); !ok && isAsking(lead) || !ok && (lead == "our" || lead == "this") {
		label, ok = sheet.LookupLabel(strings.Join(words[1:verb], " "))
	}
	from := len(l.s) - len(words[verb+1])
	value := l.body.Slice(from, from+len(strings.TrimRight(words[verb+1], ".,;")))
	switch {
	case !ok:
		return candidate{}, false
	case label.Field == probe.FieldPartnerCode && isIdentifier(value.String()):
	case (label.Field == probe.FieldMethod || label.Field == probe.FieldURL) && proves(label.Field, value):
	default:
		return candidate{}, false
	}
	return candidate{label: label, text: l.body.Slice(0, from).TrimSpace(), value: value, certainty: sure, colon: true}, true
}

// isIdentifier says that a word is no word of the language: it has digits, or is all in capitals.
func isIdentifier(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit) || s == strings.ToUpper(s) && strings.ContainsFunc(s, unicode.IsLetter)
}

// unfenced is a value without the marks of an example around it: "```{..}```".
func unfenced(t source.Text) source.Text {
	const fence = "```"
	s := t.String()
	if strings.HasPrefix(s, fence) && strings.HasSuffix(s, fence) && len(s) > 2*len(fence) {
		return t.Slice(len(fence), len(s)-len(fence)).TrimSpace()
	}
	return t
}

// startsWithMethod says that a text is a method, alone or with a remark in brackets: "POST (form data)".
func startsWithMethod(s string) bool {
	word, _, _ := strings.Cut(s, "(")
	_, ok := sheet.Method(strings.Trim(word, "`\"'*[] "))
	return ok
}

// asAnswer makes an answer of a message whose value is an example: "error message : {..}".
func (c candidate) asAnswer() candidate {
	outcome := map[string]probe.Field{"errormessage": probe.FieldErrorResponse, "errormessages": probe.FieldErrorResponse, "failuremessage": probe.FieldErrorResponse}
	if f := outcome[sheet.Fold(c.text.String())]; f != "" && startsBracket(c.value.String()) {
		c.label = sheet.Label{Field: f, Strong: true, Words: 2}
	}
	return c
}

// matchOK reads "OK:" over an answer; without the colon it is the reason of a status.
func matchOK(l line) (candidate, bool) {
	if l.number != "" || !strings.EqualFold(l.s, "ok:") {
		return candidate{}, false
	}
	label := sheet.Label{Field: probe.FieldSuccessResponse, Words: 1}
	return candidate{label: label, text: l.body, value: l.body.Slice(l.body.Len(), l.body.Len()), certainty: possible, colon: true}, true
}
