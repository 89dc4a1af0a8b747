package schema

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// alternatives are the values that a hand-written example lists in one string, as in "Y/N", "success|failure", "M or F" and "LOW, MEDIUM or
// HIGH"; nil where it lists none. With a slash, many are values of their own (EUR/USD, text/html), so that a live value with the same sign
// between words is no other one.
func alternatives(text string) []string {
	separator := "/"
	switch {
	case strings.Contains(text, "|"):
		separator = "|"
	case strings.Contains(text, " or "):
		text, separator = strings.ReplaceAll(strings.ReplaceAll(text, ", or ", ","), " or ", ","), ","
	}
	parts := strings.Split(text, separator)
	if len(parts) < 2 || len(parts) > 12 || len(text) > 200 || strings.EqualFold(text, "n/a") {
		return nil
	}
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
		sentence := separator == "," && strings.Contains(parts[i], " ")
		if sentence || !isOption(parts[i]) || slices.Contains(parts[:i], parts[i]) {
			return nil
		}
	}
	if separator == "/" && slices.ContainsFunc(parts, isDigits) && !slices.Equal(parts, []string{"0", "1"}) {
		return nil // 12/2024
	}
	return parts
}

// optionsOf are the values that an example lists, within one string, or as values side by side; nil where it shows one value, or types.
func optionsOf(v *nearjson.Value) []string {
	if v == nil {
		return nil
	}
	var options []string
	for _, o := range append([]*nearjson.Value{v}, v.Others()...) {
		if o.Template && len(v.Others()) > 0 || o.Kind == nearjson.Array || o.Kind == nearjson.Object {
			return nil // "NEFT" | string
		}
		options = append(options, o.Text)
	}
	switch _, areTypes := wordTypes(v.Text, quoted(v)); {
	case len(options) > 1:
		return options
	case v.Kind != nearjson.String || areTypes:
		return nil
	case v.Template && quoted(v):
		return nil
	}
	return slices.DeleteFunc(alternatives(v.Text), func(o string) bool { return !quoted(v) && strings.EqualFold(o, "null") })
}

// bareTypes are the types of alternatives that are written without quotes: true/false, 1 | 2 | 3.
func bareTypes(options []string) (types Types) {
	for _, o := range options {
		switch {
		case strings.EqualFold(o, "true"), strings.EqualFold(o, "false"):
			types |= Boolean
		case isLikeNumber(o):
			types |= Number
		default:
			types |= String
		}
	}
	return types
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
		for _, option := range optionsOf(v) {
			if !slices.Contains(all, option) {
				all = append(all, option)
			}
		}
	}
	if all == nil {
		return nil
	}
	for _, v := range values { // a plain example beside the list is one more
		if v != nil && v.Kind == nearjson.String && !v.Template && optionsOf(v) == nil && !slices.Contains(all, v.Text) {
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

// comparesNumbers says that the listed alternatives are numbers, so that a number can be compared with them.
func (s *Shape) comparesNumbers() bool {
	return s.Enum != nil && !slices.ContainsFunc(s.Enum, func(o string) bool { return !isDigits(o) })
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
