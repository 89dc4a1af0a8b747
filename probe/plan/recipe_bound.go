package plan

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bound is a limit that a value breaks, as words tell it.
type bound struct {
	limit     string // a number; "" where none is told
	other     string // the greater limit of a range, which is the one to break; "" where there is one limit
	above     bool   // what is above breaks it; else what is below
	inclusive bool   // the limit itself breaks it
	exact     bool   // anything but the limit breaks it
	length    bool   // it is counted in characters
	unclear   bool   // it may be meant the other way round: "not more than 20"
}

func (b bound) known() bool { return b.limit != "" }

// mistake is the kind of mistake that breaks the limit.
func (b bound) mistake() mistake {
	switch {
	case !b.known():
		return 0
	case b.exact:
		return isTooLong | isTooShort
	case b.length && b.above:
		return isTooLong
	case b.length:
		return isTooShort
	case b.above:
		return isTooGreat
	}
	return isTooSmall
}

// comparison is a phrase in front of a limit.
type comparison struct {
	words     string // separated by "|"
	above     bool
	inclusive bool
	rule      bool // it says what is right; else what is, right or wrong
}

var comparisons = []comparison{
	{words: "no more than|at most|up to|hochstens|maximal|maximum|maximo|maxima|max", above: true, rule: true},
	{words: "no less than|no fewer than|at least|mindestens|minimum|minimo|minima|min", rule: true},
	{words: "greater than or equal to|more than or equal to|greater or equal|>=|≥", above: true, inclusive: true},
	{words: "less than or equal to|lower or equal to|<=|≤", inclusive: true},
	{words: "greater than|more than|higher than|larger than|longer than|bigger than|above|over|exceed*|beyond|>|superior a|mayor que|mayor a|maior que|maior do que|mas de|" +
		"mais de|grosser als|mehr als|hoher als|langer als|plus de|superieur a|uber", above: true},
	{words: "less than|fewer than|smaller than|lower than|shorter than|below|under|<|inferior a|menor que|menor a|" +
		"menor do que|menos de|kleiner als|weniger als|kurzer als|niedriger als|inferieur a|moins de|unter"},
}

const (
	fillers = " the a of is be to allowed permitted limit maximum minimum max min value amount or equal rs inr usd eur gbp brl r que de do da von than exactly only than "
	modals  = " must should shall has have needs need required can may cannot could debe deve deben devem muss sollte darf kann doit puede pode ought expected "
	denials = " not cannot no nicht nao never "
	lengths = " character characters char chars letter letters digit digits zeichen stellen stellig caracteres caracter digitos ziffern buchstaben symbols alphanumeric numeric long numbers "
	// strangers are units of which no value of a field is made.
	strangers = " day days hour hours minute minutes second seconds sec secs month months year years week weeks time times attempt attempts mb kb gb bytes item items " +
		"record records row rows decimal decimals places word words percent lakh lakhs crore crores k m million tage stunden minuten jahre dias horas minutos meses anos tries users per "
	numbers = " zero one two three four five six seven eight nine ten eleven twelve "
)

// boundOf reads the limit of a group; where its words tell of numbers that are not understood, the claim is a loose one.
func boundOf(g []word, mentions []mention, loose bool) (bound, bool) {
	b, understood := readBound(g, mentions)
	return b, loose || !understood
}

func readBound(g []word, mentions []mention) (b bound, understood bool) {
	at := numbersIn(g, mentions)
	plain := paddedSigns(g, mentions)
	if len(at) == 0 {
		for _, w := range [...]string{" negative ", " negativ ", " negativo ", " negativa ", " negatif ", " positive ", " positiv ", " positivo "} {
			if strings.Contains(plain, w) {
				return bound{limit: "0"}, true
			}
		}
		return bound{}, true
	}
	first, last := at[0], at[len(at)-1]
	limit, other := numberAt(g[first]), ""
	if len(at) == 2 {
		other = numberAt(g[last])
	}
	unit := unitBehind(g, last)
	if limit == "?" || other == "?" || len(at) > 2 || unit == strange {
		return bound{}, false
	}
	b = bound{limit: limit, other: other, length: unit == inCharacters || countsLength(plain)}
	if b.other != "" {
		b.above = true
		dashed := first+1 == last || first+2 == last && g[first+1].text == "-"
		between := containsAny(paddedSigns(g[first+1:last], nil), "to", "bis", "a") || containsAny(plain, "between", "entre", "zwischen", "range", "from")
		if !between && !dashed || containsAny(plain, "not between") && !containsAny(plain, "must", "should", "is not between") {
			return bound{}, false
		}
		return b, true
	}
	return compared(b, paddedSigns(g[:first], mentions), paddedSigns(g[first+1:], nil))
}

// compared tells by the words around a limit which side of it is wrong.
func compared(b bound, before, behind string) (bound, bool) {
	for _, kind := range [...]bool{false, true} { // "more than the maximum of 5" is a comparison, whatever the maximum says
		for _, c := range comparisons {
			if c.rule != kind {
				continue
			}
			for phrase := range strings.SplitSeq(c.words, "|") {
				start, end, ok := fits(before, phrase)
				if !ok && c.rule {
					if _, _, ok = fits(behind, phrase); ok {
						start, end = len(before), len(before)
					}
				}
				if !ok || !isFiller(before[end-1+boolInt(end == len(before) && start == end):]) {
					continue
				}
				return sided(b, c, before[:start]+" "), true
			}
		}
	}
	if !b.length {
		return bound{}, true
	}
	b.exact = true
	return b, true
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sided applies what stands in front of the comparison: "must be" makes a rule of it, whose contrary is the mistake, and "not" turns it round.
func sided(b bound, c comparison, front string) bound {
	b.above, b.inclusive = c.above, c.inclusive
	if c.rule {
		return b
	}
	rule, denied := hasAny(front, modals), hasAny(front, denials)
	b.unclear = denied && !rule
	if rule != denied {
		b.above, b.inclusive = !b.above, !b.inclusive
	}
	return b
}

func isFiller(between string) bool {
	for w := range strings.FieldsSeq(between) {
		if !holdsWord(fillers, w) {
			return false
		}
	}
	return true
}

func hasAny(text, words string) bool {
	for w := range strings.FieldsSeq(text) {
		if holdsWord(words, w) {
			return true
		}
	}
	return false
}

func containsAny(text string, phrases ...string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}

func countsLength(plain string) bool {
	return containsAny(plain, "length", "lange", "longitud", "tamanho", "comprimento", "longueur", "longer than", "shorter than", "langer als", "kurzer als", "digits", "characters")
}

// The units of a limit.
const (
	inItself = iota
	inCharacters
	strange
)

// unitBehind tells in what a number counts by the word behind it.
func unitBehind(g []word, at int) int {
	for _, w := range g[at+1:] {
		switch {
		case w.sign && w.text != "%", holdsWord(fillers, w.text):
			continue
		case holdsWord(lengths, w.text):
			return inCharacters
		case w.sign, holdsWord(strangers, w.text):
			return strange
		}
		return inItself
	}
	return inItself
}

// numbersIn are the places of the numbers that are part of no name; those that are spelled out count in front of a unit, or behind a comparison.
func numbersIn(g []word, mentions []mention) (at []int) {
	for i, w := range g {
		named := slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to })
		spelled := holdsWord(numbers, w.text) && !w.sign &&
			(i+1 < len(g) && holdsWord(lengths, g[i+1].text) || i > 0 && holdsWord(" than to que als de a ", g[i-1].text))
		glued := w.number && i > 0 && !g[i-1].sign && g[i-1].end == w.at // the digits of ERR007
		if (w.number || spelled) && !named && !glued {
			at = append(at, i)
		}
	}
	return at
}

func numberAt(w word) string {
	if w.number {
		return w.text
	}
	for i, name := range strings.Fields(numbers) {
		if name == w.text {
			return strconv.Itoa(i)
		}
	}
	return "?"
}

// paddedSigns is padded, with the signs that compare.
func paddedSigns(g []word, mentions []mention) string {
	var b strings.Builder
	b.WriteByte(' ')
	for i, w := range g {
		named := slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to })
		if named || w.sign && !holdsWord(" < > ≤ ≥ = ", w.text) {
			continue
		}
		b.WriteString(w.text)
		if !w.sign || i+1 == len(g) || g[i+1].text != "=" {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// broken makes a value that breaks the limit, of which the documented one is none; ok is false where that one breaks it too, or none can be made.
func (b bound) broken(documented string, known bool) (value string, ok bool) {
	if b.unclear {
		return b.settled(documented, known)
	}
	if b.length {
		return b.brokenLength(documented, known)
	}
	limit, isNumber := new(big.Rat).SetString(firstNonEmpty(b.other, b.limit))
	if !isNumber {
		return "", false
	}
	if shown, isNumber := new(big.Rat).SetString(documented); known && (!isNumber || b.breaks(shown.Cmp(limit))) {
		return "", false
	}
	step := big.NewRat(1, 1)
	switch {
	case b.inclusive:
		step.SetInt64(0)
	case !b.above:
		step.Neg(step)
	}
	_, decimals, _ := strings.Cut(firstNonEmpty(b.other, b.limit), ".")
	return limit.Add(limit, step).FloatString(len(decimals)), true
}

// breaks tells it by how a value compares with the limit.
func (b bound) breaks(comparison int) bool {
	switch {
	case comparison == 0:
		return b.inclusive
	case b.exact:
		return true
	}
	return b.above == (comparison > 0)
}

// settled tries both readings: the documented value obeys one of them alone.
func (b bound) settled(documented string, known bool) (string, bool) {
	one, turned := b, b
	one.unclear, turned.unclear = false, false
	turned.above, turned.inclusive = !b.above, !b.inclusive
	x, okX := one.broken(documented, known)
	y, okY := turned.broken(documented, known)
	if !known || okX == okY {
		return "", false
	}
	return firstNonEmpty(x, y), true
}

// longestMade bounds the values that are made.
const longestMade = 10_000

func (b bound) brokenLength(documented string, known bool) (string, bool) {
	limit, ok := new(big.Int).SetString(firstNonEmpty(b.other, b.limit), 10)
	if !ok || !known || limit.Sign() < 0 || limit.Cmp(big.NewInt(longestMade)) > 0 {
		return "", false
	}
	n, shown := int(limit.Int64()), utf8.RuneCountInString(documented)
	switch {
	case documented == "", b.breaks(shown - n):
		return "", false
	case b.inclusive:
	case b.above && !b.exact:
		n++
	default:
		n--
	}
	return ofRunes(documented, n), n >= 0
}

// ofRunes is a text cut, or continued by itself.
func ofRunes(text string, n int) string {
	runes := []rune(text)
	made := make([]rune, max(n, 0))
	for i := range made {
		made[i] = runes[i%len(runes)]
	}
	return string(made)
}
