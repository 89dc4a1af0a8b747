package probe

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PlaceholderRef is one placeholder within a text.
type PlaceholderRef struct {
	Start, End int    // bytes
	Name       string // bare: "token"; "" for a mask such as **** or xxxx, which nobody can fill by name
	Written    string
}

// FindPlaceholders finds what must be filled in, in order: <<token>>, {{token}}, ${TOKEN}, $TOKEN, {token}, <token>, %TOKEN%,
// YOUR_TOKEN, TOKEN_HERE, [token] where it is the whole text, and masks such as xxxx, XXXX1234, **** and ####. In a URL, path
// segments such as ":id" and "(id)" count too. Placeholders do not overlap. Braces of JSON, comparisons, tags of HTML and XML, times, prices,
// ports and addresses are none.
func FindPlaceholders(text string, inURL bool) []PlaceholderRef {
	return slices.Collect(Placeholders(text, inURL))
}

// Placeholders are those of FindPlaceholders, one at a time. A text without any costs no memory.
func Placeholders(text string, inURL bool) iter.Seq[PlaceholderRef] {
	return func(yield func(PlaceholderRef) bool) { eachPlaceholder(text, inURL, yield) }
}

func eachPlaceholder(text string, inURL bool, yield func(PlaceholderRef) bool) {
	f := placeholderFinder{text: text, inURL: inURL}
	if ref, ok := f.wholeBracket(); ok {
		yield(ref)
		return
	}
	for i := 0; i < len(text); {
		end, name := f.at(i)
		if end > i && !yield(PlaceholderRef{Start: i, End: end, Name: name, Written: text[i:end]}) {
			return
		}
		i = max(end, f.after(i))
	}
}

// after is where the next placeholder can begin: none begins within a word.
func (f *placeholderFinder) after(i int) int {
	inWord := isWordByte(f.text[i])
	for i++; inWord && i < len(f.text) && isWordByte(f.text[i]); i++ {
	}
	return i
}

// isSelection says that the brace opens the fields that a GraphQL query selects, as in { me { id } }: it stands within another, behind a
// name or a closing parenthesis.
func (f *placeholderFinder) isSelection(i int) bool {
	before := f.text[max(0, i-maxPlaceholder):i]
	trimmed := strings.TrimRight(before, " \t\r\n")
	if trimmed == "" || !isWordByte(trimmed[len(trimmed)-1]) && trimmed[len(trimmed)-1] != ')' {
		return false
	}
	outer := strings.LastIndexByte(trimmed, '{')
	return outer > strings.LastIndexByte(trimmed, '}') && strings.Count(trimmed[outer+1:], `"`)%2 == 0 // not in a string of JSON
}

// maxPlaceholder bounds the bytes between the marks of a placeholder, so that finding them takes linear time.
const maxPlaceholder = 80

type placeholderFinder struct {
	text   string
	inURL  bool
	closed map[string]bool // names of elements that the text closes, as in </name>; nil before they were looked for
}

// at returns the end and the name of the placeholder that starts at byte i; the end is 0 where none does.
func (f *placeholderFinder) at(i int) (end int, name string) {
	switch f.text[i] {
	case '<':
		return f.angle(i)
	case '{':
		return f.brace(i)
	case '$':
		return f.dollar(i)
	case '%':
		return f.percent(i)
	case ':':
		return f.segment(i)
	case '(':
		return f.parenthesis(i)
	case 'x', 'X', '*', '#', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return f.mask(i), ""
	}
	if c := f.text[i]; c < utf8.RuneSelf && isWordByte(c) {
		return f.shouted(i)
	}
	return 0, ""
}

// between returns what stands between byte from and the next closer, and the end of the closer.
func (f *placeholderFinder) between(from int, closer string) (inner string, end int) {
	if from >= len(f.text) {
		return "", 0
	}
	window := f.text[from:min(len(f.text), from+maxPlaceholder)]
	n := strings.Index(window, closer)
	if n < 0 {
		return "", 0
	}
	return window[:n], from + n + len(closer)
}

func (f *placeholderFinder) angle(i int) (end int, name string) {
	if strings.HasPrefix(f.text[i:], "<<") {
		if inner, end := f.between(i+2, ">>"); f.isAngleName(strings.TrimSpace(inner)) {
			return end, strings.TrimSpace(inner)
		}
		return 0, ""
	}
	inner, end := f.between(i+1, ">")
	if _, typed, ok := strings.Cut(inner, ":"); ok && f.inURL { // <string:panNumber>
		inner = typed
	}
	switch {
	case !f.isAngleName(inner) || strings.Contains(inner, "."):
		return 0, ""
	case isHTMLTag(inner), f.closes(inner):
		return 0, ""
	case i > 0 && isWordByte(f.text[i-1]) && (strings.Contains(inner, " ") || isTypeWord(inner)): // x<y and z>w, List<String>
		return 0, ""
	}
	return end, inner
}

// isAngleName says that a placeholder can be named so between angle brackets: also as two names with a colon, as in
// <base64 of user:password>, which Basic authentication asks for. The colon of an XML name is told by its closing tag.
func (f *placeholderFinder) isAngleName(inner string) bool {
	first, second, pair := strings.Cut(inner, ":")
	if !pair || f.inURL {
		return isPlaceholderName(inner, 6)
	}
	return isPlaceholderName(strings.TrimSpace(first), 6) && isPlaceholderName(strings.TrimSpace(second), 6)
}

// closes says that the text holds </name>, so that <name> is an element of XML.
func (f *placeholderFinder) closes(name string) bool {
	if f.closed == nil {
		f.closed = map[string]bool{}
		for i := 0; ; {
			n := strings.Index(f.text[i:], "</")
			if n < 0 {
				break
			}
			i += n + 2
			if inner, end := f.between(i, ">"); end > 0 {
				f.closed[strings.TrimSpace(inner)] = true
			}
		}
	}
	tag, _, _ := strings.Cut(name, " ")
	return f.closed[tag]
}

func (f *placeholderFinder) brace(i int) (end int, name string) {
	if !f.inURL && f.isSelection(i) {
		return 0, ""
	}
	if strings.HasPrefix(f.text[i:], "{{") {
		inner, end := f.between(i+2, "}}")
		if inner = strings.TrimPrefix(strings.TrimSpace(inner), "$"); isPlaceholderName(inner, 6) {
			return end, inner
		}
		return 0, ""
	}
	inner, end := f.between(i+1, "}")
	if f.inURL { // {id:[0-9]+}
		inner, _, _ = strings.Cut(inner, ":")
	}
	inner = strings.TrimSpace(inner)
	if !isPlaceholderName(inner, 4) {
		return 0, ""
	}
	return end, inner
}

func (f *placeholderFinder) dollar(i int) (end int, name string) {
	if strings.HasPrefix(f.text[i:], "${") {
		if inner, end := f.between(i+2, "}"); isPlaceholderName(strings.TrimSpace(inner), 4) {
			return end, strings.TrimSpace(inner)
		}
		return 0, ""
	}
	end = i + 1
	for end < len(f.text) && isUpperWordByte(f.text[end]) {
		end++
	}
	word := f.text[i+1 : end]
	if len(word) < 2 || !isUpper(word[0]) || end < len(f.text) && isWordByte(f.text[end]) || i > 0 && isWordByte(f.text[i-1]) {
		return 0, ""
	}
	return end, word
}

// percent reads %TOKEN%. Percent-encoding never looks like it: what it encodes is two digits of hexadecimal.
func (f *placeholderFinder) percent(i int) (end int, name string) {
	inner, end := f.between(i+1, "%")
	if len(inner) < 3 || !isUpper(inner[0]) || !isUpper(inner[1]) || isHex(inner[0]) && isHex(inner[1]) && f.inURL {
		return 0, ""
	}
	for j := range len(inner) {
		if !isUpperWordByte(inner[j]) {
			return 0, ""
		}
	}
	return end, inner
}

// segment reads a path segment such as /:id.
func (f *placeholderFinder) segment(i int) (end int, name string) {
	if !f.inURL || i == 0 || f.text[i-1] != '/' {
		return 0, ""
	}
	end = i + 1
	for end < len(f.text) && (isWordByte(f.text[end]) || f.text[end] == '-') {
		end++
	}
	name = f.text[i+1 : end]
	if name == "" || name[0] >= '0' && name[0] <= '9' || end < len(f.text) && f.text[end] == ':' {
		return 0, ""
	}
	return end, name
}

// parenthesis reads a whole segment of a path in parentheses: "/orders/(order_id)/lines".
func (f *placeholderFinder) parenthesis(i int) (end int, name string) {
	if !f.inURL || i == 0 || f.text[i-1] != '/' {
		return 0, ""
	}
	name, end = f.between(i+1, ")")
	if _, typed, ok := strings.Cut(name, ":"); ok { // (int:id)
		name = typed
	}
	for k := range len(name) {
		if !isWordByte(name[k]) && name[k] != '-' {
			return 0, ""
		}
	}
	if name == "" || end < len(f.text) && strings.IndexByte("/?#", f.text[end]) < 0 {
		return 0, ""
	}
	return end, name
}

// mask reads a run of letters x, asterisks or hashes, with the digits and hyphens that masks leave standing.
func (f *placeholderFinder) mask(i int) (end int) {
	if i > 0 && (isWordByte(f.text[i-1]) || strings.IndexByte("*#-.", f.text[i-1]) >= 0) {
		return 0
	}
	longest, run := 0, 0
	for end = i; end < len(f.text) && strings.IndexByte("xX*#0123456789-", f.text[end]) >= 0; end++ {
		switch c := f.text[end]; {
		case strings.IndexByte("xX*#", c) < 0:
			run = 0
		case end > i && f.text[end-1] == c:
			run++
		default:
			run = 1
		}
		longest = max(longest, run)
	}
	if end < len(f.text) && isWordByte(f.text[end]) {
		return 0
	}
	for f.text[end-1] == '-' && end > i+1 {
		end--
	}
	whole := strings.TrimSpace(f.text) == f.text[i:end]
	if longest >= 4 || longest == 3 && (whole || f.text[i] == '*') {
		return end
	}
	return 0
}

// shouted reads YOUR_API_KEY, your-token and TOKEN_HERE.
func (f *placeholderFinder) shouted(i int) (end int, name string) {
	if i > 0 && (isWordByte(f.text[i-1]) || f.text[i-1] == '-') {
		return 0, ""
	}
	end = i
	for end < len(f.text) && end-i < maxPlaceholder && (isWordByte(f.text[end]) || f.text[end] == '-') {
		end++
	}
	word := f.text[i:end]
	if len(word) > 5 && strings.EqualFold(word[:6], "base64") {
		return f.encoded(end)
	}
	switch {
	case len(word) > 5 && (strings.EqualFold(word[:5], "your_") || strings.EqualFold(word[:5], "your-")):
	case len(word) > 5 && (strings.HasSuffix(word, "_HERE") || strings.HasSuffix(word, "-HERE")):
	default:
		return 0, ""
	}
	if end < len(f.text) && strings.IndexByte(".@", f.text[end]) >= 0 && end+1 < len(f.text) && isWordByte(f.text[end+1]) {
		return 0, "" // your-domain.test, your_name@example.test
	}
	return end, word
}

// encoded reads what stands behind the word in base64(user:password): a call that nobody has made yet.
func (f *placeholderFinder) encoded(open int) (end int, name string) {
	if open >= len(f.text) || f.text[open] != '(' {
		return 0, ""
	}
	inner, end := f.between(open+1, ")")
	inner = strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>{}+\"'", r) {
			return -1
		}
		return r
	}, inner)
	if inner = strings.Join(strings.Fields(inner), " "); !f.isAngleName(inner) {
		return 0, ""
	}
	return end, "base64 of " + inner
}

// wholeBracket reads [token] where nothing else stands in the text: elsewhere a bracket is a list or a remark.
func (f *placeholderFinder) wholeBracket() (PlaceholderRef, bool) {
	trimmed := strings.TrimSpace(f.text)
	inner, opened := strings.CutPrefix(trimmed, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed || len(inner) > maxPlaceholder || !isPlaceholderName(inner, 6) || isTypeWord(inner) {
		return PlaceholderRef{}, false
	}
	start := strings.Index(f.text, trimmed)
	return PlaceholderRef{Start: start, End: start + len(trimmed), Name: inner, Written: trimmed}, true
}

// isPlaceholderName says that s could be what somebody calls a value: words of letters, digits, "_", "-" and "." that start with a
// letter, each parted by one blank.
func isPlaceholderName(s string, maxWords int) bool {
	if s == "" || s[len(s)-1] == ' ' || !utf8.ValidString(s) {
		return false
	}
	words, previous := 1, ' '
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), r == '_':
		case i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '.'):
		case i > 0 && r == ' ' && previous != ' ':
			words++
		default:
			return false
		}
		previous = r
	}
	return words <= maxWords && strings.ContainsFunc(s, unicode.IsLetter)
}

func isTypeWord(s string) bool {
	return slices.Contains([]string{"string", "int", "integer", "number", "bool", "boolean", "object", "array", "float", "double", "date", "long", "any"}, strings.ToLower(s))
}

func isHTMLTag(s string) bool {
	tag, _, _ := strings.Cut(strings.ToLower(s), " ")
	return slices.Contains(strings.Fields(htmlTags), tag)
}

// htmlTags are the elements that turn up in pasted text. Words that people use as placeholders (data, code, address, title, time) count
// as tags only where the text closes them.
const htmlTags = `a abbr article aside b big blockquote body br button caption center cite col colgroup dd del div dl dt em fieldset font
footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main meta nav ol option p pre q s samp
script section select small span strike strong style sub sup svg table tbody td textarea tfoot th thead tr tt u ul wbr xml`

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isUpperWordByte(c byte) bool { return c == '_' || c >= '0' && c <= '9' || isUpper(c) }
