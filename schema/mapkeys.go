package schema

import (
	"slices"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// isMap says that keys are data and no names, and that what they hold is alike: each key is an id or a date, or all are codes of one make.
func isMap(keys []*key) bool {
	if len(keys) == 0 {
		return false
	}
	var values []*nearjson.Value
	data, varied := true, false
	for _, k := range keys {
		data = data && isDataKey(k.name)
		varied = varied || k.in < keys[0].in
		values = append(values, k.values...)
	}
	return (data || areCodes(keys, values, varied)) && alikeValues(values)
}

// areCodes says that keys are of a make that names of fields are not of: TEA-250, PNQ-GOI, 12A. Short words in capitals (OTP, PAN) are names
// as well, so that more has to speak for these: a standard that lists them, records of the same keys behind them, their number, or that they
// differ between two objects of the place.
func areCodes(keys []*key, values []*nearjson.Value, varied bool) bool {
	first := makeOf(keys[0].name)
	codes, alike := true, true
	for _, k := range keys {
		m := makeOf(k.name)
		codes, alike = codes && m.isCode(), alike && m == first
	}
	switch {
	case !alike:
		return codes || areLanguages(keys, values)
	case first.isID():
		return len(keys) > 1 || values[0].Kind == nearjson.Object
	case len(keys) < 2:
		return false
	case codes:
		return true
	case !first.isCapitals():
		return areLanguages(keys, values)
	}
	short := len(first) <= 3 && (len(keys) >= 5 || varied && len(keys) >= 3)
	return short || areListed(keys) || len(first) <= 4 && areRecords(values)
}

// keyMake is how a key is made: A stands for a capital, a for a small letter and 0 for a digit. Where there are digits, one sign stands for a
// run of them, and of letters, for codes that count are of many lengths. "" is of no make.
type keyMake string

func makeOf(key string) keyMake {
	if len(key) > 64 {
		return ""
	}
	var b strings.Builder
	counts := strings.ContainsAny(key, "0123456789")
	digits, last := 0, byte(0)
	for i := range len(key) {
		sign := signOf(key[i])
		if sign == 0 {
			return ""
		}
		if sign == '0' {
			digits++
		}
		if !counts || sign != last || !strings.ContainsRune("Aa0", rune(sign)) {
			b.WriteByte(sign)
		}
		last = sign
	}
	if digits >= 4 { // told apart: fy2024, user_1001
		b.WriteByte('#')
	}
	return keyMake(b.String())
}

func signOf(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return '0'
	case c >= 'A' && c <= 'Z':
		return 'A'
	case c >= 'a' && c <= 'z':
		return 'a'
	case strings.IndexByte("-_:./>+", c) >= 0:
		return c
	}
	return 0
}

func (m keyMake) has(signs string) bool { return strings.ContainsAny(string(m), signs) }

// isID says that one key alone is no name: capitals before four or more digits, as in U10023.
func (m keyMake) isID() bool { return m.has("#") && m.has("A") && !m.has("a_") }

// isCode says that several keys of the make are no names: those with a long number, those that begin with a digit, and capitals with a
// joint that names have not (an underscore joins the words of MAX_AGE).
func (m keyMake) isCode() bool {
	switch {
	case m == "" || strings.Trim(string(m), "-_:./>+") == "":
		return false
	case m.has("#"), m == "aa-AA":
		return true
	case m.has("a_"):
		return false
	}
	return m[0] == '0' || m.has("A") && m.has("-:./>")
}

// isCapitals says that the keys are two capitals or more, and nothing else.
func (m keyMake) isCapitals() bool { return len(m) >= 2 && strings.Trim(string(m), "A") == "" }

// areListed says that all keys are currencies (ISO 4217), pairs of them, or all are countries (ISO 3166-1).
func areListed(keys []*key) bool {
	currencies, countries := true, true
	for _, k := range keys {
		currencies = currencies && isCurrency(k.name)
		countries = countries && isCountry(k.name)
	}
	return currencies || countries
}

func isCurrency(s string) bool {
	if len(s) == 6 {
		return isCurrency(s[:3]) && isCurrency(s[3:])
	}
	_, err := currency.ParseISO(s)
	return err == nil && len(s) == 3
}

func isCountry(s string) bool {
	r, err := language.ParseRegion(s)
	return err == nil && r.IsCountry()
}

// areRecords says that all values are objects with the same two keys or more, or all are lists that hold something.
func areRecords(values []*nearjson.Value) bool {
	for _, v := range values {
		switch {
		case v.Kind != values[0].Kind:
			return false
		case v.Kind == nearjson.Array && len(v.Items) > 0:
		case v.Kind != nearjson.Object || len(v.Members) < 2 || len(v.Members) != len(values[0].Members):
			return false
		}
		for _, m := range v.Members {
			if values[0].Get(m.Key) == nil {
				return false
			}
		}
	}
	return true
}

// areLanguages says that the keys are languages (ISO 639-1), English among them: without it, the short words could be others (id, no, to).
func areLanguages(keys []*key, values []*nearjson.Value) bool {
	english := false
	for _, k := range keys {
		if _, err := language.ParseBase(k.name); err != nil || makeOf(k.name) != "aa" {
			return false
		}
		english = english || k.name == "en"
	}
	return english && len(keys) > 1 && !slices.ContainsFunc(values, func(v *nearjson.Value) bool { return v.Kind != nearjson.String })
}

// isDataKey recognises what is no name whatever stands beside it: digits, UUIDs (RFC 9562), dates and months with or without a time, times of
// day, addresses (e-mail, URL, IP, telephone), hexadecimal ids of 16 or more digits, and a placeholder that stands for any of these.
func isDataKey(key string) bool {
	switch {
	case key == "":
		return false
	case isDigits(strings.TrimPrefix(key, "+")) && key != "+":
		return true
	case len(key) >= 16 && matches(key, strings.Repeat("h", len(key))):
		return strings.ContainsAny(key, "0123456789")
	case len(key) >= 10 && matches(key[:10], "0000-00-00"):
		return len(key) == 10 || key[10] == 'T' || key[10] == ' '
	case isBracketed(key):
		return true
	}
	const told = Date | DayFirst | MonthFirst | YearFirst | TimeOfDay | UUID | Email | URI | IPv4 | IPv6
	return formatsOf(key, false)&told != 0 || len(key) == 7 && matches(key, "0000-00")
}

// matches compares with a pattern of the same length in which 0 stands for a digit and h for a hexadecimal one.
func matches(s, pattern string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		letter := s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f'
		switch pattern[i] {
		case '0':
			if !digit {
				return false
			}
		case 'h':
			if !digit && !letter {
				return false
			}
		default:
			if s[i] != pattern[i] {
				return false
			}
		}
	}
	return true
}

// alikeValues says that all values may be of one type, nulls aside, and that objects have half or more of their keys in common.
func alikeValues(values []*nearjson.Value) bool {
	common := ^Types(0)
	objects, in := 0, map[string]int{}
	for _, v := range values {
		t := typesOf(v) &^ Null
		if t != 0 {
			common &= t
		}
		if t != Object || len(v.Members) == 0 {
			continue
		}
		objects++
		for _, m := range v.Members {
			in[m.Key]++
		}
	}
	shared := 0
	for _, n := range in {
		if n >= objects {
			shared++
		}
	}
	return common != 0 && shared*2 >= len(in)
}
