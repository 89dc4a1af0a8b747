package html

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxIndent is how many blanks an indentation is worth at most.
const maxIndent = 64

// indentOf is how far the style of an element moves its text to the right, in blanks: tables of parameters show so what belongs to what.
func indentOf(t html.Token) int {
	blanks := 0
	for rule := range strings.SplitSeq(strings.ToLower(attr(t, "style")), ";") {
		name, value, _ := strings.Cut(rule, ":")
		switch strings.TrimSpace(name) {
		case "padding-left", "margin-left", "text-indent", "padding-inline-start", "margin-inline-start":
			blanks += lengthInBlanks(strings.TrimSpace(value))
		}
	}
	return min(max(blanks, 0), maxIndent)
}

// lengthInBlanks is a length of a style sheet in blanks.
func lengthInBlanks(s string) int {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
		end++
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	if err != nil || n > 1000 {
		return 0
	}
	unit, _, _ := strings.Cut(s[end:], " ")
	switch strings.TrimSpace(unit) {
	case "px", "pt":
		const perBlank = 5
		return int(n / perBlank)
	case "em", "rem", "ch":
		return int(2 * n)
	}
	return 0
}
