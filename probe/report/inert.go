package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// maxValue is how many columns of one value are shown; the JSON report holds the rest.
const maxValue = 240

// inert makes a text harmless for a terminal, on one line and of bounded length, so that a live answer can neither act on the terminal nor
// pass itself off as a part of the report.
func inert(s string) string { return inertUpTo(s, maxValue) }

// inertUpTo cuts behind limit columns and says how long the whole is. It looks at no more of s than it shows.
func inertUpTo(s string, limit int) string {
	plain := plainPrefix(s, limit+1)
	if plain == len(s) && plain <= limit {
		return s // as most texts
	}
	plain = min(plain, limit)
	var b strings.Builder
	b.WriteString(s[:plain])
	columns, runes := plain, plain
	for i, r := range s[plain:] {
		shown := visible(r, s[plain+i:])
		columns += columnsOf(shown)
		if runes++; columns > limit || runes > limit { // many characters can share a column
			fmt.Fprintf(&b, "... (%s)", count(len(s), "byte"))
			break
		}
		b.WriteString(shown)
	}
	return b.String()
}

// plainPrefix is how many bytes at the beginning of s, and at most limit, are printable ASCII: each is one column wide and acts on nothing.
func plainPrefix(s string, limit int) int {
	n := min(len(s), limit)
	for i := range n {
		if s[i] < ' ' || s[i] >= 0x7F {
			return i
		}
	}
	return n
}

// visible is the rune as it may be shown. rest begins with it, to tell a U+FFFD from a byte that is not UTF-8.
func visible(r rune, rest string) string {
	switch {
	case r == utf8.RuneError && !strings.HasPrefix(rest, "\uFFFD"):
		return fmt.Sprintf(`\x%02x`, rest[0])
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case actsOnTerminal(r) && r > 0xFFFF:
		return fmt.Sprintf(`\U%08x`, r)
	case actsOnTerminal(r):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string(r)
}

// actsOnTerminal says that a character does something instead of showing something: control characters, line and paragraph separators, and
// format characters, which reverse, join or hide what stands beside them. The joiner of emoji and of Indic scripts stays.
func actsOnTerminal(r rune) bool {
	if r >= ' ' && r < 0x7F {
		return false
	}
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200C', '\u200D'
	if r == zeroWidthJoiner || r == zeroWidthNonJoiner {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Co)
}

// columnsOf is how many columns of a terminal a text takes: East Asian wide characters and emoji two, combining marks none (UAX #11).
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOfRune(r)
	}
	return n
}

func columnsOfRune(r rune) int {
	if r >= ' ' && r < 0x7F {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
