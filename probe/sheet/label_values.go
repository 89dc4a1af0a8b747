package sheet

import (
	"slices"
	"strings"
)

// lookupTestValues reads titles of values to try that say of what: "Test registration numbers", "Policy numbers for testing".
func lookupTestValues(text string) (Label, bool) {
	const fewest, most = 3, 8
	words := labelWords(text)
	if len(words) < fewest || len(words) > most || strings.ContainsAny(text, "{}[]<>\"@,;=") {
		return Label{}, false
	}
	of := words[len(words)-1]
	if at := slices.Index(words, "for"); at > 0 && isTrial(words[at+1:]) {
		of = words[at-1]
	} else if words[0] != "test" && words[0] != "dummy" && words[0] != "sample" {
		return Label{}, false
	}
	return Label{Role: TestValues, Strong: true, Words: len(words)}, isManyOf(of)
}

// isTrial says that words name what values are tried in: "testing", "the UAT environment".
func isTrial(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return environmentOf(w) > 0 }) &&
		!slices.ContainsFunc(words, func(w string) bool { return environmentOf(w) == 0 && !joins(w) && w != "purpose" && w != "purposes" })
}

// isManyOf says that a word stands for several values that identify something. One alone may be the label of a credential.
func isManyOf(w string) bool {
	switch w {
	case "numbers", "nos", "ids", "accounts", "cards", "customers", "policies", "orders", "vehicles", "references", "pincodes", "merchants", "barcodes", "identifiers", "mobiles", "phones":
		return true
	}
	return false
}
