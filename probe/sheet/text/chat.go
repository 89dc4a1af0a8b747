package text

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// withoutSpeakers blanks what messengers write before every message, where at least three lines have it: "[10:02, 3/2/2026] Ramesh: ",
// "05/03/26, 4:12 pm - Ramesh: ", and the line "Ramesh  10:41 AM" above a message.
func withoutSpeakers(text []byte) bool {
	const fewest, longest = 3, 80
	var ends [][2]int
	for from := 0; from < len(text); {
		end := from + bytes.IndexByte(text[from:], '\n')
		if end < from {
			end = len(text)
		}
		if n := speaker(string(text[from:min(end, from+longest)]), end-from <= longest); n > 0 {
			ends = append(ends, [2]int{from, from + n})
		}
		from = end + 1
	}
	if len(ends) < fewest {
		return false
	}
	for _, e := range ends {
		copy(text[e[0]:e[1]], bytes.Repeat([]byte(" "), e[1]-e[0]))
	}
	return true
}

// speaker is how many bytes at the start of a line say who wrote a message, and when. whole says that the line is no longer than s.
func speaker(s string, whole bool) int {
	stamp := stampLength(s)
	if stamp == 0 {
		if trimmed := strings.TrimRight(s, " \r"); whole && endsWithTime(trimmed) { // "Ramesh  10:41 AM"
			return len(trimmed)
		}
		return 0
	}
	colon := strings.Index(s[stamp:], ": ")
	switch {
	case colon > 0 && isPerson(s[stamp:stamp+colon]):
		return stamp + colon + 1
	case whole && strings.HasSuffix(strings.TrimRight(s, "\r"), ":"):
		return len(strings.TrimRight(s, "\r"))
	case whole && colon < 0 && (s[0] == '[' && isPerson(s[stamp:]) || !strings.Contains(s[stamp:], "://") && strings.Contains(s[:stamp], " - ")):
		return len(s) // a name alone, and what the messenger itself says: "Messages are encrypted."
	}
	return 0
}

// stampLength is how many bytes at the start of a line are a date and a time, with the mark behind them: "[..] " or ".. - ".
func stampLength(s string) int {
	end, mark := 0, "] "
	if !strings.HasPrefix(s, "[") {
		mark = " - "
	}
	if end = strings.Index(s, mark); end < 0 {
		return 0
	}
	if stamp := strings.TrimPrefix(s[:end], "["); !isTime(stamp) || mark == " - " && !strings.ContainsAny(stamp, "/.,") {
		return 0
	}
	return end + len(mark)
}

// isTime says that a text is a time of day, with a date or without.
func isTime(s string) bool {
	colon := strings.IndexByte(s, ':')
	return colon > 0 && strings.Trim(strings.ReplaceAll(s, "\u202f", " "), "0123456789:/., -apmAPM") == "" && colon+1 < len(s) && unicode.IsDigit(rune(s[colon-1])) && unicode.IsDigit(rune(s[colon+1]))
}

// endsWithTime recognises "Ramesh  10:41 AM" and "Ramesh Kumar [10:41 AM]": a name and a time, and nothing else.
func endsWithTime(s string) bool {
	i := strings.IndexAny(s, "0123456789")
	if i < 2 || strings.IndexByte(" [\t", s[i-1]) < 0 {
		return false
	}
	stamp := strings.TrimSuffix(s[i:], "]")
	return isTime(stamp) && strings.Count(stamp, ":") < 3 && len(stamp) >= len("1:23") && isPerson(strings.TrimSpace(strings.TrimSuffix(s[:i], "[")))
}

// isPerson says that a text can be the name of somebody: a few words, and no marks but those of names.
func isPerson(s string) bool {
	const most = 5
	s = strings.Trim(s, "~ ")
	if !utf8.ValidString(s) || len(strings.Fields(s)) > most || s == "" {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .'-+()_&|", r)
	})
}
