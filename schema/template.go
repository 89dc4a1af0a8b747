package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// templateTypes is what a text that stands for a value states of its type: a word for a type states that type, a mask states
// nothing, a placeholder in quotes stands for a scalar, because many put one there for a number too, and anything else states a string
// where it is quoted.
func templateTypes(v *nearjson.Value) Types {
	inQuotes := quoted(v)
	if t, ok := wordTypes(v.Text, inQuotes); ok {
		return t
	}
	if !inQuotes || isMask(v.Text) {
		return 0
	}
	if isBracketed(v.Text) {
		return String | Number | Boolean
	}
	return String
}

// isBracketed says that the whole text is a placeholder: <<token>>, {{id}}, ${amount}, <name>.
func isBracketed(text string) bool {
	text = strings.TrimPrefix(strings.TrimSpace(text), "$")
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") || strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}")
}

// quoted says that the example writes the value in quotes of any kind. A value that stands in no document counts as quoted.
func quoted(v *nearjson.Value) bool {
	r, size := utf8.DecodeRuneInString(v.Source().String())
	return size == 0 || strings.ContainsRune("\"'`´“”„‟‘’‚‛«»&", r) // "&" begins &quot;
}

// wordTypes reads a word for a type, or several of which any may stand, as in "string | null".
func wordTypes(text string, inQuotes bool) (types Types, ok bool) {
	for _, word := range strings.FieldsFunc(strings.ReplaceAll(text, " or ", "|"), func(r rune) bool { return r == '|' || r == '/' }) {
		word = strings.ToLower(strings.Trim(word, "<>{} "))
		if word == "null" {
			types |= Null
			continue
		}
		kind, known := nearjson.TemplateKind(word)
		if !known {
			return 0, false
		}
		t := wordType(word, typeOf(kind), inQuotes)
		if t == 0 {
			return 0, true
		}
		types |= t
	}
	return types, types != 0
}

// wordType corrects what a word states. Times are written as text and as numbers. In quotes, a word of everyday English may be a real
// value, as in {"object": "list"} and {"side": "long"}, so that it must not rule out a string.
func wordType(word string, stated Types, inQuotes bool) Types {
	switch word {
	case "timestamp", "date", "datetime", "date-time":
		return String | Number
	case "long", "double", "float", "number", "decimal", "numeric":
		if inQuotes {
			return stated | String
		}
	}
	if inQuotes && stated&(Array|Object) != 0 {
		return 0
	}
	return stated
}

// isMask says that a text hides a value: three or more signs that stand for any, as in "XXXX1234".
func isMask(text string) bool {
	run, before := 0, rune(0)
	for _, r := range strings.ToLower(text) {
		if r != before {
			run, before = 0, r
		}
		if run++; run >= 3 && strings.ContainsRune("x*#•●", r) {
			return true
		}
	}
	return false
}

// namesType says that the value of a key may well be the name of a type, as in {"type": "integer"}.
func namesType(key string) bool {
	key = strings.ToLower(strings.TrimFunc(key, func(r rune) bool { return !unicode.IsLetter(r) }))
	return strings.HasSuffix(key, "type") || strings.HasSuffix(key, "format")
}

// typeWordsAsText is String where one of the values is a word for a type: it may be the value, as in {"type": "list"}.
func typeWordsAsText(values []*nearjson.Value) Types {
	for _, v := range values {
		if v == nil || !v.Template || v.Kind != nearjson.String {
			continue
		}
		if _, ok := wordTypes(v.Text, true); ok {
			return String
		}
	}
	return 0
}
