package schema

import (
	"strings"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// isMap says that keys are data and no names: each looks like an id or a date, and what they hold is alike.
func isMap(keys []*key) bool {
	var values []*nearjson.Value
	for _, k := range keys {
		if !isDataKey(k.name) {
			return false
		}
		values = append(values, k.values...)
	}
	return len(keys) > 0 && alikeValues(values)
}

// isDataKey recognises digits, UUIDs (RFC 9562), dates (2024-01-31, with or without a time) and hexadecimal ids of 16 or more digits.
func isDataKey(key string) bool {
	switch {
	case key == "":
		return false
	case matches(key, strings.Repeat("0", len(key))):
		return true
	case len(key) >= 16 && matches(key, strings.Repeat("h", len(key))):
		return strings.ContainsAny(key, "0123456789")
	case len(key) == 36:
		return matches(key, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
	case len(key) >= 10 && (matches(key[:10], "0000-00-00") || matches(key[:10], "0000/00/00") || matches(key[:10], "00-00-0000")):
		return len(key) == 10 || key[10] == 'T' || key[10] == ' '
	}
	return len(key) == 7 && matches(key, "0000-00")
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

// alikeValues says that all values are of one type, nulls aside, and that objects have half or more of their keys in common.
func alikeValues(values []*nearjson.Value) bool {
	var types Types
	objects, in := 0, map[string]int{}
	for _, v := range values {
		t := typesOf(v) &^ Null
		types |= t
		if t != Object || len(v.Members) == 0 {
			continue
		}
		objects++
		for _, m := range v.Members {
			in[m.Key]++
		}
	}
	if types&(types-1) != 0 {
		return false
	}
	common := 0
	for _, n := range in {
		if n >= objects {
			common++
		}
	}
	return common*2 >= len(in)
}
