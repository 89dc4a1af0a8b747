package sheet

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
)

// Label is what a label of a sheet means.
type Label struct {
	Field  probe.Field // "" where it is a known label of none of the ten fields
	Role   Role
	Strong bool     // it hardly ever means anything else
	Words  int      // of the label
	Remark string   // what stood in parentheses or as a number beside it: "400", "POST"
	Names  []string // of several credentials that one label lists: "Consumer Key, Consumer Secret"
}

// maxLabel is how long a label can be, in bytes.
const maxLabel = 160

// LookupLabel finds out what a label means: without case, numbering, a trailing colon, parentheses and marks of emphasis, and with small
// typing errors in longer words. ok is false where it is none that the vocabulary knows.
func LookupLabel(text string) (l Label, ok bool) {
	if len(text) > maxLabel {
		return Label{}, false
	}
	whole := spelledOut(trimLabel(text))
	text, remark := splitRemark(whole)
	if l, ok = lookupSingle(text); !ok {
		l, ok = lookupList(text)
	}
	if !ok {
		l, ok = lookupFramed(text)
	}
	if !ok {
		l, ok = lookupComposed(text)
	}
	if !ok {
		l, ok = lookupTestValues(text)
	}
	if !ok && remark != "" {
		l, ok = lookupAnswered(text, remark)
	}
	if !ok && !strings.ContainsFunc(text, isLatin) { // "الطريقة (Method)": in a language that is not known, and in English
		if l, ok = lookupSingle(remark); ok {
			remark = ""
		}
	}
	if dashed, known := lookupDashed(whole); known {
		return dashed, true
	}
	if class, known := lookupClass(whole); known {
		l, ok, remark = class, true, ""
	}
	if ok && l.Field == probe.FieldStatusCodes && remark != "" && !strings.ContainsAny(whole, "([（") {
		return Label{}, false // "Status Codes 200": the number is the value
	}
	if ok && remark != "" {
		if l.Field == probe.FieldRequestBody { // "Body (response)"
			if got, known := lookupComposed(text + " " + remark); known && isResponse(got.Field) {
				l = got
			}
		}
		l.Remark = remark
		if outcome := outcomeOf(remark); isResponse(l.Field) && outcome != "" { // "Response (failed)"
			l.Field, l.Role = outcome, Plain
		}
	}
	return l, ok
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// spelledOut writes out what some abbreviate with a slash: "I/P", "Error O/P".
func spelledOut(text string) string {
	if len(text) < 3 || !strings.Contains(text, "/") {
		return text
	}
	words := strings.Fields(text)
	for i, w := range words {
		switch strings.ToLower(strings.Trim(w, ".:")) {
		case "i/p":
			words[i] = "input"
		case "o/p":
			words[i] = "output"
		default:
			continue
		}
		text = strings.Join(words, " ")
	}
	return text
}

// trimLabel cuts off what surrounds a label: emphasis, quotes, numbering and its colon.
func trimLabel(text string) string {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("*_`#:：=-–—>|\"“”", r) })
	text = text[Numbering(text):]
	if len(text) > 6 && strings.EqualFold(text[:6], "sr no.") {
		text = text[6:]
	}
	return strings.TrimSpace(text)
}

// splitRemark parts "Response (400)", "Response 400", "404 Response" and "URL [POST]" into the label and what is said beside it.
func splitRemark(text string) (label, remark string) {
	if i := strings.IndexAny(text, "([（"); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		inner, rest := text[i+size:], ""
		if j := strings.IndexAny(inner, ")]）"); j >= 0 {
			_, closer := utf8.DecodeRuneInString(inner[j:])
			inner, rest = inner[:j], inner[j+closer:]
		}
		if label = strings.TrimSpace(text[:i] + " " + strings.TrimSpace(rest)); label != "" {
			return trimEdges(label), strings.TrimSpace(inner)
		}
	}
	words := strings.Fields(text)
	if n := len(words) - 1; n > 0 {
		switch {
		case isDigits(strings.Trim(words[n], "`*_")):
			return strings.Join(words[:n], " "), strings.Trim(words[n], "`*_")
		case isDigits(words[0]):
			return strings.Join(words[1:], " "), words[0]
		}
		if at := reasonedStatus(words); at > 0 {
			return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
		}
	}
	return text, ""
}

// reasonedStatus is the word at which "Response 201 Created" ends in a status and its reason; 0 where it does not.
func reasonedStatus(words []string) int {
	for i := 1; i < len(words)-1; i++ {
		status, err := strconv.Atoi(strings.Trim(words[i], "`*_"))
		if err == nil && Fold(http.StatusText(status)) == Fold(strings.Join(words[i+1:], "")) {
			return i
		}
	}
	return 0
}

func trimEdges(s string) string { return strings.Trim(s, " \t:：-–—*_`") }

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// lexicon is the vocabulary, ready to be looked up.
type lexicon struct {
	labels map[string]Label
	bare   map[string]Label  // by the keys of bare, as far as those are not others
	near   map[string]string // the key of a label of several words, with one letter left out: its key
	words  map[string]string // a word with one letter left out or as it is: the word
}

// theLexicon is built once; it never changes.
var theLexicon = sync.OnceValue(func() *lexicon {
	x := &lexicon{labels: map[string]Label{}, bare: map[string]Label{}, near: map[string]string{}, words: map[string]string{}}
	for _, entry := range slices.Concat(vocabulary, foreignVocabulary, moreVocabulary) {
		for written := range strings.SplitSeq(entry.words, "|") {
			words := strings.Fields(strings.ToLower(written))
			key := Fold(written)
			x.labels[key] = Label{Field: entry.field, Role: entry.role, Strong: bool(entry.how), Words: len(words)}
			if len(words) > 1 && len(key) > shortestTolerated && key[0] < utf8.RuneSelf {
				for i := 1; i < len(key); i++ {
					x.near[key[:i]+key[i+1:]] = key
				}
			}
			if key := bare(labelWords(written)); x.bare[key].Words == 0 {
				x.bare[key] = x.labels[Fold(written)]
			}
			for _, w := range words {
				x.learn(w)
			}
		}
	}
	return x
})

// shortestTolerated is the length from which a word may be mistyped: shorter ones are too close to other words.
const shortestTolerated = 6

func (x *lexicon) learn(word string) {
	x.words[word] = word
	if len(word) < shortestTolerated || word[0] >= utf8.RuneSelf {
		return
	}
	for i := 1; i < len(word); i++ {
		if key := word[:i] + word[i+1:]; x.words[key] == "" {
			x.words[key] = word
		}
	}
}

// correct finds the known word that differs from a mistyped one by a letter too many, too few, another, or two swapped. The first letter
// is hardly ever mistyped.
func (x *lexicon) correct(word string) string {
	if known := x.words[word]; known != "" {
		return known
	}
	if len(word) < shortestTolerated-1 || len(word) > 24 {
		return word
	}
	for i := 1; i < len(word); i++ {
		known := x.words[word[:i]+word[i+1:]]
		if len(known) >= shortestTolerated && known[0] == word[0] && abs(len(known)-len(word)) <= 1 {
			return known
		}
	}
	return word
}

func abs(n int) int { return max(n, -n) }

func lookupSingle(text string) (Label, bool) {
	key := Fold(text)
	if key == "" || strings.ContainsAny(text, "{}[]<>\"@") {
		return Label{}, false
	}
	x := theLexicon()
	if l, ok := x.labels[key]; ok {
		return l, true
	}
	words := labelWords(text)
	if len(words) > 8 {
		return Label{}, false
	}
	if l, ok := x.bare[bare(words)]; ok {
		return l, true
	}
	for _, frame := range []string{"the", "api", "sample"} { // "The Request Body", "API Request Headers"
		if len(words) > 1 && words[0] == frame {
			if l, ok := x.labels[Fold(strings.Join(words[1:], ""))]; ok && l.Words > 1 {
				return l, true
			}
		}
	}
	if full, ok := unabbreviated(words); ok && len(words) > 1 { // "Succ. Resp."
		if l, ok := x.labels[Fold(strings.Join(full, ""))]; ok && l.Words > 1 {
			return l, true
		}
		words = full
	}
	for i, w := range words {
		words[i] = x.correct(w)
	}
	key = Fold(strings.Join(words, ""))
	if l, ok := x.labels[key]; ok || len(words) < 2 || len(key) <= shortestTolerated {
		return l, ok
	}
	return x.nearest(key)
}

// nearest finds the label of several words from which a key differs by one letter, as correct does for words.
func (x *lexicon) nearest(key string) (Label, bool) {
	if known := x.near[key]; known != "" {
		return x.labels[known], true
	}
	for i := 1; i < len(key); i++ {
		shorter := key[:i] + key[i+1:]
		if l, ok := x.labels[shorter]; ok && l.Words > 1 {
			return l, true
		}
		if known := x.near[shorter]; known != "" && len(known) == len(key) {
			return x.labels[known], true
		}
	}
	return Label{}, false
}

// lookupList reads labels that name several things at once: "Consumer Key, Consumer Secret and User ID", "Method & URL".
func lookupList(text string) (Label, bool) {
	parts := splitList(text)
	if len(parts) < 2 || len(parts) > 8 {
		return Label{}, false
	}
	if l, ok := lookupTwice(parts, text); ok {
		return l, true
	}
	whole := Label{Strong: true}
	named := slices.ContainsFunc(parts, isNamedValue)
	for _, part := range parts {
		l, ok := lookupSingle(part)
		if named && slices.Contains([]string{"key", "id", "token", "user"}, Fold(part)) { // "Key / Secret"
			l, ok = Label{Field: probe.FieldCredentials, Role: NamedValue, Words: 1}, true
		}
		switch {
		case !ok || l.Field == "":
			return Label{}, false
		case whole.Field == "" || whole.Field == l.Field:
			whole.Field = l.Field
		case slices.Contains([]probe.Field{l.Field, whole.Field}, probe.FieldURL) && slices.Contains([]probe.Field{l.Field, whole.Field}, probe.FieldMethod):
			whole.Field = probe.FieldURL
		case isResponse(whole.Field) && isResponse(l.Field):
			whole.Field, whole.Role = probe.FieldSuccessResponse, Generic
		default:
			return Label{}, false
		}
		whole.Words += max(l.Words, 1)
		if l.Role == NamedValue {
			whole.Names = append(whole.Names, CredentialName(correctWords(part)))
			whole.Role = NamedValue
		}
	}
	return whole, true
}

// isNamedValue says that a label is the name of a credential.
func isNamedValue(label string) bool {
	l, ok := lookupSingle(label)
	return ok && l.Role == NamedValue
}

// correctWords is a label with its typing errors mended.
func correctWords(label string) string {
	words := labelWords(label)
	for i, w := range words {
		words[i] = theLexicon().correct(w)
	}
	return strings.Join(words, " ")
}

// lookupTwice reads labels that say the same in two languages, of which one is known: "Cuerpo / Request Body".
func lookupTwice(parts []string, text string) (Label, bool) {
	if len(parts) != 2 || !strings.Contains(text, "/") {
		return Label{}, false
	}
	one, known := lookupSingle(parts[0])
	other, alsoKnown := lookupSingle(parts[1])
	unknown := parts[1]
	if alsoKnown {
		one, unknown = other, parts[0]
	}
	foreign := strings.ContainsFunc(unknown, func(r rune) bool { return r >= utf8.RuneSelf })
	return one, known != alsoKnown && one.Field != "" && (foreign || one.Words > 1)
}

func isResponse(f probe.Field) bool {
	return f == probe.FieldSuccessResponse || f == probe.FieldErrorResponse
}

// listSigns is built once; it never changes.
var listSigns = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(" and ", ",", " AND ", ",", " And ", ",", " or ", ",", "&", ",", "/", ",", "+", ",", ";", ",", "，", ",", "、", ",")
})

// splitList parts an enumeration at commas, slashes, ampersands, plus signs and the word "and".
func splitList(text string) []string {
	text = listSigns().Replace(text)
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// CredentialName makes a key of the words of a label: "Call back URL" is callback_url.
func CredentialName(words string) string {
	fields := strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.ReplaceAll(strings.Join(fields, "_"), "call_back", "callback")
}
