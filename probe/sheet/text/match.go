package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// certainty says how sure it is, by the line alone, that a label is meant as one.
type certainty uint8

const (
	possible certainty = iota + 1 // only what stands below can tell
	likely                        // an everyday word, set apart as labels are
	sure                          // words that mean nothing else, set apart as labels are
)

// candidate is a line that may begin a field.
type candidate struct {
	label     sheet.Label
	text      source.Text // the label as written
	value     source.Text // what stands beside it
	certainty certainty
	alone     bool // nothing stands beside it
	colon     bool // a colon, or another clear mark, stands behind it
	sibling   bool // counts only where another label stands next to it
	bare      bool // an address without a label: it counts only over a method
	status    bool // the label is an HTTP status: it counts only over an answer

	call        bool // the label is a method: "POST: api/login"
	titles      bool // the first row of a list of codes
	environment bool // a row of a list of environments, with its base URL
	general     bool // headers of every API
	object      bool // a table about the fields of an object of the request
	prose       bool // a sentence that introduces an example, or holds a call
}

// isCall says that the line is no label but the first line of an example call.
func (c candidate) isCall() bool { return c.text.Len() == 0 }

// maxLead is how far into a line the mark behind a label is looked for, in bytes.
const maxLead = 120

// match looks for a label at the start of a line, once.
func match(l line) (candidate, bool) {
	if l.found == nil {
		return lookFor(l)
	}
	if !l.found.done {
		l.found.candidate, l.found.ok = lookFor(l)
		l.found.done = true
	}
	return l.found.candidate, l.found.ok
}

func lookFor(l line) (candidate, bool) {
	switch {
	case isContentsLine(l.s):
		return candidate{}, false
	case !mayStartWithLabel(l.s):
		return matchStatus(l)
	}
	if c, ok := requestLine(l); ok {
		return c, true
	}
	if sheet.IsExampleCall(l.body) { // curl
		return candidate{label: sheet.Label{Field: probe.FieldRequestBody, Strong: true}, text: l.body.Slice(0, 0), value: l.body, certainty: sure, colon: true}, true
	}
	for _, try := range []func(line) (candidate, bool){
		matchTestTitle, matchOK, matchEnvironment, matchCall, matchPair, matchAnswerHeaders, matchStated, matchAlone, matchPrefix,
		matchQuestion, matchShared, proseCall, matchCodeTitles, matchSentence, matchBareURL,
	} {
		if c, ok := try(l); ok {
			c.alone = c.value.IsBlank()
			c.general = c.label.Field == probe.FieldHeaders && saysShared(c.text.String())
			return c, true
		}
	}
	return matchStatus(l)
}

// matchStatus reads a line that is an HTTP status with its reason, as a title of the answer below it: "201:", "404 Not Found".
func matchStatus(l line) (candidate, bool) {
	const longest, mostWords = 60, 6
	if l.number != "" && sheet.CodeKind(l.number) == probe.KindHTTP { // no number of a row
		l = line{body: l.whole.Slice(strings.Index(l.whole.String(), l.number), l.whole.Len()).TrimSpace()}
		l.s = l.body.String()
	}
	words := strings.Fields(l.s)
	if len(l.s) > longest || len(words) > mostWords || strings.ContainsAny(l.s, "{[\"=") {
		return candidate{}, false
	}
	for _, word := range words {
		word = strings.ToLower(strings.Trim(word, ":()*`"))
		if sheet.CodeKind(word) != probe.KindHTTP && sheet.StatusClass(word) == 0 {
			if word == "http" || word == "status" || word == "code" || word == "http/1.1" {
				continue
			}
			break
		}
		c := candidate{
			label: sheet.Label{Field: probe.FieldErrorResponse, Role: sheet.Generic, Strong: true}, text: l.body, value: l.body,
			certainty: possible, alone: true, colon: true, status: true,
		}
		if word[0] < '4' {
			c.label.Field = probe.FieldSuccessResponse
		}
		return c, true
	}
	return candidate{}, false
}

// isContentsLine recognises a line of a table of contents: a title, dots, and a page number.
func isContentsLine(s string) bool {
	title := strings.TrimRight(s, "0123456789")
	return title != s && strings.HasSuffix(strings.TrimRight(title, " \t\u00a0"), "....")
}

func mayStartWithLabel(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || r == '*' || r == '_' || r == '`' || r == '[' && isBracketedMethod(s)
}

// matchPair reads "Label: value", "Label - value", "Label<tab>value" and "Label   value".
func matchPair(l line) (candidate, bool) {
	for at, size := range marks(l.s) {
		label, ok := sheet.LookupLabel(l.s[:at])
		if ok && (goesOnAsLabel(l.s, at, size) || isAnswer(label.Field) && inParentheses(l.s, at)) {
			continue
		}
		if !ok || l.s[at] != ':' && l.number == "" && sheet.IsColumnTitles(l.body) && (!label.Strong || !strings.Contains(strings.ToLower(l.s[at:]), "code")) {
			continue // the first row of a table: "Name | Value"
		}
		if sheet.Fold(l.s[:at]) == "type" && !startsWithMethod(l.s[at+size:]) {
			continue // of anything
		}
		value := l.body.Slice(at+size, l.body.Len())
		if strings.HasPrefix(value.String(), "**") { // **Label:** value
			value = value.Slice(2, value.Len())
		}
		c := candidate{label: label, text: l.body.Slice(0, at).TrimSpace(), value: unfenced(value.TrimSpace()), certainty: likely, colon: true}
		if s := c.value.String(); strings.HasSuffix(s, ",") && (strings.HasPrefix(s, `"`) || strings.HasPrefix(s, "'")) {
			return candidate{}, false // a member of an object
		}
		if label.Strong {
			c.certainty = sure
		}
		return c.asAnswer(), true
	}
	return candidate{}, false
}

// goesOnAsLabel says that the dash at a place belongs to the label: "Response - Success", alone or with its own mark behind it.
func goesOnAsLabel(s string, at, size int) bool {
	if strings.TrimLeft(s[at:at+size], "-–— ") != "" {
		return false
	}
	lead, _ := sheet.LookupLabel(s[:at])
	end := len(s)
	for i, n := range marks(s) {
		if r, _ := utf8.DecodeRuneInString(s[i:]); i > at && n > 0 && strings.ContainsRune(":=：\t", r) {
			end = i
			break
		}
	}
	l, ok := sheet.LookupLabel(strings.TrimSpace(s[:end]))
	return ok && lead.Role == sheet.Generic && l.Role == sheet.Plain && l.Remark != "" && isBody(l.Field)
}

// marks yields the bytes at which something stands that can part a label from its value, and its length.
func marks(s string) func(yield func(at, size int) bool) {
	return func(yield func(at, size int) bool) {
		blanks, from, tried := 0, 0, 0
		for i, r := range s[:min(len(s), maxLead)] {
			size := 0
			switch {
			case unicode.IsSpace(r):
				if blanks++; blanks == 1 {
					from = i
				}
				if r == '\t' && markLength(strings.TrimLeft(s[i:], " \t"), true) == 0 {
					size = 1
				}
			default:
				size = markLength(s[i:], blanks > 0)
				if blanks >= 2 && size == 0 && !yield(from, i-from) { // "LABEL    : value" has its mark behind the blanks
					return
				}
				blanks = 0
			}
			if size > 0 {
				if tried++; !yield(i, size) || tried == 4 {
					return
				}
			}
		}
	}
}

// markLength is the length of the mark at the start of s that parts a label from its value; 0 where there is none.
func markLength(s string, blankBefore bool) int {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case strings.HasPrefix(s, "::") && followedByBlank(strings.TrimLeft(s, ":")):
		return len(s) - len(strings.TrimLeft(s, ":"))
	case r == ':' && !strings.HasPrefix(s, "://"), r == '=', r == '|', r == '：', r == '→':
		return size
	case strings.ContainsRune("-–—", r) && blankBefore && followedByBlank(s):
		return size
	}
	return 0
}

func followedByBlank(s string) bool {
	rest := strings.TrimLeft(s, "->–—")
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || unicode.IsSpace(next)
}

// matchAlone reads a line that is nothing but a label. A sentence is none, nor is an item of a list that ends like one.
func matchAlone(l line) (candidate, bool) {
	s := strings.TrimRight(l.s, "*_` ")
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".,;?!") {
		return candidate{}, false
	}
	label, ok := sheet.LookupLabel(s)
	if !ok {
		return candidate{}, false
	}
	c := candidate{label: label, text: l.body.Slice(0, len(s)), certainty: possible, alone: true}
	c.colon = strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
	switch {
	case label.Strong:
		c.certainty = sure
	case c.colon || l.marked():
		c.certainty = likely
	}
	return c, true
}

// matchPrefix reads "2 Method POST": nothing parts the label from its value. Without the number the value must be beyond doubt.
func matchPrefix(l line) (candidate, bool) {
	const mostWords = 14
	if asked := strings.TrimRight(l.s, "? "); asked != l.s {
		if _, ok := sheet.LookupLabel(asked); ok {
			return candidate{}, false // the whole line is the label: "Sample success response?"
		}
	}
	ends := wordEnds(l.s, mostWords)
	for i := len(ends) - 1; i >= 0; i-- {
		if !mayBeValue(l, l.body.Slice(ends[i], l.body.Len()).TrimSpace()) { // asked first, since to look for a label costs far more
			continue
		}
		label, ok := sheet.LookupLabel(l.s[:ends[i]])
		if !ok || label.Field == "" {
			continue
		}
		c := candidate{label: label, text: l.body.Slice(0, ends[i]), value: l.body.Slice(ends[i], l.body.Len()).TrimSpace(), certainty: sure}
		switch {
		case !label.Strong && isTitleOf(l, label, c.value):
			continue
		case l.number != "" && (label.Strong || !isSentence(c.value.String()) || proves(label.Field, c.value)):
			if !label.Strong {
				c.certainty = likely
			}
			return c, true
		case proves(label.Field, c.value) && !l.bullet:
			return c, true
		case strings.HasSuffix(l.s, ":"), isBody(label.Field) && len(strings.Fields(l.s)) > 5: // a sentence that leads up to what stands below
		case label.Strong && label.Words > 1 && !l.bullet && isCapital(l.s) && !isSentence(c.value.String()):
			c.certainty, c.sibling = possible, true
			return c, true
		}
	}
	return candidate{}, false
}

// mayBeValue says that the rest of a line could be the value of some label right before it.
func mayBeValue(l line, value source.Text) bool {
	switch {
	case l.number != "":
		return true
	case l.bullet:
		return false
	case isCapital(l.s) && !strings.HasSuffix(l.s, ":") && !isSentence(value.String()):
		return true
	}
	return slices.ContainsFunc([]probe.Field{probe.FieldMethod, probe.FieldURL, probe.FieldHeaders, probe.FieldRequestBody, probe.FieldStatusCodes}, func(f probe.Field) bool {
		return proves(f, value)
	})
}

// isTitleOf says that an everyday word and the words behind it are a title rather than a label and its value: "2. Login Teacher".
func isTitleOf(l line, label sheet.Label, value source.Text) bool {
	if l.heading {
		return !proves(label.Field, value)
	}
	s := value.String()
	switch f := label.Field; {
	case label.Words > 1 || !isCapital(s) || strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) >= 0:
		return false
	case label.Role == sheet.NamedValue:
		return true
	default:
		return (isBody(f) || f == probe.FieldStatusCodes || f == probe.FieldURL || f == probe.FieldMethod) && !proves(f, value) && !sheet.IsNone(s)
	}
}

// wordEnds returns where the first words of a line end, without the last word of the line. A colon ends them all.
func wordEnds(s string, most int) []int {
	var ends []int
	inWord := false
	for i, r := range s {
		if unicode.IsSpace(r) {
			if inWord {
				ends = append(ends, i)
			}
			inWord = false
			if len(ends) == most {
				break
			}
			continue
		}
		if r == ':' || r == '{' || r == '"' {
			break
		}
		inWord = true
	}
	return ends
}

func isCapital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || r >= 0x2E80
}

// isSentence tells prose from a value.
func isSentence(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasSuffix(s, ".") || len(strings.Fields(s)) > 12
}

// requestLine reads "POST https://..", "GET /v1/orders HTTP/1.1", and a heading that ends with one.
func requestLine(l line) (candidate, bool) {
	from := 0
	for range 8 {
		word, rest, ok := strings.Cut(l.s[from:], " ")
		if !ok {
			break
		}
		if _, known := sheet.Method(strings.Trim(word, "`*")); known && word == strings.ToUpper(word) && isAddress(rest) && (from == 0 || l.marked()) {
			field := probe.FieldURL
			if strings.Contains(rest, " HTTP/") { // headers and a body follow it
				field = probe.FieldRequestBody
			}
			return candidate{
				label: sheet.Label{Field: field, Strong: true}, text: l.body.Slice(0, 0), value: l.body.Slice(from, l.body.Len()),
				certainty: sure, colon: true,
			}, true
		}
		from += len(word) + 1
		from += len(l.s[from:]) - len(strings.TrimLeft(l.s[from:], " "))
	}
	return candidate{}, false
}

func isAddress(s string) bool {
	s = strings.TrimLeft(s, " \t\u00a0\"'`<(*")
	lower := strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(s, "/") && len(s) > 1 && s[1] != '/' && s[1] != ' ' ||
		strings.HasPrefix(s, "{") && strings.Contains(s[:min(len(s), 80)], "}/")
}
