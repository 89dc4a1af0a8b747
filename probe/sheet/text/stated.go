package text

import (
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
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
