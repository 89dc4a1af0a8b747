package nearjson

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// typeOfWord knows the words by which people write the type of a value in place of the value.
func typeOfWord(word string) (k Kind, ok bool) {
	switch word {
	case "string", "str", "text", "varchar", "char", "date", "datetime", "date-time", "timestamp", "uuid", "guid", "alphanumeric":
		return String, true
	case "int", "integer", "long", "number", "float", "double", "decimal", "numeric", "bigint", "int32", "int64":
		return Number, true
	case "bool", "boolean":
		return Bool, true
	case "array", "list":
		return Array, true
	case "object":
		return Object, true
	}
	return Null, false
}

// TemplateKind is the type that a template states, as "integer" or "string(50)" do; ok is false for placeholders, masks and real values.
func TemplateKind(text string) (k Kind, ok bool) {
	word := strings.ToLower(strings.TrimSpace(text))
	if inner, wrapped := unwrap(word); wrapped {
		word = inner
	}
	if i := strings.IndexAny(word, "([<"); i > 0 && strings.HasSuffix(word, string(closerOf(word[i]))) {
		if word[i] == '[' {
			return Array, isTypeWord(strings.TrimSpace(word[:i]))
		}
		word = strings.TrimSpace(word[:i])
	}
	if k, ok = typeOfWord(word); !ok {
		k, ok = remarkedKind(word)
	}
	return k, ok
}

// remarkedKind is the type that "string, mandatory", "integer - optional" and "required string" state: a type word beside a remark, and no other.
func remarkedKind(text string) (k Kind, ok bool) {
	const most = 4
	types, remarks := 0, 0
	joined := strings.ContainsAny(text, ",-|/:;([") // "date required" may be a message
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch kind, isType := typeOfWord(w); {
		case types+remarks == most:
			return k, false
		case isType && types == 0 && (joined || !isEveryday(w)):
			k = kind
			types++
		case isRemarkWord(w) && w != "or", w == "not":
			remarks++
		default:
			return k, false
		}
	}
	return k, types > 0 && remarks > 0
}

func isTypeWord(word string) bool {
	_, ok := typeOfWord(word)
	return ok
}

func closerOf(opener byte) byte {
	switch opener {
	case '(':
		return ')'
	case '<':
		return '>'
	}
	return opener + 2 // '[' and '{'
}

// isTemplate says that a text stands for a value and is none: a type word, a placeholder, a mask, or an ellipsis. It errs on the side of
// real values: words such as "active" are none of these.
func isTemplate(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxTemplate {
		return false
	}
	if mayStateType(text) {
		if _, ok := TemplateKind(text); ok {
			return true
		}
	}
	if _, ok := unwrap(text); ok {
		return true
	}
	return isMask(text) || isYours(text) || text == "..." || text == "…" || text == "%s" || text == "%d"
}

const maxTemplate = 80

// mayStateType says that a text is in brackets, or begins with a word that states a type or is a remark: a quick look before a thorough one.
func mayStateType(text string) bool {
	if strings.IndexByte("$<{[", text[0]) >= 0 {
		return true
	}
	var room [maxTypeWord]byte
	word := room[:0]
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			return true
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case (c < 'a' || c > 'z') && (c < '0' || c > '9'):
			if len(word) > 0 {
				return isTypeOrRemark(word)
			}
			continue
		}
		if len(word) == cap(word) {
			return false
		}
		word = append(word, c)
	}
	return isTypeOrRemark(word)
}

// maxTypeWord is how many bytes a word has at most that states a type, or is a remark.
const maxTypeWord = 16

func isTypeOrRemark(word []byte) bool {
	text := string(word)
	return isTypeWord(text) || isRemarkWord(text) || text == "not"
}

// unwrap takes the name out of a placeholder: <x>, <<x>>, {x}, {{x}}, ${x}, [x].
func unwrap(text string) (name string, ok bool) {
	text = strings.TrimPrefix(text, "$")
	if text == "" || strings.IndexByte("<{[", text[0]) < 0 {
		return "", false
	}
	for _, pair := range [...][2]string{{"<<", ">>"}, {"{{", "}}"}, {"<", ">"}, {"{", "}"}, {"[", "]"}} {
		inner, found := strings.CutPrefix(text, pair[0])
		if !found {
			continue
		}
		if inner, found = strings.CutSuffix(inner, pair[1]); found && isName(inner) {
			return strings.TrimSpace(inner), true
		}
	}
	return "", false
}

// isName says that a text could name a value: words of letters, digits and a few joints, with at least one letter.
func isName(text string) bool {
	letter := false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			letter = true
		case unicode.IsDigit(r), strings.ContainsRune(" _-./'()*", r):
		default:
			return false
		}
	}
	return letter
}

// isMask says that a text hides a value: xxxx, ****, ####, XXXX1234.
func isMask(text string) bool {
	masked := 0
	for _, r := range text {
		switch {
		case r == 'x' || r == 'X' || r == '*' || r == '#' || r == '•':
			masked++
		case r >= '0' && r <= '9' || r == '-' || r == ' ':
		default:
			return false
		}
	}
	return masked >= 3
}

// isYours says that a text asks for the reader's own value: YOUR_API_KEY, your-token-here.
func isYours(text string) bool {
	const length = len("your_")
	if len(text) < length {
		return false
	}
	for _, prefix := range [...]string{"your_", "your-", "your ", "<your"} {
		if strings.EqualFold(text[:length], prefix) {
			return true
		}
	}
	return false
}

// isBareTemplate says the same of an unquoted word, where more can be told: a bare word that only repeats its key, or that is all upper
// case with an underscore, names a value; so does prose with a type word in it.
func isBareTemplate(text, key string) bool {
	if isTemplate(text) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsLetter(first) {
		return false
	}
	if fold(text) == fold(key) || strings.Contains(text, "_") && text == strings.ToUpper(text) {
		return true
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if isTypeWord(word) && !isEveryday(word) {
			return true
		}
	}
	return false
}

// isEveryday says that a type word is also one of everyday language.
func isEveryday(word string) bool {
	return word == "text" || word == "date" || word == "list" || word == "number"
}

// fold compares names without case and joints.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// foreignLiterals are the words of other languages for true, false and null.
var foreignLiterals = map[string]string{
	"true": "true", "false": "false", "null": "null", "none": "null", "nil": "null", "undefined": "null",
}

// isRemarkWord knows the words that begin a remark that stands bare beside a value.
func isRemarkWord(word string) bool {
	switch word {
	case "optional", "mandatory", "required", "compulsory", "conditional", "nullable", "or":
		return true
	}
	return false
}
