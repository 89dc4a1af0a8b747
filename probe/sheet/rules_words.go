package sheet

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sheetprobe/sheetprobe/schema/source"
)

// token is a word, a number or a sign of a sentence.
type token struct {
	text       string // in lower case; of a number, without the commas that group its digits
	start, end int
	number     bool
	spaced     bool // white space stands before it
}

// tokensOf parts a sentence. A number and the letters behind it are two tokens: "20chars".
func tokensOf(s string) []token {
	var tokens []token
	spaced := true
	for at := 0; at < len(s); {
		r := rune(s[at])
		if unicode.IsSpace(r) {
			spaced = true
			at++
			continue
		}
		end, number := tokenEnd(s, at)
		t := token{text: strings.ToLower(s[at:end]), start: at, end: end, number: number, spaced: spaced}
		if number {
			t.text = strings.ReplaceAll(t.text, ",", "")
		}
		tokens = append(tokens, t)
		at, spaced = end, false
	}
	return tokens
}

func tokenEnd(s string, at int) (end int, number bool) {
	if s[at] >= '0' && s[at] <= '9' {
		return numberEnd(s, at), true
	}
	if n := wordLength(s[at:]); n > 0 {
		return at + n, false
	}
	for _, sign := range []string{"<=", ">=", "..", "≤", "≥", "–", "—", "→"} {
		if strings.HasPrefix(s[at:], sign) {
			return at + len(sign), false
		}
	}
	_, size := decodeRune(s[at:])
	return at + size, false
}

// wordLength is the length of the word that s begins with: letters, and digits, hyphens and apostrophes among them; "varchar2", "alpha-numeric", "can't".
func wordLength(s string) int {
	n := 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || r == '_' || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r):
		case i > 0 && unicode.IsDigit(r):
		case i > 0 && (r == '\'' || r == '’') && i+1 < len(s) && unicode.IsLetter(rune(s[i+len(string(r)):][0])):
		default:
			return n
		}
		n = i + len(string(r))
	}
	return n
}

// numberEnd is the end of a number: digits, groups of three behind commas, and decimals.
func numberEnd(s string, at int) int {
	digits := func(from int) int {
		for from < len(s) && s[from] >= '0' && s[from] <= '9' {
			from++
		}
		return from
	}
	end := digits(at)
	for end < len(s) && s[end] == ',' && digits(end+1) == end+4 {
		end += 4
	}
	if end+1 < len(s) && s[end] == '.' && digits(end+1) > end+1 {
		end = digits(end + 1)
	}
	return end
}

func decodeRune(s string) (r rune, size int) {
	for i, r := range s {
		if i == 0 {
			return r, len(string(r))
		}
	}
	return 0, 1
}

// sentencesOf parts words at line ends, semicolons, bullets, and full stops, but for those of abbreviations and numbers.
func sentencesOf(t source.Text) []source.Text {
	var all []source.Text
	s, from := t.String(), 0
	cut := func(to, next int) {
		if part := t.Slice(from, to); !part.IsBlank() {
			all = append(all, part.TrimSpace())
		}
		from = next
	}
	for i, r := range s {
		switch {
		case strings.ContainsRune("\n\r;•；。", r):
			cut(i, i+len(string(r)))
		case r == '.' && endsSentence(s, i):
			cut(i, i+1)
		}
	}
	cut(len(s), len(s))
	return all
}

// endsSentence says that the full stop at i ends a sentence: a blank follows, and no abbreviation stands before it.
func endsSentence(s string, i int) bool {
	if i+1 < len(s) && !unicode.IsSpace(rune(s[i+1])) {
		return false
	}
	word := s[strings.LastIndexAny(s[:i], " \t\n(,:/")+1 : i]
	return !slices.Contains([]string{"max", "min", "no", "nos", "e.g", "eg", "i.e", "ie", "len", "char", "chars", "approx", "num"}, strings.ToLower(word))
}
