package plan

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/schema/nearjson"
)

// breach is a value that breaks one rule of a field.
type breach struct {
	suffix string // of the case id
	title  string // with %q for the field
	value  *nearjson.Value
	broken string // what is wrong with it
}

// deriveBrokenRule breaks one rule of one field after the other, by as little as can be: one below the least, one above the greatest. A rule
// that the documented value itself breaks is no rule.
func deriveBrokenRule(b *builder) {
	var all []brokenField
	for _, t := range b.targets() {
		s, ok := b.sampleOf(t)
		if !ok || t.rules.IsZero() {
			continue
		}
		for _, x := range breaches(t, s) {
			d, ok := b.with(t, x.value)
			if !ok || !isLiteral(x.value.Text) && x.value.Text != "" || t.in == probe.InPath && x.value.Text == "" {
				continue
			}
			all = append(all, brokenField{
				target: t, suffix: x.suffix, title: fmt.Sprintf(x.title, t.name), draft: d, forbidden: true,
				what: fmt.Sprintf("set to %s, %s", shortValue(x.value), x.broken+said(t.rules)),
			})
		}
	}
	b.addBroken(probe.FamilyBrokenRule, all)
}

// said quotes the sheet's words.
func said(r probe.FieldRules) string {
	if r.Said == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", r.Said)
}

// shortValue writes a value for people; of a long one the beginning.
func shortValue(v *nearjson.Value) string {
	const most = 60
	if n := utf8.RuneCountInString(v.Text); n > most {
		return fmt.Sprintf("a value of %d characters", n)
	}
	return string(nearjson.Encode(v))
}

func breaches(t target, s sample) []breach {
	return slices.Concat(lengthBreaches(t, s), rangeBreaches(t, s), patternBreach(t, s), enumBreach(t, s))
}

// isNumber says that the field holds a JSON number.
func (s sample) isNumber() bool { return s.known && s.kind == nearjson.Number }

// like makes a value of the kind that the field has.
func (s sample) like(text string) *nearjson.Value {
	if s.isNumber() && literalKind(text) == nearjson.Number {
		return nearjson.NewNumber(text)
	}
	return nearjson.NewString(text)
}

// lengthBreaches are one below the least length and one above the greatest. What is allowed is listed elsewhere where the field has a list.
func lengthBreaches(t target, s sample) (all []breach) {
	r := t.rules
	n, unit := utf8.RuneCountInString(s.text), "characters"
	if s.isNumber() {
		unit = "digits"
	}
	if len(r.Enum) > 0 || s.isNumber() && !isDigits(s.text) || s.known && s.kind != nearjson.String && s.kind != nearjson.Number {
		return nil
	}
	obeys := s.text == "" || (r.MinLength == nil || n >= *r.MinLength) && (r.MaxLength == nil || n <= *r.MaxLength)
	if least := r.MinLength; obeys && least != nil && *least > 0 && (*least > 1 || !s.isNumber()) {
		all = append(all, breach{"too-short", "with too short a %q", s.like(ofLength(s, *least-1)), fmt.Sprintf("%d %s where the sheet asks for at least %d", *least-1, unit, *least)})
	}
	if most := r.MaxLength; obeys && most != nil && *most < maxLength {
		all = append(all, breach{"too-long", "with too long a %q", s.like(ofLength(s, *most+1)), fmt.Sprintf("%d %s where the sheet allows at most %d", *most+1, unit, *most)})
	}
	return all
}

// maxLength bounds the values that are made: a greater length cannot be told from none.
const maxLength = 100_000

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// ofLength is the documented value cut, or continued by itself, so that its length alone is wrong.
func ofLength(s sample, n int) string {
	text := []rune(firstNonEmpty(s.text, "1"))
	made := make([]rune, n)
	for i := range made {
		made[i] = text[i%len(text)]
	}
	return string(made)
}

// rangeBreaches are one below the least value and one above the greatest.
func rangeBreaches(t target, s sample) (all []breach) {
	least, hasLeast := new(big.Rat).SetString(t.rules.Minimum)
	most, hasMost := new(big.Rat).SetString(t.rules.Maximum)
	shown, known := new(big.Rat).SetString(s.text)
	one := big.NewRat(1, 1)
	if known && (hasLeast && shown.Cmp(least) < 0 || hasMost && shown.Cmp(most) > 0) {
		return nil
	}
	if hasLeast {
		text := decimal(least.Sub(least, one), t.rules.Minimum)
		all = append(all, breach{"below-minimum", "with %q below its minimum", s.like(text), "less than the least that the sheet allows, " + t.rules.Minimum})
	}
	if hasMost {
		text := decimal(most.Add(most, one), t.rules.Maximum)
		all = append(all, breach{"above-maximum", "with %q above its maximum", s.like(text), "more than the most that the sheet allows, " + t.rules.Maximum})
	}
	return all
}

// decimal writes a number with as many decimals as the other has.
func decimal(n *big.Rat, like string) string {
	_, decimals, _ := strings.Cut(like, ".")
	return n.FloatString(len(strings.TrimRight(decimals, "eE+-")))
}

// patternBreach is a value that the pattern is not found in, of the documented length where there is one.
func patternBreach(t target, s sample) []breach {
	p, err := regexp.Compile(t.rules.Pattern)
	if err != nil || t.rules.Pattern == "" || s.text != "" && !p.MatchString(s.text) {
		return nil
	}
	n := max(utf8.RuneCountInString(s.text), 1)
	candidates := []string{strings.Repeat("~", n), s.text + "~", "not-allowed", "0"}
	if s.isNumber() {
		candidates = []string{s.text + "0", s.text + "00", "0", "-1"}
	}
	for _, text := range candidates {
		if !p.MatchString(text) {
			return []breach{{"pattern", "with %q of another form", s.like(text), fmt.Sprintf("which is not of the form that the sheet states, %s", t.rules.Pattern)}}
		}
	}
	return nil
}

// enumBreach is a value that the sheet does not list, not even in other letters.
func enumBreach(t target, s sample) []breach {
	listed := func(text string) bool {
		return slices.ContainsFunc(t.rules.Enum, func(e string) bool { return strings.EqualFold(e, text) })
	}
	if len(t.rules.Enum) == 0 || s.known && s.kind == nearjson.Bool || s.text != "" && !listed(s.text) {
		return nil
	}
	text := "NOT_LISTED"
	if s.isNumber() {
		text = "987654"
	}
	for listed(text) {
		text += "9"
	}
	shown := strings.Join(t.rules.Enum[:min(len(t.rules.Enum), 5)], ", ")
	return []breach{{"not-listed", "with %q outside of its list", s.like(text), "which is none of the values that the sheet lists: " + shown}}
}
