package schema

import (
	"slices"
	"strings"
	"unicode"
)

// timed is one of two formats: of a date alone, or of a date with a time behind it; 0 where something else follows.
func timed(alone, withTime Formats, rest string) Formats {
	switch {
	case rest == "":
		return alone
	case isTimeBehind(rest):
		return withTime
	}
	return 0
}

// isTimeBehind recognises what follows a date: " 10:30", ", 9:05 pm", "T10:30:00.5 IST".
func isTimeBehind(rest string) bool {
	clock := strings.TrimLeft(rest, " ,")
	if clock == rest {
		if clock = strings.TrimPrefix(rest, "T"); clock == rest {
			return false
		}
	}
	hour, after, ok := strings.Cut(clock, ":")
	if !ok || len(hour) > 2 || hour == "" || !isDigits(hour) || len(after) < 2 || !isDigits(after[:2]) {
		return false
	}
	words := strings.FieldsFunc(after, func(r rune) bool { return !unicode.IsLetter(r) })
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(clockWords, strings.ToLower(w)) })
}

var clockWords = []string{"am", "pm", "a", "p", "m", "z", "gmt", "utc", "ist", "hrs", "h"}

// namedMonth recognises dates that name their month: 05-Jan-2024, 5 January 2024, Jan 5, 2024, Fri, 05 Jan 2024 10:00:00 GMT.
func namedMonth(text string) Formats {
	if i := strings.IndexByte(text, ','); i > 0 && isShortFor(text[:i], weekdays) {
		text = strings.TrimSpace(text[i+1:])
	}
	first, rest := datePart(text)
	second, rest := datePart(rest)
	third, rest := datePart(rest)
	if isShortFor(first, months) {
		first, second = second, first
	}
	if !isShortFor(second, months) || len(first) == 0 || len(first) > 2 || !isDigits(first) || len(third) != 2 && len(third) != 4 || !isDigits(third) {
		return 0
	}
	return timed(MonthNamed, MonthNamedTime, rest)
}

// datePart cuts off digits or letters, and the sign that parts them from what follows.
func datePart(text string) (part, rest string) {
	if text == "" {
		return "", ""
	}
	inside := unicode.IsLetter
	if text[0] >= '0' && text[0] <= '9' {
		inside = unicode.IsDigit
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !inside(r) })
	if end < 0 {
		return text, ""
	}
	part, rest = text[:end], text[end:]
	if strings.HasPrefix(rest, ", ") && !strings.Contains(rest[:min(len(rest), 5)], ":") {
		return part, rest[2:]
	}
	if strings.ContainsRune(" -/.", rune(rest[0])) && !isTimeBehind(rest) {
		return part, rest[1:]
	}
	return part, rest
}

// isShortFor says that a word is one of the names, or three or more of its first letters.
func isShortFor(word string, names []string) bool {
	word = strings.ToLower(word)
	return len(word) >= 3 && slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, word) })
}

var (
	months   = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)

// isCompactDate recognises 20240131, which is a date only under a key that tells a time. 99991231 is how many systems write "never".
func isCompactDate(text string) bool {
	if !matches(text, "00000000") || text[4:6] > "12" || text[6:] > "31" {
		return false
	}
	return strings.HasPrefix(text, "19") || strings.HasPrefix(text, "20") || strings.HasPrefix(text, "9999")
}
