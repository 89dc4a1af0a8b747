package schema

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// alternatives are the values that a hand-written example lists in one string, as in "Y/N" and "success|failure"; nil where it lists none. With
// a slash, many are values of their own (EUR/USD, text/html), so that a live value with the same sign between words is no other one.
func alternatives(text string) []string {
	separator := "|"
	if !strings.Contains(text, separator) {
		separator = "/"
	}
	parts := strings.Split(text, separator)
	if len(parts) < 2 || len(parts) > 12 || len(text) > 200 || strings.EqualFold(text, "n/a") {
		return nil
	}
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
		if !isOption(parts[i]) || slices.Contains(parts[:i], parts[i]) {
			return nil
		}
	}
	if separator == "/" && slices.ContainsFunc(parts, func(p string) bool { return isDigits(p) }) && !slices.Equal(parts, []string{"0", "1"}) {
		return nil // 12/2024
	}
	return parts
}

// isOption says that a text is a word such as an enumeration has.
func isOption(s string) bool {
	return s != "" && len(s) <= 40 && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_- .", r)
	})
}

// inferEnum lists what the examples of a place allow, where one of them lists alternatives and none is outside of a list and of what others are.
func inferEnum(values []*nearjson.Value) []string {
	var all []string
	for _, v := range values {
		if v == nil || v.Kind != nearjson.String || v.Template {
			continue
		}
		for _, option := range alternatives(v.Text) {
			if !slices.Contains(all, option) {
				all = append(all, option)
			}
		}
	}
	if all == nil {
		return nil
	}
	for _, v := range values { // a plain example beside the list is one more
		if v != nil && v.Kind == nearjson.String && !v.Template && alternatives(v.Text) == nil && !slices.Contains(all, v.Text) {
			all = append(all, v.Text)
		}
	}
	return all
}

// allows says that a text is one of the listed: in any letter case, or a list of the same kind, where the list is a guess.
func (s *Shape) allows(text string) bool {
	if s.Enum == nil || slices.Contains(s.Enum, text) {
		return true
	}
	return !s.Firm && (text == "" || strings.ContainsAny(text, "/|") ||
		slices.ContainsFunc(s.Enum, func(e string) bool { return strings.EqualFold(e, text) }))
}

// optionTypes are the JSON types that alternatives such as true/false and 0/1 may stand for beside text.
func optionTypes(options []string) Types {
	switch {
	case len(options) == 0:
		return 0
	case !slices.ContainsFunc(options, func(o string) bool { return !strings.EqualFold(o, "true") && !strings.EqualFold(o, "false") }):
		return Boolean
	case !slices.ContainsFunc(options, func(o string) bool { return !isDigits(o) }):
		return Number | Boolean
	}
	return 0
}
