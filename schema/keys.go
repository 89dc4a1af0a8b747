package schema

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// comparison is what the keys of one object have in common with the documented ones.
type comparison struct {
	present []*nearjson.Value // by property; nil where the key is absent
	missing []int             // required properties that are absent, and not renamed either
	extra   []undocumented
	shared  int // documented keys that are there, under whatever name
}

// undocumented is a member whose key is none of the documented ones.
type undocumented struct {
	key     string
	folded  string
	value   *nearjson.Value
	renames int // the absent property that its key looks like, or -1
}

// present lists the values of the documented keys; of duplicated keys the last counts.
func (n *node) present(v *nearjson.Value) []*nearjson.Value {
	present := make([]*nearjson.Value, len(n.properties))
	for _, m := range v.Members {
		if i, ok := n.byName[m.Key]; ok {
			present[i] = m.Value
		}
	}
	return present
}

func (s *survey) compare(n *node, v *nearjson.Value) comparison {
	c := comparison{present: n.present(v)}
	for _, m := range v.Members {
		if _, ok := n.byName[m.Key]; !ok {
			c.extra = append(c.extra, undocumented{key: m.Key, folded: fold(m.Key), value: m.Value, renames: -1})
		}
	}
	renamed := s.findRenames(n, c)
	for i, p := range n.shape.Properties {
		switch {
		case c.present[i] != nil || renamed[i]:
			c.shared++
		case p.Required:
			c.missing = append(c.missing, i)
		}
	}
	return c
}

// weigh counts what an object has in common with the documented one: see Mismatch.
func (n *node) weigh(v *nearjson.Value, m *Mismatch) {
	for i, value := range n.present(v) {
		switch {
		case value != nil:
			m.Shared++
		case n.shape.Properties[i].Required:
			m.Lacking++
		}
	}
	for _, member := range v.Members {
		if _, ok := n.byName[member.Key]; !ok {
			m.Beside++
		}
	}
}

// isVariant says that the object is of another kind than the documented one: it lacks several required keys, and has fewer than half
// of the documented ones.
func (c comparison) isVariant(n *node) bool {
	return len(c.missing) >= 2 && c.shared*2 < len(n.properties)
}

// Limits of how many pairs of keys are compared letter by letter.
const (
	maxPairs     = 2000    // of one object
	maxSpellings = 200_000 // different ones of a value
)

// findRenames pairs absent with undocumented keys: first those that differ by case and separators only, then, of the required ones,
// those that differ by a letter or two. It marks the undocumented keys and returns the properties it found.
func (s *survey) findRenames(n *node, c comparison) map[int]bool {
	if len(c.extra) == 0 {
		return nil
	}
	renamed := map[int]bool{}
	pair := func(e *undocumented, i int) {
		e.renames = i
		renamed[i] = true
	}
	for k := range c.extra {
		e := &c.extra[k]
		if i, ok := n.byFold[e.folded]; ok && c.present[i] == nil && !renamed[i] && n.fits(i, e.value) {
			pair(e, i)
		}
	}
	budget := maxPairs
	for i, p := range n.shape.Properties {
		if !p.Required || c.present[i] != nil || renamed[i] {
			continue
		}
		best, least := -1, different
		for k := range c.extra {
			e := &c.extra[k]
			if e.renames >= 0 {
				continue
			}
			if budget--; budget < 0 {
				return renamed
			}
			if d := s.distance(n, i, e); d < least && n.fits(i, e.value) {
				best, least = k, d
			}
		}
		if best >= 0 {
			pair(&c.extra[best], i)
		}
	}
	return renamed
}

// spelling is a pair of a documented and an undocumented key.
type spelling struct {
	at       *node
	property int
	key      string
}

// distance is that of misspelt. The pairs of one item are mostly those of the next.
func (s *survey) distance(n *node, property int, e *undocumented) int {
	documented := n.folded[property]
	if e.folded == "" || documented == "" || e.folded[0] != documented[0] { // rules out most pairs
		return different
	}
	pair := spelling{n, property, e.key}
	if d, ok := s.spellings[pair]; ok {
		return d
	}
	if len(s.spellings) >= maxSpellings {
		return different
	}
	d := misspelt(n.shape.Properties[property].Name, e.key)
	s.spellings[pair] = d
	return d
}

// fits says that a value could be that of the property.
func (n *node) fits(property int, v *nearjson.Value) bool {
	return v.Kind == nearjson.Null || n.shape.Properties[property].Shape.accepts(typeOf(v.Kind))
}

// fold drops what spellings of one name differ by: case and separators.
func fold(key string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. :/", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, key)
}

// different is the distance of two names that are not alike.
const different = 3

// misspelt is the number of letters that two names differ by, or different where they are two names: short ones, those that start
// differently, those with other digits (line1, line2), and those that differ in a short word (minPrice, maxPrice).
func misspelt(a, b string) int {
	a1, b1 := fold(a), fold(b)
	r1, r2 := []rune(a1), []rune(b1)
	shorter, longer := min(len(r1), len(r2)), max(len(r1), len(r2))
	if shorter < 5 || longer-shorter > 2 || longer > 64 || r1[0] != r2[0] || digits(a1) != digits(b1) || otherWord(a, b) {
		return different
	}
	if areSwapped(r1, r2) {
		return 1
	}
	d, _, _ := levenshtein.Calculate(r1, r2, 2, 1, 1, 1)
	if d == 0 || d > 2 || d == 2 && shorter < 8 {
		return different
	}
	return d
}

// areSwapped says that two neighbouring letters are the wrong way round, and that nothing else differs.
func areSwapped(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// otherWord says that two names are the same but for one word, of which one form is of three letters or fewer.
func otherWord(a, b string) bool {
	w1, w2 := words(a), words(b)
	if len(w1) != len(w2) || len(w1) < 2 {
		return false
	}
	differ, short := 0, false
	for i := range w1 {
		if w1[i] != w2[i] {
			differ++
			short = min(utf8.RuneCountInString(w1[i]), utf8.RuneCountInString(w2[i])) <= 3
		}
	}
	return differ == 1 && short
}

// words splits a name as in orderId, order_id and order-id, in lower case.
func words(key string) []string {
	var b strings.Builder
	lower := false
	for _, r := range key {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		if strings.ContainsRune("_-.:/", r) {
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}
