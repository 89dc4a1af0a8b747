package sheet

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/source"
)

// Rules are read from what people write beside a field: "10 digits", "max. 50 chars", "one of NEW, USED", "varchar(20)". A rule that is read wrongly calls a
// fair answer wrong, so only what the words say without doubt is one: a sentence with a condition, a choice of numbers, or a unit that is no length says
// nothing.

// said is what the words about one field say of its values, before it is known what kind of values those are.
type said struct {
	minLength, maxLength *int
	exact                *int // "10 digits": as many, or at most as many; the documented value tells
	minimum, maximum     bound
	digits               bool // the values consist of digits
	pattern              string
	enum                 []string
	words                []string // that said it
	at                   source.Span
}

// bound is a number of which the words do not say whether it bounds the value or its length.
type bound struct {
	number    string
	exclusive bool
	ofValue   bool // the words leave no doubt: "greater than 0"
}

func (b bound) isSet() bool { return b.number != "" }

// Rules reads what words say of the values of a field of a type of JSON Schema ("" where it is not known) whose documented value is given, "" for none.
func Rules(words source.Text, kind, value string) probe.FieldRules {
	var s said
	s.read(words, assumeNothing)
	if len(probe.FindPlaceholders(value, false)) > 0 {
		value = ""
	}
	return s.rules(kind, value, isNumeric(kind))
}

// read takes in one text.
func (s *said) read(t source.Text, a assumption) {
	const longest = 4096
	if t.IsBlank() || t.Len() > longest || s.closed(t) {
		return
	}
	t = s.readEnum(t, a)
	for _, sentence := range sentencesOf(t) {
		if s.readPattern(sentence, a) {
			continue
		}
		r := ruleReader{said: s, sentence: sentence, tokens: tokensOf(sentence.String()), assumed: a}
		r.read()
	}
}

// closed says that a text has been read before: a cell that several rows share, or the words of a title and of the text below it.
func (s *said) closed(t source.Text) bool {
	text := strings.TrimSpace(t.String())
	for _, w := range s.words {
		if w == text {
			return true
		}
	}
	return false
}

// keep remembers the words that a rule was read from.
func (s *said) keep(t source.Text) {
	const most = 4
	t = t.Slice(len(t.String())-len(strings.TrimLeft(t.String(), "/#*-–(,: \t")), t.Len()).TrimSpace()
	if s.at.IsZero() {
		s.at = t.At()
	}
	if len(s.words) < most && !s.closed(t) {
		s.words = append(s.words, strings.Join(strings.Fields(t.String()), " "))
	}
}

// rules settles what was said for values of a type, one of which is documented.
func (s *said) rules(kind, value string, number bool) probe.FieldRules {
	r := probe.FieldRules{MinLength: s.minLength, MaxLength: s.maxLength, Pattern: s.pattern, Enum: s.enum, At: s.at}
	numeric := isNumeric(kind) || number
	if kind == "boolean" || kind == "object" || kind == "array" {
		return probe.FieldRules{}
	}
	s.settleExact(&r, value, numeric)
	s.settleBounds(&r, kind, value, numeric)
	if s.digits && r.Pattern == "" && !numeric && value != "" && isDigits(value) {
		r.Pattern = "^[0-9]+$"
	}
	if RulesProblem(r) != "" || r.IsZero() {
		return probe.FieldRules{}
	}
	r.Said = cutWords(strings.Join(s.words, "; "))
	return r
}

// settleExact settles "10 digits": of a number, and where the documented value is shorter, the most that there may be.
func (s *said) settleExact(r *probe.FieldRules, value string, numeric bool) {
	if s.exact == nil || r.MinLength != nil || r.MaxLength != nil && *r.MaxLength != *s.exact {
		return
	}
	r.MaxLength = s.exact
	length := utf8.RuneCountInString(value)
	if numeric {
		length = digitsOf(value)
	}
	if numeric && value == "" || value != "" && length != *s.exact {
		return
	}
	r.MinLength = s.exact
}

// settleBounds settles "max 20": the length of a text, and the value of a number. A text of digits could be meant either way.
func (s *said) settleBounds(r *probe.FieldRules, kind, value string, numeric bool) {
	_, looksNumeric := decimal(value)
	for _, b := range []struct {
		bound
		number *string
		length **int
		step   int
	}{{s.minimum, &r.Minimum, &r.MinLength, 1}, {s.maximum, &r.Maximum, &r.MaxLength, -1}} {
		switch {
		case !b.isSet():
		case b.ofValue, numeric:
			if numeric || looksNumeric || value == "" && kind != "string" {
				*b.number = b.inclusive(kind, b.step)
			}
		case kind == "string" && !looksNumeric || kind == "" && value != "" && !looksNumeric:
			if length, err := strconv.Atoi(b.bound.number); err == nil && *b.length == nil && !b.exclusive {
				*b.length = &length
			}
		}
	}
}

// inclusive is the outermost number that is allowed, or, where values have decimals, one that lies just beyond: what it forbids is forbidden surely.
func (b bound) inclusive(kind string, step int) string {
	n, err := strconv.ParseInt(b.number, 10, 64)
	if !b.exclusive || kind != kindInteger || err != nil {
		return b.number
	}
	return strconv.FormatInt(n+int64(step), 10)
}

// cutWords keeps what is shown to people short.
func cutWords(words string) string {
	const longest = 200
	if runes := []rune(words); len(runes) > longest {
		return string(runes[:longest]) + "..."
	}
	return words
}
