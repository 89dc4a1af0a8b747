package signoff

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// PersonKey is what tells people apart by their names: two that look alike, and differ in letter case, white space, composed letters or what cannot be
// seen, are one person.
func PersonKey(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Cc) && !unicode.IsSpace(r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))
	return norm.NFKC.String(cases.Fold().String(strings.Join(strings.Fields(name), " ")))
}

// lookalikes are the scripts whose letters are easily taken for each other.
var lookalikes = [...]struct {
	name  string
	table *unicode.RangeTable
}{{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek}}

// scripts are those of the lookalikes in a name: with more than one, it may be that of somebody else in disguise.
func scripts(name string) []string {
	var all []string
	for _, s := range lookalikes {
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(s.table, r) }) {
			all = append(all, s.name)
		}
	}
	return all
}
