package probe

import (
	"math"
	"strings"
)

// CutOff masks like Body a text of which the end is missing, and drops what may be the beginning of a secret at its end.
func (r *Redactor) CutOff(s string) string {
	return r.Body(s[:min(len(s), r.uncut(s), r.uncut(withoutHalfEscape(s)))])
}

// uncut is where the beginning of a secret at the end of s starts; past the end of any text where there is none.
func (r *Redactor) uncut(s string) int {
	start := math.MaxInt
	for at := r; at != nil; at = at.parent {
		for l := range layers(s) {
			if n := at.load().matcher.tail(l.text); n >= minAlone {
				start = min(start, l.start(len(l.text)-n))
			}
		}
	}
	return start
}

// withoutHalfEscape drops an escape at the end that was cut: "%2", "&#4", "\\u00".
func withoutHalfEscape(s string) string {
	const longest = 11
	from := max(0, len(s)-longest)
	i := strings.LastIndexAny(s[from:], "%&\\")
	if i < 0 || strings.ContainsAny(s[from+i:], "; \t\r\n") {
		return s
	}
	return s[:from+i]
}
