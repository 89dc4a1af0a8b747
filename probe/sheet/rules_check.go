package sheet

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// CheckRules drops the rules of fields that the documented value itself breaks, and says so: which of the two is wrong only the API owner knows, and a
// request is forbidden only where the sheet says so without doubt.
func CheckRules(s *probe.Sheet) {
	for i := range s.Request.Fields {
		f := &s.Request.Fields[i]
		if f.Rules.IsZero() {
			continue
		}
		value, number, ok := documentedValue(s, *f)
		if !ok {
			continue
		}
		if broken := brokenRule(f.Rules, value, number); broken != "" {
			s.Diagnostics = append(s.Diagnostics, Note(source.Warning, "sheet.ambiguous", probe.FieldRequestBody, f.Rules.At,
				fmt.Sprintf("the documented value of %q breaks the rule that the sheet gives for it: %s; the rule is not tested", f.Name, broken),
				"ask the API owner which of the two is right"))
			f.Rules = probe.FieldRules{}
		}
	}
}

// documentedValue is the value of a field in the documented request, as text; ok is false where there is none, or a placeholder stands for it.
func documentedValue(s *probe.Sheet, f probe.RequestField) (text string, number, ok bool) {
	text = f.Value
	if f.In == probe.InBody {
		v := s.Request.Body.Value.Lookup(f.Pointer)
		if v == nil || v.Template || v.Kind != nearjson.String && v.Kind != nearjson.Number {
			return "", false, false
		}
		text, number = v.Text, v.Kind == nearjson.Number
	}
	if strings.TrimSpace(text) == "" || len(probe.FindPlaceholders(text, false)) > 0 {
		return "", false, false
	}
	return text, number, true
}

// brokenRule says which rule a value breaks; "" where it keeps all. The value is not quoted: it may be a secret.
func brokenRule(r probe.FieldRules, value string, number bool) string {
	length, unit := utf8.RuneCountInString(value), "characters"
	if number {
		length, unit = digitsOf(value), "digits"
	}
	switch {
	case r.MinLength != nil && length < *r.MinLength:
		return fmt.Sprintf("it has %d %s, and at least %d are asked for", length, unit, *r.MinLength)
	case r.MaxLength != nil && length > *r.MaxLength:
		return fmt.Sprintf("it has %d %s, and at most %d are allowed", length, unit, *r.MaxLength)
	case len(r.Enum) > 0 && !slices.Contains(r.Enum, value):
		return "it is none of the allowed values " + quoteShort(strings.Join(r.Enum, ", "))
	case outside(value, r.Minimum, -1):
		return "it is less than " + r.Minimum
	case outside(value, r.Maximum, 1):
		return "it is greater than " + r.Maximum
	case r.Pattern != "" && !found(r.Pattern, value):
		return "it does not fit the pattern " + quoteShort(r.Pattern)
	}
	return ""
}

// digitsOf counts the digits of a number.
func digitsOf(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// outside says that a number lies beyond a bound, on its wrong side.
func outside(value, bound string, side int) bool {
	b, ok := decimal(bound)
	if !ok {
		return false
	}
	v, ok := decimal(value)
	return ok && v.Cmp(b) == side
}

// decimal reads a number of ordinary size: an exponent could ask for more memory than there is.
func decimal(s string) (*big.Rat, bool) {
	const longest = 40
	if s == "" || len(s) > longest || strings.ContainsAny(s, "eE/_xXpP") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func found(pattern, value string) bool {
	re, err := regexp.Compile(pattern)
	return err != nil || re.MatchString(value)
}

// RulesProblem says why no value can keep all rules; "" where one can.
func RulesProblem(r probe.FieldRules) string {
	if r.MinLength != nil && r.MaxLength != nil && *r.MinLength > *r.MaxLength {
		return "at least " + strconv.Itoa(*r.MinLength) + " and at most " + strconv.Itoa(*r.MaxLength) + " characters"
	}
	if outside(r.Minimum, r.Maximum, 1) {
		return "at least " + r.Minimum + " and at most " + r.Maximum
	}
	return ""
}
