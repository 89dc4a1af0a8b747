package jsonpath

import (
	"cmp"
	"strconv"
	"strings"
)

// decimal is ±0.digits × 10^exponent, with neither leading nor trailing zeros; zero has no digits. Two of them compare without arithmetic,
// so that 1e999 costs no more than 1, and nothing is rounded.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// maxExponent is where the exponents of numbers that nearjson did not read are cut off; it reads none beyond 999.
const maxExponent = 1 << 30

func newDecimal(number string) decimal {
	number, negative := strings.CutPrefix(number, "-")
	mantissa, power := number, ""
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		mantissa, power = number[:i], number[i+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	all := whole + fraction
	digits := strings.TrimLeft(all, "0")
	d := decimal{negative: negative, exponent: len(whole) - (len(all) - len(digits))}
	if d.digits = strings.TrimRight(digits, "0"); d.digits == "" {
		return decimal{}
	}
	if power != "" {
		n, _ := strconv.ParseInt(power, 10, 64) // beyond its range, the nearest number
		d.exponent += int(min(max(n, -maxExponent), maxExponent))
	}
	return d
}

// compareNumbers compares two JSON numbers by value: -1, 0 or 1.
func compareNumbers(a, b string) int {
	x, y := newDecimal(a), newDecimal(b)
	if s := cmp.Compare(x.sign(), y.sign()); s != 0 || x.digits == "" {
		return s
	}
	order := cmp.Compare(x.exponent, y.exponent)
	if order == 0 {
		order = cmp.Compare(x.digits, y.digits)
	}
	return order * x.sign()
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}
