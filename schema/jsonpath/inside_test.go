package jsonpath

import (
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbersCompareByValue(t *testing.T) {
	ascending := []string{"-1e999", "-10.01", "-10", "-0.1", "-1e-999", "0", "1e-999", "0.09", "0.1", "1", "1.0000000000000000000001", "2", "9.99", "10", "9007199254740993", "9007199254740994", "1e999"}
	for i, a := range ascending {
		for j, b := range ascending {
			assert.Equal(t, sign(i-j), compareNumbers(a, b), "%s and %s", a, b)
		}
	}
	same := []string{"100", "1e2", "1E+2", "100.00", "0.1e3", "0.000100e6", "1000e-1"}
	for _, a := range same {
		assert.Zero(t, compareNumbers("100", a), a)
	}
	assert.Zero(t, compareNumbers("-0", "0.000e5"))
	assert.Equal(t, -1, compareNumbers("1e99999999999999999999998", "-1e1")*compareNumbers("2", "1e99999999999999999999"))
}

func sign(n int) int { return min(max(n, -1), 1) }

// TestNumbersCompareAsRationals holds the comparison of digits against the arithmetic of math/big.
func TestNumbersCompareAsRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	number := func() string {
		text := strconv.Itoa(r.IntN(200) - 100)
		if r.IntN(2) == 0 {
			text += "." + strconv.Itoa(r.IntN(1000)*10)
		}
		if r.IntN(2) == 0 {
			text += "e" + strconv.Itoa(r.IntN(7)-3)
		}
		return text
	}
	for range 20_000 {
		a, b := number(), number()
		x, okX := new(big.Rat).SetString(a)
		y, okY := new(big.Rat).SetString(b)
		require.True(t, okX && okY)
		require.Equal(t, x.Cmp(y), compareNumbers(a, b), "%s and %s", a, b)
	}
}

func TestPatterns(t *testing.T) {
	cases := []struct {
		name, pattern string
		matches, not  []string
	}{
		{"empty", ``, []string{""}, []string{"a"}},
		{"branches", `a|bc|`, []string{"a", "bc", ""}, []string{"abc", "b"}},
		{"group", `(ab)+c?`, []string{"ab", "ababc"}, []string{"", "abcab"}},
		{"repetitions", `a{2}b{1,}c{0,2}`, []string{"aab", "aabbcc"}, []string{"ab", "aabccc"}},
		{"dot is no line end", `.`, []string{"a", "☺", "\u2028", "."}, []string{"", "\n", "\r", "ab"}},
		{"dot in a class", `[.]`, []string{"."}, []string{"a"}},
		{"class", `[a-c_x-z-]`, []string{"a", "c", "_", "y", "-"}, []string{"d", "w", "ab"}},
		{"class that begins with a hyphen", `[-a]`, []string{"-", "a"}, []string{"b"}},
		{"negated class takes line ends", `[^a]`, []string{"b", "\n"}, []string{"a"}},
		{"caret in a class", `[a^]`, []string{"a", "^"}, []string{"b"}},
		{"escapes in a class", `[\]\\\-\n\[]`, []string{"]", `\`, "-", "\n", "["}, []string{"n"}},
		{"characters that mean something to package regexp", `<&&~~-:#"'/ @,=!%_` + "`", []string{`<&&~~-:#"'/ @,=!%_` + "`"}, []string{"<"}},
		{"posix names are characters", `[\[:al]`, []string{"[", ":", "a", "l"}, []string{"p"}},
		{"categories", `\p{Lu}\p{L}\P{N}[\p{Nd}\P{L}]`, []string{"Abc7", "Éa.-"}, []string{"aa.7", "Aa77x"}},
		{"escapes", `\(\)\*\+\.\?\[\\\]\^\{\|\}\-`, []string{`()*+.?[\]^{|}-`}, []string{""}},
		{"anchors", `^a$`, []string{"a"}, []string{"a\n", "^a$"}},
		{"characters of all planes", `[α-ω]𝄞`, []string{"β𝄞"}, []string{"b𝄞"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			re, err := compilePattern(c.pattern, true)
			require.NoError(t, err)
			for _, text := range c.matches {
				assert.True(t, re.MatchString(text), "%q", text)
			}
			for _, text := range c.not {
				assert.False(t, re.MatchString(text), "%q", text)
			}
		})
	}
}

func TestWhatIsNoPattern(t *testing.T) {
	for _, pattern := range []string{
		`(`, `)`, `a)`, `(a`, `[`, `[]`, `[^]`, `[a`, `[a-`, `]`, `}`, `{`, `*`, `a**`, `a+?`, `a??`, `a{`, `a{}`, `a{,2}`, `a{2,1}`, `a{1`, `a{x}`, `|*`,
		`\`, `\d`, `\w`, `\s`, `\b`, `\A`, `\z`, `\x41`, `\u0041`, `\1`, `\$`, `\/`, `\p`, `\pL`, `\p{}`, `\p{Lx}`, `\p{Greek}`, `\p{IsBasicLatin}`, `\p{^L}`, `\p{L`,
		`(?:a)`, `(?i)a`, `(?=a)`, `(?<n>a)`, `[z-a]`, `[a-b-c]`, `[a[b]]`, `[[:alpha:]]`, `[\d]`, `[a-\p{L}]`, `[--a]`, "\xff",
	} {
		re, err := compilePattern(pattern, true)
		require.Error(t, err, "%q", pattern)
		assert.Nil(t, re)
		assert.False(t, isTooLarge(err), "%q: %v", pattern, err)
		assert.Contains(t, err.Error(), "; ", "the next step is missing")
	}
}

// FuzzPattern proves that what the grammar accepts compiles: only repetitions and deep groups are ever too large.
func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{`a`, `[^a-z\-]{2,3}|(.\p{Lu})*`, `^\.$`, `(?i)a`, `\d`, `[[:alpha:]]`} {
		f.Add(pattern, "aB.")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := compilePattern(pattern, true)
		if isTooLarge(err) && !strings.Contains(pattern, "{") {
			require.Greater(t, strings.Count(pattern, "("), MaxDepth, "%v", err)
		}
		if err == nil && len(pattern) < 200 && len(text) < 200 {
			re.MatchString(text)
		}
	})
}
