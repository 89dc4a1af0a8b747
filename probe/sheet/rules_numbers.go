package sheet

import (
	"slices"
	"strconv"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// assumption is what the place of a text says of the numbers in it, such as the title of its column.
type assumption int

const (
	assumeNothing assumption = iota
	assumeLength             // "Length": 20 is the most
	assumeMinLength
	assumeMinimum
	assumeMaximum
	assumeRange
	assumeEnum
	assumePattern
)

// ruleReader reads the numbers of one sentence.
type ruleReader struct {
	*said
	sentence source.Text
	tokens   []token
	assumed  assumption
	used     int // tokens that belong to a number already
}

// vague are the words that make a sentence say something else than a plain rule of all values.
var vague = [...]string{
	"if", "when", "unless", "except", "depending", "depends", "where", "otherwise", "case", "recommended", "usually", "typically", "approx",
	"approximately", "about", "first", "last", "leading", "trailing", "starts", "starting", "start", "begins", "beginning", "ends", "ending", "prefix", "prefixed",
	"suffix", "suffixed", "followed", "decimal", "decimals", "including", "excluding", "plus",
	"each", "per", "every", "or", "sometimes", "future", "currently", "multiple", "multiples", "times", "retries", "attempts", "with",
	"contain", "contains", "containing", "upper", "lower", "uppercase", "lowercase", "special", "capital",
}

// asides are the words behind which no rule stands any more, but an example or what holds for a value that is left out.
var asides = [...]string{"e.g", "eg", "example", "examples", "sample", "like", "ex", "such", "default", "defaults", "i.e"}

// fillers are the words between what bounds a number and the number.
var fillers = [...]string{
	"be", "been", "have", "has", "of", "is", "are", "to", "the", "a", "an", "value", "values", "only", "allowed", "permitted", "it", "than", "then", "and", ":", "=",
	"(", "or", "can", "may", "shall", "-", "–", "amount", "number", "total", "upto", "up", "at", "in", "digit", "digits", "character", "characters", "chars", "char", "field",
}

// The words that say how a number bounds.
var (
	wordsOfLength = [...]string{"length", "len", "size", "maxlength", "minlength", "maxlen", "minlen", "max_length", "min_length", "max_len", "min_len", "fieldlength"}
	wordsOfUnits  = [...]string{"digit", "digits", "char", "chars", "character", "characters", "letters", "letter", "symbols", "alphanumeric", "alphanumerics", "numerals"}
	wordsOfMost   = [...]string{"max", "maximum", "most", "upto", "up", "maxlength", "maxlen", "max_length", "max_len", "<=", "≤", "maxvalue", "max_value"}
	wordsOfLeast  = [...]string{"min", "minimum", "least", "atleast", "minlength", "minlen", "min_length", "min_len", ">=", "≥", "minvalue", "min_value"}
	wordsOfMore   = [...]string{"more", "greater", "exceed", "exceeds", "above", "longer", "larger", "higher", "bigger", ">", "over"}
	wordsOfLess   = [...]string{"less", "fewer", "below", "shorter", "smaller", "lower", "lesser", "<", "under"}
	wordsOfNot    = [...]string{"not", "no", "cannot", "can't", "mustn't", "shouldn't", "never", "can’t"}
	wordsOfExact  = [...]string{"exactly", "fixed", "must", "should", "exact"}
	textTypes     = [...]string{"string", "str", "varchar", "varchar2", "nvarchar", "nvarchar2", "char", "text", "alphanumeric", "alpha", "alphabetic", "an"}
	digitTypes    = [...]string{"numeric", "number", "digits", "digit"}
)

func isOneOf(w string, words []string) bool { return slices.Contains(words, w) }

func (r *ruleReader) read() {
	if r.readMask() {
		return
	}
	for i, t := range r.tokens {
		if isOneOf(t.text, asides[:]) || t.text == "e" && i+2 < len(r.tokens) && r.tokens[i+1].text == "." {
			r.tokens = r.tokens[:i]
			break
		}
	}
	for i, t := range r.tokens {
		if isOneOf(t.text, vague[:]) && !r.isComparison(i) || r.isCountInWords(i) {
			return
		}
	}
	for i := range r.tokens {
		if r.tokens[i].number && i >= r.used {
			r.number(i)
		}
	}
	r.kindOfCharacters()
}

// isCountInWords says that characters are counted in words, beside which a number is not the whole of the rule: "two letters and 3-4 digits".
func (r *ruleReader) isCountInWords(i int) bool {
	counts := []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	return isOneOf(r.tokens[i].text, counts) && i+1 < len(r.tokens) && isOneOf(r.tokens[i+1].text, wordsOfUnits[:])
}

// isComparison says that the word "or" belongs to "greater than or equal to".
func (r *ruleReader) isComparison(i int) bool {
	return r.tokens[i].text == "or" && i+1 < len(r.tokens) && r.tokens[i+1].text == "equal"
}

// readMask is for sentences that are dates, times or masks of digits, of which the numbers are none.
func (r *ruleReader) readMask() bool {
	for i := 0; i+2 < len(r.tokens); i++ {
		a, b, c := r.tokens[i], r.tokens[i+1], r.tokens[i+2]
		if a.number && c.number && !b.spaced && !c.spaced && (b.text == "/" || b.text == ":" || b.text == "." || b.text == "-" && i+3 < len(r.tokens) && r.tokens[i+3].text == "-") {
			return true
		}
	}
	return false
}

// phrase is what stands around a number.
type phrase struct {
	not, more, less, most, least, equal, exact, ofLength, between, sized bool
	digitType                                                            bool
}

// number reads the rule that the number at i belongs to.
func (r *ruleReader) number(i int) {
	p := r.before(i)
	low, high, next := r.span(i, p)
	if low == "" {
		return
	}
	unit := r.unit(&next)
	postfix := r.postfix(&next, &p)
	if r.negative(i) || !r.isFollowedWell(next, unit != "" || postfix) {
		r.used = next
		return
	}
	r.used = next
	if r.state(p, low, high, unit) {
		r.digits = r.digits || (unit == "digit" || unit == "digits") && !r.mixes()
		r.keep(r.sentence)
	}
}

// negative says that a minus sign or a currency stands right before the number.
func (r *ruleReader) negative(i int) bool {
	return i > 0 && !r.tokens[i].spaced && slices.Contains([]string{"-", "+", "$", "€", "£", "₹", "#", ".", "_", "@", "*", "%"}, r.tokens[i-1].text)
}

// before looks at the words before a number, back to the first that has no meaning for it.
func (r *ruleReader) before(i int) (p phrase) {
	const farthest = 9
	for j := i - 1; j >= 0 && j >= i-farthest; j-- {
		w := r.tokens[j].text
		if j == i-1 && (w == "(" || w == "[" || w == "{") && j > 0 && (isOneOf(r.tokens[j-1].text, textTypes[:]) || isOneOf(r.tokens[j-1].text, digitTypes[:])) ||
			j == i-1 && isOneOf(w, []string{"varchar", "varchar2", "nvarchar", "char", "alphanumeric", "numeric", "string"}) {
			p.sized, p.digitType = true, isOneOf(r.tokens[j-min(1, j)].text, digitTypes[:]) || isOneOf(w, digitTypes[:])
			return p
		}
		if !p.take(w) {
			return p
		}
	}
	return p
}

// take notes what a word says of the number behind it; false where it says nothing.
func (p *phrase) take(w string) bool {
	known := false
	for _, meaning := range []struct {
		words []string
		says  *bool
	}{
		{wordsOfNot[:], &p.not},
		{wordsOfMore[:], &p.more},
		{wordsOfLess[:], &p.less},
		{wordsOfMost[:], &p.most},
		{wordsOfLeast[:], &p.least},
		{wordsOfExact[:], &p.exact},
		{wordsOfLength[:], &p.ofLength},
		{wordsOfUnits[:], &p.ofLength},
		{[]string{"equal", "equals"}, &p.equal},
		{[]string{"between", "from", "range", "ranges", "within"}, &p.between},
	} {
		if isOneOf(w, meaning.words) {
			*meaning.says, known = true, true
		}
	}
	return known || isOneOf(w, fillers[:])
}

// span reads the number at i, and the other end where it begins a range: "8-16", "1 to 100", "between 1 and 100". low is "" where the numbers are a choice.
func (r *ruleReader) span(i int, p phrase) (low, high string, next int) {
	low, next = r.tokens[i].text, i+1
	if next+1 < len(r.tokens) && r.tokens[next].text == "up" && r.tokens[next+1].text == "to" { // "from 1 up to 100"
		next++
	}
	if next+1 >= len(r.tokens) || !r.tokens[next+1].number {
		return low, "", next
	}
	switch sign := r.tokens[next].text; {
	case sign == "-", sign == "–", sign == "—", sign == "to", sign == "..", sign == "~", sign == "till", sign == "and" && p.between, sign == "," && p.sized && !p.digitType:
		return low, r.tokens[next+1].text, next + 2
	case sign == "/", sign == "|", sign == "," && (p.sized || p.exact), sign == "and":
		return "", "", next
	}
	return low, "", next
}

// unit reads "digits" and "characters"; "" for none.
func (r *ruleReader) unit(next *int) string {
	i := *next
	if i < len(r.tokens) && r.tokens[i].text == "-" && !r.tokens[i].spaced { // "10-digit"
		i++
	}
	for _, kind := range []string{"alphanumeric", "numeric", "alphabetic", "ascii"} { // "10 alphanumeric characters"
		if i+1 < len(r.tokens) && r.tokens[i].text == kind && isOneOf(r.tokens[i+1].text, wordsOfUnits[:]) {
			i++
		}
	}
	if i >= len(r.tokens) || !isOneOf(r.tokens[i].text, wordsOfUnits[:]) {
		return ""
	}
	*next = i + 1
	return r.tokens[i].text
}

// postfix reads "50 chars max" where no word before the number says how it bounds.
func (r *ruleReader) postfix(next *int, p *phrase) bool {
	if i := *next; i < len(r.tokens) && !p.most && !p.least && !p.more && !p.less {
		w := r.tokens[i].text
		nextIsNumber := i+1 < len(r.tokens) && (r.tokens[i+1].number || isOneOf(r.tokens[i+1].text, wordsOfLength[:]) || isOneOf(r.tokens[i+1].text, []string{".", ":", "="}))
		if !nextIsNumber && (w == "max" || w == "maximum" || w == "min" || w == "minimum") {
			p.most, p.least = w[:3] == "max", w[:3] == "min"
			*next = i + 1
			return true
		}
	}
	return false
}

// isFollowedWell says that nothing behind a number turns it into something else: "5 MB", "2 digits after the point", "30 days".
func (r *ruleReader) isFollowedWell(next int, measured bool) bool {
	if next >= len(r.tokens) {
		return true
	}
	w := r.tokens[next].text
	if measured {
		return !slices.Contains([]string{"of", "after", "before", "from", "-", "+"}, w)
	}
	return slices.Contains([]string{
		",", ")", "]", "}", "(", "/", "|", ":", "-", "–", "and", "only", "long", "mandatory", "required", "optional", "max", "maximum", "min", "minimum",
		"allowed", "in", "&", "'", "\"", "`", "*", "inclusive",
	}, w) && (w != "in" || next+1 < len(r.tokens) && r.tokens[next+1].text == "length")
}

// state takes in what a number says; false where that is nothing.
func (r *ruleReader) state(p phrase, low, high, unit string) bool {
	ofLength := p.ofLength || p.sized || unit != "" || r.assumed == assumeLength || r.assumed == assumeMinLength
	switch {
	case high != "" && ofLength:
		return r.lengths(low, high)
	case high != "" && (p.between || r.assumed == assumeRange):
		return r.setBound(&r.minimum, low, false, true) && r.setBound(&r.maximum, high, false, true)
	case high != "":
		return false
	case ofLength:
		return r.length(p, low, unit)
	}
	return r.bound(p, low)
}

// mixes says that the sentence speaks of letters as well: "10 digit alphanumeric code".
func (r *ruleReader) mixes() bool {
	return slices.ContainsFunc(r.tokens, func(t token) bool {
		return isOneOf(t.text, []string{"alphanumeric", "alpha", "letters", "alphabets", "uuid", "hex", "hexadecimal"})
	})
}

func (r *ruleReader) lengths(low, high string) bool {
	from, err := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	if err != nil || err2 != nil || from > to {
		return false
	}
	return set(&r.minLength, from) && set(&r.maxLength, to)
}

// length takes in a length.
func (r *ruleReader) length(p phrase, text, unit string) bool {
	const longest = 1_000_000
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 || n > longest {
		return false
	}
	switch atMost, atLeast, exclusive := p.direction(); {
	case atMost && exclusive:
		return set(&r.maxLength, n-1)
	case atMost:
		return set(&r.maxLength, n)
	case atLeast && exclusive:
		return set(&r.minLength, n+1)
	case atLeast, r.assumed == assumeMinLength:
		return set(&r.minLength, n)
	case p.not:
		return false
	case p.exact && !p.sized:
		return set(&r.minLength, n) && set(&r.maxLength, n)
	case (unit == "digit" || unit == "digits") && r.assumed == assumeNothing:
		if r.exact == nil {
			r.exact = &n
		}
		return true
	}
	return set(&r.maxLength, n) // "length: 20" and "50 characters": all readings agree on that
}

// direction says which side of a number is allowed.
func (p phrase) direction() (atMost, atLeast, exclusive bool) {
	switch {
	case p.most && p.least, p.more && p.less:
		return false, false, false
	case p.most && !p.not:
		return true, false, false
	case p.least && !p.not:
		return false, true, false
	case p.more && p.not:
		return true, false, false
	case p.less && p.not:
		return false, true, false
	case p.more:
		return false, true, !p.equal
	case p.less:
		return true, false, !p.equal
	}
	return false, false, false
}

// bound takes in a number without a unit.
func (r *ruleReader) bound(p phrase, text string) bool {
	atMost, atLeast, exclusive := p.direction()
	ofValue := p.more || p.less
	switch {
	case p.sized, p.between:
		return false
	case atMost:
		return r.setBound(&r.maximum, text, exclusive, ofValue)
	case atLeast:
		return r.setBound(&r.minimum, text, exclusive, ofValue)
	case r.assumed == assumeMinimum:
		return r.setBound(&r.minimum, text, false, false)
	case r.assumed == assumeMaximum:
		return r.setBound(&r.maximum, text, false, false)
	}
	return false
}

func (r *ruleReader) setBound(b *bound, text string, exclusive, ofValue bool) bool {
	if b.isSet() {
		return false
	}
	*b = bound{number: text, exclusive: exclusive, ofValue: ofValue}
	return true
}

func set(have **int, n int) bool {
	if *have != nil {
		return **have == n
	}
	*have = &n
	return true
}

// kindOfCharacters reads "digits only" and "only numbers".
func (r *ruleReader) kindOfCharacters() {
	for i := 0; i+1 < len(r.tokens); i++ {
		a, b := r.tokens[i].text, r.tokens[i+1].text
		if b == "only" {
			a, b = b, a
		}
		if a == "only" && isOneOf(b, []string{"digits", "digit", "numbers", "numeric", "numerics"}) && !r.mixes() {
			r.digits = true
			r.keep(r.sentence)
		}
	}
}
