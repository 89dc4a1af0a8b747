package plan

import (
	"slices"
	"strings"
)

// claim is what words say of the mistake that leads to an error.
type claim struct {
	mistake mistake
	places  []int // of the index; -1 for a name that may be one of several
	all     bool  // several places, and it takes all of them
	each    bool  // several places, and each of them is enough
	full    bool  // the places are named in full
	loose   bool  // something in the words is not understood, or a condition hangs on it
	bound   bound
	listed  []string // values that are right
	value   *string  // the very value that is wrong
	path    string
	query   string
	said    string // the words
}

// isOfField says that the claim tells of a mistake in a field, and of which one.
func (c claim) isOfField() bool {
	return len(c.places) > 0 && !slices.Contains(c.places, -1) && (c.mistake&ofField != 0 || c.value != nil || c.bound.known())
}

// readWords reads what a text says of the mistakes that lead to an error, sentence by sentence.
func (x index) readWords(text string) (claims []claim) {
	if c, ok := readAddress(text); ok {
		return []claim{c}
	}
	words := scanWords(text)
	for _, s := range sentences(words) {
		for _, group := range x.groups(withoutLead(x, s)) {
			c := x.readGroup(text, group)
			if c.mistake != 0 || c.value != nil || c.bound.known() {
				c.said = text
				claims = append(claims, c)
			}
		}
	}
	return claims
}

// sentences cuts at what ends a sentence. A dash and brackets only part it.
func sentences(words []word) (all [][]word) {
	start := 0
	for i, w := range words {
		if w.sign && (w.text == "." || w.text == ";" || w.text == "\n" || w.text == "!") {
			all = append(all, words[start:i])
			start = i + 1
		}
	}
	return slices.DeleteFunc(append(all, words[start:]), func(s []word) bool { return len(s) == 0 })
}

// withoutLead leaves out what introduces the cause: "returned when".
func withoutLead(x index, s []word) []word {
	for i, w := range s {
		if isCondition(w) && len(x.mentions(s[:i])) == 0 && i+1 < len(s) {
			return withoutLead(x, s[i+1:])
		}
	}
	return s
}

// isCondition says that what follows the word is a condition.
func isCondition(w word) bool {
	return holdsWord(" if when unless while because whenever wenn falls si quando cuando caso se ", w.text)
}

// groups parts a sentence where one mistake ends and the next begins: at commas and at words such as "or", wherever both sides name a mistake of their
// own. "Missing or invalid amount" is one group, and so is "amount, currency or date left out".
func (x index) groups(s []word) [][]word {
	var parts [][]word
	start := 0
	for i, w := range s {
		if isParting(w) && i > start {
			parts = append(parts, s[start:i])
			start = i
		}
	}
	if parts = append(parts, s[start:]); len(parts) == 1 { // as most sentences are
		return parts
	}
	var groups [][]word
	var namedBefore, wrongBefore bool
	for _, part := range parts {
		named, wrong := x.tells(part)
		if n := len(groups); n > 0 {
			heading := wrongBefore && !namedBefore && x.isHeading(groups[n-1])
			if (!heading || !named || !wrong) && (!named || !wrong || !namedBefore || !wrongBefore) {
				last := groups[n-1]
				groups[n-1] = last[:len(last)+len(part)]
				namedBefore, wrongBefore = x.tells(groups[n-1])
				continue
			}
		}
		groups = append(groups, part)
		namedBefore, wrongBefore = named, wrong
	}
	return groups
}

// isHeading says that a part tells of a mistake in general, as "Bad request" in front of what is wrong with it.
func (x index) isHeading(part []word) bool {
	return slices.ContainsFunc(part, func(w word) bool { return !w.sign && holdsWord(generalities, w.text) }) ||
		x.mistakesIn(padded(part, nil)) == isGeneric
}

func isParting(w word) bool {
	return w.sign && holdsWord(" , : / - ( ) | [ ] & ", w.text) || holdsWord(" or and oder und ou o y e et ", w.text)
}

func (x index) tells(part []word) (named, wrong bool) {
	found := x.mentions(part)
	b, _ := readBound(part, found)
	return len(found) > 0, x.mistakesIn(padded(part, found)) != 0 || b.known()
}

// padded writes words for phrases to be found in, each mention as "@".
func padded(words []word, mentions []mention) string {
	var b strings.Builder
	b.WriteByte(' ')
	for i := 0; i < len(words); i++ {
		if j := slices.IndexFunc(mentions, func(m mention) bool { return m.from == i }); j >= 0 {
			b.WriteString("@ ")
			i = mentions[j].to - 1
			continue
		}
		if !words[i].sign {
			b.WriteString(words[i].text)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func (x index) readGroup(text string, g []word) claim {
	mentions := x.mentions(g)
	plain := padded(g, mentions)
	c := claim{mistake: x.mistakesIn(plain), full: len(mentions) > 0}
	if c.mistake&isMissing != 0 && c.mistake&ofField&^isMissing != 0 {
		c.mistake = x.mistakesIn(withoutObligation(plain))
	}
	for _, m := range mentions {
		if !slices.Contains(c.places, m.place) {
			c.places = append(c.places, m.place)
		}
		c.full = c.full && m.full
		c.loose = c.loose || x.isQualified(g, m)
	}
	c.loose = c.loose || len(mentions) > 0 && hasCondition(g, mentions) || x.unknownWords(text, g, mentions) > 2
	c.bound, c.loose = boundOf(g, mentions, c.loose)
	c.mistake |= c.bound.mistake()
	if len(mentions) == 1 && !c.bound.known() {
		c.value = valueIn(text, g, mentions[0])
	}
	if listed := x.listedIn(text, g, mentions); c.mistake&isUnlisted != 0 || strings.Contains(plain, " either ") && len(mentions) == 1 && len(listed) > 1 {
		c.listed, c.mistake = listed, c.mistake&^isMissing|isUnlisted
	}
	if len(c.places) > 1 {
		c.all, c.each = allOrEach(c.mistake, plain)
		c.loose = c.loose || !c.all && !c.each && !strings.Contains(plain, " or ")
	}
	return c
}

// allOrEach tells of several places whether the mistake is made in all of them at once, or is made already in any of them. "Either a or b is
// mandatory" and "a and b are missing" mean all, "a and b are mandatory" and "a or b is missing" mean each.
func allOrEach(m mistake, plain string) (all, each bool) {
	if m&^isState != isMissing {
		return false, false
	}
	duty := containsAny(plain, "mandatory", "required", "must", "should", "obligatory", "erforderlich", "obligatorio", "obrigatorio", "obligatorios", "obrigatorios")
	if containsAny(plain, "either", "both", "at least one", "any of", "any one", "one of") {
		return true, false
	}
	each = duty || !containsAny(plain, "and", "und", "y", "e")
	return !each, each
}

// withoutObligation leaves out the words of "mandatory field" and "required format": they say of what kind the field is, and not that it is missing.
func withoutObligation(plain string) string {
	for _, duty := range [...]string{"mandatory", "required"} {
		for _, thing := range [...]string{"field", "parameter", "param", "attribute", "format", "length", "fields", "parameters"} {
			plain = strings.ReplaceAll(plain, " "+duty+" "+thing+" ", " ")
		}
	}
	return plain
}

// isQualified says that a name stands beside a word that makes another thing of it, as in "beneficiary account" and "mobile operator".
func (x index) isQualified(g []word, m mention) bool {
	stranger := func(i int) bool {
		return i >= 0 && i < len(g) && !g[i].sign && !g[i].number && !x.isPlain(g[i].text) && !holdsWord(" user customer client ", g[i].text)
	}
	return stranger(m.from-1) || stranger(m.to)
}

// hasCondition says that behind what is named something else decides: "when the mode is CASH", "for this merchant".
func hasCondition(g []word, mentions []mention) bool {
	named := false
	for i, w := range g {
		named = named || slices.ContainsFunc(mentions, func(m mention) bool { return m.to == i })
		if named && (isCondition(w) || holdsWord(" for fur para per pour during until before after against ", w.text)) {
			return true
		}
	}
	return false
}

// unknownWords counts the words that say something that is not understood. Values in capitals are no words. A name that is spelled like one of a
// program, and is none of the request, makes all of them doubtful.
func (x index) unknownWords(text string, g []word, mentions []mention) (n int) {
	for i, w := range g {
		named := slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to })
		switch {
		case w.sign, w.number, named:
		case x.isPlain(w.text):
			if i+1 < len(g) && isJoined(text, w, g[i+1]) && x.mistakesIn(padded(g[i:i+2], nil)) == 0 && !slices.ContainsFunc(mentions, func(m mention) bool { return m.from == i+1 }) {
				return len(g) + 3
			}
		case strings.ToUpper(text[w.at:w.end]) != text[w.at:w.end] || w.end-w.at < 2:
			n++
		}
	}
	return n
}

// isJoined says that two words are one name, as in asOn and as_on.
func isJoined(text string, w, next word) bool {
	return !next.sign && !next.number && (w.end == next.at || text[w.end:next.at] == "_")
}
