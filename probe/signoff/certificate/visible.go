package certificate

import (
	"fmt"
	"strings"
	"unicode"
)

// visible shows what would act on a page instead of being seen: control characters, and marks that reverse or hide text.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// known shows what a font has no letters for by its code point, and says whether there was such.
func known(s string, has func(rune) bool) (shown string, all bool) {
	var out strings.Builder
	all = true
	for _, r := range visible(s) {
		if has(r) {
			out.WriteRune(r)
			continue
		}
		all = false
		fmt.Fprintf(&out, "[U+%04X]", r)
	}
	return out.String(), all
}
